"""One merchant in process, without a port: what most tests talk to.

`Shop` speaks to the very ASGI application that `serve` runs; its wall clock stands still, so ids and bytes repeat.
Every Stripe answer that passes through, and every event, is checked against Stripe's OpenAPI document.
"""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Coroutine
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlencode

import httpx

from sandbox.core.merchant import Merchant
from sandbox.core.records import Delivery, Event
from sandbox.delivery.sender import Sender
from sandbox.delivery.targets import Targets
from sandbox.journal.base import Journal
from sandbox.providers import PROVIDERS
from sandbox.server.app import build
from sandbox.server.world import World
from tests.contract.newer import NEWEST
from tests.contract.openapi import check_answer, check_event
from tests.direct import Client

START = 1_767_603_600  # 2026-01-05T09:00:00Z, a Monday
DAY = 86_400
T = TypeVar("T")


class Wall:
    """A wall clock that only tests move."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Answer(NamedTuple):
    status: int
    body: Any
    headers: httpx.Headers

    def __getitem__(self, key: Any) -> Any:  # type: ignore[override]
        return self.body[key]

    @property
    def error(self) -> dict[str, Any]:
        return self.body["error"]  # type: ignore[no-any-return]


def flat(value: Any, prefix: str = "") -> list[tuple[str, str]]:
    """Nested parameters as the official libraries send them: indexed brackets, booleans in lower case."""
    if isinstance(value, dict):
        return [pair for key, item in value.items() for pair in flat(item, f"{prefix}[{key}]" if prefix else str(key))]
    if isinstance(value, (list, tuple)):
        return [pair for index, item in enumerate(value) for pair in flat(item, f"{prefix}[{index}]")]
    if isinstance(value, bool):
        return [(prefix, "true" if value else "false")]
    return [(prefix, "" if value is None else str(value))]


class Heard(NamedTuple):
    """A webhook as an application gets it."""

    url: str
    headers: httpx.Headers
    body: bytes

    @property
    def event(self) -> Any:
        return json.loads(self.body)


class Receiver(httpx.AsyncBaseTransport):
    """An application in process: hears every webhook, and answers what the test wants.

    `answer` is a status, a response, an exception to raise, or a function of what was heard that gives one of them, now or later.
    """

    def __init__(self, answer: Any = 200) -> None:
        self.answer = answer
        self.heard: list[Heard] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = f"{request.url.scheme}://{request.headers['host']}{request.url.raw_path.decode()}"
        heard = Heard(url, request.headers, await request.aread())
        self.heard.append(heard)
        answer = self.answer(heard) if callable(self.answer) else self.answer
        if inspect.isawaitable(answer):
            answer = await answer
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer) if isinstance(answer, int) else answer

    @property
    def types(self) -> list[str]:
        return [heard.event["type"] for heard in self.heard]


def wrong_events(merchant: Merchant) -> list[str]:
    """What is wrong with the merchant's events of Stripe, envelopes included."""
    events = merchant.store.shelf("stripe", Event).rows.values()
    envelopes = [json.loads(merchant.dialects["stripe"].envelope(merchant, event)) for event in events]
    return [f"{shown['id']} {shown['type']} {line}" for shown in envelopes for line in check_event(shown)]


class Shop:
    """One merchant. Its webhooks go to `receiver`, whatever their URL; with `network` they go out over real sockets."""

    def __init__(
        self,
        name: str = "alpha",
        journal: Journal | None = None,
        receiver: Receiver | None = None,
        targets: Targets | None = None,
        network: bool = False,
        **settings: Any,
    ) -> None:
        self.wall = Wall()
        self.name = name
        self.world = World(PROVIDERS, self.wall, journal, settings)
        self.receiver = receiver if receiver is not None else Receiver()
        self.app = build(self.world, targets=targets, transport=None if network else self.receiver)
        self._runner = asyncio.Runner()
        self._client = Client(self.app)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        # Not the runner's own `run`: it changes signal handlers each time, which takes longer than many a request.
        return self._runner.get_loop().run_until_complete(work)

    def close(self) -> None:
        """The shop is gone, and every event that it ever froze was what Stripe documents."""
        self.run(self.sender.close())
        self._runner.close()
        violations = [line for merchant in self.world.merchants.values() for line in wrong_events(merchant)]
        assert not violations, "\n".join(violations)

    @property
    def merchant(self) -> Merchant:
        return self.world.merchant(self.name)

    # Webhooks

    @property
    def sender(self) -> Sender:
        sender = self.app.driver.sender
        assert isinstance(sender, Sender)
        return sender

    def hear(self, *events: str, url: str = "http://localhost:4242/hook", **params: Any) -> Any:
        """An endpoint that gets the named events, or all; its answer's body, with the secret."""
        answer = self.post("/v1/webhook_endpoints", {"url": url, "enabled_events": list(events) or ["*"], **params})
        assert answer.status == 200, answer.body
        return answer.body

    def settle(self) -> list[Delivery]:
        """Every attempt that was due was made; answers all deliveries, oldest first."""
        self.run(self.sender.settled(self.merchant))
        return list(self.merchant.store.all(Delivery))

    # Stripe's API

    def call(self, method: str, path: str, params: dict[str, Any] | None = None, key: str = "", **options: Any) -> Answer:
        """One call with the merchant's secret key; `params` go where Stripe's libraries put them."""
        headers = {"authorization": f"Bearer {key or 'sk_test_' + self.name}", **options.pop("headers", {})}
        encoded = urlencode(flat(params or {}))
        if method == "POST" and "content" not in options and "files" not in options:
            options["content"] = encoded
            headers.setdefault("content-type", "application/x-www-form-urlencoded")
        elif encoded:
            path += ("&" if "?" in path else "?") + encoded
        response = self.run(self._client.request(method, path, headers=headers, **options))
        body = json.loads(response.content) if response.content[:1] in (b"{", b"[") else response.content
        if path.startswith("/v1/") and isinstance(body, dict) and response.status_code != 501:
            version = response.headers.get("stripe-version", NEWEST)
            violations = check_answer(method, path.partition("?")[0], response.status_code, body, version)
            assert not violations, "\n".join(violations)
        return Answer(response.status_code, body, response.headers)

    def post(self, path: str, params: dict[str, Any] | None = None, **options: Any) -> Answer:
        return self.call("POST", path, params, **options)

    def get(self, path: str, params: dict[str, Any] | None = None, **options: Any) -> Answer:
        return self.call("GET", path, params, **options)

    def delete(self, path: str, params: dict[str, Any] | None = None, **options: Any) -> Answer:
        return self.call("DELETE", path, params, **options)

    # The control API

    def control(self, method: str, path: str, json: Any = None, headers: dict[str, str] | None = None, **options: Any) -> Answer:
        """One call of `/_sandbox{path}` with the merchant's key; `headers` in the place of the key."""
        sent = {"authorization": f"Bearer sk_test_{self.name}"} if headers is None else headers
        response = self.run(self._client.request(method, f"/_sandbox{path}", json=json, headers=sent, **options))
        return Answer(response.status_code, response.json(), response.headers)

    # Short cuts

    def pay(self, method: str = "pm_card_visa", amount: int = 2000, currency: str = "usd", **params: Any) -> Any:
        """A payment intent that was created and confirmed in one call; its answer's body."""
        wanted = {"amount": amount, "currency": currency, "payment_method": method, "confirm": True, **params}
        answer = self.post("/v1/payment_intents", wanted)
        assert answer.status == 200, answer.body
        return answer.body

    def disputes_of(self, intent: dict[str, Any]) -> list[dict[str, Any]]:
        return self.get("/v1/disputes", {"payment_intent": intent["id"]})["data"][::-1]

    # Time and what happened

    @property
    def now(self) -> int:
        return self.merchant.now

    def advance(self, days: float = 0, seconds: int = 0, wait: bool = True) -> list[str]:
        """Time goes on; answers the names of the timers that rang."""
        target = self.merchant.now + int(days * DAY) + seconds
        fired, _ = self.run(self.app.driver.advance(self.merchant, target, wait))
        return [timer.name for timer in fired]

    def arrive(self) -> None:
        """Time is where requests have sent it."""

        async def there() -> None:
            while self.merchant.timers.journeys:
                await asyncio.sleep(0)

        self.run(there())

    def freeze(self) -> None:
        self.run(self.app.driver.set_clock(self.merchant, None, 0))

    def events(self, since: int = 0) -> list[str]:
        """Types of all events, oldest first, without the first `since`."""
        return [event.type for event in self.merchant.store.all(Event)][since:]

    def balance(self, account: str, currency: str = "usd", provider: str = "stripe") -> int:
        return self.merchant.ledger.balance(account, currency, provider)
