"""The official Stripe CLI, unchanged, against the real server."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sdk import cli_project
from tests.sdk.account import Account, eventually
from tests.sdk.cli_project import Cli, Staying
from tests.serving import Receiver, Serving

PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


@pytest.fixture(scope="session")
def installed() -> None:
    """The CLI is here, or the test is skipped with the reason."""
    cli_project.install()


@pytest.fixture
def cli(installed: None, serving: Serving, account: Account, tmp_path: Path) -> Cli:
    return Cli(serving, account.key, tmp_path)


@pytest.fixture
def listening(cli: Cli, receiver: Receiver) -> Iterator[Staying]:
    """`stripe listen` that forwards to the receiver, ready."""
    with cli.stay("listen", "--skip-update", "--all-snapshot", "--forward-to", receiver.url) as made:
        made.wait_for("Ready!")
        yield made


def pay(serving: Serving, account: Account, method: str = "pm_card_visa") -> Any:
    wanted = {"amount": 2000, "currency": "usd", "payment_method": method, "confirm": True}
    status, answer = serving.call("POST", "/v1/payment_intents", wanted, account.key)
    assert status == 200, answer
    return answer


def secret_of(listening: Staying) -> str:
    found = re.search(r"whsec_\w+", listening.said)
    assert found is not None, listening.said
    return found[0]


def deliveries(account: Account) -> list[dict[str, Any]]:
    return account.call("GET", "deliveries")["data"]  # type: ignore[no-any-return]


def test_listen_forwards_signed_events(listening: Staying, serving: Serving, account: Account, receiver: Receiver) -> None:
    """The application behind `stripe listen` gets every event in order, signed with the secret that the CLI printed."""
    pay(serving, account)
    receiver.wait_for(3)
    assert sorted(receiver.types) == sorted(PAID)
    for headers, body in receiver.got:
        parts = dict(part.split("=") for part in headers["stripe-signature"].split(","))
        signed = f"{parts['t']}.".encode() + body
        assert hmac.new(secret_of(listening).encode(), signed, hashlib.sha256).hexdigest() == parts["v1"]
        assert json.loads(body)["pending_webhooks"] == 1


def test_answers_of_the_application_are_attempts(listening: Staying, serving: Serving, account: Account, receiver: Receiver) -> None:
    """What the application behind the CLI answered stands in the delivery log, and settles what is owed."""
    pay(serving, account)
    account.settle()
    found = deliveries(account)
    assert [(d["url"], d["type"], d["status"]) for d in found] == [("sandbox:listener", type, "delivered") for type in PAID]
    assert [[(a["response"]["status"], a["error"]) for a in d["attempts"]] for d in found] == [[(200, None)]] * 3
    status, event = serving.call("GET", f"/v1/events/{found[0]['event']}", key=account.key)
    assert (status, event["pending_webhooks"]) == (200, 0)


def test_refused_event_is_retried_on_the_clock(cli: Cli, serving: Serving, account: Account) -> None:
    """An application that answers 500 gets the event again when the plan says so, over the same connection."""
    with Receiver(status=500) as broken, cli.stay("listen", "-s", "--all-snapshot", "-f", broken.url) as listening:
        listening.wait_for("Ready!")
        pay(serving, account)
        account.settle()
        assert [(d["status"], [a["response"]["status"] for a in d["attempts"]]) for d in deliveries(account)] == [("pending", [500])] * 3
        broken.status = 200
        account.advance(seconds=60)
    assert [(d["status"], [a["response"]["status"] for a in d["attempts"]]) for d in deliveries(account)] == [("delivered", [500, 200])] * 3
    assert sorted(broken.types) == sorted(PAID * 2)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_dropped_listener_loses_nothing(
    cli: Cli, serving: Serving, account: Account, receiver: Receiver, number: signal.Signals
) -> None:
    """A CLI that was killed or stopped is offered what it missed when it is back, under the secret that it had."""
    line = ("listen", "-s", "--all-snapshot", "--forward-to", receiver.url)
    with cli.stay(*line) as first:
        first.wait_for("Ready!")
        secret = secret_of(first)
        first.stop(number)
    pay(serving, account)
    account.settle()
    assert [d["status"] for d in deliveries(account)] == ["pending"] * 3
    assert receiver.got == []
    with cli.stay(*line) as second:
        second.wait_for("Ready!")
        receiver.wait_for(3)
        assert secret_of(second) == secret
    assert sorted(receiver.types) == sorted(PAID)
    account.settle()
    assert [(d["status"], len(d["attempts"])) for d in deliveries(account)] == [("delivered", 2)] * 3
    account.advance(days=1)
    assert sorted(receiver.types) == sorted([*PAID])


def test_listener_is_no_endpoint_of_the_api(listening: Staying, serving: Serving, account: Account) -> None:
    """Stripe's own list of endpoints does not show a CLI that listens, and does not find it by its id."""
    (row,) = account.call("GET", "webhook_endpoints")["data"]
    assert serving.call("GET", "/v1/webhook_endpoints", key=account.key)[1]["data"] == []
    assert serving.call("GET", f"/v1/webhook_endpoints/{row['id']}", key=account.key)[0] == 404


def test_events_resend(cli: Cli, listening: Staying, serving: Serving, account: Account, receiver: Receiver) -> None:
    """`stripe events resend` delivers an event again to the CLI that listens, as an attempt beside the plan."""
    pay(serving, account)
    receiver.wait_for(3)
    event = next(json.loads(body)["id"] for _, body in receiver.got if json.loads(body)["type"] == "charge.succeeded")
    done = cli.run("events", "resend", event)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["id"] == event
    receiver.wait_for(4)
    assert receiver.types[3] == "charge.succeeded"


def test_events_from_before_can_be_resent(cli: Cli, serving: Serving, account: Account, receiver: Receiver) -> None:
    """A CLI that began to listen later gets an older event by `events resend`."""
    pay(serving, account)
    event = serving.call("GET", "/v1/events", key=account.key)[1]["data"][0]["id"]
    with cli.stay("listen", "-s", "--all-snapshot", "--forward-to", receiver.url) as listening:
        listening.wait_for("Ready!")
        cli.run("events", "resend", event)
        receiver.wait_for(1)
    assert [json.loads(body)["id"] for _, body in receiver.got] == [event]


def test_listen_without_an_application(cli: Cli, serving: Serving, account: Account) -> None:
    """`stripe listen` alone prints events; that it took one settles the delivery."""
    with cli.stay("listen", "-s", "--all-snapshot") as listening:
        listening.wait_for("Ready!")
        pay(serving, account)
        listening.wait_for(*PAID)
        assert eventually(lambda: [d["status"] for d in deliveries(account)] == ["delivered"] * 3)


def test_latest_version_is_listened_to(cli: Cli, serving: Serving, account: Account, receiver: Receiver) -> None:
    """With --latest each event is forwarded too, and once."""
    with cli.stay("listen", "-s", "--all-snapshot", "--latest", "--forward-to", receiver.url) as listening:
        listening.wait_for("Ready!")
        pay(serving, account)
        receiver.wait_for(3)
        account.settle()
    assert sorted(receiver.types) == sorted(PAID)


@pytest.mark.slow  # the CLI waits for ten seconds before it calls again; test_sockets.py has the server's side of it
def test_reset_merchant_is_listened_to_again(listening: Staying, serving: Serving, account: Account, receiver: Receiver) -> None:
    """After a reset the CLI finds its way to the merchant that has the name now."""
    account.call("POST", "reset")
    assert eventually(lambda: [r["status"] for r in account.call("GET", "webhook_endpoints")["data"]] == ["enabled"], 30)
    pay(serving, account)
    receiver.wait_for(3)
    assert sorted(receiver.types) == sorted(PAID)


def test_logs_tail(cli: Cli, serving: Serving, account: Account) -> None:
    """`stripe logs tail` shows each request as it is made, refused ones with what was wrong."""
    with cli.stay("logs", "tail", "--format", "JSON") as tail:
        tail.wait_for("Ready!")
        pay(serving, account)
        serving.call("GET", "/v1/charges/ch_gone", key=account.key)
        tail.wait_for("resource_missing")
        tail.wait_for("/v1/payment_intents")
    # The CLI prints each in a routine of its own: which of two comes first is chance.
    shown = {line["url"]: line for line in map(json.loads, (said for said in tail.said.splitlines() if said.startswith("{")))}
    assert sorted((line["method"], line["url"], line["status"]) for line in shown.values()) == [
        ("GET", "/v1/charges/ch_gone", 404), ("POST", "/v1/payment_intents", 200),
    ]  # fmt: skip
    error = shown["/v1/charges/ch_gone"]["error"]
    assert (error["type"], error["param"]) == ("invalid_request_error", "id")


def test_logs_tail_shows_what_its_filters_want(cli: Cli, serving: Serving, account: Account) -> None:
    with cli.stay("logs", "tail", "--filter-http-method", "GET", "--filter-status-code-type", "4XX") as tail:
        tail.wait_for("Ready!")
        pay(serving, account)
        serving.call("GET", "/v1/charges", key=account.key)
        serving.call("GET", "/v1/charges/ch_gone", key=account.key)
        tail.wait_for("ch_gone")
    assert re.findall(r"(GET|POST) (/v1/\S+)", tail.said) == [("GET", "/v1/charges/ch_gone")]


def test_resource_commands(cli: Cli, serving: Serving, account: Account, tmp_path: Path) -> None:
    """The CLI's commands for single resources: create, list, update, retrieve, delete. As npm's own command for once."""
    assert cli.run("version").stdout == Cli(serving, account.key, tmp_path, cli_project.SHIM).run("version").stdout
    made = json.loads(cli.run("customers", "create", "--email", "jenny@example.com", "-d", "metadata[order]=6735").stdout)
    assert (made["email"], made["metadata"]) == ("jenny@example.com", {"order": "6735"})
    paid = pay(serving, account, "pm_card_createDispute")
    listed = json.loads(cli.run("disputes", "list", "--limit", "3").stdout)
    assert [dispute["charge"] for dispute in listed["data"]] == [paid["latest_charge"]]
    closed = json.loads(cli.run("disputes", "close", listed["data"][0]["id"], "--confirm").stdout)
    assert closed["status"] == "lost"
    said = cli.run("customers", "delete", made["id"], "--confirm").stdout
    gone = json.loads(said[said.index("{") :])
    assert gone == {"id": made["id"], "object": "customer", "deleted": True}


def test_fixtures(cli: Cli, serving: Serving, account: Account, tmp_path: Path) -> None:
    """`stripe fixtures` plays a file whose later calls name what earlier ones made."""
    file = tmp_path / "fixtures.json"
    file.write_text(json.dumps({
        "_meta": {"template_version": 0},
        "fixtures": [
            {"name": "jenny", "path": "/v1/customers", "method": "post", "params": {"name": "Jenny Rosen"}},
            {"name": "paid", "path": "/v1/payment_intents", "method": "post", "params": {
                "amount": 1500, "currency": "usd", "customer": "${jenny:id}", "payment_method": "pm_card_visa", "confirm": True,
                "payment_method_types": ["card"]}},
            {"name": "back", "path": "/v1/refunds", "method": "post", "params": {"payment_intent": "${paid:id}", "amount": 500}},
        ],
    }))  # fmt: skip
    done = cli.run("fixtures", str(file))
    assert done.returncode == 0, done.stderr + done.stdout
    (refund,) = serving.call("GET", "/v1/refunds", key=account.key)[1]["data"]
    (intent,) = serving.call("GET", "/v1/payment_intents", key=account.key)[1]["data"]
    assert (refund["amount"], refund["payment_intent"]) == (500, intent["id"])
    assert serving.call("GET", f"/v1/customers/{intent['customer']}", key=account.key)[1]["name"] == "Jenny Rosen"


def test_merchants_do_not_hear_each_other(cli: Cli, listening: Staying, serving: Serving, receiver: Receiver) -> None:
    """A CLI hears its own merchant only."""
    other = Account(serving, secrets.token_hex(8))
    pay(serving, other)
    other.settle()
    assert (deliveries(other), receiver.got) == ([], [])


TRIGGERS = (
    "balance.available", "charge.captured", "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed", "charge.failed",
    "charge.refunded", "charge.refund.updated", "charge.succeeded", "payment_intent.succeeded", "payment_intent.created",
    "payment_intent.requires_action", "payment_intent.amount_capturable_updated", "payment_intent.payment_failed",
    "payment_intent.canceled", "payment_intent.processing", "customer.created", "customer.updated", "customer.deleted",
    "customer.source.created", "customer.source.updated", "payment_method.attached", "payment_method.detached",
    "payment_method.updated", "setup_intent.created", "setup_intent.succeeded", "setup_intent.canceled",
    "setup_intent.requires_action", "setup_intent.setup_failed",
)  # fmt: skip


def test_there_are_29_triggers() -> None:
    assert len(set(TRIGGERS)) == len(TRIGGERS) == 29


@pytest.mark.parametrize("name", TRIGGERS)
def test_trigger(name: str, cli: Cli, serving: Serving, account: Account) -> None:
    """`stripe trigger NAME` succeeds and leaves an event of its name."""
    done = cli.run("trigger", name)
    assert done.returncode == 0, done.stdout + done.stderr
    happened = [event["type"] for event in serving.call("GET", "/v1/events", {"limit": 100}, account.key)[1]["data"]]
    assert name in happened, done.stdout + done.stderr
