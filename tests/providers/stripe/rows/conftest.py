from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.providers.stripe.rows.gallery import Gallery


@pytest.fixture(scope="session")
def gallery() -> Iterator[Gallery]:
    """Objects of every kind in many states; tests look at them and change nothing."""
    made = Gallery()
    yield made
    made.close()
