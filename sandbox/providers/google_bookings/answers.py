"""What a partner's booking server answered: read leniently, judged strictly.

A business refusal comes with 200 and a `booking_failure`; every other way of not answering is an infrastructure fault. What is
wrong with an answer that can still be used is a finding, and the booking keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from sandbox.core.records import Attempt
from sandbox.providers.google_bookings.machines import CANCELED, CONFIRMED, CREDITED, NOT_PROVIDED, PENDING_MERCHANT, PROVIDED, REFUNDED
from sandbox.providers.google_bookings.shapes import snaked

BUSINESS, INFRASTRUCTURE = "business_refusal", "infrastructure_fault"
CAUSES = frozenset((
    "SLOT_UNAVAILABLE", "SLOT_ALREADY_BOOKED_BY_USER", "LEASE_EXPIRED", "OUTSIDE_CANCELLATION_WINDOW",
    "PAYMENT_ERROR_CARD_TYPE_REJECTED", "PAYMENT_ERROR_CARD_DECLINED", "PAYMENT_OPTION_NOT_VALID", "USER_CANNOT_USE_PAYMENT_OPTION",
    "PAYMENT_ERROR", "PAYMENT_REQUIRES_3DS1", "BOOKING_ALREADY_CANCELLED", "BOOKING_NOT_CANCELLABLE", "OVERLAPPING_RESERVATION",
    "USER_OVER_BOOKING_LIMIT", "OFFER_UNAVAILABLE", "DEAL_UNAVAILABLE", "UNSUPPORTED_NAME", "UNSUPPORTED_PHONE_NUMBER", "BANNED_USER",
))  # fmt: skip
CARD_TYPES = ("VISA", "MASTERCARD", "AMERICAN_EXPRESS", "DISCOVER", "JCB")
PREPAYMENTS = (NOT_PROVIDED, PROVIDED, REFUNDED, CREDITED)
CREATED = (CONFIRMED, PENDING_MERCHANT)
SLOT_FIELDS = ("merchant_id", "service_id", "start_sec", "duration_sec", "party_size", "room_id", "staff_id")


class Heard(NamedTuple):
    """An answer: `failure` is empty when the call came out well, and `booking` is what the partner says of the booking then."""

    booking: Mapping[str, Any] = {}
    available: bool = False
    failure: Mapping[str, Any] = {}
    findings: tuple[str, ...] = ()


def fault(detail: str) -> Heard:
    return Heard(failure={"kind": INFRASTRUCTURE, "cause": None, "description": detail})


def body_of(attempt: Attempt) -> Mapping[str, Any] | Heard:
    """The JSON object that came, its keys in snake_case, or what is wrong instead."""
    if not 200 <= attempt.code < 300:
        return fault(f"the booking server answered {attempt.code}" if attempt.code else f"no answer: {attempt.error}")
    try:
        body = snaked(orjson.loads(attempt.response_body))
    except orjson.JSONDecodeError:
        return fault(f"the booking server answered {attempt.code} with something that is no JSON")
    return body if isinstance(body, dict) else fault("the booking server answered JSON that is no object")


def availability(attempt: Attempt) -> Heard:
    """Whether the slot that was asked about is free."""
    body = body_of(attempt)
    if isinstance(body, Heard):
        return body
    rows = body.get("slot_time_availability")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) and isinstance(row.get("available"), bool) for row in rows):
        return fault("BatchAvailabilityLookup must answer slot_time_availability[] with `available`, one for each slot_time asked")
    findings = () if len(rows) == 1 else (f"E_AVAILABILITY One slot_time was asked about, and {len(rows)} were answered.",)
    return Heard(available=rows[0]["available"], findings=findings)


def refusal_of(body: Mapping[str, Any]) -> Heard | None:
    """A booking_failure, judged; None if there is none."""
    failure = body.get("booking_failure")
    if failure is None:
        return None
    if not isinstance(failure, dict):
        return fault("booking_failure is no object")
    cause, card = failure.get("cause"), failure.get("rejected_card_type")
    findings = []
    if cause in (None, "CAUSE_UNSPECIFIED"):
        findings.append("E_CAUSE_UNSPECIFIED booking_failure needs a cause, and CAUSE_UNSPECIFIED must not be used.")
    elif cause not in CAUSES:
        findings.append(f"E_CAUSE_UNKNOWN '{cause!s:.60}' is no cause of a booking_failure.")
    if cause == "PAYMENT_ERROR_CARD_TYPE_REJECTED" and card not in CARD_TYPES:
        findings.append(f"E_REJECTED_CARD_TYPE PAYMENT_ERROR_CARD_TYPE_REJECTED needs rejected_card_type: {', '.join(CARD_TYPES)}.")
    if cause == "PAYMENT_REQUIRES_3DS1" and not isinstance(failure.get("payment_failure"), dict):
        findings.append("E_3DS_PARAMETERS PAYMENT_REQUIRES_3DS1 needs payment_failure.threeds1_parameters.")
    if body.get("booking"):
        findings.append("E_BOTH The answer has a booking and a booking_failure: the failure counts.")
    said = failure.get("description")
    shown = {
        "kind": BUSINESS, "cause": str(cause) if cause else "CAUSE_UNSPECIFIED", "description": str(said) if said else None,
        **({"rejected_card_type": str(card)} if card else {}),
    }  # fmt: skip
    return Heard(failure=shown, findings=tuple(findings))


def created(attempt: Attempt, asked: Mapping[str, Any], price_micros: int | None, paid: bool) -> Heard:
    """What CreateBooking came to.

    Args:
        asked: the slot that was to be booked; an answer may leave it out, and may not be about another.
        price_micros: what was asked for as prepayment; the answer must name the same.
        paid: whether the booking has payments: those cannot wait for the venue.
    """
    body = body_of(attempt)
    if isinstance(body, Heard):
        return body
    refused = refusal_of(body)
    if refused is not None:
        return refused
    booking = body.get("booking")
    if not isinstance(booking, dict) or not isinstance(booking.get("booking_id"), str) or not booking["booking_id"]:
        return fault("CreateBooking must answer a booking with a booking_id, or a booking_failure")
    findings = []
    status = booking.setdefault("status", CONFIRMED)
    if status not in CREATED:
        return fault(f"CreateBooking answered status '{status!s:.60}': a new booking is {' or '.join(CREATED)}")
    if status == PENDING_MERCHANT and paid:
        findings.append("E_PENDING_WITH_PAYMENT PENDING_MERCHANT_CONFIRMATION is only for bookings without payments.")
    findings += slot_findings(booking.get("slot"), asked)
    findings += payment_findings(booking, price_micros)
    return Heard(booking, findings=tuple(findings))


def slot_findings(answered: Any, asked: Mapping[str, Any]) -> list[str]:
    """Where the slot in the answer is not the one that was asked for; what it leaves out is no fault."""
    if answered is None:
        return []
    if not isinstance(answered, Mapping):
        return ["E_SLOT The slot in the answer is no object."]
    said, meant = flat(answered), flat(asked)
    names = [name for name in SLOT_FIELDS if said.get(name) is not None and name in meant and str(said[name]) != str(meant[name])]
    return [f"E_SLOT The answer is about another slot: its {name} is '{said[name]!s:.60}', and {meant[name]!s:.60} was asked for."
            for name in names]  # fmt: skip


def flat(slot: Mapping[str, Any]) -> dict[str, Any]:
    """A slot's fields beside those of its resources."""
    resources = slot.get("resources")
    return {**slot, **(resources if isinstance(resources, Mapping) else {})}


def payment_findings(booking: Mapping[str, Any], price_micros: int | None) -> list[str]:
    """What is wrong with the payment_information of a new booking."""
    found = []
    shown = payment_of(booking)
    status = shown.get("prepayment_status")
    if status is not None and status not in (*PREPAYMENTS, "PREPAYMENT_STATUS_UNSPECIFIED"):
        found.append(f"E_PREPAYMENT_STATUS '{status!s:.60}' is no prepayment status.")
    if status == REFUNDED:
        found.append("E_PREPAYMENT_STATUS A new booking cannot be refunded already.")
    if status != PROVIDED:
        return found
    if price_micros is None:
        found.append("E_PREPAYMENT_UNASKED Nothing was to be paid in advance, and the answer says that it was.")
        return found
    price = shown.get("price")
    given = str(price.get("price_micros")) if isinstance(price, dict) else None
    if given is not None and given != str(price_micros):
        found.append(f"E_PRICE The price in the answer is {given:.30} micros; {price_micros} were asked for, and both must be equal.")
    if not shown.get("payment_transaction_id"):
        found.append("W_TRANSACTION_ID PREPAYMENT_PROVIDED comes with a payment_transaction_id.")
    return found


def updated(attempt: Attempt, canceling: bool) -> Heard:
    """What UpdateBooking came to."""
    body = body_of(attempt)
    if isinstance(body, Heard):
        return body
    refused = refusal_of(body)
    if refused is not None:
        return refused
    booking = body.get("booking")
    if not isinstance(booking, dict):
        return fault("UpdateBooking must answer a booking or a booking_failure")
    findings: tuple[str, ...] = ()
    if canceling and booking.get("status") not in (None, CANCELED):
        findings = (f"E_STATUS The cancellation was answered with status '{booking.get('status')!s:.60}': it is {CANCELED}.",)
    return Heard(booking, findings=findings)


def payment_of(booking: Mapping[str, Any]) -> Mapping[str, Any]:
    """The booking's payment_information; empty if it has none."""
    shown = booking.get("payment_information")
    return shown if isinstance(shown, dict) else {}


DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("a business refusal is 200 with a booking_failure; infrastructure faults and bad data are HTTP errors",
     "docs: implement-booking-server"),
    ("PAYMENT_ERROR_CARD_TYPE_REJECTED names a rejected_card_type; CAUSE_UNSPECIFIED must not be used", "docs: BookingFailure"),
    ("the price in the answer equals the one that was asked for", "docs: payments-config"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("an answer to CreateBooking about another slot, service or party is taken, with a finding (E_SLOT)", "behaviour"),
    ("an answer that cannot be read, or a new booking in any other status, counts as an infrastructure fault", "what Google does"),
    ("a new booking without a status is CONFIRMED", "default"),
    ("UNSUPPORTED_NAME, UNSUPPORTED_PHONE_NUMBER and BANNED_USER are causes too", "seen in one partner's code"),
)
