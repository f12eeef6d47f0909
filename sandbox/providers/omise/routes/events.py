"""`/events`, `/transactions`."""

from __future__ import annotations

from sandbox.core.merchant import Merchant
from sandbox.core.records import Entry, Event
from sandbox.providers.base import Op
from sandbox.providers.omise.params import Given
from sandbox.providers.omise.routes import find
from sandbox.providers.omise.wire import Page


def index(merchant: Merchant, given: Given) -> Page:
    return find.whole(merchant, given, Event, "/events")


def retrieve(merchant: Merchant, given: Given, event_id: str) -> Event:
    found: Event = find.one(merchant, Event, event_id)
    return found


def transactions(merchant: Merchant, given: Given) -> Page:
    return find.whole(merchant, given, Entry, "/transactions")


def transaction(merchant: Merchant, given: Given, entry_id: str) -> Entry:
    found: Entry = find.one(merchant, Entry, entry_id)
    return found


OPERATIONS = (
    Op("GET", "/events", index),
    Op("GET", "/events/{event}", retrieve),
    Op("GET", "/transactions", transactions),
    Op("GET", "/transactions/{transaction}", transaction),
)
