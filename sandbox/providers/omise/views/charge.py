"""Charge and refund."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Dispute, Refund
from sandbox.providers.omise import money
from sandbox.providers.omise.machines import WIRE_STATUS
from sandbox.providers.omise.money import DAY, HOUR, OMISE
from sandbox.providers.omise.records import Source
from sandbox.providers.omise.views import cards, dispute
from sandbox.providers.omise.wire import inner_list, iso, iso_or_none

NEVER = 10**11
SHOWN_IF_SENT = ("statement_descriptor", "webhook_endpoints")
NO_PLATFORM_FEE = {"fixed": None, "amount": None, "percentage": None}


def basis_points(rate: int) -> str:
    """A rate as the API writes it: 365 basis points are "3.65", 700 are "7.0"."""
    return str(rate / 100)


def refunds_of(merchant: Merchant, charge: Charge) -> list[Refund]:
    found: list[Refund] = merchant.store.shelf(OMISE, Refund).of("charge_id", charge.id)
    return found


def refund_window_open(merchant: Merchant, charge: Charge) -> bool:
    card = charge.details.get("card") or {}
    days = money.REFUND_DAYS_OF.get(card.get("brand", ""), money.REFUND_DAYS)
    return merchant.now - charge.created <= days * DAY


def void_hours(merchant: Merchant) -> int:
    return int(money.setting(merchant, "void_hours", 24))


def void_window_open(merchant: Merchant, charge: Charge) -> bool:
    paid_at: int = charge.details.get("paid_at") or charge.created
    return merchant.now - paid_at <= void_hours(merchant) * HOUR


def can_refund(merchant: Merchant, charge: Charge) -> bool:
    """A captured card charge of which something is left, not disputed, and not too old."""
    return can_dispute(charge) and refund_window_open(merchant, charge)


def can_dispute(charge: Charge) -> bool:
    """A captured card charge of which something is left and that nobody disputed yet."""
    return charge.status == "successful" and not charge.disputed and "card" in charge.details and charge.captured > charge.refunded


def holds_until(merchant: Merchant, charge: Charge) -> int:
    """When the charge will look different although nothing happens to it: epoch seconds."""
    now = merchant.now
    card = charge.details.get("card") or {}
    days = money.REFUND_DAYS_OF.get(card.get("brand", ""), money.REFUND_DAYS)
    paid_at: int = charge.details.get("paid_at") or charge.created
    void_until = paid_at + void_hours(merchant) * HOUR
    turns = (charge.details.get("expires_at") or 0, charge.created + days * DAY + 1, void_until + 1)
    return min((at for at in turns if at > now), default=NEVER)


# What is the same of nearly every charge, all keys in their order. Its view copies this and writes over it what the record has otherwise:
# a dict of so many keys takes several times as long to build as to copy.
CHARGE: Mapping[str, Any] = {
    "object": "charge",
    "id": None,
    "location": None,
    "amount": None,
    "authorization_type": None,
    "authorized_amount": None,
    "captured_amount": None,
    "acquirer_reference_number": None,
    "net": None,
    "fee": None,
    "fee_vat": None,
    "interest": None,
    "interest_vat": None,
    "funding_amount": None,
    "refunded_amount": None,
    "transaction_fees": None,
    "platform_fee": NO_PLATFORM_FEE,
    "currency": None,
    "funding_currency": None,
    "ip": None,
    "refunds": None,
    "link": None,
    "description": None,
    "metadata": None,
    "card": None,
    "source": None,
    "schedule": None,
    "linked_account": None,
    "customer": None,
    "dispute": None,
    "transaction": None,
    "failure_code": None,
    "failure_message": None,
    "merchant_advice": None,
    "merchant_advice_code": None,
    "status": None,
    "authorize_uri": None,
    "return_uri": None,
    "created_at": None,
    "paid_at": None,
    "authorized_at": None,
    "expires_at": None,
    "expired_at": None,
    "reversed_at": None,
    "multi_capture": False,
    "zero_interest_installments": False,
    "branch": None,
    "terminal": None,
    "device": None,
    "authorized": None,
    "capturable": None,
    "capture": True,
    "disputable": None,
    "livemode": False,
    "refundable": None,
    "partially_refundable": None,
    "reversed": None,
    "reversible": None,
    "voided": False,
    "paid": None,
    "expired": None,
    "can_perform_void": None,
    "approval_code": None,
}
# What a charge's details have in the very words in which it is shown.
AS_KEPT = frozenset(("authorization_type", "ip", "card", "failure_code", "failure_message", "authorize_uri", "return_uri", "capture"))
TIMES = ("paid_at", "authorized_at", "reversed_at")


def reckoned(c: Charge) -> dict[str, Any]:
    """What the charge costs and what is left of it."""
    base = money.funded(c, c.captured) if c.status == "successful" else c.details["terms"]["funding"]
    fee = money.fee_of(c, base)
    vat = money.vat_of(c, fee)
    interest = money.interest_of(c, base)
    interest_vat = money.vat_of(c, fee + interest) - vat
    return {
        "net": base - fee - vat - interest - interest_vat,
        "fee": fee,
        "fee_vat": vat,
        "interest": interest,
        "interest_vat": interest_vat,
        "funding_amount": base,
    }


def charge(merchant: Merchant, c: Charge) -> dict[str, Any]:
    details = c.details
    terms = details["terms"]
    now = merchant.now
    paid, held = c.status == "successful", c.status == "authorized"
    expires_at: int = details.get("expires_at", 0)
    over = 0 < expires_at <= now
    source: Source | None = merchant.get(OMISE, Source, details.get("source_id", ""))
    disputed: Dispute | None = merchant.get(OMISE, Dispute, c.dispute_id) if c.dispute_id else None
    refunds = refunds_of(merchant, c)
    shown = {**CHARGE}
    for name, value in details.items():
        if name in AS_KEPT:
            shown[name] = value
    shown.update(reckoned(c))
    shown["id"] = c.id
    shown["location"] = f"/charges/{c.id}"
    shown["amount"] = shown["authorized_amount"] = c.amount
    shown["captured_amount"] = c.captured if paid else c.amount
    shown["refunded_amount"] = c.refunded
    shown["transaction_fees"] = {
        "fee_flat": basis_points(terms["flat"]), "fee_rate": basis_points(terms["percent"]), "vat_rate": basis_points(terms["vat"])
    }  # fmt: skip
    shown["platform_fee"] = details.get("platform_fee") or NO_PLATFORM_FEE
    shown["currency"] = c.currency.upper()
    shown["funding_currency"] = terms["funding_currency"].upper()
    shown["refunds"] = inner_list([refund(merchant, r) for r in refunds], now, f"/charges/{c.id}/refunds")
    shown["description"] = c.description
    shown["metadata"] = c.metadata
    shown["source"] = cards.source(merchant, source) if source is not None else None
    shown["customer"] = c.customer_id or None
    shown["dispute"] = dispute.dispute(merchant, disputed) if disputed is not None else None
    shown["transaction"] = c.entry_id or None
    shown["status"] = WIRE_STATUS.get(c.status, c.status)
    shown["created_at"] = iso(c.created)
    for name in TIMES:
        if details.get(name):
            shown[name] = iso(details[name])
    shown["expires_at"] = iso_or_none(expires_at)
    shown["expired_at"] = shown["expires_at"] if over else None
    shown["zero_interest_installments"] = bool(details.get("zero_interest_installments"))
    shown["authorized"] = bool(details.get("authorized_at"))
    shown["capturable"] = shown["reversible"] = held
    shown["disputable"] = can_dispute(c)
    shown["refundable"] = shown["partially_refundable"] = refundable = can_refund(merchant, c)
    shown["reversed"] = c.status == "reversed"
    shown["voided"] = any(r.details.get("voided") for r in refunds)
    shown["paid"] = paid
    shown["expired"] = over and not paid
    shown["can_perform_void"] = refundable and void_window_open(merchant, c)
    for name in SHOWN_IF_SENT:
        if name in details:
            shown[name] = details[name]
    return shown


def refund(merchant: Merchant, r: Refund) -> dict[str, Any]:
    return {
        "object": "refund",
        "id": r.id,
        "location": f"/charges/{r.charge_id}/refunds/{r.id}",
        "livemode": False,
        "voided": bool(r.details.get("voided")),
        "currency": r.currency.upper(),
        "amount": r.amount,
        "metadata": r.metadata,
        "charge": r.charge_id,
        "capture": None,
        "terminal": None,
        "transaction": r.entry_id or None,
        "status": r.status,
        "funding_amount": r.details["funding"],
        "funding_currency": r.details["funding_currency"].upper(),
        "created_at": iso(r.created),
        "acquirer_reference_number": None,
        "approval_code": None,
    }
