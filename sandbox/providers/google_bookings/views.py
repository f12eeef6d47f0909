"""Bookings and partners as the control API shows them, and a booking as Google's notification API answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.core.clock import iso
from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Delivery, Endpoint, Entry, Event, Refund
from sandbox.providers.google_bookings import micros
from sandbox.providers.google_bookings import terms as t
from sandbox.providers.google_bookings.assumed import GOOGLE_BOOKINGS
from sandbox.providers.google_bookings.due import mismatches
from sandbox.providers.google_bookings.machines import NOT_PROVIDED
from sandbox.providers.google_bookings.records import Booking, BookingPartner, FeedRow, Prepayment
from sandbox.providers.google_bookings.settling import partner_of, prepayment_of

UNSEEN = ("I_NO_ATTENDANCE Nobody said whether the guest came: counted as attended.",)


def partner(merchant: Merchant, record: BookingPartner) -> dict[str, Any]:
    endpoint: Endpoint | None = merchant.get(GOOGLE_BOOKINGS, Endpoint, record.endpoint_id)
    return {
        "id": record.id, "partner_id": record.partner_id, "generation": record.generation, "posting": record.posting,
        "base_url": endpoint.url if endpoint is not None else None,
        "username": endpoint.details.get("username") if endpoint is not None else None,
        "access_token": record.token, "created": record.created,
    }  # fmt: skip


def posting(merchant: Merchant, record: Charge | Refund) -> dict[str, Any]:
    """Money that moved; the amount is positive micros, the kind says which way it went."""
    return {
        "id": record.id, "at": record.created, "kind": record.details["kind"], "amount": micros.micros(record.amount, record.currency),
        "currency": record.currency.upper(), "cause": record.details["cause"], "status": record.status,
    }  # fmt: skip


def terms(booking: Booking) -> dict[str, Any]:
    """What was accepted, as amounts for the party that the booking is for now."""
    kept = booking.terms
    at_booking = kept["party_size"]
    return {
        "currency": kept["currency"],
        t.PREPAYMENT: t.amount(kept, t.PREPAYMENT, at_booking),
        t.DEPOSIT: t.amount(kept, t.DEPOSIT, at_booking),
        t.NO_SHOW_FEE: t.amount(kept, t.NO_SHOW_FEE, booking.party_size),
        "card_required": kept["card_required"],
        "online_cancel_until": t.online_cancel_until(kept, booking.start_sec),
        "deposit_refundable_until": t.deposit_refundable_until(kept, booking.start_sec),
    }


def booking(merchant: Merchant, record: Booking) -> dict[str, Any]:
    prepayment = prepayment_of(merchant, record)
    status = prepayment.status if prepayment is not None else NOT_PROVIDED
    owner = partner_of(merchant, record)
    currency = record.terms.get("currency") or "usd"  # of mismatches without an amount
    moved = [merchant.get(GOOGLE_BOOKINGS, Charge, key) or merchant.get(GOOGLE_BOOKINGS, Refund, key) for key in record.postings]
    return {
        "id": record.id,
        "booking_id": record.booking_id or None,
        "partner_id": owner.partner_id if owner is not None else None,
        "status": record.status,
        "prepayment_status": status,
        "payment_transaction_id": (prepayment.transaction_id or None) if prepayment is not None else None,
        "merchant_id": record.merchant_id,
        "service_id": record.service_id,
        "start_sec": record.start_sec,
        "duration_sec": record.duration_sec,
        "party_size": record.party_size or None,
        "created": record.created,
        "terms": terms(record) if record.terms else None,
        "postings": [posting(merchant, one) for one in moved],
        "mismatches": [
            {
                "rule": one.rule, "code": one.code, "kind": one.kind or None, "expected": micros.micros(one.expected, currency),
                "posted": micros.micros(one.posted, currency), "message": one.message,
            }
            for one in mismatches(merchant, record, status)
        ],
        "redirect_url": record.slot.get("redirect_url"),
        "canceled_at": record.canceled_at or None,
        "canceled": record.canceled or None,
        "attendance": record.attendance or None,
        "failure": dict(record.failure) or None,
        "findings": [code_and_text(text) for text in (*record.findings, *(UNSEEN if record.attendance == "unknown" else ()))],
        "history": [line(text) for text in record.history],
    }


def code_and_text(text: str) -> dict[str, str]:
    code, _, message = text.partition(" ")
    return {"code": code, "message": message}


def line(text: str) -> dict[str, Any]:
    at, rule, what = text.split(" ", 2)
    return {"at": int(at), "iso": iso(int(at)), "rule": rule, "what": what}


def notified(merchant: Merchant, record: Booking) -> dict[str, Any]:
    """The whole booking, as a notification is answered."""
    owner, prepayment = partner_of(merchant, record), prepayment_of(merchant, record)
    name = owner.partner_id if owner is not None else ""
    paid = {"prepaymentStatus": prepayment.status if prepayment is not None else NOT_PROVIDED}
    if prepayment is not None and prepayment.transaction_id:
        paid["paymentTransactionId"] = prepayment.transaction_id
    return {
        "name": f"partners/{name}/bookings/{record.booking_id}",
        "merchantId": record.merchant_id,
        "serviceId": record.service_id,
        "startTime": iso(record.start_sec),
        "duration": f"{record.duration_sec}s",
        "status": record.status,
        **({"partySize": str(record.party_size)} if record.party_size else {}),
        "clientInformation": {
            "givenName": record.user.get("given_name"), "familyName": record.user.get("family_name"),
            "email": record.user.get("email"), "telephone": record.user.get("telephone"),
        },
        "paymentInformation": paid,
    }  # fmt: skip


def feed_row(merchant: Merchant, record: FeedRow) -> dict[str, Any]:
    return {"id": record.id, **record.details}


def prepayment(merchant: Merchant, record: Prepayment) -> dict[str, Any]:
    return {"id": record.id, "booking": record.booking_id, "status": record.status, "payment_transaction_id": record.transaction_id or None}


def event(merchant: Merchant, record: Event) -> dict[str, Any]:
    return {"id": record.id, "type": record.type, "booking": record.object_id}


VIEWS: Mapping[type, Callable[[Merchant, Any], dict[str, Any]]] = {
    Booking: booking, BookingPartner: partner, FeedRow: feed_row, Prepayment: prepayment, Charge: posting, Refund: posting, Event: event,
}  # fmt: skip
PREFIXES: Mapping[type, str] = {
    Booking: "gbk_", BookingPartner: "gbp_", FeedRow: "gbf_", Prepayment: "gpp_", Charge: "gch_", Refund: "grf_", Event: "gcall_",
    Delivery: "gdl_", Endpoint: "gep_", Entry: "gen_",
}  # fmt: skip
