"""Which payment something belongs to, whatever it is: a charge, a refund, a dispute, a warning."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.core.records import Charge, Dispute, Refund
from sandbox.providers.base import Payment, Provider
from sandbox.server.control.op import Ask, Wrong


def find(ask: Ask, key: str) -> tuple[Provider, Payment]:
    """The payment of a payment id, of the merchant's own id for one, or of anything that belongs to one. Raises Wrong 404."""
    for name, provider in ask.providers.items():
        for kind in provider.payment_kinds:
            record = ask.merchant.anywhere(name, kind, key)
            if record is None:
                continue
            p = provider.payment(ask.merchant, record)
            return (provider, p) if p is not None else find(ask, record.parent_id)
        charge = ask.merchant.anywhere(name, Charge, key)
        if charge is not None and charge.parent_id:
            return find(ask, charge.parent_id)
        for kind in kinds_of_charges(provider):
            record = ask.merchant.anywhere(name, kind, key)
            if record is not None and record.charge_id:
                return find(ask, record.charge_id)
    for provider in ask.providers.values():
        record = provider.payment_named(ask.merchant, key)
        if record is not None:
            return find(ask, record.id)
    raise Wrong(404, "not_found", f"Merchant {ask.merchant.name} has no payment '{key}'. GET /_sandbox/payments lists them.", "id")


def kinds_of_charges(provider: Provider) -> Sequence[type]:
    """Kinds of records that belong to a charge."""
    return (Refund, Dispute, *(kind for kind in provider.records if "charge_id" in provider.indexes.get(kind, ())))


def payment_id(ask: Ask, key: str) -> str | None:
    """The id of the payment that something belongs to; None if it belongs to none."""
    try:
        return find(ask, key)[1].id
    except Wrong:
        return None
