"""What must be equal after a restart, and a journal so simple that it can be trusted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from sandbox.core.changes import Change
from sandbox.core.merchant import Merchant
from sandbox.core.records import Delivery


class ListJournal:
    """Keeps everything in a list: what a journal is, without any of the difficulties."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, tuple[Change, ...]]] = []

    async def load(self) -> AsyncIterator[tuple[str, Change]]:
        for key, changes in self.entries:
            for change in changes:
                yield key, change

    async def append(self, key: str, changes: Sequence[Change]) -> None:
        self.entries.append((key, tuple(changes)))

    async def rewrite(self, key: str, changes: Iterable[Change]) -> None:
        await self.forget(key)
        self.entries.append((key, tuple(changes)))

    async def forget(self, key: str) -> None:
        self.entries = [entry for entry in self.entries if entry[0] != key]

    async def close(self) -> None:
        pass


class FailingJournal(ListJournal):
    """One whose disk is full after some appends."""

    def __init__(self, appends: int) -> None:
        super().__init__()
        self.left = appends

    async def append(self, key: str, changes: Sequence[Change]) -> None:
        if self.left == 0:
            raise OSError(28, "No space left on device", "/some/path")
        self.left -= 1
        await super().append(key, changes)


def told(record: Any) -> Any:
    """The record without how long its webhooks really took, which no two runs share."""
    if record.__class__ is Delivery:
        return record._replace(attempts=tuple(attempt._replace(seconds=0.0) for attempt in record.attempts))
    return record


def retold(merchant: Merchant) -> dict[str, Any]:
    """All of a merchant that is the same whenever the same is done."""
    whole = state(merchant)
    for name in ("rows", "paged"):
        whole[name] = {kind: [told(record) for record in records] for kind, records in whole[name].items()}
    return {**whole, "ready": list(map(told, merchant.ready.values()))}


def state(merchant: Merchant) -> dict[str, Any]:
    """All of a merchant that a restart must not change; records, indexes, transfers, timers and due webhooks in order.

    A picture: it stays as it is when the merchant goes on.
    """
    shelves = {(provider, kind.__name__): shelf for (provider, kind), shelf in merchant.store.shelves.items() if len(shelf)}
    return {
        "rows": {name: list(shelf.rows.values()) for name, shelf in shelves.items()},
        "paged": {name: list(shelf.newest_first()) for name, shelf in shelves.items()},
        "indexes": {name: {value: list(keys) for value, keys in shelf._index.items()} for name, shelf in shelves.items()},
        "transfers": list(merchant.ledger.transfers),
        "balances": {account: balance for account, balance in merchant.ledger.balances.items() if balance},
        "timers": list(merchant.timers),
        "timers of": {timer.target: merchant.timers.of(timer.target) for timer in merchant.timers},
        "clock": (merchant.clock.at(merchant.wall()), merchant.clock.rate),
        "serial": merchant.serial,
        "settings": merchant.settings,
        "ready": list(merchant.ready.values()),
    }
