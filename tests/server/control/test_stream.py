"""Server-sent events of everything that changes, as a browser would read them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sandbox.server.control import stream
from tests.harness import Shop

HEADERS = [(b"host", b"127.0.0.1:12111"), (b"authorization", b"Bearer sk_test_alpha")]


class Connection:
    """One open stream; `left` ends it as a browser that goes away would."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.left = asyncio.Event()
        self.status = 0
        self.chunks: list[bytes] = []
        self.scope = {"type": "http", "method": "GET", "path": "/_sandbox/stream", "query_string": b"", "headers": HEADERS}

    async def receive(self) -> dict[str, Any]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            assert message["more_body"]
            self.chunks.append(message["body"])

    @property
    def text(self) -> str:
        return b"".join(self.chunks).decode()

    @property
    def messages(self) -> list[tuple[str, Any]]:
        """(kind, what changed) of every message so far."""
        found = []
        for block in self.text.split("\n\n"):
            fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
            if fields:
                found.append((fields["event"], json.loads(fields["data"])))
        return found


def listen(shop: Shop, story: Callable[[Connection], Awaitable[None]]) -> Connection:
    """The story happens while a stream is open; then the reader goes away, and the stream ends."""
    made: list[Connection] = []

    async def both() -> None:
        connection = Connection(shop)
        made.append(connection)
        running = asyncio.ensure_future(shop.app(connection.scope, connection.receive, connection.send))
        while not connection.chunks:
            await asyncio.sleep(0)
        await story(connection)
        connection.left.set()
        await asyncio.wait_for(running, 5)

    shop.run(both())
    return made[0]


async def call(shop: Shop, method: str, path: str, body: Any = None, key: str = "sk_test_alpha") -> Any:
    answer = await shop._client.request(method, path, json=body, headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 200, answer.text
    for _ in range(5):
        await asyncio.sleep(0)
    return answer.json()


def test_every_change_is_told_as_it_happens(shop: Shop) -> None:
    shop.freeze()

    async def story(connection: Connection) -> None:
        await call(shop, "POST", "/v1/customers")
        customer = connection.messages
        assert [kind for kind, _ in customer] == ["record", "event", "request"]
        assert customer[0][1]["kind"] == "Customer"
        assert customer[1][1]["type"] == "customer.created"
        assert customer[1][1]["object"] == customer[0][1]["id"]
        assert customer[2][1].items() >= {"provider": "stripe", "method": "POST", "path": "/v1/customers", "status": 200}.items()
        assert set(customer[2][1]) == {"id", "provider", "method", "path", "status"}
        await call(shop, "POST", "/_sandbox/settings", {"profile": "network"})
        await call(shop, "POST", "/_sandbox/clock", {"rate": 5})
        assert connection.messages[3:] == [("settings", {"profile": "network"}), ("clock", {"now": shop.now, "rate": 5.0})]

    connection = listen(shop, story)
    assert connection.status == 200
    assert connection.text.startswith(": merchant alpha\n\n")


def test_money_timers_and_deliveries_are_told_too(shop: Shop) -> None:
    shop.freeze()
    shop.hear("charge.dispute.created")
    paid = shop.pay()

    async def story(connection: Connection) -> None:
        made = await call(shop, "POST", "/_sandbox/disputes", {"charge": paid["id"]})
        kinds = [kind for kind, _ in connection.messages]
        assert {"transfer", "timer", "event", "record", "delivery"} <= set(kinds)
        armed = [told for kind, told in connection.messages if kind == "timer"]
        assert [(told["name"], told["target"]) for told in armed] == [("evidence_due", made["id"])]
        await call(shop, "POST", f"/_sandbox/disputes/{made['id']}/win")
        assert ("timer", {"ticket": armed[0]["ticket"], "disarmed": True}) in connection.messages

    listen(shop, story)


def test_another_merchant_s_changes_are_not_told(shop: Shop) -> None:
    async def story(connection: Connection) -> None:
        await call(shop, "POST", "/v1/customers", key="sk_test_beta")
        assert connection.messages == []

    listen(shop, story)


def test_a_reset_says_that_nothing_known_before_holds(shop: Shop) -> None:
    async def story(connection: Connection) -> None:
        await call(shop, "POST", "/v1/customers")
        await call(shop, "POST", "/_sandbox/reset", {})
        assert connection.messages[-1] == ("replaced", {"merchant": "alpha"})
        await call(shop, "POST", "/v1/customers")
        assert [kind for kind, _ in connection.messages[-3:]] == ["record", "event", "request"]

    listen(shop, story)


def test_a_stream_that_ended_is_watched_no_more(shop: Shop) -> None:
    def watching() -> tuple[int, int, int]:
        return len(shop.world.watchers), len(shop.world.hearers), len(shop.world.readers.get("alpha", ()))

    changes, news, requests = watching()

    async def story(connection: Connection) -> None:
        assert watching() == (changes + 1, news + 1, requests + 1)

    listen(shop, story)
    assert watching() == (changes, news, requests)


def test_a_story_says_how_far_it_is(shop: Shop) -> None:
    """Each step as it begins, the merchant being made new in between, and what failed so far."""

    async def story(connection: Connection) -> None:
        await call(shop, "POST", "/_sandbox/scenarios/accepted/run", {"provider": "stripe"})
        told = [what for kind, what in connection.messages if kind == "progress"]
        assert [what["step"] for what in told] == list(range(1, len(told) + 1))
        assert [what["verb"] for what in told][:2] == ["charge", "dispute"]
        assert {(what["scenario"], what["provider"], what["failed"]) for what in told} == {("accepted", "stripe", 0)}

    listen(shop, story)


def test_a_snapshot_that_is_taken_forked_or_deleted_is_told(shop: Shop) -> None:
    async def story(connection: Connection) -> None:
        made = (await call(shop, "POST", "/_sandbox/snapshots", {}))["id"]
        await call(shop, "POST", f"/_sandbox/snapshots/{made}/fork", {"merchant": "beta"})
        await call(shop, "DELETE", f"/_sandbox/snapshots/{made}")
        assert connection.messages == [
            ("snapshot", {"id": made}), ("snapshot", {"id": made, "forked": "beta"}), ("snapshot", {"id": made, "deleted": True}),
        ]  # fmt: skip

    listen(shop, story)


def test_a_recording_that_begins_or_ends_is_told(shop: Shop) -> None:
    async def story(connection: Connection) -> None:
        await call(shop, "POST", "/_sandbox/record/start", {})
        await call(shop, "POST", "/_sandbox/record/stop", {})
        assert connection.messages == [("recording", {"recording": True}), ("recording", {"recording": False})]

    listen(shop, story)


def test_a_reader_that_is_too_slow_hears_how_much_it_missed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """It never holds up the merchant, nor fills the memory."""
    monkeypatch.setattr(stream, "WAITING_MAX", 3)
    shop.freeze()

    async def story(connection: Connection) -> None:
        headers = {"authorization": "Bearer sk_test_alpha"}
        await shop._client.post("/v1/charges", headers=headers, data={"amount": "900", "currency": "usd", "source": "tok_visa"})
        for _ in range(20):
            await asyncio.sleep(0)
        lost = [told["messages"] for kind, told in connection.messages if kind == "lost"]
        assert len(lost) == 1
        assert lost[0] > 0
        numbers = [int(line[4:]) for line in connection.text.splitlines() if line.startswith("id: ")]
        assert numbers == list(range(1, len(numbers) + 1))

    listen(shop, story)


def test_a_silent_stream_says_that_it_is_still_there(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "KEEP_ALIVE_S", 0.01)

    async def story(connection: Connection) -> None:
        while connection.text.count(": still here") < 2:
            await asyncio.sleep(0.01)

    connection = listen(shop, story)
    assert connection.messages == []
