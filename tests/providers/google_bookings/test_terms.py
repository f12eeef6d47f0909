"""Terms: the override table (2.4), the card table (2.5), windows (2.6), and the settings that change them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.providers.google_bookings.terms import Switches, bookable, terms_of
from tests.providers.google_bookings.venue import HOUR, SLOT, Venue, deposit, fee, prepayment, price

Venues = Callable[..., Venue]
PLAIN, MERGE = Switches(), Switches(override="merge")
ALWAYS, CONDITIONAL, UNSPECIFIED = (f"REQUIRE_CREDIT_CARD_{word}" for word in ("ALWAYS", "CONDITIONAL", "UNSPECIFIED"))


def terms(service: dict[str, Any], slot: dict[str, Any] | None = None, how: Switches = PLAIN) -> dict[str, Any]:
    return terms_of(service, {"start_sec": SLOT, **(slot or {})}, how)


def units(found: Any) -> float | None:
    return None if found is None else found["price_micros"] / 1_000_000


# 2.4

OVERRIDES = [
    pytest.param("no_show_fee", fee(25), fee(40), id="no-show-fee"),
    pytest.param("deposit", deposit(25), deposit(40), id="deposit"),
]


@pytest.mark.parametrize(("name", "general", "own"), OVERRIDES)
def test_2_4_the_slots_message_beats_the_services(name: str, general: dict[str, Any], own: dict[str, Any]) -> None:
    assert units(terms({name: general})[name]) == 25
    assert units(terms({}, {name: own})[name]) == 40
    assert units(terms({name: general}, {name: own})[name]) == 40


def test_2_4_prepayment_stands_at_the_slot_alone() -> None:
    """A service's own field of that name would be none; REQUIRED at the service charges its price, as a fixed one."""
    assert units(terms({}, {"prepayment": prepayment(200, "PER_PERSON")})["prepayment"]) == 200
    required = {"prepayment_type": "REQUIRED", "price": price(30)}
    assert terms(required)["prepayment"] == {"price_micros": 30_000_000, "price_type": "FIXED_RATE_DEFAULT", "currency": "USD"}
    assert units(terms(required, {"prepayment": prepayment(50)})["prepayment"]) == 50
    for word in ("OPTIONAL", "NOT_SUPPORTED", "PREPAYMENT_TYPE_UNSPECIFIED"):
        assert terms({"prepayment_type": word, "price": price(30)})["prepayment"] is None


@pytest.mark.parametrize(
    ("general", "own", "asked"),
    [
        (None, None, False), (ALWAYS, None, True), (ALWAYS, UNSPECIFIED, True), (ALWAYS, CONDITIONAL, False), (CONDITIONAL, ALWAYS, True),
        (None, ALWAYS, True), (CONDITIONAL, None, False), (UNSPECIFIED, None, False),
    ],
)  # fmt: skip
def test_2_4_an_unset_card_rule_of_the_slot_inherits_the_services(general: str | None, own: str | None, asked: bool) -> None:
    service = {"require_credit_card": general} if general else {}
    assert terms(service, {"require_credit_card": own} if own else {})["card_required"] is asked


def test_2_4_min_advance_booking_is_beaten_by_last_bookable_sec() -> None:
    service = {"rules": {"min_advance_booking": HOUR}}
    assert bookable(service, {"start_sec": SLOT}) == (0, SLOT - HOUR)
    assert bookable({}, {"start_sec": SLOT}) == (0, SLOT)
    own = {"first_bookable_sec": SLOT - 9 * HOUR, "last_bookable_sec": SLOT - 60}
    assert bookable(service, {"start_sec": SLOT, "scheduling_rule_overrides": own}) == (SLOT - 9 * HOUR, SLOT - 60)


# 2.5, second table


@pytest.mark.parametrize("rule", [None, UNSPECIFIED, CONDITIONAL])
@pytest.mark.parametrize(
    ("service", "slot"),
    [
        ({"no_show_fee": fee(1)}, {}), ({"deposit": deposit(1)}, {}), ({}, {"prepayment": prepayment(1)}),
        ({"prepayment_type": "REQUIRED", "price": price(1)}, {}),
    ],
    ids=["no-show-fee", "deposit", "prepayment", "required"],
)  # fmt: skip
def test_2_5_a_card_is_asked_for_where_money_may_be_due(rule: str | None, service: dict[str, Any], slot: dict[str, Any]) -> None:
    more = {"require_credit_card": rule} if rule else {}
    assert terms({**service, **more}, slot)["card_required"] is True
    assert terms({**more, "price": price(1)})["card_required"] is False, "a display price alone asks for none"


def test_2_5_card_required_alone_costs_nothing() -> None:
    found = terms({"require_credit_card": ALWAYS})
    assert (found["prepayment"], found["deposit"], found["no_show_fee"], found["currency"]) == (None, None, None, None)


# Open questions


def test_q16_replace_is_the_default_and_merge_joins_field_by_field() -> None:
    """A slot that names only the price keeps the service's type and window if messages are merged."""
    service, slot = {"deposit": deposit(25, 600, "PER_PERSON")}, {"deposit": deposit(40)}
    replaced, merged = terms(service, slot), terms(service, slot, MERGE)
    assert (units(replaced["deposit"]), replaced["deposit"]["price_type"], replaced["deposit_lead_s"]) == (40, "FIXED_RATE_DEFAULT", 0)
    assert (units(merged["deposit"]), merged["deposit"]["price_type"], merged["deposit_lead_s"]) == (40, "PER_PERSON", 600)


@pytest.mark.parametrize(("name", "general", "zero"), [("no_show_fee", fee(25), fee(0)), ("deposit", deposit(25), deposit(0))])
def test_q17_an_explicit_zero_switches_a_fee_off(name: str, general: dict[str, Any], zero: dict[str, Any]) -> None:
    off = terms({name: general}, {name: zero})
    assert (off[name], off["card_required"]) == (None, False)
    kept = terms({name: general}, {name: zero}, Switches(zero_off=False))
    assert (units(kept[name]), kept["card_required"]) == (0, True)


def test_q24_several_types_are_allowed_with_a_warning(venue: Venue) -> None:
    venue.offer({"deposit": deposit(10), "no_show_fee": fee(5)})
    shown = venue.quote()
    assert (shown["deposit"], shown["no_show_fee"]) == (10_000_000, 5_000_000)
    assert [warning["code"] for warning in shown["warnings"]] == ["W_SEVERAL_TYPES"]


def test_prices_of_several_currencies_are_refused(venue: Venue) -> None:
    venue.merchants()
    venue.service(deposit={"deposit": price(10, "EUR")}, no_show_fee=fee(5))
    answer = venue.steer("PUT", "/feeds/availability", {"availability": [{**venue.pick(), "duration_sec": 60}]})
    assert (answer.status, answer.error["param"]) == (422, "currency_code")
    assert "EUR and USD" in answer.error["message"]


# 2.6: windows


WINDOWS = [
    pytest.param({}, {}, {}, (0, None), id="unset-until-the-slot-begins"),
    pytest.param({"min_advance_online_canceling": 86_400}, {}, {}, (86_400, None), id="Wc"),
    pytest.param({}, {"deposit": deposit(10)}, {}, (0, 0), id="Q15-deposit-window-unset"),
    pytest.param({"min_advance_online_canceling": 86_400}, {"deposit": deposit(10)}, {}, (86_400, 0), id="Q15-not-the-cancel-window"),
    pytest.param({"min_advance_online_canceling": 86_400}, {"deposit": deposit(10)}, {"deposit_window_unset": "online_cancel_window"},
                 (86_400, 86_400), id="Q15-set-to-the-cancel-window"),
    pytest.param({"min_advance_online_canceling": 86_400}, {"deposit": deposit(10, 14_400)}, {}, (86_400, 14_400), id="Wd-later-than-Wc"),
    pytest.param({"min_advance_online_canceling": 86_400}, {"deposit": deposit(10, 172_800)}, {}, (86_400, 172_800),
                 id="Wd-earlier-than-Wc"),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "service", "own", "leads"), WINDOWS)
def test_2_6_windows(
    venues: Venues, rules: dict[str, int], service: dict[str, Any], own: dict[str, Any], leads: tuple[int, int | None]
) -> None:
    venue = venues(own=own)
    venue.offer({**service, "rules": rules})
    shown = venue.quote()
    assert shown["online_cancel_until"] == SLOT - leads[0]
    assert shown["deposit_refundable_until"] == (None if leads[1] is None else SLOT - leads[1])


@pytest.mark.parametrize(("own", "until"), [({}, SLOT - 60), ({"slot_cancel_override": False}, SLOT - HOUR)])
def test_q26_a_slot_may_move_its_cancel_window(venues: Venues, own: dict[str, Any], until: int) -> None:
    venue = venues(own=own)
    rules = {"rules": {"min_advance_online_canceling": HOUR}}
    venue.offer(rules, scheduling_rule_overrides={"last_online_cancellable_sec": SLOT - 60})
    assert venue.quote()["online_cancel_until"] == until


def test_2_2_charge_later_is_due_so_long_before_the_slot() -> None:
    later = {"charge_timing": "CHARGE_LATER", "charge_time_before_start_time_sec": HOUR}
    assert terms({"prepayment_terms": later}, {"prepayment": prepayment(5)})["prepayment"]["charge_lead_s"] == HOUR
    assert "charge_lead_s" not in terms({"prepayment_terms": {"charge_timing": "CHARGE_NOW"}}, {"prepayment": prepayment(5)})["prepayment"]
