"""How a customer agrees to be debited, and what is kept of that.

Source: API reference "Mandate"; docs.stripe.com "ACH Direct Debit" and "SEPA Direct Debit", read 2026-11-28.
"""

from __future__ import annotations

from typing import Any

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Instrument
from sandbox.providers.stripe import debits
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.ids import new_id
from sandbox.providers.stripe.records import Mandate, PaymentIntent, SetupIntent

NO_MANDATE = (
    "This {} requires a mandate, but no existing mandate was found. Collect mandate acceptance from the customer and try again, providing "
    "acceptance data in the mandate_data parameter."
)
NOT_HERS = "The provided mandate is invalid and can not be used for the payment intent: {} {}."


def agreed(merchant: Merchant, order: PaymentIntent | SetupIntent, method: Instrument, params: Any, verified: bool = True) -> str:
    """The id of the mandate that allows the debit: the one accepted now, or the one that the payment method has.

    Args:
        order: what the mandate is accepted for: a payment alone, unless its payment method is to be used again.
        params: a confirmation's, with `mandate_data` and `mandate`.
        verified: False for a bank account whose deposits are still to be told.

    A card needs no mandate: then the id is empty where none was given.

    Raises:
        Refusal: PARAM_MISSING, WRONG_STATUS where there is none, REFERENCE_NOT_FOUND and PARAM_INVALID for one that is not it.
    """
    noun = "SetupIntent" if isinstance(order, SetupIntent) else "PaymentIntent"
    known: str = method.details.get("mandate", "")
    if params.mandate is not None and params.mandate != known:
        raise wrong(merchant, params.mandate, method, noun)
    if params.mandate_data:
        acceptance = params.mandate_data.customer_acceptance
        if acceptance.type == "online" and acceptance.online is None:
            raise Refusal(Reason.PARAM_MISSING, param="mandate_data[customer_acceptance][online]")
        return accepted(merchant, order, method, acceptance, verified).id
    if not known and method.kind in debits.KINDS:
        raise Refusal(Reason.WRONG_STATUS, code=None, param="", message=NO_MANDATE.format(noun))
    return known


def wrong(merchant: Merchant, key: str, method: Instrument, noun: str) -> Refusal:
    """Why a mandate that was named is of no use here."""
    mandate: Mandate | None = merchant.get(STRIPE, Mandate, key)
    if mandate is None:
        return Refusal(Reason.REFERENCE_NOT_FOUND, kind="mandate", id=key, param="mandate")
    why = f"is {mandate.status}" if mandate.instrument_id == method.id else f"belongs to the payment method {mandate.instrument_id}"
    code = "setup_intent_mandate_invalid" if noun == "SetupIntent" else "payment_intent_mandate_invalid"
    return Refusal(Reason.PARAM_INVALID, code=code, param="mandate", message=NOT_HERS.format(key, why))


def accepted(merchant: Merchant, order: PaymentIntent | SetupIntent, method: Instrument, acceptance: Any, verified: bool) -> Mandate:
    """The customer has agreed, once and for all or for this one payment."""
    online = {"ip_address": acceptance.online.ip_address, "user_agent": acceptance.online.user_agent} if acceptance.online else {}
    once = isinstance(order, PaymentIntent) and not order.details.get("setup_future_usage") and not method.customer_id
    details = {
        "accepted_at": acceptance.accepted_at or merchant.now, "how": acceptance.type, "online": online, "kind": method.kind,
        **({"amount": order.amount, "currency": order.currency} if once and isinstance(order, PaymentIntent) else {}),
    }  # fmt: skip
    mandate = Mandate(new_id(merchant, Mandate, ""), STRIPE, NEW, merchant.now, method.id, details)
    return merchant.fire(mandate, Trigger.CREATE if verified else Trigger.PEND)


def change(merchant: Merchant, key: str, trigger: Trigger) -> None:
    """The mandate is in force from now on (SUCCEED), if it was waiting for that."""
    mandate: Mandate | None = merchant.get(STRIPE, Mandate, key)
    if mandate is not None and merchant.row(mandate, trigger) is not None:
        merchant.fire(mandate, trigger)


# How the rules above are known, for the fidelity page.
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("a debit without an accepted mandate is refused; a payment method that was set up has one, until a dispute revokes it",
     "docs: ACH Direct Debit"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a mandate is multi_use if its payment method is a customer's or is to be used again, else single_use with the amount", "when"),
    ("mandate_data makes a mandate with a card, too", "shown with cards"),
    ("a mandate of another payment method, or one that ended: payment_intent_mandate_invalid, setup_intent_mandate_invalid", "wording"),
)
