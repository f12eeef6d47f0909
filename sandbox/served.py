"""A server in a process of its own for as long as a test session: started here, and gone with whoever started it.

A process of its own is not touched by what tests do to theirs: freezegun, patched sockets, a busy interpreter.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from sandbox.handle import MerchantHandle
from sandbox.remote import ADVANCE_SECONDS_MAX, Remote, Unreachable

START_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 10.0
TWINS = "PAYMENT_SANDBOX_"  # flags of the environment; a session says what it wants in its options


class HttpPort:
    """The control API of a running server, as one merchant."""

    def __init__(self, url: str, name: str) -> None:
        self._remote = Remote(url, name)

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        return self._remote.call(method, f"/_sandbox{path}", body, ADVANCE_SECONDS_MAX, **query)

    @contextmanager
    def changes(self, seconds: float) -> Iterator[Iterator[None]]:
        with self._remote.open("GET", "/_sandbox/stream", seconds=seconds) as response:

            def beats() -> Iterator[None]:
                yield  # the stream is open: what came before is in the lists
                try:
                    for line in response:
                        if line.startswith((b"event:", b":")):
                            yield
                except OSError:
                    return

            yield beats()


class Served:
    """`payment-sandbox serve` on a free port of loopback.

    Args:
        options: flags of `serve` by their names: ``{"profile": "network", "allow_webhook_host": ["app.test"]}``.
    """

    def __init__(self, options: Mapping[str, Any] | None = None) -> None:
        self.url = ""
        self._options = dict(options or {})
        self._names: dict[str, int] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - the server writes to it for as long as it runs

    def start(self) -> None:
        """The server answers at `url`. Raises RuntimeError, with what it said, if it does not come up."""
        code = f"import sys; sys.path[:] = {sys.path!r}; from sandbox.served import child; child()"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(TWINS)}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", code, "serve", *flags({"port": 0, **self._options})],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, env=kept,
        )  # fmt: skip
        assert self._process.stdout is not None
        watch = threading.Timer(START_SECONDS_MAX, self._process.kill)
        watch.start()
        line = self._process.stdout.readline().decode()
        watch.cancel()
        if not line.startswith("ready "):
            self._process.wait(STOP_SECONDS_MAX)
            why = self.complaints()
            self.stop()
            raise RuntimeError(f"payment-sandbox did not start: {why}")
        self.url = dict(word.split("=", 1) for word in line.split()[1:])["url"]

    def complaints(self) -> str:
        """What the server has said on stderr so far."""
        size = os.fstat(self._said.fileno()).st_size
        return os.pread(self._said.fileno(), size, 0).decode(errors="replace").strip()  # the server goes on writing at the end

    def stop(self) -> None:
        """The server is gone, in order, and nothing of it is left."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()  # what it lives by
        try:
            process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        self._said.close()

    def __enter__(self) -> Served:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def merchant(self, name: str) -> MerchantHandle:
        """A merchant that nobody has used: `name`, or the next like it. The built-in receiver hears all its events."""
        self._names[name] = count = self._names.get(name, 0) + 1
        if count > 1:
            name = f"{name}_{count}"
        made = MerchantHandle(name, self.url, HttpPort(self.url, name))
        made.webhooks.connect()
        return made

    def reset(self, merchant: MerchantHandle) -> None:
        """Nothing of the merchant is left, if the server is still there."""
        try:
            merchant.control("POST", "/reset")
        except Unreachable:
            pass


def flags(options: Mapping[str, Any]) -> list[str]:
    """The words of a command line."""
    found: list[str] = []
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        for each in value if isinstance(value, list | tuple) else [value]:
            if each is True:
                found.append(flag)
            elif each is not None and each is not False:
                found += [flag, json.dumps(each) if isinstance(each, Mapping) else str(each)]
    return found


def child() -> None:
    """The command in the process of its own, until its standard input is closed: whoever started it is gone then."""
    from sandbox.cli import main

    def watch() -> None:
        while os.read(0, 4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
    sys.exit(main(sys.argv[1:]))
