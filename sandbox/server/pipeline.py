"""The one road of a provider's request, in this order: host, key, body, due timers, route, replay, parameters, handler,
journal, answer, log. One function, no middleware classes; between the begin and the commit of a unit nothing awaits.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import sys
import traceback
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

import orjson
from starlette.types import Receive, Scope, Send

from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Cause, Merchant
from sandbox.core.records import Replay
from sandbox.core.retention import REPLAY_KEPT_S, forget_replays
from sandbox.providers.base import IGNORED_HEADER, PUBLIC, Call, Op, Provider, Reply
from sandbox.server.driver import Driver
from sandbox.server.faulting import UNANSWERED, CutOff, Trouble
from sandbox.server.masking import kept_body
from sandbox.server.world import Desk, Logged, World

BODY_SECONDS_MAX = 30.0  # wall time a client may take to send its body
NOBODY = ""
BODILESS = frozenset(("GET", "HEAD"))
# Some providers write "live" into a key, others leave "test" out and have 19 characters of a fixed alphabet.
LIVE_KEY = re.compile(rb"(?:sk|rk|pk|skey|pkey)_live_\w{6,}|(?<![A-Za-z0-9_])[spc]key_[0-9a-z]{19}(?![0-9A-Za-z_])")


def has_live_key(text: bytes) -> bool:
    """Whether somebody has sent a key that opens a real account: it must not get any further, wherever it stands."""
    # Not `in`: that first tries whether the bytes are a number, and every request passes here.
    return (text.find(b"_live_") >= 0 or text.find(b"key_") >= 0) and LIVE_KEY.search(text) is not None


def masked(text: str) -> str:
    """The text without the live keys in it."""
    return LIVE_KEY.sub(b"(a live key)", text.encode("utf-8", "replace")).decode("utf-8") if "_live_" in text or "key_" in text else text


class Hangup(Exception):
    """The client went away before its request was whole."""


async def read_body(receive: Receive, limit: int, headers: Mapping[bytes, bytes]) -> bytes:
    """The whole request body. Raises Refusal BODY_TOO_LARGE, BODY_MALFORMED (too slow); Hangup."""
    length = headers.get(b"content-length")
    if length is not None and length.isdigit() and int(length) > limit:
        raise Refusal(Reason.BODY_TOO_LARGE, limit=limit)
    message = await receive()
    if not message.get("more_body"):
        if message["type"] == "http.disconnect":
            raise Hangup
        whole: bytes = message.get("body", b"")
        if len(whole) > limit:
            raise Refusal(Reason.BODY_TOO_LARGE, limit=limit)
        return whole
    parts = [message.get("body", b"")]
    size = len(parts[0])
    try:
        async with asyncio.timeout(BODY_SECONDS_MAX):
            while message.get("more_body"):
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Hangup
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > limit:
                    raise Refusal(Reason.BODY_TOO_LARGE, limit=limit)
    except TimeoutError:
        raise Refusal(Reason.BODY_MALFORMED, detail=f"the body was not sent within {BODY_SECONDS_MAX:.0f} seconds.") from None
    return b"".join(parts)


class Pipeline:
    """Requests of one provider."""

    def __init__(self, world: World, driver: Driver, provider: Provider, base_url: str) -> None:
        self.world = world
        self.driver = driver
        self.provider = provider
        self.base_url = base_url
        self.version_setting = f"{provider.name}_version"
        self.bodiless = frozenset() if provider.bodies_on_get else BODILESS

    async def __call__(self, scope: Scope, receive: Receive, send: Send, headers: Mapping[bytes, bytes]) -> None:
        provider, world, started = self.provider, self.world, self.world.wall()
        method, path, query = scope["method"], scope["path"], scope["query_string"]
        name, request_id, replayed, key, body = NOBODY, "", "", "", b""
        call: Call | None = None
        desk: Desk | None = None
        merchant: Merchant | None = None
        trouble: Trouble | None = None
        try:
            guest = provider.guest(path, query)
            name, kind = (guest, PUBLIC) if guest else provider.key(headers)
            if headers.get(b"sec-fetch-site") == b"cross-site" and kind != PUBLIC:
                raise Refusal(Reason.KEY_ON_A_PAGE)
            merchant = world.merchant(name)
            desk = world.desks[name]
            desk.serial += 1
            desk.running += 1
            request_id = provider.request_id(name, (merchant.serial << 32) + desk.serial)
            if method not in self.bodiless:
                body = await read_body(receive, provider.body_bytes_max(path), headers)
            call = Call(method, path, query, headers, body, request_id, self.base_url, merchant.settings.get(self.version_setting, ""))
            if has_live_key(b"\n".join((path.encode(), query, headers.get(b"idempotency-key", b""), body))):
                raise Refusal(Reason.KEY_LIVE)
            if world.broken:
                reply = provider.say(broken(world.broken), call, merchant)
            else:
                if merchant.faults.rows:
                    trouble = Trouble(world, self.driver, merchant, scope, receive)
                    await trouble.before()
                key = provider.idempotency_key(call) if method not in BODILESS else ""
                reply, replayed = await self.work(merchant, desk, call, kind, key)
        except Refusal as refusal:
            request_id = request_id or provider.request_id(NOBODY, int(started * 1e6))
            call = call or Call(method, path, query, headers, body, request_id, self.base_url)
            reply = provider.say(refusal, call, merchant)
        except Hangup:
            return
        except CutOff:
            reply = UNANSWERED
        except Exception:
            traceback.print_exc(file=sys.stderr)
            call = call or Call(method, path, query, headers, body, request_id, self.base_url)
            reply = provider.say(broken(world.broken) if world.broken else failed(request_id), call, merchant)
        finally:
            if desk is not None:
                desk.running -= 1
                self.driver.request_done(name)
        assert call is not None, "what is answered was asked"
        if trouble is not None:
            reply = await trouble.after(reply, partial(self.spoilt, call, key))
        if reply is not UNANSWERED:
            sent = provider.headers(call, reply, replayed, world.wall() - started)
            await send({"type": "http.response.start", "status": reply.status, "headers": sent})
            await send({"type": "http.response.body", "body": reply.body if method != "HEAD" else b""})
        if desk is not None and merchant is not None:
            log(desk, provider, merchant, call, key, reply, world.wall() - started, trouble.struck if trouble else ())
            if merchant.ready:
                self.driver.wake(merchant)
        if trouble is not None and reply is UNANSWERED:
            await trouble.hang_up()

    async def work(self, merchant: Merchant, desk: Desk, call: Call, kind: str, key: str) -> tuple[Reply, str]:
        """What was due has rung; then the answer, and the id of the first request with this key if this is not it. Raises Refusal."""
        if self.driver.overdue(merchant):
            await self.driver.ring_due(merchant)
        op, values = self.provider.match(call.method, call.path)
        if kind == PUBLIC and not op.public:
            raise Refusal(Reason.KEY_WRONG_KIND)
        allowances = self.provider.admit(merchant, op, call)
        if allowances:
            desk.spend(allowances, self.world.wall())
        if key:
            return await self.once(merchant, desk, op, call, key, values)
        reply = self.carry_out(merchant, op, call, self.provider.decode(op, call), values)
        if merchant.altered:
            await self.world.keep(merchant)
        else:
            merchant.commit()
        return reply, ""

    def carry_out(self, merchant: Merchant, op: Op, call: Call, params: Any, values: tuple[str, ...], key: str = "") -> Reply:
        """The operation is done, and for the caller to keep; or it is refused and has left no trace."""
        merchant.begin(Cause(call.request_id, key))
        try:
            reply = self.provider.answer(merchant, op, call, params, values)
            if key and reply.keep:
                merchant.put(self.replay(merchant, call, key, reply))
        except BaseException:
            merchant.rollback()
            raise
        return reply

    async def spoilt(self, call: Call, key: str, merchant: Merchant, refusal: Refusal) -> Reply:
        """An error in the place of the answer to what was done; from now on the idempotency key repeats it."""
        reply = self.provider.say(refusal, call, merchant)
        kept = merchant.store.shelf(self.provider.name, Replay).rows.get(key) if key else None
        if kept is None or kept.request_id != call.request_id:
            return reply
        reply = reply._replace(keep=True)
        merchant.begin()
        merchant.put(self.replay(merchant, call, key, reply))
        await self.world.keep(merchant)
        return reply

    def replay(self, merchant: Merchant, call: Call, key: str, reply: Reply) -> Replay:
        """What is kept under an idempotency key."""
        endpoint = f"{call.method} {call.path}"
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in reply.headers}
        return Replay(
            key, self.provider.name, "kept", merchant.now, endpoint, digest_of(call), reply.status, reply.body, call.request_id, headers
        )

    async def once(
        self, merchant: Merchant, desk: Desk, op: Op, call: Call, key: str, values: tuple[str, ...]
    ) -> tuple[Reply, str]:
        """The answer of the first request with this key, and that request's id if this is not it.

        Raises:
            Refusal: REPLAY_MISMATCH, REPLAY_OTHER_ENDPOINT, REPLAY_IN_FLIGHT.
        """
        provider = self.provider
        flight = f"{provider.name} {key}"
        if flight in desk.in_flight:  # first of all: an answer in memory that is not durable yet may not be repeated
            raise Refusal(Reason.REPLAY_IN_FLIGHT, key=key)
        shelf = merchant.store.shelf(provider.name, Replay)
        kept: Replay | None = shelf.rows.get(key)
        if kept is not None and kept.created > merchant.now - REPLAY_KEPT_S:
            if kept.endpoint != f"{call.method} {call.path}":
                first = kept.endpoint.partition(" ")[2]
                raise Refusal(Reason.REPLAY_OTHER_ENDPOINT, key=key, first=first, now=call.path)
            if kept.digest != digest_of(call):
                raise Refusal(Reason.REPLAY_MISMATCH, key=key)
            return Reply(kept.code, kept.body, replayed_headers(kept)), kept.request_id
        desk.in_flight.add(flight)
        try:
            params = provider.decode(op, call)
            merchant.begin()
            forget_replays(merchant, provider.name, key)
            await self.world.keep(merchant)
            try:
                reply = self.carry_out(merchant, op, call, params, values, key)
            except Refusal as refusal:
                if not provider.repeats(refusal):
                    raise
                reply = provider.say(refusal, call, merchant)._replace(keep=True)
                merchant.begin()
                merchant.put(self.replay(merchant, call, key, reply))
            await self.world.keep(merchant)
            return reply, ""
        finally:
            desk.in_flight.discard(flight)


def replayed_headers(kept: Replay) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in kept.headers.items()]


def digest_of(call: Call) -> str:
    """What two requests with one key must have in common: their parameters, however each client wrote them down."""
    query = fields(call.query) if call.query else b""
    return hashlib.blake2b(query + b"\0\0" + plain(call), digest_size=16).hexdigest()


def plain(call: Call) -> bytes:
    """A body without what may differ though it says the same: order and escaping of fields, the boundary between parts."""
    media = call.headers.get(b"content-type", b"")
    if media.startswith(b"multipart/"):
        boundary = media.partition(b"boundary=")[2].partition(b";")[0].strip(b'" ')
        return call.body.replace(boundary, b"") if boundary else call.body
    return call.body if b"json" in media else fields(call.body)


def fields(form: bytes) -> bytes:
    """Names and values, unescaped, in the order of their names; those of one name, as of a list, stay as they come."""
    pairs = form.split(b"&")
    if b"%" in form or b"+" in form:
        pairs = [unquote_to_bytes(pair.replace(b"+", b" ")) if b"%" in pair or b"+" in pair else pair for pair in pairs]
    if len(pairs) > 1:
        pairs.sort(key=name_of)
    return b"\0".join(pairs)


def name_of(pair: bytes) -> bytes:
    return pair[: pair.find(b"=")]


def log(
    desk: Desk, provider: Provider, merchant: Merchant, call: Call, key: str, reply: Reply, seconds: float, faults: Sequence[str]
) -> None:
    if desk.history is not None:
        desk.history.request(provider, merchant, call, key, reply, desk.noted + 1)
    if desk.tape is not None:
        desk.tape.request(provider, merchant, call, key, reply, desk.noted + 1)
    error = None
    if reply.status >= 400:
        said = orjson.loads(reply.body)
        error = said.get("error", said)
    media = call.headers.get(b"content-type", b"")
    desk.note(
        Logged(
            call.request_id, provider.name, merchant.now, call.method, masked(call.path),
            masked(unquote(call.query.decode("latin-1"))) if call.query else "", reply.status, seconds, key, error, faults, media,
            kept_body(call.body, media) if call.body and not has_live_key(call.body) else b"",
            dict(reply.headers).get(IGNORED_HEADER, b"").decode("latin-1") if reply.headers else "",
        ),
        merchant.settings,
    )  # fmt: skip


def broken(why: str) -> Refusal:
    return Refusal(Reason.OUT_OF_ORDER, message=f"payment-sandbox refuses requests: {why}")


def failed(request_id: str) -> Refusal:
    """A bug of ours: no traceback in the answer, the traceback on stderr."""
    message = f"payment-sandbox has a bug: request {request_id} failed. The server's log on stderr says where."
    return Refusal(Reason.OUT_OF_ORDER, message=message)
