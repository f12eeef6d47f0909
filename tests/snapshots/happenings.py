"""An event of every type that the transition tables emit, lists, and webhook endpoints."""

from __future__ import annotations

from typing import Any

from tests.harness import Answer, Shop
from tests.snapshots import debits, disputes, payments, risk, treasury
from tests.snapshots.payments import Scene

HOOK = {"url": "http://127.0.0.1:9/hook", "enabled_events": ["charge.dispute.created", "charge.dispute.closed"]}


def hook(shop: Shop, **params: Any) -> Answer:
    return shop.post("/v1/webhook_endpoints", {**HOOK, **params})


def customer_updated(shop: Shop) -> None:
    shop.post(f"/v1/customers/{payments.customer(shop)['id']}", {"metadata": {"crm": "7"}, "name": ""})


def method_updated(shop: Shop) -> None:
    made = payments.attached(shop)
    shop.post(f"/v1/payment_methods/{made['id']}", {"card": {"exp_year": 2040}, "billing_details": {"name": "Jane"}})


def settled(shop: Shop) -> None:
    payments.charged(shop)
    shop.advance(days=2)


def charge_updated(shop: Shop) -> None:
    shop.post(f"/v1/charges/{payments.charged(shop)['id']}", {"description": "order 6735", "fraud_details": {"user_report": "safe"}})


def dispute_submitted(shop: Shop) -> None:
    disputes.evidence(shop, disputes.disputed(shop), "a signed receipt")


# What makes the event of that type happen; the last one is shown.
CAUSES: dict[str, Scene] = {
    "payment_intent.created": payments.intent,
    "payment_intent.succeeded": Shop.pay,
    "payment_intent.amount_capturable_updated": lambda shop: shop.pay(capture_method="manual"),
    "payment_intent.payment_failed": payments.intent_declined,
    "payment_intent.requires_action": payments.asked,
    "payment_intent.canceled": payments.intent_expired,
    "payment_intent.processing": debits.debited,
    "charge.pending": debits.debited,
    "charge.succeeded": Shop.pay,
    "charge.failed": payments.charge_declined,
    "charge.updated": charge_updated,
    "charge.captured": payments.charge_partially_captured,
    "charge.refunded": disputes.refund,
    "charge.expired": payments.intent_expired,
    "charge.refund.updated": lambda shop: disputes.refund_later(shop, "pm_card_refundFail", 4),
    "charge.dispute.created": disputes.disputed,
    "charge.dispute.funds_withdrawn": disputes.disputed,
    "charge.dispute.funds_reinstated": lambda shop: disputes.decided(shop, "winning_evidence"),
    "charge.dispute.updated": dispute_submitted,
    "charge.dispute.closed": lambda shop: disputes.decided(shop, "losing_evidence"),
    "refund.created": disputes.refund,
    "refund.updated": lambda shop: disputes.refund_later(shop, "pm_card_pendingRefund", 5),
    "refund.failed": lambda shop: disputes.refund_later(shop, "pm_card_refundFail", 4),
    "customer.created": payments.customer,
    "customer.updated": customer_updated,
    "customer.deleted": payments.customer_deleted,
    "setup_intent.created": payments.setup,
    "setup_intent.requires_action": payments.setup_asked,
    "setup_intent.succeeded": lambda shop: payments.setup(shop, payment_method="pm_card_visa", confirm=True),
    "setup_intent.setup_failed": lambda shop: payments.setup(shop, payment_method="pm_card_chargeDeclined", confirm=True),
    "setup_intent.canceled": payments.setup_canceled,
    "customer.source.created": payments.source_saved,
    "customer.source.updated": payments.source_edited,
    "customer.source.deleted": payments.source_deleted,
    "source.chargeable": payments.source_object,
    "test_helpers.test_clock.created": payments.clock,
    "test_helpers.test_clock.advancing": payments.clock_advancing,
    "test_helpers.test_clock.ready": payments.clock_ready,
    "test_helpers.test_clock.deleted": payments.clock_deleted,
    "payment_method.attached": payments.attached,
    "payment_method.updated": method_updated,
    "payment_method.detached": payments.detached,
    "file.created": disputes.upload,
    "review.opened": risk.review,
    "review.closed": risk.review_closed,
    "radar.early_fraud_warning.created": disputes.warning,
    "radar.early_fraud_warning.updated": disputes.warning_acted_on,
    "balance.available": settled,
    **debits.CAUSES,
    **treasury.CAUSES,
}


def last_event(type: str, cause: Scene) -> Scene:
    def scene(shop: Shop) -> Any:
        cause(shop)
        found = shop.get("/v1/events", {"type": type, "limit": 1})["data"][0]
        return shop.get(f"/v1/events/{found['id']}").body

    return scene


def owed_event(shop: Shop) -> Any:
    """An event that two endpoints could not take yet."""
    shop.receiver.answer = 503
    hook(shop)
    hook(shop, enabled_events=["*"])
    disputes.disputed(shop)
    shop.settle()
    return shop.get("/v1/events", {"type": "charge.dispute.created"})["data"][0]


def hook_updated(shop: Shop) -> Answer:
    return shop.post(f"/v1/webhook_endpoints/{hook(shop)['id']}", {"disabled": True, "description": "old", "enabled_events": ["*"]})


def two_refunds(shop: Shop, **params: Any) -> Answer:
    made = shop.pay()
    for amount in (500, 700, 800):
        shop.post("/v1/refunds", {"charge": made["latest_charge"], "amount": amount})
    return shop.get("/v1/refunds", {"limit": 2, **params})


SCENES: dict[str, Scene] = {
    **{f"event.{type}": last_event(type, cause) for type, cause in CAUSES.items()},
    "event.owed_to_two_endpoints": owed_event,
    "webhook_endpoint.created": lambda shop: hook(shop, description="disputes", metadata={"team": "risk"}),
    "webhook_endpoint.retrieved": lambda shop: shop.get(f"/v1/webhook_endpoints/{hook(shop)['id']}"),
    "webhook_endpoint.disabled": hook_updated,
    "webhook_endpoint.deleted": lambda shop: shop.delete(f"/v1/webhook_endpoints/{hook(shop)['id']}"),
    "list.empty": lambda shop: shop.get("/v1/charges"),
    "list.page_with_more": two_refunds,
    "list.expanded": lambda shop: two_refunds(shop, limit=1, expand=["data.charge"]),
}
