"""Nouns that only Stripe has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sandbox.core.records import NOTHING, Details


class PaymentIntent(NamedTuple):
    """Stripe's order to pay: it outlives declined charges and knows how its money will be captured."""

    id: str
    provider: str
    status: str
    created: int
    amount: int
    currency: str
    received: int = 0  # captured
    charge_id: str = ""  # the latest attempt
    customer_id: str = ""
    instrument_id: str = ""
    description: str | None = None
    canceled_at: int = 0
    metadata: Details = NOTHING
    details: Details = NOTHING


class FraudWarning(NamedTuple):
    """An early fraud warning: the issuer suspects a charge before anybody disputes it."""

    id: str
    provider: str
    status: str  # actionable, spent
    created: int
    charge_id: str
    parent_id: str = ""
    fraud_type: str = "made_with_stolen_card"


RECORDS: tuple[type, ...] = (PaymentIntent, FraudWarning)
INDEXES: Mapping[type, tuple[str, ...]] = {
    PaymentIntent: ("customer_id",),
    FraudWarning: ("charge_id", "parent_id"),
}
