"""Ids in Omise's shape: a prefix with `test_`, then 19 characters of base 36 that grow with time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sandbox.core.ids import BASE36, digest, digits, token
from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Customer, Delivery, Dispute, Document, Endpoint, Entry, Event, Instrument, Refund
from sandbox.providers.omise.records import CardToken, Recipient, Sending, Source

PREFIX: Mapping[type, str] = {
    Charge: "chrg_test_", Refund: "rfnd_test_", Dispute: "dspt_test_", Document: "docu_test_", CardToken: "tokn_test_",
    Instrument: "card_test_", Customer: "cust_test_", Source: "src_test_", Event: "evnt_test_", Delivery: "whdl_test_",
    Entry: "trxn_test_", Sending: "trsf_test_", Recipient: "recp_test_", Endpoint: "whep_test_",
}  # fmt: skip
PAYMENT = "paym_test_"  # the page of a card's authentication
OFFSITE = "pay2_test_"  # the page of any other way to pay


@lru_cache(maxsize=64)
def time_characters(now: int) -> str:
    return digits(now, 7, BASE36)


def suffix(merchant: Merchant) -> str:
    """7 characters of time, 4 that count, 8 that look random: ids sort by creation, also within one second."""
    serial = merchant.count()
    random = digest(merchant.settings.get("seed", 0), merchant.name, serial)
    return time_characters(merchant.now) + digits(serial, 4, BASE36) + digits(random, 8, BASE36)


def new_id(merchant: Merchant, kind: type) -> str:
    return PREFIX[kind] + suffix(merchant)


def account_id(merchant: Merchant, prefix: str = "account_test_") -> str:
    """One stable id a merchant; `acct_` is its team's."""
    return prefix + token(19, prefix, merchant.settings.get("seed", 0), merchant.name, alphabet=BASE36)
