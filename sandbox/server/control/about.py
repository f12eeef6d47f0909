"""What a client cannot know by itself: which providers there are, and how their words and amounts are read."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict

from sandbox import __version__
from sandbox.core.money import THREE_DECIMAL, ZERO_DECIMAL
from sandbox.core.records import Dispute
from sandbox.providers.base import Provider
from sandbox.server.control.machines import statuses
from sandbox.server.control.op import Ask, Op
from sandbox.settings import SETTINGS


class EvidenceTaken(TypedDict):
    name: str
    file: bool
    characters_max: int | None
    matters_for: list[str]


class SettingShown(TypedDict):
    name: str
    default: Any
    about: str


class ProviderShown(TypedDict):
    """What people choose from is empty where the provider has no such thing; statuses are in the API's words."""

    name: str
    title: str
    version: str | None
    webhook_events: list[str]  # that an endpoint may ask for
    payment_statuses: list[str]
    dispute_statuses: list[str]
    dispute_reasons: list[str]
    refund_reasons: list[str]
    fraud_types: list[str]
    failure_reasons: list[str]
    evidence: list[EvidenceTaken]
    file_types: list[str]
    first_payment: str | None
    evidence_is_sent_at_once: bool
    settings: list[SettingShown]  # under `providers.NAME` of POST /_sandbox/settings


class About(TypedDict):
    version: str
    settings: list[SettingShown]
    decimals: dict[str, int]
    providers: list[ProviderShown]


def title(provider: Provider) -> str:
    return provider.name.replace("_", " ").capitalize()


def provider_shown(p: Provider) -> ProviderShown:
    choices = p.bank.choices
    return {
        "name": p.name,
        "title": title(p),
        "version": p.newest or None,
        "webhook_events": [] if p.no_webhooks else list(p.event_names()),
        "payment_statuses": list(dict.fromkeys(word for kind in p.payment_kinds for word in statuses(p, kind))),
        "dispute_statuses": statuses(p, Dispute),
        "dispute_reasons": list(choices.dispute_reasons),
        "refund_reasons": list(choices.refund_reasons),
        "fraud_types": list(choices.fraud_types),
        "failure_reasons": list(choices.failure_reasons),
        "evidence": [
            {"name": f.name, "file": f.file, "characters_max": f.characters_max or None, "matters_for": list(f.matters_for)}
            for f in choices.evidence
        ],
        "file_types": list(choices.file_types),
        "first_payment": choices.first_payment or None,
        "evidence_is_sent_at_once": choices.sends_at_once,
        "settings": [{"name": row.name, "default": row.default, "about": row.about} for row in p.settings],
    }


async def about(ask: Ask) -> About:
    """`decimals` has the currencies whose minor unit is not a hundredth."""
    return {
        "version": __version__,
        "settings": [{"name": row.name, "default": row.default, "about": f"{row.about}: {row.values}"} for row in SETTINGS],
        "decimals": dict.fromkeys(sorted(ZERO_DECIMAL), 0) | dict.fromkeys(sorted(THREE_DECIMAL), 3),
        "providers": [provider_shown(provider) for provider in ask.providers.values()],
    }


OPERATIONS: tuple[Op, ...] = (
    Op("GET", "/_sandbox/about", about, "The server's version, its providers, and the decimals of currencies", answer=About),
)
