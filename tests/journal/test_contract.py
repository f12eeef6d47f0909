"""What makes something a journal. Another kind of journal is one if it passes with a line of its own in `JOURNALS`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings

from sandbox.core import snapshot
from sandbox.core.changes import Change, Count, Disarm
from sandbox.journal.base import Journal
from sandbox.journal.sqlite import SqliteJournal
from sandbox.providers import PROVIDERS
from tests.harness import Shop
from tests.journal.kept import ListJournal, retold, state
from tests.lives import LIVES, Life, Steps
from tests.lives.base import Moody

RECORDS = [kind for provider in PROVIDERS for kind in provider.records]
Open = Callable[[], Journal]  # the journal as the next process finds it


@contextmanager
def in_a_list() -> Iterator[Open]:
    one = ListJournal()
    yield lambda: one


@contextmanager
def in_a_file() -> Iterator[Open]:
    with tempfile.TemporaryDirectory() as folder:
        yield lambda: SqliteJournal(Path(folder) / "data.db", RECORDS)


JOURNALS = {"list": in_a_list, "SQLite": in_a_file}
every_journal = pytest.mark.parametrize("journals", JOURNALS.values(), ids=JOURNALS.keys())
every_life = pytest.mark.parametrize("life", LIVES.values(), ids=LIVES.keys())
few = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
many = settings(few, max_examples=400)
how_many = pytest.mark.parametrize("limits", [pytest.param(few, id="few"), pytest.param(many, id="many", marks=pytest.mark.slow)])


async def everything(journal: Journal) -> list[tuple[str, Change]]:
    return [entry async for entry in journal.load()]


def restarted(shop: Shop, journal: Journal) -> Shop:
    """The same server after its process ended and another one read its journal."""
    again: Shop = type(shop)(shop.name, journal, receiver=Moody())
    again.wall.now = shop.wall.now
    again.run(again.world.load())
    return again


@every_journal
def test_changes_come_back_in_the_order_in_which_they_were_appended(journals: Any, shop: Shop) -> None:
    with journals() as opened:
        journal = opened()
        shop.run(journal.append("alpha", [Count(1), Disarm(1)]))
        shop.run(journal.append("beta", [Count(1)]))
        shop.run(journal.append("alpha", [Count(2)]))
        shop.run(journal.close())
        journal = opened()
        kept = shop.run(everything(journal))
        shop.run(journal.close())
    assert [change for key, change in kept if key == "alpha"] == [Count(1), Disarm(1), Count(2)]
    assert [change for key, change in kept if key == "beta"] == [Count(1)]


@every_journal
def test_what_was_rewritten_or_forgotten_does_not_come_back(journals: Any, shop: Shop) -> None:
    with journals() as opened:
        journal = opened()
        for key in ("alpha", "beta", "snapshot/alpha/1", "alphabet"):
            shop.run(journal.append(key, [Count(1), Count(2)]))
        shop.run(journal.rewrite("alpha", [Count(9)]))
        shop.run(journal.append("alpha", [Count(10)]))
        shop.run(journal.forget("beta"))
        shop.run(journal.close())
        journal = opened()
        kept = shop.run(everything(journal))
        shop.run(journal.close())
    assert sorted({key for key, _ in kept}) == ["alpha", "alphabet", "snapshot/alpha/1"]
    assert [change for key, change in kept if key == "alpha"] == [Count(9), Count(10)]


@every_journal
@every_life
@how_many
def test_a_restarted_merchant_is_the_same_and_goes_on_the_same(journals: Any, life: Life, limits: settings) -> None:
    """After whatever was asked of it: every record, index, transfer, timer, setting, due webhook, and the clock.

    From then on both answer alike, ids included, and freeze the same events; so does one whose log was rewritten.
    """

    @limits
    @given(life.lives, life.lives)
    def check(before: Steps, after: Steps) -> None:
        with journals() as opened:
            journal = opened()
            shop = life.shop_of(journal=journal, receiver=Moody())
            life.live(shop, before)
            shop.run(shop.sender.close())
            shop.run(journal.close())
            journal = opened()
            again = restarted(shop, journal)
            assert state(again.merchant) == state(shop.merchant)
            assert again.merchant.ledger.balanced()

            again.run(journal.rewrite(again.name, snapshot.dump(again.merchant)))
            again.run(journal.close())
            journal = opened()
            third = restarted(shop, journal)
            assert state(third.merchant) == state(shop.merchant)

            again.world.journal = ListJournal()
            assert life.live(again, after) == life.live(third, after)
            assert retold(again.merchant) == retold(third.merchant)
            third.run(journal.close())
            for each in (shop, again, third):
                each.close()

    for before, after in life.told:
        check = example(before, after)(check)
    check()


@every_journal
def test_snapshots_are_handed_over_and_make_no_merchant(journals: Any) -> None:
    """They are kept under paths; a restarted server restores them all the same."""
    with journals() as opened:
        journal = opened()
        shop = Shop(journal=journal)
        paid = shop.pay()
        taken = shop.control("POST", "/snapshots", {"name": "before"})
        assert taken.status == 200
        then = state(shop.merchant)
        shop.post("/v1/refunds", {"payment_intent": paid["id"]})
        shop.run(journal.close())
        journal = opened()
        again = restarted(shop, journal)
        assert list(again.world.merchants) == ["alpha"]
        assert [one["name"] for one in again.control("GET", "/snapshots")["data"]] == ["before"]
        assert again.control("POST", f"/snapshots/{taken['id']}/restore").status == 200
        assert state(again.merchant) == then
        again.run(journal.close())
        for each in (shop, again):
            each.close()


@every_journal
def test_a_merchant_that_was_reset_stays_so(journals: Any) -> None:
    """Nothing of it comes back after a restart, and what happened since does."""
    with journals() as opened:
        journal = opened()
        shop = Shop(journal=journal)
        shop.pay()
        assert shop.control("POST", "/reset").status == 200
        shop.post("/v1/customers", {"name": "Since"})
        shop.run(journal.close())
        journal = opened()
        again = restarted(shop, journal)
        assert state(again.merchant) == state(shop.merchant)
        assert [one["name"] for one in again.get("/v1/customers")["data"]] == ["Since"]
        assert again.get("/v1/charges")["data"] == []
        again.run(journal.close())
        for each in (shop, again):
            each.close()
