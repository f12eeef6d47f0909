from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.providers.omise.shop import Till


@pytest.fixture
def till() -> Iterator[Till]:
    """A fresh merchant `alpha` in process, its wall clock standing at 2026-01-05T09:00:00Z."""
    made = Till()
    yield made
    made.close()


@pytest.fixture
def open_till() -> Iterator[Callable[..., Till]]:
    """Makes such merchants with settings of their own."""
    made: list[Till] = []

    def one(**settings: object) -> Till:
        made.append(Till(**settings))
        return made[-1]

    yield one
    for till in made:
        till.close()
