"""Every shipped story is a test on every provider that it lists."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx
import pytest

from sandbox.playing import in_process, play_in_process, stage
from sandbox.scenario.library import shipped
from sandbox.scenario.outside import Outside
from sandbox.scenario.reader import read, read_file
from sandbox.scenario.report.data import as_json
from sandbox.scenario.report.html import as_html
from sandbox.scenario.report.plain import lines
from sandbox.scenario.runner import play

FILES = shipped()
PLAYS = [(path, provider) for path in FILES for provider in read_file(path).scenario.providers]
IDS = [f"{path.stem}-{provider}" for path, provider in PLAYS]
LONG = ("full-quarter",)  # hundreds of payments
FOR_ANYBODY = [
    pytest.param(*told, id=name, marks=[pytest.mark.slow] if told[0].stem in LONG else []) for told, name in zip(PLAYS, IDS, strict=True)
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_story_is_called_like_its_file(path: Path) -> None:
    scenario = read_file(path).scenario
    assert scenario.name == path.stem
    assert len(scenario.about) > 80, "`about` is a paragraph"
    assert len(set(scenario.providers)) == len(scenario.providers)


@pytest.mark.parametrize(("path", "provider"), PLAYS, ids=IDS)
def test_every_expectation_of_a_story_holds_and_again_to_the_byte(path: Path, provider: str) -> None:
    """In the reports too: neither a wall time nor a path is in them."""
    first, second = (asyncio.run(play_in_process(read_file(path), provider)) for _ in range(2))
    assert not first.failed, "\n".join(lines(first))
    assert first.ran > 0
    assert as_json([first]) == as_json([second])
    assert as_html([first]) == as_html([second])
    for report in (as_json([first]), as_html([first])):
        assert str(path).encode() not in report
        assert b"127.0.0.1" not in report


@pytest.mark.parametrize(("path", "provider"), FOR_ANYBODY)
def test_a_story_holds_for_any_merchant(path: Path, provider: str) -> None:
    """Ids, and what chance decides, are another merchant's own."""
    verdict = asyncio.run(play_in_process(read_file(path), provider, merchant="another_one"))
    assert not verdict.failed, "\n".join(lines(verdict))


@pytest.mark.parametrize("name", ["missed-deadline", pytest.param("webhook-storm", marks=pytest.mark.slow)])
def test_fifty_merchants_playing_at_once_give_the_bytes_of_one_after_the_other(name: str) -> None:
    names = [f"m{number}" for number in range(50)]
    story = read_file(next(path for path in FILES if path.stem == name))

    async def one(client: httpx.AsyncClient, name: str) -> bytes:
        return as_json([await play(story, "stripe", Outside(client, name))])

    async def together() -> list[bytes]:
        async with in_process(stage()) as client:
            return await asyncio.gather(*(one(client, name) for name in names))

    async def in_turn() -> list[bytes]:
        async with in_process(stage()) as client:
            return [await one(client, name) for name in names]

    assert asyncio.run(together()) == asyncio.run(in_turn())


def test_the_story_of_the_documentation_holds() -> None:
    text = (Path(__file__).parents[2] / "docs/scenarios.md").read_text()
    (story,) = re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    verdict = asyncio.run(play_in_process(read(story, "scenarios.md"), "stripe"))
    assert not verdict.failed, "\n".join(lines(verdict))
    assert verdict.ran == 3
