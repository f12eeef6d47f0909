"""Endpoints, the inbox, and deliveries by hand."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.providers.stripe.events import signature
from tests.harness import DAY, START, Shop

URL = "http://127.0.0.1:4242/hook"


def add(shop: Shop, url: str = "sandbox:inbox", **wanted: Any) -> Any:
    answer = shop.control("POST", "/webhook_endpoints", {"provider": "stripe", "url": url, **wanted})
    assert answer.status == 200, answer.body
    return answer.body


def test_both_apis_write_one_list(shop: Shop) -> None:
    mine = add(shop, URL, events=["charge.succeeded"], description="Ours")
    theirs = shop.hear("customer.created")
    rows = shop.control("GET", "/webhook_endpoints")["data"]
    assert [row["id"] for row in rows] == [mine["id"], theirs["id"]]
    assert rows[0] == mine
    assert rows[1]["secret"] == theirs["secret"]
    listed = shop.get("/v1/webhook_endpoints")["data"]
    assert [(row["id"], row["enabled_events"]) for row in listed] == [
        (theirs["id"], ["customer.created"]), (mine["id"], ["charge.succeeded"]),
    ]  # fmt: skip


def test_a_secret_is_fresh_or_the_one_that_was_wanted(shop: Shop) -> None:
    fresh, given = add(shop), add(shop, secret="whsec_mine")
    assert fresh["secret"].startswith("whsec_")
    assert len(fresh["secret"]) == 38
    assert given["secret"] == "whsec_mine"


@pytest.mark.parametrize(
    ("wanted", "param"),
    [
        ({"url": "ftp://127.0.0.1/"}, "url"), ({"url": "127.0.0.1:4242"}, "url"), ({"url": "http://169.254.169.254/"}, "url"),
        ({"url": "http://shop.example/hook"}, "url"), ({"url": ""}, "url"), ({"events": ["charge.suceeded"]}, "events"),
        ({"events": []}, "events"), ({"provider": "paypal"}, "provider"),
    ],
)  # fmt: skip
def test_what_could_never_be_delivered_is_refused(shop: Shop, wanted: Any, param: str) -> None:
    answer = shop.control("POST", "/webhook_endpoints", {"provider": "stripe", "url": URL, **wanted})
    assert (answer.status, answer.error["param"]) == (422, param)
    assert shop.control("GET", "/webhook_endpoints")["data"] == []


def test_a_misspelt_event_names_the_right_one(shop: Shop) -> None:
    answer = shop.control("POST", "/webhook_endpoints", {"provider": "stripe", "url": URL, "events": ["charge.suceeded"]})
    assert "'charge.succeeded'" in answer.error["message"]


def test_the_inbox_keeps_exactly_what_would_have_been_sent(shop: Shop) -> None:
    shop.freeze()
    endpoint = add(shop, events=["customer.created", "customer.deleted"])
    made = shop.post("/v1/customers")
    shop.delete(f"/v1/customers/{made['id']}")
    shop.settle()
    rows = shop.control("GET", "/inbox")["data"]
    assert [(row["id"], row["type"], row["at"]) for row in rows] == [("1", "customer.created", START), ("2", "customer.deleted", START)]
    expected = signature(endpoint["secret"], rows[0]["body"].encode(), START)
    assert f"v1={expected}" in rows[0]["headers"]["Stripe-Signature"]
    assert rows[0]["payload"]["data"]["object"]["id"] == made["id"]
    assert [row["id"] for row in shop.control("GET", "/inbox?after=1")["data"]] == ["2"]
    assert [row["status"] for row in shop.control("GET", "/deliveries")["data"]] == ["delivered"] * 2
    assert shop.receiver.heard == []


def test_a_disabled_endpoint_gets_nothing_until_it_is_enabled(shop: Shop) -> None:
    shop.freeze()
    endpoint = add(shop)
    assert shop.control("POST", f"/webhook_endpoints/{endpoint['id']}/disable")["status"] == "disabled"
    shop.post("/v1/customers")
    assert shop.control("POST", f"/webhook_endpoints/{endpoint['id']}/enable")["status"] == "enabled"
    shop.post("/v1/customers")
    shop.settle()
    assert len(shop.control("GET", "/inbox")["data"]) == 1


def test_a_deleted_endpoint_gets_nothing_more(shop: Shop) -> None:
    shop.freeze()
    endpoint = add(shop, URL)
    shop.receiver.answer = 500
    shop.post("/v1/customers")
    shop.settle()
    assert shop.control("DELETE", f"/webhook_endpoints/{endpoint['id']}").body == {"id": endpoint["id"], "deleted": True}
    assert shop.control("GET", "/webhook_endpoints")["data"] == []
    assert shop.advance(days=3) == []
    assert [row["status"] for row in shop.control("GET", "/deliveries")["data"]] == ["failed"]
    assert shop.control("DELETE", f"/webhook_endpoints/{endpoint['id']}").status == 404


def test_while_a_secret_is_rolled_both_sign(shop: Shop) -> None:
    shop.freeze()
    endpoint = add(shop, events=["customer.created"])
    rolled = shop.control("POST", f"/webhook_endpoints/{endpoint['id']}/roll")
    assert rolled["secret"] != endpoint["secret"]
    assert rolled["old_secret_until"] == START + DAY
    shop.post("/v1/customers")
    shop.settle()
    shop.advance(days=1)
    shop.post("/v1/customers")
    shop.settle()
    both, one = shop.control("GET", "/inbox")["data"]
    for row, secrets in ((both, [rolled["secret"], endpoint["secret"]]), (one, [rolled["secret"]])):
        signed = row["headers"]["Stripe-Signature"].split(",")
        expected = [f"v1={signature(secret, row['body'].encode(), START)}" for secret in secrets]
        assert [part for part in signed if part.startswith("v1=")] == expected


@pytest.mark.parametrize(("body", "times"), [({}, 1), ({"duplicate": 3}, 3)])
def test_a_delivery_goes_out_again_as_often_as_asked(shop: Shop, body: Any, times: int) -> None:
    shop.freeze()
    shop.hear("customer.created")
    shop.post("/v1/customers")
    shop.settle()
    row = shop.control("GET", "/deliveries")["data"][0]
    assert shop.control("POST", f"/deliveries/{row['id']}/resend", body).status == 200
    shop.settle()
    assert len(shop.receiver.heard) == 1 + times
    assert len({heard.event["id"] for heard in shop.receiver.heard}) == 1
    assert len(shop.control("GET", "/deliveries")["data"][0]["attempts"]) == 1 + times


def test_a_resend_that_cannot_be_is_refused(shop: Shop) -> None:
    endpoint = add(shop)
    shop.post("/v1/customers")
    shop.settle()
    row = shop.control("GET", "/deliveries")["data"][0]
    assert shop.control("POST", f"/deliveries/{row['id']}/resend", {"duplicate": 0}).status == 422
    assert shop.control("POST", "/deliveries/whdl_nobody/resend").status == 404
    shop.control("DELETE", f"/webhook_endpoints/{endpoint['id']}")
    assert shop.control("POST", f"/deliveries/{row['id']}/resend").status == 422
