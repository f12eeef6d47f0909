"""What an account may do: whatever was requested of what is emulated is active, because every account is verified from the start."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.records import Capability

NAMES = (
    "card_payments", "legacy_payments", "link_payments", "sepa_debit_payments", "transfers", "us_bank_account_ach_payments",
)  # fmt: skip
OWN = ("card_payments", "transfers")  # of the merchant's own account, for good


def of(merchant: Merchant, account_id: str, name: str) -> Capability:
    """The capability of the account that is acted for, requested or not."""
    key = f"{account_id}/{name}"
    kept: Capability | None = merchant.get(STRIPE, Capability, key)
    return kept or Capability(key, STRIPE, NEW, merchant.now, account_id, name)


def request(merchant: Merchant, account_id: str, names: Iterable[str], first: bool = False) -> None:
    """The account that is acted for has asked for these and no others.

    Args:
        first: the account is being made, so nobody is told of a change.
    """
    wished = set(names)
    for name in NAMES:
        capability = of(merchant, account_id, name)
        if name in wished and capability.status != "active":
            merchant.fire(capability, Trigger.CREATE if first else Trigger.ATTACH, requested_at=merchant.now)
        elif name not in wished and capability.status == "active":
            merchant.fire(capability, Trigger.DETACH, requested_at=0)


# How the rules above are known, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("an account's capabilities are listed whether requested or not, without those of methods and products that are not emulated", "which"),
    ("a capability that is requested later or no more sends capability.updated, then account.updated; a new account's nothing", "order"),
)
