"""Assembly: one ASGI application for every path of the port."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from sandbox.delivery.sender import Sender
from sandbox.delivery.targets import Targets
from sandbox.server.driver import Driver
from sandbox.server.pipeline import Pipeline
from sandbox.server.world import World

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]", "::1", "testserver", "host.docker.internal")


class App:
    """Host check, then whoever owns the path."""

    def __init__(self, world: World, driver: Driver, control: Any = None, hosts: Sequence[str] = (), base_url: str = "") -> None:
        self.world = world
        self.driver = driver
        self.control = control
        self.dashboard: Any = None
        self.hosts = frozenset(name.lower() for name in (*LOOPBACK_NAMES, *hosts))
        self._known_hosts: set[bytes] = set()
        self.pipelines = [(p, Pipeline(world, driver, p, base_url)) for p in world.providers.values()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                from sandbox.server.sockets import attend  # here, at the first of them: most servers never see one

                await attend(self, scope, receive, send)
            return
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"")
        if host not in self._known_hosts and not self.admits(host):
            await plain(send, 421, refuse_host(host))
            return
        path: str = scope["path"]
        for provider, pipeline in self.pipelines:
            if provider.owns(path, headers):
                await pipeline(scope, receive, send, headers)
                return
        if path in ("/livez", "/readyz"):
            ready = not self.world.broken
            status = 200 if ready or path == "/livez" else 503
            await plain(send, status, {"status": "ok" if ready else self.world.broken})
        elif path.startswith("/_sandbox"):
            if self.control is None:
                from sandbox.server.control.road import Control  # here, at the first call: a server's start need not pay for it

                self.control = Control(self.world, self.driver)
            await self.control(scope, receive, send, headers)
        elif path == "/" or path == "/dashboard" or path.startswith("/dashboard/"):
            if self.dashboard is None:
                from sandbox.server.pages import Pages

                self.dashboard = Pages()
            await self.dashboard(scope, send, headers)
        else:
            names = " and ".join(sorted(self.world.providers))
            message = f"Nothing lives at {path}: not in the APIs of {names}; the control API is under /_sandbox/, the dashboard at /."
            await plain(send, 404, {"error": {"code": "not_found", "message": message}})

    def admits(self, host: bytes) -> bool:
        """Whether a Host header names this server: loopback names and those the user allowed."""
        name = host.decode("latin-1").lower()
        bare = name[: name.index("]") + 1] if name.startswith("[") and "]" in name else name.rpartition(":")[0] or name
        if bare not in self.hosts and name not in self.hosts:
            return False
        if len(self._known_hosts) < 64:
            self._known_hosts.add(host)
        return True


def refuse_host(host: bytes) -> dict[str, Any]:
    name = host.decode("latin-1")[:100]
    message = f"This server does not answer to the host name '{name}'. Start it with --allow-host NAME to let it."
    return {"error": {"code": "host_not_allowed", "message": message, "param": "Host"}}


async def plain(send: Send, status: int, shown: dict[str, Any]) -> None:
    body = orjson.dumps(shown)
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body)), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def build(
    world: World,
    hosts: Sequence[str] = (),
    base_url: str = "",
    control: Callable[..., Any] | None = None,
    targets: Targets | None = None,
    transport: Any = None,
) -> App:
    """The application, with its driver and its sender.

    Args:
        targets: where webhooks may go; loopback only if not given.
        transport: an httpx transport that takes the place of the network for webhooks.
    """
    world.base_url = base_url
    for merchant in world.merchants.values():
        merchant.base_url = base_url
    driver = Driver(world)
    driver.sender = sender = Sender(world, transport, targets)
    world.admit = sender.targets.admit
    return App(world, driver, control, hosts, base_url)
