"""A payment as the control API shows every provider's: an intent with its charges, or a charge that stands alone."""

from __future__ import annotations

from typing import Any

from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge
from sandbox.providers.base import Payment
from sandbox.providers.stripe.machines import WIRE_STATUS
from sandbox.providers.stripe.records import PaymentIntent

PAYMENT_KINDS: tuple[type, ...] = (PaymentIntent, Charge)


def status(record: Any) -> str:
    word: str = record.status
    return WIRE_STATUS.get(word, word)


def payment(merchant: Merchant, record: Any) -> Payment | None:
    if record.__class__ is PaymentIntent:
        charges = merchant.store.shelf(record.provider, Charge).of("parent_id", record.id)
    elif record.parent_id:
        return None
    else:
        charges = [record]
    return Payment(
        record.id, record.provider, status(record), record.created, record.amount, record.currency,
        sum(c.captured for c in charges), sum(c.refunded for c in charges), any(c.disputed for c in charges),
        record.description, record.customer_id, [c.id for c in charges],
    )  # fmt: skip
