"""Clients of a server that will be killed: what all providers' have in common."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from tests.serving import Serving

CLIENTS = 4
LOAD_SECONDS_MAX = 60.0


class Asked(NamedTuple):
    """A request that was answered: enough to ask again and compare."""

    path: str
    params: dict[str, Any]
    key: str
    body: dict[str, Any]


class Receiver:
    """An application's webhook endpoint that answers every fourth request with an error."""

    def __init__(self) -> None:
        self.accepted: set[str] = set()
        self.moody = True
        count = itertools.count()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                event = json.loads(self.rfile.read(int(self.headers["content-length"])))
                refused = receiver.moody and next(count) % 4 == 0
                try:
                    self.send_response(500 if refused else 200)
                    self.send_header("content-length", "0")
                    self.end_headers()
                except OSError:
                    return  # the sender was killed
                if not refused:
                    receiver.accepted.add(event["id"])

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class Load:
    """Clients at work until the server is gone; `answered` holds what they were told."""

    provider: str
    secret_key: str
    answers = 40  # after so many the server is killed
    kills = 2

    def __init__(self, server: Serving, name: str) -> None:
        self.server, self.name = server, name
        self.answered: list[Asked] = []
        self.unanswered: list[tuple[str, dict[str, Any], str]] = []
        self._gone = threading.Event()
        self._threads = [threading.Thread(target=self._client, args=(number,), daemon=True) for number in range(CLIENTS)]

    def run_until(self, number: int) -> None:
        """Clients are at work and have had so many answers."""
        for thread in self._threads:
            thread.start()
        until = time.monotonic() + LOAD_SECONDS_MAX
        while len(self.answered) < number and not self._gone.is_set() and time.monotonic() < until:
            time.sleep(0.002)
        assert len(self.answered) >= number, "the server did not answer in time"

    def finish(self) -> None:
        """The server is gone, and every client has met that."""
        self._gone.set()
        for thread in self._threads:
            thread.join(60)

    def _client(self, client: int) -> None:
        try:
            for number in itertools.count():
                self.act(f"{self.name} {client} {number}", number)
        except (OSError, http.client.HTTPException, json.JSONDecodeError):
            self._gone.set()

    def ask(self, path: str, params: dict[str, Any], key: str = "") -> Any:
        """One call that must succeed; raises whatever the connection does once the server is gone."""
        sent = {"idempotency_key": key} if key else {}
        try:
            status, body = self.server.call("POST", path, params, self.secret_key, **sent)
        except (OSError, http.client.HTTPException, json.JSONDecodeError):
            self.unanswered.append((path, params, key))
            raise
        assert status == 200, body
        self.answered.append(Asked(path, params, key, body))
        return body

    def act(self, name: str, number: int) -> None:
        """What a client does, again and again."""
        raise NotImplementedError

    @classmethod
    def prepare(cls, server: Serving, receiver: Receiver) -> None:
        """Events go to the receiver, unless they do already."""
        raise NotImplementedError

    def check(self, server: Serving) -> None:
        """Over the same file, the server knows all that was answered."""
        raise NotImplementedError

    @classmethod
    def check_all(cls, server: Serving, loads: list[Any]) -> None:
        """What must hold of all loads together once time has passed."""
        raise NotImplementedError

    @classmethod
    def check_told(cls, server: Serving, receiver: Receiver) -> None:
        """Every event came to the receiver."""
        events = {event["id"] for event in everything(server, "/events")}
        assert events
        assert events <= receiver.accepted


def everything(server: Serving, path: str) -> list[dict[str, Any]]:
    """All rows of a list of the control API."""
    rows: list[dict[str, Any]] = []
    while True:
        after = f"?after={rows[-1]['id']}" if rows else ""
        status, page = server.call("GET", f"/_sandbox{path}{after}")
        assert status == 200, page
        rows += page["data"]
        if not page["has_more"]:
            return rows
