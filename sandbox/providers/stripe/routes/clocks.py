"""`/v1/test_helpers/test_clocks`: time from any official library.

At Stripe a test clock moves billing objects only. Here it is the merchant's own clock: as long as there is one, time stands
still, and advancing it lets everything happen that is due: deadlines, settlements, decisions, deliveries. A request cannot
wait for that, so it arms a timer that makes time come (`Trigger.ARRIVE`), and the answer says `advancing`.
"""

from __future__ import annotations

from sandbox.core.clock import LATEST, iso
from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Customer
from sandbox.providers.base import Op
from sandbox.providers.stripe import saving
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.ids import new_id
from sandbox.providers.stripe.records import FrozenClock
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.validate import Clearable, Expandable, ListParams, Params, Text, Timestamp
from sandbox.providers.stripe.wire import Page, slice_of

PATH = "/v1/test_helpers/test_clocks"
BEHIND_S_MAX = 60  # a clock that was read a moment ago and sent here is not refused
ADVANCE_S_MAX = 2 * 366 * 86_400
CUSTOMERS_MAX = 3
TOO_LATE = "The clock cannot be frozen at {}: it shows {} already, and the account has objects. Reset the merchant first."
IN_THE_PAST = "Test clocks can only be advanced forward: `frozen_time` must be later than {}."
TOO_FAR = "Test clocks can be advanced by at most two years at a time."
TOO_LATE_EVER = f"Clocks of this sandbox go no further than {iso(LATEST)}."
BUSY = "Test clock {} is advancing: wait until its status is ready."
FULL = "Test clock {} has {} customers already, which is the most that a test clock can have."
# What no source confirms, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a test clock is the account's whole clock: it moves disputes, refunds and settlements", "the sandbox's own; Stripe's moves bills"),
    ("creating a test clock freezes time at the later of frozen_time and now; deleting the last lets it run", "the sandbox's own"),
    ("a frozen_time more than 60 s behind an account with objects is refused", "the sandbox's own"),
    ("a test clock whose frozen_time lies beyond something due is created advancing", "the sandbox's own"),
    ("advancing into the past, by more than two years or while advancing, and a fourth customer: 400", "wording"),
    ("a test clock is not deleted by itself after 30 days, though deletes_after says so", "a dispute lives longer than that"),
)


class ClockCreate(Expandable):
    frozen_time: Timestamp
    name: Clearable[Text] = None
    customer: Text | None = None


def create(merchant: Merchant, params: ClockCreate) -> FrozenClock:
    check_idle(merchant)
    customer = find.customer(merchant, params.customer) if params.customer is not None else None
    wanted = params.frozen_time
    check_reach(wanted)
    if not merchant.blank and wanted < merchant.now - BEHIND_S_MAX:
        raise Refusal(Reason.PARAM_INVALID, param="frozen_time", message=TOO_LATE.format(wanted, merchant.now))
    at = wanted if merchant.blank else max(wanted, merchant.now)
    timer = merchant.timers.next()
    due_first = timer is not None and timer.due <= at
    merchant.set_clock(merchant.now if due_first else at, 0)
    clock = FrozenClock(new_id(merchant, FrozenClock, ""), STRIPE, NEW, merchant.now, name=params.name)
    clock = merchant.fire(clock, Trigger.CREATE)
    if customer is not None:
        merchant.fire(customer, Trigger.UPDATE, details={**customer.details, "test_clock": clock.id})
    return merchant.fire(clock, Trigger.ADVANCE, target_at=at) if due_first else clock


def check_reach(wanted: int) -> None:
    if wanted > LATEST:
        raise Refusal(Reason.PARAM_INVALID, param="frozen_time", message=TOO_LATE_EVER)


def check_idle(merchant: Merchant) -> None:
    """There is one time: while it moves for one clock, it cannot be moved for another."""
    for clock in living(merchant):
        if clock.status == "advancing":
            raise Refusal(Reason.PARAM_INVALID, param="", message=BUSY.format(clock.id))


def living(merchant: Merchant) -> list[FrozenClock]:
    return [clock for clock in merchant.store.shelf(STRIPE, FrozenClock).rows.values() if clock.status != "deleted"]


def named(merchant: Merchant, clock_id: str) -> FrozenClock:
    """A test clock in the path that was not deleted."""
    found: FrozenClock = find.in_path(merchant, find.CLOCK, clock_id)
    if found.status == "deleted":
        raise Refusal(Reason.NOT_FOUND, kind=find.CLOCK.name, id=clock_id, param=find.CLOCK.param)
    return found


def retrieve(merchant: Merchant, params: Expandable, clock_id: str) -> FrozenClock:
    return named(merchant, clock_id)


class ClockAdvance(Expandable):
    frozen_time: Timestamp


def advance(merchant: Merchant, params: ClockAdvance, clock_id: str) -> FrozenClock:
    """Time sets out; the clock is ready when it is there."""
    clock = named(merchant, clock_id)
    check_idle(merchant)
    if params.frozen_time <= merchant.now:
        raise Refusal(Reason.PARAM_INVALID, param="frozen_time", message=IN_THE_PAST.format(merchant.now))
    if params.frozen_time > merchant.now + ADVANCE_S_MAX:
        raise Refusal(Reason.PARAM_INVALID, param="frozen_time", message=TOO_FAR)
    check_reach(params.frozen_time)
    return merchant.fire(clock, Trigger.ADVANCE, target_at=params.frozen_time)


def customers_of(merchant: Merchant, clock_id: str) -> list[Customer]:
    shelf = merchant.store.shelf(STRIPE, Customer)
    return [c for c in shelf.rows.values() if c.status != "deleted" and c.details.get("test_clock") == clock_id]


def room_for_customer(merchant: Merchant, clock_id: str) -> FrozenClock:
    """The clock that a new customer names."""
    found: FrozenClock = find.in_params(merchant, find.CLOCK, clock_id, "test_clock")
    if found.status == "deleted":
        raise Refusal(Reason.REFERENCE_NOT_FOUND, kind=find.CLOCK.name, id=clock_id, param="test_clock")
    if len(customers_of(merchant, clock_id)) >= CUSTOMERS_MAX:
        raise Refusal(Reason.PARAM_INVALID, param="test_clock", message=FULL.format(clock_id, CUSTOMERS_MAX))
    return found


def delete(merchant: Merchant, params: Params, clock_id: str) -> FrozenClock:
    """The stub; its customers are gone with it, and with the last clock time runs again."""
    clock = named(merchant, clock_id)
    check_idle(merchant)
    for customer in customers_of(merchant, clock.id):
        saving.forget_customer(merchant, customer)
    clock = merchant.fire(clock, Trigger.DELETE)
    if not living(merchant):
        merchant.set_clock(merchant.now, 1)
    return clock


def index(merchant: Merchant, params: ListParams) -> Page:
    return slice_of(
        merchant, STRIPE, FrozenClock, find.CLOCK.name, params, PATH, keep=lambda clock: clock.status != "deleted"
    )


OPERATIONS = (
    Op("POST", PATH, create, ClockCreate),
    Op("GET", PATH, index, ListParams),
    Op("GET", PATH + "/{test_clock}", retrieve, Expandable),
    Op("POST", PATH + "/{test_clock}/advance", advance, ClockAdvance),
    Op("DELETE", PATH + "/{test_clock}", delete, Params),
)
