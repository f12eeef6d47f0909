"""Accounts connected to the merchant's own: which there are, and what each holds.

A connected account is a branch of its merchant (`sandbox.core.branches`): the same clock, books of its own.
"""

from __future__ import annotations

from sandbox.core.branches import books
from sandbox.core.errors import Reason, Refusal
from sandbox.core.ledger import AVAILABLE, PENDING
from sandbox.core.merchant import Merchant
from sandbox.core.money import format_amount
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.ids import platform_id
from sandbox.providers.stripe.money import SETTLEMENT_BUSINESS_DAYS
from sandbox.providers.stripe.records import ConnectedAccount
from sandbox.providers.stripe.wire import masked

DELAY_DAYS = SETTLEMENT_BUSINESS_DAYS


def known(merchant: Merchant, key: str) -> ConnectedAccount | None:
    """The connected account of that id, unless it was deleted."""
    shelf = merchant.store.shelves.get((books(STRIPE, key), ConnectedAccount))
    found: ConnectedAccount | None = shelf.rows.get(key) if shelf is not None else None
    return found if found is not None and found.status != "deleted" else None


def account(merchant: Merchant, key: str) -> ConnectedAccount:
    """The connected account of that id. Raises Refusal ACCOUNT_UNKNOWN."""
    found = known(merchant, key)
    if found is None:
        raise unknown(merchant, key)
    return found


def unknown(merchant: Merchant, key: str, secret: str = "") -> Refusal:
    return Refusal(Reason.ACCOUNT_UNKNOWN, key=masked(secret or f"sk_test_{merchant.name}"), account=key[:100])


def accounts(merchant: Merchant) -> list[ConnectedAccount]:
    """All of them, oldest first."""
    return [found for found in merchant.store.all(ConnectedAccount) if found.status != "deleted"]


def acted_for(merchant: Merchant, named: str, secret: str) -> str:
    """The account that a request speaks for: empty for the key's own. Raises Refusal ACCOUNT_UNKNOWN."""
    if not named or named == platform_id(merchant):
        return ""
    if known(merchant, named) is None:
        raise unknown(merchant, named, secret)
    return named


def delay_days(merchant: Merchant) -> int:
    """After how many business days the money of the connected account that is acted for is available."""
    found = known(merchant, merchant.branch)
    return DELAY_DAYS if found is None else int(found.details.get("delay_days", DELAY_DAYS))


def holdings(merchant: Merchant, key: str) -> str:
    """What an account has or owes, in words; empty if it is nothing."""
    mine = books(STRIPE, key)
    kept = sorted((c, b) for (name, of, c), b in merchant.ledger.balances.items() if of == mine and name in (AVAILABLE, PENDING) and b)
    return ", ".join(format_amount(balance, currency) for currency, balance in kept)
