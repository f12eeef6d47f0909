"""A connection that became a websocket, as uvicorn runs it; the rest of the server sees it through ASGI only."""

from __future__ import annotations

from uvicorn.protocols.websockets.wsproto_impl import WSProtocol


class SocketProtocol(WSProtocol):
    """It owes us nothing: silence is what a listener mostly hears, and pings find out who is gone."""

    owing = False
    owing_since: float | None = None
