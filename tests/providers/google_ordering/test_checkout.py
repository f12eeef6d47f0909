"""A cart is asked about: what the webhook is sent, and what is found about its answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from sandbox.core.records import Attempt
from sandbox.providers.google_ordering.answers import ERRORS, structured
from sandbox.providers.google_ordering.payment_data import CHECKS
from sandbox.providers.google_ordering.records import Finding
from tests.contract.trace import everything
from tests.example import restaurant
from tests.example.restaurant import CHECKOUT, rupees
from tests.harness import START
from tests.providers.google_ordering.kitchen import CART, CHEESE, PIZZA, TOTAL, URL, Kitchen

Change = Callable[[dict[str, Any]], Any]


def answering(change: Callable[[Any], Any]) -> Kitchen:
    """A kitchen whose webhook answers a checkout with what `change` makes of the right answer."""

    def says(asked: Mapping[str, Any]) -> Any:
        (question,) = asked["inputs"]
        if question["intent"] != CHECKOUT:
            return None
        right = restaurant.answer(asked)
        made = change(right["finalResponse"]["richResponse"]["items"][0]["structuredResponse"])
        return made if made is not None else right

    return Kitchen(says=says)


def paying(change: Change) -> Kitchen:
    """The same for the PaymentDataRequest."""

    def changed(structured: Any) -> None:
        own = structured["checkoutResponse"]["paymentOptions"]["googleProvidedOptions"]
        request = json.loads(own["facilitationSpecification"])
        made = change(request)
        own["facilitationSpecification"] = json.dumps(request) if made is None else made

    return answering(changed)


def codes(kitchen: Kitchen) -> tuple[str, list[str]]:
    """Status and finding codes of a checkout; the kitchen is closed."""
    shown = kitchen.checkout().body
    kitchen.close()
    return shown["status"], [finding["code"] for finding in shown["findings"]]


def test_the_webhook_is_asked_about_the_cart(kitchen: Kitchen) -> None:
    """One POST of JSON with the intent, the cart in its own type, and the partner's mode."""
    answer = kitchen.checkout()
    assert answer.status == 200
    assert {name: answer[name] for name in ("status", "findings", "total", "currency", "processor", "order")} == {
        "status": "ready", "findings": [], "total": TOTAL, "currency": "inr", "processor": "timesofmoney", "order": None,
    }  # fmt: skip
    (heard,) = kitchen.receiver.heard
    assert (heard.url, heard.headers["content-type"]) == (URL, "application/json; charset=UTF-8")
    asked = heard.event
    (question,) = asked["inputs"]
    (argument,) = question["arguments"]
    cart = argument["extension"]
    assert set(asked) == {"user", "conversation", "inputs", "directActionOnly", "isInSandbox"}
    assert (asked["user"], asked["directActionOnly"], asked["isInSandbox"], question["intent"]) == ({}, True, True, CHECKOUT)
    assert cart["@type"] == "type.googleapis.com/google.actions.v2.orders.Cart"
    assert cart["extension"]["@type"] == "type.googleapis.com/google.actions.v2.orders.FoodCartExtension"
    assert cart["extension"]["fulfillmentPreference"]["fulfillmentInfo"] == {"pickup": {"pickupTimeIso8601": "P0M"}}
    assert {key: cart[key] for key in CART} == CART
    assert answer["proposed_order"]["totalPrice"] == rupees(285)
    assert kitchen.types() == ["ordering.checkout", "ordering.checkout.ready"]
    assert kitchen.control("GET", f"/google/ordering/checkouts/{answer['id']}").body == answer.body


def test_a_cart_says_itself_how_it_is_handed_over(kitchen: Kitchen) -> None:
    delivery = {"fulfillmentPreference": {"fulfillmentInfo": {"delivery": {"deliveryTimeIso8601": "P0M"}}}, "location": {"city": "Pune"}}
    kitchen.checkout({**CART, "extension": delivery, "promotions": [{"coupon": "HALF"}]})
    cart = kitchen.receiver.heard[0].event["inputs"][0]["arguments"][0]["extension"]
    assert cart["extension"] == {"@type": "type.googleapis.com/google.actions.v2.orders.FoodCartExtension", **delivery}
    assert cart["promotions"] == [{"coupon": "HALF"}]


def test_a_long_answer_is_read_to_its_end(kitchen: Kitchen) -> None:
    """Far beyond what is kept of a webhook's answer."""
    lines = [{**PIZZA, "id": f"li-{number}", "description": "x" * 200} for number in range(200)]
    checkout = kitchen.checkout({"lineItems": lines})
    assert (checkout["status"], checkout["findings"], checkout["total"]) == ("ready", [], 200 * 25_000)


@pytest.mark.parametrize(
    ("cart", "param"),
    [
        ({}, "cart.lineItems"),
        ({"lineItems": []}, "cart.lineItems"),
        ({"lineItems": {}}, "cart.lineItems"),
        ({"lineItems": [PIZZA, 1]}, "cart.lineItems[1]"),
        ({"lineItems": [{"name": "Pizza", "price": rupees(1)}]}, "cart.lineItems[0]"),
        ({"lineItems": [{"id": "1", "price": rupees(1)}]}, "cart.lineItems[0]"),
        ({"lineItems": [{"id": "1", "name": "Pizza"}]}, "cart.lineItems[0].price"),
        ({"lineItems": [{**PIZZA, "price": {"type": "ACTUAL", "amount": {"currencyCode": "INR", "units": "x"}}}]},
         "cart.lineItems[0].price.amount.units"),
        ("pizza", "cart"),
    ],
)  # fmt: skip
def test_what_is_no_cart_is_refused(kitchen: Kitchen, cart: Any, param: str) -> None:
    """And nobody is asked."""
    before = everything(kitchen.merchant)
    answer = kitchen.checkout(cart)
    assert (answer.status, answer.error["param"]) == (422, param)
    assert everything(kitchen.merchant) == before
    assert kitchen.receiver.heard == []


def test_an_unknown_partner_is_refused(kitchen: Kitchen) -> None:
    answer = kitchen.checkout(partner="partner_nobody")
    assert (answer.status, answer.error["code"]) == (404, "not_found")
    assert "/_sandbox/google/ordering/partners" in answer.error["message"]


# The PaymentDataRequest, row by row


def method(request: dict[str, Any]) -> dict[str, Any]:
    return request["allowedPaymentMethods"][0]  # type: ignore[no-any-return]


def gateway(request: dict[str, Any]) -> dict[str, Any]:
    return method(request)["tokenizationSpecification"]["parameters"]  # type: ignore[no-any-return]


BROKEN: Mapping[str, tuple[Change, list[str]]] = {
    "version-text": (lambda r: r.update(apiVersion="2"), ["E_API_VERSION"]),
    "version-old": (lambda r: r.update(apiVersion=1), ["E_API_VERSION"]),
    "version-true": (lambda r: r.update(apiVersionMinor=False), ["E_API_VERSION"]),
    "minor-missing": (lambda r: r.update(apiVersionMinor=None), ["E_API_VERSION"]),
    "no-methods": (lambda r: r.update(allowedPaymentMethods=[]), ["E_METHODS"]),
    "methods-object": (lambda r: r.update(allowedPaymentMethods={}), ["E_METHODS"]),
    "type": (lambda r: method(r).update(type="PAYPAL"), ["E_METHOD_TYPE"]),
    "auth-both": (lambda r: method(r)["parameters"].update(allowedAuthMethods=["PAN_ONLY", "CRYPTOGRAM_3DS"]), ["E_AUTH_METHOD"]),
    "auth-none": (lambda r: method(r)["parameters"].update(allowedAuthMethods=[]), ["E_AUTH_METHOD"]),
    "network-other": (lambda r: method(r)["parameters"].update(allowedCardNetworks=["VISA", "JCB"]), ["E_NETWORK"]),
    "network-none": (lambda r: method(r)["parameters"].update(allowedCardNetworks=[]), ["E_NETWORK"]),
    "network-text": (lambda r: method(r)["parameters"].update(allowedCardNetworks="VISA"), ["E_NETWORK"]),
    "billing": (lambda r: method(r)["parameters"].update(billingAddressRequired=False), ["W_BILLING"]),
    "cvc": (lambda r: method(r)["parameters"].update(cvcRequired="true"), ["W_CVC"]),
    "tokenization": (lambda r: method(r)["tokenizationSpecification"].update(type="DIRECT"), ["E_TOKENIZATION"]),
    "gateway-missing": (lambda r: gateway(r).pop("gateway") and None, ["E_GATEWAY"]),
    "merchant-missing": (lambda r: gateway(r).pop("gatewayMerchantId") and None, ["E_GATEWAY_MERCHANT"]),
    "merchant-empty": (lambda r: gateway(r).update(gatewayMerchantId=" "), ["E_GATEWAY_MERCHANT"]),
    "merchant-placeholder": (lambda r: gateway(r).update(gatewayMerchantId="<YOUR MERCHANT ID>"), ["E_GATEWAY_MERCHANT"]),
    "currency": (lambda r: r["transactionInfo"].update(currencyCode="USD"), ["E_CURRENCY"]),
    "currency-small": (lambda r: r["transactionInfo"].update(currencyCode="inr"), ["E_CURRENCY"]),
    "status": (lambda r: r["transactionInfo"].update(totalPriceStatus="FINAL"), ["E_PRICE_STATUS"]),
    "total-number": (lambda r: r["transactionInfo"].update(totalPrice=285), ["E_TOTAL_FORMAT"]),
    "total-one-decimal": (lambda r: r["transactionInfo"].update(totalPrice="285.0"), ["E_TOTAL_FORMAT"]),
    "total-comma": (lambda r: r["transactionInfo"].update(totalPrice="285,00"), ["E_TOTAL_FORMAT"]),
    "total-newline": (lambda r: r["transactionInfo"].update(totalPrice="285.00\n"), ["E_TOTAL_FORMAT"]),
    "total-other": (lambda r: r["transactionInfo"].update(totalPrice="285.01"), ["W_TOTAL_MISMATCH"]),
    "no-info": (lambda r: r.pop("transactionInfo") and None, ["E_CURRENCY", "E_PRICE_STATUS", "E_TOTAL_FORMAT"]),
    "no-json": (lambda r: "{apiVersion: 2}", ["E_SPECIFICATION"]),
    "trailing-comma": (lambda r: '{"apiVersion": 2,}', ["E_SPECIFICATION"]),
    "list": (lambda r: "[]", ["E_SPECIFICATION"]),
    "second-method": (lambda r: r["allowedPaymentMethods"].append({"type": "CARD"}), [
        "E_AUTH_METHOD", "E_NETWORK", "W_BILLING", "W_CVC", "E_TOKENIZATION", "E_GATEWAY", "E_GATEWAY_MERCHANT",
    ]),
    "without-decimals": (lambda r: r["transactionInfo"].update(totalPrice="285"), []),
    "merchant-info": (lambda r: r.update(merchantInfo={"merchantName": "Example"}), []),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_the_payment_data_request_is_checked(name: str) -> None:
    """Each fault is found, alone; an E keeps the order from being submitted, a W does not."""
    change, wanted = BROKEN[name]
    fatal = any(code.startswith("E_") and not (code == "E_GATEWAY" and name == "second-method") for code in wanted)
    assert codes(paying(change)) == ("failed" if fatal else "ready", wanted)


def test_every_check_has_a_case() -> None:
    assert {row.code for row in CHECKS} <= {code for _, wanted in BROKEN.values() for code in wanted}


def test_a_finding_says_where_and_what() -> None:
    kitchen = paying(lambda r: method(r)["parameters"].update(allowedCardNetworks=["JCB"]))
    (finding,) = kitchen.checkout()["findings"]
    assert finding["path"].endswith(
        "paymentOptions.googleProvidedOptions.facilitationSpecification.allowedPaymentMethods[0].parameters.allowedCardNetworks"
    )
    assert 'it is ["JCB"]' in finding["message"]
    kitchen.close()


@pytest.mark.parametrize("name", ["otherpay", "TimesOfMoney"])
def test_another_gateway_is_another_processor(name: str) -> None:
    """The order goes on, what only TimesofMoney asks for is not asked for, and the finding says that Google moves no money."""

    def change(request: dict[str, Any]) -> None:
        gateway(request).update(gateway=name, gatewayMerchantId="")
        method(request)["parameters"].update(allowedAuthMethods=["CRYPTOGRAM_3DS"], allowedCardNetworks=["JCB"])
        request["transactionInfo"].update(totalPriceStatus="FINAL")

    assert codes(paying(change)) == ("ready", ["E_GATEWAY"])


# The rest of the answer


def option(change: Callable[[dict[str, Any]], Any]) -> Callable[[Any], Any]:
    return lambda said: change(said["checkoutResponse"])


ANSWERS: Mapping[str, tuple[Callable[[Any], Any], str, list[str]]] = {
    "no-json": (lambda _: httpx.Response(200, content=b"OK"), "failed", ["E_ANSWER"]),
    "trailing-comma": (lambda _: httpx.Response(200, content=b'{"finalResponse": {},}'), "failed", ["E_ANSWER"]),
    "list": (lambda _: httpx.Response(200, content=b"[]"), "failed", ["E_ANSWER"]),
    "empty": (lambda _: httpx.Response(200, content=b""), "failed", ["E_ANSWER"]),
    "no-wrapper": (lambda said: dict(said), "failed", ["E_ANSWER"]),
    "items-text": (lambda _: {"finalResponse": {"richResponse": {"items": "x"}}}, "failed", ["E_ANSWER"]),
    "neither": (lambda said: said.clear(), "failed", ["E_ANSWER"]),
    "no-order": (option(lambda c: c.pop("proposedOrder") and None), "failed", ["E_ORDER"]),
    "no-cart": (option(lambda c: c["proposedOrder"].pop("cart") and None), "failed", ["E_ORDER"]),
    "no-total": (option(lambda c: c["proposedOrder"].pop("totalPrice") and None), "failed", ["E_MONEY"]),
    "total-text": (option(lambda c: c["proposedOrder"].update(totalPrice="285")), "failed", ["E_MONEY"]),
    "total-paise": (option(lambda c: c["proposedOrder"]["totalPrice"]["amount"].update(nanos=1)), "failed", ["E_MONEY"]),
    "tax-wrong": (option(lambda c: c["proposedOrder"].update(otherItems=[{"type": "TAX", "price": 5}])), "failed", ["E_MONEY"]),
    "cart-changed": (option(lambda c: c["proposedOrder"].update(cart={"lineItems": [PIZZA]})), "ready", ["W_CART_CHANGED"]),
    "price-changed": (option(lambda c: c["proposedOrder"].update(cart={"lineItems": [{**PIZZA, "price": rupees(1)}, CHEESE]})),
                      "ready", ["W_CART_CHANGED"]),
    "price-spelled": (option(lambda c: c["proposedOrder"]["cart"]["lineItems"][0]["price"]["amount"].update(units=250)), "ready", []),
    "no-options": (option(lambda c: c.pop("paymentOptions") and None), "failed", ["E_PAYMENT"]),
    "empty-options": (option(lambda c: c.update(paymentOptions={})), "failed", ["E_PAYMENT"]),
    "specification-object": (option(lambda c: c.update(paymentOptions={"googleProvidedOptions": {"facilitationSpecification": {}}})),
                             "failed", ["E_SPECIFICATION"]),
    "cash": (option(lambda c: c.update(paymentOptions={"actionProvidedOptions": {"paymentType": "ON_FULFILLMENT"}})), "ready", []),
    "status-500": (lambda _: 500, "failed", ["E_STATUS"]),
    "status-404": (lambda _: 404, "failed", ["E_STATUS"]),
    "redirect": (lambda _: httpx.Response(302, headers={"location": "http://localhost:1/"}), "failed", ["E_STATUS"]),
    "no-answer": (lambda _: httpx.ConnectError("refused"), "failed", ["E_UNREACHABLE"]),
    "created": (lambda said: httpx.Response(201, json=restaurant.wrapped(said)), "ready", []),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_read_with_care(name: str) -> None:
    change, status, wanted = ANSWERS[name]
    assert codes(answering(change)) == (status, wanted)


def test_an_order_in_another_currency_is_not_timesofmoneys() -> None:
    def change(said: Any) -> None:
        said["checkoutResponse"]["proposedOrder"]["totalPrice"]["amount"]["currencyCode"] = "USD"

    assert codes(answering(change)) == ("failed", ["E_CURRENCY"])


def test_an_order_of_nothing_cannot_be_submitted() -> None:
    def change(said: Any) -> None:
        said["checkoutResponse"]["proposedOrder"]["totalPrice"] = rupees(0)

    status, found = codes(answering(change))
    assert (status, found) == ("failed", ["E_MONEY", "W_TOTAL_MISMATCH"])


def test_an_answer_in_the_other_spelling_is_read_too() -> None:
    def snake(value: Any) -> Any:
        if isinstance(value, dict):
            return {"".join(f"_{c.lower()}" if c.isupper() else c for c in key): snake(item) for key, item in value.items()}
        return [snake(item) for item in value] if isinstance(value, list) else value

    assert codes(answering(lambda said: snake(restaurant.wrapped(said)))) == ("ready", [])


# Errors of the partner's


@pytest.mark.parametrize("word", sorted(ERRORS))
def test_a_partner_may_say_no(word: str) -> None:
    """Each of its errors is a finding, a corrected order is shown, and nothing can be submitted."""
    row = {"error": word, "id": "li-1", "description": "why", "updatedPrice": rupees(260)}

    def change(said: Any) -> dict[str, Any]:
        corrected = {"cart": CART, "totalPrice": rupees(260)}
        return restaurant.wrapped({"error": {"@type": "…FoodErrorExtension", "foodOrderErrors": [row], "proposedOrder": corrected}})

    kitchen = answering(change)
    checkout = kitchen.checkout()
    assert (checkout["status"], [f["code"] for f in checkout["findings"]]) == ("failed", ["E_REFUSED"])
    assert word in checkout["findings"][0]["message"]
    assert "why" in checkout["findings"][0]["message"]
    assert checkout["proposed_order"]["totalPrice"] == rupees(260)
    answer = kitchen.submit(checkout)
    assert (answer.status, answer.error["code"]) == (409, "wrong_status")
    assert kitchen.charges() == []
    kitchen.close()


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        ({"foodOrderErrors": []}, ["E_ANSWER"]),
        ("closed", ["E_ANSWER"]),
        ({"foodOrderErrors": [{"error": "SHUT"}]}, ["E_ERROR_TYPE"]),
        ({"foodOrderErrors": ["CLOSED"]}, ["E_ERROR_TYPE"]),
        ({"foodOrderErrors": [{"error": "PRICE_CHANGED", "id": "li-1"}]}, ["E_REFUSED", "E_ERROR_TYPE"]),
    ],
)
def test_an_error_has_its_own_shape(error: Any, wanted: list[str]) -> None:
    assert codes(answering(lambda said: restaurant.wrapped({"error": error}))) == ("failed", wanted)


# Time


def test_an_answer_that_comes_too_late_is_none() -> None:
    """By the setting `answer_s`, though all of it is here."""
    body = json.dumps(restaurant.wrapped({"error": {}}))
    late = Attempt(START, float(START), 3.01, 200, "", {}, {}, body)
    said = structured(late, 3.0)
    assert isinstance(said, Finding)
    assert (said.code, "3 s are given" in said.message) == ("E_UNREACHABLE", True)
    assert structured(late._replace(seconds=3.0), 3.0) == {"error": {}}


def test_a_call_that_a_fault_puts_off_is_answered_as_it_stands(kitchen: Kitchen) -> None:
    """The control call does not hang: the checkout is `asked` until time goes on."""
    kitchen.freeze()
    kitchen.control("POST", "/faults", {"where": "webhook", "what": "delay", "seconds": 60, "count": 1})
    asked = kitchen.checkout()
    assert (asked["status"], kitchen.receiver.heard) == ("asked", [])
    assert kitchen.submit(asked).status == 409
    kitchen.advance(seconds=60)
    assert kitchen.control("GET", f"/google/ordering/checkouts/{asked['id']}")["status"] == "ready"


def test_the_partner_may_call_while_it_is_asked() -> None:
    """Nothing is held meanwhile: an update of another order is taken, and the clock moves."""
    seen: list[Any] = []

    async def meanwhile(kitchen: Kitchen, order: Any) -> httpx.Response:
        message = {"isInSandbox": True, "customPushMessage": {"orderUpdate": {"actionOrderId": order["action_order_id"]}}}
        headers = {"authorization": f"Bearer {kitchen.partner['access_token']}"}
        seen.append((await kitchen._client.post("/v2/conversations:send", json=message, headers=headers)).status_code)
        seen.append((await kitchen._client.post("/_sandbox/clock?merchant=alpha", json={"rate": 0})).status_code)
        return httpx.Response(500)

    order: Any = None
    kitchen = answering(lambda _: meanwhile(kitchen, order) if order is not None else None)
    order = kitchen.order()
    assert kitchen.checkout()["status"] == "failed"
    assert seen == [200, 200]
    kitchen.close()
