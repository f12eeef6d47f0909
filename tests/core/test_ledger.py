"""Books of debits and credits cannot fail to balance, and say so when somebody tampers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.changes import Transfer
from sandbox.core.ledger import AVAILABLE, PENDING, Ledger

names = st.sampled_from(("network:clearing", PENDING, AVAILABLE, "dispute:held", "fees:card"))
transfers = st.builds(
    Transfer, at=st.integers(0, 9), provider=st.sampled_from(("toy", "other")), debit=names, credit=names,
    amount=st.integers(1, 10**9), currency=st.sampled_from(("usd", "jpy")), cause=st.just("ch_1"),
)  # fmt: skip


def transfer(debit: str, credit: str, amount: int, currency: str = "usd", provider: str = "toy") -> Transfer:
    return Transfer(0, provider, debit, credit, amount, currency, "ch_1")


def test_a_transfer_takes_from_one_account_and_gives_to_another() -> None:
    books = Ledger()
    books.post(transfer("network:clearing", PENDING, 500))
    books.post(transfer(PENDING, "fees:card", 45))
    assert books.balance(PENDING, "usd", "toy") == 455
    assert books.balance("network:clearing", "usd", "toy") == -500
    assert books.balance("fees:card", "usd", "toy") == 45


def test_currencies_and_providers_have_books_of_their_own() -> None:
    books = Ledger()
    books.post(transfer("network:clearing", PENDING, 500))
    assert books.balance(PENDING, "jpy", "toy") == 0
    assert books.balance(PENDING, "usd", "other") == 0


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_and_less_cannot_be_posted(amount: int) -> None:
    books = Ledger()
    with pytest.raises(AssertionError, match="positive amount"):
        books.post(transfer("network:clearing", PENDING, amount))
    assert books.transfers == []


@given(st.lists(transfers))
def test_any_transfers_balance_and_undone_they_leave_nothing(posted: list[Transfer]) -> None:
    books = Ledger()
    for item in posted:
        books.post(item)
    assert books.balanced()
    assert books.transfers == posted
    for _ in posted:
        books.undo()
    assert books.transfers == []
    assert not any(books.balances.values())


def test_a_balance_that_no_transfer_explains_is_noticed() -> None:
    """One-sided tampering, and tampering on both sides."""
    for tampered in ({(PENDING, "toy", "usd"): 1}, {(PENDING, "toy", "usd"): 1, (AVAILABLE, "toy", "usd"): -1}):
        books = Ledger()
        books.post(transfer("network:clearing", PENDING, 500))
        for account, amount in tampered.items():
            books.balances[account] = books.balances.get(account, 0) + amount
        assert not books.balanced()


def test_two_currencies_that_cancel_out_do_not_balance() -> None:
    """A dollar is no yen."""
    books = Ledger()
    books.balances[PENDING, "toy", "usd"] = 5
    books.balances[PENDING, "toy", "jpy"] = -5
    assert not books.balanced()
