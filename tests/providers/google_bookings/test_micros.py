"""The amount table of the reference (2.5), and what is true of every price."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.providers.google_bookings.micros import FIXED, PER_PERSON, due, micros, minor, minor_unit, said

CURRENCIES = st.sampled_from(("USD", "INR", "JPY", "KWD", "EUR"))
PRICES = st.integers(0, 10**13)
P = 25_000_000


@pytest.mark.parametrize("kind", ["prepayment", "no_show_fee", "deposit"])
@pytest.mark.parametrize(
    ("price_type", "party", "expected"),
    [(FIXED, 4, P), (FIXED, None, P), (PER_PERSON, 4, 4 * P), (PER_PERSON, 1, P), (PER_PERSON, None, P)],
    ids=["fixed", "fixed-no-party", "per-person-4", "per-person-1", "per-person-no-party"],
)
def test_2_5_amount(kind: str, price_type: str, party: int | None, expected: int) -> None:
    """25.00 fixed is 25.00 for any party; per person it is 100.00 for four, and one person where nobody said how many."""
    assert due(P, price_type, party, "USD") == expected


def test_the_seeds_values() -> None:
    assert said(due(200_000_000, PER_PERSON, 2, "USD"), "USD") == "400.00 USD"
    assert said(due(25_000_000, FIXED, 9, "USD"), "USD") == "25.00 USD"


@pytest.mark.parametrize(
    ("price", "currency", "expected"),
    [
        (125_000, "USD", 12), (135_000, "USD", 14), (125_001, "USD", 13), (124_999, "USD", 12), (5_000, "USD", 0), (15_000, "USD", 2),
        (500_000, "JPY", 0), (1_500_000, "JPY", 2), (2_500_000, "JPY", 2), (2_500_001, "JPY", 3), (500, "KWD", 0), (1_500, "KWD", 2),
    ],
)  # fmt: skip
def test_half_a_unit_goes_to_the_even_neighbour(price: int, currency: str, expected: int) -> None:
    assert minor(price, currency) == expected


def test_a_price_per_person_is_rounded_once_at_the_end() -> None:
    """Three times 0.335 is 1.005, which is 1.00; rounded three times it would be 1.02."""
    assert due(335_000, PER_PERSON, 3, "USD") == 1_000_000


@given(PRICES, CURRENCIES)
def test_rounding_is_that_of_exact_fractions(price: int, currency: str) -> None:
    """Python's own rounding of a fraction is half to even."""
    assert minor(price, currency) == round(Fraction(price, minor_unit(currency)))


@given(PRICES, st.sampled_from((FIXED, PER_PERSON)), st.one_of(st.none(), st.integers(1, 500)), CURRENCIES)
def test_what_is_due_can_be_charged_and_is_at_most_half_a_unit_off(price: int, kind: str, party: int | None, currency: str) -> None:
    found = due(price, kind, party, currency)
    exact = price * ((party or 1) if kind == PER_PERSON else 1)
    assert found % minor_unit(currency) == 0
    assert 2 * abs(found - exact) <= minor_unit(currency)
    assert micros(minor(found, currency), currency) == found


@given(PRICES, st.integers(1, 400), CURRENCIES)
def test_more_people_never_pay_less(price: int, party: int, currency: str) -> None:
    assert due(price, PER_PERSON, party + 1, currency) >= due(price, PER_PERSON, party, currency)
