"""Amounts are written and rounded as money, not as numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.money import BASIS_POINTS, SYMBOLS, THREE_DECIMAL, ZERO_DECIMAL, decimals, format_amount, number, percent_half_up


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (3000, "usd", "$30.00"),
        (99_999_999, "usd", "$999,999.99"),
        (5, "usd", "$0.05"),
        (0, "usd", "$0.00"),
        (-123_450, "usd", "-$1,234.50"),
        (500, "jpy", "¥500"),
        (300, "eur", "€3.00"),
        (30, "gbp", "£0.30"),
        (3000, "chf", "30.00 chf"),
        (-3000, "chf", "-30.00 chf"),
        (1230, "kwd", "1.230 kwd"),
        (500, "isk", "5.00 isk"),
        (1500, "xpf", "1,500 xpf"),
    ],
)
def test_an_amount_is_written_as_people_read_it(amount, currency, written):
    """The symbol stands in front where there is a well-known one, the code behind where there is none."""
    assert format_amount(amount, currency) == written


def test_decimals_follow_the_currency():
    """No currency is in two tables, and whatever is in none has two decimals."""
    assert not ZERO_DECIMAL & THREE_DECIMAL
    assert [decimals(currency) for currency in ("jpy", "usd", "kwd", "isk", "ugx")] == [0, 2, 3, 2, 2]


@given(st.integers(), st.sampled_from(sorted({*SYMBOLS, *ZERO_DECIMAL, *THREE_DECIMAL, "chf"})))
def test_no_minor_unit_is_lost_in_writing(amount, currency):
    """The written number, read back, is the amount."""
    assert Fraction(number(amount, currency).replace(",", "")) * 10 ** decimals(currency) == amount


@pytest.mark.parametrize(
    ("amount", "basis_points", "share"),
    [(2000, 290, 58), (50, 290, 1), (20, 250, 1), (19, 250, 0), (60, 250, 2), (0, 290, 0), (-20, 250, -1), (2000, 0, 0)],
)
def test_half_a_unit_is_rounded_away_from_zero(amount, basis_points, share):
    """1.5 is 2 and 2.5 is 3, unlike Python's round()."""
    assert percent_half_up(amount, basis_points) == share


@given(st.integers(0, 10**15), st.integers(0, BASIS_POINTS))
def test_a_share_is_off_by_half_a_unit_at_most(amount, basis_points):
    """Integers only: large amounts are not rounded twice."""
    assert abs(percent_half_up(amount, basis_points) - Fraction(amount * basis_points, BASIS_POINTS)) <= Fraction(1, 2)
