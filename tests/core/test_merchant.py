"""A unit of work happens whole or not at all, and its changes, applied elsewhere, give the same merchant."""

from __future__ import annotations

import json

import pytest

from sandbox.core.changes import Configure, Count, Disarm, Drop, Put, Tick, Transfer
from sandbox.core.errors import Reason, Refusal
from sandbox.core.ledger import PENDING
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Cause
from sandbox.core.records import NEW, Charge, Endpoint, Entry, Event
from tests.contract.trace import everything
from tests.core.dialect import DAY, FEE, NAME, NOON, charged, refunded, toy_merchant

HOUR = 3600


def test_a_row_brings_money_timers_and_events() -> None:
    merchant = toy_merchant()
    charge = charged(merchant, 1000)
    assert merchant.get(NAME, Charge, charge.id) == charge
    (entry,) = merchant.store.all(Entry)
    assert charge.entry_id == entry.id
    assert (entry.amount, entry.fee, entry.available_at, entry.source_id, entry.description) == (
        1000, FEE, NOON + 2 * DAY, charge.id, f"sale of {charge.id}",
    )  # fmt: skip
    assert merchant.ledger.balance(PENDING, "usd", NAME) == 1000 - FEE
    assert merchant.ledger.balance("fees:card", "usd", NAME) == FEE
    assert [(timer.name, timer.due) for timer in merchant.timers.of(charge.id)] == [("reminder", NOON + HOUR)]
    (event,) = merchant.events()
    assert (event.type, json.loads(event.body), event.previous) == ("charge.paid", {"id": charge.id, "status": "paid"}, b"")


def test_what_has_no_row_is_refused_and_changes_nothing() -> None:
    merchant = toy_merchant()
    charge = charged(merchant)
    before = everything(merchant)
    merchant.begin()
    with pytest.raises(Refusal) as refusal:
        merchant.fire(charge, Trigger.WIN)
    assert refusal.value.reason is Reason.WRONG_STATUS
    assert refusal.value.facts["status"] == "paid"
    assert not merchant.altered
    assert merchant.commit() == []
    assert everything(merchant) == before


def test_a_rolled_back_unit_has_not_happened() -> None:
    """Every kind of change is taken back: records, money, timers, serials, clock, settings, what was dropped."""
    merchant = toy_merchant(seed=3)
    charge = charged(merchant)
    keeper = merchant.put(Endpoint("we_1", NAME, "enabled", NOON, "http://x"))
    merchant.commit()
    before = everything(merchant)
    merchant.begin()
    merchant.fire(charge, Trigger.UPDATE)
    merchant.fire(charge, Trigger.VOID)
    merchant.drop(keeper)
    merchant.alter(Configure({"seed": 4}))
    merchant.alter(Tick(NOON + DAY, NOON, 0))
    merchant.rollback()
    assert everything(merchant) == before
    assert merchant.now == NOON


def test_after_a_rollback_the_same_ids_are_given_again() -> None:
    merchant = toy_merchant()
    merchant.begin()
    first = merchant.new_id(NAME, Charge)
    merchant.rollback()
    merchant.begin()
    assert merchant.new_id(NAME, Charge) == first
    merchant.commit()


def test_changes_applied_elsewhere_give_the_same_merchant() -> None:
    merchant, copy = toy_merchant(), toy_merchant()
    merchant.put(Endpoint("we_1", NAME, "enabled", NOON, "http://x"))
    changes = merchant.commit()
    merchant.begin()
    charge = merchant.fire(Charge(merchant.new_id(NAME, Charge), NAME, NEW, NOON, 900, "usd", captured=900), Trigger.CAPTURE)
    changes += merchant.commit()
    merchant.begin(instant=NOON + HOUR)
    merchant.alter(Tick(NOON + HOUR, NOON, 2))
    merchant.ring(merchant.timers.of(charge.id)[0])
    merchant.alter(Configure({"profile": "network"}))
    changes += merchant.commit()
    assert {change.__class__ for change in changes} >= {Put, Transfer, Disarm, Count, Tick, Configure}
    for change in changes:
        copy.apply(change)
    assert everything(copy) == everything(merchant)
    assert len(copy.ready) == 2  # both events are still owed to the endpoint


def test_a_serial_that_was_used_is_kept_even_if_nothing_else_is() -> None:
    """Or a restart would give it twice."""
    merchant = toy_merchant()
    merchant.begin()
    merchant.count()
    assert merchant.commit() == [Count(1)]


def test_a_unit_begins_when_the_last_one_ended() -> None:
    merchant = toy_merchant()
    merchant.begin()
    merchant.put(Endpoint("we_1", NAME, "enabled", NOON, "http://x"))
    with pytest.raises(AssertionError, match="neither committed nor rolled back"):
        merchant.begin()


def test_time_stands_still_within_a_unit() -> None:
    merchant = toy_merchant()
    merchant.begin(instant=NOON + 5)
    assert merchant.now == NOON + 5
    merchant.commit()
    assert merchant.now == NOON


def test_facts_of_the_caller_outdo_what_the_provider_derives() -> None:
    merchant = toy_merchant()
    charge = charged(merchant, 1000)
    merchant.begin()
    assert merchant.fire(charge, Trigger.VOID).released == 1000
    merchant.rollback()
    merchant.begin()
    assert merchant.fire(charge, Trigger.VOID, released=1).released == 1
    merchant.rollback()


def test_an_event_names_the_request_behind_it() -> None:
    merchant = toy_merchant()
    charge = charged(merchant)
    merchant.begin(Cause("req_1", "key_1"))
    merchant.fire(charge, Trigger.UPDATE)
    merchant.commit()
    merchant.begin()
    merchant.fire(charge, Trigger.UPDATE)
    merchant.commit()
    _, asked, unasked = merchant.events(NAME)
    assert (asked.request_id, asked.idempotency_key) == ("req_1", "key_1")
    assert (unasked.request_id, unasked.idempotency_key) == ("", "")
    assert merchant.events("other") == []


def test_an_event_tells_what_a_related_record_was_before() -> None:
    merchant = toy_merchant()
    charge = charged(merchant)
    refunded(merchant, charge, 10)
    event = merchant.events()[-1]
    assert (event.type, event.object_id, json.loads(event.previous)) == ("charge.updated", charge.id, {"status": "paid"})


def test_an_event_keeps_the_bytes_of_its_moment() -> None:
    merchant = toy_merchant()
    charge = charged(merchant)
    (event,) = merchant.events()
    merchant.begin()
    merchant.fire(charge, Trigger.VOID)
    merchant.commit()
    assert merchant.get(NAME, Event, event.id).body == event.body
    assert json.loads(event.body)["status"] == "paid"


def test_a_timer_whose_time_has_passed_it_by_means_nothing() -> None:
    """Its target is gone, or is in a status without such a row."""
    merchant = toy_merchant()
    charge, other = charged(merchant), charged(merchant)
    merchant.begin()
    merchant.put(charge._replace(status="void"))
    merchant.drop(other)
    merchant.commit()
    for target in (charge, other):
        (timer,) = merchant.timers.of(target.id)
        seen = len(merchant.events())
        merchant.begin(instant=timer.due)
        assert merchant.ring(timer) is False
        assert merchant.commit() == [Disarm(timer.ticket)]
        assert len(merchant.events()) == seen
    assert merchant.timers.of(charge.id) == []


def test_disarm_takes_the_named_timers_or_all() -> None:
    merchant = toy_merchant()
    charge = charged(merchant)
    merchant.arm(charge, "other", Trigger.UPDATE, NOON + 9)
    merchant.disarm(charge, "reminder")
    assert [timer.name for timer in merchant.timers.of(charge.id)] == ["other"]
    merchant.disarm(charge, "*")
    assert merchant.timers.of(charge.id) == []


def test_a_rendered_body_is_forgotten_when_its_record_changes() -> None:
    merchant = toy_merchant()
    charge = charged(merchant)
    for change in (Put(charge._replace(amount=5)), Drop(charge)):
        merchant.bodies[charge.id] = b"old"
        merchant.apply(change)
        assert charge.id not in merchant.bodies


def test_moving_a_negative_amount_goes_the_other_way() -> None:
    merchant = toy_merchant()
    charge = charged(merchant)
    merchant.move(charge, "a", "b", -5, "usd")
    transfer = merchant.ledger.transfers[-1]
    assert (transfer.debit, transfer.credit, transfer.amount) == ("b", "a", 5)


def test_a_recipe_without_a_line_moves_money_and_shows_nothing() -> None:
    merchant = toy_merchant()
    charge = charged(merchant, 1000)
    lines = len(list(merchant.store.all(Entry)))
    merchant.begin()
    merchant.fire(charge, Trigger.VOID)
    merchant.commit()
    assert merchant.ledger.balance("reserve", "usd", NAME) == -1000
    assert len(list(merchant.store.all(Entry))) == lines
