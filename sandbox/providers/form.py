"""Form bytes to nested values, as Rails and Stripe read bodies and query strings.

`a[b][c]=1` nests. `a[]=1&a[]=2` is a list. `a[0]=x&a[1]=y` stays a dict with digit keys, because only the model knows
whether a list is due or a map whose keys happen to be digits (`metadata[0]=x`); the validator turns it into a list.
In `a[][b]=1&a[][c]=2&a[][b]=3` a repeated key begins the next item. A scalar that is sent twice counts once, the last.
Values stay text: numbers and booleans are the validator's business.

This runs for every request, so a body without brackets, `%` and `+` takes a short way.

Source: the encoders of Stripe's libraries (indexed arrays) and the curl examples of its docs (`[]`), read 2026-11-23.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NoReturn
from urllib.parse import unquote_to_bytes

from sandbox.core.errors import Reason, Refusal

FIELDS_MAX = 1_000
NESTING_MAX = 8  # the deepest documented parameter, an address inside dispute evidence, has 7 parts
KEY_LENGTH_MAX = 500
SHOWN_MAX = 60  # characters of a stranger's key that a message repeats
KNOWN_NAMES = 1_024  # SDKs send the same few names for ever

BRACKETS = re.compile(r"[^\[\]]+(?:\[[^\[\]]*\])+")
BAD_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")


def decode_form(raw: bytes | str) -> dict[str, Any]:
    """The parameters of a urlencoded body or query string; values are str, dict or list.

    Raises:
        Refusal: BODY_MALFORMED with `detail`, and `param` where one parameter is to blame.
    """
    text = _text(raw)
    if text.count("&") >= FIELDS_MAX:
        _refuse(f"more than {FIELDS_MAX} parameters")
    coded = "%" in text
    if coded:
        _check_percent(text)
    if "+" in text:
        text = text.replace("+", " ")
    if coded or "[" in text:
        return nest(_pairs(text, coded))
    fields: dict[str, Any] = {}
    for pair in text.split("&"):
        name, _, value = pair.partition("=")
        if name:
            fields[name] = value
    if len(text) > KEY_LENGTH_MAX:
        for name in fields:
            _check_length(name)
    return fields


def nest(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Pairs of bracket name and text, already unescaped, as nested values.

    Raises:
        Refusal: BODY_MALFORMED.
    """
    root: dict[str, Any] = {}
    for name, value in pairs:
        if "[" in name:
            _put(root, _path(name), name, value)
        else:
            if root.get(name, "").__class__ is not str:
                _conflict(name)
            if len(name) > KEY_LENGTH_MAX:
                _check_length(name)
            root[name] = value
    return root


def _text(raw: bytes | str) -> str:
    try:
        if isinstance(raw, str):
            raw.encode()  # a lone surrogate could be stored but never sent again
            text = raw
        else:
            text = raw.decode()
    except UnicodeError:
        _refuse("not valid UTF-8")
    if "\0" in text:
        _refuse("a NUL character")
    return text


def _check_percent(text: str) -> None:
    bad = BAD_PERCENT.search(text)
    if bad:
        _refuse(f"invalid %-encoding ({text[bad.start() : bad.start() + 3]})")
    if "%00" in text:
        _refuse("a NUL character")


def _pairs(text: str, coded: bool) -> Iterable[tuple[str, str]]:
    for pair in text.split("&"):
        name, _, value = pair.partition("=")
        if coded:
            if "%" in name:
                name = _unescape(name)
            if "%" in value:
                value = _unescape(value)
        if name:
            yield name, value


def _unescape(text: str) -> str:
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        _refuse("not valid UTF-8 after unescaping")


@lru_cache(KNOWN_NAMES)
def _path(name: str) -> tuple[str, ...]:
    """`a[b][]` as ("a", "b", ""); the empty part stands for "append"."""
    _check_length(name)
    if not BRACKETS.fullmatch(name):
        _refuse(f"unbalanced brackets in '{_shown(name)}'", name)
    path = tuple(name[:-1].replace("][", "[").split("["))
    if len(path) > NESTING_MAX:
        _refuse(f"'{_shown(name)}' is nested more than {NESTING_MAX} levels deep", name)
    if "[][]" in name:
        _refuse(f"a list directly inside a list in '{_shown(name)}'", name)
    return path


def _put(node: dict[str, Any], path: tuple[str, ...], name: str, value: str) -> None:
    """The value stands at its path below `node`; containers on the way exist."""
    at, last = 0, len(path) - 1
    while at < last:
        key = path[at]
        at += 1
        if path[at]:
            child = node.setdefault(key, {})
            if child.__class__ is not dict:
                _conflict(name)
            node = child
            continue
        items = node.setdefault(key, [])
        if items.__class__ is not list:
            _conflict(name)
        at += 1
        if at > last:
            items.append(value)
            return
        if not items or items[-1].__class__ is not dict or _taken(items[-1], path, at):
            items.append({})
        node = items[-1]
    key = path[last]
    if node.get(key, "").__class__ is not str:
        _conflict(name)
    node[key] = value


def _taken(item: dict[str, Any], path: tuple[str, ...], at: int) -> bool:
    """Whether an item of a list of hashes already has this path, so that a new item begins."""
    node: Any = item
    for key in path[at:]:
        if not key:
            return False  # an inner list takes any number of values
        if node.__class__ is not dict or key not in node:
            return False
        node = node[key]
    return True


def _check_length(name: str) -> None:
    if len(name) > KEY_LENGTH_MAX:
        _refuse(f"a parameter name of more than {KEY_LENGTH_MAX} characters: {_shown(name)}")


def _shown(name: str) -> str:
    return name if len(name) <= SHOWN_MAX else name[:SHOWN_MAX] + "..."


def _conflict(name: str) -> NoReturn:
    _refuse(f"conflicting types for '{_shown(name)}': it is sent as more than one of value, hash and array", name)


def _refuse(detail: str, param: str | None = None) -> NoReturn:
    # Assumed: no recording shows how Stripe words a body that it cannot read.
    facts = {"detail": detail} if param is None else {"detail": detail, "param": param}
    raise Refusal(Reason.BODY_MALFORMED, **facts)
