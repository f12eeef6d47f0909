"""The page of test values is printed from the tables, and names every one of them."""

from __future__ import annotations

import pytest

from sandbox.providers import PROVIDERS, values
from sandbox.providers.base import Provider
from sandbox.providers.omise import cards as omise_cards
from sandbox.providers.stripe import cards, debits, disputing, payouts, three_d_secure
from sandbox.providers.stripe import values as stripe_values

PAGE = values.page()


def test_the_page_is_current() -> None:
    """Run `python -m sandbox.providers.values` if it is not."""
    assert values.PAGE.read_text(encoding="utf-8") == PAGE
    assert values.main(["--check"]) == 0


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_every_provider_has_its_values_there(provider: Provider) -> None:
    """Each row as wide as its head, and nothing twice in one table."""
    tables = provider.test_values()
    assert tables
    for table in tables:
        assert len(set(table.rows)) == len(table.rows) > 0, table.title
        assert {len(row) for row in table.rows} == {len(table.head)}, table.title


def test_no_table_of_test_values_is_left_out() -> None:
    """Every number and every name that anything is made of."""
    every = (
        *(card.number for card in cards.CARDS if card.number), *cards.names(), *debits.BY_NUMBER, *debits.BY_NAME, *payouts.TOKENS,
        *(word for _, word in disputing.MAGIC), *omise_cards.CARDS,
    )  # fmt: skip
    assert [word for word in every if f"`{word}`" not in PAGE] == []
    assert [end for end in payouts.FAILING if f"…`{end}`" not in PAGE] == []


def test_every_way_of_a_card_has_its_words() -> None:
    assert set(stripe_values.IN_3D_SECURE) == set(three_d_secure.WAYS)
    assert set(stripe_values.AFTER) == {card.after for card in cards.CARDS}
    assert set(stripe_values.VERDICTS) == set(disputing.MAGIC.values())
    assert {card for rows in stripe_values.CARD_TABLES.values() for card in rows} == set(cards.CARDS)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("visa", "is charged"),
        ("gb_debit", "is charged, debit card, from GB"),
        ("chargeDeclinedExpiredCard", "declined: `expired_card`"),
        ("radarBlock", "blocked by Radar: `card_declined`"),
        ("avsZipFailElevatedRisk", "its payment goes to review, `zip_check` is `fail`, debit card"),
        ("createDisputeInquiry", "is inquired about: `fraudulent`"),
        ("visa_cartesBancaires", "refused: it is co-branded with Cartes Bancaires"),
    ],
)
def test_what_comes_of_a_card_is_said_in_a_line(name: str, says: str) -> None:
    assert stripe_values.does(cards.names()[name]) == says
