"""Everything that can alter a merchant. A journal keeps these; `Merchant.apply` is the one function that obeys them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sandbox.core.machine import Trigger
from sandbox.core.records import Record


class Put(NamedTuple):
    """A record was made or replaced."""

    record: Record


class Drop(NamedTuple):
    """A record is gone."""

    record: Record


class Transfer(NamedTuple):
    """One debit, one credit, one positive amount: books of these cannot fail to balance."""

    at: int
    provider: str
    debit: str
    credit: str
    amount: int
    currency: str
    cause: str  # id of the record it is about


class Timer(NamedTuple):
    """When it rings, `trigger` is fired at `target`. Data, so it can be stored, listed and compared."""

    due: int
    ticket: int  # creation order; breaks ties
    name: str
    provider: str
    kind: str  # class name of the target
    target: str
    trigger: Trigger


class Disarm(NamedTuple):
    ticket: int


class Tick(NamedTuple):
    """The clock was set: simulated `now` at wall time `wall`, running at `rate`."""

    now: float
    wall: float
    rate: float


class Count(NamedTuple):
    """The serial that the next id is made from."""

    serial: int


class Configure(NamedTuple):
    settings: Mapping[str, Any]


Change = Put | Drop | Transfer | Timer | Disarm | Tick | Count | Configure
