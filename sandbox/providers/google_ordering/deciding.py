"""Decisions about submitted orders and updates, carried out: a refund, a state, a total, and the row that says why.

Every decision is kept with its rule's number, refused updates too: those have changed nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.money import number
from sandbox.core.records import NEW, Charge, Refund
from sandbox.providers.base import Remark
from sandbox.providers.google_ordering import assumed, updates
from sandbox.providers.google_ordering.assumed import ORDERING, setting
from sandbox.providers.google_ordering.machines import CALLED_OFF, TRIGGERS
from sandbox.providers.google_ordering.payment_data import TIMESOFMONEY
from sandbox.providers.google_ordering.records import Decision, Order
from sandbox.providers.google_ordering.updates import APPLIED, NO_CHANGE, PUSHED, REJECTED, Case, Said, Verdict


def money_of(merchant: Merchant, order: Order) -> tuple[int, int]:
    """What was captured of the order, and what was refunded."""
    charge: Charge | None = merchant.get(ORDERING, Charge, order.charge_id)
    return (charge.captured, charge.refunded) if charge is not None else (0, 0)


def decisions_of(merchant: Merchant, order: Order) -> Sequence[Decision]:
    """Everything that was decided about the order, oldest first."""
    return merchant.store.shelf(ORDERING, Decision).of("order_id", order.id)


def order_named(merchant: Merchant, key: str) -> Order | None:
    """The one order that its partner, or Google towards it, calls so."""
    shelf = merchant.store.shelf(ORDERING, Order)
    found = [*shelf.of("action_order_id", key), *shelf.of("google_order_id", key)] if key else []
    return found[0] if len(found) == 1 else None


def remark(order: Order, decision: Decision) -> Remark:
    """The decision as the order's story tells it."""
    said = decision.details
    total = said.get("total")
    parts = (
        str(said.get("state", "")),
        f"total {number(total, order.currency)}" if total is not None else "",
        f"refunds {number(decision.refund, order.currency)}" if decision.refund else "",
        str(said.get("says", "")),
    )
    return Remark(decision.created, decision.rule, decision.status, ", ".join(part for part in parts if part))


def note(
    merchant: Merchant, order: Order, rule: str, outcome: str, refund: int = 0, digest: str = "", **details: Any
) -> Decision:
    """The decision is kept; details that say nothing are left out."""
    kept = {name: value for name, value in details.items() if value is not None and value != "" and value != [] and value is not False}
    decision_id = merchant.new_id(ORDERING, Decision)
    return merchant.put(Decision(decision_id, ORDERING, outcome, merchant.now, order.id, rule, refund, digest, kept))


def refund(merchant: Merchant, order: Order, amount: int, rule: str) -> None:
    """So much of the order's charge goes back to the buyer; it is settled after the delay that is set."""
    if amount == 0:
        return
    draft = Refund(
        merchant.new_id(ORDERING, Refund), ORDERING, NEW, merchant.now, amount, order.currency, order.charge_id, order.id, rule,
    )  # fmt: skip
    delay = setting(merchant, "refund_delay_s", assumed.REFUND_DELAY_S)
    merchant.fire(draft, Trigger.PEND if delay else Trigger.SUCCEED)


# Updates


def case_of(merchant: Merchant, order: Order, said: Said) -> Case:
    captured, refunded = money_of(merchant, order)
    state = said.state
    return Case(
        said, order.status, order.total, order.amount, captured - refunded,
        lowered=refunded > 0,
        repeated=any(d.digest == said.digest and d.status in (APPLIED, NO_CHANGE) for d in decisions_of(merchant, order)),
        stale=said.updated_at is not None and said.updated_at < order.updated_at,
        legal=state in (None, order.status) or (state in TRIGGERS and merchant.row(order, TRIGGERS[state]) is not None),
        ours=order.processor == TIMESOFMONEY,
        raise_accepted=setting(merchant, "accept_raise_below_original", assumed.RAISE_BELOW_ORIGINAL),
        refund_after_fulfilled=setting(merchant, "allow_refund_after_fulfilled", assumed.REFUND_AFTER_FULFILLED),
    )  # fmt: skip


def warnings_of(merchant: Merchant, said: Said) -> list[str]:
    """What is odd about an update that is applied all the same."""
    found = [f"the update lacks {what}" for what in said.missing]
    if said.updated_at is not None and said.updated_at > (merchant.now + assumed.AHEAD_S) * 1_000_000:
        found.append("updateTime is more than a day ahead of the simulated clock: what has an earlier one afterwards is older, and ignored")
    return found


def update(merchant: Merchant, order: Order, sent: Mapping[str, Any]) -> Verdict:
    """The update is decided, carried out and kept. Part of a unit of work."""
    said = updates.read(sent, order.currency)
    if said.missing and not said.problem and setting(merchant, "strict", assumed.STRICT):
        said = said._replace(problem=f"the update lacks {' and '.join(said.missing)}")
    verdict = updates.decide(case_of(merchant, order, said))
    warnings = warnings_of(merchant, said) if verdict.outcome == APPLIED else []
    if verdict.outcome != REJECTED and verdict.says:
        warnings.append(verdict.says)
    before = order.status
    if verdict.outcome == APPLIED:
        order = apply(merchant, order, said, verdict)
    elif verdict.outcome == NO_CHANGE:
        merchant.put(order._replace(updated_at=newest(order, said)))
    note(
        merchant, order, verdict.rule, verdict.outcome, verdict.refund, said.digest,
        state=said.state, total=said.price, says=verdict.says if verdict.outcome == REJECTED else "", warnings=warnings,
        notified=verdict.outcome == APPLIED and order.status != before and order.status in PUSHED,
    )  # fmt: skip
    return verdict


def newest(order: Order, said: Said) -> int:
    """The newest updateTime that was taken."""
    return max(order.updated_at, said.updated_at or 0)


def apply(merchant: Merchant, order: Order, said: Said, verdict: Verdict) -> Order:
    """State, total and refund, all of them."""
    total = order.total
    if order.processor == TIMESOFMONEY and said.price is not None and said.state not in CALLED_OFF:
        total = said.price
    facts: dict[str, Any] = {"total": total, "updated_at": newest(order, said)}
    state = said.state or order.status
    if state != order.status:
        order = merchant.fire(order, TRIGGERS[state], **facts)
    elif total != order.total:
        order = merchant.fire(order, Trigger.UPDATE, **facts)
    else:
        order = merchant.put(order._replace(**facts))
    refund(merchant, order, verdict.refund, verdict.rule)
    return order
