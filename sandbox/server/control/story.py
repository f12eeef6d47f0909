"""What happened to a payment as one timeline: money, statuses, rules, events with their deliveries, deadlines ahead."""

from __future__ import annotations

from typing import Any

import orjson

from sandbox.core.merchant import Merchant
from sandbox.core.records import Delivery, Entry, Event
from sandbox.providers.base import Provider
from sandbox.server.control.op import iso


def timeline(merchant: Merchant, provider: Provider, payment_id: str, ids: list[str]) -> list[dict[str, Any]]:
    """Money that moved, statuses, rules that decided, events with what became of them, deadlines ahead: in the order of simulated time."""
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
    rows += [
        {"kind": "rule", "at": r.at, "object": payment_id, "rule": r.rule, "outcome": r.outcome, "says": r.says}
        for r in provider.remarks(merchant, payment_id)
    ]
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
