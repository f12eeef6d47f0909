"""Account, capability and the service itself: what is known of a merchant without any payment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.core.merchant import Merchant
from sandbox.core.money import decimals
from sandbox.core.records import Endpoint
from sandbox.providers.omise import ids, money, versions
from sandbox.providers.omise.money import CURRENCIES, OMISE
from sandbox.providers.omise.records import Preferences
from sandbox.providers.omise.sources import CURRENCIES_OF, FLOWS, INSTALLMENT_MINIMUM, INSTALLMENT_TERMS
from sandbox.providers.omise.wire import iso

PREFERENCES = "preferences"  # the id of the one record
OPENED_AT = 1_577_836_800  # 2020-01-01: an account is older than the sandbox that imitates it
METADATA_KEYS = ("charge", "transfer", "refund", "dispute")
FLAGS = ("chain_enabled", "zero_interest_installments")
BANKS: Mapping[str, tuple[str, ...]] = {
    "TH": ("test", "bbl", "kbank", "ktb", "scb", "bay", "ttb", "uob"),
    "JP": ("test", "0001", "0005", "0009"),
    "SG": ("test", "7171", "7339", "7375"),
    "MY": ("test", "maybank2u", "cimb", "public_bank"),
}
CARD_BRANDS: Mapping[str, tuple[str, ...]] = {
    "TH": ("Visa", "MasterCard", "JCB", "American Express", "UnionPay"),
    "JP": ("Visa", "MasterCard", "JCB", "American Express", "Diners Club", "Discover"),
    "SG": ("Visa", "MasterCard", "JCB", "American Express", "UnionPay"),
    "MY": ("Visa", "MasterCard", "JCB", "American Express", "UnionPay"),
}


def card_brands(merchant: Merchant) -> tuple[str, ...]:
    """Brands that the account takes: its country's, or those of the setting."""
    named = str(money.setting(merchant, "card_brands", ""))
    wanted = tuple(name.strip() for name in named.split(",") if name.strip())
    return wanted or CARD_BRANDS[money.country_code(merchant)]


def preferences(merchant: Merchant) -> Mapping[str, Any]:
    kept: Preferences | None = merchant.get(OMISE, Preferences, PREFERENCES)
    return kept.details if kept is not None else {}


def account_endpoint(merchant: Merchant) -> Endpoint | None:
    """The webhook address that the account names; charges may bring others of their own."""
    shelf = merchant.store.shelf(OMISE, Endpoint)
    return next((one for one in shelf.rows.values() if not one.details.get("charge")), None)


def account(merchant: Merchant) -> dict[str, Any]:
    get = preferences(merchant).get
    endpoint = account_endpoint(merchant)
    home = money.country(merchant)
    version = versions.known(merchant.settings.get("omise_version"))
    return {
        "object": "account",
        "id": ids.account_id(merchant),
        "team": ids.account_id(merchant, "acct_"),
        "livemode": False,
        "location": "/account",
        "country": money.country_code(merchant),
        "currency": home.currency.upper(),
        "email": f"{merchant.name}@example.com",
        "created_at": iso(OPENED_AT),
        "supported_currencies": [currency.upper() for currency in CURRENCIES],
        "api_version": version,
        "auto_activate_recipients": True,
        "chain_enabled": get("chain_enabled", False),
        "zero_interest_installments": get("zero_interest_installments", False),
        "chain_return_uri": get("chain_return_uri"),
        "webhook_uri": endpoint.url if endpoint is not None else None,
        "metadata_export_keys": {name: get("metadata_export_keys", {}).get(name, []) for name in METADATA_KEYS},
        "chaining_allowed": False,
        "last_updated_api_version": iso(get("version_updated_at", OPENED_AT))[:10],
        "transfer_config": {
            "min_transfer_amount": "30.00", "max_transfer_amount": "1000000.00", "same_bank_max_transfer_amount": "1000000.00",
            "fee": f"{home.transfer_fee / 10 ** decimals(home.currency):.2f}", "is_payout_enabled": True, "provider": "test",
            "merchant_id": "test", "transfer_service_availability": None, "max_active_realtime_transfer_schedules": None,
        },
    }  # fmt: skip


def payment_method(name: str, currencies: tuple[str, ...], brands: tuple[str, ...] | None = None) -> dict[str, Any]:
    return {
        "object": "payment_method",
        "name": name,
        "currencies": [currency.upper() for currency in currencies],
        "card_brands": list(brands) if brands else None,
        "installment_terms": list(INSTALLMENT_TERMS[name]) if name in INSTALLMENT_TERMS else None,
        "loan_installment_terms": None,
        "banks": [],
        "provider": None,
    }


def capability(merchant: Merchant) -> dict[str, Any]:
    code, home = money.country_code(merchant), money.country(merchant)
    ways = [name for name in FLOWS if home.currency in CURRENCIES_OF.get(name, (home.currency,))]
    return {
        "object": "capability",
        "location": "/capability",
        "banks": list(BANKS[code]),
        "limits": {
            "charge_amount": {"max": home.maximum, "min": home.minimum},
            "transfer_amount": {"max": money.TRANSFER_MAX, "min": home.transfer_fee},
            "installment_amount": {"min": INSTALLMENT_MINIMUM},
        },
        "payment_methods": [
            payment_method("card", CURRENCIES, card_brands(merchant)),
            *(payment_method(name, CURRENCIES_OF.get(name, (home.currency,))) for name in ways),
        ],
        "tokenization_methods": [],
        "zero_interest_installments": bool(preferences(merchant).get("zero_interest_installments")),
        "country": code,
    }


def system_info(merchant: Merchant) -> dict[str, Any]:
    """`GET /`."""
    return {"object": "system_info", "versions": list(versions.VERSIONS), "location": "/"}
