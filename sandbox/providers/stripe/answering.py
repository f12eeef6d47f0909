"""What people choose from when they act at Stripe by hand: reasons, and the evidence that answers each of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Dispute, Document, Refund
from sandbox.providers.base import Acknowledgement, Choices, EvidenceField
from sandbox.providers.stripe import enhanced, money
from sandbox.providers.stripe.disputing import FRAUD_TYPES, REASONS, STRIPE
from sandbox.providers.stripe.routes import disputes, files
from sandbox.providers.stripe.routes.dispute_forms import LONG_CHARACTERS_MAX
from sandbox.providers.stripe.routes.disputes import LONG
from sandbox.providers.stripe.routes.refunds import REASONS as REFUND_REASONS
from sandbox.providers.stripe.upload import PURPOSES
from sandbox.providers.stripe.validate import validate
from sandbox.providers.stripe.views.dispute import FILES, TEXTS

FAILURE_REASONS = (
    "lost_or_stolen_card", "expired_or_canceled_card", "charge_for_pending_refund_disputed", "insufficient_funds", "declined",
    "merchant_request", "unknown",
)  # fmt: skip
PURPOSE = "dispute_evidence"
FEE = "enhanced_evidence[{}][fee_acknowledged]"
TEXT_CHARACTERS_MAX = 5_000
ALWAYS = ("uncategorized_text", "uncategorized_file")
WHO = ("customer_name", "customer_email_address", "customer_purchase_ip", "billing_address", "customer_signature", "receipt")
SENT = ("shipping_carrier", "shipping_tracking_number", "shipping_date", "shipping_address", "shipping_documentation")
SERVED = ("service_date", "service_documentation", "access_activity_log")
REFUNDS = ("refund_policy", "refund_policy_disclosure", "refund_refusal_explanation")
# Which evidence matters for a reason; whatever else Stripe takes stands behind it.
MATTERS: Mapping[str, tuple[str, ...]] = {
    "fraudulent": (*WHO, "access_activity_log", *SENT),
    "unrecognized": (*WHO, "product_description", "access_activity_log", *SENT),
    "product_not_received": (*SENT, *SERVED, "customer_communication"),
    "product_unacceptable": ("product_description", "customer_communication", *REFUNDS, *SENT[-1:], *SERVED[:2]),
    "credit_not_processed": (*REFUNDS, "customer_communication", "receipt"),
    "subscription_canceled": (
        "cancellation_policy", "cancellation_policy_disclosure", "cancellation_rebuttal", "customer_communication", "access_activity_log",
    ),
    "duplicate": ("duplicate_charge_id", "duplicate_charge_explanation", "duplicate_charge_documentation", *SENT[-1:], *SERVED[1:2]),
    "general": ("product_description", "customer_communication", "receipt", *SENT[-1:], *SERVED[1:2]),
}  # fmt: skip


def field(name: str) -> EvidenceField:
    if name in ALWAYS:
        matters: tuple[str, ...] = ("*",)
    else:
        matters = tuple(reason for reason, names in MATTERS.items() if name in names)
    if name in FILES:
        return EvidenceField(name, file=True, matters_for=matters)
    return EvidenceField(name, characters_max=LONG_CHARACTERS_MAX if name in LONG else TEXT_CHARACTERS_MAX, matters_for=matters)


CHOICES = Choices(
    dispute_reasons=REASONS,
    refund_reasons=REFUND_REASONS,
    fraud_types=FRAUD_TYPES,
    failure_reasons=FAILURE_REASONS,
    evidence=tuple(field(name) for name in (*TEXTS, *FILES)),
    file_types=PURPOSES[PURPOSE].types,
    first_payment="curl -u sk_test_{merchant}: {url}/v1/charges -d amount=2000 -d currency=usd -d source=tok_visa",
)


def attach(merchant: Merchant, dispute: Dispute, field: str, filename: str, content: bytes) -> Dispute:
    """The file is uploaded for this purpose and staged as that field, read by the API's own rules."""
    uploaded = files.create(merchant, validate(files.FileCreate, {"file": (filename, content), "purpose": PURPOSE}))
    wanted = validate(disputes.DisputeUpdate, {"evidence": {field: uploaded.id}, "submit": "false"})
    return disputes.update(merchant, wanted, dispute.id)


def attached(merchant: Merchant, dispute: Dispute) -> list[tuple[str, Document]]:
    found = [(name, merchant.get(STRIPE, Document, dispute.evidence[name])) for name in FILES if name in dispute.evidence]
    return [(name, document) for name, document in found if document is not None]


def check_cancel(merchant: Merchant, refund: Refund) -> None:
    """The dashboard still offers to cancel the refund: it went to a card, or waits for its customer. Raises Refusal WRONG_STATUS."""
    if refund.status == "requires_action":
        return
    span = merchant.dialects[STRIPE].timing(merchant, "refund_cancelable")
    charge: Charge = merchant.get(STRIPE, Charge, refund.charge_id)
    if refund.status == "succeeded" and "card" in charge.details and merchant.now <= refund.created + span:
        return
    told = f"Refund {refund.id} cannot be canceled: only one to a card that has succeeded can, for {span // 60} minutes"
    raise Refusal(Reason.WRONG_STATUS, message=f"{told}, or one that waits for its customer.")


def acknowledgements(dispute: Dispute) -> list[Acknowledgement]:
    """The network's fee for deciding a compliance dispute, which the API wants acknowledged."""
    shown = enhanced.shown_evidence(dispute)
    fee = money.compliance_fee(dispute.currency)
    return [Acknowledgement(FEE.format(kind), fee, shown[kind]["fee_acknowledged"]) for kind in enhanced.COMPLIANCE if kind in shown]


def unfolded(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """Evidence whose acknowledgements were given by their names is as the API takes it."""
    found = dict(evidence)
    for kind in enhanced.COMPLIANCE:
        if FEE.format(kind) in found:
            said = found.pop(FEE.format(kind))
            forms = found.get("enhanced_evidence")
            found["enhanced_evidence"] = {**(forms if isinstance(forms, dict) else {}), kind: {"fee_acknowledged": said}}
    return found


ASSUMED: tuple[tuple[str, str], ...] = (
    ("which evidence fields the dashboard's form puts first for a reason", "Stripe's own dashboard asks questions of its own"),
)
