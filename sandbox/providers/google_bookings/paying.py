"""A booking as a payment: what its terms and its postings come to, in the shape that all providers share.

A posting is a part of its booking's payment, and a booking without money is a payment too: of nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge
from sandbox.providers.base import Payment
from sandbox.providers.google_bookings.assumed import GOOGLE_BOOKINGS
from sandbox.providers.google_bookings.due import entitled, posted
from sandbox.providers.google_bookings.records import Booking
from sandbox.providers.google_bookings.terms import TYPES

NO_CURRENCY = "xxx"  # ISO 4217 has it for what has none


def found(merchant: Merchant, key: str) -> Booking | None:
    """The booking of that id, Google's or the partner's; None for an id that two partners gave."""
    booking: Booking | None = merchant.get(GOOGLE_BOOKINGS, Booking, key)
    return booking or named(merchant, key)


def named(merchant: Merchant, key: str) -> Booking | None:
    """The one booking that a partner calls so."""
    theirs = merchant.store.shelf(GOOGLE_BOOKINGS, Booking).of("booking_id", key) if key else []
    return theirs[0] if len(theirs) == 1 else None


def charges_of(merchant: Merchant, booking: Booking) -> Sequence[Charge]:
    """What the guest paid, oldest first."""
    return merchant.store.shelf(GOOGLE_BOOKINGS, Charge).of("parent_id", booking.id)


def amount(merchant: Merchant, booking: Booking) -> int:
    """What its terms let the venue take, or what was taken of a payment type where that is more; minor units."""
    return sum(max(entitled(booking, name), posted(merchant, booking, name).charged) for name in TYPES)


def payment(merchant: Merchant, booking: Booking) -> Payment:
    charges = charges_of(merchant, booking)
    currency = str(booking.terms.get("currency") or NO_CURRENCY).lower()
    called = f"Booking {booking.booking_id}" if booking.booking_id else "Booking"
    return Payment(
        booking.id, GOOGLE_BOOKINGS, booking.status, booking.created, amount(merchant, booking), currency,
        sum(charge.captured for charge in charges), sum(charge.refunded for charge in charges), False,
        f"{called} of {booking.merchant_id} {booking.service_id}", str(booking.user.get("user_id", "")), [charge.id for charge in charges],
    )  # fmt: skip
