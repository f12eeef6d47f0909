"""The real server under load is killed, and started again over the same file: what it had answered is there.

Load, webhooks and clocks are real: several clients at once, a receiver that refuses some webhooks, SIGKILL at no
particular moment. Nothing here depends on which requests were under way then.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.killing.base import Load, Receiver
from tests.server.killing.google_ordering import OrderingLoad
from tests.server.killing.omise import OmiseLoad
from tests.server.killing.stripe import StripeLoad
from tests.serving import Serving

LOADS = tuple(
    pytest.param(kind, id=kind.provider, marks=marks)
    for kind, marks in ((StripeLoad, ()), (OmiseLoad, ()), (OrderingLoad, pytest.mark.slow))
)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def kill_under_load(file: Path, receiver: Receiver, kind: type[Load], name: str) -> Load:
    """A server over the file was killed while clients waited for answers."""
    with Serving("--data", str(file)) as server:
        kind.prepare(server, receiver)
        load = kind(server, name)
        load.run_until(kind.answers)
        code, _ = server.stop(signal.SIGKILL)
        load.finish()
    assert code == -signal.SIGKILL
    return load


@pytest.mark.parametrize("kind", LOADS)
def test_killed_in_the_middle_of_load_it_loses_nothing_it_acknowledged(tmp_path: Path, receiver: Receiver, kind: type[Load]) -> None:
    """Killed once or twice: every answer, timer, event and webhook is there in the end, once each, and the books balance."""
    file = tmp_path / "data.db"
    loads = [kill_under_load(file, receiver, kind, str(number)) for number in range(kind.kills)]
    with Serving("--data", str(file)) as server:
        for load in loads:
            load.check(server)
        receiver.moody = False
        kind.check_all(server, loads)
        kind.check_told(server, receiver)


@pytest.mark.parametrize("kind", LOADS)
def test_told_to_stop_under_load_it_ends_in_5_s_and_loses_nothing(tmp_path: Path, receiver: Receiver, kind: type[Load]) -> None:
    """Requests under way are answered and kept; what webhooks are owed is sent after the restart."""
    file = tmp_path / "data.db"
    with Serving("--data", str(file)) as server:
        kind.prepare(server, receiver)
        load = kind(server, "only")
        load.run_until(kind.answers)
        code, took = server.stop(signal.SIGTERM)
        load.finish()
    assert code == 0
    assert took < 5
    with Serving("--data", str(file)) as server:
        load.check(server)
        receiver.moody = False
        kind.check_all(server, [load])
        kind.check_told(server, receiver)
