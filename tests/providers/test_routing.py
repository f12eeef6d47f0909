"""Which operation a path means, for every provider alike."""

from __future__ import annotations

import pytest

from sandbox.providers.base import Op
from sandbox.providers.routing import Routes

ROUTES = Routes(
    (
        Op("GET", "/things", "list"),  # type: ignore[arg-type]
        Op("GET", "/things/open", "list open"),  # type: ignore[arg-type]
        Op("GET", "/things/{thing}", "read"),  # type: ignore[arg-type]
        Op("POST", "/things/{thing}", "change"),  # type: ignore[arg-type]
        Op("GET", "/things/{thing}/parts/{part}", "read a part"),  # type: ignore[arg-type]
        Op("GET", "/things/{thing}/{any}/{more}", "read more"),  # type: ignore[arg-type]
    ),
    words=frozenset(("search",)),
)


@pytest.mark.parametrize(
    ("method", "path", "handler", "values"),
    [
        ("GET", "/things", "list", ()),
        ("GET", "/things/open", "list open", ()),
        ("GET", "/things/t1", "read", ("t1",)),
        ("POST", "/things/open", "change", ("open",)),
        ("GET", "/things/t1/parts/p1", "read a part", ("t1", "p1")),
        ("GET", "/things/t1/bits/b1", "read more", ("t1", "bits", "b1")),
    ],
)
def test_a_path_finds_the_first_operation_that_fits(method: str, path: str, handler: str, values: tuple[str, ...]) -> None:
    """A literal path before one with holes."""
    found = ROUTES.find(method, path)
    assert found is not None
    assert (found[0].handler, found[1]) == (handler, values)


@pytest.mark.parametrize("path", ["/", "/things/", "/things//parts/p1", "/things/t1/parts", "/things/search", "/other", ""])
def test_a_hole_takes_neither_nothing_nor_a_word(path: str) -> None:
    assert ROUTES.find("GET", path) is None


def test_another_method_is_another_operation() -> None:
    assert ROUTES.find("DELETE", "/things/t1") is None
