"""Server-sent events of everything that changes at a merchant: what a page or a script needs to know when to look again.

Each change, each request and each step of a story that is played is one small message; whoever wants the whole record asks
for it. A reader that is too slow loses messages, never holds up the merchant, and is told how many it lost.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from starlette.types import Receive, Send

from sandbox.core.changes import Change, Configure, Count, Disarm, Drop, Put, Tick, Timer, Transfer
from sandbox.core.merchant import Merchant
from sandbox.core.records import Delivery, Event
from sandbox.server.control.op import Ask, Op, Stream
from sandbox.server.world import Logged, World

WAITING_MAX = 1_000  # messages for one reader
KEEP_ALIVE_S = 15.0  # wall; proxies and browsers give up on a silent connection
HEADERS = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]


def message(merchant: Merchant, change: Change) -> tuple[str, dict[str, Any]] | None:
    """(kind, what changed); None for what nobody can see."""
    if isinstance(change, Put | Drop):
        record: Any = change.record
        if record.__class__ is Event:
            return "event", {"id": record.id, "provider": record.provider, "type": record.type, "object": record.object_id,
                             "created": record.created}  # fmt: skip
        kind = "delivery" if record.__class__ is Delivery else "record"
        gone = {"deleted": True} if change.__class__ is Drop else {}
        return kind, {"kind": record.__class__.__name__, "id": record.id, "provider": record.provider, "status": record.status, **gone}
    if isinstance(change, Transfer):
        return "transfer", change._asdict()
    if isinstance(change, Timer):
        return "timer", {"ticket": change.ticket, "due": change.due, "name": change.name, "provider": change.provider,
                         "target": change.target}  # fmt: skip
    if isinstance(change, Disarm):
        return "timer", {"ticket": change.ticket, "disarmed": True}
    if isinstance(change, Tick):
        return "clock", {"now": int(change.now), "rate": change.rate}
    if isinstance(change, Configure):
        return "settings", dict(change.settings)
    assert isinstance(change, Count), f"no such change: {change!r}"
    return None


class Reader:
    """One connection: what it still has to be sent."""

    def __init__(self, merchant: Merchant) -> None:
        self.merchant = merchant
        self.waiting: deque[bytes] = deque()
        self.lost = 0
        self.number = 0
        self.stirred = asyncio.Event()

    def watch(self, merchant: Merchant, changes: Sequence[Change]) -> None:
        if merchant.name != self.merchant.name:
            return
        if merchant is not self.merchant:
            self.merchant = merchant
            self.put("replaced", {"merchant": merchant.name})  # reset, restored or forked into: nothing known before holds
            return
        for change in changes:
            said = message(merchant, change)
            if said is not None:
                self.put(*said)

    def line(self, line: Logged) -> None:
        """A request of the merchant was answered."""
        shown = {"id": line.id, "provider": line.provider, "method": line.method, "path": line.path, "status": line.status or None}
        self.put("request", shown)

    def hear(self, name: str, kind: str, what: Mapping[str, Any]) -> None:
        if name == self.merchant.name:
            self.put(kind, what)

    def put(self, kind: str, shown: Mapping[str, Any]) -> None:
        if len(self.waiting) >= WAITING_MAX:
            self.lost += 1
            return
        self.number += 1
        self.waiting.append(b"id: %d\nevent: %s\ndata: %s\n\n" % (self.number, kind.encode(), orjson.dumps(shown)))
        self.stirred.set()

    def take(self) -> bytes:
        """Everything that waits, as bytes to send."""
        self.stirred.clear()
        out = b"".join(self.waiting)
        self.waiting.clear()
        if self.lost:
            lost, self.lost = self.lost, 0
            self.put("lost", {"messages": lost})
        return out


async def send_all(reader: Reader, send: Send) -> None:
    while True:
        try:
            async with asyncio.timeout(KEEP_ALIVE_S):
                await reader.stirred.wait()
            chunk = reader.take()
        except TimeoutError:
            chunk = b": still here\n\n"
        await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def run(world: World, merchant: Merchant, receive: Receive, send: Send) -> None:
    """Messages go out until the client goes away."""
    reader = Reader(merchant)
    lines = world.readers.setdefault(merchant.name, [])
    world.watchers.append(reader.watch)
    world.hearers.append(reader.hear)
    lines.append(reader.line)
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": b": merchant %s\n\n" % merchant.name.encode(), "more_body": True})
    sending = asyncio.ensure_future(send_all(reader, send))
    gone = asyncio.ensure_future(until_gone(receive))
    try:
        await asyncio.wait((sending, gone), return_when=asyncio.FIRST_COMPLETED)
    finally:
        world.watchers.remove(reader.watch)
        world.hearers.remove(reader.hear)
        lines.remove(reader.line)
        for task in (sending, gone):
            task.cancel()
        await asyncio.gather(sending, gone, return_exceptions=True)


async def stream(ask: Ask) -> Stream:
    return Stream(lambda receive, send: run(ask.control.world, ask.merchant, receive, send))


OPERATIONS: tuple[Op, ...] = (
    Op("GET", "/_sandbox/stream", stream, "Server-sent events of everything that changes", media="text/event-stream"),
)
