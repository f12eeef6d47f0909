"""Money as the messages have it, whole units and billionths, read into minor units and written again.

Source: the type definitions of the actions-on-google library, v2, `Money` and `Price`, read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.core.money import decimals

NANOS = 1_000_000_000
INT64_MAX = 2**63 - 1
AMOUNT_MAX = 10**15  # minor units: keeps sums exact for every JSON reader
PRICE_TYPES = ("UNKNOWN", "ESTIMATE", "ACTUAL")


class Malformed(ValueError):
    """What was sent is not what the field takes; `path` is the field's."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path, self.why = path, why


def price(value: Any, path: str) -> tuple[int, str]:
    """A Price as (minor units, currency in small letters). Raises Malformed."""
    if not isinstance(value, Mapping):
        raise Malformed(path, "a Price is an object with `type` and `amount`")
    if value.get("type") not in PRICE_TYPES:
        raise Malformed(f"{path}.type", f"is one of {', '.join(PRICE_TYPES)}")
    return money(value.get("amount"), f"{path}.amount")


def money(value: Any, path: str) -> tuple[int, str]:
    """A Money as (minor units, currency in small letters). Raises Malformed."""
    if not isinstance(value, Mapping):
        raise Malformed(path, "a Money is an object with `currencyCode`, `units` and `nanos`")
    currency = value.get("currencyCode")
    if not isinstance(currency, str) or len(currency) != 3 or not currency.isalpha() or not currency.isascii() or not currency.isupper():
        raise Malformed(f"{path}.currencyCode", "is a currency's three letters, such as INR")
    units, nanos = integer(value.get("units", 0), f"{path}.units"), integer(value.get("nanos", 0), f"{path}.nanos")
    if abs(nanos) >= NANOS or (units > 0 > nanos) or (units < 0 < nanos):
        raise Malformed(f"{path}.nanos", "lies between -999,999,999 and 999,999,999 and has the sign of `units`")
    small = 10 ** decimals(currency.lower())
    minor, rest = divmod(abs(nanos) * small, NANOS)
    if rest:
        raise Malformed(f"{path}.nanos", f"is no whole number of {currency}'s smallest unit")
    amount = abs(units) * small + minor
    if amount > AMOUNT_MAX:
        raise Malformed(path, f"is more than {AMOUNT_MAX} of {currency}'s smallest unit")
    return (-amount if units < 0 or nanos < 0 else amount), currency.lower()


def integer(value: Any, path: str) -> int:
    """An int64, as a number or as text: both are JSON of one. Raises Malformed."""
    if isinstance(value, str):
        digits = value.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 19):
            raise Malformed(path, "is a whole number")
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > INT64_MAX:
        raise Malformed(path, "is a whole number")
    return value


def shown_price(amount: int, currency: str) -> dict[str, Any]:
    """The same as a Price that is final; int64 are texts."""
    small = 10 ** decimals(currency)
    units, minor = divmod(amount, small)
    sent = {"currencyCode": currency.upper(), "units": str(units), "nanos": minor * (NANOS // small)}
    return {"type": "ACTUAL", "amount": sent}


DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("an amount is whole units and billionths of the same sign; int64 are read as numbers and as texts", "actions-on-google, v2 types"),
)
