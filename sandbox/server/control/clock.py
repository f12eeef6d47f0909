"""A merchant's clock: read, set, moved forward."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field, model_validator
from typing_extensions import TypedDict

from sandbox.core.changes import Timer
from sandbox.server.control.finding import payment_id
from sandbox.server.control.op import Ask, Body, Op, When, iso

RATE_MAX = 1_000_000
SPAN_MAX_S = 100 * 366 * 86_400
SETTLE_MS_MAX = 60_000
SECONDS_OF = {"days": 86_400, "hours": 3_600, "seconds": 1}


class ClockSet(Body):
    now: When | None = Field(None, description="Forward only, except on a merchant without records")
    rate: float | None = Field(None, ge=0, le=RATE_MAX, allow_inf_nan=False, description="0 freezes, 1 is live, n is n times as fast")


class Advance(Body):
    days: float | None = Field(None, ge=0, allow_inf_nan=False)
    hours: float | None = Field(None, ge=0, allow_inf_nan=False)
    seconds: float | None = Field(None, ge=0, allow_inf_nan=False)
    to: When | None = None
    until: Literal["next", "idle"] | None = Field(
        None, description="next: the next timer rings; idle: none is left but recurring ones, two years at most"
    )
    wait: bool = Field(True, description="Wait at each instant until its webhooks are answered and no request is running")
    settle_ms: int = Field(0, ge=0, le=SETTLE_MS_MAX, description="Wall time to wait longer at each instant")

    @model_validator(mode="after")
    def _one_goal(self) -> Advance:
        goals = [name for name in ("days", "hours", "seconds", "to", "until") if getattr(self, name) is not None]
        if len(goals) != 1:
            sent = f"; {' and '.join(goals)} were sent" if goals else ""
            forms = '{"days": n}, {"hours": n}, {"seconds": n}, {"to": time}, {"until": "next" or "idle"}'
            raise ValueError(f"send exactly one of {forms}{sent}")
        if self.span() > SPAN_MAX_S:
            raise ValueError("an advance goes a hundred years at most")
        return self

    def span(self) -> int:
        """Seconds to go, where a span was asked for."""
        asked = sum((getattr(self, name) or 0) * seconds for name, seconds in SECONDS_OF.items())
        return int(min(asked, SPAN_MAX_S + 1))


class Next(TypedDict):
    due: int
    name: str
    target: str


class Held(TypedDict):
    delivery: str
    url: str
    since: float


class Shown(TypedDict):
    now: int
    iso: str
    rate: float
    advancing: bool
    next: Next | None
    held_by: Sequence[Held]


class Fired(TypedDict):
    due: int
    name: str
    target: str
    provider: str
    kind: str
    payment: str | None  # that it is about


class Advanced(TypedDict):
    now: int
    iso: str
    fired: list[Fired]
    events: list[str]


def shown(ask: Ask) -> Shown:
    merchant, sender = ask.merchant, ask.control.driver.sender
    timer = merchant.timers.next()
    return {
        "now": merchant.now,
        "iso": iso(merchant.now),
        "rate": merchant.clock.rate,
        "advancing": ask.control.driver.advancing(merchant),
        "next": {"due": timer.due, "name": timer.name, "target": timer.target} if timer is not None else None,
        "held_by": [_held(row) for row in sender.held_by(merchant)] if sender is not None else [],
    }


def _held(row: Any) -> Held:
    return {"delivery": row["delivery"], "url": row["url"], "since": row["since"]}


async def read(ask: Ask) -> Shown:
    return shown(ask)


async def set_(ask: Ask) -> Shown:
    """The clock shows what was asked for; timers on the way there have rung."""
    body: ClockSet = ask.body
    await ask.control.driver.set_clock(ask.merchant, body.now, body.rate)
    return shown(ask)


async def advance(ask: Ask) -> Advanced:
    """Time went on; answers what rang and the events that were frozen meanwhile."""
    body: Advance = ask.body
    merchant = ask.merchant

    def goal() -> int | None:
        """Reckoned when this advance's turn comes: two of a day each make two days."""
        if body.until == "idle":
            return None
        if body.until == "next":
            timer = merchant.timers.next()
            return max(timer.due, merchant.now) if timer is not None else merchant.now
        return body.to if body.to is not None else merchant.now + body.span()

    fired, events = await ask.control.driver.advance(merchant, goal, body.wait, body.settle_ms)
    return {"now": merchant.now, "iso": iso(merchant.now), "fired": [_fired(ask, timer) for timer in fired], "events": events}


def _fired(ask: Ask, timer: Timer) -> Fired:
    return {
        "due": timer.due, "name": timer.name, "target": timer.target, "provider": timer.provider, "kind": timer.kind,
        "payment": payment_id(ask, timer.target),
    }  # fmt: skip


OPERATIONS: tuple[Op, ...] = (
    Op("GET", "/_sandbox/clock", read, "What time it is at the merchant, and what rings next", answer=Shown),
    Op("POST", "/_sandbox/clock", set_, "Sets the clock's time or rate", ClockSet, answer=Shown),
    Op("POST", "/_sandbox/clock/advance", advance, "Moves time forward, webhooks answered at each instant", Advance, answer=Advanced),
)
