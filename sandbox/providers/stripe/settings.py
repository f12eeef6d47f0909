"""What may be set for Stripe alone, under `providers.stripe`."""

from __future__ import annotations

from sandbox.providers.base import Setting
from sandbox.providers.stripe.admission import GLOBAL, KINDS, are_rights
from sandbox.providers.stripe.disputing import PREVENTS, words
from sandbox.providers.stripe.funding import OVERDRAW, WAYS
from sandbox.providers.stripe.scheduling import MANUAL, arrange, read
from sandbox.providers.stripe.screening import RULES

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "payouts", MANUAL,
        "When the available balance is paid out by itself, at midnight UTC: manual (never), daily, weekly:friday, or monthly:31",
        lambda value: read(value) is not None, arrange,
    ),
    Setting(
        "low_balance", OVERDRAW,
        "What a refund to a card does that the balance does not cover: overdraw, as in test mode, or wait until it does, as live",
        lambda value: value in WAYS,
    ),
    Setting(
        "radar_rules", "", f"Rules of Radar's that are on, comma between them: {', '.join(RULES)}",
        lambda value: isinstance(value, str) and set(words(value)) <= set(RULES),
    ),
    Setting(
        "dispute_prevention", "", f"What settles disputes before they are any, comma between them: {', '.join(PREVENTS)}",
        lambda value: isinstance(value, str) and set(words(value)) <= set(PREVENTS),
    ),
    Setting(
        "expired_keys", "", f"Kinds of keys that have expired, comma between them: {', '.join(KINDS)}",
        lambda value: isinstance(value, str) and set(words(value)) <= set(KINDS),
    ),
    Setting(
        "restricted_key", "", "What a restricted key (rk_test_NAME) may do, such as charge_write, dispute_read; empty: everything",
        are_rights,
    ),
    Setting(
        "rate_limits", "", f"Whose rate limits hold: {' or '.join(GLOBAL)}; empty: none", lambda value: value == "" or value in GLOBAL,
    ),
)  # fmt: skip
