"""How sure each rule is: the lines of Stripe's fidelity page, gathered from the tables that hold the rules."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.providers.base import Rule
from sandbox.providers.stripe import cards, errors
from sandbox.providers.stripe.routes import charges, customers, endpoints, files, intent_terms

OWN = "payment-sandbox"


def rules() -> tuple[Rule, ...]:
    return tuple(_rules())


def _rules() -> Iterator[Rule]:
    for rule, why in errors.ASSUMED:
        yield Rule("errors", rule, "assumed", why)
    for rule, why in cards.ASSUMED:
        yield Rule("cards", rule, "assumed", why)
    for table in (charges.ASSUMED, intent_terms.ASSUMED, customers.ASSUMED, files.ASSUMED):
        for rule, why in table:
            yield Rule("payments", rule, "assumed", why)
    for rule, why in endpoints.ASSUMED:
        yield Rule("webhooks", rule, "assumed", why)
