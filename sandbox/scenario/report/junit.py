"""Verdicts as JUnit XML: a suite a story and provider, a case an expectation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as Tree

from sandbox.scenario.report.plain import details, line_of, short
from sandbox.scenario.verdict import Verdict

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def as_junit(verdicts: Sequence[Verdict]) -> bytes:
    suites = Tree.Element("testsuites", {"name": "payment-sandbox", **counts(verdicts)})
    for verdict in verdicts:
        suite = Tree.SubElement(suites, "testsuite", {"name": f"{verdict.scenario}.{verdict.provider}", **counts([verdict])})
        for check in verdict.checks:
            case = Tree.SubElement(
                suite, "testcase", classname=f"{verdict.scenario}.{verdict.provider}", name=clean(f"line {check.line}: {check.what}")
            )
            if check.ok is None:
                Tree.SubElement(case, "skipped", message=clean(short(check.seen)))
            elif not check.ok:
                message = f"expected {short(check.expected)}, seen {short(check.seen)}"
                failure = Tree.SubElement(case, "failure", message=clean(message), type="expectation")
                failure.text = clean("\n".join(details(verdict, check)))
        if verdict.failed:
            Tree.SubElement(suite, "system-out").text = clean("\n".join(map(line_of, verdict.timeline)))
    Tree.indent(suites)
    text: bytes = Tree.tostring(suites, "utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text + b"\n"


def counts(verdicts: Sequence[Verdict]) -> dict[str, str]:
    return {
        "tests": str(sum(len(verdict.checks) for verdict in verdicts)),
        "failures": str(sum(len(verdict.failed) for verdict in verdicts)),
        "errors": "0",
        "skipped": str(sum(len(verdict.skipped) for verdict in verdicts)),
    }
