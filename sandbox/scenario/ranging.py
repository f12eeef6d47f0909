"""Which calls a range of a merchant's history needs, and which events a replay of them should have."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple, Protocol

from sandbox.scenario import recording
from sandbox.scenario.recording import AN_ID, CONTROL, answered, ids_in


class Taped(recording.Taped, Protocol):
    @property
    def id(self) -> str: ...
    @property
    def place(self) -> int: ...


class Told(NamedTuple):
    """One event of the merchant, and the request that it came of; empty when the clock or the bank did it."""

    type: str
    object: str
    payload: Any
    created: int
    request_id: str


def is_step(call: recording.Taped) -> bool:
    """Whether a step can repeat the call."""
    return bool(call.provider) or f"{call.method} {call.path}" in CONTROL


class History:
    """What a merchant was asked from its birth, and the events that it had."""

    def __init__(self, calls: Sequence[Taped], events: Sequence[Told]) -> None:
        self.calls, self.events = calls, events
        self.made: dict[str, int] = {}  # an id -> the call that was first answered with it
        for number, call in enumerate(calls):
            given = set(named(call))
            for _, id in answered(call):
                if id not in given:  # else it was there before
                    self.made.setdefault(id, number)
        self.asked = {call.id: number for number, call in enumerate(calls) if call.id}
        self.told: dict[str, Told] = {}  # an id -> the event that first told of it
        for event in events:
            for id in (event.object, *(found for _, found in ids_in(event.payload))):
                self.told.setdefault(id, event)

    def needed(self, inside: Collection[int]) -> list[int]:
        """The calls inside and those before them that they build upon: what made the objects they name, and what acted on those."""
        last = max(inside)
        chosen = set(inside)
        open_ids = [id for number in inside for id in named(self.calls[number])]
        seen: set[str] = set()
        while open_ids:
            id = open_ids.pop()
            if id in seen:
                continue
            seen.add(id)
            more = {number for number in range(last) if id in addressed(self.calls[number])}
            if id in self.made:
                more.add(self.made[id])
            elif id in self.told:
                event = self.told[id]
                open_ids += [found for _, found in ids_in(event.payload) if found in self.made]
                more |= {self.asked[event.request_id]} if event.request_id in self.asked else set()
            for number in more - chosen:
                if number < last and is_step(self.calls[number]):
                    chosen.add(number)
                    open_ids += named(self.calls[number])
        return sorted(chosen)

    def expected(self, chosen: Collection[int], until: int) -> list[Told]:
        """The events of these calls, and of what they made as time went on, up to a moment."""
        found = []
        for event in self.events:
            if event.created > until:
                continue
            if event.request_id:
                mine = self.asked.get(event.request_id) in chosen
            elif event.object in self.made:
                mine = self.made[event.object] in chosen
            else:
                mine = all(self.made[id] in chosen for _, id in ids_in(event.payload) if id in self.made)
            if mine:
                found.append(event)
        return found


def addressed(call: recording.Taped) -> list[str]:
    """The ids that the call's path names: what it acts on."""
    return AN_ID.findall(" ".join((call.path, *call.values)))


def named(call: recording.Taped) -> list[str]:
    """Every id that the call names."""
    body = call.body.decode("latin-1") if isinstance(call.body, bytes) else json.dumps(call.body)
    return [*addressed(call), *AN_ID.findall(f"{call.query} {body}")]
