"""The official Stripe CLI, as npm installs it: once, at the exact version of `cli/package.json`."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path
from types import TracebackType

from tests.sdk.node_project import INSTALL_SECONDS_MAX, missing
from tests.serving import Serving, environment

FOLDER = Path(__file__).parent / "cli"
WANTED = FOLDER / "package.json"
INSTALLED = FOLDER / "node_modules" / "@stripe" / "cli" / "package.json"
SHIM = FOLDER / "node_modules" / ".bin" / "stripe"  # a line of Node that starts the binary of this platform
RUN_SECONDS_MAX = 60.0
WAIT_SECONDS_MAX = 30.0


def install() -> None:
    """The command is there; of several processes one installs and the others wait."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return missing("needs npm to install the official Stripe CLI: there is no `npm` on the path")
    wanted = json.loads(WANTED.read_bytes())["dependencies"]["@stripe/cli"]
    with WANTED.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not INSTALLED.exists() or json.loads(INSTALLED.read_bytes())["version"] != wanted or not SHIM.exists():
            # No lock file: it would name the binaries of those platforms only that whoever wrote it could see.
            line = [npm, "install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund"]
            done = subprocess.run(line, cwd=FOLDER, capture_output=True, text=True, timeout=INSTALL_SECONDS_MAX)
            if done.returncode:
                return missing(f"npm install failed, is the registry out of reach? {done.stderr[-600:]}")
    return None


def binary() -> Path:
    """What the shim starts: Node's own start would take a third of most commands' time."""
    found = sorted((FOLDER / "node_modules" / "@stripe").glob("cli-*/bin/stripe"))
    return found[0] if len(found) == 1 else SHIM


class Cli:
    """The command, told to talk to a server as one merchant; its settings are its own."""

    def __init__(self, serving: Serving, key: str, home: Path, command: Path | None = None) -> None:
        self.line = [str(command or binary()), "--api-base", serving.url, "--api-key", key]
        self.env = environment(HOME=str(home), XDG_CONFIG_HOME=str(home), STRIPE_CLI_TELEMETRY_OPTOUT="1", NO_COLOR="1")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`stripe WORDS`, run to its end."""
        return subprocess.run(
            [*self.line, *words], env=self.env, capture_output=True, text=True, timeout=RUN_SECONDS_MAX, stdin=subprocess.DEVNULL
        )

    def stay(self, *words: str) -> Staying:
        return Staying([*self.line, *words], self.env)


class Staying:
    """A command that runs until it is stopped, and everything it said."""

    def __init__(self, line: list[str], env: dict[str, str]) -> None:
        self.said = ""
        # A session of its own, so that the command behind npm's shim can be signalled too.
        self.process = subprocess.Popen(
            line, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, stdin=subprocess.DEVNULL, start_new_session=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        while part := self.process.stdout.read(1):
            self.said += part

    def wait_for(self, *words: str, times: int = 1) -> None:
        """It has said each of the words so many times."""
        until = time.monotonic() + WAIT_SECONDS_MAX
        while not all(self.said.count(word) >= times for word in words) and time.monotonic() < until:
            time.sleep(0.02)
        assert all(self.said.count(word) >= times for word in words), f"{words} {times} times? It said:\n{self.said}"

    def stop(self, number: int = signal.SIGINT) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self._reader.join(5)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def __enter__(self) -> Staying:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()
