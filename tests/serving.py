"""The real server in a process of its own, as a user starts it, and raw sockets to be rude to it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.forked import POSSIBLE, Forked
from tests.harness import flat

START_SECONDS_MAX = 30.0  # a shared machine may be slow
always_fresh = False  # pytest --fresh


def environment(**more: str) -> dict[str, str]:
    """Ours without the twins of flags, which would change what a test means."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PAYMENT_SANDBOX_")}
    return {**kept, "PYTHONWARNINGS": "error", **more}


def start(*line: str, env: Mapping[str, str] | None = None, fresh: bool = False) -> subprocess.Popen[str] | Forked:
    """`payment-sandbox LINE`, running, with pipes from its stdout and stderr.

    Args:
        fresh: a new interpreter, as a user's; otherwise one that has everything imported already, see forked.py.
    """
    if POSSIBLE and not fresh and not always_fresh:
        return Forked(line, environment(**(env or {})))
    words = [sys.executable, "-m", "sandbox", *line]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(**(env or {})))


def command(*line: str, env: Mapping[str, str] | None = None, seconds: float = 60, fresh: bool = False) -> subprocess.CompletedProcess[str]:
    """`payment-sandbox LINE`, run to its end. Raises subprocess.TimeoutExpired."""
    with start(*line, env=env, fresh=fresh) as process, ThreadPoolExecutor(2) as readers:
        said = [readers.submit(stream.read) for stream in (process.stdout, process.stderr) if stream is not None]
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        out, err = (each.result() for each in said)
    return subprocess.CompletedProcess(line, process.wait(), out, err)


class Serving:
    """`payment-sandbox serve` on a free port until the block ends."""

    def __init__(self, *line: str, env: Mapping[str, str] | None = None, port: str = "0", fresh: bool = False) -> None:
        started = time.perf_counter()
        self.process = start("serve", "--port", port, *line, env=env, fresh=fresh)
        self.said: list[str] = []  # on stderr
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.line = self._first_line()
        self.ready_s = time.perf_counter() - started
        words = dict(word.split("=", 1) for word in self.line.split()[1:])
        self.url = words.get("url", "")

    def _first_line(self) -> str:
        assert self.process.stdout is not None
        watch = threading.Timer(START_SECONDS_MAX, self.process.kill)
        watch.start()
        line = self.process.stdout.readline()
        watch.cancel()
        return line

    def _read(self) -> None:
        assert self.process.stderr is not None
        self.said.extend(self.process.stderr)

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    @property
    def stderr(self) -> str:
        return "".join(self.said)

    def __enter__(self) -> Serving:
        assert self.url, f"the server did not start: {self.stderr}"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """The exit code, and the seconds it took."""
        began = time.perf_counter()
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            code = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        took = time.perf_counter() - began
        self._reader.join(5)
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()
        return code, took

    def call(
        self, method: str, path: str, params: Mapping[str, Any] | None = None, key: str = "sk_test_alpha", **headers: str
    ) -> tuple[int, Any]:
        """One call: `/v1` takes a form, the control API takes JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {"authorization": f"Bearer {key}", **{name.replace("_", "-"): value for name, value in headers.items()}}
        body: str | None = None
        if method in ("POST", "PUT") and path.startswith("/_sandbox"):
            body = json.dumps(params or {})
            sent.setdefault("content-type", "application/json")
        elif method == "POST":
            body = urlencode(flat(dict(params or {})))
            sent.setdefault("content-type", "application/x-www-form-urlencoded")
        elif params:
            path += "?" + urlencode(flat(dict(params)))
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        return response.status, json.loads(content) if content[:1] in (b"{", b"[") else content

    def raw(self, *parts: bytes, pause: float = 0.0, seconds: float = 10.0, whole: bool = True) -> bytes:
        """What comes back until the server closes or says nothing for `seconds`; parts go out with pauses between them.

        With `whole` False: the beginning of it, for a server that keeps the connection.
        """
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as line:
            for number, part in enumerate(parts):
                if number:
                    time.sleep(pause)
                try:
                    line.sendall(part)
                except OSError:
                    break
            return drain(line) if whole else line.recv(65_536)


def status_of(line: socket.socket) -> int:
    """The status of the next answer on a connection; its body is read too."""
    with http.client.HTTPResponse(line) as response:
        response.begin()
        response.read()
        return response.status


def drain(line: socket.socket) -> bytes:
    received = b""
    try:
        while part := line.recv(65_536):
            received += part
    except OSError:
        pass
    return received


class Receiver:
    """A webhook endpoint on loopback that keeps what it got and answers `status` after `seconds`, or as soon as `hurry` is set."""

    def __init__(self, seconds: float = 0.0, status: int = 200) -> None:
        self.status = status
        self.hurry = threading.Event()
        self.got: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if seconds:
                    receiver.hurry.wait(seconds)
                receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                try:
                    self.send_response(receiver.status)
                    self.send_header("content-length", "0")
                    self.end_headers()
                except OSError:
                    pass  # the sender did not wait

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/webhooks"

    def __enter__(self) -> Receiver:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.hurry.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def types(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.got]

    def wait_for(self, count: int, seconds: float = 10.0) -> None:
        until = time.monotonic() + seconds
        while len(self.got) < count and time.monotonic() < until:
            time.sleep(0.01)
        assert len(self.got) >= count, f"{len(self.got)} of {count} webhooks came: {self.types}"
