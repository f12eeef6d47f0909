"""Dispute and its documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Dispute, Document, Entry
from sandbox.providers.omise import money
from sandbox.providers.omise.money import OMISE
from sandbox.providers.omise.views.money import transaction
from sandbox.providers.omise.wire import inner_list, iso, iso_or_none

# reason_code -> reason_message. Recorded for the first two; the other words are assumed.
REASONS: Mapping[str, str] = {
    "goods_or_services_not_provided": "Merchandise/Services Not Received",
    "not_recorded": "Reason was not recorded.",
    "not_available": "Reason not available",
    "other": "Other",
    "incorrect_transaction_amount": "Incorrect Transaction Amount",
    "duplicate_processing": "Duplicate Processing",
    "credit_not_processed": "Credit Not Processed",
    "paid_by_other_means": "Paid by Other Means",
    "unauthorized_charge": "Unauthorized Charge",
    "non_matching_account_number": "Non-Matching Account Number",
    "incorrect_currency": "Incorrect Currency",
    "late_presentment": "Late Presentment",
    "cancelled_recurring_transaction": "Cancelled Recurring Transaction",
    "not_as_described_or_defective_merchandise": "Not as Described or Defective Merchandise",
    "expired_card": "Expired Card",
    "transaction_not_recognised": "Transaction Not Recognised",
    "incorrect_transaction_code": "Incorrect Transaction Code",
    "invalid_data": "Invalid Data",
}

ASSUMED: tuple[tuple[str, str], ...] = (("reason_message of 16 of the 18 reason codes", "wording; two were recorded"),)


def documents_of(merchant: Merchant, d: Dispute) -> list[Document]:
    """A dispute's documents that were not deleted, oldest first."""
    found = (merchant.get(OMISE, Document, key) for key in d.details.get("documents", ()))
    return [one for one in found if one is not None and one.status != "deleted"]


def dispute(merchant: Merchant, d: Dispute) -> dict[str, Any]:
    charge: Charge = merchant.get(OMISE, Charge, d.charge_id)
    lines: list[Entry] = merchant.store.shelf(OMISE, Entry).of("source_id", d.id)
    documents = [document(merchant, one) for one in documents_of(merchant, d)]
    shown: dict[str, Any] = {
        "object": "dispute",
        "id": d.id,
        "livemode": False,
        "location": f"/disputes/{d.id}",
        "currency": d.currency.upper(),
        "amount": d.amount,
        "funding_amount": money.funded(charge, d.amount),
        "funding_currency": charge.details["terms"]["funding_currency"].upper(),
        "metadata": d.metadata,
        "charge": d.charge_id,
        "documents": inner_list(documents, merchant.now, f"/disputes/{d.id}/documents"),
        "transactions": [transaction(merchant, line) for line in reversed(lines)],
        "admin_message": None,
        "message": d.evidence.get("message"),
        "reason_code": d.reason,
        "reason_message": REASONS[d.reason],
        "status": d.status,
        "closed_at": iso_or_none(d.closed_at),
        "created_at": iso(d.created),
    }
    if money.setting(merchant, "charge_dispute_at", False):
        shown["charge_dispute_at"] = iso(d.evidence_due_at)
    return shown


def document(merchant: Merchant, f: Document) -> dict[str, Any]:
    return {
        "object": "document",
        "livemode": False,
        "id": f.id,
        "deleted": f.status == "deleted",
        "filename": f.filename,
        "location": f"/disputes/{f.details['dispute']}/documents/{f.id}",
        "kind": f.purpose or None,
        "download_uri": None,
        "created_at": iso(f.created),
    }
