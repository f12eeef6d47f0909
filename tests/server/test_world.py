"""What is kept of merchants, and what happens when it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings

from sandbox.core.changes import Change, Count
from sandbox.core.errors import Refusal
from sandbox.journal.base import Journal, JournalError
from sandbox.providers.base import Allowance
from sandbox.server import world as worlds
from tests.harness import DAY, START, Shop
from tests.journal.kept import FailingJournal, ListJournal, retold, state
from tests.lives import LIVES, Life
from tests.lives.base import Moody

Opened = Callable[..., Shop]


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Opens shops over a journal, each as the next process finds it, and closes them all in the end."""
    shops: list[Shop] = []

    def one(journal: Journal, wall: float = START) -> Shop:
        shops.append(Shop(journal=journal))
        shops[-1].wall.now = wall
        shops[-1].run(shops[-1].world.load())
        return shops[-1]

    yield one
    for shop in shops:
        shop.close()


def asgi(shop: Shop, path: str) -> tuple[int, Any]:
    answer = shop.call("GET", path)
    return answer.status, answer.body


def test_a_journal_that_fails_stops_all_promises(opened: Opened) -> None:
    """The request that met it, everything after it, reads too, and the probe say so and why; no path or traceback is told."""
    shop = opened(FailingJournal(1))
    first = shop.pay()
    why = "the journal could not be written (OSError). Restart the server: what it answered before is kept."
    for answer in (shop.post("/v1/customers"), shop.post("/v1/customers"), shop.get(f"/v1/payment_intents/{first['id']}")):
        assert answer.status == 500
        assert answer.error["message"] == f"payment-sandbox refuses requests: {why}"
        assert answer.error["type"] == "api_error"
    assert asgi(shop, "/readyz") == (503, {"status": why})
    assert asgi(shop, "/livez")[0] == 200
    refused = shop.control("POST", "/settings", {"outcome": "won"})
    assert (refused.status, refused.error["code"]) == (500, "broken")
    assert why in refused.error["message"]


def test_the_control_call_that_meets_a_failing_journal_says_why(opened: Opened) -> None:
    shop = opened(FailingJournal(0))
    refused = shop.control("POST", "/settings", {"outcome": "won"})
    assert (refused.status, refused.error["code"]) == (500, "broken")
    assert "/some/path" not in refused.error["message"]
    assert asgi(shop, "/readyz")[0] == 503


def test_after_a_failure_no_timer_rings_and_no_webhook_goes_out(opened: Opened) -> None:
    """What they would change could not be kept."""
    shop = opened(FailingJournal(2))
    shop.hear()
    shop.pay(capture_method="manual")
    shop.post("/v1/customers")
    before = state(shop.merchant)
    heard = len(shop.receiver.heard)
    shop.wall.now += 30 * DAY
    shop.run(shop.app.driver.ring_everybody())
    with pytest.raises(JournalError):
        shop.advance(days=30)
    shop.run(shop.sender.settled(shop.merchant))
    after = state(shop.merchant)
    assert after["timers"] == before["timers"]
    assert after["rows"] == before["rows"]
    assert len(shop.receiver.heard) == heard


def test_what_was_acknowledged_before_the_failure_is_there_after_a_restart(opened: Opened) -> None:
    journal = FailingJournal(1)
    shop = opened(journal)
    paid = shop.pay()
    assert shop.post("/v1/customers").status == 500
    journal.left = 10
    again = opened(journal)
    assert again.get(f"/v1/payment_intents/{paid['id']}").body == paid
    assert again.post("/v1/customers").status == 200
    assert again.get("/v1/customers")["data"][0]["object"] == "customer"


def test_a_unit_of_work_that_cannot_be_kept_is_watched_by_nobody(opened: Opened) -> None:
    """The stream and the sender must not tell of what may be lost."""
    shop = opened(FailingJournal(0))
    seen: list[Sequence[Change]] = []
    shop.world.watchers.append(lambda _, changes: seen.append(changes))
    shop.post("/v1/customers")
    assert seen == []


def test_overdue_timers_ring_and_due_webhooks_go_out_after_a_restart(opened: Opened) -> None:
    """The clock ran on while the server was down, and whoever was owed an event gets it."""
    journal = ListJournal()
    shop = opened(journal)
    shop.run(shop.sender.close())  # ends before a single webhook was sent
    shop.hear()
    shop.pay(capture_method="manual")
    assert shop.receiver.heard == []
    again = opened(journal)
    again.wall.now += 8 * DAY
    again.run(again.app.driver.ring_everybody())
    again.settle()
    assert again.now == START + 8 * DAY
    created = ["payment_intent.created", "charge.succeeded", "payment_intent.amount_capturable_updated"]
    assert again.receiver.types == [*created, "charge.expired", "payment_intent.canceled"]
    expired = [heard.event["created"] for heard in again.receiver.heard if heard.event["type"] == "charge.expired"]
    assert expired == [START + 7 * DAY]


def test_a_frozen_clock_is_frozen_after_a_restart(opened: Opened) -> None:
    journal = ListJournal()
    shop = opened(journal)
    shop.pay(capture_method="manual")
    shop.freeze()
    again = opened(journal)
    again.wall.now += 30 * DAY
    again.run(again.app.driver.ring_everybody())
    assert again.now == START
    assert again.events() == shop.events()


def test_an_idempotency_key_replays_the_first_answer_after_a_restart(opened: Opened) -> None:
    journal = ListJournal()
    shop = opened(journal)
    key = {"idempotency-key": "once"}
    first = shop.post("/v1/customers", {"name": "A"}, headers=key)
    again = opened(journal)
    repeated = again.post("/v1/customers", {"name": "A"}, headers=key)
    assert repeated.body == first.body
    assert repeated.headers["idempotent-replayed"] == "true"
    assert len(again.get("/v1/customers")["data"]) == 1


def test_a_log_is_rewritten_when_it_is_many_times_its_state(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the server runs, so that the file does not grow for ever; nothing is lost by it."""
    monkeypatch.setattr(worlds, "LOG_CHANGES_MIN", 100)
    journal = ListJournal()
    shop = opened(journal)
    shop.pay()
    longest = 0
    for number in range(400):
        assert shop.control("POST", "/settings", {"outcome": ("won", "lost")[number % 2]}).status == 200
        longest = max(longest, sum(len(changes) for _, changes in journal.entries))
    assert 100 <= longest <= 101
    again = opened(journal)
    assert state(again.merchant) == state(shop.merchant)


def test_a_large_state_is_not_rewritten_while_the_server_runs(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would stop everybody for seconds; the next start does it."""
    monkeypatch.setattr(worlds, "LOG_CHANGES_MIN", 100)
    monkeypatch.setattr(worlds, "STATE_CHANGES_MAX", 2)
    journal = ListJournal()
    shop = opened(journal)
    for number in range(200):
        assert shop.control("POST", "/settings", {"outcome": ("won", "lost")[number % 2]}).status == 200
    assert len(journal.entries) == 200
    again = opened(journal)
    assert state(again.merchant) == state(shop.merchant)
    assert len(journal.entries) == 1


def test_a_long_log_is_rewritten_when_it_is_loaded(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = ListJournal()
    shop = opened(journal)
    shop.pay()
    journal.entries += [("alpha", (Count(shop.merchant.serial),))] * 1_000
    monkeypatch.setattr(worlds, "LOG_CHANGES_MIN", 100)
    again = opened(journal)
    assert len(journal.entries) == 1
    assert state(again.merchant) == state(shop.merchant)


def test_what_is_under_way_when_its_merchant_is_reset_is_kept_nowhere(opened: Opened) -> None:
    """A late webhook's outcome must not come back to life in the new merchant's log."""
    journal = ListJournal()
    shop = opened(journal)
    shop.pay()
    old = shop.merchant
    shop.control("POST", "/reset")
    before = list(journal.entries)
    old.begin()
    old.count()
    assert shop.run(shop.world.keep(old)) == ()
    assert journal.entries == before


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES.keys())
def test_same_seed_clock_and_calls_give_the_same_ids_and_bytes(life: Life) -> None:
    """Answers, events, webhooks and books: all but how long a webhook really took."""

    @settings(max_examples=8, deadline=None)
    @given(life.lives)
    def check(steps: list[tuple[str, int]]) -> None:
        first, second = (life.shop_of(receiver=Moody(), seed=7) for _ in range(2))
        assert life.live(first, steps) == life.live(second, steps)
        assert retold(first.merchant) == retold(second.merchant)
        assert [heard.body for heard in first.receiver.heard] == [heard.body for heard in second.receiver.heard]
        for each in (first, second):
            each.close()

    check()


def test_another_seed_or_another_merchant_has_other_ids() -> None:
    """So nothing that was noted in one world names anything in another."""
    shops = [Shop(seed=1), Shop(seed=2), Shop(name="beta", seed=1)]
    ids = [{record.id for shelf in shop.merchant.store.shelves.values() for record in shelf.rows.values()} for shop in shops if shop.pay()]
    assert all(ids)
    for one, other in ((0, 1), (0, 2), (1, 2)):
        shared = ids[one] & ids[other]
        assert [key for key in shared if not key.startswith("settlement_")] == []  # a day is the same everywhere
    for shop in shops:
        shop.close()


def test_buckets_that_nothing_was_taken_from_are_forgotten_with_the_old_ones(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that one bucket refuses counts in none, and leaves the others empty; what is used up stays so."""
    monkeypatch.setattr(worlds, "BUCKETS_MAX", 2)
    shop = opened(ListJournal())
    shop.get("/v1/charges")
    desk = shop.world.desks[shop.name]
    whole = Allowance("all", 1, worlds.SPENT_KEPT_S, "global-rate")
    desk.spend((whole,), START)
    for number in range(3):
        with pytest.raises(Refusal):
            desk.spend((Allowance(f"intent {number}", 1, 1.0, "resource-specific"), whole), START + 1)
    with pytest.raises(Refusal):
        desk.spend((whole,), START + 1)
    assert "all" in desk.spent
    assert "intent 0" not in desk.spent
    desk.spend((whole,), START + worlds.SPENT_KEPT_S)
