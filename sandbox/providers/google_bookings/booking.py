"""What a user does at Google with a booking, and what the guest really did: each begins a call, or moves the booking at once."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.core.errors import Reason, Refusal
from sandbox.core.ids import digest, token
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW
from sandbox.providers.google_bookings import assumed, calls, micros, quoting
from sandbox.providers.google_bookings import machines as m
from sandbox.providers.google_bookings import terms as t
from sandbox.providers.google_bookings.assumed import GOOGLE_BOOKINGS
from sandbox.providers.google_bookings.due import CHARGE_KINDS, REFUND_KINDS, no_show_word
from sandbox.providers.google_bookings.quoting import Offer
from sandbox.providers.google_bookings.records import Booking, BookingPartner
from sandbox.providers.google_bookings.settling import built_in, charge, get, give_back, noted, partner_of, processes

USER: Mapping[str, str] = {
    "user_id": "user-1", "given_name": "Asha", "family_name": "Rao", "telephone": "+15550100", "email": "asha@example.test",
}  # fmt: skip
ATTENDANCES = ("attended", "no_show")
SLOT_KEPT = ("availability_tag", "resources", "confirmation_mode")
KINDS_OF: Mapping[str, str] = {kind: name for kinds in (CHARGE_KINDS, REFUND_KINDS) for name, kind in kinds.items()}


def closed(word: str, message: str) -> Refusal:
    """The time for it is over, or has not come: the message begins with Google's own word for that."""
    return Refusal(Reason.WINDOW_CLOSED, message=f"{word}: {message}", code=word)


def book(merchant: Merchant, found: Offer, user: Mapping[str, str], lot: str) -> Booking:
    """The user books: the partner is asked whether the slot is free, or the user is sent to the partner's page.

    Args:
        lot: goes into the idempotency token for a partner with a booking server of its own. That server remembers tokens of worlds that
            are gone (a reset, another merchant of the same seed), and would answer their bookings.

    Raises:
        Refusal: WINDOW_CLOSED, the slot is over, not open yet or taken; PARAM_INVALID, it cannot be booked as its feed has it.
    """
    why = quoting.why_closed(merchant, found)
    if why:
        raise closed("SLOT_UNAVAILABLE", f"the slot at {found.start} cannot be booked: {why}.")
    several = () if assumed.SEVERAL_TYPES else ("W_SEVERAL_TYPES",)
    for code in (*several, "W_ASYNC_PAYMENT", "W_LINKOUT_MISSING", "W_NO_TEMPLATE", "W_LINKOUT_GENERATION"):
        for warning in found.warnings:
            if warning.code == code:
                raise Refusal(Reason.PARAM_INVALID, message=f"E_{code[2:]}: {warning.message} Mend the feeds.", param=warning.path)
    draft = Booking(
        merchant.new_id(GOOGLE_BOOKINGS, Booking), GOOGLE_BOOKINGS, NEW, merchant.now, found.partner.id, found.slot["merchant_id"],
        found.slot["service_id"], found.start, found.slot["duration_sec"], found.party_size,
        terms={**found.terms, "party_size": found.party_size}, user={**USER, **user},
        slot={name: found.slot[name] for name in SLOT_KEPT if name in found.slot},
    )  # fmt: skip
    parts = (merchant.settings.get("seed", 0), merchant.name, draft.id)
    if found.linked_out:
        # The token names the merchant too: whoever reports a conversion has no other key.
        rwg = f"rwg.{merchant.name}.{token(24, 'rwg', *parts)}"
        url = quoting.link(found, rwg)
        return merchant.fire(draft._replace(token=rwg, slot={**draft.slot, "redirect_url": url}), Trigger.PREPARE)
    drawn = () if built_in(merchant, found.partner) else (lot,)
    draft = draft._replace(token=str(digest("idempotency", *parts, *drawn) % 10**10))
    booking = merchant.fire(draft, Trigger.CREATE)
    return calls.ask(merchant, found.partner, booking, calls.AVAILABILITY, calls.availability(booking))


def cancel(merchant: Merchant, booking: Booking) -> Booking:
    """The user cancels at Google, which asks the partner. Raises Refusal WINDOW_CLOSED, WRONG_STATUS, CALL_UNDER_WAY."""
    partner = standing(merchant, booking, "cancelled", Trigger.CANCEL)
    until = t.online_cancel_until(booking.terms, booking.start_sec)
    if not t.in_time(merchant.now, until, t.boundary_in_time(merchant)):
        raise closed(
            "OUTSIDE_CANCELLATION_WINDOW",
            f"it could be cancelled online until {until}, and it is {merchant.now}. The venue can still cancel it, by a notification.",
        )
    return calls.ask(merchant, partner, booking, calls.UPDATE, calls.cancel(booking), change={"status": m.CANCELED}, failure={})


def modify(merchant: Merchant, booking: Booking, change: Mapping[str, int]) -> Booking:
    """The user moves the booking, or changes the party; the slot that is meant must be in the feeds.

    Raises:
        Refusal: WINDOW_CLOSED, WRONG_STATUS, CALL_UNDER_WAY, REFERENCE_NOT_FOUND.
    """
    partner = standing(merchant, booking, "changed", Trigger.UPDATE)
    until = t.online_cancel_until(booking.terms, booking.start_sec)
    if not t.in_time(merchant.now, until, t.boundary_in_time(merchant)):
        raise closed("OUTSIDE_CANCELLATION_WINDOW", f"it could be changed online until {until}, and it is {merchant.now}.")
    meant = quoting.Wanted(
        booking.merchant_id, booking.service_id, change.get("start_sec", booking.start_sec),
        change.get("duration_sec", None if "start_sec" in change else booking.duration_sec),
        change.get("party_size", booking.party_size or None), booking.slot.get("resources", {}).get("room_id"),
    )  # fmt: skip
    found = quoting.offer(merchant, partner, meant)
    why = quoting.why_closed(merchant, found)
    if why:
        raise closed("SLOT_UNAVAILABLE", f"the slot at {found.start} cannot be booked: {why}.")
    whole = {**change, **({"duration_sec": found.slot["duration_sec"]} if "start_sec" in change else {})}
    return calls.ask(merchant, partner, booking, calls.UPDATE, calls.modify(booking, whole), change=whole, failure={})


def wrong_status(booking: Booking, message: str) -> Refusal:
    """What the booking's status is against."""
    shown = f"GET /_sandbox/google/bookings/{booking.id} shows where it stands."
    return Refusal(Reason.WRONG_STATUS, message=message, next=shown, kind="booking", id=booking.id, status=booking.status)


def standing(merchant: Merchant, booking: Booking, what: str, trigger: Trigger) -> BookingPartner:
    """The partner of a booking that can be cancelled or changed at Google. Raises Refusal WRONG_STATUS, CALL_UNDER_WAY."""
    partner = partner_of(merchant, booking)
    assert partner is not None, "whoever books does so at a partner's"
    if booking.call_id:
        message = f"The partner is being asked about booking {booking.id}. Wait for the answer: GET /_sandbox/deliveries?status=pending."
        raise Refusal(Reason.CALL_UNDER_WAY, message=message)
    if merchant.row(booking, trigger) is None:
        said = "happened on the partner's own page" if booking.status == m.CONVERTED else f"is {booking.status}"
        message = f"Booking {booking.id} {said}, so it cannot be {what} at Google."
        raise wrong_status(booking, message)
    return partner


def attend(merchant: Merchant, booking: Booking, outcome: str) -> Booking:
    """What really happened is known; in auto posting the built-in partner says it to Google as well, and any other has to itself.

    Raises:
        Refusal: WRONG_STATUS (it does not stand, or the other was said), WINDOW_CLOSED (the slot has not begun).
    """
    if merchant.row(booking, Trigger.ATTEND) is None:
        message = f"Booking {booking.id} is {booking.status}: only a booking that stands is attended or missed."
        raise wrong_status(booking, message)
    if merchant.now < booking.start_sec:
        advice = "POST /_sandbox/clock/advance goes there."
        raise closed("SLOT_NOT_BEGUN", f"the slot begins at {booking.start_sec}, and it is {merchant.now}. {advice}")
    if booking.attendance in ATTENDANCES and outcome != booking.attendance:
        message = f"Of booking {booking.id} it was said already: {booking.attendance}. What really happened does not change."
        raise Refusal(Reason.WRONG_STATUS, message=message, kind="booking", id=booking.id, status=booking.attendance)
    rule, what = ("B6", "the guest came") if outcome == "attended" else ("B7", "the guest did not come")
    merchant.fire(booking, Trigger.ATTEND, attendance=outcome, history=noted(merchant, booking, rule, what))
    booking = get(merchant, booking.id)
    partner = partner_of(merchant, booking)
    speaks = partner is not None and partner.posting == "auto" and built_in(merchant, partner)
    if outcome == "no_show" and booking.status == m.CONFIRMED and speaks:
        word = no_show_word(merchant, booking)
        trigger = Trigger.PENALIZE if word == m.PENALIZED else Trigger.MISS
        merchant.fire(booking, trigger, history=noted(merchant, booking, "Q20", f"the status is {word}"))
    return get(merchant, booking.id)


def post(merchant: Merchant, booking: Booking, kind: str, amount_micros: int) -> Booking:
    """The partner's own processor has moved money; whether it may is not asked here, but said as a mismatch.

    Raises:
        Refusal: OUT_OF_REACH, the sandbox is the processor or there are no such terms; AMOUNT_EXCEEDS_REFUNDABLE; WRONG_STATUS;
            PARAM_INVALID, no whole minor unit.
    """
    name = KINDS_OF[kind]
    partner = partner_of(merchant, booking)
    assert partner is not None, "whoever books does so at a partner's"
    if processes(partner, name):
        advice = "Register it with \"posting\": \"manual\" to post by hand."
        message = f"The sandbox moves the {name.replace('_', ' ')} of partner {partner.partner_id} itself. {advice}"
        raise Refusal(Reason.OUT_OF_REACH, message=message, param="posting")
    if not booking.booking_id and booking.status != m.CONVERTED:
        message = f"Booking {booking.id} is {booking.status}: there is nothing to pay for."
        raise wrong_status(booking, message)
    if booking.terms[name] is None:
        advice = f"GET /_sandbox/google/bookings/{booking.id} shows them."
        message = f"Booking {booking.id} has no {name.replace('_', ' ')} among its terms. {advice}"
        raise Refusal(Reason.OUT_OF_REACH, message=message, param="kind")
    unit = micros.minor_unit(booking.terms[name]["currency"])
    if amount_micros % unit:
        message = f"{amount_micros} micros are no whole number of the currency's smallest unit, {unit} micros."
        raise Refusal(Reason.PARAM_INVALID, message=message, param="amount")
    amount = amount_micros // unit
    if kind in REFUND_KINDS.values():
        give_back(merchant, booking, name, amount, "partner")
    else:
        charge(merchant, booking, name, amount, "partner")
    return get(merchant, booking.id)


ASSUMED: tuple[tuple[str, str], ...] = (
    ("what a feed is only warned about (W_…) and keeps its slot from being booked is refused with the same word as an error (E_…)",
     "the sandbox's own"),
    ("an idempotency token, a card's token and a transaction id never come again at a booking server of the partner's own, whatever is "
     "reset; the built-in one gets the same of the same seed", "the sandbox's own"),
    ("a booking may be changed online as long as it may be cancelled", "no window is published for changes"),
    ("a changed booking keeps the prices that were accepted; its windows move with the slot", "2.5"),
    ("a slot without open spots, or outside its booking window, is refused as SLOT_UNAVAILABLE without a call",
     "the calendar would not show it"),
)
