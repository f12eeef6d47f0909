"""A sandbox to play stories in, within this process: without a port, or with one for an application under test."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import httpx

from sandbox.delivery.sender import Sender
from sandbox.delivery.targets import Targets
from sandbox.providers import PROVIDERS
from sandbox.scenario.library import find
from sandbox.scenario.outside import Outside
from sandbox.scenario.reader import Read
from sandbox.scenario.runner import Watch, play
from sandbox.scenario.verdict import Verdict
from sandbox.server.app import App, build
from sandbox.server.world import World

BASE = "http://127.0.0.1:12111"
MERCHANT = "scenario"


def still() -> float:
    """A wall clock that stands: nothing in a report may come from the real one."""
    return 1_767_603_600.0


def stage(targets: Targets | None = None, wall: Callable[[], float] = still, base_url: str = BASE) -> App:
    """A server that keeps nothing."""
    return build(World(PROVIDERS, wall), base_url=base_url, targets=targets)


@contextlib.asynccontextmanager
async def in_process(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application that needs no port; at the end nothing is on its way any more."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url=BASE, trust_env=False) as client:
        try:
            yield client
        finally:
            assert isinstance(app.driver.sender, Sender), "build gives the driver a sender"
            await app.driver.sender.close()


@contextlib.asynccontextmanager
async def listening(app: App, port: int) -> AsyncIterator[int]:
    """The application answers at a port of loopback too. Raises server.run.Failure."""
    import uvicorn

    from sandbox.server import run

    with contextlib.closing(run.listen("127.0.0.1", port)) as made:
        server = uvicorn.Server(run.configuration(app))
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
        serving = asyncio.create_task(server.serve([made]))
        while not server.started and not serving.done():
            await asyncio.sleep(0.005)
        try:
            yield made.getsockname()[1]
        finally:
            server.should_exit = True
            await serving


async def play_in_process(
    story: Read | str, provider: str, merchant: str = MERCHANT, seed: int | None = None, watch: Watch | None = None
) -> Verdict:
    """One story on one provider, in a sandbox of its own. Raises Unreadable, BadFile."""
    read = find(story) if isinstance(story, str) else story
    async with in_process(stage()) as client:
        return await play(read, provider, Outside(client, merchant), seed=seed, watch=watch)
