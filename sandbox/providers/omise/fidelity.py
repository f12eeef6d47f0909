"""How sure each rule is: the lines of Omise's fidelity page, gathered from the modules that hold the rules."""

from __future__ import annotations

from sandbox.providers.base import Rule
from sandbox.providers.omise import cards, disputing, errors, events, machines, money, params, paying, sources, troubles, versions, wire
from sandbox.providers.omise.routes import account, charges, customers, search, tokens, transfers
from sandbox.providers.omise.views import dispute as dispute_view
from sandbox.providers.omise.views import money as money_view
from sandbox.providers.rules import gathered

TOPICS = (
    ("Lifecycles and their events", machines),
    ("Payments", paying), ("Payments", charges), ("Payments", tokens),
    ("Disputes", disputing), ("Disputes", dispute_view),
    ("Money and time", money), ("Money and time", money_view),
    ("Cards", cards),
    ("Sources", sources),
    ("Customers", customers),
    ("Transfers", transfers),
    ("Account", account),
    ("Search and lists", search), ("Search and lists", wire),
    ("Webhooks", events),
    ("Requests and errors", errors), ("Requests and errors", troubles), ("Requests and errors", params), ("Requests and errors", versions),
)  # fmt: skip


def rules() -> tuple[Rule, ...]:
    return tuple(gathered(TOPICS))
