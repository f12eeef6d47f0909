"""What a user may set for a merchant: one row a setting. The server's defaults, the control API and the command line read it.

A value of None stands for "as usual": `outcome` then depends on the profile, and a version is the provider's newest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any, NamedTuple

from sandbox.core.retention import DELIVERIES_KEPT, EVENTS_KEPT, REQUESTS_KEPT

PROFILES = ("testmode", "network")
OUTCOMES = ("never", "lost", "won")
OUTCOME_OF_PROFILE: Mapping[str, str] = {"testmode": "never", "network": "lost"}
SIGNATURE_CLOCKS = ("wall", "simulated")
VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?\Z")
# As the provider says, which is too heavy to import; a test compares.
STRIPE_OLDEST, STRIPE_NEWEST = "2020-08-27", "2026-10-28.endive"
STRIPE_TRAINS = (
    ("2026-09-30", "endive"), ("2026-03-25", "dahlia"), ("2025-09-30", "clover"), ("2025-03-31", "basil"), ("2024-09-30", "acacia"),
)  # fmt: skip
INTEGER_MAX = 2**53 - 1  # what every JSON reader keeps exact
KEPT_MAX = 10_000_000


class SettingError(ValueError):
    """A setting that does not exist or cannot have that value; the message says what would do."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class Setting(NamedTuple):
    name: str
    default: Any
    values: str  # what it may be, in words
    about: str
    allows: Callable[[Any], bool]


def listed(words: Sequence[str]) -> str:
    """Words as one chooses among them: "a or b", "a, b or c"."""
    return " or ".join((", ".join(words[:-1]), words[-1]))


def is_integer(low: int, high: int = INTEGER_MAX) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and low <= value <= high


def is_outcome(value: Any) -> bool:
    """A word, or {"won": odds}."""
    if not isinstance(value, Mapping):
        return value in OUTCOMES
    odds = value.get("won")
    return len(value) == 1 and isinstance(odds, (int, float)) and not isinstance(odds, bool) and 0 <= odds <= 1


def is_version(value: Any) -> bool:
    return isinstance(value, str) and VERSION.match(value) is not None


def is_stripe_version(value: Any) -> bool:
    """A day that was, from the oldest version to the newest, and behind it nothing or the name of that day's releases."""
    if not is_version(value) or not value.isascii() or not STRIPE_OLDEST <= value[:10] <= STRIPE_NEWEST[:10]:
        return False
    day, _, name = value.partition(".")
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return not name or name == next((train for since, train in STRIPE_TRAINS if day >= since), "")


SETTINGS: tuple[Setting, ...] = (
    Setting("profile", "testmode", listed(PROFILES), "Which timings rule: the providers' test modes, or card networks",
            lambda value: value in PROFILES),
    Setting("outcome", None, listed((*OUTCOMES, '{"won": 0.4}')),
            "What the bank decides on evidence without a magic string; by default never in testmode, lost in network", is_outcome),
    Setting("signature_clock", "wall", listed(SIGNATURE_CLOCKS), "Which clock a webhook's signature carries",
            lambda value: value in SIGNATURE_CLOCKS),
    Setting("seed", 0, "an integer from 0", "What ids and odds are drawn from; fixed once the merchant has records", is_integer(0)),
    Setting("stripe_version", None, f"a version from {STRIPE_OLDEST} to {STRIPE_NEWEST}",
            "Stripe's API version where a request names none, as which its answer is shown; by default the newest", is_stripe_version),
    Setting("omise_version", None, "a version such as 2019-05-29",
            "Omise's API version where a request names none; by default the newest", is_version),
    Setting("events_kept", EVENTS_KEPT, "an integer from 100", "Events kept; older ones are forgotten, with their deliveries",
            is_integer(100, KEPT_MAX)),
    Setting("deliveries_kept", DELIVERIES_KEPT, "an integer from 100", "Settled deliveries kept; one that is still owed is never forgotten",
            is_integer(100, KEPT_MAX)),
    Setting("requests_kept", REQUESTS_KEPT, "an integer from 0", "Lines of the request log kept", is_integer(0, KEPT_MAX)),
    Setting("providers", {}, 'such as {"stripe": {...}}', "Settings that only one provider has", lambda value: isinstance(value, Mapping)),
)  # fmt: skip
BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}


def defaults() -> dict[str, Any]:
    return {setting.name: setting.default for setting in SETTINGS}


def checked(given: Mapping[str, Any], providers: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """The settings given, each allowed; None, which puts one back to its default, stays None.

    Args:
        providers: the settings of each provider there is, each with `name`, `default` and `about`.

    Raises:
        SettingError: no such setting, or not such a value.
    """
    out: dict[str, Any] = {}
    for name, value in given.items():
        setting = BY_NAME.get(name)
        if setting is None:
            raise SettingError(name, f"There is no setting '{name}'.{nearest(name, BY_NAME)}")
        if value is None:
            out[name] = None
        elif not setting.allows(value):
            raise SettingError(name, f"Setting '{name}' cannot be {value!r:.80}: it takes {setting.values}.")
        else:
            out[name] = _checked_providers(value, providers) if name == "providers" else value
    return out


def _checked_providers(given: Mapping[str, Any], providers: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for provider, values in given.items():
        if provider not in providers:
            raise SettingError("providers", f"There is no provider '{provider}'.{nearest(provider, providers)}")
        own = {setting.name: setting for setting in providers[provider]}
        if not isinstance(values, Mapping):
            raise SettingError(f"providers.{provider}", f"Setting 'providers.{provider}' takes an object such as {{\"name\": value}}.")
        for name, value in values.items():
            full = f"providers.{provider}.{name}"
            if name not in own:
                raise SettingError(full, f"There is no setting '{full}'.{nearest(name, own)}")
            usual = own[name].default
            if value is not None and usual is not None and type(value) is not type(usual):
                raise SettingError(full, f"Setting '{full}' takes a {_kind(usual)} such as {usual!r}.")
            if value is not None and own[name].allows is not None and not own[name].allows(value):
                raise SettingError(full, f"Setting '{full}' cannot be {value!r:.80}. {own[name].about}.")
        out[provider] = dict(values)
    return out


def _kind(value: Any) -> str:
    return {bool: "boolean", int: "number", float: "number", str: "text"}.get(type(value), "object")


def nearest(word: str, words: Mapping[str, Any] | Sequence[str]) -> str:
    """A sentence after one about an unknown word: what was probably meant, or what there is."""
    known = [str(one) for one in words]
    close = get_close_matches(word, known, n=1, cutoff=0.5)
    if close:
        return f" Did you mean '{close[0]}'?"
    return f" There are: {', '.join(known)}." if known else " There are none here."


def merged(before: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """`given` over `before`; a None takes a setting out, and a provider's settings that are not named stay."""
    out = {name: value for name, value in {**before, **given}.items() if value is not None}
    if given.get("providers"):
        own = dict(before.get("providers") or {})
        for provider, values in given["providers"].items():
            both = {**own.get(provider, {}), **values}
            own[provider] = {name: value for name, value in both.items() if value is not None}
        out["providers"] = own
    return out


def shown(settings: Mapping[str, Any], providers: Mapping[str, Sequence[Any]], newest: Mapping[str, str]) -> dict[str, Any]:
    """Every setting as it is in force.

    Args:
        newest: the newest API version of each provider that has versions.
    """
    out = {**defaults(), **settings}
    if out["outcome"] is None:
        out["outcome"] = OUTCOME_OF_PROFILE[out["profile"]]
    for provider, version in newest.items():
        name = f"{provider}_version"
        if name in out and out[name] is None:
            out[name] = version
    own = out["providers"] or {}
    out["providers"] = {
        provider: {**{setting.name: setting.default for setting in table}, **own.get(provider, {})}
        for provider, table in providers.items()
    }
    return out
