"""Lists over several shelves as one, oldest or newest first, each page found without walking over the pages before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from heapq import merge
from typing import Any

from sandbox.core.branches import OF
from sandbox.core.store import Shelf
from sandbox.server.control.op import Ask, OrderedQuery, Wrong


def shelves_of(ask: Ask, kinds: Callable[[Any], Sequence[type]], only: str | None = None) -> list[Shelf]:
    """The shelves that a list goes over, provider by provider. Raises Wrong 422 for a provider that does not exist."""
    if only is not None and only not in ask.providers:
        raise Wrong(422, "param_invalid", f"There is no provider '{only}'. There are: {', '.join(ask.providers)}.", "provider")
    shelves = ask.merchant.store.shelves
    found = []
    for name, provider in ask.providers.items():
        if only in (None, name):
            wanted = kinds(provider)
            found += [shelves[name, kind] for kind in wanted if (name, kind) in shelves]
            found += [shelf for (of, kind), shelf in shelves.items() if kind in wanted and of.startswith(name + OF)]
    return found


def oldest_first(shelves: Sequence[Shelf], after: str | None) -> Iterator[Any]:
    """Records of all shelves in the order of their creation, those after the record `after`. Raises Wrong 404."""
    if after is None:
        runs = [shelf.oldest_first() for shelf in shelves]
    else:
        home, at = _home(shelves, after)
        # Records of one second stand shelf by shelf, so of the shelves before this one that second is over already.
        place = shelves.index(home)
        runs = [
            home.oldest_first(after) if shelf is home else shelf.since(at + 1 if number < place else at)
            for number, shelf in enumerate(shelves)
        ]
    return runs[0] if len(runs) == 1 else merge(*runs, key=lambda record: record.created)


def newest_first(shelves: Sequence[Shelf], after: str | None) -> Iterator[Any]:
    """The same records in exactly the opposite order, those older than the record `after`. Raises Wrong 404."""
    if after is None:
        runs = [shelf.newest_first() for shelf in shelves]
    else:
        home, at = _home(shelves, after)
        place = shelves.index(home)
        runs = [
            home.newest_first(after) if shelf is home else shelf.until(at if number < place else at - 1)
            for number, shelf in enumerate(shelves)
        ]
    return runs[0] if len(runs) == 1 else merge(*reversed(runs), key=lambda record: record.created, reverse=True)


def in_order(shelves: Sequence[Shelf], query: OrderedQuery) -> Iterator[Any]:
    """Records of all shelves after the query's cursor, in the order that it asks for. Raises Wrong 404."""
    return (newest_first if query.order == "newest" else oldest_first)(shelves, query.after)


def _home(shelves: Sequence[Shelf], after: str) -> tuple[Shelf, int]:
    """The shelf of the record `after`, and when that was created. Raises Wrong 404."""
    for shelf in shelves:
        if after in shelf.rows:
            return shelf, shelf.rows[after].created
    raise Wrong(404, "cursor_unknown", f"after='{after}' is no row of this list (any more): start again without it.", "after")
