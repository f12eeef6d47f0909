"""One isolated world: its clock, records, books, timers and events.

Theory of operation. A request, a ringing timer and a settled delivery are each one *unit of work*: `begin`, any number
of changes, then `commit`, which hands the changes to the journal, or `rollback`, which undoes them one by one. All
changes go through `apply`, live and in replay, so a replayed journal gives the same merchant. `fire` decides what a
trigger means (a row of the provider's table); `apply` alters. Nothing here awaits: a unit is atomic on one event loop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sandbox.core import branches, effects, outbox
from sandbox.core.changes import Change, Configure, Count, Disarm, Drop, Put, Tick, Timer, Transfer
from sandbox.core.clock import Clock, Timers
from sandbox.core.dialect import Dialect
from sandbox.core.errors import Reason, Refusal
from sandbox.core.ledger import AVAILABLE, PENDING, Ledger
from sandbox.core.machine import Emit, Line, Recipe, Row, Trigger
from sandbox.core.records import CORE_INDEXES, NEW, Charge, Delivery, Endpoint, Entry, Event, Fault, Record, Schedule, changed
from sandbox.core.store import Store

R = TypeVar("R", bound=Record)
RELATED: Mapping[str, type] = {"charge": Charge}
ARRANGEMENTS = frozenset((Endpoint, Fault, Schedule))


class Cause:
    """The API request behind what happens now; both empty when the clock or the bank did it."""

    __slots__ = ("idempotency_key", "request_id")

    def __init__(self, request_id: str = "", idempotency_key: str = "") -> None:
        self.request_id, self.idempotency_key = request_id, idempotency_key


NOBODY = Cause()


def admit_every_url(url: str) -> None:
    """Where no sender says otherwise: refuses webhook URLs that nothing would be sent to."""


class Merchant(branches.Branched):
    def __init__(
        self, name: str, dialects: Mapping[str, Dialect], wall: Callable[[], float], settings: Mapping[str, Any]
    ) -> None:
        self.name = name
        self.dialects = branches.Dialects(dialects)
        self.wall = wall
        self.settings = settings
        indexes = dict(CORE_INDEXES)
        for dialect in dialects.values():
            indexes.update(dialect.indexes)
        self.store = self.whole = Store(indexes)
        self.ledger = Ledger()
        self.timers = Timers()
        self.serial = 0
        start = wall()
        self.clock = Clock(start, start)
        self.ready: dict[str, Delivery] = {}  # deliveries whose attempt is due now
        self.faults = self.store.shelf("", Fault)  # what goes wrong on purpose; whoever asks looks at its `rows` first
        self.admit: Callable[[str], None] = admit_every_url
        self.base_url = ""  # scheme and host of the server, for links in answers; never journalled
        self.bodies: dict[str, bytes] = {}  # rendered answers beside the immutable records they show
        self.moment: dict[str, Any] = {}  # what a dialect rendered in the unit of work under way
        self.kinds = effects.kinds_of(dialects)
        self.cause = NOBODY
        self._instant: int | None = None
        self._changes: list[Change] = []
        self._undo: list[Any] = []
        self._counted = 0  # the serial that the journal knows

    # Time

    @property
    def now(self) -> int:
        """Simulated epoch seconds; stands still within one unit of work."""
        return self._instant if self._instant is not None else int(self.clock.at(self.wall()))

    @property
    def blank(self) -> bool:
        """Whether nothing has happened yet; webhook endpoints, faults, settings and what those arrange do not count."""
        return not any(len(shelf) for (_, kind), shelf in self.store.shelves.items() if kind not in ARRANGEMENTS)

    def set_clock(self, at: int, rate: float) -> None:
        """The clock shows `at` from this unit of work on, and runs at `rate`; whatever is due by then has to have rung."""
        self.alter(Tick(at, self.wall(), rate))
        self._instant = at

    # Units of work

    def begin(self, cause: Cause = NOBODY, instant: int | None = None) -> None:
        assert not self._changes, f"merchant {self.name}: the last unit of work was neither committed nor rolled back"
        self.cause = cause
        self._counted = self.serial
        self._instant = int(self.clock.at(self.wall())) if instant is None else instant

    @property
    def altered(self) -> bool:
        """Whether the unit under way has changed anything."""
        return bool(self._changes)

    def commit(self) -> list[Change]:
        """The unit is done; answers its changes, for the journal."""
        changes, self._changes = self._changes, []
        if self.serial != self._counted:
            changes.append(Count(self.serial))
        self._undo.clear()
        if self.moment:
            self.moment = {}
        self._instant = None
        self.cause = NOBODY
        return changes

    def rollback(self) -> None:
        """Nothing of the unit has happened."""
        for change, before in zip(reversed(self._changes), reversed(self._undo), strict=True):
            self._revert(change, before)
        self._changes.clear()
        self._undo.clear()
        self.serial = self._counted
        self.moment = {}
        self._instant = None
        self.cause = NOBODY

    def alter(self, change: Change) -> None:
        """A change of the unit under way."""
        self._undo.append(self.apply(change))
        self._changes.append(change)

    def move_on(self, instant: int) -> None:
        """The unit under way goes on at a later time: nothing that anybody could see has happened in it yet."""
        self._instant = instant

    def apply(self, change: Change) -> Any:
        """The one function that alters a merchant, live and in replay; answers what undoes it."""
        kind = change.__class__
        if kind is Put:
            record = change.record  # type: ignore[union-attr]
            self.bodies.pop(record.id, None)
            if record.__class__ is Delivery:
                outbox.track(self, record)
            return self.store.put(record)
        if kind is Transfer:
            return self.ledger.post(change)  # type: ignore[arg-type]
        if kind is Timer:
            return self.timers.arm(change)  # type: ignore[arg-type]
        if kind is Disarm:
            return self.timers.disarm(change.ticket)  # type: ignore[union-attr]
        if kind is Count:
            self.serial = change.serial  # type: ignore[union-attr]
            return None
        if kind is Tick:
            return self.clock.set(change)  # type: ignore[arg-type]
        if kind is Drop:
            self.bodies.pop(change.record.id, None)  # type: ignore[union-attr]
            self.ready.pop(change.record.id, None)  # type: ignore[union-attr]
            return self.store.drop(change.record)  # type: ignore[union-attr]
        assert kind is Configure, f"no such change: {change!r}"
        settings, self.settings = self.settings, change.settings  # type: ignore[union-attr]
        return settings

    def _revert(self, change: Change, before: Any) -> None:
        kind = change.__class__
        if kind is Put:
            self.apply(Put(before) if before is not None else Drop(change.record))  # type: ignore[union-attr]
        elif kind is Drop:
            if before is not None:
                self.apply(Put(before))
        elif kind is Transfer:
            self.ledger.undo()
        elif kind is Timer:
            self.timers.disarm(change.ticket)  # type: ignore[union-attr]
        elif kind is Disarm:
            if before is not None:
                self.timers.arm(before)
        elif kind is Tick:
            self.clock.set(before)
        else:
            self.settings = before

    # Records

    def count(self) -> int:
        """A serial that was never given before; the unit's commit notes how far it got."""
        self.serial += 1
        return self.serial

    def new_id(self, provider: str, kind: type, family: str = "") -> str:
        return self.dialects[provider].new_id(self, kind, family)

    def get(self, provider: str, kind: type, key: str) -> Any:
        return self.store.get(provider, kind, key)

    def put(self, record: R) -> R:
        if self.branch:
            record = self.adopted(record)
        self.alter(Put(record))
        return record

    def drop(self, record: Record) -> None:
        self.alter(Drop(record))

    # What happens

    def row(self, record: Record, trigger: Trigger) -> Row | None:
        table = self.dialects[record.provider].machines.get(record.__class__)
        return table.get((record.status, trigger)) if table is not None else None

    def fire(self, record: R, trigger: Trigger, **facts: Any) -> R:
        """The trigger has happened to the record; answers the record as it is now.

        Args:
            facts: fields of the record that change with it.

        Raises:
            Refusal: WRONG_STATUS when the provider's table has no such row. Nothing was changed then.
        """
        if self.branch or branches.OF in record.provider:
            if record.status == NEW:
                record = self.adopted(record)
            account = branches.split(record.provider)[1]
            if account != self.branch:
                with self.acting_for(account):
                    return self.fire(record, trigger, **facts)
        row = self.row(record, trigger)
        if row is None:
            raise Refusal(
                Reason.WRONG_STATUS, kind=record.__class__.__name__, id=record.id, status=record.status, trigger=trigger
            )
        before = record if record.status != NEW else None
        derive = self.dialects[record.provider].derived.get((record.__class__, trigger))
        if derive is not None:
            facts = {**derive(self, record), **facts}
        after: Any = changed(record, {**facts, "status": row.to})
        for recipe in row.post:
            after = self.post(recipe, after)
        self.alter(Put(after))
        touched: dict[str, Record] = {}
        for mark in row.mark:
            effects.EFFECTS[mark](self, after, touched)
        for name in row.disarm:
            self.disarm(after, name)
        if row.arm:
            dialect = self.dialects[after.provider]
            for name, timed, span, at in row.arm:
                self.arm(after, name, timed, getattr(after, at) if at else self.now + dialect.timing(self, span))
        for of, triggered in row.also:
            related = self.related(after, of)
            if related is not None:
                touched.setdefault(related.id, related)
                self.fire(related, triggered)
        for emit in row.emit:
            self._emit(emit, after, before, touched)
        for mark in row.then:
            effects.EFFECTS[mark](self, after, touched)
        return after  # type: ignore[no-any-return]

    def related(self, record: Record, of: str) -> Any:
        """The record that the field `of`_id names, or None."""
        return self.store.get(record.provider, RELATED[of], getattr(record, of + "_id"))

    # Money

    def post(self, recipe: Recipe, record: R) -> R:
        """The recipe's transfers are in the books; answers the record with its statement line's id."""
        amount: int = getattr(record, recipe.share)
        currency: str = record.currency  # type: ignore[attr-defined]
        dialect = self.dialects[record.provider]
        if recipe.converted:
            amount, currency = dialect.converted(self, record, amount)
        if amount == 0:
            return record
        line = recipe.line
        if line is None:
            self.move(record, recipe.debit, recipe.credit, amount, currency)
            return record
        now, available_at = self.now, self._available_at(dialect, line, record)
        fee = dialect.fee(self, line.fee, amount, currency, record) if line.fee else 0
        tax = dialect.fee(self, line.tax, fee, currency, record) if line.tax else 0
        cut = dialect.fee(self, line.cut, amount, currency, record) if line.cut else 0
        entry = Entry(
            self.new_id(record.provider, Entry, record.id), record.provider, "booked", now,
            line.kind, line.category, line.sign * amount, fee + tax + cut, currency, available_at, record.id,
            dialect.memo(line.memo, record),
        )  # fmt: skip
        self.alter(Put(entry))
        side = PENDING if available_at > now else AVAILABLE
        debit = side if recipe.debit == "merchant" else recipe.debit
        credit = side if recipe.credit == "merchant" else recipe.credit
        self.move(record, debit, credit, amount, currency)
        if fee:
            self.move(record, side, f"fees:{line.fee}", fee, currency)
        if tax:
            self.move(record, side, f"taxes:{line.tax}", tax, currency)
        if cut:
            self.move(record, side, f"fees:{line.cut}", cut, currency)
        if side is PENDING:
            effects.await_settlement(self, entry)
        return changed(record, {line.into: entry.id}) if line.into else record

    def move(self, record: Record, debit: str, credit: str, amount: int, currency: str) -> None:
        """One transfer; a negative amount goes the other way."""
        if amount < 0:
            debit, credit, amount = credit, debit, -amount
        self.alter(Transfer(self.now, record.provider, debit, credit, amount, currency, record.id))

    def _available_at(self, dialect: Dialect, line: Line, record: Any) -> int:
        if line.settles == "now":
            return self.now
        if line.settles == "day":
            return dialect.settles_at(self, record)
        charge = self.related(record, "charge")
        entry = self.store.get(record.provider, Entry, charge.entry_id) if charge is not None else None
        return max(self.now, entry.available_at) if entry is not None else self.now

    # Timers

    def arm(self, record: Record, name: str, trigger: Trigger, due: int) -> None:
        """`trigger` will be fired at the record at `due`, epoch seconds, simulated; a time that is past rings next."""
        self.alter(Timer(due, self.count(), name, record.provider, record.__class__.__name__, record.id, trigger))

    def disarm(self, record: Record, name: str) -> None:
        """No timer of that name is armed for the record; "*" means any name."""
        for timer in self.timers.of(record.id):
            if name in (timer.name, "*"):
                self.alter(Disarm(timer.ticket))

    def ring(self, timer: Timer) -> bool:
        """A due timer is taken from the list and its trigger fired; answers whether that meant anything.

        A trigger that its target's status has no row for means nothing any more, and is not an error: time passed it by.
        """
        self.alter(Disarm(timer.ticket))
        provider, kind = timer.provider, self.kinds[timer.kind]
        shelf = self.store.shelves.get((provider, kind))
        target = shelf.rows.get(timer.target) if shelf is not None else None
        if target is None:
            return False
        if kind is Delivery:
            outbox.ring(self, target)
            return True
        if (target.status, timer.trigger) not in self.dialects[provider].machines[kind]:
            return False
        self.fire(target, timer.trigger)
        return True

    # Events

    def _emit(self, emit: Emit, after: Record, before: Record | None, touched: Mapping[str, Record]) -> None:
        if emit.of:
            related = self.related(after, emit.of)
            if related is not None:
                was = touched.get(related.id)
                self.emit(emit.type, related, was if emit.diff else None)
        else:
            self.emit(emit.type, after, before if emit.diff else None)

    def emit(self, type: str, record: Record, before: Record | None = None) -> Event:
        """The event is frozen as the record is now, and owed to every endpoint that wants it."""
        provider, account = branches.split(record.provider) if branches.OF in record.provider else (record.provider, "")
        dialect = self.dialects[provider]
        body, previous = dialect.freeze(self, type, record, before)
        cause = self.cause
        event = Event(
            self.new_id(provider, Event, record.id), provider, "frozen", self.now, type, record.id, body, previous,
            cause.request_id, cause.idempotency_key, self.settings.get(provider + "_version", ""), account,
        )  # fmt: skip
        self.alter(Put(event))
        outbox.owe(self, dialect, event)
        return event

    def events(self, provider: str | None = None) -> Sequence[Event]:
        """Every event still kept, oldest first."""
        found = [event for event in self.store.all(Event) if provider in (None, event.provider)]
        return found
