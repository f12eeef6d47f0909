"""What Google asks a partner: the conversation's envelope around a cart, or around an order that was paid.

Checkout and submit go to one URL and are told apart by `inputs[0].intent`.

Source: "Checkout", "Submit order" and the overview of the ordering documentation; test bodies of a partner; read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.providers.google_ordering.assumed import TOKEN_FOR_TIMESOFMONEY
from sandbox.providers.google_ordering.payment_data import TIMESOFMONEY
from sandbox.providers.google_ordering.records import Checkout, Order

TYPES = "type.googleapis.com/google.actions.v2.orders."
CHECKOUT, SUBMIT = "actions.foodordering.intent.CHECKOUT", "actions.intent.TRANSACTION_DECISION"
PAYMENT_CARD, ON_FULFILLMENT = "PAYMENT_CARD", "ON_FULFILLMENT"
AS_SOON_AS_POSSIBLE = "P0M"
# Who orders, where the cart does not say.
CONTACT = {
    "displayName": "Asha Rao", "email": "asha@example.test", "phoneNumber": "+912255501000", "firstName": "Asha", "lastName": "Rao",
}  # fmt: skip
BILLING_ADDRESS = {
    "regionCode": "IN", "postalCode": "400001", "administrativeArea": "MH", "locality": "Mumbai", "addressLines": ["1 Example Road"],
    "recipients": ["Asha Rao"],
}  # fmt: skip


def request(conversation: str, intent: str, argument: Mapping[str, Any], sandbox: bool) -> dict[str, Any]:
    return {
        "user": {},
        "conversation": {"conversationId": conversation},
        "inputs": [{"intent": intent, "arguments": [argument]}],
        "directActionOnly": True,
        "isInSandbox": sandbox,
    }


def whole_cart(cart: Mapping[str, Any]) -> dict[str, Any]:
    """The cart as it is sent: with its type, and with a pickup as soon as possible where it does not say how it is handed over."""
    extension = cart.get("extension") or {
        "fulfillmentPreference": {"fulfillmentInfo": {"pickup": {"pickupTimeIso8601": AS_SOON_AS_POSSIBLE}}}, "contact": CONTACT,
    }  # fmt: skip
    return {"@type": TYPES + "Cart", **cart, "extension": {"@type": TYPES + "FoodCartExtension", **extension}}


def checkout(asked: Checkout, sandbox: bool) -> dict[str, Any]:
    return request(asked.conversation, CHECKOUT, {"extension": whole_cart(asked.cart)}, sandbox)


def submit(order: Order, checkout: Checkout, token: str) -> dict[str, Any]:
    """The order, charged already where TimesofMoney does that.

    Args:
        token: for the partner's own processor, who charges it.
    """
    sent = {
        "finalOrder": checkout.proposed,
        "googleOrderId": order.google_order_id,
        "orderDate": rfc3339(order.created),
        "paymentInfo": payment_info(order.processor, checkout.payment, token),
    }
    return request(checkout.conversation, SUBMIT, {"transactionDecisionValue": {"order": sent}}, order.sandbox)


def payment_info(processor: str, payment: Mapping[str, Any], token: str) -> dict[str, Any]:
    if not processor:
        return {"paymentType": payment.get("type") or ON_FULFILLMENT, "displayName": payment.get("display_name") or "Pay on delivery"}
    instrument: dict[str, Any] = {"billingAddress": BILLING_ADDRESS}
    if processor != TIMESOFMONEY or TOKEN_FOR_TIMESOFMONEY:
        instrument["instrumentToken"] = token
    return {"paymentType": PAYMENT_CARD, "displayName": "Visa ••••1111", "googleProvidedPaymentInstrument": instrument}


def rfc3339(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("checkout and submit go to one URL and are told apart by inputs[0].intent", "ordering docs, overview, checkout, submit"),
    ("with TimesofMoney the card is charged before the order is submitted; a declined one ends it", "page 'TimesofMoney integration'"),
    ("another processor gets the instrument's token with the order; Google moves no money", "page 'TimesofMoney integration'"),
)  # fmt: skip
