"""Ids in Stripe's shape: prefix, version digit, 5 characters of time, 10 of the account, 8 that look random.

A payment's own objects (its intent, charge, refunds and their money) share the time characters, carry digit 3 and have a
shard's digit before the last 7.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sandbox.core.ids import digest, digits, drawn, eight, token
from sandbox.core.merchant import Merchant
from sandbox.core.records import (
    Charge,
    Customer,
    Delivery,
    Dispute,
    Document,
    Endpoint,
    Entry,
    Event,
    Instrument,
    Refund,
)
from sandbox.providers.stripe.records import (
    AccountLink,
    ApplicationFee,
    BankAccount,
    ConnectedAccount,
    FeeRefund,
    FileLink,
    FraudWarning,
    FrozenClock,
    LegacySource,
    LegacyToken,
    Mandate,
    PaymentIntent,
    Payout,
    PlatformTransfer,
    Review,
    SetupIntent,
    TransferReversal,
)

PREFIX: Mapping[type, str] = {
    PlatformTransfer: "tr_", TransferReversal: "trr_", AccountLink: "alink_", ApplicationFee: "fee_", FeeRefund: "fr_",
    PaymentIntent: "pi_", Charge: "ch_", Refund: "re_", Entry: "txn_", Event: "evt_", Dispute: "du_", Instrument: "pm_",
    Review: "prv_", Mandate: "mandate_", FileLink: "link_",
    Document: "file_", Endpoint: "we_", FraudWarning: "issfr_", Delivery: "whdl_", Customer: "cus_", LegacyToken: "tok_",
    LegacySource: "src_", FrozenClock: "clock_", SetupIntent: "seti_", Payout: "po_", BankAccount: "ba_",
}  # fmt: skip
FAMILY = frozenset(("pi_", "ch_", "py_", "re_", "pyr_"))
PAYMENT_KINDS = frozenset((PaymentIntent, Charge, Refund))
SHARDS = 3  # behind the account's characters a payment's ids have the digit of one
SCATTER = 0x9E3779B97F4A7C15  # 2**64 divided by the golden ratio, odd: neighbours land far apart
MONEY_KINDS = frozenset((Entry, Event))  # of the family if what they tell of is


@lru_cache(maxsize=4096)
def account(seed: object, merchant: str) -> str:
    """The ten characters that every id of an account has in common."""
    return token(10, "account", seed, merchant)


@lru_cache(maxsize=64)
def time_characters(now: int) -> str:
    return digits(now, 5)


def new_id(merchant: Merchant, kind: type, family: str, prefix: str = "") -> str:
    """The next id of a kind; `family` is the id of the payment it belongs to, or empty."""
    seed = merchant.settings.get("seed", 0)
    number = drawn(seed, merchant.name, merchant.count())
    random = eight(number)
    if kind is Customer:
        return f"cus_{digits(merchant.now, 6)}{random}"
    if kind is ConnectedAccount:
        return f"acct_1{time_characters(merchant.now)}{token(10, 'connected', number)}"
    owner = merchant.branch[-10:] if merchant.branch else account(seed, merchant.name)
    at = family.find("_") + 1
    if at and family[at] == "3" and family[:at] in FAMILY and (kind in PAYMENT_KINDS or kind in MONEY_KINDS):
        return f"{prefix or PREFIX[kind]}3{family[at + 1 : at + 6]}{owner}{number % SHARDS}{random[1:]}"
    if kind in PAYMENT_KINDS:
        return f"{prefix or PREFIX[kind]}3{time_characters(merchant.now)}{owner}{number % SHARDS}{random[1:]}"
    return f"{prefix or PREFIX[kind]}1{time_characters(merchant.now)}{owner}{random}"


def account_id(merchant: Merchant) -> str:
    """The account that is acted for: the merchant's own, or a connected one."""
    return merchant.branch or platform_id(merchant)


def platform_id(merchant: Merchant) -> str:
    """`acct_1` and 15 more: one stable id a merchant."""
    return "acct_1" + token(5, "account time", merchant.settings.get("seed", 0), merchant.name) + account(
        merchant.settings.get("seed", 0), merchant.name
    )


@lru_cache(maxsize=4096)
def _requests_of(merchant: str) -> tuple[str, int]:
    return token(6, "requests", merchant), digest("requests", merchant) >> 64


def request_id(merchant: str, number: int) -> str:
    """`req_` and 14 more: six of the merchant's own, eight that a multiplication scatters. Every request makes one."""
    own, offset = _requests_of(merchant)
    return f"req_{own}{eight((number + offset) * SCATTER >> 16)}"
