"""Time keeps moving when something in it is broken."""

from __future__ import annotations

import pytest

from sandbox.core.changes import Timer
from sandbox.core.merchant import Merchant
from tests.harness import Shop


@pytest.mark.parametrize("by", ["advance", "wall"])
def test_a_timer_that_meets_a_bug_is_struck_off_alone(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], by: str
) -> None:
    """Its merchant goes on, what rang beside it counts once, and stderr says which one it was."""
    disputes = [shop.disputes_of(shop.pay("pm_card_createDispute"))[0]["id"] for _ in range(3)]
    real = Merchant.ring

    def ring(merchant: Merchant, timer: Timer) -> bool:
        rang = real(merchant, timer)
        assert timer.target != disputes[1], "planted"
        return rang

    monkeypatch.setattr(Merchant, "ring", ring)
    if by == "advance":
        fired = shop.advance(days=9)
        assert fired.count("evidence_due") == 2
    else:
        shop.wall.now += 9 * 86_400
    statuses = [shop.get(f"/v1/disputes/{key}")["status"] for key in disputes]
    assert statuses == ["lost", "needs_response", "lost"]
    assert shop.events().count("charge.dispute.closed") == 2
    assert f"timer evidence_due of {disputes[1]} was struck off" in capsys.readouterr().err
    assert shop.merchant.ledger.balanced()
