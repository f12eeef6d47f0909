"""The pictures of the machines are printed from the tables."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from sandbox.core.machine import Emit, Recipe, Row, Table
from sandbox.core.machine import Trigger as T
from sandbox.core.records import NEW, Charge
from sandbox.providers import PROVIDERS, diagram

TABLE: Table = {
    (NEW, T.OPEN): Row("needs_a_long_answer", emit=(Emit("thing.opened"), Emit("thing.shown"))),
    ("needs_a_long_answer", T.UPDATE): Row("needs_a_long_answer", emit=(Emit("thing.updated"),)),
    ("needs_a_long_answer", T.STAGE_EVIDENCE): Row("needs_a_long_answer"),
    ("needs_a_long_answer", T.WIN): Row("done", post=(Recipe("a", "b"),)),
    ("needs_a_long_answer", T.LOSE): Row("done", post=(Recipe("a", "b"),)),
    ("needs_a_long_answer", T.ACCEPT): Row("done"),
}


def test_the_pictures_are_current() -> None:
    """Run `python -m sandbox.providers.diagram` if they are not; pictures of machines that are gone go too."""
    printed = diagram.pictures()
    assert diagram.FOLDER / "stripe-dispute.svg" in printed
    for path, text in printed.items():
        assert path.read_text(encoding="utf-8") == text, path.name
    assert set(diagram.FOLDER.iterdir()) == set(printed)


def test_every_status_and_every_way_is_drawn() -> None:
    """Changes of metadata aside; triggers with the same consequences share an arrow."""
    drawn = ElementTree.fromstring(diagram.picture(PROVIDERS[0], Charge, TABLE))
    name = "{http://www.w3.org/2000/svg}"
    texts = [element.text for element in drawn.iter(f"{name}text")]
    assert texts == [
        "Stripe: Charge", "needs_a_", "long_answer", "done",
        "open", "thing.opened · thing.shown", "stage evidence", "win, lose", "accept",
    ]  # fmt: skip
    paths = [element.get("class") for element in drawn.iter(f"{name}path") if element.get("class")]
    assert paths == ["arrow", "arrow", "arrow money", "arrow"]


def test_ends_come_last() -> None:
    assert diagram.lanes(TABLE) == [NEW, "needs_a_long_answer", "done"]
    assert diagram.broken("lost") == ["lost"]
    assert diagram.broken("needs_response") == ["needs_response"]
    assert diagram.broken("a" * 40) == ["a" * 40]
