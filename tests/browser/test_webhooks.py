"""Webhooks, faults and requests by hand, as somebody who tries an application does."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from tests.browser.chromium import expect
from tests.browser.desk import Desk
from tests.serving import Receiver

pytestmark = pytest.mark.browser


def test_an_endpoint_is_added_disabled_rolled_and_deleted_and_its_secret_shown_once(desk: Desk) -> None:
    desk.open("/webhooks")
    expect(desk.main.get_by_role("heading", name="Nobody listens yet")).to_be_visible()
    desk.press("Add endpoint")
    desk.fill(url="http://127.0.0.1:9/hook", events="charge.refunded, charge.dispute.*x")
    desk.refusals_expected = True
    desk.press("Add endpoint")
    expect(desk.within().get_by_role("alert")).to_contain_text("no event type 'charge.dispute.*x'")
    desk.fill(events="charge.refunded, charge.dispute.created", description="The worker")
    desk.press("Add endpoint")
    (made,) = desk.call("GET", "/webhook_endpoints")["data"]
    assert made["events"] == ["charge.refunded", "charge.dispute.created"]
    expect(desk.page.locator("dialog[open]")).to_contain_text(made["secret"])  # once
    desk.press("Done")
    row = desk.main.get_by_role("listitem").filter(has_text="http://127.0.0.1:9/hook")
    expect(row).to_contain_text("charge.refunded, charge.dispute.created · The worker")
    expect(row).not_to_contain_text(made["secret"])
    row.get_by_role("button", name="Reveal").click()
    expect(row).to_contain_text(made["secret"])
    row.get_by_role("button", name="Hide").or_(row.get_by_role("button", name="Reveal")).click()
    expect(row).not_to_contain_text(made["secret"])
    row.get_by_role("button", name="Disable").click()
    expect(row).to_contain_text("disabled")
    row.get_by_role("button", name="Enable").click()
    expect(row).to_contain_text("enabled")
    row.get_by_role("button", name="Roll secret").click()
    desk.press("Roll secret")
    expect(desk.page.locator("dialog[open]").get_by_role("heading", name="Secret rolled")).to_be_visible()
    (rolled,) = desk.call("GET", "/webhook_endpoints")["data"]
    assert rolled["secret"] != made["secret"]
    expect(desk.within()).to_contain_text(rolled["secret"])
    desk.press("Done")
    row.get_by_role("button", name="Delete").click()
    desk.press("Delete endpoint")
    expect(desk.main.get_by_role("heading", name="Nobody listens yet")).to_be_visible()
    assert desk.call("GET", "/webhook_endpoints")["data"] == []


def test_a_webhook_that_failed_shows_its_attempts_and_is_sent_again_also_twice(desk: Desk) -> None:
    with Receiver(status=500) as receiver:
        desk.call("POST", "/webhook_endpoints", {"provider": "stripe", "url": receiver.url, "events": ["customer.created"]})
        desk.stripe("POST", "/v1/customers", {"name": "Ann"})
        desk.settle()
        desk.open("/webhooks")
        row = desk.row("customer.created")
        expect(row).to_contain_text("pending")
        expect(row).to_contain_text("500")
        expect(row).to_contain_text(re.compile(r"in \d+ (second|minute)"))  # the next attempt, in simulated time
        row.click()
        desk.ready("Delivery")
        attempts = desk.main.locator(".attempts > li")
        expect(attempts).to_have_count(1)
        expect(attempts.first).to_contain_text(f"POST {receiver.url}")
        expect(attempts.first).to_contain_text("Stripe-Signature: t=")
        expect(attempts.first).to_contain_text("Status 500")
        expect(desk.main).to_contain_text('"name": "Ann"')
        receiver.status = 200
        desk.press("Resend")
        expect(attempts).to_have_count(2)
        expect(desk.main.locator(".head").first).to_contain_text("delivered")
        desk.press("Resend as duplicate")
        desk.fill(copies="3")
        desk.press("Resend")
        expect(attempts).to_have_count(5)
        receiver.wait_for(5)
        assert len({json.loads(body)["id"] for _, body in receiver.got}) == 1
        desk.open("/webhooks", status="failed")
        expect(desk.main.get_by_text("Nothing fits")).to_be_visible()
        desk.fill(status="delivered")
        expect(desk.row("customer.created")).to_have_count(1)


def test_the_inbox_shows_events_before_there_is_an_application(desk: Desk) -> None:
    desk.open("/inbox")
    expect(desk.main.get_by_role("heading", name="The inbox does not listen yet")).to_be_visible()
    desk.press("Listen")
    expect(desk.main.get_by_role("heading", name="The inbox listens")).to_be_visible()
    desk.stripe("POST", "/v1/customers", {"name": "Ann"})
    row = desk.row("customer.created")
    row.locator("summary").first.click()
    expect(row).to_contain_text("Stripe-Signature: t=")
    expect(row).to_contain_text('"name": "Ann"')


def test_a_fault_is_added_strikes_and_is_removed(desk: Desk) -> None:
    desk.open("/faults")
    desk.press("Add fault")
    desk.fill(where="request", what="503", paths="POST /v1/charges", count="1", retry="true")
    desk.press("Add fault")
    row = desk.row("503")
    expect(row).to_contain_text("0 of 0")
    (made,) = desk.call("GET", "/faults")["data"]
    assert (made["paths"], made["count"], made["retry"]) == (["POST /v1/charges"], 1, True)
    desk.stripe("POST", "/v1/charges", {"amount": 900, "currency": "usd", "source": "tok_visa"})
    expect(row).to_contain_text("1 of 1")
    expect(row).to_contain_text("spent")
    row.get_by_role("button", name="Remove").click()
    expect(desk.main.get_by_role("heading", name="Nothing goes wrong on purpose")).to_be_visible()


@pytest.mark.parametrize("options", [{"permissions": ["clipboard-read", "clipboard-write"]}])
def test_a_request_shows_its_error_in_full_and_is_copied_as_a_line_for_a_shell(desk: Desk) -> None:
    page = desk.open("/requests")
    expect(desk.main.get_by_role("heading", name="No request yet")).to_be_visible()
    charge = desk.pay()
    desk.stripe("POST", "/v1/refunds", {"charge": charge["id"], "amount": 9_000}, idempotency_key="refund-1")
    row = desk.row("/v1/refunds")
    expect(row).to_contain_text("400")
    expect(row).to_contain_text("refund-1")
    expect(row).to_contain_text(re.compile(r"\d ms"))
    desk.fill(q="refunds", failed="true")
    expect(desk.main.locator("tbody tr")).to_have_count(1)
    row.click()
    desk.ready("Request")
    expect(desk.main).to_contain_text("Refund amount ($90.00) is greater than unrefunded amount on charge ($20.00)")
    expect(desk.main).to_contain_text('"type": "invalid_request_error"')
    desk.press("Copy as curl")
    expect(desk.main.get_by_role("button", name="Copied")).to_be_visible()
    assert shlex.split(page.evaluate("navigator.clipboard.readText()")) == [
        "curl", f"{desk.url}/v1/refunds", "-u", f"{desk.key}:", "-H", "Idempotency-Key: refund-1",
        "--data-urlencode", f"charge={charge['id']}", "--data-urlencode", "amount=9000",
    ]  # fmt: skip
