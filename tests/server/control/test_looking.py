"""The books, events, deliveries, the request log and timers, as anybody may look at them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.harness import DAY, START, Shop


def ids(answer: Any) -> list[str]:
    return [row["id"] for row in answer["data"]]


def test_the_books_show_every_account_and_transfer(shop: Shop) -> None:
    paid = shop.pay()
    shown = shop.control("GET", "/ledger")
    assert shown["balanced"] is True
    assert {row["name"]: row["balance"] for row in shown["accounts"]} == {
        "fees:processing": 88, "merchant:pending": 1912, "network:clearing": -2000,
    }  # fmt: skip
    assert [(row["id"], row["debit"], row["credit"], row["amount"], row["cause"]) for row in shown["transfers"]] == [
        ("1", "network:clearing", "merchant:pending", 2000, paid["latest_charge"]),
        ("2", "merchant:pending", "fees:processing", 88, paid["latest_charge"]),
    ]
    first = shop.control("GET", "/ledger?limit=1")
    assert (len(first["transfers"]), first["has_more"], first["next"]) == (1, True, "1")
    second = shop.control("GET", "/ledger?limit=1&after=1")
    assert (second["transfers"][0]["id"], second["has_more"], second["next"]) == ("2", False, None)


def test_an_event_shows_what_was_or_would_be_sent(shop: Shop) -> None:
    shop.freeze()
    shop.hear("charge.dispute.created")
    made = shop.control("POST", "/disputes", {"charge": shop.pay()["id"]}).body
    shop.settle()
    event = shop.control("GET", "/events?type=charge.dispute.created")["data"][0]
    assert (event["provider"], event["object"], event["created"]) == ("stripe", made["id"], START)
    sent = shop.receiver.heard[0].event
    assert {**event["payload"], "pending_webhooks": 1} == sent
    assert event["payload"] == shop.get(f"/v1/events/{event['id']}").body


@pytest.mark.parametrize(
    ("pattern", "types"),
    [
        ("charge.dispute.*", ["charge.dispute.created", "charge.dispute.funds_withdrawn"]),
        ("charge.dispute.created", ["charge.dispute.created"]),
        ("*.created", ["payment_intent.created", "charge.dispute.created"]),
        ("invoice.*", []),
    ],
)
def test_events_are_chosen_by_type_or_pattern(shop: Shop, pattern: str, types: list[str]) -> None:
    shop.control("POST", "/disputes", {"charge": shop.pay()["id"]})
    assert [event["type"] for event in shop.control("GET", f"/events?type={pattern}")["data"]] == types


def test_events_are_chosen_by_object_and_come_oldest_first_page_by_page(shop: Shop) -> None:
    paid = [shop.pay() for _ in range(3)]
    every = ids(shop.control("GET", "/events"))
    first = shop.control("GET", "/events?limit=4")
    second = shop.control("GET", f"/events?limit=1000&after={first['next']}")
    assert ids(first) + ids(second) == every == [event.id for event in shop.merchant.events()]
    about = shop.control("GET", f"/events?object={paid[1]['id']}")["data"]
    assert {event["object"] for event in about} == {paid[1]["id"]}
    assert [event["type"] for event in about] == ["payment_intent.created", "payment_intent.succeeded"]


def test_a_delivery_shows_every_attempt_with_request_and_response(shop: Shop) -> None:
    shop.freeze()
    endpoint = shop.hear("customer.created", url="http://127.0.0.1:4242/hook")
    shop.receiver.answer = 500
    shop.post("/v1/customers")
    shop.settle()
    row = shop.control("GET", "/deliveries?status=pending")["data"][0]
    assert (row["endpoint"], row["url"]) == (endpoint["id"], "http://127.0.0.1:4242/hook")
    assert (row["type"], row["status"]) == ("customer.created", "pending")
    assert row["next_at"] == START + 60
    shop.receiver.answer = 200
    shop.advance(seconds=60)
    shown = shop.control("GET", "/deliveries")["data"]
    assert [(a["at"], a["response"]["status"]) for a in shown[0]["attempts"]] == [(START, 500), (START + 60, 200)]
    assert shown[0]["attempts"][0]["request"]["headers"]["Stripe-Signature"].startswith(f"t={START},v1=")
    assert (shown[0]["status"], shown[0]["next_at"]) == ("delivered", None)
    assert ids(shop.control("GET", f"/deliveries?event={row['event']}&endpoint={endpoint['id']}")) == [row["id"]]
    assert ids(shop.control("GET", "/deliveries?status=failed")) == []
    assert shop.control("GET", "/deliveries?status=lost").status == 422


def test_an_attempt_without_an_answer_says_why(shop: Shop) -> None:
    shop.freeze()
    shop.hear("customer.created", url="http://127.0.0.1:4242/hook")
    shop.receiver.answer = OSError("no route")
    shop.post("/v1/customers")
    shop.settle()
    attempt = shop.control("GET", "/deliveries")["data"][0]["attempts"][0]
    assert attempt["response"] is None
    assert attempt["error"]


def test_a_delivery_alone_has_the_body_that_was_sent(shop: Shop) -> None:
    shop.freeze()
    shop.hear("customer.created")
    shop.post("/v1/customers", {"name": "Ann"})
    shop.settle()
    (row,) = shop.control("GET", "/deliveries")["data"]
    alone = shop.control("GET", f"/deliveries/{row['id']}").body
    assert {**alone, "body": None} == {**row, "body": None}
    sent, shown = shop.receiver.heard[0].event, json.loads(alone["body"])
    assert {**sent, "pending_webhooks": 0} == {**shown, "pending_webhooks": 0}
    assert shop.control("GET", "/deliveries/whd_nobody").status == 404


def test_timers_say_what_happens_next_and_a_cursor_outlives_its_timer(shop: Shop) -> None:
    shop.freeze()
    made = shop.control("POST", "/disputes", {"charge": shop.pay()["id"]}).body
    rows = shop.control("GET", "/timers")["data"]
    assert [(row["name"], row["target"], row["trigger"]) for row in rows] == [
        ("funds_available", "settlement_stripe_1767744000", "settle"), ("evidence_due", made["id"], "deadline"),
    ]  # fmt: skip
    first = shop.control("GET", "/timers?limit=1")
    assert (first["has_more"], first["next"]) == (True, rows[0]["id"])
    shop.advance(seconds=2 * DAY)
    assert ids(shop.control("GET", f"/timers?after={first['next']}")) == [rows[1]["id"]]


def test_a_type_that_no_event_of_any_provider_has_is_refused_with_what_was_meant(shop: Shop) -> None:
    """One that only has not happened yet is an empty list."""
    for known in ("charge.refunded", "charge.dispute.*", "*", "transfer.send"):
        assert shop.control("GET", f"/events?type={known}").body == {"data": [], "has_more": False, "next": None}
    answer = shop.control("GET", "/events?type=charge.disputed")
    assert (answer.status, answer.error["code"], answer.error["param"]) == (422, "event_type_unknown", "type")
    assert "Did you mean 'charge." in answer.error["message"]
