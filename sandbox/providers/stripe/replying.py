"""What surrounds the body of an answer: Stripe's response headers, and whose account a request speaks for."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from sandbox.core.merchant import Merchant
from sandbox.providers.base import Call, Reply
from sandbox.providers.stripe.versions import NEWEST, behind, known, older
from sandbox.providers.stripe.wire import render

Header = tuple[bytes, bytes]
JSON: Header = (b"content-type", b"application/json")
ALWAYS: tuple[Header, ...] = (
    (b"cache-control", b"no-cache, no-store"),
    (b"vary", b"Origin"),
    # Zero seconds: a browser that came through a TLS proxy must not remember a developer's host name for two years.
    (b"strict-transport-security", b"max-age=0"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-credentials", b"true"),
    (b"access-control-allow-methods", b"GET,HEAD,PUT,PATCH,POST,DELETE"),
    (b"access-control-max-age", b"300"),
    (b"access-control-expose-headers", b"Request-Id, Stripe-Manage-Version, Stripe-Should-Retry, X-Stripe-External-Auth-Required, "
     b"X-Stripe-Privileged-Session-Required"),
)  # fmt: skip
USUAL = (JSON, *ALWAYS)
RETRY = b"stripe-should-retry"
NEWEST_BYTES = NEWEST.encode()
ACCOUNT_HEADERS = (b"stripe-account", b"stripe-context")  # the newer one may name a path of accounts


def headers_of(call: Call, reply: Reply, replayed: str) -> list[Header]:
    """All headers of an answer; `replayed` is the id of the request whose answer this repeats, or empty."""
    given = call.headers
    request_id = call.request_id.encode()
    version = given.get(b"stripe-version")
    if version is None or (version != NEWEST_BYTES and not known(version.decode("latin-1"))):
        version = call.version.encode() if call.version else NEWEST_BYTES
    out: list[Header] = [
        *(ALWAYS if reply.headers and reply.headers[0][0] == b"content-type" else USUAL),
        (b"content-length", b"%d" % len(reply.body)),
        (b"request-id", request_id),
        (b"stripe-version", version),
        *reply.headers,
    ]
    if b"stripe-account" in given:
        out.append((b"stripe-account", given[b"stripe-account"]))
    if call.method == "POST":
        key = given.get(b"idempotency-key")
        if key:
            out.append((b"idempotency-key", key))
            out.append((b"original-request", replayed.encode() if replayed else request_id))
            if replayed:
                out.append((b"idempotent-replayed", b"true"))
            if reply.keep and not any(name == RETRY for name, _ in reply.headers):
                out.append((RETRY, b"false"))  # the outcome stands: the same key would only repeat it
    return out


def in_version(merchant: Merchant, call: Call, reply: Reply) -> Reply:
    """The answer as the version of the request shows it, which is the newest one's nearly always."""
    named = call.headers.get(b"stripe-version")
    if named == NEWEST_BYTES or (named is None and not call.version):
        return reply
    version = named.decode("latin-1") if named is not None else call.version
    if not behind(version) or not reply.body.startswith(b"{") or (reply.headers and reply.headers[0][0] == b"content-type"):
        return reply
    return reply._replace(body=render(older(merchant, orjson.loads(reply.body), version)))


def account_named(headers: Mapping[bytes, bytes]) -> str:
    """The account that the headers name; empty if they name none."""
    for name in ACCOUNT_HEADERS:
        named = headers.get(name)
        if named:
            return named.decode("latin-1").rpartition("/")[2]
    return ""


def request_log_url(merchant: Merchant, call: Call) -> str:
    """Where the request can be looked at: on this server's own dashboard, as Stripe's links lead to Stripe's."""
    named = "" if merchant.name == "default" else f"merchant={merchant.name}&"
    return f"{call.base_url}/dashboard/requests/{call.request_id}?{named}t={merchant.now}"
