"""Omise's test cards: what each documented number does. One card is one line.

A card that fails is tokenized normally and fails when it is charged: an answer of status 200 with a failed charge.

Source: docs.omise.co/api-testing as mirrored in the tests of the official SDKs, read 2026-11-23.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sandbox.core.ids import digest

FAILURES: Mapping[str, str] = {
    "insufficient_fund": "insufficient funds in the account or the card has reached the credit limit",
    "stolen_or_lost_card": "card is stolen or lost",
    "failed_processing": "failed processing",
    "payment_rejected": "payment rejected",
    "failed_fraud_check": "failed fraud check",
    "invalid_account_number": "the account number is invalid",
    "invalid_security_code": "the security code is invalid",
    "expired_card": "card is expired",
}
OUTCOMES = tuple(FAILURES)[:6]


class Card(NamedTuple):
    number: str
    brand: str
    failure: str = ""  # when charged
    three_d_secure: str = ""  # not_enrolled, fails


def _rows(brand: str, *numbers: str) -> tuple[Card, ...]:
    """Six numbers in the order of the documented failures."""
    return tuple(Card(number, brand, failure) for number, failure in zip(numbers, OUTCOMES, strict=True) if number)


CARDS: Mapping[str, Card] = {
    card.number: card
    for card in (
        Card("4242424242424242", "Visa"), Card("4111111111111111", "Visa"),
        Card("5555555555554444", "MasterCard"), Card("5454545454545454", "MasterCard"),
        Card("3530111333300000", "JCB"), Card("3566111111111113", "JCB"),
        # Assumed: no source names success numbers of these two brands.
        Card("378282246310005", "American Express"), Card("371449635398431", "American Express"), Card("6200000000000005", "UnionPay"),
        *_rows("Visa", "4111111111140011", "4111111111130012", "4111111111120013", "4111111111110014", "4111111111190016",
               "4111111111180017"),
        *_rows("MasterCard", "5555551111110011", "5555551111100012", "5555551111190013", "5555551111180014", "5555551111160016",
               "5555551111150017"),
        *_rows("JCB", "3530111111190011", "3530111111180012", "3530111111170013", "3530111111160014", "3530111111140016",
               "3530111111130017"),
        *_rows("American Express", "", "", "377138160000009", "", "", ""),
        *_rows("UnionPay", "6250947000000014", "6250947000000022", "6250947000000030", "6250947000000048", "6250947000000055",
               "6250947000000063"),
        Card("4111111111160001", "Visa", "invalid_security_code"),
        *(Card(number, brand, three_d_secure="not_enrolled") for number, brand in (
            ("4111111111150002", "Visa"), ("5555551111120002", "MasterCard"), ("3530111111100002", "JCB"),
            ("6250947000000071", "UnionPay"))),
        *(Card(number, brand, three_d_secure="fails") for number, brand in (
            ("4111111111140003", "Visa"), ("5555551111110003", "MasterCard"), ("3530111111190003", "JCB"),
            ("377138161111003", "American Express"), ("6250947000000089", "UnionPay"))),
    )
}  # fmt: skip
# What a number's first digits say, the longest prefix first.
BRANDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("34", "37"), "American Express"),
    (("352", "353", "354", "355", "356", "357", "358"), "JCB"),
    (("300", "301", "302", "303", "304", "305", "36", "38"), "Diners Club"),
    (("6011", "65"), "Discover"),
    (("62",), "UnionPay"),
    (("51", "52", "53", "54", "55", "22", "23", "24", "25", "26", "27"), "MasterCard"),
    (("4",), "Visa"),
)
LENGTHS = range(12, 20)


def brand_of(number: str) -> str | None:
    """The brand that a number's first digits name; None for no known one."""
    if not number.isascii() or not number.isdigit() or len(number) not in LENGTHS:
        return None
    return next((brand for prefixes, brand in BRANDS if number.startswith(prefixes)), None)


def month_of(now: int) -> tuple[int, int]:
    """Year and month of a moment: a card is good until the end of the month that it names."""
    today = datetime.fromtimestamp(now, UTC)
    return today.year, today.month


def has_expired(details: Mapping[str, Any], now: int) -> bool:
    return (int(details["expiration_year"]), int(details["expiration_month"])) < month_of(now)


def luhn(number: str) -> bool:
    """Whether the check digit is right."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def fingerprint(number: str, seed: object) -> str:
    """44 characters that are the same for the same number: base64 of 32 bytes."""
    halves = (digest("fingerprint", seed, number, half) for half in (0, 1))
    return base64.b64encode(b"".join(half.to_bytes(16, "big") for half in halves)).decode()


ASSUMED: tuple[tuple[str, str], ...] = (
    ("a customer's card whose month is over fails with expired_card 'card is expired' when it is charged", "when, and the words"),
    ("378282246310005, 371449635398431 and 6200000000000005 are charged successfully", "no source names numbers of these two brands"),
    ("a number of a known brand that is no documented test card is refused as invalid_card", "the sandbox's own: no real number may enter"),
    ("a card that fails 3-D Secure fails with failed_processing", "failure_code"),
    ("a card that is not enrolled fails at once when 3-D Secure is asked for, and is charged like any other when not", "behaviour"),
)
