"""The tables of illegal calls of payment intents, and of all that has no table of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.harness import DAY, Answer, Shop
from tests.providers.stripe.rows.asked import attached, customer, intent, paid_out
from tests.providers.stripe.rows.gallery import TYPED
from tests.providers.stripe.rows.refused import Row, bare, held_of_intent, on, with_

STATE = "payment_intent_unexpected_state"
CAPTURABLE = "Only a PaymentIntent with one of the following statuses may be captured: requires_capture."
CANCELABLE = (
    "Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, "
    "requires_reauthorization, requires_confirmation, requires_action, expired, processing."
)
MISSING = (
    "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment "
    "method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken."
)
FIXED = (
    "This PaymentIntent's amount could not be updated because it has a status of succeeded. You may only update the amount of a "
    "PaymentIntent with one of the following statuses: requires_payment_method, requires_confirmation, requires_action."
)
NOT_HERS = "does not belong to the Customer you supplied {}. Please use this PaymentMethod with the Customer that it belongs to instead."
INTENT = "/v1/payment_intents/{}"


def paid(shop: Shop) -> str:
    return shop.pay()["id"]  # type: ignore[no-any-return]


def authorized(shop: Shop) -> str:
    return held_of_intent(shop)[1]


def anothers(shop: Shop) -> tuple[Answer, str]:
    other = customer(shop)
    key = attached(shop)
    answer = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", "customer": other, "payment_method": key})
    assert answer.error["message"].startswith(f"The PaymentMethod {key} ")
    answer.error["message"] = answer.error["message"].removeprefix(f"The PaymentMethod {key} ")
    return answer, other


def nobodys(shop: Shop) -> tuple[Answer, str]:
    key = attached(shop)
    owner = shop.get(f"/v1/payment_methods/{key}")["customer"]
    answer = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", "payment_method": key})
    answer.error["message"] = answer.error["message"].replace(owner, "cus_x")
    return answer, key


def asking(**params: Any) -> Callable[[Shop], Any]:
    wanted = {"amount": 2000, "currency": "usd", "payment_method": "pm_card_authenticationRequired", "confirm": True, **params}
    return bare("/v1/payment_intents", **wanted)


# These carry the whole intent, as far as there is one.
INTENTS = {
    "confirm without payment method": Row(on(INTENT + "/confirm", intent), MISSING, STATE),
    "confirm without payment method, of a customer": Row(
        on(INTENT + "/confirm", lambda shop: intent(shop, customer=customer(shop))),
        "You cannot confirm this PaymentIntent because it's missing a payment method. To confirm the PaymentIntent with cus_…", STATE,
    ),
    "confirm when succeeded": Row(
        on(INTENT + "/confirm", paid), "You cannot confirm this PaymentIntent because it has already succeeded after being previously "
        "confirmed.", STATE,
    ),
    "capture in a wrong state": Row(
        on(INTENT + "/capture", intent),
        f"This PaymentIntent could not be captured because it has a status of requires_payment_method. {CAPTURABLE}", STATE,
    ),
    "capture of an auto-captured one": Row(
        on(INTENT + "/capture", paid), "The remaining amount on this PaymentIntent could not be captured because the remainder of the "
        "authorized amount has been released.", STATE,
    ),
    "capture too much": Row(
        on(INTENT + "/capture", authorized, {"amount_to_capture": 2001}), "The payment could not be captured because the requested…",
        "amount_too_large", "amount_to_capture",
    ),
    "amount_to_capture negative": Row(
        on(INTENT + "/capture", authorized, {"amount_to_capture": -1}), "Invalid non-negative integer", None, "amount_to_capture"
    ),
    "amount_to_capture=0": Row(
        on(INTENT + "/capture", authorized, {"amount_to_capture": 0}), "This value must be greater than or equal to 1.",
        "parameter_invalid_integer", "amount",
    ),
    "cancel in a wrong state": Row(
        on(INTENT + "/cancel", paid), f"You cannot cancel this PaymentIntent because it has a status of succeeded. {CANCELABLE}", STATE
    ),
    "change amount after success": Row(on(INTENT, paid, {"amount": 900}), FIXED, STATE, "amount"),
    "confirm another amount": Row(
        on(INTENT + "/confirm", intent, {"amount_to_confirm": 1999, "payment_method": "pm_card_visa"}),
        "The amount_to_confirm (1999) is not…", None, "amount_to_confirm",
    ),
    "capture that sends nothing on": Row(
        on(INTENT + "/capture", authorized, {"transfer_data": {"amount": 5}}), "This payment has no transfer_data…", None, "transfer_data"
    ),
}  # fmt: skip
PAYMENTS = {
    "payment method of another customer": Row(anothers, NOT_HERS, None, "payment_method"),
    "attached payment method, no customer": Row(
        nobodys, "The `payment_method` parameter supplied {} belongs to the Customer cus_x. Please include the Customer in the `customer` "
        "parameter on the PaymentIntent.", "parameter_missing", "source",
    ),
    "amount 0 on create": Row(
        bare("/v1/payment_intents", amount=0, currency="usd"), "The amount must be greater than or equal to the minimum…",
        "parameter_invalid_integer", "amount",
    ),
    "amount below minimum": Row(
        bare("/v1/payment_intents", amount=49, currency="usd"), "Amount must be at least $0.50 usd", "amount_too_small", "amount"
    ),
    "amount above maximum": Row(
        bare("/v1/payment_intents", amount=100_000_000, currency="usd"), "Amount must be no more than $999,999.99", "amount_too_large",
        "amount",
    ),
    "error_on_requires_action and 3DS needed": Row(
        asking(error_on_requires_action=True), "Your card was declined. This transaction requires authentication.",
        "authentication_required", None, 402, "card_error",
    ),
    "off_session and 3DS needed": Row(
        asking(off_session=True), "Your card was declined. This transaction requires authentication.", "authentication_required", None, 402,
        "card_error",
    ),
    "a payment method of an excluded type": Row(
        bare("/v1/payment_intents", amount=900, currency="usd", payment_method="pm_card_visa", excluded_payment_method_types=["card"]),
        "The PaymentMethod provided (card) is not allowed…", "payment_intent_incompatible_payment_method", "payment_method",
    ),
}  # fmt: skip


def detached(shop: Shop) -> str:
    key = attached(shop)
    assert shop.post(f"/v1/payment_methods/{key}/detach")["customer"] is None
    return key  # type: ignore[no-any-return]


def attach(make: Callable[[Shop], str]) -> Callable[[Shop], Any]:
    def call(shop: Shop) -> tuple[Answer, str]:
        key = make(shop)
        return shop.post(f"/v1/payment_methods/{key}/attach", {"customer": customer(shop)}), key

    return call


def set_up(shop: Shop) -> str:
    return shop.post("/v1/setup_intents", {"payment_method": "pm_card_visa", "confirm": True})["id"]  # type: ignore[no-any-return]


def deleted_twice(shop: Shop) -> tuple[Answer, str]:
    key = customer(shop)
    stub = {"id": key, "object": "customer", "deleted": True}
    assert shop.delete(f"/v1/customers/{key}").body == shop.get(f"/v1/customers/{key}").body == stub
    return shop.delete(f"/v1/customers/{key}"), key


def token(shop: Shop) -> str:
    return shop.post("/v1/tokens", {"card": TYPED})["id"]  # type: ignore[no-any-return]


def token_twice(shop: Shop) -> tuple[Answer, str]:
    key = token(shop)
    shop.post("/v1/charges", {"amount": 900, "currency": "usd", "source": key})
    return shop.post("/v1/charges", {"amount": 900, "currency": "usd", "source": key}), key


def seventeenth(shop: Shop) -> tuple[Answer, str]:
    for _ in range(16):
        shop.hear()
    return shop.post("/v1/webhook_endpoints", {"url": "http://localhost:4242/", "enabled_events": ["*"]}), ""


def approved(shop: Shop) -> str:
    shop.pay("pm_card_riskLevelElevated")
    return shop.get("/v1/reviews")["data"][0]["id"]  # type: ignore[no-any-return]


def sent_out(shop: Shop) -> tuple[Answer, str]:
    bank = paid_out(shop)
    key = shop.post("/v1/payouts", {"amount": 100, "currency": "usd", "destination": bank})["id"]
    shop.advance(days=1)
    return shop.post(f"/v1/payouts/{key}/cancel"), key


def clock(shop: Shop) -> str:
    return shop.post("/v1/test_helpers/test_clocks", {"frozen_time": shop.now})["id"]  # type: ignore[no-any-return]


def advanced(days: int) -> Callable[[Shop], Any]:
    def call(shop: Shop) -> tuple[Answer, str]:
        key = clock(shop)
        return shop.post(f"/v1/test_helpers/test_clocks/{key}/advance", {"frozen_time": shop.now + days * DAY}), key

    return call


def fourth_customer(shop: Shop) -> tuple[Answer, str]:
    key = clock(shop)
    for _ in range(3):
        customer(shop, test_clock=key)
    return shop.post("/v1/customers", {"test_clock": key}), key


OTHERS = {
    "a declining card at attach": Row(
        attach(lambda shop: "pm_card_chargeDeclined"), "Your card was declined.", "card_declined", None, 402, "card_error"
    ),
    "attached elsewhere": Row(attach(attached), "The payment method you provided has already been attached to a customer."),
    "a used-then-detached one": Row(
        attach(detached), "This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, "
        "and may not be used again.", None, "payment_method",
    ),
    "confirm a finished setup": Row(
        on("/v1/setup_intents/{}/confirm", set_up), "You cannot confirm this SetupIntent because…", "setup_intent_unexpected_state"
    ),
    "cancel a finished setup": Row(
        on("/v1/setup_intents/{}/cancel", set_up), "You cannot cancel this SetupIntent because…", "setup_intent_unexpected_state"
    ),
    "a second DELETE of a customer": Row(deleted_twice, "No such customer: '{}'", "resource_missing", "id", 404),
    "reuse of a token": Row(
        token_twice, "You cannot use a Stripe token more than once: {}.", "token_already_used", "source"
    ),
    "a 17th webhook endpoint": Row(seventeenth, "You have reached the maximum of 16 test webhook endpoints."),
    "a webhook URL without a scheme": Row(
        bare("/v1/webhook_endpoints", url="localhost/hook", enabled_events=["*"]),
        "Invalid URL: An explicit scheme (such as https) must be provided.", "url_invalid", "url",
    ),
    "api_version cannot be changed": Row(
        on("/v1/webhook_endpoints/{}", lambda shop: shop.hear()["id"], {"api_version": "2026-08-26.dahlia"}),
        "Received unknown parameter: api_version", "parameter_unknown", "api_version",
    ),
    "a payout without a bank account": Row(
        bare("/v1/payouts", amount=100, currency="cad"), "Sorry, you don't have any external accounts in that currency (cad)."
    ),
    "a payout of too much": Row(
        with_("destination", paid_out, "/v1/payouts", amount=1_000_000, currency="usd"),
        "You have insufficient funds in your Stripe account for this transfer. …", "balance_insufficient",
    ),
    "cancel of a payout that has left": Row(sent_out, "Payouts can only be canceled while they are pending…"),
    "approve a closed review": Row(on("/v1/reviews/{}/approve", approved, None, twice=True), "Review {} is closed already…"),
    "advance into the past": Row(advanced(0), "Test clocks can only be advanced forward…", None, "frozen_time"),
    "advance by more than two years": Row(advanced(733), "Test clocks can be advanced by at most two years…", None, "frozen_time"),
    "a fourth customer of a test clock": Row(fourth_customer, "Test clock {} has 3 customers already…", None, "test_clock"),
}  # fmt: skip
