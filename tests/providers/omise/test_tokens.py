"""`/tokens`: what a card must be, in Omise's own sentences; and what no card is."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.providers.omise import cards
from tests.providers.omise.shop import CARD, MASTERCARD, VISA, Till, basic

BLANK, NUMBER, BRAND = "name can't be blank", "number is invalid", "brand not supported (unknown)"
MONTH, YEAR, DATE = "expiration month is not between 1 and 12", "expiration year is invalid", "expiration date is invalid"


def test_token_shows_its_card_and_never_the_number(till: Till) -> None:
    token = till.ok("GET", f"/tokens/{till.token(city='Bangkok', country='TH', postal_code='10320')}", key="pkey_test_alpha")
    card = token["card"]
    assert (token["used"], token["charge_status"], card["location"]) == (False, "unknown", None)
    assert (card["brand"], card["last_digits"], card["city"], card["country"]) == ("Visa", "4242", "Bangkok", "th")
    assert (card["security_code_check"], len(card["fingerprint"])) == (True, 44)
    assert VISA not in str(token)
    assert till.keys() == []


def test_same_number_has_the_same_fingerprint(till: Till) -> None:
    tokens = (till.ok("GET", f"/tokens/{till.token(number)}") for number in (VISA, VISA, MASTERCARD))
    one, same, other = (token["card"]["fingerprint"] for token in tokens)
    assert one == same != other


def test_location_of_a_token_is_a_whole_url(till: Till) -> None:
    """All others are paths."""
    token = till.ok("GET", f"/tokens/{till.token()}")
    assert token["location"].endswith(f"/tokens/{token['id']}")


def test_token_follows_its_charge(till: Till) -> None:
    for params, status in (({}, "successful"), ({"capture": False}, "pending")):
        token = till.token()
        till.ok("POST", "/charges", {"amount": 100_000, "currency": "thb", "card": token, **params})
        shown = till.ok("GET", f"/tokens/{token}")
        assert (shown["used"], shown["charge_status"]) == (True, status)


@pytest.mark.parametrize(
    ("card", "message"),
    [
        ({"number": "1234567890123456"}, f"{NUMBER} and {BRAND}"),
        ({"number": "4242424242424241"}, NUMBER),
        ({"number": ""}, f"number can't be blank and {BRAND}"),
        ({"name": ""}, BLANK),
        ({"expiration_year": 2020}, "expiration date cannot be in the past"),
        ({"expiration_year": 2020, "number": "4242424242424241"}, f"expiration date cannot be in the past and {NUMBER}"),
        ({"expiration_year": 9999}, YEAR),
        ({"expiration_month": 13}, f"{MONTH} and {DATE}"),
        ({"expiration_month": 13, "expiration_year": 9999}, f"{MONTH}, {YEAR}, and {DATE}"),
        ({"expiration_month": None}, f"expiration month can't be blank and {MONTH}"),
        ({"name": "", "expiration_year": 9999, "number": "12"}, f"{BLANK}, {YEAR}, {NUMBER}, and {BRAND}"),
        (
            {"name": "", "expiration_month": 13, "expiration_year": 9999, "number": "12"},
            f"{MONTH}, {BLANK}, {YEAR}, {DATE}, {NUMBER}, and {BRAND}",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_card_stands_in_one_sentence(till: Till, card: dict[str, Any], message: str) -> None:
    refused = till.omise("POST", "/tokens", {"card": {**CARD, "number": VISA, **card}}, key="pkey_test_alpha")
    assert (refused.status, refused["code"], refused["message"]) == (400, "invalid_card", message)


def test_request_without_a_card(till: Till) -> None:
    for params in ({}, {"card": {}}, {"card": "4242"}):
        refused = till.omise("POST", "/tokens", params)
        assert (refused.status, refused["code"], refused["message"]) == (400, "missing_card", "request contains no card parameters")


def test_no_real_number_enters(till: Till) -> None:
    """A Luhn-valid number of a known brand that is no documented test card; it is not repeated."""
    number = "4012888888881881"
    assert cards.luhn(number)
    refused = till.omise("POST", "/tokens", {"card": {**CARD, "number": number}})
    assert (refused.status, refused["code"]) == (400, "invalid_card")
    assert number not in str(refused.body)
    assert "docs/test-values.md" in refused["message"]


@pytest.mark.parametrize("card", cards.CARDS.values(), ids=lambda card: card.number)
def test_every_documented_card_does_what_its_row_says(till: Till, card: cards.Card) -> None:
    assert cards.luhn(card.number)
    charge = till.charge(number=card.number)
    assert charge["card"]["brand"] == card.brand
    assert (charge["status"], charge["failure_code"]) == (("failed", card.failure) if card.failure else ("successful", None))
    assert charge["failure_message"] == cards.FAILURES.get(card.failure)


def test_card_of_a_customer_expires_with_its_month(till: Till) -> None:
    """On the last day of the month it still pays."""
    token = till.token(expiration_month=2, expiration_year=2026)
    customer = till.ok("POST", "/customers", {"card": token})
    params = {"amount": 100_000, "currency": "thb", "customer": customer["id"]}
    till.advance(days=54, seconds=15 * 3_600 - 1)  # 2026-02-28T23:59:59Z
    assert till.ok("POST", "/charges", params)["paid"]
    till.advance(seconds=1)
    failed = till.ok("POST", "/charges", params)
    assert (failed["status"], failed["failure_code"], failed["failure_message"]) == ("failed", "expired_card", "card is expired")
    assert till.keys() == ["customer.create", "charge.create", "charge.create"]
    asked = till.ok("POST", "/charges", {**params, "return_uri": "http://127.0.0.1:1/back"})
    assert (asked["failure_code"], asked["authorize_uri"]) == ("expired_card", None)


def test_spaces_and_dashes_in_a_number_do_not_matter(till: Till) -> None:
    assert till.charge(number="4242 4242-4242 4242")["paid"]


def test_form_of_a_browser_makes_a_token(till: Till) -> None:
    """As curl and the php library send it."""
    form = "&".join(f"card[{name}]={value}" for name, value in {**CARD, "number": VISA}.items()).replace(" ", "+")
    made = till.omise("POST", "/tokens/", content=form, headers={"authorization": basic("pkey_test_alpha"),
                      "content-type": "application/x-www-form-urlencoded"})  # fmt: skip
    assert (made.status, made["card"]["name"]) == (200, "Somchai Prasert")
