"""The partner's notifications: `PATCH /v1alpha/notification/partners/{p}/bookings/{b}?updateMask=…`.

The mask says what counts of the body. A refused notification changes nothing, so its fields are all judged before the first is
obeyed. A booking's status and its prepayment's move apart: CANCELED on a paid booking brings no money back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sandbox.core.clock import LATEST
from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.providers.google_bookings import assumed
from sandbox.providers.google_bookings import machines as m
from sandbox.providers.google_bookings import terms as t
from sandbox.providers.google_bookings.assumed import setting
from sandbox.providers.google_bookings.hearing import refunded
from sandbox.providers.google_bookings.records import Booking, BookingPartner, Prepayment
from sandbox.providers.google_bookings.settling import get, noted, partner_of, prepayment_of
from sandbox.providers.google_bookings.shapes import snake

DURATION = re.compile(r"(\d{1,9})(\.0{1,9})?s\Z")
STATUS, START, DURATION_OF, PARTY, PREPAYMENT, TRANSACTION = "status", "start_time", "duration", "party_size", "prepayment", "transaction"
# Every spelling of a mask's path, in snake_case, and what it means.
MASKS: Mapping[str, tuple[str, ...]] = {
    "status": (STATUS,), "start_time": (START,), "duration": (DURATION_OF,), "party_size": (PARTY,),
    **{path: (PREPAYMENT,) if "." in path else (PREPAYMENT, TRANSACTION) for path in assumed.PAYMENT_MASKS},
    "payment_information.payment_transaction_id": (TRANSACTION,),
}  # fmt: skip
AUTOMATIC_REFUND = "CANCELED_AUTOMATIC_REFUND"  # of the early generation
TRIGGERS: Mapping[str, Trigger] = {
    m.CONFIRMED: Trigger.SUCCEED, m.CANCELED: Trigger.CANCEL, AUTOMATIC_REFUND: Trigger.CANCEL, m.NO_SHOW: Trigger.MISS,
    m.PENALIZED: Trigger.PENALIZE, m.FAILED: Trigger.FAIL, m.DECLINED: Trigger.DECLINE, m.PENDING_CLIENT: Trigger.CHALLENGE,
}  # fmt: skip
KNOWN = (*TRIGGERS, m.PENDING_MERCHANT)
ONLY_UNPAID = (m.PENDING_MERCHANT, m.DECLINED)
RULES: Mapping[str, str] = {m.CANCELED: "B4", AUTOMATIC_REFUND: "B5", m.NO_SHOW: "B7", m.PENALIZED: "B7"}


def invalid(param: str, message: str) -> Refusal:
    return Refusal(Reason.PARAM_INVALID, param=param, message=f"Request contains an invalid argument. {param}: {message}")


def wanted(mask: str) -> tuple[str, ...]:
    """What an updateMask names, in order, each once. Raises Refusal PARAM_INVALID."""
    if not mask:
        raise invalid("updateMask", "name the fields that change, comma between them: ?updateMask=status.")
    found: dict[str, None] = {}
    for path in mask.split(","):
        means = MASKS.get(snake(path.strip()))
        if means is None:
            known = "status, startTime, duration, partySize or paymentInformation"
            raise invalid("updateMask", f"'{path:.80}' cannot be changed: use {known}.")
        found.update(dict.fromkeys(means))
    return tuple(found)


class Change(NamedTuple):
    """A notification that can be obeyed whole."""

    facts: Mapping[str, int]  # start_sec, duration_sec, party_size
    status: str = ""
    refund: bool = False
    transaction_id: str = ""


def notify(merchant: Merchant, booking: Booking, body: Mapping[str, Any], mask: str, failure: Mapping[str, str]) -> Booking:
    """The booking is as the partner says. Raises Refusal PARAM_INVALID; nothing was changed then."""
    partner, prepayment = partner_of(merchant, booking), prepayment_of(merchant, booking)
    assert partner is not None, "partners are never dropped"
    change = read(merchant, booking, partner, prepayment, body, wanted(mask))
    if failure:
        booking = merchant.put(booking._replace(failure={"kind": "notified", **failure}))
    if change.facts:
        what = ", ".join(f"{name} {value}" for name, value in change.facts.items())
        merchant.fire(booking, Trigger.UPDATE, history=noted(merchant, booking, "2.9", f"the partner changed {what}"), **change.facts)
        booking = get(merchant, booking.id)
    if change.status:
        move(merchant, booking, change.status)
        booking = get(merchant, booking.id)
    if change.refund:
        refunded(merchant, booking, change.transaction_id)
        booking = get(merchant, booking.id)
    elif change.transaction_id and prepayment is not None:
        merchant.put(prepayment._replace(transaction_id=change.transaction_id))
    return booking


def read(
    merchant: Merchant, booking: Booking, partner: BookingPartner, prepayment: Prepayment | None, body: Mapping[str, Any],
    names: tuple[str, ...],
) -> Change:
    """What the notification changes. Raises Refusal PARAM_INVALID."""
    facts: dict[str, int] = {}
    status, transaction, refund = "", "", False
    payment = body.get("payment_information")
    for name in names:
        if name == STATUS:
            status = read_status(merchant, booking, partner, body.get("status"))
        elif name == START:
            facts["start_sec"] = read_time(body.get("start_time"))
        elif name == DURATION_OF:
            facts["duration_sec"] = read_duration(body.get("duration"))
        elif name == PARTY:
            facts["party_size"] = read_party(body.get("party_size"))
        elif not isinstance(payment, Mapping):
            raise invalid("paymentInformation", "the mask names it, and the body has none.")
        elif name == PREPAYMENT and (names.count(TRANSACTION) == 0 or "prepayment_status" in payment):
            refund = read_prepayment(prepayment, payment.get("prepayment_status"))
        elif name == TRANSACTION:
            transaction = str(payment.get("payment_transaction_id") or "")
    if PREPAYMENT in names and isinstance(payment, Mapping):
        transaction = transaction or str(payment.get("payment_transaction_id") or "")
    if facts and merchant.row(booking, Trigger.UPDATE) is None:
        raise invalid(next(iter(facts)), f"a booking that is {booking.status} cannot be changed.")
    return Change(facts, status, refund, transaction)


def read_status(merchant: Merchant, booking: Booking, partner: BookingPartner, status: Any) -> str:
    """The status that is meant: one that the booking can reach, or has already. Raises Refusal PARAM_INVALID."""
    if status is None:
        raise invalid("status", f"the mask names it, and the body has none. It is one of {', '.join(KNOWN)}.")
    if status not in KNOWN:
        raise invalid("status", f"'{status!s:.60}' is no booking status: use {', '.join(KNOWN)}.")
    if status == AUTOMATIC_REFUND and partner.generation != "google_processed":
        raise invalid("status", f"{AUTOMATIC_REFUND} belongs to the google_processed generation; this partner's is {partner.generation}.")
    if status in ONLY_UNPAID and t.has_payment(booking.terms):
        raise invalid("status", f"{status} is only for bookings without payments.")
    if status == booking.status or (status == AUTOMATIC_REFUND and booking.status == m.CANCELED):
        return str(status)
    if status not in TRIGGERS or merchant.row(booking, TRIGGERS[status]) is None:
        raise invalid("status", f"a booking that is {booking.status} does not become {status}.")
    return str(status)


def read_prepayment(prepayment: Prepayment | None, status: Any) -> bool:
    """True for PROVIDED to REFUNDED, the one transition there is. Raises Refusal PARAM_INVALID."""
    has = prepayment.status if prepayment is not None else m.NOT_PROVIDED
    if has == m.PROVIDED and status == m.REFUNDED:
        return True
    raise invalid("prepaymentStatus", f"{has} to {status!s:.60} is not supported: the only transition is {m.PROVIDED} to {m.REFUNDED}.")


def read_time(value: Any) -> int:
    """Epoch seconds of an RFC 3339 time. Raises Refusal PARAM_INVALID."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not 0 <= at.timestamp() <= LATEST:
        raise invalid("startTime", f"'{value!s:.60}' is no RFC 3339 time such as 2031-03-04T10:20:00Z.")
    return int(at.timestamp())


def read_duration(value: Any) -> int:
    found = DURATION.match(value) if isinstance(value, str) else None
    if found is None or not int(found[1]):
        raise invalid("duration", f"'{value!s:.60}' is no duration such as 5400s.")
    return int(found[1])


def read_party(value: Any) -> int:
    """An int64, which JSON writes as a text; numbers are read too."""
    text = str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise invalid("partySize", f"'{value!s:.60}' is no party size such as \"4\".")
    return int(text)


def move(merchant: Merchant, booking: Booking, status: str) -> None:
    """The booking has the status; one that it had already is an echo, which is noted and changes nothing."""
    if status == booking.status or (status == AUTOMATIC_REFUND and booking.status == m.CANCELED):
        asked = " Google asked for it itself: no notification is needed." if booking.canceled == "online" else ""
        finding = f"I_ECHO {status} was notified, and the booking has that status already.{asked}"
        merchant.put(booking._replace(findings=(*booking.findings, finding)))
        return
    facts: dict[str, Any] = {}
    if status == AUTOMATIC_REFUND:
        facts["canceled"] = "own_reasons"
    elif status == m.CANCELED:
        facts["canceled"] = setting(merchant, "notified_cancel", assumed.NOTIFIED_CANCEL)
    rule = RULES.get(status, "2.9")
    merchant.fire(booking, TRIGGERS[status], history=noted(merchant, booking, rule, f"the partner notified {status}"), **facts)


DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("a notification names what changes in updateMask, several fields with commas; the answer is the whole booking",
     "docs: BookingNotification"),
    ("a CANCELED notification brings no money back: PREPAYMENT_REFUNDED does", "docs: BookingStatus, GetBookingStatus"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a notification without a mask, with an unknown field in it, or with a change that is not supported answers 400 INVALID_ARGUMENT",
     "codes"),
    ("a status that the booking has already is taken as an echo, with a finding", "not said"),
    ("a prepayment status that is there already is refused like any other transition", "2.8"),
)
