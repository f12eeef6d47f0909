"""What most providers answer alike to what the server asks of every provider."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.core.dialect import Broadcasts
from sandbox.core.merchant import Merchant
from sandbox.core.records import Record
from sandbox.providers.base import Remark, Steer


class Untold:
    """A provider whose payments have no ids but their own and no story but their events."""

    def payment_named(self, merchant: Merchant, key: str) -> Any:
        return None

    def came_of(self, merchant: Merchant, payment_id: str) -> Sequence[Record]:
        return ()

    def remarks(self, merchant: Merchant, payment_id: str) -> Sequence[Remark]:
        return ()


class Broadcaster(Untold, Broadcasts):
    """A provider that calls no partners, and is steered like all others."""

    steering: Sequence[Steer] = ()
    no_webhooks = ""
