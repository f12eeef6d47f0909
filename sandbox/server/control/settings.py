"""A merchant's settings; what they are and what they may be stands in `sandbox.settings`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import ConfigDict, Field, WithJsonSchema, create_model

from sandbox import settings
from sandbox.core.changes import Configure
from sandbox.core.merchant import Merchant
from sandbox.providers import PROVIDERS
from sandbox.providers.base import Provider
from sandbox.server.control.op import Ask, Body, Op, Wrong
from sandbox.server.driver import has_records


class AnySettings(Body):
    """Whatever was sent: `sandbox.settings` says what of it is one."""

    model_config = ConfigDict(extra="allow")


JSON_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string"}


def of_providers(providers: Sequence[Provider]) -> dict[str, Any]:
    """The JSON schema of the settings that only one provider has."""
    return {
        "type": "object",
        "properties": {
            provider.name: {
                "type": "object",
                "properties": {
                    row.name: {"type": JSON_TYPES[type(row.default)], "default": row.default, "description": row.about}
                    for row in provider.settings
                },
            }
            for provider in providers
        },
    }  # fmt: skip


# One field a setting. For the document: of what is sent or shown nothing is checked here.
TYPES: Mapping[str, Any] = {"providers": Annotated[Any, WithJsonSchema(of_providers(PROVIDERS))]}
Settings: Any = create_model(
    "Settings",
    __base__=AnySettings,
    **{
        s.name: (TYPES.get(s.name, Any), Field(s.default, description=f"{s.about}: {s.values}"))  # type: ignore[call-overload]
        for s in settings.SETTINGS
    },
)


def tables(providers: Mapping[str, Provider]) -> dict[str, Sequence[Any]]:
    return {name: provider.settings for name, provider in providers.items()}


def shown(merchant: Merchant, providers: Mapping[str, Provider]) -> dict[str, Any]:
    """Every setting as it is in force."""
    newest = {name: provider.newest for name, provider in providers.items() if provider.newest}
    return settings.shown(merchant.settings, tables(providers), newest)


def checked(merchant: Merchant, providers: Mapping[str, Provider], given: Mapping[str, Any]) -> dict[str, Any]:
    """The merchant's settings with those given over them. Raises Wrong 409, 422."""
    try:
        wanted = settings.checked(given, tables(providers))
    except settings.SettingError as error:
        raise Wrong(422, "setting_invalid", str(error), error.name) from None
    after = settings.merged(merchant.settings, wanted)
    if after.get("seed", 0) != merchant.settings.get("seed", 0) and has_records(merchant):
        message = "The seed made the ids of this merchant's records: set it before the first of them, or POST /_sandbox/reset."
        raise Wrong(409, "seed_in_use", message, "seed")
    return after


async def read(ask: Ask) -> dict[str, Any]:
    return shown(ask.merchant, ask.providers)


async def write(ask: Ask) -> dict[str, Any]:
    """The settings given are in force; the others stay."""
    after = checked(ask.merchant, ask.providers, ask.body.model_dump(exclude_unset=True))
    if after != ask.merchant.settings:
        await ask.unit(lambda: configure(ask, after))
    return shown(ask.merchant, ask.providers)


def configure(ask: Ask, after: Mapping[str, Any]) -> None:
    """Those settings are in force, and what they arrange is under way."""
    ask.merchant.alter(Configure(after))
    ask.control.world.arrange(ask.merchant)


OPERATIONS: tuple[Op, ...] = (
    Op("GET", "/_sandbox/settings", read, "Every setting as it is in force", answer=Settings),
    Op("POST", "/_sandbox/settings", write, "Changes the settings given; null puts one back", Settings, answer=Settings),
)
