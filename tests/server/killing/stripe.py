"""Clients of Stripe that pay, refund and are disputed."""

from __future__ import annotations

from typing import Any

from tests.server.killing.base import Asked, Load, Receiver, everything
from tests.serving import Serving

METHODS = ("pm_card_visa", "pm_card_createDispute", "pm_card_pendingRefund", "pm_card_bypassPending")


class StripeLoad(Load):
    provider = "stripe"
    secret_key = "sk_test_alpha"

    def act(self, name: str, number: int) -> None:
        paid = self.ask(
            "/v1/payment_intents",
            {
                "amount": 1000 + number, "currency": "usd", "payment_method": METHODS[number % len(METHODS)], "confirm": True,
                "capture_method": "manual" if number % 3 == 2 else "automatic",
            },
            name,
        )  # fmt: skip
        if paid["status"] == "succeeded" and number % len(METHODS) != 1:
            self.ask("/v1/refunds", {"payment_intent": paid["id"], "amount": 100}, f"{name} refund")

    @classmethod
    def prepare(cls, server: Serving, receiver: Receiver) -> None:
        if not server.call("GET", "/v1/webhook_endpoints")[1]["data"]:
            status, made = server.call("POST", "/v1/webhook_endpoints", {"url": receiver.url, "enabled_events": ["*"]})
            assert status == 200, made

    def check(self, server: Serving) -> None:
        """Each answer is given again under its key, what it made exists once, and its timers are armed."""
        for asked in self.answered:
            assert server.call("POST", asked.path, asked.params, idempotency_key=asked.key) == (200, asked.body)
            status, found = server.call("GET", f"{asked.path}/{asked.body['id']}")
            assert (status, found["id"], found["amount"]) == (200, asked.body["id"], asked.body["amount"])
        armed = {(timer["name"], timer["target"]) for timer in everything(server, "/timers")}
        for asked in self.answered:
            if asked.body.get("status") == "requires_capture":
                assert any(target == asked.body["id"] for _, target in armed), asked
        for path, params, key in self.unanswered:
            # Whether it was carried out before the end nobody knows; asked again, it is or was, once.
            status, body = server.call("POST", path, params, idempotency_key=key)
            assert status == 200, body
            self.answered.append(Asked(path, params, key, body))

    @classmethod
    def check_all(cls, server: Serving, loads: list[Any]) -> None:
        answered = [asked for load in loads for asked in load.answered]
        intents = [asked for asked in answered if asked.path == "/v1/payment_intents"]
        status, moved = server.call("POST", "/_sandbox/clock/advance", {"days": 8})
        assert status == 200, moved
        events = everything(server, "/events")
        created = [event["object"] for event in events if event["type"] == "payment_intent.created"]
        assert sorted(created) == sorted(asked.body["id"] for asked in intents)
        refunded = [event["object"] for event in events if event["type"] == "refund.created"]
        assert sorted(refunded) == sorted(asked.body["id"] for asked in answered if asked.path == "/v1/refunds")
        assert {delivery["status"] for delivery in everything(server, "/deliveries")} == {"delivered"}
        manual = {asked.body["id"] for asked in intents if asked.body["status"] == "requires_capture"}
        assert manual
        canceled = [event["object"] for event in events if event["type"] == "payment_intent.canceled"]
        assert sorted(canceled) == sorted(manual)
        assert server.call("GET", "/_sandbox/ledger")[1]["balanced"] is True
