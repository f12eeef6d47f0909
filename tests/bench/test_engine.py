"""The engine without HTTP: lifecycles, timers and deadlines a second. `pytest -m bench -s tests/bench`."""

from __future__ import annotations

import asyncio
import gc
import time

import pytest

from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import Dispute
from sandbox.providers import PROVIDERS
from sandbox.providers.stripe.routes import charges, disputes
from sandbox.providers.stripe.validate import validate
from sandbox.server.driver import Driver
from sandbox.server.run import GC_THRESHOLDS
from sandbox.server.world import World
from tests.harness import DAY, START

pytestmark = pytest.mark.bench

CHARGE = validate(charges.ChargeCreate, {"amount": "2000", "currency": "usd", "source": "tok_createDispute"})
WINNING = validate(disputes.DisputeUpdate, {"evidence": {"uncategorized_text": "winning_evidence"}})


def win_one(merchant: Merchant) -> Dispute:
    """Charge, dispute, evidence, won."""
    merchant.begin()
    charge = charges.create(merchant, CHARGE)
    merchant.commit()
    merchant.begin()
    dispute = disputes.update(merchant, WINNING, charge.dispute_id)
    merchant.commit()
    timer = merchant.timers.next()
    assert timer is not None
    merchant.begin(instant=timer.due)
    merchant.ring(timer)
    merchant.commit()
    return dispute


def test_the_engine_without_http() -> None:
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)  # as the server runs
    world = World(PROVIDERS, lambda: START)
    driver = Driver(world)

    async def measure() -> None:
        merchant = world.merchant("lives")
        disputes_won = [win_one(merchant) for _ in range(500)]
        start = time.process_time()
        for _ in range(5_000):
            win_one(merchant)
        print(f"\ncharge-to-won lifecycles: {5_000 / (time.process_time() - start):,.0f} a second (target 3,000)")

        count = 200_000
        merchant.begin()
        for number in range(count):
            merchant.arm(disputes_won[number % 500], "evidence_due", Trigger.DEADLINE, merchant.now + 1 + number // 3)
        merchant.commit()
        start = time.process_time()
        fired, events = await driver.advance(merchant, merchant.now + count)
        spent = time.process_time() - start
        assert len(fired) >= count
        print(f"timers that change nothing visible: {count / spent:,.0f} a second (target 200,000)")

        late = world.merchant("late")
        count = 20_000
        for number in range(count):
            late.begin(instant=START + number // 20)
            charges.create(late, CHARGE)
            late.commit()
        start = time.process_time()
        fired, events = await driver.advance(late, START + 12 * DAY)
        spent = time.process_time() - start
        assert len(events) > count
        print(f"missed deadlines with their events: {count / spent:,.0f} a second (target 15,000)")

    asyncio.run(measure())
