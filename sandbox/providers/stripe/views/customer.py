"""Customer."""

from __future__ import annotations

from typing import Any

from sandbox.core.ids import token
from sandbox.core.merchant import Merchant
from sandbox.core.records import Customer

INVOICE_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NO_RENDERING = {"custom_fields": None, "default_payment_method": None, "footer": None, "rendering_options": None}


def customer(merchant: Merchant, c: Customer) -> dict[str, Any]:
    """A customer, or the stub that is left of a deleted one."""
    if c.status == "deleted":
        return {"id": c.id, "object": "customer", "deleted": True}
    get = c.details.get
    shown: dict[str, Any] = {"id": c.id, "object": "customer", "address": get("address"), "balance": 0}
    if get("business_name"):
        shown["business_name"] = get("business_name")
    shown.update(
        cash_balance=None,
        created=c.created,
        currency=None,
        customer_account=None,
        default_source=get("default_source"),
        delinquent=False,
        description=c.description,
        discount=None,
        email=c.email,
    )
    if get("individual_name"):
        shown["individual_name"] = get("individual_name")
    shown.update(
        invoice_prefix=token(8, "invoice", c.id, alphabet=INVOICE_ALPHABET),
        invoice_settings={**NO_RENDERING, "default_payment_method": get("default_payment_method")},
        livemode=False,
        metadata=c.metadata,
        name=c.name,
        next_invoice_sequence=1,
        phone=get("phone"),
        preferred_locales=get("preferred_locales") or [],
        shipping=get("shipping"),
        tax_exempt=get("tax_exempt") or "none",
        test_clock=get("test_clock"),
    )
    return shown
