"""What the bank and the cardholder do, and the merchant's own side of a dispute: each call is one unit of work.

Who owns a charge, dispute or refund is found by asking every provider; it carries the call out by the rules of its own API
and answers its own object.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from pydantic import ConfigDict, Field

from sandbox.core.errors import Refusal
from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Dispute, Record, Refund
from sandbox.providers.base import Provider
from sandbox.server.control.finding import find
from sandbox.server.control.op import Ask, Body, Op, Wrong
from sandbox.server.control.refusals import of_refusal

AMOUNT_MAX = 10**15  # no provider takes as much; keeps sums exact for every JSON reader
DAYS_MAX = 3_660
WORD_MAX = 200


class OpenDispute(Body):
    charge: str = Field(description="Any provider's charge or payment id", max_length=WORD_MAX)
    reason: str | None = Field(None, description="The provider's word; Stripe: fraudulent", max_length=WORD_MAX)
    amount: int | None = Field(None, gt=0, le=AMOUNT_MAX, description="Minor units; default: what is left to dispute")
    kind: Literal["chargeback", "inquiry"] = "chargeback"
    evidence_due_in_days: int | None = Field(None, ge=0, le=DAYS_MAX)


class Warn(Body):
    charge: str = Field(max_length=WORD_MAX)
    fraud_type: str | None = Field(None, max_length=WORD_MAX)


class GiveBack(Body):
    charge: str = Field(max_length=WORD_MAX)
    amount: int | None = Field(None, gt=0, le=AMOUNT_MAX, description="Minor units; default: what is left to refund")
    reason: str | None = Field(None, max_length=WORD_MAX)


class FailRefund(Body):
    failure_reason: str | None = Field(None, max_length=WORD_MAX)


class Evidence(Body):
    """The provider's own evidence fields by their own names."""

    model_config = ConfigDict(extra="allow")


async def carried_out(ask: Ask, provider: Provider, work: Callable[[], Record]) -> dict[str, Any]:
    """The work is done and its record shown as the provider's API would. Raises Wrong, in the provider's words."""
    merchant = ask.merchant

    def done() -> dict[str, Any]:
        return provider.object(merchant, work())

    try:
        return await ask.unit(done)
    except Refusal as refusal:
        raise of_refusal(refusal, provider, merchant) from None


def payment_of(ask: Ask, key: str) -> tuple[Provider, Charge]:
    """The charge behind any provider's charge or payment id. Raises Wrong 404, 409."""
    for provider in ask.providers.values():
        try:
            charge = provider.bank.charge(ask.merchant, key)
        except Refusal as refusal:
            raise of_refusal(refusal, provider, ask.merchant) from None
        if charge is not None:
            return provider, charge
    message = f"Merchant {ask.merchant.name} has no charge or payment '{key}'. GET /_sandbox/payments lists them."
    raise Wrong(404, "not_found", message, "charge")


# Charges


async def open_dispute(ask: Ask) -> dict[str, Any]:
    body: OpenDispute = ask.body
    provider, charge = payment_of(ask, body.charge)
    return await carried_out(
        ask, provider,
        lambda: provider.bank.open_dispute(ask.merchant, charge, body.reason, body.amount, body.kind, body.evidence_due_in_days),
    )  # fmt: skip


async def warn(ask: Ask) -> dict[str, Any]:
    body: Warn = ask.body
    provider, charge = payment_of(ask, body.charge)
    return await carried_out(ask, provider, lambda: provider.bank.warn(ask.merchant, charge, body.fraud_type))


async def refund(ask: Ask) -> dict[str, Any]:
    body: GiveBack = ask.body
    provider, charge = payment_of(ask, body.charge)
    return await carried_out(ask, provider, lambda: provider.bank.refund(ask.merchant, charge, body.amount, body.reason))


async def authenticate(ask: Ask, payment_id: str, *, verdict: str) -> dict[str, Any]:
    key = payment_id
    for provider in ask.providers.values():
        if provider.bank.awaits(ask.merchant, key):
            break
    else:
        provider, payment = find(ask, payment_id)
        key = payment.id
    return await carried_out(ask, provider, lambda: provider.bank.authenticate(ask.merchant, key, verdict))


# Disputes and refunds


async def decide(ask: Ask, dispute_id: str, *, verdict: str) -> dict[str, Any]:
    provider, dispute = ask.find(Dispute, dispute_id, "dispute", "disputes")
    return await carried_out(ask, provider, lambda: provider.bank.decide(ask.merchant, dispute, verdict))


async def evidence(ask: Ask, dispute_id: str) -> dict[str, Any]:
    provider, dispute = ask.find(Dispute, dispute_id, "dispute", "disputes")
    fields = ask.body.model_extra
    if not fields:
        raise Wrong(422, "param_missing", 'Send evidence fields by the provider\'s own names, such as {"uncategorized_text": "..."}.')
    return await carried_out(ask, provider, lambda: provider.bank.evidence(ask.merchant, dispute, fields))


def _submit(provider: Provider) -> Callable[[Merchant, Dispute], Dispute]:
    return provider.bank.submit


def _accept(provider: Provider) -> Callable[[Merchant, Dispute], Dispute]:
    return provider.bank.accept


async def answered(ask: Ask, dispute_id: str, *, how: Callable[[Provider], Callable[[Merchant, Dispute], Dispute]]) -> dict[str, Any]:
    provider, dispute = ask.find(Dispute, dispute_id, "dispute", "disputes")
    return await carried_out(ask, provider, lambda: how(provider)(ask.merchant, dispute))


async def settle_refund(ask: Ask, refund_id: str, *, verdict: str) -> dict[str, Any]:
    provider, found = ask.find(Refund, refund_id, "refund", "payments")
    reason: str | None = getattr(ask.body, "failure_reason", None)
    return await carried_out(ask, provider, lambda: provider.bank.settle_refund(ask.merchant, found, verdict, reason))


OPERATIONS: tuple[Op, ...] = (
    Op("POST", "/_sandbox/disputes", open_dispute, "Opens a dispute on any captured charge", OpenDispute),
    Op("POST", "/_sandbox/disputes/{id}/win", partial(decide, verdict="win"), "The bank decides for the merchant now"),
    Op("POST", "/_sandbox/disputes/{id}/lose", partial(decide, verdict="lose"), "The bank decides against the merchant now"),
    Op("POST", "/_sandbox/disputes/{id}/escalate", partial(decide, verdict="escalate"),
       "An inquiry becomes a chargeback now; a dispute that was lost after its evidence may be appealed"),
    Op("POST", "/_sandbox/disputes/{id}/evidence", evidence, "Stages evidence, in the provider's own field names", Evidence),
    Op("POST", "/_sandbox/disputes/{id}/submit", partial(answered, how=_submit), "Submits the staged evidence"),
    Op("POST", "/_sandbox/disputes/{id}/accept", partial(answered, how=_accept), "The merchant gives in"),
    Op("POST", "/_sandbox/early_fraud_warnings", warn, "The issuer suspects fraud; Stripe only", Warn),
    Op("POST", "/_sandbox/refunds", refund, "Refunds any provider's charge", GiveBack),
    Op("POST", "/_sandbox/refunds/{id}/succeed", partial(settle_refund, verdict="succeed"), "A pending refund settles now"),
    Op("POST", "/_sandbox/refunds/{id}/fail", partial(settle_refund, verdict="fail"), "A refund fails now, also a settled one", FailRefund),
    Op("POST", "/_sandbox/refunds/{id}/cancel", partial(settle_refund, verdict="cancel"), "The merchant cancels a refund on his dashboard"),
    Op("POST", "/_sandbox/three_d_secure/{payment}/pass", partial(authenticate, verdict="pass"), "The cardholder authenticates"),
    Op("POST", "/_sandbox/three_d_secure/{payment}/fail", partial(authenticate, verdict="fail"), "The cardholder fails to authenticate"),
)  # fmt: skip
