"""Bank debits in every state that looks different, and what hangs on them."""

from __future__ import annotations

from typing import Any

from tests.harness import Answer, Shop
from tests.snapshots.payments import Scene, again

HOLDER = {"name": "Jenny Rosen", "email": "jenny@example.com"}
ACCEPTED = {"customer_acceptance": {"type": "offline"}}


def method(shop: Shop, kind: str = "us_bank_account", **data: str) -> Answer:
    return shop.post("/v1/payment_methods", {"type": kind, kind: data, "billing_details": HOLDER})


def debited(shop: Shop, with_method: str = "pm_usBankAccount_success", days: int = 0, currency: str = "usd") -> Any:
    """The intent of a debit, some days later."""
    made = shop.pay(with_method, currency=currency, mandate_data=ACCEPTED)
    shop.advance(days=days)
    return again(shop, "payment_intents", made["id"])


def charge(shop: Shop, *how: Any) -> Answer:
    return again(shop, "charges", debited(shop, *how)["latest_charge"])


def refund(shop: Shop, days: int) -> Answer:
    return shop.post("/v1/refunds", {"payment_intent": debited(shop, days=days)["id"], "amount": 500})


def scanned(shop: Shop, paid: bool = True) -> Any:
    """The intent of a payment by code, scanned or not yet."""
    data = {"type": "promptpay", "billing_details": HOLDER}
    made = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "thb", "payment_method_data": data, "confirm": True})
    if paid:
        shop.control("POST", f"/three_d_secure/{made['id']}/pass")
    return again(shop, "payment_intents", made["id"])


def asked(shop: Shop, then: str = "") -> Answer:
    """A refund that needs the customer, and what becomes of it."""
    made = shop.post("/v1/refunds", {"payment_intent": scanned(shop)["id"]})
    return shop.post(f"/v1/{then.format(made['id'])}") if then else made


def mandate(shop: Shop) -> Answer:
    return shop.get(f"/v1/mandates/{charge(shop)['payment_method_details']['us_bank_account']['mandate']}")


def deposits(shop: Shop, then: str = "") -> Any:
    """A payment that waits for them to be told, or was told wrong ones."""
    asked = {"us_bank_account": {"verification_method": "microdeposits"}}
    made = shop.pay("pm_usBankAccount_success", mandate_data=ACCEPTED, payment_method_options=asked)
    return shop.post(f"/v1/payment_intents/{made['id']}/verify_microdeposits", {"descriptor_code": then}) if then else made


def bank_token(shop: Shop) -> Answer:
    numbers = {"country": "US", "currency": "usd", "routing_number": "110000000", "account_number": "000123456789"}
    return shop.post("/v1/tokens", {"bank_account": {**numbers, "account_holder_name": "Jenny Rosen"}})


def legacy_charge(shop: Shop) -> Answer:
    customer = shop.post("/v1/customers", {"source": "btok_us_verified"})["id"]
    return shop.post("/v1/charges", {"amount": 2_000, "currency": "usd", "customer": customer})


def dispute(shop: Shop) -> Any:
    return shop.disputes_of(debited(shop, "pm_usBankAccount_dispute", 5))[0]


CAUSES: dict[str, Scene] = {"mandate.updated": dispute}
SCENES: dict[str, Scene] = {
    "mandate": mandate,
    "payment_intent.deposits_awaited": deposits,
    "error.payment_intent.deposits_mismatch": lambda shop: deposits(shop, "SM00AA"),
    "token.bank_account": bank_token,
    "charge.ach_debit_pending": legacy_charge,
    "payment_method.us_bank_account": lambda shop: method(shop, account_number="000123456789", routing_number="110000000"),
    "payment_method.sepa_debit": lambda shop: method(shop, "sepa_debit", iban="AT611904300234573201"),
    "payment_intent.debit_processing": debited,
    "payment_intent.debit_settled": lambda shop: debited(shop, days=5),
    "payment_intent.debit_failed": lambda shop: debited(shop, "pm_usBankAccount_insufficientFunds", 5),
    "charge.debit_pending": charge,
    "charge.debit_settled": lambda shop: charge(shop, "pm_success_at", 5, "eur"),
    "charge.debit_failed": lambda shop: charge(shop, "pm_usBankAccount_noAccount", 5),
    "refund.debit_pending": lambda shop: refund(shop, 5),
    "refund.debit_waiting": lambda shop: refund(shop, 0),
    "dispute.debit_lost": dispute,
    "payment_intent.code_shown": lambda shop: scanned(shop, paid=False),
    "charge.code_scanned": lambda shop: again(shop, "charges", scanned(shop)["latest_charge"]),
    "refund.requires_action": asked,
    "refund.canceled": lambda shop: asked(shop, "refunds/{}/cancel"),
    "refund.expired": lambda shop: asked(shop, "test_helpers/refunds/{}/expire"),
}
