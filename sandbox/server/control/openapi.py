"""The control API's OpenAPI document, printed from the tables that route it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel, TypeAdapter
from typing_extensions import TypedDict

from sandbox import __version__
from sandbox.server.control.op import Ask, Op, Query

REF = "#/components/schemas/{model}"
HOLE = re.compile(r"\{(\w+)\}")
ERRORS = {
    "400": "What was sent cannot be read, or who asks is ambiguous or foreign",
    "401": "The key is no test key",
    "404": "There is no such thing",
    "409": "How things stand is against it",
    "422": "A field is unknown or not right, or the provider cannot do it at all",
}


class Error(TypedDict):
    code: str
    message: str
    param: str | None


class ErrorBody(TypedDict):
    error: Error


def schema_of(kind: Any, parts: dict[str, Any]) -> dict[str, Any]:
    """The JSON schema of a type; schemas it refers to join `parts`."""
    mode: Any = "validation" if isinstance(kind, type) and issubclass(kind, BaseModel) else "serialization"
    schema = TypeAdapter(kind).json_schema(ref_template=REF, mode=mode)
    parts.update(schema.pop("$defs", {}))
    title = schema.get("title")
    if not title or "properties" not in schema:
        return schema
    parts[title] = schema
    return {"$ref": REF.format(model=title)}


def parameters(op: Op, parts: dict[str, Any]) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in HOLE.findall(op.path)
    ]
    schema = op.query.model_json_schema(ref_template=REF)
    parts.update(schema.pop("$defs", {}))
    required = schema.get("required", ())
    for name, shape in schema["properties"].items():
        description = shape.pop("description", None)
        row = {"name": name, "in": "query", "required": name in required, "schema": shape}
        out.append({**row, "description": description} if description else row)
    return out


def operation(op: Op, parts: dict[str, Any]) -> dict[str, Any]:
    answer = schema_of(op.answer, parts) if op.answer is not None else {"type": "object", "description": "The provider's own object"}
    if op.media != "application/json":
        answer = {"type": "string"}
    words = [word for word in op.path.replace("{", "").replace("}", "").split("/") if word and word != "_sandbox"]
    error = {"application/json": {"schema": schema_of(ErrorBody, parts)}}
    shown: dict[str, Any] = {
        "operationId": "_".join((op.method.lower(), *(word.replace(".", "_") for word in words))),
        "summary": op.about,
        "tags": [words[0]],
        "parameters": parameters(op, parts),
        "responses": {
            "200": {"description": op.about, "content": {op.media: {"schema": answer}}},
            **{status: {"description": about, "content": error} for status, about in ERRORS.items()},
        },
    }
    if op.body is not None:
        shown["requestBody"] = {"content": {"application/json": {"schema": schema_of(op.body, parts)}}}
    return shown


def document(operations: Sequence[Op]) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    paths: dict[str, dict[str, Any]] = {}
    for op in operations:
        paths.setdefault(op.path, {})[op.method.lower()] = operation(op, parts)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "payment-sandbox control API",
            "version": __version__,
            "description": "Amounts are integers in minor units of their currency; times are epoch seconds, simulated unless said "
            "otherwise. A test key (Bearer or Basic) or ?merchant= names the merchant; with neither it is `default`.",
        },
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(parts.items())),
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}, "basic": {"type": "http", "scheme": "basic"}},
        },
        "security": [{}, {"bearer": []}, {"basic": []}],
    }


@cache
def printed() -> dict[str, Any]:
    from sandbox.server.control.table import OPERATIONS as EVERY  # here: the table lists this file too

    return document(EVERY)


async def read(ask: Ask) -> dict[str, Any]:
    return printed()


OPERATIONS: tuple[Op, ...] = (
    Op("GET", "/_sandbox/openapi.json", read, "This document", query=Query, answer=dict[str, Any]),
)
