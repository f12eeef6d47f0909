"""What came of a story: each expectation with what was seen, and everything that happened, in simulated time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sandbox.core.clock import iso as iso


class Check(NamedTuple):
    """One expectation that was looked at. `ok` is None where it was skipped: no application took part."""

    step: str  # its place in the file: steps[3].expect
    line: int
    at: int
    what: str
    ok: bool | None
    expected: Any
    seen: Any


class Happening(NamedTuple):
    """Something on the timeline: `kind` is step, event, money, status, delivery or deadline."""

    at: int
    kind: str
    what: str
    about: str = ""
    amount: int = 0
    currency: str = ""


class Verdict(NamedTuple):
    scenario: str
    about: str
    provider: str
    seed: int
    start: int
    end: int
    checks: Sequence[Check]
    timeline: Sequence[Happening]

    @property
    def ran(self) -> int:
        return sum(check.ok is not None for check in self.checks)

    @property
    def failed(self) -> Sequence[Check]:
        return [check for check in self.checks if check.ok is False]

    @property
    def skipped(self) -> Sequence[Check]:
        return [check for check in self.checks if check.ok is None]

    def around(self, check: Check, each_side: int = 6) -> Sequence[Happening]:
        """What happened next to an expectation."""
        before = [happening for happening in self.timeline if happening.at <= check.at][-2 * each_side :]
        after = [happening for happening in self.timeline if happening.at > check.at][:each_side]
        return [*before, *after]
