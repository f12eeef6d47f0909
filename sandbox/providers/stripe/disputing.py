"""How a dispute is opened, answered and decided at Stripe, whoever asks: a test card, the API or the control API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.core import money as core_money
from sandbox.core.errors import Reason, Refusal
from sandbox.core.ids import digest
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Charge, Dispute
from sandbox.providers.stripe import money
from sandbox.providers.stripe.machines import WIRE_STATUS
from sandbox.providers.stripe.records import FraudWarning

STRIPE = "stripe"
NOT_LOST = ("won", "warning_closed", "conceded")  # disputes in these statuses claim no money
# A word alone in `uncategorized_text` decides in test mode: for chargebacks, for inquiries.
MAGIC: Mapping[str, tuple[Trigger | None, Trigger | None]] = {
    "winning_evidence": (Trigger.WIN, Trigger.DROP),  # Assumed for inquiries
    "losing_evidence": (Trigger.LOSE, Trigger.DROP),
    "escalate_inquiry_evidence": (None, Trigger.ESCALATE),
}
NETWORK_CODES: Mapping[str, str] = {"fraudulent": "10.4", "product_not_received": "13.1"}
NETWORK_CODE_ELSEWHERE = "13.9"  # Assumed for the other reasons
REASONS = (
    "bank_cannot_process", "check_returned", "credit_not_processed", "customer_initiated", "debit_not_authorized", "duplicate",
    "fraudulent", "general", "incorrect_account_details", "insufficient_funds", "noncompliant", "product_not_received",
    "product_unacceptable", "subscription_canceled", "unrecognized",
)  # fmt: skip


def profile(merchant: Merchant) -> str:
    return str(merchant.settings.get("profile", "testmode"))


def disputable(merchant: Merchant, charge: Charge) -> int:
    """What may still be disputed: captured less refunded less what open and lost disputes claim already."""
    claimed = sum(
        d.amount for d in merchant.store.shelf(STRIPE, Dispute).of("charge_id", charge.id) if d.status not in NOT_LOST
    )
    return max(0, charge.captured - charge.refunded - claimed)


def open_dispute(
    merchant: Merchant,
    charge: Charge,
    amount: int,
    reason: str = "fraudulent",
    inquiry: bool = False,
    network_code: str = "",
    due_days: int | None = None,
) -> Dispute:
    """The issuer disputes `amount` minor units of a captured charge: withdrawn at once, unless it is an inquiry."""
    brand = charge.details["card"]["brand"]
    dispute = Dispute(
        merchant.new_id(STRIPE, Dispute, charge.id), STRIPE, NEW, merchant.now, amount, charge.currency, charge.id,
        charge.parent_id, "inquiry" if inquiry else "chargeback", reason,
        evidence_due_at=money.due_by(profile(merchant), brand, merchant.now, due_days),
        details={
            "brand": brand,
            "network_reason_code": network_code or NETWORK_CODES.get(reason, NETWORK_CODE_ELSEWHERE),
            **({} if due_days is None else {"due_days": due_days}),
        },
    )  # fmt: skip
    return merchant.fire(dispute, Trigger.OPEN_INQUIRY if inquiry else Trigger.OPEN)


def open_checked(
    merchant: Merchant, charge: Charge, amount: int | None, reason: str, inquiry: bool, due_days: int | None
) -> Dispute:
    """The same for whoever asks from outside. Raises Refusal NOT_CAPTURED, AMOUNT_EXCEEDS_DISPUTABLE, OUT_OF_REACH."""
    if reason not in REASONS:
        raise Refusal(Reason.OUT_OF_REACH, message=f"Stripe has no dispute reason '{reason}': use one of {', '.join(REASONS)}.")
    if charge.captured == 0:
        raise Refusal(
            Reason.NOT_CAPTURED, message=f"Charge {charge.id} holds no captured money, so nothing can be disputed: capture it first."
        )
    left = disputable(merchant, charge)
    wanted = left if amount is None else amount
    if not 0 < wanted <= left:
        sums = core_money.format_amount(wanted, charge.currency), core_money.format_amount(left, charge.currency)
        raise Refusal(
            Reason.AMOUNT_EXCEEDS_DISPUTABLE,
            message=f"A dispute of {sums[0]} is more than charge {charge.id} still has to dispute ({sums[1]}): "
            "open and lost disputes may not add up to more than captured less refunded.",
        )
    return open_dispute(merchant, charge, wanted, reason, inquiry, due_days=due_days)


def stage(merchant: Merchant, dispute: Dispute, **facts: Any) -> Dispute:
    """Evidence is kept at Stripe, not sent to the bank yet."""
    return merchant.fire(dispute, Trigger.STAGE_EVIDENCE, **facts)


def submit(merchant: Merchant, dispute: Dispute, **facts: Any) -> Dispute:
    """All staged evidence goes to the bank, which decides later: by the magic word, or as the merchant's `outcome` says."""
    dispute = merchant.fire(
        dispute, Trigger.SUBMIT_EVIDENCE, submissions=dispute.submissions + 1, submitted_at=merchant.now, **facts
    )
    inquiry = dispute.kind == "inquiry"
    word = str(dispute.evidence.get("uncategorized_text") or "").strip()
    dialect = merchant.dialects[STRIPE]
    if word in MAGIC:
        verdict, span = MAGIC[word][inquiry], "magic_evidence"
    else:
        verdict, span = (None if inquiry else _outcome(merchant, dispute)), "decision"
    if verdict is not None:
        merchant.arm(dispute, "decision", verdict, merchant.now + dialect.timing(merchant, span))
    return dispute


def _outcome(merchant: Merchant, dispute: Dispute) -> Trigger | None:
    """What the bank will decide on evidence without a magic word; odds are drawn from the seed and the dispute's id."""
    outcome = merchant.settings.get("outcome") or ("never" if profile(merchant) == "testmode" else "lost")
    if isinstance(outcome, Mapping):
        drawn = digest("outcome", merchant.settings.get("seed", 0), dispute.id) % 1_000_000 / 1_000_000
        return Trigger.WIN if drawn < float(outcome["won"]) else Trigger.LOSE
    return {"won": Trigger.WIN, "lost": Trigger.LOSE}.get(str(outcome))


def escalated(merchant: Merchant, dispute: Dispute) -> dict[str, Any]:
    """What changes in an inquiry that becomes a chargeback: the merchant has to answer again, by a new deadline."""
    details = {**dispute.details, "escalated": True}
    due_at = money.due_by(profile(merchant), details["brand"], merchant.now, details.get("due_days"))
    return {"kind": "chargeback", "evidence_due_at": due_at, "details": details}


def warn(merchant: Merchant, charge: Charge, fraud_type: str = "made_with_stolen_card") -> FraudWarning:
    """The issuer suspects fraud; nobody has disputed anything."""
    warning = FraudWarning(
        merchant.new_id(STRIPE, FraudWarning, charge.id), STRIPE, NEW, merchant.now, charge.id, charge.parent_id, fraud_type
    )
    return merchant.fire(warning, Trigger.OPEN)


def shown(dispute: Dispute) -> str:
    """The status as the API says it."""
    return WIRE_STATUS.get(dispute.status, dispute.status)


def closed(dispute: Dispute) -> bool:
    return shown(dispute) in ("won", "lost", "warning_closed")
