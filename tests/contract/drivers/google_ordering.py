"""A restaurant that takes orders with Google, its guests, and a network that repeats and reorders its updates."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, initialize, invariant, rule

from sandbox.core.records import Charge, Refund
from sandbox.providers.google_ordering.machines import CALLED_OFF, FINAL
from sandbox.providers.google_ordering.records import Checkout, Decision, Order
from tests.contract.drivers.base import Walk
from tests.harness import DAY
from tests.providers.google_ordering.kitchen import Kitchen

STATES = (
    None, "CONFIRMED", "IN_PREPARATION", "READY_FOR_PICKUP", "IN_TRANSIT", "FULFILLED", "CANCELLED", "REJECTED", "RETURNED", "BURNT",
)  # fmt: skip
ENDS = {*FINAL, "payment_failed", "submit_failed"}


class OrderingWalk(Walk):
    """A partner, its guests and the calendar, each doing what it likes."""

    provider = "google_ordering"
    shop_of = staticmethod(lambda journal, **chosen: Kitchen(journal=journal, refund_delay_s=3600))
    final = {Order: ENDS, Refund: {"settled"}, Charge: {"captured", "declined"}, Checkout: {"failed", "submitted"}}
    without_trace = (404,)  # a refused update is kept, with its rule
    outcomes = (200, 400, 404)
    orders = Bundle("orders")

    @initialize(target=orders)
    def first(self) -> Any:
        self.sent: list[dict[str, Any]] = []
        return self.shop.order()

    @rule(target=orders, rupees=st.integers(1, 900), card=st.sampled_from(("ok", "ok", "declined")))
    def order(self, rupees: int, card: str) -> Any:
        return self.shop.order(rupees, card=card)

    @rule(order=orders, state=st.sampled_from(STATES), rupees=st.one_of(st.none(), st.integers(0, 950)), late=st.booleans())
    def update(self, order: Any, state: str | None, rupees: int | None, late: bool) -> None:
        if order["action_order_id"] is None:
            return
        self.sent.append({"order": order, "state": state, "total": rupees, "at": "2026-01-05T09:30:00Z" if late else self.shop.at()})
        self.no_trace_if_refused(lambda: self.shop.update(**self.sent[-1]))

    @rule(data=st.data())
    def an_update_comes_again(self, data: st.DataObject) -> None:
        """And whoever was answered 200 before is answered so again, with no money moved."""
        if not self.sent:
            return
        again = self.sent[data.draw(st.integers(0, len(self.sent) - 1))]
        before = self.money_moved()
        answer = self.no_trace_if_refused(lambda: self.shop.update(**again))
        if again.get("accepted"):
            assert (answer.status, self.money_moved()) == (200, before)
        again["accepted"] = answer.status == 200

    @rule(order=orders)
    def the_other_mode(self, order: Any) -> None:
        if order["action_order_id"] is not None:
            answer = self.no_trace_if_refused(lambda: self.shop.update(order, "CANCELLED", sandbox=False))
            assert answer.status == 404

    @rule(seconds=st.sampled_from((1, 90, 3600, DAY)))
    def time_passes(self, seconds: int) -> None:
        self.shop.advance(seconds=seconds)

    def money_moved(self) -> int:
        return len(self.shop.merchant.ledger.transfers)

    # What is always true

    @invariant()
    def refunds_never_exceed_the_capture(self) -> None:
        store = self.shop.merchant.store
        for charge in store.shelf("google_ordering", Charge).rows.values():
            refunds = [r.amount for r in store.shelf("google_ordering", Refund).of("charge_id", charge.id)]
            assert charge.refunded == sum(refunds) <= charge.captured <= charge.amount
            assert all(amount > 0 for amount in refunds)

    @invariant()
    def an_order_that_is_called_off_has_cost_nothing(self) -> None:
        store = self.shop.merchant.store
        for order in store.shelf("google_ordering", Order).rows.values():
            charge = store.get("google_ordering", Charge, order.charge_id)
            if order.status in CALLED_OFF:
                assert charge.refunded == charge.captured
            elif charge.captured:
                assert charge.captured - charge.refunded == order.total

    @invariant()
    def every_refund_has_its_decision(self) -> None:
        store = self.shop.merchant.store
        for order in store.shelf("google_ordering", Order).rows.values():
            charge = store.get("google_ordering", Charge, order.charge_id)
            decisions = store.shelf("google_ordering", Decision).of("order_id", order.id)
            assert sum(d.refund for d in decisions) == charge.refunded
            assert all(d.refund == 0 for d in decisions if d.status != "applied")

    @invariant()
    def what_waits_for_settlement_is_held(self) -> None:
        pending = [r.amount for r in self.shop.merchant.store.shelf("google_ordering", Refund).rows.values() if r.status == "pending"]
        assert self.shop.money("refunds:pending") == sum(pending)
