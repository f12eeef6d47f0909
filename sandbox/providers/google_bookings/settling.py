"""What follows from a booking's state: its timers, and the postings of whoever processes its money.

Theory of operation. Every row of the booking's table that may change what is due ends here. The timers that the state wants are
armed and no others; then, where the sandbox is the processor, what `due` says is missing is posted. A manual partner posts by
itself, and `due.mismatches` says what it owes. So both are held to one table, and coming here twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.core import endpoints
from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Charge, Endpoint, Refund
from sandbox.providers.google_bookings import assumed
from sandbox.providers.google_bookings import machines as m
from sandbox.providers.google_bookings.assumed import GOOGLE_BOOKINGS, setting
from sandbox.providers.google_bookings.due import (
    CHARGE_KINDS,
    MUST,
    NONE,
    REFUND_KINDS,
    STANDING,
    due,
    entitled,
    posted,
    situation,
)  # fmt: skip
from sandbox.providers.google_bookings.records import Booking, BookingPartner, Prepayment
from sandbox.providers.google_bookings.terms import (
    NO_SHOW_FEE,
    PREPAYMENT,
    TYPES,
    charge_at,
    deposit_refundable_until,
    online_cancel_until,
)  # fmt: skip

TIMERS: Mapping[str, Trigger] = {
    "online_cancel_closes": Trigger.DEADLINE, "deposit_kept": Trigger.EXPIRE, "prepayment_due": Trigger.CAPTURE,
    "slot_begins": Trigger.BEGIN, "attendance_due": Trigger.LAPSE,
}  # fmt: skip
# What each of them says in the booking's history.
RANG: Mapping[Trigger, tuple[str, str]] = {
    Trigger.DEADLINE: ("B3", "the user cannot cancel online any more"),
    Trigger.EXPIRE: ("B2", "the deposit is not given back any more"),
    Trigger.CAPTURE: ("L1", "the prepayment is due"),
    Trigger.BEGIN: ("B1", "the slot begins"),
    Trigger.LAPSE: ("B6", "nobody said whether the guest came"),
}
TAKEN_IN: Mapping[str, tuple[str, ...]] = {NO_SHOW_FEE: ("B4", "B7")}  # of a cancelled booking nothing else is taken
TAKEN_USUALLY = ("B1", "B6", "B7")


def get(merchant: Merchant, booking_id: str) -> Booking:
    """The booking as it is now: a row's consequences may have changed it since."""
    found: Booking | None = merchant.get(GOOGLE_BOOKINGS, Booking, booking_id)
    assert found is not None, f"booking {booking_id} is gone, and bookings are never dropped"
    return found


def partner_of(merchant: Merchant, booking: Booking) -> BookingPartner | None:
    found: BookingPartner | None = merchant.get(GOOGLE_BOOKINGS, BookingPartner, booking.partner)
    return found


def built_in(merchant: Merchant, partner: BookingPartner) -> bool:
    """Whether the sandbox plays the partner's booking server too."""
    served: Endpoint | None = merchant.get(GOOGLE_BOOKINGS, Endpoint, partner.endpoint_id)
    return served is not None and served.url == endpoints.PARTNER


def prepayment_of(merchant: Merchant, booking: Booking) -> Prepayment | None:
    found: Prepayment | None = merchant.get(GOOGLE_BOOKINGS, Prepayment, booking.prepayment_id)
    return found


def noted(merchant: Merchant, booking: Booking, rule: str, text: str) -> tuple[str, ...]:
    """The booking's history with a line more."""
    return (*booking.history, f"{merchant.now} {rule} {text}")


def settle(merchant: Merchant, booking: Booking) -> None:
    """Timers and automatic postings are as the booking's state wants them."""
    set_timers(merchant, booking)
    partner = partner_of(merchant, booking)
    if partner is None or not booking.terms:
        return
    for name in TYPES:
        if booking.terms[name] is not None:
            process(merchant, get(merchant, booking.id), partner, name)


def set_timers(merchant: Merchant, booking: Booking) -> None:
    """Exactly the timers that lie ahead of a booking that stands are armed."""
    wanted = ahead(merchant, booking)
    for timer in merchant.timers.of(booking.id):
        if timer.name in TIMERS and wanted.pop(timer.name, None) != timer.due:
            merchant.disarm(booking, timer.name)
    wanted = {**ahead(merchant, booking)}
    armed = {timer.name for timer in merchant.timers.of(booking.id)}
    for name, at in wanted.items():
        if name not in armed:
            merchant.arm(booking, name, TIMERS[name], at)


def ahead(merchant: Merchant, booking: Booking) -> dict[str, int]:
    """When each timer of a booking rings that has not rung yet."""
    if booking.status not in STANDING or not booking.terms:
        return {}
    start = booking.start_sec
    grace = int(setting(merchant, "grace_s", assumed.GRACE_S))
    at = {
        "online_cancel_closes": online_cancel_until(booking.terms, start) if booking.status == m.CONFIRMED else None,
        "deposit_kept": deposit_refundable_until(booking.terms, start),
        "prepayment_due": charge_at(booking.terms, start),
        "slot_begins": start,
        "attendance_due": None if booking.attendance else start + booking.duration_sec + grace,
    }
    return {name: due_at for name, due_at in at.items() if due_at is not None and due_at > merchant.now}


# Postings


def processes(partner: BookingPartner, name: str) -> bool:
    """Whether the sandbox moves the money of a payment type: as the partner's processor, or as Google."""
    return partner.posting == "auto" or (partner.generation == assumed.GOOGLE_MOVES_PREPAYMENTS and name == PREPAYMENT)


def process(merchant: Merchant, booking: Booking, partner: BookingPartner, name: str) -> None:
    """What is missing of one payment type is posted, if the sandbox moves its money."""
    if not processes(partner, name):
        return
    row = situation(merchant, booking)
    take, give = due(merchant, booking, name)
    right, (charged, refunded, _) = entitled(booking, name), posted(merchant, booking, name)
    prepayment = prepayment_of(merchant, booking)
    if take != NONE and not charged and right and row in TAKEN_IN.get(name, TAKEN_USUALLY) and takes(booking, partner, name, prepayment):
        later = name == PREPAYMENT and charge_at(booking.terms, booking.start_sec) is not None
        charge(merchant, booking, name, right, "L1" if later else row)
        if name == PREPAYMENT and prepayment is not None and prepayment.status == m.NOT_PROVIDED:
            merchant.fire(prepayment, Trigger.SUCCEED)
    left = charged - refunded
    if not left:
        return
    if name == PREPAYMENT:
        assert prepayment is not None, f"booking {booking.id} was charged, and Google knows of no prepayment"
        if prepayment.status == m.PROVIDED and give == MUST and partner.generation == assumed.GOOGLE_MOVES_PREPAYMENTS:
            merchant.fire(prepayment, Trigger.RELEASE)
            give_back(merchant, booking, name, left, "G1")
        elif prepayment.status == m.REFUNDED:
            give_back(merchant, booking, name, left, "P1")
    elif give == MUST:
        give_back(merchant, booking, name, left, row)


def takes(booking: Booking, partner: BookingPartner, name: str, prepayment: Prepayment | None) -> bool:
    """Whether the processor has been told to take it: what the partner says it did not take was not taken."""
    if name == NO_SHOW_FEE:
        return booking.status != m.NO_SHOW  # the word without a penalty
    if name != PREPAYMENT or partner.generation == assumed.GOOGLE_MOVES_PREPAYMENTS or booking.status == m.CONVERTED:
        return True
    later = charge_at(booking.terms, booking.start_sec) is not None
    return later or (prepayment is not None and prepayment.status == m.PROVIDED)


def charge(merchant: Merchant, booking: Booking, name: str, amount: int, cause: str) -> Charge:
    """The guest has paid; `amount` in minor units."""
    kind = CHARGE_KINDS[name]
    currency = str(booking.terms[name]["currency"]).lower()
    draft = Charge(
        merchant.new_id(GOOGLE_BOOKINGS, Charge), GOOGLE_BOOKINGS, NEW, merchant.now, amount, currency, captured=amount,
        parent_id=booking.id, description=f"{kind} of {booking.merchant_id} {booking.service_id}", details={"kind": kind, "cause": cause},
    )  # fmt: skip
    made = merchant.fire(draft, Trigger.CAPTURE)
    _listed(merchant, booking.id, made.id)
    return made


def give_back(merchant: Merchant, booking: Booking, name: str, amount: int, cause: str) -> Refund:
    """So much of a payment type goes back to the guest, of its charges one after the other; answers the last refund.

    Raises:
        Refusal: AMOUNT_EXCEEDS_REFUNDABLE.
    """
    charged, refunded, charges = posted(merchant, booking, name)
    if not 0 < amount <= charged - refunded:
        words = name.replace("_", " ")
        message = f"At most {charged - refunded} minor units of this booking's {words} can be given back, not {amount}."
        raise Refusal(Reason.AMOUNT_EXCEEDS_REFUNDABLE, message=message, param="amount")
    made: Any = None
    for paid in charges:
        part = min(amount, paid.captured - paid.refunded)
        if part > 0:
            made = refund(merchant, paid, part, cause)
            amount -= part
    assert isinstance(made, Refund), "something was left, so some charge had it"
    return made


def refund(merchant: Merchant, paid: Charge, amount: int, cause: str) -> Refund:
    """A part of one charge goes back, at once or after the setting's delay."""
    kinds = {CHARGE_KINDS[name]: kind for name, kind in REFUND_KINDS.items()}
    kind = kinds.get(paid.details["kind"], "no_show_fee_refund")
    draft = Refund(
        merchant.new_id(GOOGLE_BOOKINGS, Refund), GOOGLE_BOOKINGS, NEW, merchant.now, amount, paid.currency, paid.id, paid.parent_id,
        details={"kind": kind, "cause": cause},
    )  # fmt: skip
    waits = bool(setting(merchant, "refund_delay_s", assumed.REFUND_DELAY_S))
    made = merchant.fire(draft, Trigger.PEND if waits else Trigger.SUCCEED)
    _listed(merchant, paid.parent_id, made.id)
    return made


def _listed(merchant: Merchant, booking_id: str, posting: str) -> None:
    booking: Booking | None = merchant.get(GOOGLE_BOOKINGS, Booking, booking_id)
    if booking is not None:
        merchant.put(booking._replace(postings=(*booking.postings, posting)))


# What else changes with a trigger, whoever fires it


def rang(trigger: Trigger) -> Any:
    """The line that a timer writes into the history."""
    rule, text = RANG[trigger]

    def derive(merchant: Merchant, booking: Booking) -> dict[str, Any]:
        facts: dict[str, Any] = {"history": noted(merchant, booking, rule, text)}
        if trigger is Trigger.LAPSE and not booking.attendance:
            facts["attendance"] = "unknown"
        return facts

    return derive


def canceled(merchant: Merchant, booking: Booking) -> dict[str, Any]:
    return {"canceled_at": merchant.now}


DERIVED: Mapping[tuple[type, Trigger], Any] = {
    **{(Booking, trigger): rang(trigger) for trigger in RANG},
    (Booking, Trigger.CANCEL): canceled,
}
ASSUMED: tuple[tuple[str, str], ...] = (
    ("an automatic processor takes a deposit when the booking is made, and a no-show fee as soon as it may", "documented is that it may"),
    ("an automatic processor charges a prepayment that the partner answered as PROVIDED, and not one that it did not", "behaviour"),
    ("with NO_SHOW, the word without a penalty, an automatic processor takes no fee", "wording of the status"),
    ("google_processed: a cancellation in time brings the prepayment back by itself, a later one does not", "an early list of statuses"),
)
