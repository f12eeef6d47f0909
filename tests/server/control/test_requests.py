"""The log of API requests: what it has of each, what it never has, and each as a line for a shell."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from tests.harness import Shop


def ids(answer: Any) -> list[str]:
    return [row["id"] for row in answer["data"]]


def last(shop: Shop) -> Any:
    return shop.control("GET", f"/requests/{ids(shop.control('GET', '/requests?order=newest&limit=1'))[0]}").body


def test_the_request_log_has_errors_and_never_a_key(shop: Shop) -> None:
    shop.get("/v1/charges/ch_nobody")
    shop.post("/v1/customers", {"email": "ann@example.com"}, headers={"idempotency-key": "once"})
    answer = shop.control("GET", "/requests")
    assert [(row["method"], row["path"], row["status"]) for row in answer["data"]] == [
        ("GET", "/v1/charges/ch_nobody", 404), ("POST", "/v1/customers", 200),
    ]  # fmt: skip
    assert answer["data"][0]["error"]["code"] == "resource_missing"
    assert answer["data"][1]["idempotency_key"] == "once"
    assert "sk_test" not in str(answer.body)
    assert "ann@example.com" not in str(answer.body)
    assert ids(shop.control("GET", "/requests?status=404")) == ids(answer)[:1]
    assert ids(shop.control("GET", f"/requests?after={ids(answer)[0]}")) == ids(answer)[1:]
    first = shop.control("GET", "/requests?limit=1")
    assert (first["has_more"], first["next"]) == (True, ids(answer)[0])


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("failed=true", ["/v1/charges/ch_nobody"]),
        ("failed=false", ["/v1/customers", "/v1/charges"]),
        ("method=post", ["/v1/customers"]),
        ("q=CHARGES", ["/v1/charges/ch_nobody", "/v1/charges"]),
        ("q=once", ["/v1/customers"]),
        ("provider=omise", []),
    ],
)
def test_requests_are_chosen_by_how_they_ended_their_method_and_a_part_of_them(shop: Shop, query: str, paths: list[str]) -> None:
    shop.get("/v1/charges/ch_nobody")
    shop.post("/v1/customers", headers={"idempotency-key": "once"})
    shop.get("/v1/charges", {"limit": 3})
    assert [row["path"] for row in shop.control("GET", f"/requests?{query}")["data"]] == paths


def test_one_request_has_its_body_and_is_a_line_for_a_shell(shop: Shop) -> None:
    shop.world.base_url = "http://127.0.0.1:12111"
    shop.post("/v1/customers", {"name": "Ann's & Bob's", "metadata": {"a": "1"}}, headers={"idempotency-key": "o'nce"})
    row = last(shop)
    assert row["body"] == "name=Ann%27s+%26+Bob%27s&metadata%5Ba%5D=1"
    assert shlex.split(row["curl"]) == [
        "curl", "http://127.0.0.1:12111/v1/customers", "-u", "sk_test_alpha:", "-H", "Idempotency-Key: o'nce",
        "--data-urlencode", "name=Ann's & Bob's", "--data-urlencode", "metadata[a]=1",
    ]  # fmt: skip


def test_a_line_has_what_its_request_had(shop: Shop) -> None:
    """Of a GET its query, of another method its name, of JSON the text; Omise is opened by a key of its own."""
    shop.world.base_url = "http://127.0.0.1:12111"
    shop.get("/v1/charges", {"created": {"gte": 5}, "limit": 1})
    assert shlex.split(last(shop)["curl"])[1:] == ["-X", "GET", "http://127.0.0.1:12111/v1/charges?created[gte]=5&limit=1", "-u",
                                                   "sk_test_alpha:"]  # fmt: skip
    shop.delete("/v1/customers/cus_nobody")
    assert shlex.split(last(shop)["curl"])[1:3] == ["-X", "DELETE"]
    shop.call("POST", "/customers", key="skey_test_alpha", content=b'{"email": "a@b.c"}', headers={"content-type": "application/json"})
    assert shlex.split(last(shop)["curl"])[1:] == [
        "http://127.0.0.1:12111/customers", "-u", "skey_test_alpha:", "-H", "Content-Type: application/json",
        "--data-raw", '{"email": "a@b.c"}',
    ]  # fmt: skip


def test_a_body_is_kept_without_what_opens_anything(shop: Shop) -> None:
    shop.post("/v1/tokens", {"card": {"number": "4242424242424242", "exp_month": 12, "exp_year": 2030, "cvc": "314"}})
    row = last(shop)
    assert "card%5Bnumber%5D=xxxx4242&" in row["body"]
    assert "cvc%5D=xxxx" in row["body"]
    assert "4242424242424242" not in str(row)
    assert "314" not in row["body"]


def test_what_is_not_in_the_log_is_said(shop: Shop) -> None:
    answer = shop.control("GET", "/requests/req_nobody")
    assert (answer.status, answer.error["code"]) == (404, "not_found")


def test_what_a_request_said_in_vain_stands_in_the_log(shop: Shop) -> None:
    """Also of a request that was refused for something else; of one that said nothing in vain there is an empty list."""
    shop.post("/v1/customers", {"name": "Ann", "tax": {"ip_address": "127.0.0.1"}, "balance": 5})
    assert last(shop)["ignored"] == ["balance", "tax"]
    assert shop.post("/v1/customers", {"source": "tok_nobody", "balance": 5}).status == 400
    assert last(shop)["ignored"] == ["balance"]
    shop.get("/v1/customers")
    assert last(shop)["ignored"] == []
