from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.providers.omise.shop import Till


@pytest.fixture
def till() -> Iterator[Till]:
    """A fresh merchant `alpha` in process, its wall clock standing at 2026-01-05T09:00:00Z."""
    made = Till()
    yield made
    made.close()
