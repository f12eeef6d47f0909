"""The pytest plugin: a server for the session, a fresh merchant for each test, its timeline in the report of one that fails.

Every test session of a project that has payment-sandbox installed imports this file, so nothing of ours is imported before a
fixture is used. Under xdist each worker has a server of its own.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandbox.handle import MerchantHandle
    from sandbox.served import Served

NAME_CHARACTERS_MAX = 50  # of a merchant's 64: the rest tells repeated ones apart
MERCHANTS = pytest.StashKey[list[Any]]()
MARKER = "scenario(story, provider=None, webhook=None, secret=None): plays a scenario, shipped or a file, and fails if it fails"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)


@pytest.fixture(scope="session")
def sandbox_options() -> dict[str, Any]:
    """Flags of `payment-sandbox serve` for the session's server, by name: override it and return {"profile": "network"}, say."""
    return {}


@pytest.fixture(scope="session")
def payment_sandbox(sandbox_options: dict[str, Any]) -> Iterator[Served]:
    """A running server on a free port: `.url`. It is gone at the end of the session."""
    from sandbox.served import Served

    with Served(sandbox_options) as served:
        yield served


@pytest.fixture
def merchant(payment_sandbox: Served, request: pytest.FixtureRequest) -> Iterator[MerchantHandle]:
    """A merchant of the server's that nobody has used before."""
    made = payment_sandbox.merchant(merchant_name(request.node.nodeid))
    request.node.stash.setdefault(MERCHANTS, []).append(made)
    yield made
    payment_sandbox.reset(made)


def merchant_name(nodeid: str) -> str:
    """From a test's id, so that the same test has the same ids in every run: a number of it, then what one recognizes it by."""
    words = re.sub(r"[^A-Za-z0-9]+", "_", nodeid.rpartition("::")[2])
    return f"{zlib.crc32(nodeid.encode()) % 10**8:08d}_{words}"[:NAME_CHARACTERS_MAX]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test's report shows what happened at its merchant."""
    report = yield
    if report.failed and call.when == "call":
        for made in item.stash.get(MERCHANTS, ()):
            try:
                shown = made.timeline()
            except Exception as error:  # the test's own failure is what must be seen
                shown = f"no timeline: {error}"
            report.sections.append((f"timeline of merchant {made.name}", shown))
        served = getattr(item, "funcargs", {}).get("payment_sandbox")
        complaints = served.complaints() if served is not None else ""
        if "Traceback" in complaints:
            report.sections.append(("payment-sandbox has a bug", complaints))
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> None:
    """The stories that the test is marked with are played first; then the test's own body."""
    markers = list(pyfuncitem.iter_markers("scenario"))
    if markers:
        from sandbox.marked import play_marked

        for marker in reversed(markers):
            play_marked(pyfuncitem._request, *marker.args, **marker.kwargs)
