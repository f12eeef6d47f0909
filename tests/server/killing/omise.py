"""Clients of Omise that tokenize, pay, refund and dispute."""

from __future__ import annotations

from typing import Any

from tests.server.killing.base import Load, Receiver, everything
from tests.serving import Serving

KEY = "skey_test_alpha"
CARD = {"name": "Somchai Prasert", "number": "4242424242424242", "expiration_month": "12", "expiration_year": "2034"}


class OmiseLoad(Load):
    provider = "omise"
    secret_key = KEY
    kills = 1

    def act(self, name: str, number: int) -> None:
        token = self.ask("/tokens", {"card": CARD})
        charge = self.ask("/charges", {"amount": 100_000 + number, "currency": "thb", "card": token["id"]})
        self.ask(f"/charges/{charge['id']}/" + ("disputes" if number % 2 else "refunds"), {} if number % 2 else {"amount": 1_000})

    @classmethod
    def prepare(cls, server: Serving, receiver: Receiver) -> None:
        plan = {"providers": {"omise": {"webhook_retries": ",".join(["1"] * 30)}}}
        for path, body in (("settings", plan), ("webhook_endpoints", {"provider": "omise", "url": receiver.url})):
            status, answer = server.call("POST", f"/_sandbox/{path}", body, KEY)
            assert status == 200, answer

    def check(self, server: Serving) -> None:
        """Charges, refunds and disputes with their deadlines."""
        due = {timer["target"] for timer in everything(server, "/timers") if timer["name"] == "response_due"}
        for told in (asked.body for asked in self.answered):
            where = f"/tokens/{told['id']}" if told["object"] == "token" else told["location"]
            status, kept = server.call("GET", where, key=KEY)
            assert (status, kept["id"]) == (200, told["id"]), told
            if told["object"] == "dispute":
                assert told["id"] in due
                assert (kept["status"], kept["amount"]) == ("open", told["amount"])
        assert server.call("GET", "/_sandbox/ledger", key=KEY)[1]["balanced"]

    @classmethod
    def check_all(cls, server: Serving, loads: list[Any]) -> None:
        """Each charge was made once, and every webhook was delivered in the end."""
        status, answer = server.call("POST", "/_sandbox/clock/advance", {"seconds": 60}, KEY)
        assert status == 200, answer
        made = [event["object"] for event in everything(server, "/events") if event["type"] == "charge.create"]
        assert len(made) == len(set(made))
        assert {asked.body["id"] for load in loads for asked in load.answered if asked.path == "/charges"} <= set(made)
        assert {delivery["status"] for delivery in everything(server, "/deliveries")} == {"delivered"}
