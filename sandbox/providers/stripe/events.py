"""Stripe's event envelope, what changed in it, its signature, and how often it is sent again."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import orjson

from sandbox.core.merchant import Merchant
from sandbox.core.records import Endpoint, Event
from sandbox.providers.stripe.versions import NEWEST, behind
from sandbox.providers.stripe.views.hooks import as_given, pending_webhooks, told_in

MINUTE, HOUR, DAY = 60, 3600, 86400
# Seconds after each failed attempt.
RETRIES: Mapping[str, tuple[int, ...]] = {
    "testmode": (MINUTE, 10 * MINUTE, HOUR),
    "network": (5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, *([12 * HOUR] * 4)),
}
# "Repeated failure for days"; live accounts only.
DISABLE_AFTER: Mapping[str, int] = {"testmode": 0, "network": 3 * DAY}


PARTS = ("previous_attributes", "object")
# Recorded: the closing event of a won dispute tells that the status changed, and not what follows from it.
UNTOLD: Mapping[str, tuple[str, ...]] = {"charge.dispute.closed": ("is_charge_refundable",)}


def previous_attributes(type: str, before: Any, after: Any) -> dict[str, Any]:
    """What an event says of the object as it was before."""
    told = changed(before, after)
    for key in UNTOLD.get(type, ()):
        told.pop(key, None)
    return told


def changed(before: Any, after: Any) -> dict[str, Any]:
    """`previous_attributes`: changed keys with their old values; hashes hold changed inner keys, arrays come whole."""
    out: dict[str, Any] = {}
    for key, was in before.items():
        now = after.get(key)
        if was != now:
            nested = isinstance(was, Mapping) and isinstance(now, Mapping)
            out[key] = changed(was, now) if nested else was
    came = [key for key in after if key not in before]
    return dict(sorted({**out, **dict.fromkeys(came)}.items())) if came else out


def envelope(merchant: Merchant, event: Event, version: str = "", own: bool = False) -> bytes:
    """The event on the wire, with its object's frozen bytes; in the given version, or in the one that it was told in.

    Args:
        own: told to the account that it is about, which need not be told whose it is.
    """
    version = version or event.version or NEWEST
    previous, frozen = event.previous, event.body
    if behind(version):
        told = told_in(merchant, event, version)
        previous, frozen = (orjson.dumps(told[name], option=orjson.OPT_INDENT_2) if name in told else b"" for name in PARTS)
    if previous:
        previous = b',\n    "previous_attributes": ' + previous.replace(b"\n", b"\n    ")
    text = orjson.dumps
    return (
        b'{\n  "id": ' + text(event.id)
        + (b',\n  "object": "event",\n  "account": ' + text(event.account) if event.account and not own else b',\n  "object": "event"')
        + b',\n  "api_version": ' + text(version)
        + b',\n  "created": %d' % event.created
        + b',\n  "data": {\n    "object": ' + frozen.replace(b"\n", b"\n    ") + previous
        + b'\n  },\n  "livemode": false,\n  "pending_webhooks": %d' % pending_webhooks(merchant, event)
        + b',\n  "request": {\n    "id": ' + text(event.request_id or None)
        + b',\n    "idempotency_key": ' + text(as_given(event.idempotency_key) or None)
        + b'\n  },\n  "type": ' + text(event.type) + b"\n}"
    )  # fmt: skip


def signature(secret: str, body: bytes, at: int) -> str:
    """Lower-case hex HMAC-SHA256 over `at`, a dot and the raw body; the key is the whole secret, prefix included."""
    return hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()


def signed_headers(endpoint: Endpoint, body: bytes, at: int, now: int) -> dict[str, str]:
    """Headers of one attempt.

    Args:
        at: the signature's time, epoch seconds: wall time, because the libraries compare it with theirs.
        now: simulated time: while a secret is being rolled both secrets sign.
    """
    parts = [f"t={at}", f"v1={signature(endpoint.secret, body, at)}"]
    if endpoint.old_secret and now < endpoint.old_secret_until:
        parts.append(f"v1={signature(endpoint.old_secret, body, at)}")
    parts.append(f"v0={signature('test', body, at)}")
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Accept": "*/*; q=0.5, application/xml",
        "Cache-Control": "no-cache",
        "Stripe-Signature": ",".join(parts),  # no space: go splits on the bare comma
    }


# How webhooks are known, for the fidelity page.
VALIDATED: tuple[tuple[str, str], ...] = (
    ("webhooks are signed with t, v1 and, after a roll, both secrets' v1", "the official libraries verify them in the suite"),
    ("previous_attributes hold changed keys only, nested ones too, keys that were absent as null", "recorded webhooks"),
    ("asynchronous effects of a test card carry the confirming call's request; what bank and clock do carries none", "recorded webhooks"),
    ("the closing event of a won dispute tells of the status only", "recorded webhook"),
)
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("any 2xx is success; redirects are not followed", "docs: Webhooks"),
    ("test mode makes three more attempts over hours, live mode attempts for three days", "docs: Webhooks"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a webhook has User-Agent: Stripe/1.0 (+https://stripe.com/docs/webhooks), Accept and Cache-Control", "headers beside the signature"),
    ("an attempt ends after 10 seconds of wall time", "Stripe documents no time"),
    ("test mode attempts again after 1, 10 and 60 minutes", "Stripe publishes no schedule"),
    ("profile network: attempts again after 5 and 30 minutes, 2, 5, 10 and four times 12 hours", "Stripe publishes no schedule"),
    ("in profile network an endpoint is disabled after 3 days of nothing but failures; in test mode never", "documented as: for days"),
)
