"""A shop of two providers with some of everything, to look at: for pictures, and for tests of every page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from tests.serving import Serving

MERCHANT = "hats"
START = "2026-03-02T09:00:00Z"
DEAD = "http://127.0.0.1:9/webhooks"  # nobody listens on the discard port
PAGES: Sequence[str] = (
    "payments", "payment", "disputes", "dispute", "webhooks", "delivery", "inbox", "requests", "request", "ledger", "faults",
    "scenarios", "scenario", "merchants",
)  # fmt: skip


SOLD = (("Red felt hat", 4_321, "usd"), ("Panama, size 58", 12_900, "eur"), ("Hat box", 2_000, "usd"), ("Straw hat", 9_800, "jpy"))
WANTED = ["charge.dispute.created", "charge.dispute.closed", "charge.refunded"]


class Story(NamedTuple):
    """Where each page's subject is."""

    url: str
    merchant: str
    subjects: dict[str, str]  # page -> path, for pages about one thing

    def address(self, page: str) -> str:
        return f"{self.subjects.get(page, f'/{page}')}?merchant={self.merchant}"

    def presses(self, page: str) -> Sequence[Callable[[Any], None]]:
        """What is done on a page before its picture is taken."""
        return (run,) if page == "scenario" else ()


def run(tab: Any) -> None:
    tab.locator("main").get_by_role("button", name="Run", exact=True).click()
    tab.locator(".verdict").wait_for()


class Shop:
    def __init__(self, serving: Serving, merchant: str) -> None:
        self.serving, self.merchant = serving, merchant

    def control(self, method: str, path: str, body: Any = None) -> Any:
        return self._made(method, f"/_sandbox{path}", body, "sk_test_")

    def stripe(self, path: str, **params: Any) -> Any:
        return self._made("POST", f"/v1/{path}", params, "sk_test_")

    def omise(self, path: str, **params: Any) -> Any:
        return self._made("POST", f"/{path}", params, "skey_test_")

    def _made(self, method: str, path: str, body: Any, prefix: str) -> Any:
        status, answer = self.serving.call(method, path, body, prefix + self.merchant)
        assert status in (200, 402), answer
        return answer


def told(serving: Serving, merchant: str = MERCHANT) -> Story:
    """Payments of a fortnight, disputes in every state, webhooks that arrive and that do not, faults and a snapshot."""
    shop = Shop(serving, merchant)
    shop.control("POST", "/clock", {"now": START, "rate": 0})
    for provider in ("stripe", "omise"):
        shop.control("POST", "/webhook_endpoints", {"provider": provider, "url": "sandbox:inbox"})
    customer = shop.stripe("customers", name="Ann Lee", email="ann@example.com")["id"]
    sold = [shop.stripe("charges", amount=amount, currency=currency, source="tok_visa", description=what)
            for what, amount, currency in SOLD]  # fmt: skip
    shop.control("POST", "/clock/advance", {"hours": 51})
    confirmed = {"currency": "usd", "confirm": True}
    shop.stripe("payment_intents", amount=7_550, payment_method="pm_card_visa_chargeDeclined", description="Top hat", **confirmed)
    shop.stripe("payment_intents", amount=8_900, payment_method="pm_card_visa", description="Bowler, made to measure",
                capture_method="manual", customer=customer, **confirmed)  # fmt: skip
    token = shop.omise("tokens", card={"name": "Somchai", "number": "4242424242424242", "expiration_month": 9, "expiration_year": 2030})
    baht = shop.omise("charges", amount=159_000, currency="thb", card=token["id"], description="Woven hats, two")
    shop.stripe("refunds", charge=sold[2]["id"], amount=500)
    claim = shop.control("POST", "/disputes", {"charge": sold[0]["id"], "reason": "product_not_received"})
    lost = shop.control("POST", "/disputes", {"charge": sold[1]["id"], "reason": "fraudulent"})
    shop.control("POST", f"/disputes/{lost['id']}/lose", {})
    shop.control("POST", "/disputes", {"charge": sold[3]["id"], "reason": "product_unacceptable", "kind": "inquiry"})
    worker = {"provider": "stripe", "url": DEAD, "description": "The shop's worker", "events": WANTED}
    shop.control("POST", "/webhook_endpoints", worker)
    shop.control("POST", "/disputes", {"charge": baht["id"]})
    shop.control("POST", "/clock/advance", {"hours": 29})
    late = shop.stripe("charges", amount=6_400, currency="usd", source="tok_visa", description="Beret")
    too_much = {"charge": late["id"], "amount": 900_000}
    serving.call("POST", "/v1/refunds", too_much, f"sk_test_{merchant}", idempotency_key="refund-beret-1")
    failed = shop.control("POST", "/disputes", {"charge": late["id"], "reason": "duplicate", "amount": 2_000})
    shop.control("POST", f"/disputes/{failed['id']}/evidence", {"uncategorized_text": "Two orders, two hats: both receipts are attached."})
    shop.control("POST", f"/disputes/{failed['id']}/submit", {})
    shop.control("POST", "/clock/advance", {"seconds": 1_200})
    shop.control("POST", "/faults", {"where": "response", "what": "reply_lost", "paths": ["POST /v1/refunds"], "count": 1})
    shop.control("POST", "/faults", {"where": "webhook", "what": "duplicate", "events": ["charge.dispute.*"], "probability": 0.5})
    shop.control("POST", "/faults", {"where": "request", "what": "503", "paths": ["POST /v1/charges"], "nth": 3, "retry": True})
    shop.control("POST", "/snapshots", {"name": "before the deadline"})
    return Story(serving.url, merchant, subjects(shop, sold[0]["id"], claim["id"]))


def subjects(shop: Shop, charge: str, dispute: str) -> dict[str, str]:
    waiting = shop.control("GET", "/deliveries?status=pending")["data"]
    refused = shop.control("GET", "/requests?failed=true&order=newest")["data"]
    return {
        "payment": f"/payments/{charge}", "dispute": f"/disputes/{dispute}", "delivery": f"/deliveries/{waiting[0]['id']}",
        "request": f"/requests/{refused[0]['id']}", "scenario": "/scenarios/missed-deadline",
    }  # fmt: skip
