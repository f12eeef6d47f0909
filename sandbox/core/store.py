"""Records by id, by kind and by the record they belong to. Plain dicts are the database: reads never wait."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.core.records import Record


class Shelf:
    """All records of one kind of one provider, in creation order.

    `order` keeps places for cursors; a dropped record leaves a hole that is closed when holes outnumber records.
    """

    __slots__ = ("_fields", "_index", "_order", "_place", "rows")

    def __init__(self, fields: tuple[str, ...] = ()) -> None:
        self.rows: dict[str, Any] = {}
        self._order: list[str | None] = []
        self._place: dict[str, int] = {}
        self._fields = fields
        self._index: dict[tuple[str, str], list[str]] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def put(self, record: Any) -> Any:
        """The record stands here now; answers the one it replaced, or None."""
        key = record.id
        before = self.rows.get(key)
        self.rows[key] = record
        if before is None:
            self._place[key] = len(self._order)
            self._order.append(key)
            for field in self._fields:
                value = getattr(record, field)
                if value:
                    self._index.setdefault((field, value), []).append(key)
            return None
        for field in self._fields:
            value, old = getattr(record, field), getattr(before, field)
            if value != old:
                if old:
                    self._unlist(field, old, key)
                if value:
                    keys = self._index.setdefault((field, value), [])
                    keys.append(key)
                    if len(keys) > 1:
                        keys.sort(key=self._place.__getitem__)
        return before

    def _unlist(self, field: str, value: str, key: str) -> None:
        keys = self._index[field, value]
        if len(keys) == 1:
            del self._index[field, value]
        else:
            keys.remove(key)

    def drop(self, key: str) -> Any:
        """The record is gone; answers it, or None if there was none."""
        before = self.rows.pop(key, None)
        if before is None:
            return None
        place = self._place.pop(key)
        if place == len(self._order) - 1:
            self._order.pop()
        else:
            self._order[place] = None
        for field in self._fields:
            value = getattr(before, field)
            if value:
                self._unlist(field, value, key)
        if len(self._order) > 1024 and len(self._order) > 2 * len(self.rows):
            # Looking for the oldest of a dict walks over all that were dropped before it; a copy has no such holes.
            self.rows = dict(self.rows)
            self._order = list(self.rows)
            self._place = {key: place for place, key in enumerate(self._order) if key is not None}
        return before

    def of(self, field: str, value: str) -> list[Any]:
        """Records whose indexed `field` is `value`, oldest first."""
        rows = self.rows
        return [rows[key] for key in self._index.get((field, value), ())]

    def oldest(self) -> Any:
        return next(iter(self.rows.values()), None)

    def newest_first(self, after: str = "") -> Iterator[Any]:
        """Older records than `after`, or all of them, newest first."""
        rows, order = self.rows, self._order
        for place in range((self._place[after] if after else len(order)) - 1, -1, -1):
            key = order[place]
            if key is not None:
                yield rows[key]

    def _first_since(self, created: int) -> int:
        """The place of the oldest record created at that time or later: found by halving, however many there are."""
        rows, order = self.rows, self._order
        low, high = 0, len(order)
        while low < high:
            middle = probe = (low + high) // 2
            while probe < high and order[probe] is None:
                probe += 1
            if probe < high and rows[order[probe] or ""].created < created:
                low = probe + 1
            else:
                high = middle
        return low

    def since(self, created: int) -> Iterator[Any]:
        """Records created at that time or later, oldest first."""
        rows, order = self.rows, self._order
        for place in range(self._first_since(created), len(order)):
            key = order[place]
            if key is not None:
                yield rows[key]

    def until(self, created: int) -> Iterator[Any]:
        """Records created at that time or earlier, newest first."""
        rows, order = self.rows, self._order
        for place in range(self._first_since(created + 1) - 1, -1, -1):
            key = order[place]
            if key is not None:
                yield rows[key]

    def oldest_first(self, after: str = "") -> Iterator[Any]:
        """Newer records than `after`, or all of them, oldest first."""
        rows, order = self.rows, self._order
        for place in range(self._place[after] + 1 if after else 0, len(order)):
            key = order[place]
            if key is not None:
                yield rows[key]


class Store:
    """One merchant's shelves."""

    __slots__ = ("_indexes", "shelves")

    def __init__(self, indexes: Mapping[type, tuple[str, ...]]) -> None:
        self._indexes = indexes
        self.shelves: dict[tuple[str, type], Shelf] = {}

    def shelf(self, provider: str, kind: type) -> Shelf:
        try:
            return self.shelves[provider, kind]
        except KeyError:
            return self.shelves.setdefault((provider, kind), Shelf(self._indexes.get(kind, ())))

    def get(self, provider: str, kind: type, key: str) -> Any:
        shelf = self.shelves.get((provider, kind))
        return shelf.rows.get(key) if shelf is not None else None

    def put(self, record: Record) -> Any:
        try:
            return self.shelves[record.provider, record.__class__].put(record)
        except KeyError:
            return self.shelf(record.provider, record.__class__).put(record)

    def drop(self, record: Record) -> Any:
        return self.shelf(record.provider, record.__class__).drop(record.id)

    def all(self, kind: type) -> Iterator[Any]:
        """Every provider's records of one kind, provider by provider, oldest first."""
        for (_, of), shelf in self.shelves.items():
            if of is kind:
                yield from shelf.rows.values()
