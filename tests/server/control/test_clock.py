"""Time is read, set and moved from outside."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sandbox.core import snapshot
from sandbox.core.changes import Tick
from sandbox.core.clock import LATEST
from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge
from tests.harness import DAY, START, Shop


def dispute(shop: Shop) -> Any:
    """An open dispute, its clock frozen at the start."""
    shop.freeze()
    return shop.control("POST", "/disputes", {"charge": shop.pay()["id"]}).body


def test_a_clock_starts_at_the_wall_time_and_runs(shop: Shop) -> None:
    shown = {"now": START, "iso": "2026-01-05T09:00:00Z", "rate": 1.0, "advancing": False, "next": None, "held_by": []}
    assert shop.control("GET", "/clock").body == shown
    shop.wall.now += 90
    assert shop.control("GET", "/clock")["now"] == START + 90


def test_a_frozen_clock_stands_and_a_fast_one_runs_n_times_as_fast(shop: Shop) -> None:
    assert shop.control("POST", "/clock", {"rate": 0})["rate"] == 0
    shop.wall.now += 60
    assert shop.control("GET", "/clock")["now"] == START
    shop.control("POST", "/clock", {"rate": 3600})
    shop.wall.now += 10
    assert shop.control("GET", "/clock")["now"] == START + 36_000


@pytest.mark.parametrize(
    "when",
    ["2020-02-29", "2020-02-29T00:00:00Z", "2020-02-29T02:00:00+02:00", "2020-02-29T00:00:00", 1582934400, "1582934400", 1582934400.5],
)
def test_a_time_is_iso_or_epoch_and_without_an_offset_utc(shop: Shop, when: Any) -> None:
    """On a merchant without records it may be any time, also long ago."""
    assert shop.control("POST", "/clock", {"now": when})["iso"] == "2020-02-29T00:00:00Z"


@pytest.mark.parametrize("when", ["soon", "2020-02-30", -1, 10**15, LATEST + 1, "9999-12-31", True, [], ""])
def test_what_is_no_time_is_refused(shop: Shop, when: Any) -> None:
    answer = shop.control("POST", "/clock", {"now": when})
    assert (answer.status, answer.error["param"]) == (422, "now")


@pytest.mark.parametrize("rate", [-1, 1_000_001, 1e9, "fast", True, None])
def test_a_rate_is_a_number_from_zero(shop: Shop, rate: Any) -> None:
    assert shop.control("POST", "/clock", {"rate": rate}).status == (200 if rate is None else 422)
    assert shop.control("GET", "/clock")["rate"] == 1


def test_endpoints_and_settings_do_not_keep_the_clock_from_going_back(shop: Shop) -> None:
    shop.control("POST", "/webhook_endpoints", {"provider": "stripe", "url": "sandbox:inbox"})
    shop.control("POST", "/settings", {"profile": "network"})
    assert shop.control("POST", "/clock", {"now": "2021-01-01"})["iso"] == "2021-01-01T00:00:00Z"


def test_a_record_does(shop: Shop) -> None:
    shop.post("/v1/customers")
    answer = shop.control("POST", "/clock", {"now": "2021-01-01"})
    assert (answer.status, answer.error["param"]) == (422, "now")
    assert shop.control("GET", "/clock")["now"] == START


def test_setting_the_clock_forward_rings_what_is_due_on_the_way(shop: Shop) -> None:
    made = dispute(shop)
    shop.control("POST", "/clock", {"now": START + 20 * DAY})
    assert shop.control("GET", f"/disputes/{made['id']}")["status"] == "lost"
    assert shop.control("GET", "/clock")["now"] == START + 20 * DAY


def test_advance_answers_what_rang_and_the_events_of_it(shop: Shop) -> None:
    made = dispute(shop)
    answer = shop.control("POST", "/clock/advance", {"days": 9})
    due = made["evidence_details"]["due_by"]
    assert answer["fired"] == [
        {"due": 1_767_744_000, "name": "funds_available", "target": "settlement_stripe_1767744000", "provider": "stripe",
         "kind": "Settlement", "payment": None},
        {"due": due, "name": "evidence_due", "target": made["id"], "provider": "stripe", "kind": "Dispute",
         "payment": made["payment_intent"] or made["charge"]},
    ]  # fmt: skip
    assert (answer["now"], answer["iso"]) == (START + 9 * DAY, "2026-01-14T09:00:00Z")
    listed = shop.control("GET", "/events")["data"]
    assert answer["events"] == [event["id"] for event in listed][-2:]
    assert [event["type"] for event in listed][-2:] == ["balance.available", "charge.dispute.closed"]


@pytest.mark.parametrize(
    ("goal", "seconds"),
    [({"days": 1.5}, 129_600), ({"hours": 2}, 7_200), ({"seconds": 5}, 5), ({"to": START + 77}, 77), ({"seconds": 0}, 0)],
)
def test_an_advance_goes_as_far_as_it_was_told(shop: Shop, goal: Any, seconds: int) -> None:
    shop.freeze()
    assert shop.control("POST", "/clock/advance", goal)["now"] == START + seconds


def test_until_next_stops_where_the_next_timer_rang(shop: Shop) -> None:
    dispute(shop)
    due = shop.control("GET", "/clock")["next"]["due"]
    answer = shop.control("POST", "/clock/advance", {"until": "next"})
    assert (answer["now"], [row["name"] for row in answer["fired"]]) == (due, ["funds_available"])


def test_until_idle_stops_when_nothing_is_left(shop: Shop) -> None:
    made = dispute(shop)
    answer = shop.control("POST", "/clock/advance", {"until": "idle"})
    assert answer["now"] == made["evidence_details"]["due_by"]
    assert shop.control("GET", "/clock")["next"] is None
    again = shop.control("POST", "/clock/advance", {"until": "idle"})
    assert (again["now"], again["fired"]) == (answer["now"], [])


@pytest.mark.parametrize(
    "goal",
    [
        {}, {"days": 1, "hours": 1}, {"days": -1}, {"until": "later"}, {"days": "1"}, {"days": 1e9}, {"days": 1e308},
        {"seconds": 1, "settle_ms": -1},
    ],
)  # fmt: skip
def test_an_advance_has_exactly_one_goal_and_it_is_ahead(shop: Shop, goal: Any) -> None:
    assert shop.control("POST", "/clock/advance", goal).status == 422


def test_a_target_in_the_past_is_refused(shop: Shop) -> None:
    answer = shop.control("POST", "/clock/advance", {"to": "2026-01-05T08:59:59Z"})
    assert (answer.status, answer.error["param"]) == (422, "to")


def test_a_second_advance_waits_its_turn_and_goes_on_from_there(shop: Shop) -> None:
    """Two of a day each make two days."""
    dispute(shop)

    async def both() -> None:
        headers = {"authorization": "Bearer sk_test_alpha"}
        posts = [shop._client.post("/_sandbox/clock/advance", json={"days": 1}, headers=headers) for _ in range(2)]
        answers = await asyncio.gather(*posts)
        assert sorted(answer.json()["now"] for answer in answers) == [START + DAY, START + 2 * DAY]

    shop.run(both())


def test_the_clock_names_the_webhook_that_holds_it(shop: Shop) -> None:
    """An application that does not answer stops time, and whoever looks sees which."""
    shop.freeze()
    shop.control("POST", "/webhook_endpoints", {"provider": "stripe", "url": "http://127.0.0.1:4242/hook"})
    answered = asyncio.Event()

    async def slowly(_: Any) -> int:
        await answered.wait()
        return 200

    shop.receiver.answer = slowly

    async def story() -> None:
        headers = {"authorization": "Bearer sk_test_alpha"}
        await shop._client.post("/v1/customers", headers=headers)
        advancing = asyncio.ensure_future(shop._client.post("/_sandbox/clock/advance", json={"days": 1}, headers=headers))
        while not shop.receiver.heard:
            await asyncio.sleep(0)
        shown = (await shop._client.get("/_sandbox/clock", headers=headers)).json()
        assert (shown["now"], shown["advancing"]) == (START, True)
        assert [(row["url"], row["since"]) for row in shown["held_by"]] == [("http://127.0.0.1:4242/hook", START)]
        unwaited = await shop._client.get("/_sandbox/deliveries?status=pending", headers=headers)
        assert [row["id"] for row in unwaited.json()["data"]] == [row["delivery"] for row in shown["held_by"]]
        answered.set()
        assert (await advancing).json()["now"] == START + DAY
        after = (await shop._client.get("/_sandbox/clock", headers=headers)).json()
        assert (after["held_by"], after["advancing"]) == ([], False)

    shop.run(story())


# The end of time


@pytest.mark.parametrize("goal", [{"to": "2200-01-01T00:00:01Z"}, {"days": 90 * 366}, {"to": "9999-12-31"}])
def test_an_advance_beyond_the_latest_time_is_refused_and_says_so(shop: Shop, goal: Any) -> None:
    shop.control("POST", "/clock", {"now": "2150-01-01", "rate": 0})
    answer = shop.control("POST", "/clock/advance", goal)
    assert answer.status == 422
    assert "2200-01-01" in answer.error["message"]
    assert shop.control("GET", "/clock")["iso"] == "2150-01-01T00:00:00Z"


def test_at_the_latest_time_everything_still_answers(shop: Shop) -> None:
    """What is due later never is: a deadline stands, and the lists of all merchants are whole."""
    dispute(shop)
    shop.control("POST", "/clock", {"now": LATEST, "rate": 1_000_000})
    charged = shop.pay()
    shop.wall.now += 3600
    made = shop.control("POST", "/disputes", {"charge": charged["id"]})
    assert made.status == 200
    shown = shop.control("GET", "/clock")
    assert (shown["iso"], shown["next"]["due"] > LATEST) == ("2200-01-01T00:00:00Z", True)
    for path in ("/merchants", "/disputes", "/payments", "/events", "/timers", "/ledger", "/requests", "/deliveries"):
        assert shop.control("GET", path).status == 200
    assert shop.control("POST", "/clock/advance", {"until": "next"}).status == 422
    assert shop.control("POST", "/clock/advance", {"until": "idle"})["now"] == LATEST
    assert shop.control("POST", "/clock/advance", {"seconds": 1}).status == 422


def test_a_merchant_that_an_older_version_let_go_beyond_it_breaks_no_list(shop: Shop) -> None:
    """Its records are from the year 31000, its clock stands at the latest time from now on."""
    shop.post("/v1/charges", {"amount": 2000, "currency": "usd", "source": "tok_visa"})
    charge = next(shop.merchant.store.all(Charge))
    shop.merchant.begin()
    shop.merchant.put(charge._replace(created=10**12))
    shop.merchant.alter(Tick(10**12, START, 10_000_000))
    shop.run(shop.app.world.keep(shop.merchant))
    replayed = Merchant("old", shop.app.world.providers, shop.wall, {})
    for change in snapshot.dump(shop.merchant):
        replayed.apply(change)
    shop.app.world.add(replayed, kept=True)
    old = {"authorization": "Bearer sk_test_old"}
    for path in ("/merchants", "/payments", "/events", "/timers", "/clock", f"/payments/{charge.id}"):
        assert shop.control("GET", path, headers=old).status == 200
    assert shop.control("GET", "/clock", headers=old)["now"] == LATEST
    assert shop.control("GET", "/payments", headers=old)["data"][0]["iso"] == "9999-12-31T23:59:59Z"
