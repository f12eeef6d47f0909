"""`/v1/payment_intents/{intent}/capture` and `/cancel`: the end of an authorization."""

from __future__ import annotations

from typing import Literal

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge
from sandbox.providers.base import Op
from sandbox.providers.stripe import reviewing, sharing
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.records import PaymentIntent
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.routes.charges import captured
from sandbox.providers.stripe.routes.intent_terms import unexpected, with_intent
from sandbox.providers.stripe.validate import Amount, Bool, Clearable, Descriptor, Expandable, Integer, Metadata, merge_metadata

RELEASED = (
    "The remaining amount on this PaymentIntent could not be captured because the remainder of the authorized amount has been released."
)
NOT_CAPTURABLE = (
    "This PaymentIntent could not be captured because it has a status of {}. Only a PaymentIntent with one of the following statuses "
    "may be captured: requires_capture."
)
# Assumed: only the beginning was recorded.
TOO_MUCH = "The payment could not be captured because the requested capture amount is greater than the authorized amount."
NEGATIVE = "Invalid non-negative integer"
NOTHING = "This value must be greater than or equal to 1."
NOT_CANCELABLE = (
    "You cannot cancel this PaymentIntent because it has a status of {}. Only a PaymentIntent with one of the following statuses may be "
    "canceled: requires_payment_method, requires_capture, requires_reauthorization, requires_confirmation, requires_action, expired, "
    "processing."
)


class IntentCapture(Expandable):
    amount_to_capture: Integer | None = None
    application_fee_amount: Amount | None = None
    final_capture: Bool = True
    metadata: Metadata = None
    statement_descriptor: Clearable[Descriptor] = None
    statement_descriptor_suffix: Clearable[Descriptor] = None
    transfer_data: sharing.TransferAmount | None = None


def capture(merchant: Merchant, params: IntentCapture, intent_id: str) -> PaymentIntent:
    intent: PaymentIntent = find.in_path(merchant, find.INTENT, intent_id)
    if intent.status != "requires_capture":
        raise unexpected(merchant, intent, RELEASED if intent.status == "succeeded" else NOT_CAPTURABLE.format(intent.status))
    amount = intent.amount if params.amount_to_capture is None else params.amount_to_capture
    if amount > intent.amount:
        raise unexpected(merchant, intent, TOO_MUCH, "amount_to_capture", "amount_too_large")
    if not params.final_capture:
        raise Refusal(Reason.NOT_EMULATED, what="capturing a payment in several parts", param="final_capture")
    metadata = merge_metadata(intent.metadata, params.metadata)
    try:
        check_part(amount)
        details = find.kept(params, ("application_fee_amount", "statement_descriptor", "statement_descriptor_suffix"))
        details.update(sharing.at_capture(intent.details, params.transfer_data))
        sharing.check(merchant, {**intent.details, **details}, amount)
    except Refusal as refusal:
        raise with_intent(merchant, intent, refusal) from None
    charge: Charge = merchant.get(STRIPE, Charge, intent.charge_id)
    captured(merchant, charge, amount, details)
    return merchant.fire(intent, Trigger.CAPTURE, received=amount, metadata=metadata, details={**intent.details, **details})


def check_part(amount: int) -> None:
    """So much can be captured of anything. Raises Refusal PARAM_INVALID, in words that Stripe has for either side of 0."""
    if amount < 0:
        raise Refusal(Reason.PARAM_INVALID, param="amount_to_capture", message=NEGATIVE)
    if amount == 0:
        raise Refusal(Reason.PARAM_INVALID, code="parameter_invalid_integer", param="amount", message=NOTHING)


class IntentCancel(Expandable):
    cancellation_reason: Literal["duplicate", "fraudulent", "requested_by_customer", "abandoned"] | None = None


def cancel(merchant: Merchant, params: IntentCancel, intent_id: str) -> PaymentIntent:
    intent: PaymentIntent = find.in_path(merchant, find.INTENT, intent_id)
    if merchant.row(intent, Trigger.VOID) is None:
        raise unexpected(merchant, intent, NOT_CANCELABLE.format(intent.status))
    details = {**reviewing.without_review(intent), "cancellation_reason": params.cancellation_reason}
    return merchant.fire(intent, Trigger.VOID, details=details)


OPERATIONS = (
    Op("POST", "/v1/payment_intents/{intent}/capture", capture, IntentCapture),
    Op("POST", "/v1/payment_intents/{intent}/cancel", cancel, IntentCancel),
)


# What no source confirms, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("capturing more than was authorized is refused with amount_too_large", "end of the wording"),
    ("an authorization that runs out leaves a refund of reason expired_uncaptured_charge, which sends no event", "that it is silent"),
    ("after a partial capture amount_refunded shows the released rest, refunded stays false", "older charges did"),
)
