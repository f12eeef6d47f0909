"""Form bytes become the nested values that Stripe's own server sees."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.errors import Reason, Refusal
from sandbox.providers.form import FIELDS_MAX, KEY_LENGTH_MAX, NESTING_MAX, decode_form, nest


@pytest.mark.parametrize(
    ("form", "values"),
    [
        ("", {}),
        ("amount=2000&currency=usd", {"amount": "2000", "currency": "usd"}),
        ("a[b][c]=1&a[b][d]=2&a[e]=3", {"a": {"b": {"c": "1", "d": "2"}, "e": "3"}}),
        ("a[]=1&a[]=2", {"a": ["1", "2"]}),
        ("a%5B%5D=1&a%5b%5d=2", {"a": ["1", "2"]}),
        ("a[1]=y&a[0]=x", {"a": {"1": "y", "0": "x"}}),
        ("metadata[0]=x", {"metadata": {"0": "x"}}),
        ("a[0][b]=1&a[1][b]=2", {"a": {"0": {"b": "1"}, "1": {"b": "2"}}}),
        ("a[][b]=1&a[][c]=2&a[][b]=3", {"a": [{"b": "1", "c": "2"}, {"b": "3"}]}),
        ("a[][b][c]=1&a[][b][d]=2&a[][b][c]=3", {"a": [{"b": {"c": "1", "d": "2"}}, {"b": {"c": "3"}}]}),
        ("a[][b][]=1&a[][b][]=2", {"a": [{"b": ["1", "2"]}]}),
        ("a[b][]=1&a[b][]=2", {"a": {"b": ["1", "2"]}}),
        ("name=Jane+Doe&note=a%20b%2Bc", {"name": "Jane Doe", "note": "a b+c"}),
        ("metadata=", {"metadata": ""}),
        ("metadata[k]=", {"metadata": {"k": ""}}),
        ("flag", {"flag": ""}),
        ("a=1=2", {"a": "1=2"}),
        ("&a=1&&=3&", {"a": "1"}),
        ("name=%C3%89milie", {"name": "Émilie"}),
        ("name=Émilie", {"name": "Émilie"}),
        ("a]=1", {"a]": "1"}),
        ("a=[1]", {"a": "[1]"}),
    ],
)
def test_a_form_is_nested(form, values):
    """Bytes and text, raw and escaped, give the same values."""
    assert decode_form(form) == values
    assert decode_form(form.encode()) == values


def test_a_scalar_sent_twice_counts_once():
    """As Rack does it: the last one wins, on the short way and on the long one."""
    assert decode_form("a=1&a=2") == {"a": "2"}
    assert decode_form("a=1&a=2&b[c]=3&b[c]=4") == {"a": "2", "b": {"c": "4"}}


@pytest.mark.parametrize(
    ("form", "part"),
    [
        ("a=1&a[b]=2", "conflicting types for 'a[b]'"),
        ("a[b]=2&a=1", "conflicting types for 'a'"),
        ("a[b]=1&a[]=2", "conflicting types for 'a[]'"),
        ("a[]=1&a[0]=2", "conflicting types for 'a[0]'"),
        ("a[b]=1&a[b][c]=2", "conflicting types for 'a[b][c]'"),
        ("a[b][c]=2&a[b]=1", "conflicting types for 'a[b]'"),
        ("a[b=1", "unbalanced brackets in 'a[b'"),
        ("a[b]c=1", "unbalanced brackets in 'a[b]c'"),
        ("a[b[c]]=1", "unbalanced brackets in 'a[b[c]]'"),
        ("[a]=1", "unbalanced brackets in '[a]'"),
        ("a[][]=1", "a list directly inside a list"),
        ("a=%zz", "invalid %-encoding (%zz)"),
        ("a=100%", "invalid %-encoding (%)"),
        ("a=%E9", "not valid UTF-8"),
        ("a%E9=1", "not valid UTF-8"),
        ("a=%00", "a NUL character"),
        ("a=\0", "a NUL character"),
        ("a=\ud800", "not valid UTF-8"),
        (b"a=\xe9", "not valid UTF-8"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(form, part):
    """The detail says what is wrong, so nobody has to guess."""
    with pytest.raises(Refusal) as refused:
        decode_form(form)
    assert refused.value.reason is Reason.BODY_MALFORMED
    assert part in str(refused.value.facts["detail"])


@pytest.mark.parametrize("sign", ["=", "%5B%5D=", "[]="])
def test_limits_are_inclusive_and_named(sign):
    """At the limit a form is read, one beyond it is refused: fields, name length, nesting."""
    assert decode_form("&".join([f"a{sign}1"] * FIELDS_MAX))
    with pytest.raises(Refusal, match=f"more than {FIELDS_MAX} parameters"):
        decode_form("&".join([f"a{sign}1"] * (FIELDS_MAX + 1)))
    for longest in ("a" * KEY_LENGTH_MAX, "a" * (KEY_LENGTH_MAX - 3) + "[b]", "%61" * KEY_LENGTH_MAX):
        assert decode_form(f"{longest}=1")
        with pytest.raises(Refusal, match=f"more than {KEY_LENGTH_MAX} characters"):
            decode_form(f"{longest.replace('[b]', '[bb]') if '[' in longest else longest + 'a'}=1")
    assert decode_form("a" + "[b]" * (NESTING_MAX - 1) + "=1")
    with pytest.raises(Refusal, match=f"more than {NESTING_MAX} levels"):
        decode_form("a" + "[b]" * NESTING_MAX + "=1")


def test_a_hostile_body_takes_time_in_proportion_to_its_size():
    """A megabyte of brackets, percents or ampersands is answered at once."""
    began = time.perf_counter()
    for piece in ("[", "]", "[]", "%5B", "%", "+", "a[]=&", "a[b", "&", "="):
        with suppress(Refusal):
            decode_form("a" + piece * (1_000_000 // len(piece)))
    assert time.perf_counter() - began < 2


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
KEYS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0[]"), min_size=1, max_size=6)
VALUES: st.SearchStrategy[Any] = st.recursive(
    TEXTS,
    lambda inner: st.dictionaries(KEYS, inner, min_size=1, max_size=4) | st.lists(inner, min_size=1, max_size=4),
    max_leaves=12,
).filter(lambda value: depth(value) < NESTING_MAX)


def depth(value: Any) -> int:
    if isinstance(value, str):
        return 0
    return 1 + max(depth(inner) for inner in (value.values() if isinstance(value, dict) else value))


def flat(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """Pairs as the official libraries send them: every array indexed."""
    if isinstance(value, str):
        yield name, value
        return
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield from flat(inner, f"{name}[{key}]")


def numbered(value: Any) -> Any:
    """What the decoder keeps of an indexed array: a hash with digit keys."""
    if isinstance(value, str):
        return value
    items = value.items() if isinstance(value, dict) else enumerate(value)
    return {str(key): numbered(inner) for key, inner in items}


@given(st.dictionaries(KEYS, VALUES, max_size=5), st.sampled_from(["[]", ""]))
def test_what_a_library_encodes_comes_back(values, raw_brackets):
    """Brackets raw or escaped, keys and values escaped, nothing lost and nothing added."""
    pairs = [pair for name, value in values.items() for pair in flat(value, name)]
    form = "&".join(f"{quote_plus(name, safe=raw_brackets)}={quote_plus(value)}" for name, value in pairs)
    assert decode_form(form) == numbered(values)
    assert nest(pairs) == numbered(values)


@given(KEYS, st.lists(TEXTS, min_size=1), st.lists(st.fixed_dictionaries({"b": TEXTS, "c": TEXTS}), min_size=1))
def test_what_curl_sends_comes_back(name, texts, hashes):
    """`a[]=` keeps the order; `a[][b]=` begins a new item when a key repeats."""
    listed = "&".join(f"{quote_plus(name)}[]={quote_plus(text)}" for text in texts)
    assert decode_form(listed) == {name: texts}
    of_hashes = "&".join(f"a[][{key}]={quote_plus(text)}" for item in hashes for key, text in item.items())
    assert decode_form(of_hashes) == {"a": hashes}


@given(st.binary(max_size=200) | st.text(st.sampled_from("ab01[]%5BDé+&=\0")))
def test_any_bytes_are_read_or_refused(raw):
    """No input whatsoever ends in a traceback."""
    with suppress(Refusal):
        assert all(isinstance(name, str) for name in decode_form(raw))
