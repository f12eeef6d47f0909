"""How requests may be written and answers look: keys, bodies, slashes, headers, lists, expand."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import pytest

from tests.harness import START
from tests.providers.omise.shop import CARD, VISA, Till, basic
from tests.providers.omise.test_disputes import PNG

FORM = {"content-type": "application/x-www-form-urlencoded"}


# Keys


@pytest.mark.parametrize(
    "header",
    ["", "Basic !!!", basic("skey_alpha"), basic("sk_test_alpha"), basic("skey_test_"), basic(""), "Bearer", basic("skey_test_a-b")],
)
def test_bad_key_is_401(till: Till, header: str) -> None:
    refused = till.omise("GET", "/account", headers={"authorization": header})
    assert (refused.status, refused["code"]) == (401, "authentication_failure")


@pytest.mark.parametrize("key", ["skey_test_a-b", "pkey_test_" + "a" * 65, "skey_test_"])
def test_a_key_whose_end_names_no_merchant_is_told_what_would(till: Till, key: str) -> None:
    assert "skey_test_NAME, NAME being 1 to 64 letters, digits or _" in till.omise("GET", "/account", key=key)["message"]
    assert till.omise("GET", "/account", key="skey_5")["message"] != till.omise("GET", "/account", key=key)["message"]


def test_a_page_of_another_site_may_use_a_public_key_only(till: Till) -> None:
    page = {"sec-fetch-site": "cross-site"}
    refused = till.omise("GET", "/account", headers=page)
    assert (refused.status, refused["code"]) == (403, "authentication_failure")
    assert till.omise("GET", "/capability", key="pkey_test_alpha", headers=page).status == 200


def test_key_comes_as_basic_or_bearer(till: Till) -> None:
    assert till.omise("GET", "/account", headers={"authorization": "Bearer skey_test_alpha"}).status == 200


@pytest.mark.parametrize("key", ["skey_5xuy4w91xqz7d1w9u0t", "pkey_5xuy4w91xqz7d1w9u0t", "ckey_5xuy4w91xqz7d1w9u0t"])
def test_live_key_is_refused_and_not_repeated(till: Till, key: str) -> None:
    """Live keys of Omise have no word live in them: they lack the word test."""
    refused = till.omise("GET", "/account", key=key)
    assert (refused.status, refused["code"]) == (401, "authentication_failure")
    assert "refuses live keys" in refused["message"]
    assert key not in str(refused.body)
    assert till.omise("POST", "/customers", {"description": f"my {key}"}).status == 401
    assert key not in str(till.control("GET", "requests").body)


def test_public_key_opens_tokens_sources_and_capability_only(till: Till) -> None:
    public = {"key": "pkey_test_alpha"}
    assert till.omise("POST", "/tokens", {"card": {**CARD, "number": VISA}}, **public).status == 200
    assert till.omise("POST", "/sources", {"amount": 2_000, "currency": "thb", "type": "promptpay"}, **public).status == 200
    assert till.omise("GET", "/capability", **public).status == 200
    for path in ("/charges", "/account", "/balance", "/disputes", "/events", "/customers", "/search?scope=charge"):
        refused = till.omise("GET", path, **public)
        assert (refused.status, refused["message"]) == (401, "authentication failed")


def test_keys_of_both_providers_open_the_same_merchant(till: Till) -> None:
    till.charge()
    till.pay()
    assert {event.provider for event in till.merchant.events()} == {"stripe", "omise"}
    other = till.omise("GET", "/charges", key="skey_test_beta")
    assert (other.status, other["total"]) == (200, 0)


# Bodies


def test_forms_with_rails_brackets(till: Till) -> None:
    """Everything is text: booleans and numbers are read, empty text is nothing."""
    body = f"amount=100000&currency=THB&card={till.token()}&capture=false&description=&metadata[a][b]=c&metadata[list][]=1"
    charge = till.ok("POST", "/charges/", content=body, headers=FORM)
    assert (charge["amount"], charge["capture"], charge["description"]) == (100_000, False, None)
    assert charge["metadata"] == {"a": {"b": "c"}, "list": ["1"]}
    assert till.ok("POST", f"/charges/{charge['id']}/capture", content="", headers=FORM)["paid"]


def test_json_with_a_get_and_nulls_and_unknown_names(till: Till) -> None:
    """As go and python send a list's options; merged with the query."""
    charges = [till.charge(platform_fee={}, whatever=[1, {"a": None}]) for _ in range(3)]
    options = {"limit": 1, "offset": 1, "order": None, "from": None, "to": None}
    listed = till.ok("GET", "/charges", options)
    assert ([row["id"] for row in listed["data"]], listed["offset"]) == ([charges[1]["id"]], 1)
    assert till.ok("GET", "/charges?limit=2", {"offset": 2})["limit"] == 2
    assert till.ok("GET", "/charges", content="", headers={"content-type": "application/json"})["total"] == 3


def test_empty_json_body_is_no_parameters(till: Till) -> None:
    """node posts nothing and calls it JSON."""
    charge = till.charge(capture=False)
    assert till.ok("POST", f"/charges/{charge['id']}/reverse", content="", headers={"content-type": "application/json"})["reversed"]


@pytest.mark.parametrize("path", ["/account/", "/balance/", "/charges/", "/disputes/", "/search/?scope=charge"])
def test_trailing_slash_is_answered_directly(till: Till, path: str) -> None:
    assert till.omise("GET", path).status == 200


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"{", "application/json"), (b"[]", "application/json"), (b"a[=1", "application/x-www-form-urlencoded"), (b"x", "text/plain"),
     (b"--x", "multipart/form-data; boundary=y"), (b'{"a":' * 20 + b"1" + b"}" * 20, "application/json")],
)  # fmt: skip
def test_body_that_cannot_be_read(till: Till, content: bytes, kind: str) -> None:
    refused = till.omise("POST", "/customers", content=content, headers={"content-type": kind})
    assert (refused.status, refused["code"]) == (400, "bad_request")
    assert till.keys() == []


def test_size_of_a_body_is_limited(till: Till) -> None:
    refused = till.omise("POST", "/customers", content=b" " * (1 << 20) + b"{}", headers={"content-type": "application/json"})
    assert refused.status == 413
    dispute = till.dispute()
    assert till.omise("POST", f"/disputes/{dispute['id']}/documents", files={"file": ("a.png", PNG + bytes(2 << 20))}).status == 200


# Answers


def test_headers_of_an_answer(till: Till) -> None:
    good, bad = till.omise("GET", "/account"), till.omise("GET", "/charges/x")
    for answer, status in ((good, "200 OK"), (bad, "404 Not Found")):
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        assert answer.headers["cache-control"] == "no-cache, no-store"
        assert answer.headers["status"] == status
        assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", answer.headers["x-request-id"])
        assert answer.headers["server"] == "nginx"
        assert re.fullmatch(r"\d+\.\d{6}", answer.headers["x-runtime"])
        assert "strict-transport-security" not in answer.headers
    assert good.headers["omise-version"] == "2019-05-29"
    assert "omise-version" not in bad.headers


def test_runtime_is_what_the_request_took(till: Till) -> None:
    """In seconds of the wall clock, measured from the request's first line on."""
    ticking = itertools.count(START, 0.25)
    till.world.wall = lambda: next(ticking)
    runtime = till.omise("GET", "/account").headers["x-runtime"]
    assert float(runtime) >= 0.25
    assert float(runtime) % 0.25 == 0


def test_every_request_has_an_id_of_its_own(till: Till) -> None:
    assert len({till.omise("GET", "/account").headers["x-request-id"] for _ in range(20)}) == 20


def test_body_is_indented_and_ends_its_last_line(till: Till) -> None:
    response = till.run(till._client.get("/balance", headers={"authorization": basic("skey_test_alpha")}))
    assert response.content.startswith(b'{\n  "object": "balance",\n')
    assert response.content.endswith(b"\n}\n")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/charges/x", "charge x was not found"), ("/disputes/x", "dispute x was not found"), ("/customers/x", "customer x was not found"),
        ("/events/x", "event x was not found"), ("/tokens/x", "token x was not found"), ("/sources/x", "source x was not found"),
        ("/transfers/x", "transfer x was not found"), ("/recipients/x", "recipient x was not found"),
    ],
)  # fmt: skip
def test_unknown_id_is_404(till: Till, path: str, message: str) -> None:
    refused = till.omise("GET", path)
    assert (refused.status, refused["code"], refused["message"]) == (404, "not_found", message)
    assert list(refused.body) == ["object", "location", "code", "message"]
    assert refused["location"] == "https://www.omise.co/api-errors#not-found"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/schedules"), ("POST", "/schedules"), ("GET", "/links"), ("GET", "/forex/usd"), ("GET", "/receipts"), ("GET", "/chains"),
     ("GET", "/occurrences/x"), ("GET", "/charges/schedules"), ("GET", "/customers/x/schedules"), ("GET", "/linked_accounts"),
     ("GET", "/audits"), ("GET", "/audits/x"), ("GET", "/sub_merchants"), ("GET", "/customers/x/linked_accounts")],
)  # fmt: skip
def test_what_is_out_of_scope_is_service_not_found(till: Till, method: str, path: str) -> None:
    refused = till.omise(method, path)
    assert (refused.status, refused["code"]) == (404, "service_not_found")
    assert refused["message"] == "you are using api version which does not support this operation"


def test_path_that_omise_does_not_have(till: Till) -> None:
    for method, path in (("PUT", "/charges"), ("GET", "/charges/x/y/z"), ("DELETE", "/charges/x"), ("POST", "/disputes/x/accept")):
        refused = till.omise(method, path)
        assert (refused.status, refused["code"]) == (404, "not_found")


# Lists


def test_list_has_nine_fields_and_a_page(till: Till) -> None:
    charges = [till.charge(30_000 + n)["id"] for n in range(25)]
    listed = till.ok("GET", "/charges")
    assert [row["id"] for row in listed["data"]] == charges[:20]
    assert {k: v for k, v in listed.items() if k != "data"} == {
        "object": "list", "limit": 20, "offset": 0, "total": 25, "location": "/charges", "order": "chronological",
        "from": "1970-01-01T00:00:00Z", "to": "2026-01-05T09:00:00Z",
    }  # fmt: skip
    second = till.ok("GET", "/charges?offset=20&limit=3")
    assert ([row["id"] for row in second["data"]], second["total"]) == (charges[20:23], 25)
    newest = till.ok("GET", "/charges?order=reverse_chronological&limit=2&offset=1")
    assert [row["id"] for row in newest["data"]] == charges[23:21:-1]
    assert till.ok("GET", "/charges?offset=99")["data"] == []
    assert till.ok("GET", "/charges?limit=1000")["limit"] == 100


def test_list_between_two_times(till: Till) -> None:
    ids = []
    for _ in range(3):
        ids.append(till.charge()["id"])
        till.advance(days=1)
    listed = till.ok("GET", "/charges?from=2026-01-06T00:00:00Z&to=2026-01-06T23:59:59Z")
    assert ([row["id"] for row in listed["data"]], listed["total"]) == ([ids[1]], 1)
    assert (listed["from"], listed["to"]) == ("2026-01-06T00:00:00Z", "2026-01-06T23:59:59Z")
    assert till.ok("GET", "/charges?from=2026-01-06")["total"] == 2


@pytest.mark.parametrize("query", ["limit=ten", "limit=0", "offset=-1", "order=random", "from=yesterday"])
def test_list_options_that_are_refused(till: Till, query: str) -> None:
    refused = till.omise("GET", f"/charges?{query}")
    assert (refused.status, refused["code"]) == (400, "bad_request")


def test_ids_sort_by_creation(till: Till) -> None:
    """Also within one second."""
    ids = [till.charge()["id"] for _ in range(12)]
    till.advance(seconds=1)
    ids += [till.charge()["id"] for _ in range(3)]
    assert sorted(ids) == ids
    assert {len(each) for each in ids} == {len("chrg_test_") + 19}


# Expand


def test_expand_turns_ids_into_objects(till: Till) -> None:
    till.as_recorded = False
    dispute = till.dispute()
    charge_id = dispute["charge"]
    charge = till.ok("GET", f"/charges/{charge_id}?expand=true")
    assert charge["transaction"]["object"] == "transaction"
    assert charge["dispute"]["charge"]["id"] == charge_id
    assert till.ok("GET", f"/disputes/{dispute['id']}", {"expand": True})["charge"]["id"] == charge_id
    customer = till.ok("POST", "/customers", {"card": till.token()})
    assert till.ok("GET", f"/customers/{customer['id']}?expand=true")["default_card"]["brand"] == "Visa"
    listed = till.ok("GET", "/charges?expand=true")
    assert listed["data"][0]["transaction"]["key"] == "charge.captured.net"
    assert till.ok("GET", f"/charges/{charge_id}?expand=false")["transaction"].startswith("trxn_test_")


# Idempotency


def test_idempotency_key_repeats_the_first_answer(till: Till) -> None:
    """For a day; the same key for anything else is refused."""
    params: Any = {"amount": 100_000, "currency": "thb", "card": till.token()}
    once = till.omise("POST", "/charges", params, headers={"idempotency-key": "order-1"})
    again = till.omise("POST", "/charges", params, headers={"idempotency-key": "order-1"})
    assert once.body == again.body
    assert till.ok("GET", "/charges")["total"] == 1
    other = till.omise("POST", "/charges", {**params, "amount": 5_000}, headers={"idempotency-key": "order-1"})
    assert (other.status, other["code"]) == (400, "bad_request")
    till.advance(days=1)
    assert till.omise("POST", "/charges", params, headers={"idempotency-key": "order-1"})["code"] == "used_token"


def test_refused_request_leaves_no_trace(till: Till) -> None:
    """Not even a used token or a serial."""
    token = till.token()
    before = till.merchant.serial
    for params in ({"amount": 10}, {"currency": "xyz"}, {"webhook_endpoints": ["http://example.com"]}, {"metadata": 1}):
        body = {"amount": 100_000, "currency": "thb", "card": token, **params}
        assert till.omise("POST", "/charges", body).status == 400
    assert till.merchant.serial == before
    assert till.ok("GET", f"/tokens/{token}")["used"] is False


def test_log_keeps_the_error(till: Till) -> None:
    till.omise("GET", "/charges/x")
    line = till.control("GET", "requests")["data"][-1]
    assert (line["provider"], line["path"], line["status"], line["error"]["code"]) == ("omise", "/charges/x", 404, "not_found")


def test_documented_names_are_asked_for_in_any_case(till: Till) -> None:
    assert till.charge(currency="THB")["currency"] == till.charge(currency="Thb")["currency"] == "THB"
    assert json.dumps(till.ok("GET", "/charges"))
