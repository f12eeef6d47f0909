"""Operations that providers bring to the control API, as far as they are not about one provider."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from sandbox.server.control.op import ListQuery, Wrong
from sandbox.server.control.provided import rows_of


class Thing(NamedTuple):
    id: str


THINGS = [Thing(str(number)) for number in range(100)]


@pytest.mark.parametrize(
    ("after", "limit", "ids", "following"),
    [(None, 3, ["0", "1", "2"], "2"), ("2", 2, ["3", "4"], "4"), ("97", 5, ["98", "99"], None), ("99", 5, [], None)],
)
def test_of_a_list_only_the_page_that_was_asked_for_is_shown(after: str | None, limit: int, ids: list[str], following: str | None) -> None:
    """However long it is: what a row costs to show is paid for its page alone."""
    shown: list[str] = []

    def show(thing: Thing) -> dict[str, Any]:
        shown.append(thing.id)
        return {"id": thing.id}

    answer = rows_of(THINGS, ListQuery(after=after, limit=limit), show)
    assert [row["id"] for row in answer["data"]] == shown == ids
    assert (answer["has_more"], answer["next"]) == (following is not None, following)


def test_a_cursor_that_is_no_row_s_id_is_refused() -> None:
    with pytest.raises(Wrong) as wrong:
        rows_of(THINGS, ListQuery(after="nobody"), Thing._asdict)
    assert (wrong.value.status, wrong.value.code) == (404, "cursor_unknown")
