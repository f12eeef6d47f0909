"""Whatever event Stripe has is sent, or stands on the fidelity page as never sent; `tests/snapshots` has a cause for each that is."""

from __future__ import annotations

import pytest

from sandbox.providers.stripe.routes.endpoints import event_names
from sandbox.providers.stripe.unsent import EVERYTHING, TOPIC, family, rules, sent

LINES = {rule.rule for rule in rules()}


@pytest.mark.parametrize("name", [name for name in event_names() if name != EVERYTHING])
def test_an_event_is_sent_or_listed_as_never_sent(name: str) -> None:
    listed = f"`{name}`" in LINES or any(line.startswith(f"`{family(name)}.…`") for line in LINES)
    assert listed is not (name in sent())


def test_no_other_event_is_sent() -> None:
    """Names that the official libraries do not know would never be heard."""
    assert sent() <= set(event_names())
    assert {rule.topic for rule in rules()} == {TOPIC}
    assert {rule.how for rule in rules()} == {"absent"}
