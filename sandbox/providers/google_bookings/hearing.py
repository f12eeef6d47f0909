"""What a partner's answer brings about: the next call, a booking, a refusal, a fault. Runs in the unit of work that keeps the attempt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Attempt, Delivery, Event
from sandbox.providers.google_bookings import answers, assumed, calls
from sandbox.providers.google_bookings import machines as m
from sandbox.providers.google_bookings import terms as t
from sandbox.providers.google_bookings.answers import Heard
from sandbox.providers.google_bookings.assumed import GOOGLE_BOOKINGS
from sandbox.providers.google_bookings.records import Booking, Prepayment
from sandbox.providers.google_bookings.settling import get, noted, partner_of, prepayment_of, settle

# A prepayment's status in the answer to CreateBooking -> how it begins.
BEGINS: Mapping[str, Trigger] = {m.PROVIDED: Trigger.SUCCEED, m.CREDITED: Trigger.SPEND}

NO_TRANSACTION = "W_TRANSACTION_ID PREPAYMENT_REFUNDED comes with the refund's own payment transaction id (paymentTransactionId)."


def heard(merchant: Merchant, delivery: Delivery, event: Event, attempt: Attempt) -> None:
    """The outcome of the call that the booking waits for; an answer to any other call means nothing any more.

    One thing is looked at: whether CreateBooking, made again with the same token, names the same booking.
    """
    booking: Booking | None = merchant.get(GOOGLE_BOOKINGS, Booking, event.object_id)
    if booking is None or delivery.status == "pending":
        return
    if booking.call_id == event.id:
        HEARD[event.type](merchant, merchant.put(booking._replace(call_id="")), attempt)
    elif event.type == calls.CREATE and booking.booking_id:
        again = of_creation(booking, attempt).booking.get("booking_id")
        if again is not None and again != booking.booking_id:
            finding = f"E_TOKEN_TWICE The same idempotency_token was answered with booking_id {again!s:.60}: a second booking was made."
            merchant.put(booking._replace(findings=(*booking.findings, finding)))


def of_creation(booking: Booking, attempt: Attempt) -> Heard:
    return answers.created(attempt, calls.slot(booking), calls.asked_prepayment(booking), t.has_payment(booking.terms))


def fail(merchant: Merchant, booking: Booking, said: Heard, method: str) -> None:
    """No booking comes of it: the partner refused, or did not answer as one must."""
    trigger = Trigger.DECLINE if said.failure["kind"] == answers.BUSINESS else Trigger.FAIL
    words = said.failure["cause"] or said.failure["description"]
    merchant.fire(
        booking, trigger, failure={**said.failure, "call": method}, findings=(*booking.findings, *said.findings),
        history=noted(merchant, booking, "2.7", f"{method}: {words}"),
    )  # fmt: skip


def availability(merchant: Merchant, booking: Booking, attempt: Attempt) -> None:
    said = answers.availability(attempt)
    if not said.failure and not said.available:
        gone = {"kind": answers.BUSINESS, "cause": "SLOT_UNAVAILABLE", "description": "BatchAvailabilityLookup answered available: false"}
        said = said._replace(failure=gone)
    if said.failure:
        fail(merchant, booking, said, calls.AVAILABILITY)
        return
    partner = partner_of(merchant, booking)
    assert partner is not None, "partners are never dropped"
    free = merchant.fire(booking, Trigger.APPROVE, findings=(*booking.findings, *said.findings))
    calls.ask(merchant, partner, free, calls.CREATE, calls.create(merchant, partner, free))


def created(merchant: Merchant, booking: Booking, attempt: Attempt) -> None:
    said = of_creation(booking, attempt)
    if said.failure:
        fail(merchant, booking, said, calls.CREATE)
        return
    findings = [*booking.findings, *said.findings]
    key = str(said.booking["booking_id"])
    for other in merchant.store.shelf(GOOGLE_BOOKINGS, Booking).of("booking_id", key):
        if other.partner == booking.partner and other.id != booking.id:
            findings.append(f"E_BOOKING_ID_TWICE booking_id {key:.60} was answered for {other.id} already: another token, another booking.")
    partner = partner_of(merchant, booking)
    assert partner is not None, "partners are never dropped"
    shown = answers.payment_of(said.booking)
    trigger = BEGINS.get(str(shown.get("prepayment_status")), Trigger.CREATE)
    if partner.generation == assumed.GOOGLE_MOVES_PREPAYMENTS:
        trigger = Trigger.CREATE  # Google's own charge makes it PROVIDED
    draft = Prepayment(
        merchant.new_id(GOOGLE_BOOKINGS, Prepayment), GOOGLE_BOOKINGS, NEW, merchant.now, booking.id,
        str(shown.get("payment_transaction_id") or ""),
    )  # fmt: skip
    prepayment = merchant.fire(draft, trigger)
    pending = said.booking["status"] == m.PENDING_MERCHANT
    merchant.fire(
        booking, Trigger.PEND if pending else Trigger.SUCCEED, booking_id=key, prepayment_id=prepayment.id, findings=tuple(findings),
        history=noted(merchant, booking, "B1", f"booked as {key}"),
    )  # fmt: skip


def updated(merchant: Merchant, booking: Booking, attempt: Attempt) -> None:
    canceling = booking.change.get("status") == m.CANCELED
    said = answers.updated(attempt, canceling)
    rule = "B2" if canceling else "2.7"
    change = booking.change
    facts: dict[str, Any] = {"change": {}, "findings": (*booking.findings, *said.findings)}
    trigger = Trigger.CANCEL if canceling else Trigger.UPDATE
    if said.failure:
        words = said.failure["cause"] or said.failure["description"]
        merchant.put(
            booking._replace(
                failure={**said.failure, "call": calls.UPDATE}, history=noted(merchant, booking, rule, f"UpdateBooking: {words}"), **facts
            )
        )
        return
    if merchant.row(booking, trigger) is None:  # a notification came first, while the partner was asked
        merchant.put(booking._replace(**facts))
        return
    if canceling:
        merchant.fire(booking, trigger, canceled="online", history=noted(merchant, booking, rule, "the user cancelled online"), **facts)
    else:
        what = ", ".join(f"{name} {value}" for name, value in change.items())
        merchant.fire(booking, trigger, history=noted(merchant, booking, rule, f"changed: {what}"), **facts, **change)
    if answers.payment_of(said.booking).get("prepayment_status") == m.REFUNDED:
        refunded(merchant, get(merchant, booking.id), str(answers.payment_of(said.booking).get("payment_transaction_id") or ""))


def refunded(merchant: Merchant, booking: Booking, transaction_id: str) -> None:
    """The partner says that the prepayment went back; Google knows it from now on, and whoever processes it posts it."""
    prepayment = prepayment_of(merchant, booking)
    if prepayment is None or merchant.row(prepayment, Trigger.RELEASE) is None:
        return
    merchant.fire(prepayment, Trigger.RELEASE, transaction_id=transaction_id or prepayment.transaction_id)
    findings = booking.findings if transaction_id else (*booking.findings, NO_TRANSACTION)
    history = noted(merchant, booking, "P1", "the prepayment is refunded")
    settle(merchant, merchant.put(booking._replace(findings=findings, history=history)))


HEARD: Mapping[str, Callable[[Merchant, Booking, Attempt], None]] = {
    calls.AVAILABILITY: availability, calls.CREATE: created, calls.UPDATE: updated,
}  # fmt: skip

DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("a transaction id is expected with PREPAYMENT_REFUNDED: without one there is a finding", "API description"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("an answer that comes after a newer call about the same booking means nothing", "behaviour"),
    ("UpdateBooking may answer PREPAYMENT_REFUNDED, which counts like a notification", "the response carries a booking"),
)
