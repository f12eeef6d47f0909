"""The server as a process: how it starts, what it says, how it ends."""

from __future__ import annotations

import re
import signal
import socket
import sqlite3
import threading
import time
from itertools import takewhile
from pathlib import Path

import pytest

import sandbox
from tests.serving import Receiver, Serving, command, start

CHARGE = {"amount": 2000, "currency": "usd", "source": "tok_visa"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_one_line_on_stdout_says_that_requests_are_accepted() -> None:
    """It names the address, the process and the version, and the address answers from then on."""
    with Serving(fresh=True) as server:
        pattern = rf"ready url=http://127\.0\.0\.1:\d+ pid={server.process.pid} version={re.escape(sandbox.__version__)}\n"
        assert re.fullmatch(pattern, server.line)
        assert server.call("GET", "/readyz") == (200, {"status": "ok"})
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(20)
        assert server.process.stdout is not None
        assert server.process.stdout.read() == ""


def said_of(stderr: str, provider: str) -> list[str]:
    """The first lines of what stands below a provider's heading; go needs two lines."""
    below = stderr.split(f"\n{provider}: ")[1].splitlines()[1:]
    return [line for line in takewhile(lambda line: line.startswith("  "), below) if line[2] != " "]


def test_stderr_says_where_to_point_each_sdk() -> None:
    """With the files host, where the library has one of its own: forgotten, uploads leave for the real one."""
    with Serving() as server:
        server.stop()
    said = said_of(server.stderr, "Stripe")
    assert [line.split()[0] for line in said] == ["python", "node", "ruby", "go", "php", "java", "CLI"]
    for line in said:
        assert str(server.port) in line
        if line.split()[0] not in ("node", "go", "CLI"):
            assert re.search("upload|files_base", line, re.IGNORECASE)
    assert [line.split()[0] for line in said_of(server.stderr, "Omise")] == ["python", "node", "ruby", "go", "php", "dotnet", "java"]
    assert server.stderr.splitlines()[-1] == f"Move time: payment-sandbox clock advance 9d --server {server.url} --merchant NAME"


def test_a_port_in_use_is_exit_code_4_and_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        done = command("serve", "--port", port, fresh=True)
    assert done.returncode == 4
    assert done.stdout == ""
    assert done.stderr == f"payment-sandbox: cannot listen on 127.0.0.1 port {port}: Address already in use. Try --port 0 for a free one.\n"


def test_a_further_port_listens_too() -> None:
    further = free_port()
    with Serving("--also-port", str(further)) as server, socket.create_connection(("127.0.0.1", further)) as line:
        line.sendall(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert line.recv(12) == b"HTTP/1.1 200"
        assert server.call("GET", "/livez")[0] == 200


def test_a_further_port_in_use_is_exit_code_4_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        done = command("serve", "--port", "0", "--also-port", str(other.getsockname()[1]))
    assert (done.returncode, done.stdout) == (4, "")


def test_an_address_that_this_machine_does_not_have_is_refused_in_one_line() -> None:
    done = command("serve", "--port", "0", "--host", "192.0.2.1")
    assert done.returncode == 2
    assert done.stderr.startswith("payment-sandbox: cannot listen on 192.0.2.1 port 0: ")
    assert done.stderr.endswith("The address is none of this machine's: try --host 127.0.0.1, or 0.0.0.0 for all it has.\n")
    assert done.stderr.count("\n") == 1


def test_the_environment_says_what_the_line_does_not() -> None:
    further = free_port()
    with Serving(env={"PAYMENT_SANDBOX_ALSO_PORT": str(further), "PAYMENT_SANDBOX_PORT": "1"}) as server:
        assert server.port != 1
        socket.create_connection(("127.0.0.1", further)).close()


# Data files


def test_a_restart_has_what_was_acknowledged(tmp_path: Path) -> None:
    data = str(tmp_path / "sandbox.sqlite")
    with Serving("--data", data) as server:
        charge = server.call("POST", "/v1/charges", CHARGE)[1]
    with Serving("--data", data) as server:
        found = server.call("GET", f"/v1/charges/{charge['id']}")[1]
    assert found == charge


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE cats (name TEXT)")
    db.close()


def damaged(path: Path) -> None:
    path.write_bytes(b"This is a letter to my aunt, not a database. " * 40)


def directory(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [foreign, damaged, directory])
def test_a_data_file_that_is_not_ours_is_exit_code_3_and_left_alone(tmp_path: Path, make: object) -> None:
    path = tmp_path / "data.sqlite"
    make(path)  # type: ignore[operator]
    before = path.read_bytes() if path.is_file() else b""
    done = command("serve", "--port", "0", "--data", str(path))
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.startswith(f"payment-sandbox: {path}")
    assert done.stderr.count("\n") == 1
    assert before == (path.read_bytes() if path.is_file() else b"")


def test_a_data_file_that_another_server_holds_is_exit_code_3(tmp_path: Path) -> None:
    data = str(tmp_path / "sandbox.sqlite")
    with Serving("--data", data) as server:
        server.call("POST", "/v1/charges", CHARGE)
        done = command("serve", "--port", "0", "--data", data)
        assert server.call("GET", "/readyz")[0] == 200
    assert done.returncode == 3
    said = done.stderr.replace(f" (pid {server.process.pid})", "")  # where the system tells it
    assert said == f"payment-sandbox: {data} cannot be used: another server holds it.\n"


@pytest.mark.parametrize("where", ["postgresql://localhost/pay", "postgres://localhost/pay", "mysql://localhost/pay"])
def test_a_database_server_is_not_supported_yet(where: str) -> None:
    done = command("serve", "--data", where)
    assert done.returncode == 2
    assert "not supported yet" in done.stderr
    assert done.stderr.count("\n") == 1


# The end


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_exits_with_0(number: int) -> None:
    with Serving(fresh=True) as server:
        with socket.create_connection(("127.0.0.1", server.port)):  # an idle connection keeps nobody waiting
            code, took = server.stop(number)
        assert code == 0
        assert took < 5
        assert "Traceback" not in server.stderr


def test_a_request_under_way_is_finished() -> None:
    """The client was still sending when the server was told to stop; it gets its answer."""
    body = b"amount=2000&currency=usd&source=tok_visa"
    head = b"POST /v1/charges HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer sk_test_alpha\r\n"
    head += b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(body)
    with Serving() as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
            line.sendall(head + body[:10])
            time.sleep(0.3)
            server.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            line.sendall(body[10:])
            assert line.recv(12) == b"HTTP/1.1 200"
        assert server.stop()[0] == 0


def test_a_slow_webhook_does_not_hold_up_the_end_and_is_delivered_after_a_restart(tmp_path: Path) -> None:
    """An advance waits for a receiver that takes its time; the server ends within 5 s, and what it owed goes out again."""
    data = str(tmp_path / "sandbox.sqlite")
    with Receiver(seconds=8) as slow:
        with Serving("--data", data) as server:
            endpoint = {"provider": "stripe", "url": slow.url, "events": ["charge.succeeded"]}
            assert server.call("POST", "/_sandbox/webhook_endpoints", endpoint)[0] == 200
            assert server.call("POST", "/v1/charges", CHARGE)[0] == 200
            waiting = threading.Thread(target=advance, args=(server,), daemon=True)
            waiting.start()
            time.sleep(0.5)
            code, took = server.stop()
            waiting.join(5)
            assert code == 0
            assert took < 5
            assert "Traceback" not in server.stderr
        slow.got.clear()
        slow.hurry.set()
        with Serving("--data", data):
            slow.wait_for(1, seconds=20)
    assert set(slow.types) == {"charge.succeeded"}


def advance(server: Serving) -> None:
    try:
        server.call("POST", "/_sandbox/clock/advance", {"days": 1})
    except OSError:
        pass  # cut off, as it should be


def test_a_follower_does_not_hold_up_the_end() -> None:
    with Serving() as server:
        server.call("POST", "/v1/charges", CHARGE)
        with start("events", "--follow", "--server", server.url, "--merchant", "alpha") as follower:
            assert follower.stdout is not None
            assert "charge.succeeded" in follower.stdout.readline()  # its stream is open from before that
            code, took = server.stop()
            assert follower.wait(10) == 4
        assert code == 0
        assert took < 5
