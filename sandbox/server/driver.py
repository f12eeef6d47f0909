"""Moves time: rings due timers, advances a merchant's clock, waits for its webhooks.

Time never jumps over an unsettled delivery. At each instant of an advance the clock is held; timers of that instant ring,
their webhooks are answered or fail, requests that the application makes meanwhile are finished, and only then time goes on.
"""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sandbox.core.changes import Change, Disarm, Put, Tick, Timer
from sandbox.core.clock import LATEST, iso
from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.core.records import Event
from sandbox.delivery.sender import Parcel
from sandbox.journal.base import JournalError
from sandbox.server.world import World

IDLE_S_MAX = 2 * 366 * 86_400
RECURRING = frozenset(("automatic_payout",))  # timers that arm themselves again; they do not keep a merchant from being idle
ALARMING = frozenset((Timer, Tick))  # changes after which the next timer may be due at another time
BREATHE_EVERY = 512  # timers between two looks at other work


Goal = int | Callable[[], int | None] | None


class Sender(Protocol):
    """Who delivers what is ready."""

    def wake(self, merchant: Merchant) -> None: ...
    def busy(self, merchant: Merchant) -> bool:
        """Whether anything of the merchant is due or in flight, and will be attended to."""

    def held_by(self, merchant: Merchant) -> Sequence[dict[str, Any]]: ...
    async def settled(self, merchant: Merchant) -> None:
        """Nothing of the merchant is ready or in flight."""

    def inbox(self, merchant: Merchant) -> Sequence[Parcel]:
        """What the merchant's `sandbox:inbox` endpoints got, oldest first."""

    def forget(self, name: str) -> None:
        """The merchant of that name is another one now."""


class Driver:
    def __init__(self, world: World) -> None:
        self.world = world
        self.sender: Sender | None = None
        self._locks: dict[str, asyncio.Lock] = {}
        self._quiet: dict[str, asyncio.Event] = {}
        self._travels: dict[str, asyncio.Task[None]] = {}
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_at = float("inf")
        world.watchers.append(self._watch)

    # Live time

    def _watch(self, merchant: Merchant, changes: Sequence[Change]) -> None:
        if not ALARMING.isdisjoint(map(type, changes)):
            self.set_alarm(merchant)

    def set_alarm(self, merchant: Merchant) -> None:
        """The loop wakes when the merchant's next timer is due, if its clock runs; time that a request has sent for sets out."""
        if merchant.timers.journeys and merchant.name not in self._travels:
            self._travels[merchant.name] = asyncio.ensure_future(self._travel(merchant))
        timer = merchant.timers.next()
        if timer is None or merchant.clock.held:
            return
        wait = merchant.clock.wall_until(timer.due, self.world.wall())
        if wait is None:
            return
        loop = asyncio.get_running_loop()
        at = loop.time() + wait
        if at < self._alarm_at:
            if self._alarm is not None:
                self._alarm.cancel()
            self._alarm_at = at
            self._alarm = loop.call_at(at, self._ring_all)

    async def _travel(self, merchant: Merchant) -> None:
        """Time goes on to where requests have sent it, as in any advance; a request itself cannot wait for that."""
        try:
            while merchant.timers.journeys and self.world.merchants.get(merchant.name) is merchant:
                due = min(timer.due for timer in merchant.timers.journeys.values())
                await self.advance(merchant, lambda due=due: max(due, merchant.now))  # type: ignore[misc]  # a default, not a parameter
        except JournalError:
            pass  # whoever writes next is told
        finally:
            if self._travels.get(merchant.name) is asyncio.current_task():
                del self._travels[merchant.name]

    def _ring_all(self) -> None:
        self._alarm, self._alarm_at = None, float("inf")
        task = asyncio.ensure_future(self.ring_everybody())
        self._ringing = task  # a task that nobody holds may be collected

    async def ring_everybody(self) -> None:
        """Whatever is due anywhere has rung, what is ready is on its way, and the next alarm is set."""
        for merchant in list(self.world.merchants.values()):
            await self.ring_due(merchant)
            self.wake(merchant)
            self.set_alarm(merchant)

    def overdue(self, merchant: Merchant) -> bool:
        """Whether a timer is due by now: what every request asks first."""
        timer = merchant.timers.next()
        return timer is not None and not merchant.clock.held and timer.due <= merchant.now

    async def ring_due(self, merchant: Merchant) -> None:
        """Timers that are due by now have rung, each at its own time."""
        timer = merchant.timers.next()
        if timer is None or merchant.clock.held or timer.due > merchant.now or self.world.broken:
            return
        now = merchant.now
        while timer is not None and timer.due <= now:
            merchant.begin(instant=timer.due)
            try:
                merchant.ring(timer)
            except Exception:
                strike(merchant, timer)
            await self.world.keep(merchant)
            timer = merchant.timers.next()
        self.wake(merchant)

    def forget(self, merchant: Merchant) -> None:
        """Another merchant stands under that name: whatever of this one is under way ends by itself."""
        merchant.ready.clear()
        self._locks.pop(merchant.name, None)
        self._travels.pop(merchant.name, None)
        quiet = self._quiet.pop(merchant.name, None)
        if quiet is not None:
            quiet.set()
        if self.sender is not None:
            self.sender.forget(merchant.name)

    def wake(self, merchant: Merchant) -> None:
        if self.sender is not None and merchant.ready:
            self.sender.wake(merchant)

    # Requests under way

    def request_done(self, name: str) -> None:
        quiet = self._quiet.get(name)
        if quiet is not None and not self.world.desks[name].running:
            quiet.set()

    async def _quiet_down(self, merchant: Merchant) -> None:
        """No request of the merchant is running."""
        while self.world.desks[merchant.name].running:
            quiet = self._quiet[merchant.name] = asyncio.Event()
            await quiet.wait()
        self._quiet.pop(merchant.name, None)

    # Jumps

    async def set_clock(self, merchant: Merchant, now: float | None, rate: float | None) -> None:
        """The clock shows `now` and runs at `rate`; it only goes forward, except while the merchant has no records."""
        if now is not None and now < merchant.now and has_records(merchant):
            raise Refusal(
                Reason.OUT_OF_REACH, param="now",
                message=f"The clock only moves forward, not back to {iso(now)}: it shows {iso(merchant.now)}, and the merchant has "
                "records. Reset the merchant first.",
            )  # fmt: skip
        if now is not None and now > merchant.now:
            await self.advance(merchant, int(now), wait=True)
        wall = self.world.wall()
        at = merchant.clock.at(wall)
        if now is not None and (now > at or not has_records(merchant)):
            at = now
        merchant.begin()
        merchant.alter(Tick(at, wall, merchant.clock.rate if rate is None else rate))
        await self.world.keep(merchant)

    def advancing(self, merchant: Merchant) -> bool:
        """Whether time is being moved, also while that waits for webhooks before it sets out."""
        lock = self._locks.get(merchant.name)
        return lock is not None and lock.locked()

    async def advance(
        self, merchant: Merchant, goal: Goal, wait: bool = True, settle_ms: int = 0
    ) -> tuple[list[Timer], list[str]]:
        """Time goes on to the goal, or until nothing is left to ring (None); answers what rang and the events of it.

        Args:
            goal: epoch seconds; a function of that is asked when this advance's turn has come.

        Raises:
            Refusal: OUT_OF_REACH, a target in the past.
        """
        lock = self._locks.setdefault(merchant.name, asyncio.Lock())
        async with lock:
            if self.world.broken:
                raise JournalError(self.world.broken)
            target = goal() if callable(goal) else goal
            if target is not None and target > LATEST:
                message = f"The clock goes no further than {iso(LATEST)}: it shows {iso(merchant.now)}."
                raise Refusal(Reason.OUT_OF_REACH, param="to", message=message)
            if target is not None and target < merchant.now:
                message = f"The clock cannot go back to {iso(target)}: it shows {iso(merchant.now)} already."
                raise Refusal(Reason.OUT_OF_REACH, param="to", message=message)
            fired: list[Timer] = []
            events: list[str] = []

            def watch(changed: Merchant, changes: Sequence[Change]) -> None:
                if changed is merchant:
                    events.extend(c.record.id for c in changes if c.__class__ is Put and c.record.__class__ is Event)

            self.world.watchers.append(watch)
            try:
                await self._advance(merchant, target, wait, settle_ms, fired)
            finally:
                self.world.watchers.remove(watch)
                merchant.clock.held = False
                self.set_alarm(merchant)
                self.wake(merchant)
            return fired, events

    async def _advance(self, merchant: Merchant, target: int | None, wait: bool, settle_ms: int, fired: list[Timer]) -> None:
        clock, timers = merchant.clock, merchant.timers
        end = min(merchant.now + IDLE_S_MAX, LATEST) if target is None else target
        if wait:
            await self._settle(merchant, settle_ms)
        self._stand(merchant, merchant.clock.at(self.world.wall()))
        while self.world.merchants.get(merchant.name) is merchant:  # or it was reset or restored meanwhile
            timer = timers.next()
            if timer is None or timer.due > end:
                break
            if target is None and all(t.name in RECURRING for t in timers.armed()):
                break
            changed = await self._ring_instant(merchant, timer, end, fired)
            if changed and wait:
                await self._settle(merchant, settle_ms)
            else:
                self.wake(merchant)
                await asyncio.sleep(0)
        if target is not None:
            self._stand(merchant, max(target, clock.base))
        merchant.begin()
        merchant.alter(Tick(clock.base, self.world.wall(), clock.rate))
        await self.world.keep(merchant)

    async def _ring_instant(self, merchant: Merchant, timer: Timer | None, end: int, fired: list[Timer]) -> bool:
        """Everything due at one instant has rung, together with what meant nothing before it; whether anything changed.

        Timers whose trigger means nothing any more are the most by far after a long jump. They share one unit of work,
        because nobody could tell their instants apart.
        """
        timers = merchant.timers
        instant = merchant.now
        merchant.begin(instant=instant)
        changed = False
        rang = 0
        while timer is not None and timer.due <= end:
            if timer.due > instant:
                if changed or rang >= BREATHE_EVERY:
                    break
                instant = timer.due
                merchant.move_on(instant)
            try:
                changed = merchant.ring(timer) or changed
            except Exception:
                strike(merchant, timer)
                del fired[len(fired) - rang :]  # the unit is undone: what rang in it rings again
                changed = True
                break
            fired.append(timer)
            rang += 1
            timer = timers.next()
        merchant.alter(Tick(instant, self.world.wall(), merchant.clock.rate))
        await self.world.keep(merchant)
        return changed

    def _stand(self, merchant: Merchant, at: float) -> None:
        """The clock is held at a time; what is journalled is the instant of whatever happens then."""
        merchant.clock.held = True
        merchant.clock.base = at

    async def _settle(self, merchant: Merchant, settle_ms: int) -> None:
        """Webhooks answered or failed, requests finished, the wanted pause over; again, if that made more of either."""
        while True:
            sender = self.sender
            if sender is not None and sender.busy(merchant):
                sender.wake(merchant)
                await sender.settled(merchant)
            await self._quiet_down(merchant)
            if settle_ms:
                await asyncio.sleep(settle_ms / 1000)
            if not self.world.desks[merchant.name].running and (sender is None or not sender.busy(merchant)):
                return


def strike(merchant: Merchant, timer: Timer) -> None:
    """A timer whose ringing met a bug of ours is struck off, alone and loudly: kept, it would stop its merchant for good."""
    traceback.print_exc(file=sys.stderr)
    print(f"payment-sandbox has a bug: timer {timer.name} of {timer.target} was struck off", file=sys.stderr)
    instant = merchant.now
    merchant.rollback()
    merchant.begin(instant=instant)
    merchant.alter(Disarm(timer.ticket))


def has_records(merchant: Merchant) -> bool:
    """Whether anything happened at the merchant; webhook endpoints, faults and settings do not count."""
    return not merchant.blank
