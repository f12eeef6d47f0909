"""What no source confirms about bookings: one named constant a question, with the best estimate.

Those with a second sensible answer are settings under `providers.google_bookings`, and these are their defaults. The numbers
are the open questions' in the research that this folder was built from.
"""

from __future__ import annotations

from typing import Any

from sandbox.core.merchant import Merchant

GOOGLE_BOOKINGS = "google_bookings"

BOUNDARY_IN_TIME = True  # Q14
DEPOSIT_WINDOW_UNSET = "slot_start"  # Q15; or "online_cancel_window"
SLOT_OVERRIDE = "replace"  # Q16; or "merge"
ZERO_SWITCHES_OFF = True  # Q17
IN_TIME_PREPAYMENT_REFUND = "full"  # Q18; or "none"
DEPOSIT_ON_ATTENDANCE = "kept"  # Q19; or "returned"
PENALIZED_WHEN_KEPT = True  # Q20
LATE_CANCEL_FEE = True  # Q21: CANCELED plus a fee posting
PAYMENT_MASKS = ("payment_information", "payment_information.prepayment_status")  # Q22: in camelCase too
BOOKING_SERVER_RETRIES = 1  # Q23, with the same token, at once
SEVERAL_TYPES = True  # Q24: whether a slot with several can be booked; there is a warning anyway
CONVERSION_PATH = "/maps/conversion/collect"  # Q25
SLOT_CANCEL_OVERRIDE = True  # Q26: last_online_cancellable_sec
GOOGLE_MOVES_PREPAYMENTS = "google_processed"  # Q27: the generation in which PREPAYMENT_REFUNDED makes Google itself refund
NOTIFIED_CANCEL = "for_user"  # or "own_reasons"
GRACE_S = 3_600  # after a slot's end: nobody said whether the guest came
REFUND_DELAY_S = 0
TRAILING_SLASH = True
RWG_TOKEN_S = 30 * 86_400  # how long a redirect may still be reported as a conversion

ASSUMED: tuple[tuple[str, str], ...] = (
    ("the instant of a window itself is still in time (setting boundary_in_time)", "Q14"),
    ("a deposit without a window of its own is refundable until the slot begins (setting deposit_window_unset)", "Q15"),
    ("a fee of a slot replaces the service's as a whole (setting slot_override; merge joins them field by field)", "Q16"),
    ("a slot switches a fee off with an explicit zero amount (setting zero_switches_off)", "Q17"),
    ("a prepayment is due back in full on a cancellation in time, by the partner, who must say so (setting in_time_refund)", "Q18"),
    ("a deposit is kept when the guest comes: it is settled against the bill elsewhere (setting deposit_on_attendance)", "Q19"),
    ("NO_SHOW_PENALIZED is the word when a fee or deposit is kept, NO_SHOW when nothing is", "Q20"),
    ("a late cancellation with a fee is CANCELED, and the fee a posting beside it", "Q21"),
    ("updateMask takes paymentInformation, paymentInformation.prepaymentStatus and their snake_case forms", "Q22"),
    ("Google tries a call to the booking server once more, at once, with the same token (setting booking_server_retries)", "Q23"),
    ("several payment types on one slot are allowed, each for itself, with a warning", "Q24"),
    ("a conversion is reported to /maps/conversion/collect", "Q25"),
    ("scheduling_rule_overrides.last_online_cancellable_sec moves the slot's cancel window", "Q26"),
    ("PREPAYMENT_REFUNDED only records a refund of the partner's; in the google_processed generation Google makes it", "Q27"),
    ("a CANCELED notification is a cancellation for the user (setting notified_cancel; own_reasons: the venue's own)",
     "no source tells them apart"),
    ("an hour after the slot's end without a word about attendance the guest counts as there (setting grace_s)", "length"),
    ("a refund is settled at once (setting refund_delay_s)", "delay"),
    ("paths of the booking server end with a slash (setting trailing_slash)", "two sources differ"),
    ("a redirect may be reported as a conversion for 30 days", "documented is how long the partner keeps the token"),
)  # fmt: skip


def setting(merchant: Merchant, name: str, usual: Any) -> Any:
    """A setting that only this provider has."""
    own = (merchant.settings.get("providers") or {}).get(GOOGLE_BOOKINGS) or {}
    value = own.get(name)
    return usual if value is None else value
