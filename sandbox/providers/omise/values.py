"""Omise's part of the page of test values, printed from the tables that decide."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.providers.base import Values
from sandbox.providers.omise import troubles
from sandbox.providers.omise.cards import CARDS, Card
from sandbox.providers.omise.sources import FLOWS

IN_3D_SECURE = {"fails": "its holder fails 3-D Secure", "not_enrolled": "not enrolled in 3-D Secure: fails where that is asked for"}
PAYERS = {
    "redirect": "the payer goes to `authorize_uri` in a browser",
    "app_redirect": "the payer's app opens `authorize_uri`",
    "offline": "the payer scans a code or pays at a till",
}


def does(card: Card) -> str:
    if card.failure:
        return f"fails when it is charged: `{card.failure}`"
    return IN_3D_SECURE.get(card.three_d_secure, "is charged")


def troubled() -> Iterator[tuple[str, str]]:
    """Every word of the setting `fails`, and what it does."""
    for word, (code, _) in troubles.REFUSED.items():
        yield word, f"such a request is refused: `{code}`"
    for word, (status, code, _) in troubles.KEYS.items():
        yield word, f"every request is refused: {status}, `{code}`"
    for word, code in troubles.FAILED.items():
        yield word, f"fails with `{code}`"
    for word in troubles.RECIPIENTS:
        yield word, f"a recipient's verification fails with `{word}`"


def tables() -> tuple[Values, ...]:
    return (
        Values(
            "Cards", ("number", "brand", "what it does"), tuple((f"`{card.number}`", card.brand, does(card)) for card in CARDS.values()),
            "With any name, any security code and any month to come.",
        ),
        Values(
            "Sources", ("type", "flow", "what the payer does"),
            tuple((", ".join(f"`{name}`" for name in FLOWS if FLOWS[name] == flow), flow, text) for flow, text in PAYERS.items()),
            "The charge is pending until the payer has paid or refused: on its page, by `POST /charges/{id}/mark_as_paid` or "
            "`mark_as_failed`, or by `POST /_sandbox/three_d_secure/{id}/pass` or `fail`.",
        ),
        Values(
            "Words of the setting `fails`", ("word", "what it does"), tuple((f"`{word}`", text) for word, text in troubled()),
            "Under `providers.omise`, comma between them.",
        ),
    )  # fmt: skip
