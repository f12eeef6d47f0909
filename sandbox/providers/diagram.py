"""Draws every machine from its table: `python -m sandbox.providers.diagram`, or `--check`.

Theory of operation. Statuses stand side by side, each on its own line downwards; every row of the table is an arrow from
the status it leaves to the one it leads to, one below the other, with its trigger above and its events beneath. Nothing
can overlap however many rows there are, so the picture needs no layout but counting. Triggers with the same consequences
share an arrow; changes of metadata, which leave everything as it is, are left out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from sandbox.core.machine import Table, Trigger
from sandbox.core.records import NEW
from sandbox.providers import PROVIDERS
from sandbox.providers.base import Provider
from sandbox.providers.fidelity import print_or_check

COMMAND = "python -m sandbox.providers.diagram"
FOLDER = Path(__file__).parents[2] / "docs" / "machines"
LANE, MARGIN, HEAD, STEP = 142, 84, 96, 52  # pixels: between statuses, at the sides, above the first arrow, between arrows
BOX, BOX_HEIGHT = 130, 42
LINE_CHARACTERS_MAX = 15  # of a status; a longer one is broken at an underscore
EVENT_CHARACTER = 3.2  # half the width of one
STYLE = """
  text { font: 14px ui-sans-serif, system-ui, sans-serif; fill: #1f2933 }
  .status { font-weight: 600 } .title { font-size: 17px; font-weight: 600 } .events { fill: #52606d; font-size: 12px }
  .box { fill: #eef2ff; stroke: #4c5fd5 } .end { fill: #e6f4ea; stroke: #2f855a } .start { fill: #1f2933 }
  .lane { stroke: #cbd2d9; stroke-dasharray: 3 4 } .arrow { stroke: #4c5fd5; stroke-width: 1.6; fill: none }
  .money { stroke: #c05621 } .halo { paint-order: stroke; stroke: #fff; stroke-width: 4px }
"""


class Arrow(NamedTuple):
    start: str
    end: str
    triggers: Sequence[str]
    events: Sequence[str]
    money: bool


def arrows(table: Table) -> list[Arrow]:
    """One for all triggers that lead from a status to another with the same events."""
    found: dict[tuple[str, str, tuple[str, ...], bool], list[str]] = {}
    for (status, trigger), row in table.items():
        if trigger is not Trigger.UPDATE:
            events = tuple(emit.type for emit in row.emit)
            found.setdefault((status, row.to, events, bool(row.post)), []).append(trigger.replace("_", " "))
    return [Arrow(start, end, names, events, money) for (start, end, events, money), names in found.items()]


def lanes(table: Table) -> list[str]:
    """Statuses from left to right: the start, then as the arrows first reach them; those without a way out come last."""
    found = dict.fromkeys(status for arrow in arrows(table) for status in (arrow.start, arrow.end))
    leaves = {arrow.start for arrow in arrows(table)}
    return sorted(found, key=lambda status: (status != NEW, status not in leaves))


def picture(provider: Provider, kind: type, table: Table) -> str:
    """The machine as SVG."""
    columns = lanes(table)
    at = {status: MARGIN + place * LANE for place, status in enumerate(columns)}
    drawn = arrows(table)
    width = 2 * MARGIN + (len(columns) - 1) * LANE
    height = HEAD + len(drawn) * STEP + 24
    ends = set(columns) - {arrow.start for arrow in drawn}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">',
        f"<title>{name_of(provider, kind)}</title>",
        f"<desc>Printed by `{COMMAND}` from the transition table.</desc>",
        f"<style>{STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse">'
        '<path d="M0 0 8 4 0 8z" fill="#4c5fd5"/></marker></defs>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text class="title" x="16" y="24">{name_of(provider, kind)}</text>',
    ]
    parts += [line for status in columns for line in lane(status, at[status], height, status in ends)]
    parts += [line for step, arrow in enumerate(drawn) for line in arrow_lines(arrow, at, HEAD + (step + 1) * STEP - 10, width)]
    return "\n".join((*parts, "</svg>")) + "\n"


def name_of(provider: Provider, kind: type) -> str:
    return f"{provider.name.replace('_', ' ').capitalize()}: {kind.__name__}"


def lane(status: str, x: int, height: int, end: bool) -> Iterator[str]:
    """One status: its box, and the line that arrows come from and go to."""
    yield f'<line class="lane" x1="{x}" y1="{HEAD - 10}" x2="{x}" y2="{height - 12}"/>'
    if status == NEW:
        yield f'<circle class="start" cx="{x}" cy="{HEAD - 25}" r="8"/>'
        return
    y = HEAD - 10 - BOX_HEIGHT
    yield f'<rect class="box{" end" if end else ""}" x="{x - BOX // 2}" y="{y}" width="{BOX}" height="{BOX_HEIGHT}" rx="7"/>'
    words = broken(status)
    for number, word in enumerate(words):
        down = y + 26 + (number * 2 - len(words) + 1) * 8
        yield f'<text class="status" x="{x}" y="{down}" text-anchor="middle">{escape(word)}</text>'


def broken(status: str) -> list[str]:
    """A status in one line, or in two, broken at the underscore nearest to its middle."""
    places = [place + 1 for place, letter in enumerate(status) if letter == "_"]
    if len(status) <= LINE_CHARACTERS_MAX or not places:
        return [status]
    place = min(places, key=lambda place: abs(place - len(status) / 2))
    return [status[:place], status[place:]]


def arrow_lines(arrow: Arrow, at: Mapping[str, int], y: int, width: int) -> Iterator[str]:
    """One arrow, or a loop where the status stays; orange where money moves."""
    start, end = at[arrow.start], at[arrow.end]
    anchor, middle = "middle", (start + end) / 2
    path = f"M{start} {y} H{end - 3 if end > start else end + 3}"
    if start == end:
        anchor, middle = "start", start + 34
        path = f"M{start} {y - 8} h26 v12 h-22"
    yield f'<path class="arrow{" money" if arrow.money else ""}" d="{path}" marker-end="url(#tip)"/>'
    yield f'<text class="halo" x="{middle:g}" y="{y - 6}" text-anchor="{anchor}">{escape(", ".join(arrow.triggers))}</text>'
    if arrow.events:
        events = " · ".join(arrow.events)
        half = EVENT_CHARACTER * len(events)
        x = middle if anchor == "start" else min(max(middle, half), width - half)
        yield f'<text class="events halo" x="{x:g}" y="{y + 15}" text-anchor="{anchor}">{escape(events)}</text>'


def pictures(providers: Sequence[Provider] = PROVIDERS) -> dict[Path, str]:
    """File -> SVG, for every machine that has more than one way to go."""
    return {
        FOLDER / f"{provider.name}-{kind.__name__.lower()}.svg": picture(provider, kind, table)
        for provider in providers
        for kind, table in provider.machines.items()
        if len({status for status, _ in table}) > 1
    }


def main(arguments: Sequence[str]) -> int:
    return print_or_check(pictures(), COMMAND, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
