"""Takes what merchants owe their endpoints, posts it, and reports back what came of it.

Theory of operation. What is due stands in `merchant.ready`; the outbox decides, this file only carries. Every endpoint of
every merchant has a *lane*: a queue of deliveries that go out in order, one after the other. If one takes longer than half a
second the next goes out beside it, so a slow receiver gets what it would get from the real provider, late or out of order,
and a dead one costs only its own lane. A *flight* is one attempt under way. Its outcome is a unit of work of the merchant,
and a delivery that is due again after that (a duplicate was asked for) joins its lane again.

A merchant that was reset is another object under the same name: flights of the old one end without a trace.
"""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

from sandbox.core import outbox
from sandbox.core.changes import Change, Put
from sandbox.core.endpoints import INBOX, LISTENER, PARTNER, is_partner
from sandbox.core.faults import labels, on_attempt
from sandbox.core.merchant import Merchant
from sandbox.core.records import Attempt, Delivery, Endpoint, Event, Fault
from sandbox.delivery.post import ATTEMPT_S_MAX, Answer, Post
from sandbox.delivery.targets import Targets

PATIENCE_S = 0.5  # wall time that a delivery has its lane for itself
IN_FLIGHT_MAX = 8  # per lane
INBOX_KEPT = 1_000  # per merchant


class World(Protocol):
    """What the sender needs of the server's world."""

    merchants: dict[str, Merchant]
    wall: Callable[[], float]
    watchers: list[Callable[[Merchant, Sequence[Change]], None]]
    broken: str

    async def keep(self, merchant: Merchant) -> Sequence[Change]: ...


class Parcel(NamedTuple):
    """One webhook as the built-in inbox got it."""

    number: int  # counted from 1
    delivery: str
    endpoint: str
    provider: str
    event: str
    type: str
    at: int  # simulated
    headers: Mapping[str, str]
    payload: bytes


class Line(Protocol):
    """A listener that is connected: it is handed an event in the place of a POST."""

    async def offer(self, endpoint: Endpoint, delivery: Delivery, event: Event, headers: Mapping[str, str], body: bytes) -> Answer: ...
    def hang_up(self) -> None: ...


class Flight:
    """One attempt under way."""

    __slots__ = ("delivery", "since", "task", "timer", "url")

    def __init__(self, delivery: Delivery, url: str, since: float) -> None:
        self.delivery, self.url, self.since = delivery, url, since
        self.task: asyncio.Task[None] | None = None
        self.timer: asyncio.TimerHandle | None = None


class Lane:
    """Deliveries to one endpoint."""

    __slots__ = ("first", "flights", "queue")

    def __init__(self) -> None:
        self.queue: deque[str] = deque()
        self.flights = 0
        self.first: Flight | None = None  # the one that the others still wait for


class Office:
    """What is on its way from one merchant."""

    __slots__ = ("flying", "inbox", "lanes", "merchant", "queued", "stirred", "stuck", "waiting")

    def __init__(self, merchant: Merchant) -> None:
        self.merchant = merchant
        self.lanes: dict[str, Lane] = {}
        self.queued: set[str] = set()
        self.flying: dict[str, Flight] = {}
        self.inbox: deque[Parcel] = deque(maxlen=INBOX_KEPT)
        self.stuck: set[str] = set()  # whose outcome could not be booked: a bug of ours, not to be repeated for ever
        self.stirred = False  # a look at the lanes is due
        self.waiting: list[asyncio.Future[None]] = []
        for delivery in merchant.ready.values():
            self.enqueue(delivery)

    def enqueue(self, delivery: Delivery) -> None:
        if delivery.id in self.queued or delivery.id in self.flying or delivery.id in self.stuck:
            return
        self.queued.add(delivery.id)
        lane = self.lanes.get(delivery.endpoint_id)
        if lane is None:
            lane = self.lanes[delivery.endpoint_id] = Lane()
        lane.queue.append(delivery.id)

    @property
    def busy(self) -> bool:
        return bool(self.queued or self.flying)


class Sender:
    """Delivers for all merchants of a world.

    Args:
        transport: an httpx transport that takes the place of the network.
    """

    def __init__(
        self, world: World, transport: Any = None, targets: Targets | None = None, attempt_s: float = ATTEMPT_S_MAX
    ) -> None:
        self.world = world
        self.targets = targets if targets is not None else Targets()
        self.post = Post(self.targets, transport, attempt_s)
        self.closed = False
        self.lines: dict[tuple[str, str], list[Line]] = {}  # (merchant, endpoint) -> listeners that are connected, the newest last
        self._offices: dict[str, Office] = {}
        world.watchers.append(self._watch)

    # What the server asks

    def wake(self, merchant: Merchant) -> None:
        """Whatever the merchant has ready is on its way, or in its lane."""
        office = self._office(merchant)
        if office is not None:
            if len(merchant.ready) > len(office.queued) + len(office.flying):
                for delivery in merchant.ready.values():
                    office.enqueue(delivery)
            self._look(office)

    def wake_all(self) -> None:
        """After a start: what was owed when the server stopped is on its way."""
        for merchant in list(self.world.merchants.values()):
            if merchant.ready:
                self.wake(merchant)

    def busy(self, merchant: Merchant) -> bool:
        """Whether anything of the merchant is due or under way."""
        office = self._office(merchant)
        return office is not None and (office.busy or not merchant.ready.keys() <= office.stuck)

    def held_by(self, merchant: Merchant) -> list[dict[str, Any]]:
        """The attempts under way; `since` in wall time."""
        office = self._office(merchant)
        if office is None:
            return []
        return [{"delivery": f.delivery.id, "url": f.url, "since": int(f.since)} for f in office.flying.values()]

    async def settled(self, merchant: Merchant) -> None:
        """Nothing of the merchant is ready or in flight, or nothing will be sent any more."""
        while self.busy(merchant):
            self.wake(merchant)
            office = self._offices[merchant.name]
            assert office.busy, f"merchant {merchant.name}: something is ready, but in no lane"
            done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            office.waiting.append(done)
            await done

    def inbox(self, merchant: Merchant) -> Sequence[Parcel]:
        """What the merchant's `sandbox:inbox` endpoints got, oldest first."""
        office = self._office(merchant)
        return tuple(office.inbox) if office is not None else ()

    def forget(self, name: str) -> None:
        """The merchant of that name starts anew: its inbox is empty, and what is under way ends without a trace."""
        office = self._offices.pop(name, None)
        if office is not None:
            release(office)
        for (merchant, _), lines in list(self.lines.items()):
            if merchant == name:
                for line in list(lines):
                    line.hang_up()

    async def close(self, grace_s: float = 0.0) -> None:
        """Nothing more is sent. Attempts under way have `grace_s` seconds to end; the others are made again after a restart."""
        self.closed = True
        for office in self._offices.values():
            release(office)
        tasks = [f.task for office in self._offices.values() for f in office.flying.values() if f.task is not None]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self.post.close()

    # Lanes

    @property
    def _at_work(self) -> bool:
        return not self.closed and not self.world.broken

    def _office(self, merchant: Merchant) -> Office | None:
        """The merchant's office; None once nothing is sent any more, or when another merchant has that name now."""
        if not self._at_work or self.world.merchants.get(merchant.name) is not merchant:
            return None
        office = self._offices.get(merchant.name)
        if office is None or office.merchant is not merchant:
            if office is not None:
                self.forget(merchant.name)
            office = self._offices[merchant.name] = Office(merchant)
        return office

    def _stands(self, office: Office) -> bool:
        """Whether the office is its merchant's still, and the merchant was not reset or restored."""
        name = office.merchant.name
        return self._offices.get(name) is office and self.world.merchants.get(name) is office.merchant

    def _watch(self, merchant: Merchant, changes: Sequence[Change]) -> None:
        """New deliveries join their lanes; they leave when whoever made them has answered its own request."""
        office = self._office(merchant) if merchant.ready else None
        if office is None:
            return
        for change in changes:
            if change.__class__ is Put and change.record.__class__ is Delivery and change.record.id in merchant.ready:
                office.enqueue(change.record)
        if office.queued and not office.stirred:
            office.stirred = True
            asyncio.get_running_loop().call_soon(self._look, office)

    def _look(self, office: Office) -> None:
        """Every lane that may send does."""
        office.stirred = False
        if not self._at_work or not self._stands(office):
            release(office)
            return
        for key, lane in list(office.lanes.items()):
            while lane.queue and lane.first is None and lane.flights < IN_FLIGHT_MAX:
                delivery_id = lane.queue.popleft()
                office.queued.discard(delivery_id)
                delivery = office.merchant.ready.get(delivery_id)
                if delivery is not None:
                    self._send_off(office, lane, delivery)
            if not lane.queue and not lane.flights:
                del office.lanes[key]
        if not office.busy:
            release(office)

    def _send_off(self, office: Office, lane: Lane, delivery: Delivery) -> None:
        endpoint: Endpoint | None = office.merchant.get(delivery.provider, Endpoint, delivery.endpoint_id)
        flight = Flight(delivery, endpoint.url if endpoint is not None else "", self.world.wall())
        office.flying[delivery.id] = flight
        lane.flights += 1
        lane.first = flight

        def let_others_pass() -> None:
            if lane.first is flight:
                lane.first = None
                self._look(office)

        def landed(task: asyncio.Task[None]) -> None:
            if flight.timer is not None:
                flight.timer.cancel()
            lane.flights -= 1
            if lane.first is flight:
                lane.first = None
            office.flying.pop(delivery.id, None)
            if not task.cancelled():
                failure = task.exception()
                if failure is not None:
                    office.stuck.add(delivery.id)
                    traceback.print_exception(failure, file=sys.stderr)
                again = office.merchant.ready.get(delivery.id)
                if again is not None:
                    office.enqueue(again)
            self._look(office)

        loop = asyncio.get_running_loop()
        flight.timer = loop.call_later(PATIENCE_S, let_others_pass)
        flight.task = loop.create_task(self._fly(office, flight, endpoint))
        flight.task.add_done_callback(landed)

    # Flights

    async def _fly(self, office: Office, flight: Flight, endpoint: Endpoint | None) -> None:
        """One attempt, and its outcome in the merchant's books."""
        merchant, delivery = office.merchant, flight.delivery
        event: Event | None = merchant.get(delivery.provider, Event, delivery.event_id)
        attempt: Attempt | None = None
        if event is not None and endpoint is not None and endpoint.status == "enabled":
            struck: Sequence[Fault] = ()
            if merchant.faults.rows:
                found = await self._meet_faults(office, endpoint, event, delivery)
                if found is None:
                    return  # it is put off, or there is no merchant any more
                struck = found
            try:
                attempt = await self._attempt(office, endpoint, event, delivery, struck)
            except Exception as error:  # a bug of ours must not leave the delivery due for ever
                traceback.print_exc(file=sys.stderr)
                why = f"payment-sandbox has a bug ({error.__class__.__name__}); its log on stderr says where"
                attempt = Attempt(merchant.now, self.world.wall(), 0.0, 0, why, {}, {}, "")
        if self.world.broken or not self._stands(office):
            return
        merchant.begin()
        try:
            if attempt is None:
                outbox.give_up(merchant, delivery.id, delivery.provider)
            else:
                outbox.settle(merchant, delivery.id, delivery.provider, attempt, planned=delivery.ready)
        except BaseException:
            merchant.rollback()
            raise
        await self.world.keep(merchant)

    async def _meet_faults(self, office: Office, endpoint: Endpoint, event: Event, delivery: Delivery) -> list[Fault] | None:
        """The faults that strike the attempt; None when nothing is to be sent now."""
        merchant = office.merchant
        if self.world.broken or not self._stands(office):
            return None
        merchant.begin()
        try:
            url = merchant.dialects[event.provider].address(endpoint, event)[1]
            struck = on_attempt(merchant, delivery, event, urlsplit(url).path or "/")
        except BaseException:
            merchant.rollback()
            raise
        await self.world.keep(merchant)
        return struck

    async def _attempt(
        self, office: Office, endpoint: Endpoint, event: Event, delivery: Delivery, struck: Sequence[Fault] = ()
    ) -> Attempt:
        merchant = office.merchant
        dialect = merchant.dialects[event.provider]
        wall, now = self.world.wall(), merchant.now
        if any(fault.what == "drop" for fault in struck):
            return Attempt(now, wall, 0.0, 0, "lost on its way, as a fault wants it", {}, {}, "", faults=labels(struck))
        body = dialect.envelope(merchant, event, endpoint)
        at = now if merchant.settings.get("signature_clock") == "simulated" else int(wall)
        sign = dialect.forge if any(fault.what == "wrong_signature" for fault in struck) else dialect.sign
        sent, signed_at = garbled(struck, body, at)
        headers = sign(endpoint, event, delivery, body, signed_at, now)
        body = sent
        method, url = dialect.address(endpoint, event)
        if endpoint.url == PARTNER:
            code, content = dialect.play(endpoint, event, body)
            answer = Answer(code, "", 0.0, headers, {}, content.decode())
        elif endpoint.url == INBOX:
            number = office.inbox[-1].number + 1 if office.inbox else 1
            office.inbox.append(Parcel(number, delivery.id, endpoint.id, event.provider, event.id, event.type, now, headers, body))
            answer = Answer(200, "", 0.0, headers)
        elif endpoint.url == LISTENER:
            lines = self.lines.get((merchant.name, endpoint.id))
            nobody = Answer(0, "not sent: the listener is not connected; it will be offered again when it is", 0.0, headers)
            answer = await lines[-1].offer(endpoint, delivery, event, headers, body) if lines else nobody
        else:
            answer = await self.post.send(url, headers, body, at, method, whole=is_partner(endpoint))
        return Attempt(
            now, wall, answer.seconds, answer.code, answer.error, answer.request_headers, answer.response_headers, answer.body,
            answer.retry_after_s, labels(struck),
        )  # fmt: skip


def garbled(struck: Sequence[Fault], body: bytes, at: int) -> tuple[bytes, int]:
    """What is sent of the body that is signed, and the signature's time."""
    for fault in struck:
        if fault.what == "old_timestamp":
            at -= int(fault.seconds)
        elif fault.what == "truncated_body":
            body = body[: len(body) // 2]
    return body, at


def release(office: Office) -> None:
    """Whoever waits for the office looks again."""
    for done in office.waiting:
        if not done.done():
            done.set_result(None)
    office.waiting.clear()
