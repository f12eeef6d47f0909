"""Deliveries on their way: order, patience, who waits for whom, and what survives."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
import stripe

from sandbox.core import endpoints
from sandbox.core.changes import Change
from sandbox.core.merchant import Merchant
from sandbox.core.records import Delivery
from sandbox.delivery.sender import IN_FLIGHT_MAX
from tests.harness import START, Heard, Receiver, Shop

PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]
REFUSED = httpx.ConnectError("nobody there")


class Application:
    """A real receiver in a thread, with a port of its own."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        heard = self.heard

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                heard.append(Heard(self.path, httpx.Headers(list(self.headers.items())), body))
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def application() -> Iterator[Application]:
    made = Application()
    yield made
    made.close()


class Ledgerbook:
    """A journal that keeps its changes in a list."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, Change]] = []
        self.broken = False

    async def load(self) -> AsyncIterator[tuple[str, Change]]:
        for row in self.kept:
            yield row

    async def append(self, key: str, changes: Sequence[Change]) -> None:
        if self.broken:
            raise OSError("disk full")
        self.kept.extend((key, change) for change in changes)

    async def close(self) -> None:
        pass


def gate() -> tuple[asyncio.Event, Any]:
    """An answer that waits until the event is set."""
    opened = asyncio.Event()

    async def answer(heard: Heard) -> int:
        await opened.wait()
        return 200

    return opened, answer


async def until(condition: Any, seconds: float = 8.0) -> None:
    """The condition holds; a failure if it does not within some seconds of wall time."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


# What is sent


def test_every_event_goes_out_once_and_in_order(shop: Shop) -> None:
    shop.hear()
    shop.pay()
    deliveries = shop.settle()
    assert shop.receiver.types == PAID
    assert [(d.status, d.tries, d.ready, d.next_at) for d in deliveries] == [("delivered", 1, False, 0)] * 3
    assert [heard.event["id"] for heard in shop.receiver.heard] == [d.event_id for d in deliveries]
    assert not shop.merchant.ready


def test_an_endpoint_gets_the_events_that_it_names(shop: Shop) -> None:
    shop.hear("charge.succeeded", "charge.dispute.closed", url="http://localhost:1/charges")
    shop.hear("charge.succeeded", url="http://localhost:1/too")
    shop.pay()
    shop.settle()
    assert [(h.url, h.event["type"]) for h in shop.receiver.heard] == [
        ("http://localhost:1/charges", "charge.succeeded"),
        ("http://localhost:1/too", "charge.succeeded"),
    ]


def test_the_log_keeps_what_was_sent_and_what_came_back(shop: Shop) -> None:
    shop.receiver.answer = httpx.Response(201, headers={"x-app": "7"}, content=b"thanks")
    shop.hear("charge.succeeded")
    shop.pay()
    (delivery,) = shop.settle()
    (attempt,) = delivery.attempts
    (heard,) = shop.receiver.heard
    assert (attempt.at, attempt.started, attempt.code, attempt.error) == (START, START, 201, "")
    assert attempt.request_headers["Stripe-Signature"] == heard.headers["stripe-signature"]
    assert attempt.request_headers["Host"] == "localhost:4242"
    assert attempt.response_headers["x-app"] == "7"
    assert attempt.response_body == "thanks"


def test_the_official_library_takes_a_real_webhook(application: Application) -> None:
    """Over a real socket, with the default tolerance: `created` is simulated, the signature's time is wall time."""
    shop = Shop(network=True)
    shop.wall.now = time.time()
    endpoint = shop.hear(url=application.url + "/hook?a=b")
    shop.freeze()
    shop.advance(days=100)
    shop.pay()
    shop.settle()
    shop.close()
    events = [stripe.Webhook.construct_event(h.body, h.headers["stripe-signature"], endpoint["secret"]) for h in application.heard]
    assert [event.type for event in events] == PAID
    assert {event.created for event in events} == {int(shop.wall.now) + 100 * 86_400}
    assert application.heard[0].url == "/hook?a=b"
    first = application.heard[0]
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(first.body + b" ", first.headers["stripe-signature"], endpoint["secret"])


def test_signatures_follow_the_simulated_clock_where_the_merchant_says_so() -> None:
    shop = Shop(signature_clock="simulated")
    shop.hear("charge.succeeded")
    shop.advance(days=3)
    shop.pay()
    shop.settle()
    assert shop.receiver.heard[0].headers["stripe-signature"].startswith(f"t={START + 3 * 86_400},v1=")
    shop.close()


def test_pending_webhooks_falls_as_receivers_answer(shop: Shop) -> None:
    """A body counts its own receiver: two are owed, then one; that one refuses, and is still owed when it gets the retry."""

    def pending() -> list[int]:
        return [event["pending_webhooks"] for event in shop.get("/v1/events", {"type": "charge.succeeded"})["data"]]

    shop.hear("charge.succeeded", url="http://localhost:1/a")
    shop.hear("charge.succeeded", url="http://localhost:1/b")
    shop.receiver.answer = lambda heard: 200 if heard.url.endswith("/a") else 500
    shop.pay()
    shop.settle()
    assert pending() == [1]
    shop.receiver.answer = 200
    shop.advance(seconds=60)
    assert pending() == [0]
    assert [(heard.url[-1], heard.event["pending_webhooks"]) for heard in shop.receiver.heard] == [("a", 2), ("b", 1), ("b", 1)]


# The inbox


def test_the_inbox_keeps_events_without_http(shop: Shop) -> None:
    endpoint = shop.hear(url=endpoints.INBOX)
    shop.pay()
    deliveries = shop.settle()
    parcels = shop.sender.inbox(shop.merchant)
    assert [parcel.type for parcel in parcels] == PAID
    assert shop.receiver.heard == []
    assert [(d.status, d.attempts[0].code) for d in deliveries] == [("delivered", 200)] * 3
    assert [(p.delivery, p.event, p.endpoint, p.at) for p in parcels] == [(d.id, d.event_id, endpoint["id"], START) for d in deliveries]
    for parcel in parcels:
        assert json.loads(parcel.payload)["id"] == parcel.event
        stripe.WebhookSignature.verify_header(parcel.payload.decode(), parcel.headers["Stripe-Signature"], endpoint["secret"])


def test_an_inbox_is_one_merchants_and_ends_with_it(shop: Shop) -> None:
    shop.hear(url=endpoints.INBOX)
    shop.pay()
    shop.settle()
    assert shop.sender.inbox(shop.world.merchant("beta")) == ()
    shop.sender.forget(shop.name)
    assert shop.sender.inbox(shop.merchant) == ()


# Who waits for whom


def test_one_after_the_other_while_the_receiver_is_quick(shop: Shop) -> None:
    """The next delivery leaves when the last was answered, so a quick application sees events in order."""
    under_way = most = 0

    async def answer(heard: Heard) -> int:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.02)
        under_way -= 1
        return 200

    shop.receiver.answer = answer
    shop.hear()
    shop.pay()
    shop.pay()
    shop.settle()
    assert shop.receiver.types == PAID * 2
    assert most == 1


def test_a_slow_answer_lets_the_next_one_pass_and_eight_at_most(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.delivery.sender.PATIENCE_S", 0.02)
    opened, shop.receiver.answer = gate()
    shop.hear()
    for _ in range(4):
        shop.pay()

    async def look() -> int:
        await until(lambda: len(shop.receiver.heard) == IN_FLIGHT_MAX)
        await asyncio.sleep(0.1)
        return len(shop.receiver.heard)

    assert shop.run(look()) == IN_FLIGHT_MAX == len(shop.sender.held_by(shop.merchant))
    opened.set()
    shop.settle()
    assert shop.receiver.types == PAID * 4


def test_a_dead_endpoint_holds_up_nobody_else(shop: Shop) -> None:
    """Neither the merchant's other endpoint nor another merchant waits for the one that never answers."""
    opened, never = gate()
    shop.receiver.answer = lambda heard: never(heard) if heard.url.endswith("/dead") else 200
    for name, path in (("alpha", "dead"), ("alpha", "alive"), ("beta", "beta")):
        wanted = {"url": f"http://localhost:1/{path}", "enabled_events": ["*"]}
        assert shop.post("/v1/webhook_endpoints", wanted, key=f"sk_test_{name}").status == 200
    for name in ("alpha", "beta"):
        intent = {"amount": 500, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
        assert shop.post("/v1/payment_intents", intent, key=f"sk_test_{name}").status == 200
    shop.run(until(lambda: len(shop.receiver.heard) >= 7))
    heard = [(h.url.rpartition("/")[2], h.event["type"]) for h in shop.receiver.heard]
    assert [kind for path, kind in heard if path == "alive"] == PAID
    assert [kind for path, kind in heard if path == "beta"] == PAID
    assert [row["url"] for row in shop.sender.held_by(shop.merchant)] == ["http://localhost:1/dead"]
    assert shop.sender.held_by(shop.world.merchant("beta")) == []
    opened.set()
    shop.settle()


# Time


def test_an_application_that_reacts_to_a_webhook_acts_in_the_same_instant(shop: Shop) -> None:
    """Two disputes fall due at different times in one advance; each refused deadline is answered at its own time."""
    seen: list[tuple[str, int]] = []

    async def answer(heard: Heard) -> int:
        event = heard.event
        if event["type"] == "charge.dispute.closed":
            made = await shop._client.post(
                "/v1/customers", headers={"authorization": "Bearer sk_test_alpha"}, data={"name": event["data"]["object"]["id"]}
            )
            seen.append((event["type"], made.json()["created"]))
        return 200

    shop.receiver.answer = answer
    shop.hear()
    for _ in range(2):
        shop.pay("pm_card_createDispute")
        shop.advance(days=1)
    due = [d["evidence_details"]["due_by"] for d in shop.get("/v1/disputes")["data"]][::-1]
    assert due[0] < due[1]
    shop.advance(days=30)
    assert seen == [("charge.dispute.closed", due[0]), ("charge.dispute.closed", due[1])]


def test_the_clock_says_who_holds_it(shop: Shop) -> None:
    """Time stands at the deadline until its webhook is answered; meanwhile the delivery is named."""
    shop.hear("charge.dispute.closed")
    shop.freeze()
    shop.pay("pm_card_createDispute")
    due = shop.get("/v1/disputes")["data"][0]["evidence_details"]["due_by"]
    opened, shop.receiver.answer = gate()

    async def look() -> tuple[list[dict[str, Any]], int]:
        advance = asyncio.create_task(shop.app.driver.advance(shop.merchant, due + 5 * 86_400))
        await until(lambda: shop.receiver.heard)
        await asyncio.sleep(0.05)
        held, now = shop.sender.held_by(shop.merchant), shop.now
        assert not advance.done()
        opened.set()
        await advance
        return held, now

    held, now = shop.run(look())
    (delivery,) = shop.settle()
    assert held == [{"delivery": delivery.id, "url": "http://localhost:4242/hook", "since": START}]
    assert now == due
    assert shop.now == due + 5 * 86_400
    assert shop.sender.held_by(shop.merchant) == []


def test_without_waiting_time_goes_on_while_webhooks_are_under_way(shop: Shop) -> None:
    shop.hear("charge.dispute.closed")
    shop.pay("pm_card_createDispute")
    opened, shop.receiver.answer = gate()
    shop.advance(days=30, wait=False)
    assert shop.now >= START + 30 * 86_400
    opened.set()
    assert [d.status for d in shop.settle()] == ["delivered"]
    assert shop.receiver.types == ["charge.dispute.closed"]


# Endpoints that go away


@pytest.mark.parametrize("gone", ["disabled", "deleted"])
def test_what_is_due_for_an_endpoint_that_is_gone_is_not_sent(shop: Shop, gone: str) -> None:
    """Also what was in its lane already."""
    endpoint = shop.hear()
    opened, shop.receiver.answer = gate()
    shop.pay()
    shop.run(until(lambda: len(shop.receiver.heard) == 1))
    if gone == "disabled":
        assert shop.post(f"/v1/webhook_endpoints/{endpoint['id']}", {"disabled": True})["status"] == "disabled"
    else:
        assert shop.delete(f"/v1/webhook_endpoints/{endpoint['id']}").status == 200
    opened.set()
    deliveries = shop.settle()
    assert shop.receiver.types == PAID[:1]  # under way when it happened
    assert [d.status for d in deliveries] == ["delivered", "failed", "failed"]
    assert not shop.merchant.ready
    shop.pay()
    assert len(shop.settle()) == 3


# What goes wrong with us


def test_a_bug_of_ours_fails_the_attempt_and_says_so(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """The delivery goes by its plan like any that failed; the traceback is on stderr, not in the log."""
    shop.receiver.answer = RuntimeError("planted")
    shop.hear("charge.succeeded")
    shop.pay()
    (delivery,) = shop.settle()
    assert delivery.status == "pending"
    assert delivery.next_at == START + 60
    assert delivery.attempts[0].error == "payment-sandbox has a bug (RuntimeError); its log on stderr says where"
    assert "planted" in capsys.readouterr().err


def test_a_journal_that_fails_ends_all_sending(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing more may be promised; an advance does not wait for deliveries that will never be made."""
    journal = Ledgerbook()
    shop = Shop(journal=journal)
    shop.hear()
    opened, shop.receiver.answer = gate()
    shop.pay()
    shop.run(until(lambda: shop.receiver.heard))
    journal.broken = True
    opened.set()
    shop.settle()
    assert shop.world.broken
    assert len(shop.receiver.heard) == 1
    assert "disk full" in capsys.readouterr().err
    assert not shop.sender.busy(shop.merchant)
    shop.close()


def test_after_a_restart_what_was_owed_is_sent() -> None:
    """The first server is gone before any attempt was written down; the second one sends all, with the same ids."""
    journal = Ledgerbook()
    first = Shop(journal=journal)
    first.hear()
    opened, first.receiver.answer = gate()
    first.pay()
    assert not opened.is_set()
    first.close()
    owed = [delivery.id for delivery in first.merchant.store.all(Delivery)]

    second = Shop(journal=journal)
    second.run(second.world.load())

    async def start() -> None:
        second.sender.wake_all()

    second.run(start())
    deliveries = second.settle()
    assert [d.id for d in deliveries] == owed
    assert [(d.status, d.tries) for d in deliveries] == [("delivered", 1)] * 3
    assert second.receiver.types == PAID
    second.close()


def test_an_orderly_end_lets_attempts_under_way_finish() -> None:
    """Those that do not finish in time, and those that never began, are owed still."""
    shop = Shop()
    slow: list[asyncio.Event] = []

    async def answer(heard: Heard) -> int:
        if heard.url.endswith("/never"):
            slow.append(asyncio.Event())
            await slow[-1].wait()
        await asyncio.sleep(0.05)
        return 200

    shop.receiver.answer = answer
    shop.hear(url="http://localhost:1/soon")
    shop.hear(url="http://localhost:1/never")
    shop.pay()
    shop.run(until(lambda: len(shop.receiver.heard) >= 2))
    shop.run(shop.sender.close(0.3))
    by_status = [(d.status, d.ready) for d in shop.merchant.store.all(Delivery)]
    assert by_status == [("delivered", False)] + [("pending", True)] * 5
    shop.pay()
    assert len(shop.receiver.heard) == 2
    assert not shop.sender.busy(shop.merchant)
    shop.close()


def test_a_merchant_that_was_made_anew_is_not_told_of_the_old_ones_deliveries(shop: Shop) -> None:
    opened, shop.receiver.answer = gate()
    shop.hear("charge.succeeded")
    shop.pay()
    shop.run(until(lambda: shop.receiver.heard))
    old = shop.merchant
    fresh = shop.world.add(Merchant(shop.name, shop.world.providers, shop.wall, {}), kept=False)
    shop.sender.forget(shop.name)
    opened.set()
    shop.run(asyncio.sleep(0.05))
    assert list(fresh.store.all(Delivery)) == []
    (delivery,) = old.store.all(Delivery)
    assert (delivery.status, delivery.attempts) == ("pending", ())
    assert shop.sender.held_by(fresh) == []


def test_receivers_that_refuse_the_connection_are_told_in_words() -> None:
    shop = Shop(receiver=Receiver(REFUSED))
    shop.hear("charge.succeeded")
    shop.pay()
    (delivery,) = shop.settle()
    assert (delivery.status, delivery.attempts[0].code) == ("pending", 0)
    assert delivery.attempts[0].error == "no connection: nobody there"
    shop.close()


def test_an_outcome_that_cannot_be_booked_is_not_tried_for_ever(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bug of ours in the books: one attempt, a traceback, and whoever waits for webhooks goes on."""

    def planted(*args: object) -> None:
        raise AssertionError("planted")

    monkeypatch.setattr(type(shop.merchant.dialects["stripe"]), "retry_after", planted)
    shop.receiver.answer = 500
    shop.hear("charge.succeeded", url="http://localhost:1/a")
    shop.pay()
    (delivery,) = shop.settle()
    assert (delivery.ready, delivery.attempts) == (True, ())
    shop.advance(days=1)
    assert len(shop.receiver.heard) == 1
    assert capsys.readouterr().err.count("AssertionError: planted") == 1


def test_a_merchant_that_is_no_more_cannot_take_the_new_ones_place(shop: Shop) -> None:
    """An advance of the old merchant may still ask for it."""
    shop.hear(url=endpoints.INBOX)
    shop.pay()
    old = shop.merchant
    fresh = shop.world.add(Merchant(shop.name, shop.world.providers, shop.wall, {}), kept=False)
    shop.sender.forget(shop.name)
    shop.hear(url=endpoints.INBOX)
    shop.pay()
    shop.settle()
    assert shop.sender.busy(old) is False
    shop.run(shop.sender.settled(old))
    assert [parcel.type for parcel in shop.sender.inbox(fresh)] == PAID
    assert shop.sender.inbox(old) == ()
