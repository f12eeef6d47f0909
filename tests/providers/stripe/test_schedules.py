"""When accounts are paid out by themselves: on days of the week or of the month, and after how many days money is available."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.providers.stripe.scheduling import Plan, next_day, read
from tests.harness import Answer, Shop

WEDNESDAY = datetime(2026, 1, 7, 12, tzinfo=UTC)


def account(shop: Shop, **schedule: Any) -> Answer:
    return shop.post("/v1/accounts", {"external_account": "btok_us", "settings": {"payouts": {"schedule": schedule}}})


def schedule(answer: Answer) -> dict[str, Any]:
    shown: dict[str, Any] = answer["settings"]["payouts"]["schedule"]
    return shown


def paid_directly(shop: Shop, of: str, method: str = "pm_card_bypassPending") -> None:
    wanted = {"amount": 5_000, "currency": "usd", "payment_method": method, "confirm": True}
    assert shop.post("/v1/payment_intents", wanted, headers={"stripe-account": of}).status == 200


def days_of_payouts(shop: Shop, of: str) -> list[str]:
    rows = shop.get("/v1/payouts", {"limit": 100}, headers={"stripe-account": of})["data"][::-1]
    return [datetime.fromtimestamp(row["created"], UTC).strftime("%a %d %b") for row in rows]


@pytest.mark.parametrize(
    ("plan", "day"),
    [
        (Plan("daily"), "2026-01-08"),
        (Plan("weekly", (0,)), "2026-01-12"),
        (Plan("weekly", (2,)), "2026-01-14"),
        (Plan("weekly", (2, 4)), "2026-01-09"),
        (Plan("monthly", (7,)), "2026-02-07"),
        (Plan("monthly", (8,)), "2026-01-08"),
        (Plan("monthly", (1, 20)), "2026-01-20"),
    ],
)
def test_the_next_payout_is_at_the_first_midnight_that_its_plan_names(plan: Plan, day: str) -> None:
    assert datetime.fromtimestamp(next_day(plan, int(WEDNESDAY.timestamp())), UTC).isoformat() == f"{day}T00:00:00+00:00"


@pytest.mark.parametrize(("anchor", "day"), [(28, "2026-02-28"), (29, "2026-02-28"), (31, "2026-02-28"), (27, "2026-02-27")])
def test_a_day_that_the_month_does_not_have_is_its_last(anchor: int, day: str) -> None:
    """Once: the first of March is not made up for it."""
    start = int(datetime(2026, 2, 1, tzinfo=UTC).timestamp())
    first = next_day(Plan("monthly", (anchor,)), start)
    assert datetime.fromtimestamp(first, UTC).date().isoformat() == day
    assert datetime.fromtimestamp(next_day(Plan("monthly", (anchor,)), first), UTC).date().isoformat() == f"2026-03-{anchor}"


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("manual", Plan("manual")), ("daily", Plan("daily")), ("weekly", Plan("weekly", (0,))), ("weekly:friday", Plan("weekly", (4,))),
        ("monthly", Plan("monthly", (1,))), ("monthly:31", Plan("monthly", (31,))),
        ("weekly:fri", None), ("monthly:0", None), ("monthly:32", None), ("daily:1", None), ("yearly", None), (7, None),
        ("monthly:²", None),
    ],
)  # fmt: skip
def test_a_setting_says_a_plan(text: object, plan: Plan | None) -> None:
    assert read(text) == plan


def test_the_platform_is_paid_out_weekly_by_its_setting(shop: Shop) -> None:
    assert shop.control("POST", "/settings", {"providers": {"stripe": {"payouts": "weekly:friday"}}}).status == 200
    shop.pay("pm_card_bypassPending", 5_000)
    shop.advance(days=15)
    payouts = shop.get("/v1/payouts")["data"]
    assert [(datetime.fromtimestamp(p["created"], UTC).strftime("%a %d"), p["automatic"]) for p in payouts] == [("Fri 09", True)]
    assert shop.control("POST", "/settings", {"providers": {"stripe": {"payouts": "fortnightly"}}}).status == 422


def test_a_connected_account_is_paid_out_on_its_weekday(shop: Shop) -> None:
    """Its events and lines are those of a daily payout."""
    made = account(shop, interval="weekly", weekly_anchor="thursday")
    assert schedule(made) == {"delay_days": 2, "interval": "weekly", "weekly_anchor": "thursday", "weekly_payout_days": ["thursday"]}
    seen = len(shop.events())
    for _ in range(2):
        paid_directly(shop, made["id"])
        shop.advance(days=7)
    assert days_of_payouts(shop, made["id"]) == ["Thu 08 Jan", "Thu 15 Jan"]
    told = [type for type in shop.events(seen) if type.startswith("payout.")]
    one = ["created", "updated", "updated", "paid", "updated", "reconciliation_completed"]
    assert told == [f"payout.{word}" for word in 2 * one]


def test_a_connected_account_is_paid_out_on_its_day_of_the_month(shop: Shop) -> None:
    made = account(shop, interval="monthly", monthly_anchor=31)
    assert schedule(made) == {"delay_days": 2, "interval": "monthly", "monthly_anchor": 31, "monthly_payout_days": [31]}
    for _ in range(4):
        paid_directly(shop, made["id"])
        shop.advance(days=29)
    assert days_of_payouts(shop, made["id"]) == ["Sat 31 Jan", "Sat 28 Feb", "Tue 31 Mar", "Thu 30 Apr"]


def test_several_days_may_be_named(shop: Shop) -> None:
    made = account(shop, interval="weekly", weekly_payout_days=["friday", "tuesday"])
    assert schedule(made)["weekly_payout_days"] == ["tuesday", "friday"]
    for _ in range(2):
        paid_directly(shop, made["id"])
        shop.advance(days=3)
    assert days_of_payouts(shop, made["id"]) == ["Tue 06 Jan", "Fri 09 Jan"]


def test_a_schedule_changes_and_ends(shop: Shop) -> None:
    """Only what is said of it changes, and one timer waits at most."""
    made = account(shop, interval="weekly", weekly_anchor="monday")["id"]
    path = f"/v1/accounts/{made}"

    def change(**given: Any) -> dict[str, Any]:
        return schedule(shop.post(path, {"settings": {"payouts": {"schedule": given}}}))

    assert change(weekly_anchor="friday")["weekly_anchor"] == "friday"
    assert change(interval="weekly")["weekly_anchor"] == "friday"
    assert change(delay_days=5) == {
        "delay_days": 5, "interval": "weekly", "weekly_anchor": "friday", "weekly_payout_days": ["friday"],
    }  # fmt: skip
    assert change(interval="daily", delay_days="minimum") == {"delay_days": 2, "interval": "daily"}
    assert [timer.name for timer in shop.merchant.timers] == ["automatic_payout"]
    assert change(interval="manual") == {"delay_days": 2, "interval": "manual"}
    assert list(shop.merchant.timers) == []


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"interval": "weekly"}, "[weekly_anchor]"),
        ({"interval": "monthly"}, "[monthly_anchor]"),
        ({"interval": "daily", "weekly_anchor": "monday"}, "[weekly_anchor]"),
        ({"monthly_anchor": 4}, "[monthly_anchor]"),
        ({"interval": "weekly", "weekly_anchor": "someday"}, "[weekly_anchor]"),
        ({"interval": "monthly", "monthly_anchor": 32}, "[monthly_anchor]"),
        ({"interval": "hourly"}, "[interval]"),
        ({"delay_days": 1}, "[delay_days]"),
        ({"delay_days": 32}, "[delay_days]"),
    ],
)
def test_a_schedule_that_cannot_be_kept_is_refused(shop: Shop, given: dict[str, Any], param: str) -> None:
    """And no account is made."""
    answer = account(shop, **given)
    assert (answer.status, answer.error["param"]) == (400, f"settings[payouts][schedule]{param}")
    assert shop.get("/v1/accounts")["data"] == []


def test_money_of_an_account_is_available_after_its_delay(shop: Shop) -> None:
    """Business days; what its platform transferred to it is none of its own charges."""
    made = account(shop, interval="manual", delay_days=5)["id"]
    paid_directly(shop, made, "pm_card_visa")
    entry = shop.get("/v1/balance_transactions", headers={"stripe-account": made})["data"][0]
    assert datetime.fromtimestamp(entry["available_on"], UTC).isoformat() == "2026-01-12T00:00:00+00:00"
    shop.pay("pm_card_visa", 5_000, transfer_data={"destination": made})
    entry = shop.get("/v1/balance_transactions", headers={"stripe-account": made})["data"][0]
    assert datetime.fromtimestamp(entry["available_on"], UTC).isoformat() == "2026-01-07T00:00:00+00:00"
