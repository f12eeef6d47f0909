"""A server process and a raw client: CPU time of the server a request, from the operating system."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Any, NamedTuple

import psutil

FORM = "application/x-www-form-urlencoded"


class Request(NamedTuple):
    method: str
    path: str
    body: str = ""

    def encoded(self, key: str = "sk_test_bench") -> bytes:
        head = f"{self.method} {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\nAccept: */*\r\n"
        if self.method == "POST":
            head += f"Content-Type: {FORM}\r\nContent-Length: {len(self.body)}\r\n"
        return f"{head}\r\n{self.body}".encode()


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: str


class Server:
    """A child process that prints a ready line, and one kept-alive connection to it."""

    def __init__(self, *command: str) -> None:
        started = time.perf_counter()
        self.process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        self.ready_s = time.perf_counter() - started
        words = dict(word.split("=", 1) for word in line.split()[1:])
        port = int(words["url"].rpartition(":")[2])
        self.os = psutil.Process(self.process.pid)
        self.line = socket.create_connection(("127.0.0.1", port))
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.line.close()
        self.process.terminate()
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def ask(self, encoded: bytes) -> bytes:
        """One whole answer."""
        self.line.sendall(encoded)
        got = self.line.recv(1 << 18)
        while b"\r\n\r\n" not in got:
            got += self.line.recv(1 << 18)
        head, _, body = got.partition(b"\r\n\r\n")
        at = head.lower().index(b"content-length:") + 15
        length = int(head[at : at + 20].split(b"\r\n")[0])
        missing = length - len(body)
        while missing > 0:
            part = self.line.recv(missing)
            got += part
            missing -= len(part)
        return got

    def call(self, request: Request) -> Answer:
        head, _, body = self.ask(request.encoded()).partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
        return Answer(int(lines[0].split()[1]), headers, body.decode())

    def json(self, request: Request) -> Any:
        answer = self.call(request)
        assert answer.status == 200, answer.body
        return json.loads(answer.body)

    def cpu(self) -> float:
        """Seconds on a processor: to the nanosecond where the kernel's scheduler says so, else in its ticks of 10 ms."""
        try:
            tasks = [path.read_text() for path in Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")]
        except OSError:  # a thread ended meanwhile
            return self.cpu()
        if tasks:
            return sum(int(task.split()[0]) for task in tasks) / 1e9
        times = self.os.cpu_times()
        return times.user + times.system

    def rss(self) -> int:
        return self.os.memory_info().rss

    def microseconds(self, requests: list[bytes]) -> float:
        """CPU time a request, user and system."""
        before = self.cpu()
        for encoded in requests:
            self.ask(encoded)
        return (self.cpu() - before) / len(requests) * 1e6


def compare(ours: Server, bare: Server, mine: list[list[bytes]], theirs: list[bytes]) -> tuple[float, float]:
    """Median CPU microseconds a request, (ours, bare), in turns so that a drift of the machine hits both."""
    pairs = []
    for batch in mine:
        pairs.append((ours.microseconds(batch), bare.microseconds(theirs * (len(batch) // len(theirs)))))
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
