"""One golden journey an API train: a payment from its intent to the end of its dispute, as a client of that version reads it all.

Every answer is in the version that the request names, every webhook in that of its endpoint.
"""

from __future__ import annotations

from typing import Any

from tests.contract.openapi import check_event
from tests.harness import Shop
from tests.snapshots.payments import Scene

# The last version of each train.
TRAINS = {
    "acacia": "2025-02-24.acacia", "basil": "2025-08-27.basil", "clover": "2026-02-25.clover", "dahlia": "2026-08-26.dahlia",
    "endive": "2026-10-28.endive",
}  # fmt: skip


class Traveller:
    """A client of one version: what it asked and was told."""

    def __init__(self, shop: Shop, version: str) -> None:
        self.shop = shop
        self.version = version
        self.told: list[dict[str, Any]] = []

    def call(self, method: str, path: str, **params: Any) -> Any:
        answer = self.shop.call(method, path, params, headers={"stripe-version": self.version})
        assert (answer.status, answer.headers["stripe-version"]) == (200, self.version), answer.body
        self.told.append({"call": f"{method} {path}", "answer": answer.body})
        return answer.body

    def post(self, path: str, **params: Any) -> Any:
        return self.call("POST", path, **params)


def journey(version: str) -> Scene:
    def travel(shop: Shop) -> Any:
        me = Traveller(shop, version)
        me.post("/v1/webhook_endpoints", url="http://localhost:4242/hook", enabled_events=["*"], api_version=version)
        customer = me.post("/v1/customers", name="Jenny Rosen", email="jenny@example.com")["id"]
        wanted = {"amount": 2000, "currency": "usd", "description": "order 6735", "customer": customer}
        intent = me.post("/v1/payment_intents", payment_method="pm_card_createDispute", capture_method="manual", **wanted)["id"]
        me.post(f"/v1/payment_intents/{intent}/confirm")
        shop.freeze()
        me.post(f"/v1/payment_intents/{intent}/capture", amount_to_capture=1800)
        (disputed,) = me.call("GET", "/v1/disputes", payment_intent=intent)["data"]
        me.post(f"/v1/disputes/{disputed['id']}", evidence={"product_description": "Shoes"}, submit=False)
        me.post(f"/v1/disputes/{disputed['id']}", evidence={"uncategorized_text": "winning_evidence"})
        shop.advance(seconds=6)
        me.call("GET", f"/v1/disputes/{disputed['id']}", expand=["charge.balance_transaction"])
        me.post("/v1/refunds", payment_intent=intent, amount=500, reason="requested_by_customer")
        shop.advance(seconds=2)
        me.post("/v1/charges", amount=700, currency="usd", source="tok_createDisputeProductNotReceived")
        accepted = me.call("GET", "/v1/disputes", limit=1)["data"][0]["id"]
        me.post(f"/v1/disputes/{accepted}/close")
        me.call("GET", "/v1/balance_transactions")
        shop.settle()
        events = [heard.event for heard in shop.receiver.heard]
        wrong = [line for event in events for line in check_event(event)]
        assert not wrong, "\n".join(wrong)
        assert {event["api_version"] for event in events} == {version}
        return {"answers": me.told, "events": events}

    return travel


SCENES: dict[str, Scene] = {f"journey.{train}": journey(version) for train, version in TRAINS.items()}
