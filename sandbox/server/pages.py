"""The dashboard's files, sent to a browser: one page of HTML for every address, and what that page loads.

The files are read when they are first asked for and again when they change, so a server's start pays nothing for them. The
page is a client of the control API like any other; what a browser lets it do stands in `POLICY`: nothing inline, nothing
from anywhere else.
"""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from starlette.types import Scope, Send

FOLDER = Path(__file__).parents[1] / "dashboard"
ROOT, STATIC = "/dashboard", "/dashboard/static/"
PAGE = "index.html"
SAFE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_./")  # what names of files are made of
MEDIA = {".html": b"text/html", ".js": b"text/javascript", ".css": b"text/css", ".svg": b"image/svg+xml"}
POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    b"form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY), (b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"), (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-cache"),  # it asks each time, and mostly hears 304
)  # fmt: skip


class Kept(NamedTuple):
    changed: int  # nanoseconds, the file's own time
    tag: bytes
    media: bytes
    content: bytes


class Pages:
    """`/` and `/dashboard…`: an ASGI endpoint that is given the decoded headers too."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self._kept: dict[str, Kept] = {}

    async def __call__(self, scope: Scope, send: Send, headers: dict[bytes, bytes]) -> None:
        method, path = scope["method"], scope["path"]
        if method not in ("GET", "HEAD"):
            await self._send(send, 405, b"The dashboard's pages are read with GET; what changes something is under /_sandbox/.\n", True,
                             (b"allow", b"GET, HEAD"))  # fmt: skip
            return
        kept = self.read(path.removeprefix(STATIC) if path.startswith(STATIC) else PAGE)
        if kept is None:
            await self._send(send, 404, b"The dashboard has no such file.\n", method == "GET")
        elif headers.get(b"if-none-match") == kept.tag:
            await self._send(send, 304, b"", False, (b"etag", kept.tag))
        else:
            media = kept.media if kept.media.startswith(b"image/") else kept.media + b"; charset=utf-8"
            await self._send(send, 200, kept.content, method == "GET", (b"etag", kept.tag), (b"content-type", media))

    def read(self, name: str) -> Kept | None:
        """A file of the dashboard by its name; None for anything else, whatever the name looks like."""
        path = self.folder / name
        if path.suffix not in MEDIA or not {*name} <= SAFE or ".." in name or name.startswith("/"):
            return None
        try:
            changed = path.stat().st_mtime_ns
            kept = self._kept.get(name)
            if kept is None or kept.changed != changed:
                content = path.read_bytes()
                tag = b'"%s"' % blake2b(content, digest_size=12).hexdigest().encode()
                kept = self._kept[name] = Kept(changed, tag, MEDIA[path.suffix], content)
        except OSError:
            return None
        return kept

    async def _send(self, send: Send, status: int, content: bytes, whole: bool, *more: tuple[bytes, bytes]) -> None:
        sent = [*HEADERS, *more]
        if status != 304:
            sent.append((b"content-length", b"%d" % len(content)))
            if not any(name == b"content-type" for name, _ in more):
                sent.append((b"content-type", b"text/plain; charset=utf-8"))
        await send({"type": "http.response.start", "status": status, "headers": sent})
        await send({"type": "http.response.body", "body": content if whole else b""})
