"""`/v1/reviews`: the queue of payments that a person is to look at."""

from __future__ import annotations

from sandbox.core.merchant import Merchant
from sandbox.providers.base import Op
from sandbox.providers.stripe import reviewing
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.records import Review
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.validate import Created, Expandable, ListParams
from sandbox.providers.stripe.wire import Page, slice_of


class ReviewList(ListParams):
    created: Created | None = None


def index(merchant: Merchant, params: ReviewList) -> Page:
    """The open ones."""
    return slice_of(merchant, STRIPE, Review, find.REVIEW.name, params, "/v1/reviews", keep=lambda review: review.status == "open")


def retrieve(merchant: Merchant, params: Expandable, review_id: str) -> Review:
    found: Review = find.in_path(merchant, find.REVIEW, review_id)
    return found


def approve(merchant: Merchant, params: Expandable, review_id: str) -> Review:
    return reviewing.approve(merchant, retrieve(merchant, params, review_id))


OPERATIONS = (
    Op("GET", "/v1/reviews", index, ReviewList),
    Op("GET", "/v1/reviews/{review}", retrieve, Expandable),
    Op("POST", "/v1/reviews/{review}/approve", approve, Expandable),
)
