"""Plays a scenario on one provider: a merchant made new, the clock at the story's start and frozen, then step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from zlib import crc32

from sandbox.scenario import schema
from sandbox.scenario.dialects import DIALECTS
from sandbox.scenario.outside import Denied, Outside
from sandbox.scenario.reader import Path_, Read
from sandbox.scenario.stage import Application as Application
from sandbox.scenario.stage import Failed, Halt, Stage
from sandbox.scenario.steps import LOOKING, STEPS
from sandbox.scenario.timeline import timeline
from sandbox.scenario.verdict import Verdict
from sandbox.scenario.words import Unknown

INBOX = "sandbox:inbox"
FOR_ITSELF = "this story asks nothing of an application: it shows what happens, and is judged only without --webhook"
Watch = Callable[[Stage, str, int], None]  # what is being done, how many steps were


async def play(
    read: Read, provider: str, outside: Outside, app: Application | None = None, seed: int | None = None, watch: Watch | None = None,
    record: bool = False,
) -> Verdict:  # fmt: skip
    """The story is over, and this is what came of it. The merchant was reset first and is left as the story ends.

    Args:
        record: what is asked of the merchant is kept, for `/record/stop` to write down.

    Raises:
        Unreachable: nobody answers.
        Denied: the server cannot be brought to the story's beginning.
    """
    scenario = read.scenario
    seed = next(each for each in (seed, scenario.seed, crc32(scenario.name.encode())) if each is not None)
    await outside.control("POST", "/reset")
    await outside.control("POST", "/settings", {"seed": seed, **scenario.settings})
    await outside.control("POST", "/clock", {"now": scenario.start, "rate": 0})
    endpoint = await hook(outside, provider, app) if DIALECTS[provider].webhooks else None
    if record:
        await outside.control("POST", "/record/start")
    stage = Stage(read, outside, DIALECTS[provider], seed, endpoint, app)
    play = Play(stage, watch)
    try:
        await play.all(scenario.steps, ("steps",))
    except Halt:
        pass
    if app is not None and all(check.ok is None for check in stage.checks):
        for path in play.passed_over:
            stage.skip(path, "what holds without an application", None, FOR_ITSELF)
    return Verdict(
        scenario.name, scenario.about, provider, seed, scenario.start, stage.now, stage.checks, await timeline(stage)
    )


async def hook(outside: Outside, provider: str, app: Application | None) -> str:
    """The endpoint that the provider's webhooks go to: the application's, or the built-in inbox."""
    secret = {"secret": app.secret} if app and app.secret else {}
    made = await outside.control("POST", "/webhook_endpoints", {"provider": provider, "url": INBOX if app is None else app.url, **secret})
    return str(made["id"])


class Play:
    """The steps of one run, one after the other."""

    def __init__(self, stage: Stage, watch: Watch | None) -> None:
        self.stage = stage
        self.watch = watch
        self.done = 0
        self.passed_over: list[Path_] = []  # expectations of the story alone

    async def all(self, steps: Sequence[schema.Step], path: Path_) -> None:
        for number, step in enumerate(steps):
            await self.one(step, (*path, number))

    async def one(self, step: schema.Step, path: Path_) -> None:
        """The step is done, and what the application did about it is over. Raises Halt."""
        stage = self.stage
        if (step.only is not None and stage.dialect.name not in step.only) or step.when == ("alone" if stage.app else "app"):
            if step.expect is not None and stage.app:
                self.passed_over.append((*path, "expect"))
            return
        verb = step.verbs()[0]
        here = (*path, verb)
        try:
            if step.repeat is not None:
                await self.repeat(step.repeat, (*here, "steps"))
            elif step.choose is not None:
                chosen = stage.words.random.choices(range(len(step.choose)), [choice.weight for choice in step.choose])[0]
                await self.all(step.choose[chosen].steps, (*here, chosen, "steps"))
            else:
                if self.done >= schema.TAKEN_MAX:
                    raise Failed(f"a story takes {schema.TAKEN_MAX} steps at most, repetitions counted")
                if not stage.dialect.speaks(verb):
                    raise Failed(f"{stage.dialect.name} has no '{verb}': say `only` which providers the step is for")
                if self.watch is not None:
                    self.watch(stage, verb, self.done)
                if verb not in LOOKING:
                    stage.acted_at = stage.now
                await STEPS[verb](stage, getattr(step, verb), here)
                if verb not in LOOKING and verb != "advance":
                    await stage.settle()
                    stage.acted_at = stage.now
                self.done += 1
        except (Unknown, Failed) as error:
            stage.check(here, f"{verb} is carried out", "done", str(error), False)
            raise Halt from None
        except Denied as denied:
            stage.check(here, f"{verb} is carried out", "done", denied.message, False)
            raise Halt from None

    async def repeat(self, body: schema.Repeat, path: Path_) -> None:
        stage = self.stage
        times = await stage.words.fill(body.times)
        if not isinstance(times, int) or not 0 <= times <= schema.REPEAT_MAX:
            raise Failed(f"steps are repeated up to {schema.REPEAT_MAX} times, not {times!r:.40}")
        hidden: Any = stage.words.values.get(body.count)
        for number in range(1, times + 1):
            stage.words.values[body.count] = number
            await self.all(body.steps, path)
        if hidden is None:
            stage.words.values.pop(body.count, None)
        else:
            stage.words.values[body.count] = hidden
