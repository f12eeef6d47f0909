"""Which merchants there are, a new one, and one as if never used."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from sandbox.journal.sqlite import SqliteJournal
from sandbox.providers import PROVIDERS
from sandbox.server.world import World
from tests.harness import START, Shop

RECORDS = [kind for provider in PROVIDERS for kind in provider.records]


def names(shop: Shop) -> list[str]:
    return [row["name"] for row in shop.control("GET", "/merchants")["data"]]


def test_the_first_use_of_a_key_makes_its_merchant(shop: Shop) -> None:
    shop.get("/v1/balance", key="sk_test_beta")
    assert names(shop) == ["beta", "alpha"]


def test_a_merchant_is_made_with_its_settings(shop: Shop) -> None:
    made = shop.control("POST", "/merchants", {"name": "beta", "settings": {"profile": "network"}})
    assert (made["name"], made["now"], made["charges"]) == ("beta", START, 0)
    assert shop.control("GET", "/settings?merchant=beta", headers={})["profile"] == "network"
    assert shop.control("GET", "/settings")["profile"] == "testmode"
    again = shop.control("POST", "/merchants", {"name": "beta", "settings": {"profile": "testmode"}})
    assert (again.status, again.error["code"]) == (409, "merchant_exists")
    assert shop.control("POST", "/merchants", {"name": "beta"}).status == 200


@pytest.mark.parametrize(
    "wanted", [{"name": "a b"}, {"name": ""}, {}, {"name": "beta", "settings": {"x": 1}}, {"name": "sk_live_abc"}, {"name": "sk_test_abc"}]
)
def test_a_merchant_that_cannot_be_is_not_made(shop: Shop, wanted: Any) -> None:
    assert shop.control("POST", "/merchants", wanted).status == 422
    assert names(shop) == ["alpha"]


def test_merchants_come_page_by_page(shop: Shop) -> None:
    for name in ("beta", "gamma"):
        shop.control("POST", "/merchants", {"name": name})
    first = shop.control("GET", "/merchants?limit=2")
    assert ([row["name"] for row in first["data"]], first["next"]) == (["alpha", "beta"], "beta")
    assert [row["name"] for row in shop.control("GET", "/merchants?after=beta")["data"]] == ["gamma"]


def test_reset_leaves_a_merchant_as_if_never_used(shop: Shop) -> None:
    """The same calls give the same ids again: seed, serial, clock and rate are what they were."""
    first = shop.pay()
    shop.control("POST", "/settings", {"profile": "network"})
    shop.hear()
    shop.control("POST", "/clock", {"rate": 0})
    shop.advance(days=3)
    assert shop.control("POST", "/reset").body == {
        "name": "alpha", "now": START, "iso": "2026-01-05T09:00:00Z", "rate": 1.0, "charges": 0, "disputes": 0,
    }  # fmt: skip
    for path in ("/payments", "/events", "/deliveries", "/webhook_endpoints", "/timers", "/requests", "/inbox"):
        assert shop.control("GET", path)["data"] == [], path
    assert shop.control("GET", "/ledger")["accounts"] == []
    assert shop.control("GET", "/settings")["profile"] == "testmode"
    assert shop.pay() == first


def test_reset_touches_no_other_merchant(shop: Shop) -> None:
    made = shop.post("/v1/customers", key="sk_test_beta")
    shop.control("POST", "/reset")
    assert shop.get(f"/v1/customers/{made['id']}", key="sk_test_beta").status == 200


def test_reset_ends_an_advance_and_forgets_what_it_waited_for(shop: Shop) -> None:
    """An application that never answers does not keep anybody from starting anew."""
    shop.freeze()
    shop.hear("customer.created")
    answered = asyncio.Event()

    async def slowly(_: Any) -> int:
        await answered.wait()
        return 200

    shop.receiver.answer = slowly

    async def story() -> None:
        headers = {"authorization": "Bearer sk_test_alpha"}
        await shop._client.post("/v1/customers", headers=headers)
        advancing = asyncio.ensure_future(shop._client.post("/_sandbox/clock/advance", json={"days": 1}, headers=headers))
        while not shop.receiver.heard:
            await asyncio.sleep(0)
        assert (await shop._client.post("/_sandbox/reset", json={}, headers=headers)).status_code == 200
        assert (await shop._client.post("/v1/customers", headers=headers)).status_code == 200
        again = await shop._client.post("/_sandbox/clock/advance", json={"hours": 1}, headers=headers)
        assert again.json()["now"] == START + 3600
        await advancing
        answered.set()

    shop.run(story())
    assert shop.control("GET", "/clock")["now"] == START + 3600
    assert shop.control("GET", "/deliveries")["data"] == []


def test_reset_is_kept(tmp_path: Path) -> None:
    """After a restart the merchant is not what it was before the reset."""
    path = tmp_path / "data.sqlite"
    shop = Shop(journal=SqliteJournal(path, RECORDS))
    shop.pay()
    shop.control("POST", "/reset")
    made = shop.post("/v1/customers")
    shop.run(shop.world.journal.close())
    shop.close()

    async def reopened() -> World:
        world = World(PROVIDERS, shop.wall, SqliteJournal(path, RECORDS))
        await world.load()
        await world.journal.close()
        return world

    merchant = asyncio.run(reopened()).merchants["alpha"]
    assert [event.type for event in merchant.events()] == ["customer.created"]
    assert [event.object_id for event in merchant.events()] == [made["id"]]
    assert merchant.now == START
