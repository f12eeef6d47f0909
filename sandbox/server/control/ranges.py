"""A range of what was asked of a merchant, written down afterwards as a story that was played once to see that it goes through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx
import orjson
from pydantic import Field

from sandbox.core.records import Event
from sandbox.delivery.sender import Sender
from sandbox.server.control.op import Ask, Op, Wrong
from sandbox.server.control.scenarios import StopRecording, Written
from sandbox.server.tape import Taped
from sandbox.server.world import Desk, World

SCRATCH = "scenario"


class SaveRange(StopRecording):
    name: str = Field("range", pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)
    first: str = Field(min_length=1, max_length=200, description="The id of the first request, from GET /_sandbox/requests")
    last: str | None = Field(
        None, min_length=1, max_length=200, description="The id of the last request; default: everything up to now, control calls too"
    )


def place_of(desk: Desk, request_id: str, param: str) -> int:
    """Which line of the log that request is, counted from the merchant's birth. Raises Wrong 404."""
    begin = desk.noted - len(desk.log)
    for number, line in enumerate(desk.log, begin + 1):
        if line.id == request_id:
            return number
    raise Wrong(404, "not_found", f"The log has no request '{request_id}' (any more). GET /_sandbox/requests lists them.", param)


def asked_for(ask: Ask) -> tuple[list[Taped], list[int], int]:
    """All calls up to the range's end, which of them are inside, and the moment where it ends. Raises Wrong 404, 409, 422."""
    from sandbox.scenario.ranging import is_step

    body: SaveRange = ask.body
    desk = ask.control.world.desks[ask.merchant.name]
    tape = desk.history
    if tape is None:
        raise Wrong(409, "history_unknown", "This merchant did not begin with nothing here: it was restored, forked or loaded from a file. "
                    "POST /_sandbox/reset, then repeat what is to be saved.")  # fmt: skip
    first = place_of(desk, body.first, "first")
    last = place_of(desk, body.last, "last") if body.last is not None else None
    if last is not None and last < first:
        raise Wrong(422, "param_invalid", "`last` came before `first`: swap them.", "last")
    calls = tape.calls
    if tape.lost and (last is None or last > calls[-1].place):
        raise Wrong(409, "history_full", f"Only the merchant's first {len(calls)} calls are kept, and the range goes beyond them: "
                    "choose an earlier `last`, or POST /_sandbox/reset and record.")  # fmt: skip
    # A control call belongs to the range if it came between two of the range's requests, or up to now.
    until = [c for c in calls if last is None or c.place < last or (c.place == last and c.provider)]
    inside = [n for n, c in enumerate(until) if c.place >= first and is_step(c)]
    if not inside:
        raise Wrong(422, "range_empty", "Nothing in this range changed anything that a step can repeat: choose a wider one.", "first")
    return until, inside, ask.merchant.now if last is None else until[inside[-1]].at


async def save(ask: Ask) -> Written:
    """The calls of the range and what they build upon, as a scenario with the events that its replay had.

    Where those alone do not replay to the events that there were, everything before them is taken too.
    """
    from sandbox.scenario.ranging import History, Told, is_step
    from sandbox.scenario.recording import goes_untold, record

    body: SaveRange = ask.body
    if body.provider is not None and body.provider not in ask.providers:
        raise Wrong(422, "param_invalid", f"There is no provider '{body.provider}'.", "provider")
    calls, inside, end = asked_for(ask)
    provider = body.provider or next((calls[n].provider for n in inside if calls[n].provider), next(iter(ask.providers)))
    shelf = ask.merchant.store.shelves.get((provider, Event))
    events = [
        Told(e.type, e.object_id, orjson.loads(ask.providers[provider].envelope(ask.merchant, e)), e.created, e.request_id)
        for e in (shelf.rows.values() if shelf is not None else ())
    ]
    history = History(calls, events)
    settings = calls[inside[0]].settings
    everything = [n for n, call in enumerate(calls) if is_step(call)]
    wrong = ""
    for chosen in (history.needed(inside), everything):
        told = history.expected(set(chosen), end)
        some = [calls[n] for n in chosen]
        made = record(body.name, body.about, provider, some[0].at, end, settings, some, told)
        wrong, seen = await replayed(ask.control.world, made.text, provider)
        if wrong or (seen != [event.type for event in told] and chosen != everything):
            continue
        text = record(body.name, body.about, provider, some[0].at, end, settings, some, told, seen).text
        begun = [c for c in calls[inside[0] :] if not is_step(c) and not goes_untold(c)]
        left_out = [*made.left_out, *(f"{c.method} {c.path}" for c in begun)]
        return {"name": body.name, "provider": provider, "steps": made.steps, "left_out": left_out, "yaml": text}
    raise Wrong(422, "range_does_not_replay", f"The range does not replay, with what came before it neither: {wrong}. "
                "Choose another range, or POST /_sandbox/reset and record.", "first")  # fmt: skip


async def replayed(world: World, text: str, provider: str) -> tuple[str, Sequence[str]]:
    """What went wrong in the story, and the events that it had: played in a world of its own, which nobody sees and nothing leaves."""
    from sandbox.scenario.outside import Denied, Outside
    from sandbox.scenario.reader import BadFile, read
    from sandbox.scenario.runner import play
    from sandbox.server.app import build

    try:
        story = read(text, "range.yaml")
    except BadFile as bad:
        return str(bad), ()
    wall = world.wall()
    app = build(World(list(world.providers.values()), lambda: wall), base_url=world.base_url, transport=httpx.MockTransport(taken))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", trust_env=False) as client:
        try:
            verdict = await play(story, provider, Outside(client, SCRATCH))
        except Denied as denied:
            return denied.message, ()
        finally:
            if isinstance(app.driver.sender, Sender):
                await app.driver.sender.close()
    seen: Sequence[str] = ()
    for check in verdict.checks:
        if check.what.startswith("events"):
            seen = check.seen
        elif check.ok is False:
            return f"{check.step} ({step_of(check.step, story.scenario)}): {check.what}, but {check.seen}", ()
    return "", seen


def step_of(place: str, scenario: Any) -> str:
    """The call of a step, for people: steps[3].request is POST /v1/refunds."""
    number = place.partition("[")[2].partition("]")[0]
    step = scenario.steps[int(number)]
    request: Any = step.request
    return f"{request.method} {request.path}" if request is not None else step.verbs()[0]


def taken(request: httpx.Request) -> httpx.Response:
    """Webhooks of a replay reach nobody: an application must not hear twice of what happened once."""
    return httpx.Response(200)


OPERATIONS: tuple[Op, ...] = (
    Op("POST", "/_sandbox/record/range", save, "A range of the request log, as a scenario file that was seen to replay", SaveRange,
       answer=Written),
)  # fmt: skip
