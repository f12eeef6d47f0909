"""A merchant's connected accounts: books of their own inside the merchant's one world.

Theory of operation. A branch has no clock, no timers and no serial of its own, so money can move between it and its merchant within
one unit of work. What it has is shelves and ledger accounts of its own: the `provider` of its records is "provider:account". Those
who ask a merchant for records name a provider only. While the merchant acts for a branch, its store answers them with the branch's
shelves, and a draft that is fired or put becomes the branch's. Events, their deliveries and endpoints are the merchant's, whoever
they are about.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sandbox.core.records import Delivery, Endpoint, Event, Record, Replay
from sandbox.core.store import Shelf, Store

OF = ":"
COMMON = frozenset((Event, Endpoint, Delivery, Replay))
D = TypeVar("D")
R = TypeVar("R", bound=Record)


def books(provider: str, account: str) -> str:
    """What the provider of an account's records is called; an empty account is the merchant itself."""
    return f"{provider}{OF}{account}" if account else provider


def split(name: str) -> tuple[str, str]:
    """The provider, and the account whose books they are: empty for the merchant's own."""
    provider, _, account = name.partition(OF)
    return provider, account


class Dialects(dict[str, D]):
    """Dialects by provider; a branch speaks its provider's."""

    def __missing__(self, name: str) -> D:
        provider, account = split(name)
        if not account:
            raise KeyError(name)
        return self[provider]


class BranchStore(Store):
    """The same shelves, as a branch sees them."""

    __slots__ = ("_account",)

    def __init__(self, store: Store, account: str) -> None:
        self.shelves, self._indexes, self._account = store.shelves, store._indexes, account

    def _mine(self, provider: str, kind: type) -> str:
        return provider if OF in provider or kind in COMMON else books(provider, self._account)

    def shelf(self, provider: str, kind: type) -> Shelf:
        return super().shelf(self._mine(provider, kind), kind)

    def get(self, provider: str, kind: type, key: str) -> Any:
        return super().get(self._mine(provider, kind), kind, key)

    def put(self, record: Record) -> Any:
        return super().shelf(record.provider, record.__class__).put(record)  # whose it is stands in it

    def drop(self, record: Record) -> Any:
        return super().shelf(record.provider, record.__class__).drop(record.id)


class Branched:
    """Whose books a merchant acts on, its own or a branch's."""

    store: Store  # as whoever is acted for sees it
    whole: Store
    branch = ""  # the connected account that is acted for; empty: the merchant itself

    @contextmanager
    def acting_for(self, account: str) -> Iterator[None]:
        """Whoever asks for records or books meanwhile gets those of the connected account; empty: the merchant's own."""
        before = self.branch, self.store
        self.branch, self.store = account, BranchStore(self.whole, account) if account else self.whole
        try:
            yield
        finally:
            self.branch, self.store = before

    def books(self, provider: str) -> str:
        """What the ledger calls the provider's books that are acted on."""
        return books(provider, self.branch)

    def anywhere(self, provider: str, kind: type, key: str) -> Any:
        """The record of that id, whoever's books it stands in; None if there is none."""
        for (name, of), shelf in self.whole.shelves.items():
            if of is kind and key in shelf.rows and split(name)[0] == provider:
                return shelf.rows[key]
        return None

    def adopted(self, record: R) -> R:
        """A draft that was made while the merchant acts for a branch is the branch's."""
        if OF in record.provider or record.__class__ in COMMON:
            return record
        return record._replace(provider=self.books(record.provider))  # type: ignore[attr-defined, no-any-return]
