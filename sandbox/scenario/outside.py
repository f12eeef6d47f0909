"""A running sandbox as anybody sees it over HTTP: one merchant's API of one provider, and the control API."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

import httpx
import orjson

PAGE = 1_000


class Unreachable(Exception):
    """Nobody answers, or not as a payment-sandbox would."""


class Denied(Exception):
    """The control API says no."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class Answer(NamedTuple):
    """What came of a call of the provider's API; status 0 means that no whole answer came."""

    status: int
    body: Any
    request_id: str = ""


def flat(value: Any, prefix: str = "") -> list[tuple[str, str]]:
    """Nested parameters as a form: indexed brackets, booleans in lower case."""
    if isinstance(value, dict):
        return [pair for key, item in value.items() for pair in flat(item, f"{prefix}[{key}]" if prefix else str(key))]
    if isinstance(value, list | tuple):
        return [pair for index, item in enumerate(value) for pair in flat(item, f"{prefix}[{index}]")]
    if isinstance(value, bool):
        return [(prefix, "true" if value else "false")]
    return [(prefix, "" if value is None else str(value))]


class Outside:
    """One merchant of a running sandbox.

    Args:
        client: its base URL is the server's, or its transport leads to the application in process.
    """

    def __init__(self, client: httpx.AsyncClient, merchant: str) -> None:
        self.client = client
        self.merchant = merchant

    async def control(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The answer of `/_sandbox{path}`. Raises Denied, Unreachable."""
        asked = urlencode({"merchant": self.merchant, **{key: value for key, value in query.items() if value is not None}})
        sent: dict[str, Any] = {"json": body or {}} if method in ("POST", "PUT") else {}
        try:
            response = await self.client.request(method, f"/_sandbox{path}?{asked}", timeout=None, **sent)
        except httpx.TransportError as error:
            raise Unreachable(str(error) or error.__class__.__name__) from error
        try:
            answer = orjson.loads(response.content)
        except orjson.JSONDecodeError:
            raise Unreachable("what answers there does not speak JSON") from None
        if response.status_code >= 400:
            said = answer.get("error", {}) if isinstance(answer, dict) else {}
            raise Denied(response.status_code, said.get("code", ""), said.get("message", f"status {response.status_code}"))
        return answer

    async def listed(self, path: str, after: str | None = None, **query: Any) -> list[dict[str, Any]]:
        """All rows of one of the control API's lists, after a cursor."""
        found: list[dict[str, Any]] = []
        while True:
            page = await self.control("GET", path, after=after, limit=PAGE, **query)
            found += page["data"]
            if not page["has_more"]:
                return found
            after = page["next"]

    async def api(self, call: Call) -> Answer:
        """One call of the provider's API with the merchant's key."""
        try:
            response = await self.client.request(
                call.method, call.path, headers=dict(call.headers), content=call.content, files=call.files, data=call.data
            )
        except (httpx.TransportError, ConnectionResetError):  # the latter in process, when a fault ends the connection
            return Answer(0, None)
        content = response.content
        body = orjson.loads(content) if content[:1] in (b"{", b"[") and response.is_closed and valid(content) else content.decode("latin-1")
        return Answer(response.status_code, body, response.headers.get("request-id") or response.headers.get("x-request-id", ""))


def valid(content: bytes) -> bool:
    try:
        orjson.loads(content)
    except orjson.JSONDecodeError:
        return False
    return True


class Call(NamedTuple):
    """A request of the provider's API, encoded."""

    method: str
    path: str
    headers: Mapping[str, str]
    content: bytes | None = None
    files: Any = None
    data: Any = None


def basic(key: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()
