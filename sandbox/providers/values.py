"""Prints the page of test values, docs/test-values.md: `python -m sandbox.providers.values`, or `--check`.

It is printed from the tables that decide what comes of a value, so it names all that are taken and none that is not; a test
demands that it is current.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from sandbox.providers import PROVIDERS
from sandbox.providers.base import VALUES_PAGE
from sandbox.providers.fidelity import print_or_check, table

COMMAND = "python -m sandbox.providers.values"
PAGE = Path(__file__).parents[2] / VALUES_PAGE
INTRODUCTION = """# Test values

What a test may type, and what comes of it: cards, bank accounts, names and magic words. No other card and no other account to
debit is taken, because a real one has no business here. Printed by `{command}` from the tables that the server obeys.
"""


def page() -> str:
    """The page's Markdown."""
    lines = [INTRODUCTION.format(command=COMMAND)]
    for provider in PROVIDERS:
        tables = provider.test_values()
        if not tables:
            continue
        lines += [f"## {provider.name.replace('_', ' ').capitalize()}", ""]
        for values in tables:
            lines += [f"### {values.title}", ""]
            if values.about:
                lines += [values.about, ""]
            lines += [*table(values.head, values.rows), ""]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    return print_or_check({PAGE: page()}, COMMAND, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
