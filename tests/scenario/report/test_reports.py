"""JUnit, JSON, HTML and plain lines of verdicts that hold, fail and skip."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as Tree

import pytest

from sandbox.scenario.report.data import as_json
from sandbox.scenario.report.html import as_html
from sandbox.scenario.report.junit import as_junit
from sandbox.scenario.report.plain import headline, lines, summary
from sandbox.scenario.report.progress import Progress
from sandbox.scenario.verdict import Verdict
from tests.scenario.stories import HEAD, played

STEPS = (
    "  - charge: {as: sale, amount: 2500, description: \"<script>alert(1)</script> & co\"}\n"
    "  - dispute: {as: claim, charge: sale}\n"
    "  - advance: 9d\n"
    "  - expect: {objects: {claim: {status: won, amount: 2500}, sale: {description: \"\\a\"}}, handler: [answers]}\n"
)


@pytest.fixture(scope="module")
def verdict() -> Verdict:
    return played(STEPS)


class Page(HTMLParser):
    """Which elements a page has, whether they are closed, and what it would load."""

    VOID = ("meta", "link", "img", "br")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.names: list[str] = []
        self.loads: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.loads += [f"{tag} {name}={value}" for name, value in attrs if name in ("src", "href") and not (value or "").startswith("#")]
        if tag not in self.VOID:
            self.opened.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag


def test_the_page_is_whole_and_loads_nothing(verdict: Verdict) -> None:
    text = as_html([verdict, verdict]).decode()
    page = Page(text)
    assert page.opened == []
    assert page.loads == []
    assert {"script", "link", "img", "iframe"} & set(page.names) == set()
    assert page.names.count("svg") == 2
    assert not re.search(r"url\(|@import", text)
    assert "@media print" in text


def test_the_picture_shows_money_statuses_deadlines_and_deliveries(verdict: Verdict) -> None:
    text = as_html([verdict]).decode()
    for shown in ('class="money"', 'class="status"', 'class="deadline"', 'class="delivery"'):
        assert shown in text
    assert "2026-01-13T23:59:59Z lost" in text
    assert "2026-01-13T23:59:59Z evidence is due" in text


def test_a_page_of_no_events_is_whole_too() -> None:
    page = Page(as_html([played("  - advance: 1d\n")]).decode())
    assert page.opened == []
    assert page.names.count("svg") == 1


def test_junit_counts_what_failed_and_was_skipped(verdict: Verdict) -> None:
    suites = Tree.fromstring(as_junit([verdict]))
    assert suites.attrib == {"name": "payment-sandbox", "tests": "4", "failures": "2", "errors": "0", "skipped": "1"}
    (suite,) = suites
    assert suite.attrib["name"] == "told.stripe"
    cases = suite.findall("testcase")
    assert [case.attrib["name"] for case in cases] == [
        "line 8: claim: status", "line 8: claim: amount", "line 8: sale: description",
        "line 8: every webhook was answered 2xx within its window",
    ]  # fmt: skip
    assert [[child.tag for child in case] for case in cases] == [["failure"], [], ["failure"], ["skipped"]]
    failure = cases[0].find("failure")
    assert failure is not None
    assert failure.attrib["message"] == "expected won, seen lost"
    assert "charge.dispute.closed" in (failure.text or "")


def test_json_has_every_check_and_the_timeline(verdict: Verdict) -> None:
    found = json.loads(as_json([verdict]))
    (row,) = found["verdicts"]
    assert (found["passed"], row["passed"], row["counts"]) == (False, False, {"ran": 3, "failed": 2, "skipped": 1})
    assert row["checks"][0] == {
        "step": "steps[3].expect.objects.claim.status", "line": 8, "at": "2026-01-14T09:00:00Z", "what": "claim: status",
        "result": "failed", "expected": "won", "seen": "lost",
    }  # fmt: skip
    assert {line["kind"] for line in row["timeline"]} == {"event", "status", "money", "delivery", "deadline"}


def test_lines_say_what_failed_what_was_seen_and_what_happened_around_it(verdict: Verdict) -> None:
    text = list(lines(verdict))
    assert text[0] == headline(verdict) == "FAIL told on stripe: 1 of 3 expectations hold, 1 skipped"
    assert text[1:4] == [
        "  line 8, steps[3].expect.objects.claim.status, at 2026-01-14T09:00:00Z: claim: status does not hold",
        "    expected  won",
        "    seen      lost",
    ]
    assert any(line.strip().startswith("2026-01-13T23:59:59Z  event    charge.dispute.closed") for line in text)
    assert summary([verdict, verdict]) == "2 played, 6 expectations, 4 failed, 2 skipped"


def test_a_list_is_compared_item_by_item() -> None:
    verdict = played("  - charge: {amount: 500}\n  - expect: {events: [payment_intent.created, charge.failed, payment_intent.succeeded]}\n")
    assert list(lines(verdict))[2:6] == [
        "      payment_intent.created",
        "    - charge.failed  (expected, not seen)",
        "    + charge.succeeded  (seen, not expected)",
        "      payment_intent.succeeded",
    ]


def test_progress_is_plain_where_nobody_watches(verdict: Verdict) -> None:
    out = io.StringIO()
    with Progress(out) as progress:
        progress.story("told", "stripe", 1, 1)
        progress.step(None, "charge", 0)
        progress.over(verdict)
    assert out.getvalue().splitlines() == list(lines(verdict))
    assert "\x1b" not in out.getvalue()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_live_on_a_terminal(monkeypatch: pytest.MonkeyPatch, verdict: Verdict) -> None:
    monkeypatch.setenv("TERM", "xterm")
    out = Terminal()
    with Progress(out) as progress:
        progress.story("told", "stripe", 1, 2)
        progress.over(verdict)
    assert "\x1b[" in out.getvalue()
    assert "FAIL told on stripe" in out.getvalue()


def test_the_head_of_the_test_stories_has_four_lines() -> None:
    """Line numbers above count on it."""
    assert HEAD.count("\n") == 4
