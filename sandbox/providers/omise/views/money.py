"""Transaction, balance, transfer and recipient."""

from __future__ import annotations

from typing import Any

from sandbox.core.ledger import AVAILABLE, PENDING
from sandbox.core.merchant import Merchant
from sandbox.core.records import Entry
from sandbox.providers.omise import money
from sandbox.providers.omise.money import OMISE
from sandbox.providers.omise.records import Recipient, Sending
from sandbox.providers.omise.wire import iso, iso_or_none


def transaction(merchant: Merchant, e: Entry) -> dict[str, Any]:
    net = e.amount - e.fee
    return {
        "object": "transaction",
        "id": e.id,
        "livemode": False,
        "currency": e.currency.upper(),
        "amount": abs(net),
        "location": f"/transactions/{e.id}",
        "direction": "credit" if net >= 0 else "debit",
        "key": e.kind,
        "origin": e.source_id,
        "transferable_at": iso(e.available_at),
        "created_at": iso(e.created),
    }


def transferable(merchant: Merchant) -> int:
    """Minor units of the account's currency that may leave."""
    return merchant.ledger.balance(AVAILABLE, money.country(merchant).currency, OMISE)


def balance(merchant: Merchant) -> dict[str, Any]:
    currency = money.country(merchant).currency
    ready = transferable(merchant)
    return {
        "object": "balance",
        "livemode": False,
        "location": "/balance",
        "currency": currency.upper(),
        "total": ready + merchant.ledger.balance(PENDING, currency, OMISE),
        "transferable": ready,
        "reserve": 0,
        "on_hold": 0,
        "created_at": iso(merchant.now),
    }


def recipient(merchant: Merchant, r: Recipient) -> dict[str, Any]:
    get = r.details.get
    verified = r.verified_at > 0
    return {
        "object": "recipient",
        "id": r.id,
        "livemode": False,
        "location": f"/recipients/{r.id}",
        "deleted": r.status == "deleted",
        "bank_account": bank_account(r),
        "active": verified and r.status != "deleted",
        "default": bool(get("default")),
        "verified": verified,
        "description": r.description,
        "email": r.email,
        "failure_code": get("failure_code"),
        "name": r.name,
        "tax_id": get("tax_id"),
        "type": r.kind,
        "created_at": iso(r.created),
        "schedule": None,
        "metadata": r.metadata,
        "verified_at": iso_or_none(r.verified_at),
        "activated_at": iso_or_none(r.verified_at),
    }


def bank_account(r: Recipient) -> dict[str, Any]:
    account = r.details["bank_account"]
    return {
        "object": "bank_account",
        "livemode": False,
        "last_digits": account["last_digits"],
        "account_number": None,
        "name": account["name"],
        "type": account.get("type"),
        "created_at": iso(r.created),
        "brand": account["brand"],
        "bank_code": account.get("bank_code"),
        "branch_code": account.get("branch_code"),
    }


def transfer(merchant: Merchant, t: Sending) -> dict[str, Any]:
    total_fee = t.details["total_fee"]
    vat = t.details["fee_vat"]
    lines: list[Entry] = merchant.store.shelf(OMISE, Entry).of("source_id", t.id)
    to: Recipient | None = merchant.get(OMISE, Recipient, t.recipient_id)
    return {
        "object": "transfer",
        "id": t.id,
        "livemode": False,
        "location": f"/transfers/{t.id}",
        "deleted": t.status == "deleted",
        "fail_fast": bool(t.details.get("fail_fast")),
        "paid": t.status == "paid",
        "sent": t.sent_at > 0,
        "sendable": t.status == "pending",
        "currency": t.currency.upper(),
        "amount": t.amount,
        "fee": total_fee - vat,
        "metadata": t.metadata,
        "recipient": t.recipient_id or None,
        "bank_account": bank_account(to) if to is not None else None,
        "failure_code": t.failure_code,
        "failure_message": FAILURES.get(t.failure_code or ""),
        "paid_at": iso_or_none(t.paid_at),
        "sent_at": iso_or_none(t.sent_at),
        "balance_hold_at": None,
        "created_at": iso(t.created),
        "transactions": [transaction(merchant, line) for line in reversed(lines)],
        "schedule": None,
        "fee_vat": vat,
        "net": t.amount - total_fee,
        "total_fee": total_fee,
        "split_transfer_group_id": None,
    }


FAILURES = {
    code: code.replace("_", " ")
    for code in (
        "insufficient_balance", "invalid_recipient", "transfer_send_failure", "transfers_suspended", "transfer_deleted",
        "transfer_pay_failure",
    )
}

# What no source confirms, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (("a transfer's failure message repeats its code in words", "wording"),)
