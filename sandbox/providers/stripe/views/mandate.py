"""Mandate."""

from __future__ import annotations

from typing import Any

from sandbox.core.merchant import Merchant
from sandbox.core.records import NOTHING
from sandbox.providers.stripe.debits import SEPA, reference
from sandbox.providers.stripe.records import Mandate


def mandate(merchant: Merchant, m: Mandate) -> dict[str, Any]:
    get = m.details.get
    kind, how = m.details["kind"], m.details["how"]
    known = {"reference": reference(m.id), "url": f"https://hooks.stripe.com/adapter/sepa_debit/file/{m.id}"} if kind == SEPA else NOTHING
    uses: dict[str, Any] = {"multi_use": {}, "type": "multi_use"}
    if "amount" in m.details:
        uses = {"single_use": {"amount": get("amount"), "currency": get("currency")}, "type": "single_use"}
    shown = {
        "customer_acceptance": {"accepted_at": get("accepted_at"), how: get("online") or NOTHING, "type": how},
        "livemode": False,
        "payment_method": m.instrument_id,
        "payment_method_details": dict(sorted({kind: known, "type": kind}.items())),
        "status": m.status,
        **uses,
    }
    return {"id": m.id, "object": "mandate", **dict(sorted(shown.items()))}
