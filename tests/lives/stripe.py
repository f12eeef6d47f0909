"""What can be asked of Stripe, and can happen there."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.core.records import Charge, Customer, Dispute, Endpoint, Instrument, Refund
from tests.harness import Answer, Shop
from tests.lives import base
from tests.lives.base import Step

METHODS = (
    "pm_card_visa", "pm_card_createDispute", "pm_card_createDisputeInquiry", "pm_card_refundFail", "pm_card_pendingRefund",
    "pm_card_bypassPending", "pm_card_chargeDeclined", "pm_card_createIssuerFraudRecord", "pm_card_authenticationRequired",
)  # fmt: skip
EVIDENCE = ("winning_evidence", "losing_evidence", "I shipped it", "escalate_inquiry_evidence")
KINDS = ("chargeback", "inquiry")
PDF = b"%PDF-1.4\n\xff\xfe not text\n%%EOF"


def nth(shop: Shop, kind: type, number: int) -> str:
    return base.nth(shop, "stripe", kind, number)


def pay(shop: Shop, number: int) -> Answer:
    wanted = {"amount": 500 + number, "currency": ("usd", "eur", "jpy")[number % 3], "payment_method": METHODS[number % len(METHODS)]}
    manual = {"capture_method": "manual"} if number % 5 == 0 else {}
    return shop.post("/v1/payment_intents", {**wanted, **manual, "confirm": True, "metadata": {"n": number}})


def capture(shop: Shop, number: int) -> Answer:
    charge = next((c for c in shop.merchant.store.all(Charge) if c.status == "authorized" or not c.captured), None)
    return shop.post(f"/v1/payment_intents/{charge.parent_id if charge else 'pi_0'}/{'cancel' if number % 4 == 0 else 'capture'}")


def evidence(shop: Shop, number: int) -> Answer:
    dispute = nth(shop, Dispute, number)
    if number % 5 == 0:
        return shop.post(f"/v1/disputes/{dispute}/close")
    said = {"uncategorized_text": EVIDENCE[number % len(EVIDENCE)]}
    return shop.post(f"/v1/disputes/{dispute}", {"evidence": said, "submit": number % 2 == 0, "metadata": {"n": number}})


def keyed(shop: Shop, number: int) -> Answer:
    """Sometimes a repetition."""
    return shop.post("/v1/refunds", {"charge": nth(shop, Charge, 0), "amount": 7}, headers={"idempotency-key": f"key {number % 3}"})


def customer(shop: Shop, number: int) -> Answer:
    if number % 4 == 0:
        return shop.delete(f"/v1/customers/{nth(shop, Customer, number)}")
    if number % 4 == 1:
        return shop.post(f"/v1/customers/{nth(shop, Customer, number)}", {"name": f"N{number}", "metadata": {"a": "ü\ud7ff"}})
    return shop.post("/v1/customers", {"email": f"{number}@example.com"})


def attach(shop: Shop, number: int) -> Answer:
    verb = "detach" if number % 3 == 0 else "attach"
    known = {} if verb == "detach" else {"customer": nth(shop, Customer, number // 2)}
    method = "pm_card_visa" if number % 5 == 1 else nth(shop, Instrument, number)
    return shop.post(f"/v1/payment_methods/{method}/{verb}", known)


def endpoint(shop: Shop, number: int) -> Answer:
    path = f"/v1/webhook_endpoints/{nth(shop, Endpoint, number)}"
    if number % 6 == 0:
        return shop.delete(path)
    if number % 6 == 1:
        return shop.post(path, {"disabled": number % 4 == 1})
    return shop.post("/v1/webhook_endpoints", {"url": f"http://localhost:{4000 + number}/hook", "enabled_events": ["*"]})


STEPS: Mapping[str, Step[Shop]] = {
    "pay": pay,
    "capture": capture,
    "refund": lambda shop, n: shop.post("/v1/refunds", {"charge": nth(shop, Charge, n), **({"amount": n + 1} if n % 3 else {})}),
    "dispute": lambda shop, n: shop.control("POST", "/disputes", {"charge": nth(shop, Charge, n), "kind": KINDS[n % 2]}),
    "decide": lambda shop, n: shop.control("POST", f"/disputes/{nth(shop, Dispute, n)}/{('win', 'lose', 'escalate')[n % 3]}"),
    "fail refund": lambda shop, n: shop.control("POST", f"/refunds/{nth(shop, Refund, n)}/fail"),
    "evidence": evidence,
    "keyed": keyed,
    "customer": customer,
    "attach": attach,
    "endpoint": endpoint,
    "upload": lambda shop, n: shop.post("/v1/files", files={"file": ("a.pdf", PDF), "purpose": (None, "dispute_evidence")}),
    "settings": lambda shop, n: shop.control("POST", "/settings", {"outcome": ("won", "lost", "never", {"won": 0.5})[n % 4]}),
}
TOLD = (
    ([("endpoint", 2), ("pay", 1), ("dispute", 0), ("advance", 3)], [("evidence", 2), ("advance", 79), ("pay", 3)]),
    ([("pay", 3), ("customer", 2), ("attach", 2), ("pay", 4), ("attach", 1), ("upload", 0)], [("attach", 3), ("customer", 4)]),
)
