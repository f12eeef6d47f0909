"""`/charges/{id}/refunds` and `/refunds`."""

from __future__ import annotations

from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Refund
from sandbox.providers.base import Op
from sandbox.providers.omise import paying
from sandbox.providers.omise.params import Given, refuse
from sandbox.providers.omise.routes import find
from sandbox.providers.omise.views.charge import refunds_of
from sandbox.providers.omise.wire import Page


def create(merchant: Merchant, given: Given, charge_id: str) -> Refund:
    """The amount is required: nothing stands for the rest."""
    charge: Charge = find.one(merchant, Charge, charge_id)
    amount = given.whole("amount")
    if not isinstance(amount, int):
        raise refuse("failed_refund", "amount is not a number")
    if amount < 1:
        raise refuse("failed_refund", "amount must be greater than or equal to 1")
    return paying.refund(merchant, charge, amount, given.flag("void", False), given.metadata() or {})


def index(merchant: Merchant, given: Given) -> Page:
    return find.whole(merchant, given, Refund, "/refunds")


def of_charge(merchant: Merchant, given: Given, charge_id: str) -> Page:
    charge: Charge = find.one(merchant, Charge, charge_id)
    return find.page(merchant, given, refunds_of(merchant, charge), f"/charges/{charge.id}/refunds")


def retrieve(merchant: Merchant, given: Given, charge_id: str, refund_id: str) -> Refund:
    charge: Charge = find.one(merchant, Charge, charge_id)
    refund: Refund = find.one(merchant, Refund, refund_id)
    if refund.charge_id != charge.id:
        raise Refusal(Reason.NOT_FOUND, kind="refund", id=refund_id)
    return refund


OPERATIONS = (
    Op("POST", "/charges/{charge}/refunds", create),
    Op("GET", "/charges/{charge}/refunds", of_charge),
    Op("GET", "/charges/{charge}/refunds/{refund}", retrieve),
    Op("GET", "/refunds", index),
)
