"""Simulated time and what is due in it.

Wall time is handed in, never read here, so a test decides it and two merchants never share a clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from heapq import heapify, heappop, heappush

from sandbox.core.changes import Tick, Timer
from sandbox.core.machine import Trigger

LATEST = 7_258_118_400  # 2200-01-01T00:00:00Z: no clock goes beyond it, so that every span reckoned from it is still a date
WRITABLE = 253_402_300_799  # the last second that a date of four digits can say


def iso(at: float) -> str:
    """The time in ISO 8601, UTC; of any number, also one that an older version let a clock reach."""
    return datetime.fromtimestamp(min(max(int(at), 0), WRITABLE), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Clock:
    """Simulated seconds as a line through (wall, now) with slope `rate`."""

    __slots__ = ("base", "held", "rate", "wall")

    def __init__(self, now: float, wall: float, rate: float = 1.0) -> None:
        self.base, self.wall, self.rate = now, wall, rate
        self.held = False  # an advance stands at an instant until its webhooks are answered; never journalled

    def at(self, wall: float) -> float:
        """The simulated time at a wall time; a wall clock that steps back does not turn it back."""
        passed = wall - self.wall
        if self.held or not self.rate or passed <= 0:
            return self.base
        at = self.base + passed * self.rate
        return at if at < LATEST else LATEST

    def set(self, tick: Tick) -> Tick:
        """The clock runs from `tick` on; answers what undoes it."""
        before = Tick(self.base, self.wall, self.rate)
        self.base, self.wall, self.rate = min(tick.now, LATEST), tick.wall, tick.rate
        return before

    def wall_until(self, due: float, wall: float) -> float | None:
        """Wall seconds until the simulated time `due`; None if it never comes: the clock is frozen, or ends before it."""
        return max(0.0, (due - self.at(wall)) / self.rate) if self.rate and due <= LATEST else None


class Timers:
    """Armed timers in (due, ticket) order. A disarmed one stays in the heap until it surfaces: cheaper than a search.

    `journeys` are the armed timers that do not wait for their time but make it come: whoever drives the clock advances it to them.
    """

    __slots__ = ("_armed", "_heap", "_of", "journeys")

    def __init__(self) -> None:
        self._heap: list[tuple[int, int]] = []
        self._armed: dict[int, Timer] = {}
        self._of: dict[str, dict[int, None]] = {}
        self.journeys: dict[int, Timer] = {}

    def __len__(self) -> int:
        return len(self._armed)

    def arm(self, timer: Timer) -> None:
        self._armed[timer.ticket] = timer
        self._of.setdefault(timer.target, {})[timer.ticket] = None
        heappush(self._heap, (timer.due, timer.ticket))
        if timer.trigger is Trigger.ARRIVE:
            self.journeys[timer.ticket] = timer

    def disarm(self, ticket: int) -> Timer | None:
        timer = self._armed.pop(ticket, None)
        if timer is not None:
            tickets = self._of[timer.target]
            if len(tickets) == 1:
                del self._of[timer.target]
            else:
                del tickets[ticket]
            if self.journeys:
                self.journeys.pop(ticket, None)
            if len(self._heap) > 64 and len(self._heap) > 4 * len(self._armed):
                self._heap = [(t.due, t.ticket) for t in self._armed.values()]
                heapify(self._heap)
        return timer

    def next(self) -> Timer | None:
        """The timer that rings next, still armed."""
        heap, armed = self._heap, self._armed
        while heap:
            timer = armed.get(heap[0][1])
            if timer is not None:
                return timer
            heappop(heap)
        return None

    def of(self, target: str) -> list[Timer]:
        """The timers armed for one record, oldest first."""
        return [self._armed[ticket] for ticket in self._of.get(target, ())]

    def armed(self) -> Iterator[Timer]:
        """All of them, in no order: for whoever wants only a few."""
        return iter(self._armed.values())

    def __iter__(self) -> Iterator[Timer]:
        """In the order in which they will ring."""
        return iter(sorted(self._armed.values()))
