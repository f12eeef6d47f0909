"""What a row does to other records: one test a mark, and the money of a settlement day."""

from __future__ import annotations

from sandbox.core.effects import EFFECTS, kinds_of
from sandbox.core.ledger import AVAILABLE, PENDING
from sandbox.core.machine import Mark, Trigger
from sandbox.core.records import CORE_RECORDS, NEW, Charge, Refund, Settlement
from tests.core.dialect import DAY, FEE, NAME, NOON, charged, refunded, toy_merchant


def test_every_mark_has_its_effect() -> None:
    assert set(EFFECTS) == set(Mark)


def test_kinds_are_found_by_name() -> None:
    class Own:
        records = (int,)

    kinds = kinds_of({"own": Own()})  # type: ignore[dict-item]
    assert kinds["Charge"] is Charge
    assert kinds["int"] is int
    assert len(kinds) == len(CORE_RECORDS) + 1


def test_a_refund_counts_on_its_charge_until_it_fails() -> None:
    merchant = toy_merchant()
    charge = charged(merchant)
    refund = refunded(merchant, charge, 300)
    assert merchant.get(NAME, Charge, charge.id).refunded == 300
    merchant.begin()
    merchant.fire(refund, Trigger.FAIL)
    merchant.commit()
    assert merchant.get(NAME, Charge, charge.id).refunded == 0


def test_a_release_voids_the_charge_after_its_own_events() -> None:
    """And `also` happened before them."""
    merchant = toy_merchant()
    charge = charged(merchant)
    merchant.begin()
    merchant.fire(Refund("re_1", NAME, NEW, NOON, 1000, "usd", charge.id), Trigger.RELEASE)
    merchant.commit()
    assert [event.type for event in merchant.events()] == ["charge.paid", "charge.updated", "refund.done"]
    voided = merchant.get(NAME, Charge, charge.id)
    assert (voided.status, voided.released) == ("void", 1000)


def test_what_a_record_was_to_bring_comes_after_its_own_events() -> None:
    merchant = toy_merchant()
    charge = charged(merchant)
    merchant.begin()
    merchant.fire(charge, Trigger.UNFOLD)
    merchant.commit()
    assert merchant.get(NAME, Charge, charge.id).status == "void"
    assert [event.type for event in merchant.events()] == ["charge.paid", "charge.unfolding"]


def test_the_money_of_one_day_settles_together() -> None:
    """One timer a day; refunds of the day's charges count, in every currency."""
    merchant = toy_merchant()
    first = charged(merchant, 1000)
    charged(merchant, 500)
    refunded(merchant, first, 300)
    (day,) = merchant.store.all(Settlement)
    assert (day.status, day.due_at, day.sums) == ("pending", NOON + 2 * DAY, {"usd": 1200 - 2 * FEE})
    (timer,) = merchant.timers.of(day.id)
    merchant.begin(instant=day.due_at)
    assert merchant.ring(timer)
    merchant.commit()
    assert merchant.ledger.balance(PENDING, "usd", NAME) == 0
    assert merchant.ledger.balance(AVAILABLE, "usd", NAME) == 1200 - 2 * FEE
    assert merchant.ledger.balanced()
    assert merchant.events()[-1].type == "funds.available"


def test_a_day_that_sums_to_less_than_nothing_takes_from_the_available_side() -> None:
    merchant = toy_merchant()
    charge = charged(merchant, 1000)
    refunded(merchant, charge, 1000)
    (day,) = merchant.store.all(Settlement)
    merchant.begin(instant=day.due_at)
    merchant.ring(merchant.timers.of(day.id)[0])
    merchant.commit()
    assert merchant.ledger.balance(AVAILABLE, "usd", NAME) == -FEE
    assert merchant.ledger.balance(PENDING, "usd", NAME) == 0


def test_money_that_is_there_at_once_waits_for_no_day() -> None:
    merchant = toy_merchant()
    charged(merchant, 1000, at_once=True)
    assert list(merchant.store.all(Settlement)) == []
    assert merchant.ledger.balance(AVAILABLE, "usd", NAME) == 1000 - FEE
