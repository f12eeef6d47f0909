"""Test clocks freeze and move the merchant's whole time, so any official library can drive a lifecycle alone."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.core.clock import LATEST
from sandbox.core.machine import Trigger
from sandbox.providers.stripe.records import FrozenClock
from tests.harness import DAY, START, Heard, Shop

PATH = "/v1/test_helpers/test_clocks"
CREATED, ADVANCING, READY, DELETED = (f"test_helpers.test_clock.{word}" for word in ("created", "advancing", "ready", "deleted"))


def clock(shop: Shop, at: int = START, **params: Any) -> Any:
    answer = shop.post(PATH, {"frozen_time": at, **params})
    assert answer.status == 200, answer.body
    return answer.body


def advance(shop: Shop, made: Any, to: int) -> Any:
    """The answer of the call; time has arrived when this returns."""
    answer = shop.post(f"{PATH}/{made['id']}/advance", {"frozen_time": to})
    assert answer.status == 200, answer.body
    shop.arrive()
    return answer.body


def test_creating_one_freezes_the_clock(shop: Shop) -> None:
    made = clock(shop, name="deadlines")
    assert (made["status"], made["frozen_time"], made["name"], made["status_details"]) == ("ready", START, "deadlines", {})
    assert (made["created"], made["deletes_after"]) == (START, START + 30 * DAY)
    shop.wall.now += 500
    assert shop.now == START
    assert shop.control("GET", "/clock")["rate"] == 0
    assert shop.get(f"{PATH}/{made['id']}").body == made
    assert shop.get(PATH)["data"] == [made]
    assert shop.events() == [CREATED]


@pytest.mark.parametrize("days", [-1000, 1000])
def test_a_merchant_without_records_may_be_frozen_at_any_time(shop: Shop, days: int) -> None:
    shop.hear()
    made = clock(shop, START + days * DAY)
    assert (made["frozen_time"], made["created"], shop.now) == (START + days * DAY,) * 3


def test_a_frozen_time_behind_is_refused_where_there_are_records(shop: Shop) -> None:
    """Up to a minute it means now."""
    shop.pay()
    answer = shop.post(PATH, {"frozen_time": START - 61})
    assert (answer.status, answer.error["param"]) == (400, "frozen_time")
    assert shop.control("GET", "/clock")["rate"] == 1
    assert clock(shop, START - 60)["frozen_time"] == START


def test_a_later_frozen_time_jumps_there(shop: Shop) -> None:
    """If nothing is due before; else it is a journey like any other."""
    shop.post("/v1/customers")
    made = clock(shop, START + DAY)
    assert (made["status"], made["frozen_time"], shop.now) == ("ready", START + DAY, START + DAY)
    shop.pay()
    late = clock(shop, START + 9 * DAY)
    assert (late["status"], late["frozen_time"]) == ("advancing", START + DAY)
    assert late["status_details"] == {"advancing": {"target_frozen_time": START + 9 * DAY}}
    shop.arrive()
    assert shop.get(f"{PATH}/{late['id']}")["status"] == "ready"
    assert shop.events()[-4:] == [CREATED, ADVANCING, "balance.available", READY]


def test_advancing_moves_everything_that_is_due(shop: Shop) -> None:
    """A missed deadline is lost on its day, before the clock is ready."""
    made = clock(shop)
    dispute = shop.disputes_of(shop.pay("pm_card_createDispute"))[0]
    told = len(shop.events())
    answer = advance(shop, made, START + 10 * DAY)
    assert (answer["status"], answer["frozen_time"]) == ("advancing", START)
    assert answer["status_details"] == {"advancing": {"target_frozen_time": START + 10 * DAY}}
    assert shop.events()[told:] == [ADVANCING, "balance.available", "charge.dispute.closed", READY]
    assert shop.get(f"/v1/disputes/{dispute['id']}")["status"] == "lost"
    ready = shop.get(f"{PATH}/{made['id']}")
    assert (ready["status"], ready["frozen_time"], shop.now) == ("ready", START + 10 * DAY, START + 10 * DAY)
    shop.wall.now += 500
    assert shop.now == START + 10 * DAY


def test_the_application_hears_each_instant_before_time_goes_on(shop: Shop) -> None:
    """As in the control API's advance: what a webhook makes it do happens at that instant."""
    seen: list[tuple[str, int]] = []

    def note(heard: Heard) -> int:
        seen.append((heard.event["type"], shop.now - START))
        return 200

    shop.receiver.answer = note
    shop.hear("charge.dispute.closed", "balance.available", ADVANCING, READY)
    made = clock(shop)
    shop.pay("pm_card_createDispute")
    advance(shop, made, START + 10 * DAY)
    shop.settle()
    day = DAY - 9 * 3600
    lost_at = 8 * DAY + day - 1
    assert seen == [(ADVANCING, 0), ("balance.available", DAY + day), ("charge.dispute.closed", lost_at), (READY, 10 * DAY)]


@pytest.mark.parametrize("to", [START - 1, START, START + 733 * DAY])
def test_a_clock_advances_forward_and_at_most_two_years(shop: Shop, to: int) -> None:
    made = clock(shop)
    answer = shop.post(f"{PATH}/{made['id']}/advance", {"frozen_time": to})
    assert (answer.status, answer.error["param"]) == (400, "frozen_time")
    assert shop.events() == [CREATED]


def test_nothing_else_moves_the_clocks_while_one_is_advancing(shop: Shop) -> None:
    """Neither another advance nor a deletion, nor a new clock: time is on its way as long as a webhook is not answered."""
    made, other = clock(shop), clock(shop)
    answers: list[Any] = []

    async def meddle(heard: Heard) -> int:
        key = {"authorization": "Bearer sk_test_alpha"}
        for path in (f"{PATH}/{made['id']}/advance", f"{PATH}/{other['id']}/advance", PATH):
            said = await shop._client.post(path, data={"frozen_time": str(START + 2 * DAY)}, headers=key)
            answers.append((said.status_code, said.json()["error"]["message"]))
        said = await shop._client.delete(f"{PATH}/{made['id']}", headers=key)
        answers.append((said.status_code, said.json()["error"]["message"]))
        shown = (await shop._client.get(f"{PATH}/{made['id']}", headers=key)).json()
        assert (shown["status"], shown["frozen_time"]) == ("advancing", START)
        return 200

    shop.receiver.answer = meddle
    shop.hear(ADVANCING)
    advance(shop, made, START + DAY)
    assert answers == [(400, f"Test clock {made['id']} is advancing: wait until its status is ready.")] * 4
    for one in (made, other):
        shown = shop.get(f"{PATH}/{one['id']}")
        assert (shown["status"], shown["frozen_time"]) == ("ready", START + DAY)


def test_deleting_the_last_lets_time_run(shop: Shop) -> None:
    """And takes its customers along."""
    one, two = clock(shop), clock(shop)
    hers = shop.post("/v1/customers", {"test_clock": one["id"]})
    assert hers["test_clock"] == one["id"]
    gone = shop.delete(f"{PATH}/{one['id']}")
    assert gone.body == {"id": one["id"], "object": "test_helpers.test_clock", "deleted": True}
    assert shop.get(f"/v1/customers/{hers['id']}").body == {"id": hers["id"], "object": "customer", "deleted": True}
    assert shop.events() == [CREATED, CREATED, "customer.created", "customer.deleted", DELETED]
    assert shop.control("GET", "/clock")["rate"] == 0
    missing = shop.get(f"{PATH}/{one['id']}")
    assert (missing.status, missing.error["message"]) == (404, f"No such test clock: '{one['id']}'")
    shop.delete(f"{PATH}/{two['id']}")
    shop.wall.now += 500
    assert shop.now == START + 500
    assert shop.get(PATH)["data"] == []


def test_customers_of_a_clock_are_listed_apart(shop: Shop) -> None:
    """Three at most."""
    made = clock(shop)
    plain = shop.post("/v1/customers")
    hers = [shop.post("/v1/customers", {"test_clock": made["id"]})["id"] for _ in range(3)]
    assert [row["id"] for row in shop.get("/v1/customers")["data"]] == [plain["id"]]
    assert [row["id"] for row in shop.get("/v1/customers", {"test_clock": made["id"]})["data"]] == hers[::-1]
    assert shop.get(f"/v1/customers/{hers[0]}", {"expand": ["test_clock"]})["test_clock"] == made
    for wanted, param in ((made["id"], "test_clock"), ("clock_x", "test_clock")):
        answer = shop.post("/v1/customers", {"test_clock": wanted})
        assert (answer.status, answer.error["param"]) == (400, param)
    given = clock(shop, customer=plain["id"])
    assert shop.get(f"/v1/customers/{plain['id']}")["test_clock"] == given["id"]


def test_a_journey_under_way_goes_on_in_a_copy_of_the_merchant(shop: Shop) -> None:
    """It is a timer, so a snapshot has it, and whoever is made of that sets out again."""
    made = clock(shop)
    shop.pay("pm_card_createDispute")
    merchant = shop.merchant
    merchant.begin()
    merchant.fire(merchant.get("stripe", FrozenClock, made["id"]), Trigger.ADVANCE, target_at=START + 10 * DAY)
    merchant.commit()  # not through the world, so nobody has set out
    shop.control("POST", "/snapshots")
    shop.control("POST", "/snapshots/snap_1/restore")
    assert shop.merchant is not merchant
    shop.arrive()
    assert shop.get(f"{PATH}/{made['id']}")["status"] == "ready"
    assert shop.get("/v1/disputes")["data"][0]["status"] == "lost"
    assert [timer.name for timer in shop.merchant.timers] == []


def test_no_test_clock_goes_beyond_the_latest_time(shop: Shop) -> None:
    """Neither at its making nor later; the merchant's own clock stays where it was."""
    answer = shop.post(PATH, {"frozen_time": LATEST + 1})
    assert (answer.status, answer.error["param"]) == (400, "frozen_time")
    assert "2200-01-01" in answer.error["message"]
    made = clock(shop, LATEST - DAY)
    assert shop.post(f"{PATH}/{made['id']}/advance", {"frozen_time": LATEST + 1}).error["param"] == "frozen_time"
    shop.post(f"{PATH}/{made['id']}/advance", {"frozen_time": LATEST})
    shop.arrive()
    assert shop.get(f"{PATH}/{made['id']}")["status"] == "ready"
