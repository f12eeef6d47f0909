from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.providers.google_bookings.venue import Venue


@pytest.fixture
def venues() -> Iterator[Callable[..., Venue]]:
    """Makes venues, and closes them at the end."""
    made: list[Venue] = []

    def make(**how: Any) -> Venue:
        made.append(Venue(**how))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def venue(venues: Callable[..., Venue]) -> Venue:
    """A venue of the legacy generation whose money the sandbox moves, at the built-in booking server."""
    return venues()
