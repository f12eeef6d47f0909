"""A partner's order updates, read and decided: the refund table, a row a rule.

`RULES` stands in the order in which it is asked; the first row that fits decides. What a row applies is all or nothing: state,
total and refund together. The refund is what was captured and not yet refunded, less the target: zero for CANCELLED and REJECTED,
else the new total. Nobody is ever charged again.

Source: the page "TimesofMoney integration" and "Asynchronous order updates", read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import orjson

from sandbox.core.ids import digest
from sandbox.providers.google_ordering.machines import CALLED_OFF, FULFILLED, TRIGGERS, UNUSED
from sandbox.providers.google_ordering.money import Malformed, price

APPLIED, NO_CHANGE, PASSED_OVER, REJECTED = "applied", "no_change", "ignored", "rejected"
NOTHING, DIFFERENCE, ALL = "nothing", "difference", "all"  # what is refunded
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# Users are told of these, once a change of the state.
PUSHED = ("CANCELLED", "FULFILLED", "REJECTED", "RETURNED")


class Said(NamedTuple):
    """An update as it was read; `problem` is why it cannot be used."""

    digest: str
    state: str | None = None
    price: int | None = None  # the new total, minor units
    line_prices: bool = False
    updated_at: int | None = None  # microseconds
    problem: str = ""
    missing: tuple[str, ...] = ()  # what it should carry


class Case(NamedTuple):
    """An update beside the order it is about: everything that a rule looks at."""

    said: Said
    current: str  # the order's state
    total: int  # the newest accepted
    original: int  # charged
    left: int  # of that, not refunded
    lowered: bool  # a refund was made before
    repeated: bool
    stale: bool
    legal: bool  # the state may be reached from the current one
    ours: bool  # TimesofMoney's
    raise_accepted: bool
    refund_after_fulfilled: bool

    @property
    def ended(self) -> bool:
        return self.current in CALLED_OFF

    @property
    def done(self) -> bool:
        return self.current == FULFILLED

    @property
    def called_off(self) -> bool:
        """The update says so."""
        return self.said.state in CALLED_OFF

    @property
    def same_state(self) -> bool:
        return self.said.state in (None, self.current)

    @property
    def same_price(self) -> bool:
        return self.said.price in (None, self.total)

    @property
    def lower(self) -> bool:
        return self.said.price is not None and self.said.price < self.total

    @property
    def higher(self) -> bool:
        return self.said.price is not None and self.said.price > self.total

    @property
    def above_original(self) -> bool:
        return self.said.price is not None and self.said.price > self.original


class Rule(NamedTuple):
    number: str
    fits: Callable[[Case], bool]
    outcome: str
    refund: str = NOTHING
    says: str = ""  # to the partner, of a rejected update; else a warning beside the decision
    unless: Callable[[Case], bool] | None = None  # a setting turns a rejection into an acceptance


FINAL_SAYS = "the order is final: no update changes it any more"
RULES: tuple[Rule, ...] = (
    Rule("U11", lambda c: c.repeated, NO_CHANGE),
    Rule("U18", lambda c: c.stale and not c.called_off, PASSED_OVER, says="updateTime is older than that of the last update applied"),
    Rule("U20", lambda c: bool(c.said.problem), REJECTED),
    # The order is final.
    Rule("U13", lambda c: c.ended and (c.said.state == c.current or (c.said.state is None and c.same_price)), NO_CHANGE),
    Rule("U14", lambda c: c.ended, REJECTED, says=FINAL_SAYS),
    Rule("U15", lambda c: c.done and c.called_off, REJECTED, says="a fulfilled order cannot be called off"),
    Rule("U17", lambda c: c.done and not c.same_state, REJECTED, says=FINAL_SAYS),
    Rule("X1", lambda c: c.done and not c.ours, NO_CHANGE, says="refund it at your own processor"),
    Rule("U12", lambda c: c.done and c.same_price, NO_CHANGE),
    Rule("U16", lambda c: c.done and c.lower, REJECTED, DIFFERENCE, "a fulfilled order's total cannot be lowered",
         lambda c: c.refund_after_fulfilled),
    Rule("U4", lambda c: c.done and c.above_original, REJECTED, says="the total cannot be higher than what was charged"),
    Rule("U5", lambda c: c.done, REJECTED, says="the total cannot be raised again: nobody can be charged a second time"),
    # It is called off: full before partial, and the price is not looked at.
    Rule("X1", lambda c: c.called_off and not c.ours, APPLIED, says="refund it at your own processor"),
    Rule("U7", lambda c: c.called_off and c.lower, APPLIED, ALL),
    Rule("U8", lambda c: c.called_off and c.higher, APPLIED, ALL),
    Rule("U9", lambda c: c.called_off and c.lowered, APPLIED, ALL),
    Rule("U6", lambda c: c.called_off, APPLIED, ALL),
    # It goes on.
    Rule("U17", lambda c: not c.legal, REJECTED, says="that state cannot follow the order's"),
    Rule("X1", lambda c: not c.ours, APPLIED, says="refund it at your own processor"),
    Rule("U4", lambda c: c.above_original, REJECTED, says="the total cannot be higher than what was charged: settle it with the buyer"),
    Rule("U5", lambda c: c.higher, REJECTED, says="the total cannot be raised again: nobody can be charged a second time",
         unless=lambda c: c.raise_accepted),
    Rule("U21", lambda c: c.lower and c.said.price == 0, APPLIED, DIFFERENCE, "the total is zero and the order goes on: use CANCELLED"),
    Rule("U10", lambda c: c.lower and c.lowered, APPLIED, DIFFERENCE),
    Rule("U3", lambda c: c.lower, APPLIED, DIFFERENCE),
    Rule("U19", lambda c: c.said.price is None and c.said.line_prices, APPLIED,
         says="prices of lines changed and totalPrice is not there: no money moves"),
    Rule("U2", lambda c: c.said.price is not None and (c.said.state is None or c.said.state != c.current), APPLIED),
    Rule("U12", lambda c: c.same_state, NO_CHANGE),
    Rule("U1", lambda c: True, APPLIED),
)  # fmt: skip


class Verdict(NamedTuple):
    rule: str
    outcome: str
    refund: int
    says: str


def decide(case: Case) -> Verdict:
    """What the first rule that fits makes of the case."""
    rule = next(rule for rule in RULES if rule.fits(case))
    outcome = APPLIED if rule.outcome == REJECTED and rule.unless is not None and rule.unless(case) else rule.outcome
    target = {NOTHING: case.left, DIFFERENCE: case.said.price or 0, ALL: 0}[rule.refund]
    refund = max(0, case.left - target) if outcome == APPLIED and case.ours else 0
    says = rule.says if outcome == rule.outcome else ""
    return Verdict(rule.number, outcome, refund, case.said.problem or says if outcome == REJECTED else says)


# What was sent


def read(update: Mapping[str, Any], currency: str) -> Said:
    """The update, with its first problem if it has one."""
    said = Said(f"{digest(orjson.dumps(update, option=orjson.OPT_SORT_KEYS)):032x}", missing=missing(update))
    try:
        said = said._replace(updated_at=moment(update.get("updateTime")))
        said = said._replace(state=state_of(update.get("orderState")))
        said = said._replace(price=total_of(update.get("totalPrice"), currency))
        said = said._replace(line_prices=any_prices(update.get("lineItemUpdates")))
    except Malformed as wrong:
        return said._replace(problem=f"orderUpdate.{wrong.path} {wrong.why}")
    return said


def moment(value: Any) -> int | None:
    """RFC 3339 in microseconds since 1970. Raises Malformed."""
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is None or "T" not in value.upper():
            raise ValueError
    except (TypeError, ValueError):
        raise Malformed("updateTime", "is no RFC 3339 time such as 2031-03-04T10:20:00Z") from None
    return (at - EPOCH) // MICROSECOND


def state_of(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, Mapping) or not isinstance(value.get("state"), str):
        raise Malformed("orderState", "has a `state` and a `label`")
    state: str = value["state"]
    if state not in TRIGGERS and state not in UNUSED:
        raise Malformed("orderState.state", f"is {state!r:.40}: there are {', '.join(TRIGGERS)}")
    if not isinstance(value.get("label"), str) or not value["label"]:
        raise Malformed("orderState.label", "is missing: users see it")
    return state


def total_of(value: Any, currency: str) -> int | None:
    if value is None:
        return None
    amount, of = price(value, "totalPrice")
    if of != currency:
        raise Malformed("totalPrice.amount.currencyCode", f"is {of.upper()}, and the order is in {currency.upper()}")
    if amount < 0:
        raise Malformed("totalPrice.amount", "is below zero")
    return amount


def any_prices(value: Any) -> bool:
    """Whether prices of lines change. Raises Malformed."""
    if value is None:
        return False
    if not isinstance(value, Mapping):
        raise Malformed("lineItemUpdates", "is an object of updates by line item id")
    found = False
    for id, line in value.items():
        path = f"lineItemUpdates.{id:.40}"
        if not isinstance(line, Mapping) or (line.get("orderState") is None and line.get("price") is None):
            raise Malformed(path, "has an orderState, a price, or both")
        if line.get("price") is not None:
            price(line["price"], f"{path}.price")
            if not line.get("reason"):
                raise Malformed(f"{path}.reason", "is missing: a new price has one")
            found = True
    return found


def missing(update: Mapping[str, Any]) -> tuple[str, ...]:
    """What the update should carry and does not."""
    actions = update.get("orderManagementActions")
    rows = actions if isinstance(actions, list) else []
    lacks = []
    if update.get("updateTime") is None:
        lacks.append("updateTime")
    if not any(isinstance(row, Mapping) and row.get("type") == "CUSTOMER_SERVICE" for row in rows):
        lacks.append("orderManagementActions with a CUSTOMER_SERVICE entry")
    state = update.get("orderState")
    if isinstance(state, Mapping) and state.get("state") == "CONFIRMED":
        if not inside(update, "receipt", "userVisibleOrderId"):
            lacks.append("receipt.userVisibleOrderId")
        if not inside(update, "infoExtension", "estimatedFulfillmentTimeIso8601"):
            lacks.append("infoExtension.estimatedFulfillmentTimeIso8601")
    return tuple(lacks)


def inside(update: Mapping[str, Any], part: str, name: str) -> Any:
    value = update.get(part)
    return value.get(name) if isinstance(value, Mapping) else None


DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("U1: an update without a total changes the state alone", "ordering docs, async updates"),
    ("U3: a lower total refunds the difference", "page 'TimesofMoney integration'"),
    ("U4: a total higher than was charged is refused", "page 'TimesofMoney integration'"),
    ("U6, U7: CANCELLED or REJECTED refunds everything that is left, and a lower total beside it nothing more",
     "page 'TimesofMoney integration'"),
    ("U11: an update that is sent again refunds nothing again", "page 'TimesofMoney integration'"),
    ("U2, U9, U10, U12, U13, U19 follow from those", "the same formula: captured less refunded less the target"),
    ("X1: with another processor Google refunds nothing", "page 'TimesofMoney integration'"),
    ("X2: without an update nothing is refunded", "page 'TimesofMoney integration'"),
)
