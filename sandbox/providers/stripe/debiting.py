"""How a bank account is debited: its mandate, its pending charge, and what its bank does in the days that follow.

Theory of operation. A confirmed debit makes a charge that is `pending` and an intent that is `processing`, and arms what the test
account is known for: `debit_ends` on the intent, which takes its charge along, and for an account whose holder disputes, the charge's
`card_effect` behind it. An account that stays processing arms nothing. No money is in the books before the debit settles.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Charge, Instrument
from sandbox.providers.stripe import debits, sharing
from sandbox.providers.stripe.debits import Account
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.ids import new_id
from sandbox.providers.stripe.records import PaymentIntent
from sandbox.providers.stripe.views.intent import payment_method as method_view

NOT_ASSESSED = {
    "advice_code": None, "network_advice_code": None, "network_decline_code": None, "network_status": "approved_by_network",
    "reason": None, "risk_level": "not_assessed", "seller_message": "Payment complete.", "type": "authorized",
}  # fmt: skip
WRONG_CURRENCY = "The currency provided ({}) is invalid for one or more of the payment methods provided: {} takes {} only."
NO_HOLD = "The payment method type {} does not support manual capture: a bank debit cannot hold money. Use capture_method=automatic."


def debited(method: Instrument) -> bool:
    """Whether the payment method is a bank account."""
    return method.kind in debits.KINDS


def instrument(merchant: Merchant, account: Account, facts: Mapping[str, Any], **fields: Any) -> Instrument:
    """A payment method that nobody owns yet; of the account's number only the documented test account is remembered."""
    details = {account.kind: facts, **fields.pop("details", {})}
    made = Instrument(
        merchant.new_id(STRIPE, Instrument), STRIPE, NEW, merchant.now, account.kind, card=account.number, details=details, **fields
    )
    return merchant.fire(made, Trigger.CREATE)


def named(merchant: Merchant, key: str) -> Instrument | None:
    """A fresh payment method for a magic `pm_usBankAccount_…` and its like; None for an ordinary id."""
    account = debits.BY_NAME.get(key)
    if account is None:
        return None
    return instrument(merchant, account, debits.facts(account, merchant.settings.get("seed", 0)))


def account_of(charge: Charge) -> Account:
    return debits.BY_NUMBER[charge.details["test_account"]]


def check(intent: PaymentIntent, kind: str) -> None:
    """The intent's money can be debited. Raises Refusal PARAM_INVALID."""
    currency = debits.KINDS[kind].currency
    if intent.currency != currency:
        message = WRONG_CURRENCY.format(intent.currency, kind, currency)
        raise Refusal(Reason.PARAM_INVALID, code="payment_intent_invalid_parameter", param="currency", message=message)
    if intent.details.get("capture_method") == "manual":
        message = NO_HOLD.format(kind)
        raise Refusal(Reason.PARAM_INVALID, code="payment_intent_invalid_parameter", param="capture_method", message=message)


def debit(merchant: Merchant, intent: PaymentIntent, method: Instrument, mandate: str, details: Mapping[str, Any]) -> PaymentIntent:
    """The bank is asked for the money; `details` are those of the charge that come from the intent."""
    account = debits.BY_NUMBER[method.card]
    kind = method.kind
    charge = merchant.fire(
        Charge(
            new_id(merchant, Charge, intent.id, prefix="py_"), STRIPE, NEW, merchant.now, intent.amount, intent.currency,
            parent_id=intent.id, customer_id=intent.customer_id, instrument_id=method.id, description=intent.description,
            metadata=intent.metadata,
            details={**details, "debit": kind, "account": method.details[kind], "mandate": mandate, "test_account": account.number,
                     "outcome": NOT_ASSESSED},
        ),
        Trigger.PEND,
    )  # fmt: skip
    timing = merchant.dialects[STRIPE].timing
    ends_at = merchant.now + timing(merchant, "debit_ends")
    intent = merchant.fire(
        intent, Trigger.PEND, charge_id=charge.id, instrument_id=method.id,
        details={**intent.details, "chosen_type": kind, "last_payment_error": None},
    )  # fmt: skip
    if not account.stays:
        merchant.arm(intent, "debit_ends", Trigger.FAIL if account.failure else Trigger.SETTLE, ends_at)
    await_holder(merchant, charge, account, ends_at)
    return intent


def await_holder(merchant: Merchant, charge: Charge, account: Account, ends_at: int) -> None:
    """The holder of a disputing test account says so once the debit has settled."""
    if account.disputed:
        merchant.arm(charge, "card_effect", Trigger.UNFOLD, ends_at + merchant.dialects[STRIPE].timing(merchant, "card_effect"))


# What changes in the records when the bank has answered; see `derived.py`.


def settled(merchant: Merchant, charge: Charge) -> dict[str, Any]:
    return {"captured": charge.amount, "details": sharing.foreseen(merchant, charge.details)}


def failed(merchant: Merchant, charge: Charge) -> dict[str, Any]:
    code = account_of(charge).failure
    outcome = {
        **NOT_ASSESSED, "network_status": "declined_by_network", "reason": code,
        "seller_message": f"The bank returned the decline code `{code}`.", "type": "issuer_declined",
    }  # fmt: skip
    return {"details": {**charge.details, "failure_code": code, "failure_message": debits.FAILURES[code], "outcome": outcome}}


def recalled(merchant: Merchant, charge: Charge) -> dict[str, Any]:
    """A debit that was canceled before its bank answered."""
    seller = "The payment was canceled before the bank answered."
    outcome = {**NOT_ASSESSED, "network_status": "not_sent_to_network", "seller_message": seller, "type": "invalid"}
    return {"details": {**charge.details, "outcome": outcome}}


def unpaid(merchant: Merchant, intent: PaymentIntent) -> dict[str, Any]:
    """The intent wants another payment method, and remembers why."""
    charge: Charge = merchant.get(STRIPE, Charge, intent.charge_id)
    method: Instrument = merchant.get(STRIPE, Instrument, intent.instrument_id)
    code = account_of(charge).failure
    error = {
        "charge": charge.id,
        "code": code,
        "doc_url": "https://stripe.com/docs/error-codes/" + code.replace("_", "-"),
        "message": debits.FAILURES[code],
        "payment_method": method_view(merchant, method),
        "type": "invalid_request_error",
    }
    return {"instrument_id": "", "details": {**intent.details, "last_payment_error": error}}


# How the rules above are known, for the fidelity page.
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("a bank debit that is processing can be canceled", "docs: ACH Direct Debit, Test account numbers"),
    ("payments by bank debit have ids py_…, their refunds pyr_…", "reference of the API's ids"),
)  # fmt: skip
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a debit in another currency than usd (ACH) or eur (SEPA), or with manual capture: 400", "wording"),
    ("a pending debit's charge is captured and not paid; a failed one is neither", "fields while pending"),
    ("the outcome of a bank debit is not_assessed, without a score", "recorded for other methods than cards"),
    ("last_payment_error of a failed debit is an invalid_request_error with the charge's failure code", "type and code"),
)
