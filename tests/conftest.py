from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # what starts the workers of a run needs none of it, and they wait for that
    from tests.harness import Shop

# A shell that starts the suite in the background has it ignore Ctrl-C, and every child would inherit that: the tests that
# stop a program with Ctrl-C would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


# Servers and sessions that tests start import two hundred modules each. Where compiled files must not be kept, each of them
# compiles all of those anew, which takes longer than everything else that it does.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


# What takes longest comes first: then no worker is left with it at the end while the others have nothing to do.
LONGEST = (
    "tests/scenario/test_application.py", "tests/test_plugin.py", "tests/sdk/", "tests/server/test_kill.py", "tests/server/test_serve.py",
    "tests/scenario/test_shipped.py", "tests/test_tidy.py", "tests/test_cli.py", "tests/test_readme.py", "tests/server/test_protocol.py",
    "tests/server/control/test_openapi.py", "tests/scenario/", "tests/journal/", "tests/contract/test_stateful.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {
        name: next((rank for rank, start in enumerate(LONGEST) if name.startswith(start)), len(LONGEST)) for name in map(file_of, items)
    }
    items.sort(key=lambda item: ranks[file_of(item)])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A worker that is done takes tests over from one that still has the longest."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log) if config.getoption("dist") == "load" else None


def file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def pytest_collection_finish() -> None:
    """Ten thousand collected tests live until the end: the garbage collector need not look through them again and again."""
    gc.collect()
    gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--snapshot-update", action="store_true", help="write tests/snapshots anew instead of comparing")
    parser.addoption("--fresh", action="store_true", help="start a new interpreter for each command and server, see tests/forked.py")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("fresh"):
        from tests import serving

        serving.always_fresh = True


def opened(**settings: str) -> Shop:
    from tests.harness import Shop

    return Shop(**settings)


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A fresh merchant `alpha` in process, its wall clock standing at 2026-01-05T09:00:00Z."""
    made = opened()
    yield made
    made.close()


@pytest.fixture
def network_shop() -> Iterator[Shop]:
    """The same in the profile `network`."""
    made = opened(profile="network")
    yield made
    made.close()


@pytest.fixture(params=["testmode", "network"])
def each_shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """The same in each profile: the test runs twice."""
    made = opened(profile=request.param)
    yield made
    made.close()
