"""`Idempotency-Key`: one key, one outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from sandbox.core.changes import Change
from sandbox.journal.base import NullJournal
from tests.harness import Answer, Shop

BODY = {"amount": 2000, "currency": "usd"}


def post(shop: Shop, path: str = "/v1/payment_intents", params: Any = BODY, key: str = "k1", **options: Any) -> Answer:
    return shop.post(path, params, headers={"idempotency-key": key}, **options)


def replayed(answer: Answer) -> bool:
    return answer.headers.get("idempotent-replayed") == "true"


def test_a_replay_repeats_status_and_body_and_nothing_happens(shop: Shop) -> None:
    """With a new request id and the first one named; no new events, no new objects."""
    params = {**BODY, "payment_method": "pm_card_visa", "confirm": True}
    first = post(shop, params=params)
    seen = shop.events()
    again = post(shop, params=params)
    assert (again.status, again.body, replayed(again), replayed(first)) == (200, first.body, True, False)
    assert again.headers["original-request"] == first.headers["request-id"]
    assert again.headers["request-id"] != first.headers["request-id"]
    assert shop.events() == seen
    assert len(shop.get("/v1/charges")["data"]) == 1


def test_a_402_is_stored(shop: Shop) -> None:
    """Of a declined charge, and of a card that is refused before there is one."""
    declined = {**BODY, "payment_method": "pm_card_chargeDeclined", "confirm": True}
    bad = {"type": "card", "card": {"number": "4242424242424241", "exp_month": 1, "exp_year": 2030}}
    for path, params in (("/v1/payment_intents", declined), ("/v1/payment_methods", bad)):
        first, again = (post(shop, path, params, key=path) for _ in range(2))
        assert (first.status, again.status, again.body, replayed(again)) == (402, 402, first.body, True)
    assert len(shop.get("/v1/charges")["data"]) == 1


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        ("/v1/payment_intents", {**BODY, "amount": "abc"}, 400),
        ("/v1/payment_intents", {**BODY, "nope": "1"}, 400),
        ("/v1/payment_intents", {**BODY, "customer": "cus_x"}, 400),
        ("/v1/payment_intents", {**BODY, "amount": 1}, 400),
        ("/v1/foo", {}, 404),
        ("/v1/payment_intents/pi_x", {}, 404),
        ("/v1/subscriptions", {}, 501),
    ],
)
def test_what_was_refused_is_not_stored(shop: Shop, path: str, params: Any, status: int) -> None:
    """The same key may be used again, with other parameters and elsewhere."""
    answer = post(shop, path, params)
    assert (answer.status, answer.headers["idempotency-key"]) == (status, "k1")
    assert "stripe-should-retry" not in answer.headers or status == 501
    assert (post(shop).status, replayed(post(shop))) == (200, True)


def test_a_refusal_by_state_is_stored(shop: Shop) -> None:
    """Execution had begun: the same key repeats it even when the state would allow the call by now."""
    intent = shop.pay("pm_card_createDispute", amount=2000)
    body = {"payment_intent": intent["id"]}
    first = post(shop, "/v1/refunds", body)
    assert (first.status, first.error["code"]) == (400, "charge_disputed")
    dispute = shop.disputes_of(intent)[0]
    assert shop.control("POST", f"/disputes/{dispute['id']}/win").status == 200
    again = post(shop, "/v1/refunds", body)
    assert (again.status, again.body, replayed(again)) == (400, first.body, True)
    assert post(shop, "/v1/refunds", body, key="k2").status == 200


def test_a_500_is_stored(shop: Shop) -> None:
    """What failed once it had begun: the key repeats the error and says that it will, although the work is done."""
    shop.control("POST", "/faults", {"where": "response", "what": "500", "paths": ["POST /v1/payment_intents"], "count": 1})
    first = post(shop)
    assert (first.status, first.error["type"], first.headers["stripe-should-retry"]) == (500, "api_error", "false")
    seen = shop.events()
    again = post(shop)
    assert (again.status, again.body, replayed(again)) == (500, first.body, True)
    assert (again.headers["original-request"], again.headers.get_list("stripe-should-retry")) == (first.headers["request-id"], ["false"])
    assert shop.events() == seen == ["payment_intent.created"]
    assert post(shop, key="k2").status == 200
    assert len(shop.get("/v1/payment_intents")["data"]) == 2


def test_a_500_that_may_be_retried_says_so_in_every_replay(shop: Shop) -> None:
    fault = {"where": "response", "what": "500", "paths": ["POST /v1/payment_intents"], "count": 1, "retry": True}
    shop.control("POST", "/faults", fault)
    assert [post(shop).headers.get_list("stripe-should-retry") for _ in range(2)] == [["true"], ["true"]]


@pytest.mark.parametrize("what", ["429", "locked", "500", "503"])
def test_what_failed_before_it_had_begun_is_not_stored(shop: Shop, what: str) -> None:
    """A fault of the request: the same key may carry it out later, and with other parameters."""
    shop.control("POST", "/faults", {"where": "request", "what": what, "paths": ["POST /v1/payment_intents"], "count": 1})
    first = post(shop)
    assert (first.status >= 429, "stripe-should-retry" in first.headers) == (True, False)
    later = post(shop, params={**BODY, "amount": 900})
    assert (later.status, replayed(later)) == (200, False)


def test_a_refusal_by_the_key_is_not_stored(shop: Shop) -> None:
    for key, status in (("pk_test_alpha", 403), ("sk_test_a-b", 401)):
        assert shop.post("/v1/payment_intents", BODY, key=key, headers={"idempotency-key": "k1"}).status == status
    assert (post(shop).status, replayed(post(shop))) == (200, True)


def test_other_parameters(shop: Shop) -> None:
    post(shop)
    answer = post(shop, params={**BODY, "amount": 2001})
    error = answer.error
    assert (answer.status, error["type"], error.get("code"), error.get("param")) == (400, "idempotency_error", None, None)
    assert error["message"] == (
        "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than "
        "'k1' if you meant to execute a different request."
    )
    assert len(shop.get("/v1/payment_intents")["data"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"amount=500&currency=usd&metadata[a]=x+y&expand[]=latest_charge",
        b"currency=usd&amount=500&expand[]=latest_charge&metadata[a]=x+y",
        b"expand%5B%5D=latest_charge&amount=500&currency=usd&metadata%5Ba%5D=x%20y",
    ],
)  # fmt: skip
def test_the_same_parameters_written_otherwise_are_the_same(shop: Shop, body: bytes) -> None:
    """In another order, escaped or not."""
    written = b"amount=500&currency=usd&expand[]=latest_charge&metadata[a]=x%20y"
    made = shop.post("/v1/payment_intents", content=written, headers={"idempotency-key": "k1"})
    again = shop.post("/v1/payment_intents", content=body, headers={"idempotency-key": "k1"})
    assert (again.status, again.body, replayed(again)) == (200, made.body, True)


def test_the_order_of_a_list_counts(shop: Shop) -> None:
    listed = [f"preferred_locales[]={a}&preferred_locales[]={b}".encode() for a, b in (("de", "fr"), ("fr", "de"))]
    first, other = (shop.post("/v1/customers", content=body, headers={"idempotency-key": "k1"}) for body in listed)
    assert (first.status, other.status, other.error["type"]) == (200, 400, "idempotency_error")


def test_a_file_sent_again_is_the_same_file(shop: Shop) -> None:
    """Though every client draws a new boundary for its parts; another content is another file."""

    def upload(content: bytes) -> Answer:
        files = {"file": ("a.pdf", content)}
        return shop.post("/v1/files", files=files, data={"purpose": "dispute_evidence"}, headers={"idempotency-key": "k1"})

    first, again, other = upload(b"%PDF-1.4"), upload(b"%PDF-1.4"), upload(b"%PDF-1.5")
    assert (again.status, again["id"], replayed(again)) == (200, first["id"], True)
    assert (other.status, other.error["type"]) == (400, "idempotency_error")


def test_a_connected_account_has_keys_of_its_own(shop: Shop) -> None:
    connected = shop.post("/v1/accounts")["id"]
    first = post(shop, "/v1/customers", {})
    acting = {"idempotency-key": "k1", "stripe-account": connected}
    made = [shop.post("/v1/customers", headers=acting) for _ in range(2)]
    assert ([replayed(answer) for answer in made], made[0]["id"] != first["id"]) == ([False, True], True)
    assert made[0].headers["idempotency-key"] == "k1"


def test_same_key_other_endpoint(shop: Shop) -> None:
    post(shop)
    answer = post(shop, "/v1/customers", {})
    assert (answer.status, answer.error["type"]) == (400, "idempotency_error")
    assert answer.error["message"] == (
        "Keys for idempotent requests can only be used for the same endpoint they were first used for ('/v1/payment_intents' vs "
        "'/v1/customers'). Try using a key other than 'k1' if you meant to execute a different request."
    )


def test_only_posts_have_keys(shop: Shop) -> None:
    customer = shop.post("/v1/customers")["id"]
    headers = {"idempotency-key": "k1"}
    for _ in range(2):
        assert "idempotency-key" not in shop.get("/v1/customers", headers=headers).headers
    assert shop.delete(f"/v1/customers/{customer}", headers=headers).status == 200
    assert shop.delete(f"/v1/customers/{customer}", headers=headers).status == 404


def test_a_key_is_known_to_one_account_only(shop: Shop) -> None:
    post(shop, "/v1/customers", {})
    assert not replayed(shop.post("/v1/customers", {}, key="sk_test_beta", headers={"idempotency-key": "k1"}))


def test_a_key_has_255_characters_at_most(shop: Shop) -> None:
    assert post(shop, key="k" * 255).status == 200
    answer = post(shop, key="k" * 256)
    assert (answer.status, answer.error["type"]) == (400, "invalid_request_error")
    assert len(shop.get("/v1/payment_intents")["data"]) == 1


def test_a_key_is_kept_for_a_simulated_day(shop: Shop) -> None:
    first = post(shop)
    shop.advance(days=1, seconds=-1)
    assert post(shop).body == first.body
    shop.advance(seconds=1)
    later = post(shop, params={**BODY, "amount": 900})
    assert (later.status, replayed(later), later["id"] != first["id"]) == (200, False, True)


class SlowJournal(NullJournal):
    """A disk that keeps everybody waiting until the test says go."""

    def __init__(self) -> None:
        self.waiting = asyncio.Event()
        self.go = asyncio.Event()
        self.slow = False

    async def append(self, key: str, changes: Sequence[Change]) -> None:
        if self.slow:
            self.waiting.set()
            await self.go.wait()


def test_still_running() -> None:
    """While the first request is not durable a second with its key is sent away, and may come again."""
    journal = SlowJournal()
    shop = Shop(journal=journal)
    post(shop, key="warm up")
    journal.slow = True
    headers = {"authorization": "Bearer sk_test_alpha", "idempotency-key": "k1"}

    def send() -> Any:
        return shop._client.post("/v1/payment_intents", data=BODY, headers=headers)

    async def both() -> tuple[httpx.Response, httpx.Response, httpx.Response]:
        first = asyncio.ensure_future(send())
        await journal.waiting.wait()
        early = await send()
        journal.go.set()
        done = await first
        return done, early, await send()

    first, early, late = shop.run(both())
    error = early.json()["error"]
    assert (early.status_code, error["type"], error["code"]) == (409, "invalid_request_error", "idempotency_key_in_use")
    assert error["message"] == (
        "There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other "
        "request is still going through): k1. Please try again later."
    )
    assert "stripe-should-retry" not in early.headers
    assert (first.status_code, late.json(), late.headers["idempotent-replayed"]) == (200, first.json(), "true")
    assert len(shop.get("/v1/payment_intents")["data"]) == 2
    shop.close()
