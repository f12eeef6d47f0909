"""Amounts in minor units: how many decimals a currency has, how an amount is written, how a fee is rounded.

ISK and UGX have no cents any more, yet card APIs still count them in hundredths, so they have two decimals here.
"""

from __future__ import annotations

ZERO_DECIMAL = frozenset(("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"))
THREE_DECIMAL = frozenset(("bhd", "jod", "kwd", "omr", "tnd"))

# Only symbols that people write in front of a number; every other currency is written "30.00 chf".
SYMBOLS = {
    "ars": "$",
    "aud": "$",
    "brl": "R$",
    "cad": "$",
    "clp": "$",
    "cny": "¥",
    "cop": "$",
    "eur": "€",
    "gbp": "£",
    "hkd": "$",
    "ils": "₪",
    "inr": "₹",
    "jpy": "¥",
    "krw": "₩",
    "mxn": "$",
    "myr": "RM",
    "ngn": "₦",
    "nzd": "$",
    "php": "₱",
    "sgd": "$",
    "thb": "฿",
    "try": "₺",
    "twd": "$",
    "uah": "₴",
    "usd": "$",
    "vnd": "₫",
    "zar": "R",
}
BASIS_POINTS = 10_000  # 290 basis points are 2.9 %


def decimals(currency: str) -> int:
    """How many decimals separate the minor unit from the major one: 0, 2 or 3."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def number(amount: int, currency: str) -> str:
    """An amount in minor units as a major-unit number: "1,234.50" for 123450 usd."""
    places = decimals(currency)
    sign = "-" if amount < 0 else ""
    major, minor = divmod(abs(amount), 10**places)
    return f"{sign}{major:,}.{minor:0{places}}" if places else f"{sign}{major:,}"


def format_amount(amount: int, currency: str) -> str:
    """An amount in minor units as people read it: "$30.00", "¥500", "30.00 chf", "-$1,234.50"."""
    text = number(amount, currency)
    symbol = SYMBOLS.get(currency)
    if symbol is None:
        return f"{text} {currency}"
    return f"-{symbol}{text[1:]}" if amount < 0 else symbol + text


def percent_half_up(amount: int, basis_points: int) -> int:
    """A share of an amount, in minor units, half a unit rounded away from zero: 2.5 % of 20 is 1, of 19 is 0."""
    doubled = 2 * abs(amount * basis_points)
    share = (doubled + BASIS_POINTS) // (2 * BASIS_POINTS)
    return share if amount * basis_points >= 0 else -share
