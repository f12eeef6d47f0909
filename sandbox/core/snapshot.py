"""A merchant's whole state as the shortest list of changes that makes it anew."""

from __future__ import annotations

from sandbox.core.changes import Change, Configure, Count, Put, Tick, Timer
from sandbox.core.merchant import Merchant
from sandbox.core.records import Delivery


def dump(merchant: Merchant) -> list[Change]:
    """Applied to a new merchant of any name, these give an equal one: records, due webhooks and timers in their order."""
    clock = merchant.clock
    changes: list[Change] = [Tick(clock.base, clock.wall, clock.rate), Configure(merchant.settings), Count(merchant.serial)]
    ready = merchant.ready
    for (_, kind), shelf in merchant.store.shelves.items():
        if kind is Delivery and ready:
            # What is due is put twice: here it gets its place among the records, below among what goes out next.
            changes.extend(Put(d._replace(ready=False, extra=0) if d.id in ready else d) for d in shelf.rows.values())
        else:
            changes.extend(map(Put, shelf.rows.values()))
    changes.extend(map(Put, ready.values()))
    changes.extend(merchant.ledger.transfers)
    timers: list[Timer] = sorted(merchant.timers, key=lambda timer: timer.ticket)
    changes.extend(timers)
    return changes


def size(merchant: Merchant) -> int:
    """How many changes `dump` would answer."""
    shelves = merchant.store.shelves.values()
    return 3 + sum(map(len, shelves)) + len(merchant.ready) + len(merchant.ledger.transfers) + len(merchant.timers)
