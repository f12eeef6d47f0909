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


class SetupIntent(NamedTuple):
    """An order to make a payment method ready for later payments; it moves no money."""

    id: str
    provider: str
    status: str
    created: int
    customer_id: str = ""
    instrument_id: str = ""
    description: str | None = None
    metadata: Details = NOTHING
    details: Details = NOTHING


class LegacyToken(NamedTuple):
    """A card typed in a browser; what it carries is spent once."""

    id: str
    provider: str
    status: str  # fresh, used
    created: int
    card: str  # the documented test card it is, by number or name
    card_id: str  # of the card it becomes
    details: Details = NOTHING


class LegacySource(NamedTuple):
    """What a customer is charged by the legacy way: a saved card, or a source object around one."""

    id: str
    provider: str
    status: str
    created: int
    kind: str  # card, source
    customer_id: str = ""
    card: str = ""  # the documented test card it is, by number or name
    metadata: Details = NOTHING
    details: Details = NOTHING


class FrozenClock(NamedTuple):
    """The merchant's clock as Stripe's API sees it: frozen while there is one, and moved by requests."""

    id: str
    provider: str
    status: str  # ready, advancing, deleted
    created: int
    target_at: int = 0  # where it is advancing to
    name: str | None = None


RECORDS: tuple[type, ...] = (PaymentIntent, FraudWarning, LegacyToken, LegacySource, FrozenClock, SetupIntent)
INDEXES: Mapping[type, tuple[str, ...]] = {
    PaymentIntent: ("customer_id",),
    FraudWarning: ("charge_id", "parent_id"),
    LegacySource: ("customer_id",),
    SetupIntent: ("customer_id", "instrument_id"),
}
