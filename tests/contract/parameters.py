"""The parameters of every operation: as the models read them, and as Stripe's OpenAPI document lists them, in bracket form."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.providers.base import Op
from sandbox.providers.stripe.documented import known_operation
from sandbox.providers.stripe.routes import OPERATIONS
from sandbox.providers.stripe.validate import NotYet, Params
from tests.contract import newer
from tests.contract.newer import Schema

Field = tuple[type[Params], str]  # a model and the name of one of its fields


def hashes_of(annotation: Any) -> Iterator[type[Params]]:
    """The models inside the type of a field."""
    if isinstance(annotation, type) and issubclass(annotation, Params):
        yield annotation
    for part in typing.get_args(annotation):
        yield from hashes_of(part)


def read_by(model: type[Params], where: str = "") -> Iterator[tuple[str, Field]]:
    """Each parameter that a model reads, and the field that does."""
    for name, field in model.model_fields.items():
        full = f"{where}[{name}]" if where else name
        yield full, (model, name)
        for part in hashes_of(field.annotation):
            yield from read_by(part, full)


def refused_by_name(field: Field) -> bool:
    """Whether the field is there only to say that it is not emulated."""
    model, name = field
    return any(mark in typing.get_args(NotYet) for mark in model.model_fields[name].metadata)


def read(op: Op) -> Mapping[str, Field]:
    return dict(read_by(op.params)) if op.params is not None else {}


def known_to_stripe(op: Op, only_inside: Mapping[str, Field]) -> set[str]:
    """What the document lists for an operation: top level, and inside those hashes that the models read."""
    template = known_operation(op.method, op.path)
    operation = newer.document()["paths"].get(template or "", {}).get(op.method.lower())
    if operation is None:
        return set()
    top: dict[str, Schema] = {parameter["name"]: parameter["schema"] for parameter in operation.get("parameters", ())}
    for content in operation.get("requestBody", {}).get("content", {}).values():
        top.update(content["schema"].get("properties", {}))
    hashes = {full.rpartition("[")[0] for full in only_inside if "[" in full}
    hashes |= {full for full, (model, name) in only_inside.items() if list(hashes_of(model.model_fields[name].annotation))}
    return {name for name in inside(top, "", hashes) if "{" not in name and name not in op.path}


def inside(properties: Mapping[str, Schema], where: str, hashes: set[str]) -> Iterator[str]:
    for name, schema in properties.items():
        full = f"{where}[{name}]" if where else name
        yield full
        if full in hashes:
            yield from inside(keys_of(schema), full, hashes)


def keys_of(schema: Schema) -> Mapping[str, Schema]:
    """The keys of a hash, of all kinds of it if there are several, or of a list of them."""
    if "anyOf" in schema:
        kinds = [keys_of(option) for option in schema["anyOf"]]
        names = dict.fromkeys(name for keys in kinds for name in keys)
        return {name: {"anyOf": [keys[name] for keys in kinds if name in keys]} for name in names}
    found: Mapping[str, Schema] = keys_of(schema["items"]) if schema.get("type") == "array" else schema.get("properties", {})
    return found


def documented_operations() -> list[tuple[str, str]]:
    """Every (method, path) of the document's first version."""
    paths = newer.document()["paths"]
    return [(method.upper(), path) for path in paths if path.startswith("/v1/") for method in paths[path]]


BY_NAME: Mapping[str, Op] = {f"{op.method} {op.path}": op for op in OPERATIONS}
