"""Kept bytes of a charge say what a fresh look would say, whatever time does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.core.records import Charge
from sandbox.providers.omise.views.charge import charge as view
from tests.harness import DAY
from tests.providers.omise.shop import Till


def fresh(till: Till, charge_id: str) -> Any:
    """Rendered from the record as it is now."""
    return json.loads(json.dumps(view(till.merchant, till.merchant.get("omise", Charge, charge_id))))


@pytest.mark.parametrize("capture", [True, False])
def test_kept_charge_is_never_stale(till: Till, capture: bool) -> None:
    """At every turn: the void window, the expiry, the refund window, a refund, a changed setting; looked at twice each time."""
    ids = [till.charge(capture=capture, metadata={"to": "2020-01-01T00:00:00Z"})["id"] for _ in range(2)]

    def look() -> None:
        for charge_id in ids:
            for _ in range(2):
                assert till.ok("GET", f"/charges/{charge_id}") == fresh(till, charge_id)
        assert till.ok("GET", "/charges")["data"] == [fresh(till, charge_id) for charge_id in ids]

    look()
    till.control("POST", "settings", {"providers": {"omise": {"void_hours": 0}}})
    till.advance(seconds=1)
    look()
    till.control("POST", "settings", {"providers": {"omise": {"void_hours": 24}}})
    look()
    for seconds in (DAY - 1, 1, 6 * DAY - 1, 1, 358 * DAY, 1, DAY):
        till.advance(seconds=seconds)
        look()
    till.omise("POST", f"/charges/{ids[0]}/refunds", {"amount": 100})
    till.omise("POST", f"/charges/{ids[1]}/disputes")
    till.advance(days=15)
    look()


def test_bytes_are_kept_and_forgotten(till: Till) -> None:
    """Kept at the first look, forgotten with the record they show, never kept for a disputed charge."""
    charge_id = till.charge()["id"]
    assert charge_id not in till.merchant.bodies
    till.ok("GET", f"/charges/{charge_id}")
    assert charge_id in till.merchant.bodies
    till.ok("POST", f"/charges/{charge_id}/refunds", {"amount": 100})
    assert charge_id not in till.merchant.bodies
    till.ok("POST", f"/charges/{charge_id}/disputes")
    till.ok("GET", f"/charges/{charge_id}")
    assert charge_id not in till.merchant.bodies
