"""What may be set for Stripe alone, under `providers.stripe`."""

from __future__ import annotations

from sandbox.providers.base import Setting
from sandbox.providers.stripe.disputing import PREVENTS, words
from sandbox.providers.stripe.scheduling import MANUAL, arrange, read

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "payouts", MANUAL,
        "When the available balance is paid out by itself, at midnight UTC: manual (never), daily, weekly:friday, or monthly:31",
        lambda value: read(value) is not None, arrange,
    ),
    Setting(
        "dispute_prevention", "", f"What settles disputes before they are any, comma between them: {', '.join(PREVENTS)}",
        lambda value: isinstance(value, str) and set(words(value)) <= set(PREVENTS),
    ),
)  # fmt: skip
