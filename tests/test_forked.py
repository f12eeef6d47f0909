"""A command that is forked is what a new process would be."""

from __future__ import annotations

import signal

import pytest

from tests.serving import Serving, command


@pytest.mark.parametrize(
    ("line", "env"),
    [
        (["--version"], {}),
        (["serve", "--port", "99999"], {}),
        (["health"], {"PAYMENT_SANDBOX_SERVER": "http://127.0.0.1:9"}),
        (["validate", "missing.yaml"], {}),
    ],
    ids=["out", "usage", "environment", "folder"],
)
def test_it_says_and_ends_as_a_new_interpreter_does(
    line: list[str], env: dict[str, str], tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same on stdout and stderr, with the same exit code, in the folder and the environment that it was given."""
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    made, fresh = command(*line, env=env), command(*line, env=env, fresh=True)
    assert (made.returncode, made.stdout, made.stderr) == (fresh.returncode, fresh.stdout, fresh.stderr)
    assert made.stdout + made.stderr


def test_it_can_be_killed() -> None:
    with Serving() as server:
        code, _ = server.stop(signal.SIGKILL)
    assert code == -signal.SIGKILL
