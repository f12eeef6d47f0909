"""What goes wrong on purpose: faults asked for, listed with how often they struck, taken back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator
from typing_extensions import TypedDict

from sandbox.core import faults
from sandbox.core.faults import KINDS, WALL, WEBHOOK
from sandbox.core.records import Fault
from sandbox.server.control.lists import oldest_first
from sandbox.server.control.op import Ask, Body, ListQuery, Op, Wrong, iso, not_found, page
from sandbox.settings import nearest

COUNT_MAX = 1_000_000
TIMES_MAX = 100
PATTERNS_MAX = 100
PATTERN_CHARACTERS_MAX = 500
WALL_SECONDS_MAX = 600  # a request that waits holds whoever waits for the merchant to be quiet
SIMULATED_SECONDS_MAX = 366 * 86_400
A_PATH = re.compile(r"([A-Z*]+ )?[/*]")


class AddFault(Body):
    where: Literal["request", "response", "webhook"] = Field(description="Before the work, after it, or an event on its way")
    what: str | int = Field(description="; ".join(f"{where}: {', '.join(kinds)}" for where, kinds in KINDS.items()))
    paths: list[str] = Field(
        [], max_length=PATTERNS_MAX, description='Such as "/v1/refunds*" or "POST /v1/*"; of a webhook: its endpoint\'s path'
    )
    events: list[str] = Field([], max_length=PATTERNS_MAX, description="Of webhooks, such as charge.dispute.*")
    nth: int = Field(1, ge=1, le=COUNT_MAX, description="The first that is struck of those it meets; with it, count is 1 unless said")
    probability: float = Field(1.0, gt=0, le=1, description="Drawn from the seed")
    count: int | None = Field(None, ge=1, le=COUNT_MAX, description="How often it strikes; default: no limit")
    seconds: float | None = Field(None, ge=0, le=SIMULATED_SECONDS_MAX, allow_inf_nan=False, description="How long, where it takes time")
    times: int | None = Field(None, ge=1, le=TIMES_MAX, description="duplicate: how many copies more")
    retry: bool | None = Field(None, description="429, locked, 500, 503: what Stripe-Should-Retry says")

    @field_validator("paths", "events")
    @classmethod
    def _short(cls, patterns: list[str]) -> list[str]:
        if any(not 0 < len(pattern) <= PATTERN_CHARACTERS_MAX for pattern in patterns):
            raise ValueError(f"a pattern has 1 to {PATTERN_CHARACTERS_MAX} characters")
        return patterns

    @model_validator(mode="after")
    def _seconds_of_a_reorder(self) -> AddFault:
        if self.what == "reorder" and self.seconds is not None and self.seconds < 1:
            raise ValueError("a reorder needs a window of a second at least")
        return self


class FaultRow(TypedDict):
    id: str
    where: str
    what: str
    about: str
    status: str
    created: int
    iso: str
    paths: Sequence[str]
    events: Sequence[str]
    nth: int
    probability: float
    count: int | None
    seconds: float | None
    times: int | None
    retry: bool | None
    met: int
    struck: int


class KindRow(TypedDict):
    what: str
    about: str
    clock: str | None  # of its seconds: wall or simulated; None: it takes none
    seconds: float | None  # unless said otherwise
    times: int | None
    retry: bool  # whether it takes retry


class Faults(TypedDict):
    kinds: dict[str, list[KindRow]]
    data: list[FaultRow]
    has_more: bool
    next: str | None


class Deleted(TypedDict):
    id: str
    deleted: bool


class AllDeleted(TypedDict):
    deleted: int


def fault_row(f: Fault) -> FaultRow:
    kind = KINDS[f.where][f.what]
    return {
        "id": f.id,
        "where": f.where,
        "what": f.what,
        "about": kind.about,
        "status": f.status,
        "created": f.created,
        "iso": iso(f.created),
        "paths": f.paths,
        "events": f.events,
        "nth": f.nth,
        "probability": f.probability,
        "count": f.limit or None,
        "seconds": f.seconds if kind.clock else None,
        "times": f.times or None,
        "retry": f.retry,
        "met": f.met,
        "struck": f.struck,
    }


def checked(body: AddFault) -> str:
    """The word of what goes wrong. Raises Wrong 422 for what does not exist, or takes no such field."""
    what = str(body.what)
    kinds = KINDS[body.where]
    kind = kinds.get(what)
    if kind is None:
        elsewhere = [where for where in KINDS if what in KINDS[where]]
        hint = f" It is a fault of a {' or '.join(elsewhere)}." if elsewhere else nearest(what, kinds)
        raise _wrong("what", f"No fault '{what:.40}' can strike a {body.where}: use one of {', '.join(kinds)}.{hint}")
    if body.seconds is not None and not kind.clock:
        raise _wrong("seconds", f"{what} takes no time: leave seconds out.")
    if kind.clock == WALL and (body.seconds or 0) > WALL_SECONDS_MAX:
        raise _wrong("seconds", f"{what} lasts {WALL_SECONDS_MAX} seconds of wall time at most.")
    if body.times is not None and not kind.times:
        raise _wrong("times", f"{what} makes no copies: only duplicate takes times.")
    if body.retry is not None and not kind.status:
        raise _wrong("retry", f"{what} has no answer that could say retry: only 429, locked, 500 and 503 do.")
    if body.events and body.where != WEBHOOK:
        raise _wrong("events", f"A {body.where} is of no event type: use paths, or where: webhook.")
    for pattern in body.paths:
        if not A_PATH.match(pattern):
            raise _wrong("paths", f"'{pattern:.40}' is no path: write /v1/refunds, /v1/* or POST /v1/refunds.")
    return what


def _wrong(param: str, message: str) -> Wrong:
    return Wrong(422, "param_invalid", message, param)


async def index(ask: Ask) -> dict[str, Any]:
    query: ListQuery = ask.query
    return {"kinds": kinds(), **page(oldest_first([ask.merchant.faults], query.after), query.limit, fault_row)}


def kinds() -> dict[str, list[KindRow]]:
    """What can go wrong, place by place."""
    return {
        where: [
            {"what": what, "about": kind.about, "clock": kind.clock or None, "seconds": kind.seconds if kind.clock else None,
             "times": kind.times or None, "retry": bool(kind.status)}
            for what, kind in found.items()
        ]
        for where, found in KINDS.items()
    }  # fmt: skip


async def add(ask: Ask) -> FaultRow:
    """The fault strikes from now on."""
    body: AddFault = ask.body
    what = checked(body)
    count = body.count or (1 if "nth" in body.model_fields_set else 0)

    def work() -> Fault:
        return faults.add(
            ask.merchant, body.where, what, body.paths, body.events, body.nth, body.probability, count, body.seconds, body.times,
            body.retry,
        )  # fmt: skip

    return fault_row(await ask.unit(work))


async def delete(ask: Ask, fault_id: str) -> Deleted:
    fault = ask.merchant.faults.rows.get(fault_id)
    if fault is None:
        raise not_found("fault", fault_id, "faults")
    await ask.unit(lambda: ask.merchant.drop(fault))
    return {"id": fault_id, "deleted": True}


async def delete_all(ask: Ask) -> AllDeleted:
    found = list(ask.merchant.faults.rows.values())

    def work() -> None:
        for fault in found:
            ask.merchant.drop(fault)

    await ask.unit(work)
    return {"deleted": len(found)}


OPERATIONS: tuple[Op, ...] = (
    Op("GET", "/_sandbox/faults", index, "What goes wrong on purpose, and how often it did", query=ListQuery, answer=Faults),
    Op("POST", "/_sandbox/faults", add, "Something goes wrong from now on", AddFault, answer=FaultRow),
    Op("DELETE", "/_sandbox/faults", delete_all, "Nothing goes wrong on purpose any more", answer=AllDeleted),
    Op("DELETE", "/_sandbox/faults/{id}", delete, "This does not go wrong any more", answer=Deleted),
)
