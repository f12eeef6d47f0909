"""Orders with Google in process: the shop of the harness, and the example restaurant behind its webhook."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from sandbox.core.records import Charge, Event, Refund
from tests.example import restaurant
from tests.example.restaurant import rupees
from tests.harness import Answer, Heard, Receiver, Shop

URL = "http://localhost:4242/webhook"
PIZZA = {"id": "li-1", "name": "Pizza", "type": "REGULAR", "quantity": 1, "price": rupees(250)}
CHEESE = {"id": "li-2", "name": "Extra cheese", "type": "REGULAR", "quantity": 1, "price": rupees(35)}
CART: Mapping[str, Any] = {"merchant": {"id": "r-1", "name": "Example Pizza"}, "lineItems": [PIZZA, CHEESE]}
TOTAL = 28_500  # paise


class Kitchen(Shop):
    """A merchant whose partner is the example restaurant.

    Args:
        state: what it answers to a submitted order.
        says: what it answers instead: a function of what was asked that gives a status, a body or a response.
    """

    def __init__(
        self, state: str = "CONFIRMED", says: Callable[[Mapping[str, Any]], Any] | None = None, partner: Mapping[str, Any] | None = None,
        journal: Any = None, **settings: Any,
    ) -> None:  # fmt: skip
        def answered(heard: Heard) -> Any:
            asked = heard.event
            said = says(asked) if says is not None else None
            if said is None:
                said = restaurant.answer(asked, state)
            return httpx.Response(200, json=said) if isinstance(said, dict) else said

        own = {"providers": {"google_ordering": settings}} if settings else {}
        super().__init__(receiver=Receiver(answered), journal=journal, **own)
        wanted = {"project_id": restaurant.PROJECT, "webhook_url": URL, "jwt": False, **(partner or {})}
        answer = self.control("POST", "/google/ordering/partners", wanted)
        assert answer.status == 200, answer.body
        self.partner: Any = answer.body
        self.minute = 0

    @property
    def asked(self) -> list[str]:
        """The intents that the webhook heard."""
        return [heard.event["inputs"][0]["intent"] for heard in self.receiver.heard]

    def checkout(self, cart: Any = CART, partner: str = "") -> Answer:
        return self.control("POST", "/google/ordering/checkouts", {"partner": partner or self.partner["id"], "cart": cart})

    def submit(self, checkout: Any, **how: Any) -> Answer:
        return self.control("POST", f"/google/ordering/checkouts/{checkout['id']}/submit", how)

    def order(self, rupees_: int = 285, **how: Any) -> Any:
        """An order of one dish, submitted; as the control API shows it."""
        cart = {**CART, "lineItems": [{**PIZZA, "price": rupees(rupees_)}]} if rupees_ != 285 else CART
        checkout = self.checkout(cart)
        assert checkout["status"] == "ready", checkout.body
        answer = self.submit(checkout, **how)
        assert answer.status == 200, answer.body
        return answer.body

    def at(self) -> str:
        """A time at the partner, a minute later than the last."""
        self.minute += 1
        return f"2026-01-05T10:{self.minute:02d}:00Z"

    def update(
        self, order: Any, state: str | None = None, total: int | None = None, at: str | None = None, sandbox: Any = True, **more: Any
    ) -> Answer:
        """An order update; `total` in whole rupees."""
        price = rupees(total) if total is not None else None
        return self.send(restaurant.update(order["action_order_id"], state, at or self.at(), price, **more), sandbox)

    def send(self, update: Any, sandbox: Any = True) -> Answer:
        return self.push({"isInSandbox": sandbox, "customPushMessage": {"orderUpdate": update}})

    def push(self, body: Any, token: str | None = None) -> Answer:
        """The very call of a partner; bytes go as they are."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"authorization": f"Bearer {self.partner['access_token'] if token is None else token}"}
        response = self.run(self._client.request("POST", "/v2/conversations:send", content=content, headers=headers))
        return Answer(response.status_code, response.json(), response.headers)

    def shown(self, order: Any) -> Any:
        return self.control("GET", f"/google/ordering/orders/{order['id']}").body

    def rules(self, order: Any) -> list[str]:
        """By which rules the order's updates were decided, the submit's left out."""
        return [row["rule"] for row in self.shown(order)["updates"] if row["rule"][0] != "S"]

    def refunds(self, order: Any) -> list[int]:
        return [refund.amount for refund in self.merchant.store.shelf("google_ordering", Refund).of("parent_id", order["id"])]

    def charges(self) -> list[Charge]:
        return list(self.merchant.store.shelf("google_ordering", Charge).rows.values())

    def types(self, since: int = 0) -> list[str]:
        return [event.type for event in self.merchant.store.all(Event) if event.provider == "google_ordering"][since:]

    def money(self, account: str = "merchant:available") -> int:
        return self.balance(account, "inr", "google_ordering")
