"""Guests who order with Google at a built-in restaurant: each order is a call to it, made while the card is charged already."""

from __future__ import annotations

from typing import Any

from tests.server.killing.base import Load, Receiver, everything
from tests.serving import Serving

ROOT = "/_sandbox/google/ordering"
PIZZA = {"id": "1", "name": "Pizza"}


class OrderingLoad(Load):
    provider = "google_ordering"
    secret_key = "sk_test_alpha"
    kills = 1

    def act(self, name: str, number: int) -> None:
        (partner,) = everything(self.server, "/google/ordering/partners")
        price = {"type": "ACTUAL", "amount": {"currencyCode": "INR", "units": str(200 + number)}}
        checkout = self.ask(f"{ROOT}/checkouts", {"partner": partner["id"], "cart": {"lineItems": [{**PIZZA, "price": price}]}})
        self.ask(f"{ROOT}/checkouts/{checkout['id']}/submit", {})

    @classmethod
    def prepare(cls, server: Serving, receiver: Receiver) -> None:
        assert receiver.accepted == set()
        wanted = {"project_id": "p-1", "webhook_url": "sandbox:partner", "jwt": False}
        status, answer = server.call("POST", f"{ROOT}/partners", wanted)
        assert status == 200, answer

    def check(self, server: Serving) -> None:
        """Checkouts and orders, as they were answered."""
        for told in (asked.body for asked in self.answered):
            ordered = "google_order_id" in told
            status, kept = server.call("GET", f"{ROOT}/{'orders' if ordered else 'checkouts'}/{told['id']}")
            assert (status, kept) == (200, told if ordered else {**told, "status": kept["status"], "order": kept["order"]})

    @classmethod
    def check_all(cls, server: Serving, loads: list[Any]) -> None:
        """Whoever was charged has an order that the restaurant has taken: once, and under one number."""
        status, answer = server.call("POST", "/_sandbox/clock/advance", {"seconds": 60})
        assert status == 200, answer
        orders = everything(server, "/google/ordering/orders")
        told = {asked.body["id"] for load in loads for asked in load.answered if asked.path.endswith("/submit")}
        assert told <= {order["id"] for order in orders}
        assert len({order["google_order_id"] for order in orders}) == len(orders)
        assert {(order["state"], order["captured"] == order["total"]) for order in orders} == {("CONFIRMED", True)}
        ledger = server.call("GET", "/_sandbox/ledger")[1]
        assert ledger["balanced"]
        held = {row["name"]: row["balance"] for row in ledger["accounts"] if row["provider"] == cls.provider}
        assert held["merchant:available"] == sum(order["captured"] for order in orders)

    @classmethod
    def check_told(cls, server: Serving, receiver: Receiver) -> None:
        """Nobody is told but the restaurant, of each cart and each order."""
        assert {row["status"] for row in everything(server, "/deliveries")} == {"delivered"}
        assert receiver.accepted == set()
