"""Changes become JSON text and come back equal; nothing else comes back at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.core.changes import Change, Configure, Count, Disarm, Drop, Put, Tick, Timer, Transfer
from sandbox.core.machine import Trigger
from sandbox.core.records import CORE_RECORDS, Charge, Customer, Document
from sandbox.journal.base import JournalError
from sandbox.journal.codec import Codec
from sandbox.providers import PROVIDERS

RECORDS = [kind for provider in PROVIDERS for kind in provider.records]
CODEC = Codec(RECORDS)
WORDS = st.text(st.characters(codec=None), max_size=12)  # half surrogate pairs too: a JSON body may hold them
NUMBERS = st.integers(-(2**70), 2**70) | st.integers(-9, 9)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
LEAVES = st.none() | st.booleans() | NUMBERS | WORDS
JSON = LEAVES | st.lists(LEAVES, max_size=2) | st.dictionaries(WORDS, LEAVES | st.lists(LEAVES, max_size=2), max_size=2)
few = settings(max_examples=25, deadline=None)


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Anything that a field with that type may hold."""
    plain = {int: NUMBERS, float: FLOATS, str: WORDS, bytes: st.binary(max_size=20), bool: st.booleans(), Trigger: st.sampled_from(Trigger)}
    if hint in plain:
        return plain[hint]
    if hint == str | None:
        return st.none() | WORDS
    if get_origin(hint) is tuple:
        return st.lists(values_of(get_args(hint)[0]), max_size=2).map(tuple)
    if hasattr(hint, "_fields"):
        return filled(hint)
    kinds = {str: WORDS, int: NUMBERS}
    _, value = get_args(hint)  # a mapping
    return st.dictionaries(WORDS, kinds.get(value, JSON), max_size=2)


def filled(kind: Any) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    return st.tuples(*(values_of(hints[field]) for field in kind._fields)).map(kind._make)


def again(changes: list[Change], codec: Codec = CODEC) -> list[Change]:
    return codec.reader(json.loads(json.dumps(codec.layout)))(codec.encode(changes))


def exact(value: Any) -> str:
    """Equal only for values of equal types: 1, 1.0 and True differ, and a list is no tuple."""
    return repr(value)


@pytest.mark.parametrize("kind", [*CORE_RECORDS, *RECORDS], ids=lambda kind: kind.__name__)
def test_every_record_comes_back_as_it_was(kind: type) -> None:
    """Whatever its fields hold: bytes that are no text, nested attempts, half a surrogate pair, huge integers."""

    @few
    @given(filled(kind))
    def check(record: Any) -> None:
        assert exact(again([Put(record)])) == exact([Put(record)])

    check()


@pytest.mark.parametrize("kind", [Transfer, Timer, Disarm, Tick, Count, Configure], ids=lambda kind: kind.__name__)
def test_every_other_change_comes_back_as_it_was(kind: Any) -> None:
    @few
    @given(st.lists(filled(kind), max_size=3))
    def check(changes: list[Any]) -> None:
        assert exact(again(changes)) == exact(changes)

    check()


def test_a_dropped_record_comes_back_as_what_it_takes_to_drop_it() -> None:
    """Its kind, id and provider: the rest is not written."""
    charge = Charge("ch_1", "stripe", "succeeded", 5, 2000, "usd", description="secret")
    [drop] = again([Drop(charge)])
    assert isinstance(drop, Drop)
    assert (type(drop.record), drop.record.id, drop.record.provider) == (Charge, "ch_1", "stripe")
    assert "secret" not in CODEC.encode([Drop(charge)])


def test_text_stays_readable_in_the_file() -> None:
    """Bytes that are text are written as text; only others as base64."""
    page = Document("file_1", "stripe", "", 0, "p", None, "pdf", b"%PDF plain")
    assert "%PDF plain" in CODEC.encode([Put(page)])
    assert json.loads(CODEC.encode([Put(page._replace(content=b"\xff"))]))[0][2][7] == ["/w=="]


class Old(NamedTuple):
    id: str
    provider: str
    created: int


class Middle(NamedTuple):
    id: str
    provider: str
    note: str | None = "none"
    created: int = 0


class Needy(NamedTuple):
    id: str
    provider: str
    created: int
    must: str


def named(kind: Any, name: str = "Thing") -> Any:
    """The class as a later or earlier version would have it: under the same name."""
    return type(name, (kind,), {"__module__": kind.__module__, "__annotations__": kind.__annotations__})


def test_a_field_added_later_has_its_default_in_old_text() -> None:
    """Also when it was added in the middle."""
    old, new = named(Old), named(Middle)
    before = Codec([old])
    [put] = Codec([new]).reader(before.layout)(before.encode([Put(old("t_1", "stripe", 7))]))
    assert put.record == new("t_1", "stripe", "none", 7)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("wrote", "reads", "why"),
    [
        (Middle, Old, "keeps 'note' of Thing, which this version does not know"),
        (Old, Needy, "keeps no 'must' of Thing, which this version cannot do without"),
    ],
)
def test_a_field_that_cannot_be_read_is_named(wrote: Any, reads: Any, why: str) -> None:
    before = Codec([named(wrote)])
    text = before.encode([Put(named(wrote)("t_1", "stripe", *[None] * (len(wrote._fields) - 2)))])
    with pytest.raises(JournalError, match=why):
        Codec([named(reads)]).reader(before.layout)(text)


def test_a_kind_that_is_not_known_is_named() -> None:
    before = Codec([named(Old)])
    text = before.encode([Put(named(Old)("t_1", "stripe", 7))])
    with pytest.raises(JournalError, match="keeps a Thing, which this version does not know"):
        Codec().reader(before.layout)(text)
    Codec().reader(before.layout)("[]")  # that the layout names it does no harm


@pytest.mark.parametrize(
    "text",
    ["", "{", "{}", "[1]", '["+"]', '[["+","Charge"]]', '[["+","Charge",["ch_1"]]]', '[["+","Charge",{}]]', '[["Count",["1","2"]]]',
     '[["Charge",[]]]', '[["os.system",["true"]]]', '[["-","Charge"]]', "null", '[["Timer",[1,2,"n","p","k","t","explode"]]]'],
)  # fmt: skip
def test_damaged_text_is_an_error_and_nothing_else(text: str) -> None:
    with pytest.raises(JournalError):
        CODEC.reader(CODEC.layout)(text)


@few
@given(JSON | st.text())
def test_no_text_does_more_than_fail(value: Any) -> None:
    """Whatever the file holds, it is changes or a JournalError."""
    read: Callable[[str], list[Change]] = CODEC.reader(CODEC.layout)
    try:
        assert isinstance(read(value if isinstance(value, str) else json.dumps(value)), list)
    except JournalError:
        pass


def test_kinds_of_one_name_are_refused() -> None:
    """A name in the file must mean one class."""
    with pytest.raises(AssertionError, match="two kinds of record are called Charge"):
        Codec([named(Old, "Charge")])


def test_words_that_repeat_are_kept_in_memory_once() -> None:
    """A state that was loaded takes no more room than one that was lived."""
    first, second = again([Put(Customer(f"cus_{n}", "stripe", "active", n)) for n in range(2)])
    assert isinstance(first, Put)
    assert isinstance(second, Put)
    assert first.record.provider is second.record.provider


def test_what_is_no_json_is_refused_when_written() -> None:
    """Better an error at once than a file that cannot be read."""
    with pytest.raises(TypeError, match="cannot keep set"):
        CODEC.encode([Configure({"providers": {1, 2}})])
