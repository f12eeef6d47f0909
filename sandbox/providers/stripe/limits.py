"""Which currencies Stripe knows and how small, how large and how round a charge may be.

Source: docs.stripe.com/currencies and recorded "Invalid currency" answers of 2024, read 2026-11-23.
"""

from __future__ import annotations

from typing import NoReturn

from sandbox.core.errors import Reason, Refusal
from sandbox.core.money import SYMBOLS, THREE_DECIMAL, format_amount

# In the order of Stripe's own message: the retired ones come last.
# Assumed: xcg, which replaced ang in 2025, stands after xcd.
CURRENCIES_LISTED = (
    "usd, aed, afn, all, amd, ang, aoa, ars, aud, awg, azn, bam, bbd, bdt, bgn, bhd, bif, bmd, bnd, bob, brl, bsd, bwp, byn, bzd, "
    "cad, cdf, chf, clp, cny, cop, crc, cve, czk, djf, dkk, dop, dzd, egp, etb, eur, fjd, fkp, gbp, gel, gip, gmd, gnf, gtq, gyd, "
    "hkd, hnl, hrk, htg, huf, idr, ils, inr, isk, jmd, jod, jpy, kes, kgs, khr, kmf, krw, kwd, kyd, kzt, lak, lbp, lkr, lrd, lsl, "
    "mad, mdl, mga, mkd, mmk, mnt, mop, mur, mvr, mwk, mxn, myr, mzn, nad, ngn, nio, nok, npr, nzd, omr, pab, pen, pgk, php, pkr, "
    "pln, pyg, qar, ron, rsd, rub, rwf, sar, sbd, scr, sek, sgd, shp, sle, sos, srd, std, szl, thb, tjs, tnd, top, try, ttd, twd, "
    "tzs, uah, ugx, uyu, uzs, vnd, vuv, wst, xaf, xcd, xcg, xof, xpf, yer, zar, zmw, usdc, btn, ghs, eek, lvl, svc, vef, ltl, sll, "
    "mro"
)
KNOWN_CURRENCIES = frozenset(CURRENCIES_LISTED.split(", "))

# Minor units. Stripe judges them in the settlement currency, so a currency that cannot be settled has none.
MINIMUM_CHARGE = {
    "aed": 200,
    "ars": 50,
    "aud": 50,
    "brl": 50,
    "cad": 50,
    "chf": 50,
    "cop": 50,
    "czk": 1_500,
    "dkk": 250,
    "eur": 50,
    "gbp": 30,
    "hkd": 400,
    "huf": 17_500,
    "idr": 50,
    "ils": 50,
    "inr": 50,
    "jpy": 50,
    "krw": 50,
    "mxn": 1_000,
    "myr": 200,
    "nok": 300,
    "nzd": 50,
    "php": 50,
    "pln": 200,
    "ron": 200,
    "rub": 50,
    "sek": 300,
    "sgd": 50,
    "thb": 1_000,
    "usd": 50,
    "zar": 50,
}
MAXIMUM_CHARGE_USUAL = 99_999_999
MAXIMUM_CHARGE = {
    "cop": 9_999_999_999,
    "huf": 9_999_999_999,
    "idr": 999_999_999_999,
    "inr": 999_999_999,
    "jpy": 9_999_999_999,
    "lbp": 99_999_999_999,
}
# An amount must be a multiple of this: partners round three-decimal money to ten, and a hundredth of a krona does not exist.
STEP = {**dict.fromkeys(THREE_DECIMAL, 10), "isk": 100, "ugx": 100}
# And so must a payout: the banks of two more currencies move no hundredths.
PAYOUT_STEP = {**STEP, "huf": 100, "twd": 100}

NEGATIVE = "Invalid non-negative integer", None
# Recorded for PaymentIntents; a Charge of nothing is refused by its `Amount` type in other words.
ZERO = (
    "The amount must be greater than or equal to the minimum charge amount allowed for your account and the currency set. If you want to"
    " save a Payment Method for future use without an immediate payment, use a Setup Intent instead.",
    "parameter_invalid_integer",
)


def maximum_charge(currency: str) -> int:
    """The largest charge, in minor units."""
    return MAXIMUM_CHARGE.get(currency, MAXIMUM_CHARGE_USUAL)


def check_amount(amount: int, currency: str) -> None:
    """An amount may be charged in this currency.

    Args:
        amount: minor units.

    Raises:
        Refusal: PARAM_INVALID with code `parameter_invalid_integer`, `amount_too_small`, `amount_too_large` or
            `invalid_charge_amount`.
    """
    if amount <= 0:
        _refuse(*(NEGATIVE if amount else ZERO))
    least = MINIMUM_CHARGE.get(currency, 0)
    if amount < least:
        # Recorded for dollars: the code follows although the symbol was given.
        shown = format_amount(least, currency) + (f" {currency}" if currency in SYMBOLS else "")
        _refuse(f"Amount must be at least {shown}", "amount_too_small")
    most = maximum_charge(currency)
    if amount > most:
        _refuse(f"Amount must be no more than {format_amount(most, currency)}", "amount_too_large")
    step = STEP.get(currency, 1)
    if amount % step:
        # Assumed: the docs state the rule, no recording has the words.
        _refuse(f"Invalid amount: amounts in {currency} must be evenly divisible by {step}", "invalid_charge_amount")


def whole_payout(amount: int, currency: str) -> int:
    """As much of a positive amount as a bank can move; the rest stays in the balance."""
    return amount - amount % PAYOUT_STEP.get(currency, 1)


def check_payout(amount: int, currency: str) -> None:
    """An amount may be paid out in this currency. Raises Refusal PARAM_INVALID, `parameter_invalid_integer`."""
    if amount != whole_payout(amount, currency):
        _refuse(
            f"Invalid amount: payouts in {currency} must be evenly divisible by {PAYOUT_STEP[currency]}", "parameter_invalid_integer"
        )


def _refuse(message: str, code: str | None) -> NoReturn:
    raise Refusal(Reason.PARAM_INVALID, message=message, code=code, param="amount")


# What no source confirms, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("in the list of supported currencies xcg stands after xcd", "it replaced ang in 2025, after the recordings"),
    ("an amount that is not round enough for its currency is refused with invalid_charge_amount", "wording; the rule is documented"),
    ("a payout that is not round enough (HUF, TWD) is refused with parameter_invalid_integer; automatic ones leave the rest", "wording"),
)
