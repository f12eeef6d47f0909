"""`/v1/webhook_endpoints`."""

from __future__ import annotations

import ast
import hashlib
import hmac
import inspect
import json
import re
from typing import Any

import pytest
import stripe
from stripe.params import _webhook_endpoint_create_params as create_params

from sandbox.core import endpoints
from sandbox.core.records import Endpoint
from sandbox.delivery.targets import Targets
from sandbox.providers.stripe.routes.endpoints import event_names
from tests.harness import DAY, START, Shop

URL = "http://localhost:4242/hook"


def make(shop: Shop, **params: Any) -> Any:
    return shop.post("/v1/webhook_endpoints", {"url": URL, "enabled_events": ["*"], **params})


def test_the_secret_is_shown_once(shop: Shop) -> None:
    """In the answer that creates the endpoint, in its place in the alphabet, and never again."""
    made = make(shop, description="mine", metadata={"a": "b"}, enabled_events=["charge.succeeded", "refund.failed"])
    assert list(made.body) == [
        "id", "object", "api_version", "application", "created", "description", "enabled_events", "livemode", "metadata", "secret",
        "status", "url",
    ]  # fmt: skip
    assert made["secret"].startswith("whsec_")
    assert len(made["secret"]) == 38
    rest = {key: value for key, value in made.body.items() if key != "secret"}
    assert {key: value for key, value in rest.items() if key not in ("id", "created")} == {
        "object": "webhook_endpoint", "api_version": None, "application": None, "description": "mine",
        "enabled_events": ["charge.succeeded", "refund.failed"], "livemode": False, "metadata": {"a": "b"}, "status": "enabled", "url": URL,
    }  # fmt: skip
    assert made["created"] == START
    assert shop.get(f"/v1/webhook_endpoints/{made['id']}").body == rest
    assert shop.get("/v1/webhook_endpoints").body == {
        "object": "list", "data": [rest], "has_more": False, "url": "/v1/webhook_endpoints",
    }  # fmt: skip
    assert shop.post(f"/v1/webhook_endpoints/{made['id']}", {"description": "mine"}).body == rest


def test_two_endpoints_have_two_secrets(shop: Shop) -> None:
    assert make(shop)["secret"] != make(shop)["secret"]


@pytest.mark.parametrize(
    ("params", "status", "code", "param", "message"),
    [
        ({"url": None}, 400, "parameter_missing", "url", "Missing required param: url."),
        ({"enabled_events": None}, 400, "parameter_missing", "enabled_events", "Missing required param: enabled_events."),
        (
            {"url": "localhost:4242"}, 400, "url_invalid", "url",
            "Invalid URL: An explicit scheme (such as https) must be provided.",
        ),
        (
            {"url": "http://example.com/"}, 400, "url_invalid", "url",
            "Invalid URL: It must lead to this machine: payment-sandbox sends webhooks to loopback addresses only, and example.com is none."
            " Start the server with --allow-webhook-host example.com to allow it.",
        ),
        ({"api_version": "2019-01-01"}, 400, None, None, "Invalid Stripe API version: 2019-01-01"),
        ({"api_version": "newest"}, 400, None, None, "Invalid Stripe API version: newest"),
        ({"nope": "1"}, 400, "parameter_unknown", "nope", "Received unknown parameter: nope"),
        ({"disabled": True}, 400, "parameter_unknown", "disabled", "Received unknown parameter: disabled"),
    ],
)  # fmt: skip
def test_what_makes_no_endpoint(
    shop: Shop, params: dict[str, Any], status: int, code: str | None, param: str | None, message: str
) -> None:
    """And leaves none behind."""
    wanted = {"url": URL, "enabled_events": ["*"], **params}
    answer = shop.post("/v1/webhook_endpoints", {key: value for key, value in wanted.items() if value is not None})
    assert (answer.status, answer.error.get("code"), answer.error.get("param")) == (status, code, param)
    assert answer.error["message"] == message
    assert shop.get("/v1/webhook_endpoints")["data"] == []


@pytest.mark.parametrize("name", ["charge.*", "dispute.created", "charge.succeeded ", "v1.charge.succeeded"])
def test_only_events_that_stripe_has_can_be_asked_for(shop: Shop, name: str) -> None:
    """No patterns, and the trap of everybody's first day: `dispute.created` is none."""
    answer = make(shop, enabled_events=["charge.succeeded", name])
    assert (answer.status, answer.error["param"]) == (400, "enabled_events[1]")
    assert answer.error["message"].startswith("Invalid enabled_events[1]: must be one of *, account.application.authorized, ")
    assert answer.error["message"].endswith(", treasury.received_credit.succeeded, or treasury.received_debit.created")


def test_the_event_names_are_those_of_the_official_library() -> None:
    tree = ast.parse(inspect.getsource(create_params))
    lists = [
        node for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "enabled_events"
    ]  # fmt: skip
    names = {node.value for node in ast.walk(lists[0].annotation) if isinstance(node, ast.Constant)}
    assert names == set(event_names())
    assert len(event_names()) == 276


def test_every_event_that_the_tables_emit_can_be_asked_for(shop: Shop) -> None:
    machines = shop.merchant.dialects["stripe"].machines
    emitted = {emit.type for table in machines.values() for row in table.values() for emit in row.emit}
    assert "charge.dispute.created" in emitted
    assert emitted <= set(event_names())


def test_seventeen_are_one_too_many(shop: Shop) -> None:
    """Disabled ones count; a deleted one makes room."""
    made = [make(shop) for _ in range(16)]
    shop.post(f"/v1/webhook_endpoints/{made[0]['id']}", {"disabled": True})
    answer = make(shop)
    assert (answer.status, answer.error["type"]) == (400, "invalid_request_error")
    assert answer.error["message"] == "You have reached the maximum of 16 test webhook endpoints."
    assert not {"code", "param"} & set(answer.error)
    shop.delete(f"/v1/webhook_endpoints/{made[0]['id']}")
    assert make(shop).status == 200


def test_an_older_version_is_accepted(shop: Shop) -> None:
    """What its events look like then is told in test_versions."""
    assert make(shop, api_version="2024-06-20")["api_version"] == "2024-06-20"
    assert make(shop, api_version="2026-10-28.endive")["api_version"] == "2026-10-28.endive"


# Changes


def test_everything_but_version_and_secret_can_be_changed(shop: Shop) -> None:
    made = make(shop, description="old", metadata={"a": "1", "b": "2"})
    changed = shop.post(
        f"/v1/webhook_endpoints/{made['id']}",
        {
            "url": "http://127.0.0.1:1/", "enabled_events": ["charge.failed"], "description": "", "metadata": {"a": "", "c": "3"},
            "disabled": True,
        },
    )  # fmt: skip
    assert {key: changed[key] for key in ("url", "enabled_events", "description", "metadata", "status")} == {
        "url": "http://127.0.0.1:1/", "enabled_events": ["charge.failed"], "description": None, "metadata": {"b": "2", "c": "3"},
        "status": "disabled",
    }  # fmt: skip
    assert shop.get(f"/v1/webhook_endpoints/{made['id']}").body == changed.body
    assert shop.post(f"/v1/webhook_endpoints/{made['id']}", {"disabled": False})["status"] == "enabled"
    (kept,) = shop.merchant.store.all(Endpoint)
    assert kept.secret == made["secret"]


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"url": "http://169.254.169.254/latest"}, "url_invalid", "url"),
        ({"url": "mailto:me"}, "url_invalid", "url"),
        ({"enabled_events": ["nope"]}, None, "enabled_events[0]"),
        ({"api_version": "2026-10-28.endive"}, "parameter_unknown", "api_version"),
        ({"disabled": "perhaps"}, None, "disabled"),
    ],
)
def test_a_refused_change_changes_nothing(shop: Shop, params: dict[str, Any], code: str | None, param: str) -> None:
    made = make(shop)
    before = shop.get(f"/v1/webhook_endpoints/{made['id']}").body
    answer = shop.post(f"/v1/webhook_endpoints/{made['id']}", {"description": "new", **params})
    assert (answer.status, answer.error.get("code"), answer.error["param"]) == (400, code, param)
    assert shop.get(f"/v1/webhook_endpoints/{made['id']}").body == before


def test_a_deleted_endpoint_is_gone(shop: Shop) -> None:
    made = make(shop)
    path = f"/v1/webhook_endpoints/{made['id']}"
    assert shop.delete(path).body == {"id": made["id"], "object": "webhook_endpoint", "deleted": True}
    for answer in (shop.get(path), shop.post(path, {"disabled": True}), shop.delete(path)):
        assert (answer.status, answer.error["code"], answer.error["param"]) == (404, "resource_missing", "webhook_endpoint")
        assert answer.error["message"] == f"No such webhook endpoint: '{made['id']}'"
    assert shop.get("/v1/webhook_endpoints")["data"] == []


def test_lists_are_paged_newest_first(shop: Shop) -> None:
    made = [make(shop)["id"] for _ in range(3)][::-1]
    first = shop.get("/v1/webhook_endpoints", {"limit": 2})
    assert ([row["id"] for row in first["data"]], first["has_more"]) == (made[:2], True)
    rest = shop.get("/v1/webhook_endpoints", {"limit": 2, "starting_after": made[1]})
    assert ([row["id"] for row in rest["data"]], rest["has_more"]) == (made[2:], False)


# Whom events may go to


def test_hosts_that_the_user_named_are_accepted() -> None:
    shop = Shop(targets=Targets(["app.internal", "10.0.0.0/8"]))
    assert make(shop, url="http://app.internal/hook").status == 200
    assert make(shop, url="https://10.1.2.3/").status == 200
    assert make(shop, url="https://11.1.2.3/").error["code"] == "url_invalid"
    shop.close()


def test_our_own_port_is_refused() -> None:
    shop = Shop(targets=Targets(own_ports=[12111]))
    answer = make(shop, url="http://localhost:12111/v1/charges")
    assert answer.error["message"] == "Invalid URL: localhost:12111 is payment-sandbox itself."
    shop.close()


# Secrets


def test_a_rolled_secret_signs_beside_the_new_one_for_a_day(shop: Shop) -> None:
    """Simulated time. Both verify with the official library until then; afterwards only the new one does."""
    old = shop.hear("customer.created")["secret"]
    (endpoint,) = shop.merchant.store.all(Endpoint)
    shop.merchant.begin()
    new = endpoints.roll(shop.merchant, endpoint).secret
    shop.merchant.commit()
    assert new != old

    def signatures() -> tuple[int, list[bool]]:
        shop.post("/v1/customers", {"name": "Jane"})
        shop.settle()
        heard = shop.receiver.heard[-1]
        header = heard.headers["stripe-signature"]
        return header.count(",v1="), [verifies(heard.body, header, secret) for secret in (old, new)]

    shop.freeze()
    assert signatures() == (2, [True, True])
    shop.advance(seconds=DAY - 1)
    assert signatures() == (2, [True, True])
    shop.advance(seconds=1)
    assert signatures() == (1, [False, True])


@pytest.mark.parametrize("rolled", [False, True])
def test_the_headers_of_a_webhook(shop: Shop, rolled: bool) -> None:
    """`t`, one `v1` for each secret that is in force, the `v0` of test mode; no space, one `=` a part; over the bytes as sent."""
    secrets = [shop.hear("customer.created")["secret"]]
    if rolled:
        shop.merchant.begin()
        secrets.insert(0, endpoints.roll(shop.merchant, next(iter(shop.merchant.store.all(Endpoint)))).secret)
        shop.merchant.commit()
    shop.advance(days=3)
    shop.post("/v1/customers", {"name": "Zoë"})
    shop.settle()
    (heard,) = shop.receiver.heard
    parts = heard.headers["stripe-signature"].split(",")
    made = [hmac.new(secret.encode(), b"%d." % START + heard.body, hashlib.sha256).hexdigest() for secret in secrets]
    assert parts[: 1 + len(made[:1])] == [f"t={START}", f"v1={made[0]}"]
    assert [part[:3] for part in parts] == ["t=1", "v1=", "v0="]
    assert re.fullmatch(r"v0=[0-9a-f]{64}", parts[-1])
    assert {name: heard.headers[name] for name in ("content-type", "user-agent", "accept", "cache-control")} == {
        "content-type": "application/json; charset=utf-8", "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "accept": "*/*; q=0.5, application/xml", "cache-control": "no-cache",
    }  # fmt: skip
    assert heard.body == json.dumps(heard.event, indent=2, ensure_ascii=False).encode()


def verifies(body: bytes, header: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body.decode(), header, secret)
    except stripe.SignatureVerificationError:
        return False
    return True
