"""Radar's queue of payments that a person is to look at: when a review opens, and what closes it."""

from __future__ import annotations

from typing import Any

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Charge, Refund
from sandbox.providers.stripe.ids import new_id
from sandbox.providers.stripe.records import PaymentIntent, Review

STRIPE = "stripe"
CLOSED = "Review {} is closed already ({}): only an open review can be approved."


def watched(merchant: Merchant, draft: Charge) -> Charge:
    """The draft of a charge that a person is to look at: it names its review from the beginning."""
    return draft._replace(details={**draft.details, "review": new_id(merchant, Review, "")})


def open_review(merchant: Merchant, charge: Charge) -> Review:
    """The charge was made and stands in the queue."""
    review = Review(charge.details["review"], STRIPE, NEW, merchant.now, charge.id, charge.parent_id)
    return merchant.fire(review, Trigger.OPEN)


def approve(merchant: Merchant, review: Review) -> Review:
    """Somebody has looked at the payment and lets it stay. Raises Refusal WRONG_STATUS."""
    if review.status != "open":
        raise Refusal(Reason.WRONG_STATUS, message=CLOSED.format(review.id, review.closed_reason))
    close(merchant, review.charge_id, "approved")
    approved: Review = merchant.get(STRIPE, Review, review.id)
    return approved


def close(merchant: Merchant, charge_id: str, reason: str) -> None:
    """No review of the charge is open any more, nor named by the charge and its intent; nothing happens where none was."""
    for review in list(merchant.store.shelf(STRIPE, Review).of("charge_id", charge_id)):
        if review.status != "open":
            continue
        for record in (merchant.get(STRIPE, Charge, charge_id), merchant.get(STRIPE, PaymentIntent, review.parent_id)):
            if record is not None and "review" in record.details:
                merchant.put(record._replace(details=without_review(record)))
        merchant.fire(review, Trigger.SPEND, closed_reason=reason)


def without_review(record: Any) -> dict[str, Any]:
    return {name: value for name, value in record.details.items() if name != "review"}


def close_unsettled(merchant: Merchant, charge: Charge) -> None:
    """The authorization was given back: refunded, canceled, or left to expire."""
    refunds: list[Refund] = merchant.store.shelf(STRIPE, Refund).of("charge_id", charge.id)
    intent: PaymentIntent | None = merchant.get(STRIPE, PaymentIntent, charge.parent_id)
    if refunds:
        close(merchant, charge.id, refunded_as(refunds[-1]))
    elif intent is not None and intent.details.get("cancellation_reason") != "automatic":
        close(merchant, charge.id, "canceled")
    else:
        close(merchant, charge.id, "payment_never_settled")


def refunded_as(refund: Refund) -> str:
    return "refunded_as_fraud" if refund.reason == "fraudulent" else "refunded"


# How the rules above are known, for the fidelity page.
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("a payment of elevated risk opens a review; approving, refunding or disputing it closes the review", "docs: Radar reviews"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("review.opened comes right after charge.succeeded, which names the review already", "order"),
    ("review.closed comes after the events of the refund, and after charge.dispute.funds_withdrawn of a dispute", "order"),
    ("a full refund closes a review, a partial one does not; an inquiry does", "which refunds and disputes count"),
    ("giving an authorization back closes its review as canceled, refunded or, where it expired, payment_never_settled", "reasons"),
    ("approving a closed review: 400", "wording"),
)
