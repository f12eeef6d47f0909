"""Bytes in, bytes out: keys, routing, parameters, lists, answers.

Theory of operation. A handler answers a record, a `Page` of records, a plain dict or a `Failed`. A record that nobody
wants expanded is sent as the bytes kept beside it in `merchant.bodies`; records never change, so those bytes are the ones
that its last event froze, and a list is made of them too.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Customer, Instrument, Refund
from sandbox.providers.base import PUBLIC, SECRET, Call, Op
from sandbox.providers.form import decode_form
from sandbox.providers.routing import Routes
from sandbox.providers.stripe.documented import documented_names, known_operation
from sandbox.providers.stripe.records import PaymentIntent
from sandbox.providers.stripe.shapes import model_of, shapes_of
from sandbox.providers.stripe.validate import Params, validate

KEY = re.compile(r"(sk|rk|pk)_test_([A-Za-z0-9_]{1,64})\Z")
TEST = re.compile(r"(sk|rk|pk)_test_")
LIVE = re.compile(r"(sk|rk|pk)_live_")
NAMES_THE_MERCHANT = (
    ". This sandbox takes sk_test_NAME, NAME being 1 to 64 letters, digits or _: it names the merchant, such as sk_test_alpha."
)
# Documented apart, so that whether Stripe has such a path is not known here: the second version, and its host for OAuth.
ELSEWHERE = ("/v2/", "/oauth/")
WORDS = frozenset(("search",))  # last words of Stripe's paths that would pass for an id
INDENT = orjson.OPT_INDENT_2
# Views of these depend on nothing but the record, so their bytes can be kept beside it.
KEPT: frozenset[type] = frozenset((Charge, PaymentIntent, Customer, Refund, Instrument))


class Page(NamedTuple):
    """A slice of a list, newest first; `extra` are undocumented keys that real lists carry."""

    rows: Sequence[Any]
    more: bool
    url: str
    extra: Mapping[str, Any] = {}


class Failed(NamedTuple):
    """The request was carried out and its outcome is an error: a declined card. What it changed stays."""

    error: Mapping[str, Any]
    status: int = 402


def masked(key: str, last: int = 4) -> str:
    """The first 8 and the last few characters of a key; one star for each in between. Of a short one only the last."""
    first = 8 if len(key) > 8 + last else 0
    return key[:first] + "*" * (len(key) - first - last) + key[-last:]


def given_key(headers: Mapping[bytes, bytes]) -> str:
    """The key of a Bearer or Basic authorization. Raises Refusal KEY_MISSING, KEY_UNKNOWN."""
    given = headers.get(b"authorization", b"")
    if given[:7].lower() == b"bearer ":
        return given[7:].decode("latin-1").strip()
    if given[:6].lower() != b"basic ":
        raise Refusal(Reason.KEY_MISSING)
    try:
        return base64.b64decode(given[6:].strip(), validate=True).decode("utf-8").partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        raise Refusal(Reason.KEY_UNKNOWN, key="(unreadable)") from None


def read_key(headers: Mapping[bytes, bytes]) -> tuple[str, str]:
    """(merchant, kind of key) of the authorization. Raises Refusal KEY_*."""
    key = given_key(headers)
    found = KEY.match(key)
    if found is not None:
        return found[2], PUBLIC if found[1] == "pk" else SECRET
    if LIVE.match(key):
        raise Refusal(Reason.KEY_LIVE)
    if not key:
        raise Refusal(Reason.KEY_MISSING)
    hint = ""
    if " " in key:
        hint = (
            " This key contains at least one space. Please delete the spaces and try again. If you have any questions, we can help at "
            "https://support.stripe.com/."
        )
    elif TEST.match(key):
        hint = NAMES_THE_MERCHANT
    raise Refusal(Reason.KEY_UNKNOWN, key=masked(key), hint=hint)


def match(routes: Routes, method: str, path: str) -> tuple[Op, tuple[str, ...]]:
    """The operation and the values in its path. Raises Refusal UNKNOWN_URL, or NOT_EMULATED where only we lack it."""
    found = routes.find(method, path)
    if found is not None:
        return found
    if "//" in path:
        return match(routes, method, re.sub("/+", "/", path))
    template = known_operation(method, path)
    if template is None and path.startswith(ELSEWHERE):
        template = path
    if template is not None:
        raise Refusal(Reason.NOT_EMULATED, what=f"{method} {template}", hint=near(routes, template), status=501)
    raise Refusal(Reason.UNKNOWN_URL, method=method, path=path)


def near(routes: Routes, template: str) -> str:
    """What there is instead: operations of the same noun, or else the nouns that have any."""
    nouns: dict[str, list[str]] = {}
    for op in routes.operations:
        version, _, rest = op.path[1:].partition("/")
        if version == "v1":
            nouns.setdefault(rest.partition("/")[0], []).append(f"{op.method} {op.path}")
    noun = template[1:].partition("/")[2].partition("/")[0]
    if noun in nouns:
        return f" Of {noun} it has {', '.join(sorted(nouns[noun], key=lambda name: name.split()[::-1]))}."
    return f" It has {', '.join(sorted(nouns))}."


@lru_cache(maxsize=256)
def nothing_said(model: type[Params]) -> Params | None:
    """The parameters of a request that gives none; None if the operation needs some. Models are frozen, so one does for all."""
    return None if any(field.is_required() for field in model.model_fields.values()) else validate(model, {})


def documented(op: Op) -> frozenset[str]:
    """The parameters that Stripe documents for an operation; none for what only its command line calls."""
    template = known_operation(op.method, op.path)
    return documented_names(op.method, template) if template is not None else frozenset()


def checked(op: Op, raw: dict[str, Any]) -> Params:
    """What a request says, as the operation's model."""
    model: type[Params] = op.params or Params
    name = f"{op.method} {op.path}"
    return validate(model, raw, lambda: documented(op), lambda: shapes_of(name).keys(), lambda names: model_of(name, names))


def decode(op: Op, call: Call) -> Any:
    """The parameters of a call, checked by the operation's model."""
    if not call.query and not call.body:
        return nothing_said(op.params or Params) or checked(op, {})
    raw: dict[str, Any] = decode_form(call.query) if call.query else {}
    files: dict[str, tuple[str, bytes]] = {}
    if call.body:
        if call.method != "POST":
            raw = {**decode_form(call.body), **raw}
        else:
            content = call.headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
            if content in (b"application/x-www-form-urlencoded", b""):
                body = decode_form(call.body)
                raw = {**raw, **body} if raw else body
            elif content == b"multipart/form-data":
                from sandbox.providers.multipart import decode_multipart

                fields, files = decode_multipart(call.body, call.headers[b"content-type"])
                raw = {**raw, **fields}
            else:
                raise Refusal(Reason.WRONG_CONTENT_TYPE)
    if files:
        raw = {**raw, **files}
    return checked(op, raw)


# Answers


def render(shown: Any) -> bytes:
    """JSON as Stripe prints it: two spaces, keys in the order of the view."""
    return orjson.dumps(shown, option=INDENT)


def body(merchant: Merchant, record: Any, view: Callable[[Merchant, Any], dict[str, Any]]) -> bytes:
    """The record's bytes: kept ones where its view depends on nothing else, else ones made in this very unit of work.

    The copy has the exact size. The encoder's own buffer was grown by doubling, and keeping thousands of those costs twice
    the memory and, in fresh pages, more time than the encoding.
    """
    key: str = record.id
    kept = merchant.bodies.get(key)
    if kept is not None:
        return kept
    moment = merchant.moment.get(key)
    if moment is not None and moment[0] is record:
        return moment[2]  # type: ignore[no-any-return]
    shown = view(merchant, record)
    made = b"%b" % orjson.dumps(shown, option=INDENT)
    if record.__class__ in KEPT:
        merchant.bodies[key] = made
    merchant.moment[key] = (record, shown, made)
    return made


def shown_now(merchant: Merchant, record: Any, view: Callable[[Merchant, Any], dict[str, Any]]) -> dict[str, Any]:
    """The record's view; the one that its bytes were just made from, if they were. Not to be altered."""
    moment = merchant.moment.get(record.id)
    return moment[1] if moment is not None and moment[0] is record else view(merchant, record)


def list_body(merchant: Merchant, page: Page, view_of: Callable[[type], Callable[[Merchant, Any], dict[str, Any]]]) -> bytes:
    """A list made of the records' own bytes, two levels deeper."""
    items = [body(merchant, record, view_of(record.__class__)).replace(b"\n", b"\n    ") for record in page.rows]
    data = b"[\n    " + b",\n    ".join(items) + b"\n  ]" if items else b"[]"
    more = b"true" if page.more else b"false"
    extra = b"".join(b'  "%s": %s,\n' % (name.encode(), orjson.dumps(value)) for name, value in page.extra.items())
    return (
        b'{\n  "object": "list",\n' + extra + b'  "data": ' + data + b',\n  "has_more": ' + more + b',\n  "url": '
        + orjson.dumps(page.url) + b"\n}"
    )  # fmt: skip


def check_cursors(params: Any, known: Container[str], noun: str) -> None:
    """The list's cursor is one of its objects, and the only one. Raises Refusal REFERENCE_NOT_FOUND, PARAMS_EXCLUSIVE."""
    for name in ("starting_after", "ending_before"):
        cursor = getattr(params, name)
        if cursor and cursor not in known:
            raise Refusal(Reason.REFERENCE_NOT_FOUND, kind=noun, id=cursor, param=name)
    if params.starting_after and params.ending_before:
        message = "Received both starting_after and ending_before parameters. Please pass in only one."
        raise Refusal(Reason.PARAMS_EXCLUSIVE, message=message)


def page_of(rows: Sequence[Any], params: Any, noun: str, url: str) -> Page:
    """One page of a short list that stands on no shelf of its own; `rows` newest first. Raises Refusal REFERENCE_NOT_FOUND."""
    ids = [row.id for row in rows]
    after, before = params.starting_after, params.ending_before
    check_cursors(params, ids, noun)
    if before:
        end = ids.index(before)
        start = max(0, end - params.limit)
        return Page(rows[start:end], start > 0, url)
    start = ids.index(after) + 1 if after else 0
    return Page(rows[start : start + params.limit], len(rows) > start + params.limit, url)


def slice_of(
    merchant: Merchant,
    provider: str,
    kind: type,
    noun: str,
    params: Any,
    url: str,
    of: Sequence[tuple[str, str]] = (),
    keep: Callable[[Any], bool] | None = None,
    extra: Callable[[Sequence[Any]], Mapping[str, Any]] | None = None,
) -> Page:
    """One page of a list, newest first.

    Args:
        of: (indexed field, value) that every record must have.
        keep: a further condition.
        extra: undocumented keys, from all records that pass `of`.
    """
    shelf = merchant.store.shelf(provider, kind)
    after, before = params.starting_after, params.ending_before
    if after or before:
        check_cursors(params, shelf.rows, noun)
    limit: int = params.limit
    span = getattr(params, "created", None)
    rows: Iterator[Any]
    if of:
        field, value = of[0]
        found: list[Any] = [r for r in shelf.of(field, value) if all(getattr(r, f) == v for f, v in of[1:])]
        place = {record.id: index for index, record in enumerate(found)} if after or before else {}
        if before:
            rows = iter(found[place[before] + 1 :] if before in place else ())
        else:
            rows = reversed(found[: place[after]] if after in place else (found if not after else []))
    else:
        found = []
        rows = shelf.oldest_first(before) if before else shelf.newest_first(after or "")
    chosen: list[Any] = []
    for record in rows:
        if (keep is None or keep(record)) and (span is None or span.holds(record.created)):
            chosen.append(record)
            if len(chosen) > limit:
                break
    more = len(chosen) > limit
    chosen = chosen[:limit]
    if before:
        chosen.reverse()
    return Page(chosen, more, url, extra(found) if extra is not None else {})
