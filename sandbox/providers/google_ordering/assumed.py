"""What no source confirms about ordering: one named constant a question, with the best estimate.

Those with a second sensible answer are settings under `providers.google_ordering`, and these are their defaults. The numbers
are those of the open questions and of the rules in the research that this folder was built from.
"""

from __future__ import annotations

from typing import Any

from sandbox.core.merchant import Merchant

ORDERING = "google_ordering"

REFUSED_UPDATE = (400, "INVALID_ARGUMENT")  # Q1, U4, U14, U15, U17, U20: the whole update is dropped
SUCCESS_BODY = b"{}"  # Q2
RAISE_BELOW_ORIGINAL = False  # Q3, U5: whether a total may rise again after a decrease, without money
REFUND_ON_SUBMIT_FAILURE = True  # Q5, S3
LATE_CANCEL_APPLIES = True  # Q7, U18: a stale CANCELLED or REJECTED still refunds
REFUND_AFTER_FULFILLED = False  # Q8, U16
REFUND_DELAY_S = 0  # Q10
TOKEN_FOR_TIMESOFMONEY = False  # Q11: the card is charged already, so no token travels with the order
JWT_PREFIX, JWT_ISSUER, JWT_ALGORITHM = "Bearer ", "https://accounts.google.com", "RS256"  # Q12
JWT_LIFE_S = 3_600
PARTS_OF_PAISE = False  # whether nanos that are no whole paise are taken
AHEAD_S = 86_400  # how far an updateTime may be ahead of the simulated clock without a warning
STRICT = False  # whether what a confirmation should carry is demanded, or only missed
UNKNOWN_ORDER_IS_500 = False  # the 2017 service
ANSWER_S = 10  # wall time; sources name 5 s for webhooks in general and nothing for food

ASSUMED: tuple[tuple[str, str], ...] = (
    ("an update that is not accepted answers 400 INVALID_ARGUMENT and all of it is dropped, its state too", "Q1, U4, U14, U15, U17, U20"),
    ("an accepted update answers 200 with an empty object", "Q2: only the 200 was seen"),
    ("a total that rises again, still below the original, is refused (setting accept_raise_below_original)", "Q3, U5"),
    ("CANCELLED or REJECTED with a higher total refunds everything", "Q4, U8: two rules collide"),
    ("an order whose submit brings no usable answer has failed and is refunded whole (setting refund_on_submit_failure)", "Q5, S3"),
    ("updates are told apart by actionOrderId, updateTime and a digest of the rest; a repeat is answered alike", "Q6, U11: the key"),
    ("an update older than the last one applied is ignored with 200, but CANCELLED and REJECTED still refund", "Q7, U18"),
    ("after FULFILLED a lower total is refused (setting allow_refund_after_fulfilled), and CANCELLED always", "Q8, U15, U16"),
    ("REJECTED is allowed from every state that CANCELLED is allowed from", "Q9: money follows the word, not the path"),
    ("a refund is settled at once (setting refund_delay_s)", "Q10"),
    ("an order paid by TimesofMoney carries PAYMENT_CARD and a billing address, and no instrument token", "Q11"),
    ("the JWT is RS256, from https://accounts.google.com, after 'Bearer ' (settings jwt_*); it lives for an hour", "Q12"),
    ("a totalPrice in the PaymentDataRequest that is not the order's is a warning; the order's is charged", "Q13"),
    ("a final state takes no other state and no price", "U14"),
    ("a total in another currency, below zero or malformed answers 400", "U20"),
    ("a total of zero without a final state refunds everything, with a warning", "U21"),
    ("nanos that are no whole paise answer 400", "amounts"),
    ("going back, as from IN_TRANSIT to CONFIRMED, is refused", "U17: states"),
    ("what a confirmation lacks is a warning (setting strict: an error)", "which of the two"),
    ("an updateTime more than a day ahead of the clock is taken, with a warning", "whether Google refuses it"),
    ("a wrong PaymentDataRequest cannot be submitted, and nothing is charged", "what Google does then"),
    ("SubmitOrder is not tried again; an answer later than 10 s is none (setting answer_s)", "both"),
    ("an unknown order, or one of the other sandbox mode, is a 404 (setting unknown_order_is_500: as in 2017)", "which service"),
    ("an order belongs to the partner that made it; another partner of the merchant gets a 404", "code"),
    ("the keys of an answer's structuredResponse are checkoutResponse, orderUpdate and error", "checkoutResponse and error"),
)  # fmt: skip


def setting(merchant: Merchant, name: str, usual: Any) -> Any:
    """A setting that only this provider has."""
    own = (merchant.settings.get("providers") or {}).get(ORDERING) or {}
    value = own.get(name)
    return usual if value is None else value
