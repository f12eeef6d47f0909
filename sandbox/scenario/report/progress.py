"""What is being played: a live line on a terminal, one plain line a story anywhere else."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any, TextIO

from sandbox.core.clock import iso
from sandbox.scenario.report.plain import lines
from sandbox.scenario.verdict import Verdict


class Progress:
    """Shows stories as they are played.

    Args:
        out: where to; live only if it is a terminal.
    """

    def __init__(self, out: TextIO | None = None) -> None:
        self.out = out if out is not None else sys.stdout
        self.status: Any = None
        self.title = ""
        self.doing = ""

    def __enter__(self) -> Progress:
        if self.out.isatty():
            from rich.console import Console

            console = Console(file=self.out, highlight=False, markup=False)
            self.status = console.status("starting", spinner="line")
            self.status.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.status is not None:
            self.status.stop()

    def story(self, scenario: str, provider: str, number: int, of: int) -> None:
        self.title = f"{number}/{of} {scenario} on {provider}"

    def step(self, stage: Any, verb: str, done: int) -> None:
        """Called before each step."""
        if self.status is not None:
            self.status.update(f"{self.title}: {iso(stage.now)}, step {done + 1}: {verb}")

    def over(self, verdict: Verdict, verbose: bool = False) -> None:
        for line in lines(verdict, verbose):
            self.say(line)

    def say(self, line: str) -> None:
        if self.status is not None:
            self.status.console.print(line, soft_wrap=True)
        else:
            print(line, file=self.out, flush=True)
