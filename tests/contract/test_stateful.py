"""Whatever order people, banks and time act in, the money adds up, at every provider: over HTTP in process, against `serve`'s very app."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from sandbox.providers import PROVIDERS
from tests.contract.drivers import SHARED, WALKS
from tests.contract.drivers.base import Walk

NETWORK: dict[str, Any] = {"profile": "network", "outcome": {"won": 0.5}}
each_walk = pytest.mark.parametrize(
    "walk",
    [
        pytest.param(walk if how == "testmode" else type(f"Network{walk.__name__}", (walk,), NETWORK), id=f"{provider}-{how}")
        for provider, walk in {**WALKS, **SHARED}.items() for how in ("testmode", "network")
    ],
)  # fmt: skip
QUICK = settings(
    max_examples=8, stateful_step_count=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
LONG = settings(QUICK, max_examples=300, stateful_step_count=60, derandomize=False)



def test_every_provider_walks() -> None:
    assert set(WALKS) == {provider.name for provider in PROVIDERS}


@each_walk
def test_money_adds_up_whatever_happens(walk: type[Walk]) -> None:
    """A few hundred random steps; the same ones every time."""
    run_state_machine_as_test(walk, settings=QUICK)


@pytest.mark.slow
@each_walk
def test_money_adds_up_whatever_happens_for_long(walk: type[Walk]) -> None:
    """Many thousand random steps, other ones every time."""
    run_state_machine_as_test(walk, settings=LONG)
