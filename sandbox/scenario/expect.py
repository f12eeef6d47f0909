"""What a story expects, looked at: events, objects, money, webhooks, and what the application did.

Lists are whole: what is there besides is a failure. Only where an application takes part may its own doing stand between.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from sandbox.scenario import schema
from sandbox.scenario.handler import HANDLERS, evidence_in_time, matching
from sandbox.scenario.reader import Path_
from sandbox.scenario.stage import Stage
from sandbox.scenario.words import Unknown, field


async def expect(stage: Stage, body: schema.Expect, path: Path_) -> None:
    """Everything that the step names is a check of its own."""
    await stage.settle()
    for name, look in LOOKS.items():
        if getattr(body, name) is not None:
            await look(stage, body, (*path, name))


async def events(stage: Stage, body: schema.Expect, path: Path_) -> None:
    wanted = stage.mine(body.events)
    if wanted is None:
        return
    rows = await stage.outside.listed("/events", after=stage.event_seen, provider=stage.dialect.name)
    seen = [row["type"] for row in rows]
    wanted = await stage.words.fill(list(wanted))
    # What an application caused early may be what the story expects later.
    taken = last_of(wanted, seen) if stage.app else len(rows)
    if taken:
        stage.event_seen = rows[taken - 1]["id"]
    in_order(stage, body, path, "events", wanted, seen)


def in_order(stage: Stage, body: schema.Expect, path: Path_, what: str, wanted: Sequence[str], seen: Sequence[str]) -> None:
    if body.order == "any":
        held = Counter(wanted) <= Counter(seen) if stage.app else Counter(wanted) == Counter(seen)
        stage.check(path, f"{what}, in any order", sorted(wanted), sorted(seen), held)
    else:
        loose = stage.app or body.order == "within"
        stage.check(path, f"{what}, in order", list(wanted), list(seen), within(wanted, seen) if loose else None)


def last_of(wanted: Sequence[str], seen: Sequence[str]) -> int:
    """How many of what was seen it takes until every wanted word has come, as far as they come."""
    left = Counter(wanted)
    taken = 0
    for number, word in enumerate(seen, 1):
        if left[word]:
            left[word] -= 1
            taken = number
    return taken


def within(wanted: Sequence[str], seen: Sequence[str]) -> bool:
    """Whether all that is wanted comes in its order; between it may stand what the application caused."""
    rest = iter(seen)
    return all(word in rest for word in wanted)


async def objects(stage: Stage, body: schema.Expect, path: Path_) -> None:
    for name, fields in (body.objects or {}).items():
        meant = await stage.words.fill(name)
        shown = await stage.words.object(meant)
        for dots, given in fields.items():
            wanted = stage.mine(given)
            if wanted is None and given is not None:
                continue  # this provider has no such field
            wanted = await stage.words.fill(wanted)
            try:
                seen = field(shown, dots)
            except Unknown as unknown:
                stage.check((*path, name, dots), f"{meant}: {dots}", wanted, str(unknown), False)
                continue
            stage.check((*path, name, dots), f"{meant}: {dots}", wanted, seen)


async def balances(stage: Stage, body: schema.Expect, path: Path_) -> None:
    books = await stage.outside.control("GET", "/ledger", limit=1)
    currency = body.currency or stage.dialect.currency
    held = {
        row["name"]: row["balance"] for row in books["accounts"] if row["provider"] == stage.dialect.name and row["currency"] == currency
    }
    for account, given in (body.balances or {}).items():
        wanted = await stage.words.fill(given)
        stage.check((*path, account), f"{account} in {currency}", wanted, held.get(account, 0))
    stage.check(path, "the books balance", True, books["balanced"])


async def received(stage: Stage, body: schema.Expect, path: Path_) -> None:
    """What came in at the endpoint, in the order in which it came, copies too."""
    if stage.app:
        rows = await stage.outside.listed("/deliveries", endpoint=stage.endpoint)
        heard = [(attempt["started"], row["type"]) for row in rows for attempt in row["attempts"] if arrived(attempt)]
        types = [type for _, type in sorted(heard)]
    else:
        types = [row["type"] for row in await stage.outside.listed("/inbox")]
    wanted = stage.mine(body.received)
    if wanted is None:
        return
    seen = types if stage.app else types[stage.parcels_seen :]
    stage.parcels_seen = len(types)
    in_order(stage, body, path, "webhooks received", await stage.words.fill(list(wanted)), seen)


def arrived(attempt: Mapping[str, Any]) -> bool:
    return attempt["response"] is not None and 200 <= attempt["response"]["status"] < 300


async def deliveries(stage: Stage, body: schema.Expect, path: Path_) -> None:
    rows = await stage.outside.listed("/deliveries", endpoint=stage.endpoint)
    seen: Counter[str] = Counter(row["status"] for row in rows)
    seen["attempts"] = sum(len(row["attempts"]) for row in rows)
    for word, wanted in (body.deliveries or {}).items():
        enough = seen[word] >= wanted if stage.app and word in ("delivered", "attempts") else None
        stage.check((*path, word), f"deliveries: {word}", wanted, seen[word], enough)


async def did(stage: Stage, body: schema.Expect, path: Path_) -> None:
    rows = await stage.app_requests() if stage.app else []
    for number, each in enumerate(body.did or []):
        here = (*path, number)
        what = f"the application's {each.request}"
        wanted = "once or more" if each.times is None else each.times
        if not stage.app:
            stage.skip(here, what, wanted)
            continue
        done = matching(rows, each.request)
        if each.within is not None:
            done = [row for row in done if row["at"] <= stage.acted_at + each.within]
        stage.check(here, what, wanted, len(done), len(done) >= 1 if each.times is None else len(done) == each.times)


async def handler(stage: Stage, body: schema.Expect, path: Path_) -> None:
    for number, word in enumerate(body.handler or []):
        about, judge = HANDLERS[word]
        if not stage.app:
            stage.skip((*path, number), about, True)
            continue
        faults = await judge(stage)
        stage.check((*path, number), about, "no exception", faults or "no exception", not faults)


async def in_time(stage: Stage, body: schema.Expect, path: Path_) -> None:
    about = "the dispute was answered before its deadline"
    if not stage.app:
        stage.skip(path, about, True)
        return
    wrong = await evidence_in_time(stage, await stage.id(body.evidence_in_time or ""))
    stage.check(path, about, "no exception", wrong or "no exception", not wrong)


LOOKS: Mapping[str, Callable[[Stage, schema.Expect, Path_], Awaitable[None]]] = {
    "events": events, "objects": objects, "balances": balances, "received": received, "deliveries": deliveries,
    "did": did, "handler": handler, "evidence_in_time": in_time,
}  # fmt: skip


async def wait_for(stage: Stage, body: schema.WaitFor, path: Path_) -> None:
    """Time goes on, timer by timer, until the application has made the requests, or the span is over."""
    what = f"the application's {body.request}, within {body.within} s of simulated time"
    if not stage.app:
        stage.skip(path, what, body.times)
        return
    end = stage.now + body.within
    await stage.settle()
    while True:
        count = len(matching(await stage.app_requests(), body.request))
        if count >= body.times or stage.now >= end:
            break
        clock = await stage.outside.control("GET", "/clock")
        upcoming = clock["next"]["due"] if clock["next"] else end
        await stage.advance({"to": max(stage.now, min(upcoming, end))})
    stage.check(path, what, body.times, count, count >= body.times)
