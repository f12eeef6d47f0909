"""Which faults strike: by path, type, number and odds, alike in every run."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.core import faults, snapshot
from sandbox.core.faults import REQUEST, RESPONSE, WEBHOOK
from sandbox.core.merchant import Merchant
from tests.core.dialect import NAME, NOON, Toy, toy_merchant


def armed(merchant: Merchant, where: str = REQUEST, what: str = "500", **wanted: Any) -> str:
    """The id of a fault that is there from now on."""
    merchant.begin()
    made = faults.add(merchant, where, what, **wanted)
    merchant.commit()
    return made.id


def struck(
    merchant: Merchant, times: int, where: str = REQUEST, method: str = "POST", path: str = "/v1/refunds", type: str = ""
) -> list[int]:
    """Which of so many requests were struck, counted from 1."""
    found = []
    for number in range(1, times + 1):
        merchant.begin()
        if faults.strike(merchant, where, method, path, type):
            found.append(number)
        merchant.commit()
    return found


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [1, 2, 3, 4, 5]), ({"count": 2}, [1, 2]), ({"nth": 3}, [3, 4, 5]), ({"nth": 3, "count": 1}, [3]),
        ({"nth": 2, "count": 2}, [2, 3]), ({"nth": 6}, []),
    ],
)  # fmt: skip
def test_it_strikes_from_the_nth_on_as_often_as_it_may(wanted: Any, expected: list[int]) -> None:
    merchant = toy_merchant()
    armed(merchant, **wanted)
    assert struck(merchant, 5) == expected


@pytest.mark.parametrize(
    ("paths", "method", "path", "meets"),
    [
        ((), "GET", "/v1/charges", True), (("/v1/refunds",), "GET", "/v1/refunds", True),
        (("/v1/refunds",), "GET", "/v1/refunds/re_1", False),
        (("/v1/refunds*",), "GET", "/v1/refunds/re_1", True), (("POST /v1/refunds",), "POST", "/v1/refunds", True),
        (("POST /v1/refunds",), "GET", "/v1/refunds", False), (("/a", "/b"), "GET", "/b", True), (("* /v1/*",), "DELETE", "/v1/x", True),
    ],
)  # fmt: skip
def test_it_meets_what_its_paths_fit(paths: tuple[str, ...], method: str, path: str, meets: bool) -> None:
    merchant = toy_merchant()
    armed(merchant, paths=paths)
    assert struck(merchant, 1, method=method, path=path) == [1] * meets


def test_it_meets_nothing_elsewhere() -> None:
    """A fault of requests is none of answers; what it does not meet it does not count."""
    merchant = toy_merchant()
    fault_id = armed(merchant, count=1)
    assert struck(merchant, 3, where=RESPONSE) == []
    assert merchant.faults.rows[fault_id].met == 0


@pytest.mark.parametrize(("events", "type", "meets"), [(("charge.*",), "charge.paid", True), (("refund.*",), "charge.paid", False)])
def test_it_meets_the_event_types_it_names(events: tuple[str, ...], type: str, meets: bool) -> None:
    merchant = toy_merchant()
    armed(merchant, WEBHOOK, "drop", events=events)
    assert struck(merchant, 1, where=WEBHOOK, type=type) == [1] * meets


def test_the_odds_come_from_the_seed_alone() -> None:
    """The same seed strikes the same ones; another seed others; about as many as was said."""
    runs = []
    for seed in (1, 1, 2):
        merchant = toy_merchant(seed=seed)
        armed(merchant, probability=0.3)
        runs.append(struck(merchant, 400))
    assert runs[0] == runs[1] != runs[2]
    assert all(80 < len(run) < 160 for run in runs)


def test_a_spent_fault_stays_in_the_list_and_strikes_no_more() -> None:
    merchant = toy_merchant()
    fault_id = armed(merchant, count=1)
    assert struck(merchant, 3) == [1]
    spent = merchant.faults.rows[fault_id]
    assert (spent.status, spent.met, spent.struck) == ("spent", 1, 1)


def test_what_is_rolled_back_was_not_met() -> None:
    merchant = toy_merchant()
    fault_id = armed(merchant, count=1)
    merchant.begin()
    assert faults.strike(merchant, REQUEST, "POST", "/v1/refunds")
    merchant.rollback()
    assert (merchant.faults.rows[fault_id].met, merchant.faults.rows[fault_id].status) == (0, "armed")


def test_a_restored_merchant_is_struck_as_the_first_would_have_been() -> None:
    """A snapshot keeps how far each fault got."""
    merchant = toy_merchant(seed=3)
    armed(merchant, probability=0.4, count=30)
    struck(merchant, 20)
    again = Merchant("alpha", {NAME: Toy()}, lambda: float(NOON), {})
    for change in snapshot.dump(merchant):
        again.apply(change)
    assert struck(again, 100) == struck(merchant, 100)


def test_neighbours_in_a_reorder_change_places_for_certain() -> None:
    """Whatever the seed: the first of two waits the window, the second less."""
    for seed in range(50):
        merchant = toy_merchant(seed=seed)
        armed(merchant, WEBHOOK, "reorder", seconds=10)
        waits = []
        for _ in range(6):
            merchant.begin()
            [fault] = faults.strike(merchant, WEBHOOK, "POST", "/hook", "charge.paid")
            waits.append(faults.held_back_s(merchant, fault))
            merchant.commit()
        assert waits[::2] == [10, 10, 10]
        assert all(0 <= wait < 10 for wait in waits[1::2])
