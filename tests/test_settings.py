"""The table of settings, whoever reads it."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.providers.base import Setting
from sandbox.providers.stripe.versions import NEWEST, OLDEST, TRAINS
from sandbox.settings import SETTINGS, STRIPE_NEWEST, STRIPE_OLDEST, STRIPE_TRAINS, SettingError, checked, defaults, merged, shown
from tests.providers.stripe.test_versions import IMPOSSIBLE, PINNED

OWN = {"stripe": (), "omise": (Setting("country", "TH", "Where", lambda value: value in ("TH", "JP")), Setting("hours", 24, "How long"))}


def test_every_default_is_a_value_that_may_be_set() -> None:
    assert checked(defaults(), OWN) == defaults()
    assert [setting.name for setting in SETTINGS if setting.default is not None and not setting.allows(setting.default)] == []


def test_every_setting_says_what_it_is_for_and_takes() -> None:
    assert all(setting.about and setting.values for setting in SETTINGS)
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)


def test_a_setting_of_one_provider_is_read_by_that_provider_s_table() -> None:
    given = {"providers": {"omise": {"country": "JP"}}}
    after = merged({"profile": "network", "providers": {"omise": {"hours": 2}}}, checked(given, OWN))
    assert after == {"profile": "network", "providers": {"omise": {"hours": 2, "country": "JP"}}}
    assert shown(after, OWN, {"omise": "2019-05-29"})["providers"] == {"stripe": {}, "omise": {"country": "JP", "hours": 2}}
    assert shown(after, OWN, {"omise": "2019-05-29"})["omise_version"] == "2019-05-29"


def test_none_puts_a_setting_back() -> None:
    before = {"seed": 4, "outcome": "won", "providers": {"omise": {"hours": 2, "country": "JP"}}}
    after = merged(before, checked({"outcome": None, "providers": {"omise": {"hours": None}}}, OWN))
    assert after == {"seed": 4, "providers": {"omise": {"country": "JP"}}}


@pytest.mark.parametrize(
    ("own", "name", "said"),
    [
        ({"omise": {"country": "XX"}}, "providers.omise.country", "Where"),
        ({"omise": {"hours": "2"}}, "providers.omise.hours", "number"),
        ({"omise": {"hour": 2}}, "providers.omise.hour", "'hours'"),
        ({"stripe": {"hour": 2}}, "providers.stripe.hour", "none"),
        ({"omisse": {}}, "providers", "'omise'"),
        ({"omise": 1}, "providers.omise", "object"),
    ],
)
def test_a_provider_s_setting_that_cannot_be_is_refused(own: Any, name: str, said: str) -> None:
    with pytest.raises(SettingError, match=said) as caught:
        checked({"providers": own}, OWN)
    assert caught.value.name == name


def test_a_version_as_a_setting_is_one_that_the_header_takes() -> None:
    """By the same rule, the train's name included."""
    assert (STRIPE_OLDEST, STRIPE_NEWEST, STRIPE_TRAINS) == (OLDEST, NEWEST, TRAINS)
    for version in (OLDEST, NEWEST, "2024-06-20", "2026-10-28", *PINNED):
        assert checked({"stripe_version": version}, OWN) == {"stripe_version": version}
    for version in ("2020-01-01", "newest", "", *IMPOSSIBLE):
        with pytest.raises(SettingError, match=f"from {OLDEST} to {NEWEST}"):
            checked({"stripe_version": version}, OWN)
