"""Test clock."""

from __future__ import annotations

from typing import Any

from sandbox.core.merchant import Merchant
from sandbox.core.records import NOTHING
from sandbox.providers.stripe.records import FrozenClock

DAY = 86_400
KEPT_DAYS = 30  # what `deletes_after` says


def test_clock(merchant: Merchant, c: FrozenClock) -> dict[str, Any]:
    """The merchant's clock, or the stub that is left of a deleted one."""
    if c.status == "deleted":
        return {"id": c.id, "object": "test_helpers.test_clock", "deleted": True}
    return {
        "id": c.id,
        "object": "test_helpers.test_clock",
        "created": c.created,
        "deletes_after": c.created + KEPT_DAYS * DAY,
        "frozen_time": merchant.now,
        "livemode": False,
        "name": c.name,
        "status": c.status,
        "status_details": {"advancing": {"target_frozen_time": c.target_at}} if c.status == "advancing" else NOTHING,
    }
