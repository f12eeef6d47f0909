"""What may be set for ordering alone, under `providers.google_ordering`."""

from __future__ import annotations

from sandbox.providers.base import Setting
from sandbox.providers.google_ordering import assumed

DELAY_S_MAX = 366 * 86_400
ALGORITHMS = ("RS256", "RS384", "RS512")

SETTINGS: tuple[Setting, ...] = (
    Setting("accept_raise_below_original", assumed.RAISE_BELOW_ORIGINAL,
            "Accept a total that rises again after a decrease while it stays below the original; nobody is charged"),
    Setting("refund_on_submit_failure", assumed.REFUND_ON_SUBMIT_FAILURE,
            "Refund everything when the partner's answer to a submitted order cannot be used"),
    Setting("allow_refund_after_fulfilled", assumed.REFUND_AFTER_FULFILLED, 
            "Refund the difference when a fulfilled order's total is lowered"),
    Setting("refund_delay_s", assumed.REFUND_DELAY_S, "Seconds, simulated, until a refund that was decided is settled",
            lambda value: type(value) is int and 0 <= value <= DELAY_S_MAX),
    Setting("answer_s", assumed.ANSWER_S, "Seconds of wall time that a partner may take to answer, 1 to 10",
            lambda value: type(value) is int and 1 <= value <= assumed.ANSWER_S),
    Setting("jwt_prefix", assumed.JWT_PREFIX, "What stands before the JWT in the Authorization header; of partners registered from then on",
            lambda value: isinstance(value, str) and len(value) <= 40 and value.isprintable() and value.isascii()),
    Setting("jwt_issuer", assumed.JWT_ISSUER, "The JWT's issuer; of partners registered from then on",
            lambda value: isinstance(value, str) and 0 < len(value) <= 200),
    Setting("jwt_algorithm", assumed.JWT_ALGORITHM, "RS256, RS384 or RS512; of partners registered from then on",
            lambda value: value in ALGORITHMS),
    Setting("strict", assumed.STRICT, "Refuse updates that lack what they should carry, instead of a warning"),
    Setting("unknown_order_is_500", assumed.UNKNOWN_ORDER_IS_500, "Answer an unknown order with 500 INTERNAL that names it, as in 2017"),
)  # fmt: skip
