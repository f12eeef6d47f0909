"""Transition tables of payouts, the bank accounts they go to and the accounts that own those, in Stripe's own status words.

A payout takes its money from the balance when it is made, and waits until the bank's day begins: until then it can be
canceled. One that fails or is canceled brings its money back as a statement line of its own.

Source: docs.stripe.com "Payouts", read 2026-11-23. What no source confirms is in `ASSUMED`.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.core.machine import Arm, Emit, Line, Mark, Recipe, Row, Table
from sandbox.core.machine import Trigger as T
from sandbox.core.records import NEW, Schedule
from sandbox.providers.stripe.records import AccountLink, BankAccount, Capability, ConnectedAccount, Payout

SENT = Recipe("merchant", "bank:payouts", line=Line("payout", "payout", -1, "STRIPE PAYOUT", fee="instant_payout"))
FAILED = Recipe(
    "bank:payouts", "merchant", line=Line("payout_failure", "payout_reversal", 1, "STRIPE PAYOUT FAILURE", into="failure_entry_id")
)
CANCELED = Recipe(
    "bank:payouts", "merchant", line=Line("payout_cancel", "payout_reversal", 1, "STRIPE PAYOUT CANCEL", into="failure_entry_id")
)

UPDATED = Emit("payout.updated", diff=True)

PAYOUT: Table = {
    (NEW, T.CREATE): Row(
        "pending", post=(SENT,), arm=(Arm("payout_leaves", T.SETTLE, at="leaves_at"),), emit=(Emit("payout.created"),)
    ),
    ("pending", T.VOID): Row("canceled", post=(CANCELED,), disarm=("*",), emit=(UPDATED, Emit("payout.canceled"))),
    ("pending", T.SETTLE): Row("in_transit", disarm=("payout_leaves",), emit=(UPDATED,)),
    # The timer of one of these is armed when the payout is made, by where it goes to.
    ("in_transit", T.SUCCEED): Row("paid", disarm=("payout_arrives",), emit=(UPDATED, Emit("payout.paid"))),
    ("in_transit", T.FAIL): Row(
        "failed", post=(FAILED,), disarm=("*",), emit=(UPDATED, Emit("payout.failed")), then=(Mark.UNFOLDS,)
    ),
    # All that an automatic payout brought to the bank is told.
    ("paid", T.TRACE): Row("paid", disarm=("*",), emit=(UPDATED, Emit("payout.reconciliation_completed"))),
    **{
        (status, T.UPDATE): Row(status, emit=(UPDATED,))
        for status in ("pending", "in_transit", "paid", "failed", "canceled")
    },
}  # fmt: skip

BANK_UPDATED = Emit("account.external_account.updated", diff=True)
BANK_DELETED = Emit("account.external_account.deleted", diff=True)

BANK_ACCOUNT: Table = {
    (NEW, T.CREATE): Row("new", emit=(Emit("account.external_account.created"),)),
    ("new", T.UPDATE): Row("new", emit=(BANK_UPDATED,)),
    # A payout to it failed: nothing goes there until its owner has looked at its details.
    ("new", T.FAIL): Row("errored", emit=(BANK_UPDATED,)),
    ("errored", T.UPDATE): Row("errored", emit=(BANK_UPDATED,)),
    ("errored", T.RETRY): Row("new", emit=(BANK_UPDATED,)),
    **{(status, T.DELETE): Row("deleted", emit=(BANK_DELETED,)) for status in ("new", "errored")},
}

ACCOUNT: Table = {
    (NEW, T.CREATE): Row("active"),
    ("active", T.UPDATE): Row("active", emit=(Emit("account.updated", diff=True),)),
    ("active", T.DELETE): Row("deleted"),
}

CHANGED = Emit("capability.updated", diff=True)
CAPABILITY: Table = {
    (NEW, T.CREATE): Row("active"),
    **{(status, T.ATTACH): Row("active", emit=(CHANGED,)) for status in (NEW, "unrequested")},
    ("active", T.DETACH): Row("unrequested", emit=(CHANGED,)),
}
ACCOUNT_LINK: Table = {
    (NEW, T.CREATE): Row("open"),
    ("open", T.SPEND): Row("used"),
}

AGAIN = Arm("automatic_payout", T.UNFOLD, at="next_at")

SCHEDULE: Table = {
    **{(status, T.CREATE): Row("automatic", disarm=("*",), arm=(AGAIN,)) for status in (NEW, "manual", "automatic")},
    ("automatic", T.UNFOLD): Row("automatic", disarm=("*",), arm=(AGAIN,), then=(Mark.UNFOLDS,)),
    ("automatic", T.DELETE): Row("manual", disarm=("*",)),
}

MACHINES: Mapping[type, Table] = {
    Payout: PAYOUT, BankAccount: BANK_ACCOUNT, Schedule: SCHEDULE, ConnectedAccount: ACCOUNT, Capability: CAPABILITY,
    AccountLink: ACCOUNT_LINK,
}  # fmt: skip

# How the tables above are known, for the fidelity page.
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("a payout takes its money when it is made; only a pending one can be canceled; failed or canceled it gives it back", "docs: Payouts"),
    ("a bank account that a payout to it failed at is errored, and scheduled payouts stop until its details are updated",
     "API reference: Bank account"),
    ("payout.created, .updated, .paid, .failed, .canceled and .reconciliation_completed are sent", "API reference: event types"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a payout's change of status sends payout.updated, then the event of the new status", "both, and their order"),
    ("a failed payout sends payout.failed, then account.external_account.updated of the account that is errored; payouts_enabled stays",
     "order; whether it stays"),
    ("a debit card that a payout failed at takes none until it is looked at, too, and does not show it", "documented for bank accounts"),
    ("lines of a failed and a canceled payout are called STRIPE PAYOUT FAILURE and STRIPE PAYOUT CANCEL", "wording"),
    ("a payout to a failing test account fails on its day of arrival", "one that was shown as paid is documented to fail, too"),
)
