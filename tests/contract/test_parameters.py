"""Nothing that a request may say is lost in silence: what Stripe documents is acted on, ignored by a row, or refused by name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.core.errors import Reason, Refusal
from sandbox.providers import stripe
from sandbox.providers.base import Op
from sandbox.providers.stripe.ignored import PARAMETERS, Ignored, names_of
from sandbox.providers.stripe.provider import Stripe
from sandbox.providers.stripe.shapes import shapes_of
from sandbox.providers.stripe.wire import checked, documented
from tests.contract.parameters import BY_NAME, Field, documented_operations, known_to_stripe, read, refused_by_name

# What came after the document, beside the rows of `newer`; source: parameter types of stripe-python 16.1.0.
NEWER = frozenset(("payment_method_options[card][moto]",))
# What Stripe has as a parameter of the path or of all operations alike.
EVERYWHERE = frozenset(("expand",))


def nested(full: str, value: Any) -> dict[str, Any]:
    """`a[b][c]` as the form decoder gives it."""
    first, *rest = full.replace("]", "").split("[")
    return {first: nested("[".join(rest), value) if rest else value}


def fitting(shape: Any) -> Any:
    """A value that a shape takes, with every key that it has."""
    if isinstance(shape, list):
        return [fitting(shape[0])]
    if isinstance(shape, dict):
        return fitting(shape["?"]) if "?" in shape else {key.removesuffix("!"): fitting(value) for key, value in shape.items()}
    words = {"text": "x", "integer": "1", "moment": "1", "number": "1.5", "boolean": "true", "map": {"a": "b"}}
    return shape[1:].partition("|")[0] if shape.startswith("=") else words[shape.partition(":")[0]]


@pytest.mark.parametrize("row", PARAMETERS, ids=lambda row: row.param)
def test_a_row_of_ignored_parameters_is_needed_and_taken(row: Ignored) -> None:
    """Stripe documents it, no model reads it, and a request that says it is read as if it had not, but for the note of it."""
    for operation in row.operations:
        op = BY_NAME[operation]
        fields, shapes = read(op), shapes_of(operation)
        newest = known_to_stripe(op, fields) | documented(op) | NEWER
        every = "{type}" in row.param  # some of the types may be emulated, or not be there
        for name in names_of(row):
            assert every or name in newest, f"Stripe has no {name} in {operation}"
            assert every or name in shapes, f"scripts/documented has not written yet what {name} of {operation} may be: run it"
            assert every or name not in fields, f"the model of {operation} reads {name}: its row must go"
            if name not in fields and name in shapes:
                assert taken(op, name, fitting(shapes[name])), f"{operation} refuses {name}"


def taken(op: Op, name: str, value: Any) -> bool:
    """Whether a request that says nothing else is read and has a note of it, or at most misses what it did not say."""
    try:
        return checked(op, nested(name, value)).ignored == (name,)
    except Refusal as refusal:
        return refusal.reason is Reason.PARAM_MISSING and not str(refusal.facts["param"]).startswith(name)


@pytest.mark.parametrize("operation", sorted(BY_NAME))
def test_whatever_stripe_documents_is_acted_on_ignored_or_refused_by_name(operation: str) -> None:
    """And never called unknown, also inside hashes."""
    op = BY_NAME[operation]
    fields = read(op)
    for name in sorted(known_to_stripe(op, fields) - EVERYWHERE):
        assert name in fields or name in shapes_of(operation) or name in documented(op), (
            f"{operation} would call {name} unknown: act on it, or give it a NotYet in its model or a row in ignored.py"
        )


@pytest.fixture(scope="module")
def spoken() -> frozenset[str]:
    """Every name that some line of the provider reads: an attribute, or a text outside of annotations."""
    folder = Path(str(stripe.__file__)).parent
    return frozenset(name for file in folder.rglob("*.py") if file.name != "ignored.py" for name in names_in(ast.parse(file.read_text())))


def names_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.AnnAssign):  # `reason: Literal["duplicate"] = "x"` reads the default at most
            yield from names_in(node.value) if node.value is not None else ()
            continue
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield node.attr
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        yield from names_in(node)


@pytest.mark.parametrize("operation", sorted(BY_NAME))
def test_what_a_model_reads_some_line_acts_on(operation: str, spoken: frozenset[str]) -> None:
    """A field that nobody looks at is a parameter that is ignored in silence: it belongs into a row of ignored.py."""
    unread = {full for full, field in read(BY_NAME[operation]).items() if not acted_on(field, spoken)}
    assert unread == set()


# Hashes that are kept and shown whole, key by key, as `find.plain` and `given` copy them.
WHOLE = frozenset(("Capabilities", "Profile", "Shipping", "CustomerShipping", "Address", "BillingDetails", "Owner"))


def acted_on(field: Field, spoken: frozenset[str]) -> bool:
    model, name = field
    return refused_by_name(field) or model.__name__ in WHOLE or name in spoken


def test_a_field_that_nobody_reads_is_found(spoken: frozenset[str]) -> None:
    """The check above can fail: this is how it does."""
    assert names_of_unread("class A:\n    seashells: int = 0\n    other: int = 0\nx = a.other") == {"seashells"}
    assert "amount" in spoken
    assert "seashells" not in spoken


def names_of_unread(source: str) -> set[str]:
    tree = ast.parse(source)
    fields = {node.target.id for node in ast.walk(tree) if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)}
    return fields - set(names_in(tree))


@pytest.mark.parametrize(("method", "path"), documented_operations(), ids=" ".join)
def test_each_path_of_the_document_is_emulated_or_refused_by_name(method: str, path: str) -> None:
    """None is taken for a path that Stripe does not have, and the refusal says what there is instead."""
    emulated = {(op.method, op.path.count("{")) for op in BY_NAME.values() if same(op.path, path)}
    if (method, path.count("{")) in emulated:
        assert Stripe().match(method, path)[0].method == method
        return
    with pytest.raises(Refusal) as raised:
        Stripe().match(method, path)
    assert (raised.value.reason, raised.value.facts["what"]) == (Reason.NOT_EMULATED, f"{method} {path}")
    assert " it has " in str(raised.value.facts["hint"]).lower()


def same(one: str, other: str) -> bool:
    """Whether two templates are one, whatever their variables are called."""
    return re.sub("{[^}]*}", "{}", one) == re.sub("{[^}]*}", "{}", other)


def test_a_path_that_stripe_does_not_have_is_another_thing() -> None:
    for method, path in (("GET", "/v1/seashells"), ("DELETE", "/v1/charges/{charge}"), ("GET", "/v1/charges/")):
        with pytest.raises(Refusal) as raised:
            Stripe().match(method, path)
        assert raised.value.reason is Reason.UNKNOWN_URL
