"""What Stripe alone adds to the control API: the person who looks at payments in the queue of reviews."""

from __future__ import annotations

from typing import Any

from sandbox.core.branches import split
from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.providers.base import Asked, Steer
from sandbox.providers.stripe import reviewing
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.records import Review
from sandbox.providers.stripe.views.dispute import review as shown


def approve(merchant: Merchant, asked: Asked, id: str) -> dict[str, Any]:
    """The payment may stay: its review is closed. Raises Refusal NOT_FOUND, WRONG_STATUS."""
    review: Review | None = merchant.anywhere(STRIPE, Review, id)
    if review is None:
        raise Refusal(Reason.NOT_FOUND, kind="review", id=id, next="GET /_sandbox/payments/{id} has a payment's review among its parts.")
    with merchant.acting_for(split(review.provider)[1]):
        return shown(merchant, reviewing.approve(merchant, review))


STEERING: tuple[Steer, ...] = (
    Steer("POST", "/_sandbox/reviews/{id}/approve", approve, "A payment that Radar had somebody look at may stay", acts_on=Review),
)
