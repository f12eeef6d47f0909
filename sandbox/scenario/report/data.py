"""Verdicts as data that JSON can hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from sandbox.core.clock import iso
from sandbox.scenario.verdict import Check, Happening, Verdict


def check_row(check: Check) -> dict[str, Any]:
    result = {True: "passed", False: "failed", None: "skipped"}[check.ok]
    return {
        "step": check.step, "line": check.line, "at": iso(check.at), "what": check.what, "result": result,
        "expected": check.expected, "seen": check.seen,
    }  # fmt: skip


def happening_row(happening: Happening) -> dict[str, Any]:
    money = {"amount": happening.amount, "currency": happening.currency} if happening.kind == "money" else {}
    return {"at": iso(happening.at), "kind": happening.kind, "what": happening.what, "about": happening.about, **money}


def verdict_row(verdict: Verdict) -> dict[str, Any]:
    return {
        "scenario": verdict.scenario,
        "about": verdict.about,
        "provider": verdict.provider,
        "seed": verdict.seed,
        "start": iso(verdict.start),
        "end": iso(verdict.end),
        "passed": not verdict.failed and verdict.ran > 0,
        "counts": {"ran": verdict.ran, "failed": len(verdict.failed), "skipped": len(verdict.skipped)},
        "checks": [check_row(check) for check in verdict.checks],
        "timeline": [happening_row(happening) for happening in verdict.timeline],
    }


def as_json(verdicts: Sequence[Verdict]) -> bytes:
    rows = [verdict_row(verdict) for verdict in verdicts]
    passed = bool(rows) and all(row["passed"] for row in rows)
    return orjson.dumps({"passed": passed, "verdicts": rows}, default=str, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
