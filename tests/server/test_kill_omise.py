"""The same as `test_kill` for Omise: what was answered before SIGKILL is there after a restart, and no webhook is lost."""

from __future__ import annotations

import http.client
import itertools
import json
import signal
import threading
import time
from pathlib import Path
from typing import Any

from tests.server.test_kill import Receiver, everything
from tests.server.test_kill import receiver as receiver
from tests.serving import Serving

KEY = "skey_test_alpha"
CARD = {"name": "Somchai Prasert", "number": "4242424242424242", "expiration_month": "12", "expiration_year": "2034"}
CLIENTS, ANSWERS, SECONDS_MAX = 4, 80, 60.0


class Load:
    """Clients that tokenize, pay, refund and dispute until the server is gone; `answered` holds what they were told."""

    def __init__(self, server: Serving) -> None:
        self.server = server
        self.answered: list[dict[str, Any]] = []
        self._gone = threading.Event()
        self._threads = [threading.Thread(target=self._client, daemon=True) for _ in range(CLIENTS)]

    def run_until(self, number: int) -> None:
        for thread in self._threads:
            thread.start()
        until = time.monotonic() + SECONDS_MAX
        while len(self.answered) < number and not self._gone.is_set() and time.monotonic() < until:
            time.sleep(0.002)
        assert len(self.answered) >= number, "the server did not answer in time"

    def finish(self) -> None:
        self._gone.set()
        for thread in self._threads:
            thread.join(60)

    def _client(self) -> None:
        try:
            for number in itertools.count():
                token = self._ask("/tokens", {"card": CARD})
                charge = self._ask("/charges", {"amount": 100_000 + number, "currency": "thb", "card": token["id"]})
                self._ask(f"/charges/{charge['id']}/" + ("disputes" if number % 2 else "refunds"), {} if number % 2 else {"amount": 1_000})
        except (OSError, http.client.HTTPException, json.JSONDecodeError):
            self._gone.set()

    def _ask(self, path: str, params: dict[str, Any]) -> dict[str, Any]:
        status, body = self.server.call("POST", path, params, KEY)
        assert status == 200, body
        self.answered.append(body)
        return body  # type: ignore[no-any-return]


def test_nothing_that_omise_acknowledged_is_lost(tmp_path: Path, receiver: Receiver) -> None:
    """Charges, refunds and disputes with their deadlines; failed webhooks go on with their plan."""
    data = str(tmp_path / "state.sqlite")
    with Serving("--data", data) as server:
        plan = {"providers": {"omise": {"webhook_retries": ",".join(["1"] * 30)}}}
        for path, body in (("settings", plan), ("webhook_endpoints", {"provider": "omise", "url": receiver.url})):
            status, answer = server.call("POST", f"/_sandbox/{path}", body, KEY)
            assert status == 200, answer
        load = Load(server)
        load.run_until(ANSWERS)
        server.stop(signal.SIGKILL)
        load.finish()
    receiver.moody = False
    with Serving("--data", data) as server:
        due = {timer["target"] for timer in everything(server, "/timers") if timer["name"] == "response_due"}
        for told in load.answered:
            where = f"/tokens/{told['id']}" if told["object"] == "token" else told["location"]
            status, kept = server.call("GET", where, key=KEY)
            assert (status, kept["id"]) == (200, told["id"]), told
            if told["object"] == "dispute":
                assert told["id"] in due
                assert (kept["status"], kept["amount"]) == ("open", told["amount"])
        status, ledger = server.call("GET", "/_sandbox/ledger", key=KEY)
        assert ledger["balanced"]
        status, answer = server.call("POST", "/_sandbox/clock/advance", {"seconds": 60}, KEY)
        assert status == 200, answer
        events = {event["id"] for event in everything(server, "/events")}
        assert events
        assert events <= receiver.accepted
