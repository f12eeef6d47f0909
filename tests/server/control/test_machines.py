"""The tables, as a picture of them needs them."""

from __future__ import annotations

import pytest

from sandbox.core.machine import Trigger
from sandbox.core.records import NEW
from sandbox.providers import PROVIDERS
from tests.harness import Shop

KINDS = [(provider, kind) for provider in PROVIDERS for kind in provider.machines]


@pytest.mark.parametrize(("provider", "kind"), KINDS, ids=lambda value: getattr(value, "name", None) or value.__name__)
def test_every_row_of_a_table_is_in_its_picture(shop: Shop, provider: object, kind: type) -> None:
    """But changes of metadata, which leave everything as it is."""
    shown = shop.control("GET", f"/machines/{provider.name}/{kind.__name__.lower()}").body  # type: ignore[attr-defined]
    table = provider.machines[kind]  # type: ignore[attr-defined]
    drawn = {(way["start"], trigger, way["end"]) for way in shown["ways"] for trigger in way["triggers"]}
    assert drawn == {
        (status, trigger.replace("_", " "), row.to) for (status, trigger), row in table.items() if trigger is not Trigger.UPDATE
    }
    names = {status for start, _, end in drawn for status in (start, end)}
    assert {state["name"] for state in shown["states"]} == names
    assert {state["name"] for state in shown["states"] if state["end"]} == names - {start for start, _, _ in drawn}


def test_a_state_has_the_api_s_word_beside_the_table_s(shop: Shop) -> None:
    states = {state["name"]: state["shown"] for state in shop.control("GET", "/machines/stripe/dispute")["states"]}
    assert (states[NEW], states["conceded"], states["lost"]) == ("", "lost", "lost")


def test_money_moves_where_the_table_posts(shop: Shop) -> None:
    ways = shop.control("GET", "/machines/stripe/dispute")["ways"]
    won = [way for way in ways if way["end"] == "won"]
    assert [way["money"] for way in won] == [True] * len(won)
    assert [way["money"] for way in ways if way["end"] == "warning_closed"] == [False, False]


@pytest.mark.parametrize(("path", "param"), [("stripe/unicorn", "kind"), ("nobody/dispute", "provider")])
def test_an_unknown_machine_is_refused_with_what_there_is(shop: Shop, path: str, param: str) -> None:
    answer = shop.control("GET", f"/machines/{path}")
    assert (answer.status, answer.error["param"]) == (404, param)
    assert ("dispute" if param == "kind" else "stripe") in answer.error["message"]
