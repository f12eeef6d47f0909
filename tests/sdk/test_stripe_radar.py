"""The official libraries look at risky payments and hand out links to files."""

from __future__ import annotations

import io
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
import stripe

from tests.sdk.account import Account
from tests.sdk.evidence import pdf


def test_a_risky_payment_is_reviewed_and_approved(client: stripe.StripeClient) -> None:
    paid = client.v1.payment_intents.create(
        {"amount": 2000, "currency": "usd", "payment_method": "pm_card_riskLevelElevated", "confirm": True, "expand": ["review"]}
    )
    (review,) = client.v1.reviews.list({"limit": 3}).data
    assert isinstance(paid.review, stripe.Review)
    assert (paid.review.id, review.reason, review.open) == (review.id, "rule", True)
    assert client.v1.reviews.approve(review.id).closed_reason == "approved"
    assert client.v1.reviews.retrieve(review.id, {"expand": ["charge"]}).charge.review is None  # type: ignore[union-attr]
    assert not client.v1.reviews.list().data
    with pytest.raises(stripe.CardError) as blocked:
        client.v1.payment_intents.create({"amount": 900, "currency": "usd", "payment_method": "pm_card_radarBlock", "confirm": True})
    assert blocked.value.code == "card_declined"


def test_a_file_is_linked_until_the_link_ends(client: stripe.StripeClient, account: Account) -> None:
    """Whoever has the address needs no key; afterwards nobody has it."""
    content = pdf()
    file = client.v1.files.create({"purpose": "dispute_evidence", "file": io.BytesIO(content)})  # type: ignore[typeddict-item]
    link = client.v1.file_links.create({"file": file.id, "expires_at": account.now + 60})
    with urllib.request.urlopen(str(link.url)) as answer:
        assert answer.read() == content
    assert [each.id for each in client.v1.file_links.list({"file": file.id}).data] == [link.id]
    account.advance(seconds=60)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(str(link.url))
    assert client.v1.file_links.update(link.id, {"expires_at": ""}).expired is False  # type: ignore[typeddict-item]


def test_a_review_is_closed_by_a_refund(play: Callable[[str], Any]) -> None:
    """Node: the review, the warning and the link of one application."""
    assert play("radar.js") == {
        "opened": ["rule", True],
        "closed": ["refunded_as_fraud", False],
        "warned": [True, False],
        "linked": [200, "application/pdf", None],
        "happened": [
            "payment_intent.created", "charge.succeeded", "review.opened", "payment_intent.succeeded", "refund.created",
            "charge.refunded", "review.closed",
        ],
    }  # fmt: skip
