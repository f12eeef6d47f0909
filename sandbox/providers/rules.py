"""Collects a provider's fidelity page from the modules that hold its rules.

A module says how its rules are known in tables of (rule, source), beside the rules themselves: `VALIDATED` (recorded from the
real thing), `DOCUMENTED` (the provider says so), `ASSUMED` (a best estimate, and what is uncertain). What the provider has and
the sandbox does not stands in two more: `IGNORED` (a parameter that is taken in vain, and what it is for), `ABSENT`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import ModuleType

from sandbox.providers.base import Rule

HOW = ("validated", "documented", "assumed", "ignored", "absent")


def gathered(topics: Iterable[tuple[str, ModuleType]]) -> Iterator[Rule]:
    """Every row of every table, topic by topic, the surest first."""
    pairs = list(topics)
    for topic in dict.fromkeys(topic for topic, _ in pairs):
        modules = [module for of, module in pairs if of == topic]
        for how in HOW:
            for module in modules:
                for rule, source in getattr(module, how.upper(), ()):
                    yield Rule(topic, rule, how, source)
