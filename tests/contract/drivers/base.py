"""What the random walks of all providers have in common: a shop with a journal in memory, calls, and what is always true."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, invariant

from sandbox.core.changes import Change
from sandbox.core.errors import Refusal
from sandbox.journal.base import NullJournal
from sandbox.providers import PROVIDERS
from sandbox.server.world import World
from tests.contract.trace import everything
from tests.harness import Answer, Shop

BANKS = {provider.name: provider.bank for provider in PROVIDERS}


class Recorder(NullJournal):
    """A journal in memory."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, Change]] = []

    async def load(self) -> AsyncIterator[tuple[str, Change]]:
        for kept in self.kept:
            yield kept

    async def append(self, key: str, changes: Sequence[Change]) -> None:
        self.kept += [(key, change) for change in changes]


class Walk(RuleBasedStateMachine):
    """A merchant, its payers, their banks and the calendar, each doing what it likes; a driver says what they can do."""

    provider: str
    shop_of: Callable[..., Any] = Shop
    final: Mapping[type, set[str]]  # in these nothing may happen any more that changes the status
    without_trace: tuple[int, ...] = (400,)  # refused
    outcomes: tuple[int, ...] = (200, 400)
    profile = "testmode"
    outcome: Any = None

    def __init__(self) -> None:
        super().__init__()
        self.journal = Recorder()
        chosen = {"outcome": self.outcome} if self.outcome else {}
        self.shop = self.shop_of(journal=self.journal, profile=self.profile, **chosen)
        self.ended: dict[str, str] = {}

    def teardown(self) -> None:
        self.a_replayed_journal_gives_the_same_merchant()
        self.shop.close()

    # How they do it

    def all_of(self, kind: type) -> list[Any]:
        return list(self.shop.merchant.store.shelf(self.provider, kind).rows.values())

    def no_trace_if_refused(self, ask: Callable[[], Answer]) -> Answer:
        """A call that may be refused, and then leaves no trace (a declined card does: it is an outcome)."""
        before = everything(self.shop.merchant)
        answer = ask()
        assert answer.status in self.outcomes, answer.body
        if answer.status in self.without_trace:
            assert everything(self.shop.merchant) == before
        return answer

    def bank(self, act: Callable[[Any, Any], Any]) -> None:
        merchant = self.shop.merchant
        before = everything(merchant)
        merchant.begin()
        try:
            act(BANKS[self.provider], merchant)
        except Refusal:
            merchant.rollback()
            assert everything(merchant) == before
        else:
            self.shop.run(self.shop.world.keep(merchant))

    # What is always true

    @invariant()
    def books_balance(self) -> None:
        assert self.shop.merchant.ledger.balanced()

    @invariant()
    def final_states_stay_final(self) -> None:
        for kind, words in self.final.items():
            for record in self.all_of(kind):
                was = self.ended.get(record.id)
                assert was in (None, record.status), f"{record.id} was {was} and is {record.status}"
                if record.status in words:
                    self.ended[record.id] = record.status

    @invariant()
    def no_armed_timer_is_overdue(self) -> None:
        assert all(timer.due > self.shop.now for timer in self.shop.merchant.timers)

    def a_replayed_journal_gives_the_same_merchant(self) -> None:
        again = World(PROVIDERS, self.shop.wall, self.journal)
        self.shop.run(again.load())
        assert everything(again.merchant(self.shop.name)) == everything(self.shop.merchant)
