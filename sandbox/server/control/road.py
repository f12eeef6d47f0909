"""The one road of a control call: route, foreign callers, merchant, body, due timers, handler, answer.

Callers are people and scripts on this machine. A page of some other site in the same browser is not: it could
send a POST without being able to read the answer, so calls that change something refuse a foreign `Origin` or `Sec-Fetch-Site`
and take JSON only, and no answer has CORS headers.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson
from pydantic import ValidationError
from starlette.types import Receive, Scope, Send

from sandbox.core.changes import Change
from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.server.control.op import Ask, Body, Op, Stream, Wrong
from sandbox.server.control.refusals import of_refusal, of_validation
from sandbox.server.control.table import OPERATIONS
from sandbox.server.driver import Driver
from sandbox.server.pipeline import Hangup, has_live_key, read_body
from sandbox.server.world import World
from sandbox.settings import nearest

DEFAULT_MERCHANT = "default"
ROOT = "/_sandbox"
SAFE = ("GET", "HEAD")
OWN_SITE = (b"", b"same-origin", b"none")
BODY_ERRORS = (Reason.BODY_TOO_LARGE, Reason.BODY_MALFORMED)


class Control:
    """`/_sandbox`: an ASGI endpoint that is given the decoded headers too."""

    def __init__(self, world: World, driver: Driver, operations: Sequence[Op] = OPERATIONS) -> None:
        self.world = world
        self.driver = driver
        self.operations = operations
        self.playing: set[str] = set()  # merchants that a scenario is being played with
        self._literal: dict[str, dict[str, Op]] = {}
        self._shapes: dict[int, list[tuple[tuple[str, ...], dict[str, Op]]]] = {}
        for op in operations:
            if "{" not in op.path:
                self._literal.setdefault(op.path, {})[op.method] = op
                continue
            segments = tuple(op.path.split("/"))
            shapes = self._shapes.setdefault(len(segments), [])
            methods = next((m for s, m in shapes if s == segments), None)
            if methods is None:
                methods = {}
                shapes.append((segments, methods))
            methods[op.method] = op

    async def __call__(self, scope: Scope, receive: Receive, send: Send, headers: Mapping[bytes, bytes]) -> None:
        answer: Any
        status = 200
        try:
            answer = await self.answer(scope, receive, headers)
        except Wrong as wrong:
            status, answer = wrong.status, {"error": {"code": wrong.code, "message": wrong.message, "param": wrong.param}}
        except Hangup:
            return
        except Exception:
            traceback.print_exc(file=sys.stderr)
            message = f"payment-sandbox has a bug: {scope['method']} {scope['path']} failed. The server's log on stderr says where."
            code = "bug"
            if self.world.broken:
                code, message = "broken", f"payment-sandbox refuses changes: {self.world.broken}"
            status, answer = 500, {"error": {"code": code, "message": message, "param": None}}
        if answer.__class__ is Stream:
            await answer.run(receive, send)
            return
        body = orjson.dumps(answer)
        sent = [
            (b"content-type", b"application/json"), (b"content-length", b"%d" % len(body)), (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
        ]  # fmt: skip
        await send({"type": "http.response.start", "status": status, "headers": sent})
        await send({"type": "http.response.body", "body": body if scope["method"] != "HEAD" else b""})

    async def answer(self, scope: Scope, receive: Receive, headers: Mapping[bytes, bytes]) -> Any:
        """What the call is answered with. Raises Wrong."""
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        op, values = self.match(method, scope["path"])
        if method not in SAFE:
            refuse_foreign(headers)
            if self.world.broken:
                raise Wrong(500, "broken", f"payment-sandbox refuses changes: {self.world.broken}")
        query = read_query(op, scope["query_string"])
        merchant = self.world.merchant(self.merchant_name(headers, query))
        body = None if method in SAFE else await read_json(op, receive, headers)
        await self.driver.ring_due(merchant)
        ask = Ask(self, merchant, body, query)
        before = self.world.desks[merchant.name]
        try:
            answer = await op.handler(ask, *values)
        except Refusal as refusal:
            raise of_refusal(refusal, None, merchant) from None
        desk = self.world.desks[merchant.name]
        if method not in SAFE and desk is before:  # else it was reset or restored: that is no part of what it was asked since
            for tape in (desk.history, desk.tape):
                if tape is not None:
                    tape.control(self.world.merchants[merchant.name], method, op.path, values, body, answer, desk.noted)
        return answer

    # What changes more than one merchant's records

    async def durably(self, work: Awaitable[None]) -> None:
        """The journal has it; if it fails, nothing may be promised any more."""
        try:
            await work
        except Exception as error:
            raise self.world.fail(error) from error

    async def replace(self, name: str, changes: Sequence[Change] = ()) -> Merchant:
        """A new merchant stands under the name, bare or made by these changes; the old one ends without a trace."""
        world = self.world
        fresh = Merchant(name, world.providers, world.wall, world.defaults)
        for change in changes:
            fresh.apply(change)
        old = world.merchants.get(name)
        world.add(fresh, kept=bool(changes))
        if old is not None:
            self.driver.forget(old)
        await self.durably(world.journal.rewrite(name, changes) if changes else world.journal.forget(name))
        for watcher in list(world.watchers):
            watcher(fresh, changes)
        self.driver.wake(fresh)
        return fresh

    def match(self, method: str, path: str) -> tuple[Op, tuple[str, ...]]:
        """The operation and the values in its path. Raises Wrong 404."""
        path = path.rstrip("/") or path
        methods = self._literal.get(path)
        values: tuple[str, ...] = ()
        if methods is None:
            given = path.split("/")
            for segments, of in self._shapes.get(len(given), ()):
                if all(s == g or (s[:1] == "{" and g) for s, g in zip(segments, given, strict=True)):
                    methods, values = of, tuple(g for s, g in zip(segments, given, strict=True) if s[:1] == "{")
                    break
        if methods is None:
            # Only what can be read is suggested: whoever guesses must not be led to a reset.
            meant = nearest(path, sorted({op.path for op in self.operations if op.method in SAFE}))
            hint = meant if meant.startswith(" Did") and path != ROOT else ""
            raise Wrong(404, "not_found", f"The control API has no path {path[:200]}.{hint} GET /_sandbox/openapi.json lists every path.")
        if method not in methods:
            raise Wrong(404, "method_unknown", f"{path[:200]} does not take {method}: use {' or '.join(sorted(methods))}.")
        return methods[method], values

    # Who asks

    def merchant_name(self, headers: Mapping[bytes, bytes], query: Any) -> str:
        """The merchant that the key or `?merchant=` names. Raises Wrong 400, 401."""
        keyed = self._keyed(headers) if headers.get(b"authorization") else None
        named: str | None = query.merchant
        if keyed is not None and named is not None and keyed != named:
            message = f"The key names merchant '{keyed}' and ?merchant= names '{named}': send one of them."
            raise Wrong(400, "merchant_ambiguous", message, "merchant")
        return keyed or named or DEFAULT_MERCHANT

    def _keyed(self, headers: Mapping[bytes, bytes]) -> str:
        first: Wrong | None = None
        for provider in self.world.providers.values():
            try:
                return provider.key(headers)[0]
            except Refusal as refusal:
                wrong = of_refusal(refusal, provider, None)
                if refusal.reason is Reason.KEY_LIVE:
                    raise wrong from None
                first = first or wrong
        hint = "Use a test key such as sk_test_alpha as Bearer or Basic; its suffix names the merchant. Or send none and ?merchant=alpha."
        raise Wrong(401, first.code if first else "key_unknown", f"{first.message if first else ''} {hint}".strip())


def refuse_foreign(headers: Mapping[bytes, bytes]) -> None:
    """A page of another site may not change anything here. Raises Wrong 400."""
    origin = headers.get(b"origin")
    site = headers.get(b"sec-fetch-site", b"")
    if origin is not None and urlsplit(origin.decode("latin-1")).netloc.lower() != headers.get(b"host", b"").decode("latin-1").lower():
        raise Wrong(400, "origin_foreign", "A page of another site may not change a merchant: call from a script or a command line.",
                    "Origin")  # fmt: skip
    if site not in OWN_SITE:
        raise Wrong(400, "origin_foreign", "The browser says that another site asks for this: call from a script or a command line.",
                    "Sec-Fetch-Site")  # fmt: skip


# What was sent


def read_query(op: Op, text: bytes) -> Any:
    pairs = parse_qsl(text.decode("latin-1"), keep_blank_values=True)
    raw = dict(pairs)
    if len(raw) != len(pairs):
        twice = next(name for name, _ in pairs if sum(name == other for other, _ in pairs) > 1)
        raise Wrong(422, "param_invalid", f"The query field '{twice}' was sent more than once: send it once.", twice)
    try:
        return op.query.model_validate(raw)
    except ValidationError as error:
        wrong = of_validation(error, op.query, "query")
        if wrong.param == "merchant":
            message = "A merchant's name is 1 to 64 letters, digits or underscores, and not a key: ?merchant=alpha."
            raise Wrong(400, "merchant_invalid", message, "merchant") from None
        raise wrong from None


async def read_json(op: Op, receive: Receive, headers: Mapping[bytes, bytes]) -> Any:
    """The body, checked by the operation's model. Raises Wrong."""
    try:
        content = await read_body(receive, op.body_bytes_max, headers)
    except Refusal as refusal:
        limit = f"at most {op.body_bytes_max} bytes are taken" if refusal.reason is Reason.BODY_TOO_LARGE else refusal.facts.get("detail")
        raise Wrong(400, refusal.reason.value, f"The body cannot be used: {limit}. Send less, or faster.") from None
    if has_live_key(content):
        raise Wrong(401, Reason.KEY_LIVE.value, "The body has a live key in it: payment-sandbox takes none. Send a test key instead.")
    media = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if media != b"application/json" and (media or content):
        raise Wrong(400, "wrong_content_type", "This call takes JSON only: send it with the header content-type: application/json.",
                    "content-type")  # fmt: skip
    try:
        raw = orjson.loads(content) if content.strip() else {}
    except orjson.JSONDecodeError as error:
        where = f"{error.msg}, line {error.lineno} column {error.colno}"
        raise Wrong(400, "body_malformed", f"The body is no JSON ({where}): send an object such as {{}}.") from None
    if not isinstance(raw, dict):
        raise Wrong(400, "body_malformed", "The body must be a JSON object such as {}.")
    model = op.body or Body
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise of_validation(error, model, "body") from None
