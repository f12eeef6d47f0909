"""Omise's transition tables, in its own status words.

One word is ours: a charge is `authorized` where the API says `pending` with other fields beside it. Where a row says lost,
nothing is withdrawn any more: the money went when the dispute was opened.

Source: Omise's OpenAPI export of 2019-05-29 and the recorded answers in its SDKs' repositories, read 2026-11-23. What
neither shows is in `ASSUMED`.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.core.machine import Arm, Emit, Line, Mark, Recipe, Row, Table
from sandbox.core.machine import Trigger as T
from sandbox.core.records import NEW, Charge, Customer, Dispute, Document, Instrument, Refund, Settlement
from sandbox.providers.omise.records import CardToken, Recipient, Sending, Source

WIRE_STATUS = {"authorized": "pending"}

# Money: statement lines are named by the transaction's `key`.

CHARGE_CAPTURED = Recipe(
    "network:clearing", "merchant", "captured",
    Line("charge.captured.net", "charge", 1, "", "day", "processing", "vat"), converted=True,
)  # fmt: skip
REFUND_PAID = Recipe(
    "merchant", "network:clearing", line=Line("refund.created.debit", "refund", -1, "", "now"), converted=True
)
# A void gives the fee and its VAT back, so the whole charge adds up to nothing.
REFUND_VOIDED = Recipe(
    "merchant", "network:clearing",
    line=Line("refund.created.debit", "refund", -1, "", "now", "processing_returned", "vat_returned"), converted=True,
)  # fmt: skip
HOLD_DISPUTED = Recipe(
    "merchant", "dispute:held", line=Line("dispute.started.debit", "dispute", -1, "", "now", into=""), converted=True
)
RETURN_DISPUTED = Recipe(
    "dispute:held", "merchant", line=Line("dispute.won.credit", "dispute_reversal", 1, "", "now", into=""), converted=True
)
FORFEIT_DISPUTED = Recipe("dispute:held", "network:clearing", converted=True)
SENT_TO_BANK = Recipe(
    "merchant", "bank:payouts", line=Line("transfer.sent.debit", "transfer", -1, "", "now"), converted=True
)

BACK_FROM_BANK = Recipe(
    "bank:payouts", "merchant", line=Line("transfer.failed.credit", "transfer_reversal", 1, "", "now", into=""), converted=True
)

CHARGE: Table = {
    (NEW, T.CAPTURE): Row("successful", post=(CHARGE_CAPTURED,), emit=(Emit("charge.create"),)),
    (NEW, T.AUTHORIZE): Row("authorized", emit=(Emit("charge.create"),)),
    (NEW, T.PEND): Row("pending", emit=(Emit("charge.create"),)),
    (NEW, T.DECLINE): Row("failed", emit=(Emit("charge.create"),)),
    # The payer, or mark_as_paid and mark_as_failed.
    ("pending", T.SUCCEED): Row(
        "successful", post=(CHARGE_CAPTURED,), disarm=("charge_expires",), emit=(Emit("charge.complete"),)
    ),
    ("pending", T.AUTHORIZE): Row("authorized", emit=(Emit("charge.complete"),)),
    ("pending", T.FAIL): Row("failed", disarm=("charge_expires",), emit=(Emit("charge.complete"),)),
    ("pending", T.EXPIRE): Row("expired", disarm=("charge_expires",), emit=(Emit("charge.expire"),)),
    ("authorized", T.CAPTURE): Row(
        "successful", post=(CHARGE_CAPTURED,), disarm=("charge_expires",), emit=(Emit("charge.capture"),)
    ),
    # The bank takes its word back.
    ("authorized", T.DECLINE): Row("failed", disarm=("charge_expires",), emit=(Emit("charge.capture"),)),
    ("authorized", T.VOID): Row("reversed", disarm=("charge_expires",), emit=(Emit("charge.reverse"),)),
    ("authorized", T.EXPIRE): Row("expired", disarm=("charge_expires",), emit=(Emit("charge.expire"),)),
    **{
        (status, T.UPDATE): Row(status, emit=(Emit("charge.update"),))
        for status in ("pending", "authorized", "successful", "failed", "expired", "reversed")
    },
}  # fmt: skip

REFUND: Table = {
    (NEW, T.SUCCEED): Row("closed", post=(REFUND_PAID,), mark=(Mark.CHARGE_REFUNDED,), emit=(Emit("refund.create"),)),
    (NEW, T.VOID): Row("closed", post=(REFUND_VOIDED,), mark=(Mark.CHARGE_REFUNDED,), emit=(Emit("refund.create"),)),
}

RESPONSE_DUE = Arm("response_due", T.DEADLINE, at="evidence_due_at")
DISPUTE_UPDATED = Emit("dispute.update")
DISPUTE_CLOSED = Emit("dispute.close")

DISPUTE: Table = {
    (NEW, T.OPEN): Row(
        "open", post=(HOLD_DISPUTED,), mark=(Mark.CHARGE_DISPUTED,), arm=(RESPONSE_DUE,), emit=(Emit("dispute.create"),)
    ),
    ("open", T.STAGE_EVIDENCE): Row("open"),  # a document came or went
    ("open", T.SUBMIT_EVIDENCE): Row("pending", disarm=("response_due",), emit=(DISPUTE_UPDATED,)),
    ("open", T.DEADLINE): Row("lost", post=(FORFEIT_DISPUTED,), disarm=("*",), emit=(DISPUTE_CLOSED,)),
    **{
        (status, T.ACCEPT): Row(
            "lost", post=(FORFEIT_DISPUTED,), disarm=("*",), emit=(Emit("dispute.accept"), DISPUTE_CLOSED)
        )
        for status in ("open", "pending")
    },
    **{
        (status, T.WIN): Row("won", post=(RETURN_DISPUTED,), disarm=("*",), emit=(DISPUTE_CLOSED,))
        for status in ("open", "pending")
    },
    **{
        (status, T.LOSE): Row("lost", post=(FORFEIT_DISPUTED,), disarm=("*",), emit=(DISPUTE_CLOSED,))
        for status in ("open", "pending")
    },
    **{(status, T.UPDATE): Row(status, emit=(DISPUTE_UPDATED,)) for status in ("open", "pending", "won", "lost")},
}  # fmt: skip

CUSTOMER: Table = {
    (NEW, T.CREATE): Row("active", emit=(Emit("customer.create"),)),
    ("active", T.UPDATE): Row("active", emit=(Emit("customer.update"),)),
    ("active", T.ATTACH): Row("active", emit=(Emit("customer.update"), Emit("customer.update.card"))),
    ("active", T.DETACH): Row("active", emit=(Emit("customer.update.card"),)),
    ("active", T.DELETE): Row("deleted", emit=(Emit("customer.destroy"),)),
}

CARD: Table = {
    (NEW, T.CREATE): Row("loose"),
    ("loose", T.ATTACH): Row("attached"),
    ("attached", T.UPDATE): Row("attached", emit=(Emit("card.update"),)),
    ("attached", T.DELETE): Row("deleted", emit=(Emit("card.destroy"),)),
}

TOKEN: Table = {(NEW, T.CREATE): Row("fresh"), ("fresh", T.SPEND): Row("used")}
SOURCE: Table = {(NEW, T.CREATE): Row("fresh"), ("fresh", T.SPEND): Row("used")}

DOCUMENT: Table = {(NEW, T.CREATE): Row("kept"), ("kept", T.DELETE): Row("deleted")}

RECIPIENT: Table = {
    (NEW, T.CREATE): Row("unverified", emit=(Emit("recipient.create"),)),
    ("unverified", T.APPROVE): Row("verified", emit=(Emit("recipient.verify"), Emit("recipient.activate"))),
    # The bank account is not the one it seems, or is another now.
    ("unverified", T.DECLINE): Row("unverified", emit=(Emit("recipient.update"),)),
    ("verified", T.DECLINE): Row("unverified", emit=(Emit("recipient.deactivate"),)),
    **{(status, T.UPDATE): Row(status, emit=(Emit("recipient.update"),)) for status in ("unverified", "verified")},
    **{(status, T.DELETE): Row("deleted", emit=(Emit("recipient.destroy"),)) for status in ("unverified", "verified")},
}

SENDING: Table = {
    (NEW, T.CREATE): Row("pending", emit=(Emit("transfer.create"),)),
    ("pending", T.UPDATE): Row("pending", emit=(Emit("transfer.update"),)),
    ("pending", T.DELETE): Row("deleted", emit=(Emit("transfer.destroy"),)),
    ("pending", T.FAIL): Row("failed", emit=(Emit("transfer.fail"),)),
    ("pending", T.SETTLE): Row("sent", post=(SENT_TO_BANK,), emit=(Emit("transfer.send"),)),
    ("sent", T.SUCCEED): Row("paid", emit=(Emit("transfer.pay"),)),
    ("sent", T.FAIL): Row("failed", post=(BACK_FROM_BANK,), emit=(Emit("transfer.fail"),)),
}

SETTLEMENT: Table = {("pending", T.SETTLE): Row("transferable", mark=(Mark.FUNDS_AVAILABLE,))}

MACHINES: Mapping[type, Table] = {
    Charge: CHARGE,
    Refund: REFUND,
    Dispute: DISPUTE,
    Customer: CUSTOMER,
    Instrument: CARD,
    CardToken: TOKEN,
    Source: SOURCE,
    Document: DOCUMENT,
    Recipient: RECIPIENT,
    Sending: SENDING,
    Settlement: SETTLEMENT,
}

# What no source confirms, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("accepting a dispute sends dispute.accept, then dispute.close", "whether the second one is sent"),
    ("a dispute may be accepted while it is pending, and closed by the bank while it is open", "behaviour"),
    ("a document that comes or goes sends no event", "behaviour"),
    ("metadata of a decided dispute may be changed; its message may not", "behaviour"),
    ("an unused authorization ends as expired with charge.expire", "event; its capture answering expired_charge is documented"),
    ("refunds and voids are booked under the key refund.created.debit; a void gives fee and VAT back", "name; documented is the return"),
    ("a customer who gets a card sends customer.update, then customer.update.card", "both, and their order"),
    ("verifying a recipient sends recipient.verify, then recipient.activate", "both, and their order"),
    ("a verified recipient with another bank account sends recipient.update and recipient.deactivate, until verified anew", "behaviour"),
    ("a recipient whose verification fails sends recipient.update, recipient.deactivate if it was active", "which event"),
    ("a dispute's lines and a refund's are booked at once, never with the charge's settlement day", "live accounts"),
)
