"""A merchant's whole state as the shortest list of changes that makes it anew."""

from __future__ import annotations

from sandbox.core.changes import Change, Configure, Count, Put, Tick, Timer
from sandbox.core.merchant import Merchant


def dump(merchant: Merchant) -> list[Change]:
    """Applied to a new merchant of any name, these give an equal one: records and timers in their order, no history."""
    clock = merchant.clock
    changes: list[Change] = [Tick(clock.base, clock.wall, clock.rate), Configure(merchant.settings), Count(merchant.serial)]
    for shelf in merchant.store.shelves.values():
        changes.extend(map(Put, shelf.rows.values()))
    changes.extend(merchant.ledger.transfers)
    timers: list[Timer] = sorted(merchant.timers, key=lambda timer: timer.ticket)
    changes.extend(timers)
    return changes


def size(merchant: Merchant) -> int:
    """How many changes `dump` would answer."""
    shelves = merchant.store.shelves.values()
    return 3 + sum(map(len, shelves)) + len(merchant.ledger.transfers) + len(merchant.timers)
