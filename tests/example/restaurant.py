"""A restaurant that takes orders with Google: its webhook, and the updates by which its guests get their money back.

Run it as `python tests/example/restaurant.py --port 8000 --api http://127.0.0.1:12111`; register it there as a partner, tell it the access
token that was answered (`POST /token`), and let it call an order off (`POST /orders/{id}/CANCELLED`).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

import httpx
import jwt
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

CHECKOUT, SUBMIT = "actions.foodordering.intent.CHECKOUT", "actions.intent.TRANSACTION_DECISION"
PROJECT = "pizza-project"


def rupees(units: int, paise: int = 0) -> dict[str, Any]:
    return {"type": "ACTUAL", "amount": {"currencyCode": "INR", "units": str(units), "nanos": paise * 10_000_000}}


def total_of(cart: Mapping[str, Any]) -> int:
    """Whole rupees: this restaurant has round prices."""
    return sum(int(line["price"]["amount"]["units"]) for line in cart["lineItems"])


def payment_data_request(total: int) -> dict[str, Any]:
    return {
        "apiVersion": 2,
        "apiVersionMinor": 0,
        "allowedPaymentMethods": [
            {
                "type": "CARD",
                "parameters": {
                    "allowedAuthMethods": ["PAN_ONLY"],
                    "allowedCardNetworks": ["VISA", "AMEX", "MASTERCARD"],
                    "billingAddressRequired": True,
                    "cvcRequired": True,
                },
                "tokenizationSpecification": {
                    "type": "PAYMENT_GATEWAY",
                    "parameters": {"gateway": "timesofmoney", "gatewayMerchantId": "resto-42"},
                },
            }
        ],
        "transactionInfo": {"currencyCode": "INR", "totalPriceStatus": "ESTIMATED", "totalPrice": f"{total}.00"},
    }


def proposed(cart: Mapping[str, Any]) -> dict[str, Any]:
    """What a checkout is answered with: the cart as it came, its total, and how it is paid."""
    total = total_of(cart)
    order = {"id": "proposed-1", "cart": cart, "otherItems": [], "totalPrice": rupees(total)}
    specification = json.dumps(payment_data_request(total))
    return {
        "checkoutResponse": {
            "proposedOrder": order, "paymentOptions": {"googleProvidedOptions": {"facilitationSpecification": specification}},
        }
    }  # fmt: skip


def update(order_id: str, state: str | None, at: str, total: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """An order update with everything that Google asks for."""
    sent: dict[str, Any] = {
        "actionOrderId": order_id,
        "updateTime": at,
        "orderManagementActions": [
            {"type": "CUSTOMER_SERVICE", "button": {"title": "Help", "openUrlAction": {"url": "mailto:help@example.test"}}}
        ],
    }
    if state is not None:
        sent["orderState"] = {"state": state, "label": state.replace("_", " ").capitalize()}
    if state == "CONFIRMED":
        sent["receipt"] = {"userVisibleOrderId": order_id[-4:]}
        sent["infoExtension"] = {"estimatedFulfillmentTimeIso8601": f"{at}/PT40M"}
    if total is not None:
        sent["totalPrice"] = total
    return {**sent, **more}


def taken(order: Mapping[str, Any], state: str = "CONFIRMED") -> dict[str, Any]:
    """What a submitted order is answered with."""
    return {"orderUpdate": update(f"resto-{order['googleOrderId']}", state, order["orderDate"])}


def wrapped(structured: Mapping[str, Any]) -> dict[str, Any]:
    return {"expectUserResponse": False, "finalResponse": {"richResponse": {"items": [{"structuredResponse": structured}]}}}


def answer(asked: Mapping[str, Any], state: str = "CONFIRMED") -> dict[str, Any]:
    """What the webhook answers to either of Google's two questions."""
    (question,) = asked["inputs"]
    (argument,) = question["arguments"]
    if question["intent"] == CHECKOUT:
        return wrapped(proposed(argument["extension"]))
    assert question["intent"] == SUBMIT, question["intent"]
    return wrapped(taken(argument["transactionDecisionValue"]["order"], state))


def send(client: httpx.Client, api: str, token: str, order: Mapping[str, Any]) -> httpx.Response:
    """An update on its way to Google."""
    message = {"isInSandbox": True, "customPushMessage": {"orderUpdate": order}}
    return client.post(f"{api}/v2/conversations:send", json=message, headers={"authorization": f"Bearer {token}"})


class Restaurant:
    """The service: who calls is checked, whatever the body says."""

    def __init__(self, api: str, merchant: str) -> None:
        self.api = api
        self.token = ""
        self.keys = jwt.PyJWKClient(f"{api}/_sandbox/google/jwks?merchant={merchant}", cooldown_duration=0)  # a reset makes new keys
        self.orders: dict[str, str] = {}  # id -> when it was made

    def webhook(self, request: Request, body: bytes) -> Response:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        key = self.keys.get_signing_key_from_jwt(given)
        jwt.decode(given, key, algorithms=["RS256"], audience=PROJECT, issuer="https://accounts.google.com")
        asked = json.loads(body)
        said = answer(asked)
        if asked["inputs"][0]["intent"] == SUBMIT:
            order = asked["inputs"][0]["arguments"][0]["transactionDecisionValue"]["order"]
            self.orders[f"resto-{order['googleOrderId']}"] = order["orderDate"]
        return JSONResponse(said)


def app(api: str, merchant: str = "default") -> Starlette:
    restaurant = Restaurant(api, merchant)

    async def webhook(request: Request) -> Response:
        import anyio.to_thread

        body = await request.body()
        return await anyio.to_thread.run_sync(restaurant.webhook, request, body)  # fetching the keys blocks

    async def token(request: Request) -> Response:
        restaurant.token = (await request.body()).decode()
        return Response(status_code=204)

    def tell(request: Request) -> Response:
        order_id, state = request.path_params["id"], request.path_params["state"]
        at = restaurant.orders[order_id]
        with httpx.Client(trust_env=False) as client:
            done = send(client, api, restaurant.token, update(order_id, state, at))
        return Response(done.content, done.status_code)

    return Starlette(
        routes=[
            Route("/webhook", webhook, methods=["POST"]),
            Route("/token", token, methods=["POST"]),
            Route("/orders/{id}/{state}", tell, methods=["POST"]),
        ]
    )


if __name__ == "__main__":
    import uvicorn

    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--api", default="http://127.0.0.1:12111")
    parser.add_argument("--merchant", default="default")
    said = parser.parse_args()
    uvicorn.run(app(said.api, said.merchant), port=said.port, log_level="warning")
