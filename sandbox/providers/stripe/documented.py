"""Which operations and top-level parameters Stripe documents, so that the sandbox can tell "not here" from "not at Stripe".

Asked only when a request names a path or parameter the sandbox does not know, so the table beside this file
(`documented.json`, written by `scripts/documented`) is read on the first question and not at import.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import orjson

TABLE: Final = Path(__file__).with_name("documented.json")
# Parameters of a new payment method that are no types, or emulated ones: all the others are hashes named after a type.
NO_TYPES: Final = frozenset((
    "allow_redisplay", "billing_details", "card", "customer", "expand", "metadata", "payment_method", "promptpay", "radar_options",
    "sepa_debit", "type", "us_bank_account",
))  # fmt: skip
BY_TYPE: Final = "payment_method_data"  # a hash with a key for each type


class _Node:
    """One segment of the templates of a method: literal segments by text, variables of any name as one branch."""

    __slots__ = ("literals", "template", "variable")

    def __init__(self) -> None:
        self.literals: dict[str, _Node] = {}
        self.variable: _Node | None = None
        self.template: str | None = None

    def add(self, template: str) -> None:
        """The template is found by `find` from now on."""
        node = self
        for segment in _segments(template):
            if segment.startswith("{"):
                node.variable = node.variable or _Node()
                node = node.variable
            else:
                node = node.literals.setdefault(segment, _Node())
        node.template = template

    def find(self, segments: list[str], at: int = 0) -> str | None:
        """The template of these segments; a literal wins over a variable wherever both lead to a template."""
        if at == len(segments):
            return self.template
        literal = self.literals.get(segments[at])
        found = literal.find(segments, at + 1) if literal else None
        if found is None and self.variable and segments[at]:
            found = self.variable.find(segments, at + 1)
        return found


def known_operation(method: str, path: str) -> str | None:
    """The template of Stripe's operation at this path, e.g. ``/v1/charges/{charge}``; None if Stripe has none.

    Double slashes count as one, as they do at Stripe; a trailing slash does not (there it is an unrecognized URL).
    """
    root = _roots().get(method.upper())
    return root.find(_segments(path)) if root else None


def documented_params(method: str, template: str) -> frozenset[str]:
    """The top-level parameter names, query or form, that Stripe documents for the operation.

    Args:
        template: as `known_operation` gives it.

    Raises:
        KeyError: Stripe has no such operation.
    """
    return frozenset(_operations()[f"{method.upper()} {template}"].split())


def other_types() -> frozenset[str]:
    """Stripe's payment method types that are not emulated."""
    return documented_params("POST", "/v1/payment_methods") - NO_TYPES


def documented_names(method: str, template: str) -> frozenset[str]:
    """The same parameters, and the keys that one of them has for each payment method type, in bracket form."""
    names = documented_params(method, template)
    return names | {f"{BY_TYPE}[{kind}]" for kind in other_types()} if BY_TYPE in names else names


def _segments(path: str) -> list[str]:
    """The parts of a path; the empty ones of double slashes are dropped, that of a trailing slash stays."""
    *parts, last = path.split("/")
    return [part for part in parts if part] + [last]


@cache
def _operations() -> dict[str, str]:
    operations: dict[str, str] = orjson.loads(TABLE.read_bytes())
    return operations


@cache
def _roots() -> dict[str, _Node]:
    roots: dict[str, _Node] = {}
    for operation in _operations():
        method, _, template = operation.partition(" ")
        roots.setdefault(method, _Node()).add(template)
    return roots
