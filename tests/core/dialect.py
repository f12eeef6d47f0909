"""A provider of three words, so that the core can be tested without one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.core.dialect import Broadcasts
from sandbox.core.machine import Also, Arm, Emit, Line, Mark, Recipe, Row, Table
from sandbox.core.machine import Trigger as T
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Attempt, Charge, Delivery, Endpoint, Event, Refund, Settlement

NAME = "toy"
NOON = 1_767_614_400  # 2026-01-05T12:00:00Z
DAY = 86_400
FEE = 7

TAKEN = Recipe("network:clearing", "merchant", "captured", Line("sale", "sale", 1, "sale of {id}", "day", "card"))
GIVEN_BACK = Recipe("merchant", "network:clearing", line=Line("return", "return", -1, "return", "charge"))
PLAIN = Recipe("reserve", "network:clearing")
UPDATED = Emit("charge.updated", of="charge", diff=True)

CHARGES: Table = {
    (NEW, T.CAPTURE): Row("paid", post=(TAKEN,), arm=(Arm("reminder", T.UPDATE, after="reminder"),), emit=(Emit("charge.paid"),)),
    ("paid", T.UPDATE): Row("paid", emit=(Emit("charge.updated", diff=True),)),
    ("paid", T.VOID): Row("void", post=(PLAIN,), disarm=("*",)),
    ("paid", T.UNFOLD): Row("paid", then=(Mark.UNFOLDS,), emit=(Emit("charge.unfolding"),)),
}
REFUNDS: Table = {
    (NEW, T.SUCCEED): Row("done", post=(GIVEN_BACK,), mark=(Mark.CHARGE_REFUNDED,), emit=(Emit("refund.done"), UPDATED)),
    (NEW, T.RELEASE): Row("done", also=(Also("charge", T.UPDATE),), emit=(Emit("refund.done"),), then=(Mark.CHARGE_VOIDED,)),
    ("done", T.FAIL): Row("failed", mark=(Mark.CHARGE_UNREFUNDED,), emit=(UPDATED,)),
}
SETTLEMENTS: Table = {("pending", T.SETTLE): Row("available", mark=(Mark.FUNDS_AVAILABLE,), emit=(Emit("funds.available"),))}


class Toy(Broadcasts):
    """Everything the core asks of a provider, in its simplest form."""

    name = NAME
    machines: Mapping[type, Table] = {Charge: CHARGES, Refund: REFUNDS, Settlement: SETTLEMENTS}
    derived: Mapping[tuple[type, T], Callable[[Merchant, Any], dict[str, Any]]] = {
        (Charge, T.VOID): lambda merchant, charge: {"released": charge.amount}
    }
    records = ()
    indexes: Mapping[type, tuple[str, ...]] = {}

    def new_id(self, merchant: Merchant, kind: type, family: str) -> str:
        return f"{kind.__name__.lower()}_{merchant.count()}"

    def freeze(self, merchant: Merchant, type: str, record: Any, before: Any) -> tuple[bytes, bytes]:
        was = b"" if before is None else json.dumps({"status": before.status}).encode()
        return json.dumps({"id": record.id, "status": record.status}).encode(), was

    def fee(self, merchant: Merchant, name: str, amount: int, currency: str, record: Any) -> int:
        return FEE

    def converted(self, merchant: Merchant, record: Any, amount: int) -> tuple[int, str]:
        return amount, record.currency

    def settles_at(self, merchant: Merchant, charge: Any) -> int:
        return merchant.now if charge.details.get("at_once") else merchant.now + 2 * DAY

    def timing(self, merchant: Merchant, name: str) -> int:
        return {"reminder": 3600, "refund_recallable": 60}[name]

    def unfold(self, merchant: Merchant, record: Any) -> None:
        merchant.fire(record, T.VOID)

    def memo(self, template: str, record: Any) -> str | None:
        return template.format(id=record.id)

    def retry_after(self, merchant: Merchant, tries: int, event: Event, attempt: Attempt) -> int | None:
        return 60 if tries == 1 else None

    def give_up_after(self, merchant: Merchant) -> int:
        return 0

    def wants(self, endpoint: Endpoint, type: str) -> bool:
        return "*" in endpoint.events or type in endpoint.events

    def sign(self, endpoint: Endpoint, event: Event, delivery: Delivery, body: bytes, at: int, now: int) -> dict[str, str]:
        return {}

    def envelope(self, merchant: Merchant, event: Event, endpoint: Endpoint | None = None) -> bytes:
        return event.body

    def new_secret(self, merchant: Merchant) -> str:
        return f"secret_{merchant.count()}"


def toy_merchant(**settings: Any) -> Merchant:
    """A merchant of the toy provider whose wall clock stands at noon."""
    return Merchant("alpha", {NAME: Toy()}, lambda: float(NOON), settings)


def charged(merchant: Merchant, amount: int = 1000, **details: Any) -> Charge:
    """A captured charge, committed."""
    merchant.begin()
    draft = Charge(merchant.new_id(NAME, Charge), NAME, NEW, merchant.now, amount, "usd", captured=amount, details=details)
    charge = merchant.fire(draft, T.CAPTURE)
    merchant.commit()
    return charge


def refunded(merchant: Merchant, charge: Charge, amount: int) -> Refund:
    merchant.begin()
    draft = Refund(merchant.new_id(NAME, Refund), NAME, NEW, merchant.now, amount, "usd", charge.id)
    refund = merchant.fire(draft, T.SUCCEED)
    merchant.commit()
    return refund
