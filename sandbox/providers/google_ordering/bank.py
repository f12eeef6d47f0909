"""The processor's side of ordering. There is not much of it: only the partner's updates start a refund."""

from __future__ import annotations

from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Refund
from sandbox.providers.google import NoBank, out_of_reach
from sandbox.providers.google_ordering.assumed import ORDERING
from sandbox.providers.google_ordering.records import Order


class OrderingBank(NoBank):
    name = "Order with Google"
    refunds = (
        "Only the partner starts a refund of an order, with an order update: POST /v2/conversations:send with a lower totalPrice, or with "
        "the state CANCELLED or REJECTED."
    )

    def charge(self, merchant: Merchant, key: str) -> Charge | None:
        """The charge of a charge id or of an order's."""
        found: Charge | None = merchant.get(ORDERING, Charge, key)
        if found is not None:
            return found
        order: Order | None = merchant.get(ORDERING, Order, key)
        if order is None:
            return None
        charge: Charge | None = merchant.get(ORDERING, Charge, order.charge_id)
        if charge is None:
            out_of_reach(f"Order {key} was not paid through TimesofMoney, so there is no charge to do that to.", "charge")
        return charge

    def settle_refund(self, merchant: Merchant, refund: Refund, verdict: str, failure_reason: str | None) -> Refund:
        """A pending refund is settled now; none ever fails."""
        if verdict != "succeed":
            out_of_reach("No source tells of a refund of TimesofMoney's that fails: it is pending, then settled.")
        if refund.status != "pending":
            out_of_reach(f"Refund {refund.id} is {refund.status}: only a pending one can be settled (setting refund_delay_s).")
        return merchant.fire(refund, Trigger.SETTLE)
