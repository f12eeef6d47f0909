"""Simulated time is a line through wall time; timers ring in the order in which they are due."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.changes import Tick, Timer
from sandbox.core.clock import LATEST, WRITABLE, Clock, Timers, iso
from sandbox.core.machine import Trigger


def timer(due: int, ticket: int, target: str = "ch_1", name: str = "reminder") -> Timer:
    return Timer(due, ticket, name, "toy", "Charge", target, Trigger.UPDATE)


def test_a_clock_runs_with_the_wall_at_rate_one() -> None:
    clock = Clock(1000, 50)
    assert clock.at(50) == 1000
    assert clock.at(80) == 1030


def test_a_rate_makes_it_fast_or_freezes_it() -> None:
    assert Clock(1000, 50, 60).at(51) == 1060
    assert Clock(1000, 50, 0).at(10**9) == 1000


def test_a_wall_that_steps_back_does_not_turn_it_back() -> None:
    assert Clock(1000, 50).at(20) == 1000


def test_held_it_stands() -> None:
    clock = Clock(1000, 50)
    clock.held = True
    assert clock.at(80) == 1000


def test_set_answers_what_undoes_it() -> None:
    clock = Clock(1000, 50, 2)
    before = clock.set(Tick(9000, 60, 0))
    assert clock.at(99) == 9000
    clock.set(before)
    assert (clock.base, clock.wall, clock.rate) == (1000, 50, 2)


def test_how_long_the_wall_has_to_wait() -> None:
    assert Clock(1000, 50, 10).wall_until(1100, 50) == 10
    assert Clock(1000, 50).wall_until(900, 50) == 0
    assert Clock(1000, 50, 0).wall_until(1100, 50) is None


def test_timers_ring_by_due_time_then_creation() -> None:
    timers = Timers()
    for item in (timer(30, 1), timer(10, 2), timer(10, 3), timer(20, 4)):
        timers.arm(item)
    assert [item.ticket for item in timers] == [2, 3, 4, 1]
    rang = []
    while (item := timers.next()) is not None:
        rang.append(item.ticket)
        timers.disarm(item.ticket)
    assert rang == [2, 3, 4, 1]
    assert len(timers) == 0


def test_a_disarmed_timer_is_gone_everywhere() -> None:
    timers = Timers()
    timers.arm(timer(10, 1))
    timers.arm(timer(20, 2))
    assert timers.disarm(1) == timer(10, 1)
    assert timers.disarm(1) is None
    assert timers.next() == timer(20, 2)
    assert timers.of("ch_1") == [timer(20, 2)]
    timers.disarm(2)
    assert (timers.next(), timers.of("ch_1"), list(timers)) == (None, [], [])


def test_a_timer_armed_again_after_it_was_disarmed_rings_once() -> None:
    """As a rolled-back unit of work does it."""
    timers = Timers()
    timers.arm(timer(10, 1))
    disarmed = timers.disarm(1)
    assert disarmed is not None
    timers.arm(disarmed)
    assert timers.next() == disarmed
    timers.disarm(1)
    assert timers.next() is None


def test_timers_of_a_record_are_its_own() -> None:
    timers = Timers()
    timers.arm(timer(10, 1, "ch_1"))
    timers.arm(timer(10, 2, "ch_2"))
    assert timers.of("ch_2") == [timer(10, 2, "ch_2")]
    assert timers.of("ch_3") == []


def test_timers_that_make_time_come_are_known_apart() -> None:
    """From being armed to ringing or being disarmed."""
    timers = Timers()
    timers.arm(timer(10, 1))
    assert timers.journeys == {}
    journey = timer(20, 2)._replace(trigger=Trigger.ARRIVE)
    timers.arm(journey)
    timers.disarm(1)
    assert timers.journeys == {2: journey}
    timers.disarm(2)
    assert timers.journeys == {}


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=400))
def test_however_many_are_disarmed_the_rest_ring_in_order(wanted: list[tuple[int, bool]]) -> None:
    """The heap keeps disarmed ones until they surface, and is made anew when they are most of it."""
    timers = Timers()
    for ticket, (due, _) in enumerate(wanted):
        timers.arm(timer(due, ticket))
    for ticket, (_, goes) in enumerate(wanted):
        if goes:
            timers.disarm(ticket)
    left = sorted((due, ticket) for ticket, (due, goes) in enumerate(wanted) if not goes)
    rang = []
    while (item := timers.next()) is not None:
        rang.append((item.due, item.ticket))
        timers.disarm(item.ticket)
    assert rang == left


def test_no_clock_passes_the_latest_time() -> None:
    """However fast and long it runs, and whatever an older version wrote into a file."""
    assert Clock(1000, 50, 1e6).at(1e12) == LATEST
    clock = Clock(1000, 50)
    clock.set(Tick(WRITABLE * 2, 50, 0))
    assert clock.at(60) == LATEST


def test_a_timer_beyond_the_latest_time_is_never_waited_for() -> None:
    assert Clock(1000, 50, 10).wall_until(LATEST, 50) == (LATEST - 1000) / 10
    assert Clock(1000, 50, 10).wall_until(LATEST + 1, 50) is None


@given(st.floats(min_value=-1e300, max_value=1e300))
def test_any_number_can_be_shown_as_a_time(at: float) -> None:
    assert len(iso(at)) == len("2200-01-01T00:00:00Z")


def test_a_time_is_shown_in_utc() -> None:
    assert (iso(0), iso(LATEST)) == ("1970-01-01T00:00:00Z", "2200-01-01T00:00:00Z")
