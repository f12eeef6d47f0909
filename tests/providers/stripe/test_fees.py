"""What the statement says: fees, balance transactions, the balance."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.core.money import ZERO_DECIMAL
from sandbox.providers.stripe import money
from tests.harness import DAY, START, Shop
from tests.providers.stripe.test_refund_x_dispute import decide, refund
from tests.providers.stripe.test_timings import bank_opens, submit

SETTLES = 1_767_744_000  # 2026-01-07T00:00:00Z: two business days after a Monday
DISPUTE_FEE = {"amount": 1500, "application": None, "currency": "usd", "description": "Dispute fee", "type": "stripe_fee"}


def statement(shop: Shop) -> list[Any]:
    """Every balance transaction, oldest first."""
    return shop.get("/v1/balance_transactions", {"limit": 100})["data"][::-1]


def line(row: Any) -> tuple[Any, ...]:
    return row["type"], row["reporting_category"], row["amount"], row["fee"], row["net"], row["description"], row["status"]


# Fees


@pytest.mark.parametrize(
    ("amount", "fee"),
    [(50, 31), (100, 33), (1000, 59), (1017, 59), (1018, 60), (1050, 60), (1052, 61), (2000, 88), (99_999_999, 2_900_030)],
)
def test_processing_fee_is_2_9_percent_and_30_cents_rounded_half_up(amount: int, fee: int) -> None:
    """1017: 29.493; 1018: 29.522; 1050: 30.45; 1052: 30.508."""
    assert money.fee("processing", amount, "usd") == fee


def test_a_half_is_rounded_up() -> None:
    assert money.fee("processing", 500, "usd") == 15 + 30  # 14.5


@pytest.mark.parametrize(
    ("currency", "fee"),
    [("usd", 1500), ("eur", 2000), ("cad", 1500), ("gbp", 2000), ("aud", 2500), ("nzd", 2500), ("sgd", 1500), ("hkd", 8500), ("jpy", 1300),
     ("mxn", 30000)],
)  # fmt: skip
def test_dispute_fee_of_a_currency(shop: Shop, currency: str, fee: int) -> None:
    paid = shop.pay(amount=50_000, currency=currency)
    (row,) = shop.get(f"/v1/disputes/{bank_opens(shop, paid)}")["balance_transactions"]
    assert (row["fee"], row["net"], row["currency"]) == (fee, -50_000 - fee, currency)
    assert row["fee_details"] == [{**DISPUTE_FEE, "amount": fee, "currency": currency}]


def test_a_currency_without_a_price_has_one_all_the_same() -> None:
    assert money.fee("dispute", 100, "chf") == money.DISPUTE_FEE_ELSEWHERE
    assert all(amount > 0 for amount in money.DISPUTE_FEES.values())
    assert money.DISPUTE_FEES["jpy"] == 1300
    assert "jpy" in ZERO_DECIMAL


def test_inquiry_has_no_fee(shop: Shop) -> None:
    """Until it escalates."""
    inquiry = bank_opens(shop, shop.pay(), "inquiry")
    assert len(statement(shop)) == 1
    decide(shop, inquiry, "escalate")
    assert statement(shop)[-1]["fee"] == 1500


def test_processing_fee_is_not_returned_on_refund(shop: Shop) -> None:
    paid = shop.pay(amount=2000)
    refund(shop, paid)
    charge, given_back = statement(shop)
    assert (charge["fee"], given_back["fee"], given_back["fee_details"]) == (88, 0, [])
    assert shop.balance("merchant:pending") == -88
    assert shop.balance("fees:processing") == 88


def test_dispute_fee_is_not_returned_on_a_win(shop: Shop) -> None:
    dispute = bank_opens(shop, shop.pay(amount=2200))
    decide(shop, dispute, "win")
    row = statement(shop)[-1]
    assert (row["amount"], row["fee"], row["fee_details"]) == (2200, 0, [])
    assert shop.balance("fees:dispute") == 1500


def test_dispute_fee_is_returned_on_a_win_in_mexico(shop: Shop) -> None:
    """As a negative fee on the reversal."""
    dispute = bank_opens(shop, shop.pay(amount=50_000, currency="mxn"))
    decide(shop, dispute, "win")
    row = statement(shop)[-1]
    assert (row["amount"], row["fee"], row["net"]) == (50_000, -30_000, 80_000)
    assert row["fee_details"] == [{**DISPUTE_FEE, "amount": -30_000, "currency": "mxn"}]
    assert shop.balance("fees:dispute", "mxn") + shop.balance("fees:dispute_returned", "mxn") == 0
    assert shop.merchant.ledger.balanced()


def test_test_mode_has_no_countered_fee(shop: Shop) -> None:
    """A submission costs nothing there."""
    dispute = bank_opens(shop, shop.pay())
    before = len(statement(shop))
    submit(shop, dispute, "winning_evidence")
    assert len(statement(shop)) == before


# Balance transactions, moment by moment


def test_charge_captured(shop: Shop) -> None:
    paid = shop.pay(amount=2000, description="Shoes")
    (row,) = statement(shop)
    assert line(row) == ("charge", "charge", 2000, 88, 1912, "Shoes", "pending")
    assert (row["available_on"], row["created"], row["source"]) == (SETTLES, START, paid["latest_charge"])
    assert row["fee_details"] == [
        {"amount": 88, "application": None, "currency": "usd", "description": "Stripe processing fees", "type": "stripe_fee"}
    ]
    assert (row["exchange_rate"], row["balance_type"]) == (None, "payments")


def test_charge_with_bypass_card(shop: Shop) -> None:
    """Available at once, and so is what comes of it."""
    paid = shop.pay("pm_card_bypassPending", amount=2000)
    refund(shop, paid, 500)
    charge, given_back = statement(shop)
    assert line(charge) == ("charge", "charge", 2000, 88, 1912, None, "available")
    assert (given_back["status"], given_back["available_on"]) == ("available", START)
    assert shop.balance("merchant:available") == 1412
    assert shop.balance("merchant:pending") == 0


def test_refund_created(shop: Shop) -> None:
    """Pending until the charge's own money settles."""
    paid = shop.pay(amount=2000, description="Shoes {0}")
    made = refund(shop, paid, 500)
    row = statement(shop)[-1]
    assert line(row) == ("refund", "refund", -500, 0, -500, "REFUND FOR CHARGE (Shoes {0})", "pending")
    assert (row["available_on"], row["source"]) == (SETTLES, made["id"])
    assert made["balance_transaction"] == row["id"]


def test_refund_of_settled_money(shop: Shop) -> None:
    paid = shop.pay(amount=2000)
    shop.advance(days=5)
    refund(shop, paid, 500)
    row = statement(shop)[-1]
    assert line(row) == ("refund", "refund", -500, 0, -500, "REFUND FOR CHARGE", "available")
    assert row["available_on"] == shop.now


def test_refund_failed(shop: Shop) -> None:
    paid = shop.pay("pm_card_refundFail", amount=2000, description="Shoes")
    made = refund(shop, paid, 500)
    shop.advance(seconds=4)
    row = statement(shop)[-1]
    assert line(row) == ("refund_failure", "refund_failure", 500, 0, 500, "REFUND FAILURE FOR CHARGE (Shoes)", "pending")
    assert (row["source"], row["available_on"]) == (made["id"], SETTLES)
    assert shop.get(f"/v1/refunds/{made['id']}")["failure_balance_transaction"] == row["id"]


def test_chargeback_opened(shop: Shop) -> None:
    """Available at once, so the available balance may become negative."""
    paid = shop.pay("pm_card_createDispute", amount=2200)
    (dispute,) = shop.disputes_of(paid)
    row = statement(shop)[-1]
    assert line(row) == (
        "adjustment", "dispute", -2200, 1500, -3700, f"Chargeback withdrawal for {paid['latest_charge']}", "available",
    )  # fmt: skip
    assert (row["available_on"], row["source"], row["fee_details"]) == (START, dispute["id"], [DISPUTE_FEE])
    assert dispute["balance_transactions"] == [row]
    assert shop.balance("merchant:available") == -3700


def test_dispute_won(shop: Shop) -> None:
    paid = shop.pay(amount=2200)
    dispute = bank_opens(shop, paid)
    decide(shop, dispute, "win")
    row = statement(shop)[-1]
    assert line(row) == (
        "adjustment", "dispute_reversal", 2200, 0, 2200, f"Chargeback reversal for {paid['latest_charge']}", "pending",
    )  # fmt: skip
    assert (row["available_on"], row["source"]) == (SETTLES, dispute)


def test_dispute_lost_has_no_row(shop: Shop) -> None:
    dispute = bank_opens(shop, shop.pay(amount=2200))
    before = len(statement(shop))
    decide(shop, dispute, "lose")
    assert len(statement(shop)) == before


def test_a_charge_that_is_not_captured_has_no_row(shop: Shop) -> None:
    held = shop.pay(capture_method="manual")
    assert statement(shop) == []
    shop.post(f"/v1/payment_intents/{held['id']}/cancel")
    assert statement(shop) == []


def test_profile_network_books_an_asynchronous_capture_two_seconds_later(network_shop: Shop) -> None:
    """With `charge.updated`; whoever acts sooner books it first."""
    shop = network_shop
    paid = shop.pay()
    assert statement(shop) == []
    assert shop.get(f"/v1/charges/{paid['latest_charge']}")["balance_transaction"] is None
    assert shop.advance(seconds=2) == ["charge_clears"]
    assert len(statement(shop)) == 1
    event = shop.get("/v1/events", {"limit": 1})["data"][0]
    assert (event["type"], event["data"]["previous_attributes"]) == ("charge.updated", {"balance_transaction": None})
    soon = shop.pay()
    seen = len(shop.events())
    refund(shop, soon)
    assert shop.events(seen) == ["charge.updated", "refund.created", "charge.refunded"]


def test_rows_are_filtered_by_type_source_and_currency(shop: Shop) -> None:
    """A dispute's rows are not found by its id, though it is their source: so it was recorded."""
    paid = shop.pay(amount=2200)
    shop.pay(currency="eur")
    dispute = bank_opens(shop, paid)

    def count(**filters: Any) -> int:
        return len(shop.get("/v1/balance_transactions", filters)["data"])

    assert count() == 3
    assert (count(type="charge"), count(type="adjustment"), count(type="nothing")) == (2, 1, 0)
    assert (count(currency="eur"), count(currency="xxx")) == (1, 0)
    assert (count(source=paid["latest_charge"]), count(source=dispute)) == (1, 0)
    assert shop.get("/v1/balance_transactions", {"payout": "po_x"}).error["code"] == "resource_missing"


# The balance


def test_pending_money_becomes_available_with_an_event_a_day(shop: Shop) -> None:
    """One `balance.available` a settlement day, whose object is the balance."""
    for currency in ("usd", "usd", "eur"):
        shop.pay(amount=2000, currency=currency)
    shop.advance(days=1)
    shop.pay(amount=3000)
    seen = len(shop.events())
    assert shop.advance(days=1) == ["funds_available"]
    assert shop.events(seen) == ["balance.available"]
    shown = shop.get("/v1/events", {"limit": 1})["data"][0]["data"]["object"]
    assert shown == shop.get("/v1/balance").body
    assert {part["currency"]: part["amount"] for part in shown["available"]} == {"usd": 2 * 1912, "eur": 1912}
    assert {part["currency"]: part["amount"] for part in shown["pending"]} == {"usd": 3000 - 117, "eur": 0}
    assert all(part["source_types"] == {"card": part["amount"]} for side in ("available", "pending") for part in shown[side])


def test_a_weekend_settles_with_tuesday(shop: Shop) -> None:
    shop.advance(days=4)  # Friday
    shop.pay(amount=2000)
    shop.advance(days=1)
    shop.pay(amount=3000)
    assert {row["available_on"] for row in statement(shop)} == {START - START % DAY + 8 * DAY}


def test_a_fresh_account_shows_its_home_currency(shop: Shop) -> None:
    shown = shop.get("/v1/balance")
    assert shown["available"] == shown["pending"] == [{"amount": 0, "currency": "usd", "source_types": {"card": 0}}]
