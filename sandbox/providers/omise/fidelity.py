"""How sure each rule is: the lines of Omise's fidelity page, gathered from the tables that hold the rules."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.providers.base import Rule
from sandbox.providers.omise import cards, disputing, errors, events, machines, money, params, paying, sources, versions, wire
from sandbox.providers.omise.routes import account, charges, customers, search, transfers
from sandbox.providers.omise.views import money as money_view

TOPICS = (
    ("lifecycles", machines.ASSUMED), ("charges", paying.ASSUMED), ("charges", charges.ASSUMED), ("disputes", disputing.ASSUMED),
    ("money", money.ASSUMED), ("cards", cards.ASSUMED), ("sources", sources.ASSUMED), ("customers", customers.ASSUMED),
    ("transfers", transfers.ASSUMED), ("transfers", money_view.ASSUMED),
    ("account", account.ASSUMED), ("search", search.ASSUMED), ("webhooks", events.ASSUMED),
    ("errors", errors.ASSUMED), ("versions", versions.ASSUMED), ("requests", params.ASSUMED), ("lists", wire.ASSUMED),
)  # fmt: skip
OWN: tuple[tuple[str, str], ...] = (
    ("headers X-Runtime, Server and Strict-Transport-Security are not sent", "the sandbox's own"),
    ("authorize_uri names the merchant, because a browser brings no key", "the sandbox's own"),
    ("empty lists and hashes are printed on one line", "recordings break the line; no reader depends on it"),
)


def rules() -> tuple[Rule, ...]:
    return tuple(_rules())


def _rules() -> Iterator[Rule]:
    for rule, source in money.VALIDATED:
        yield Rule("money", rule, "validated", source)
    for rule, source in money.DOCUMENTED:
        yield Rule("money", rule, "documented", source)
    for topic, rows in TOPICS:
        for rule, why in rows:
            yield Rule(topic, rule, "assumed", why)
    for rule, why in OWN:
        yield Rule("requests", rule, "assumed", why)
