"""Quotes, and what Google would object to in feeds that are read together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.contract.trace import everything
from tests.providers.google_bookings.venue import HOUR, SLOT, TOKENS, Venue, deposit, fee, prepayment

Venues = Callable[..., Venue]
TEMPLATE = "https://v.test/{availability_slot_start_seconds}/{resources_party_size}"
LINKED = {"linkout_required_reason": "PAYMENT_REQUIRED"}


def test_a_quote_says_everything_that_the_user_is_shown(venue: Venue) -> None:
    venue.offer(
        {"rules": {"min_advance_online_canceling": 24 * HOUR, "min_advance_booking": HOUR}, "deposit": deposit(50, 4 * HOUR),
         "no_show_fee": fee(12.345, "PER_PERSON")}, resources={"party_size": 3},
    )  # fmt: skip
    before = everything(venue.merchant)
    shown = venue.quote(party_size=3)
    assert [warning.pop("code") for warning in shown.pop("warnings")] == ["W_SEVERAL_TYPES"]
    assert shown == {
        "currency": "USD", "prepayment": None, "deposit": 50_000_000, "no_show_fee": 37_040_000, "card_required": True,
        "online_cancel_until": SLOT - 24 * HOUR, "deposit_refundable_until": SLOT - 4 * HOUR, "redirect_url": None, "party_size": 3,
        "bookable_from": None, "bookable_until": SLOT - HOUR,
    }  # fmt: skip
    assert everything(venue.merchant) == before, "a quote changes nothing"


def test_a_slot_without_payments(venue: Venue) -> None:
    venue.offer()
    shown = venue.quote()
    names = ("currency", "prepayment", "deposit", "no_show_fee", "deposit_refundable_until", "redirect_url", "party_size")
    assert {name: shown[name] for name in names} == dict.fromkeys(names)
    assert (shown["card_required"], shown["online_cancel_until"], shown["warnings"]) == (False, SLOT, [])


def test_the_slot_of_the_partys_size_is_meant(venue: Venue) -> None:
    venue.merchants()
    venue.service()
    venue.slots({}, {"resources": {"party_size": 2}, "deposit": deposit(2)}, {"resources": {"party_size": 8}, "deposit": deposit(8)})
    assert venue.quote(party_size=8)["deposit"] == 8_000_000
    assert venue.quote(party_size=2)["deposit"] == 2_000_000
    assert venue.quote(party_size=5)["deposit"] is None, "a slot that names no size is for any"
    assert venue.quote()["deposit"] is None


def test_a_partys_size_comes_from_the_slot_where_nobody_says_it(venue: Venue) -> None:
    venue.offer({}, prepayment=prepayment(200, "PER_PERSON"), resources={"party_size": 2})
    assert (venue.quote()["prepayment"], venue.quote()["party_size"]) == (400_000_000, 2)


WARNINGS = [
    ("W_SEVERAL_TYPES", "legacy", {"deposit": deposit(1), "no_show_fee": fee(1)}, {}, True),
    ("W_ASYNC_PAYMENT", "legacy", {"deposit": deposit(1)}, {"confirmation_mode": "ASYNCHRONOUS"}, True),
    ("W_NO_TOKENIZATION_CONFIG", "legacy", {"deposit": deposit(1)}, {}, False),
    ("W_LINKOUT_GENERATION", "legacy", {"deposit": deposit(1), "uri_template": TEMPLATE}, LINKED, True),
    ("W_NO_TEMPLATE", "redirect", {"deposit": deposit(1)}, LINKED, False),
    ("W_LINKOUT_UNPAID", "redirect", {"uri_template": TEMPLATE}, LINKED, False),
    ("W_LINKOUT_MISSING", "redirect", {"deposit": deposit(1), "uri_template": TEMPLATE}, {}, False),
    ("W_TOKENIZATION_CONFIG", "redirect", {"deposit": deposit(1), "uri_template": TEMPLATE}, LINKED, True),
]  # fmt: skip


@pytest.mark.parametrize(("code", "generation", "service", "slot", "tokens"), WARNINGS, ids=[row[0] for row in WARNINGS])
def test_what_does_not_fit_together_is_said_when_feeds_are_loaded_and_in_the_quote(
    venues: Venues, code: str, generation: str, service: dict[str, Any], slot: dict[str, Any], tokens: bool
) -> None:
    venue = venues(generation=generation)
    venue.ok("PUT", "/feeds/merchants", {"merchant": [{"merchant_id": "m-9", **({"tokenization_config": TOKENS} if tokens else {})}]})
    venue.service(**service)
    warned = venue.slots(slot, {**slot, "start_sec": SLOT + HOUR})["warnings"]
    assert [warning["code"] for warning in warned] == [code], "once a service, however many slots"
    assert warned[0]["path"].startswith("availability[0].")
    assert [warning["code"] for warning in venue.quote()["warnings"]] == [code]


def test_a_slot_of_a_service_that_is_not_loaded_is_warned_of(venue: Venue) -> None:
    assert [warning["code"] for warning in venue.slots({}, {"start_sec": SLOT + 1})["warnings"]] == ["W_UNKNOWN_SERVICE"]


@pytest.mark.parametrize(
    ("template", "joint"),
    [("", "?rwg_token="), ("?a=1", "&rwg_token="), ("#top", "?rwg_token=")],
)
def test_the_token_goes_into_the_query_of_any_link(venues: Venues, template: str, joint: str) -> None:
    venue = venues(generation="redirect")
    venue.ok("PUT", "/feeds/merchants", {"merchant": [{"merchant_id": "m-9"}]})
    venue.service(uri_template=TEMPLATE + template)
    venue.slots({**LINKED, "deposit": deposit(1)})
    url = venue.book()["redirect_url"]
    assert joint in url
    assert url.endswith("#top") is (template == "#top")


def test_a_party_that_no_slot_is_for_is_told_which_sizes_there_are(venue: Venue) -> None:
    venue.offer()
    later = {"start_sec": SLOT + 60, "resources": {"party_size": 6}}
    venue.slots({"resources": {"party_size": 4}}, {"resources": {"party_size": 2}}, later)
    error = venue.steer("POST", "/quote", venue.pick(party_size=6)).error
    assert error["param"] == "party_size"
    at = datetime.fromtimestamp(SLOT, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert f"dinner at {SLOT} ({at}) for a party of 6: at that time there are parties of 2, 4." in error["message"]
    assert venue.steer("POST", "/quote", venue.pick(start_sec=SLOT + 1, party_size=6)).error["param"] == "start_sec"


def test_a_service_of_a_venue_that_no_feed_has_is_warned_about_once_a_venue(venue: Venue) -> None:
    venue.merchants()
    rows = [{"merchant_id": name, "service_id": str(number)} for number, name in enumerate(("m-9", "m-8", "m-8", "m-7"))]
    found = venue.ok("PUT", "/feeds/services", {"service": rows})["warnings"]
    assert [(warning["code"], warning["path"]) for warning in found] == [
        ("W_UNKNOWN_MERCHANT", "service[1].merchant_id"), ("W_UNKNOWN_MERCHANT", "service[3].merchant_id"),
    ]  # fmt: skip
