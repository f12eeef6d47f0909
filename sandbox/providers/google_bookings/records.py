"""Nouns that only Google's bookings have. Money that moved is the core's: a charge is a posting, a refund its way back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sandbox.core.records import NOTHING, Charge, Details, Refund


class BookingPartner(NamedTuple):
    """A partner who takes bookings: who it is to Google, how Google reaches it, who moves its money."""

    id: str
    provider: str
    status: str  # registered
    created: int
    partner_id: str  # the number or word that Google gave it; stands in notification paths
    generation: str  # legacy, redirect, google_processed
    posting: str  # auto, manual
    token: str  # what it sends as Bearer
    endpoint_id: str  # its booking server


class FeedRow(NamedTuple):
    """One row of a feed as it was accepted."""

    id: str
    provider: str
    status: str  # loaded
    created: int
    feed: str  # "<partner record>:<merchants, services or availability>"
    at: str = ""  # of a slot: "<partner record>:<merchant>:<service>:<start>"
    details: Details = NOTHING


class Prepayment(NamedTuple):
    """What Google knows of the money paid in advance for a booking."""

    id: str
    provider: str
    status: str  # PREPAYMENT_NOT_PROVIDED, PREPAYMENT_PROVIDED, ...
    created: int
    booking_id: str  # the record's
    transaction_id: str = ""  # the partner's


class Booking(NamedTuple):
    """A table, a slot, a seat: what a user booked at Google, with the terms that were accepted then."""

    id: str
    provider: str
    status: str
    created: int
    partner: str  # record id
    merchant_id: str  # the venue's
    service_id: str
    start_sec: int
    duration_sec: int
    party_size: int = 0  # 0: not said
    booking_id: str = ""  # the partner's
    prepayment_id: str = ""
    token: str = ""  # idempotency token of CreateBooking, or the rwg_token of a redirect
    call_id: str = ""  # the event of the call to the partner that is on its way
    canceled_at: int = 0
    canceled: str = ""  # online, for_user, own_reasons
    attendance: str = ""  # attended, no_show, unknown
    postings: tuple[str, ...] = ()  # charges and refunds, oldest first
    terms: Details = NOTHING
    slot: Details = NOTHING  # what else the slot says: tag, resources, confirmation_mode
    user: Details = NOTHING
    change: Details = NOTHING  # what the call on its way is to change
    failure: Details = NOTHING  # why the last call came to nothing
    findings: tuple[str, ...] = ()  # "code text": what was wrong with the partner's answers and notifications
    history: tuple[str, ...] = ()  # "epoch rule text"


RECORDS: tuple[type, ...] = (BookingPartner, FeedRow, Prepayment, Booking)
INDEXES: Mapping[type, tuple[str, ...]] = {
    BookingPartner: ("partner_id", "token"),
    FeedRow: ("feed", "at"),
    Booking: ("booking_id", "token"),
    Prepayment: ("booking_id",),
    Charge: ("parent_id", "customer_id"),
    Refund: ("charge_id", "parent_id"),
}
