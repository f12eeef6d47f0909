"""One record of each kind at its machine's start, for the suites that every provider joins."""

from __future__ import annotations

from typing import Any

from sandbox.core.endpoints import PARTNER, add_partner
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Charge, Record, Refund
from sandbox.providers.google_ordering.assumed import ORDERING
from sandbox.providers.google_ordering.records import Checkout, Order, Partner

AMOUNT = 28_500
MONEY = ("amount", "captured", "refunded", "net", "total", "refund")


def drafts(merchant: Merchant) -> dict[type, Record]:
    """A refund belongs to a captured charge of an order."""
    now = merchant.now
    endpoint = add_partner(merchant, ORDERING, PARTNER)
    merchant.put(Partner(endpoint.id, ORDERING, "registered", now, "p", True, True))
    charge = Charge("charge_sample", ORDERING, NEW, now, AMOUNT, "inr", captured=AMOUNT, parent_id="order_other")
    paid = merchant.fire(charge._replace(id="charge_paid", parent_id="order_paid"), Trigger.CAPTURE)
    order = Order("order_sample", ORDERING, NEW, now, AMOUNT, "inr", endpoint.id, "checkout_sample", "1" * 20, True, "timesofmoney")
    return {
        Charge: charge,
        Refund: Refund("refund_sample", ORDERING, NEW, now, 3_500, "inr", paid.id, "order_paid", "U3"),
        Checkout: Checkout("checkout_sample", ORDERING, NEW, now, endpoint.id, {"lineItems": []}, "CVS"),
        Order: order._replace(charge_id=paid.id, total=AMOUNT),
    }


def wrong_event(shown: Any) -> list[str]:
    """What is wrong with an object as an event shows it: no id, or money that is no whole number of paise."""
    faults = [] if isinstance(shown.get("id"), str) else ["it has no id"]
    for name in MONEY:
        value = shown.get(name)
        if value is not None and (type(value) is not int or value < 0):
            faults.append(f"{name} is {value!r}")
    return faults
