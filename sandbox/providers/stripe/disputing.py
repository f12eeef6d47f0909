"""How a dispute is opened, answered and decided at Stripe, whoever asks: a test card, the API or the control API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.core import money as core_money
from sandbox.core.errors import Reason, Refusal
from sandbox.core.ids import digest
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Charge, Customer, Dispute, Instrument
from sandbox.providers.stripe import enhanced, money, reviewing
from sandbox.providers.stripe.dispute_machine import APPEALS
from sandbox.providers.stripe.machines import WIRE_STATUS
from sandbox.providers.stripe.records import FraudWarning, Mandate

STRIPE = "stripe"
NOT_LOST = ("won", "warning_closed", "conceded", "prevented")  # disputes in these statuses claim no money
WITHDRAWN = ("needs_response", "under_review", "lost", *APPEALS)  # in these the bank has the money, so the charge cannot be refunded
# A word alone in `uncategorized_text` decides in test mode: (kind of dispute, word) -> what the bank does.
MAGIC: Mapping[tuple[str, str], Trigger] = {
    ("chargeback", "winning_evidence"): Trigger.WIN,
    ("chargeback", "losing_evidence"): Trigger.LOSE,
    ("inquiry", "winning_evidence"): Trigger.DROP,
    ("inquiry", "losing_evidence"): Trigger.DROP,
    ("inquiry", "escalate_inquiry_evidence"): Trigger.ESCALATE,
}
OPENINGS: Mapping[str, Trigger] = {
    "inquiry": Trigger.OPEN_INQUIRY, "resolution": Trigger.PREVENT, "block": Trigger.PREVENT,
}  # fmt: skip
# Services that settle a dispute before it is one, by the word that enrols in them, and the `case_type` that they leave.
PREVENTS: Mapping[str, str] = {
    "rapid_dispute_resolution": "resolution", "compelling_evidence_block": "block", "ethoca_alerts": "resolution",
}  # fmt: skip
# Smart Disputes answers by itself what it is eligible for, unless the merchant has, or wants to.
SMART = "smart_disputes"
SMART_USUAL = "prefer_manual"
SMART_AHEAD_S = 3_600  # before the evidence is due
OUTCOMES: Mapping[str, Trigger] = {"won": Trigger.WIN, "lost": Trigger.LOSE}  # "never" is neither
OUTCOME_USUAL = {"testmode": "never", "network": "lost"}
# The card network's own code for a reason; "" for any other reason, the first row for any other network.
NETWORK_CODES: Mapping[str, Mapping[str, str]] = {
    "visa": {
        "fraudulent": "10.4", "product_not_received": "13.1", "subscription_canceled": "13.2", "product_unacceptable": "13.3",
        "credit_not_processed": "13.6", "duplicate": "12.6", "noncompliant": "", "": "13.5",
    },
    "mastercard": {"fraudulent": "4837", "noncompliant": "", "duplicate": "4834", "": "4853"},
    "amex": {"fraudulent": "F29", "product_not_received": "C08", "credit_not_processed": "C02", "duplicate": "P08", "": "C31"},
    "discover": {"fraudulent": "UA02", "product_not_received": "RG", "credit_not_processed": "RN2", "duplicate": "DP", "": "AA"},
}  # fmt: skip
NOT_SETTLED = "Charge {} is a bank debit that has not settled, so nothing can be disputed: let time pass until it has, 5 days in all."
NO_DISPUTES = "Charge {} was paid with PromptPay, whose network has no disputes."
NO_ANSWER = "Charge {} is a bank debit: its bank decides without an inquiry and takes no evidence. Open a chargeback without a deadline."
REASONS = (
    "bank_cannot_process", "check_returned", "credit_not_processed", "customer_initiated", "debit_not_authorized", "duplicate",
    "fraudulent", "general", "incorrect_account_details", "insufficient_funds", "noncompliant", "product_not_received",
    "product_unacceptable", "subscription_canceled", "unrecognized",
)  # fmt: skip
FRAUD_TYPES = (
    "card_never_received", "fraudulent_card_application", "made_with_counterfeit_card", "made_with_lost_card", "made_with_stolen_card",
    "misc", "unauthorized_use_of_card",
)  # fmt: skip


def profile(merchant: Merchant) -> str:
    return str(merchant.settings.get("profile", "testmode"))


def network(merchant: Merchant) -> bool:
    return profile(merchant) == "network"


def words(text: str) -> list[str]:
    return [word for word in map(str.strip, text.split(",")) if word]


def enrolled(merchant: Merchant) -> list[str]:
    """The services that prevent the merchant's disputes."""
    own = (merchant.settings.get("providers") or {}).get(STRIPE) or {}
    return words(own.get("dispute_prevention") or "")


def disputable(merchant: Merchant, charge: Charge) -> int:
    """What may still be disputed: captured less refunded less what open and lost disputes claim already."""
    claimed = sum(
        d.amount for d in merchant.store.shelf(STRIPE, Dispute).of("charge_id", charge.id) if d.status not in NOT_LOST
    )
    left: int = charge.captured - charge.refunded - claimed
    return max(0, left)


def open_dispute(
    merchant: Merchant,
    charge: Charge,
    amount: int,
    reason: str = "fraudulent",
    kind: str = "chargeback",
    network_code: str = "",
    due_days: int | None = None,
    eligible: str = "",
) -> Dispute:
    """The issuer disputes `amount` minor units of a captured charge: withdrawn at once, but for inquiries and what is prevented.

    Args:
        kind: Stripe's `case_type`: chargeback, inquiry, compliance; resolution or block, which prevent it.
        eligible: a form of enhanced evidence, or SMART.
    """
    if "debit" in charge.details:
        return lose_at_once(merchant, charge, amount, reason)
    brand = charge.details["card"]["brand"]
    inquiry = kind == "inquiry"
    code = network_code or network_code_of(brand, reason, inquiry)
    due_at = 0 if kind in PREVENTS.values() else money.due_by(profile(merchant), brand, merchant.now, due_days)
    forms = [eligible] if eligible and eligible != SMART else list(enhanced.earned(merchant, charge, code)) if network(merchant) else []
    dispute = Dispute(
        merchant.new_id(STRIPE, Dispute, charge.id), STRIPE, NEW, merchant.now, amount, charge.currency, charge.id,
        charge.parent_id, kind, reason,
        evidence_due_at=due_at,
        details={
            "brand": brand,
            "network_reason_code": code or None,
            **({"eligible": forms} if forms else {}),
            **({"intended_submission_method": SMART_USUAL, "smart": True} if eligible == SMART else {}),
            **({} if due_days is None else {"due_days": due_days}),
        },
    )  # fmt: skip
    dispute = merchant.fire(dispute, OPENINGS.get(kind, Trigger.OPEN))
    spend_warnings(merchant, charge)
    reviewing.close(merchant, charge.id, "disputed")
    if dispute.status == "prevented":
        return dispute
    await_smart_disputes(merchant, dispute)
    if known(merchant, charge):
        merchant.arm(dispute, "enrichment", Trigger.ENRICH, merchant.now + merchant.dialects[STRIPE].timing(merchant, "enrichment"))
    if inquiry and brand in money.SILENCE_LOSES_INQUIRY[profile(merchant)]:
        merchant.arm(dispute, "evidence_due", Trigger.DEADLINE, due_at)
    return dispute


def lose_at_once(merchant: Merchant, charge: Charge, amount: int, reason: str) -> Dispute:
    """The holder of a debited account has the money back; his bank asks nobody."""
    dispute = Dispute(
        merchant.new_id(STRIPE, Dispute, charge.id), STRIPE, NEW, merchant.now, amount, charge.currency, charge.id,
        charge.parent_id, "chargeback", reason, closed_at=merchant.now,
    )  # fmt: skip
    dispute = merchant.fire(dispute, Trigger.LOSE)
    spend_warnings(merchant, charge)
    reviewing.close(merchant, charge.id, "disputed")
    method: Instrument | None = merchant.get(STRIPE, Instrument, charge.instrument_id)
    if method is not None and "mandate" in method.details:  # it is revoked: the next debit needs a new one
        merchant.put(method._replace(details={name: value for name, value in method.details.items() if name != "mandate"}))
    mandate: Mandate | None = merchant.get(STRIPE, Mandate, charge.details.get("mandate", ""))
    if mandate is not None and mandate.status == "active":
        merchant.fire(mandate, Trigger.VOID)
    return dispute


def known(merchant: Merchant, charge: Charge) -> dict[str, str]:
    """Evidence that Stripe has without being told: who paid, and what for."""
    customer: Customer | None = merchant.store.get(STRIPE, Customer, charge.customer_id)
    billing = charge.details.get("billing_details") or {}
    address = billing.get("address") or {}
    lines = [address.get(name) for name in ("line1", "line2", "city", "state", "postal_code", "country")]
    found = {
        "billing_address": ", ".join(line for line in lines if line),
        "customer_email_address": (customer.email if customer is not None else None) or billing.get("email"),
        "customer_name": (customer.name or customer.description if customer is not None else None) or billing.get("name"),
        "product_description": charge.description,
    }
    return {name: text for name, text in found.items() if text}


def enriched(merchant: Merchant, dispute: Dispute) -> dict[str, Any]:
    """What changes when Stripe adds what it knows; it does not count as evidence that was given."""
    charge: Charge = merchant.store.get(STRIPE, Charge, dispute.charge_id)
    own = {name: text for name, text in known(merchant, charge).items() if name not in dispute.evidence}
    return {"details": {**dispute.details, "enriched": own}}


def network_code_of(brand: str, reason: str, inquiry: bool) -> str:
    """The network's code for a reason; inquiries have the part before the dot."""
    codes = NETWORK_CODES.get(brand, NETWORK_CODES["visa"])
    code = codes.get(reason, codes[""])
    return code.partition(".")[0] if inquiry else code


def open_checked(
    merchant: Merchant, charge: Charge, amount: int | None, reason: str, inquiry: bool, due_days: int | None
) -> Dispute:
    """The same for whoever asks from outside. Raises Refusal NOT_CAPTURED, AMOUNT_EXCEEDS_DISPUTABLE, OUT_OF_REACH."""
    if reason not in REASONS:
        raise Refusal(Reason.OUT_OF_REACH, message=f"Stripe has no dispute reason '{reason}': use one of {', '.join(REASONS)}.")
    if charge.status == "pending":
        raise Refusal(Reason.NOT_CAPTURED, message=NOT_SETTLED.format(charge.id))
    if charge.captured == 0:
        raise Refusal(
            Reason.NOT_CAPTURED, message=f"Charge {charge.id} holds no captured money, so nothing can be disputed: capture it first."
        )
    if "scanned" in charge.details:
        raise Refusal(Reason.OUT_OF_REACH, message=NO_DISPUTES.format(charge.id))
    if "debit" in charge.details and (inquiry or due_days is not None):
        raise Refusal(Reason.OUT_OF_REACH, message=NO_ANSWER.format(charge.id))
    left = disputable(merchant, charge)
    wanted = left if amount is None else amount
    if amount is not None and amount < 1:
        raise Refusal(Reason.OUT_OF_REACH, param="amount", message=f"A dispute is about 1 minor unit or more, not {amount}.")
    if left == 0:
        raise Refusal(
            Reason.AMOUNT_EXCEEDS_DISPUTABLE,
            message=f"Nothing of charge {charge.id} is left to dispute: all of it was refunded, or is claimed by open or lost disputes.",
        )
    if wanted > left:
        sums = core_money.format_amount(wanted, charge.currency), core_money.format_amount(left, charge.currency)
        raise Refusal(
            Reason.AMOUNT_EXCEEDS_DISPUTABLE,
            message=f"A dispute of {sums[0]} is more than charge {charge.id} still has to dispute ({sums[1]}): "
            "open and lost disputes may not add up to more than captured less refunded.",
        )
    return open_dispute(merchant, charge, wanted, reason, "inquiry" if inquiry else "chargeback", due_days=due_days)


def stage(merchant: Merchant, dispute: Dispute, **facts: Any) -> Dispute:
    """Evidence is kept at Stripe, not sent to the bank yet."""
    return merchant.fire(dispute, Trigger.STAGE_EVIDENCE, **facts)


def submit(merchant: Merchant, dispute: Dispute, **facts: Any) -> Dispute:
    """All staged evidence goes to the bank, which decides later: by the magic word, or as the merchant's `outcome` says."""
    if dispute.status == "needs_response":  # neither an inquiry nor an appeal costs anything
        facts["extra_fee"] = money.compliance_fee(dispute.currency) if dispute.kind == "compliance" else 0
        facts["answer_fee"] = money.countered_fee(profile(merchant), dispute.currency)
    dispute = merchant.fire(
        dispute, Trigger.SUBMIT_EVIDENCE, submissions=dispute.submissions + 1, submitted_at=merchant.now, **facts
    )
    await_decision(merchant, dispute)
    return dispute


def await_decision(merchant: Merchant, dispute: Dispute) -> None:
    """The bank will decide on what it was sent, or never."""
    word = str(dispute.evidence.get("uncategorized_text") or "").strip()
    if dispute.status == "appeal_under_review":
        word = str(appeal_of(dispute).get("reason_for_filing") or "").strip()
    kind = "inquiry" if dispute.kind == "inquiry" else "chargeback"
    verdict, span = MAGIC.get((kind, word)), "magic_evidence"
    if verdict is None and kind == "chargeback":
        verdict, span = _outcome(merchant, dispute), "decision"
    if verdict is not None:
        merchant.arm(dispute, "decision", verdict, merchant.now + merchant.dialects[STRIPE].timing(merchant, span))


def appeal_of(dispute: Dispute) -> Mapping[str, Any]:
    """What was said of the card dispute in its appeal, staged or sent."""
    return (dispute.evidence.get("appeal") or {}).get("card") or {}


def await_smart_disputes(merchant: Merchant, dispute: Dispute) -> None:
    """Smart Disputes answers shortly before the deadline, if the dispute is eligible and the merchant lets it."""
    merchant.disarm(dispute, SMART)
    if dispute.details.get("smart") and dispute.details["intended_submission_method"] != "manual" and dispute.status == "needs_response":
        merchant.arm(dispute, SMART, Trigger.REPRESENT, dispute.evidence_due_at - SMART_AHEAD_S)


def represented(merchant: Merchant, dispute: Dispute) -> dict[str, Any]:
    """What changes when Smart Disputes answers."""
    return {"submissions": dispute.submissions + 1, "submitted_at": merchant.now, "details": {**dispute.details, "answered_by": SMART}}


def _outcome(merchant: Merchant, dispute: Dispute) -> Trigger | None:
    """What the bank will decide on evidence without a magic word; odds are drawn from the seed and the dispute's id."""
    outcome = merchant.settings.get("outcome") or OUTCOME_USUAL[profile(merchant)]
    if not merchant.settings.get("outcome") and network(merchant) and enhanced.qualified(merchant, dispute):
        outcome = "won"
    if isinstance(outcome, Mapping):
        drawn = digest("outcome", merchant.settings.get("seed", 0), dispute.id) % 1_000_000 / 1_000_000
        return Trigger.WIN if drawn < float(outcome["won"]) else Trigger.LOSE
    return OUTCOMES.get(str(outcome))


def escalated(merchant: Merchant, dispute: Dispute) -> dict[str, Any]:
    """What changes in an inquiry that becomes a chargeback, or a loss that may be appealed: an answer is due by a new deadline."""
    details = dispute.details
    due_at = money.due_by(profile(merchant), details["brand"], merchant.now, details.get("due_days"))
    kind = "chargeback" if dispute.kind == "inquiry" else dispute.kind
    return {"kind": kind, "evidence_due_at": due_at, "closed_at": 0}


def may_escalate(dispute: Dispute) -> bool:
    """Whether there is another round: for an inquiry always, for a lost dispute once, if it was answered."""
    return dispute.status != "lost" or (dispute.submissions > 0 and not dispute.evidence.get("appeal"))


def overdue(merchant: Merchant, dispute: Dispute) -> dict[str, Any]:
    """What changes when the deadline passes: an inquiry that becomes a loss at once was a chargeback at last."""
    return {"closed_at": merchant.now, "kind": "chargeback" if dispute.kind == "inquiry" else dispute.kind}


def warn(merchant: Merchant, charge: Charge, fraud_type: str = "made_with_stolen_card") -> FraudWarning:
    """The issuer suspects fraud; there is nothing left to act on if the charge is disputed or wholly refunded already."""
    warning = FraudWarning(
        merchant.new_id(STRIPE, FraudWarning, charge.id), STRIPE, NEW, merchant.now, charge.id, charge.parent_id, fraud_type
    )
    late = charge.disputed or charge.refunded >= charge.captured
    return merchant.fire(warning, Trigger.SPEND if late else Trigger.OPEN)


def spend_warnings(merchant: Merchant, charge: Charge) -> None:
    """Nothing is left to prevent: the warned-of charge is disputed or fully refunded."""
    for warning in merchant.store.shelf(STRIPE, FraudWarning).of("charge_id", charge.id):
        if warning.status == "actionable":
            merchant.fire(warning, Trigger.SPEND)


def shown(dispute: Dispute) -> str:
    """The status as the API says it."""
    return WIRE_STATUS.get(dispute.status, dispute.status)


def closed(dispute: Dispute) -> bool:
    return shown(dispute) in ("won", "lost", "warning_closed", "prevented")


def refundable(dispute: Dispute) -> bool:
    """Whether the disputed charge may be refunded: not while the bank has the money, nor once it kept it."""
    return dispute.status not in WITHDRAWN


# How the rules above are known, for the fidelity page.
VALIDATED: tuple[tuple[str, str], ...] = (
    ("winning_evidence wins, losing_evidence loses, escalate_inquiry_evidence escalates an inquiry; anything else stays", "recorded"),
    ("inquiries have the network reason code 10, fraudulent Visa disputes 10.4", "recorded answers"),
    ("charge.disputed stays true for ever", "recorded answers"),
    ("seconds after a dispute opens Stripe adds evidence that it knows; has_evidence and submission_count stay", "recorded webhooks"),
    ("an inquiry's charge may be refunded; if it escalates minutes later all of it is withdrawn all the same", "recorded"),
)
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("several disputes of one charge have each their own id, money and evidence", "docs: How disputes work"),
    ("a fully refunded card payment cannot be disputed", "docs: How disputes work"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("enrichment sends charge.dispute.updated, and nothing where Stripe knows neither customer nor description", "the latter"),
    ("enrichment knows no customer_purchase_ip, and in profile network no receipt", "no request tells where the cardholder was"),
    ("the control API disputes a charge however old it is", "cardholders have about 120 days"),
    ("a fraud warning that comes after the dispute or the full refund is not actionable; a failed refund does not make it so again",
     "behaviour"),
    ("winning_evidence on an inquiry closes it", "losing_evidence is documented to"),
    ("submit=true with nothing staged counts as a submission", "behaviour"),
    ("an escalated inquiry needs a second response by a new deadline, counted like the first one", "the new due_by"),
    ("network reason codes other than Visa 10.4, 13.1 and 10", "taken from the card networks' public lists"),
    ("charge.dispute is the latest of several disputes", "behaviour"),
)
