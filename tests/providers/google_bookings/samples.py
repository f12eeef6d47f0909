"""One record of each kind at its machine's start, for the suites that every provider joins."""

from __future__ import annotations

from typing import Any

from sandbox.core.endpoints import PARTNER
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Charge, Endpoint, Record, Refund
from sandbox.providers.google_bookings.assumed import GOOGLE_BOOKINGS
from sandbox.providers.google_bookings.calls import METHODS
from sandbox.providers.google_bookings.records import Booking, BookingPartner, Prepayment

DAY = 86_400


def term(price_micros: int, **more: Any) -> dict[str, Any]:
    return {"price_micros": price_micros, "price_type": "PER_PERSON", "currency": "USD", **more}


def drafts(merchant: Merchant) -> dict[type, Record]:
    """A booking with all three payment types, at a partner whose money the sandbox moves; its prepayment is paid."""
    now = merchant.now
    served = merchant.put(Endpoint("gep_sample", GOOGLE_BOOKINGS, "enabled", now, PARTNER, ()))
    partner = merchant.put(
        BookingPartner("gbp_sample", GOOGLE_BOOKINGS, "registered", now, "p-1", "legacy", "auto", "ya29.test_sample", served.id)
    )
    paid = merchant.fire(Prepayment("gpp_paid", GOOGLE_BOOKINGS, NEW, now, "gbk_sample"), Trigger.SUCCEED)
    terms = {
        "prepayment": term(5_000_000), "deposit": term(20_000_000), "no_show_fee": term(10_000_000), "currency": "USD",
        "card_required": True, "cancel_lead_s": DAY, "cancel_until": None, "deposit_lead_s": 14_400, "party_size": 2,
    }  # fmt: skip
    draft = Charge(
        "gch_sample", GOOGLE_BOOKINGS, NEW, now, 4_000, "usd", captured=4_000, parent_id="gbk_other",
        details={"kind": "deposit_charge", "cause": "B1"},
    )  # fmt: skip
    charged = merchant.fire(draft._replace(id="gch_charged"), Trigger.CAPTURE)
    return {
        Booking: Booking(
            "gbk_sample", GOOGLE_BOOKINGS, NEW, now, partner.id, "m-9", "dinner", now + 7 * DAY, 5_400, 2, "b-1", paid.id, "8841902231",
            terms=terms, slot={"resources": {"party_size": 2}},
        ),
        Prepayment: Prepayment("gpp_sample", GOOGLE_BOOKINGS, NEW, now, "gbk_sample"),
        Charge: draft,
        Refund: Refund(
            "grf_sample", GOOGLE_BOOKINGS, NEW, now, 1_500, "usd", charged.id, "gbk_other",
            details={"kind": "deposit_refund", "cause": "B2"},
        ),
    }  # fmt: skip


def wrong_event(event: Any) -> list[str]:
    """What is wrong with a call on the wire: a method's body has a field that only that method has."""
    marks = ("slot_time", "idempotency_token", "booking")
    assert len(marks) == len(METHODS)
    return [] if any(mark in event for mark in marks) else [f"{event} is no call to a booking server"]
