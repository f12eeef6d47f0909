"""Bank account data as a request types it: of the number only its end, a fingerprint and what payouts there meet are kept."""

from __future__ import annotations

from typing import Any, Literal

from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.providers.stripe import debits, payouts
from sandbox.providers.stripe.routes.card_input import Naming
from sandbox.providers.stripe.validate import Currency, NotYet, Params, Text

KEPT = ("account_holder_name", "account_holder_type", "account_type", "routing_number")
CURRENCY_OF = {"US": "usd", "CA": "cad", "GB": "gbp", "AU": "aud", "JP": "jpy", "NZ": "nzd", "SG": "sgd", "HK": "hkd", "CH": "chf"}
NO_NUMBER = "Invalid account number: give 4 to 34 letters and digits, such as 000123456789."


class BankData(Params):
    account_number: Text
    country: Text
    currency: Currency | None = None
    account_holder_name: Text | None = None
    account_holder_type: Literal["company", "individual"] | None = None
    account_type: Literal["checking", "savings", "futsu", "toza"] | None = None
    routing_number: Text | None = None


class TokenBank(BankData):
    """`bank_account` of a token."""

    payment_method: NotYet = None


class BankInput(BankData):
    """`external_account` of an account, as a hash."""

    object: Literal["bank_account"]


def home_currency(country: str) -> str:
    """What an account there holds if nobody says so."""
    return CURRENCY_OF.get(country, "usd")


def typed(merchant: Merchant, given: BankData, full_name: Naming) -> tuple[dict[str, Any], str]:
    """What is kept of a typed bank account, and the documented test account that it is: empty for any other.

    Raises:
        Refusal: PARAM_INVALID; nothing of the number is repeated.
    """
    number = "".join(given.account_number.split()).replace("-", "")
    if not (4 <= len(number) <= 34 and number.isalnum() and number.isascii()):
        raise Refusal(Reason.PARAM_INVALID, code="account_number_invalid", message=NO_NUMBER, param=full_name("account_number"))
    country = given.country.upper()
    details = {name: value for name in KEPT if (value := getattr(given, name)) is not None}
    account = debits.BY_NUMBER.get(number)
    known = account is not None and account.kind == debits.ACH and given.routing_number == debits.ROUTING
    facts = payouts.facts(merchant, number, country, given.currency or home_currency(country), details)
    return facts, number if known else ""
