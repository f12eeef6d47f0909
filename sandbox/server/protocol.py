"""The HTTP parser's connection with patience that ends: how long and how large a request may become.

Uvicorn limits neither the time a client takes to send its request nor the size of its head. One sweep a second over
all connections costs a request nothing but three attributes; a timer for each request would cost as much as parsing it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

REQUEST_SECONDS_MAX = 30.0  # wall time from a request's first byte (or the connection's opening) to its last
HEAD_BYTES_MAX = 65_536  # request line and headers
SWEEP_EVERY_S = 1.0
HEAD_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 31\r\nconnection: close\r\n\r\nThe request's head is too large"
)


class PatientProtocol(HttpToolsProtocol):
    """A connection that knows whether it owes us the rest of a request."""

    owing = True  # a new connection owes its first request
    owing_since: float | None = None  # set by the sweep
    head_bytes = 0  # of the head under way; -1 once it is whole

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.head_bytes >= 0 and self.owing:
            self.head_bytes += len(data)
            if self.head_bytes > HEAD_BYTES_MAX and not self.transport.is_closing():
                self.transport.write(HEAD_TOO_LARGE)
                self.transport.close()

    def on_message_begin(self) -> None:
        self.owing, self.head_bytes = True, 0
        super().on_message_begin()
        self.scope["transport"] = self.transport  # type: ignore[typeddict-unknown-key]  # for a fault that ends the connection

    def on_headers_complete(self) -> None:
        self.head_bytes = -1
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self.owing, self.owing_since = False, None
        super().on_message_complete()

    def end_stream(self) -> None:
        """An answer that has begun is over: it may be one without an end, and nobody could wait for that."""
        cycle = self.cycle
        if cycle is not None and cycle.response_started and not cycle.response_complete:
            self.transport.close()


def sweep(connections: Iterable[Any], now: float, seconds: float) -> None:
    """Connections whose request is not whole `seconds` after they were first seen owing it are closed."""
    for connection in list(connections):
        if not connection.owing or not connection.transport.is_reading():
            # Whose bytes we do not read for the time being is not slow: we are.
            connection.owing_since = None
        elif connection.owing_since is None:
            connection.owing_since = now
        elif now - connection.owing_since >= seconds:
            connection.transport.abort()


async def keep_sweeping(connections: Iterable[Any], seconds: float = REQUEST_SECONDS_MAX) -> None:
    """Forever: slow clients are cut off."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(min(SWEEP_EVERY_S, seconds / 4))
        sweep(connections, loop.time(), seconds)
