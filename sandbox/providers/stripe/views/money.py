"""Balance and balance transactions."""

from __future__ import annotations

from typing import Any

from sandbox.core.ledger import AVAILABLE, PENDING
from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Entry
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.views.transfer import application_id

FEE_NAMES = {"dispute": "Dispute fee", "dispute_reversal": "Dispute fee", "payout": "Instant Payout fee"}
SMART_FEE_NAME = "Smart Disputes fee"  # the one fee that a reversal costs; the other one is returned
HOME_CURRENCY = "usd"  # Assumed: a fresh test account settles in dollars; shown even before the first payment


def platform_share(merchant: Merchant, e: Entry) -> int:
    """What of the line's fee is the platform's, minor units."""
    if not merchant.branch or e.category != "charge":
        return 0
    charge: Charge | None = merchant.get(STRIPE, Charge, e.source_id)
    return min(charge.details.get("application_fee_amount") or 0, charge.captured) if charge is not None else 0


def entry(merchant: Merchant, e: Entry) -> dict[str, Any]:
    kept = platform_share(merchant, e)
    fees: list[dict[str, Any]] = [
        {
            "amount": e.fee - kept,
            "application": None,
            "currency": e.currency,
            "description": fee_name(e),
            "type": "stripe_fee",
        }
    ]
    if kept:
        whose = application_id(merchant)
        taken = {"amount": kept, "application": whose, "currency": e.currency, "description": None, "type": "application_fee"}
        fees = [taken, *(fees if e.fee > kept else [])]
    return {
        "id": e.id,
        "object": "balance_transaction",
        "amount": e.amount,
        "available_on": e.available_at,
        "balance_type": "payments",
        "created": e.created,
        "currency": e.currency,
        "description": e.description,
        "exchange_rate": None,
        "fee": e.fee,
        "fee_details": fees if e.fee else [],
        "net": e.amount - e.fee,
        "reporting_category": e.category,
        "source": e.source_id if e.kind != "stripe_fee" else None,
        "status": "pending" if e.available_at > merchant.now else "available",
        "type": e.kind,
    }


def fee_name(e: Entry) -> str:
    if e.category == "dispute_reversal" and e.fee > 0:
        return SMART_FEE_NAME
    return FEE_NAMES.get(e.category, "Stripe processing fees")


def balance(merchant: Merchant, provider: str) -> dict[str, Any]:
    """The account's balance: both sides in every currency that ever moved."""
    books = merchant.ledger
    provider = merchant.books(provider)
    currencies = sorted({c for name, of, c in books.balances if of == provider and name in (PENDING, AVAILABLE)})

    def side(account: str) -> list[dict[str, Any]]:
        rows = []
        for currency in currencies or [HOME_CURRENCY]:
            amount = books.balance(account, currency, provider)
            rows.append({"amount": amount, "currency": currency, "source_types": {"card": amount}})
        return rows

    return {
        "object": "balance",
        "available": side(AVAILABLE),
        "livemode": False,
        "pending": side(PENDING),
        "refund_and_dispute_prefunding": {
            "available": [{"amount": 0, "currency": c} for c in currencies or [HOME_CURRENCY]],
            "pending": [{"amount": 0, "currency": c} for c in currencies or [HOME_CURRENCY]],
        },
    }


# What no source confirms, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a fresh account settles in dollars, so its empty balance is shown in them", "accounts differ"),
    ("every currency keeps its own balance; nothing is converted", "real accounts convert into their own currencies"),
)
