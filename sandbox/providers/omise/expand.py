"""`expand=true`: ids in an answer become the objects they name. The store keeps ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Customer, Dispute, Entry, Instrument, Refund
from sandbox.providers.omise.money import OMISE
from sandbox.providers.omise.records import Recipient, Sending

KINDS: Mapping[str, type] = {
    "chrg": Charge, "cust": Customer, "dspt": Dispute, "trxn": Entry, "card": Instrument, "rfnd": Refund, "recp": Recipient,
    "trsf": Sending,
}  # fmt: skip
FIELDS = frozenset(("customer", "transaction", "charge", "dispute", "default_card", "recipient", "origin"))


def expanded(merchant: Merchant, shown: Any, view: Callable[[Merchant, Any], dict[str, Any]]) -> Any:
    """The answer with its ids replaced, once: objects that come in keep the ids that they hold."""
    if isinstance(shown, list):
        return [expanded(merchant, item, view) for item in shown]
    if not isinstance(shown, dict):
        return shown
    out = {}
    for name, value in shown.items():
        if name in FIELDS and isinstance(value, str):
            kind = KINDS.get(value.partition("_")[0])
            record = merchant.get(OMISE, kind, value) if kind is not None else None
            out[name] = view(merchant, record) if record is not None else value
        else:
            out[name] = value if name == "metadata" else expanded(merchant, value, view)
    return out
