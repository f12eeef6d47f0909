"""Events that Stripe has and the sandbox never sends, for the fidelity page: worked out from the machines, so that none is forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sandbox.providers.base import Rule
from sandbox.providers.stripe.machines import MACHINES
from sandbox.providers.stripe.routes.endpoints import event_names

TOPIC = "Events that are never sent"
EVERYTHING = "*"
# Why, by family; any other one that is not sent at all has no objects here.
WHY: Mapping[str, str] = {
    "account": "what the account's owner does in the dashboard",
    "balance": "settings of the dashboard",
    "customer": "billing, and bank accounts that are verified by hand",
    "payment_intent": "a customer's cash balance",
    "payment_method": "cards that their network replaces",
    "source": "sources that are no cards, and the dashboard",
    "test_helpers": "no test clock fails inside",
}
NO_OBJECTS = "these objects are not emulated"
NOTHING_CAUSES_IT = "nothing here causes it"


def sent() -> set[str]:
    """Every event that some row of some machine emits."""
    return {emit.type for table in MACHINES.values() for row in table.values() for emit in row.emit}


def family(name: str) -> str:
    return name.partition(".")[0]


def rules() -> Iterator[Rule]:
    """One line for each family that is never sent, one for each event that is missing in the others."""
    told = sent()
    living = {family(name) for name in told}
    missing = [name for name in event_names() if name not in told and name != EVERYTHING]
    for head in sorted({family(name) for name in missing} - living):
        yield Rule(TOPIC, f"`{head}.…`, {count(missing, head)} in all", "absent", WHY.get(head, NO_OBJECTS))
    for name in sorted(name for name in missing if family(name) in living):
        yield Rule(TOPIC, f"`{name}`", "absent", WHY.get(family(name), NOTHING_CAUSES_IT))


def count(names: Iterable[str], head: str) -> int:
    return sum(family(name) == head for name in names)
