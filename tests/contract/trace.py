"""All of a merchant that anything could leave a trace in, as values to compare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.core.merchant import Merchant


def everything(merchant: Merchant) -> Mapping[str, Any]:
    """Equal for two merchants, or for one at two times, if nobody could tell them apart."""
    return {
        "records": {(key, name): record for key, shelf in merchant.store.shelves.items() for name, record in shelf.rows.items()},
        "order": {key: [record.id for record in shelf.newest_first()] for key, shelf in merchant.store.shelves.items() if len(shelf)},
        "transfers": list(merchant.ledger.transfers),
        "balances": {account: balance for account, balance in merchant.ledger.balances.items() if balance},
        "timers": list(merchant.timers),
        "owed": dict(merchant.ready),
        "serial": merchant.serial,
        "clock": (merchant.clock.base, merchant.clock.wall, merchant.clock.rate),
        "settings": dict(merchant.settings),
    }
