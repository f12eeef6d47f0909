"""Each state change sends its events, whole lists in order, and says what changed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import DAY, Shop
from tests.providers.stripe.test_refund_x_dispute import decide
from tests.providers.stripe.test_timings import bank_opens, submit

CREATED_PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


def told(shop: Shop, since: int = 0) -> list[tuple[str, str, Any]]:
    """(type, kind of object, previous_attributes or None) of every event after the first `since`, oldest first."""
    rows = []
    for event in shop.get("/v1/events", {"limit": 100})["data"][::-1][since:]:
        rows.append((event["type"], event["data"]["object"]["object"], event["data"].get("previous_attributes")))
    return rows


def quiet(*names: str) -> list[tuple[str, str, None]]:
    """Events without previous attributes, as "type object"."""
    return [(*name.split(), None) for name in names]  # type: ignore[misc]


# Payments


def test_intent_created(shop: Shop) -> None:
    shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd"})
    assert told(shop) == quiet("payment_intent.created payment_intent")


def test_confirmed_and_succeeded(shop: Shop) -> None:
    intent = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd"})["id"]
    shop.post(f"/v1/payment_intents/{intent}/confirm", {"payment_method": "pm_card_visa"})
    assert told(shop, 1) == quiet("charge.succeeded charge", "payment_intent.succeeded payment_intent")


def test_created_and_confirmed_in_one_call(shop: Shop) -> None:
    """All carry the call's request and idempotency key."""
    answer = shop.post(
        "/v1/payment_intents", {"amount": 2000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True},
        headers={"idempotency-key": "k1"},
    )  # fmt: skip
    assert shop.events() == CREATED_PAID
    for event in shop.get("/v1/events")["data"]:
        assert event["request"] == {"id": answer.headers["request-id"], "idempotency_key": "k1"}


def test_declined(shop: Shop) -> None:
    """The failed charge first, then the intent; nothing succeeded."""
    shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", "payment_method": "pm_card_chargeDeclined", "confirm": True})
    assert told(shop) == quiet(
        "payment_intent.created payment_intent", "charge.failed charge", "payment_intent.payment_failed payment_intent"
    )


def test_authorized(shop: Shop) -> None:
    shop.pay(capture_method="manual")
    assert told(shop) == quiet(
        "payment_intent.created payment_intent", "charge.succeeded charge", "payment_intent.amount_capturable_updated payment_intent"
    )


def test_captured(shop: Shop) -> None:
    held = shop.pay(capture_method="manual", amount=2000)
    shop.post(f"/v1/payment_intents/{held['id']}/capture")
    captured, succeeded = told(shop, 3)
    assert captured[:2] == ("charge.captured", "charge")
    assert captured[2] == {"amount_captured": 0, "balance_transaction": None, "captured": False}
    assert succeeded == ("payment_intent.succeeded", "payment_intent", None)


def test_canceled_before_capture(shop: Shop) -> None:
    held = shop.pay(capture_method="manual", amount=2000)
    shop.post(f"/v1/payment_intents/{held['id']}/cancel")
    assert told(shop, 3) == [
        ("charge.refunded", "charge", {"amount_refunded": 0, "refunded": False}), ("payment_intent.canceled", "payment_intent", None),
    ]  # fmt: skip


def test_canceled_before_a_charge(shop: Shop) -> None:
    intent = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd"})["id"]
    shop.post(f"/v1/payment_intents/{intent}/cancel")
    assert told(shop, 1) == quiet("payment_intent.canceled payment_intent")


def test_authorization_expired(shop: Shop) -> None:
    """After seven days, by nobody's request."""
    held = shop.pay(capture_method="manual", amount=2000)
    shop.advance(seconds=7 * DAY - 1)
    assert len(shop.events()) == 3
    shop.advance(seconds=1)
    assert told(shop, 3) == quiet("charge.expired charge", "payment_intent.canceled payment_intent")
    assert shop.get(f"/v1/payment_intents/{held['id']}")["cancellation_reason"] == "automatic"
    assert shop.get("/v1/events", {"limit": 1})["data"][0]["request"]["id"] is None


def test_plain_charge_authorized_captured_and_expired(shop: Shop) -> None:
    for capture in (True, False):
        shop.post("/v1/charges", {"amount": 2000, "currency": "usd", "source": "tok_visa", "capture": capture})
    shop.advance(days=8)
    assert shop.events() == ["charge.succeeded", "charge.succeeded", "balance.available", "charge.expired"]


# Refunds


def test_refund_created(shop: Shop) -> None:
    paid = shop.pay(amount=2000)
    shop.post("/v1/refunds", {"payment_intent": paid["id"]})
    assert told(shop, 3) == [
        ("refund.created", "refund", None), ("charge.refunded", "charge", {"amount_refunded": 0, "refunded": False}),
    ]  # fmt: skip


def test_refund_metadata_changed(shop: Shop) -> None:
    refund = shop.post("/v1/refunds", {"payment_intent": shop.pay()["id"]})["id"]
    shop.post(f"/v1/refunds/{refund}", {"metadata": {"a": "b"}})
    before = {"metadata": {"a": None}}
    assert told(shop, 5) == [("refund.updated", "refund", before), ("charge.refund.updated", "refund", before)]


def test_refund_pending_then_succeeded(shop: Shop) -> None:
    shop.post("/v1/refunds", {"payment_intent": shop.pay("pm_card_pendingRefund")["id"]})
    shop.advance(seconds=5)
    before = {"pending_reason": "processing", "status": "pending"}
    assert told(shop, 5) == [("refund.updated", "refund", before), ("charge.refund.updated", "refund", before)]


def test_refund_failed(shop: Shop) -> None:
    shop.post("/v1/refunds", {"payment_intent": shop.pay("pm_card_refundFail")["id"]})
    shop.advance(seconds=4)
    before = {"failure_balance_transaction": None, "failure_reason": None, "status": "succeeded"}
    traced = {"destination_details": {"card": {"reference": None, "reference_status": "pending"}}}
    assert told(shop, 5) == [
        ("refund.updated", "refund", traced), ("charge.refund.updated", "refund", traced),
        ("refund.updated", "refund", before), ("refund.failed", "refund", None), ("charge.refund.updated", "refund", before),
    ]  # fmt: skip


# Disputes


def test_chargeback_opened_by_a_test_card(shop: Shop) -> None:
    """In the middle of the confirming call, and the money row is already there."""
    shop.pay("pm_card_createDispute")
    assert told(shop) == quiet(
        "payment_intent.created payment_intent", "charge.succeeded charge", "charge.dispute.created dispute",
        "charge.dispute.funds_withdrawn dispute", "payment_intent.succeeded payment_intent",
    )  # fmt: skip
    created = shop.get("/v1/events", {"type": "charge.dispute.created"})["data"][0]["data"]["object"]
    assert len(created["balance_transactions"]) == 1
    assert {value for key, value in created["evidence"].items() if key != "enhanced_evidence"} == {None}


def test_two_chargebacks_opened_by_a_test_card(shop: Shop) -> None:
    shop.pay("pm_card_createMultipleDisputes")
    assert shop.events() == [
        "payment_intent.created", "charge.succeeded", *["charge.dispute.created", "charge.dispute.funds_withdrawn"] * 2,
        "payment_intent.succeeded",
    ]  # fmt: skip


def test_inquiry_opened(shop: Shop) -> None:
    shop.pay("pm_card_createDisputeInquiry")
    assert shop.events() == ["payment_intent.created", "charge.succeeded", "charge.dispute.created", "payment_intent.succeeded"]


def test_early_fraud_warning(shop: Shop) -> None:
    shop.pay("pm_card_createIssuerFraudRecord")
    assert shop.events() == ["payment_intent.created", "charge.succeeded", "radar.early_fraud_warning.created", "payment_intent.succeeded"]


def test_dispute_opened_by_a_capture(shop: Shop) -> None:
    held = shop.pay("pm_card_createDispute", capture_method="manual")
    shop.post(f"/v1/payment_intents/{held['id']}/capture")
    assert shop.events(3) == [
        "charge.captured", "charge.dispute.created", "charge.dispute.funds_withdrawn", "payment_intent.succeeded",
    ]  # fmt: skip


def test_evidence_staged(shop: Shop) -> None:
    """No `charge.updated` before the submission."""
    dispute = bank_opens(shop, shop.pay())
    shop.post(f"/v1/disputes/{dispute}", {"evidence": {"uncategorized_text": "a"}, "submit": False})
    shop.post(f"/v1/disputes/{dispute}", {"evidence": {"uncategorized_text": "b"}, "submit": False})
    assert told(shop, 5) == [
        ("charge.dispute.updated", "dispute", {"evidence": {"uncategorized_text": None}, "evidence_details": {"has_evidence": False}}),
        ("charge.dispute.updated", "dispute", {"evidence": {"uncategorized_text": "a"}}),
    ]


def test_evidence_submitted(shop: Shop) -> None:
    dispute = bank_opens(shop, shop.pay())
    submit(shop, dispute, "they got it")
    before = {
        "evidence": {"uncategorized_text": None},
        "evidence_details": {"has_evidence": False, "submission_count": 0, "submission_method": "not_submitted"},
        "status": "needs_response",
    }
    assert told(shop, 5) == [("charge.dispute.updated", "dispute", before), ("charge.updated", "charge", None)]


def test_inquiry_escalated(shop: Shop) -> None:
    inquiry = bank_opens(shop, shop.pay(), "inquiry")
    shop.advance(days=1)
    decide(shop, inquiry, "escalate")
    updated, withdrawn = told(shop, 4)
    assert updated[:2] == ("charge.dispute.updated", "dispute")
    assert updated[2]["status"] == "warning_needs_response"
    assert updated[2]["payment_method_details"] == {"card": {"case_type": "inquiry"}}
    assert updated[2]["evidence_details"].keys() == {"due_by"}
    assert withdrawn == ("charge.dispute.funds_withdrawn", "dispute", None)


def test_won(shop: Shop) -> None:
    dispute = bank_opens(shop, shop.pay())
    submit(shop, dispute, "winning_evidence")
    shop.advance(seconds=6)
    assert told(shop, 7) == [
        ("charge.dispute.funds_reinstated", "dispute", None), ("charge.dispute.closed", "dispute", {"status": "under_review"}),
    ]  # fmt: skip


def test_lost_after_review(shop: Shop) -> None:
    dispute = bank_opens(shop, shop.pay())
    submit(shop, dispute, "losing_evidence")
    shop.advance(seconds=6)
    assert told(shop, 7) == [("charge.dispute.closed", "dispute", {"status": "under_review"})]


def test_deadline_missed(shop: Shop) -> None:
    bank_opens(shop, shop.pay("pm_card_bypassPending"))
    shop.advance(days=9)
    assert told(shop, 6) == [("charge.dispute.closed", "dispute", {"status": "needs_response"})]


def test_accepted(shop: Shop) -> None:
    dispute = bank_opens(shop, shop.pay())
    shop.post(f"/v1/disputes/{dispute}/close")
    assert told(shop, 5) == [("charge.dispute.closed", "dispute", {"status": "needs_response"}), ("charge.updated", "charge", None)]


def test_inquiry_closed(shop: Shop) -> None:
    inquiry = bank_opens(shop, shop.pay(), "inquiry")
    decide(shop, inquiry, "win")
    assert told(shop, 4) == [("charge.dispute.closed", "dispute", {"status": "warning_needs_response"})]


@pytest.mark.parametrize("card", ["visa", "createDispute", "createDisputeInquiry", "pendingRefund", "refundFail"])
def test_events_never_repeat_an_id_and_never_go_back_in_time(shop: Shop, card: str) -> None:
    paid = shop.pay(f"pm_card_{card}")
    shop.post("/v1/refunds", {"payment_intent": paid["id"], "amount": 100})
    shop.advance(days=200)
    events = shop.get("/v1/events", {"limit": 100})["data"][::-1]
    assert len({event["id"] for event in events}) == len(events)
    assert [event["created"] for event in events] == sorted(event["created"] for event in events)


def test_an_event_keeps_the_photograph_of_its_moment(shop: Shop) -> None:
    """What happened later is not in it."""
    dispute = bank_opens(shop, shop.pay())
    created = shop.get("/v1/events", {"type": "charge.dispute.created"})["data"][0]
    submit(shop, dispute, "winning_evidence")
    shop.advance(seconds=6)
    assert shop.get(f"/v1/events/{created['id']}")["data"] == created["data"]
    assert created["data"]["object"]["status"] == "needs_response"
