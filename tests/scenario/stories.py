"""Small stories for tests, and the shipped ones played in process."""

from __future__ import annotations

import asyncio

from sandbox.playing import play_in_process
from sandbox.scenario.reader import Read, read
from sandbox.scenario.verdict import Verdict

HEAD = "name: told\nabout: A test.\nproviders: [stripe, omise]\nsteps:\n"


def story(steps: str, head: str = HEAD) -> Read:
    """A scenario of these steps; the first one stands in line 5."""
    return read(head + steps, "told.yaml")


def played(steps: str, provider: str = "stripe", **options: int) -> Verdict:
    return asyncio.run(play_in_process(story(steps), provider, **options))


def failures(verdict: Verdict) -> list[tuple[str, object, object]]:
    return [(check.what, check.expected, check.seen) for check in verdict.failed]
