from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.providers.google_ordering.kitchen import Kitchen


@pytest.fixture
def kitchen() -> Iterator[Kitchen]:
    made = Kitchen()
    yield made
    made.close()
