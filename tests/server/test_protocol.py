"""Clients that take their time, or send too much, over a real socket."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.server.protocol import HEAD_BYTES_MAX, sweep
from tests.serving import Serving, drain, status_of

HEAD = b"POST /v1/charges HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer sk_test_alpha\r\n"
LIMIT_S = 0.8


@pytest.fixture(scope="module")
def impatient() -> Iterator[Serving]:
    """A server that gives a client less than a second to send its request."""
    with Serving("--request-seconds", str(LIMIT_S)) as server:
        yield server


UNFINISHED = {
    "nothing": b"",
    "half a request line": b"GET /v1/cha",
    "half a head": HEAD + b"X-Slow: ",
    "a head without its body": HEAD + b"Content-Length: 40\r\n\r\n",
    "half a body": HEAD + b"Content-Length: 40\r\n\r\namount=2000",
    "a chunk without its end": HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\namoun",
}


@pytest.fixture(scope="module")
def unfinished(impatient: Serving) -> dict[str, tuple[bytes, float]]:
    """What each of them gets, and after how many seconds its connection is closed; all at once, for each takes its time."""

    def left_alone(sent: bytes) -> tuple[bytes, float]:
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", impatient.port), timeout=10) as line:
            line.sendall(sent)
            return drain(line), time.monotonic() - began

    with ThreadPoolExecutor(len(UNFINISHED)) as clients:
        return dict(zip(UNFINISHED, clients.map(left_alone, UNFINISHED.values()), strict=True))


@pytest.mark.parametrize("name", UNFINISHED)
def test_who_does_not_finish_a_request_is_cut_off(unfinished: dict[str, tuple[bytes, float]], name: str) -> None:
    answer, seconds = unfinished[name]
    assert answer == b""
    assert LIMIT_S * 0.9 <= seconds < 5


def test_a_trickle_does_not_help(impatient: Serving) -> None:
    """A byte now and then is what a slow client is; only a whole request counts."""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", impatient.port), timeout=10) as line:
        line.sendall(HEAD)
        with contextlib.suppress(OSError):
            while time.monotonic() - began < 10:
                time.sleep(0.1)
                line.sendall(b"X-A: b\r\n")
    assert time.monotonic() - began < 5


def test_the_second_request_of_a_connection_has_its_own_time(impatient: Serving) -> None:
    """Whoever sends whole requests stays connected, however long the connection lives."""
    whole = b"GET /v1/charges HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer sk_test_alpha\r\n\r\n"
    with socket.create_connection(("127.0.0.1", impatient.port), timeout=10) as line:
        for _ in range(3):  # longer than the limit, together
            line.sendall(whole[:20])
            time.sleep(LIMIT_S * 0.5)
            line.sendall(whole[20:])
            assert status_of(line) == 200
        line.sendall(whole[:20])
        assert drain(line) == b""


def test_a_client_that_we_keep_waiting_is_not_slow(impatient: Serving) -> None:
    """An idle connection between requests is not cut off by the limit on requests."""
    whole = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with socket.create_connection(("127.0.0.1", impatient.port), timeout=10) as line:
        line.sendall(whole)
        assert status_of(line) == 200
        time.sleep(LIMIT_S * 1.6)  # the sweep comes every quarter of it
        line.sendall(whole)
        assert status_of(line) == 200


def test_a_head_without_an_end_is_refused(impatient: Serving) -> None:
    """Long before it fills the memory, whether in one header or in many."""
    line = b"X-Filler: " + b"a" * 8_000 + b"\r\n"
    answer = impatient.raw(HEAD, *[line] * (HEAD_BYTES_MAX * 2 // len(line)), pause=0.001)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 431 ")
    assert impatient.call("GET", "/livez")[0] == 200


def test_a_long_head_within_the_limit_is_read(impatient: Serving) -> None:
    filler = b"X-Filler: " + b"a" * 30_000 + b"\r\n"
    answer = impatient.raw(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + filler, b"\r\n", pause=0.1)
    assert answer.startswith(b"HTTP/1.1 200 ")


def test_what_is_no_http_is_told_so(impatient: Serving) -> None:
    assert impatient.raw(b"EHLO mail.example\r\n\r\n").startswith(b"HTTP/1.1 400 ")


class Line:
    """A connection as the sweep sees it."""

    def __init__(self, owing: bool, reading: bool = True) -> None:
        self.owing, self.reading, self.closed = owing, reading, False
        self.owing_since: float | None = None
        self.transport = self

    def is_reading(self) -> bool:
        return self.reading

    def abort(self) -> None:
        self.closed = True


def test_the_sweep_closes_only_what_owes_for_too_long() -> None:
    """Not a whole request, not one whose bytes we do not read for the time being."""
    owing, whole, paused = Line(True), Line(False), Line(True, reading=False)
    for now in (0.0, 10.0, 20.0, 29.9):
        sweep([owing, whole, paused], now, 30.0)
        assert not owing.closed
    sweep([owing, whole, paused], 30.0, 30.0)
    assert (owing.closed, whole.closed, paused.closed) == (True, False, False)
