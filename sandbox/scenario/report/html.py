"""Verdicts as one self-contained page: expectations, and a picture of time. Printable; nothing is loaded from anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from sandbox.core.clock import iso
from sandbox.scenario.report.picture import picture
from sandbox.scenario.report.plain import headline, line_of, short
from sandbox.scenario.verdict import Check, Verdict

STYLE = """
:root { color-scheme: light dark; --ink: #1c1e21; --paper: #fff; --faint: #6b7280; --line: #d7dae0; --good: #12803c; --bad: #c02626; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8eb; --paper: #16181c; --faint: #9aa1ac; --line: #363b44; --good: #4fc37a; --bad: #ff7b72; }
}
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 72rem;
  margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: 1.2rem; }
p.about { max-width: 46rem; color: var(--faint); }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { color: var(--faint); font-weight: 600; }
.passed { color: var(--good); } .failed { color: var(--bad); font-weight: 600; } .skipped { color: var(--faint); }
.scroll { overflow-x: auto; }
svg { width: 100%; min-width: 44rem; height: auto; font: 11px system-ui, sans-serif; }
svg text { fill: var(--ink); } svg .faint { fill: var(--faint); } svg .grid { stroke: var(--line); }
svg .money { stroke: var(--good); } svg .status { fill: #7c3aed; } svg .delivery { fill: #2563eb; } svg .deadline { stroke: var(--bad); }
svg .undelivered { fill: var(--bad); }
details { margin: 0.8rem 0; } summary { cursor: pointer; } pre { font-size: 0.8rem; overflow-x: auto; }
@media print {
  :root { --ink: #000; --paper: #fff; --faint: #444; --line: #bbb; } body { margin: 0; max-width: none; }
  h2 { break-after: avoid; } svg, tr { break-inside: avoid; } svg { min-width: 0; }
}
"""
WORDS = {True: "passed", False: "failed", None: "skipped"}


def as_html(verdicts: Sequence[Verdict]) -> bytes:
    return "\n".join(page(verdicts)).encode()


def page(verdicts: Sequence[Verdict]) -> Iterator[str]:
    bad = sum(bool(verdict.failed) for verdict in verdicts)
    title = f"{bad} of {len(verdicts)} scenarios failed" if bad else f"{len(verdicts)} scenarios passed"
    yield f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{STYLE}</style></head><body>\n<h1>{title}</h1>"
    yield '<div class="scroll"><table><thead><tr><th>Scenario</th><th>Provider</th><th>Result</th></tr></thead><tbody>'
    for number, verdict in enumerate(verdicts):
        word = "failed" if verdict.failed else "passed" if verdict.ran else "skipped"
        yield (
            f'<tr><td><a href="#v{number}">{escape(verdict.scenario)}</a></td><td>{escape(verdict.provider)}</td>'
            f'<td class="{word}">{escape(headline(verdict).partition(": ")[2])}</td></tr>'
        )
    yield "</tbody></table></div>"
    for number, verdict in enumerate(verdicts):
        yield from section(number, verdict)
    yield "</body></html>\n"


def section(number: int, verdict: Verdict) -> Iterator[str]:
    yield f'<section id="v{number}"><h2>{escape(verdict.scenario)} on {escape(verdict.provider)}</h2>'
    yield f'<p class="about">{escape(verdict.about)}</p>'
    yield f"<p>{iso(verdict.start)} to {iso(verdict.end)}, simulated; seed {verdict.seed}.</p>"
    yield f'<div class="scroll">{picture(verdict)}</div>'
    heads = "".join(f"<th>{head}</th>" for head in ("Line", "At", "Expectation", "Expected", "Seen", ""))
    yield f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>'
    for check in verdict.checks:
        yield row(check)
    yield "</tbody></table></div>"
    yield f"<details{' open' if verdict.failed else ''}><summary>Everything that happened</summary><pre>"
    yield escape("\n".join(line_of(happening) for happening in verdict.timeline))
    yield "</pre></details></section>"


def row(check: Check) -> str:
    word = WORDS[check.ok]
    seen = "as expected" if check.ok and check.seen == check.expected else short(check.seen)
    cells = (str(check.line), iso(check.at), check.what, short(check.expected), seen)
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + f'<td class="{word}">{word}</td></tr>'
