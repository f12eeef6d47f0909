"""Omise's price list, exchange rates, limits and spans: numbers in tables, seconds and minor units.

Fees are a share of the money as it reaches the account (its *funding* amount), rounded half up; VAT is a share of the
rounded fee. Both are known when a charge is made and counted anew when only a part of it is captured.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sandbox.core.merchant import Merchant
from sandbox.core.money import decimals, percent_half_up
from sandbox.core.records import Charge, Record, Refund

OMISE = "omise"
DAY = 86_400


class Country(NamedTuple):
    """An account's home: what it is paid in and what a charge may be, minor units of that currency."""

    currency: str
    minimum: int
    maximum: int
    vat: int  # basis points of the fee
    card_fee: int  # basis points
    authorization_days: int
    settles_days: int  # of a live account; test mode pays at once
    transfer_fee: int  # VAT included


COUNTRIES: Mapping[str, Country] = {
    "TH": Country("thb", 2_000, 15_000_000, 700, 365, 7, 7, 3_000),
    "JP": Country("jpy", 100, 6_000_000, 0, 365, 30, 21, 260),
    "SG": Country("sgd", 100, 2_000_000, 0, 290, 7, 7, 100),
    "MY": Country("myr", 100, 10_000_000, 0, 290, 7, 7, 100),
}
CURRENCIES = ("thb", "jpy", "usd", "eur", "gbp", "sgd", "aud", "chf", "cny", "dkk", "hkd", "myr")

# Main units of baht for a main unit; the dollar's was read off a recorded charge. In hundred-thousandths, so all is whole.
BAHT: Mapping[str, int] = {
    "thb": 100_000, "usd": 3_071_662, "eur": 3_610_000, "gbp": 4_250_000, "jpy": 22_300, "sgd": 2_450_000, "aud": 2_150_000,
    "chf": 3_820_000, "cny": 440_000, "dkk": 484_000, "hkd": 392_000, "myr": 727_000,
}  # fmt: skip

# Basis points by type of source, where they differ from the card's; and a flat fee in minor units.
SOURCE_FEES: Mapping[str, tuple[int, int]] = {
    "promptpay": (165, 0), "barcode_alipay": (165, 0), "paynow": (100, 0), "wechat_pay": (0, 0),
    "mobile_banking_scb": (0, 800), "mobile_banking_kbank": (0, 800), "mobile_banking_bbl": (0, 800), "mobile_banking_bay": (0, 800),
    "mobile_banking_ktb": (0, 800),
}  # fmt: skip
INTEREST_A_MONTH = 48  # basis points
NO_VAT = frozenset(("paynow",))

HOUR = 3_600
EXPIRES_S = 7 * DAY  # a pending charge
BANKING_EXPIRES_S = DAY + 300
DECISION_S = 60 * DAY
REFUND_DAYS = 365
REFUND_DAYS_OF: Mapping[str, int] = {"JCB": 160, "American Express": 160, "Diners Club": 160}
REFUNDS_MAX = 15
TRANSFER_MAX = 100_000_000_000  # minor units; an account's capability says so


def setting(merchant: Merchant, name: str, usual: Any) -> Any:
    """A setting that only this provider has."""
    providers = merchant.settings.get("providers")
    own = providers.get(OMISE) if providers else None
    value = own.get(name) if own else None
    return usual if value is None else value


def country_code(merchant: Merchant) -> str:
    return str(setting(merchant, "country", "TH"))


def country(merchant: Merchant) -> Country:
    return COUNTRIES[country_code(merchant)]


def half_up(numerator: int, denominator: int) -> int:
    """A quotient of positive numbers, half a unit rounded up."""
    return (2 * numerator + denominator) // (2 * denominator)


def convert(amount: int, currency: str, into: str) -> int:
    """An amount in another currency, minor units both."""
    if currency == into:
        return amount
    numerator = amount * BAHT[currency] * 10 ** decimals(into)
    return half_up(numerator, BAHT[into] * 10 ** decimals(currency))


# What a charge keeps of the price list: it stays what it was when the charge was made.


def terms(merchant: Merchant, amount: int, currency: str, source_kind: str = "") -> dict[str, Any]:
    home = country(merchant)
    percent, flat = SOURCE_FEES.get(source_kind, (home.card_fee, 0))
    vat = 0 if source_kind in NO_VAT else home.vat
    funding = convert(amount, currency, home.currency)
    return {"funding": funding, "funding_currency": home.currency, "percent": percent, "flat": flat, "vat": vat}


def interest_rate(source_kind: str, months: int) -> int:
    """Basis points of the funding amount that installments cost."""
    return INTEREST_A_MONTH * months if source_kind.startswith("installment_") else 0


def funded(charge: Charge, amount: int) -> int:
    """A part of the charge in the currency that the account is paid in."""
    total: int = charge.details["terms"]["funding"]
    return total if amount == charge.amount else half_up(amount * total, charge.amount)


def fee_of(charge: Charge, funding: int) -> int:
    kept = charge.details["terms"]
    return int(percent_half_up(funding, kept["percent"]) + kept["flat"])


def interest_of(charge: Charge, funding: int) -> int:
    return percent_half_up(funding, charge.details["terms"].get("interest", 0))


def vat_of(charge: Charge, fee: int) -> int:
    return percent_half_up(fee, charge.details["terms"]["vat"])


def fee(merchant: Merchant, name: str, amount: int, record: Record) -> int:
    """A price by the name that a statement line gives it; what a void gives back is negative."""
    charge: Charge = merchant.get(OMISE, Charge, record.charge_id) if isinstance(record, Refund) else record  # type: ignore[assignment]
    if name == "processing":
        return fee_of(charge, amount) + interest_of(charge, amount)
    if name == "vat":
        return vat_of(charge, amount)
    if name == "processing_returned":
        return -fee_of(charge, amount)
    return -vat_of(charge, -amount)


# How the tables above are known, for the fidelity page.
VALIDATED: tuple[tuple[str, str], ...] = (
    ("Thai card fee 3.65 % of the settlement amount, VAT 7 % of the rounded fee, both half up", "20 recorded amounts"),
    ("promptpay costs 1.65 %, paynow 1 % without VAT, mobile banking 8 baht flat", "recorded charges"),
    ("a dispute takes the gross amount, so the fee is lost as well", "recorded transactions"),
    ("test mode: captured money is transferable at once", "recorded transactions"),
    ("a refund of a dollar charge is converted by the charge's own rate", "recorded refund"),
)
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("an uncaptured charge expires after 7 days, in Japan after 30", "docs: charges"),
    ("at most 15 refunds of a charge, within 365 days (JCB, American Express and Diners 160)", "help centre"),
    ("limits of amounts by country", "docs: currencies"),
    ("a transfer is at most what capability shows: 100,000,000,000 minor units", "a recorded capability"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("interest is booked with the fee, and its VAT is what the VAT on both exceeds the fee's by", "rounding"),
    ("exchange rates other than USD to THB", "rates"),
    ("card fees of 3.65 % in Japan and 2.9 % in Singapore and Malaysia, without VAT", "rates"),
    ("the largest charge is the public limit, not what a test account's capability shows", "which of the two"),
    ("internet banking charges expire after 1 day and 5 minutes", "recorded once, in 2025"),
    ("the bank decides after 60 days, where the setting `outcome` lets it decide", "official: 60 to 90 days for the whole process"),
)
