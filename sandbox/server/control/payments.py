"""Every provider's payments in one shape; one payment with its story, its money and what may be done about it now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import Field
from typing_extensions import TypedDict

from sandbox.core.money import number
from sandbox.core.records import Charge, Dispute, Refund
from sandbox.providers.base import Payment, Provider
from sandbox.server.control import acting
from sandbox.server.control.acting import Possible
from sandbox.server.control.finding import find, kinds_of_charges
from sandbox.server.control.lists import in_order, shelves_of
from sandbox.server.control.looking import transfer_row
from sandbox.server.control.op import Ask, Op, OrderedQuery, iso, page
from sandbox.server.control.story import timeline


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


class Part(TypedDict):
    """Something that belongs to a payment, the payment itself among them, as its provider's API shows it."""

    id: str
    kind: str
    status: str
    created: int
    amount: int | None
    currency: str | None
    object: dict[str, Any]
    actions: dict[str, Possible]


class PaymentShown(PaymentRow):
    refunds: list[str]
    disputes: list[str]
    actions: dict[str, Possible]
    parts: list[Part]
    transfers: list[dict[str, Any]]
    timeline: list[dict[str, Any]]


class Payments(TypedDict):
    data: list[PaymentRow]
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


def holds(q: str, *texts: str | None) -> bool:
    return any(text is not None and q in text.lower() for text in texts)


def spoken(q: str, amount: int, currency: str) -> tuple[str, ...]:
    """An amount as somebody may look for it, 4321 or 43.21; nothing for a search that cannot be for one."""
    if not q.replace(".", "", 1).isdigit():
        return ()
    return (number(amount, currency).replace(",", ""),) if "." in q else (str(amount),)


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
            if q and not holds(q, p.id, p.description, p.customer_id, *spoken(q, p.amount, p.currency), *p.charge_ids):
                continue
            yield p

    return page(wanted(), query.limit, payment_row)


async def payment(ask: Ask, key: str) -> PaymentShown:
    provider, p = find(ask, key)
    merchant = ask.merchant
    records = parts(ask, provider, p)
    ids = [record.id for record in records]
    wanted = frozenset(ids)
    booked = ((place, transfer) for place, transfer in enumerate(merchant.ledger.transfers, 1) if transfer.cause in wanted)
    return {
        **payment_row(p),
        "refunds": [record.id for record in records if record.__class__ is Refund],
        "disputes": [record.id for record in records if record.__class__ is Dispute],
        "actions": acting.with_payment(provider, merchant, p.id),
        "parts": [part(ask, provider, record) for record in records],
        "transfers": [transfer_row(place, transfer) for place, transfer in booked],
        "timeline": timeline(merchant, provider, p.id, ids),
    }


def parts(ask: Ask, provider: Provider, p: Payment) -> Sequence[Any]:
    """The records of a payment: itself, its charges, whatever belongs to a charge, and what it came of."""
    store = ask.merchant.store
    own = (store.get(p.provider, kind, p.id) for kind in provider.payment_kinds)
    charges = [store.get(p.provider, Charge, charge_id) for charge_id in p.charge_ids if charge_id != p.id]
    shelves = [store.shelves[p.provider, kind] for kind in kinds_of_charges(provider) if (p.provider, kind) in store.shelves]
    others = [record for shelf in shelves for charge_id in p.charge_ids for record in shelf.of("charge_id", charge_id)]
    before = provider.came_of(ask.merchant, p.id)
    return list({record.id: record for record in (*own, *charges, *others, *before) if record is not None}.values())


def part(ask: Ask, provider: Provider, record: Any) -> Part:
    return {
        "id": record.id,
        "kind": record.__class__.__name__,
        "status": provider.status(record),
        "created": record.created,
        "amount": getattr(record, "amount", None),
        "currency": getattr(record, "currency", None),
        "object": provider.object(ask.merchant, record),
        "actions": acting.with_part(provider, ask.merchant, record),
    }


OPERATIONS: tuple[Op, ...] = (
    Op("GET", "/_sandbox/payments", payments, "Every provider's payments in one shape, oldest first", query=Wanted, answer=Payments),
    Op("GET", "/_sandbox/payments/{id}", payment, "One payment, by its id or that of anything that belongs to it, with its timeline",
       answer=PaymentShown),
)  # fmt: skip
