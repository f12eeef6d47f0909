"""The fidelity pages are printed from the code, and nothing that the code assumes is missing from them."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from sandbox.providers import PROVIDERS, fidelity
from sandbox.providers.base import Provider, Rule
from sandbox.providers.rules import HOW, gathered


def modules_of(provider: Provider) -> Iterator[ModuleType]:
    """Every module of the provider's folder."""
    package = importlib.import_module(f"sandbox.providers.{provider.name}")
    yield package
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        yield importlib.import_module(found.name)


each_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)


@each_provider
def test_the_page_is_current(provider: Provider) -> None:
    """Run `python -m sandbox.providers.fidelity` if it is not."""
    assert fidelity.page_of(provider).read_text(encoding="utf-8") == fidelity.page(provider)


@each_provider
def test_every_table_of_rules_is_on_the_page(provider: Provider) -> None:
    shown = {(rule.how, rule.rule, rule.source) for rule in provider.fidelity()}
    for module in modules_of(provider):
        for how in HOW:
            for rule, source in getattr(module, how.upper(), ()):
                assert (how, rule, source) in shown, f"{module.__name__}.{how.upper()} is not gathered"


@each_provider
def test_whoever_assumes_says_so_in_a_table(provider: Provider) -> None:
    """A comment alone would never reach the page."""
    silent = [
        module.__name__
        for module in modules_of(provider)
        if module.__file__ and re.search(r"# Assumed\b", Path(module.__file__).read_text()) and not hasattr(module, "ASSUMED")
    ]
    assert silent == []


@each_provider
def test_no_rule_is_said_twice_or_without_a_source(provider: Provider) -> None:
    rules = provider.fidelity()
    assert len({rule.rule for rule in rules}) == len(rules)
    assert all(rule.rule and rule.source and rule.how in HOW for rule in rules)
    assert rules


def test_topics_come_in_order_with_the_surest_rules_first() -> None:
    one, two = ModuleType("one"), ModuleType("two")
    one.ASSUMED, one.VALIDATED = (("a", "x"),), (("b", "y"),)  # type: ignore[attr-defined]
    two.DOCUMENTED = (("c", "z"),)  # type: ignore[attr-defined]
    assert list(gathered([("T", one), ("U", one), ("T", two)])) == [
        Rule("T", "b", "validated", "y"), Rule("T", "c", "documented", "z"), Rule("T", "a", "assumed", "x"),
        Rule("U", "b", "validated", "y"), Rule("U", "a", "assumed", "x"),
    ]  # fmt: skip


def test_a_bar_does_not_break_the_table() -> None:
    assert fidelity.table(("a",), [("x | y",)]) == ["| a |", "| --- |", "| x \\| y |"]


def test_check_tells_what_is_not_current(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And changes nothing; without it the files are written."""
    page, missing = tmp_path / "a.md", tmp_path / "more" / "b.md"
    page.write_text("old", encoding="utf-8")
    files = {page: "new", missing: "new"}
    assert fidelity.print_or_check(files, "cmd", ["--check"]) == 1
    assert capsys.readouterr().err.count("is not current: run cmd") == 2
    assert page.read_text(encoding="utf-8") == "old"
    assert fidelity.print_or_check(files, "cmd", []) == 0
    assert fidelity.print_or_check(files, "cmd", ["--check"]) == 0
    assert missing.read_text(encoding="utf-8") == "new"
    assert fidelity.print_or_check(files, "cmd", ["--what"]) == 2


def test_the_commands_check_what_is_in_the_tree() -> None:
    assert fidelity.main(["--check"]) == 0
