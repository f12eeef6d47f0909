"""The checker lets through what the document describes, and names every kind of violation at its place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract import newer
from tests.contract.newer import NEWER, NEWEST, OPERATIONS, REF, Row, Schema
from tests.contract.openapi import UNKNOWN_KEY, Document, check_answer, check_event, check_object

DEPTH_MAX = 3  # beyond it, samples have required keys only: the whole of a charge reaches most of the document
OBJECTS = sorted(option["$ref"].removeprefix(REF) for options in newer.components().values() for option in options)


def sample(schema: Schema, shape: str, depth: int = 0) -> Any:
    """A body of the document's own shape: its `required` keys, all keys (`full`), or all keys and null wherever it may be (`null`)."""
    if shape == "null" and schema.get("nullable"):
        return None
    if "$ref" in schema:
        return sample(newer.schema(schema["$ref"].removeprefix(REF)), shape, depth + 1)
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], shape, depth)
    if schema["type"] == "array":
        return [sample(schema["items"], shape, depth)] if depth < DEPTH_MAX else []
    if schema["type"] != "object":
        return scalar(schema)
    if "properties" not in schema:
        of_map = schema.get("additionalProperties")
        return {"map_key": sample(of_map, shape, depth + 1)} if of_map else {"open_key": 1}
    everything = shape != "required" and depth < DEPTH_MAX
    keys = schema["properties"] if everything else schema.get("required", ())
    return {key: sample(schema["properties"][key], shape, depth) for key in keys}


def scalar(schema: Schema) -> Any:
    if "enum" in schema:
        return schema["enum"][0]
    if "pattern" in schema:
        return schema["pattern"].removeprefix("^").replace("[^/]+", "x_1")
    plain = {"string": "text", "integer": 7, "number": 0.5, "boolean": True}[schema["type"]]
    return {"unix-time": 1_790_000_000, "currency": "usd", "decimal": "-1.5"}.get(schema.get("format", ""), plain)


def body_of(name: str, shape: str = "full", /, **changes: Any) -> dict[str, Any]:
    """A sample of a component; changes by path, `__` between the keys."""
    body: dict[str, Any] = sample(newer.schema(name), shape)
    if name == "event":
        body["data"] = {"object": body_of("charge", shape)}
        body["api_version"] = NEWEST
    for path, value in changes.items():
        *way, last = path.split("__")
        place = body
        for key in way:
            place = place[key]
        place[last] = value
    return body


def event_of(thing: dict[str, Any], before: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return body_of("event", data={"object": thing, "previous_attributes": before}, **changes)


def places(body: Any, path: str = "") -> Iterator[tuple[Any, Any, str]]:
    """Every container and key of a body, with the path that a violation there has."""
    pairs = list(body.items()) if isinstance(body, dict) else list(enumerate(body)) if isinstance(body, list) else []
    for key, value in pairs:
        where = f"{path}[{key}]" if isinstance(body, list) else f"{path}.{key}"
        yield body, key, where
        yield from places(value, where)


@pytest.mark.parametrize("shape", ["required", "full", "null"])
@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_of_the_documents_shape_is_good(name: str, shape: str) -> None:
    """Every component that has an `object`, in three shapes."""
    assert check_object(body_of(name, shape)) == []


@pytest.mark.parametrize("shape", ["required", "full", "null"])
def test_an_answer_of_the_documents_shape_is_good(shape: str) -> None:
    """Every v1 operation, at a path where each variable has become an id."""
    paths = newer.document()["paths"]
    names = [f"{method.upper()} {path}" for path in paths if path.startswith("/v1/") for method in paths[path]]
    for name in [*names, *OPERATIONS]:
        method, path = name.split()
        answer = body_of("event") if name.endswith(("/v1/events/{id}", "/retry")) else sample(newer.schema(name), shape)
        if path == "/v1/events":
            answer["data"] = [body_of("event", shape)]
        assert check_answer(method, re.sub(r"{\w+}", "x_1", path), 200, answer) == [], name


@pytest.mark.parametrize("name", OBJECTS)
def test_each_place_of_a_body_is_guarded(name: str) -> None:
    """A value of another type, a bool or float for an integer, and an unknown key in any closed hash are named where they stand."""
    required = body_of(name, "required")
    for at, part in body_of(name).items():
        body = {**required, at: part}  # the rest is as short as it may be: it is looked at each time
        for container, key, path in [(body, at, f".{at}"), *places(part, f".{at}")]:
            right = container[key]
            wrongs: list[object] = [7] if isinstance(right, str) else ["text"]
            if type(right) is int:
                wrongs += [True, 7.0]
            if isinstance(right, dict) and "map_key" not in right and "open_key" not in right:
                wrongs.append({**right, "planted": None})
            for wrong in wrongs if key != "open_key" and path != ".object" else ():
                container[key] = wrong
                assert any(line.startswith(f"{body['object']}{path}") for line in check_object(body)), (path, wrong)
            container[key] = right
        assert check_object(body) == []


@pytest.mark.parametrize("name", OBJECTS)
def test_each_required_key_is_missed(name: str) -> None:
    for key in newer.schema(name)["required"]:
        if key not in ("object", "deleted"):
            body = body_of(name, "required")
            del body[key]
            assert check_object(body) == [f"{body['object']}.{key}: required key is missing"]


WRONG = [
    ("charge", "payment_method_details__card__foo", 1, f".payment_method_details.card.foo: {UNKNOWN_KEY}"),
    ("charge", "foo", None, f".foo: {UNKNOWN_KEY}"),
    ("charge", "amount", True, ".amount: expected integer, got true"),
    ("charge", "amount", 5.0, ".amount: expected integer, got 5.0"),
    ("charge", "amount", "5", '.amount: expected integer, got "5"'),
    ("charge", "amount", None, ".amount: expected integer, got null"),
    ("charge", "captured", 1, ".captured: expected boolean, got 1"),
    ("charge", "created", 1_790_000_000_000, ".created: 1790000000000 are no epoch seconds"),
    ("charge", "currency", "USD", '.currency: "USD" is no lower-case currency code'),
    ("charge", "description", "x" * 40_001, ".description: 40001 characters, 40000 at most"),
    ("charge", "status", "done", '.status: "done" is none of failed, pending, succeeded'),
    ("charge", "billing_details", "Jane", '.billing_details: expected hash, got "Jane"'),
    ("charge", "billing_details", None, ".billing_details: expected hash, got null"),
    ("charge", "metadata", {"order": 7}, ".metadata.order: expected string, got 7"),
    ("charge", "balance_transaction", 7, ".balance_transaction: expected string, got 7"),
    ("charge", "balance_transaction", {"object": "charge"}, '.balance_transaction.object: "charge" is none of balance_transaction'),
    ("charge", "customer", {"id": "cus_1", "object": "customer", "created": 1}, ".customer.livemode: required key is missing"),
    ("charge", "customer", {"object": "customer", "deleted": True}, ".customer.id: required key is missing"),
    ("charge", "refunds__data", {}, ".refunds.data: expected array, got {}"),
    ("charge", "refunds__url", 7, ".refunds.url: expected string, got 7"),
    ("dispute", "balance_transactions", ["txn_1"], '.balance_transactions[0]: expected hash, got "txn_1"'),
    ("dispute", "enhanced_eligibility_types", ["visa"], ".enhanced_eligibility_types[0]: "),
    ("dispute", "evidence__appeal__card__foo", 1, f".evidence.appeal.card.foo: {UNKNOWN_KEY}"),
    ("dispute", "intended_submission_method", "pigeon", ".intended_submission_method: "),
    ("refund", "failure_reason", None, ".failure_reason: expected string, got null"),
    ("source", "object", "sauce", '.object: "sauce" is the object of no component'),
]


@pytest.mark.parametrize(("name", "path", "value", "line"), WRONG)
def test_each_kind_of_violation_has_its_sentence(name: str, path: str, value: object, line: str) -> None:
    body = body_of(name, **{path: value})
    (found,) = check_object(body)
    assert found.startswith(body["object"] + line)


@pytest.mark.parametrize("beside", [{"$ref": f"{REF}address"}, {"type": "string", "enum": ["a"]}, {"anyOf": [{"type": "string"}]}])
def test_nullable_holds_beside_anything(beside: Schema) -> None:
    document = Document(NEWEST)
    assert document.compile({**beside, "nullable": True})(None) == ()
    assert document.compile(beside)(None) != ()


def test_answers_are_held_against_their_operation_and_status() -> None:
    error = {"error": {"type": "invalid_request_error", "message": "No such charge: 'ch_1'", "param": "id"}}
    listed = {"object": "list", "data": [body_of("refund")], "has_more": False, "url": "/v1/refunds", "count": 1}
    assert check_answer("GET", "//v1//charges/ch_1?expand[]=refunds", 200, body_of("charge")) == []
    assert check_answer("GET", "/v1/charges/ch_1", 404, error) == []
    assert check_answer("GET", "/v1/nope", 404, error) == []
    assert check_answer("GET", "/v1/refunds", 200, listed) == []
    assert check_answer("GET", "/v1/charges/ch_1", 200, error)[0] == f"answer.error: {UNKNOWN_KEY}"
    assert check_answer("GET", "/v1/charges/ch_1", 404, body_of("charge"))[-1] == "charge.error: required key is missing"
    assert check_answer("POST", "/v1/charges", 402, {"error": {"type": "api"}}) == [
        'answer.error.type: "api" is none of api_error, card_error, idempotency_error, invalid_request_error'
    ]
    assert check_answer("GET", "/v1/charges", 200, {**listed, "data": []}) == [
        'list.url: "/v1/refunds" does not match ^/v1/charges',
        f"list.count: {UNKNOWN_KEY}",
    ]
    assert check_answer("GET", "/v1/nope", 200, {}) == ["GET /v1/nope: operation that neither the document nor OPERATIONS knows"]
    assert check_answer("GET", "/v1/files/file_1/contents", 200, {}) == ["answer: expected binary, got {}"]


def test_events_are_checked_to_the_ground() -> None:
    """`previous_attributes` may lack or null any key, but shows known keys, changed values and whole arrays."""
    charge = body_of("charge", amount_refunded=5, refunded=True, metadata={"a": "b"})
    good = {"amount_refunded": 0, "metadata": {"old": None}, "source": None, "billing_details": {"email": None}, "review": None}
    assert check_event(event_of(charge, good)) == []
    bad = {"foo": 1, "billing_details": {"foo": 1}, "amount_refunded": "0", "refunded": True, "metadata": {"a": "b"}}
    assert check_event(event_of({**charge, "foo": 1}, bad, type="dispute.created")) == [
        'event.type: "dispute.created" is none of 275 known values',
        f"event.data.object.foo: {UNKNOWN_KEY}",
        f"event.data.previous_attributes.foo: {UNKNOWN_KEY}",
        f"event.data.previous_attributes.billing_details.foo: {UNKNOWN_KEY}",
        'event.data.previous_attributes.amount_refunded: expected integer, got "0"',
        "event.data.previous_attributes.foo: did not change",
        "event.data.previous_attributes.refunded: did not change",
        "event.data.previous_attributes.metadata.a: did not change",
    ]
    dispute = event_of(body_of("dispute"), {"balance_transactions": [{}]})
    assert "event.data.previous_attributes.balance_transactions[0].amount: required key is missing" in check_event(dispute)
    assert check_event(event_of({}, {}))[0] == "event.data.object.object: null is the object of no component"
    assert f"list.data[0].foo: {UNKNOWN_KEY}" in check_answer("GET", "/v1/events", 200, {"object": "list", "data": [{"foo": 1}]})


def test_keys_come_and_go_with_the_api_version() -> None:
    old, new = body_of("charge", "required", invoice="in_1"), body_of("refund", "required", customer="cus_1")
    assert check_object(old, "2025-02-24.acacia") == []
    assert check_object(old, "2025-03-31.basil") == [f"charge.invoice: {UNKNOWN_KEY}"]
    assert check_object(new, "2026-06-24.dahlia") == [f"refund.customer: {UNKNOWN_KEY}"]
    assert check_object(new) == []
    assert check_event(event_of(old, {}, api_version="2025-02-24.acacia")) == []
    assert check_event(event_of(old, {})) == [f"event.data.object.invoice: {UNKNOWN_KEY}"]


@pytest.mark.parametrize("row", NEWER, ids=lambda row: f"{row.schema} {row.path} {row.kind}")
def test_a_row_adds_what_the_document_lacks(row: Row) -> None:
    """Rows the document has caught up with must go, and those that stay must take effect and lead to components that exist."""
    assert not newer.needless(row)
    assert newer.schema(row.schema, row.since or "2020-08-27") != newer.schema_as_is(row.schema)
    for name in re.findall(rf"{REF}([\w.]+)", json.dumps(newer.schema_of(row.kind))):
        assert newer.schema_as_is(name)


@pytest.mark.parametrize("words", ["charge amount integer", "charge status value:succeeded|new", "charge customer expand:customer"])
def test_a_row_the_document_knows_is_needless(words: str) -> None:
    schema, path, kind = words.split()
    assert newer.needless(Row(schema, path, kind, "planted"))
