"""Transition tables of bookings, in Google's status words.

Some words are ours. CHECKING and CREATING: the partner is being asked. REFUSED: its answer was a booking_failure, so there is no
booking. REDIRECTED, CONVERTED and LAPSED: the user was sent to the partner's own page, which reported a booking, or never did.
A booking's status never changes a prepayment's: that one has its own table, with the one transition that partners may ask for.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.core.machine import Arm, Line, Mark, Recipe, Row, Table
from sandbox.core.machine import Trigger as T
from sandbox.core.records import NEW, Charge, Refund
from sandbox.providers.google_bookings.records import Booking, Prepayment

CHECKING, CREATING, REFUSED = "CHECKING", "CREATING", "REFUSED"
REDIRECTED, CONVERTED, LAPSED = "REDIRECTED", "CONVERTED", "LAPSED"
CONFIRMED, CANCELED, FAILED = "CONFIRMED", "CANCELED", "FAILED"
PENDING_MERCHANT, PENDING_CLIENT = "PENDING_MERCHANT_CONFIRMATION", "PENDING_CLIENT_CONFIRMATION"
NO_SHOW, PENALIZED, DECLINED = "NO_SHOW", "NO_SHOW_PENALIZED", "DECLINED_BY_MERCHANT"
NOT_PROVIDED, PROVIDED, REFUNDED, CREDITED = (
    "PREPAYMENT_NOT_PROVIDED", "PREPAYMENT_PROVIDED", "PREPAYMENT_REFUNDED", "PREPAYMENT_CREDITED",
)  # fmt: skip

SETTLES = (Mark.UNFOLDS,)  # timers and, where the sandbox is the processor, postings follow the booking's state
ALL = ("*",)

BOOKING: Table = {
    (NEW, T.CREATE): Row(CHECKING),
    (CHECKING, T.APPROVE): Row(CREATING),  # the slot is free
    (CHECKING, T.DECLINE): Row(REFUSED),
    (CHECKING, T.FAIL): Row(FAILED),
    (CREATING, T.SUCCEED): Row(CONFIRMED, then=SETTLES),
    (CREATING, T.PEND): Row(PENDING_MERCHANT),
    (CREATING, T.DECLINE): Row(REFUSED),
    (CREATING, T.FAIL): Row(FAILED),
    # By the partner's notification
    (PENDING_MERCHANT, T.SUCCEED): Row(CONFIRMED, then=SETTLES),
    (PENDING_MERCHANT, T.CHALLENGE): Row(PENDING_CLIENT),
    (PENDING_CLIENT, T.SUCCEED): Row(CONFIRMED, then=SETTLES),
    **{(status, T.DECLINE): Row(DECLINED) for status in (PENDING_MERCHANT, PENDING_CLIENT)},
    **{(status, T.FAIL): Row(FAILED, disarm=ALL, then=SETTLES) for status in (PENDING_MERCHANT, PENDING_CLIENT, CONFIRMED)},
    # The user at Google, or a notification
    **{(status, T.CANCEL): Row(CANCELED, disarm=ALL, then=SETTLES) for status in (PENDING_MERCHANT, PENDING_CLIENT, CONFIRMED)},
    **{(status, T.UPDATE): Row(status, then=SETTLES) for status in (PENDING_MERCHANT, PENDING_CLIENT, CONFIRMED)},
    # The guest
    (CONFIRMED, T.MISS): Row(NO_SHOW, disarm=ALL, then=SETTLES),
    (CONFIRMED, T.PENALIZE): Row(PENALIZED, disarm=ALL, then=SETTLES),
    (NO_SHOW, T.PENALIZE): Row(PENALIZED, then=SETTLES),
    (PENALIZED, T.MISS): Row(NO_SHOW),
    **{(status, T.ATTEND): Row(status, then=SETTLES) for status in (CONFIRMED, CONVERTED, NO_SHOW, PENALIZED)},
    # The clock: nothing changes but what may be done from now on
    **{
        (status, trigger): Row(status, then=SETTLES)
        for status in (CONFIRMED, CONVERTED) for trigger in (T.EXPIRE, T.CAPTURE, T.BEGIN, T.LAPSE)
    },
    (CONFIRMED, T.DEADLINE): Row(CONFIRMED, then=SETTLES),
    # A user who was sent to the partner's page
    (NEW, T.PREPARE): Row(REDIRECTED, arm=(Arm("redirect_lapses", T.EXPIRE, "redirect"),)),
    (REDIRECTED, T.SUCCEED): Row(CONVERTED, disarm=("redirect_lapses",), then=SETTLES),
    (REDIRECTED, T.EXPIRE): Row(LAPSED, disarm=ALL),
}  # fmt: skip

PREPAYMENT: Table = {
    (NEW, T.CREATE): Row(NOT_PROVIDED),
    (NEW, T.SUCCEED): Row(PROVIDED),
    (NEW, T.SPEND): Row(CREDITED),
    (NOT_PROVIDED, T.SUCCEED): Row(PROVIDED),  # whoever charges later; no notification can ask for it
    (PROVIDED, T.RELEASE): Row(REFUNDED),  # the only one that can be asked for; it cannot be undone
}

# Money. What the guest pays reaches the venue whole: nothing is known of fees.

CHARGED = Recipe("network:clearing", "merchant", "captured", Line("charge", "charge", 1, "{kind}"))
SENT_BACK = Recipe("merchant", "network:clearing", line=Line("refund", "refund", -1, "{kind}"))
ON_ITS_WAY_BACK = Recipe("merchant", "refunds:pending", line=Line("refund", "refund", -1, "{kind}"))
BACK = Recipe("refunds:pending", "network:clearing")

CHARGE: Table = {(NEW, T.CAPTURE): Row("charged", post=(CHARGED,))}
REFUND: Table = {
    (NEW, T.SUCCEED): Row("refunded", post=(SENT_BACK,), mark=(Mark.CHARGE_REFUNDED,)),
    (NEW, T.PEND): Row("pending", post=(ON_ITS_WAY_BACK,), mark=(Mark.CHARGE_REFUNDED,), arm=(Arm("refund_settles", T.SETTLE, "refund"),)),
    ("pending", T.SETTLE): Row("refunded", post=(BACK,), disarm=ALL),
}

MACHINES: Mapping[type, Table] = {Booking: BOOKING, Prepayment: PREPAYMENT, Charge: CHARGE, Refund: REFUND}

DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("a booking's status and its prepayment's change apart from each other", "docs: BookingStatus"),
    ("the only change of a prepayment that can be asked for is PROVIDED to REFUNDED, and it cannot be undone", "docs: GetBookingStatus"),
    ("PENDING_MERCHANT_CONFIRMATION and DECLINED_BY_MERCHANT are for bookings without payments", "docs: BookingStatus"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a canceled, declined or failed booking stays so; NO_SHOW and NO_SHOW_PENALIZED may become each other", "no table is published"),
    ("PENDING_CLIENT_CONFIRMATION follows PENDING_MERCHANT_CONFIRMATION", "only the notification API lists it"),
    ("a prepayment that is charged later becomes PROVIDED when it is charged, without a notification", "no transition is published for it"),
)
