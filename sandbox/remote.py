"""Thin clients of the control API: each command is a call or two and a way to show the answer to people.

The standard library's HTTP client is enough, starts three times as fast as a comfortable one, and asks no proxy.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode, urlsplit

from sandbox.core.clock import iso

CONNECT_SECONDS_MAX = 5.0
ADVANCE_SECONDS_MAX = 3_600.0  # an advance waits for webhooks, ten seconds at most for each, one instant after the other
PATIENCE_S = 2.0  # of waiting, before it is said what for
TELL_EVERY_S = 1.0
STREAM_SECONDS_MAX = 3_600.0  # of silence

NEWS = (b"event: event", b"event: replaced", b"event: lost")  # messages of the stream that may mean further events


class Unreachable(Exception):
    """Nobody answers, or not as a payment-sandbox would; the message says what to do."""


class Refused(Exception):
    """The server says no; the message is its own."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class BadFile(Exception):
    """A file that cannot be read or is no such file; the message says why."""


class Remote:
    """A running server's control API, as one merchant."""

    def __init__(self, url: str, merchant: str) -> None:
        self.url = url
        self.merchant = merchant

    def call(self, method: str, path: str, body: Any = None, seconds: float = 60.0, **query: Any) -> Any:
        """The answer's JSON. Raises Refused, Unreachable."""
        with self.open(method, path, body, seconds, **query) as response:
            try:
                answer = json.loads(response.read())
            except (OSError, http.client.HTTPException) as error:
                raise self._lost(error) from None
            except ValueError:
                raise self._lost(Exception("what answers there does not speak JSON")) from None
        if response.status >= 400:
            told = answer if isinstance(answer, dict) else {}
            refused = told["error"] if isinstance(told.get("error"), dict) else {}
            said = refused.get("message") or told.get("status")
            raise Refused(said or f"{method} {path} was answered with status {response.status}", refused.get("code") or "")
        return answer

    def open(self, method: str, path: str, body: Any = None, seconds: float = 60.0, **query: Any) -> http.client.HTTPResponse:
        if self.merchant:
            query["merchant"] = self.merchant
        asked = urlencode({key: value for key, value in query.items() if value not in (None, "")})
        target = urlsplit(self.url)
        kind = http.client.HTTPSConnection if target.scheme == "https" else http.client.HTTPConnection
        connection = kind(target.netloc, timeout=CONNECT_SECONDS_MAX)
        headers = {"content-type": "application/json"} if method == "POST" else {}
        sent = json.dumps(body or {}) if method == "POST" else None
        headers["connection"] = "close"  # so that closing the answer closes the connection
        try:
            connection.connect()
            connection.sock.settimeout(seconds)
            connection.request(method, f"{path}?{asked}" if asked else path, sent, headers)
            return connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise self._lost(error) from None

    def _lost(self, error: Exception) -> Unreachable:
        why = getattr(error, "strerror", None) or str(error) or error.__class__.__name__
        return Unreachable(
            f"no payment-sandbox answers at {self.url} ({why}). Start one with `payment-sandbox serve`, or name it with --server URL."
        )


def show_clock(said: argparse.Namespace) -> None:
    _clock(said, _remote(said).call("GET", "/_sandbox/clock"))


def set_clock(said: argparse.Namespace) -> None:
    _clock(said, _remote(said).call("POST", "/_sandbox/clock", {"now": _date(said.now)}, ADVANCE_SECONDS_MAX))


def freeze(said: argparse.Namespace) -> None:
    _clock(said, _remote(said).call("POST", "/_sandbox/clock", {"rate": 0}))


def rate(said: argparse.Namespace) -> None:
    _clock(said, _remote(said).call("POST", "/_sandbox/clock", {"rate": said.rate}))


def advance(said: argparse.Namespace) -> None:
    if said.to:
        target: dict[str, Any] = {"to": _date(said.to)}
    elif said.until:
        target = {"until": said.until}
    else:
        target = {"seconds": said.span}
    remote = _remote(said)
    with _telling_who_holds(remote):
        answer = remote.call("POST", "/_sandbox/clock/advance", target, ADVANCE_SECONDS_MAX)
    if said.json:
        _print_json(answer)
        return
    if said.until == "next" and not answer["fired"]:
        print(f"now {answer['iso']}: nothing is due")
        return
    fired = [(iso(each["due"]), each["name"], each["target"]) for each in answer["fired"]]
    _table(("due", "timer", "target"), fired)
    count = len(answer["events"])
    print(f"now {answer['iso']}: {_counted(len(fired), 'timer')} rang, {_counted(count, 'event')}")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


@contextmanager
def _telling_who_holds(remote: Remote) -> Iterator[None]:
    """While the block takes long, stderr says which webhook the clock waits for: each once, on a terminal in one line."""
    over = threading.Event()
    tell = threading.Thread(target=_tell_who_holds, args=(remote, over), daemon=True)
    tell.start()
    try:
        yield
    finally:
        over.set()
        tell.join(TELL_EVERY_S)


def _tell_who_holds(remote: Remote, over: threading.Event) -> None:
    start, end = ("\r\x1b[K", "") if sys.stderr.isatty() else ("", "\n")
    told: list[str] = []
    wait = PATIENCE_S
    while not over.wait(wait):
        wait = TELL_EVERY_S
        try:
            held = remote.call("GET", "/_sandbox/clock", seconds=CONNECT_SECONDS_MAX)["held_by"]
        except (Refused, Unreachable):
            continue  # whoever asked for the advance is told
        lines = [f"waiting for {each['url']} to answer {each['delivery']}" for each in held]
        if lines and lines != told and not over.is_set():
            told = lines
            print(f"{start}{lines[0]}{f' and {len(lines) - 1} more' if len(lines) > 1 else ''}", end=end, file=sys.stderr, flush=True)
    if told:
        print(start, end="", file=sys.stderr, flush=True)


def dispute(said: argparse.Namespace) -> None:
    wanted = {"charge": said.charge, "reason": said.reason, "amount": said.amount, "kind": "inquiry" if said.inquiry else None}
    remote = _remote(said)
    answer = remote.call("POST", "/_sandbox/disputes", {key: value for key, value in wanted.items() if value is not None})
    if said.json:
        _print_json(answer)
        return
    row = remote.call("GET", f"/_sandbox/disputes/{answer['id']}")  # in one shape, whichever provider's it is
    reason = answer.get("reason_message") or row["reason"]
    print(f"{answer['id']} opened: {answer.get('amount')} {answer.get('currency')}, {reason}, {answer.get('status')}")
    due = row["evidence_due_at"]
    if due:
        print(f"evidence is due by {iso(due)}")


def events(said: argparse.Namespace) -> None:
    remote = _remote(said)
    after = ""
    # The stream is opened before the list is read, so that nothing falls between the two.
    beats = _beats(remote) if said.follow else iter(())
    if said.follow:
        next(beats)
    while True:
        try:
            found, after = _events_after(remote, after, said.type)
        except Refused:
            if not after:
                raise
            found, after = _events_after(remote, "", said.type)  # the merchant was reset: it has a new history
        _show_events(said, found)
        if not said.follow:
            return
        if next(beats, None) is None:
            raise Unreachable(f"the server at {remote.url} has stopped: there is nothing more to follow")


def reset(said: argparse.Namespace) -> None:
    answer = _remote(said).call("POST", "/_sandbox/reset")
    if said.json:
        _print_json(answer)
    else:
        print(f"merchant {said.merchant or 'default'} is as if never used")


def fixtures(said: argparse.Namespace) -> None:
    from sandbox.fixtures import play, read

    calls = read(said.file)
    for played in play(calls, said.server, said.merchant):
        if said.json:
            print(json.dumps(played._asdict()), flush=True)
        else:
            print(f"{played.name}: {played.method} {played.path} {played.status} {played.id}".rstrip(), flush=True)


def health(said: argparse.Namespace) -> None:
    remote = _remote(said)
    try:
        answer = remote.call("GET", "/readyz", seconds=CONNECT_SECONDS_MAX)
    except Refused as refused:
        raise Unreachable(f"the server at {remote.url} is not ready: {refused}") from None
    if said.json:
        _print_json(answer)
    else:
        print(f"{remote.url} is ready")


COMMANDS: dict[str, Callable[[argparse.Namespace], None]] = {
    "show_clock": show_clock, "set_clock": set_clock, "freeze": freeze, "rate": rate, "advance": advance,
    "dispute": dispute, "events": events, "reset": reset, "fixtures": fixtures, "health": health,
}  # fmt: skip


def _remote(said: argparse.Namespace) -> Remote:
    return Remote(said.server, said.merchant)


def _events_after(remote: Remote, after: str, pattern: str | None) -> tuple[list[dict[str, Any]], str]:
    """Every event after a cursor, and the cursor after the last."""
    found: list[dict[str, Any]] = []
    while True:
        page = remote.call("GET", "/_sandbox/events", after=after, type=pattern)
        found.extend(page["data"])
        if page["data"]:
            after = page["data"][-1]["id"]
        if not page["has_more"]:
            return found, after


def _beats(remote: Remote) -> Iterator[bool]:
    """One item once the stream is open, then one whenever there may be further events."""
    with remote.open("GET", "/_sandbox/stream", seconds=STREAM_SECONDS_MAX) as response:
        if response.status != 200:
            raise Refused(f"status {response.status} from /_sandbox/stream")
        yield True
        try:
            for line in response:
                if line.rstrip() in NEWS:
                    yield True
        except (OSError, http.client.HTTPException):
            return  # the server has stopped: there is no more to follow


def _show_events(said: argparse.Namespace, found: Sequence[dict[str, Any]]) -> None:
    if said.json and said.follow:
        for each in found:
            print(json.dumps(each), flush=True)
    elif said.json:
        _print_json(found)
    else:
        rows = [(iso(each["created"]), each["type"], each["id"], _object_id(each["object"])) for each in found]
        _table(("created", "type", "event", "object"), rows)


def _object_id(shown: Any) -> str:
    return str(shown["id"]) if isinstance(shown, dict) else str(shown)


def _clock(said: argparse.Namespace, answer: dict[str, Any]) -> None:
    if said.json:
        _print_json(answer)
        return
    print(f"{answer['iso']}, rate {answer['rate']:g}{'' if answer['rate'] else ' (frozen)'}")
    upcoming = answer["next"]
    if upcoming:
        print(f"next: {upcoming['name']} of {upcoming['target']} at {iso(upcoming['due'])}")
    for held in answer["held_by"]:
        print(f"held by {held['delivery']} to {held['url']}")


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A ruled table on a terminal; plain columns, for grep and cut, anywhere else."""
    if not rows:
        return
    if sys.stdout.isatty():
        from rich import box
        from rich.console import Console
        from rich.table import Table

        shown = Table(*heads, box=box.SIMPLE_HEAD)
        for row in rows:
            shown.add_row(*row)
        Console(highlight=False, markup=False).print(shown)
        return
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip(), flush=True)


def _print_json(answer: Any) -> None:
    print(json.dumps(answer, indent=2))


def _date(said: str) -> int | str:
    return int(said) if said.isascii() and said.isdigit() else said
