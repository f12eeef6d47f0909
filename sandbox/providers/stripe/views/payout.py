"""Payout, and the bank accounts that payouts go to."""

from __future__ import annotations

from typing import Any

from sandbox.core.ids import digest
from sandbox.core.merchant import Merchant
from sandbox.core.records import NOTHING
from sandbox.providers.stripe.payouts import FAILURES, methods_of
from sandbox.providers.stripe.records import BankAccount, Payout
from sandbox.providers.stripe.views.source import bank_account, card, in_order

NO_REQUIREMENTS: dict[str, Any] = {"currently_due": [], "errors": [], "past_due": [], "pending_verification": []}


def payout(merchant: Merchant, p: Payout) -> dict[str, Any]:
    arrived = p.status == "paid"
    return {
        "id": p.id,
        "object": "payout",
        "amount": p.amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": p.arrives_at,
        "automatic": p.automatic,
        "balance_transaction": p.entry_id or None,
        "created": p.created,
        "currency": p.currency,
        "description": p.description,
        "destination": p.destination_id,
        "failure_balance_transaction": p.failure_entry_id or None,
        "failure_code": p.failure_code or None,
        "failure_message": FAILURES.get(p.failure_code),
        "livemode": False,
        "metadata": p.metadata,
        "method": p.details.get("method", "standard"),
        "original_payout": p.original_id or None,
        "payout_method": None,
        "reconciliation_status": p.details.get("reconciliation", "in_progress") if p.automatic else "not_applicable",
        "reversed_by": p.reversed_by_id or None,
        "source_type": "card",
        "statement_descriptor": p.details.get("statement_descriptor"),
        "status": p.status,
        "trace_id": {"status": "supported" if arrived else "pending", "value": trace(p) if arrived else None},
        "type": p.details.get("type", "bank_account"),
    }


def trace(p: Payout) -> str:
    """The number that the receiving bank finds the money by."""
    return f"{digest('trace', p.id) % 10**15:015d}"


def external_account(merchant: Merchant, b: BankAccount) -> dict[str, Any]:
    """A bank account or a debit card that payouts go to, or the stub that is left of a deleted one."""
    if b.status == "deleted":
        return {"id": b.id, "object": b.kind, "currency": b.currency, "deleted": True}
    terms = {"account": b.account_id, "available_payout_methods": methods_of(b), "default_for_currency": b.default}
    if b.kind == "card":
        shown = card(b.id, b.details["card"], b.details["billing_details"], metadata=b.metadata)
        del shown["customer"]
        return in_order({**shown, **terms, "currency": b.currency})
    known = {"country": b.country, "currency": b.currency, "last4": b.last4, "details": b.details}
    return in_order({
        **bank_account(b.id, known, b.status), **terms, "future_requirements": NO_REQUIREMENTS, "metadata": b.metadata or NOTHING,
        "requirements": NO_REQUIREMENTS,
    })  # fmt: skip
