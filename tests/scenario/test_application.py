"""Shipped stories judge an application: a right one passes them, each wrong one is caught, by what it did at the API."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.scenario.library import shipped
from sandbox.scenario.reader import read_file
from tests.example.shop import SECRET
from tests.scenario.application import Application
from tests.server.test_serve import free_port
from tests.serving import Serving, command

LONG = "full-quarter"  # hundreds of payments
STORIES = tuple(path.stem for path in shipped() if "stripe" in read_file(path).scenario.providers and path.stem != LONG)


def played(bug: str, *stories: str) -> tuple[int, list[dict[str, Any]]]:
    """The exit code and the verdicts of `payment-sandbox run` about the example shop."""
    port = free_port()
    with Application(f"http://127.0.0.1:{port}", bug) as application:
        hook = ("--webhook", application.url, "--webhook-secret", SECRET)
        done = command("run", *stories, "--provider", "stripe", *hook, "--port", str(port), "--json")
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)["verdicts"]


def judged(bug: str, *stories: str) -> tuple[int, dict[str, list[str]]]:
    """The exit code, and what failed in each story that did not hold."""
    code, rows = played(bug, *stories)
    return code, {
        row["scenario"]: [check["what"] for check in row["checks"] if check["result"] == "failed"] for row in rows if not row["passed"]
    }


@pytest.mark.parametrize("stories", [STORIES, pytest.param((LONG,), marks=pytest.mark.slow)], ids=["all", LONG])
def test_an_application_that_does_right_passes(stories: tuple[str, ...]) -> None:
    assert judged("", *stories) == (0, {})


@pytest.mark.parametrize(
    ("bug", "story", "caught"),
    [
        ("acts_twice", "fraud-warned-refunded", "a duplicate webhook is not acted on twice"),
        ("refunds_disputed", "fraud-chargeback", "a charged-back payment is never refunded"),
        ("answers_late", "fraud-warned-refunded", "the application's POST /v1/refunds, within 86400 s of simulated time"),
        ("trusts_order", "webhook-storm", "webhooks out of order do no harm"),
        ("answers_500", "won-with-documents", "every webhook was answered 2xx within its window"),
        ("forgets_keys", "lost-reply", "what is tried again carries the same idempotency key"),
        ("sleeps", "missed-deadline", "the dispute was answered before its deadline"),
        ("sleeps", "fraud-warned-refunded", "the application's POST /v1/refunds, within 86400 s of simulated time"),
    ],
)
def test_an_application_that_does_wrong_is_caught(bug: str, story: str, caught: str) -> None:
    code, failed = judged(bug, story)
    assert code == 1
    assert caught in failed[story]


def test_one_that_answers_late_did_act_but_after_its_window() -> None:
    """The refund's day was over, the bank had the money; then it answered the dispute, two days after the warning."""
    _, [verdict] = played("answers_late", "fraud-warned-refunded")
    at = {row["what"]: row["at"] for row in reversed(verdict["timeline"])}  # the first of each
    assert "refund.created" not in at
    assert at["charge.dispute.updated"] > at["charge.dispute.created"] > at["radar.early_fraud_warning.created"]


def test_the_control_api_judges_an_application_too() -> None:
    with Serving() as server, Application(server.url, "acts_twice", merchant="alpha") as application:
        body = {"provider": "stripe", "webhook": application.url, "webhook_secret": SECRET}
        status, answer = server.call("POST", "/_sandbox/scenarios/fraud-warned-refunded/run", body)
    assert (status, answer["passed"]) == (200, False)
    failed = [check["what"] for row in answer["verdicts"] for check in row["checks"] if check["result"] == "failed"]
    assert failed == ["a duplicate webhook is not acted on twice"]


def test_a_running_server_judges_an_application_too() -> None:
    with Serving() as server, Application(server.url, merchant="till") as application:
        at = ("--server", server.url, "--merchant", "till", "--webhook", application.url, "--webhook-secret", SECRET)
        done = command("run", "missed-deadline", "--provider", "stripe", *at)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok   missed-deadline on stripe: " in done.stdout
