"""How sure each rule is: the lines of ordering's fidelity page, gathered from the modules that hold the rules."""

from __future__ import annotations

from sandbox.providers import google
from sandbox.providers.base import Rule
from sandbox.providers.google_ordering import answers, assumed, flow, machines, messages, money, payment_data, signing, updates
from sandbox.providers.google_ordering.routes import conversations
from sandbox.providers.rules import gathered

TOPICS = (
    ("Lifecycles", machines),
    ("Messages", messages), ("Messages", answers), ("Messages", money), ("Messages", flow), ("Messages", signing),
    ("PaymentDataRequest", payment_data),
    ("Refunds", updates),
    ("Requests and errors", conversations), ("Requests and errors", google),
    ("Open questions", assumed),
)  # fmt: skip


def rules() -> tuple[Rule, ...]:
    return tuple(gathered(TOPICS))
