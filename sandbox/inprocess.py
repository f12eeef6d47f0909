"""The engine in process, without a port: `Sandbox().merchant()` has what the pytest fixture has, and an ASGI app for httpx.

Theory of operation. The engine lives on an event loop of its own, in a thread: so timers ring and webhooks go out while a test
does something else, a test may be synchronous or have a loop of its own, and neither blocks the other. `Bridge` carries ASGI
messages between the caller's loop and the engine's; every other member is a call of the control API through the same app.
"""

from __future__ import annotations

import asyncio
import json
import queue
import threading
import time
import weakref
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import urlencode

from sandbox.core.changes import Change
from sandbox.core.merchant import Merchant
from sandbox.delivery.sender import Sender
from sandbox.delivery.targets import Targets
from sandbox.handle import MerchantHandle
from sandbox.providers import PROVIDERS
from sandbox.remote import Refused
from sandbox.server.app import App, build
from sandbox.server.faulting import CutOff
from sandbox.server.world import World
from sandbox.settings import checked

BASE_URL = "http://127.0.0.1:12111"  # nothing listens there; it stands in links of answers
STOP_SECONDS_MAX = 10.0

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
T = TypeVar("T")


def wall() -> float:
    """Wall time that no freezegun stops: a merchant's clock is stopped by itself."""
    return time.clock_gettime(time.CLOCK_REALTIME) if hasattr(time, "clock_gettime") else time.time()


class Engine:
    """The application on its own event loop."""

    def __init__(self, settings: Mapping[str, Any], targets: Targets, transport: Any) -> None:
        self.world = World(PROVIDERS, wall, defaults=settings)
        self.app: App = build(self.world, base_url=BASE_URL, targets=targets, transport=transport)
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="payment-sandbox", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def run(self, work: Awaitable[T]) -> T:
        """The outcome of the work, done on the engine's loop."""

        async def done() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(done(), self.loop).result()

    def stop(self) -> None:
        """Nothing is sent any more and the thread is over."""
        if self.loop.is_closed():
            return
        sender = self.app.driver.sender
        assert isinstance(sender, Sender), "build gives the driver a sender"
        self.run(sender.close())
        self.run(self._finish())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(STOP_SECONDS_MAX)
        self.loop.close()

    async def _finish(self) -> None:
        """Whatever is still under way on the loop has ended."""
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Bridge:
    """An ASGI app for any event loop: `httpx.AsyncClient(transport=httpx.ASGITransport(app=merchant.app), base_url=merchant.url)`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"payment-sandbox in process speaks http, not {scope['type']}")
        here = asyncio.get_running_loop()
        answers: asyncio.Queue[Message | None] = asyncio.Queue()

        async def received() -> Message:
            return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(_once(receive), here))

        async def sent(message: Message) -> None:
            here.call_soon_threadsafe(answers.put_nowait, message)

        async def work() -> None:
            try:
                await self._engine.app(scope, received, sent)
            finally:
                here.call_soon_threadsafe(answers.put_nowait, None)

        under_way = asyncio.run_coroutine_threadsafe(work(), self._engine.loop)
        try:
            while (message := await answers.get()) is not None:
                await send(message)
            await asyncio.wrap_future(under_way)
        except CutOff as cut:
            import httpx

            raise httpx.ReadError(f"the connection was closed without an answer: {cut}") from cut
        finally:
            under_way.cancel()


async def _once(receive: Receive) -> Message:
    return await receive()


class InProcessPort:
    """The control API, as one merchant, without HTTP."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine, self._name = engine, name

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        asked = {"merchant": self._name, **{key: value for key, value in query.items() if value not in (None, "")}}
        content = json.dumps(body or {}).encode() if method == "POST" else b""
        status, answer = self._engine.run(self._asked(method, f"/_sandbox{path}", urlencode(asked).encode(), content))
        if status >= 400:
            raise Refused(answer["error"]["message"])
        return answer

    async def _asked(self, method: str, path: str, query: bytes, content: bytes) -> tuple[int, Any]:
        headers = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
        scope = {"type": "http", "method": method, "path": path, "query_string": query, "headers": headers}
        answers: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": content}

        async def send(message: Message) -> None:
            answers.append(message)

        await self._engine.app(scope, receive, send)
        return answers[0]["status"], json.loads(b"".join(answer.get("body", b"") for answer in answers[1:]))

    @contextmanager
    def changes(self, seconds: float) -> Iterator[Iterator[None]]:
        beats: queue.SimpleQueue[None] = queue.SimpleQueue()
        watchers = self._engine.world.watchers

        def watch(merchant: Merchant, changes: Sequence[Change]) -> None:
            if merchant.name == self._name:
                beats.put(None)

        def each() -> Iterator[None]:
            yield
            while True:
                try:
                    beats.get(timeout=seconds)
                except queue.Empty:
                    return
                yield

        watchers.append(watch)
        try:
            yield each()
        finally:
            watchers.remove(watch)


class InProcessMerchant(MerchantHandle):
    """A merchant whose API is an ASGI app: `app`."""

    def __init__(self, name: str, engine: Engine) -> None:
        super().__init__(name, BASE_URL, InProcessPort(engine, name))
        self.app = Bridge(engine)


class Sandbox:
    """A sandbox in this process. Close it, or use it as a context manager; one that nobody holds any more closes itself.

    Args:
        transport: an httpx transport that takes the place of the network for webhooks: ``httpx.ASGITransport(app=shop)``.
        allow_webhook_hosts: besides loopback.
        settings: of its merchants, as ``POST /_sandbox/settings`` takes them: ``Sandbox(profile="network", seed=7)``.

    Raises:
        ValueError: no such setting, or not such a value.
    """

    def __init__(self, *, transport: Any = None, allow_webhook_hosts: Sequence[str] = (), **settings: Any) -> None:
        given = checked(settings, {provider.name: provider.settings for provider in PROVIDERS})
        wanted = {name: value for name, value in given.items() if value is not None}
        self._engine = Engine(wanted, Targets(allow_webhook_hosts), transport)
        self._made = 0
        self.app = Bridge(self._engine)
        self.url = BASE_URL
        self._closer = weakref.finalize(self, self._engine.stop)

    def merchant(self, name: str = "") -> InProcessMerchant:
        """The merchant of that name, or one that nobody has used. The built-in receiver hears all its events."""
        if not name:
            self._made += 1
            name = f"merchant_{self._made}"
        made = InProcessMerchant(name, self._engine)
        made.webhooks.connect()
        return made

    def close(self) -> None:
        self._closer()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
