"""Partners: registered, told apart by their tokens, signed for, kept over everything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from sandbox.core.endpoints import PARTNER
from sandbox.journal.sqlite import SqliteJournal
from sandbox.providers import PROVIDERS
from sandbox.providers.google_ordering.records import SigningKey
from sandbox.server.world import World
from tests.contract.drivers.base import Recorder
from tests.contract.trace import everything
from tests.example.restaurant import PROJECT, update
from tests.providers.google_ordering.kitchen import Kitchen

ISSUER = "https://accounts.google.com"


@pytest.fixture(scope="module")
def signing() -> Iterator[Kitchen]:
    """A kitchen whose calls are signed; making its key takes a while."""
    made = Kitchen(partner={"jwt": True})
    yield made
    made.close()


def claims(kitchen: Kitchen, **wanted: Any) -> Any:
    """The claims of the last call's JWT, verified as a partner would."""
    given = kitchen.receiver.heard[-1].headers["authorization"]
    keys = jwt.PyJWKSet.from_dict(kitchen.control("GET", "/google/jwks").body)
    key = keys[jwt.get_unverified_header(given.removeprefix("Bearer "))["kid"]]
    ours = {"algorithms": ["RS256"], "audience": PROJECT, "issuer": ISSUER, "options": {"verify_exp": False, "verify_iat": False,
            "verify_nbf": False}, **wanted}  # fmt: skip
    return jwt.decode(given.removeprefix("Bearer "), key, **ours)


def test_calls_are_signed_for_the_project(signing: Kitchen) -> None:
    """Checkout and submit, by RS256, for an hour."""
    signing.order()
    shown = claims(signing)
    assert (shown["aud"], shown["iss"], shown["exp"] - shown["iat"], shown["nbf"]) == (PROJECT, ISSUER, 3600, shown["iat"])
    assert shown["iat"] == signing.now
    assert all("authorization" in heard.headers for heard in signing.receiver.heard)


def test_a_wrong_signature_does_not_verify(signing: Kitchen) -> None:
    """Everything else about the token is right, and the attempt says what struck it; the next call verifies again."""
    fault = signing.control("POST", "/faults", {"where": "webhook", "what": "wrong_signature", "count": 1}).body
    signing.checkout()
    with pytest.raises(jwt.InvalidSignatureError):
        claims(signing)
    assert claims(signing, options={"verify_signature": False})["aud"] == PROJECT
    [*_, delivery] = signing.settle()
    assert delivery.attempts[-1].faults == (f"wrong_signature {fault['id']}",)
    signing.checkout()
    assert claims(signing)["aud"] == PROJECT


@pytest.mark.parametrize(
    ("wanted", "error"),
    [({"audience": "another-project"}, jwt.InvalidAudienceError), ({"issuer": "https://example.test"}, jwt.InvalidIssuerError),
     ({"algorithms": ["RS512"]}, jwt.InvalidAlgorithmError)],
)  # fmt: skip
def test_a_partner_that_expects_another_project_is_not_fooled(signing: Kitchen, wanted: dict[str, Any], error: type[Exception]) -> None:
    signing.checkout()
    with pytest.raises(error):
        claims(signing, **wanted)


def test_the_signatures_time_is_a_webhooks(signing: Kitchen) -> None:
    """The wall's, unless `signature_clock` says otherwise; a fault makes it old, or another body's."""
    signing.advance(days=1)
    signing.checkout()
    wall = claims(signing)["iat"]
    signing.control("POST", "/settings", {"signature_clock": "simulated"})
    signing.checkout()
    assert claims(signing)["iat"] - wall == 86_400
    signing.control("POST", "/settings", {"signature_clock": None})


def test_a_key_pair_is_made_once_and_kept(signing: Kitchen) -> None:
    """Two partners share it; a fork has it too, and a token of its own."""
    first = signing.control("GET", "/google/jwks").body
    other = signing.control("POST", "/google/ordering/partners", {"project_id": "second", "webhook_url": PARTNER}).body
    assert signing.control("GET", "/google/jwks").body == first
    assert len(signing.merchant.store.shelf("google_ordering", SigningKey)) == 1
    snapshot = signing.control("POST", "/snapshots", {}).body
    assert signing.control("POST", f"/snapshots/{snapshot['id']}/fork", {"merchant": "beta"}).status == 200
    headers = {"authorization": "Bearer sk_test_beta"}
    assert signing.control("GET", "/google/jwks", headers=headers).body == first
    forked = signing.control("GET", "/google/ordering/partners", headers=headers).body["data"]
    assert [p["id"] for p in forked] == [signing.partner["id"], other["id"]]
    assert all(p["access_token"].startswith("ya29.test_beta.ordering.") for p in forked)


def test_a_replayed_journal_has_the_same_keys(tmp_path: Path) -> None:
    kitchen = Kitchen(journal=SqliteJournal(str(tmp_path / "data.sqlite"), [kind for p in PROVIDERS for kind in p.records]),
                      partner={"jwt": True})  # fmt: skip
    order = kitchen.order()
    kitchen.update(order, "CANCELLED", 250)
    kept = kitchen.control("GET", "/google/jwks").body
    again = World(PROVIDERS, kitchen.wall, kitchen.world.journal)
    kitchen.run(again.load())
    assert everything(again.merchant("alpha")) == everything(kitchen.merchant)
    assert again.merchant("alpha").get("google_ordering", SigningKey, "signing_key").pem
    assert kept["keys"][0]["kid"] == jwt.get_unverified_header(kitchen.receiver.heard[-1].headers["authorization"][7:])["kid"]
    kitchen.close()


def test_looking_at_the_keys_is_no_record_of_every_look() -> None:
    """The first look makes the pair, the second writes nothing."""
    journal = Recorder()
    kitchen = Kitchen(journal=journal)
    kitchen.control("GET", "/google/jwks")
    written = len(journal.kept)
    kitchen.control("GET", "/google/jwks")
    assert len(journal.kept) == written
    kitchen.close()


def test_how_calls_are_signed_can_be_set() -> None:
    kitchen = Kitchen(partner={"jwt": False}, jwt_prefix="JWT ", jwt_issuer="https://issuer.example", jwt_algorithm="RS512")
    wanted = {"project_id": PROJECT, "webhook_url": "http://localhost:4242/signed"}
    signed = kitchen.control("POST", "/google/ordering/partners", wanted).body
    kitchen.checkout(partner=signed["id"])
    given = kitchen.receiver.heard[-1].headers["authorization"]
    assert given.startswith("JWT ")
    shown = kitchen.control("GET", "/google/jwks").body
    key = jwt.PyJWKSet.from_dict(shown).keys[0]
    options: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
    decoded = jwt.decode(given[4:], key, algorithms=["RS512"], audience=PROJECT, issuer="https://issuer.example", options=options)
    assert decoded["aud"] == PROJECT
    kitchen.close()


def test_calls_may_go_out_unsigned(kitchen: Kitchen) -> None:
    """And then no key is made: nobody needs one."""
    kitchen.checkout()
    assert "authorization" not in kitchen.receiver.heard[0].headers
    assert len(kitchen.merchant.store.shelf("google_ordering", SigningKey)) == 0


# Registration


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"webhook_url": "http://example.com/hook"}, "target_refused", "url"),
        ({"webhook_url": "ftp://localhost/hook"}, "url_invalid", "url"),
        ({"webhook_url": "sandbox:inbox"}, "url_invalid", "url"),
        ({"webhook_url": ""}, "param_invalid", "webhook_url"),
        ({"project_id": ""}, "param_invalid", "project_id"),
        ({"project_id": 5}, "param_invalid", "project_id"),
        ({"jwt": "off"}, "param_invalid", "jwt"),
        ({"answers": {"submit": "REJECTED"}}, "param_invalid", "answers"),
        ({"webhook_url": PARTNER, "answers": {"submit": "COOKING"}}, "param_invalid", "answers.submit"),
        ({"hook": "x"}, "param_unknown", "hook"),
    ],
)
def test_a_partner_that_cannot_be_called_is_refused(kitchen: Kitchen, change: dict[str, Any], code: str, param: str) -> None:
    before = everything(kitchen.merchant)
    wanted = {"project_id": "p", "webhook_url": "http://localhost:1/", "jwt": False, **change}
    answer = kitchen.control("POST", "/google/ordering/partners", wanted)
    assert (answer.status, answer.error["code"], answer.error["param"]) == (422, code, param)
    assert everything(kitchen.merchant) == before


def test_a_partner_is_no_webhook_endpoint(kitchen: Kitchen) -> None:
    """It is not listed, rolled, disabled or removed as one; and nobody else can have Google's orders sent."""
    assert kitchen.control("GET", "/webhook_endpoints")["data"] == []
    for method, verb in (("DELETE", ""), ("POST", "/roll"), ("POST", "/disable")):
        assert kitchen.control(method, f"/webhook_endpoints/{kitchen.partner['id']}{verb}", {}).status == 404
    answer = kitchen.control("POST", "/webhook_endpoints", {"provider": "google_ordering", "url": "sandbox:inbox"})
    assert (answer.status, answer.error["code"]) == (422, "out_of_reach")
    assert "/_sandbox/google/ordering/partners" in answer.error["message"]
    kitchen.hear(url="http://localhost:1/stripe")
    kitchen.order()
    assert {heard.url for heard in kitchen.receiver.heard} == {"http://localhost:4242/webhook"}


def test_partners_and_orders_are_listed_page_by_page(kitchen: Kitchen) -> None:
    made = [kitchen.order()["id"] for _ in range(3)]
    page = kitchen.control("GET", "/google/ordering/orders?limit=2").body
    assert ([row["id"] for row in page["data"]], page["has_more"]) == (made[:2], True)
    rest = kitchen.control("GET", f"/google/ordering/orders?limit=2&after={page['next']}").body
    assert ([row["id"] for row in rest["data"]], rest["has_more"], rest["next"]) == (made[2:], False, None)
    assert kitchen.control("GET", "/google/ordering/orders?after=nobody").error["code"] == "cursor_unknown"
    assert kitchen.control("GET", "/google/ordering/partners")["data"] == [kitchen.partner]


@pytest.mark.parametrize("path", ["orders/x", "checkouts/x"])
def test_what_is_not_there_is_not_found(kitchen: Kitchen, path: str) -> None:
    answer = kitchen.control("GET", f"/google/ordering/{path}")
    assert (answer.status, answer.error["code"]) == (404, "not_found")


def test_a_reset_forgets_partners_and_their_tokens(kitchen: Kitchen) -> None:
    order = kitchen.order()
    kitchen.control("POST", "/reset")
    assert kitchen.control("GET", "/google/ordering/partners")["data"] == []
    assert kitchen.update(order, "CANCELLED").status == 401


# The call that partners make


def envelope(answer: Any) -> tuple[int, int, str]:
    return answer.status, answer.error["code"], answer.error["status"]


@pytest.mark.parametrize(
    ("token", "code", "status"),
    [
        ("", 401, "UNAUTHENTICATED"),
        ("sk_test_alpha", 401, "UNAUTHENTICATED"),
        ("ya29.test_alpha.ordering.AAAAAAAAAAAAAAAAAAAAAAAA", 401, "UNAUTHENTICATED"),
        ("ya29.test_nobody.ordering.AAAAAAAAAAAAAAAAAAAAAAAA", 401, "UNAUTHENTICATED"),
        ("ya29.a0AfH6SMBxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 401, "UNAUTHENTICATED"),
        ("ya29.test_alpha.bookings.AAAAAAAAAAAAAAAAAAAAAAAA", 403, "PERMISSION_DENIED"),
    ],
)
def test_a_wrong_token_is_refused_before_anything_is_read(kitchen: Kitchen, token: str, code: int, status: str) -> None:
    """Bad JSON or not."""
    order = kitchen.order()
    before = everything(kitchen.merchant)
    for body in (b"{,}", json.dumps({"isInSandbox": True, "customPushMessage": {"orderUpdate": update(order["action_order_id"], "CANCELLED",
                 kitchen.at())}}).encode()):  # fmt: skip
        assert envelope(kitchen.push(body, token)) == (code, code, status)
    assert everything(kitchen.merchant) == before


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"null", b'{"isInSandbox": true,}', b'{"isInSandbox": true', b"\xff\xfe", b'"x"',
        {}, {"isInSandbox": "true"}, {"isInSandbox": True}, {"customPushMessage": []}, {"customPushMessage": {}},
        {"customPushMessage": {"orderUpdate": None}}, {"customPushMessage": {"orderUpdate": []}},
        {"customPushMessage": {"orderUpdate": {}}}, {"customPushMessage": {"orderUpdate": {"actionOrderId": 7}}},
        {"customPushMessage": {"orderUpdate": {"actionOrderId": ""}}}, {"customPushMessage": {"orderUpdate": {"actionOrderId": "x" * 501}}},
        {"customPushMessage": {"orderUpdate": {"actionOrderId": "x"}}, "custom_push_message": {}},
    ],
)  # fmt: skip
def test_what_is_no_order_update_is_a_400_without_a_trace(kitchen: Kitchen, body: Any) -> None:
    before = everything(kitchen.merchant)
    assert envelope(kitchen.push(body)) == (400, 400, "INVALID_ARGUMENT")
    assert everything(kitchen.merchant) == before


def test_an_unknown_order_is_not_found(kitchen: Kitchen) -> None:
    order = {"action_order_id": "resto-unknown"}
    before = everything(kitchen.merchant)
    assert envelope(kitchen.update(order, "CANCELLED")) == (404, 404, "NOT_FOUND")
    assert everything(kitchen.merchant) == before


def test_an_unknown_order_was_a_500_in_2017() -> None:
    kitchen = Kitchen(unknown_order_is_500=True)
    answer = kitchen.update({"action_order_id": "resto-unknown"}, "CANCELLED")
    assert envelope(answer) == (500, 500, "INTERNAL")
    assert "resto-unknown" in answer.error["message"]
    assert PROJECT in answer.error["message"]
    kitchen.close()


@pytest.mark.parametrize(("code", "status"), [(429, "RESOURCE_EXHAUSTED"), (500, "INTERNAL"), (503, "UNAVAILABLE")])
def test_faults_speak_as_google_does(kitchen: Kitchen, code: int, status: str) -> None:
    """And the partner that tries again is served."""
    order = kitchen.order()
    kitchen.control("POST", "/faults", {"where": "request", "what": str(code), "paths": ["/v2/conversations:send"], "count": 1})
    at = kitchen.at()
    assert envelope(kitchen.update(order, "CANCELLED", at=at)) == (code, code, status)
    assert kitchen.update(order, "CANCELLED", at=at).status == 200
    assert kitchen.rules(order) == ["U6"]


def test_the_lost_reply_of_an_update_costs_nothing_twice(kitchen: Kitchen) -> None:
    order = kitchen.order()
    kitchen.control("POST", "/faults", {"where": "response", "what": "reply_lost", "paths": ["/v2/*"], "count": 1})
    at = kitchen.at()
    with pytest.raises(ConnectionResetError):
        kitchen.update(order, "IN_PREPARATION", 250, at)
    assert kitchen.update(order, "IN_PREPARATION", 250, at).status == 200
    assert (kitchen.rules(order), kitchen.refunds(order)) == (["U3", "U11"], [3_500])


def test_requests_are_logged_without_their_token(kitchen: Kitchen) -> None:
    order = kitchen.order()
    kitchen.update(order, None, 999)
    (row,) = kitchen.control("GET", "/requests?provider=google_ordering")["data"]
    assert (row["method"], row["path"], row["status"]) == ("POST", "/v2/conversations:send", 400)
    assert row["error"]["status"] == "INVALID_ARGUMENT"
    assert kitchen.partner["access_token"] not in json.dumps(row)


def test_a_paths_neighbours_are_not_googles(kitchen: Kitchen) -> None:
    for method, path in (("GET", "/v2/conversations:send"), ("POST", "/v2/conversations")):
        response = kitchen.run(kitchen._client.request(method, path, headers={"authorization": "Bearer x"}))
        assert response.status_code in (401, 404)


def test_an_unknown_answer_is_named_beside_the_answers_there_are(kitchen: Kitchen) -> None:
    """Not beside the fields of the partner around them."""
    wanted = {"project_id": "p", "webhook_url": PARTNER, "answers": {"sumbit": "CREATED"}}
    error = kitchen.control("POST", "/google/ordering/partners", wanted).body["error"]
    assert (error["code"], error["param"]) == ("param_unknown", "answers.sumbit")
    assert "submit" in error["message"]
    error = kitchen.control("POST", "/google/ordering/partners", {**wanted, "answers": {"zzz": "CREATED"}}).body["error"]
    assert "gateway" in error["message"]
    assert "project_id" not in error["message"]
