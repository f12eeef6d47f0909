"""Which files may have a public address, and how one is made."""

from __future__ import annotations

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Document
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.ids import new_id
from sandbox.providers.stripe.records import FileLink

LINKABLE = frozenset((
    "business_icon", "business_logo", "customer_signature", "dispute_evidence", "finance_report_run", "financial_account_statement",
    "identity_document_downloadable", "issuing_regulatory_reporting", "pci_document", "selfie", "sigma_scheduled_query",
    "tax_document_user_upload", "terminal_android_apk", "terminal_reader_splashscreen",
))  # fmt: skip
NOT_LINKABLE = "Files with purpose {} cannot be linked. Linkable purposes: {}."
PAST = "The expiration time must be in the future: {} is past."


def linked(merchant: Merchant, document: Document, expires_at: int | None, metadata: dict[str, str], where: str = "") -> FileLink:
    """A new link to the file. Raises Refusal PARAM_INVALID; `where` is the hash that the parameters stood in."""
    if document.purpose not in LINKABLE:
        message = NOT_LINKABLE.format(document.purpose, ", ".join(sorted(LINKABLE)))
        raise Refusal(Reason.PARAM_INVALID, param="file", message=message)
    if expires_at is not None and expires_at <= merchant.now:
        param = f"{where}[expires_at]" if where else "expires_at"
        raise Refusal(Reason.PARAM_INVALID, param=param, message=PAST.format(expires_at))
    link = FileLink(new_id(merchant, FileLink, ""), STRIPE, NEW, merchant.now, document.id, expires_at, metadata)
    return merchant.fire(link, Trigger.CREATE)
