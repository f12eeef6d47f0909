"""The log of API requests: a list, and one of them with its body and as a line for a shell."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, quote

from pydantic import Field
from typing_extensions import TypedDict

from sandbox.server.control.looking import Listed, struck
from sandbox.server.control.op import Ask, Op, OrderedQuery, Wrong, iso, not_found, page
from sandbox.server.world import Logged


class RequestsWanted(OrderedQuery):
    provider: str | None = None
    status: int | None = Field(None, description="An HTTP status", ge=100, le=599)
    method: str | None = Field(None, max_length=10)
    q: str | None = Field(None, description="Part of the path, the id or the idempotency key", max_length=200)
    failed: bool | None = Field(None, description="true: only those that got an error or no answer")


class RequestShown(TypedDict):
    id: str
    provider: str
    at: int
    iso: str
    method: str
    path: str
    query: str
    status: int | None
    seconds: float
    idempotency_key: str | None
    error: Any
    faults: list[dict[str, str]]
    ignored: list[str]
    body: str | None
    curl: str


async def index(ask: Ask) -> dict[str, Any]:
    query: RequestsWanted = ask.query
    log = ask.control.world.desks[ask.merchant.name].log
    q = (query.q or "").lower()

    def fits(line: Logged) -> bool:
        if query.provider not in (None, line.provider) or query.status not in (None, line.status):
            return False
        if query.method is not None and query.method.upper() != line.method:
            return False
        if query.failed is not None and query.failed != (not 0 < line.status < 400):
            return False
        return not q or any(q in text.lower() for text in (line.path, line.id, line.idempotency_key))

    def rows() -> Iterator[Logged]:
        passed = query.after is None
        for line in reversed(log) if query.order == "newest" else log:
            if passed and fits(line):
                yield line
            passed = passed or line.id == query.after
        if not passed:
            raise Wrong(404, "cursor_unknown", "after= names no request of the log (any more): start again without it.", "after")

    return page(rows(), query.limit, request_row)


def request_row(line: Logged) -> dict[str, Any]:
    return {
        "id": line.id, "provider": line.provider, "at": line.at, "iso": iso(line.at), "method": line.method, "path": line.path,
        "query": line.query, "status": line.status or None, "seconds": line.seconds, "idempotency_key": line.idempotency_key or None,
        "error": line.error, "faults": struck(line.faults),
        "ignored": line.ignored.split(", ") if line.ignored else [],
    }  # fmt: skip


async def one(ask: Ask, request_id: str) -> dict[str, Any]:
    """Card numbers, security codes and keys in its body are masked: a call that sends some cannot be repeated as it stands."""
    for line in reversed(ask.control.world.desks[ask.merchant.name].log):
        if line.id == request_id:
            return {**request_row(line), "body": line.body.decode(errors="replace") or None, "curl": curl(ask, line)}
    raise not_found("request", request_id, "requests")


def curl(ask: Ask, line: Logged) -> str:
    """The request as a line for a shell, with the merchant's secret key."""
    from sandbox.scenario.dialects import DIALECTS  # here, at the first call: a server's start need not pay for it

    dialect = DIALECTS.get(line.provider)
    query = f"?{quote(line.query, safe='=&[]')}" if line.query else ""
    words = ["curl", *(["-X", line.method] if line.method not in ("GET", "POST") or not line.body else [])]
    words.append(f"{ask.control.world.base_url}{line.path}{query}")
    if dialect is not None and dialect.keyed:
        words += ["-u", f"{dialect.secret}{ask.merchant.name}:"]
    if line.idempotency_key:
        words += ["-H", f"Idempotency-Key: {line.idempotency_key}"]
    body = line.body.decode(errors="replace")
    if line.media.startswith(b"application/json"):
        words += ["-H", "Content-Type: application/json", "--data-raw", body]
    else:
        for name, value in parse_qsl(body, keep_blank_values=True):
            words += ["--data-urlencode", f"{name}={value}"]
    return shlex.join(words)


OPERATIONS: tuple[Op, ...] = (
    Op("GET", "/_sandbox/requests", index, "The log of API requests", query=RequestsWanted, answer=Listed),
    Op("GET", "/_sandbox/requests/{id}", one, "One request, with its body and as a curl command", answer=RequestShown),
)
