"""The bank's, the cardholder's and the dashboard's side at Omise: what the control API asks for.

What Omise cannot do is refused as such: it disputes a charge once and whole, knows no inquiries and no early warnings, and its
refunds are final when they are made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Dispute, Document, Record, Refund
from sandbox.providers.base import Acknowledgement, Choices, EvidenceField
from sandbox.providers.omise import disputing, paying
from sandbox.providers.omise.money import OMISE
from sandbox.providers.omise.params import Given
from sandbox.providers.omise.views.charge import can_dispute
from sandbox.providers.omise.views.dispute import REASONS, documents_of

VERDICTS: Mapping[str, Trigger] = {"win": Trigger.WIN, "lose": Trigger.LOSE}
EVIDENCE = ("message", "metadata")
CHOICES = Choices(
    dispute_reasons=tuple(REASONS),
    evidence=(
        EvidenceField("message", matters_for=("*",)),
        *(EvidenceField(kind, file=True, matters_for=("*",)) for kind in disputing.KINDS),
    ),
    file_types=tuple(name for _, name in disputing.MAGIC),
    first_payment="curl -u skey_test_{merchant}: {url}/charges -d amount=100000 -d currency=thb -d 'source[type]=promptpay'",
    sends_at_once=True,
)


def out_of_reach(message: str, param: str = "") -> NoReturn:
    raise Refusal(Reason.OUT_OF_REACH, message=message, **({"param": param} if param else {}))


class OmiseBank:
    choices: Choices = CHOICES

    def charge(self, merchant: Merchant, key: str) -> Charge | None:
        """The charge of a charge id, or of the id in its `authorize_uri`."""
        found: Charge | None = merchant.get(OMISE, Charge, key)
        if found is not None:
            return found
        shelf = merchant.store.shelves.get((OMISE, Charge))
        behind = shelf.of("parent_id", key) if shelf is not None else []
        return behind[0] if behind else None

    def open_dispute(
        self, merchant: Merchant, charge: Charge, reason: str | None, amount: int | None, kind: str, due_days: int | None
    ) -> Dispute:
        """A dispute of all that is left; another amount, a second one and inquiries do not exist here."""
        if kind == "inquiry":
            out_of_reach("Omise has no inquiries: its disputes withdraw the money at once. Leave `kind` out.", "kind")
        if charge.captured == 0:
            raise Refusal(Reason.NOT_CAPTURED, message=f"Charge {charge.id} holds no captured money, so nothing can be disputed.")
        if charge.disputed:
            out_of_reach(f"Omise disputes a charge once: {charge.id} has dispute {charge.dispute_id} already.", "charge")
        left = charge.captured - charge.refunded
        if amount is not None and amount != left and left:
            out_of_reach(f"Omise has no partial disputes: a dispute of {charge.id} is about {left}, all that is left.", "amount")
        if not can_dispute(charge):
            message = f"Charge {charge.id} cannot be disputed: " + (
                "all of it was refunded." if left <= 0 else "it was not paid by card, and Omise disputes cards only."
            )
            raise Refusal(Reason.AMOUNT_EXCEEDS_DISPUTABLE, message=message)
        return disputing.open_dispute(merchant, charge, disputing.known_reason(reason), due_days)

    def decide(self, merchant: Merchant, dispute: Dispute, verdict: str) -> Dispute:
        trigger = VERDICTS.get(verdict)
        if trigger is None:
            out_of_reach(f"Omise has no inquiries, so the bank cannot {verdict} dispute {dispute.id}: win or lose it.")
        return disputing.decide(merchant, dispute, trigger)

    def evidence(self, merchant: Merchant, dispute: Dispute, evidence: Mapping[str, Any]) -> Dispute:
        """What `PATCH /disputes/{id}` takes: a message is sent to the bank at once, Omise stages nothing."""
        strange = [name for name in evidence if name not in EVIDENCE]
        if strange:
            out_of_reach(
                f"Omise has no evidence field '{strange[0]}': it takes a `message`, `metadata`, and documents by "
                f"POST /disputes/{dispute.id}/documents.", strange[0],
            )  # fmt: skip
        given = Given(evidence, {})
        return disputing.update(merchant, dispute, given.text("message"), given.metadata())

    def attach(self, merchant: Merchant, dispute: Dispute, field: str, filename: str, content: bytes) -> Dispute:
        """A document of that kind, while the dispute is open."""
        disputing.add_document(merchant, dispute, filename, content, field)
        listed: Dispute = merchant.get(OMISE, Dispute, dispute.id)
        return listed

    def attached(self, merchant: Merchant, dispute: Dispute) -> Sequence[tuple[str, Document]]:
        return [(document.purpose, document) for document in documents_of(merchant, dispute)]

    def acknowledgements(self, merchant: Merchant, dispute: Dispute) -> Sequence[Acknowledgement]:
        return ()

    def submit(self, merchant: Merchant, dispute: Dispute) -> Dispute:
        out_of_reach("Omise sends a message to the bank at once, so there is nothing to submit: send evidence {\"message\": \"...\"}.")

    def accept(self, merchant: Merchant, dispute: Dispute) -> Dispute:
        return disputing.accept(merchant, dispute)

    def refund(self, merchant: Merchant, charge: Charge, amount: int | None, reason: str | None) -> Refund:
        if reason is not None:
            out_of_reach("Omise's refunds have no reason: leave it out, or keep it in the metadata of a refund made by the API.", "reason")
        return paying.refund(merchant, charge, charge.captured - charge.refunded if amount is None else amount, False, {})

    def settle_refund(self, merchant: Merchant, refund: Refund, verdict: str, failure_reason: str | None) -> Refund:
        out_of_reach(f"Omise's refunds are final when they are made: {refund.id} can neither succeed nor fail later.")

    def warn(self, merchant: Merchant, charge: Charge, fraud_type: str | None) -> Record:
        out_of_reach("Omise has no early fraud warnings.")

    def awaits(self, merchant: Merchant, key: str) -> bool:
        """The id in an `authorize_uri` is no payment's, but stands for one."""
        return merchant.get(OMISE, Charge, key) is None and self.charge(merchant, key) is not None

    def authenticate(self, merchant: Merchant, key: str, verdict: str) -> Charge:
        """The cardholder passes or fails 3-D Secure, or the payer of a source pays or refuses."""
        charge = self.charge(merchant, key)
        if charge is None:
            raise Refusal(Reason.NOT_FOUND, kind="charge", id=key)
        return paying.answer_payer(merchant, charge, verdict == "pass")
