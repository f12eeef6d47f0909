"""The running server: sockets, the ready line, signals and an orderly end.

Order of a start: ports, journal, world, application, ready line. Every way in which it can fail is a `Failure` with an
exit code and one line for the user. Order of an end: no new connections, requests under way are finished or cut off
(what they had committed is kept), deliveries under way stay owed, then the journal is closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from types import FrameType
from typing import Any, NamedTuple

import uvicorn

from sandbox import __version__
from sandbox.delivery.sender import Sender
from sandbox.delivery.targets import Targets
from sandbox.journal.base import Journal, JournalError, NullJournal
from sandbox.providers import PROVIDERS
from sandbox.server.app import build
from sandbox.server.protocol import REQUEST_SECONDS_MAX, PatientProtocol, keep_sweeping
from sandbox.server.world import World

BAD_FLAG, BAD_FILE, PORT_TAKEN = 2, 3, 4
FINISH_SECONDS_MAX = 3  # for requests under way when the server is told to stop
CLOSE_SECONDS_MAX = 1.0  # for deliveries under way after that
KEEP_ALIVE_S = 65  # longer than the pools of the official libraries keep a connection, so that none is closed under a request
BACKLOG = 2_048
GC_THRESHOLDS = (50_000, 20, 50)  # records are immutable and live long: looking at them often finds nothing
ADVICE = {  # by what the system said: exit code, and what to do
    errno.EADDRINUSE: (PORT_TAKEN, " Try --port 0 for a free one."),
    errno.EADDRNOTAVAIL: (BAD_FLAG, " The address is none of this machine's: try --host 127.0.0.1, or 0.0.0.0 for all it has."),
    errno.EACCES: (PORT_TAKEN, " That port is the system's: try one from 1024 on, such as --port 12111."),
}
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}


class Options(NamedTuple):
    """What `serve` was told."""

    host: str = "127.0.0.1"
    port: int = 12111
    also_ports: Sequence[int] = ()
    public_url: str = ""
    data: str = ""
    settings: Mapping[str, Any] = {}  # of new merchants
    allow_hosts: Sequence[str] = ()
    allow_webhook_hosts: Sequence[str] = ()
    request_seconds: float = REQUEST_SECONDS_MAX


class Failure(Exception):
    """The server cannot start; the message is for the user."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Server(uvicorn.Server):
    """Uvicorn, told by us when to stop and speaking in our words."""

    def __init__(self, config: uvicorn.Config, url: str) -> None:
        super().__init__(config)
        self.url = url

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are ours from the first line of the start on, see `Stop`; uvicorn would raise them again at the end."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(f"ready url={self.url} pid={os.getpid()} version={__version__}", flush=True)
        print(directions(self.url), file=sys.stderr, flush=True)
        gc.collect()
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
        gc.enable()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Requests under way are finished, or, when their time is over, undone and cut off."""
        for connection in list(self.server_state.connections):
            if isinstance(connection, PatientProtocol):
                connection.end_stream()
        await super().shutdown(sockets)
        late = list(self.server_state.tasks)
        if late:
            # A request that was cut off is no error; only what it says in the log would look like one.
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            await asyncio.wait(late, timeout=CLOSE_SECONDS_MAX)


class Stop:
    """SIGTERM and SIGINT end the server in order, a second one at once; before it serves, nothing is under way."""

    def __init__(self) -> None:
        self.server: Server | None = None

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self.server is None:
            raise SystemExit(0)
        self.server.force_exit = self.server.should_exit
        self.server.should_exit = True

    @contextlib.contextmanager
    def heard(self) -> Iterator[None]:
        before = {number: signal.signal(number, self) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def serve(options: Options) -> int:
    """Serves until it is told to stop; answers the exit code.

    Raises:
        Failure: it could not start.
    """
    stop = Stop()
    with stop.heard(), contextlib.ExitStack() as held:
        sockets = [held.enter_context(listen(options.host, port)) for port in (options.port, *options.also_ports)]
        with asyncio.Runner() as runner:
            runner.run(run(options, sockets, stop))
    return 0


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises Failure BAD_FLAG (no such host), PORT_TAKEN."""
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise Failure(BAD_FLAG, f"--host {host}: no such address ({error})") from None
    family, kind, protocol, _, address = min(found, key=lambda each: each[0] != socket.AF_INET)
    made = socket.socket(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(BACKLOG)  # now, not when serving starts: only a port that listens is taken for good
    except OSError as error:
        made.close()
        why = error.strerror or error.__class__.__name__
        code, advice = ADVICE.get(error.errno or 0, (PORT_TAKEN, ""))
        raise Failure(code, f"cannot listen on {host} port {port}: {why}.{advice}") from None
    made.setblocking(False)
    return made


async def run(options: Options, sockets: Sequence[socket.socket], stop: Stop) -> None:
    try:
        targets = Targets(options.allow_webhook_hosts, [each.getsockname()[1] for each in sockets])
    except ValueError as error:
        raise Failure(BAD_FLAG, str(error)) from None
    journal: Journal = NullJournal()
    try:
        journal = open_journal(options.data)
        world = World(PROVIDERS, time.time, journal, options.settings)
        await world.load()
    except JournalError as error:
        await journal.close()
        raise Failure(BAD_FILE, str(error)) from None
    url = url_of(options.host, sockets[0])
    app = build(world, allowed_hosts(options), options.public_url or url, targets=targets)
    server = stop.server = Server(configuration(app), url)
    await app.driver.ring_everybody()
    sender = app.driver.sender
    assert isinstance(sender, Sender), "build gives the driver a sender"
    sender.wake_all()
    sweeping = asyncio.create_task(keep_sweeping(server.server_state.connections, options.request_seconds))
    try:
        await server.serve(list(sockets))
    finally:
        sweeping.cancel()
        await sender.close(CLOSE_SECONDS_MAX)
        await journal.close()


def open_journal(path: str) -> Journal:
    """Where the state is kept: a SQLite file, or nowhere. Raises JournalError."""
    if not path:
        return NullJournal()
    from sandbox.journal.sqlite import SqliteJournal

    return SqliteJournal(path, [record for provider in PROVIDERS for record in provider.records])


def allowed_hosts(options: Options) -> list[str]:
    """Names by which the server may be called besides loopback's: those the user gave it, in whatever flag."""
    named = list(options.allow_hosts)
    if options.host not in WILDCARDS:
        named.append(f"[{options.host}]" if ":" in options.host else options.host)
    if options.public_url:
        named.append(options.public_url.partition("://")[2].partition("/")[0])
    return named


def url_of(host: str, made: socket.socket) -> str:
    name = WILDCARDS.get(host) or (f"[{host}]" if ":" in host else host)
    return f"http://{name}:{made.getsockname()[1]}"


def websocket(**given: Any) -> asyncio.Protocol:
    """The protocol of a connection that becomes a websocket; its library is loaded for the first one."""
    from sandbox.server.socket_protocol import SocketProtocol

    return SocketProtocol(**given)


def configuration(app: Any) -> uvicorn.Config:
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    return uvicorn.Config(
        app, http=PatientProtocol, ws=websocket,  # type: ignore[arg-type]  # a factory will do
        loop="asyncio", lifespan="off", log_config=None, access_log=False,
        proxy_headers=False, server_header=False, timeout_keep_alive=KEEP_ALIVE_S, timeout_graceful_shutdown=FINISH_SECONDS_MAX,
        backlog=BACKLOG,
    )  # fmt: skip


def directions(url: str) -> str:
    """Where to point the official libraries of every provider."""
    host, _, port = url.partition("://")[2].rpartition(":")
    lines = [f"payment-sandbox {__version__} listens on {url}. Point your SDK here:"]
    for provider in PROVIDERS:
        lines.extend(provider.directions(url, host, port))
    lines.append(f"Move time: payment-sandbox clock advance 9d --server {url} --merchant NAME")
    return "\n".join(lines)
