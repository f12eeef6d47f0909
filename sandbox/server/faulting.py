"""What a fault does to a request on the wire: an error in place of the work, a pause, a connection that ends without an answer.

The pipeline comes here only for a merchant that has faults. Which of them strike is `core.faults`' matter.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from sandbox.core.errors import Reason, Refusal
from sandbox.core.faults import REQUEST, RESPONSE, labels, strike
from sandbox.core.merchant import Merchant
from sandbox.core.records import Fault
from sandbox.providers.base import Reply
from sandbox.server.driver import Driver
from sandbox.server.world import World

REASONS = {"429": Reason.RATE_LIMITED, "locked": Reason.LOCKED, "500": Reason.FAILED, "503": Reason.UNAVAILABLE}
CUTS = frozenset(("timeout", "connection_reset", "reply_lost"))
UNANSWERED = Reply(0, b"", keep=False)
AT_ONCE = struct.pack("ii", 1, 0)  # linger on, for no time: the close is a reset
HANG_UP_S_MAX = 1.0


class CutOff(ConnectionResetError):
    """The request is never answered."""


class Trouble:
    """The faults that one request meets: `before` its work and `after` it."""

    __slots__ = ("_cut", "_driver", "_merchant", "_receive", "_scope", "_worked", "_world", "struck")

    def __init__(
        self, world: World, driver: Driver, merchant: Merchant, scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
    ) -> None:  # fmt: skip
        self._world, self._driver, self._merchant, self._scope, self._receive = world, driver, merchant, scope, receive
        self._worked = False
        self._cut: CutOff | None = None
        self.struck: tuple[str, ...] = ()

    async def before(self) -> None:
        """Pauses are over and the work may begin. Raises CutOff; Refusal RATE_LIMITED, LOCKED, FAILED, UNAVAILABLE."""
        for fault in await self._strike(REQUEST):
            if fault.what == "timeout":
                await self._gone(fault.seconds)
            await self._suffer(fault)
        self._worked = True

    async def after(self, reply: Reply, spoilt: Callable[[Merchant, Refusal], Awaitable[Reply]]) -> Reply:
        """The answer, or what is `spoilt` of it, or UNANSWERED, when pauses are over; the request counts as running until then."""
        if not self._worked:
            return reply
        desk = self._world.desks[self._merchant.name]
        desk.running += 1
        try:
            for fault in await self._strike(RESPONSE):
                await self._suffer(fault)
        except CutOff:
            return UNANSWERED
        except Refusal as refusal:
            return await spoilt(self._merchant, refusal)
        finally:
            desk.running -= 1
            self._driver.request_done(self._merchant.name)
        return reply

    async def hang_up(self) -> None:
        """The connection is over and the client has got no answer. In process, where there is none, the caller gets the error."""
        assert self._cut is not None, "only what was cut off is hung up"
        transport = self._scope.get("transport")
        if transport is None:
            raise self._cut
        if self._cut.args[0] == "connection_reset":
            connection = transport.get_extra_info("socket")
            if connection is not None:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        transport.abort()
        await self._gone(HANG_UP_S_MAX)  # the server below must see it, or it would miss an answer

    async def _strike(self, where: str) -> list[Fault]:
        merchant, world = self._merchant, self._world
        if world.broken or world.merchants.get(merchant.name) is not merchant:
            return []
        merchant.begin()
        struck = strike(merchant, where, self._scope["method"], self._scope["path"])
        await world.keep(merchant)
        self.struck += labels(struck)
        return struck

    async def _suffer(self, fault: Fault) -> None:
        if fault.what in CUTS:
            self._cut = CutOff(fault.what)
            raise self._cut
        if fault.what in REASONS:
            raise Refusal(REASONS[fault.what], retry=fault.retry)
        await asyncio.sleep(fault.seconds)

    async def _gone(self, seconds: float) -> None:
        """The client has gone away, or so many seconds are over."""
        try:
            async with asyncio.timeout(seconds):
                while (await self._receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            pass
