"""What happened and what will: the books, events, deliveries, timers."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from heapq import nsmallest
from typing import Any, Literal

import orjson
from pydantic import Field
from typing_extensions import TypedDict

from sandbox.core.changes import Timer, Transfer
from sandbox.core.records import Attempt, Delivery, Endpoint, Event
from sandbox.server.control.finding import payment_id
from sandbox.server.control.lists import in_order, shelves_of
from sandbox.server.control.op import Ask, ListQuery, Op, OrderedQuery, Wrong, iso, page
from sandbox.settings import nearest


class Listed(TypedDict):
    data: list[dict[str, Any]]
    has_more: bool
    next: str | None


# The books


class Account(TypedDict):
    name: str
    provider: str
    currency: str
    balance: int


class Books(TypedDict):
    balanced: bool
    accounts: list[Account]
    transfers: list[dict[str, Any]]
    has_more: bool
    next: str | None


async def ledger(ask: Ask) -> Books:
    """Balances are credits less debits; transfers come a page at a time, their ids are their numbers."""
    books, query = ask.merchant.ledger, ask.query
    if query.after is not None and not query.after.isdigit():
        raise Wrong(404, "cursor_unknown", f"after='{query.after:.40}' is no transfer's id: start again without it.", "after")
    total = len(books.transfers)
    if query.order == "newest":
        last = min(int(query.after) - 1, total) if query.after is not None else total
        numbers: Sequence[int] = range(last, 0, -1)
    else:
        numbers = range(int(query.after or 0) + 1, total + 1)
    found = page(numbers, query.limit, lambda number: transfer_row(number, books.transfers[number - 1]))
    return {
        "balanced": books.balanced(),
        "accounts": [
            {"name": name, "provider": provider, "currency": currency, "balance": balance}
            for (name, provider, currency), balance in sorted(books.balances.items())
        ],
        "transfers": found["data"],
        "has_more": found["has_more"],
        "next": found["next"],
    }


def transfer_row(number: int, t: Transfer) -> dict[str, Any]:
    return {
        "id": str(number), "at": t.at, "iso": iso(t.at), "provider": t.provider, "debit": t.debit, "credit": t.credit,
        "amount": t.amount, "currency": t.currency, "cause": t.cause,
    }  # fmt: skip


# Events and their deliveries


class EventsWanted(OrderedQuery):
    type: str | None = Field(None, description="A type, or a pattern such as charge.dispute.*", max_length=200)
    provider: str | None = None
    object: str | None = Field(None, description="The id of the object they are about", max_length=200)


async def events(ask: Ask) -> dict[str, Any]:
    query: EventsWanted = ask.query

    def fits(event: Event) -> bool:
        return query.object in (None, event.object_id) and (query.type is None or fnmatchcase(event.type, query.type))

    found = in_order(shelves_of(ask, lambda _: (Event,), query.provider), query)
    shown = page(filter(fits, found), query.limit, lambda event: event_row(ask, event))
    if query.type is not None and not shown["data"]:
        check_type(ask, query.type)
    return shown


def check_type(ask: Ask, pattern: str) -> None:
    """Some event of some provider has a type like this. Raises Wrong 422."""
    known = [name for provider in ask.providers.values() for name in provider.event_names()]
    if not any(fnmatchcase(name, pattern) for name in known):
        near = nearest(pattern, known)
        hint = near if near.startswith(" Did") else ""
        message = f"No provider has an event '{pattern}'.{hint} A * stands for anything: charge.dispute.*."
        raise Wrong(422, "event_type_unknown", message, "type")


def event_row(ask: Ask, event: Event) -> dict[str, Any]:
    return {
        "id": event.id,
        "provider": event.provider,
        "type": event.type,
        "created": event.created,
        "object": event.object_id,
        "payment": payment_id(ask, event.object_id),
        "payload": orjson.loads(ask.providers[event.provider].envelope(ask.merchant, event)),
    }


class DeliveriesWanted(OrderedQuery):
    status: Literal["pending", "delivered", "failed"] | None = None
    provider: str | None = None
    endpoint: str | None = None
    event: str | None = None


class DeliveryShown(TypedDict):
    id: str
    provider: str
    endpoint: str
    url: str | None
    event: str
    type: str | None
    status: str
    created: int
    attempts: list[dict[str, Any]]
    faults: list[dict[str, str]]
    next_at: int | None
    body: str | None


async def deliveries(ask: Ask) -> dict[str, Any]:
    query: DeliveriesWanted = ask.query

    def fits(d: Delivery) -> bool:
        return query.status in (None, d.status) and query.endpoint in (None, d.endpoint_id) and query.event in (None, d.event_id)

    found = in_order(shelves_of(ask, lambda _: (Delivery,), query.provider), query)
    return page(filter(fits, found), query.limit, lambda d: delivery_row(ask, d))


async def delivery(ask: Ask, delivery_id: str) -> dict[str, Any]:
    """With the text of the body that its endpoint is sent, as it would be sent now and without what a fault does to it."""
    provider, found = ask.find(Delivery, delivery_id, "delivery", "deliveries")
    event: Event | None = ask.merchant.get(found.provider, Event, found.event_id)
    endpoint: Endpoint | None = ask.merchant.get(found.provider, Endpoint, found.endpoint_id)
    body = provider.envelope(ask.merchant, event, endpoint).decode() if event is not None else None
    return {**delivery_row(ask, found), "body": body}


def delivery_row(ask: Ask, d: Delivery) -> dict[str, Any]:
    endpoint: Endpoint | None = ask.merchant.get(d.provider, Endpoint, d.endpoint_id)
    event: Event | None = ask.merchant.get(d.provider, Event, d.event_id)
    method, url = "POST", endpoint.url if endpoint is not None else None
    if endpoint is not None and event is not None:
        method, url = ask.merchant.dialects[d.provider].address(endpoint, event)
    return {
        "id": d.id,
        "provider": d.provider,
        "endpoint": d.endpoint_id,
        "url": url,
        "event": d.event_id,
        "type": event.type if event is not None else None,
        "status": d.status,
        "created": d.created,
        "attempts": [_attempt(method, url, attempt) for attempt in d.attempts],
        "faults": struck(d.faults),
        "next_at": d.next_at or (ask.merchant.now if d.ready or d.extra else None),
    }


def struck(labels: Sequence[str]) -> list[dict[str, str]]:
    """The faults that a log line has to do with."""
    return [{"what": what, "id": fault_id} for what, _, fault_id in (label.partition(" ") for label in labels)]


def _attempt(method: str, url: str | None, a: Attempt) -> dict[str, Any]:
    return {
        "at": a.at,
        "iso": iso(a.at),
        "started": a.started,
        "seconds": a.seconds,
        "error": a.error or None,
        "faults": struck(a.faults),
        "request": {"method": method, "url": url, "headers": dict(a.request_headers)},
        "response": {"status": a.code, "headers": dict(a.response_headers), "body": a.response_body} if a.code else None,
    }


# Timers


async def timers(ask: Ask) -> dict[str, Any]:
    """In the order in which they will ring; a timer's id is its time and its number, so a cursor outlives the timer."""
    query: ListQuery = ask.query
    due, _, ticket = (query.after or "").partition(".")
    if query.after is not None and not (due.isdigit() and ticket.isdigit()):
        raise Wrong(404, "cursor_unknown", f"after='{query.after:.40}' is no timer's id: start again without it.", "after")
    since = (int(due or 0), int(ticket or 0))
    later = (timer for timer in ask.merchant.timers.armed() if timer[:2] > since)
    return page(nsmallest(query.limit + 1, later), query.limit, lambda timer: timer_row(ask, timer))


def timer_row(ask: Ask, t: Timer) -> dict[str, Any]:
    return {
        "id": f"{t.due}.{t.ticket}", "due": t.due, "iso": iso(t.due), "name": t.name, "provider": t.provider, "kind": t.kind,
        "target": t.target, "trigger": str(t.trigger), "payment": payment_id(ask, t.target),
    }  # fmt: skip


OPERATIONS: tuple[Op, ...] = (
    Op("GET", "/_sandbox/ledger", ledger, "Accounts, transfers, and whether the books balance", query=OrderedQuery, answer=Books),
    Op("GET", "/_sandbox/events", events, "Events with what was or would be sent of them", query=EventsWanted, answer=Listed),
    Op("GET", "/_sandbox/deliveries", deliveries, "Webhook deliveries with every attempt", query=DeliveriesWanted, answer=Listed),
    Op("GET", "/_sandbox/deliveries/{id}", delivery, "One delivery, with the body that is sent", answer=DeliveryShown),
    Op("GET", "/_sandbox/timers", timers, "What will ring, soonest first", query=ListQuery, answer=Listed),
)
