"""Charge and refund."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.core.ids import digest
from sandbox.core.merchant import Merchant
from sandbox.core.records import NOTHING, Charge, Refund
from sandbox.providers.stripe.cards import network_of
from sandbox.providers.stripe.debits import ACH
from sandbox.providers.stripe.debits import reference as bank_reference
from sandbox.providers.stripe.machines import WIRE_STATUS
from sandbox.providers.stripe.money import REFUND_WAITS_S
from sandbox.providers.stripe.views.transfer import application_id, transfer_data

NO_ADDRESS: dict[str, Any] = {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}
NO_BILLING: dict[str, Any] = {"address": NO_ADDRESS, "email": None, "name": None, "phone": None, "tax_id": None}
DESCRIPTOR = "PAYMENT SANDBOX"  # Assumed: what the account's own statement descriptor would be
APPROVED = {
    "advice_code": None, "network_advice_code": None, "network_decline_code": None, "network_status": "approved_by_network",
    "reason": None, "risk_level": "normal", "risk_score": 20, "seller_message": "Payment complete.", "type": "authorized",
}  # fmt: skip
PENDING_REASONS = {"pending": "processing", "sent": "processing", "waiting": "charge_pending", "unfunded": "insufficient_funds"}
UNTRACED = "th_bank_transfer"  # Stripe says nothing of where such money is
DISABLED, UNAVAILABLE = {"status": "disabled"}, {"status": "unavailable"}


def cvc_check(charge: Charge, card: Mapping[str, Any]) -> str | None:
    """What the bank said of the security code, if one was given."""
    if not card.get("cvc", True):
        return None
    said: str = card.get("cvc_check", "pass")
    return "fail" if charge.details.get("failure_code") == "incorrect_cvc" else said


# What is the same of nearly every charge, all keys in their order. A view copies this and writes over it what its record has otherwise:
# every payment is shown at least once, and a dict of so many keys takes several times as long to build as to copy.
CARD_DETAILS: Mapping[str, Any] = {
    "amount_authorized": None,
    "authorization_code": None,
    "brand": None,
    "capture_before": None,
    "checks": None,
    "country": None,
    "electronic_commerce_indicator": "07",
    "exp_month": None,
    "exp_year": None,
    "extended_authorization": DISABLED,
    "fingerprint": None,
    "funding": None,
    "incremental_authorization": UNAVAILABLE,
    "installments": None,
    "last4": None,
    "mandate": None,
    "multicapture": UNAVAILABLE,
    "network": None,
    "network_token": {"used": False},
    "network_transaction_id": None,
    "overcapture": None,
    "regulated_status": "unregulated",
    "three_d_secure": None,
    "transaction_link_id": None,
    "wallet": None,
}
CARD_FACTS = ("brand", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")
CHARGE: Mapping[str, Any] = {
    "id": None,
    "object": "charge",
    "amount": None,
    "amount_captured": None,
    "amount_refunded": None,
    "application": None,
    "application_fee": None,
    "application_fee_amount": None,
    "balance_transaction": None,
    "billing_details": NO_BILLING,
    "calculated_statement_descriptor": None,
    "captured": None,
    "created": None,
    "currency": None,
    "customer": None,
    "description": None,
    "destination": None,
    "dispute": None,
    "disputed": None,
    "failure_balance_transaction": None,
    "failure_code": None,
    "failure_message": None,
    "fraud_details": NOTHING,
    "livemode": False,
    "metadata": None,
    "on_behalf_of": None,
    "order": None,
    "outcome": APPROVED,
    "paid": None,
    "payment_intent": None,
    "payment_method": None,
    "payment_method_details": None,
    "radar_options": NOTHING,
    "receipt_email": None,
    "receipt_number": None,
    "receipt_url": None,
    "refunded": None,
    "review": None,
    "shipping": None,
    "source": None,
    "source_transfer": None,
    "statement_descriptor": None,
    "statement_descriptor_suffix": None,
    "status": None,
    "transfer": None,
    "transfer_data": None,
    "transfer_group": None,
}
# What a charge's details have in the very words in which it is shown.
AS_KEPT = frozenset((
    "application_fee", "application_fee_amount", "failure_code", "failure_message", "on_behalf_of", "receipt_email", "review", "shipping",
    "source", "source_transfer", "statement_descriptor", "statement_descriptor_suffix", "transfer",
))  # fmt: skip


def card_details(charge: Charge, card: Mapping[str, Any]) -> dict[str, Any]:
    """`payment_method_details.card`: the instrument as the network saw it."""
    details = charge.details
    address = (details.get("billing_details") or NO_BILLING)["address"]
    made_up = digest(charge.id)
    shown = {**CARD_DETAILS}
    for name in CARD_FACTS:
        shown[name] = card[name]
    if charge.status != "failed":
        shown["amount_authorized"] = charge.amount
        shown["authorization_code"] = f"{made_up % 1_000_000:06d}"
    if details.get("capture_before"):
        shown["capture_before"] = details["capture_before"]
    else:
        del shown["capture_before"]
    shown["checks"] = {
        "address_line1_check": card.get("line1_check", "pass") if address["line1"] else None,
        "address_postal_code_check": card.get("zip_check", "pass") if address["postal_code"] else None,
        "cvc_check": cvc_check(charge, card),
    }
    shown["mandate"] = details.get("mandate")
    shown["network"] = network_of(card["brand"])
    shown["network_transaction_id"] = f"{made_up // 1_000_000 % 10**15:015d}"
    shown["overcapture"] = {"maximum_amount_capturable": charge.amount, "status": "unavailable"}
    secured = details.get("three_d_secure")
    if secured:
        shown["electronic_commerce_indicator"] = secured["electronic_commerce_indicator"]
    shown["three_d_secure"] = secured
    return shown


def debit_details(c: Charge, kind: str) -> dict[str, Any]:
    """The same of a bank account; its bank's own number of an ACH debit is known once that has settled."""
    shown = dict(c.details["account"])
    if "mandate" in c.details:
        shown["mandate"] = c.details["mandate"]
    if kind == ACH:
        shown["payment_reference"] = bank_reference(c.id) if c.captured else None
    return dict(sorted(shown.items()))


def method_details(c: Charge) -> dict[str, Any]:
    kind = c.details.get("shown_as") or c.details.get("debit")
    if "scanned" in c.details:
        return {"promptpay": {"reference": bank_reference(c.id)}, "type": "promptpay"}
    if "source_transfer" in c.details:
        return {"stripe_account": {}, "type": "stripe_account"}
    if kind is None:
        return {"card": card_details(c, c.details["card"]), "type": "card"}
    return dict(sorted({kind: debit_details(c, kind), "type": kind}.items()))


def transfer_group(c: Charge) -> str | None:
    """As it was said; a charge that is sent on has one of its own."""
    said: str | None = c.details.get("transfer_group")
    return said or (f"group_{c.parent_id or c.id}" if "transfer" in c.details else None)


def charge(merchant: Merchant, c: Charge) -> dict[str, Any]:
    more, amount, captured, given_back = c.details, c.amount, c.captured, c.refunded + c.released
    failed, pending = c.status == "failed", c.status == "pending"
    shown = {**CHARGE}
    for name, value in more.items():
        if name in AS_KEPT:
            shown[name] = value
    shown["id"] = c.id
    shown["amount"] = amount
    shown["amount_captured"] = amount if pending else captured
    shown["amount_refunded"] = given_back
    if merchant.branch:
        shown["application"] = application_id(merchant)
    shown["balance_transaction"] = c.entry_id or None
    if more.get("billing_details"):
        shown["billing_details"] = more["billing_details"]
    if "card" in more:
        suffix = more.get("statement_descriptor_suffix")
        usual = f"{DESCRIPTOR}* {suffix}"[:22] if suffix else DESCRIPTOR
        shown["calculated_statement_descriptor"] = more.get("statement_descriptor") or usual
    shown["captured"] = captured > 0 or pending
    shown["created"] = c.created
    shown["currency"] = c.currency
    shown["customer"] = c.customer_id or None
    shown["description"] = c.description
    shown["dispute"] = c.dispute_id or None
    shown["disputed"] = c.disputed
    if more.get("fraud_details"):
        shown["fraud_details"] = more["fraud_details"]
    shown["metadata"] = c.metadata
    if more.get("outcome"):
        shown["outcome"] = more["outcome"]
    shown["paid"] = not failed and not pending
    shown["payment_intent"] = c.parent_id or None
    shown["payment_method"] = c.instrument_id or None
    shown["payment_method_details"] = method_details(c)
    if not failed and not pending:
        shown["receipt_url"] = f"https://pay.stripe.com/receipts/payment/{c.id}"
    shown["refunded"] = given_back >= amount and not failed
    shown["status"] = WIRE_STATUS.get(c.status, c.status)
    if "transfer" not in more:
        del shown["transfer"]
    if more.get("transfer_data"):
        shown["destination"] = more["transfer_data"].get("destination")
        shown["transfer_data"] = transfer_data(more)
    shown["transfer_group"] = transfer_group(c)
    return shown


def sent(reference: str | None) -> dict[str, Any]:
    """Where a refund's money is: on its way, or to be found by the network's number."""
    shown = {"reference_status": "available" if reference else "pending", "reference_type": "acquirer_reference_number", "type": "refund"}
    return {"reference": reference, **shown} if reference else shown


def destination(reference: str | None, kind: str) -> dict[str, Any]:
    """The same with the way that it takes: to a card, or to a bank account."""
    if kind == "card":
        return {"card": sent(reference), "type": kind}
    if kind == UNTRACED:
        return {kind: NOTHING, "type": kind}
    known = {"reference": reference, "reference_status": "available"} if reference else {"reference_status": "pending"}
    return dict(sorted({kind: known, "type": kind}.items()))


def written_to(r: Refund) -> dict[str, Any]:
    """Whom Stripe has asked for a bank account, and until when he may answer."""
    email = {"email_sent_at": r.created, "email_sent_to": r.details.get("instructions_email", "")}
    return {"email_sent": email, "expires_at": r.created + REFUND_WAITS_S}


def refund(merchant: Merchant, r: Refund) -> dict[str, Any]:
    get = r.details.get
    shown: dict[str, Any] = {
        "id": r.id,
        "object": "refund",
        "amount": r.amount,
        "balance_transaction": None if r.status == "requires_action" else r.entry_id or None,
        "charge": r.charge_id,
        "created": r.created,
        "currency": r.currency,
        "customer": get("customer"),
        "customer_account": None,
    }
    if "source_transfer_reversal" not in r.details:
        shown["destination_details"] = destination(get("reference"), get("destination", "card"))
    if r.failure_entry_id:
        shown["failure_balance_transaction"] = r.failure_entry_id
    if r.failure_reason:
        shown["failure_reason"] = r.failure_reason
    if get("instructions_email"):
        shown["instructions_email"] = get("instructions_email")
    shown["metadata"] = r.metadata
    if r.status == "requires_action":
        shown["next_action"] = {"display_details": written_to(r), "type": "display_details"}
    shown.update(
        payment_intent=r.parent_id or None,
        payment_method=get("payment_method"),
    )
    if r.status in PENDING_REASONS:
        shown["pending_reason"] = PENDING_REASONS[r.status]
    shown.update(
        reason=r.reason,
        receipt_number=None,
        source_transfer_reversal=get("source_transfer_reversal"),
        status=WIRE_STATUS.get(r.status, r.status),
        transfer_reversal=get("transfer_reversal"),
    )
    return shown


# What no source confirms, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("calculated_statement_descriptor begins with PAYMENT SANDBOX", "the account's own descriptor"),
)
