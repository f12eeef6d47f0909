"""What a refund does that the balance does not cover: it overdraws it, as in test mode, or waits until there is money.

A refund that waits has moved nothing. It is tried again a day at a time, and fails when nobody has topped the balance up by the end.
"""

from __future__ import annotations

from sandbox.core.ledger import AVAILABLE, PENDING
from sandbox.core.merchant import Merchant
from sandbox.providers.stripe.disputing import STRIPE

OVERDRAW, WAIT = WAYS = ("overdraw", "wait")


def lets(merchant: Merchant, amount: int, currency: str) -> bool:
    """Whether a refund of so much is sent at once, minor units."""
    own = (merchant.settings.get("providers") or {}).get(STRIPE) or {}
    return (own.get("low_balance") or OVERDRAW) == OVERDRAW or covers(merchant, amount, currency)


def covers(merchant: Merchant, amount: int, currency: str) -> bool:
    """Whether the balance has so much, minor units: what is pending counts, because refunds settle with their charges."""
    books = merchant.books(STRIPE)
    return sum(merchant.ledger.balance(side, currency, books) for side in (AVAILABLE, PENDING)) >= amount


# How the rules above are known, for the fidelity page.
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("live, a refund that the balance does not cover is pending with insufficient_funds until it is topped up, or fails; here with the "
     "setting low_balance on wait", "API reference: Refund; docs: Refunds"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a refund that waits for the balance is tried again once a day and fails after 30 days; pending money counts", "spans"),
    ("such a refund sends refund.created; when it is sent refund.updated, charge.refund.updated, charge.refunded", "order"),
    ("the dashboard cancels a refund to a card within an hour of its making: refund.updated, charge.refund.updated", "the span"),
)
