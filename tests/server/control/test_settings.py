"""What may be set for a merchant, and that it is in force."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.settings import SETTINGS
from tests.harness import DAY, Shop


def test_every_setting_is_shown_as_it_is_in_force(shop: Shop) -> None:
    shown = shop.control("GET", "/settings").body
    assert list(shown) == [setting.name for setting in SETTINGS]
    assert (shown["profile"], shown["outcome"], shown["signature_clock"], shown["seed"]) == ("testmode", "never", "wall", 0)
    assert shown["stripe_version"] == "2026-10-28.endive"
    assert set(shown["providers"]) == set(shop.world.providers)


def test_the_outcome_follows_the_profile_until_it_is_set(shop: Shop) -> None:
    assert shop.control("POST", "/settings", {"profile": "network"})["outcome"] == "lost"
    assert shop.control("POST", "/settings", {"outcome": "won"})["outcome"] == "won"
    assert shop.control("POST", "/settings", {"profile": "testmode"})["outcome"] == "won"
    assert shop.control("POST", "/settings", {"outcome": None})["outcome"] == "never"


def test_the_server_s_defaults_hold_for_new_merchants(network_shop: Shop) -> None:
    assert network_shop.control("GET", "/settings")["profile"] == "network"
    network_shop.control("POST", "/settings", {"profile": "testmode"})
    network_shop.control("POST", "/reset")
    assert network_shop.control("GET", "/settings")["profile"] == "network"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("profile", "live"), ("outcome", "maybe"), ("outcome", {"won": 1.5}), ("outcome", {"won": True}), ("outcome", {"lost": 0.5}),
        ("signature_clock", "sun"), ("seed", -1), ("seed", 0.5), ("seed", True), ("seed", 2**53), ("stripe_version", "latest"),
        ("stripe_version", "2020-01-01"),
        ("events_kept", 5), ("requests_kept", "many"), ("providers", []), ("providers", {"stripe": []}),
        ("providers", {"stripe": {"x": 1}}),
        ("colour", "red"),
    ],
)  # fmt: skip
def test_what_cannot_be_set_is_refused_and_changes_nothing(shop: Shop, name: str, value: Any) -> None:
    before = shop.control("GET", "/settings").body
    answer = shop.control("POST", "/settings", {"requests_kept": 7, name: value})
    assert (answer.status, answer.error["code"]) == (422, "setting_invalid")
    assert name in str(answer.error["param"])
    assert shop.control("GET", "/settings").body == before


def test_the_outcome_decides_evidence_without_a_magic_word(network_shop: Shop) -> None:
    shop = network_shop
    shop.freeze()
    shop.control("POST", "/settings", {"outcome": {"won": 1}})
    made = shop.control("POST", "/disputes", {"charge": shop.pay()["id"]})
    shop.post(f"/v1/disputes/{made['id']}", {"evidence": {"product_description": "A book"}, "submit": True})
    shop.advance(days=60)
    assert shop.control("GET", f"/disputes/{made['id']}")["status"] == "won"


def test_the_seed_decides_every_id(shop: Shop) -> None:
    """Two seeds, two worlds; one seed, one world."""
    ids = []
    for seed in (0, 1, 0):
        shop.control("POST", "/reset")
        shop.control("POST", "/settings", {"seed": seed})
        ids.append(shop.pay()["id"])
    assert ids[0] == ids[2] != ids[1]


def test_the_seed_is_fixed_once_there_are_records(shop: Shop) -> None:
    """Half of a merchant's ids would come from another world."""
    shop.control("POST", "/settings", {"seed": 5})
    shop.pay()
    answer = shop.control("POST", "/settings", {"seed": 6})
    assert (answer.status, answer.error["code"], answer.error["param"]) == (409, "seed_in_use", "seed")
    assert shop.control("POST", "/settings", {"seed": 5, "profile": "network"})["profile"] == "network"


def test_a_smaller_log_forgets_the_oldest(shop: Shop) -> None:
    shop.control("POST", "/settings", {"requests_kept": 2})
    for _ in range(4):
        shop.get("/v1/balance")
    assert len(shop.control("GET", "/requests")["data"]) == 2


def test_settings_are_simulated_time_s_business_too(shop: Shop) -> None:
    """A profile that is set later holds for deadlines from then on."""
    shop.freeze()
    first = shop.control("POST", "/disputes", {"charge": shop.pay()["id"]}).body
    shop.control("POST", "/settings", {"profile": "network"})
    second = shop.control("POST", "/disputes", {"charge": shop.pay()["id"]}).body
    days = [(made["evidence_details"]["due_by"] - made["created"]) // DAY for made in (first, second)]
    assert days == [8, 15]


def test_a_request_without_a_version_has_the_merchant_s(shop: Shop) -> None:
    """Answers and events say it."""
    shop.control("POST", "/settings", {"stripe_version": "2024-06-20"})
    answer = shop.post("/v1/customers")
    assert (answer.headers["stripe-version"], "sandbox-ignored" in answer.headers) == ("2024-06-20", False)
    named = shop.post("/v1/customers", headers={"stripe-version": "2026-10-28.endive"})
    assert named.headers["stripe-version"] == "2026-10-28.endive"
    shop.control("POST", "/settings", {"stripe_version": None})
    assert shop.post("/v1/customers").headers["stripe-version"] == "2026-10-28.endive"
    events = shop.control("GET", "/events")["data"]
    assert [event["payload"]["api_version"] for event in events] == ["2024-06-20", "2024-06-20", "2026-10-28.endive"]
