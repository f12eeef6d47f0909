from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.harness import Shop


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--snapshot-update", action="store_true", help="write tests/snapshots anew instead of comparing")


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A fresh merchant `alpha` in process, its wall clock standing at 2026-01-05T09:00:00Z."""
    made = Shop()
    yield made
    made.close()


@pytest.fixture
def network_shop() -> Iterator[Shop]:
    """The same in the profile `network`."""
    made = Shop(profile="network")
    yield made
    made.close()


@pytest.fixture(params=["testmode", "network"])
def each_shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """The same in each profile: the test runs twice."""
    made = Shop(profile=request.param)
    yield made
    made.close()
