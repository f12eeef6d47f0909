"""Ordering's transition tables. An order's states are the partner's words; those in small letters are the sandbox's own.

States may be skipped, never gone back to; every order should end as FULFILLED, REJECTED or CANCELLED.

Source: "Asynchronous order updates" of the ordering documentation and the page "TimesofMoney integration", read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.core.machine import Arm, Emit, Line, Mark, Recipe, Row, Table
from sandbox.core.machine import Trigger as T
from sandbox.core.records import NEW, Charge, Refund
from sandbox.providers.google_ordering.records import Checkout, Order

CREATED, CONFIRMED, REJECTED = "CREATED", "CONFIRMED", "REJECTED"
IN_PREPARATION, READY_FOR_PICKUP, IN_TRANSIT = "IN_PREPARATION", "READY_FOR_PICKUP", "IN_TRANSIT"
FULFILLED, CANCELLED = "FULFILLED", "CANCELLED"
SUBMITTING, SUBMIT_FAILED, PAYMENT_FAILED = "submitting", "submit_failed", "payment_failed"
ASKED, READY, FAILED, SUBMITTED = "asked", "ready", "failed", "submitted"

# The trigger that brings an order into a state.
TRIGGERS: Mapping[str, T] = {
    CREATED: T.CREATE, CONFIRMED: T.CONFIRM, REJECTED: T.REJECT, IN_PREPARATION: T.MAKE, READY_FOR_PICKUP: T.READY,
    IN_TRANSIT: T.DISPATCH, FULFILLED: T.FULFIL, CANCELLED: T.CANCEL,
}  # fmt: skip
ANSWERS = (CREATED, CONFIRMED, REJECTED)  # to a submitted order
UNUSED = ("RETURNED", "CHANGE_REQUESTED")  # of the older, general list
CALLED_OFF = (CANCELLED, REJECTED)
FINAL = (FULFILLED, REJECTED, CANCELLED)
NEXT: Mapping[str, tuple[str, ...]] = {
    CREATED: (CONFIRMED, REJECTED, CANCELLED),
    CONFIRMED: (IN_PREPARATION, READY_FOR_PICKUP, IN_TRANSIT, FULFILLED, CANCELLED, REJECTED),
    IN_PREPARATION: (READY_FOR_PICKUP, IN_TRANSIT, FULFILLED, CANCELLED, REJECTED),
    READY_FOR_PICKUP: (FULFILLED, CANCELLED, REJECTED),
    IN_TRANSIT: (FULFILLED, CANCELLED, REJECTED),
}

# Money: TimesofMoney captures for the restaurant; a refund that was decided is held until it is settled.
CAPTURED = Recipe("network:clearing", "merchant", "captured", Line("charge", "charge", 1, "Order {order}"))
REFUND_HELD = Recipe("merchant", "refunds:pending", line=Line("refund", "refund", -1, "Refund of order {order}, rule {rule}"))
REFUND_SENT = Recipe("refunds:pending", "network:clearing")
REFUND_PAID = Recipe("merchant", "network:clearing", line=Line("refund", "refund", -1, "Refund of order {order}, rule {rule}"))

CHARGE: Table = {
    (NEW, T.CAPTURE): Row("captured", post=(CAPTURED,), emit=(Emit("ordering.charge.captured"),)),
    (NEW, T.DECLINE): Row("declined", emit=(Emit("ordering.charge.declined"),)),
}
REFUND: Table = {
    (NEW, T.SUCCEED): Row("settled", post=(REFUND_PAID,), mark=(Mark.CHARGE_REFUNDED,), emit=(Emit("ordering.refund.settled"),)),
    (NEW, T.PEND): Row(
        "pending", post=(REFUND_HELD,), mark=(Mark.CHARGE_REFUNDED,), arm=(Arm("refund_settles", T.SETTLE, after="refund_delay"),),
        emit=(Emit("ordering.refund.pending"),),
    ),
    ("pending", T.SETTLE): Row("settled", post=(REFUND_SENT,), disarm=("refund_settles",), emit=(Emit("ordering.refund.settled"),)),
}  # fmt: skip
CHECKOUT: Table = {
    (NEW, T.CREATE): Row(ASKED),
    (ASKED, T.SUCCEED): Row(READY, emit=(Emit("ordering.checkout.ready"),)),
    (ASKED, T.FAIL): Row(FAILED, emit=(Emit("ordering.checkout.failed"),)),
    (READY, T.SPEND): Row(SUBMITTED),
}
UPDATED = Emit("ordering.order.updated")
ORDER: Table = {
    (NEW, T.DECLINE): Row(PAYMENT_FAILED, emit=(Emit("ordering.order.payment_failed"),)),
    (NEW, T.PEND): Row(SUBMITTING),
    (SUBMITTING, T.FAIL): Row(SUBMIT_FAILED, emit=(Emit("ordering.order.submit_failed"),)),
    **{(SUBMITTING, TRIGGERS[state]): Row(state, emit=(UPDATED,)) for state in ANSWERS},
    **{(state, TRIGGERS[after]): Row(after, emit=(UPDATED,)) for state, following in NEXT.items() for after in following},
    # A new total without a new state.
    **{(state, T.UPDATE): Row(state, emit=(UPDATED,)) for state in (*NEXT, FULFILLED)},
}

MACHINES: Mapping[type, Table] = {Charge: CHARGE, Refund: REFUND, Checkout: CHECKOUT, Order: ORDER}
EVENTS: tuple[str, ...] = (
    "ordering.checkout", "ordering.submit",  # calls to the partner; the others are told to nobody
    "ordering.checkout.ready", "ordering.checkout.failed", "ordering.charge.captured", "ordering.charge.declined",
    "ordering.order.payment_failed", "ordering.order.submit_failed", "ordering.order.updated",
    "ordering.refund.pending", "ordering.refund.settled",
)  # fmt: skip

DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("a submitted order is answered CREATED, CONFIRMED or REJECTED; it ends as FULFILLED, REJECTED or CANCELLED", "docs, async updates"),
    ("states may be skipped; an order may be cancelled until it is final", "ordering docs, async updates"),
)  # fmt: skip
