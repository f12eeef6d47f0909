"""Stories played with a merchant of this very server, and what was done at a merchant written down as a story.

The runner drives the server from outside, over HTTP without a port. What it needs is imported at the first call: a server's
start need not pay for it.
"""

from __future__ import annotations

from typing import Any, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from sandbox.core.records import Event
from sandbox.server.control.op import Ask, Body, ListQuery, Op, Wrong, iso, page
from sandbox.server.driver import has_records
from sandbox.server.tape import Tape

BEGIN = "/_sandbox/record/start"
RECORDED = "What was done by hand, or by an application through the API."


class ScenarioRow(TypedDict):
    name: str
    about: str
    providers: list[str]


class Scenarios(TypedDict):
    data: list[ScenarioRow]
    has_more: bool
    next: str | None


class ScenarioShown(ScenarioRow):
    file: str
    steps: int
    seed: int | None
    start: str
    yaml: str


class Played(TypedDict):
    passed: bool
    verdicts: list[dict[str, Any]]
    html: NotRequired[str]


class Recording(TypedDict):
    recording: bool
    since: int | None
    iso: str | None
    calls: int
    lost: int


class Started(TypedDict):
    since: int
    iso: str


class Written(TypedDict):
    name: str
    provider: str
    steps: int
    left_out: list[str]
    yaml: str


class RunScenario(Body):
    provider: str | None = Field(None, description="Default: every provider that the scenario lists")
    seed: int | None = Field(None, ge=0, le=2**53, description="Default: the scenario's own")
    webhook: str | None = Field(None, max_length=5_000, description="Where the application under test takes webhooks: it takes part")
    webhook_secret: str | None = Field(None, min_length=1, max_length=500)
    settle_ms: int = Field(0, ge=0, le=60_000, description="Wall time that the application is given after its webhooks")
    html: bool = Field(False, description="Answer the report as a page too")


class StopRecording(Body):
    name: str = Field("recorded", pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)
    about: str = Field(RECORDED, min_length=1, max_length=2_000)
    provider: str | None = Field(None, description="Whose calls; default: the first that was called")


async def index(ask: Ask) -> dict[str, Any]:
    from sandbox.scenario.library import catalogue

    query: ListQuery = ask.query
    rows = [ScenarioRow(name=s.name, about=s.about, providers=list(s.providers)) for s in catalogue()]
    names = [row["name"] for row in rows]
    if query.after is not None and query.after not in names:
        raise Wrong(404, "cursor_unknown", "after= names no scenario: start again without it.", "after")
    start = names.index(query.after) + 1 if query.after is not None else 0
    return page(rows[start:], query.limit, lambda row: row, lambda row: row["name"])


def shipped(name: str) -> Any:
    """The shipped scenario of that name. Raises Wrong 404."""
    from sandbox.scenario.library import catalogue, find

    if name not in [scenario.name for scenario in catalogue()]:
        raise Wrong(404, "not_found", f"There is no scenario '{name}'. GET /_sandbox/scenarios lists what there is.", "name")
    return find(name)


async def one(ask: Ask, name: str) -> dict[str, Any]:
    from sandbox.scenario.library import text

    scenario = shipped(name).scenario
    return {
        "name": scenario.name, "about": scenario.about, "providers": list(scenario.providers), "file": f"scenarios/{name}.yaml",
        "steps": len(scenario.steps), "seed": scenario.seed, "start": iso(scenario.start), "yaml": text(name),
    }  # fmt: skip


async def run(ask: Ask, name: str) -> dict[str, Any]:
    """A shipped scenario is played with the merchant, which is reset first; answers when it is over.

    Whoever watches the merchant's stream hears of every step as `progress`.
    """
    from sandbox.scenario.report.data import verdict_row
    from sandbox.scenario.report.html import as_html

    body: RunScenario = ask.body
    read = shipped(name)
    providers = list(read.scenario.providers)
    if body.provider is not None and body.provider not in providers:
        raise Wrong(422, "param_invalid", f"Scenario {name} is not told of '{body.provider}': use {' or '.join(providers)}.", "provider")
    playing, merchant = ask.control.playing, ask.merchant.name
    if merchant in playing:
        raise Wrong(409, "scenario_running", f"Merchant {merchant} plays a scenario already: wait, or use another merchant.")
    playing.add(merchant)
    try:
        verdicts = [await _play(ask, read, each) for each in ([body.provider] if body.provider else providers)]
    finally:
        playing.discard(merchant)
    rows = [verdict_row(verdict) for verdict in verdicts]
    shown = {"html": as_html(verdicts).decode()} if body.html else {}
    return {"passed": all(row["passed"] for row in rows), "verdicts": rows, **shown}


async def _play(ask: Ask, read: Any, provider: str) -> Any:
    """One story on one provider. Raises Wrong where the server cannot be brought to its beginning."""
    import httpx

    from sandbox.scenario.outside import Denied, Outside
    from sandbox.scenario.runner import Application, play
    from sandbox.server.app import App

    body: RunScenario = ask.body
    world = ask.control.world
    app = App(world, ask.control.driver, ask.control, base_url=world.base_url)

    def watch(stage: Any, verb: str, done: int) -> None:
        what = {"scenario": read.scenario.name, "provider": provider, "step": done + 1, "verb": verb, "now": stage.now,
                "failed": sum(check.ok is False for check in stage.checks)}  # fmt: skip
        world.tell(ask.merchant.name, "progress", what)

    under_test = Application(body.webhook, body.webhook_secret or "", body.settle_ms) if body.webhook else None
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1", trust_env=False) as client:
        try:
            return await play(read, provider, Outside(client, ask.merchant.name), under_test, body.seed, watch)
        except Denied as denied:
            raise Wrong(denied.status, denied.code, denied.message) from None


# Recordings


async def state(ask: Ask) -> Recording:
    tape = ask.control.world.desks[ask.merchant.name].tape
    if tape is None:
        return {"recording": False, "since": None, "iso": None, "calls": 0, "lost": 0}
    calls = sum(call.path != BEGIN for call in tape.calls)  # the one that began it stands on it too
    return {"recording": True, "since": tape.since, "iso": iso(tape.since), "calls": calls, "lost": tape.lost}


async def start(ask: Ask) -> Started:
    """From now on what is asked of the merchant is kept, until `stop` writes it down."""
    desk = ask.control.world.desks[ask.merchant.name]
    if desk.tape is not None:
        raise Wrong(409, "recording", "A recording is under way already: POST /_sandbox/record/stop ends it.")
    if has_records(ask.merchant):
        message = "A replay begins with a merchant without records, and this one has some: POST /_sandbox/reset first."
        raise Wrong(409, "merchant_in_use", message)
    desk.tape = Tape(ask.merchant)
    ask.control.world.tell(ask.merchant.name, "recording", {"recording": True})
    return {"since": desk.tape.since, "iso": iso(desk.tape.since)}


async def stop(ask: Ask) -> Written:
    """The recording as a scenario file, which expects the events that there were."""
    import orjson

    from sandbox.scenario.ranging import Told
    from sandbox.scenario.recording import record

    body: StopRecording = ask.body
    desk = ask.control.world.desks[ask.merchant.name]
    tape = desk.tape
    if tape is None:
        raise Wrong(404, "not_recording", "No recording is under way: POST /_sandbox/record/start begins one.")
    if body.provider is not None and body.provider not in ask.providers:
        raise Wrong(422, "param_invalid", f"There is no provider '{body.provider}'.", "provider")
    provider = body.provider or next((call.provider for call in tape.calls if call.provider), next(iter(ask.providers)))
    desk.tape = None
    ask.control.world.tell(ask.merchant.name, "recording", {"recording": False})
    shelf = ask.merchant.store.shelves.get((provider, Event))
    events = [
        Told(event.type, event.object_id, orjson.loads(ask.providers[provider].envelope(ask.merchant, event)),
             event.created, event.request_id)
        for event in (shelf.rows.values() if shelf is not None else ())
    ]  # fmt: skip
    made = record(body.name, body.about, provider, tape.since, ask.merchant.now, tape.settings, tape.calls, events)
    left_out = [*made.left_out, *([f"{tape.lost} calls after the first {len(tape.calls)}"] if tape.lost else [])]
    return {"name": body.name, "provider": provider, "steps": made.steps, "left_out": left_out, "yaml": made.text}


OPERATIONS: tuple[Op, ...] = (
    Op("GET", "/_sandbox/scenarios", index, "The shipped scenarios", query=ListQuery, answer=Scenarios),
    Op("GET", "/_sandbox/scenarios/{name}", one, "One scenario, with its file's text", answer=ScenarioShown),
    Op("POST", "/_sandbox/scenarios/{name}/run", run, "Plays a scenario with the merchant, which is reset first", RunScenario,
       answer=Played),
    Op("GET", "/_sandbox/record", state, "Whether a recording is under way", answer=Recording),
    Op("POST", BEGIN, start, "Keeps what is asked of the merchant from now on", answer=Started),
    Op("POST", "/_sandbox/record/stop", stop, "What was kept, as a scenario file", StopRecording, answer=Written),
)  # fmt: skip
