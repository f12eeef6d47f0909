"""Lists: shape, limits, cursors, ranges."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import Shop

PATHS = (
    "/v1/payment_intents", "/v1/charges", "/v1/refunds", "/v1/disputes", "/v1/customers", "/v1/payment_methods", "/v1/files",
    "/v1/events", "/v1/balance_transactions", "/v1/radar/early_fraud_warnings", "/v1/webhook_endpoints",
)  # fmt: skip
NOUNS = {
    "/v1/payment_methods": "PaymentMethod", "/v1/files": "file upload", "/v1/balance_transactions": "balance transaction",
    "/v1/radar/early_fraud_warnings": "early fraud warning", "/v1/webhook_endpoints": "webhook endpoint",
}  # fmt: skip


@pytest.fixture
def intents(shop: Shop) -> list[str]:
    """Ids of thirteen intents, oldest first."""
    return [shop.post("/v1/payment_intents", {"amount": 100 + n, "currency": "usd"})["id"] for n in range(13)]


def page(shop: Shop, **params: object) -> Any:
    return shop.get("/v1/payment_intents", params).body


def ids(found: Any) -> list[str]:
    return [row["id"] for row in found["data"]]


@pytest.mark.parametrize("path", PATHS)
def test_every_list_has_the_same_shape_and_its_own_url(shop: Shop, path: str) -> None:
    assert shop.get(path).body == {"object": "list", "data": [], "has_more": False, "url": path}


@pytest.mark.parametrize("path", PATHS)
def test_an_unknown_cursor_blames_the_cursor(shop: Shop, path: str) -> None:
    noun = NOUNS.get(path) or path.rpartition("/")[2].removesuffix("s")
    for cursor in ("starting_after", "ending_before"):
        answer = shop.get(path, {cursor: "x"})
        assert (answer.status, answer.error["code"], answer.error["param"], answer.error["message"]) == (
            400, "resource_missing", cursor, f"No such {noun}: 'x'",
        )  # fmt: skip


def test_newest_first_ten_at_a_time(shop: Shop, intents: list[str]) -> None:
    first = page(shop)
    assert (ids(first), first["has_more"]) == (intents[:2:-1], True)
    rest = page(shop, starting_after=first["data"][-1]["id"])
    assert (ids(rest), rest["has_more"]) == (intents[2::-1], False)


@pytest.mark.parametrize(("limit", "length"), [(0, 1), (-1, 1), (1, 1), (5, 5), (100, 13), (101, 13), (10**9, 13)])
def test_the_limit_is_clamped_silently(shop: Shop, intents: list[str], limit: int, length: int) -> None:
    assert len(page(shop, limit=limit)["data"]) == length


def test_a_hundred_is_the_most(shop: Shop) -> None:
    for _ in range(101):
        shop.post("/v1/customers")
    found = shop.get("/v1/customers", {"limit": 500})
    assert (len(found["data"]), found["has_more"]) == (100, True)


@pytest.mark.parametrize("limit", ["abc", "1.5"])
def test_a_limit_is_an_integer(shop: Shop, limit: str) -> None:
    answer = shop.get("/v1/payment_intents", {"limit": limit})
    assert (answer.status, answer.error["code"], answer.error["param"], answer.error["message"]) == (
        400, "parameter_invalid_integer", "limit", f"Invalid integer: {limit}",
    )  # fmt: skip


def test_ending_before_gives_the_page_just_before_still_newest_first(shop: Shop, intents: list[str]) -> None:
    found = page(shop, ending_before=intents[4], limit=3)
    assert (ids(found), found["has_more"]) == (intents[7:4:-1], True)
    found = page(shop, ending_before=intents[10])
    assert (ids(found), found["has_more"]) == (intents[:10:-1], False)
    assert ids(page(shop, ending_before=intents[-1])) == []
    assert ids(page(shop, starting_after=intents[0])) == []


def test_both_cursors_are_refused_after_they_were_looked_up(shop: Shop, intents: list[str]) -> None:
    answer = shop.get("/v1/payment_intents", {"starting_after": intents[1], "ending_before": intents[0]})
    assert (answer.status, answer.error.get("code"), answer.error.get("param")) == (400, None, None)
    assert answer.error["message"] == "Received both starting_after and ending_before parameters. Please pass in only one."
    answer = shop.get("/v1/payment_intents", {"starting_after": "x", "ending_before": intents[0]})
    assert answer.error["param"] == "starting_after"


def test_pages_walk_through_everything_once_in_both_directions(shop: Shop, intents: list[str]) -> None:
    """What auto-paging does; a payment made meanwhile does not shift the pages."""
    forth: list[str] = []
    while True:
        found = page(shop, limit=4, **({"starting_after": forth[-1]} if forth else {}))
        forth += ids(found)
        shop.post("/v1/payment_intents", {"amount": 900, "currency": "usd"})
        if not found["has_more"]:
            break
    assert forth == intents[::-1]
    back: list[str] = [intents[0]]
    while found := page(shop, limit=4, ending_before=back[0])["data"]:
        back = [row["id"] for row in found] + back
    assert back[-13:] == intents[::-1]


def test_filters_and_cursors_go_together(shop: Shop) -> None:
    customer = shop.post("/v1/customers")["id"]
    mine = []
    for _ in range(3):
        mine.append(shop.post("/v1/payment_intents", {"amount": 900, "currency": "usd", "customer": customer})["id"])
        shop.post("/v1/payment_intents", {"amount": 900, "currency": "usd"})
    found = page(shop, customer=customer, limit=1, starting_after=mine[2])
    assert (ids(found), found["has_more"]) == ([mine[1]], True)
    found = page(shop, customer=customer, ending_before=mine[0], limit=2)
    assert (ids(found), found["has_more"]) == ([mine[2], mine[1]], False)


def test_a_range_of_created(shop: Shop) -> None:
    """Each bound, two at once, and a plain time for equality."""
    made = []
    for _ in range(3):
        made.append(shop.post("/v1/customers").body)
        shop.advance(seconds=10)
    times = [customer["created"] for customer in made]

    def found(created: object) -> list[int]:
        return [times.index(row["created"]) for row in shop.get("/v1/customers", {"created": created})["data"]]

    assert found({"gt": times[0]}) == [2, 1]
    assert found({"gte": times[1]}) == [2, 1]
    assert found({"lt": times[1]}) == [0]
    assert found({"lte": times[1]}) == [1, 0]
    assert found({"gt": times[0], "lt": times[2]}) == [1]
    assert found(times[1]) == [1]
    for bad, param in ((("abc"), "created"), ({"gte": "abc"}, "created[gte]"), ({"since": 1}, "created[since]")):
        assert shop.get("/v1/customers", {"created": bad}).error["param"] == param


def test_lists_of_one_payment_carry_a_count(shop: Shop) -> None:
    """Recorded for refunds and disputes with a `charge` filter, and only there."""
    paid = shop.pay("pm_card_createDisputeInquiry")
    for _ in range(3):
        shop.post("/v1/refunds", {"payment_intent": paid["id"], "amount": 100})
    assert shop.get("/v1/refunds", {"charge": paid["latest_charge"], "limit": 1})["count"] == 3
    assert shop.get("/v1/disputes", {"charge": paid["latest_charge"]})["count"] == 1
    assert "count" not in shop.get("/v1/refunds", {"payment_intent": paid["id"]}).body
    assert "count" not in shop.get("/v1/charges", {"payment_intent": paid["id"]}).body
