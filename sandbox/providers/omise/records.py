"""Nouns that only Omise has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sandbox.core.records import NOTHING, Details


class CardToken(NamedTuple):
    """A card that was tokenized: good for one charge or one customer."""

    id: str
    provider: str
    status: str  # fresh, used
    created: int
    card_id: str
    charge_id: str = ""
    url: str = ""  # where the vault shows it


class Source(NamedTuple):
    """How a payer wants to pay without a card; `kind` is Omise's type: promptpay, truemoney."""

    id: str
    provider: str
    status: str  # fresh, used
    created: int
    kind: str
    amount: int
    currency: str
    charge_id: str = ""
    details: Details = NOTHING


class Recipient(NamedTuple):
    """Whose bank account transfers go to."""

    id: str
    provider: str
    status: str  # unverified, verified, deleted
    created: int
    name: str
    kind: str  # individual, corporation
    email: str | None = None
    description: str | None = None
    verified_at: int = 0
    metadata: Details = NOTHING
    details: Details = NOTHING


class Sending(NamedTuple):
    """What Omise calls a transfer: money of the balance on its way to a bank account."""

    id: str
    provider: str
    status: str  # pending, sent, paid, failed, deleted
    created: int
    amount: int
    currency: str
    recipient_id: str = ""
    entry_id: str = ""
    sent_at: int = 0
    paid_at: int = 0
    failure_code: str | None = None
    metadata: Details = NOTHING
    details: Details = NOTHING


class Preferences(NamedTuple):
    """What PATCH /account may change, besides the webhook's address."""

    id: str
    provider: str
    status: str
    created: int
    details: Details = NOTHING


RECORDS: tuple[type, ...] = (CardToken, Source, Recipient, Sending, Preferences)
INDEXES: Mapping[type, tuple[str, ...]] = {
    CardToken: ("card_id",),
    Source: ("charge_id",),
    Sending: ("recipient_id",),
}
