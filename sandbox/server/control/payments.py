"""Every provider's payments and disputes in one shape, and what happened to a payment as one timeline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from pydantic import Field
from typing_extensions import TypedDict

from sandbox.core.merchant import Merchant
from sandbox.core.records import Delivery, Dispute, Entry, Event, Refund
from sandbox.providers.base import Payment, Provider
from sandbox.server.control.lists import in_order, shelves_of
from sandbox.server.control.op import Ask, Op, OrderedQuery, Wrong, iso, page


class PaymentRow(TypedDict):
    id: str
    provider: str
    status: str
    created: int
    iso: str
    amount: int
    currency: str
    captured: int
    refunded: int
    disputed: bool
    description: str | None
    customer: str | None
    charges: list[str]


class PaymentShown(PaymentRow):
    refunds: list[str]
    disputes: list[str]
    timeline: list[dict[str, Any]]


class DisputeRow(TypedDict):
    id: str
    provider: str
    status: str
    created: int
    iso: str
    kind: str
    reason: str
    amount: int
    currency: str
    charge: str
    payment: str
    evidence: dict[str, Any]
    evidence_due_at: int | None
    submitted_at: int | None
    submissions: int
    closed_at: int | None


class Payments(TypedDict):
    data: list[PaymentRow]
    has_more: bool
    next: str | None


class Disputes(TypedDict):
    data: list[DisputeRow]
    has_more: bool
    next: str | None


class Wanted(OrderedQuery):
    provider: str | None = None
    status: str | None = Field(None, description="The provider's own word")
    q: str | None = Field(None, description="Part of an id, a description, a customer's id, a reason or the amount", max_length=200)


# Payments


def payment_row(p: Payment) -> PaymentRow:
    return {
        "id": p.id,
        "provider": p.provider,
        "status": p.status,
        "created": p.created,
        "iso": iso(p.created),
        "amount": p.amount,
        "currency": p.currency,
        "captured": p.captured,
        "refunded": p.refunded,
        "disputed": p.disputed,
        "description": p.description,
        "customer": p.customer_id or None,
        "charges": list(p.charge_ids),
    }


def _holds(q: str, *texts: str | None) -> bool:
    return any(text is not None and q in text.lower() for text in texts)


async def payments(ask: Ask) -> dict[str, Any]:
    query: Wanted = ask.query
    q = (query.q or "").lower()
    shelves = shelves_of(ask, lambda provider: provider.payment_kinds, query.provider)

    def wanted() -> Iterator[Payment]:
        for record in in_order(shelves, query):
            provider = ask.providers[record.provider]
            if query.status is not None and provider.status(record) != query.status:
                continue
            p = provider.payment(ask.merchant, record)
            if p is None:
                continue
            if q and not _holds(q, p.id, p.description, p.customer_id, str(p.amount), *p.charge_ids):
                continue
            yield p

    return page(wanted(), query.limit, payment_row)


def find(ask: Ask, key: str) -> tuple[Provider, Payment]:
    """The payment of a payment id, or of the id of one of its charges. Raises Wrong 404."""
    for name, provider in ask.providers.items():
        for kind in provider.payment_kinds:
            record = ask.merchant.get(name, kind, key)
            if record is None:
                continue
            p = provider.payment(ask.merchant, record)
            return (provider, p) if p is not None else find(ask, record.parent_id)
    raise Wrong(404, "not_found", f"Merchant {ask.merchant.name} has no payment '{key}'. GET /_sandbox/payments lists them.", "id")


async def payment(ask: Ask, key: str) -> PaymentShown:
    provider, p = find(ask, key)
    store = ask.merchant.store
    found: dict[type, list[Any]] = {
        kind: [r for charge_id in p.charge_ids for r in store.shelf(p.provider, kind).of("charge_id", charge_id)]
        for kind in (Refund, Dispute, *(k for k in provider.records if "charge_id" in provider.indexes.get(k, ())))
    }
    ids = [p.id, *(c for c in p.charge_ids if c != p.id), *(r.id for records in found.values() for r in records)]
    return {
        **payment_row(p),
        "refunds": [r.id for r in found[Refund]],
        "disputes": [d.id for d in found[Dispute]],
        "timeline": timeline(ask.merchant, provider, ids),
    }


# What happened


def timeline(merchant: Merchant, provider: Provider, ids: list[str]) -> list[dict[str, Any]]:
    """Money that moved, statuses, events with what became of them, deadlines ahead: in the order of simulated time."""
    rows: list[dict[str, Any]] = []
    seen: dict[str, Any] = {}
    wanted = frozenset(ids)
    shelf = merchant.store.shelves.get((provider.name, Event))
    for event in shelf.rows.values() if shelf is not None else ():  # no index: events are capped, and few ask
        if event.object_id not in wanted:
            continue
        status = orjson.loads(event.body).get("status")
        if status is not None and seen.get(event.object_id) != status:
            seen[event.object_id] = status
            rows.append({"kind": "status", "at": event.created, "object": event.object_id, "status": status})
        rows.append(
            {
                "kind": "event", "at": event.created, "object": event.object_id, "event": event.id, "type": event.type,
                "deliveries": [_delivery(d) for d in merchant.store.shelf(provider.name, Delivery).of("event_id", event.id)],
            }
        )  # fmt: skip
    for key in ids:
        rows += [_money(entry) for entry in merchant.store.shelf(provider.name, Entry).of("source_id", key)]
    rows.sort(key=lambda row: row["at"])
    ahead = [timer for key in ids for timer in merchant.timers.of(key)]
    rows += [
        {"kind": "deadline", "at": t.due, "object": t.target, "name": t.name, "trigger": str(t.trigger)} for t in sorted(ahead)
    ]
    return [{**row, "iso": iso(row["at"])} for row in rows]


def _delivery(d: Delivery) -> dict[str, Any]:
    last = d.attempts[-1] if d.attempts else None
    return {
        "id": d.id,
        "endpoint": d.endpoint_id,
        "status": d.status,
        "attempts": len(d.attempts),
        "last_code": last.code if last is not None else None,
        "last_error": (last.error or None) if last is not None else None,
        "next_at": d.next_at or None,
    }


def _money(e: Entry) -> dict[str, Any]:
    return {
        "kind": "money", "at": e.created, "object": e.source_id, "entry": e.id, "name": e.category, "amount": e.amount, "fee": e.fee,
        "currency": e.currency, "available_at": e.available_at,
    }  # fmt: skip


# Disputes


def dispute_row(ask: Ask, d: Dispute) -> DisputeRow:
    return {
        "id": d.id,
        "provider": d.provider,
        "status": ask.providers[d.provider].status(d),
        "created": d.created,
        "iso": iso(d.created),
        "kind": d.kind,
        "reason": d.reason,
        "amount": d.amount,
        "currency": d.currency,
        "charge": d.charge_id,
        "payment": d.parent_id or d.charge_id,
        "evidence": dict(d.evidence),
        "evidence_due_at": d.evidence_due_at or None,
        "submitted_at": d.submitted_at or None,
        "submissions": d.submissions,
        "closed_at": d.closed_at or None,
    }


async def disputes(ask: Ask) -> dict[str, Any]:
    query: Wanted = ask.query
    q = (query.q or "").lower()

    def fits(d: Dispute) -> bool:
        if query.status is not None and ask.providers[d.provider].status(d) != query.status:
            return False
        return not q or _holds(q, d.id, d.charge_id, d.parent_id, d.reason, str(d.amount))

    found = in_order(shelves_of(ask, lambda _: (Dispute,), query.provider), query)
    return page(filter(fits, found), query.limit, lambda d: dispute_row(ask, d))


async def dispute(ask: Ask, key: str) -> DisputeRow:
    _, found = ask.find(Dispute, key, "dispute", "disputes")
    return dispute_row(ask, found)


OPERATIONS: tuple[Op, ...] = (
    Op("GET", "/_sandbox/payments", payments, "Every provider's payments in one shape, oldest first", query=Wanted, answer=Payments),
    Op("GET", "/_sandbox/payments/{id}", payment, "One payment, by its id or a charge's, with its timeline", answer=PaymentShown),
    Op("GET", "/_sandbox/disputes", disputes, "Every provider's disputes in one shape, oldest first", query=Wanted, answer=Disputes),
    Op("GET", "/_sandbox/disputes/{id}", dispute, "One dispute", answer=DisputeRow),
)
