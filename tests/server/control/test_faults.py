"""Each fault as an application and the official library meet it, and how it is asked for, listed, logged and taken back."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import stripe

from sandbox.core.endpoints import INBOX
from sandbox.core.faults import KINDS
from sandbox.providers.stripe.events import signature
from tests.harness import DAY, START, Shop
from tests.sdk.account import Account
from tests.serving import Serving

ROOT = Path(__file__).parents[3]
PAID = ["charge.succeeded", "payment_intent.succeeded", "payment_intent.created"]
EVERY = [(where, what) for where, kinds in KINDS.items() for what in kinds]


def arm(shop: Shop, where: str, what: Any, **wanted: Any) -> Any:
    answer = shop.control("POST", "/faults", {"where": where, "what": what, **wanted})
    assert answer.status == 200, answer.body
    return answer.body


def log(shop: Shop) -> list[tuple[str, Any, list[str]]]:
    """Path, status and faults of each request, oldest first."""
    rows = shop.control("GET", "/requests")["data"]
    return [(row["path"], row["status"], [fault["what"] for fault in row["faults"]]) for row in rows]


# Asked for


def test_the_page_about_faults_names_every_fault() -> None:
    section = (ROOT / "docs/faults.md").read_text()
    rows = [re.findall(r"`(\w+)`", line) for line in section.splitlines() if line.startswith("| `")]
    assert {row[0]: row[1:] for row in rows} == {where: list(kinds) for where, kinds in KINDS.items()}


@pytest.mark.parametrize(("where", "what"), EVERY)
def test_every_fault_can_be_asked_for_and_taken_back(shop: Shop, where: str, what: str) -> None:
    made = arm(shop, where, what)
    assert shop.control("GET", "/faults")["data"] == [made]
    assert (made["where"], made["what"], made["status"], made["met"], made["struck"]) == (where, what, "armed", 0, 0)
    assert (made["seconds"] is not None) == bool(KINDS[where][what].clock)
    assert shop.control("DELETE", f"/faults/{made['id']}").body == {"id": made["id"], "deleted": True}
    assert shop.control("GET", "/faults")["data"] == []
    assert shop.control("DELETE", f"/faults/{made['id']}").status == 404


def test_a_status_may_be_a_number(shop: Shop) -> None:
    assert arm(shop, "request", 503)["what"] == "503"


def test_all_are_taken_back_at_once(shop: Shop) -> None:
    arm(shop, "request", "500")
    arm(shop, "webhook", "drop")
    assert shop.control("DELETE", "/faults").body == {"deleted": 2}
    assert shop.post("/v1/customers").status == 200


@pytest.mark.parametrize(
    ("wanted", "param"),
    [
        ({"where": "reply", "what": "500"}, "where"), ({"where": "request", "what": "reply_lost"}, "what"),
        ({"where": "webhook", "what": "dropp"}, "what"), ({"where": "request", "what": "500", "seconds": 1}, "seconds"),
        ({"where": "request", "what": "latency", "seconds": 601}, "seconds"),
        ({"where": "request", "what": "latency", "seconds": -1}, "seconds"),
        ({"where": "request", "what": "500", "times": 2}, "times"), ({"where": "request", "what": "latency", "retry": True}, "retry"),
        ({"where": "request", "what": "500", "events": ["charge.*"]}, "events"),
        ({"where": "request", "what": "500", "paths": ["v1"]}, "paths"),
        ({"where": "request", "what": "500", "probability": 1.5}, "probability"), ({"where": "request", "what": "500", "nth": 0}, "nth"),
        ({"where": "request", "what": "500", "odds": 1}, "odds"),
    ],
)  # fmt: skip
def test_what_no_fault_could_be_is_refused(shop: Shop, wanted: Any, param: str) -> None:
    answer = shop.control("POST", "/faults", wanted)
    assert (answer.status, answer.error["param"]) == (422, param)
    assert shop.control("GET", "/faults")["data"] == []


def test_a_misspelt_fault_names_the_right_one(shop: Shop) -> None:
    message = shop.control("POST", "/faults", {"where": "webhook", "what": "duplicat"}).error["message"]
    assert "duplicate" in message
    message = shop.control("POST", "/faults", {"where": "request", "what": "reply_lost"}).error["message"]
    assert "response" in message


def test_faults_are_one_merchant_s_and_end_with_a_reset(shop: Shop) -> None:
    arm(shop, "request", "500")
    assert shop.post("/v1/customers", key="sk_test_beta").status == 200
    shop.control("POST", "/reset")
    assert shop.post("/v1/customers").status == 200


def test_a_fault_does_not_keep_the_clock_from_being_set(shop: Shop) -> None:
    """As endpoints and settings do not."""
    arm(shop, "request", "500")
    assert shop.control("POST", "/clock", {"now": START - DAY, "rate": 0})["now"] == START - DAY


def test_a_snapshot_keeps_how_far_a_fault_got(shop: Shop) -> None:
    arm(shop, "request", "500", nth=2)
    assert shop.post("/v1/customers").status == 200
    taken = shop.control("POST", "/snapshots")["id"]
    for _ in range(2):
        shop.control("POST", f"/snapshots/{taken}/restore")
        assert [shop.post("/v1/customers").status for _ in range(2)] == [500, 200]


# Requests


@pytest.mark.parametrize(
    ("what", "type", "code"), [("429", "invalid_request_error", "rate_limit"), ("500", "api_error", None), ("503", "api_error", None)]
)
def test_an_error_stands_in_the_place_of_the_work(shop: Shop, what: str, type: str, code: str | None) -> None:
    """In the provider's words; nothing has happened, and the same request then succeeds."""
    arm(shop, "request", what, paths=["POST /v1/customers"], count=1)
    answer = shop.post("/v1/customers", headers={"idempotency-key": "once"})
    assert (answer.status, answer.error["type"], answer.error.get("code")) == (int(what), type, code)
    assert shop.events() == []
    assert shop.post("/v1/customers", headers={"idempotency-key": "once"}).status == 200
    assert log(shop) == [("/v1/customers", int(what), [what]), ("/v1/customers", 200, [])]


def test_omise_says_it_in_its_own_words(shop: Shop) -> None:
    arm(shop, "request", 429)
    answer = shop.get("/account", key="skey_test_alpha")
    assert (answer.status, answer["object"], answer["code"]) == (429, "error", "too_many_requests")


@pytest.mark.parametrize(("where", "what"), [("request", "connection_reset"), ("response", "reply_lost"), ("request", "timeout")])
def test_in_process_a_lost_connection_is_an_error_of_the_transport(shop: Shop, where: str, what: str) -> None:
    """The write of a lost reply happened, and its idempotency key finds it; of the others nothing happened."""
    seconds = {"seconds": 0.01} if what == "timeout" else {}
    arm(shop, where, what, count=1, **seconds)
    with pytest.raises(ConnectionResetError):
        shop.post("/v1/customers", headers={"idempotency-key": "once"})
    before = shop.events()
    assert before == ["customer.created"] * (what == "reply_lost")
    again = shop.post("/v1/customers", headers={"idempotency-key": "once"})
    assert again.headers.get("idempotent-replayed") == ("true" if what == "reply_lost" else None)
    assert shop.events() == ["customer.created"]
    assert log(shop)[0] == ("/v1/customers", None, [what])


@pytest.mark.parametrize("where", ["request", "response"])
def test_a_latency_is_waited_for(shop: Shop, where: str) -> None:
    arm(shop, where, "latency", seconds=0.05)
    began = time.perf_counter()
    assert shop.post("/v1/customers").status == 200
    assert time.perf_counter() - began >= 0.05
    assert log(shop) == [("/v1/customers", 200, ["latency"])]


# Webhooks


def inbox(shop: Shop) -> list[str]:
    shop.settle()
    return [row["type"] for row in shop.control("GET", "/inbox")["data"]]


@pytest.fixture
def hearing(shop: Shop) -> Shop:
    """Its clock stands still, and the built-in inbox gets everything."""
    shop.freeze()
    shop.control("POST", "/webhook_endpoints", {"provider": "stripe", "url": INBOX, "secret": "whsec_ours"})
    return shop


def test_a_dropped_webhook_is_tried_again_by_plan(hearing: Shop) -> None:
    arm(hearing, "webhook", "drop", events=["charge.*"], count=1)
    hearing.pay()
    assert "charge.succeeded" not in inbox(hearing)
    row = next(row for row in hearing.control("GET", "/deliveries")["data"] if row["type"] == "charge.succeeded")
    assert (row["status"], row["attempts"][0]["response"]) == ("pending", None)
    assert [fault["what"] for fault in row["attempts"][0]["faults"]] == ["drop"]
    hearing.advance(days=1)
    assert inbox(hearing).count("charge.succeeded") == 1


def test_while_every_webhook_is_dropped_none_arrives(hearing: Shop) -> None:
    fault = arm(hearing, "webhook", "drop")
    hearing.pay()
    hearing.advance(seconds=3600)
    assert inbox(hearing) == []
    hearing.control("DELETE", f"/faults/{fault['id']}")
    hearing.advance(days=1)
    assert sorted(inbox(hearing)) == sorted(PAID)


def test_a_duplicated_webhook_comes_again_with_the_same_event(hearing: Shop) -> None:
    arm(hearing, "webhook", "duplicate", times=3, events=["charge.succeeded"])
    hearing.pay()
    assert sorted(inbox(hearing)) == sorted([*PAID, *["charge.succeeded"] * 3])
    rows = [row for row in hearing.control("GET", "/inbox")["data"] if row["type"] == "charge.succeeded"]
    assert len({row["event"] for row in rows}) == 1
    delivery = next(row for row in hearing.control("GET", "/deliveries")["data"] if row["type"] == "charge.succeeded")
    assert [fault["what"] for fault in delivery["faults"]] == ["duplicate"]
    assert (delivery["status"], len(delivery["attempts"])) == ("delivered", 4)


def test_a_delayed_webhook_comes_later_in_simulated_time_and_once(hearing: Shop) -> None:
    arm(hearing, "webhook", "delay", seconds=600, events=["charge.succeeded"])
    hearing.pay()
    assert "charge.succeeded" not in inbox(hearing)
    hearing.advance(seconds=599)
    assert "charge.succeeded" not in inbox(hearing)
    hearing.advance(seconds=1)
    hearing.advance(days=1)
    rows = [row for row in hearing.control("GET", "/inbox")["data"] if row["type"] == "charge.succeeded"]
    assert [row["at"] for row in rows] == [START + 600]


def test_delayed_and_duplicated_it_comes_late_and_often(hearing: Shop) -> None:
    arm(hearing, "webhook", "delay", seconds=60)
    arm(hearing, "webhook", "duplicate")
    hearing.post("/v1/customers")
    assert inbox(hearing) == []
    hearing.advance(seconds=60)
    assert inbox(hearing) == ["customer.created"] * 2


def test_reordered_webhooks_change_places_alike_in_every_run() -> None:
    runs = []
    for seed in (1, 1, 2):
        shop = Shop(seed=seed)
        shop.freeze()
        shop.control("POST", "/webhook_endpoints", {"provider": "stripe", "url": INBOX})
        arm(shop, "webhook", "reorder", seconds=30)
        for number in range(6):
            shop.post("/v1/customers", {"name": str(number)})
        shop.settle()
        shop.advance(seconds=30)
        shop.settle()
        runs.append([row["payload"]["data"]["object"]["name"] for row in shop.control("GET", "/inbox")["data"]])
        shop.close()
    assert runs[0] == runs[1] != runs[2]
    for run in runs:
        assert sorted(run) == list("012345")
        assert run.index("1") < run.index("0")


def test_a_wrong_signature_does_not_verify_and_the_retry_does(shop: Shop) -> None:
    endpoint = shop.hear("customer.created")
    shop.freeze()
    arm(shop, "webhook", "wrong_signature", count=1)
    shop.receiver.answer = lambda heard: 200 if verifies(heard, endpoint["secret"]) else 400
    shop.post("/v1/customers")
    [delivery] = shop.settle()
    assert [attempt.code for attempt in delivery.attempts] == [400]
    shop.advance(days=1)
    [delivery] = shop.settle()
    assert [attempt.code for attempt in delivery.attempts] == [400, 200]


def verifies(heard: Any, secret: str) -> bool:
    """As the library checks it, but for the age."""
    try:
        stripe.WebhookSignature.verify_header(heard.body.decode(), heard.headers["stripe-signature"], secret, None)
    except stripe.SignatureVerificationError:
        return False
    return True


def test_an_old_timestamp_is_signed_rightly(shop: Shop) -> None:
    """Only its age is wrong."""
    endpoint = shop.hear("customer.created")
    arm(shop, "webhook", "old_timestamp", seconds=900)
    shop.post("/v1/customers")
    shop.settle()
    [heard] = shop.receiver.heard
    assert heard.headers["stripe-signature"].startswith(f"t={START - 900},v1={signature(endpoint['secret'], heard.body, START - 900)}")


def test_a_truncated_body_is_half_of_the_event(hearing: Shop) -> None:
    arm(hearing, "webhook", "truncated_body")
    hearing.post("/v1/customers")
    hearing.settle()
    [row] = hearing.control("GET", "/inbox")["data"]
    assert row["payload"] is None
    with pytest.raises(json.JSONDecodeError):
        json.loads(row["body"])
    assert row["body"].startswith("{")


def test_one_endpoint_suffers_and_the_other_does_not(shop: Shop) -> None:
    shop.hear("customer.created", url="http://localhost:1/old")
    shop.hear("customer.created", url="http://localhost:1/new")
    arm(shop, "webhook", "drop", paths=["/old"])
    shop.post("/v1/customers")
    shop.settle()
    assert [heard.url for heard in shop.receiver.heard] == ["http://localhost:1/new"]


# Over a real connection, with the official library


@pytest.fixture(scope="module")
def serving() -> Iterator[Serving]:
    with Serving() as made:
        yield made
        made.stop()
    assert "Traceback" not in made.stderr, made.stderr
    assert "ASGI" not in made.stderr, made.stderr


@pytest.fixture
def account(serving: Serving, request: pytest.FixtureRequest) -> Account:
    return Account(serving, "".join(c if c.isalnum() else "_" for c in request.node.name)[-60:])


@contextmanager
def library(account: Account, retries: int = 0, timeout: float = 20) -> Iterator[Any]:
    """The first version of Stripe's API, as the library has it."""
    sockets = stripe.RequestsClient(timeout=timeout)
    addresses: Any = {"api": account.url}
    yield stripe.StripeClient(account.key, base_addresses=addresses, max_network_retries=retries, http_client=sockets).v1
    sockets.close()


def statuses(account: Account) -> list[int | None]:
    return [row["status"] for row in account.call("GET", "requests")["data"]]


@pytest.mark.parametrize(
    ("what", "retry", "answered"),
    [
        ("500", None, [500, 200]), ("503", None, [503, 200]), ("500", False, [500]), ("429", None, [429]), ("429", True, [429, 200]),
        ("429", False, [429]),
    ],
)  # fmt: skip
def test_the_library_tries_again_when_it_should(account: Account, what: str, retry: bool | None, answered: list[int]) -> None:
    """By itself after a 5xx and not after a 429; Stripe-Should-Retry says otherwise."""
    account.call("POST", "faults", {"where": "request", "what": what, "count": 1, **({} if retry is None else {"retry": retry})})
    with library(account, retries=2) as shop:
        if answered[-1] == 200:
            shop.customers.create()
        else:
            with pytest.raises(stripe.StripeError) as caught:
                shop.customers.create()
            assert caught.value.http_status == answered[-1]
    assert statuses(account) == answered


@pytest.mark.parametrize(("where", "what"), [("request", "connection_reset"), ("response", "reply_lost")])
def test_after_a_lost_connection_the_library_s_retry_finds_what_was_done(account: Account, where: str, what: str) -> None:
    """One refund, whether or not the first request was carried out: its idempotency key is the same."""
    with library(account, retries=2) as shop:
        charge = shop.charges.create({"amount": 2000, "currency": "usd", "source": "tok_visa"})
        account.call("POST", "faults", {"where": where, "what": what, "paths": ["POST /v1/refunds"], "count": 1})
        refund = shop.refunds.create({"charge": charge.id, "amount": 500})
        assert [each.id for each in shop.refunds.list().data] == [refund.id]
    assert statuses(account) == [200, None, 200, 200]


@pytest.mark.parametrize("what", ["connection_reset", "reply_lost"])
def test_without_retries_the_library_says_that_it_was_cut_off(account: Account, what: str) -> None:
    account.call("POST", "faults", {"where": "response" if what == "reply_lost" else "request", "what": what})
    with library(account) as shop, pytest.raises(stripe.APIConnectionError):
        shop.customers.create()
    events = account.call("GET", "events")["data"]
    assert [event["type"] for event in events] == ["customer.created"] * (what == "reply_lost")


def test_a_timeout_is_the_client_s_to_end(account: Account) -> None:
    """The library gives up by its own clock, and then nothing has happened and nobody is waited for."""
    account.call("POST", "faults", {"where": "request", "what": "timeout"})
    with library(account, timeout=0.2) as shop, pytest.raises(stripe.APIConnectionError):
        shop.customers.create()
    account.advance(days=1)
    assert account.call("GET", "events")["data"] == []
    assert statuses(account) == [None]


def test_a_reset_is_one(account: Account) -> None:
    """Not an orderly end: the client's next read fails."""
    account.call("POST", "faults", {"where": "request", "what": "connection_reset"})
    host, _, port = account.url.partition("://")[2].partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(f"GET /v1/balance HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {account.key}\r\n\r\n".encode())
        with pytest.raises(ConnectionResetError):
            connection.recv(100)


def test_what_can_go_wrong_is_listed_place_by_place_and_each_can_be_asked_for(shop: Shop) -> None:
    kinds = shop.control("GET", "/faults")["kinds"]
    assert list(kinds) == ["request", "response", "webhook"]
    for where, rows in kinds.items():
        for row in rows:
            takes = {"seconds": row["seconds"], "times": row["times"], "retry": True if row["retry"] else None}
            asked = {"where": where, "what": row["what"], **{name: value for name, value in takes.items() if value is not None}}
            made = shop.control("POST", "/faults", asked)
            assert (made.status, made["about"]) == (200, row["about"]), made.body
    assert kinds["request"][4]["what"] == "timeout"
    assert (kinds["request"][4]["clock"], kinds["request"][4]["seconds"]) == ("wall", 90)
