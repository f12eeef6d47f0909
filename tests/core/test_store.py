"""Shelves keep records in creation order, whatever is dropped or replaced, and find them by what they belong to."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.records import Charge, Refund
from sandbox.core.store import Shelf, Store


class Thing(NamedTuple):
    id: str
    owner: str = ""
    created: int = 0
    provider: str = "toy"
    status: str = "kept"


def shelf_of(*ids: str) -> Shelf:
    shelf = Shelf(("owner",))
    for number, key in enumerate(ids):
        shelf.put(Thing(key, "a", number))
    return shelf


def ids(records: Any) -> list[str]:
    return [record.id for record in records]


def test_newest_first_and_oldest_first() -> None:
    shelf = shelf_of("1", "2", "3", "4")
    assert ids(shelf.newest_first()) == ["4", "3", "2", "1"]
    assert ids(shelf.newest_first("3")) == ["2", "1"]
    assert ids(shelf.oldest_first()) == ["1", "2", "3", "4"]
    assert ids(shelf.oldest_first("3")) == ["4"]
    assert shelf.oldest().id == "1"


def test_a_replaced_record_keeps_its_place() -> None:
    shelf = shelf_of("1", "2", "3")
    before = shelf.put(Thing("2", "b", 1))
    assert before == Thing("2", "a", 1)
    assert ids(shelf.newest_first()) == ["3", "2", "1"]
    assert (ids(shelf.of("owner", "a")), ids(shelf.of("owner", "b"))) == (["1", "3"], ["2"])


def test_a_record_that_comes_back_to_its_owner_stands_where_it_stood() -> None:
    """Oldest first is by creation, not by when it joined: a rolled-back change leaves no trace."""
    shelf = shelf_of("1", "2", "3")
    before = shelf.put(Thing("1", "b"))
    shelf.put(before)
    assert ids(shelf.of("owner", "a")) == ["1", "2", "3"]


def test_a_dropped_record_leaves_no_gap() -> None:
    shelf = shelf_of("1", "2", "3", "4")
    assert shelf.drop("2") == Thing("2", "a", 1)
    assert shelf.drop("2") is None
    assert shelf.drop("4") is not None
    assert ids(shelf.newest_first()) == ["3", "1"]
    assert ids(shelf.of("owner", "a")) == ["1", "3"]
    assert len(shelf) == 2
    shelf.put(Thing("5", "a", 4))
    assert ids(shelf.newest_first()) == ["5", "3", "1"]


def test_what_is_not_there_is_not_found() -> None:
    shelf = Shelf(("owner",))
    assert (shelf.oldest(), shelf.of("owner", "a"), ids(shelf.newest_first())) == (None, [], [])
    with pytest.raises(KeyError):
        list(shelf.newest_first("x"))


def test_cursors_survive_the_closing_of_holes() -> None:
    """Thousands of dropped records are swept away; order and places stay."""
    shelf = shelf_of(*(str(number) for number in range(3000)))
    for number in range(2800):
        shelf.drop(str(number))
    assert len(shelf._order) < 3000
    assert ids(shelf.newest_first("2802")) == ["2801", "2800"]
    assert ids(shelf.oldest_first("2997")) == ["2998", "2999"]
    shelf.put(Thing("new", "a", 3000))
    assert ids(shelf.oldest_first("2999")) == ["new"]
    assert shelf.oldest().id == "2800"


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(("put", "drop")), st.sampled_from(("", "x", "y"))), max_size=60))
def test_a_shelf_is_a_list_of_what_was_put_and_not_dropped(steps: list[tuple[str, str, str]]) -> None:
    shelf = Shelf(("owner",))
    expected: list[Thing] = []
    for step, (key, what, owner) in enumerate(steps):
        place = next((place for place, thing in enumerate(expected) if thing.id == key), None)
        if what == "drop":
            shelf.drop(key)
            if place is not None:
                del expected[place]
        else:
            thing = Thing(key, owner, step)
            shelf.put(thing)
            if place is None:
                expected.append(thing)
            else:
                expected[place] = thing
    assert list(shelf.oldest_first()) == expected
    assert list(shelf.newest_first()) == expected[::-1]
    assert shelf.oldest() == (expected[0] if expected else None)
    for owner in ("x", "y"):
        assert shelf.of("owner", owner) == [thing for thing in expected if thing.owner == owner]


@given(st.lists(st.integers(0, 6), max_size=30).map(sorted), st.sets(st.integers(0, 29)), st.integers(-1, 7))
def test_records_since_and_until_a_time_are_found(times: list[int], dropped: set[int], at: int) -> None:
    shelf = Shelf(())
    for number, created in enumerate(times):
        shelf.put(Thing(str(number), "", created))
    for number in dropped:
        shelf.drop(str(number))
    left = list(shelf.oldest_first())
    assert list(shelf.since(at)) == [thing for thing in left if thing.created >= at]
    assert list(shelf.until(at)) == [thing for thing in left if thing.created <= at][::-1]


def test_a_store_keeps_kinds_and_providers_apart() -> None:
    store = Store({Refund: ("charge_id",)})
    one = Charge("ch_1", "toy", "paid", 0, 5, "usd")
    other = one._replace(provider="other")
    refund = Refund("re_1", "toy", "done", 0, 5, "usd", "ch_1")
    for record in (one, other, refund):
        assert store.put(record) is None
    assert store.get("toy", Charge, "ch_1") is one
    assert store.get("toy", Charge, "re_1") is None
    assert store.get("nobody", Charge, "ch_1") is None
    assert list(store.all(Charge)) == [one, other]
    assert store.shelf("toy", Refund).of("charge_id", "ch_1") == [refund]
    assert store.drop(one) is one
    assert list(store.all(Charge)) == [other]
