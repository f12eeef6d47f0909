"""Snapshots: one merchant's whole state with its clock, to go back to or to give to another merchant.

A snapshot is the list of changes that makes the state anew, kept in the journal under `snapshot/<merchant>/<number>` and led
by one change that says what it is. Records never change, so a snapshot in memory shares them with the merchant.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field
from typing_extensions import TypedDict

from sandbox.core import snapshot
from sandbox.core.changes import Change, Configure, Tick
from sandbox.core.merchant import Merchant
from sandbox.server.control.merchants import MerchantRow, merchant_row
from sandbox.server.control.op import Ask, Body, ListQuery, MerchantName, Op, Wrong, iso, page
from sandbox.server.driver import has_records

KEPT_MAX = 100  # per merchant: a loop that never deletes should hear of it
PREFIX = "snap_"


class SnapshotRow(TypedDict):
    id: str
    name: str | None
    now: int
    iso: str
    records: int


class Snapshots(TypedDict):
    data: list[SnapshotRow]
    has_more: bool
    next: str | None


class Deleted(TypedDict):
    id: str
    deleted: bool


class Take(Body):
    name: str | None = Field(None, max_length=200, description="For people")


class Fork(Body):
    merchant: MerchantName = Field(description="Who gets the state; without records so far")


# Where they are kept


def key_of(merchant: str, number: int) -> str:
    return f"snapshot/{merchant}/{number}"


def numbers(ask: Ask) -> list[int]:
    start = f"snapshot/{ask.merchant.name}/"
    return sorted(int(key[len(start) :]) for key in ask.control.world.set_aside if key.startswith(start))


def get(ask: Ask, snapshot_id: str) -> tuple[str, Sequence[Change]]:
    """The key and the changes of a snapshot of this merchant. Raises Wrong 404."""
    number = snapshot_id.removeprefix(PREFIX)
    if snapshot_id.startswith(PREFIX) and number.isdigit():
        key = key_of(ask.merchant.name, int(number))
        changes = ask.control.world.set_aside.get(key)
        if changes:
            return key, changes
    message = f"Merchant {ask.merchant.name} has no snapshot '{snapshot_id}'. GET /_sandbox/snapshots lists them."
    raise Wrong(404, "not_found", message, "id")


def row(ask: Ask, number: int) -> SnapshotRow:
    changes = ask.control.world.set_aside[key_of(ask.merchant.name, number)]
    label, clock = changes[0], changes[1]
    assert isinstance(label, Configure), "a snapshot begins with its label"
    assert isinstance(clock, Tick), "a snapshot's second change is its clock"
    return {
        "id": f"{PREFIX}{number}",
        "name": label.settings["name"],
        "now": int(clock.now),
        "iso": iso(clock.now),
        "records": label.settings["records"],
    }


# Calls


async def index(ask: Ask) -> dict[str, Any]:
    query: ListQuery = ask.query
    since = 0
    if query.after is not None:
        since = int(get(ask, query.after)[0].rpartition("/")[2])
    return page((n for n in numbers(ask) if n > since), query.limit, lambda number: row(ask, number))


async def take(ask: Ask) -> SnapshotRow:
    """The state is kept as it is now; the merchant goes on."""
    kept = numbers(ask)
    if len(kept) >= KEPT_MAX:
        message = f"There are {KEPT_MAX} snapshots already: DELETE /_sandbox/snapshots/{PREFIX}{kept[0]} or others first."
        raise Wrong(409, "too_many", message)
    number = kept[-1] + 1 if kept else 1
    merchant, world = ask.merchant, ask.control.world
    wall = world.wall()
    now, dumped = merchant.clock.at(wall), snapshot.dump(merchant)
    records = sum(map(len, merchant.store.shelves.values()))
    label = Configure({"name": ask.body.name, "records": records})
    changes = [label, Tick(now, wall, merchant.clock.rate), *(c for c in dumped if c.__class__ is not Tick)]
    key = key_of(merchant.name, number)
    world.set_aside[key] = changes
    await ask.control.durably(world.journal.rewrite(key, changes))
    told(ask, f"{PREFIX}{number}")
    return row(ask, number)


def told(ask: Ask, snapshot_id: str, **more: Any) -> None:
    """Whoever watches the merchant has heard that its snapshots changed, or who began with one."""
    ask.control.world.tell(ask.merchant.name, "snapshot", {"id": snapshot_id, **more})


def anew(ask: Ask, changes: Sequence[Change]) -> list[Change]:
    """The state, its clock running on from now."""
    tick = changes[1]
    assert isinstance(tick, Tick), "a snapshot's second change is its clock"
    return [Tick(tick.now, ask.control.world.wall(), tick.rate), *changes[2:]]


async def restore(ask: Ask, snapshot_id: str) -> MerchantRow:
    """The merchant is as it was, clock included; what happened since is gone."""
    _, changes = get(ask, snapshot_id)
    return merchant_row(await ask.control.replace(ask.merchant.name, anew(ask, changes)))


async def fork(ask: Ask, snapshot_id: str) -> MerchantRow:
    """Another merchant begins with this state."""
    _, changes = get(ask, snapshot_id)
    name: str = ask.body.merchant
    other: Merchant | None = ask.control.world.merchants.get(name)
    if other is not None and has_records(other):
        raise Wrong(409, "merchant_in_use", f"Merchant '{name}' has records: POST /_sandbox/reset?merchant={name} first.", "merchant")
    made = await ask.control.replace(name, anew(ask, changes))
    told(ask, snapshot_id, forked=name)
    return merchant_row(made)


async def delete(ask: Ask, snapshot_id: str) -> Deleted:
    key, _ = get(ask, snapshot_id)
    del ask.control.world.set_aside[key]
    await ask.control.durably(ask.control.world.journal.forget(key))
    told(ask, snapshot_id, deleted=True)
    return {"id": snapshot_id, "deleted": True}


OPERATIONS: tuple[Op, ...] = (
    Op("GET", "/_sandbox/snapshots", index, "The merchant's snapshots", query=ListQuery, answer=Snapshots),
    Op("POST", "/_sandbox/snapshots", take, "Keeps the merchant's whole state with its clock", Take, answer=SnapshotRow),
    Op("POST", "/_sandbox/snapshots/{id}/restore", restore, "The merchant is as it was then", answer=MerchantRow),
    Op("POST", "/_sandbox/snapshots/{id}/fork", fork, "Another merchant begins with that state", Fork, answer=MerchantRow),
    Op("DELETE", "/_sandbox/snapshots/{id}", delete, "Forgets a snapshot", answer=Deleted),
)
