"""The first minute, in the browser: what the README tells, by clicks."""

from __future__ import annotations

import pytest
import stripe

from tests.browser.chromium import expect
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser


def test_a_charge_is_disputed_by_a_click_and_lost_by_another(desk: Desk) -> None:
    """Charged by the official library; every webhook of it stands in the list, delivered."""
    page = desk.open("/webhooks")
    desk.press("Listen in the inbox")
    expect(desk.main.get_by_role("list", name="Endpoints").get_by_role("listitem")).not_to_have_count(0)
    page.get_by_role("link", name="Payments", exact=True).click()
    desk.ready("Payments")
    expect(desk.main.get_by_role("heading", name="No payments")).to_be_visible()

    shop = stripe.StripeClient(desk.key, base_addresses={"api": desk.url})
    charge = shop.v1.charges.create({"amount": 4_321, "currency": "usd", "source": "tok_visa", "description": "Red felt hat"})

    row = desk.row("Red felt hat")  # live: nothing was reloaded
    expect(row).to_contain_text("43.21 USD")
    expect(row).to_contain_text("succeeded")
    row.get_by_text("succeeded").click()  # anywhere in the row
    desk.ready("Payment")
    desk.press("Dispute")
    desk.fill(reason="product_not_received")
    desk.press("Open dispute")
    expect(desk.main.get_by_text("needs response").first).to_be_visible()

    page.get_by_role("button", name="To date…").click()
    at = shop.v1.charges.retrieve(charge.id).created + 9 * 86_400
    desk.fill(to=stripe_time(at))
    desk.press("Go")
    expect(page.locator("dialog")).to_have_count(0)
    expect(desk.main.get_by_text("lost").first).to_be_visible()
    assert shop.v1.disputes.list().data[0].status == "lost"

    page.get_by_role("link", name="Webhooks", exact=True).click()
    desk.ready("Webhooks")
    types = ["charge.dispute.closed", "charge.dispute.funds_withdrawn", "charge.dispute.created", "charge.succeeded"]
    listed = desk.main.locator("tbody tr")
    for name in types:
        expect(listed.filter(has_text=name)).to_contain_text("delivered")
    listed.filter(has_text="charge.dispute.closed").click()
    desk.ready("Delivery")
    expect(desk.main.get_by_text("Stripe-Signature")).to_be_visible()


def stripe_time(at: int) -> str:
    """As a field of date and time takes it, UTC."""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S")
