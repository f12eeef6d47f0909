"""The tables that rule records, as a picture needs them: statuses from left to right, and what leads from one to another."""

from __future__ import annotations

from typing_extensions import TypedDict

from sandbox.core.records import NEW
from sandbox.providers.base import Provider
from sandbox.server.control.op import Ask, Op, Wrong


class State(TypedDict):
    name: str  # empty: not there yet
    shown: str  # as the API says it
    end: bool


class Way(TypedDict):
    """An arrow; triggers with the same consequences share one."""

    start: str
    end: str
    triggers: list[str]
    events: list[str]
    money: bool


class Machine(TypedDict):
    provider: str
    kind: str
    states: list[State]
    ways: list[Way]


class Standing:
    """A record of nothing but its status: enough to ask how the API says it."""

    def __init__(self, provider: str, status: str) -> None:
        self.id, self.provider, self.status, self.created = "", provider, status, 0


def shown_as(provider: Provider, status: str) -> str:
    return provider.status(Standing(provider.name, status)) if status != NEW else ""


def statuses(provider: Provider, kind: type) -> list[str]:
    """The words of the API for a kind's statuses, in the order in which its table reaches them."""
    table = provider.machines.get(kind, {})
    words = (word for (start, _), row in table.items() for word in (start, row.to) if word != NEW)
    return list(dict.fromkeys(shown_as(provider, word) for word in words))


async def machine(ask: Ask, name: str, kind: str) -> Machine:
    from sandbox.providers import diagram  # here: only whoever looks at a machine needs the drawing of one

    provider = ask.providers.get(name)
    found = {of.__name__.lower(): table for of, table in provider.machines.items()} if provider is not None else {}
    if provider is None or kind not in found:
        known = found or ask.providers
        message = f"There is no machine '{name}/{kind}'. There are: {', '.join(known)}."
        raise Wrong(404, "not_found", message, "kind" if found else "provider")
    columns, arrows = diagram.lanes(found[kind]), diagram.arrows(found[kind])
    leaves = {arrow.start for arrow in arrows}
    return {
        "provider": name,
        "kind": kind,
        "states": [{"name": status, "shown": shown_as(provider, status), "end": status not in leaves} for status in columns],
        "ways": [
            {"start": a.start, "end": a.end, "triggers": list(a.triggers), "events": list(a.events), "money": a.money} for a in arrows
        ],
    }


OPERATIONS: tuple[Op, ...] = (
    Op("GET", "/_sandbox/machines/{provider}/{kind}", machine, "The transition table of a kind of record", answer=Machine),
)
