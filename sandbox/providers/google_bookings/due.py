"""What is due of each payment type in each situation, and what does not fit what was posted.

One table says both what an automatic processor posts and what a manual one is held to. Situations are the rows of the reference's
time rules: B1 booked, B2 cancelled in time, B3 an online cancellation that came too late and was refused, B4 cancelled later for
the user, B5 cancelled by the venue for its own reasons, B6 attended, B7 did not come. P1 is the change of a prepayment to
REFUNDED, G1 what Google itself refunds, L1 a prepayment that is charged later.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Refund
from sandbox.providers.google_bookings import assumed, micros
from sandbox.providers.google_bookings import machines as m
from sandbox.providers.google_bookings.assumed import GOOGLE_BOOKINGS, setting
from sandbox.providers.google_bookings.records import Booking
from sandbox.providers.google_bookings.terms import (
    DEPOSIT,
    NO_SHOW_FEE,
    PREPAYMENT,
    TYPES,
    amount,
    boundary_in_time,
    charge_at,
    deposit_refundable_until,
    in_time,
    online_cancel_until,
)  # fmt: skip

NONE, MAY, MUST = "none", "may", "must"
WHILE_REFUNDABLE = "while_refundable"  # must, if the cancellation came while the deposit was refundable; may afterwards
AS_SET = "as_set"  # a setting says

CHARGE_KINDS: Mapping[str, str] = {PREPAYMENT: "prepayment_charge", DEPOSIT: "deposit_charge", NO_SHOW_FEE: "no_show_fee"}
REFUND_KINDS: Mapping[str, str] = {PREPAYMENT: "prepayment_refund", DEPOSIT: "deposit_refund"}
STANDING = (m.CONFIRMED, m.CONVERTED)
NOT_YET = (m.PENDING_MERCHANT, m.PENDING_CLIENT, m.DECLINED)  # the venue has not said yes


class Due(NamedTuple):
    """What may or must be taken, and given back of what was taken."""

    take: str
    give: str = MAY  # a venue may always give money back by hand


DUE: Mapping[tuple[str, str], Due] = {
    ("B1", PREPAYMENT): Due(MUST),
    ("B1", NO_SHOW_FEE): Due(NONE),
    ("B1", DEPOSIT): Due(MAY),
    ("B2", PREPAYMENT): Due(MAY, AS_SET),
    ("B2", NO_SHOW_FEE): Due(NONE),
    ("B2", DEPOSIT): Due(MAY, WHILE_REFUNDABLE),
    ("B4", PREPAYMENT): Due(MAY),
    ("B4", NO_SHOW_FEE): Due(MAY),
    ("B4", DEPOSIT): Due(MAY, WHILE_REFUNDABLE),
    ("B5", PREPAYMENT): Due(MAY, MUST),
    ("B5", NO_SHOW_FEE): Due(NONE),
    ("B5", DEPOSIT): Due(MAY, MUST),
    ("B6", PREPAYMENT): Due(MUST),
    ("B6", NO_SHOW_FEE): Due(NONE),
    ("B6", DEPOSIT): Due(MAY, AS_SET),
    ("B7", PREPAYMENT): Due(MUST),
    ("B7", NO_SHOW_FEE): Due(MAY),
    ("B7", DEPOSIT): Due(MAY),
}


def situation(merchant: Merchant, booking: Booking) -> str:
    """The row that a booking stands in."""
    if booking.status == m.FAILED:
        return "B5"  # no fault of the guest's
    if booking.status == m.CANCELED or booking.canceled:
        until = online_cancel_until(booking.terms, booking.start_sec)
        if booking.canceled == "own_reasons":
            return "B5"
        return "B2" if in_time(booking.canceled_at, until, boundary_in_time(merchant)) else "B4"
    if booking.status in (m.NO_SHOW, m.PENALIZED) or booking.attendance == "no_show":
        return "B7"
    return "B6" if booking.attendance in ("attended", "unknown") else "B1"


def due(merchant: Merchant, booking: Booking, name: str) -> Due:
    """What is due of one payment type now, settings and windows reckoned in."""
    row = situation(merchant, booking)
    take, give = DUE[row, name]
    if give == AS_SET:
        give = MUST if as_set(merchant, name) else MAY
    elif give == WHILE_REFUNDABLE:
        until = deposit_refundable_until(booking.terms, booking.start_sec)
        give = MUST if until is not None and in_time(booking.canceled_at, until, boundary_in_time(merchant)) else MAY
    if name == NO_SHOW_FEE and row == "B4" and not setting(merchant, "late_cancel_fee", assumed.LATE_CANCEL_FEE):
        take = NONE
    if name == PREPAYMENT and take == MUST:
        later = charge_at(booking.terms, booking.start_sec)
        if later is not None and merchant.now < later:
            take = NONE
    return Due(take, give)


def as_set(merchant: Merchant, name: str) -> bool:
    if name == PREPAYMENT:
        return bool(setting(merchant, "in_time_refund", assumed.IN_TIME_PREPAYMENT_REFUND) == "full")
    return bool(setting(merchant, "deposit_on_attendance", assumed.DEPOSIT_ON_ATTENDANCE) == "returned")


class Posted(NamedTuple):
    """What was really moved of one payment type, minor units; refunds under way count."""

    charged: int
    refunded: int
    charges: tuple[Charge, ...]


def posted(merchant: Merchant, booking: Booking, name: str) -> Posted:
    kind = CHARGE_KINDS[name]
    charges = tuple(
        charge for charge in merchant.store.shelf(GOOGLE_BOOKINGS, Charge).of("parent_id", booking.id) if charge.details["kind"] == kind
    )
    return Posted(sum(charge.captured for charge in charges), sum(charge.refunded for charge in charges), charges)


def entitled(booking: Booking, name: str) -> int:
    """What a payment type comes to, minor units; 0 where there is none."""
    terms = booking.terms
    found = amount(terms, name, booking.terms.get("party_size") if name != NO_SHOW_FEE else booking.party_size) if terms.get(name) else None
    return micros.minor(found, terms[name]["currency"]) if found else 0


def refunds_of(merchant: Merchant, charge: Charge) -> list[Refund]:
    return merchant.store.shelf(GOOGLE_BOOKINGS, Refund).of("charge_id", charge.id)


# Terms and postings compared


class Mismatch(NamedTuple):
    rule: str
    code: str
    kind: str  # of posting, or empty
    expected: int  # minor units
    posted: int
    message: str


def mismatches(merchant: Merchant, booking: Booking, prepayment_status: str) -> list[Mismatch]:
    """Everything in which postings, statuses and terms do not agree now."""
    if not booking.prepayment_id or not booking.terms or booking.status in NOT_YET:
        return []
    found: list[Mismatch] = []
    row = situation(merchant, booking)
    for name in TYPES:
        found += _of_type(merchant, booking, name, row)
    found += _of_prepayment(merchant, booking, prepayment_status)
    found += _of_attendance(merchant, booking, row)
    return found


def _of_type(merchant: Merchant, booking: Booking, name: str, row: str) -> list[Mismatch]:
    take, give = due(merchant, booking, name)
    right, (charged, refunded, _) = entitled(booking, name), posted(merchant, booking, name)
    kind, back = CHARGE_KINDS[name], REFUND_KINDS.get(name, "")
    words = name.replace("_", " ")
    found = []
    if take == MUST and charged - refunded < right and not refunded:
        found.append(Mismatch(row, "charge_missing", kind, right, charged, f"The {words} is due and was not charged in full."))
    if take == NONE and charged - refunded > 0:
        found.append(Mismatch(row, "not_entitled", kind, 0, charged, f"No {words} may be taken here, and one was charged: give it back."))
    elif charged - refunded > right:
        found.append(Mismatch(row, "charged_too_much", kind, right, charged, f"More was charged than the terms allow as {words}."))
    if give == MUST and charged - refunded > 0:
        found.append(Mismatch(row, "refund_missing", back, charged, refunded, f"The {words} is due back to the guest."))
    return found


def _of_prepayment(merchant: Merchant, booking: Booking, status: str) -> list[Mismatch]:
    charged, refunded, _ = posted(merchant, booking, PREPAYMENT)
    kind = CHARGE_KINDS[PREPAYMENT]
    found = []
    if status == m.PROVIDED and not charged:
        found.append(Mismatch("2.8", "provided_not_charged", kind, entitled(booking, PREPAYMENT), 0,
                              "The prepayment's status is PROVIDED, and nothing was charged."))  # fmt: skip
    if status == m.NOT_PROVIDED and charged:
        found.append(Mismatch("2.8", "charged_not_provided", kind, 0, charged,
                              "A prepayment was charged, and its status is NOT_PROVIDED: CreateBooking must answer PROVIDED."))  # fmt: skip
    if status == m.REFUNDED and refunded < charged:
        found.append(Mismatch("P1", "refunded_not_posted", REFUND_KINDS[PREPAYMENT], charged, refunded,
                              "The prepayment's status is REFUNDED, and not all of it went back."))  # fmt: skip
    if status == m.PROVIDED and charged and refunded == charged:
        found.append(Mismatch("P1", "posted_not_refunded", REFUND_KINDS[PREPAYMENT], charged, refunded,
                              "All of the prepayment went back, and its status is PROVIDED: notify PREPAYMENT_REFUNDED."))  # fmt: skip
    return found


def _of_attendance(merchant: Merchant, booking: Booking, row: str) -> list[Mismatch]:
    found = []
    status, seen = booking.status, booking.attendance
    if seen == "attended" and status in (m.NO_SHOW, m.PENALIZED):
        found.append(Mismatch("B6", "attended_not_confirmed", "", 0, 0, f"The guest came, and the status is {status}: it stays CONFIRMED."))
    if seen == "no_show" and status == m.CONFIRMED:
        found.append(Mismatch("B7", "no_show_not_notified", "", 0, 0, "The guest did not come, and the status is CONFIRMED: notify it."))
    if status in (m.NO_SHOW, m.PENALIZED):
        wanted = no_show_word(merchant, booking)
        if status != wanted:
            said = "is kept" if wanted == m.PENALIZED else "is kept no more, or never was"
            message = f"A no-show fee or deposit {said}: the status is {wanted}, not {status}."
            found.append(Mismatch("Q20", "wrong_no_show_word", "", 0, 0, message))
        if merchant.now < booking.start_sec:
            found.append(Mismatch("B7", "no_show_too_early", "", 0, 0, "The slot has not begun, so nobody can have missed it."))
    return found


def no_show_word(merchant: Merchant, booking: Booking) -> str:
    """Q20: penalized, if a fee or a deposit was taken and not given back."""
    kept = sum(charged - refunded for charged, refunded, _ in (posted(merchant, booking, name) for name in (NO_SHOW_FEE, DEPOSIT)))
    return m.PENALIZED if kept and assumed.PENALIZED_WHEN_KEPT else m.NO_SHOW


DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("a no-show fee may be taken when the guest does not come, or cancels after the window; it is a right, not a charge", "payment types"),
    ("a deposit is given back when the cancellation comes within its own window, whoever makes it", "payment types"),
    ("a prepayment is charged in full at booking, and the partner answers PREPAYMENT_PROVIDED", "docs: enabling-payments"),
    ("an online cancellation after the window is refused: OUTSIDE_CANCELLATION_WINDOW", "docs: BookingFailure"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a venue that cancels for its own reasons gives prepayment and deposit back and takes no fee", "estimate of the time rules"),
    ("a booking that FAILED after it was made counts as one that the venue canceled for its own reasons", "documented is the word only"),
    ("a venue may give any money back by hand; only what is due and missing is a mismatch", "documented for cancellations"),
    ("after a change of party size the no-show fee is reckoned with the new one; prepayment and deposit stay as they were", "2.5"),
)
