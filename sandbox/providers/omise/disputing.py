"""How a dispute is opened, answered and decided at Omise, whoever asks: its test-mode calls or the control API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.core.errors import Reason, Refusal
from sandbox.core.ids import digest
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Charge, Dispute, Document
from sandbox.providers.omise import money
from sandbox.providers.omise.money import DAY, OMISE
from sandbox.providers.omise.params import refuse
from sandbox.providers.omise.views.charge import can_dispute
from sandbox.providers.omise.views.dispute import REASONS

REASON_USUAL = "goods_or_services_not_provided"
RESPONSE_DAYS = 14
OPEN = ("open", "pending")
ACCEPTED = "Merchant accepts the dispute"
KINDS = ("cardholder_details", "details_of_purchase", "proof_of_receipt", "proof_of_acceptance")
FILE_BYTES_MAX = 10 << 20
MAGIC: tuple[tuple[bytes, str], ...] = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"%PDF-", "pdf"))
OUTCOMES: Mapping[str, Trigger] = {"won": Trigger.WIN, "lost": Trigger.LOSE}  # "never" is neither
OUTCOME_USUAL: Mapping[str, str] = {"testmode": "never", "network": "lost"}


def open_dispute(merchant: Merchant, charge: Charge, reason: str = REASON_USUAL, due_days: int | None = None) -> Dispute:
    """The issuer disputes what is left of a captured charge; the money is withdrawn at once, gross.

    Args:
        due_days: until the answer is due; by default as the setting `response_days` says.

    Raises:
        Refusal: AMOUNT_EXCEEDS_DISPUTABLE, the charge is not disputable.
    """
    if not can_dispute(charge):
        raise Refusal(Reason.AMOUNT_EXCEEDS_DISPUTABLE)
    days: int = money.setting(merchant, "response_days", RESPONSE_DAYS) if due_days is None else due_days
    draft = Dispute(
        merchant.new_id(OMISE, Dispute), OMISE, NEW, merchant.now, charge.captured - charge.refunded, charge.currency, charge.id,
        reason=reason, evidence_due_at=merchant.now + days * DAY,
    )  # fmt: skip
    return merchant.fire(draft, Trigger.OPEN)


def update(merchant: Merchant, dispute: Dispute, message: str | None, metadata: dict[str, Any] | None) -> Dispute:
    """A message answers the dispute and makes it pending at once; metadata may change in any state.

    Raises:
        Refusal: DISPUTE_CLOSED, a message for a decided dispute.
    """
    facts: dict[str, Any] = {} if metadata is None else {"metadata": metadata}
    if message is None:
        return merchant.fire(dispute, Trigger.UPDATE, **facts)
    check_open(dispute)
    facts["evidence"] = {**dispute.evidence, "message": message}
    facts["submissions"], facts["submitted_at"] = dispute.submissions + 1, merchant.now
    if dispute.status == "pending":
        return merchant.fire(dispute, Trigger.UPDATE, **facts)
    dispute = merchant.fire(dispute, Trigger.SUBMIT_EVIDENCE, **facts)
    verdict = outcome(merchant, dispute)
    if verdict is not None:
        merchant.arm(dispute, "decision", verdict, merchant.now + money.DECISION_S)
    return dispute


def outcome(merchant: Merchant, dispute: Dispute) -> Trigger | None:
    """What the bank will decide by itself; odds are drawn from the seed and the dispute's id."""
    wanted = merchant.settings.get("outcome") or OUTCOME_USUAL[str(merchant.settings.get("profile") or "testmode")]
    if isinstance(wanted, Mapping):
        drawn = digest("outcome", merchant.settings.get("seed", 0), dispute.id) % 1_000_000 / 1_000_000
        return Trigger.WIN if drawn < float(wanted["won"]) else Trigger.LOSE
    return OUTCOMES.get(str(wanted))


def accept(merchant: Merchant, dispute: Dispute) -> Dispute:
    """The merchant gives in: lost at once. Raises Refusal DISPUTE_CLOSED."""
    check_open(dispute)
    return merchant.fire(dispute, Trigger.ACCEPT)


def decide(merchant: Merchant, dispute: Dispute, trigger: Trigger) -> Dispute:
    """The bank wins or loses it for the merchant. Raises Refusal DISPUTE_CLOSED."""
    check_open(dispute)
    return merchant.fire(dispute, trigger)


def check_open(dispute: Dispute) -> None:
    if dispute.status not in OPEN:
        raise Refusal(Reason.DISPUTE_CLOSED)


# Documents


def add_document(merchant: Merchant, dispute: Dispute, filename: str, content: bytes, kind: str) -> Document:
    """A file belongs to the dispute, which stays open.

    Raises:
        Refusal: documents_locked, invalid_file_type, bad_request (kind, size).
    """
    unlocked(dispute)
    if kind and kind not in KINDS:
        raise refuse("bad_request", "kind is not included in the list")
    media = next((name for magic, name in MAGIC if content.startswith(magic)), None)
    if media is None:
        raise refuse("invalid_file_type", "invalid content-type")
    if len(content) > FILE_BYTES_MAX:
        raise refuse("bad_request", "file size is too large (maximum is 10 MB)")
    draft = Document(
        merchant.new_id(OMISE, Document), OMISE, NEW, merchant.now, kind, filename or f"document.{media}", media, content,
        {"dispute": dispute.id},
    )  # fmt: skip
    document = merchant.fire(draft, Trigger.CREATE)
    listed = [*dispute.details.get("documents", ()), document.id]
    merchant.fire(dispute, Trigger.STAGE_EVIDENCE, details={**dispute.details, "documents": listed})
    return document


def remove_document(merchant: Merchant, dispute: Dispute, document: Document) -> Document:
    """The document is deleted and the dispute lists it no more. Raises Refusal documents_locked."""
    unlocked(dispute)
    listed = [key for key in dispute.details.get("documents", ()) if key != document.id]
    merchant.fire(dispute, Trigger.STAGE_EVIDENCE, details={**dispute.details, "documents": listed})
    return merchant.fire(document, Trigger.DELETE)


def unlocked(dispute: Dispute) -> None:
    if dispute.status != "open":
        raise refuse("documents_locked", "documents list cannot be modified", Reason.WRONG_STATUS)


def closed_now(merchant: Merchant, dispute: Dispute) -> dict[str, Any]:
    """What changes in a dispute that is decided."""
    return {"closed_at": merchant.now}


def accepted_now(merchant: Merchant, dispute: Dispute) -> dict[str, Any]:
    return {"closed_at": merchant.now, "evidence": {**dispute.evidence, "message": ACCEPTED}}


def known_reason(reason: str | None) -> str:
    """A real reason code. Raises Refusal OUT_OF_REACH."""
    word = ALIASES.get(reason or "", reason) or REASON_USUAL
    if word not in REASONS:
        message = f"Omise has no dispute reason '{reason}': use one of {', '.join(REASONS)}."
        raise Refusal(Reason.OUT_OF_REACH, message=message, param="reason")
    return word


# Names that people and drafts use, which the control API takes too.
ALIASES: Mapping[str, str] = {
    "fraud": "unauthorized_charge",
    "fraudulent": "unauthorized_charge",
    "product_not_received": "goods_or_services_not_provided",
    "product_unacceptable": "not_as_described_or_defective_merchandise",
    "duplicate": "duplicate_processing",
    "credit_or_refund_not_processed": "credit_not_processed",
}

ASSUMED: tuple[tuple[str, str], ...] = (
    ("silence loses a dispute after 14 days (setting response_days)", "official pages say 7, and 14 to 21; the object has no date"),
    ("a dispute lost by silence keeps message null and closes at the deadline", "no recording"),
    ("a message that follows a message while the dispute is pending is kept", "perhaps refused"),
    ("a charge whose dispute was won is neither disputable nor refundable", "recorded for the flags after an open dispute only"),
    ("a document larger than 10 MB, or of an unknown kind, answers bad_request", "wording"),
    ("a document's type is judged by its content", "documented is the content type, which some libraries do not send"),
)
