"""What guests order at Google, and what a restaurant tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.providers.google import access_token
from sandbox.providers.google_ordering.records import Checkout, Order, Partner
from tests.example import restaurant
from tests.harness import Answer, Shop
from tests.lives import base
from tests.lives.base import Step

ROOT = "/google/ordering"
ANSWERS = ("CONFIRMED", "CREATED", "CONFIRMED", "REJECTED", "unreadable")
STATES = ("IN_PREPARATION", None, "FULFILLED", "CANCELLED", "REJECTED", None)
SETTINGS: tuple[dict[str, Any], ...] = (
    {"refund_delay_s": 86_400}, {"refund_delay_s": 0}, {"strict": True}, {"refund_on_submit_failure": True}, {"strict": None},
)  # fmt: skip


def nth(shop: Shop, kind: type, number: int) -> str:
    return base.nth(shop, "google_ordering", kind, number)


def partner(shop: Shop, number: int) -> Answer:
    """Without a signature: keys of one world are no other's."""
    wanted = {"project_id": f"p-{number}", "webhook_url": "sandbox:partner", "jwt": False, "sandbox": number % 4 > 0}
    return shop.control("POST", f"{ROOT}/partners", {**wanted, "answers": {"submit": ANSWERS[number % len(ANSWERS)]}})


def checkout(shop: Shop, number: int) -> Answer:
    if not len(shop.merchant.store.shelf("google_ordering", Partner)):
        partner(shop, 0)
    line = {"id": "1", "name": "Pizza", "price": restaurant.rupees(200 + number)}
    return shop.control("POST", f"{ROOT}/checkouts", {"partner": nth(shop, Partner, number), "cart": {"lineItems": [line]}})


def order(shop: Shop, number: int) -> Answer:
    checkout(shop, number)
    ready = [one.id for one in shop.merchant.store.shelf("google_ordering", Checkout).rows.values() if one.status == "ready"]
    chosen = ready[number % len(ready)] if ready else "missing"
    return shop.control("POST", f"{ROOT}/checkouts/{chosen}/submit", {"card": "declined" if number % 7 == 6 else "ok"})


def update(shop: Shop, number: int) -> Answer:
    """Sometimes one that was sent before, or one that is older than the last."""
    chosen: Order | None = shop.merchant.get("google_ordering", Order, nth(shop, Order, number // 3))
    if chosen is None:
        return order(shop, number)
    total = restaurant.rupees(100 + number) if number % 2 else None
    sent = restaurant.update(chosen.action_order_id or "nobody's", STATES[number % 6], f"2026-01-05T1{number % 5}:00:00Z", total)
    body = {"isInSandbox": chosen.sandbox, "customPushMessage": {"orderUpdate": sent}}
    return base.tell_google(shop, "POST", "/v2/conversations:send", body, access_token(shop.merchant, "ordering", chosen.partner_id))


STEPS: Mapping[str, Step[Shop]] = {
    "pay": order,
    "partner": partner,
    "checkout": checkout,
    "update": update,
    "settings": lambda shop, n: shop.control("POST", "/settings", {"providers": {"google_ordering": SETTINGS[n % len(SETTINGS)]}}),
}
TOLD = (
    ([("settings", 0), ("pay", 1), ("update", 1), ("update", 1)], [("update", 3), ("advance", 16), ("pay", 2)]),
    ([("partner", 4), ("pay", 0), ("pay", 6)], [("update", 0), ("partner", 3), ("pay", 1)]),
)
