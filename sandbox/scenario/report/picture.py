"""A picture of a story: simulated time from left to right; the merchant's money, statuses, deadlines and deliveries in lanes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape

from sandbox.core.clock import iso
from sandbox.scenario.verdict import Happening, Verdict

LEFT, WIDTH, RIGHT = 90, 900, 20
MONEY_HEIGHT = 90
LANE_HEIGHT = 18
LANES_MAX = 12  # objects with a lane of their own
AXIS = 24
TICKS = 6
OURS = ("merchant", "merchant:available", "merchant:pending")

Across = Callable[[int], float]


def picture(verdict: Verdict) -> str:
    """An SVG, with a line of text for everything that is drawn."""
    start, end = verdict.start, max(verdict.end, verdict.start + 1, *(h.at for h in verdict.timeline if h.kind != "deadline"), 0)

    def across(at: int) -> float:
        return round(LEFT + WIDTH * (min(at, end) - start) / (end - start), 1)

    statuses = [h for h in verdict.timeline if h.kind == "status"]
    lanes = list(dict.fromkeys(h.about for h in statuses))[:LANES_MAX]
    top = AXIS + MONEY_HEIGHT + 10
    delivery_at = top + LANE_HEIGHT * len(lanes)
    height = delivery_at + LANE_HEIGHT + 10
    title = f"{verdict.scenario} on {verdict.provider}"
    parts = [
        f'<svg viewBox="0 0 {LEFT + WIDTH + RIGHT} {height}" role="img" aria-label="{escape(title)}">',
        *axis(start, end, across, height),
        *money([h for h in verdict.timeline if h.kind == "money"], end, across),
    ]
    for number, about in enumerate(lanes):
        parts += lane(about, [h for h in statuses if h.about == about], across, top + LANE_HEIGHT * number)
    parts += deliveries([h for h in verdict.timeline if h.kind == "delivery"], across, delivery_at)
    parts += deadlines([h for h in verdict.timeline if h.kind == "deadline" and start <= h.at <= end], across, height)
    return "\n".join([*parts, "</svg>"])


def axis(start: int, end: int, across: Across, height: int) -> Iterator[str]:
    for number in range(TICKS + 1):
        at = start + (end - start) * number // TICKS
        anchor = "end" if number == TICKS else "start"
        day = iso(at)[:10] if end - start > 2 * 86_400 else iso(at)[5:16].replace("T", " ")
        yield f'<line class="grid" x1="{across(at)}" x2="{across(at)}" y1="{AXIS - 6}" y2="{height}"/>'
        yield f'<text class="faint" x="{across(at)}" y="{AXIS - 10}" text-anchor="{anchor}">{day}</text>'


def money(moved: Sequence[Happening], end: int, across: Across) -> Iterator[str]:
    """What the merchant has, as a step line a currency."""
    for currency in sorted({h.currency for h in moved}):
        balance, points = 0, [(across(0) if not moved else across(moved[0].at), 0)]
        for happening in (h for h in moved if h.currency == currency):
            debit, _, credit = happening.what.partition(" to ")
            change = happening.amount * ((credit in OURS) - (debit in OURS))
            if change:
                points += [(across(happening.at), balance), (across(happening.at), balance + change)]
                balance += change
        points.append((across(end), balance))
        low, high = min(0, *(y for _, y in points)), max(1, *(y for _, y in points))

        def down(value: int, low: int = low, high: int = high) -> float:
            return round(AXIS + MONEY_HEIGHT * (1 - (value - low) / (high - low)), 1)

        drawn = " ".join(f"{x},{down(y)}" for x, y in points)
        yield f'<line class="grid" x1="{LEFT}" x2="{LEFT + WIDTH}" y1="{down(0)}" y2="{down(0)}"/>'
        yield f'<polyline class="money" fill="none" stroke-width="1.5" points="{drawn}"><title>the merchant\'s money</title></polyline>'
        yield f'<text x="{LEFT - 6}" y="{down(balance)}" text-anchor="end">{balance} {escape(currency)}</text>'


def lane(about: str, changes: Sequence[Happening], across: Across, top: int) -> Iterator[str]:
    yield f'<text class="faint" x="{LEFT - 6}" y="{top + 11}" text-anchor="end">{escape(about[:4] + "…" + about[-5:])}</text>'
    last = -1e9
    for happening in changes:
        x = across(happening.at)
        shown = escape(f"{iso(happening.at)} {happening.what}")
        yield f'<circle class="status" cx="{x}" cy="{top + 7}" r="3"><title>{shown}</title></circle>'
        if x - last > 70:  # texts that would cover each other are left to the titles
            anchor, shift = ("end", -6) if x > LEFT + WIDTH - 80 else ("start", 6)
            yield f'<text x="{x + shift}" y="{top + 11}" text-anchor="{anchor}">{escape(happening.what)}</text>'
            last = x


def deliveries(attempts: Sequence[Happening], across: Across, top: int) -> Iterator[str]:
    yield f'<text class="faint" x="{LEFT - 6}" y="{top + 11}" text-anchor="end">webhooks</text>'
    for happening in attempts:
        kind = "delivery" if happening.what.rpartition(": ")[2].startswith("2") else "undelivered"
        shown = escape(f"{iso(happening.at)} {happening.what}")
        yield f'<rect class="{kind}" x="{across(happening.at) - 1.5}" y="{top + 1}" width="3" height="12"><title>{shown}</title></rect>'


def deadlines(due: Sequence[Happening], across: Across, height: int) -> Iterator[str]:
    for happening in due:
        x = across(happening.at)
        yield f'<line class="deadline" stroke-dasharray="4 3" x1="{x}" x2="{x}" y1="{AXIS}" y2="{height}">'
        yield f"<title>{escape(f'{iso(happening.at)} {happening.what}, {happening.about}')}</title></line>"
