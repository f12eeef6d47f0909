"""Prints each provider's fidelity page into its folder: `python -m sandbox.providers.fidelity`, or `--check`.

A page is printed from tables in the code, so it cannot say what the code does not do; a test demands that it is current.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from sandbox.providers import PROVIDERS
from sandbox.providers.base import Provider
from sandbox.providers.rules import HOW

COMMAND = "python -m sandbox.providers.fidelity"
MEANS: Mapping[str, str] = {
    "validated": "recorded from the real provider, or checked by its own libraries",
    "documented": "the provider's documentation says so",
    "assumed": "a best estimate; the source column says what is uncertain",
    "ignored": "a parameter that is taken and not acted on; the source column says what it is for",
    "absent": "the real provider has it, the sandbox does not; the source column says why",
}


def page_of(provider: Provider) -> Path:
    return Path(__file__).parent / provider.name / "FIDELITY.md"


def page(provider: Provider) -> str:
    """The page's Markdown."""
    rules = provider.fidelity()
    count = Counter(rule.how for rule in rules)
    title = provider.name.replace("_", " ").capitalize()
    lines = [
        f"# {title}: how sure each rule is",
        "",
        f"Printed by `{COMMAND}` from the tables in this folder. {len(rules)} rules:",
        "",
        *table(("word", "rules", "means"), ((how, str(count[how]), MEANS[how]) for how in HOW if count[how])),
    ]
    for topic, rows in groupby(rules, key=lambda rule: rule.topic):
        lines += ["", f"## {topic}", "", *table(("rule", "how", "source"), ((row.rule, row.how, row.source) for row in rows))]
    return "\n".join(lines) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    body = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |", *body]


def outdated(files: Mapping[Path, str]) -> list[Path]:
    """Files that do not say what they would say if they were printed now."""
    return [path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]


def print_or_check(files: Mapping[Path, str], command: str, arguments: Sequence[str]) -> int:
    """The files are written, or with `--check` only compared; answers the exit code."""
    if list(arguments) not in ([], ["--check"]):
        print(f"usage: {command} [--check]", file=sys.stderr)
        return 2
    stale = outdated(files)
    if arguments:
        for path in stale:
            print(f"{path} is not current: run {command}", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path], encoding="utf-8")
        print(path)
    return 0


def main(arguments: Sequence[str]) -> int:
    return print_or_check({page_of(provider): page(provider) for provider in PROVIDERS}, COMMAND, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
