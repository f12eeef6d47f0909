"""What an attempt's outcome means: retries on the simulated clock, resends by hand, endpoints that are given up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sandbox.core import endpoints, outbox
from sandbox.core.errors import Reason, Refusal
from sandbox.core.records import Delivery, Endpoint
from tests.harness import DAY, START, Receiver, Shop

MINUTE, HOUR = 60, 3600
URL = "http://localhost:4242/hook"


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A merchant whose one endpoint answers 500 to its first payment's `charge.succeeded`."""
    made = failing()
    yield made
    made.close()


def failing(**settings: Any) -> Shop:
    shop = Shop(receiver=Receiver(500), **settings)
    shop.hear("charge.succeeded")
    shop.pay()
    shop.settle()
    return shop


def delivery(shop: Shop) -> Delivery:
    (found,) = shop.settle()
    return found


def endpoint(shop: Shop) -> Endpoint:
    (found,) = shop.merchant.store.all(Endpoint)
    assert isinstance(found, Endpoint)
    return found


def attempts(shop: Shop) -> list[int]:
    """When each attempt was made, seconds after the first."""
    return [attempt.at - START for attempt in delivery(shop).attempts]


def resend(shop: Shop, times: int = 1) -> None:
    async def ask() -> None:
        shop.merchant.begin()
        outbox.resend(shop.merchant, delivery_now(shop), times)
        await shop.world.keep(shop.merchant)

    shop.run(ask())
    shop.settle()


def delivery_now(shop: Shop) -> Delivery:
    (found,) = shop.merchant.store.all(Delivery)
    assert isinstance(found, Delivery)
    return found


# The plan


@pytest.mark.parametrize(
    ("profile", "plan"),
    [
        ("testmode", [MINUTE, 10 * MINUTE, HOUR]),
        ("network", [5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 12 * HOUR, 12 * HOUR, 12 * HOUR, 12 * HOUR]),
    ],
)
def test_a_failed_delivery_is_made_again_by_the_plan_of_the_profile(profile: str, plan: list[int]) -> None:
    """At exactly these simulated times, each with a new signature and one event id; then it has failed for good."""
    shop = failing(profile=profile)
    assert (delivery(shop).status, delivery(shop).next_at) == ("pending", START + plan[0])
    shop.advance(days=30)
    made = [0]
    for wait in plan:
        made.append(made[-1] + wait)
    assert attempts(shop) == made
    assert (delivery(shop).status, delivery(shop).next_at, delivery(shop).tries) == ("failed", 0, len(plan) + 1)
    assert len({heard.event["id"] for heard in shop.receiver.heard}) == 1
    assert len(shop.receiver.heard) == len(made)
    shop.close()


def test_a_success_ends_the_plan(shop: Shop) -> None:
    shop.advance(seconds=59)
    assert attempts(shop) == [0]
    shop.receiver.answer = 204
    shop.advance(days=30)
    assert attempts(shop) == [0, MINUTE]
    assert (delivery(shop).status, delivery(shop).next_at, delivery(shop).ready) == ("delivered", 0, False)


def test_retries_ring_by_themselves_as_the_clock_runs(shop: Shop) -> None:
    """Wall time passes at rate 1; whoever calls next finds the retry due."""
    shop.wall.now += 61
    shop.get("/v1/balance")
    assert attempts(shop) == [0, 61]


@pytest.mark.parametrize(
    ("answer", "due"),
    [
        (httpx.Response(503, headers={"retry-after": "7200"}), 2 * HOUR),
        (httpx.Response(429, headers={"retry-after": "5"}), MINUTE),  # sooner than planned: the plan counts
        (httpx.Response(503, headers={"retry-after": "Tue, 21 Oct 2025 09:30:00 GMT", "date": "Tue, 21 Oct 2025 07:30:00 GMT"}), 2 * HOUR),
        (httpx.Response(503, headers={"retry-after": "Mon, 05 Jan 2026 10:00:00 GMT"}), HOUR),  # START is 09:00:00
        (httpx.Response(503, headers={"retry-after": "999999999"}), 3 * DAY),
        (httpx.Response(503, headers={"retry-after": "later"}), MINUTE),
    ],
)
def test_a_receiver_may_ask_for_a_later_retry(answer: httpx.Response, due: int) -> None:
    """`Retry-After`, in seconds or as a date, on the simulated clock; three days at most."""
    shop = Shop(receiver=Receiver(answer))
    shop.hear("charge.succeeded")
    shop.pay()
    assert delivery(shop).next_at == START + due
    shop.receiver.answer = 200
    shop.advance(seconds=due)
    assert attempts(shop) == [0, due]
    assert delivery(shop).status == "delivered"
    shop.close()


# By hand


def test_a_resend_by_hand_leaves_the_plan_alone(shop: Shop) -> None:
    """Its success counts as delivered, but the retry comes all the same, as at the real provider."""
    shop.receiver.answer = 200
    shop.advance(seconds=30)
    resend(shop)
    assert attempts(shop) == [0, 30]
    found = delivery(shop)
    assert (found.status, found.tries, found.next_at) == ("delivered", 1, START + MINUTE)
    shop.receiver.answer = 500
    shop.advance(days=1)
    assert attempts(shop) == [0, 30, MINUTE, 11 * MINUTE, 71 * MINUTE]
    assert (delivery(shop).status, delivery(shop).next_at) == ("delivered", 0)


def test_a_failed_resend_uses_up_nothing(shop: Shop) -> None:
    resend(shop)
    found = delivery(shop)
    assert (found.status, found.tries, found.extra, found.next_at) == ("pending", 1, 0, START + MINUTE)
    assert len(found.attempts) == 2


def test_what_failed_for_good_can_be_delivered_by_hand(shop: Shop) -> None:
    shop.advance(days=1)
    assert delivery(shop).status == "failed"
    shop.receiver.answer = 200
    resend(shop)
    assert delivery(shop).status == "delivered"


def test_duplicates_are_as_many_as_asked_for(shop: Shop) -> None:
    shop.receiver.answer = 200
    resend(shop, 3)
    found = delivery(shop)
    assert (found.extra, found.tries, len(found.attempts)) == (0, 1, 4)
    assert len({heard.event["id"] for heard in shop.receiver.heard}) == 1


@pytest.mark.parametrize("gone", [endpoints.disable, endpoints.remove])
def test_nothing_is_resent_to_an_endpoint_that_is_gone(shop: Shop, gone: Any) -> None:
    shop.merchant.begin()
    gone(shop.merchant, endpoint(shop))
    shop.merchant.commit()
    with pytest.raises(Refusal) as caught:
        outbox.resend(shop.merchant, delivery_now(shop))
    assert caught.value.reason is Reason.OUT_OF_REACH
    assert "disabled or deleted" in str(caught.value.facts["message"])
    assert not shop.merchant.ready


# Endpoints


def test_a_disabled_endpoint_gets_no_retry_and_no_new_event(shop: Shop) -> None:
    shop.post(f"/v1/webhook_endpoints/{endpoint(shop).id}", {"disabled": True})
    shop.pay()
    shop.advance(days=1)
    assert attempts(shop) == [0]
    assert (delivery(shop).status, delivery(shop).next_at) == ("failed", 0)


def test_one_that_is_enabled_again_before_the_retry_gets_it(shop: Shop) -> None:
    key = endpoint(shop).id
    shop.post(f"/v1/webhook_endpoints/{key}", {"disabled": True})
    shop.advance(seconds=59)
    shop.post(f"/v1/webhook_endpoints/{key}", {"disabled": False})
    shop.receiver.answer = 200
    shop.advance(seconds=1)
    assert attempts(shop) == [0, MINUTE]
    assert delivery(shop).status == "delivered"


def test_a_deleted_endpoint_gets_no_retry(shop: Shop) -> None:
    shop.delete(f"/v1/webhook_endpoints/{endpoint(shop).id}")
    assert (delivery(shop).status, delivery(shop).next_at) == ("failed", 0)
    assert list(shop.merchant.timers.of(delivery(shop).id)) == []
    shop.advance(days=1)
    assert attempts(shop) == [0]


def test_three_days_of_nothing_but_failures_disable_an_endpoint() -> None:
    """Profile network. The failure that comes three days after the first one does it; what is planned is not sent any more."""
    shop = failing(profile="network")
    assert endpoint(shop).failing_since == START
    shop.advance(seconds=3 * DAY - 1)
    shop.pay()
    shop.settle()
    assert endpoint(shop).status == "enabled"
    shop.advance(seconds=5 * MINUTE)
    assert shop.get("/v1/webhook_endpoints")["data"][0]["status"] == "disabled"
    heard = len(shop.receiver.heard)
    shop.pay()
    shop.advance(days=10)
    assert len(shop.receiver.heard) == heard
    assert [found.status for found in shop.settle()] == ["failed", "failed"]
    shop.post(f"/v1/webhook_endpoints/{endpoint(shop).id}", {"disabled": False})
    assert (endpoint(shop).status, endpoint(shop).failing_since) == ("enabled", 0)
    shop.close()


def test_one_success_begins_the_days_anew() -> None:
    shop = failing(profile="network")
    shop.receiver.answer = 200
    shop.advance(days=2)
    assert endpoint(shop).failing_since == 0
    shop.receiver.answer = 500
    shop.pay()
    shop.settle()
    assert endpoint(shop).failing_since == START + 2 * DAY
    shop.advance(days=2)
    assert endpoint(shop).status == "enabled"
    shop.close()


def test_in_testmode_no_endpoint_is_ever_disabled(shop: Shop) -> None:
    for _ in range(3):
        shop.advance(days=5)
        shop.pay()
        shop.settle()
    assert endpoint(shop).status == "enabled"
