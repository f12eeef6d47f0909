"""One broken parameter in Stripe's words, from what pydantic collected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from pydantic_core import ErrorDetails

from sandbox.core.errors import Reason, Refusal


def shown(value: Any) -> str:
    """A stranger's value inside a message: text as it came, a hash or array as JSON, an uploaded file without its bytes."""
    return value if value.__class__ is str else orjson.dumps(value, default=lambda _: "...").decode()


# What pydantic's own types say, in Stripe's words; ours are worded where they are raised.
# "Invalid object" and "Invalid array" are recorded. Assumed: the rest of a message for a hash where a number is due.
NATIVE = (
    ("model", "Invalid object", None),
    ("dict", "Invalid object", None),
    ("tuple", "Invalid array", None),
    ("list", "Invalid array", None),
    ("int", "Invalid integer: {value}", "parameter_invalid_integer"),
    ("bool", "Invalid boolean: {value}", None),
)


def wrong(error: ErrorDetails, name: str) -> Refusal:
    """One broken field in Stripe's words."""
    kind, value = error["type"], error["input"]
    if kind == "said":
        said = error["ctx"]
        return Refusal(Reason.PARAM_INVALID, param=name + said["key"], code=said["code"], message=said["message"])
    if kind == "not_yet":
        name += error["ctx"]["key"]
        return Refusal(Reason.NOT_EMULATED, what=f"the parameter '{name}'", param=name)
    if kind == "missing":
        return Refusal(Reason.PARAM_MISSING, param=name, code="parameter_missing", message=f"Missing required param: {name}.")
    if value == "":
        message = (
            f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter; however '{name}'"
            f" cannot be unset. You should remove '{name}' from your request or supply a non-empty value."
        )
        return Refusal(Reason.PARAM_EMPTY, param=name, code="parameter_invalid_empty", message=message)
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", error["ctx"]["expected"])
        return Refusal(Reason.PARAM_INVALID, param=name, code=None, message=f"Invalid {name}: must be one of {either(allowed)}")
    for prefix, template, code in NATIVE:
        if kind.startswith(prefix):
            return Refusal(Reason.PARAM_INVALID, param=name, code=code, message=template.replace("{value}", shown(value)))
    return Refusal(Reason.PARAM_INVALID, param=name, code=None, message=f"Invalid string: {shown(value)}")


def either(words: Sequence[str]) -> str:
    """`a`, `a or b`, `a, b, or c`."""
    if len(words) < 3:
        return " or ".join(words)
    return f"{', '.join(words[:-1])}, or {words[-1]}"


def full_name(error: ErrorDetails, raw: Any) -> str:
    """The parameter's bracket name as the sender wrote it: an index keeps its own number.

    A piece that is no key of the request is the name of what is missing, or else a label that pydantic gives to one
    side of a union.
    """
    parts: list[str] = []
    node = raw
    for piece in error["loc"]:
        if isinstance(piece, int) and node.__class__ is dict:
            piece = sorted(node, key=int)[piece]
        if isinstance(piece, int) or (node.__class__ is dict and piece in node):
            node = node[piece]
            parts.append(str(piece))
    if error["type"] == "missing":
        parts.append(str(error["loc"][-1]))
    return parts[0] + "".join(f"[{part}]" for part in parts[1:])


def without(node: Any, place: Sequence[int | str]) -> Any:
    """A copy of nested hashes that lacks the key at a place; pieces that are no keys are labels of pydantic's."""
    key, *rest = place
    if key not in node:
        return without(node, rest)
    if not rest:
        return {name: value for name, value in node.items() if name != key}
    return {**node, key: without(node[key], rest)}


def only(raw: Any, names: Iterable[str]) -> dict[str, Any]:
    """Nested hashes that have nothing but the parameters of these bracket names."""
    kept: dict[str, Any] = {}
    for name in names:
        *way, last = name.replace("]", "").split("[")
        node, inside = kept, raw
        for part in way:
            node, inside = node.setdefault(part, {}), inside[part]
        node[last] = inside[last]
    return kept
