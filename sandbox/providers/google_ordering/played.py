"""The built-in partner at the address `sandbox:partner`: a restaurant that answers what was said when it was registered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import orjson
from pydantic import Field

from sandbox.core.ids import digest
from sandbox.core.money import decimals
from sandbox.core.records import Endpoint
from sandbox.providers.google_ordering.messages import CHECKOUT
from sandbox.providers.google_ordering.money import price, shown_price
from sandbox.providers.google_ordering.payment_data import TIMESOFMONEY
from sandbox.providers.steering import Body


class RestaurantAnswers(Body):
    """What the built-in partner answers."""

    checkout: Literal["ok", "CLOSED"] = Field("ok", description="The cart is accepted, or the restaurant is closed")
    gateway: str = Field(TIMESOFMONEY, min_length=1, max_length=100, description="The processor in its PaymentDataRequest")
    submit: Literal["CREATED", "CONFIRMED", "REJECTED", "unreadable", "error"] = Field(
        "CONFIRMED", description="The order's first state; or an answer that is no JSON; or status 500"
    )


def play(endpoint: Endpoint, body: bytes) -> tuple[int, bytes]:
    """Status and body of its answer."""
    answers = RestaurantAnswers(**endpoint.details.get("answers", {}))
    try:
        asked = orjson.loads(body)
        (question,) = asked["inputs"]
        (argument,) = question["arguments"]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return 400, b'{"error": "no request of Google\'s"}'
    if question["intent"] == CHECKOUT:
        return 200, wrapped(closed() if answers.checkout != "ok" else accepted(argument["extension"], answers.gateway))
    if answers.submit == "error":
        return 500, b'{"error": "the kitchen is on fire"}'
    if answers.submit == "unreadable":
        return 200, b"OK"
    return 200, wrapped({"orderUpdate": first_update(argument["transactionDecisionValue"]["order"], answers.submit)})


def wrapped(structured: Mapping[str, Any]) -> bytes:
    return orjson.dumps({"expectUserResponse": False, "finalResponse": {"richResponse": {"items": [{"structuredResponse": structured}]}}})


def accepted(cart: Mapping[str, Any], gateway: str) -> dict[str, Any]:
    """The cart as it came, at the sum of its lines."""
    worth: Sequence[tuple[int, str]] = [price(line["price"], "price") for line in cart["lineItems"]]
    total, currency = sum(amount for amount, _ in worth), worth[0][1]
    order = {
        "id": f"proposed-{digest('proposed', orjson.dumps(cart)) % 10**8:08d}", "cart": cart, "otherItems": [],
        "totalPrice": shown_price(total, currency),
    }  # fmt: skip
    specification = orjson.dumps(payment_data_request(total, currency, gateway)).decode()
    options = {"googleProvidedOptions": {"facilitationSpecification": specification}}
    return {"checkoutResponse": {"proposedOrder": order, "paymentOptions": options}}


def payment_data_request(total: int, currency: str, gateway: str) -> dict[str, Any]:
    whole, part = divmod(total, 10 ** decimals(currency))
    return {
        "apiVersion": 2, "apiVersionMinor": 0,
        "allowedPaymentMethods": [{
            "type": "CARD",
            "parameters": {
                "allowedAuthMethods": ["PAN_ONLY"], "allowedCardNetworks": ["VISA", "AMEX", "MASTERCARD"],
                "billingAddressRequired": True, "cvcRequired": True,
            },
            "tokenizationSpecification": {
                "type": "PAYMENT_GATEWAY", "parameters": {"gateway": gateway, "gatewayMerchantId": "sandbox-restaurant"},
            },
        }],
        "transactionInfo": {
            "currencyCode": currency.upper(), "totalPriceStatus": "ESTIMATED",
            "totalPrice": f"{whole}.{part:02d}" if decimals(currency) == 2 else str(whole),
        },
    }  # fmt: skip


def closed() -> dict[str, Any]:
    row = {"error": "CLOSED", "description": "The restaurant is closed today"}
    return {"error": {"@type": "type.googleapis.com/google.actions.v2.orders.FoodErrorExtension", "foodOrderErrors": [row]}}


def first_update(order: Mapping[str, Any], state: str) -> dict[str, Any]:
    """Its own number for an order is Google's, with a word before it."""
    return {
        "actionOrderId": f"resto-{order['googleOrderId']}",
        "googleOrderId": order["googleOrderId"],
        "orderState": {"state": state, "label": state.capitalize()},
        "receipt": {"userVisibleOrderId": order["googleOrderId"][-4:]},
        "updateTime": order["orderDate"],
        "orderManagementActions": [{
            "type": "CUSTOMER_SERVICE", "button": {"title": "Help", "openUrlAction": {"url": "mailto:help@example.test"}},
        }],
        "infoExtension": {"estimatedFulfillmentTimeIso8601": f"{order['orderDate']}/PT40M"},
    }  # fmt: skip
