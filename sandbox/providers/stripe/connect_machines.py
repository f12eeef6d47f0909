"""Transition tables of what passes between a platform and the accounts connected to it: transfers and application fees, both ways.

Money leaves one account's books and enters another's within one unit of work. On the platform it goes by way of `connected:…`, on the
connected account by way of `platform:…` and `fees:application`, so each account's own books balance, and both tell the same sums.

Source: docs.stripe.com "Create destination charges" and "Separate charges and transfers", read 2026-11-23.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.core.machine import Emit, Line, Recipe, Row, Table
from sandbox.core.machine import Trigger as T
from sandbox.core.records import NEW
from sandbox.providers.stripe.records import ApplicationFee, FeeRefund, PlatformTransfer, TransferReversal

# On the platform
FORWARDED = Recipe("merchant", "connected:transfers", line=Line("transfer", "transfer", -1, "{description}", "charge"))
TAKEN_BACK = Recipe("connected:transfers", "merchant", line=Line("transfer_refund", "transfer_reversal", 1, "{description}", "day"))
EARNED = Recipe("connected:fees", "merchant", line=Line("application_fee", "platform_earning", 1, "{description}", "day"))
EARNING_RETURNED = Recipe(
    "merchant", "connected:fees", line=Line("application_fee_refund", "platform_earning_refund", -1, "{description}", "day")
)
# On the connected account
PAYMENT_RECEIVED = Recipe(
    "platform:transfers", "merchant", "captured", Line("payment", "charge", 1, "{description}", "day", cut="application")
)
PAYMENT_RETURNED = Recipe(
    "merchant", "platform:transfers", line=Line("payment_refund", "refund", -1, "REFUND FOR PAYMENT{of_charge}", "charge")
)
FEE_RETURNED = Recipe("fees:application", "merchant", line=Line("adjustment", "fee", 1, "Application fee refund", "day", into=""))

TRANSFER: Table = {
    (NEW, T.CREATE): Row("made", post=(FORWARDED,), emit=(Emit("transfer.created"),)),
    ("made", T.UPDATE): Row("made", emit=(Emit("transfer.updated", diff=True),)),
    ("made", T.RECALL): Row("made", emit=(Emit("transfer.reversed", diff=True),)),
}
REVERSAL: Table = {
    (NEW, T.CREATE): Row("made", post=(TAKEN_BACK,)),
    ("made", T.UPDATE): Row("made"),
}
FEE: Table = {
    (NEW, T.CREATE): Row("earned", post=(EARNED,), emit=(Emit("application_fee.created"),)),
    ("earned", T.RECALL): Row("earned", emit=(Emit("application_fee.refunded", diff=True),)),
}
FEE_REFUND: Table = {
    (NEW, T.CREATE): Row("made", post=(EARNING_RETURNED,)),
    ("made", T.UPDATE): Row("made", emit=(Emit("application_fee.refund.updated", diff=True),)),
}

MACHINES: Mapping[type, Table] = {
    PlatformTransfer: TRANSFER, TransferReversal: REVERSAL, ApplicationFee: FEE, FeeRefund: FEE_REFUND,
}  # fmt: skip

# How the tables above are known, for the fidelity page.
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("a destination charge sends all of it, or transfer_data[amount], to the connected account, which pays the application fee",
     "docs: Connect"),
    ("transfer.created, .updated, .reversed and application_fee.created, .refunded, .refund.updated are sent", "API reference: events"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a destination charge sends charge.succeeded, transfer.created, the connected account's charge.succeeded, application_fee.created",
     "order, and the connected account's event"),
    ("a refunded application fee is a line of its own on the connected account: adjustment, category fee", "shape of the row"),
)
