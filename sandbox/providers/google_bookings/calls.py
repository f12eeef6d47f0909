"""What Google says to a partner's booking server: the bodies of the calls of its third version, int64 values as texts."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import orjson

from sandbox.core import outbox
from sandbox.core.ids import token
from sandbox.core.merchant import Merchant
from sandbox.core.records import Attempt, Endpoint, Event
from sandbox.providers.google_bookings import assumed
from sandbox.providers.google_bookings import terms as t
from sandbox.providers.google_bookings.assumed import GOOGLE_BOOKINGS, setting
from sandbox.providers.google_bookings.machines import CANCELED, NOT_PROVIDED, PROVIDED
from sandbox.providers.google_bookings.records import Booking, BookingPartner

AVAILABILITY, CREATE, UPDATE = "BatchAvailabilityLookup", "CreateBooking", "UpdateBooking"
METHODS = (AVAILABILITY, CREATE, UPDATE)
PROCESSOR = "mockpay"
BY_PARTNER, BY_GOOGLE = "PROCESSED_BY_PARTNER", "PROCESSED_BY_GOOGLE"
SYNCHRONOUS, ASYNCHRONOUS = "CONFIRMATION_MODE_SYNCHRONOUS", "CONFIRMATION_MODE_ASYNCHRONOUS"


def ask(merchant: Merchant, partner: BookingPartner, booking: Booking, method: str, body: Mapping[str, Any], **facts: Any) -> Booking:
    """The booking server is asked, and only the answer to this call counts from now on."""
    endpoint: Endpoint = merchant.get(GOOGLE_BOOKINGS, Endpoint, partner.endpoint_id)
    delivery = outbox.call(merchant, endpoint, method, booking.id, orjson.dumps(body))
    return merchant.put(booking._replace(call_id=delivery.event_id, **facts))


def address(endpoint: Endpoint, event: Event) -> tuple[str, str]:
    slash = "/" if endpoint.details.get("slash", True) else ""
    return "POST", f"{endpoint.url.rstrip('/')}/v3/{event.type}{slash}"


def headers(endpoint: Endpoint, forged: bool = False) -> dict[str, str]:
    """HTTP Basic on every call; the password is the endpoint's secret, and a forged call has another."""
    given = f"{endpoint.details.get('username', '')}:{endpoint.secret}{'-wrong' if forged else ''}"
    return {
        "Content-Type": "application/json",
        "User-Agent": "Google-ActionsCenter (imitated by payment-sandbox)",
        "Authorization": "Basic " + base64.b64encode(given.encode()).decode(),
    }


def retry_after(merchant: Merchant, tries: int, attempt: Attempt) -> int | None:
    """At once, where nothing came back or the server failed; a call that it refuses is refused."""
    again = tries <= int(setting(merchant, "booking_server_retries", assumed.BOOKING_SERVER_RETRIES))
    return 0 if again and (attempt.code == 0 or attempt.code >= 500) else None


# Bodies


def price(micros: int, currency: str) -> dict[str, str]:
    return {"price_micros": str(micros), "currency_code": currency}


def resource_ids(booking: Booking) -> dict[str, Any]:
    own = booking.slot.get("resources", {})
    found = {name: own[name] for name in ("staff_id", "room_id") if name in own}
    return {**found, **({"party_size": booking.party_size} if booking.party_size else {})}


def mode(booking: Booking) -> str:
    return ASYNCHRONOUS if booking.slot.get("confirmation_mode") in t.ASYNCHRONOUS else SYNCHRONOUS


def availability(booking: Booking) -> dict[str, Any]:
    slot_time: dict[str, Any] = {
        "service_id": booking.service_id, "start_sec": str(booking.start_sec), "duration_sec": str(booking.duration_sec),
        **({"availability_tag": booking.slot["availability_tag"]} if "availability_tag" in booking.slot else {}),
        "resource_ids": resource_ids(booking), "confirmation_mode": mode(booking),
    }  # fmt: skip
    return {"merchant_id": booking.merchant_id, "slot_time": [slot_time]}


def slot(booking: Booking) -> dict[str, Any]:
    return {
        "merchant_id": booking.merchant_id, "service_id": booking.service_id, "start_sec": str(booking.start_sec),
        "duration_sec": str(booking.duration_sec),
        **({"availability_tag": booking.slot["availability_tag"]} if "availability_tag" in booking.slot else {}),
        "resources": resource_ids(booking), "confirmation_mode": mode(booking),
    }  # fmt: skip


def create(merchant: Merchant, partner: BookingPartner, booking: Booking) -> dict[str, Any]:
    body: dict[str, Any] = {
        "slot": slot(booking), "user_information": dict(booking.user), "payment_information": payment_information(partner, booking),
    }  # fmt: skip
    if partner.generation == "legacy" and booking.terms["card_required"]:
        body["payment_processing_parameters"] = payment_token(merchant, booking)
    return {**body, "idempotency_token": booking.token}


def payment_information(partner: BookingPartner, booking: Booking) -> dict[str, Any]:
    """What is to be paid, in the terms that the user saw: prices as the feeds have them, a prepayment's as its sum."""
    terms = booking.terms
    out: dict[str, Any] = {"prepayment_status": NOT_PROVIDED}
    prepaid = asked_prepayment(booking)
    if prepaid is not None:
        out["price"] = price(prepaid, terms["currency"])
        if partner.generation == "google_processed":
            transaction = "google_" + token(16, "transaction", booking.token)
            out |= {"prepayment_status": PROVIDED, "payment_transaction_id": transaction, "payment_processed_by": BY_GOOGLE}
    deposit, fee = terms[t.DEPOSIT], terms[t.NO_SHOW_FEE]
    if deposit is not None:
        out["deposit"] = {
            "deposit": price(deposit["price_micros"], deposit["currency"]),
            "min_advance_cancellation_sec": str(terms["deposit_lead_s"]), "deposit_type": deposit["price_type"],
        }  # fmt: skip
    if fee is not None:
        out["no_show_fee"] = {"fee": price(fee["price_micros"], fee["currency"]), "fee_type": fee["price_type"]}
    return out


def asked_prepayment(booking: Booking) -> int | None:
    """What is to be paid now, micros; None for nothing, or for a prepayment that is charged later."""
    later = t.charge_at(booking.terms, booking.start_sec)
    if later is not None and booking.created < later:
        return None
    return t.amount(booking.terms, t.PREPAYMENT, booking.party_size)


def payment_token(merchant: Merchant, booking: Booking) -> dict[str, Any]:
    """A card as Google Pay hands it over: good once, for this venue. It looks like a mock processor's token, and is none of a card."""
    made = token(24, "google pay", merchant.settings.get("seed", 0), merchant.name, booking.token)
    return {
        "payment_processor": PROCESSOR, "unparsed_payment_method_token": orjson.dumps({"id": f"tok_{made}"}).decode(),
        "version": "1",
    }  # fmt: skip


def cancel(booking: Booking) -> dict[str, Any]:
    return {"booking": {"booking_id": booking.booking_id, "status": CANCELED}}


def modify(booking: Booking, change: Mapping[str, int]) -> dict[str, Any]:
    """Only what changes: begin and length together, or the party's size."""
    moved: dict[str, Any] = {}
    if "start_sec" in change or "duration_sec" in change:
        moved["start_sec"] = str(change.get("start_sec", booking.start_sec))
        moved["duration_sec"] = str(change.get("duration_sec", booking.duration_sec))
    if "party_size" in change:
        moved["resources"] = {"party_size": change["party_size"]}
    return {"booking": {"booking_id": booking.booking_id, "slot": moved}}


DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("every call carries HTTP Basic; int64 values are texts", "docs: implement-booking-server, CreateBooking samples"),
    ("an unpaid CreateBooking carries PREPAYMENT_NOT_PROVIDED", "docs: CreateBooking samples"),
    ("UpdateBooking carries the booking's id and only what changes", "docs: UpdateBooking"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("only silence and 5xx are tried again, not a call that the server refuses", "Q23"),
    ("payment_information.price is the sum for the party; deposit and no-show fee are sent as the feeds have them",
     "samples show one person"),
    ("payment_information.price is left out where the prepayment is charged later", "no sample"),
    ("a changed party size is sent as slot.resources.party_size", "the page names the field without its place"),
    ("google_processed: CreateBooking says PREPAYMENT_PROVIDED and PROCESSED_BY_GOOGLE; the money moves once the partner accepts", "2.8"),
    ("the payment token is sent in the legacy generation wherever a card is asked for", "documented for prepayments"),
)
