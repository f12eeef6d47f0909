"""All merchants of one server, what is kept of them, and who watches them change."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sandbox.core.changes import Change, Configure, Tick
from sandbox.core.merchant import Merchant
from sandbox.journal.base import Journal, NullJournal
from sandbox.providers.base import Provider

Watcher = Callable[[Merchant, Sequence[Change]], None]
REQUESTS_KEPT = 1_000  # per merchant


class Logged(NamedTuple):
    """One request as the log shows it; never a key, a card number or a body."""

    id: str
    provider: str
    at: int  # simulated
    method: str
    path: str
    query: str
    status: int
    seconds: float  # wall
    idempotency_key: str
    error: Mapping[str, Any] | None


class Desk:
    """What the server knows of a merchant besides the merchant: requests under way, the log, answers being made."""

    __slots__ = ("birth", "in_flight", "kept", "log", "running", "serial")

    def __init__(self, merchant: Merchant, kept: bool) -> None:
        clock = merchant.clock
        self.birth: list[Change] = [Tick(clock.base, clock.wall, clock.rate), Configure(merchant.settings)]
        self.kept = kept  # whether the journal knows the merchant already
        self.running = 0
        self.serial = 0  # requests seen
        self.in_flight: set[str] = set()  # idempotency keys
        self.log: deque[Logged] = deque(maxlen=REQUESTS_KEPT)


class World:
    def __init__(
        self,
        providers: Sequence[Provider],
        wall: Callable[[], float],
        journal: Journal | None = None,
        defaults: Mapping[str, Any] | None = None,
    ) -> None:
        self.providers = {provider.name: provider for provider in providers}
        self.wall = wall
        self.journal: Journal = journal if journal is not None else NullJournal()
        self.defaults: Mapping[str, Any] = defaults or {}
        self.merchants: dict[str, Merchant] = {}
        self.desks: dict[str, Desk] = {}
        self.watchers: list[Watcher] = []
        self.broken = ""  # why nothing may be written any more

    def merchant(self, name: str) -> Merchant:
        """The merchant of that name; the first use creates it."""
        found = self.merchants.get(name)
        if found is None:
            found = self.add(Merchant(name, self.providers, self.wall, self.defaults), kept=False)
        return found

    def add(self, merchant: Merchant, kept: bool) -> Merchant:
        self.merchants[merchant.name] = merchant
        self.desks[merchant.name] = Desk(merchant, kept)
        return merchant

    async def load(self) -> None:
        """Every merchant is as the journal has it."""
        async for name, change in self.journal.load():
            merchant = self.merchants.get(name)
            if merchant is None:
                merchant = self.add(Merchant(name, self.providers, self.wall, self.defaults), kept=True)
            merchant.apply(change)

    async def keep(self, merchant: Merchant) -> Sequence[Change]:
        """The merchant's unit of work is durable and everybody who watches has seen it.

        A failed append is fatal: memory is ahead of the journal, so nothing more may be promised.
        """
        changes: Sequence[Change] = merchant.commit()
        if not changes:
            return changes
        desk = self.desks[merchant.name]
        kept = changes
        if not desk.kept:
            desk.kept = True
            kept = [*desk.birth, *changes]
        try:
            await self.journal.append(merchant.name, kept)
        except Exception as error:
            self.broken = f"the journal could not be written ({error.__class__.__name__}); restart from the last good state"
            raise
        for watcher in self.watchers:
            watcher(merchant, changes)
        return changes
