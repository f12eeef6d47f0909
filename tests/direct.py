"""A client that calls the ASGI application itself: httpx's own way there takes longer than most requests that tests make."""

from __future__ import annotations

import asyncio
import json as encoder
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import unquote, urlencode

import httpx

Message = MutableMapping[str, Any]
App = Callable[[dict[str, Any], Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]
BASE = "http://127.0.0.1:12111"
# What httpx sends with every request, so that the log of requests and whoever reads headers see a usual client.
USUAL = (
    (b"host", b"127.0.0.1:12111"),
    (b"accept", b"*/*"),
    (b"accept-encoding", b"gzip, deflate"),
    (b"connection", b"keep-alive"),
    (b"user-agent", f"python-httpx/{httpx.__version__}".encode()),
)
PLAIN = re.compile(r"/[\w/.~!$&'()*+,;=:@-]*(\?[\w/.~!$&'()*+,;=:@?%-]*)?", re.ASCII)  # httpx would quote nothing of it


class Client:
    """Requests to an application in process, for which no port and no network is there; what it raises comes out."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        content: bytes | str | None = None,
        json: Any = None,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
    ) -> httpx.Response:
        """The whole answer; arguments are those of httpx."""
        sent: dict[bytes, bytes] = {}
        if files:  # httpx draws the boundary and frames the parts
            made = httpx.Request(method, BASE, data=data, files=files)
            body, sent[b"content-type"] = made.read(), made.headers["content-type"].encode()
        elif data is not None:
            body, sent[b"content-type"] = urlencode(data, doseq=True).encode(), b"application/x-www-form-urlencoded"
        elif json is not None:
            body, sent[b"content-type"] = encoder.dumps(json, separators=(",", ":"), ensure_ascii=False).encode(), b"application/json"
        else:
            body = content.encode() if isinstance(content, str) else content or b""
        if body or method in ("POST", "PUT", "PATCH"):
            sent[b"content-length"] = b"%d" % len(body)
        sent |= {name.lower().encode(): value.encode() for name, value in (headers or {}).items()}
        merged = [(name, sent.pop(name, value)) for name, value in USUAL] + [*sent.items()]
        return await self._ask({**where(path), "method": method, "headers": merged}, body)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.request("GET", path, **options)

    async def post(self, path: str, **options: Any) -> httpx.Response:
        return await self.request("POST", path, **options)

    async def delete(self, path: str, **options: Any) -> httpx.Response:
        return await self.request("DELETE", path, **options)

    async def _ask(self, asked: dict[str, Any], body: bytes) -> httpx.Response:
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "root_path": "",
            "server": ("127.0.0.1", 12111), "client": ("127.0.0.1", 123), **asked,
        }  # fmt: skip
        unread = [body]
        answered = asyncio.Event()
        parts: list[bytes] = []
        start: Message = {}

        async def receive() -> Message:
            if unread:
                return {"type": "http.request", "body": unread.pop(), "more_body": False}
            await answered.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                assert not start, "the application began two answers"
                start = message
                return
            assert start, "the application sent a body before its status"
            assert not answered.is_set(), "the application went on after its answer"
            if scope["method"] != "HEAD":
                parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                answered.set()

        await self.app(scope, receive, send)
        assert answered.is_set(), "the application did not answer"
        return httpx.Response(start["status"], headers=start["headers"], content=b"".join(parts))


def where(path: str) -> dict[str, Any]:
    """A path with its query, or a whole URL, as a scope has it."""
    path = path.removeprefix(BASE)
    if PLAIN.fullmatch(path) is None:
        target = httpx.URL(BASE + path).raw_path.decode("ascii")
        raw, _, query = target.partition("?")
        return {"path": unquote(raw), "raw_path": raw.encode(), "query_string": query.encode()}
    path, _, query = path.partition("?")
    return {"path": path, "raw_path": path.encode(), "query_string": query.encode()}
