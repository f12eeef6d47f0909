"""Shipped stories judge an application: a right one passes them, each wrong one is caught, by what it did at the API."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.scenario.library import shipped
from tests.scenario.application import Application
from tests.server.test_serve import free_port
from tests.serving import Serving, command

STORIES = tuple(path.stem for path in shipped())


def judged(fault: str, *stories: str) -> tuple[int, dict[str, list[str]]]:
    """The exit code, and what failed in each story that did not hold."""
    port = free_port()
    with Application(f"http://127.0.0.1:{port}", fault) as application:
        done = command("run", *stories, "--provider", "stripe", "--webhook", application.url, "--port", str(port), "--json")
    assert done.stdout, done.stderr
    rows: list[dict[str, Any]] = json.loads(done.stdout)["verdicts"]
    return done.returncode, {
        row["scenario"]: [check["what"] for check in row["checks"] if check["result"] == "failed"] for row in rows if not row["passed"]
    }


def test_an_application_that_does_right_passes() -> None:
    assert judged("none", *STORIES) == (0, {})


@pytest.mark.parametrize(
    ("fault", "story", "caught"),
    [
        ("acts_twice", "fraud-warned-refunded", "a duplicate webhook is not acted on twice"),
        ("refunds_disputed", "fraud-chargeback", "a charged-back payment is never refunded"),
        ("answers_500", "won-with-documents", "every webhook was answered 2xx within its window"),
        ("forgets_keys", "lost-reply", "what is tried again carries the same idempotency key"),
        ("sleeps", "missed-deadline", "the dispute was answered before its deadline"),
        ("sleeps", "fraud-warned-refunded", "the application's POST /v1/refunds, within 86400 s of simulated time"),
    ],
)
def test_an_application_that_does_wrong_is_caught(fault: str, story: str, caught: str) -> None:
    code, failed = judged(fault, story)
    assert code == 1
    assert caught in failed[story]


def test_the_control_api_judges_an_application_too() -> None:
    with Serving() as server, Application(server.url, "acts_twice", merchant="alpha") as application:
        body = {"provider": "stripe", "webhook": application.url}
        status, answer = server.call("POST", "/_sandbox/scenarios/fraud-warned-refunded/run", body)
    assert (status, answer["passed"]) == (200, False)
    failed = [check["what"] for row in answer["verdicts"] for check in row["checks"] if check["result"] == "failed"]
    assert failed == ["a duplicate webhook is not acted on twice"]


def test_a_running_server_judges_an_application_too() -> None:
    with Serving() as server, Application(server.url, merchant="till") as application:
        done = command(
            "run", "missed-deadline", "--provider", "stripe", "--server", server.url, "--webhook", application.url, "--merchant", "till"
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok   missed-deadline on stripe: " in done.stdout
