"""A merchant's life as a list of steps that hypothesis may choose: whatever can be asked or can happen, sensible or not.

Each step is (name, number): the number picks which record it is about and what is asked. Steps answer what the merchant
was answered, so two lives can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from sandbox.core.records import Charge, Customer, Delivery, Dispute, Endpoint, Instrument, Refund
from tests.harness import Answer, Receiver, Shop

METHODS = (
    "pm_card_visa", "pm_card_createDispute", "pm_card_createDisputeInquiry", "pm_card_refundFail", "pm_card_pendingRefund",
    "pm_card_bypassPending", "pm_card_chargeDeclined", "pm_card_createIssuerFraudRecord", "pm_card_authenticationRequired",
)  # fmt: skip
EVIDENCE = ("winning_evidence", "losing_evidence", "I shipped it", "escalate_inquiry_evidence")
KINDS = ("chargeback", "inquiry")
PDF = b"%PDF-1.4\n\xff\xfe not text\n%%EOF"


class Moody(Receiver):
    """Answers every third webhook with an error."""

    def __init__(self) -> None:
        super().__init__(lambda _: 500 if len(self.heard) % 3 == 0 else 200)


def nth(shop: Shop, kind: type, number: int) -> str:
    """The id of one of the records of a kind; of none, an id that does not exist."""
    ids = [record.id for record in shop.merchant.store.all(kind)]
    return ids[number % len(ids)] if ids else "missing"


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


def resend(shop: Shop, number: int) -> int:
    """Its answer shows how long attempts really took, which no two lives share."""
    return shop.control("POST", f"/deliveries/{nth(shop, Delivery, number)}/resend", {"duplicate": 1 + number % 3}).status


def wall(shop: Shop, number: int) -> None:
    shop.wall.now += number * 60


STEPS: Mapping[str, Callable[[Shop, int], Any]] = {
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
    "resend": resend,
    "clock": lambda shop, n: shop.control("POST", "/clock", {"rate": n % 4}),
    "advance": lambda shop, n: shop.advance(days=n / 8, wait=n % 3 > 0),
    "wall": wall,
}
LIVES = st.lists(st.tuples(st.sampled_from(["pay", *STEPS]), st.integers(0, 79)), min_size=4, max_size=14)


def live(shop: Shop, steps: Sequence[tuple[str, int]]) -> list[Any]:
    """The steps were taken; answers (status, body) of each that was a call."""
    answers = []
    for name, number in steps:
        said = STEPS[name](shop, number)
        answers.append((said.status, said.body) if isinstance(said, Answer) else said)
    return answers
