"""Stripe's price list, settlement days and profiles: numbers in tables, seconds and minor units."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from sandbox.core.money import percent_half_up

DAY = 86400

# Processing: US standard pricing.
PERCENT_BASIS_POINTS = 290
FIXED: Mapping[str, int] = {"usd": 30}
FIXED_ELSEWHERE = 30

# A bank debit that settles: a share, a fixed part, and a most.
DEBIT_BASIS_POINTS = 80
DEBIT_FIXED: Mapping[str, int] = {"usd": 0, "eur": 30}
DEBIT_MOST: Mapping[str, int] = {"usd": 500, "eur": 600}

# A dispute that is received. It is not returned on a win, except in Mexico.
DISPUTE_FEES: Mapping[str, int] = {
    "usd": 1500, "eur": 2000, "cad": 1500, "gbp": 2000, "aud": 2500, "nzd": 2500, "sgd": 1500, "hkd": 8500, "jpy": 1300, "mxn": 30000,
}  # fmt: skip
DISPUTE_FEE_ELSEWHERE = 1500
DISPUTE_FEE_RETURNED = frozenset({"mxn"})
# For passing evidence on, since 2025-06-17: as much again, returned on a win. Only live accounts pay it, and not in these currencies.
COUNTERED_FEE_IN = frozenset({"network"})
COUNTERED_FEE_NOWHERE = frozenset({"mxn", "jpy"})

# What the network takes for deciding a compliance dispute; it comes back on a win.
COMPLIANCE_FEES: Mapping[str, int] = {"jpy": 75_000}
COMPLIANCE_FEE_ELSEWHERE = 50_000
SMART_BASIS_POINTS = 3_000  # of what Smart Disputes wins back

SETTLEMENT_BUSINESS_DAYS = 2
INSTANT_BASIS_POINTS, INSTANT_LEAST = 150, 50
PROMPTPAY_BASIS_POINTS = 165
REFUND_WAITS_S = 45 * DAY  # for the customer to name a bank account

# Deadlines to answer a dispute, days after the day it was opened; the deadline is 23:59:59 UTC of that day.
DUE_DAYS: Mapping[str, Mapping[str, int]] = {
    "testmode": {"": 8},
    "network": {"": 15, "visa": 15, "mastercard": 21, "amex": 14, "discover": 18},
}

# Networks on which an inquiry that nobody answers by its due day is a loss; on the others it stays open until it expires.
SILENCE_LOSES_INQUIRY: Mapping[str, frozenset[str]] = {"testmode": frozenset(), "network": frozenset({"discover"})}

# Seconds from the cause to the effect.
TIMINGS: Mapping[str, Mapping[str, int]] = {
    "testmode": {
        "authorization": 7 * DAY,
        "charge_clears": 0,
        "debit_ends": 5 * DAY,
        "deposits_end": 10 * DAY,
        "refund_expires": REFUND_WAITS_S,
        "magic_evidence": 6,
        "refund_settles": 5,
        "refund_fails": 4,
        "inquiry_expires": 120 * DAY,
        "decision": 60 * DAY,
        "refund_retries": DAY,
        "refund_unfunded": 30 * DAY,
        "refund_cancelable": 3_600,
        "refund_recallable": 60,  # an inquiry that escalates this soon after a refund makes the refund fail
        "card_effect": 0,
        "refund_reference": 2,
        "enrichment": 3,
    },
    "network": {
        "authorization": 7 * DAY,
        "charge_clears": 2,
        "debit_ends": 5 * DAY,
        "deposits_end": 10 * DAY,
        "refund_expires": REFUND_WAITS_S,
        "magic_evidence": 60 * DAY,
        "refund_settles": 5 * DAY,
        "refund_fails": 5 * DAY,
        "inquiry_expires": 120 * DAY,
        "decision": 60 * DAY,
        "refund_retries": DAY,
        "refund_unfunded": 30 * DAY,
        "refund_cancelable": 3_600,
        "refund_recallable": 60,
        "card_effect": 1 * DAY,
        "refund_reference": 1 * DAY,
        "enrichment": 3,
    },
}


def midnight(at: int) -> int:
    """The start of that UTC day."""
    return at - at % DAY


@lru_cache(maxsize=64)
def day_of(at: int) -> str:
    """That UTC day as statements write it: 2026-01-05."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")


def settlement_day(now: int, business_days: int = SETTLEMENT_BUSINESS_DAYS) -> int:
    """Midnight UTC, two business days on, or as many as the account waits: when a charge's money becomes available."""
    return _settlement_day(midnight(now), business_days)


@lru_cache(maxsize=64)
def _settlement_day(start: int, left: int) -> int:
    day = datetime.fromtimestamp(start, UTC)
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return int(day.timestamp())


def due_by(profile: str, network: str, opened_at: int, days: int | None = None) -> int:
    """The last second of the day that many days after the opening."""
    table = DUE_DAYS[profile]
    wait = days if days is not None else table.get(network, table[""])
    return midnight(opened_at) + wait * DAY + DAY - 1


def fee(name: str, amount: int, currency: str) -> int:
    """A price: `processing` on a capture, `bank_debit` on a settled debit, `dispute` when one is received.

    `dispute_returned` is negative: what a won dispute gives back of it.
    """
    if name == "dispute":
        return DISPUTE_FEES.get(currency, DISPUTE_FEE_ELSEWHERE)
    if name == "dispute_returned":
        return -DISPUTE_FEES[currency] if currency in DISPUTE_FEE_RETURNED else 0
    if name == "instant_payout":
        return max(percent_half_up(amount, INSTANT_BASIS_POINTS), INSTANT_LEAST)
    if name == "promptpay":
        return percent_half_up(amount, PROMPTPAY_BASIS_POINTS)
    if name == "bank_debit":
        return min(percent_half_up(amount, DEBIT_BASIS_POINTS) + DEBIT_FIXED[currency], DEBIT_MOST[currency])
    return percent_half_up(amount, PERCENT_BASIS_POINTS) + FIXED.get(currency, FIXED_ELSEWHERE)


def compliance_fee(currency: str) -> int:
    return COMPLIANCE_FEES.get(currency, COMPLIANCE_FEE_ELSEWHERE)


def countered_fee(profile: str, currency: str) -> int:
    """What it costs to answer a dispute of a card, minor units."""
    return fee("dispute", 0, currency) if profile in COUNTERED_FEE_IN and currency not in COUNTERED_FEE_NOWHERE else 0


def smart_fee(amount: int) -> int:
    """Smart Disputes' share of a recovered amount."""
    return percent_half_up(amount, SMART_BASIS_POINTS)


# How the tables above are known, for the fidelity page.
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("processing costs 2.9 % and 30 cents, rounded half up; a refund costs nothing and returns no fee", "stripe.com pricing, US"),
    ("a dispute costs USD 15, EUR 20 or CAD 15 when received; an inquiry costs nothing", "docs: How disputes work; CAD recorded"),
    ("the dispute fee is not returned on a win, except in Mexico", "docs: How disputes work"),
    ("profile network: answering a dispute costs its fee again, returned on a win; not in MXN and JPY, not by Smart Disputes",
     "docs: How disputes work"),
    ("in test mode the money of a settled ACH debit is available at once", "docs: ACH Direct Debit"),
    ("a charge's money is available at midnight UTC after two business days", "docs: Payouts, US accounts"),
    ("answering a compliance dispute costs USD 500 more, returned on a win; Smart Disputes takes 30 % of what it wins back", "docs"),
    ("an inquiry closes 120 days after it was opened", "docs: How disputes work"),
    ("profile network: the bank decides 60 days after the evidence", "docs: How disputes work, 60 to 75 days"),
    ("profile network: an unanswered Discover inquiry is lost on its due day", "docs: How disputes work"),
    ("an uncaptured card charge expires after 7 days", "docs: Place a hold on a payment method"),
)
VALIDATED: tuple[tuple[str, str], ...] = (
    ("test mode: evidence is due 8 days after the day of the dispute, at 23:59:59 UTC, also for inquiries", "several accounts"),
    ("test mode: magic evidence decides within seconds (here 6)", "recordings: 5 to 8 s"),
    ("test mode: a refund has its acquirer reference number after 2 s; a dispute's evidence is enriched within seconds (here 3)",
     "recordings"),
    ("test mode: a refund to a failing card fails within seconds (here 4)", "recording: 4 s"),
    ("no dispute countered fee in test mode; live it is a row of type stripe_fee, category fee, without a source", "recorded"),
    ("a dispute's withdrawal is available at once, a refund settles with its charge, a reversal is pending", "recordings; accounts differ"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("dispute fees of GBP 20, AUD 25, NZD 25, SGD 15, HKD 85, JPY 1,300, MXN 300; 15 units elsewhere", "amounts"),
    ("the returned Mexican fee is a negative fee on the reversal, and every MXN account is Mexican", "shape of the row"),
    ("a compliance fee of 500 units in every currency, 75,000 in yen", "documented as 500 USD or local equivalent"),
    ("Smart Disputes' share is the fee of the reversal's row", "shape of the row"),
    ("the fixed part of the processing fee is 30 minor units in every currency", "price lists outside the US"),
    ("an ACH debit costs 0.8 %, USD 5.00 at most; a SEPA debit 0.8 % and 30 cents, EUR 6.00 at most; a failed one nothing", "price lists"),
    ("a bank debit settles or fails after 5 days in both profiles; a dispute follows at once, in profile network a day later",
     "spans; docs: 4 business days for ACH, 5 on average for SEPA"),
    ("a refund of a bank debit is pending for 5 s, in profile network for 5 days", "span"),
    ("an instant payout costs 1.5 %, 50 minor units at least, taken with it and not given back if it fails", "price lists differ"),
    ("profile network: each answer's countered fee is a row of its own at once, its return another of the same name",
     "live accounts see one row a day for all of that day"),
    ("profile network: evidence is due after 15 days (Visa), 21 (Mastercard), 14 (Amex), 18 (Discover)", "15 was recorded"),
    ("a pending refund succeeds after 5 s, in profile network after 5 days", "span"),
    ("profile network: a refund's acquirer reference number is known after a day", "span"),
    ("profile network: a failing refund fails after 5 days", "span; documented as up to 30 days"),
    ("profile network: test-card disputes come after 1 day, a charge clears after 2 s", "spans"),
    ("a refund is recalled if its inquiry escalates within 60 s", "recorded as within seconds, and as not so when minutes old"),
)
