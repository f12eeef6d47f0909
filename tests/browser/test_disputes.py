"""Disputes in the browser: the board, the answer, the bank's side, the picture of the table."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.chromium import expect
from tests.browser.desk import Desk
from tests.providers.omise.shop import basic

pytestmark = pytest.mark.browser
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 2_000


def test_the_board_has_a_column_a_status_and_counts_down_in_the_merchant_s_time(desk: Desk) -> None:
    first, second = desk.dispute(desk.pay(), evidence_due_in_days=3), desk.dispute(desk.pay())
    desk.call("POST", f"/disputes/{second['id']}/lose")
    page = desk.open("/disputes")
    lanes = desk.main.locator(".lane")
    expect(lanes.locator("h2")).to_have_text(["needs response 1", "lost 1"])
    ticket = lanes.filter(has_text=first["id"]).locator(".due")
    expect(ticket).to_contain_text("answer in 3 days")
    page.get_by_role("button", name="+1 day").click()
    expect(ticket).to_contain_text("answer in 2 days")
    lanes.get_by_role("link").first.click()
    desk.ready("Dispute")
    assert page.url.endswith(f"/disputes/{first['id']}?merchant={desk.merchant}")


def test_evidence_is_staged_uploaded_and_submitted(desk: Desk, tmp_path: Path) -> None:
    """The fields that matter for the reason first, the others behind "more"; the API has it all afterwards."""
    made = desk.dispute(desk.pay(), reason="product_not_received")
    desk.open(f"/disputes/{made['id']}")
    expect(desk.main.get_by_label("Shipping tracking number")).to_be_visible()
    expect(desk.main.get_by_label("Cancellation rebuttal")).to_be_hidden()
    desk.fill(shipping_tracking_number="1Z999", uncategorized_text="winning_evidence")
    file = tmp_path / "proof.png"
    file.write_bytes(PNG)
    desk.main.locator('input[type=file][name="shipping_documentation"]').set_input_files(file)
    expect(desk.main.get_by_text("✓ proof.png, 2 KB")).to_be_visible()
    expect(desk.main.locator("[name=shipping_tracking_number]")).to_have_value("1Z999")  # typed, and not lost by the upload
    desk.main.get_by_text("more fields").click()
    desk.fill(cancellation_rebuttal="Never canceled.")
    desk.press("Save")
    expect(desk.page.get_by_text("The evidence is staged")).to_be_visible()
    staged = desk.stripe("GET", f"/v1/disputes/{made['id']}")
    assert (staged["status"], staged["evidence_details"]["submission_count"]) == ("needs_response", 0)
    assert (staged["evidence"]["shipping_tracking_number"], staged["evidence"]["cancellation_rebuttal"]) == ("1Z999", "Never canceled.")
    assert desk.stripe("GET", f"/v1/files/{staged['evidence']['shipping_documentation']}")["size"] == len(PNG)
    desk.press("Submit to the bank")
    expect(desk.main.locator("h1")).to_contain_text("under review")
    desk.page.get_by_role("button", name="Next timer").click()
    expect(desk.main.locator("h1")).to_contain_text("won")


def test_a_file_that_is_not_taken_says_why_beside_the_field(desk: Desk, tmp_path: Path) -> None:
    desk.refusals_expected = True
    made = desk.dispute(desk.pay(), reason="product_not_received")
    desk.open(f"/disputes/{made['id']}")
    file = tmp_path / "setup.png"
    file.write_bytes(b"MZ" + b"0" * 50)
    desk.main.locator('input[type=file][name="shipping_documentation"]').set_input_files(file)
    expect(desk.main.locator('.field:has([name="shipping_documentation"]) .note').last).to_be_visible()
    assert desk.stripe("GET", "/v1/files")["data"] == []


@pytest.mark.parametrize(
    ("kind", "button", "shown"),
    [("chargeback", "Win", "won"), ("chargeback", "Lose", "lost"), ("inquiry", "Escalate", "needs response"), ("inquiry", "Win", "closed"),
     ("chargeback", "Accept the loss", "lost")],
)  # fmt: skip
def test_both_sides_are_played_and_the_picture_follows(desk: Desk, kind: str, button: str, shown: str) -> None:
    made = desk.dispute(desk.pay(), kind=kind)
    desk.open(f"/disputes/{made['id']}")
    expect(desk.main.locator(".diagram .state.lit")).to_contain_text("needs")
    desk.press(button)
    expect(desk.main.locator("h1")).to_contain_text(shown)
    expect(desk.main.locator(".diagram .state.lit")).to_contain_text(shown.rpartition(" ")[2])


def test_every_arrow_of_the_table_is_drawn(desk: Desk) -> None:
    made = desk.dispute(desk.pay())
    desk.open(f"/disputes/{made['id']}")
    ways = desk.call("GET", "/machines/stripe/dispute")["ways"]
    expect(desk.main.locator(".diagram .way")).to_have_count(len(ways))
    expect(desk.main.locator(".diagram .way.lit")).to_have_count(sum(way["start"] == "needs_response" for way in ways))


def test_a_provider_that_stages_nothing_gets_one_button(desk: Desk) -> None:
    """Omise sends a message to the bank as it is given."""
    card = {"name": "Somchai", "number": "4242424242424242", "expiration_month": 12, "expiration_year": 2034, "security_code": "123"}
    params = {f"card[{name}]": value for name, value in card.items()}
    token = desk.stripe("POST", "/tokens", params, authorization=basic(f"pkey_test_{desk.merchant}"))
    wanted = {"amount": 100_000, "currency": "thb", "card": token["id"]}
    charge = desk.stripe("POST", "/charges", wanted, authorization=basic(f"skey_test_{desk.merchant}"))
    made = desk.dispute(charge)
    desk.open(f"/disputes/{made['id']}")
    expect(desk.main.get_by_role("button", name="Submit to the bank")).to_have_count(0)
    expect(desk.main.get_by_role("button", name="Escalate")).to_have_count(0)  # which Omise does not know
    desk.fill(message="It was delivered.")
    desk.press("Send to the bank")
    expect(desk.main.locator("h1")).to_contain_text("pending")
    assert desk.call("GET", f"/disputes/{made['id']}")["evidence"] == {"message": "It was delivered."}


def test_a_compliance_dispute_is_answered_once_its_fee_is_acknowledged(desk: Desk) -> None:
    desk.refusals_expected = True
    body = {"amount": 4321, "currency": "usd", "payment_method": "pm_card_createComplianceDispute", "confirm": "true"}
    desk.stripe("POST", "/v1/payment_intents", body)
    [made] = desk.call("GET", "/disputes")["data"]
    desk.open(f"/disputes/{made['id']}")
    desk.press("Submit to the bank")
    expect(desk.page.get_by_text("You must acknowledge the fee")).to_be_visible()
    desk.main.get_by_label("500.00 USD").check()
    desk.press("Submit to the bank")
    expect(desk.main.locator("h1")).to_contain_text("under review")


def test_the_picture_of_the_table_fits_the_page(desk: Desk) -> None:
    made = desk.dispute(desk.pay())
    desk.open(f"/disputes/{made['id']}")
    assert desk.main.locator(".diagram").evaluate("svg => svg.getBoundingClientRect().width <= svg.parentElement.clientWidth")
