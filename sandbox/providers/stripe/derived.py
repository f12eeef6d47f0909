"""What else changes in a record with a trigger, whoever fires it: the time it was canceled, a new deadline, why it failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Dispute, Refund, Schedule
from sandbox.providers.stripe import debiting, debits, deposits, disputing, payouts, reviewing, scheduling, sharing
from sandbox.providers.stripe.cards import acquirer_reference
from sandbox.providers.stripe.records import PaymentIntent, Payout, SetupIntent

DERIVED: Mapping[tuple[type, Trigger], Callable[[Merchant, Any], dict[str, Any]]] = {
    (Dispute, Trigger.ESCALATE): disputing.escalated,
    (Dispute, Trigger.DEADLINE): disputing.overdue,
    (Dispute, Trigger.ENRICH): disputing.enriched,
    (Dispute, Trigger.REPRESENT): disputing.represented,
    (Refund, Trigger.TRACE): lambda _, r: {"details": {**r.details, "reference": reference_of(r)}},
    (PaymentIntent, Trigger.VOID): lambda merchant, _: {"canceled_at": merchant.now},
    (PaymentIntent, Trigger.EXPIRE): lambda merchant, i: {
        "canceled_at": merchant.now, "details": {**reviewing.without_review(i), "cancellation_reason": "automatic"}
    },
    (Charge, Trigger.VOID): lambda merchant, c: debiting.recalled(merchant, c) if c.status == "pending" else {"released": c.amount},
    (Charge, Trigger.SETTLE): debiting.settled,
    (Charge, Trigger.FAIL): debiting.failed,
    (PaymentIntent, Trigger.SETTLE): lambda _, i: {"received": i.amount},
    (PaymentIntent, Trigger.FAIL): debiting.unpaid,
    (PaymentIntent, Trigger.LAPSE): deposits.lapsed,
    (SetupIntent, Trigger.LAPSE): deposits.lapsed,
    (Charge, Trigger.EXPIRE): lambda _, c: {"released": c.amount},
    (Payout, Trigger.FAIL): payouts.bounced,
    (Payout, Trigger.TRACE): payouts.reconciled,
    (Schedule, Trigger.CREATE): scheduling.next_look,
    (Schedule, Trigger.UNFOLD): scheduling.next_look,
    (Refund, Trigger.REMIT): sharing.foreseen_back,
    (Refund, Trigger.OVERTAKE): lambda *_: {"failure_reason": "charge_for_pending_refund_disputed"},
    (Refund, Trigger.RECALL): lambda *_: {"failure_reason": "charge_for_pending_refund_disputed"},
    (Refund, Trigger.EXPIRE): lambda _, r: {"failure_reason": "insufficient_funds" if r.status == "unfunded" else "unknown"},
    (Refund, Trigger.VOID): lambda _, r: {"failure_reason": "merchant_request"} if r.status == "requires_action" else {},
    (Refund, Trigger.FAIL): lambda _, r: {"failure_reason": r.failure_reason or "expired_or_canceled_card"},
    **{
        (Dispute, trigger): lambda merchant, _: {"closed_at": merchant.now}
        for trigger in (Trigger.WIN, Trigger.LOSE, Trigger.ACCEPT, Trigger.EXPIRE, Trigger.DROP, Trigger.PREVENT)
    },
}  # fmt: skip


def reference_of(refund: Refund) -> str:
    """The number by which the customer's bank finds the money."""
    return debits.reference(refund.id) if "destination" in refund.details else acquirer_reference(refund.id)
