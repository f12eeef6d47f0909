"""What a client cannot know by itself: which providers there are, and how their words and amounts are read."""

from __future__ import annotations

from typing_extensions import TypedDict

from sandbox import __version__
from sandbox.core.money import THREE_DECIMAL, ZERO_DECIMAL
from sandbox.providers.base import Provider
from sandbox.server.control.op import Ask, Op


class ProviderShown(TypedDict):
    name: str
    title: str
    version: str | None


class About(TypedDict):
    version: str
    decimals: dict[str, int]
    providers: list[ProviderShown]


def title(provider: Provider) -> str:
    return provider.name.replace("_", " ").capitalize()


async def about(ask: Ask) -> About:
    """`decimals` has the currencies whose minor unit is not a hundredth."""
    return {
        "version": __version__,
        "decimals": dict.fromkeys(sorted(ZERO_DECIMAL), 0) | dict.fromkeys(sorted(THREE_DECIMAL), 3),
        "providers": [{"name": p.name, "title": title(p), "version": p.newest or None} for p in ask.providers.values()],
    }


OPERATIONS: tuple[Op, ...] = (
    Op("GET", "/_sandbox/about", about, "The server's version, its providers, and the decimals of currencies", answer=About),
)
