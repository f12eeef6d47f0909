"""When the balance is paid out by itself: never, every day, or on days of the week or of the month, at midnight UTC.

Source: API reference "Account: settings.payouts.schedule", read 2026-11-28.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sandbox.core.ledger import AVAILABLE
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Entry, Schedule
from sandbox.providers.stripe import limits, money, payouts
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.records import Payout

SCHEDULE = "payout_schedule"  # an account has one
MANUAL, DAILY, WEEKLY, MONTHLY = INTERVALS = ("manual", "daily", "weekly", "monthly")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTH_DAYS_MAX = 31


class Plan(NamedTuple):
    """How often, and on which days: of the week from 0, Monday, or of the month from 1."""

    interval: str
    days: tuple[int, ...] = ()


NEVER = Plan(MANUAL)


def read(text: object) -> Plan | None:
    """The plan that a setting says: an interval, and after a colon a weekday or a day of the month. None if it says none."""
    interval, _, day = text.partition(":") if isinstance(text, str) else ("", "", "")
    if interval in (MANUAL, DAILY) and not day:
        return Plan(interval)
    if interval == WEEKLY and (day or WEEKDAYS[0]) in WEEKDAYS:
        return Plan(WEEKLY, (WEEKDAYS.index(day or WEEKDAYS[0]),))
    if interval == MONTHLY and (day or "1") in {str(number) for number in range(1, MONTH_DAYS_MAX + 1)}:
        return Plan(MONTHLY, (int(day or "1"),))
    return None


def arrange(merchant: Merchant) -> None:
    """The balance is paid out by itself as often as the setting says."""
    own = (merchant.settings.get("providers") or {}).get(STRIPE) or {}
    plan = read(own.get("payouts") or MANUAL)
    assert plan is not None, f"the setting was checked: {own}"
    set_plan(merchant, plan)


def plan_of(merchant: Merchant) -> Plan:
    """How often the account that is acted for is paid out."""
    schedule: Schedule | None = merchant.get(STRIPE, Schedule, SCHEDULE)
    return _plan(schedule) if schedule is not None and schedule.status != MANUAL else NEVER


def _plan(schedule: Schedule) -> Plan:
    return Plan(schedule.details.get("interval", DAILY), tuple(schedule.details.get("days", ())))


def set_plan(merchant: Merchant, plan: Plan) -> None:
    """From now on the balance is paid out by that plan."""
    if plan == plan_of(merchant):
        return
    schedule: Schedule = merchant.get(STRIPE, Schedule, SCHEDULE) or Schedule(SCHEDULE, STRIPE, NEW, merchant.now, 0)
    if plan.interval == MANUAL:
        merchant.fire(schedule, Trigger.DELETE)
        return
    details = {"interval": plan.interval, "days": plan.days}
    merchant.fire(schedule, Trigger.CREATE, details=details, next_at=next_day(plan, merchant.now))


def next_look(merchant: Merchant, schedule: Schedule) -> dict[str, int]:
    """The plan's next midnight."""
    return {"next_at": next_day(_plan(schedule), merchant.now)}


def next_day(plan: Plan, now: int) -> int:
    """The first midnight UTC after now that the plan names; the days that a month does not have are its last one."""
    day = datetime.fromtimestamp(money.midnight(now) + money.DAY, UTC)
    while not _is_one(plan, day):
        day += timedelta(days=1)
    return int(day.timestamp())


def _is_one(plan: Plan, day: datetime) -> bool:
    if plan.interval == WEEKLY:
        return day.weekday() in plan.days
    if plan.interval == MONTHLY:
        last = (day + timedelta(days=1)).day == 1
        return day.day in plan.days or (last and max(plan.days) > day.day)
    return True


def shown(plan: Plan) -> dict[str, Any]:
    """The plan as an account's settings show it."""
    if plan.interval == WEEKLY:
        names = [WEEKDAYS[day] for day in plan.days]
        return {"interval": WEEKLY, "weekly_anchor": names[0], "weekly_payout_days": names}
    if plan.interval == MONTHLY:
        return {"interval": MONTHLY, "monthly_anchor": plan.days[0], "monthly_payout_days": list(plan.days)}
    return {"interval": plan.interval}


def pay_out_all(merchant: Merchant) -> None:
    """Whatever is available in a currency that there is a bank account for is on its way there."""
    books = merchant.books(STRIPE)
    currencies = sorted({currency for name, of, currency in merchant.ledger.balances if of == books and name == AVAILABLE})
    for currency in currencies:
        amount = limits.whole_payout(max(0, payouts.available(merchant, currency)), currency)
        bank = payouts.default_bank(merchant, currency)
        if amount > 0 and bank is not None and bank.status != "errored":
            payouts.send(
                merchant, amount, bank, automatic=True, description="STRIPE PAYOUT",
                details={"entry_ids": tuple(not_yet_paid_out(merchant, currency))},
            )  # fmt: skip


def not_yet_paid_out(merchant: Merchant, currency: str) -> list[str]:
    """The statement lines that make up the available balance since the last automatic payout of the currency."""
    told: set[str] = set()
    for payout in merchant.store.shelf(STRIPE, Payout).rows.values():
        if payout.automatic and payout.currency == currency:
            told.update((*payout.details["entry_ids"], payout.entry_id))
    entries = merchant.store.shelf(STRIPE, Entry).rows.values()
    return [e.id for e in entries if e.currency == currency and e.available_at <= merchant.now and e.id not in told]


# How the rules above are known, for the fidelity page.
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("weekly payouts come on weekly_anchor, monthly ones on monthly_anchor, or on the last day of a month that has no such day",
     "API reference: Account"),
    ("weekly_payout_days and monthly_payout_days name several days in the place of the anchor", "API reference: Account"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("the setting `payouts` is manual unless it says daily, weekly:friday or monthly:31: then all is paid out at midnight UTC",
     "Stripe's own default is daily"),
    ("an anchor without its interval, and weekly or monthly without a day: 400", "wording"),
    ("an automatic payout is reconciled when it is paid", "time"),
)
