"""Who may call, what a call may say, and how it is refused."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from sandbox.server.control.op import BODY_BYTES_MAX
from sandbox.server.control.table import OPERATIONS
from tests.harness import Shop

LIVE = "sk_live_51HxY2zKdQq8sMn4TVery"
OWN = "http://127.0.0.1:12111"
LEFT_OUT = ("/_sandbox/stream",)  # has no end


def basic(key: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def names_of(shop: Shop) -> list[str]:
    return [row["name"] for row in shop.control("GET", "/merchants")["data"]]


# Merchants


@pytest.mark.parametrize(
    ("headers", "query", "name"),
    [
        (bearer("sk_test_alpha"), "", "alpha"),
        (bearer("rk_test_beta"), "", "beta"),
        (basic("pk_test_gamma"), "", "gamma"),
        ({}, "?merchant=delta", "delta"),
        (bearer("sk_test_delta"), "?merchant=delta", "delta"),
        ({}, "", "default"),
    ],
)
def test_a_key_or_the_query_names_the_merchant(shop: Shop, headers: dict[str, str], query: str, name: str) -> None:
    """With neither it is `default`."""
    assert shop.control("POST", f"/reset{query}", headers=headers)["name"] == name


def test_a_key_and_a_query_that_differ_are_refused(shop: Shop) -> None:
    answer = shop.control("GET", "/clock?merchant=beta")
    assert (answer.status, answer.error["code"], answer.error["param"]) == (400, "merchant_ambiguous", "merchant")


@pytest.mark.parametrize("name", ["", "a-b", "a/b", "x" * 65, "é", "a%20b", LIVE])
def test_a_name_that_no_key_could_have_is_refused(shop: Shop, name: str) -> None:
    answer = shop.control("GET", f"/clock?merchant={name}", headers={})
    assert (answer.status, answer.error["code"], answer.error["param"]) == (400, "merchant_invalid", "merchant")


@pytest.mark.parametrize("headers", [bearer(LIVE), basic(LIVE), bearer(LIVE.replace("sk_", "pk_"))])
def test_a_live_key_is_refused_and_makes_no_merchant(shop: Shop, headers: dict[str, str]) -> None:
    answer = shop.control("POST", "/reset", headers=headers)
    assert (answer.status, answer.error["code"]) == (401, "key_live")
    assert "51HxY2" not in str(answer.body)
    assert names_of(shop) == ["alpha"]


@pytest.mark.parametrize("headers", [bearer("nonsense"), basic("sk_test_"), {"authorization": "Digest x"}])
def test_what_is_no_key_is_refused_with_what_would_be_one(shop: Shop, headers: dict[str, str]) -> None:
    answer = shop.control("GET", "/clock", headers=headers)
    assert answer.status == 401
    assert "sk_test_alpha" in answer.error["message"]


def test_two_merchants_never_see_each_other(shop: Shop) -> None:
    paid = shop.pay()
    answer = shop.control("GET", f"/payments/{paid['id']}?merchant=beta", headers={})
    assert answer.status == 404
    assert shop.control("POST", "/disputes?merchant=beta", {"charge": paid["id"]}, headers={}).status == 404
    assert shop.control("GET", "/payments?merchant=beta", headers={})["data"] == []


# Foreign pages


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "http://127.0.0.1:9999"}, {"origin": ""},
        {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
    ],
)  # fmt: skip
def test_a_page_of_another_site_may_not_change_anything(shop: Shop, headers: dict[str, str]) -> None:
    """The browser would send the call without showing the answer; that would be enough to do harm."""
    shop.pay()
    answer = shop.control("POST", "/reset", headers={**bearer("sk_test_alpha"), **headers})
    assert (answer.status, answer.error["code"]) == (400, "origin_foreign")
    assert len(shop.control("GET", "/payments")["data"]) == 1


@pytest.mark.parametrize("headers", [{"origin": OWN}, {"origin": OWN, "sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}])
def test_a_page_of_its_own_may(shop: Shop, headers: dict[str, str]) -> None:
    assert shop.control("POST", "/reset", headers={**bearer("sk_test_alpha"), **headers}).status == 200


def test_no_answer_lets_another_site_read_it(shop: Shop) -> None:
    answer = shop.control("GET", "/clock", headers={"origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert answer.headers["cache-control"] == "no-store"


# Bodies and queries


@pytest.mark.parametrize("media", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("content", ['{"rate": 0}', ""])
def test_only_json_changes_anything(shop: Shop, media: str, content: str) -> None:
    """A form of another site could send the others without asking."""
    headers = {**bearer("sk_test_alpha"), "content-type": media}
    answer = shop.control("POST", "/clock", headers=headers, content=content)
    assert (answer.status, answer.error["code"], answer.error["param"]) == (400, "wrong_content_type", "content-type")
    assert shop.control("GET", "/clock")["rate"] == 1


@pytest.mark.parametrize("content", ["{", "[]", '"text"', "{} {}", "[" * 5000])
def test_a_body_that_is_no_object_is_refused(shop: Shop, content: str) -> None:
    headers = {**bearer("sk_test_alpha"), "content-type": "application/json; charset=utf-8"}
    answer = shop.control("POST", "/clock", headers=headers, content=content)
    assert (answer.status, answer.error["code"]) == (400, "body_malformed")


def test_no_body_is_an_empty_object(shop: Shop) -> None:
    assert shop.control("POST", "/reset", headers=bearer("sk_test_alpha"), content="").status == 200


def test_a_body_that_is_too_large_is_refused(shop: Shop) -> None:
    headers = {**bearer("sk_test_alpha"), "content-type": "application/json"}
    answer = shop.control("POST", "/clock", headers=headers, content=b" " * (BODY_BYTES_MAX + 1))
    assert (answer.status, answer.error["code"]) == (400, "body_too_large")


@pytest.mark.parametrize(
    ("path", "body", "param", "meant"),
    [
        ("/clock", {"rat": 1}, "rat", "rate"),
        ("/clock/advance", {"day": 1}, "day", "days"),
        ("/disputes", {"charge": "ch_1", "evidence_due": 1}, "evidence_due", "evidence_due_in_days"),
        ("/settings", {"profil": "network"}, "profil", "profile"),
        ("/settings", {"providers": {"strip": {}}}, "providers", "stripe"),
        ("/webhook_endpoints", {"provider": "stripe", "url": "sandbox:inbox", "secrets": "x"}, "secrets", "secret"),
    ],
)
def test_an_unknown_field_is_refused_naming_the_one_that_was_meant(shop: Shop, path: str, body: Any, param: str, meant: str) -> None:
    answer = shop.control("POST", path, body)
    assert (answer.status, answer.error["param"]) == (422, param)
    assert f"'{meant}'" in answer.error["message"]


@pytest.mark.parametrize(
    ("query", "param", "said"),
    [("limt=3", "limt", "'limit'"), ("limit=0", "limit", "greater"), ("limit=1001", "limit", "less"), ("limit=x", "limit", "integer"),
     ("limit=1&limit=2", "limit", "more than once"), ("provider=paypal", "provider", "stripe")],
)  # fmt: skip
def test_a_query_is_read_as_strictly(shop: Shop, query: str, param: str, said: str) -> None:
    answer = shop.control("GET", f"/payments?{query}")
    assert (answer.status, answer.error["param"]) == (422, param)
    assert said in answer.error["message"]


def test_a_missing_field_is_named(shop: Shop) -> None:
    answer = shop.control("POST", "/disputes", {})
    assert (answer.status, answer.error["code"], answer.error["param"]) == (422, "param_missing", "charge")


# Paths


def test_an_unknown_path_names_the_nearest(shop: Shop) -> None:
    answer = shop.control("GET", "/clok")
    assert (answer.status, answer.error["code"]) == (404, "not_found")
    assert "/_sandbox/clock" in answer.error["message"]


def test_a_wrong_method_names_the_right_ones(shop: Shop) -> None:
    answer = shop.control("DELETE", "/clock")
    assert (answer.status, answer.error["code"]) == (404, "method_unknown")
    assert "GET or POST" in answer.error["message"]


def test_head_answers_like_get_without_a_body(shop: Shop) -> None:
    response = shop.run(shop._client.request("HEAD", "/_sandbox/clock"))
    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("op", [op for op in OPERATIONS if op.path not in LEFT_OUT], ids=lambda op: f"{op.method} {op.path}")
def test_every_call_answers_an_id_that_nobody_has_without_a_bug(shop: Shop, op: Any) -> None:
    """Errors have one shape, and each says something."""
    path = op.path.removeprefix("/_sandbox").replace("{id}", "nobody").replace("{payment}", "nobody")
    answer = shop.control(op.method, path, {} if op.method == "POST" else None)
    assert answer.status in (200, 404, 422), answer.body
    if answer.status != 200:
        assert sorted(answer.error) == ["code", "message", "param"]
        assert len(answer.error["message"]) > 20


@pytest.mark.parametrize("path", ["", "/", "/rese", "/resets", "/clok", "/x"])
def test_an_unknown_path_names_the_document_and_suggests_nothing_that_changes_anything(shop: Shop, path: str) -> None:
    answer = shop.control("GET", path)
    assert (answer.status, answer.error["code"]) == (404, "not_found")
    assert answer.error["message"].endswith("GET /_sandbox/openapi.json lists every path.")
    assert "/_sandbox/reset'" not in answer.error["message"]
    assert ("Did you mean '/_sandbox/clock'?" in answer.error["message"]) == (path == "/clok")
