"""What may be set for Google's bookings alone, under `providers.google_bookings`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.providers.base import Setting
from sandbox.providers.google_bookings import assumed


def one_of(*words: str) -> Callable[[Any], bool]:
    return lambda value: value in words


def whole(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and low <= value <= high


DAYS_30 = 30 * 86_400

SETTINGS: tuple[Setting, ...] = (
    Setting("boundary_in_time", assumed.BOUNDARY_IN_TIME, "Q14: whether the very instant of a window is still in time"),
    Setting("deposit_window_unset", assumed.DEPOSIT_WINDOW_UNSET,
            "Q15: until when a deposit without a window is refundable: slot_start, or online_cancel_window",
            one_of("slot_start", "online_cancel_window")),
    Setting("slot_override", assumed.SLOT_OVERRIDE,
            "Q16: how a slot's fee meets the service's: replace as a whole, or merge field by field",
            one_of("replace", "merge")),
    Setting("zero_switches_off", assumed.ZERO_SWITCHES_OFF, "Q17: whether an explicit zero amount switches a payment type off for a slot"),
    Setting("in_time_refund", assumed.IN_TIME_PREPAYMENT_REFUND,
            "Q18: what of a prepayment is due back on a cancellation in time: full, or none",
            one_of("full", "none")),
    Setting("deposit_on_attendance", assumed.DEPOSIT_ON_ATTENDANCE,
            "Q19: what becomes of a deposit when the guest comes: kept, or returned",
            one_of("kept", "returned")),
    Setting("late_cancel_fee", assumed.LATE_CANCEL_FEE, "Q21: whether a cancellation after the window lets the venue take the no-show fee"),
    Setting("booking_server_retries", assumed.BOOKING_SERVER_RETRIES, "Q23: how often a call that failed is made again at once, 0 to 5",
            whole(0, 5)),
    Setting("slot_cancel_override", assumed.SLOT_CANCEL_OVERRIDE,
            "Q26: whether last_online_cancellable_sec of a slot moves its cancel window"),
    Setting("notified_cancel", assumed.NOTIFIED_CANCEL,
            "What a CANCELED notification means: for_user, the user asked the venue; own_reasons, the venue cannot have the guest",
            one_of("for_user", "own_reasons")),
    Setting("grace_s", assumed.GRACE_S, "Seconds after a slot's end until a guest of whom nobody said anything counts as there",
            whole(0, DAYS_30)),
    Setting("refund_delay_s", assumed.REFUND_DELAY_S, "Seconds until a refund that was decided is settled", whole(0, DAYS_30)),
    Setting("trailing_slash", assumed.TRAILING_SLASH,
            "Whether paths of the booking server end with a slash; read when a partner is registered"),
)  # fmt: skip
