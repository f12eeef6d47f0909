"""Double-entry books: who paid whom. Balances are kept, not summed, so a look costs nothing."""

from __future__ import annotations

from sandbox.core.changes import Transfer

PENDING = "merchant:pending"
AVAILABLE = "merchant:available"

Account = tuple[str, str, str]  # name, provider, currency


class Ledger:
    """Every transfer ever posted and what each account holds: credits less debits, minor units."""

    __slots__ = ("balances", "transfers")

    def __init__(self) -> None:
        self.transfers: list[Transfer] = []
        self.balances: dict[Account, int] = {}

    def post(self, transfer: Transfer) -> None:
        assert transfer.amount > 0, f"a transfer moves a positive amount, not {transfer.amount}"
        self.transfers.append(transfer)
        self._move(transfer, transfer.amount)

    def undo(self) -> None:
        """The last transfer never happened: only for a request that is refused half-way."""
        transfer = self.transfers.pop()
        self._move(transfer, -transfer.amount)

    def _move(self, transfer: Transfer, amount: int) -> None:
        balances = self.balances
        debit = (transfer.debit, transfer.provider, transfer.currency)
        credit = (transfer.credit, transfer.provider, transfer.currency)
        balances[debit] = balances.get(debit, 0) - amount
        balances[credit] = balances.get(credit, 0) + amount

    def balance(self, account: str, currency: str, provider: str) -> int:
        return self.balances.get((account, provider, currency), 0)

    def balanced(self) -> bool:
        """Whether the books of every currency sum to zero and agree with the transfers, counted anew."""
        sums: dict[str, int] = {}
        anew: dict[Account, int] = {}
        for _at, provider, debit, credit, amount, currency, _cause in self.transfers:
            anew[debit, provider, currency] = anew.get((debit, provider, currency), 0) - amount
            anew[credit, provider, currency] = anew.get((credit, provider, currency), 0) + amount
        for (_, _, currency), balance in self.balances.items():
            sums[currency] = sums.get(currency, 0) + balance
        kept = {account: balance for account, balance in self.balances.items() if balance}
        return not any(sums.values()) and kept == {account: balance for account, balance in anew.items() if balance}
