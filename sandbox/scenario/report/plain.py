"""A verdict as lines of text, for terminals and logs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sandbox.core.clock import iso
from sandbox.scenario.verdict import Check, Happening, Verdict

WIDTH_MAX = 300


def short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= WIDTH_MAX else text[: WIDTH_MAX - 1] + "…"


def line_of(happening: Happening) -> str:
    money = f" {happening.amount} {happening.currency}" if happening.kind == "money" else ""
    return f"{iso(happening.at)}  {happening.kind:<8} {happening.what}{money}  {happening.about}".rstrip()


def headline(verdict: Verdict) -> str:
    word = "FAIL" if verdict.failed else "ok" if verdict.ran else "none"
    skipped = f", {len(verdict.skipped)} skipped" if verdict.skipped else ""
    counted = f"{verdict.ran - len(verdict.failed)} of {verdict.ran} expectations hold{skipped}"
    return f"{word:<5}{verdict.scenario} on {verdict.provider}: {counted}"


def lines(verdict: Verdict, verbose: bool = False) -> Iterator[str]:
    """The headline, and everything about the expectations that do not hold; where none was looked at, why not."""
    yield headline(verdict)
    if not verdict.ran and not verbose:
        yield from (f"  {why}" for why in dict.fromkeys(str(check.seen) for check in verdict.skipped))
    for check in verdict.checks if verbose else verdict.failed:
        yield from details(verdict, check)


def details(verdict: Verdict, check: Check) -> Iterator[str]:
    word = {True: "holds", False: "does not hold", None: "skipped"}[check.ok]
    yield f"  line {check.line}, {check.step}, at {iso(check.at)}: {check.what} {word}"
    if check.ok:
        return
    if check.ok is None:
        yield f"    {check.seen}"
        return
    yield from compared(check)
    yield "    what happened around it:"
    for happening in verdict.around(check):
        yield f"      {line_of(happening)}"


def compared(check: Check) -> Iterator[str]:
    """What was expected beside what was seen; lists item by item."""
    if not (isinstance(check.expected, list) and isinstance(check.seen, list)):
        yield f"    expected  {short(check.expected)}"
        yield f"    seen      {short(check.seen)}"
        return
    from difflib import SequenceMatcher

    for tag, a, b, c, d in SequenceMatcher(None, [*map(str, check.expected)], [*map(str, check.seen)], autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (f"      {item}" for item in check.expected[a:b])
        else:
            yield from (f"    - {item}  (expected, not seen)" for item in check.expected[a:b])
            yield from (f"    + {item}  (seen, not expected)" for item in check.seen[c:d])


def summary(verdicts: Sequence[Verdict]) -> str:
    ran = sum(verdict.ran for verdict in verdicts)
    failed = sum(len(verdict.failed) for verdict in verdicts)
    skipped = sum(len(verdict.skipped) for verdict in verdicts)
    return f"{len(verdicts)} played, {ran} expectations, {failed} failed, {skipped} skipped"
