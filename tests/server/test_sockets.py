"""What the CLI's websocket does, in process: who is let in, what an offer comes to, what is offered again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
import stripe

from sandbox.core.records import Delivery
from tests.harness import Shop


class Socket:
    """One websocket to the application, spoken by the test."""

    def __init__(self, shop: Shop, path: str, key: str, host: str = "127.0.0.1") -> None:
        self.shop = shop
        self.sent: list[dict[str, Any]] = []
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        headers = [(b"host", host.encode()), (b"websocket-id", key.encode())]
        scope = {"type": "websocket", "path": path, "headers": headers, "subprotocols": ["stripecli-devproxy-v1"]}
        self.inbox.put_nowait({"type": "websocket.connect"})
        self.task = shop.run(self._open(scope))

    async def _open(self, scope: dict[str, Any]) -> asyncio.Task[None]:
        async def send(message: dict[str, Any]) -> None:
            self.sent.append(message)

        task = asyncio.ensure_future(self.shop.app(scope, self.inbox.get, send))  # type: ignore[arg-type]
        await turns()
        return task

    def say(self, **message: Any) -> None:
        self.inbox.put_nowait({"type": "websocket.receive", "text": json.dumps(message)})
        self.shop.run(turns())

    def leave(self) -> None:
        self.inbox.put_nowait({"type": "websocket.disconnect", "code": 1005})
        self.shop.run(turns())

    @property
    def types(self) -> list[str]:
        return [message["type"] for message in self.sent]

    @property
    def offers(self) -> list[Any]:
        return [json.loads(message["text"]) for message in self.sent if message["type"] == "websocket.send"]

    def answer(self, offer: Any, status: int) -> None:
        said = {"webhook_conversation_id": offer["webhook_conversation_id"], "webhook_id": offer["webhook_id"]}
        self.say(type="event_ack", event_id="evt", **said)
        if status:
            self.say(type="webhook_response", status=status, http_headers={"Server": "x"}, body="ok", **said)


async def turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def session(shop: Shop, **given: Any) -> Any:
    wanted = {"device_name": "desk", "websocket_features": ["webhooks"], "forward_to_url": "http://localhost:3000", **given}
    wanted = {name: value for name, value in wanted.items() if value}
    answer = shop.post("/v1/stripecli/sessions", wanted)
    assert answer.status == 200, answer.body
    return answer.body


@pytest.fixture
def socket(shop: Shop) -> Iterator[Socket]:
    shop.sender.post.attempt_s = 0.05
    made = listen(shop)
    yield made
    made.leave()


def listen(shop: Shop, **given: Any) -> Socket:
    said = session(shop, **given)
    return Socket(shop, "/v1/stripecli/sockets/" + shop.name, said["websocket_id"])


def outcomes(shop: Shop) -> list[tuple[str, list[int]]]:
    return [(d.status, [a.code for a in d.attempts]) for d in shop.merchant.store.all(Delivery)]


def test_session_says_where_to_connect(shop: Shop) -> None:
    said = session(shop)
    assert said["websocket_url"] == "ws://127.0.0.1:12111/v1/stripecli/sockets/alpha"
    assert (said["default_version"], said["reconnect_delay"]) == ("2026-10-28.endive", 36_000)
    assert sorted(said) == [
        "default_version", "device_token", "display_connect_filter_warning", "latest_version", "reconnect_delay", "secret",
        "websocket_authorized_feature", "websocket_id", "websocket_url",
    ]  # fmt: skip
    assert (said["display_connect_filter_warning"], said["websocket_authorized_feature"]) == (False, "webhooks")
    assert said["secret"].startswith("whsec_")
    assert session(shop) == said, "the same listener has the same secret"
    assert session(shop, forward_to_url="http://localhost:4000")["secret"] != said["secret"]


def test_whoever_has_no_session_is_told_to_ask_for_one(shop: Shop) -> None:
    socket = Socket(shop, "/v1/stripecli/sockets/alpha", "cliws_we_gone")
    assert socket.sent[0]["status"] == 400
    assert json.loads(socket.sent[1]["body"]) == {"error": {"message": "Unknown WebSocket ID."}}
    assert Socket(shop, "/v1/stripecli/sockets/nobody", "cliws_we_gone").sent[0]["status"] == 400
    assert "nobody" not in shop.world.merchants
    assert Socket(shop, "/elsewhere", "").sent[0]["status"] == 404


def test_foreign_host_is_not_let_in(shop: Shop) -> None:
    """A page in a browser that was led to this address by its own name hears nothing."""
    key = session(shop)["websocket_id"]
    assert Socket(shop, "/v1/stripecli/sockets/alpha", key, host="evil.example").sent[0]["status"] == 400


def test_socket_has_the_protocol_that_the_cli_asks_for(shop: Shop, socket: Socket) -> None:
    assert socket.sent[0] == {"type": "websocket.accept", "subprotocol": "stripecli-devproxy-v1"}


def test_offer_is_signed_byte_for_byte(shop: Shop) -> None:
    """With the secret that the session told, which the application verifies with."""
    said = session(shop)
    socket = Socket(shop, "/v1/stripecli/sockets/alpha", said["websocket_id"])
    shop.post("/v1/customers", {"name": "Ann"})
    shop.run(turns())
    offer = socket.offers[0]
    assert sorted(offer) == [
        "endpoint", "event_payload", "http_headers", "type", "webhook_conversation_id", "webhook_id",
    ]  # fmt: skip
    assert (offer["type"], offer["endpoint"]) == ("webhook_event", {"api_version": None})
    event = stripe.Webhook.construct_event(
        offer["event_payload"], offer["http_headers"]["Stripe-Signature"], said["secret"], tolerance=10**9
    )
    assert (event.type, event.data.object["name"]) == ("customer.created", "Ann")
    socket.leave()


def test_nothing_is_owed_before_the_listener_is_there(shop: Shop) -> None:
    session(shop)
    shop.pay()
    assert outcomes(shop) == []


def test_event_is_offered_in_both_versions_and_answered_once(shop: Shop, socket: Socket) -> None:
    shop.post("/v1/customers")
    shop.run(turns())
    assert [offer["endpoint"]["api_version"] for offer in socket.offers] == [None, "2026-10-28.endive"]
    socket.answer(socket.offers[0], 201)
    shop.settle()
    assert outcomes(shop) == [("delivered", [201])]
    (delivery,) = shop.merchant.store.all(Delivery)
    assert (delivery.attempts[0].response_body, delivery.attempts[0].response_headers) == ("ok", {"Server": "x"})


def test_taken_without_an_answer_is_a_failed_attempt(shop: Shop, socket: Socket) -> None:
    """The CLI tells of no answer when the application is down: the event is sent again when the plan says so."""
    shop.post("/v1/customers")
    shop.run(turns())
    socket.answer(socket.offers[0], 0)
    (delivery,) = shop.settle()
    assert (delivery.status, delivery.attempts[0].code) == ("pending", 0)
    assert delivery.attempts[0].error.startswith("the listener took it and told of no answer within 0.05 s")
    shop.advance(seconds=60)
    assert len(socket.offers) == 4


def test_taken_is_delivered_where_nothing_is_forwarded(shop: Shop) -> None:
    socket = listen(shop, forward_to_url="")
    shop.post("/v1/customers")
    shop.run(turns())
    socket.answer(socket.offers[0], 0)
    shop.settle()
    assert outcomes(shop) == [("delivered", [200])]
    socket.leave()


def test_lost_connection_leaves_what_was_under_way_owed(shop: Shop, socket: Socket) -> None:
    """What was offered when the connection broke, and what happened after that, is offered to the listener that is back."""
    shop.post("/v1/customers")
    shop.run(turns())
    socket.leave()
    shop.post("/v1/customers")
    shop.settle()
    assert outcomes(shop) == [("pending", [0]), ("pending", [0])]
    again = listen(shop)
    assert [offer["webhook_conversation_id"][-3:] for offer in again.offers][:1] == ["1_0"]
    for offer in list(again.offers):
        again.answer(offer, 200)
    for offer in again.offers[2:]:
        again.answer(offer, 200)
    shop.settle()
    assert outcomes(shop) == [("delivered", [0, 200]), ("delivered", [0, 200])]
    assert [timer.name for timer in shop.merchant.timers] == []
    again.leave()


def test_nonsense_from_a_listener_is_ignored(shop: Shop, socket: Socket) -> None:
    socket.inbox.put_nowait({"type": "websocket.receive", "text": "nonsense"})
    socket.say(type="webhook_response", webhook_conversation_id="wc_unknown", status=200)
    socket.say(type="webhook_response", webhook_conversation_id=7)
    shop.post("/v1/customers")
    shop.run(turns())
    socket.answer(socket.offers[1], 200)
    shop.settle()
    assert outcomes(shop) == [("delivered", [200])]


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        ({}, [200, 200, 404]),
        ({"filter_http_method": ["GET"]}, [200, 404]),
        ({"filter_status_code_type": ["400"]}, [404]),
        ({"filter_request_status": ["SUCCEEDED"]}, [200, 200]),
        ({"filter_request_path": ["/v1/customers"]}, [200, 200]),
        ({"filter_status_code": ["404", "402"]}, [404]),
    ],
)
def test_reader_of_the_log_sees_what_it_wants(shop: Shop, filters: dict[str, list[str]], shown: list[int]) -> None:
    answer = shop.post("/v1/stripecli/sessions", {"websocket_features": ["request_logs"], "filters": json.dumps(filters)})
    socket = Socket(shop, "/v1/stripecli/sockets/alpha", answer["websocket_id"])
    shop.post("/v1/customers")
    shop.get("/v1/customers")
    shop.get("/v1/charges/ch_gone")
    shop.run(turns())
    assert [json.loads(offer["event_payload"])["status"] for offer in socket.offers] == shown
    for offer in socket.offers:
        line = json.loads(offer["event_payload"])
        assert (sorted(offer), offer["type"]) == (["event_payload", "request_log_id", "type"], "request_log_event")
        assert offer["request_log_id"] == line["request_id"].replace("req_", "resp_")
        assert sorted(line) == ["created_at", "error", "livemode", "method", "request_id", "status", "url"]
        assert sorted(line["error"]) == ["charge", "code", "decline_code", "error_insight", "message", "param", "type"]
        assert line["error"]["code"] == ("resource_missing" if line["status"] == 404 else "")
    socket.leave()
    shop.get("/v1/customers")
    assert len(socket.offers) == len(shown)


@pytest.mark.parametrize(
    ("given", "status", "param"),
    [
        ({"filters": "[1]"}, 400, "filters"),
        ({"filters": '{"filter_ip_address": ["::1"]}'}, 501, "filters"),
        ({"websocket_features": ["thin"]}, 501, "websocket_features[0]"),
    ],
)
def test_session_that_cannot_be_had_is_refused(shop: Shop, given: dict[str, Any], status: int, param: str) -> None:
    answer = shop.post("/v1/stripecli/sessions", {"websocket_features": ["request_logs"], **given})
    assert (answer.status, answer.error["param"]) == (status, param)


def test_reset_merchant_hangs_up(shop: Shop, socket: Socket) -> None:
    """The CLI has to ask for a session of the merchant that has the name now."""
    shop.control("POST", "/reset", {})
    shop.run(turns())
    assert socket.types[-1] == "websocket.close"
    back = listen(shop)
    shop.post("/v1/customers")
    shop.run(turns())
    assert json.loads(back.offers[0]["event_payload"])["type"] == "customer.created"
    back.answer(back.offers[0], 200)
    assert outcomes(shop) == [("delivered", [200])]
    assert socket.offers == []
    back.leave()
