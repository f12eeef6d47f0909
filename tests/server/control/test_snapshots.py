"""One merchant's whole state, to go back to or to give to another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.core import snapshot
from sandbox.core.merchant import Merchant
from sandbox.journal.sqlite import SqliteJournal
from sandbox.providers import PROVIDERS
from sandbox.server.control import snapshots
from tests.harness import DAY, START, Shop

RECORDS = [kind for provider in PROVIDERS for kind in provider.records]


def busy(shop: Shop) -> Any:
    """A merchant with some of everything: money, a dispute, a pending refund, an endpoint that fails; its dispute."""
    shop.freeze()
    shop.control("POST", "/settings", {"outcome": "won"})
    shop.hear("charge.dispute.created")
    shop.receiver.answer = 500
    shop.pay("pm_card_pendingRefund")
    shop.pay(capture_method="manual")
    made = shop.control("POST", "/disputes", {"charge": shop.pay()["id"]}).body
    shop.control("POST", "/refunds", {"charge": shop.pay("pm_card_pendingRefund")["id"]})
    shop.settle()
    return made


def state(merchant: Merchant) -> Any:
    return [change for change in snapshot.dump(merchant) if change.__class__.__name__ != "Tick"], dict(merchant.ledger.balances)


def test_a_merchant_is_restored_with_its_clock(shop: Shop) -> None:
    made = busy(shop)
    before = state(shop.merchant)
    taken = shop.control("POST", "/snapshots", {"name": "before the deadline"}).body
    assert (taken["id"], taken["name"], taken["now"], taken["iso"]) == ("snap_1", "before the deadline", START, "2026-01-05T09:00:00Z")
    shop.advance(days=20)
    shop.pay()
    assert shop.control("GET", f"/disputes/{made['id']}")["status"] == "lost"
    restored = shop.control("POST", "/snapshots/snap_1/restore")
    assert (restored["now"], restored["rate"]) == (START, 0)
    assert state(shop.merchant) == before
    shop.advance(days=20)
    assert shop.control("GET", f"/disputes/{made['id']}")["status"] == "lost"


def test_after_restoring_the_same_calls_give_the_same_ids(shop: Shop) -> None:
    busy(shop)
    shop.control("POST", "/snapshots")
    first = shop.pay()
    shop.control("POST", "/snapshots/snap_1/restore")
    assert shop.pay() == first


def test_taking_one_changes_nothing(shop: Shop) -> None:
    busy(shop)
    before = state(shop.merchant)
    shop.control("POST", "/snapshots")
    assert state(shop.merchant) == before


def test_a_running_clock_goes_on_from_the_moment_of_restoring(shop: Shop) -> None:
    shop.pay()
    shop.wall.now += 100
    shop.control("POST", "/snapshots")
    shop.wall.now += 5_000
    assert shop.control("POST", "/snapshots/snap_1/restore")["now"] == START + 100
    shop.wall.now += 7
    assert shop.control("GET", "/clock")["now"] == START + 107


def test_what_was_owed_then_is_sent_after_restoring(shop: Shop) -> None:
    busy(shop)
    shop.control("POST", "/snapshots")
    shop.advance(days=1)
    heard = len(shop.receiver.heard)
    shop.control("POST", "/snapshots/snap_1/restore")
    shop.receiver.answer = 200
    assert "webhook_retry" in shop.advance(seconds=60)
    assert len(shop.receiver.heard) == heard + 1
    assert [row["status"] for row in shop.control("GET", "/deliveries")["data"]] == ["delivered"]


def test_a_fork_lives_its_own_life(shop: Shop) -> None:
    made = busy(shop)
    shop.control("POST", "/snapshots")
    forked = shop.control("POST", "/snapshots/snap_1/fork", {"merchant": "beta"})
    assert (forked["name"], forked["now"], forked["disputes"]) == ("beta", START, 1)
    shop.control("POST", f"/disputes/{made['id']}/win?merchant=beta", headers={})
    assert shop.control("GET", f"/disputes/{made['id']}?merchant=beta", headers={})["status"] == "won"
    assert shop.control("GET", f"/disputes/{made['id']}")["status"] == "needs_response"
    known = {event.id for event in shop.merchant.events()}
    shop.post("/v1/customers")
    shop.post("/v1/customers", key="sk_test_beta")
    new = [{e.id for e in shop.world.merchants[name].events()} - known for name in ("alpha", "beta")]
    assert not new[0] & new[1]


def test_a_fork_takes_no_merchant_s_place(shop: Shop) -> None:
    shop.control("POST", "/snapshots")
    shop.post("/v1/customers", key="sk_test_beta")
    answer = shop.control("POST", "/snapshots/snap_1/fork", {"merchant": "beta"})
    assert (answer.status, answer.error["code"], answer.error["param"]) == (409, "merchant_in_use", "merchant")
    assert shop.control("POST", "/snapshots/snap_1/fork", {"merchant": "sk_live_x"}).status == 422
    assert shop.control("POST", "/snapshots/snap_1/fork").status == 422


def test_snapshots_are_listed_and_forgotten(shop: Shop) -> None:
    for _ in range(3):
        shop.control("POST", "/snapshots")
    first = shop.control("GET", "/snapshots?limit=2")
    assert ([row["id"] for row in first["data"]], first["next"]) == (["snap_1", "snap_2"], "snap_2")
    assert [row["id"] for row in shop.control("GET", "/snapshots?after=snap_2")["data"]] == ["snap_3"]
    assert shop.control("DELETE", "/snapshots/snap_2").body == {"id": "snap_2", "deleted": True}
    assert [row["id"] for row in shop.control("GET", "/snapshots")["data"]] == ["snap_1", "snap_3"]
    assert shop.control("POST", "/snapshots")["id"] == "snap_4"
    assert shop.control("POST", "/snapshots/snap_2/restore").status == 404


def test_snapshots_are_one_merchant_s_own_and_survive_its_reset(shop: Shop) -> None:
    paid = shop.pay()
    shop.control("POST", "/snapshots")
    assert shop.control("GET", "/snapshots?merchant=beta", headers={})["data"] == []
    assert shop.control("POST", "/snapshots/snap_1/restore?merchant=beta", headers={}).status == 404
    shop.control("POST", "/reset")
    shop.control("POST", "/snapshots/snap_1/restore")
    assert shop.control("GET", f"/payments/{paid['id']}").status == 200


def test_a_loop_that_never_deletes_hears_of_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "KEPT_MAX", 2)
    for _ in range(2):
        shop.control("POST", "/snapshots")
    answer = shop.control("POST", "/snapshots")
    assert (answer.status, answer.error["code"]) == (409, "too_many")
    assert "DELETE /_sandbox/snapshots/snap_1" in answer.error["message"]


def test_snapshots_and_what_was_restored_are_kept(tmp_path: Path) -> None:
    """After a restart both are there, and what was undone is not."""
    path = tmp_path / "data.sqlite"
    first = Shop(journal=SqliteJournal(path, RECORDS))
    made = busy(first)
    first.control("POST", "/snapshots", {"name": "kept"})
    first.advance(days=20)
    first.control("POST", "/snapshots/snap_1/restore")
    first.control("POST", "/snapshots/snap_1/fork", {"merchant": "beta"})
    expected = state(first.merchant)
    first.run(first.world.journal.close())
    first.close()
    second = Shop(journal=SqliteJournal(path, RECORDS))
    second.run(second.world.load())
    assert state(second.merchant) == expected == state(second.world.merchants["beta"])
    assert [row["name"] for row in second.control("GET", "/snapshots")["data"]] == ["kept"]
    second.advance(days=20)
    assert second.control("GET", f"/disputes/{made['id']}")["status"] == "lost"
    assert second.control("POST", "/snapshots/snap_1/restore")["now"] == START
    assert second.control("GET", f"/disputes/{made['id']}")["status"] == "needs_response"
    assert second.control("DELETE", "/snapshots/snap_1").status == 200
    second.run(second.world.journal.close())
    second.close()
    third = Shop(journal=SqliteJournal(path, RECORDS))
    third.run(third.world.load())
    assert third.control("GET", "/snapshots")["data"] == []
    assert third.merchant.now < START + DAY
    third.run(third.world.journal.close())
    third.close()
