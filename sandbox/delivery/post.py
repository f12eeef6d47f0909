"""One attempt over HTTP: checked address, no redirects, no proxies, an end after ten seconds, and plain words for what went wrong.

Every attempt has its own connection. A pooled one may be closed by a restarting application just when it is used again,
and that would look like the application's failure.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.core.errors import Refusal
from sandbox.delivery.targets import Target, Targets, parse

if TYPE_CHECKING:
    import httpx

ATTEMPT_S_MAX = 10.0  # wall time, from looking up the name to the answer's last byte
CONNECT_S_MAX = 2.0  # to one of several addresses
ANSWER_BYTES_READ_MAX = 65_536
ANSWER_CHARACTERS_KEPT = 4_096
PARTNER_ANSWER_BYTES_MAX = 262_144  # an answer that is acted upon is kept whole; a longer one counts as none
HEADERS_KEPT = 50
HEADER_CHARACTERS_KEPT = 500


class Answer(NamedTuple):
    """What came of an attempt: `code` 0 means that no whole answer came, and `error` says why."""

    code: int
    error: str
    seconds: float
    request_headers: Mapping[str, str]
    response_headers: Mapping[str, str] = {}
    body: str = ""
    retry_after_s: int = 0


class Post:
    """Sends requests, each to its end. A given transport takes the place of the network."""

    def __init__(self, targets: Targets, transport: Any = None, attempt_s: float = ATTEMPT_S_MAX) -> None:
        self.targets = targets
        self.attempt_s = attempt_s
        self._given = transport
        self._transports: dict[str, httpx.AsyncBaseTransport] = {}

    async def send(
        self, url: str, headers: Mapping[str, str], body: bytes, at: int, method: str = "POST", whole: bool = False
    ) -> Answer:
        """One request.

        Args:
            at: epoch seconds that a date in `Retry-After` counts from if the answer does not say its own time.
            whole: the answer's body is kept whole, or what came is no answer.
        """
        import httpx  # here, on the first delivery: a server's start need not pay for it

        started = time.perf_counter()
        sent = dict(headers)
        try:
            async with asyncio.timeout(self.attempt_s):
                target = parse(url)
                sent = {"Host": target.named, **headers, "Content-Length": str(len(body)), "Connection": "close"}
                response, content = await self._exchange(method, target, sent, body, PARTNER_ANSWER_BYTES_MAX + 1 if whole else 0)
        except TimeoutError:
            return Answer(0, f"timed out after {self.attempt_s:g} s", time.perf_counter() - started, sent)
        except Refusal as refusal:
            return Answer(0, f"not sent: {refusal.facts['message']}", time.perf_counter() - started, sent)
        except (httpx.TransportError, OSError) as error:
            return Answer(0, in_words(error), time.perf_counter() - started, sent)
        code = response.status_code
        moved = f"redirect to {response.headers.get('location', 'nowhere')[:200]} not followed" if 300 <= code < 400 else ""
        received = response.headers
        shown = {name: text[:HEADER_CHARACTERS_KEPT] for name, text in list(received.items())[:HEADERS_KEPT]}
        text = content.decode("utf-8", "replace")
        if not whole:
            text = text[:ANSWER_CHARACTERS_KEPT]
        elif len(content) > PARTNER_ANSWER_BYTES_MAX:
            why = f"the answer is longer than {PARTNER_ANSWER_BYTES_MAX} bytes, which is all that is read of one"
            return Answer(0, why, time.perf_counter() - started, sent, shown)
        wait = retry_after_s(received.get("retry-after", ""), received.get("date", ""), at)
        return Answer(code, moved, time.perf_counter() - started, sent, shown, text, wait)

    async def _exchange(
        self, method: str, target: Target, headers: Mapping[str, str], body: bytes, limit: int = 0
    ) -> tuple[httpx.Response, bytes]:
        """The answer of the first address that takes the connection, and its body as far as it is read."""
        import httpx

        addresses = await self.targets.addresses(target)
        transport = self._transport(target.scheme)
        for left, address in zip(range(len(addresses) - 1, -1, -1), addresses, strict=True):
            host = f"[{address}]" if address.version == 6 else str(address)
            request = httpx.Request(
                method, f"{target.scheme}://{host}:{target.port}{target.path}", headers=dict(headers), content=body,
                extensions={
                    "sni_hostname": target.host,  # the certificate must be the name's, though we connect to the address
                    "timeout": {"connect": CONNECT_S_MAX if left else None, "read": None, "write": None, "pool": None},
                },
            )  # fmt: skip
            try:
                response = await transport.handle_async_request(request)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                if left and not any(isinstance(cause, ssl.SSLError) for cause in causes_of(error)):
                    continue  # `localhost` has two addresses, and an application mostly listens on one
                raise
            try:
                return response, await read(response, limit or ANSWER_BYTES_READ_MAX)
            finally:
                await response.aclose()
        raise OSError(f"{target.host} has no address")

    def _transport(self, scheme: str) -> httpx.AsyncBaseTransport:
        if self._given is not None:
            return self._given  # type: ignore[no-any-return]
        found = self._transports.get(scheme)
        if found is None:
            import httpx

            limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
            # Authorities are read for https only: that takes a while, and most receivers are plain http.
            verify = authorities() if scheme == "https" else False
            found = self._transports[scheme] = httpx.AsyncHTTPTransport(verify=verify, trust_env=False, limits=limits)
        return found

    async def close(self) -> None:
        for transport in self._transports.values():
            await transport.aclose()


def authorities() -> ssl.SSLContext:
    """The system's certificate authorities, where developers install their own, and the usual ones where it has none."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


async def read(response: httpx.Response, limit: int) -> bytes:
    """The answer's body, as far as anybody will look at it."""
    import httpx

    assert isinstance(response.stream, httpx.AsyncByteStream)
    parts: list[bytes] = []
    size = 0
    async for part in response.stream:  # as it came: nothing was asked to be compressed, and nothing is unpacked
        parts.append(part)
        size += len(part)
        if size >= limit:
            break
    return b"".join(parts)[:limit]


def retry_after_s(value: str, date: str, at: int) -> int:
    """Seconds that a `Retry-After` asks for, given as seconds or as a date; 0 if it cannot be read."""
    if value.isascii() and value.isdigit():
        return int(value[:9])
    if not value:
        return 0
    try:
        until = parsedate_to_datetime(value).timestamp()
        since = parsedate_to_datetime(date).timestamp() if date else at  # the receiver's clock need not be ours
    except (ValueError, OverflowError):
        return 0
    return max(0, int(until - since))


def causes_of(error: BaseException) -> Sequence[BaseException]:
    """The error and what led to it, nearest first."""
    found: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in found:
        found.append(cause)
        cause = cause.__cause__ or cause.__context__
    return found


def in_words(error: Exception) -> str:
    """What went wrong, for somebody who looks for the mistake in their own receiver."""
    import socket

    import httpx

    for cause in causes_of(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"TLS error: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return f"TLS error: {cause.reason or cause}"
        if isinstance(cause, ConnectionRefusedError):
            return "connection refused: nothing listens there"
        if isinstance(cause, socket.gaierror):
            return f"the host name could not be resolved ({cause.strerror})"
    if isinstance(error, httpx.ConnectTimeout):
        return "no connection: the address does not answer"
    if isinstance(error, httpx.ConnectError):
        return f"no connection: {error}"
    if isinstance(error, httpx.ReadError | httpx.WriteError | httpx.RemoteProtocolError):
        return "the connection was closed before the answer was whole"
    return str(error) or error.__class__.__name__
