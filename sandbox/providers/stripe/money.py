"""Stripe's price list, settlement days and profiles: numbers in tables, seconds and minor units."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache

DAY = 86400

# Processing: US standard pricing.
PERCENT_BASIS_POINTS = 290
FIXED: Mapping[str, int] = {"usd": 30}
FIXED_ELSEWHERE = 30  # Assumed: the same number of minor units in every other currency

# A dispute that is received; not returned on a win. USD, EUR and CAD documented, the others assumed.
DISPUTE_FEES: Mapping[str, int] = {
    "usd": 1500, "eur": 2000, "cad": 1500, "gbp": 2000, "aud": 2500, "nzd": 2500, "sgd": 1500, "hkd": 8500, "jpy": 1300, "mxn": 30000,
}  # fmt: skip
DISPUTE_FEE_ELSEWHERE = 1500
DISPUTE_FEE_RETURNED = frozenset({"mxn"})

SETTLEMENT_BUSINESS_DAYS = 2

# Deadlines to answer a dispute, days after the day it was opened; the deadline is 23:59:59 UTC of that day.
DUE_DAYS: Mapping[str, Mapping[str, int]] = {
    "testmode": {"": 8},
    # Assumed per network; 15 was recorded for a live Visa dispute.
    "network": {"": 15, "visa": 15, "mastercard": 21, "amex": 14, "discover": 18},
}

TIMINGS: Mapping[str, Mapping[str, int]] = {
    "testmode": {
        "authorization": 7 * DAY,
        "charge_clears": 0,
        "magic_evidence": 6,
        "refund_settles": 5,
        "refund_fails": 4,
        "inquiry_expires": 120 * DAY,
        "decision": 60 * DAY,
        "refund_recallable": 60,  # Assumed: recorded as "within seconds", and as not so when minutes old
        "card_effect": 0,
    },
    "network": {
        "authorization": 7 * DAY,
        "charge_clears": 2,
        "magic_evidence": 60 * DAY,
        "refund_settles": 5 * DAY,
        "refund_fails": 5 * DAY,
        "inquiry_expires": 120 * DAY,
        "decision": 60 * DAY,
        "refund_recallable": 60,
        "card_effect": 1 * DAY,
    },
}


def midnight(at: int) -> int:
    """The start of that UTC day."""
    return at - at % DAY


def settlement_day(now: int) -> int:
    """Midnight UTC, two business days on: when a charge's money becomes available."""
    return _settlement_day(midnight(now))


@lru_cache(maxsize=64)
def _settlement_day(start: int) -> int:
    day = datetime.fromtimestamp(start, UTC)
    left = SETTLEMENT_BUSINESS_DAYS
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
    """A price: `processing` on a capture, `dispute` when one is received."""
    if name == "dispute":
        return DISPUTE_FEES.get(currency, DISPUTE_FEE_ELSEWHERE)
    return (amount * PERCENT_BASIS_POINTS + 5000) // 10000 + FIXED.get(currency, FIXED_ELSEWHERE)
