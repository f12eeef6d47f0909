"""Every file of the house is read: who imports whom, what is banned where, how long things are, what must be documented."""

from __future__ import annotations

import ast
import importlib
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path

import pytest

from sandbox.core.errors import Reason
from sandbox.providers import PROVIDERS
from sandbox.server.control.openapi import printed
from sandbox.settings import SETTINGS

ROOT = Path(__file__).parents[1]
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
TABLE_LINES_MIN = 8  # a shorter table counts as code
NAMES = frozenset(provider.name for provider in PROVIDERS)

# Rooms by the beginning of their files' names, the most particular first, and what they may import besides the standard
# library and themselves. `{own}` is the provider's folder. What assembles may import anything.
ANYTHING = ("",)
SHARED = tuple(
    f"sandbox.providers.{file}" for file in ("base", "rules", "routing", "pages", "form", "multipart", "steering", "usual", "google")
)
ROOMS: Mapping[str, tuple[str, ...]] = {
    "sandbox/core/": (),
    "sandbox/providers/fidelity.py": ("sandbox.providers",),
    "sandbox/providers/values.py": ("sandbox.providers",),
    "sandbox/providers/diagram.py": ("sandbox.core", "sandbox.providers"),
    "sandbox/providers/__init__.py": ("sandbox.providers",),
    "sandbox/providers/base.py": ("sandbox.core",),
    "sandbox/providers/steering.py": ("pydantic",),
    "sandbox/providers/google.py": (
        "sandbox.core", "sandbox.providers.base", "sandbox.providers.routing", "sandbox.providers.usual", "orjson",
    ),
    **{
        f"sandbox/providers/{name}/": ("sandbox.core", *SHARED, "pydantic", "pydantic_core", "typing_extensions", "orjson", "cryptography")
        for name in NAMES
    },
    "sandbox/providers/": ("sandbox.core", "sandbox.providers.base", "sandbox.providers.routing", "orjson", "python_multipart"),
    "sandbox/journal/": ("sandbox.core", "orjson", "psycopg"),
    "sandbox/delivery/": ("sandbox.core", "httpx", "certifi"),  # certifi comes with httpx
    "sandbox/server/": ("sandbox.core", "sandbox.providers", "sandbox.journal", "sandbox.delivery", "sandbox.settings", "starlette",
                        "sandbox.scenario", "httpx",  # to play stories with itself, from outside
                        "uvicorn", "httptools", "orjson", "pydantic", "typing_extensions"),  # which comes with pydantic
    "sandbox/scenario/": ("sandbox.core", "httpx", "yaml", "pydantic", "faker", "orjson", "rich"),
    "sandbox/dashboard/": (),
    "sandbox/settings.py": ("sandbox.core",),
    "sandbox/": ANYTHING,
}  # fmt: skip
# Modules whose very import says that somebody asks the wall or the dice.
BANNED_MODULES = frozenset(("time", "random", "secrets", "uuid"))
BANNED_CALLS = frozenset(("now", "utcnow", "today", "urandom"))
BANNED_OWNERS = frozenset(("datetime", "date", "dt", "os"))
MUTATING = frozenset(("append", "extend", "add", "update", "pop", "clear", "setdefault", "remove", "insert", "discard", "popitem"))


class Source:
    """A file; what it parses to is made for the first test that looks, and kept for the others."""

    def __init__(self, path: Path) -> None:
        self.name = path.relative_to(ROOT).as_posix()
        self.text = path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree."""
        return list(ast.walk(self.tree))


def sources(folder: str = "sandbox") -> list[Source]:
    found = []
    for where, folders, files in os.walk(ROOT / folder):
        folders[:] = [name for name in folders if name not in ("node_modules", "__pycache__")]
        found += [Source(Path(where, name)) for name in files if name.endswith(".py")]
    return sorted(found, key=lambda source: source.name)


# Read at the first test that asks: the other workers of a run collect this file, too, and need none of it.
@cache
def sandbox() -> list[Source]:
    return sources()


def kept_small() -> list[Source]:
    return sandbox() + sources("tests")


def imported(source: Source) -> Iterator[tuple[int, str]]:
    """(line, full module name) of every import, also those inside functions; `from a import b` names a.b if that is a module."""
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source.name}:{node.lineno} imports relatively"
            module = node.module or ""
            for alias in node.names:
                inner = ROOT / f"{module}.{alias.name}".replace(".", "/")
                yield node.lineno, f"{module}.{alias.name}" if inner.is_dir() or inner.with_suffix(".py").exists() else module


def room_of(name: str) -> tuple[str, tuple[str, ...]]:
    room = next(room for room in ROOMS if name.startswith(room))
    return room, ROOMS[room]


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


# Who may import whom


def test_nobody_imports_uphill() -> None:
    wrong = []
    for source in sandbox():
        room, allowed = room_of(source.name)
        own = room.removesuffix(".py").rstrip("/").replace("/", ".")
        for line, module in imported(source):
            if allowed is ANYTHING or module.partition(".")[0] in sys.stdlib_module_names or within(module, own):
                continue
            if module == "sandbox":  # its version
                continue
            if not any(within(module, package) for package in allowed):
                wrong.append(f"{source.name}:{line} imports {module}")
    assert not wrong, "\n".join(wrong)


def test_no_provider_imports_another() -> None:
    """Whatever the table of rooms says."""
    for source in sandbox():
        for name in NAMES:
            if source.name.startswith(f"sandbox/providers/{name}/"):
                others = tuple(f"sandbox.providers.{other}" for other in NAMES - {name})
                assert [module for _, module in imported(source) if any(within(module, other) for other in others)] == [], source.name


def test_the_table_of_rooms_has_every_provider() -> None:
    folders = {path.parent.name for path in (ROOT / "sandbox/providers").glob("*/__init__.py")}
    assert folders == NAMES


# No wall clock, no dice


@pytest.mark.parametrize("room", ["sandbox/core/", "sandbox/providers/"])
def test_core_and_providers_ask_neither_the_wall_nor_the_dice(room: str) -> None:
    wrong = []
    for source in sandbox():
        if not source.name.startswith(room):
            continue
        banned = [(line, module) for line, module in imported(source) if module.partition(".")[0] in BANNED_MODULES]
        wrong += [f"{source.name}:{line} imports {module}" for line, module in banned]
        for node in source.nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in BANNED_CALLS:
                owner = node.func.value
                word = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
                if word in BANNED_OWNERS:
                    wrong.append(f"{source.name}:{node.lineno} calls {word}.{node.func.attr}")
    assert not wrong, "\n".join(wrong)


def test_nothing_in_core_and_providers_awaits() -> None:
    """A unit of work is atomic because nobody else gets a turn."""
    wrong = [
        f"{source.name}:{node.lineno}"
        for source in sandbox()
        if source.name.startswith(("sandbox/core/", "sandbox/providers/"))
        for node in source.nodes
        if isinstance(node, (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith))
    ]
    assert not wrong, "\n".join(wrong)


# Nobody but a provider knows its name


def documentation(tree: ast.Module) -> set[int]:
    """The ids of the docstrings' nodes."""
    owners = [node for node in ast.walk(tree) if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))]
    return {id(node.body[0].value) for node in owners if node.body and isinstance(node.body[0], ast.Expr)}


def test_nobody_asks_which_provider_it_is() -> None:
    """No comparison with a provider's name, and no case of a match, outside the providers' folders."""
    wrong = []
    for source in sandbox():
        if source.name.startswith("sandbox/providers/"):
            continue
        for node in source.nodes:
            compared = [*node.comparators, node.left] if isinstance(node, ast.Compare) else []
            for part in [node.value] if isinstance(node, ast.MatchValue) else compared:
                if any(isinstance(leaf, ast.Constant) and leaf.value in NAMES for leaf in ast.walk(part)):
                    wrong.append(f"{source.name}:{part.lineno}")
    assert not wrong, "\n".join(wrong)


def test_the_core_knows_no_word_of_a_providers() -> None:
    """Neither as a name nor in a text; docstrings may give an example."""
    said = re.compile("|".join(sorted(NAMES)), re.IGNORECASE)
    wrong = []
    for source in sandbox():
        if not source.name.startswith("sandbox/core/"):
            continue
        examples = documentation(source.tree)
        for node in source.nodes:
            words = [getattr(node, field, None) for field in ("id", "attr", "name", "arg", "value") if id(node) not in examples]
            wrong += [f"{source.name}:{node.lineno} {word}" for word in words if isinstance(word, str) and said.search(word)]  # type: ignore[attr-defined]
    assert not wrong, "\n".join(wrong)


# How long things are


def lines_of(node: ast.stmt | ast.expr) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """A function's lines without those of its longest table: a view is one, an entry a key."""
    tables = [lines_of(inner) for inner in ast.walk(node) if isinstance(inner, (ast.Dict, ast.Tuple, ast.List))]
    longest = max(tables, default=0)
    return lines_of(node) - (longest if longest >= TABLE_LINES_MIN else 0)


def table_lines(tree: ast.Module) -> int:
    """Lines of module-level tables: assignments of many lines, where a row is a line."""
    lengths = [lines_of(node) for node in tree.body if isinstance(node, (ast.Assign, ast.AnnAssign))]
    return sum(length for length in lengths if length >= TABLE_LINES_MIN)


def test_no_file_is_too_long() -> None:
    """Tables aside, and tests, which are lists of truths."""
    sizes = {source.name: len(source.text.splitlines()) - table_lines(source.tree) for source in sandbox()}
    assert {name: size for name, size in sizes.items() if size > FILE_LINES_MAX} == {}


def test_no_function_is_too_long() -> None:
    wrong = []
    for source in kept_small():
        for node in source.nodes:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                length = code_lines(node)
                if length > FUNCTION_LINES_MAX:
                    wrong.append(f"{source.name}:{node.lineno} {node.name} has {length} lines")
    assert not wrong, "\n".join(wrong)


# No state but a merchant's


def test_the_core_has_no_state_of_its_own() -> None:
    """No `global`, no variable at module level, and no table that anything writes to."""
    wrong = []
    for source in sandbox():
        if not source.name.startswith("sandbox/core/"):
            continue
        tables = set()
        for node in source.tree.body:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
            for target in targets:
                if isinstance(target, ast.Name):
                    tables.add(target.id)
                    mutable = isinstance(node.value, (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp))  # type: ignore[union-attr]
                    if mutable and not target.id.lstrip("_").isupper():
                        wrong.append(f"{source.name}:{node.lineno} {target.id} is a variable")
        for node in source.nodes:
            if isinstance(node, ast.Global):
                wrong.append(f"{source.name}:{node.lineno} global")
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, (ast.Store, ast.Del)) and is_one_of(node.value, tables):
                wrong.append(f"{source.name}:{node.lineno} writes to a table")
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in MUTATING and is_one_of(called.value, tables):
                wrong.append(f"{source.name}:{node.lineno} alters a table")
    assert not wrong, "\n".join(wrong)


def is_one_of(node: ast.expr, names: set[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


# What must be there


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_every_reason_has_its_words(provider: object) -> None:
    """Whatever the core or the server refuses, the provider can say."""
    name = provider.name  # type: ignore[attr-defined]
    refusals = importlib.import_module(f"sandbox.providers.{name}.errors").REFUSALS
    assert set(Reason) - set(refusals) == set()


def test_every_setting_is_documented() -> None:
    """In the control API's own document, with what it may be; providers' own settings say what they are about."""
    text = json.dumps(printed())
    for setting in SETTINGS:
        assert f'"{setting.name}"' in text, setting.name
        assert json.dumps(f"{setting.about}: {setting.values}")[1:-1] in text, setting.name
    assert [own.name for provider in PROVIDERS for own in provider.settings if not own.about] == []


def test_every_module_says_what_it_is() -> None:
    silent = [source.name for source in sandbox() if source.text.strip() and ast.get_docstring(source.tree) is None]
    assert silent == []


def test_nothing_is_left_to_do() -> None:
    """A reminder in the code is an issue that nobody reads."""
    reminder = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
    assert [source.name for source in kept_small() if reminder.search(source.text)] == []
