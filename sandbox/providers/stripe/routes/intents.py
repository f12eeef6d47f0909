"""`/v1/payment_intents`."""

from __future__ import annotations

from typing import Any, Literal

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Charge, Instrument
from sandbox.providers.base import Op
from sandbox.providers.stripe import paying
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.limits import check_amount
from sandbox.providers.stripe.records import PaymentIntent
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.routes.charges import captured
from sandbox.providers.stripe.routes.methods import MethodData, pick
from sandbox.providers.stripe.validate import (
    Bool,
    Clearable,
    Created,
    Currency,
    Email,
    Expandable,
    Integer,
    ListOf,
    ListParams,
    Metadata,
    NonNegative,
    Params,
    Shipping,
    Text,
    merge_metadata,
)
from sandbox.providers.stripe.views.charge import NO_BILLING
from sandbox.providers.stripe.views.intent import intent as intent_view
from sandbox.providers.stripe.views.intent import payment_method as method_view
from sandbox.providers.stripe.wire import Failed, Page, slice_of

CaptureMethod = Literal["automatic", "automatic_async", "manual"]
EXTRAS = (
    "automatic_payment_methods", "capture_method", "confirmation_method", "payment_method_types", "receipt_email", "setup_future_usage",
    "shipping", "statement_descriptor", "statement_descriptor_suffix", "transfer_group", "allowed_payment_method_types",
)  # fmt: skip


class AutomaticMethods(Params):
    enabled: Bool
    allow_redirects: Literal["always", "never"] = "always"


class Confirmable(Expandable):
    """What create with `confirm=true` and confirm have in common."""

    payment_method: Clearable[Text] = None
    payment_method_data: MethodData | None = None
    return_url: Text | None = None
    off_session: Text | None = None
    error_on_requires_action: Bool = False
    receipt_email: Clearable[Email] = None
    setup_future_usage: Clearable[Literal["off_session", "on_session"]] = None
    shipping: Clearable[Shipping] = None
    use_stripe_sdk: Bool = False


class IntentCreate(Confirmable):
    amount: Integer
    currency: Currency
    automatic_payment_methods: AutomaticMethods | None = None
    allowed_payment_method_types: ListOf[Text] | None = None
    payment_method_types: ListOf[Text] | None = None  # gone in endive, yet the official CLI still sends it
    capture_method: CaptureMethod = "automatic_async"
    confirm: Bool = False
    confirmation_method: Literal["automatic", "manual"] = "automatic"
    customer: Text | None = None
    description: Clearable[Text] = None
    metadata: Metadata = None
    statement_descriptor: Clearable[Text] = None
    statement_descriptor_suffix: Clearable[Text] = None
    transfer_group: Clearable[Text] = None


def create(merchant: Merchant, params: IntentCreate) -> PaymentIntent | Failed:
    check_amount(params.amount, params.currency)
    check_types(params.payment_method_types, "payment_method_types")
    check_types(params.allowed_payment_method_types, "allowed_payment_method_types")
    customer_id = find.customer(merchant, params.customer).id if params.customer else ""
    method = pick(merchant, params, customer_id)
    if params.confirm and method is None:
        raise missing_method(None)
    intent = PaymentIntent(
        merchant.new_id(STRIPE, PaymentIntent), STRIPE, NEW, merchant.now, params.amount, params.currency,
        customer_id=customer_id, instrument_id=method.id if method is not None else "", description=params.description,
        metadata=merge_metadata({}, params.metadata), details=find.kept(params, EXTRAS),
    )  # fmt: skip
    intent = merchant.fire(intent, Trigger.PREPARE if method is not None else Trigger.CREATE)
    return confirmed(merchant, intent, method) if params.confirm and method is not None else intent


def check_types(types: tuple[str, ...] | None, param: str) -> None:
    """Only cards are emulated: another method is refused by name, never taken for a card."""
    for kind in types or ():
        if kind not in ("card", "link"):
            raise Refusal(Reason.NOT_EMULATED, what=f"the payment method type '{kind}'", param=param)


def confirmed(merchant: Merchant, intent: PaymentIntent, method: Instrument) -> PaymentIntent | Failed:
    """The card was charged; a decline is kept and answered with 402."""
    card = paying.card_named(method.card)
    how = intent.details.get("capture_method", "automatic_async")
    details: dict[str, Any] = {
        "card": {**method.details["card"], "cvc_check": "pass"},
        "test_card": method.card,
        "billing_details": method.details.get("billing_details") or NO_BILLING,
        **{name: intent.details[name] for name in CARRIED if intent.details.get(name) is not None},
    }
    if card.after == "funds_available":
        details["available_now"] = True
    draft = Charge(
        merchant.new_id(STRIPE, Charge, intent.id), STRIPE, NEW, merchant.now, intent.amount, intent.currency,
        parent_id=intent.id, customer_id=intent.customer_id, instrument_id=method.id, description=intent.description,
        metadata=intent.metadata, details=details,
    )  # fmt: skip
    charge = paying.charge_card(merchant, card, draft, how != "manual", how == "automatic_async")
    if method.status == "fresh":
        method = merchant.fire(method, Trigger.SPEND)
    if charge.status == "failed":
        error = {**paying.decline_error(charge), "payment_method": method_view(merchant, method)}
        details = {**intent.details, "last_payment_error": dict(sorted(error.items()))}
        intent = merchant.fire(intent, Trigger.DECLINE, charge_id=charge.id, instrument_id="", details=details)
        return Failed({**error, "payment_intent": intent_view(merchant, intent)})
    details = {**intent.details, "last_payment_error": None}
    if how == "manual":
        return merchant.fire(intent, Trigger.AUTHORIZE, charge_id=charge.id, instrument_id=method.id, details=details)
    paying.card_effects(merchant, card, charge)
    return merchant.fire(
        intent, Trigger.SUCCEED, charge_id=charge.id, instrument_id=method.id, received=charge.captured, details=details
    )


CARRIED = ("receipt_email", "shipping", "statement_descriptor", "statement_descriptor_suffix", "transfer_group")


def missing_method(intent: PaymentIntent | None) -> Refusal:
    return Refusal(
        Reason.PARAM_INVALID, code="payment_intent_unexpected_state", param="",
        message="You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent "
        "with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
    )  # fmt: skip


def unexpected(merchant: Merchant, intent: PaymentIntent, message: str, param: str = "", code: str = "") -> Refusal:
    """A call that the intent's status does not allow; the error carries the whole intent."""
    return Refusal(
        Reason.PARAM_INVALID, code=code or "payment_intent_unexpected_state", param=param, message=message,
        more={"payment_intent": intent_view(merchant, intent)},
    )  # fmt: skip


def confirm(merchant: Merchant, params: IntentConfirm, intent_id: str) -> PaymentIntent | Failed:
    intent: PaymentIntent = find.in_path(merchant, find.INTENT, intent_id)
    if intent.status not in ("requires_payment_method", "requires_confirmation"):
        said = "it has already succeeded after being previously confirmed."
        if intent.status != "succeeded":
            said = f"it has a status of {intent.status}."
        raise unexpected(merchant, intent, f"You cannot confirm this PaymentIntent because {said}")
    method = pick(merchant, params, intent.customer_id)
    if method is None and intent.instrument_id:
        method = merchant.get(STRIPE, Instrument, intent.instrument_id)
    if method is None:
        raise unexpected(merchant, intent, str(missing_method(intent).facts["message"]))
    details = {**intent.details, **find.kept(params, EXTRAS)}
    return confirmed(merchant, intent._replace(details=details), method)


class IntentConfirm(Confirmable):
    capture_method: CaptureMethod | None = None
    payment_method_types: ListOf[Text] | None = None


class IntentUpdate(Expandable):
    amount: Integer | None = None
    currency: Currency | None = None
    capture_method: CaptureMethod | None = None
    customer: Text | None = None
    description: Clearable[Text] = None
    metadata: Metadata = None
    payment_method: Clearable[Text] = None
    payment_method_data: MethodData | None = None
    payment_method_types: ListOf[Text] | None = None
    allowed_payment_method_types: ListOf[Text] | None = None
    receipt_email: Clearable[Email] = None
    setup_future_usage: Clearable[Literal["off_session", "on_session"]] = None
    shipping: Clearable[Shipping] = None
    statement_descriptor: Clearable[Text] = None
    statement_descriptor_suffix: Clearable[Text] = None
    transfer_group: Clearable[Text] = None


AMOUNT_FIXED = (
    "This PaymentIntent's amount could not be updated because it has a status of {status}. You may only update the amount of a "
    "PaymentIntent with one of the following statuses: requires_payment_method, requires_confirmation, requires_action."
)


def update(merchant: Merchant, params: IntentUpdate, intent_id: str) -> PaymentIntent:
    intent: PaymentIntent = find.in_path(merchant, find.INTENT, intent_id)
    unpaid = intent.status in ("requires_payment_method", "requires_confirmation")
    for name in ("amount", "currency", "capture_method", "customer", "payment_method", "payment_method_data"):
        if name in params.model_fields_set and not unpaid:
            message = AMOUNT_FIXED.format(status=intent.status) if name == "amount" else NOT_CHANGEABLE.format(name, intent.status)
            raise unexpected(merchant, intent, message, name)
    amount = intent.amount if params.amount is None else params.amount
    currency = params.currency or intent.currency
    check_amount(amount, currency)
    check_types(params.payment_method_types, "payment_method_types")
    customer_id = find.customer(merchant, params.customer).id if params.customer else intent.customer_id
    method = pick(merchant, params, customer_id)
    facts: dict[str, Any] = {
        "amount": amount,
        "currency": currency,
        "customer_id": customer_id,
        "metadata": merge_metadata(intent.metadata, params.metadata),
        "details": {**intent.details, **find.kept(params, EXTRAS)},
    }
    if "description" in params.model_fields_set:
        facts["description"] = params.description
    if method is not None:
        return merchant.fire(intent, Trigger.PREPARE, instrument_id=method.id, **facts)
    return merchant.fire(intent, Trigger.UPDATE, **facts)


NOT_CHANGEABLE = "This PaymentIntent's {} could not be updated because it has a status of {}."  # Assumed wording


class IntentCapture(Expandable):
    amount_to_capture: NonNegative | None = None
    final_capture: Bool = True
    metadata: Metadata = None
    statement_descriptor: Clearable[Text] = None
    statement_descriptor_suffix: Clearable[Text] = None


RELEASED = (
    "The remaining amount on this PaymentIntent could not be captured because the remainder of the authorized amount has been released."
)
NOT_CAPTURABLE = (
    "This PaymentIntent could not be captured because it has a status of {}. Only a PaymentIntent with one of the following statuses "
    "may be captured: requires_capture."
)


def capture(merchant: Merchant, params: IntentCapture, intent_id: str) -> PaymentIntent:
    intent: PaymentIntent = find.in_path(merchant, find.INTENT, intent_id)
    if intent.status != "requires_capture":
        raise unexpected(merchant, intent, RELEASED if intent.status == "succeeded" else NOT_CAPTURABLE.format(intent.status))
    amount = intent.amount if params.amount_to_capture is None else params.amount_to_capture
    if amount == 0:
        raise Refusal(
            Reason.PARAM_INVALID, code="parameter_invalid_integer", param="amount", message="This value must be greater than or equal to 1."
        )
    if amount > intent.amount:
        message = "The payment could not be captured because the requested capture amount is greater than the authorized amount."
        raise unexpected(merchant, intent, message, "amount_to_capture", "amount_too_large")
    if not params.final_capture:
        raise Refusal(Reason.NOT_EMULATED, what="capturing a payment in several parts", param="final_capture")
    charge = merchant.get(STRIPE, Charge, intent.charge_id)
    details = find.kept(params, ("statement_descriptor", "statement_descriptor_suffix"))
    captured(merchant, charge, amount, details)
    metadata = merge_metadata(intent.metadata, params.metadata)
    return merchant.fire(intent, Trigger.CAPTURE, received=amount, metadata=metadata)


class IntentCancel(Expandable):
    cancellation_reason: Literal["duplicate", "fraudulent", "requested_by_customer", "abandoned"] | None = None


NOT_CANCELABLE = (
    "You cannot cancel this PaymentIntent because it has a status of {}. Only a PaymentIntent with one of the following statuses may be "
    "canceled: requires_payment_method, requires_capture, requires_reauthorization, requires_confirmation, requires_action, expired, "
    "processing."
)


def cancel(merchant: Merchant, params: IntentCancel, intent_id: str) -> PaymentIntent:
    intent: PaymentIntent = find.in_path(merchant, find.INTENT, intent_id)
    if merchant.row(intent, Trigger.VOID) is None:
        raise unexpected(merchant, intent, NOT_CANCELABLE.format(intent.status))
    details = {**intent.details, "cancellation_reason": params.cancellation_reason}
    return merchant.fire(intent, Trigger.VOID, details=details)


class IntentList(ListParams):
    customer: Text | None = None
    created: Created | None = None


def index(merchant: Merchant, params: IntentList) -> Page:
    of = [("customer_id", params.customer)] if params.customer else []
    return slice_of(merchant, STRIPE, PaymentIntent, "payment_intent", params, "/v1/payment_intents", of)


class IntentRetrieve(Expandable):
    client_secret: Text | None = None


def retrieve(merchant: Merchant, params: IntentRetrieve, intent_id: str) -> PaymentIntent:
    found: PaymentIntent = find.in_path(merchant, find.INTENT, intent_id)
    return found


OPERATIONS = (
    Op("POST", "/v1/payment_intents", create, IntentCreate),
    Op("GET", "/v1/payment_intents", index, IntentList),
    Op("GET", "/v1/payment_intents/{intent}", retrieve, IntentRetrieve),
    Op("POST", "/v1/payment_intents/{intent}", update, IntentUpdate),
    Op("POST", "/v1/payment_intents/{intent}/confirm", confirm, IntentConfirm),
    Op("POST", "/v1/payment_intents/{intent}/capture", capture, IntentCapture),
    Op("POST", "/v1/payment_intents/{intent}/cancel", cancel, IntentCancel),
)
