"""What a client cannot know by itself."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import __version__
from sandbox.core.money import decimals
from sandbox.providers import PROVIDERS
from sandbox.settings import SETTINGS
from tests.harness import Shop


def of(shop: Shop, name: str) -> Any:
    return next(row for row in shop.control("GET", "/about")["providers"] if row["name"] == name)


def test_every_provider_is_there_in_order(shop: Shop) -> None:
    about = shop.control("GET", "/about")
    assert about["version"] == __version__
    assert [row["name"] for row in about["providers"]] == [provider.name for provider in PROVIDERS]


@pytest.mark.parametrize("currency", ["usd", "jpy", "kwd", "isk", "thb"])
def test_decimals_are_those_that_amounts_are_counted_in(shop: Shop, currency: str) -> None:
    assert shop.control("GET", "/about")["decimals"].get(currency, 2) == decimals(currency)


def test_statuses_are_the_api_s_words(shop: Shop) -> None:
    """None of the tables' own: a charge is never `clearing` to whoever asks the API."""
    stripe = of(shop, "stripe")
    assert sorted(stripe["dispute_statuses"]) == sorted((
        "needs_response", "warning_needs_response", "under_review", "warning_under_review", "lost", "won", "warning_closed", "prevented",
        "appeal_needs_response", "appeal_under_review",
    ))  # fmt: skip
    assert {"requires_action", "requires_capture", "succeeded", "canceled", "failed"} <= set(stripe["payment_statuses"])
    assert not {"clearing", "authorized", "released", "conceded", ""} & {*stripe["payment_statuses"], *stripe["dispute_statuses"]}


@pytest.mark.parametrize("reason", ["fraudulent", "product_not_received", "subscription_canceled", "duplicate"])
def test_the_reason_of_a_dispute_says_which_evidence_matters(shop: Shop, reason: str) -> None:
    """Some of it, never all; and every field that the form would show is one that the API takes."""
    made = shop.control("POST", "/disputes", {"charge": shop.pay()["id"], "reason": reason}).body
    fields = of(shop, "stripe")["evidence"]
    assert len(fields) == 27
    matter = [field for field in fields if reason in field["matters_for"] or "*" in field["matters_for"]]
    assert 5 <= len(matter) < 20
    texts = {field["name"]: "x" * field["characters_max"] for field in matter if not field["file"]}
    assert shop.control("POST", f"/disputes/{made['id']}/evidence", texts).status == 200


def test_every_reason_that_is_offered_is_taken(shop: Shop) -> None:
    stripe = of(shop, "stripe")
    for reason in stripe["dispute_reasons"]:
        assert shop.control("POST", "/disputes", {"charge": shop.pay()["id"], "reason": reason}).status == 200
    for reason in stripe["refund_reasons"]:
        assert shop.control("POST", "/refunds", {"charge": shop.pay()["id"], "reason": reason}).status == 200
    for kind in stripe["fraud_types"]:
        assert shop.control("POST", "/early_fraud_warnings", {"charge": shop.pay()["id"], "fraud_type": kind}).status == 200


def test_settings_are_told_with_their_default_and_what_they_decide(shop: Shop) -> None:
    """Those of all providers, and those that only one has: the very ones that can be set."""
    about = shop.control("GET", "/about").body
    assert [row["name"] for row in about["settings"]] == [setting.name for setting in SETTINGS]
    assert next(row["about"] for row in about["settings"] if row["name"] == "profile").endswith("card networks: testmode or network")
    for provider in PROVIDERS:
        told = of(shop, provider.name)["settings"]
        assert {row["name"]: row["default"] for row in told} == shop.control("GET", "/settings")["providers"][provider.name]
        assert all(row["about"] for row in told)


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("google_bookings", {"PENDING_MERCHANT_CONFIRMATION", "CONFIRMED", "CANCELED"}),
        ("google_ordering", {"CREATED", "CONFIRMED", "FULFILLED", "CANCELLED", "payment_failed", "submit_failed"}),
    ],
)
def test_statuses_of_payments_are_those_that_a_payment_can_have(shop: Shop, name: str, statuses: set[str]) -> None:
    """Not those of its parts: no booking is charged and no order captured, though their charges are."""
    told = set(of(shop, name)["payment_statuses"])
    assert statuses <= told
    assert not told & {"charged", "captured", "declined", "refunded"}
