"""Bytes in, bytes out: keys, routing, parameters, lists, answers.

Bodies may be JSON, forms or multipart, and come with any method: two of the official libraries send a list's options as JSON
with a GET. Paths may end in a slash. Every success has status 200.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

import orjson

from sandbox.core import clock
from sandbox.core.errors import Reason, Refusal
from sandbox.core.store import Shelf
from sandbox.providers.base import PUBLIC, SECRET, Call, Op
from sandbox.providers.form import NESTING_MAX, decode_form
from sandbox.providers.omise.params import Given, refuse
from sandbox.providers.routing import Routes

KEY = re.compile(r"([sp])key_test_([A-Za-z0-9_]{1,64})\Z")
TEST = re.compile(r"[sp]key_test_")
NAMES_THE_MERCHANT = (
    "authentication failed: this sandbox takes skey_test_NAME, NAME being 1 to 64 letters, digits or _: it names the merchant, such as "
    "skey_test_alpha"
)
LIVE = re.compile(r"[spc]key_(?!test_)")
KINDS = {"s": SECRET, "p": PUBLIC}
FORMS = (b"application/x-www-form-urlencoded", b"")
PRINTED = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
# What Omise has and this sandbox does not: the first part of a path.
OUT_OF_SCOPE = frozenset(("schedules", "occurrences", "links", "forex", "receipts", "chains", "linked_accounts", "sub_merchants", "audits"))
OUT_OF_SCOPE_BELOW = frozenset(("schedules", "linked_accounts"))  # /charges/schedules, /customers/{id}/linked_accounts


class Page(NamedTuple):
    """A slice of a list, with what the list object says of the whole."""

    rows: Sequence[Any]
    total: int
    limit: int
    offset: int
    order: str
    since: str
    until: str
    location: str


def basic_user(headers: Mapping[bytes, bytes]) -> str | None:
    """The user name of a Basic authorization, or a Bearer's token; None if there is neither."""
    given = headers.get(b"authorization", b"")
    if given[:6].lower() == b"basic ":
        try:
            return base64.b64decode(given[6:].strip(), validate=True).decode("utf-8").partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return given[7:].decode("latin-1").strip() if given[:7].lower() == b"bearer " else None


def read_key(headers: Mapping[bytes, bytes]) -> tuple[str, str]:
    """(merchant, kind of key: secret or public)."""
    key = basic_user(headers)
    if not key:
        raise Refusal(Reason.KEY_MISSING)
    found = KEY.match(key)
    if found is None and TEST.match(key):
        raise Refusal(Reason.KEY_UNKNOWN, message=NAMES_THE_MERCHANT)
    if found is None:
        raise Refusal(Reason.KEY_LIVE if LIVE.match(key) else Reason.KEY_UNKNOWN)
    return found[2], KINDS[found[1]]


def match(routes: Routes, method: str, path: str) -> tuple[Op, tuple[str, ...]]:
    """The operation and the values in its path. Raises Refusal NOT_EMULATED (out of scope), UNKNOWN_URL."""
    method = "GET" if method == "HEAD" else method
    bare = path.rstrip("/") or "/"
    found = routes.find(method, path) or routes.find(method, bare)
    if found is not None:
        return found
    if bare[1:].partition("/")[0] in OUT_OF_SCOPE or bare.rpartition("/")[2] in OUT_OF_SCOPE_BELOW:
        raise Refusal(Reason.NOT_EMULATED, what=f"{method} {path}")
    raise Refusal(Reason.UNKNOWN_URL, method=method, path=path)


def decode(call: Call, version: str) -> Given:
    """The parameters of query and body together. Raises Refusal BODY_MALFORMED, WRONG_CONTENT_TYPE."""
    fields: dict[str, Any] = decode_form(call.query) if call.query else {}
    files: dict[str, tuple[str, bytes]] = {}
    if call.body:
        kind = call.headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
        if kind == b"application/json":
            fields = {**fields, **read_json(call.body)}
        elif kind in FORMS:
            fields = {**fields, **decode_form(call.body)}
        elif kind == b"multipart/form-data":
            from sandbox.providers.multipart import decode_multipart

            more, files = decode_multipart(call.body, call.headers[b"content-type"])
            fields = {**fields, **more}
        else:
            raise Refusal(Reason.WRONG_CONTENT_TYPE)
    return Given(fields, files, version, call.base_url)


def read_json(body: bytes) -> dict[str, Any]:
    """A JSON object; an empty body or `null` is one without parameters. Raises Refusal BODY_MALFORMED."""
    if not body.strip():
        return {}
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refusal(Reason.BODY_MALFORMED, detail=str(error).partition(":")[0]) from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refusal(Reason.BODY_MALFORMED, detail="the body is no JSON hash")
    if depth(value) > NESTING_MAX:
        raise Refusal(Reason.BODY_MALFORMED, detail=f"nested more than {NESTING_MAX} levels deep")
    return value


def depth(value: Any) -> int:
    """How many containers lie inside each other; orjson has bounded it."""
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


# Answers


@lru_cache(maxsize=4096)
def iso(at: int) -> str:
    return clock.iso(at)


def iso_or_none(at: int | None) -> str | None:
    return iso(at) if at else None


def render(shown: Any) -> bytes:
    """JSON as Omise prints it: two spaces, a line's end after the last bracket."""
    return orjson.dumps(shown, option=PRINTED)


# Lists

LIMIT_USUAL, LIMIT_MAX = 20, 100
ORDERS = ("chronological", "reverse_chronological")
EPOCH_START = "1970-01-01T00:00:00Z"


class Slice(NamedTuple):
    """Which part of a list is wanted."""

    limit: int
    offset: int
    order: str
    since: int
    until: int | None


def read_slice(given: Given) -> Slice:
    """The list parameters. Raises Refusal bad_request."""
    limit, offset = given.whole("limit"), given.whole("offset")
    if not isinstance(limit, int | None) or (limit is not None and limit < 1):
        raise refuse("bad_request", "limit is not a number" if not isinstance(limit, int) else "limit must be greater than 0")
    if not isinstance(offset, int | None) or (offset is not None and offset < 0):
        raise refuse("bad_request", "offset is not a number" if not isinstance(offset, int) else "offset must not be negative")
    order = given.text("order") or ORDERS[0]
    if order not in ORDERS:
        raise refuse("bad_request", "order is not included in the list")
    since, until = read_time(given, "from"), read_time(given, "to")
    return Slice(min(limit or LIMIT_USUAL, LIMIT_MAX), offset or 0, order, since or 0, until)


def read_time(given: Given, name: str) -> int | None:
    """Epoch seconds of an ISO 8601 text; without an offset it is UTC. Raises Refusal bad_request."""
    text = given.text(name)
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
        return int((at if at.tzinfo is not None else at.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        raise refuse("bad_request", f"{name} is invalid") from None


def page_of(wanted: Slice, now: int, rows: Sequence[Any], location: str) -> Page:
    """One page of rows that stand oldest first; only those made between `from` and `to` count."""
    if wanted.since or wanted.until is not None:
        until = now if wanted.until is None else wanted.until
        rows = [row for row in rows if wanted.since <= row.created <= until]
    first, last = wanted.offset, wanted.offset + wanted.limit
    shown = rows[first:last] if wanted.order == ORDERS[0] else rows[::-1][first:last]
    return framed(wanted, now, shown, len(rows), location)


def page_of_shelf(wanted: Slice, now: int, shelf: Shelf, location: str) -> Page:
    """The same of a whole shelf, without walking over more of it than the page and what stands before it."""
    if wanted.since or wanted.until is not None:
        return page_of(wanted, now, list(shelf.rows.values()), location)
    rows = shelf.oldest_first() if wanted.order == ORDERS[0] else shelf.newest_first()
    return framed(wanted, now, list(islice(rows, wanted.offset, wanted.offset + wanted.limit)), len(shelf), location)


def framed(wanted: Slice, now: int, rows: Sequence[Any], total: int, location: str) -> Page:
    until = now if wanted.until is None else wanted.until
    return Page(rows, total, wanted.limit, wanted.offset, wanted.order, iso(wanted.since), iso(until), location)


def list_of(page: Page, items: Sequence[Any]) -> dict[str, Any]:
    """The list object around items that were viewed already."""
    return {
        "object": "list",
        "data": items,
        "limit": page.limit,
        "offset": page.offset,
        "total": page.total,
        "location": page.location,
        "order": page.order,
        "from": page.since,
        "to": page.until,
    }


def inner_list(items: Sequence[Any], now: int, location: str) -> dict[str, Any]:
    """A list inside another object: its first twenty, oldest first."""
    return {
        "object": "list",
        "data": items[:LIMIT_USUAL],
        "limit": LIMIT_USUAL,
        "offset": 0,
        "total": len(items),
        "location": location,
        "order": ORDERS[0],
        "from": EPOCH_START,
        "to": iso(now),
    }


ASSUMED: tuple[tuple[str, str], ...] = (
    ("a limit above 100 counts as 100", "behaviour"),
    ("a limit, offset, order or time that cannot be read answers bad_request", "wording"),
    ("the header Strict-Transport-Security is not sent", "the sandbox's own: it has no TLS"),
    ("empty lists and hashes are printed on one line", "recordings break the line; no reader depends on it"),
    ("a Bearer token is taken for a key, too", "the sandbox's own"),
)
