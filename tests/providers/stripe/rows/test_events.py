"""Every row of the documentation's table of events: the whole list that a state change sends, in order, with what each says was before."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import START, Receiver, Shop
from tests.providers.stripe.rows import causes
from tests.providers.stripe.rows.causes import Cause
from tests.providers.stripe.test_connect import connected

Told = tuple[str, str, Any]
# Whose request an event names: the call's own, or none, because clock, bank or cardholder did it; or only the first one has it.
CALL, NOBODY, FIRST = "call", "nobody", "first"


def quiet(*types: str) -> list[Told]:
    """Events without previous attributes; the object is of the kind that the type begins with, unless it is named."""
    rows = []
    for name in types:
        type, _, kind = name.partition(" ")
        rows.append((type, kind or type.partition(".")[0], None))
    return rows


def both(before: dict[str, Any]) -> list[Told]:
    """A changed refund is told of twice."""
    return [("refund.updated", "refund", before), ("charge.refund.updated", "refund", before)]


def dispute(name: str, before: dict[str, Any] | None = None) -> Told:
    return (f"charge.dispute.{name}", "dispute", before)


OPENED = [dispute("created"), dispute("funds_withdrawn")]
PAID = quiet("charge.succeeded", "payment_intent.succeeded")
REFUNDED = [("refund.created", "refund", None), ("charge.refunded", "charge", {"amount_refunded": 0, "refunded": False})]
CHARGE_UPDATED = ("charge.updated", "charge", None)
UNSENT = {"has_evidence": False, "submission_count": 0, "submission_method": "not_submitted"}
STRANGE = {"metadata": {"a": None}}
UNDER_REVIEW, WAITING = {"status": "under_review"}, {"status": "needs_response"}
FAILED = {"failure_balance_transaction": None, "failure_reason": None, "status": "succeeded"}
ACTION = {
    "balance_transaction": None, "failure_balance_transaction": None, "failure_reason": None, "status": "requires_action",
    "next_action": {
        "display_details": {"email_sent": {"email_sent_at": START, "email_sent_to": "a@example.com"}, "expires_at": START + 45 * 86_400},
        "type": "display_details",
    },
}  # fmt: skip
ARRIVED = [("payout.updated", "payout", {"status": "in_transit", "trace_id": {"status": "pending", "value": None}})]
REVIEW_CLOSED = ("review.closed", "review", None)
EFW = "radar.early_fraud_warning"
CLOCK = "test_helpers.test_clock"

ROWS: tuple[tuple[Cause, str, list[Told]], ...] = (
    (causes.intent_created, CALL, quiet("payment_intent.created")),
    (causes.confirmed, CALL, PAID),
    (causes.created_and_confirmed, CALL, [*quiet("payment_intent.created"), *PAID]),
    (causes.charge_cleared, NOBODY, [("charge.updated", "charge", {"balance_transaction": None})]),
    (causes.declined, CALL, quiet("charge.failed", "payment_intent.payment_failed")),
    (causes.declined_while_created, CALL, quiet("payment_intent.created", "charge.failed", "payment_intent.payment_failed")),
    (causes.action_required, CALL, quiet("payment_intent.requires_action")),
    (causes.authenticated, NOBODY, PAID),
    (causes.not_authenticated, NOBODY, quiet("payment_intent.payment_failed")),
    (causes.authorized, CALL, quiet("charge.succeeded", "payment_intent.amount_capturable_updated")),
    (causes.captured, CALL, [
        ("charge.captured", "charge", {"amount_captured": 0, "balance_transaction": None, "captured": False}),
        *quiet("payment_intent.succeeded"),
    ]),
    (causes.captured_in_part, CALL, [
        ("charge.captured", "charge", {"amount_captured": 0, "amount_refunded": 0, "balance_transaction": None, "captured": False}),
        *quiet("payment_intent.succeeded"),
    ]),
    (causes.canceled_before_capture, CALL, [REFUNDED[1], *quiet("payment_intent.canceled")]),
    (causes.canceled_before_a_charge, CALL, quiet("payment_intent.canceled")),
    (causes.authorization_expired, NOBODY, quiet("charge.expired", "payment_intent.canceled")),
    (causes.debit_confirmed, CALL, quiet("payment_intent.created", "charge.pending", "payment_intent.processing")),
    (causes.debit_settled, NOBODY, quiet("charge.succeeded", "balance.available", "payment_intent.succeeded")),
    (causes.debit_failed, NOBODY, quiet("charge.failed", "payment_intent.payment_failed")),
    (causes.debit_canceled, CALL, quiet("charge.failed", "payment_intent.canceled")),
    (causes.refund_created, CALL, REFUNDED),
    (causes.refund_created_in_part, CALL, [REFUNDED[0], ("charge.refunded", "charge", {"amount_refunded": 0})]),
    (causes.refund_of_the_rest, CALL, [REFUNDED[0], ("charge.refunded", "charge", {"amount_refunded": 500, "refunded": False})]),
    (causes.refund_traced, NOBODY, both({"destination_details": {"card": {"reference": None, "reference_status": "pending"}}})),
    (causes.refund_metadata_changed, CALL, both(STRANGE)),
    (causes.refund_pending_succeeded, NOBODY, both({"pending_reason": "processing", "status": "pending"})),
    (causes.refund_failed, NOBODY, [both(FAILED)[0], ("refund.failed", "refund", None), both(FAILED)[1]]),
    (causes.refund_canceled, CALL, both(ACTION)),
    (causes.waiting_refund_moot, NOBODY, [
        *quiet("charge.failed"), *both({"pending_reason": "charge_pending", "status": "pending"}), *quiet("payment_intent.payment_failed"),
    ]),
    (causes.waiting_refund_due, NOBODY, [
        *quiet("charge.succeeded", "balance.available"), *both({"balance_transaction": None, "pending_reason": "charge_pending"}),
        REFUNDED[1], *quiet("payment_intent.succeeded"),
    ]),
    (causes.chargeback_of_a_test_card, CALL, [*quiet("payment_intent.created"), PAID[0], *OPENED, PAID[1]]),
    (causes.chargeback_by_the_bank, NOBODY, OPENED),
    (causes.inquiry_opened, NOBODY, OPENED[:1]),
    (causes.evidence_staged, CALL, [
        dispute("updated", {"evidence": {"uncategorized_text": None}, "evidence_details": {"has_evidence": False}}),
    ]),
    (causes.evidence_submitted, CALL, [
        dispute("updated", {"evidence": {"uncategorized_text": None}, "evidence_details": UNSENT, **WAITING}), CHARGE_UPDATED,
    ]),
    (causes.inquiry_answered, CALL, [
        dispute("updated", {"evidence": {"uncategorized_text": None}, "evidence_details": UNSENT, "status": "warning_needs_response"}),
        CHARGE_UPDATED,
    ]),
    (causes.dispute_metadata_changed, CALL, [dispute("updated", STRANGE)]),
    (causes.evidence_enriched, NOBODY, [dispute("updated", {"evidence": {"product_description": None}})]),
    (causes.inquiry_escalated, NOBODY, [
        dispute("updated", {"is_charge_refundable": True, "payment_method_details": {"card": {"case_type": "inquiry"}},
                            "status": "warning_needs_response"}),
        OPENED[1],
    ]),
    (causes.won, NOBODY, [dispute("funds_reinstated"), dispute("closed", UNDER_REVIEW)]),
    (causes.won_in_part, NOBODY, [dispute("funds_reinstated"), dispute("closed", UNDER_REVIEW)]),
    (causes.lost_after_review, NOBODY, [dispute("closed", UNDER_REVIEW)]),
    (causes.deadline_missed, NOBODY, [dispute("closed", WAITING)]),
    (causes.accepted, CALL, [dispute("closed", WAITING), CHARGE_UPDATED]),
    (causes.inquiry_accepted, CALL, [dispute("closed", {"status": "warning_needs_response"}), CHARGE_UPDATED]),
    (causes.appeal_unanswered, NOBODY, [dispute("closed", {"status": "appeal_needs_response"})]),
    (causes.chargeback_before_the_charge_clears, NOBODY, [("charge.updated", "charge", {"balance_transaction": None}), *OPENED]),
    (causes.inquiry_closed, NOBODY, [dispute("closed", {"status": "warning_needs_response"})]),
    (causes.inquiry_dropped, NOBODY, [dispute("closed", {"status": "warning_needs_response"})]),
    (causes.warned, NOBODY, quiet(f"{EFW}.created {EFW}")),
    (causes.warning_spent_by_a_refund, CALL, [*REFUNDED, (f"{EFW}.updated", EFW, {"actionable": True})]),
    (causes.review_opened, CALL, [*quiet("payment_intent.created"), PAID[0], ("review.opened", "review", None), PAID[1]]),
    (causes.review_approved, CALL, [REVIEW_CLOSED]),
    (causes.review_closed_by_a_refund, CALL, [*REFUNDED, REVIEW_CLOSED]),
    (causes.review_closed_by_a_dispute, NOBODY, [*OPENED, REVIEW_CLOSED]),
    (causes.customer_created, CALL, quiet("customer.created")),
    (causes.customer_updated, CALL, [("customer.updated", "customer", {"name": "Ann"})]),
    (causes.customer_deleted, CALL, quiet("customer.deleted")),
    (causes.source_created, CALL, [
        ("customer.source.created", "card", None), ("customer.updated", "customer", {"default_source": None}),
    ]),
    (causes.source_updated, CALL, [("customer.source.updated", "card", {"exp_year": 2034})]),
    (causes.source_deleted, CALL, [
        ("customer.source.deleted", "card", None), ("customer.updated", "customer", {"default_source": "<id>"}),
    ]),
    (causes.method_made, CALL, []),
    (causes.method_attached, CALL, quiet("payment_method.attached")),
    (causes.method_updated, CALL, [("payment_method.updated", "payment_method", STRANGE)]),
    (causes.method_detached, CALL, [("payment_method.detached", "payment_method", {"customer": "<id>"})]),
    (causes.setup_created, CALL, quiet("setup_intent.created")),
    (causes.setup_succeeded, CALL, quiet("setup_intent.succeeded")),
    (causes.setup_requires_action, CALL, quiet("setup_intent.requires_action")),
    (causes.setup_failed, CALL, quiet("setup_intent.setup_failed")),
    (causes.setup_canceled, CALL, quiet("setup_intent.canceled")),
    (causes.file_uploaded, CALL, quiet("file.created")),
    (causes.bypassed, CALL, [*quiet("payment_intent.created"), PAID[0], *quiet("balance.available"), PAID[1]]),
    (causes.balance_available, NOBODY, quiet("balance.available")),
    (causes.payout_created, CALL, quiet("payout.created")),
    (causes.payout_updated, CALL, [("payout.updated", "payout", STRANGE)]),
    (causes.payout_paid, NOBODY, [*ARRIVED, *quiet("payout.paid")]),
    (causes.payout_failed, NOBODY, [
        ("payout.updated", "payout", {"failure_balance_transaction": None, "failure_code": None, "failure_message": None,
                                      "status": "in_transit"}),
        *quiet("payout.failed"), ("account.external_account.updated", "bank_account", {"status": "new"}),
    ]),
    (causes.payout_canceled, CALL, [
        ("payout.updated", "payout", {"failure_balance_transaction": None, "status": "pending"}), *quiet("payout.canceled"),
    ]),
    (causes.payout_reconciled, NOBODY, [
        *ARRIVED, *quiet("payout.paid"), ("payout.updated", "payout", {"reconciliation_status": "in_progress"}),
        *quiet("payout.reconciliation_completed"),
    ]),
    (causes.transfer_created, CALL, quiet("transfer.created", "charge.succeeded")),
    (causes.transfer_updated, CALL, [("transfer.updated", "transfer", STRANGE)]),
    (causes.transfer_reversed, CALL, [("transfer.reversed", "transfer", {"amount_reversed": 0, "reversed": False}), *REFUNDED]),
    (causes.fee_created, CALL, quiet("application_fee.created application_fee", "charge.succeeded")),
    (causes.fee_refunded, CALL, [("application_fee.refunded", "application_fee", {"amount_refunded": 0})]),
    (causes.fee_refund_updated, CALL, [("application_fee.refund.updated", "fee_refund", STRANGE)]),
    (causes.clock_created, CALL, quiet(f"{CLOCK}.created {CLOCK}")),
    (causes.clock_advanced, FIRST, quiet(f"{CLOCK}.advancing {CLOCK}", f"{CLOCK}.ready {CLOCK}")),
    (causes.clock_deleted, CALL, quiet(f"{CLOCK}.deleted {CLOCK}")),
)  # fmt: skip


def nameless(before: Any) -> Any:
    """Ids of other objects are only known to be some."""
    if isinstance(before, dict):
        return {key: nameless(value) for key, value in before.items()}
    return "<id>" if isinstance(before, str) and before.startswith(("card_", "cus_")) else before


def sent(shop: Shop) -> list[Any]:
    """Every event that the API lists, oldest first: the merchant's own, then those of the accounts connected to it."""
    accounts = [{}, *({"stripe-account": a["id"]} for a in shop.get("/v1/accounts")["data"])]
    return [event for headers in accounts for event in shop.get("/v1/events", {"limit": 100}, headers=headers)["data"][::-1]]


@pytest.mark.parametrize(("cause", "by", "told"), ROWS, ids=[cause.__name__ for cause, *_ in ROWS])
def test_a_state_change_sends(cause: Cause, by: str, told: list[Told]) -> None:
    shop = Shop(profile="network" if cause in (causes.charge_cleared, causes.chargeback_before_the_charge_clears) else "testmode")
    change = cause(shop)
    next(change)
    known = {event["id"] for event in sent(shop)}
    with pytest.raises(StopIteration):
        next(change)
    new = [event for event in sent(shop) if event["id"] not in known]
    rows = [(e["type"], e["data"]["object"]["object"], nameless(e["data"].get("previous_attributes"))) for e in new]
    assert rows == told
    for event in new:
        assert (event["request"]["id"] is not None) is (by == CALL or (by == FIRST and event is new[0])), event["type"]
        assert (event["livemode"], event["object"]) == (False, "event")
    shop.close()


def test_the_table_has_every_cause() -> None:
    made = {name for name, cause in vars(causes).items() if getattr(cause, "__annotations__", {}).get("return") == "Iterator[None]"}
    assert {cause.__name__ for cause, *_ in ROWS} == made


def test_a_refunded_charge_is_told_without_its_refunds_since_2022_11_15(shop: Shop) -> None:
    """Before, `previous_attributes` says what the list was."""
    paid = shop.pay()
    shop.post("/v1/refunds", {"payment_intent": paid["id"], "amount": 500})
    (now,) = shop.get("/v1/events", {"type": "charge.refunded"})["data"]
    assert "refunds" not in now["data"]["object"]
    assert set(now["data"]["previous_attributes"]) == {"amount_refunded"}
    old = Shop(stripe_version="2022-08-01")
    paid = old.pay()
    made = [old.post("/v1/refunds", {"payment_intent": paid["id"], "amount": amount})["id"] for amount in (500, 700)]
    told = [event["data"]["previous_attributes"] for event in old.get("/v1/events", {"type": "charge.refunded"})["data"][::-1]]
    assert [(before["amount_refunded"], before["refunds"]["total_count"]) for before in told] == [(0, 0), (500, 1)]
    assert [refund["id"] for refund in told[1]["refunds"]["data"]] == made[:1]
    held = old.pay(capture_method="manual")
    old.post(f"/v1/payment_intents/{held['id']}/cancel")
    assert "refunds" not in old.get("/v1/events", {"type": "charge.refunded"})["data"][0]["data"]["previous_attributes"]
    old.close()


def test_an_event_counts_the_webhooks_that_it_waits_for() -> None:
    """One with one endpoint, none with none."""
    shop = Shop(receiver=Receiver(500))
    shop.pay("pm_card_createDispute")
    shop.hear("charge.dispute.created")
    shop.pay("pm_card_createDispute")
    events = shop.get("/v1/events", {"type": "charge.dispute.created"})["data"]
    assert [event["pending_webhooks"] for event in events] == [1, 0]
    shop.close()


def test_an_event_has_the_envelope_of_a_connected_account_only_there(shop: Shop) -> None:
    shop.pay()
    account = connected(shop)
    shop.post("/v1/charges", {"amount": 2000, "currency": "usd", "source": "tok_visa"}, headers={"stripe-account": account})
    theirs = shop.get("/v1/events", {"type": "charge.succeeded"}, headers={"stripe-account": account})["data"]
    own = shop.get("/v1/events", {"type": "charge.succeeded"})["data"]
    assert ([event["account"] for event in theirs], ["account" in event for event in own]) == ([account], [False])
