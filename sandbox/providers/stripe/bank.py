"""The bank's, the cardholder's and the dashboard's side at Stripe: what the control API asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sandbox.core.branches import split
from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Dispute, Document, Refund
from sandbox.providers.base import Acknowledgement, Choices
from sandbox.providers.stripe import answering, deposits, disputing
from sandbox.providers.stripe.answering import FAILURE_REASONS
from sandbox.providers.stripe.disputing import FRAUD_TYPES, STRIPE
from sandbox.providers.stripe.records import FraudWarning, PaymentIntent, SetupIntent
from sandbox.providers.stripe.routes import disputes, intent_confirm, microdeposits, refunds, setups
from sandbox.providers.stripe.validate import Expandable, validate

VERDICTS: Mapping[str, Trigger] = {"win": Trigger.WIN, "lose": Trigger.LOSE, "escalate": Trigger.ESCALATE}
REFUND_VERDICTS: Mapping[str, Trigger] = {"succeed": Trigger.SUCCEED, "fail": Trigger.FAIL, "cancel": Trigger.VOID}


P = ParamSpec("P")
R = TypeVar("R")
B = TypeVar("B")
Act = Callable[Concatenate["StripeBank", Merchant, B, P], R]


def in_its_books(act: Act[B, P, R]) -> Act[B, P, R]:
    """The act happens in the books of the account that the charge, dispute or refund is of."""

    @wraps(act)
    def acting(self: StripeBank, merchant: Merchant, about: B, /, *rest: P.args, **named: P.kwargs) -> R:
        with merchant.acting_for(split(about.provider)[1]):  # type: ignore[attr-defined]
            return act(self, merchant, about, *rest, **named)

    return acting


class StripeBank:
    choices: Choices = answering.CHOICES

    def charge(self, merchant: Merchant, key: str) -> Charge | None:
        """The charge of a charge id or a payment intent id; None if this provider has no such payment."""
        charge: Charge | None = merchant.anywhere(STRIPE, Charge, key)
        if charge is None:
            intent: PaymentIntent | None = merchant.anywhere(STRIPE, PaymentIntent, key)
            if intent is None:
                return None
            charge = merchant.anywhere(STRIPE, Charge, intent.charge_id)
            if charge is None:
                raise Refusal(Reason.NOT_CAPTURED, message=f"Payment {key} was never confirmed, so there is no charge: confirm it first.")
        return charge

    @in_its_books
    def open_dispute(
        self, merchant: Merchant, charge: Charge, reason: str | None, amount: int | None, kind: str, due_days: int | None
    ) -> Dispute:
        """A dispute of what is left, or of `amount` minor units; `kind` is "chargeback" or "inquiry"."""
        if charge.details.get("source_transfer"):
            raise Refusal(Reason.OUT_OF_REACH, message=f"{charge.id} is a platform's transfer: dispute the platform's own charge.")
        if charge.status == "clearing":
            charge = merchant.fire(charge, Trigger.CLEAR)
        return disputing.open_checked(merchant, charge, amount, reason or "fraudulent", kind == "inquiry", due_days)

    @in_its_books
    def decide(self, merchant: Merchant, dispute: Dispute, verdict: str) -> Dispute:
        """The bank decides now. An inquiry that is decided for the merchant is dropped; one that is lost must escalate first.

        A lost dispute escalates to its appeal.
        """
        trigger = VERDICTS[verdict]
        if dispute.status.startswith("warning_") and verdict == "win":
            trigger = Trigger.DROP
        if merchant.row(dispute, trigger) is None or (verdict == "escalate" and not disputing.may_escalate(dispute)):
            message = f"Dispute {dispute.id} is {disputing.shown(dispute)}: the bank cannot {verdict} it now."
            if dispute.status == "lost":
                message += " Only a dispute that was lost after its evidence may be appealed, and once."
            if dispute.status.startswith("warning_") and verdict == "lose":
                message += " An inquiry holds no money; escalate it to a chargeback first."
            raise Refusal(Reason.WRONG_STATUS, message=message)
        return merchant.fire(dispute, trigger)

    @in_its_books
    def evidence(self, merchant: Merchant, dispute: Dispute, evidence: Mapping[str, Any]) -> Dispute:
        """Evidence is staged, read by the API's own rules; what lies deeper may be named as a form names it."""
        params = validate(disputes.DisputeUpdate, {"evidence": answering.unfolded(evidence), "submit": "false"})
        return disputes.update(merchant, params, dispute.id)

    @in_its_books
    def attach(self, merchant: Merchant, dispute: Dispute, field: str, filename: str, content: bytes) -> Dispute:
        return answering.attach(merchant, dispute, field, filename, content)

    @in_its_books
    def attached(self, merchant: Merchant, dispute: Dispute) -> Sequence[tuple[str, Document]]:
        return answering.attached(merchant, dispute)

    @in_its_books
    def acknowledgements(self, merchant: Merchant, dispute: Dispute) -> Sequence[Acknowledgement]:
        return answering.acknowledgements(dispute)

    @in_its_books
    def submit(self, merchant: Merchant, dispute: Dispute) -> Dispute:
        return disputes.update(merchant, validate(disputes.DisputeUpdate, {"submit": "true"}), dispute.id)

    @in_its_books
    def accept(self, merchant: Merchant, dispute: Dispute) -> Dispute:
        return disputes.close(merchant, validate(Expandable, {}), dispute.id)

    @in_its_books
    def refund(self, merchant: Merchant, charge: Charge, amount: int | None, reason: str | None) -> Refund:
        raw = {"charge": charge.id, **({} if amount is None else {"amount": str(amount)}), **({"reason": reason} if reason else {})}
        return refunds.create(merchant, validate(refunds.RefundCreate, raw))

    @in_its_books
    def settle_refund(self, merchant: Merchant, refund: Refund, verdict: str, failure_reason: str | None) -> Refund:
        """A pending refund succeeds, one that is pending or succeeded fails, or the merchant cancels it on his dashboard."""
        if failure_reason is not None and failure_reason not in FAILURE_REASONS:
            message = f"Stripe has no refund failure reason '{failure_reason}': use one of {', '.join(FAILURE_REASONS)}."
            raise Refusal(Reason.OUT_OF_REACH, message=message)
        if refund.status == "requires_action" and verdict == "succeed":
            refund = merchant.fire(refund, Trigger.REMIT)  # the customer names a bank account first
        if verdict == "cancel":
            answering.check_cancel(merchant, refund)
            failure_reason = "merchant_request"
        trigger = REFUND_VERDICTS[verdict]
        if refund.status == "unfunded" and verdict == "fail":
            failure_reason = failure_reason or "insufficient_funds"
        if merchant.row(refund, trigger) is None:
            message = f"Refund {refund.id} is {refund.status}: it cannot {verdict} any more."
            raise Refusal(Reason.WRONG_STATUS, message=message)
        return merchant.fire(refund, trigger, **({"failure_reason": failure_reason} if failure_reason else {}))

    @in_its_books
    def warn(self, merchant: Merchant, charge: Charge, fraud_type: str | None) -> FraudWarning:
        if fraud_type is not None and fraud_type not in FRAUD_TYPES:
            message = f"Stripe has no fraud type '{fraud_type}': use one of {', '.join(FRAUD_TYPES)}."
            raise Refusal(Reason.OUT_OF_REACH, message=message)
        if "card" not in charge.details:
            raise Refusal(Reason.OUT_OF_REACH, message=f"Charge {charge.id} was not paid by card: only card issuers warn of fraud.")
        if charge.captured == 0:
            raise Refusal(Reason.NOT_CAPTURED, message=f"Charge {charge.id} holds no captured money: capture it first.")
        return disputing.warn(merchant, charge, fraud_type or "made_with_stolen_card")

    def awaits(self, merchant: Merchant, key: str) -> bool:
        return merchant.anywhere(STRIPE, SetupIntent, key) is not None

    def authenticate(self, merchant: Merchant, key: str, verdict: str) -> Any:
        """The cardholder of a payment or setup passes or fails; `key` may be that of a charge, which nobody waits for."""
        setup: SetupIntent | None = merchant.anywhere(STRIPE, SetupIntent, key)
        intent: PaymentIntent | None = merchant.anywhere(STRIPE, PaymentIntent, key)
        order = setup or intent
        if order is not None and deposits.awaited(order):
            with merchant.acting_for(split(order.provider)[1]):
                return microdeposits.told(merchant, order, verdict == "pass")
        if setup is not None:
            with merchant.acting_for(split(setup.provider)[1]):
                return setups.authenticated(merchant, setup, verdict == "pass")
        if intent is None:
            raise Refusal(Reason.WRONG_STATUS, message=f"Charge {key} is made already: nobody is asked to authenticate.")
        with merchant.acting_for(split(intent.provider)[1]):
            return intent_confirm.authenticated(merchant, intent, verdict == "pass")
