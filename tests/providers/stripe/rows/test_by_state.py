"""What the rows say of a field in this state and that: charges, intents, refunds and disputes, state by state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.harness import Shop
from tests.providers.stripe.rows.asked import charge, disputed, intent
from tests.providers.stripe.rows.gallery import AGREED, post


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    made = Shop()
    made.pay("pm_card_bypassPending", 10_000_000)
    yield made
    made.close()


def captured(shop: Shop) -> Any:
    return charge(shop)


def authorized(shop: Shop) -> Any:
    return charge(shop, capture=False)


def captured_in_part(shop: Shop) -> Any:
    return post(shop, f"/v1/charges/{authorized(shop)}/capture", {"amount": 900})["id"]


def refunded(shop: Shop, **params: Any) -> Any:
    return post(shop, "/v1/refunds", {"charge": charge(shop), **params})["charge"]


def given_back(shop: Shop) -> Any:
    return post(shop, "/v1/refunds", {"charge": authorized(shop)})["charge"]


def canceled(shop: Shop) -> Any:
    held = shop.pay(capture_method="manual")
    return post(shop, f"/v1/payment_intents/{held['id']}/cancel")["latest_charge"]


def failed(shop: Shop) -> Any:
    return shop.post("/v1/charges", {"amount": 2000, "currency": "usd", "source": "tok_chargeDeclined"}).error["charge"]


def pending(shop: Shop) -> Any:
    debit = {"payment_method": "pm_usBankAccount_success", "mandate_data": AGREED, "confirm": True, "amount": 2000, "currency": "usd"}
    return post(shop, "/v1/payment_intents", debit)["latest_charge"]


def won(shop: Shop) -> Any:
    key = disputed(shop)
    shop.control("POST", f"/disputes/{key}/win", {})
    return shop.get(f"/v1/disputes/{key}")["charge"]


def disputed_charge(shop: Shop) -> Any:
    return shop.get(f"/v1/disputes/{disputed(shop)}")["charge"]


MONEY = ("amount_captured", "amount_refunded", "captured", "paid", "refunded", "disputed", "status")
CHARGES = {
    captured: (2000, 0, True, True, False, False, "succeeded"),
    authorized: (0, 0, False, True, False, False, "succeeded"),
    captured_in_part: (900, 1100, True, True, False, False, "succeeded"),
    refunded: (2000, 2000, True, True, True, False, "succeeded"),
    given_back: (0, 2000, False, True, True, False, "succeeded"),
    canceled: (0, 2000, False, True, True, False, "succeeded"),
    failed: (0, 0, False, False, False, False, "failed"),
    pending: (2000, 0, True, False, False, False, "pending"),
    disputed_charge: (2000, 0, True, True, False, True, "succeeded"),
    won: (2000, 0, True, True, False, True, "succeeded"),
}


@pytest.mark.parametrize("make", CHARGES, ids=lambda make: make.__name__)
def test_a_charge_in_each_state(shop: Shop, make: Any) -> None:
    """`amount` never changes; money moved, a receipt and a failure are there if the state has them."""
    body = shop.get(f"/v1/charges/{make(shop)}").body
    assert tuple(body[name] for name in MONEY) == CHARGES[make]
    assert body["amount"] == 2000
    booked = body["captured"] and body["status"] == "succeeded"
    assert (body["balance_transaction"] is not None) == booked
    assert (body["receipt_url"] is not None) == body["paid"]
    said = (body["failure_code"], body["failure_message"])
    assert said == (("card_declined", "Your card was declined.") if make is failed else (None, None))
    assert (body["dispute"] is not None) == body["disputed"]


def asking(shop: Shop) -> Any:
    return shop.pay("pm_card_authenticationRequired")["id"]


def held(shop: Shop) -> Any:
    return shop.pay(capture_method="manual")["id"]


def processing(shop: Shop) -> Any:
    return shop.get(f"/v1/charges/{pending(shop)}")["payment_intent"]


def declined(shop: Shop) -> Any:
    wanted = {"amount": 2000, "currency": "usd", "payment_method": "pm_card_chargeDeclined", "confirm": True}
    return shop.post("/v1/payment_intents", wanted).error["payment_intent"]["id"]


INTENTS = {
    # status, amount_capturable, amount_received, and which of latest_charge, payment_method, last_payment_error, next_action are there
    "bare": (intent, "requires_payment_method", 0, 0, set()),
    "ready": (lambda shop: intent(shop, payment_method="pm_card_visa"), "requires_confirmation", 0, 0, {"payment_method"}),
    "asking": (asking, "requires_action", 0, 0, {"payment_method", "next_action"}),
    "declined": (declined, "requires_payment_method", 0, 0, {"latest_charge", "last_payment_error"}),
    "held": (held, "requires_capture", 2000, 0, {"latest_charge", "payment_method"}),
    "processing": (processing, "processing", 0, 0, {"latest_charge", "payment_method"}),
    "paid": (lambda shop: shop.pay()["id"], "succeeded", 0, 2000, {"latest_charge", "payment_method"}),
    "canceled": (
        lambda shop: post(shop, f"/v1/payment_intents/{intent(shop)}/cancel")["id"], "canceled", 0, 0, {"canceled_at"},
    ),
}  # fmt: skip
THERE = ("latest_charge", "payment_method", "last_payment_error", "next_action", "canceled_at")


@pytest.mark.parametrize("name", INTENTS)
def test_an_intent_in_each_state(shop: Shop, name: str) -> None:
    make, status, capturable, received, there = INTENTS[name]
    body = shop.get(f"/v1/payment_intents/{make(shop)}").body
    assert (body["status"], body["amount_capturable"], body["amount_received"]) == (status, capturable, received)
    assert {key for key in THERE if body[key] is not None} == there
    assert (body["capture_method"], body["confirmation_method"]) == ("manual" if name == "held" else "automatic_async", "automatic")
    assert (body["amount_details"], body["source"], body["managed_payments"]) == ({"tip": {}}, None, {"enabled": False})


def test_a_refund_in_each_state() -> None:
    """Why it is pending or has failed is said while it is so, and what brought the money back is there once it came."""
    shop = Shop()
    ways = {"visa": ("succeeded", "succeeded"), "pendingRefund": ("pending", "succeeded"), "refundFail": ("succeeded", "failed")}
    for card, (first, last) in ways.items():
        made = post(shop, "/v1/refunds", {"payment_intent": shop.pay(f"pm_card_{card}")["id"]})
        assert (made["status"], made.get("pending_reason")) == (first, "processing" if first == "pending" else None)
        assert made["balance_transaction"] is not None
        shop.advance(seconds=60)
        body = shop.get(f"/v1/refunds/{made['id']}").body
        assert (body["status"], "pending_reason" in body) == (last, False)
        assert {"failure_reason", "failure_balance_transaction"} & body.keys() == (
            {"failure_reason", "failure_balance_transaction"} if last == "failed" else set()
        )
        traced = body["destination_details"]["card"]
        assert (traced["type"], traced["reference_type"]) == ("refund", "acquirer_reference_number")
        if last == "succeeded":
            assert traced["reference_status"] == "available"
    shop.close()


@pytest.mark.parametrize(("kind", "verdict", "refundable", "lines"), [
    ("inquiry", "", True, 0), ("chargeback", "", False, 1), ("chargeback", "win", True, 2), ("chargeback", "lose", False, 1),
    ("inquiry", "escalate", False, 1),
])  # fmt: skip
def test_a_dispute_in_each_state(shop: Shop, kind: str, verdict: str, refundable: bool, lines: int) -> None:
    """Whether its charge can be refunded, and its balance transactions: whole ones, the withdrawal first."""
    key = shop.control("POST", "/disputes", {"charge": charge(shop), "kind": kind})["id"]
    if verdict:
        shop.control("POST", f"/disputes/{key}/{verdict}", {})
    body = shop.get(f"/v1/disputes/{key}").body
    assert (body["is_charge_refundable"], len(body["balance_transactions"])) == (refundable, lines)
    assert [line["amount"] for line in body["balance_transactions"]] == [-2000, 2000][:lines]
    assert body["balance_transaction"] == (body["balance_transactions"][0]["id"] if lines else None)


def test_a_review_says_why_it_was_opened_and_closed(shop: Shop) -> None:
    shop.pay("pm_card_riskLevelElevated")
    opened = shop.get("/v1/reviews", {"limit": 1})["data"][0]
    assert (opened["open"], opened["reason"], opened["opened_reason"], opened["closed_reason"]) == (True, "rule", "rule", None)
    assert shop.get(f"/v1/charges/{opened['charge']}")["review"] == opened["id"]
    done = post(shop, f"/v1/reviews/{opened['id']}/approve")
    assert (done["open"], done["reason"], done["opened_reason"], done["closed_reason"]) == (False, "approved", "rule", "approved")
    assert shop.get(f"/v1/charges/{opened['charge']}")["review"] is None


@pytest.mark.parametrize("params", [{}, {"amount": 500}])
def test_a_fee_is_refunded_once_all_of_it_is(shop: Shop, params: Any) -> None:
    account = post(shop, "/v1/accounts", {"type": "custom", "capabilities": {"transfers": {"requested": True}}})["id"]
    paid = shop.pay(amount=10_000, transfer_data={"destination": account}, application_fee_amount=1_000, expand=["latest_charge"])
    fee = post(shop, f"/v1/application_fees/{paid['latest_charge']['application_fee']}/refund", params)
    back = params.get("amount", 1_000)
    assert (fee["amount_refunded"], fee["refunded"], fee["refunds"]["total_count"]) == (back, back == 1_000, 1)
    reversals = f"/v1/transfers/{paid['latest_charge']['transfer']}/reversals"
    moved = post(shop, reversals, {**params, "expand": ["transfer"]})["transfer"]
    gone = params.get("amount", 10_000)
    assert (moved["amount_reversed"], moved["reversed"], moved["reversals"]["total_count"]) == (gone, gone == 10_000, 1)
