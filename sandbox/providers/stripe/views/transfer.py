"""Transfers to connected accounts, application fees, and what was given back of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.core.ids import token
from sandbox.core.merchant import Merchant
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.ids import platform_id
from sandbox.providers.stripe.records import ApplicationFee, FeeRefund, PlatformTransfer, TransferReversal

SHOWN = 10


def application_id(merchant: Merchant) -> str:
    """The platform's Connect application."""
    return "ca_" + token(32, "application", platform_id(merchant))


def transfer_data(details: Mapping[str, Any]) -> dict[str, Any] | None:
    """Where a payment's money goes, and how much of it if not all; null if it stays."""
    kept = details.get("transfer_data")
    return {name: value for name, value in kept.items() if value is not None} if kept else None


def transfer(merchant: Merchant, t: PlatformTransfer) -> dict[str, Any]:
    back = merchant.store.shelf(STRIPE, TransferReversal).of("transfer_id", t.id)[::-1]
    return {
        "id": t.id,
        "object": "transfer",
        "amount": t.amount,
        "amount_reversed": t.reversed,
        "balance_transaction": t.entry_id or None,
        "created": t.created,
        "currency": t.currency,
        "description": t.description,
        "destination": t.account_id,
        "destination_payment": t.payment_id,
        "livemode": False,
        "metadata": t.metadata,
        "reversals": {
            "object": "list",
            "data": [reversal(merchant, each) for each in back[:SHOWN]],
            "has_more": len(back) > SHOWN,
            "total_count": len(back),
            "url": f"/v1/transfers/{t.id}/reversals",
        },
        "reversed": t.reversed == t.amount,
        "source_transaction": t.charge_id or None,
        "source_type": "card",
        "transfer_group": t.details.get("transfer_group"),
    }


def reversal(merchant: Merchant, r: TransferReversal) -> dict[str, Any]:
    return {
        "id": r.id,
        "object": "transfer_reversal",
        "amount": r.amount,
        "balance_transaction": r.entry_id or None,
        "created": r.created,
        "currency": r.currency,
        "destination_payment_refund": r.payment_refund_id or None,
        "metadata": r.metadata,
        "source_refund": r.refund_id or None,
        "transfer": r.transfer_id,
    }


def application_fee(merchant: Merchant, f: ApplicationFee) -> dict[str, Any]:
    back = merchant.store.shelf(STRIPE, FeeRefund).of("fee_id", f.id)[::-1]
    return {
        "id": f.id,
        "object": "application_fee",
        "account": f.account_id,
        "amount": f.amount,
        "amount_refunded": f.refunded,
        "application": application_id(merchant),
        "balance_transaction": f.entry_id or None,
        "charge": f.payment_id,
        "created": f.created,
        "currency": f.currency,
        "fee_source": {"charge": f.payment_id, "type": "charge"},
        "livemode": False,
        "originating_transaction": f.origin_id or None,
        "refunded": f.refunded == f.amount,
        "refunds": {
            "object": "list",
            "data": [fee_refund(merchant, each) for each in back[:SHOWN]],
            "has_more": len(back) > SHOWN,
            "total_count": len(back),
            "url": f"/v1/application_fees/{f.id}/refunds",
        },
    }


def fee_refund(merchant: Merchant, r: FeeRefund) -> dict[str, Any]:
    return {
        "id": r.id,
        "object": "fee_refund",
        "amount": r.amount,
        "balance_transaction": r.entry_id or None,
        "created": r.created,
        "currency": r.currency,
        "fee": r.fee_id,
        "metadata": r.metadata,
    }
