"""PromptPay: the customer scans a code and pays with his own bank's app. Nobody can send money back that way.

So it is the sandbox's example of a payment whose refund needs the customer: Stripe writes to him, and until he has named his bank
account the refund is `requires_action`; then it may also be canceled, and after 45 days it fails.

Source: docs.stripe.com "PromptPay" and "Refunds > Refunds for payment methods that need the customer", read 2026-11-28.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Charge, Instrument
from sandbox.providers.stripe.debiting import NO_HOLD, NOT_ASSESSED, WRONG_CURRENCY
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.ids import new_id
from sandbox.providers.stripe.records import PaymentIntent

PROMPTPAY = "promptpay"
CURRENCY = "thb"
NOT_REUSABLE = "PaymentMethods of type promptpay pay once: they can neither be saved with a customer nor be set up for later."
NOT_PAID = {
    "code": "payment_intent_payment_attempt_failed",
    "doc_url": "https://stripe.com/docs/error-codes/payment-intent-payment-attempt-failed",
    "message": "The payment attempt failed because the customer did not pay.",
    "type": "invalid_request_error",
}


def scanned(method: Instrument) -> bool:
    return method.kind == PROMPTPAY


def instrument(merchant: Merchant, **fields: Any) -> Instrument:
    """A payment method that nobody owns, nor ever will."""
    made = Instrument(merchant.new_id(STRIPE, Instrument), STRIPE, NEW, merchant.now, PROMPTPAY, **fields)
    return merchant.fire(made, Trigger.CREATE)


def not_reusable(param: str) -> Refusal:
    return Refusal(Reason.PARAM_INVALID, param=param, message=NOT_REUSABLE)


def asked(merchant: Merchant, intent: PaymentIntent, method: Instrument) -> PaymentIntent:
    """The customer is shown the code. Raises Refusal PARAM_INVALID for money that cannot come that way."""
    for wrong, param, message in (
        (intent.currency != CURRENCY, "currency", WRONG_CURRENCY.format(intent.currency, PROMPTPAY, CURRENCY)),
        (intent.details.get("capture_method") == "manual", "capture_method", NO_HOLD.format(PROMPTPAY)),
        (bool(intent.details.get("setup_future_usage")), "setup_future_usage", NOT_REUSABLE),
    ):
        if wrong:
            raise Refusal(Reason.PARAM_INVALID, code="payment_intent_invalid_parameter", param=param, message=message)
    details = {**intent.details, "chosen_type": PROMPTPAY, "last_payment_error": None}
    return merchant.fire(intent, Trigger.CHALLENGE, instrument_id=method.id, details=details)


def paid(merchant: Merchant, intent: PaymentIntent, method: Instrument, details: Mapping[str, Any]) -> PaymentIntent:
    """The customer has scanned the code and paid."""
    draft = Charge(
        new_id(merchant, Charge, intent.id, prefix="py_"), STRIPE, NEW, merchant.now, intent.amount, intent.currency,
        parent_id=intent.id, customer_id=intent.customer_id, instrument_id=method.id, description=intent.description,
        metadata=intent.metadata, details={**details, "scanned": True, "outcome": NOT_ASSESSED},
    )  # fmt: skip
    charge = merchant.fire(draft, Trigger.SETTLE)
    merchant.fire(method, Trigger.SPEND)
    return merchant.fire(intent, Trigger.SUCCEED, charge_id=charge.id, received=charge.captured)


# How the rules above are known, for the fidelity page.
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("PromptPay takes thb only, shows a code to scan, and needs the customer's email address", "docs: PromptPay"),
    ("a refund of it is requires_action until the customer has named a bank account; it may be canceled until then", "docs: Refunds"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("PromptPay stands for all payment methods without native refunds (Konbini and others): those are not emulated", "the sandbox's own"),
    ("the code and its pictures lead to the sandbox's own page, where the customer pays or does not", "the sandbox's own"),
    ("a customer who does not pay is payment_intent_payment_attempt_failed, and makes no charge", "code and wording"),
    ("a refund that needs action takes the money at once, shows no balance_transaction until the customer has acted, and gives the money "
     "back as failure_balance_transaction when it is canceled or expires", "sources differ"),
    ("a refund that nobody acts on fails after 45 days, failure_reason unknown; a canceled one has merchant_request", "status, reason"),
    ("PromptPay costs 1.65 %, and its money is available like a card's", "price lists"),
    ("a PromptPay payment cannot be disputed", "the network has no disputes"),
)  # fmt: skip
