"""Websockets: a provider's own command line listens for events, or reads the request log as it grows.

A listener is a webhook endpoint without a URL. Its deliveries go the way of all others, through the outbox and the sender, and
what the listener's application answered is kept as an attempt; only the way there is a message over the connection it holds. When
the connection is lost the endpoint stays and its deliveries fail and are planned again like those of a receiver that is down;
when the listener is back, whatever it gave no answer to is offered at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from starlette.types import Receive, Scope, Send

from sandbox.core import endpoints
from sandbox.core.merchant import Merchant
from sandbox.core.records import Delivery, Endpoint, Event
from sandbox.delivery.post import Answer
from sandbox.delivery.sender import Sender
from sandbox.providers.base import Caller, Heard, LogLine, Sockets
from sandbox.server.app import App

SHOWN_MAX = 1_000  # requests that wait for a slow reader; the rest it does not see
GOING_AWAY = 1001
LOST = "the listener's connection was lost before it gave an answer; it will be offered again when it is back"
FORWARDED_NOWHERE = "taken by a listener that forwards nowhere"


async def attend(app: App, scope: Scope, receive: Receive, send: Send) -> None:
    """The websocket, from its opening to its end."""
    headers = dict(scope["headers"])
    await receive()  # websocket.connect
    for provider in app.world.providers.values():
        sockets = provider.sockets
        if sockets is None or not provider.owns(scope["path"], headers):
            continue
        caller = sockets.caller(scope["path"], headers) if app.admits(headers.get(b"host", b"")) else None
        known = caller is not None and caller.merchant in app.world.merchants
        if caller is not None and known and caller.wants is not None:
            return await read_log(app, sockets, caller, receive, send)
        endpoint = app.world.merchant(caller.merchant).get(provider.name, Endpoint, caller.endpoint_id) if caller and known else None
        if caller is not None and endpoint is not None and endpoint.url == endpoints.LISTENER:
            return await listen(app, sockets, app.world.merchant(caller.merchant), endpoint, receive, send)
        return await refuse(send, 400, sockets.stranger)
    return await refuse(send, 404, b'{"error": {"message": "No websocket is opened here."}}')


async def refuse(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})


async def read_log(app: App, sockets: Sockets, caller: Caller, receive: Receive, send: Send) -> None:
    """Every request that the reader wants is shown to it until it goes."""
    await send({"type": "websocket.accept", "subprotocol": sockets.protocol})
    waiting: asyncio.Queue[LogLine] = asyncio.Queue(SHOWN_MAX)

    def read(line: LogLine) -> None:
        if caller.wants is not None and caller.wants(line) and not waiting.full():
            waiting.put_nowait(line)

    async def show() -> None:
        while True:
            await send({"type": "websocket.send", "text": sockets.shows(await waiting.get())})

    readers = app.world.readers.setdefault(caller.merchant, [])
    readers.append(read)
    try:
        await until_gone(receive, lambda text: None, show())
    finally:
        readers.remove(read)


async def listen(app: App, sockets: Sockets, merchant: Merchant, endpoint: Endpoint, receive: Receive, send: Send) -> None:
    """The listener is handed what its endpoint is owed until it goes. Of several with one endpoint the newest is."""
    sender = app.driver.sender
    assert isinstance(sender, Sender), "build gives the driver a sender"
    await send({"type": "websocket.accept", "subprotocol": sockets.protocol})
    listener = Listener(merchant, sockets, send, sender.post.attempt_s)
    place = (merchant.name, endpoint.id)
    sender.lines.setdefault(place, []).append(listener)
    try:
        if not app.world.broken:
            merchant.begin()
            endpoints.attend(merchant, endpoint)
            await app.world.keep(merchant)
            app.driver.wake(merchant)
        await until_gone(receive, listener.hear, listener.hung_up.wait())
    finally:
        sender.lines[place].remove(listener)
        if not sender.lines[place]:
            del sender.lines[place]
        listener.lose()
    if listener.hung_up.is_set():
        await send({"type": "websocket.close", "code": GOING_AWAY})


async def until_gone(receive: Receive, hear: Callable[[str], None], beside: Coroutine[Any, Any, Any]) -> None:
    """Messages are heard until the other end closes, or until the work beside it ends."""

    async def hear_all() -> None:
        while (message := await receive())["type"] != "websocket.disconnect":
            hear(message.get("text") or "")

    both = (asyncio.ensure_future(hear_all()), asyncio.ensure_future(beside))
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in both:
            task.cancel()
        await asyncio.gather(*both, return_exceptions=True)


class Offer:
    """An event that was handed over, and what is heard of it."""

    __slots__ = ("done", "forwarded", "taken")

    def __init__(self, forwarded: bool) -> None:
        self.forwarded = forwarded
        self.taken = False
        self.done: asyncio.Future[Heard | None] = asyncio.get_running_loop().create_future()


class Listener:
    """One connection of a listener; the sender's `Line`."""

    def __init__(self, merchant: Merchant, sockets: Sockets, send: Send, attempt_s: float) -> None:
        self.merchant, self.sockets, self.send, self.attempt_s = merchant, sockets, send, attempt_s
        self.hung_up = asyncio.Event()
        self._offers: dict[str, Offer] = {}
        self._lost = False

    async def offer(self, endpoint: Endpoint, delivery: Delivery, event: Event, headers: Mapping[str, str], body: bytes) -> Answer:
        """The event is handed over; what the application answered, as far as the listener tells."""
        started = time.perf_counter()
        offer = Offer(self.sockets.forwards(endpoint))
        messages = self.sockets.offers(self.merchant, endpoint, delivery, event, headers, body)
        heard: Heard | None = None
        error = LOST
        if not self._lost:
            self._offers.update(dict.fromkeys(messages, offer))
            try:
                async with asyncio.timeout(self.attempt_s):
                    for text in messages.values():
                        await self.send({"type": "websocket.send", "text": text})
                    heard = await offer.done
            except TimeoutError:
                error = in_words(offer, self.attempt_s)
            except OSError:  # the connection is lost, and nobody has told us yet
                pass
            finally:
                for conversation in messages:
                    self._offers.pop(conversation, None)
        seconds = time.perf_counter() - started
        if heard is None:
            return Answer(0, error, seconds, headers)
        return Answer(heard.code or 200, "", seconds, headers, heard.headers, heard.body)

    def hear(self, text: str) -> None:
        """A message of the listener's."""
        heard = self.sockets.heard(text)
        offer = self._offers.get(heard.conversation) if heard is not None else None
        if heard is None or offer is None:
            return
        offer.taken = True
        if (heard.code or not offer.forwarded) and not offer.done.done():
            offer.done.set_result(heard if heard.code else heard._replace(body=FORWARDED_NOWHERE))

    def lose(self) -> None:
        """Nothing is heard of what was handed over any more."""
        self._lost = True
        for offer in self._offers.values():
            if not offer.done.done():
                offer.done.set_result(None)

    def hang_up(self) -> None:
        """The merchant is another one now: the listener has to ask for a new session."""
        self.hung_up.set()


def in_words(offer: Offer, seconds: float) -> str:
    if not offer.taken:
        return f"the listener did not take it within {seconds:g} s"
    return (
        f"the listener took it and told of no answer within {seconds:g} s: its application could not be reached or is slow,"
        " or the listener leaves events of this type out"
    )
