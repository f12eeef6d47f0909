"""`payment-sandbox LINE` as a process of its own that need not import anything: a fork of one that has imported all of it.

Most of the time that a command takes in a test goes into its imports. So each session of tests has one process, the nursery,
that does them once (`python -m tests.forked`), and forks for each command: with the command's environment, folder and pipes,
and from there on `python -m sandbox` as it is, to the end of the interpreter. Where the start itself is the point, a test
says so (`serving.Serving(fresh=True)`), and `pytest --fresh` starts every one of them anew.
"""

from __future__ import annotations

import array
import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import NoReturn

ROOT = Path(__file__).parents[1]
LEFT_OUT = ("sandbox.__main__", "sandbox.pytest_plugin", "sandbox.marked")  # they start something, or belong to pytest
IMPORTED_LATE = ("faker", "rich.progress", "uvicorn.protocols.http.httptools_impl", "uvicorn.lifespan.off", "httpcore", "anyio")
MESSAGE_BYTES_MAX = 200_000
DESCRIPTORS = 3  # of a start: where its stdout and its stderr go, and where its end is told
POSSIBLE = sys.platform == "linux"  # elsewhere libraries of the system may not survive a fork


class Forked:
    """A command that runs, with the members of `subprocess.Popen` that tests use.

    Raises:
        EOFError: the nursery is gone; what it said stands on stderr.
    """

    def __init__(self, line: Sequence[str], env: Mapping[str, str]) -> None:
        self.returncode: int | None = None
        (out, out_of_child), (err, err_of_child), (self._told, tell) = os.pipe(), os.pipe(), os.pipe()
        message = json.dumps({"line": list(line), "env": dict(env), "cwd": str(Path.cwd())}).encode()
        theirs = array.array("i", [out_of_child, err_of_child, tell])
        nursery().sendmsg([message], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, theirs)])
        for descriptor in theirs:
            os.close(descriptor)
        self.stdout, self.stderr = (os.fdopen(descriptor, encoding="utf-8") for descriptor in (out, err))
        said = os.read(self._told, 32)
        if not said:
            raise EOFError("the process that commands are forked from has ended")
        self.pid = int(said)

    def poll(self) -> int | None:
        return self._end(0)

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, or the negative number of the signal. Raises subprocess.TimeoutExpired."""
        code = self._end(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"payment-sandbox (pid {self.pid})", timeout or 0)
        return code

    def _end(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._told], [], [], timeout)[0]:
            self.returncode = int(os.read(self._told, 32))
            os.close(self._told)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> Forked:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.wait()
        self.stdout.close()
        self.stderr.close()


@cache
def nursery() -> socket.socket:
    """The line to this session's nursery, which is there; it ends with whoever holds the line."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * MESSAGE_BYTES_MAX)
    with theirs:
        line = [sys.executable, "-W", "error", "-m", "tests.forked", str(theirs.fileno())]
        process = subprocess.Popen(line, cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
    atexit.register(process.wait, 10)
    atexit.register(ours.close)
    return ours


def import_everything() -> None:
    import sandbox

    for module in pkgutil.walk_packages(sandbox.__path__, "sandbox."):
        if module.name not in LEFT_OUT:
            importlib.import_module(module.name)
    for name in IMPORTED_LATE:
        with contextlib.suppress(ImportError, Warning):  # then it is for the command that needs it to say so
            importlib.import_module(name)
    gc.collect()
    gc.freeze()


def next_line(line: socket.socket) -> list[str]:
    """The words of a command: returns once in each child; the nursery itself ends here, when its session does."""
    while True:
        for _ in range(8):  # those that have ended
            with contextlib.suppress(ChildProcessError):
                os.waitpid(-1, os.WNOHANG)
        message, descriptors, _, _ = socket.recv_fds(line, MESSAGE_BYTES_MAX, DESCRIPTORS)
        if not message:
            sys.exit(0)
        if os.fork() == 0:
            line.close()
            return become(json.loads(message), *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def become(wanted: Mapping[str, object], out: int, err: int, tell: int) -> list[str]:
    """This process tells what becomes of its child; returns in that, whose world is as the command wants it."""
    child = os.fork()
    if child:
        for descriptor in (out, err):
            os.close(descriptor)
        watch(child, tell)
    os.close(tell)
    for descriptor, number in ((out, 1), (err, 2)):
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(wanted["env"])  # type: ignore[arg-type]
    os.chdir(str(wanted["cwd"]))
    return list(wanted["line"])  # type: ignore[call-overload]


def watch(child: int, tell: int) -> NoReturn:
    """Says the child's number and then how it ended, as `subprocess` has it."""
    os.write(tell, b"%d" % child)
    _, status = os.waitpid(child, 0)
    os.write(tell, b"%d" % os.waitstatus_to_exitcode(status))
    os._exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the session, and for commands as they like it
    import_everything()
    sys.argv = [sys.argv[0], *next_line(socket.socket(fileno=int(sys.argv[1])))]
    runpy.run_module("sandbox", run_name="__main__", alter_sys=True)
