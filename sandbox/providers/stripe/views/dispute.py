"""Dispute, its evidence, and early fraud warnings."""

from __future__ import annotations

from typing import Any

from sandbox.core.merchant import Merchant
from sandbox.core.records import NOTHING, Charge, Dispute, Entry
from sandbox.providers.stripe import enhanced
from sandbox.providers.stripe.disputing import refundable
from sandbox.providers.stripe.machines import WIRE_STATUS
from sandbox.providers.stripe.records import FraudWarning, Review
from sandbox.providers.stripe.views.money import entry

TEXTS = (
    "access_activity_log", "billing_address", "cancellation_policy_disclosure", "cancellation_rebuttal", "customer_email_address",
    "customer_name", "customer_purchase_ip", "duplicate_charge_explanation", "duplicate_charge_id", "product_description",
    "refund_policy_disclosure", "refund_refusal_explanation", "service_date", "shipping_address", "shipping_carrier",
    "shipping_date", "shipping_tracking_number", "uncategorized_text",
)  # fmt: skip
FILES = (
    "cancellation_policy", "customer_communication", "customer_signature", "duplicate_charge_documentation", "receipt",
    "refund_policy", "service_documentation", "shipping_documentation", "uncategorized_file",
)  # fmt: skip
# `appeal` came with 2026-10-28.endive; `enhanced_evidence` is empty unless the dispute is eligible.
NO_EVIDENCE: dict[str, Any] = dict.fromkeys(sorted((*TEXTS, *FILES, "appeal", "enhanced_evidence")))
NO_EVIDENCE["enhanced_evidence"] = NOTHING


def dispute(merchant: Merchant, d: Dispute) -> dict[str, Any]:
    get = d.details.get
    lines = [line for line in merchant.store.shelf(d.provider, Entry).of("source_id", d.id) if line.kind == "adjustment"]
    status = WIRE_STATUS.get(d.status, d.status)
    shown = {
        "id": d.id,
        "object": "dispute",
        "amount": d.amount,
        "balance_transaction": lines[0].id if lines else None,
        "balance_transactions": [entry(merchant, line) for line in lines],
        "charge": d.charge_id,
        "created": d.created,
        "currency": d.currency,
        "enhanced_eligibility_types": enhanced.types_of(d),
        "evidence": {**NO_EVIDENCE, **get("enriched", NOTHING), **d.evidence, "enhanced_evidence": enhanced.shown_evidence(d)},
        "evidence_details": {
            "due_by": d.evidence_due_at,
            "enhanced_eligibility": enhanced.shown_eligibility(merchant, d),
            "has_evidence": bool(d.evidence) or d.submissions > 0,
            "past_due": d.submitted_at > d.evidence_due_at,
            "submission_count": d.submissions,
            "submission_method": get("answered_by", "manual") if d.submissions else "not_submitted",
        },
        "intended_submission_method": get("intended_submission_method", "manual"),
        "is_charge_refundable": refundable(d),
        "livemode": False,
        "metadata": d.metadata,
        "payment_intent": d.parent_id or None,
        "payment_method_details": {
            "card": {
                "brand": get("brand", "visa"),
                "case_type": d.kind,
                "network": get("brand", "visa"),
                "network_reason_code": get("network_reason_code"),
            },
            "type": "card",
        },
        "reason": d.reason,
        "status": status,
    }
    if "brand" not in d.details:
        del shown["payment_method_details"]  # Stripe shows those of a few payment methods only; bank debits are none of them
    return shown


def review(merchant: Merchant, r: Review) -> dict[str, Any]:
    charge: Charge | None = merchant.get(r.provider, Charge, r.charge_id)
    billing = (charge.details.get("billing_details") if charge is not None else None) or NOTHING
    shown: dict[str, Any] = {
        "id": r.id,
        "object": "review",
        "billing_zip": (billing.get("address") or NOTHING).get("postal_code"),
        "charge": r.charge_id,
        "closed_reason": r.closed_reason or None,
        "created": r.created,
        "ip_address": None,
        "ip_address_location": None,
        "livemode": False,
        "open": r.status == "open",
        "opened_reason": "rule",
    }
    if r.parent_id:
        shown["payment_intent"] = r.parent_id
    return {**shown, "reason": r.closed_reason or "rule", "session": None}


def fraud_warning(merchant: Merchant, w: FraudWarning) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": w.id,
        "object": "radar.early_fraud_warning",
        "actionable": w.status == "actionable",
        "charge": w.charge_id,
        "created": w.created,
        "fraud_type": w.fraud_type,
        "livemode": False,
    }
    if w.parent_id:
        shown["payment_intent"] = w.parent_id
    return shown
