"""`/v1/events`, and their deliveries again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import DAY, Receiver, Shop

PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


def types(answer: Any) -> list[str]:
    return [event["type"] for event in answer["data"]]


def test_a_delivered_event_is_the_one_that_the_api_shows(shop: Shop) -> None:
    """Key by key, `pending_webhooks` aside: that one has fallen since."""
    shop.hear("charge.succeeded")
    shop.pay()
    shop.settle()
    (heard,) = shop.receiver.heard
    shown = shop.get(f"/v1/events/{heard.event['id']}").body
    assert list(shown) == list(heard.event)
    assert {**heard.event, "pending_webhooks": 0} == shown


def test_an_event_is_a_photograph(shop: Shop) -> None:
    """What happens to the charge later does not show in it."""
    intent = shop.pay()
    (event,) = shop.get("/v1/events", {"type": "charge.succeeded"})["data"]
    shop.post("/v1/refunds", {"payment_intent": intent["id"]})
    assert shop.get(f"/v1/events/{event['id']}").body == event
    assert event["data"]["object"]["amount_refunded"] == 0


def test_events_name_the_request_behind_them(shop: Shop) -> None:
    answer = shop.post("/v1/customers", {"name": "Jane"}, headers={"idempotency-key": "k1"})
    (event,) = shop.get("/v1/events")["data"]
    assert event["request"] == {"id": answer.headers["request-id"], "idempotency_key": "k1"}
    shop.pay("pm_card_createDispute")
    shop.advance(days=30)
    (closed,) = shop.get("/v1/events", {"type": "charge.dispute.closed"})["data"]
    assert closed["request"] == {"id": None, "idempotency_key": None}


def test_lists_are_newest_first_and_can_be_narrowed(shop: Shop) -> None:
    shop.pay()
    shop.post("/v1/customers", {"name": "Jane"})
    assert types(shop.get("/v1/events")) == ["customer.created", *PAID[::-1]]
    assert types(shop.get("/v1/events", {"type": "payment_intent.*"})) == ["payment_intent.succeeded", "payment_intent.created"]
    assert types(shop.get("/v1/events", {"type": "charge.succeeded"})) == ["charge.succeeded"]
    assert types(shop.get("/v1/events", {"type": "charge"})) == []
    assert types(shop.get("/v1/events", {"types": ["customer.created", "charge.succeeded"]})) == ["customer.created", "charge.succeeded"]
    first = shop.get("/v1/events", {"limit": 3})
    assert first["has_more"]
    assert types(shop.get("/v1/events", {"starting_after": first["data"][-1]["id"]})) == ["payment_intent.created"]


def test_lists_can_be_narrowed_by_time(shop: Shop) -> None:
    shop.post("/v1/customers", {"name": "A"})
    shop.advance(days=1)
    shop.post("/v1/customers", {"name": "B"})
    now = shop.now
    assert len(shop.get("/v1/events", {"created": {"gte": now}})["data"]) == 1
    assert len(shop.get("/v1/events", {"created": {"lt": now}})["data"]) == 1
    assert len(shop.get("/v1/events", {"created": now - DAY})["data"]) == 1


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"type": "charge.succeeded", "types": ["charge.failed"]}, "You may only specify one of these parameters: type, types."),
        ({"types": ["charge.failed"] * 21}, "You may only specify up to 20 types."),
    ],
)
def test_filters_that_do_not_go_together(shop: Shop, params: dict[str, Any], message: str) -> None:
    answer = shop.get("/v1/events", params)
    assert (answer.status, answer.error["message"]) == (400, message)


def test_lists_can_be_narrowed_by_how_delivery_went() -> None:
    """`delivery_success`: whether every endpoint that wanted the event has taken it."""
    shop = Shop(receiver=Receiver(lambda heard: 500 if heard.event["type"] == "charge.succeeded" else 200))
    shop.hear()
    shop.pay()
    shop.settle()
    assert types(shop.get("/v1/events", {"delivery_success": False})) == ["charge.succeeded"]
    assert types(shop.get("/v1/events", {"delivery_success": True})) == ["payment_intent.succeeded", "payment_intent.created"]
    shop.close()


def test_events_are_shown_for_thirty_days(shop: Shop) -> None:
    shop.post("/v1/customers", {"name": "Jane"})
    (event,) = shop.get("/v1/events")["data"]
    shop.advance(seconds=30 * DAY)
    assert shop.get(f"/v1/events/{event['id']}").status == 200
    shop.advance(seconds=1)
    assert shop.get("/v1/events")["data"] == []
    gone = shop.get(f"/v1/events/{event['id']}")
    assert (gone.status, gone.error["message"], gone.error["param"]) == (404, f"No such event: '{event['id']}'", "id")


# Again


def test_an_event_can_be_sent_again_to_all_that_wanted_it(shop: Shop) -> None:
    """What `stripe events resend` calls."""
    shop.hear("charge.succeeded", url="http://localhost:1/a")
    shop.hear("charge.failed", url="http://localhost:1/b")
    shop.hear("charge.succeeded", url="http://localhost:1/c")
    shop.pay()
    shop.settle()
    (event,) = shop.get("/v1/events", {"type": "charge.succeeded"})["data"]
    assert shop.post(f"/v1/events/{event['id']}/retry")["id"] == event["id"]
    shop.settle()
    assert [(heard.url[-1], heard.event["id"]) for heard in shop.receiver.heard] == [(path, event["id"]) for path in "acac"]


def test_an_event_can_be_sent_to_one_endpoint_even_one_that_never_got_it(shop: Shop) -> None:
    shop.hear("charge.succeeded", url="http://localhost:1/a")
    shop.pay()
    late = shop.hear("charge.failed", url="http://localhost:1/late")
    (event,) = shop.get("/v1/events", {"type": "charge.succeeded"})["data"]
    for _ in range(2):
        assert shop.post(f"/v1/events/{event['id']}/retry", {"webhook_endpoint": late["id"]}).status == 200
        shop.settle()
    assert [heard.url.rpartition("/")[2] for heard in shop.receiver.heard] == ["a", "late", "late"]


def test_a_disabled_endpoint_is_left_out_or_refused_by_name(shop: Shop) -> None:
    first = shop.hear("charge.succeeded", url="http://localhost:1/a")
    shop.hear("charge.succeeded", url="http://localhost:1/b")
    other = shop.hear("charge.failed", url="http://localhost:1/c")
    shop.pay()
    shop.settle()
    for each in (first, other):
        shop.post(f"/v1/webhook_endpoints/{each['id']}", {"disabled": True})
    (event,) = shop.get("/v1/events", {"type": "charge.succeeded"})["data"]
    assert shop.post(f"/v1/events/{event['id']}/retry").status == 200
    for each in (first, other):
        refused = shop.post(f"/v1/events/{event['id']}/retry", {"webhook_endpoint": each["id"]})
        assert (refused.status, refused.error["message"]) == (
            422, f"The endpoint {each['id']} is disabled or deleted, and those get no further attempts.",
        )  # fmt: skip
    shop.settle()
    assert [heard.url[-1] for heard in shop.receiver.heard] == ["a", "b", "b"]
