"""Charge and refund."""

from __future__ import annotations

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


def charge(merchant: Merchant, c: Charge) -> dict[str, Any]:
    get = c.details.get
    terms = c.details["terms"]
    now = merchant.now
    paid = c.status == "successful"
    held = c.status == "authorized"
    base = money.funded(c, c.captured) if paid else terms["funding"]
    fee = money.fee_of(c, base)
    vat = money.vat_of(c, fee)
    interest = money.interest_of(c, base)
    interest_vat = money.vat_of(c, fee + interest) - vat
    expires_at: int = get("expires_at", 0)
    over = 0 < expires_at <= now
    source: Source | None = merchant.get(OMISE, Source, get("source_id", ""))
    disputed: Dispute | None = merchant.get(OMISE, Dispute, c.dispute_id) if c.dispute_id else None
    refunds = refunds_of(merchant, c)
    refundable = can_refund(merchant, c)
    return {
        "object": "charge",
        "id": c.id,
        "location": f"/charges/{c.id}",
        "amount": c.amount,
        "authorization_type": get("authorization_type"),
        "authorized_amount": c.amount,
        "captured_amount": c.captured if paid else c.amount,
        "acquirer_reference_number": None,
        "net": base - fee - vat - interest - interest_vat,
        "fee": fee,
        "fee_vat": vat,
        "interest": interest,
        "interest_vat": interest_vat,
        "funding_amount": base,
        "refunded_amount": c.refunded,
        "transaction_fees": {
            "fee_flat": basis_points(terms["flat"]), "fee_rate": basis_points(terms["percent"]), "vat_rate": basis_points(terms["vat"])
        },
        "platform_fee": get("platform_fee") or NO_PLATFORM_FEE,
        "currency": c.currency.upper(),
        "funding_currency": terms["funding_currency"].upper(),
        "ip": get("ip"),
        "refunds": inner_list([refund(merchant, r) for r in refunds], now, f"/charges/{c.id}/refunds"),
        "link": None,
        "description": c.description,
        "metadata": c.metadata,
        "card": get("card"),
        "source": cards.source(merchant, source) if source is not None else None,
        "schedule": None,
        "linked_account": None,
        "customer": c.customer_id or None,
        "dispute": dispute.dispute(merchant, disputed) if disputed is not None else None,
        "transaction": c.entry_id or None,
        "failure_code": get("failure_code"),
        "failure_message": get("failure_message"),
        "merchant_advice": None,
        "merchant_advice_code": None,
        "status": WIRE_STATUS.get(c.status, c.status),
        "authorize_uri": get("authorize_uri"),
        "return_uri": get("return_uri"),
        "created_at": iso(c.created),
        "paid_at": iso_or_none(get("paid_at")),
        "authorized_at": iso_or_none(get("authorized_at")),
        "expires_at": iso_or_none(expires_at),
        "expired_at": iso_or_none(expires_at if over else None),
        "reversed_at": iso_or_none(get("reversed_at")),
        "multi_capture": False,
        "zero_interest_installments": bool(get("zero_interest_installments")),
        "branch": None,
        "terminal": None,
        "device": None,
        "authorized": bool(get("authorized_at")),
        "capturable": held,
        "capture": get("capture", True),
        "disputable": can_dispute(c),
        "livemode": False,
        "refundable": refundable,
        "partially_refundable": refundable,
        "reversed": c.status == "reversed",
        "reversible": held,
        "voided": any(r.details.get("voided") for r in refunds),
        "paid": paid,
        "expired": over and not paid,
        "can_perform_void": refundable and void_window_open(merchant, c),
        "approval_code": None,
        **{name: c.details[name] for name in SHOWN_IF_SENT if name in c.details},
    }


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
