"""Payment intents, charges, payment methods and customers in every state that looks different."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.harness import DAY, Answer, Shop

Scene = Callable[[Shop], Any]

BILLING = {"name": "Jenny Rosen", "email": "jenny@example.com", "address": {"line1": "1 Main St", "postal_code": "94111", "country": "US"}}
SHIPPING = {"name": "Jenny Rosen", "carrier": "USPS", "tracking_number": "9400", "address": {"line1": "1 Main St", "city": "Ogden"}}


def intent(shop: Shop, **params: Any) -> Answer:
    return shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", **params})


def charged(shop: Shop, method: str = "pm_card_visa", **params: Any) -> Any:
    """The charge of a payment that was made in one call."""
    return shop.get(f"/v1/charges/{shop.pay(method, **params)['latest_charge']}").body


def again(shop: Shop, kind: str, id: str, **params: Any) -> Answer:
    return shop.get(f"/v1/{kind}/{id}", params)


def step(shop: Shop, made: Any, verb: str, **params: Any) -> Answer:
    return shop.post(f"/v1/payment_intents/{made['id']}/{verb}", params)


def intent_declined(shop: Shop) -> Answer:
    made = intent(shop)
    step(shop, made, "confirm", payment_method="pm_card_visa_chargeDeclinedInsufficientFunds")
    return again(shop, "payment_intents", made["id"])


def intent_expired(shop: Shop) -> Answer:
    made = shop.pay(capture_method="manual")
    shop.advance(days=7)
    return again(shop, "payment_intents", made["id"])


def charge_declined(shop: Shop) -> Answer:
    intent(shop, payment_method="pm_card_chargeDeclined", confirm=True)
    return shop.get("/v1/charges")["data"][0]


def charge_refunded(shop: Shop, **params: Any) -> Answer:
    made = charged(shop)
    shop.post("/v1/refunds", {"charge": made["id"], **params})
    return again(shop, "charges", made["id"])


def charge_after_failed_refund(shop: Shop) -> Answer:
    made = charged(shop, "pm_card_refundFail")
    shop.post("/v1/refunds", {"charge": made["id"]})
    shop.advance(seconds=4)
    return again(shop, "charges", made["id"])


def charge_after_win(shop: Shop) -> Answer:
    made = shop.pay("pm_card_createDispute")
    dispute = shop.disputes_of(made)[0]
    shop.post(f"/v1/disputes/{dispute['id']}", {"evidence": {"uncategorized_text": "winning_evidence"}})
    shop.advance(seconds=6)
    return again(shop, "charges", dispute["charge"])


def charge_partially_captured(shop: Shop) -> Answer:
    made = step(shop, shop.pay(capture_method="manual"), "capture", amount_to_capture=1500)
    return again(shop, "charges", made["latest_charge"])


def charge_released(shop: Shop) -> Answer:
    made = step(shop, shop.pay(capture_method="manual"), "cancel", cancellation_reason="requested_by_customer")
    return again(shop, "charges", made["latest_charge"])


def charge_expanded(shop: Shop) -> Answer:
    made = charged(shop, description="order 6735")
    shop.post("/v1/refunds", {"charge": made["id"], "amount": 500})
    paths = ["balance_transaction", "payment_intent.latest_charge.balance_transaction.source", "refunds"]
    return again(shop, "charges", made["id"], expand=paths)


def customer(shop: Shop, **params: Any) -> Answer:
    return shop.post("/v1/customers", {"name": "Jenny Rosen", "email": "jenny@example.com", **params})


def customer_deleted(shop: Shop) -> Answer:
    return shop.delete(f"/v1/customers/{customer(shop)['id']}")


def customer_expanded(shop: Shop) -> Answer:
    made = charged(shop, customer=customer(shop)["id"])
    shop.delete(f"/v1/customers/{made['customer']}")
    return again(shop, "payment_intents", made["payment_intent"], expand=["customer"])


def method(shop: Shop) -> Answer:
    card = {"number": "4242424242424242", "exp_month": 8, "exp_year": 2030, "cvc": "314"}
    return shop.post("/v1/payment_methods", {"type": "card", "card": card, "billing_details": BILLING, "metadata": {"till": "4"}})


def attached(shop: Shop, name: str = "pm_card_mastercard") -> Answer:
    return shop.post(f"/v1/payment_methods/{name}/attach", {"customer": customer(shop)["id"]})


def detached(shop: Shop) -> Answer:
    return shop.post(f"/v1/payment_methods/{attached(shop)['id']}/detach")


def token_charge(shop: Shop, token: str = "tok_visa", **params: Any) -> Answer:
    return shop.post("/v1/charges", {"amount": 2000, "currency": "usd", "source": token, **params})


def source_saved(shop: Shop, source: str = "tok_mastercard") -> Answer:
    return shop.post(f"/v1/customers/{customer(shop)['id']}/sources", {"source": source})


def source_edited(shop: Shop) -> Answer:
    card = source_saved(shop)
    return shop.post(f"/v1/customers/{card['customer']}/sources/{card['id']}", {"name": "Jane", "exp_year": 2040})


def source_deleted(shop: Shop) -> Answer:
    card = source_saved(shop)
    return shop.delete(f"/v1/customers/{card['customer']}/sources/{card['id']}")


def source_object(shop: Shop) -> Answer:
    return shop.post("/v1/sources", {"type": "card", "token": "tok_visa", "owner": {"email": "jenny@example.com"}})


def customer_with_sources(shop: Shop) -> Answer:
    made = source_saved(shop, source_object(shop)["id"])
    return again(shop, "customers", made["customer"], expand=["default_source", "sources"])


def asked(shop: Shop, **params: Any) -> Any:
    return shop.pay("pm_card_authenticationRequired", **params)


def authenticated(shop: Shop) -> Answer:
    made = asked(shop)
    shop.control("POST", f"/three_d_secure/{made['id']}/pass")
    return again(shop, "payment_intents", made["id"], expand=["latest_charge"])


def not_authenticated(shop: Shop) -> Answer:
    made = asked(shop)
    shop.control("POST", f"/three_d_secure/{made['id']}/fail")
    return again(shop, "payment_intents", made["id"])


def setup(shop: Shop, **params: Any) -> Answer:
    return shop.post("/v1/setup_intents", {"customer": customer(shop)["id"], "metadata": {"order": "6735"}, **params})


def setup_asked(shop: Shop) -> Answer:
    return setup(shop, payment_method="pm_card_authenticationRequired", confirm=True, return_url="https://shop.example/back")


def setup_not_authenticated(shop: Shop) -> Answer:
    made = setup_asked(shop)
    shop.control("POST", f"/three_d_secure/{made['id']}/fail")
    return again(shop, "setup_intents", made["id"])


def setup_canceled(shop: Shop) -> Answer:
    return shop.post(f"/v1/setup_intents/{setup(shop)['id']}/cancel", {"cancellation_reason": "abandoned"})


def clock(shop: Shop) -> Answer:
    return shop.post("/v1/test_helpers/test_clocks", {"frozen_time": shop.now, "name": "deadlines"})


def clock_advancing(shop: Shop) -> Answer:
    made = clock(shop)
    return shop.post(f"/v1/test_helpers/test_clocks/{made['id']}/advance", {"frozen_time": shop.now + DAY})


def clock_ready(shop: Shop) -> Answer:
    made = clock_advancing(shop)
    shop.arrive()
    return again(shop, "test_helpers/test_clocks", made["id"])


def clock_deleted(shop: Shop) -> Answer:
    return shop.delete(f"/v1/test_helpers/test_clocks/{clock(shop)['id']}")


SCENES: dict[str, Scene] = {
    "payment_intent.requires_payment_method": lambda shop: intent(shop, description="order 6735", metadata={"order": "6735"}),
    "payment_intent.requires_payment_method_after_decline": intent_declined,
    "payment_intent.requires_confirmation": lambda shop: intent(shop, payment_method="pm_card_visa", shipping=SHIPPING),
    "payment_intent.requires_action": lambda shop: asked(shop, return_url="https://shop.example/back"),
    "payment_intent.requires_action_in_the_browser": asked,
    "payment_intent.authenticated": authenticated,
    "payment_intent.requires_payment_method_after_failed_authentication": not_authenticated,
    "payment_intent.requires_capture": lambda shop: shop.pay(capture_method="manual"),
    "payment_intent.succeeded": lambda shop: shop.pay(automatic_payment_methods={"enabled": True, "allow_redirects": "never"}),
    "payment_intent.succeeded_partially": lambda shop: step(shop, shop.pay(capture_method="manual"), "capture", amount_to_capture=1),
    "payment_intent.canceled": lambda shop: step(shop, intent(shop), "cancel", cancellation_reason="abandoned"),
    "payment_intent.canceled_by_expiry": intent_expired,
    "setup_intent.requires_action": setup_asked,
    "setup_intent.succeeded": lambda shop: setup(shop, payment_method="pm_card_visa", confirm=True),
    "setup_intent.requires_payment_method_after_failed_authentication": setup_not_authenticated,
    "setup_intent.canceled": setup_canceled,
    "charge.captured": lambda shop: charged(shop, description="order 6735", receipt_email="jenny@example.com"),
    "charge.captured_funds_available": lambda shop: charged(shop, "pm_card_bypassPending"),
    "charge.captured_in_yen": lambda shop: charged(shop, currency="jpy", amount=5000),
    "charge.of_token": lambda shop: token_charge(shop, statement_descriptor_suffix="6735"),
    "charge.authorized": lambda shop: token_charge(shop, capture=False),
    "charge.authorized_by_intent": lambda shop: charged(shop, capture_method="manual"),
    "charge.partially_captured": charge_partially_captured,
    "charge.released": charge_released,
    "charge.refunded": charge_refunded,
    "charge.partially_refunded": lambda shop: charge_refunded(shop, amount=500),
    "charge.refund_failed": charge_after_failed_refund,
    "charge.disputed": lambda shop: charged(shop, "pm_card_createDispute"),
    "charge.dispute_won": charge_after_win,
    "charge.declined": charge_declined,
    "charge.expanded": charge_expanded,
    "payment_method.fresh": method,
    "payment_method.attached": attached,
    "payment_method.detached": detached,
    "customer.active": lambda shop: customer(shop, metadata={"crm": "7"}, phone="+15555550100", address=BILLING["address"]),
    "customer.deleted": customer_deleted,
    "customer.with_sources": customer_with_sources,
    "card.saved": source_saved,
    "card.deleted": source_deleted,
    "source.chargeable": source_object,
    "test_clock.ready": clock_ready,
    "test_clock.advancing": clock_advancing,
    "test_clock.deleted": clock_deleted,
    "token.fresh": lambda shop: shop.post("/v1/tokens", {"card": {"number": "4242424242424242", "exp_month": 8, "exp_year": 2030}}),
    "customer.deleted_expanded": customer_expanded,
}
