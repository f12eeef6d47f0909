"""Stripe's search query language: a query is read into clauses, and a clause is held against records.

`status:"succeeded" AND metadata["order"]:"6735"`: clauses `field:value`, `field~"part"`, `field>number`, a minus before one
negates it, `null` stands for absence; joined by AND or by OR, never by both, and there are no brackets.

Source: docs "Search" as the reference has them, read 2026-11-23; the wording of refusals is assumed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sandbox.core.errors import Reason, Refusal

CLAUSES_MAX = 10
SUBSTRING_MIN = 3
Getter = Callable[[Any], Any]
NUMBER, TEXT, YES_NO = "number", "text", "yes or no"
BOTH_WORDS = ("true", "false")

UNREADABLE = (
    'We were unable to parse your search query. Try using the format `metadata["key"]:"value"` to query for metadata or key:"value"'
    " to query for other fields."
)
CLAUSE = re.compile(
    r"""\s*(?P<minus>-)?
    (?P<field>[a-z_][a-z0-9_.]*)(?:\[\s*(?P<key>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')\s*\])?
    \s*(?P<op>>=|<=|:|~|>|<)\s*
    (?P<value>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^\s"'()\[\]]+)""",
    re.VERBOSE,
)
JOIN = re.compile(r"\s+(AND|OR)(?=\s)|\s+(?=[-a-z])", re.IGNORECASE)
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    ":": lambda a, b: a == b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
}


class Field(NamedTuple):
    """What a clause may ask of a record."""

    kind: str
    of: Getter


class Clause(NamedTuple):
    negated: bool
    of: Getter
    op: str
    value: Any  # None: the field is absent

    def holds(self, record: Any) -> bool:
        return self._says(self.of(record)) is not self.negated

    def _says(self, found: Any) -> bool:
        if self.value is None:
            return found is None
        if found is None:
            return False
        if self.op == "~":
            return self.value in found.lower()
        return COMPARE[self.op](found.lower() if isinstance(found, str) else found, self.value)


class Query(NamedTuple):
    clauses: Sequence[Clause]
    any_of: bool  # joined by OR

    def holds(self, record: Any) -> bool:
        if self.any_of:
            return any(clause.holds(record) for clause in self.clauses)
        return all(clause.holds(record) for clause in self.clauses)


def parse(text: str, noun: str, fields: Mapping[str, Field]) -> Query:
    """The query as clauses over the fields of one kind of object; `noun` is its plural in messages.

    Raises:
        Refusal: PARAM_INVALID.
    """
    clauses: list[Clause] = []
    joined: set[str] = set()
    at = 0
    text = text.rstrip()
    while True:
        found = CLAUSE.match(text, at)
        if found is None:
            raise refused(UNREADABLE)
        clauses.append(clause(found, noun, fields))
        at = found.end()
        if at == len(text):
            break
        join = JOIN.match(text, at)
        if join is None:
            raise refused(UNREADABLE)
        joined.add((join[1] or "AND").upper())
        at = join.end()
    if len(joined) > 1:
        raise refused("Search queries can be joined by AND or by OR, but not by both in one query.")
    if len(clauses) > CLAUSES_MAX:
        raise refused(f"Search queries can have at most {CLAUSES_MAX} clauses.")
    return Query(clauses, joined == {"OR"})


def clause(found: re.Match[str], noun: str, fields: Mapping[str, Field]) -> Clause:
    """One clause, its value of the kind that its field has. Raises Refusal PARAM_INVALID."""
    name, op, given = found["field"], found["op"], found["value"]
    if found["key"] is not None and name == "metadata":
        key = bare(found["key"])
        field = Field(TEXT, lambda record: record.metadata.get(key))
    elif name in fields and found["key"] is None:
        field = fields[name]
    else:
        raise refused(
            f"Field `{name}` is an unsupported search field for resource `{noun}`. See"
            f" https://stripe.com/docs/search#query-fields-for-{noun} for a list of supported fields."
        )
    negated = found["minus"] is not None
    if given.lower() == "null":
        if op != ":":
            raise refused(f"`null` can only be searched with `:`, as in `{name}:null`.")
        return Clause(negated, field.of, op, None)
    return Clause(negated, field.of, op, value_of(name, field, op, bare(given)))


def value_of(name: str, field: Field, op: str, text: str) -> Any:
    """The value that the clause compares with. Raises Refusal PARAM_INVALID."""
    if field.kind == NUMBER:
        if op == "~" or not re.fullmatch(r"-?\d{1,18}", text):
            raise refused(f"Field `{name}` takes a whole number and one of `:`, `>`, `<`, `>=` and `<=`.")
        return int(text)
    if op not in (":", "~") or (op == "~" and field.kind == YES_NO):
        raise refused(f"Field `{name}` does not support `{op}`.")
    if field.kind == YES_NO:
        if text.lower() not in BOTH_WORDS:
            raise refused(f'Field `{name}` is "true" or "false".')
        return text.lower() == "true"
    if op == "~" and len(text) < SUBSTRING_MIN:
        raise refused(f"Substring searches need at least {SUBSTRING_MIN} characters.")
    return text.lower()


def bare(text: str) -> str:
    """A quoted text without its quotes, what a backslash stands before as it is; any other as it is."""
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text[0] in "\"'" else text


def refused(message: str) -> Refusal:
    return Refusal(Reason.PARAM_INVALID, param="query", code=None, message=message)


# How search is known, for the fidelity page.
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("search takes : ~ > < >= <= and a minus, AND or OR but not both, ten clauses, and compares without regard to case", "docs: Search"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a query that cannot be read, an unsupported field and an operator that a field does not take are 400s that blame query", "wording"),
    ("clauses with nothing but a space between them are joined by AND", "the exact rule"),
    ("a search sees everything at once, where Stripe's may lag by a minute", "the sandbox's own"),
    ("next_page is the encoded id of the last object shown", "opaque at Stripe"),
)
