"""YAML to a Scenario, with the meaning of YAML 1.2 and every mistake at its file, line and column.

The text becomes events one at a time (the parser keeps its own stack), and these become plain values here, so neither depth nor
size can exhaust anything: the file, the depth and the number of values have limits, and an alias counts as all it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import BaseModel, ValidationError

from sandbox.scenario.schema import VERBS, Scenario

BYTES_MAX = 1 << 20
DEPTH_MAX = 40
VALUES_MAX = 100_000
MISTAKES_MAX = 100  # that are looked at; whoever has made more knows what to do
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# YAML 1.2, core schema: "no", "1:30" and dates are texts, 010 is ten.
NULLS = frozenset(("", "~", "null", "Null", "NULL"))
BOOLEANS = {word: value for value, words in ((True, ("true", "True", "TRUE")), (False, ("false", "False", "FALSE"))) for word in words}
INTEGER = re.compile(r"[-+]?[0-9]{1,30}")
BASED = {"0o": (re.compile(r"0o[0-7]{1,30}"), 8), "0x": (re.compile(r"0x[0-9a-fA-F]{1,30}"), 16)}
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
TEXT_TAGS = ("!", "tag:yaml.org,2002:str")

Where = tuple[int, int]  # line and column, from 1
Path_ = tuple[str | int, ...]


class Mistake(NamedTuple):
    line: int
    column: int
    path: str
    message: str


class BadFile(Exception):
    """The file is no scenario; every mistake that was found, as `file:line:column: path: what was found`."""

    def __init__(self, source: str, mistakes: Sequence[Mistake]) -> None:
        self.source, self.mistakes = source, mistakes
        super().__init__("\n".join(f"{source}:{m.line}:{m.column}: {m.path + ': ' if m.path else ''}{m.message}" for m in mistakes))


class Unreadable(Exception):
    """The file cannot be read at all."""


class Read(NamedTuple):
    """A scenario and where in its file each of its values stands."""

    scenario: Scenario
    source: str
    places: dict[Path_, Where]

    def line(self, path: Path_) -> int:
        return self.places.get(path, (1, 1))[0]


class Stop(Exception):
    def __init__(self, mark: Any, message: str) -> None:
        super().__init__(message)
        self.line, self.column = mark.line + 1, mark.column + 1


def scalar(event: Any) -> Any:
    """What a scalar means in YAML 1.2's core schema."""
    text: str = event.value
    if event.tag is not None and event.tag not in TEXT_TAGS:
        raise Stop(event.start_mark, f"the tag {event.tag} is not taken: write the value as it is")
    if event.tag is not None or not event.implicit[0]:
        return text
    if text in NULLS:
        return None
    if text in BOOLEANS:
        return BOOLEANS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    if text[:2] in BASED and BASED[text[:2]][0].fullmatch(text):
        return int(text[2:], BASED[text[:2]][1])
    return float(text) if FLOAT.fullmatch(text) else text


class Open(NamedTuple):
    """A list or mapping that is being read."""

    made: Any
    path: Path_
    keys: list[str]  # a mapping's key that waits for its value
    start: int  # values before it


class Composer:
    """Values of a stream of YAML events, and where each of them stands."""

    def __init__(self) -> None:
        self.places: dict[Path_, Where] = {}
        self.anchors: dict[str, tuple[Any, int]] = {}  # value, how many values it is
        self.stack: list[Open] = []
        self.labels: list[str | None] = []
        self.count = 0
        self.documents = 0
        self.root: Any = None

    def take(self, event: Any) -> None:
        mark = event.start_mark
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise Stop(mark, "a file holds one scenario: a second document begins here")
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self.open(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            done = self.stack.pop()
            label = self.labels.pop()
            if label:
                self.anchors[label] = (done.made, self.count - done.start)
        elif isinstance(event, yaml.ScalarEvent):
            self.scalar(event)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise Stop(mark, f"nothing before this is named &{event.anchor}")
            value, size = self.anchors[event.anchor]
            self.counted(mark, size)
            self.put(value, mark)

    def open(self, event: Any) -> None:
        mapping = isinstance(event, yaml.MappingStartEvent)
        if len(self.stack) >= DEPTH_MAX:
            raise Stop(event.start_mark, f"nested deeper than {DEPTH_MAX} levels")
        if self.stack and isinstance(self.stack[-1].made, dict) and not self.stack[-1].keys:
            raise Stop(event.start_mark, "a key is a text here, not a list or a mapping")
        made: Any = {} if mapping else []
        start = self.count
        self.counted(event.start_mark, 1)
        path = self.put(made, event.start_mark)
        self.stack.append(Open(made, path, [], start))
        self.labels.append(event.anchor)

    def scalar(self, event: Any) -> None:
        top = self.stack[-1] if self.stack else None
        self.counted(event.start_mark, 1)
        if top is not None and isinstance(top.made, dict) and not top.keys:
            key: str = event.value
            if key in top.made:
                first = self.places.get((*top.path, key), (1, 1))
                raise Stop(event.start_mark, f"the key '{key}' stands here a second time; the first is in line {first[0]}")
            top.keys.append(key)
            self.places[(*top.path, key)] = (event.start_mark.line + 1, event.start_mark.column + 1)
            return
        value = scalar(event)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)
        self.put(value, event.start_mark)

    def counted(self, mark: Any, more: int) -> None:
        self.count += more
        if self.count > VALUES_MAX:
            raise Stop(mark, f"more than {VALUES_MAX} values, aliases counted as what they stand for")

    def put(self, value: Any, mark: Any) -> Path_:
        where = (mark.line + 1, mark.column + 1)
        if not self.stack:
            self.root = value
            self.places[()] = where
            return ()
        top = self.stack[-1]
        if isinstance(top.made, dict):
            key = top.keys.pop()
            top.made[key] = value
            return (*top.path, key)
        top.made.append(value)
        path = (*top.path, len(top.made) - 1)
        self.places[path] = where
        return path


def compose(text: str, source: str) -> Composer:
    """The file's values. Raises BadFile."""
    made = Composer()
    try:
        for event in yaml.parse(text, Loader=LOADER):
            made.take(event)
    except Stop as stop:
        raise BadFile(source, [Mistake(stop.line, stop.column, "", str(stop))]) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        raise BadFile(source, [Mistake(line, column, "", f"this is no YAML: {error.problem or error.context}")]) from None
    except yaml.YAMLError as error:
        place = getattr(error, "position", None)
        before = text[:place] if isinstance(place, int) else ""
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise BadFile(source, [Mistake(line, column, "", f"a character that YAML does not take: {error.__class__.__name__}")]) from None
    return made


def read(text: str, source: str) -> Read:
    """The scenario of a text. Raises BadFile."""
    made = compose(text, source)
    if not isinstance(made.root, dict):
        raise BadFile(source, [Mistake(1, 1, "", "a scenario is a mapping with name, about, providers and steps")])
    try:
        scenario = Scenario.model_validate(made.root)
    except ValidationError as error:
        raise BadFile(source, mistakes(error, made)) from None
    return Read(scenario, source, made.places)


def read_file(path: Path) -> Read:
    """The scenario of a file. Raises Unreadable, BadFile."""
    try:
        with path.open("rb") as file:
            content = file.read(BYTES_MAX + 1)
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror or error}") from None
    if len(content) > BYTES_MAX:
        raise BadFile(str(path), [Mistake(1, 1, "", f"the file is larger than {BYTES_MAX} bytes")])
    try:
        return read(content.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise BadFile(str(path), [Mistake(line, column, "", "this is not UTF-8")]) from None


# What pydantic found, in the file's own terms


def mistakes(error: ValidationError, made: Composer) -> list[Mistake]:
    """One a place, in the order of the file; the first of very many."""
    found: dict[Path_, Mistake] = {}
    for each in error.errors(include_url=False, include_context=False)[:MISTAKES_MAX]:
        path = real(each["loc"], made)
        line, column = made.places.get(path, made.places[()])
        shown = dotted(path)
        if each["type"] == "extra_forbidden":
            message = f"there is no '{path[-1]}' here{hint(str(path[-1]), each['loc'], made)}"
        elif each["type"] == "missing":
            message = f"'{each['loc'][-1]}' is missing"
        else:
            message = f"{each['msg'].removeprefix('Value error, ')}{was(each['input'])}{near(each)}"
        found.setdefault(path, Mistake(line, column, shown, message))
    deepest = [m for p, m in found.items() if not any(len(q) > len(p) and q[: len(p)] == p for q in found)]
    return sorted(deepest)


def real(loc: Sequence[str | int], made: Composer) -> Path_:
    """The part of pydantic's path that is one of the file: members of a union are none, a missing key neither."""
    path: Path_ = ()
    value = made.root
    for part in loc:
        inside = part in value if isinstance(value, dict) else isinstance(value, list) and isinstance(part, int) and part < len(value)
        if inside:
            path, value = (*path, part), value[part]
    return path


def dotted(path: Path_) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def was(value: Any) -> str:
    return "" if isinstance(value, dict | list) else f", but was {value!r:.60}"


def near(each: Any) -> str:
    words = re.findall(r"'([^']+)'", each["msg"]) if each["type"] == "literal_error" else []
    close = get_close_matches(str(each["input"]), words, 1)
    return f". Did you mean '{close[0]}'?" if close else ""


def hint(word: str, loc: Sequence[str | int], made: Composer) -> str:
    """The nearest word that may stand there, or all of them."""
    allowed = words_at(loc[:-1])
    close = get_close_matches(word, allowed, 1)
    return f". Did you mean '{close[0]}'?" if close else f": use {', '.join(allowed)}" if allowed else ""


def words_at(loc: Sequence[str | int]) -> list[str]:
    """The keys that the model at pydantic's path takes."""
    from sandbox.scenario import parts, schema

    models: dict[str, type[BaseModel]] = {"steps": schema.Step, "choose": schema.Choice, "did": schema.Did, "refused": parts.Refused}
    model: type[BaseModel] = Scenario
    for part in loc:
        if part in VERBS and part != "choose":
            model = getattr(schema, "".join(word.capitalize() for word in str(part).split("_")))
        elif part in models:
            model = models[str(part)]
    return [field.alias or name for name, field in model.model_fields.items()]
