"""The shipped scenarios, and a scenario by its name or file."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from sandbox.scenario.reader import Read, Unreadable, read_file
from sandbox.scenario.schema import Scenario

PACKAGE = Path(__file__).parent.parent
# An installed sandbox has them within itself, a checkout beside itself.
PLACES = (PACKAGE / "shipped", PACKAGE.parent / "scenarios")


def shipped() -> Sequence[Path]:
    """The files of the shipped scenarios, by name."""
    for place in PLACES:
        found = sorted(place.glob("*.yaml"))
        if found:
            return found
    return ()


def find(said: str) -> Read:
    """The scenario of a shipped name, or of a file. Raises Unreadable, BadFile."""
    files = {path.stem: path for path in shipped()}
    if said in files:
        return read_file(files[said])
    path = Path(said)
    if path.suffix in (".yaml", ".yml") or path.exists():
        return read_file(path)
    close = get_close_matches(said, files, 1)
    hint = f" Did you mean '{close[0]}'?" if close else ""
    raise Unreadable(f"there is neither a shipped scenario nor a file '{said}'.{hint} `payment-sandbox scenarios` lists them")


def text(name: str) -> str:
    """The file of a shipped scenario as it stands. Raises KeyError."""
    return {path.stem: path for path in shipped()}[name].read_text(encoding="utf-8")


def find_all(said: str) -> list[Read]:
    """The scenarios of a name or file, or of all files of a directory. Raises Unreadable, BadFile."""
    if Path(said).is_dir():
        return [read_file(path) for path in sorted(Path(said).glob("*.yaml"))]
    return [find(said)]


@cache
def catalogue() -> Sequence[Scenario]:
    """The shipped scenarios, read once: they do not change while a process runs."""
    return [read_file(path).scenario for path in shipped()]
