"""Every status of every machine of every provider meets every trigger there is."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Table, Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Record
from sandbox.providers import PROVIDERS
from sandbox.providers.base import Provider
from tests.contract.samples import SAMPLES, envelope
from tests.contract.trace import everything
from tests.harness import START

Case = tuple[Provider, type, str, Trigger]


def statuses(table: Table) -> list[str]:
    return sorted({status for status, _ in table} | {row.to for row in table.values()})


def every_status() -> Iterator[Any]:
    for provider in PROVIDERS:
        for kind, table in provider.machines.items():
            for status in statuses(table):
                yield pytest.param(provider, kind, status, id=f"{provider.name}-{kind.__name__}-{status or 'new'}")


def every_row() -> Iterator[Any]:
    for provider in PROVIDERS:
        for kind, table in provider.machines.items():
            for status, trigger in table:
                name = f"{provider.name}-{kind.__name__}-{status or 'new'}-{trigger}"
                yield pytest.param(provider, kind, status, trigger, id=name)


def road(table: Table, start: str, end: str) -> Sequence[Trigger] | None:
    """The shortest triggers that lead from one status to another; None if none do."""
    seen = {start}
    waiting: deque[tuple[str, tuple[Trigger, ...]]] = deque([(start, ())])
    while waiting:
        status, so_far = waiting.popleft()
        if status == end:
            return so_far
        for (at, trigger), row in table.items():
            if at == status and row.to not in seen:
                seen.add(row.to)
                waiting.append((row.to, (*so_far, trigger)))
    return None


def placed(provider: Provider, kind: type, status: str) -> tuple[Merchant, Record]:
    """A merchant with a sample record of that kind in that status, led there by the table's own rows."""
    merchant = Merchant("alpha", {p.name: p for p in PROVIDERS}, lambda: float(START), {})
    merchant.begin()
    record = SAMPLES[provider.name].drafts(merchant)[kind]
    table = provider.machines[kind]
    way = road(table, record.status, status)
    if way is None:  # what no row leads to is made by something else: put there as it is
        record = merchant.put(record._replace(status=status))
        way = ()
    for trigger in way:
        record = merchant.fire(record, trigger)
    record = SAMPLES[provider.name].fits(merchant, record)
    merchant.commit()
    return merchant, record


def is_subsequence(few: Sequence[str], many: Sequence[str]) -> bool:
    rest = iter(many)
    return all(item in rest for item in few)


@pytest.mark.parametrize(("provider", "kind", "status"), list(every_status()))
def test_a_trigger_without_a_row_is_refused_and_leaves_no_trace(provider: Provider, kind: type, status: str) -> None:
    """Every status meets every trigger there is: those that its table has no row for."""
    merchant, record = placed(provider, kind, status)
    before = everything(merchant)
    for trigger in Trigger:
        if (status, trigger) in provider.machines[kind]:
            continue
        merchant.begin()
        with pytest.raises(Refusal) as refused:
            merchant.fire(record, trigger)
        assert refused.value.reason is Reason.WRONG_STATUS
        assert merchant.commit() == [], trigger
        assert everything(merchant) == before, trigger


@pytest.mark.parametrize(("provider", "kind", "status", "trigger"), list(every_row()))
def test_a_row_does_what_it_says(provider: Provider, kind: type, status: str, trigger: Trigger) -> None:
    """Status, events in their shape, timers; the books balance."""
    merchant, record = placed(provider, kind, status)
    known = {event.id for event in merchant.events()}
    row = provider.machines[kind][status, trigger]
    merchant.begin()
    after = merchant.fire(record, trigger)
    merchant.commit()

    assert after.status == row.to
    assert merchant.get(provider.name, kind, after.id).status == row.to
    assert merchant.ledger.balanced()
    emitted = [event for event in merchant.events() if event.id not in known]
    types = [event.type for event in emitted]
    told = [emit.type for emit in row.emit if not emit.of or merchant.related(after, emit.of) is not None]
    assert is_subsequence(told, types)
    if not row.then and not row.also:
        assert types == told
    for event in emitted:
        wrong = SAMPLES[provider.name].wrong(envelope(merchant, event))
        assert not wrong, "\n".join(wrong)
    armed = {timer.name for timer in merchant.timers.of(after.id)}
    assert {arm.name for arm in row.arm} <= armed
    assert not armed & (set(row.disarm) - {arm.name for arm in row.arm})
    if "*" in row.disarm:
        assert armed == {arm.name for arm in row.arm}
    assert all(timer.due >= merchant.now for timer in merchant.timers)


@pytest.mark.parametrize(("provider", "kind", "status", "trigger"), list(every_row()))
def test_a_row_taken_back_leaves_no_trace(provider: Provider, kind: type, status: str, trigger: Trigger) -> None:
    """A unit of work that is rolled back after a row was fired has changed nothing."""
    merchant, record = placed(provider, kind, status)
    before = everything(merchant)
    merchant.begin()
    merchant.fire(record, trigger)
    merchant.rollback()
    assert everything(merchant) == before


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_every_machine_has_a_sample(provider: Provider) -> None:
    """A machine without a sample record would pass these suites unseen."""
    merchant = Merchant("alpha", {p.name: p for p in PROVIDERS}, lambda: float(START), {})
    assert set(SAMPLES[provider.name].drafts(merchant)) == set(provider.machines)


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_every_status_can_be_reached(provider: Provider) -> None:
    """A status that no road of rows leads to is a row that never fires."""
    lost = []
    for kind, table in provider.machines.items():
        starts = [NEW] if any(status == NEW for status, _ in table) else [status for status, _ in table]
        lost += [f"{kind.__name__} {s}" for s in statuses(table) if not any(road(table, start, s) is not None for start in starts)]
    assert lost == [] or set(lost) <= MADE_ELSEWHERE.get(provider.name, set())


# Statuses that a handler puts into a record without a trigger.
MADE_ELSEWHERE = {"stripe": {"Endpoint disabled"}}
