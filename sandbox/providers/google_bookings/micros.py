"""Prices as feeds have them: millionths of a currency unit, rounded half to even to what a card can be charged.

1,000,000 micros of USD are 1.00, one minor unit of it is 10,000 micros; of JPY it is 1,000,000. Results are micros again, so
that a sum on the wire and one in the books name the same money.
"""

from __future__ import annotations

from sandbox.core.money import decimals, number

UNIT_DIGITS = 6  # a currency unit has 10**6 micros
PER_PERSON = "PER_PERSON"
FIXED = "FIXED_RATE_DEFAULT"


def minor_unit(currency: str) -> int:
    """How many micros the smallest chargeable amount has; `currency` in either case."""
    return int(10 ** (UNIT_DIGITS - decimals(currency.lower())))


def minor(micros: int, currency: str) -> int:
    """The amount in minor units, half a unit to the even neighbour: 0.125 USD is 12 cents, 0.135 is 14."""
    unit = minor_unit(currency)
    whole, rest = divmod(micros, unit)
    if 2 * rest > unit or (2 * rest == unit and whole % 2):
        whole += 1
    return whole


def micros(amount: int, currency: str) -> int:
    """An amount in minor units as micros."""
    return amount * minor_unit(currency)


def due(price_micros: int, price_type: str, party_size: int | None, currency: str) -> int:
    """What a price comes to for a party, micros, rounded once at the end; a party without a size counts as one person."""
    people = max(party_size or 1, 1) if price_type == PER_PERSON else 1
    return micros(minor(price_micros * people, currency), currency)


def said(amount: int, currency: str) -> str:
    """Micros as people read them: "80.00 USD"."""
    return f"{number(minor(amount, currency), currency.lower())} {currency.upper()}"


DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("amounts are micros of a currency unit; fractions below the smallest unit round half to even",
     "API description, payment specification"),
    ("FIXED_RATE_DEFAULT, or no type, is the amount as it is; PER_PERSON is multiplied by the party's size", "docs: PriceType"),
    ("PER_PERSON without a party's size counts as one person", "docs: PriceType"),
)
