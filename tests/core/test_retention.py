"""What is forgotten so that a server stays small, and what never is."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from sandbox.core import retention
from sandbox.core.changes import Change, Configure, Drop
from sandbox.core.records import Charge, Delivery, Dispute, Entry, Event, Refund, Replay
from sandbox.server.world import World
from tests.harness import DAY, Receiver, Shop

KEPT = 40


@pytest.fixture
def small() -> Shop:
    """A shop that keeps 40 events and as many deliveries."""
    return Shop(events_kept=KEPT, deliveries_kept=KEPT, requests_kept=7)


def ids(shop: Shop, kind: type) -> list[str]:
    return [record.id for record in shop.merchant.store.all(kind)]


def dropped(world: World) -> list[type]:
    """The kinds of all that is dropped from now on."""
    kinds: list[type] = []

    def watch(_: object, changes: Sequence[Change]) -> None:
        kinds.extend(change.record.__class__ for change in changes if isinstance(change, Drop))

    world.watchers.append(watch)
    return kinds


def test_the_oldest_events_make_room(small: Shop) -> None:
    """The newest stay, in order; what the API lists is what is kept."""
    for _ in range(30):
        small.pay()
    kept = small.events()
    assert KEPT <= len(kept) <= KEPT + KEPT // retention.SLACK + 4  # one unit of work more
    assert kept[-3:] == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]
    assert [one["id"] for one in small.get("/v1/events", {"limit": 5})["data"]] == ids(small, Event)[:-6:-1]
    small.close()


def test_an_event_takes_its_settled_deliveries_with_it(small: Shop) -> None:
    small.hear()
    for _ in range(30):
        small.pay()
        small.settle()
    deliveries = list(small.merchant.store.all(Delivery))
    assert 0 < len(deliveries) <= KEPT + KEPT // retention.SLACK + 4
    assert {delivery.event_id for delivery in deliveries} <= set(ids(small, Event))
    small.close()


def test_deliveries_have_a_cap_of_their_own(small: Shop) -> None:
    """Several endpoints owe more deliveries than there are events."""
    for port in (1, 2, 3):
        small.hear(url=f"http://localhost:{port}/hook")
    for _ in range(20):
        small.pay()
        small.settle()
    small.pay()
    assert len(ids(small, Delivery)) <= KEPT + KEPT // retention.SLACK + 12
    assert len(ids(small, Event)) >= KEPT
    small.close()


def test_what_is_owed_is_never_forgotten() -> None:
    """However far over the cap: an endpoint that is down gets every event once it is up."""
    receiver = Receiver(500)
    shop = Shop(events_kept=KEPT, deliveries_kept=KEPT, receiver=receiver)
    shop.hear("charge.succeeded")
    intents = [shop.pay() for _ in range(3 * KEPT)]
    shop.settle()
    assert len(ids(shop, Delivery)) == 3 * KEPT
    receiver.answer = 200
    receiver.heard.clear()
    shop.advance(days=1)
    assert {heard.event["data"]["object"]["id"] for heard in receiver.heard} == {intent["latest_charge"] for intent in intents}
    shop.pay()
    assert len(ids(shop, Delivery)) <= KEPT + 1
    shop.close()


def test_nothing_that_money_depends_on_is_forgotten(small: Shop) -> None:
    """Charges, refunds, disputes, statement lines and transfers all stay, and the books still add up from the first."""
    kinds = dropped(small.world)
    small.hear()
    for number in range(25):
        paid = small.pay("pm_card_createDispute" if number % 5 == 0 else "pm_card_visa")
        if number % 5 == 1:
            small.post("/v1/refunds", {"payment_intent": paid["id"], "amount": 100})
        small.settle()
    small.advance(days=40)
    assert set(kinds) == {Event, Delivery}
    assert (len(ids(small, Charge)), len(ids(small, Refund)), len(ids(small, Dispute))) == (25, 5, 5)
    assert len(ids(small, Entry)) == 25 + 5 + 5
    assert small.merchant.ledger.balanced()
    net = sum(entry.amount - entry.fee for entry in small.merchant.store.all(Entry))
    assert small.balance("merchant:available") + small.balance("merchant:pending") == net
    small.close()


def test_a_lower_cap_holds_at_once() -> None:
    shop = Shop()
    for _ in range(50):
        shop.pay()
    assert len(ids(shop, Event)) == 150
    shop.merchant.begin()
    shop.merchant.alter(Configure({"events_kept": 100}))
    shop.run(shop.world.keep(shop.merchant))
    assert len(ids(shop, Event)) == 100
    shop.close()


def test_looking_for_what_may_go_is_rare() -> None:
    """So a commit costs no more for it, whatever the cap; nothing is dropped one by one."""
    shop = Shop()
    assert retention.changes_until_look(shop.merchant) == retention.EVENTS_KEPT // retention.SLACK
    shop.close()


def test_the_request_log_keeps_the_latest(small: Shop) -> None:
    for number in range(20):
        small.get(f"/v1/charges/ch_{number}")
    assert [line.path for line in small.world.desks["alpha"].log] == [f"/v1/charges/ch_{number}" for number in range(13, 20)]
    small.close()


def test_a_kept_answer_is_forgotten_after_a_day_of_simulated_time(shop: Shop) -> None:
    """All that are older go when the next one comes, and the key means a new request then."""
    def pay(key: str) -> str:
        return str(shop.post("/v1/customers", {}, headers={"idempotency-key": key})["id"])

    first = [pay(f"key {number}") for number in range(5)]
    shop.advance(seconds=DAY - 1)
    assert pay("key 0") == first[0]
    shop.advance(seconds=1)
    assert pay("key 0") != first[0]
    assert ids(shop, Replay) == ["key 0"]
