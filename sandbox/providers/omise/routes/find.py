"""Objects that a path or a parameter names, or Omise's refusal that there is no such one; and lists of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Customer, Dispute, Document, Entry, Event, Instrument, Refund
from sandbox.providers.omise.money import OMISE
from sandbox.providers.omise.params import Given
from sandbox.providers.omise.records import CardToken, Recipient, Sending, Source
from sandbox.providers.omise.wire import Page, page_of, page_of_shelf, read_slice

# How an object is called in "... was not found".
NAMES: Mapping[type, str] = {
    Charge: "charge", Refund: "refund", Dispute: "dispute", Customer: "customer", Instrument: "card", CardToken: "token",
    Source: "source", Document: "document", Event: "event", Entry: "transaction", Sending: "transfer", Recipient: "recipient",
}  # fmt: skip


def one(merchant: Merchant, kind: type, key: str) -> Any:
    found = merchant.get(OMISE, kind, key)
    if found is None:
        raise Refusal(Reason.NOT_FOUND, kind=NAMES[kind], id=key[:100])
    return found


def no_linked_account(given: Given) -> None:
    """Linked accounts are not imitated, so whichever is named does not exist. Raises Refusal not_found."""
    key = given.text("linked_account")
    if key is not None:
        raise Refusal(Reason.NOT_FOUND, kind="linked_account", id=key[:100])


def all_of(merchant: Merchant, kind: type) -> list[Any]:
    """Every record of a kind, oldest first."""
    shelf = merchant.store.shelves.get((OMISE, kind))
    return list(shelf.rows.values()) if shelf is not None else []


def whole(merchant: Merchant, given: Given, kind: type, location: str) -> Page:
    """The wanted page of every record of a kind."""
    return page_of_shelf(read_slice(given), merchant.now, merchant.store.shelf(OMISE, kind), location)


def page(merchant: Merchant, given: Given, rows: Sequence[Any], location: str) -> Page:
    """The wanted page of rows that stand oldest first."""
    return page_of(read_slice(given), merchant.now, rows, location)
