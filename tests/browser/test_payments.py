"""Payments in the browser: the list, one payment's life, and what people do about it by hand."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.browser.chromium import expect
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser
DAY = 86_400


def test_the_first_command_is_there_to_copy(desk: Desk) -> None:
    """For whoever has nothing yet; it names this very merchant and address."""
    desk.open("/payments")
    expect(desk.main.locator(".command code").first).to_have_text(
        f"curl -u {desk.key}: {desk.url}/v1/charges -d amount=2000 -d currency=usd -d source=tok_visa"
    )


def test_amounts_are_written_with_their_currency_s_decimals(desk: Desk) -> None:
    for amount, currency in ((4_321, "usd"), (500, "jpy"), (12_340, "kwd"), (12_345_678, "usd")):
        desk.pay(amount, currency)
    desk.open("/payments")
    cells = desk.main.locator("tbody tr td:first-child")
    expect(cells).to_have_text(["123,456.78 USD", "12.340 KWD", "500 JPY", "43.21 USD"])


def test_the_list_is_searched_and_filtered_and_its_address_is_the_list(desk: Desk) -> None:
    desk.pay(4_321, description="Red hat")
    desk.pay(900, description="Green hat")
    page = desk.open("/payments")
    page.keyboard.press("/")
    page.keyboard.type("43.21")
    expect(desk.main.locator("tbody tr")).to_have_count(1)
    assert "q=43.21" in page.url
    page.reload()
    desk.ready("Payments")
    expect(desk.row("Red hat")).to_be_visible()
    expect(desk.row("Green hat")).to_have_count(0)
    desk.main.get_by_label("Status").select_option("succeeded")
    desk.main.get_by_label("Search payments").fill("")
    expect(desk.main.locator("tbody tr")).to_have_count(2)
    assert "status=succeeded" in page.url
    desk.main.get_by_label("Provider").select_option("omise")
    expect(desk.main.get_by_label("Status")).to_have_value("")
    expect(desk.main.get_by_text("Nothing fits. Change or clear what you look for.")).to_be_visible()


def test_a_long_list_is_read_page_by_page(desk: Desk) -> None:
    """Only the page that is looked at is fetched."""
    for number in range(52):
        desk.pay(1_000 + number)
    page = desk.open("/payments")
    expect(desk.main.locator("tbody tr")).to_have_count(50)
    desk.main.get_by_role("link", name="Older →").click()
    expect(desk.main.locator("tbody tr td:first-child")).to_have_text(["10.01 USD", "10.00 USD"])
    page.go_back()
    expect(desk.main.locator("tbody tr")).to_have_count(50)


def test_a_payment_is_refunded_in_part_and_a_refusal_is_said_in_full(desk: Desk) -> None:
    desk.refusals_expected = True
    charge = desk.pay(5_000)
    desk.open(f"/payments/{charge['id']}")
    desk.press("Refund")
    expect(desk.within().locator("[name=amount]")).to_have_value("50.00")
    desk.fill(amount="90.00", reason="duplicate")
    desk.press("Refund")
    expect(desk.within().get_by_text("Refund amount ($90.00) is greater than")).to_be_visible()
    desk.fill(amount="12.3x")
    desk.press("Refund")
    expect(desk.within().get_by_text("'12.3x' is no amount of USD")).to_be_visible()
    desk.fill(amount="12.34")
    desk.press("Refund")
    expect(desk.page.locator("dialog")).to_have_count(0)
    expect(desk.main.get_by_text("−12.34 USD refund").first).to_be_visible()
    (refund,) = desk.stripe("GET", "/v1/refunds")["data"]
    assert (refund["amount"], refund["reason"]) == (1_234, "duplicate")


def test_what_cannot_be_done_says_why_when_it_is_pressed(desk: Desk) -> None:
    charge = desk.pay()
    desk.dispute(charge)
    desk.open(f"/payments/{charge['id']}")
    button = desk.main.get_by_role("button", name="Refund")
    expect(button).to_have_attribute("aria-disabled", "true")
    button.focus()
    desk.page.keyboard.press("Enter")
    expect(desk.page.get_by_text("Win or close the dispute first").last).to_be_visible()


def test_an_inquiry_and_a_fraud_warning_are_made_by_hand(desk: Desk) -> None:
    charge = desk.pay()
    desk.open(f"/payments/{charge['id']}")
    desk.press("Fraud warning")
    desk.fill(fraud_type="made_with_lost_card")
    desk.press("Warn")
    expect(desk.main.locator(".part", has_text="Fraud warning")).to_be_visible()
    desk.press("Inquiry")
    desk.fill(reason="unrecognized", amount="5.00")
    desk.press("Open inquiry")
    expect(desk.main.get_by_text("warning needs response").first).to_be_visible()
    (dispute,) = desk.stripe("GET", "/v1/disputes")["data"]
    assert (dispute["amount"], dispute["reason"], dispute["status"]) == (500, "unrecognized", "warning_needs_response")
    assert desk.stripe("GET", "/v1/radar/early_fraud_warnings")["data"][0]["fraud_type"] == "made_with_lost_card"


@pytest.mark.parametrize(("button", "status"), [("Pass 3-D Secure", "succeeded"), ("Fail 3-D Secure", "requires_payment_method")])
def test_the_cardholder_is_played_where_one_is_awaited(desk: Desk, button: str, status: str) -> None:
    wanted = {"amount": 900, "currency": "eur", "payment_method": "pm_card_authenticationRequired", "confirm": "true",
              "return_url": "https://shop.example"}  # fmt: skip
    made = desk.stripe("POST", "/v1/payment_intents", wanted)
    desk.open(f"/payments/{made['id']}")
    desk.press(button)
    expect(desk.main.locator("h1")).to_contain_text(status.replace("_", " "))
    expect(desk.main.get_by_role("button", name=button)).to_have_count(0)


# The picture


def test_the_picture_has_money_statuses_webhooks_and_deadlines(desk: Desk) -> None:
    """And a list says the same to whoever does not see it."""
    desk.call("POST", "/webhook_endpoints", {"provider": "stripe", "url": "sandbox:inbox"})
    charge = desk.pay(4_321)
    desk.call("POST", "/clock/advance", {"days": 2})
    desk.dispute(charge)
    desk.settle()
    desk.open(f"/payments/{charge['id']}")
    picture = desk.main.locator("svg.timeline")
    for line in ("+43.21 USD charge", "Dispute → needs response", "−43.21 USD dispute", "charge.dispute.created", "✓ 200", "2 days later",
                 "Dispute: evidence due", "now · "):  # fmt: skip
        expect(picture.get_by_text(line).first).to_be_attached()
    desk.main.get_by_text("As a list").click()
    told = desk.main.locator("ol.story")
    expect(told).to_contain_text("charge.dispute.created delivered 200")
    expect(told.locator("> li").last).to_contain_text("Dispute: evidence due")


def test_a_picture_of_sixty_events_overlaps_nowhere(desk: Desk) -> None:
    """Every line of text has its own place, however much happened at once."""
    charge = desk.pay(100_000)
    for number in range(15):
        desk.call("POST", "/refunds", {"charge": charge["id"], "amount": 100 + number})
        desk.call("POST", "/clock/advance", {"seconds": 10 ** (number % 6)})
    desk.open(f"/payments/{charge['id']}")
    boxes = desk.main.locator("svg.timeline text.line, svg.timeline .skipped, svg.timeline .now-text").evaluate_all(
        "(all) => all.map((one) => { const box = one.getBoundingClientRect(); return [box.top, box.bottom, box.left, box.right]; })"
    )
    assert len(boxes) > 60
    boxes.sort()
    crossing = [(one, other) for one, other in pairwise(boxes) if other[0] < one[1] - 2]
    assert crossing == []
    right = desk.main.locator("svg.timeline").evaluate("(svg) => svg.getBoundingClientRect().right")
    assert max(box[3] for box in boxes) <= right


def test_a_payment_that_is_gone_says_so(desk: Desk) -> None:
    """The merchant was reset while somebody looked at it."""
    desk.refusals_expected = True
    charge = desk.pay()
    desk.open(f"/payments/{charge['id']}")
    desk.call("POST", "/reset")
    expect(desk.main.get_by_role("alert")).to_contain_text(f"has no payment '{charge['id']}'")


def test_a_merchant_that_cannot_be_is_refused_in_full(desk: Desk) -> None:
    desk.refusals_expected = True
    desk.page.goto(f"{desk.url}/?merchant=sk_test_alpha")
    expect(desk.main.get_by_role("alert")).to_contain_text("A merchant's name is 1 to 64 letters")
    expect(desk.main.get_by_role("link", name="To the merchant default")).to_be_visible()


def test_what_somebody_unfolded_stays_open_when_something_happens(desk: Desk) -> None:
    charge = desk.pay()
    desk.open(f"/payments/{charge['id']}")
    desk.main.locator(".parts summary").first.click()
    desk.call("POST", "/refunds", {"charge": charge["id"], "amount": 500})
    expect(desk.main.locator(".parts > li")).to_have_count(2)
    expect(desk.main.locator(".parts pre").first).to_contain_text('"amount_refunded": 500')


def test_a_booking_is_shown_with_its_calls_its_money_and_its_windows(desk: Desk) -> None:
    """As one payment, its posting a part; one without money has a page too."""
    slot = desk.call("GET", "/clock")["now"] + 7 * DAY
    names = {"merchant_id": "m-9", "service_id": "dinner"}
    desk.call("POST", "/google/bookings/partners", {"partner_id": "p-1"})
    desk.call("PUT", "/google/bookings/feeds/merchants", {"merchant": [{"merchant_id": "m-9", "tokenization_config": {
        "tokenization_parameter": {"gateway": "mockpay"}}}]})  # fmt: skip
    desk.call("PUT", "/google/bookings/feeds/availability", {"availability": [{**names, "start_sec": slot, "duration_sec": 5_400}]})
    for price in (None, 50_000_000):
        terms = {} if price is None else {"deposit": {"deposit": {"price_micros": price, "currency_code": "USD"}}}
        desk.call("PUT", "/google/bookings/feeds/services", {"service": [{**names, **terms}]})
        made = desk.call("POST", "/google/bookings", {"partner_id": "p-1", **names, "start_sec": slot})
        desk.open(f"/payments/{made['id']}")
        expect(desk.main.locator("h1")).to_contain_text("0.00 XX" if price is None else "50.00 USD")
        expect(desk.main.locator(".parts > li")).to_have_count(1 if price is None else 2)
        expect(desk.main.locator("svg.timeline")).to_contain_text("CreateBooking")
        expect(desk.main.locator("svg.timeline")).to_contain_text("slot begins")
        desk.main.locator(".parts summary").first.click()
        expect(desk.main.locator(".parts")).to_contain_text("mismatches")


def test_a_payment_in_review_is_approved_by_hand(desk: Desk) -> None:
    """The button goes with the review."""
    charge = desk.pay(5_000, source="tok_riskLevelElevated")
    desk.open(f"/payments/{charge['id']}")
    desk.press("Approve")
    expect(desk.page.get_by_text(f"Review {charge['review']} is closed: the payment was approved.")).to_be_visible()
    expect(desk.main.get_by_role("button", name="Approve")).to_have_count(0)
    assert desk.stripe("GET", f"/v1/reviews/{charge['review']}")["closed_reason"] == "approved"
