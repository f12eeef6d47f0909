"""What a parameter that is ignored may be: its value is checked as Stripe documents it, though nothing is done with it.

Theory of operation. `shapes.json`, written by `scripts/documented` from the rows of `ignored.py` and Stripe's OpenAPI document,
has the shape of each of them for each operation. A shape is a word (`text`, `text:22`, `integer`, `moment`, `number`, `boolean`,
`map`), `=a|b` for an enum, `[shape]` for a list, `{key: shape}` for a hash whose key has a `!` if it is required, and
`{"?": shape}` for what "" unsets. Shapes are made into the same parameter models that everything else
is read with, so a wrong value is refused in the same words. All this is read at the first request that says something in vain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, Literal

import orjson
from pydantic import Field, create_model

from sandbox.providers.stripe.validate import (
    TEXT_MAX,
    Bool,
    Clearable,
    Integer,
    ListOf,
    Metadata,
    Number,
    Params,
    Text,
    Timestamp,
    text_of,
)

TABLE: Final = Path(__file__).with_name("shapes.json")
WORDS: Mapping[str, Any] = {
    "text": Text, "integer": Integer, "moment": Timestamp, "number": Number, "boolean": Bool, "map": Metadata,
}  # fmt: skip
Shape = Any  # as JSON has it


@cache
def _table() -> tuple[list[Shape], dict[str, dict[str, int]]]:
    table = orjson.loads(TABLE.read_bytes())
    return table["shapes"], table["operations"]


@cache
def shapes_of(operation: str) -> Mapping[str, Shape]:
    """Full name -> shape of whatever a request of this operation may say in vain."""
    shapes, operations = _table()
    return {name: shapes[index] for name, index in operations.get(operation, {}).items()}


def model_of(operation: str, names: Iterable[str]) -> type[Params]:
    """A model of nothing but these parameters, each in its place inside hashes."""
    return _model_of(operation, tuple(sorted(names)))


@lru_cache(maxsize=256)
def _model_of(operation: str, names: tuple[str, ...]) -> type[Params]:
    shapes = shapes_of(operation)
    whole: dict[str, Any] = {}
    for name in names:
        *way, last = name.replace("]", "").split("[")
        node = whole
        for part in way:
            node = node.setdefault(part, {})
        node[last] = shapes[name]
    return _hash(whole)


def _hash(keys: Mapping[str, Shape]) -> type[Params]:
    """A model with these keys, under names of ours: Stripe has keys that pydantic's models have for themselves."""
    fields: dict[str, Any] = {}
    for number, (key, shape) in enumerate(keys.items()):
        name = key.removesuffix("!")
        required = name != key
        kind = _type(shape)
        fields[f"key_{number}"] = (kind if required else kind | None, Field(... if required else None, alias=name))
    return create_model("Said in vain", __base__=Params, **fields)


def _type(shape: Shape) -> Any:
    if shape.__class__ is list:
        return ListOf[_type(shape[0])]  # type: ignore[misc]
    if shape.__class__ is dict:
        return Clearable[_type(shape["?"])] if "?" in shape else _hash(shape)  # type: ignore[misc]
    word, _, rest = shape.partition(":")
    if word.startswith("="):
        return Literal[tuple(shape[1:].split("|"))]
    return text_of(int(rest)) if rest and int(rest) != TEXT_MAX else WORDS[word]
