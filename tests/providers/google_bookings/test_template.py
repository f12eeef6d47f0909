"""RFC 6570, second level, with the RFC's own examples."""

from __future__ import annotations

import pytest

from sandbox.providers.google_bookings.template import expand, slot_values, variables, wrong

RFC = {"var": "value", "hello": "Hello World!", "path": "/foo/bar", "base": "http://example.com/home/", "empty": ""}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{var}", "value"), ("{hello}", "Hello%20World%21"), ("{+var}", "value"), ("{+hello}", "Hello%20World!"),
        ("{+path}/here", "/foo/bar/here"), ("here?ref={+path}", "here?ref=/foo/bar"), ("X{#var}", "X#value"),
        ("X{#hello}", "X#Hello%20World!"), ("{base}index", "http%3A%2F%2Fexample.com%2Fhome%2Findex"),
        ("{+base}index", "http://example.com/home/index"), ("O{empty}X", "OX"), ("O{undef}X", "OX"), ("O{#undef}X", "OX"),
        ("O{#empty}X", "O#X"),
    ],
)  # fmt: skip
def test_the_rfcs_examples(template: str, expected: str) -> None:
    assert expand(template, RFC) == expected


def test_what_is_encoded_already_stays_in_a_reserved_expansion() -> None:
    assert expand("{+x}", {"x": "a%20b%zz"}) == "a%20b%25zz"


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("https://v.test/{a,b}", "{a,b}"), ("https://v.test/{?a}", "{?a}"), ("https://v.test/{a*}", "{a*}"),
        ("https://v.test/{a:3}", "{a:3}"), ("https://v.test/{}", "{}"), ("https://v.test/{a", "brace"), ("https://v.test/a}", "brace"),
        ("/book?{a}", "http"),
    ],
)  # fmt: skip
def test_a_template_of_another_level_is_none(template: str, said: str) -> None:
    assert said in (wrong(template) or "")


def test_a_slot_fills_its_variables() -> None:
    url = "https://v.test/{resources_party_size}/{availability_slot_start_seconds}{#resources_room_id}?{availability_slot_availability_tag}"
    assert wrong(url) is None
    assert variables(url)[0] == "resources_party_size"
    values = slot_values(1_931_000_400, 5_400, None, "t&1", "patio")
    assert expand(url, values) == "https://v.test/1/1931000400#patio?t%261"
