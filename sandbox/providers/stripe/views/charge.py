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
UNSECURED = {"electronic_commerce_indicator": "07"}
PENDING_REASONS = {"pending": "processing", "sent": "processing", "waiting": "charge_pending", "unfunded": "insufficient_funds"}
UNTRACED = "th_bank_transfer"  # Stripe says nothing of where such money is
DISABLED, UNAVAILABLE = {"status": "disabled"}, {"status": "unavailable"}


def cvc_check(charge: Charge, card: Mapping[str, Any]) -> str | None:
    """What the bank said of the security code, if one was given."""
    if not card.get("cvc", True):
        return None
    said: str = card.get("cvc_check", "pass")
    return "fail" if charge.details.get("failure_code") == "incorrect_cvc" else said


def card_details(charge: Charge, card: Mapping[str, Any]) -> dict[str, Any]:
    """`payment_method_details.card`: the instrument as the network saw it."""
    failed = charge.status == "failed"
    address = (charge.details.get("billing_details") or NO_BILLING)["address"]
    made_up = digest(charge.id)
    shown: dict[str, Any] = {
        "amount_authorized": None if failed else charge.amount,
        "authorization_code": None if failed else f"{made_up % 1_000_000:06d}",
        "brand": card["brand"],
    }
    if charge.details.get("capture_before"):
        shown["capture_before"] = charge.details["capture_before"]
    shown.update({
        "checks": {
            "address_line1_check": card.get("line1_check", "pass") if address["line1"] else None,
            "address_postal_code_check": card.get("zip_check", "pass") if address["postal_code"] else None,
            "cvc_check": cvc_check(charge, card),
        },
        "country": card["country"],
        "electronic_commerce_indicator": (charge.details.get("three_d_secure") or UNSECURED)["electronic_commerce_indicator"],
        "exp_month": card["exp_month"],
        "exp_year": card["exp_year"],
        "extended_authorization": DISABLED,
        "fingerprint": card["fingerprint"],
        "funding": card["funding"],
        "incremental_authorization": UNAVAILABLE,
        "installments": None,
        "last4": card["last4"],
        "mandate": charge.details.get("mandate"),
        "multicapture": UNAVAILABLE,
        "network": network_of(card["brand"]),
        "network_token": {"used": False},
        "network_transaction_id": f"{made_up // 1_000_000 % 10**15:015d}",
        "overcapture": {"maximum_amount_capturable": charge.amount, "status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": charge.details.get("three_d_secure"),
        "transaction_link_id": None,
        "wallet": None,
    })  # fmt: skip
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
    more = c.details
    get = more.get
    failed, pending = c.status == "failed", c.status == "pending"
    suffix = get("statement_descriptor_suffix")
    descriptor = get("statement_descriptor") or (f"{DESCRIPTOR}* {suffix}"[:22] if suffix else DESCRIPTOR)
    return {
        "id": c.id,
        "object": "charge",
        "amount": c.amount,
        "amount_captured": c.amount if pending else c.captured,
        "amount_refunded": c.refunded + c.released,
        "application": application_id(merchant) if merchant.branch else None,
        "application_fee": get("application_fee"),
        "application_fee_amount": get("application_fee_amount"),
        "balance_transaction": c.entry_id or None,
        "billing_details": get("billing_details") or NO_BILLING,
        "calculated_statement_descriptor": descriptor if "card" in more else None,
        "captured": c.captured > 0 or pending,
        "created": c.created,
        "currency": c.currency,
        "customer": c.customer_id or None,
        "description": c.description,
        "destination": (get("transfer_data") or NOTHING).get("destination"),
        "dispute": c.dispute_id or None,
        "disputed": c.disputed,
        "failure_balance_transaction": None,
        "failure_code": get("failure_code"),
        "failure_message": get("failure_message"),
        "fraud_details": get("fraud_details") or NOTHING,
        "livemode": False,
        "metadata": c.metadata,
        "on_behalf_of": get("on_behalf_of"),
        "order": None,
        "outcome": get("outcome") or APPROVED,
        "paid": not failed and not pending,
        "payment_intent": c.parent_id or None,
        "payment_method": c.instrument_id or None,
        "payment_method_details": method_details(c),
        "radar_options": NOTHING,
        "receipt_email": get("receipt_email"),
        "receipt_number": None,
        "receipt_url": None if failed or pending else f"https://pay.stripe.com/receipts/payment/{c.id}",
        "refunded": c.refunded + c.released >= c.amount and not failed,
        "review": get("review"),
        "shipping": get("shipping"),
        "source": get("source"),
        "source_transfer": get("source_transfer"),
        "statement_descriptor": get("statement_descriptor"),
        "statement_descriptor_suffix": suffix,
        "status": WIRE_STATUS.get(c.status, c.status),
        **({"transfer": get("transfer")} if "transfer" in more else NOTHING),
        "transfer_data": transfer_data(more),
        "transfer_group": transfer_group(c),
    }


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
