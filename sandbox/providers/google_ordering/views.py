"""Records as the control API and the events show them: a Checkout, an Order, a charge, a refund. Amounts are in paise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Endpoint, Refund
from sandbox.providers.google import access_token
from sandbox.providers.google_ordering.assumed import ORDERING
from sandbox.providers.google_ordering.deciding import decisions_of, money_of
from sandbox.providers.google_ordering.payment_data import TIMESOFMONEY
from sandbox.providers.google_ordering.records import Checkout, Decision, Order, Partner

FLOW = "ordering"


def partner(merchant: Merchant, p: Partner) -> dict[str, Any]:
    endpoint: Endpoint = merchant.get(ORDERING, Endpoint, p.id)
    return {
        "id": p.id, "access_token": access_token(merchant, FLOW, p.id), "project_id": p.project_id, "webhook_url": endpoint.url,
        "jwt": p.signed, "sandbox": p.sandbox, "created": p.created,
    }  # fmt: skip


def checkout(merchant: Merchant, c: Checkout) -> dict[str, Any]:
    return {
        "id": c.id, "partner": c.partner_id, "status": c.status, "created": c.created,
        "findings": [finding._asdict() for finding in c.findings],
        "proposed_order": c.proposed or None, "total": c.total or None, "currency": c.currency,
        "processor": c.payment.get("processor") or None, "order": c.order_id or None,
    }  # fmt: skip


def order(merchant: Merchant, o: Order) -> dict[str, Any]:
    captured, refunded = money_of(merchant, o)
    updates = [decision(d) for d in decisions_of(merchant, o)]
    warnings = []
    if captured > refunded and not any(d["rule"].startswith(("U", "X")) for d in updates):
        warnings.append("X2: no update has come for this order, and without one nothing is refunded")
    return {
        "id": o.id, "partner": o.partner_id, "checkout": o.checkout_id, "created": o.created,
        "action_order_id": o.action_order_id or None, "google_order_id": o.google_order_id,
        "user_visible_order_id": o.details.get("user_visible_order_id"),
        "state": o.status, "sandbox": o.sandbox, "processor": o.processor or None, "currency": o.currency, "total": o.total,
        "captured": captured, "refunded": refunded, "net": captured - refunded, "charge": o.charge_id or None,
        "refunds": [r.id for r in merchant.store.shelf(ORDERING, Refund).of("parent_id", o.id)],
        "updates": updates, "warnings": warnings,
    }  # fmt: skip


def decision(d: Decision) -> dict[str, Any]:
    return {
        "rule": d.rule, "outcome": d.status, "refund": d.refund, "at": d.created, "state": d.details.get("state"),
        "total": d.details.get("total"), "message": d.details.get("says"), "warnings": list(d.details.get("warnings", ())),
        "notified": bool(d.details.get("notified")),
    }  # fmt: skip


def charge(merchant: Merchant, c: Charge) -> dict[str, Any]:
    return {
        "id": c.id, "order": c.parent_id, "status": c.status, "created": c.created, "amount": c.amount, "currency": c.currency,
        "captured": c.captured, "refunded": c.refunded, "processor": TIMESOFMONEY,
    }  # fmt: skip


def refund(merchant: Merchant, r: Refund) -> dict[str, Any]:
    return {
        "id": r.id, "order": r.parent_id, "charge": r.charge_id, "status": r.status, "created": r.created, "amount": r.amount,
        "currency": r.currency, "rule": r.reason,
    }  # fmt: skip


VIEWS: Mapping[type, Callable[[Merchant, Any], dict[str, Any]]] = {
    Partner: partner, Checkout: checkout, Order: order, Charge: charge, Refund: refund,
}
