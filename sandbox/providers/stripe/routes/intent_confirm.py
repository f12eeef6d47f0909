"""`/v1/payment_intents/{intent}/confirm`: the card is charged."""

from __future__ import annotations

from typing import Any

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Charge, Instrument
from sandbox.providers.base import Op
from sandbox.providers.stripe import cards, debiting, deposits, mandates, paying, scanning, sharing, three_d_secure
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.records import PaymentIntent
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.routes.intent_terms import (
    UNPAID,
    CaptureMethod,
    Confirmable,
    check_kind,
    check_secret,
    check_types,
    need_secret,
    terms,
    unexpected,
    with_intent,
)
from sandbox.providers.stripe.routes.methods import named, pick, used
from sandbox.providers.stripe.validate import Amount, Text
from sandbox.providers.stripe.views.charge import NO_BILLING
from sandbox.providers.stripe.views.intent import intent as intent_view
from sandbox.providers.stripe.views.intent import payment_method as method_view
from sandbox.providers.stripe.views.intent import public_intent
from sandbox.providers.stripe.wire import Failed

CARRIED = ("receipt_email", "shipping", "statement_descriptor", "statement_descriptor_suffix", "transfer_group", *sharing.TERMS)
NO_METHOD = "You cannot confirm this PaymentIntent because it's missing a payment method. "
ANY_METHOD = (
    "You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment "
    "method or ConfirmationToken."
)
HER_METHOD = "To confirm the PaymentIntent with {}, specify a payment method attached to this customer along with the customer ID."
DONE = "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed."
NOT_CONFIRMABLE = (
    "You cannot confirm this PaymentIntent because it has a status of {}. Only a PaymentIntent with one of the following statuses may be "
    "confirmed: requires_confirmation, requires_action."
)
OTHER_AMOUNT = "The amount_to_confirm ({}) is not the amount of the PaymentIntent ({}): update its amount first, or confirm that one."
NOT_ASKED = "PaymentIntent {} is {}: nobody is asked to authenticate."
BY_THE_SERVER = (
    "This PaymentIntent {} cannot be confirmed using your publishable key because its `confirmation_method` is set to `manual`. Please use "
    "your secret key instead, or create a PaymentIntent with `confirmation_method` set to `automatic`."
)


def missing_method(customer_id: str) -> Refusal:
    message = NO_METHOD + (HER_METHOD.format(customer_id) if customer_id else ANY_METHOD)
    return Refusal(Reason.WRONG_STATUS, code="payment_intent_unexpected_state", param="", message=message)


def confirmed(merchant: Merchant, intent: PaymentIntent, method: Instrument, params: Confirmable) -> PaymentIntent | Failed:
    """The card was charged, or the cardholder is asked to authenticate first; a decline is kept and answered with 402."""
    check_kind(intent.details, method)
    if debiting.debited(method):
        sharing.check(merchant, intent.details, intent.amount)
        return debited(merchant, intent, method, params)
    if scanning.scanned(method):
        sharing.check(merchant, intent.details, intent.amount)
        return scanning.asked(merchant, intent, method)
    if intent.details.get("chosen_type"):  # of a bank account or a code that was tried before
        intent = intent._replace(details={**intent.details, "chosen_type": None})
    mandate = mandates.agreed(merchant, intent, method, params)
    intent = intent._replace(details={**intent.details, "mandate": mandate}) if mandate else intent
    card = paying.card_named(method.card)
    absent = params.off_session not in (None, "false")
    wish = intent.details.get("request_three_d_secure", "automatic")
    asked = three_d_secure.demanded(card, wish, absent, bool(method.details.get("set_up")))
    if asked and intent.details.get("authenticated") != method.id:
        if absent or params.error_on_requires_action:
            error = {"type": "card_error", **paying.said(cards.AUTHENTICATION)}
            return refused(merchant, intent, error, used(merchant, method, ""))
        details = {
            **intent.details,
            "last_payment_error": None,
            "return_url": params.return_url,
            "use_stripe_sdk": params.use_stripe_sdk or params.return_url is None,
        }
        return merchant.fire(intent, Trigger.CHALLENGE, instrument_id=method.id, details=details)
    result = "authenticated" if asked else three_d_secure.unasked(card, wish)
    flow = "challenge" if asked else "frictionless"
    return charged(merchant, intent, method, three_d_secure.told(card, intent.id, result, flow) if result else None)


def charged(merchant: Merchant, intent: PaymentIntent, method: Instrument, secured: dict[str, Any] | None) -> PaymentIntent | Failed:
    """The card was charged; `secured` is how the cardholder authenticated, if 3D Secure took part."""
    card = paying.card_named(method.card)
    how = intent.details.get("card_capture_method") or intent.details.get("capture_method") or "automatic_async"
    details: dict[str, Any] = {
        "card": method.details["card"],
        "test_card": method.card,
        **carried(intent, method),
    }
    if secured is not None:
        details["three_d_secure"] = secured
    if "mandate" in intent.details:
        details["mandate"] = intent.details["mandate"]
    if card.after == "funds_available":
        details["available_now"] = True
    draft = Charge(
        merchant.new_id(STRIPE, Charge, intent.id), STRIPE, NEW, merchant.now, intent.amount, intent.currency,
        parent_id=intent.id, customer_id=intent.customer_id, instrument_id=method.id, description=intent.description,
        metadata=intent.metadata, details=details,
    )  # fmt: skip
    charge = paying.charge_card(merchant, card, draft, how != "manual", how == "automatic_async")
    if charge.status == "failed":
        return refused(merchant, intent, paying.decline_error(charge), used(merchant, method, ""), charge.id)
    # A payment method that is to be used again belongs to the customer from its first success on.
    usage = intent.details.get("card_setup_future_usage") or intent.details.get("setup_future_usage")
    used(merchant, method, intent.customer_id if usage not in (None, "none") else "", usage == "off_session")
    details = {**intent.details, "last_payment_error": None}
    if "review" in charge.details:
        details["review"] = charge.details["review"]
    if how == "manual":
        return merchant.fire(intent, Trigger.AUTHORIZE, charge_id=charge.id, instrument_id=method.id, details=details)
    paying.card_effects(merchant, card, charge)
    return merchant.fire(
        intent, Trigger.SUCCEED, charge_id=charge.id, instrument_id=method.id, received=charge.captured, details=details
    )


def carried(intent: PaymentIntent, method: Instrument) -> dict[str, Any]:
    """What a charge takes over from its intent and its payment method."""
    return {
        "billing_details": method.details.get("billing_details") or NO_BILLING,
        **{name: intent.details[name] for name in CARRIED if intent.details.get(name) is not None},
    }


def debited(merchant: Merchant, intent: PaymentIntent, method: Instrument, params: Confirmable) -> PaymentIntent:
    """The bank account is to be debited: whether it was is known days later."""
    debiting.check(intent, method.kind)
    by_deposits = deposits.wanted(intent.details, method)
    mandate = mandates.agreed(merchant, intent, method, params, not by_deposits)
    return deposits.asked(merchant, intent, method, mandate) if by_deposits else debit_now(merchant, intent, method, mandate)


def debit_now(merchant: Merchant, intent: PaymentIntent, method: Instrument, mandate: str) -> PaymentIntent:
    intent = debiting.debit(merchant, intent, method, mandate, carried(intent, method))
    usage = intent.details.get("setup_future_usage")
    used(merchant, method, intent.customer_id if usage else "", usage == "off_session", mandate=mandate)
    return intent


def refused(
    merchant: Merchant, intent: PaymentIntent, error: dict[str, Any], method: Instrument, charge_id: str = "", status: int = 402
) -> Failed:
    """The intent wants another payment method, and remembers why; there is a charge if the network was asked."""
    error = {**error, "payment_method": method_view(merchant, method)}
    details = {**intent.details, "last_payment_error": dict(sorted(error.items()))}
    intent = merchant.fire(intent, Trigger.DECLINE, charge_id=charge_id or intent.charge_id, instrument_id="", details=details)
    return Failed({**error, "payment_intent": intent_view(merchant, intent)}, status)


def authenticated(merchant: Merchant, intent: PaymentIntent, passed: bool) -> PaymentIntent:
    """The cardholder has answered: the card is charged, or the intent wants another payment method.

    With manual confirmation the server confirms once more, and is not asked again.

    Raises:
        Refusal: WRONG_STATUS, nobody was asked to authenticate.
    """
    if intent.status != "requires_action":
        raise Refusal(Reason.WRONG_STATUS, message=NOT_ASKED.format(intent.id, intent.status))
    method: Instrument = merchant.get(STRIPE, Instrument, intent.instrument_id)
    if not passed:
        why = scanning.NOT_PAID if scanning.scanned(method) else three_d_secure.FAILED
        refused(merchant, intent, why, used(merchant, method, ""))
    elif scanning.scanned(method):
        scanning.paid(merchant, intent, method, carried(intent, method))
    elif intent.details.get("confirmation_method") == "manual":
        merchant.fire(intent, Trigger.PREPARE, details={**intent.details, "authenticated": method.id})
    else:
        card = paying.card_named(method.card)
        charged(merchant, intent, method, three_d_secure.told(card, intent.id, "authenticated", "challenge"))
    return merchant.get(STRIPE, PaymentIntent, intent.id)  # type: ignore[no-any-return]


class IntentConfirm(Confirmable):
    amount_to_confirm: Amount | None = None
    capture_method: CaptureMethod | None = None
    client_secret: Text | None = None


def confirm(merchant: Merchant, params: IntentConfirm, intent_id: str) -> PaymentIntent | Failed:
    intent: PaymentIntent = find.in_path(merchant, find.INTENT, intent_id)
    check_secret(merchant, intent, params.client_secret)
    if intent.status not in UNPAID:
        raise unexpected(merchant, intent, DONE if intent.status == "succeeded" else NOT_CONFIRMABLE.format(intent.status))
    check_types(params)
    if params.amount_to_confirm not in (None, intent.amount):
        message = OTHER_AMOUNT.format(params.amount_to_confirm, intent.amount)
        raise with_intent(merchant, intent, Refusal(Reason.PARAM_INVALID, param="amount_to_confirm", message=message))
    try:
        method = pick(merchant, params, intent.customer_id)
        if method is None and intent.instrument_id:
            method = named(merchant, intent.instrument_id, intent.customer_id)
        if method is None:
            raise missing_method(intent.customer_id)
        details = {**intent.details, **terms(params)}
        return confirmed(merchant, intent._replace(details=details), method, params)
    except Refusal as refusal:
        raise with_intent(merchant, intent, refusal) from None


def confirm_public(merchant: Merchant, params: IntentConfirm, intent_id: str) -> dict[str, Any] | Failed:
    """The same with a publishable key: the client secret is a must, the intent in the answer a reduced one."""
    intent: PaymentIntent = find.in_path(merchant, find.INTENT, intent_id)
    need_secret(params.client_secret)
    check_secret(merchant, intent, params.client_secret)
    try:
        if intent.details.get("confirmation_method") == "manual":
            message = BY_THE_SERVER.format(intent.id)
            raise Refusal(Reason.PARAM_INVALID, code="payment_intent_invalid_parameter", message=message)
        result = confirm(merchant, params, intent_id)
    except Refusal as refusal:
        raise with_intent(merchant, intent, refusal, public_intent) from None
    if isinstance(result, Failed):
        now: PaymentIntent = find.in_path(merchant, find.INTENT, intent_id)
        return Failed({**result.error, "payment_intent": public_intent(merchant, now)})
    return public_intent(merchant, result)


OPERATIONS = (Op("POST", "/v1/payment_intents/{intent}/confirm", confirm, IntentConfirm, public=confirm_public),)
