"""What a row's marks do to other records: one function a word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sandbox.core.changes import Put
from sandbox.core.dialect import Dialect
from sandbox.core.ledger import AVAILABLE, PENDING
from sandbox.core.machine import Mark, Trigger
from sandbox.core.records import CORE_RECORDS, Charge, Entry, Record, Refund, Settlement, changed

if TYPE_CHECKING:
    from sandbox.core.merchant import Merchant


def kinds_of(dialects: Mapping[str, Dialect]) -> dict[str, type]:
    """Record classes by name: the core's and every provider's own."""
    own = [kind for dialect in dialects.values() for kind in dialect.records]
    return {kind.__name__: kind for kind in (*CORE_RECORDS, *own)}


def await_settlement(merchant: Merchant, entry: Entry) -> None:
    """The entry's net joins the money of its settlement day, which one timer makes available."""
    key = f"settlement_{entry.provider}_{entry.available_at}"
    net = entry.amount - entry.fee
    day: Settlement | None = merchant.store.get(entry.provider, Settlement, key)
    if day is not None:
        sums = {**day.sums, entry.currency: day.sums.get(entry.currency, 0) + net}
        merchant.alter(Put(changed(day, {"sums": sums})))
        return
    day = Settlement(key, entry.provider, "pending", merchant.now, entry.available_at, {entry.currency: net})
    merchant.alter(Put(day))
    merchant.arm(day, "funds_available", Trigger.SETTLE, entry.available_at)


def _funds_available(merchant: Merchant, day: Any, touched: dict[str, Record]) -> None:
    for currency, net in day.sums.items():
        if net:
            merchant.move(day, PENDING, AVAILABLE, net, currency)


def _change_charge(merchant: Merchant, record: Any, touched: dict[str, Record], **facts: Any) -> None:
    charge: Charge = merchant.related(record, "charge")
    touched.setdefault(charge.id, charge)
    merchant.alter(Put(changed(charge, facts)))


def _charge_refunded(merchant: Merchant, refund: Any, touched: dict[str, Record]) -> None:
    charge: Charge = merchant.related(refund, "charge")
    _change_charge(merchant, refund, touched, refunded=charge.refunded + refund.amount)


def _charge_unrefunded(merchant: Merchant, refund: Any, touched: dict[str, Record]) -> None:
    charge: Charge = merchant.related(refund, "charge")
    _change_charge(merchant, refund, touched, refunded=charge.refunded - refund.amount)


def _charge_disputed(merchant: Merchant, dispute: Any, touched: dict[str, Record]) -> None:
    _change_charge(merchant, dispute, touched, disputed=True, dispute_id=dispute.id)


def _charge_voided(merchant: Merchant, refund: Any, touched: dict[str, Record]) -> None:
    merchant.fire(merchant.related(refund, "charge"), Trigger.VOID)


def _unfolds(merchant: Merchant, record: Any, touched: dict[str, Record]) -> None:
    merchant.dialects[record.provider].unfold(merchant, record)


def _shared(merchant: Merchant, record: Any, touched: dict[str, Record]) -> None:
    merchant.dialects[record.provider].share(merchant, record)


def _refunds_overtaken(merchant: Merchant, dispute: Any, touched: dict[str, Record]) -> None:
    """Money on its way back to the cardholder that the bank takes back too would be paid twice."""
    for refund in merchant.store.shelf(dispute.provider, Refund).of("charge_id", dispute.charge_id):
        if merchant.row(refund, Trigger.OVERTAKE) is not None:
            merchant.fire(refund, Trigger.OVERTAKE)


def _refunds_recalled(merchant: Merchant, dispute: Any, touched: dict[str, Record]) -> None:
    """The same, and refunds younger than the provider's span can still be stopped."""
    _refunds_overtaken(merchant, dispute, touched)
    since = merchant.now - merchant.dialects[dispute.provider].timing(merchant, "refund_recallable")
    for refund in merchant.store.shelf(dispute.provider, Refund).of("charge_id", dispute.charge_id):
        if refund.created > since and merchant.row(refund, Trigger.RECALL) is not None:
            merchant.fire(refund, Trigger.RECALL)


def _all_refunds(trigger: Trigger) -> Callable[[Merchant, Any, dict[str, Record]], None]:
    """Each refund of the charge for which the trigger means something is fired at, oldest first."""

    def fire(merchant: Merchant, charge: Any, touched: dict[str, Record]) -> None:
        for refund in list(merchant.store.shelf(charge.provider, Refund).of("charge_id", charge.id)):
            if merchant.row(refund, trigger) is not None:
                merchant.fire(refund, trigger)

    return fire


EFFECTS: Mapping[Mark, Callable[[Merchant, Any, dict[str, Record]], None]] = {
    Mark.CHARGE_REFUNDED: _charge_refunded,
    Mark.CHARGE_UNREFUNDED: _charge_unrefunded,
    Mark.CHARGE_DISPUTED: _charge_disputed,
    Mark.CHARGE_VOIDED: _charge_voided,
    Mark.REFUNDS_OVERTAKEN: _refunds_overtaken,
    Mark.REFUNDS_RECALLED: _refunds_recalled,
    Mark.REFUNDS_DUE: _all_refunds(Trigger.REMIT),
    Mark.REFUNDS_MOOT: _all_refunds(Trigger.VOID),
    Mark.FUNDS_AVAILABLE: _funds_available,
    Mark.UNFOLDS: _unfolds,
    Mark.SHARED: _shared,
}
