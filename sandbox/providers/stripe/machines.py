"""Stripe's transition tables, in its own status words.

Nine words are ours. A charge is `authorized`, `clearing` or `released` where the API says `succeeded` with other fields
beside it; so is a refund `released` that gave back an authorization, because no money moved that could come back. And an
accepted inquiry is `conceded` where the API says `lost`: nothing was ever withdrawn. A source object that a
customer owns is `linked` where the API says `chargeable`, and a refund that waits for its bank debit to settle is `waiting` where it
says `pending`; so is one `sent` that the customer has named a bank account for, because no network's number follows it, and one
`unfunded` that the balance did not cover. One that gave a transfer back to the platform is `returned` where the API says
`succeeded`: no bank has its money, so none can send it back.
`WIRE_STATUS` translates them.

Source: recorded webhooks of the real test mode (2026-04 to 2026-08) first, then docs.stripe.com "How disputes work" and
"Refunds", read 2026-11-23. What neither shows is in `ASSUMED`.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.core.machine import Also, Arm, Emit, Line, Mark, Recipe, Row, Table
from sandbox.core.machine import Trigger as T
from sandbox.core.records import NEW, Charge, Customer, Dispute, Document, Endpoint, Instrument, Refund, Settlement
from sandbox.providers.stripe import connect_machines, mandate_machine, payout_machines
from sandbox.providers.stripe.dispute_machine import DISPUTE
from sandbox.providers.stripe.records import (
    FileLink,
    FraudWarning,
    FrozenClock,
    LegacySource,
    LegacyToken,
    PaymentIntent,
    Review,
    SetupIntent,
)

WIRE_STATUS = {
    "authorized": "succeeded", "clearing": "succeeded", "released": "succeeded", "conceded": "lost", "linked": "chargeable",
    "waiting": "pending", "sent": "pending", "unfunded": "pending", "returned": "succeeded",
}  # fmt: skip

# Money

CHARGE_CAPTURED = Recipe(
    "network:clearing", "merchant", "captured", Line("charge", "charge", 1, "{description}", "day", "processing", cut="application")
)
DEBIT_SETTLED = Recipe(
    "network:clearing", "merchant", "captured", Line("payment", "charge", 1, "{description}", "now", "bank_debit", cut="application")
)
SCANNED = DEBIT_SETTLED._replace(line=Line("payment", "charge", 1, "{description}", "day", "promptpay", cut="application"))
DEBIT_REFUNDED = Recipe(
    "merchant", "network:clearing", line=Line("payment_refund", "refund", -1, "REFUND FOR PAYMENT{of_charge}", "now")
)
REFUND_PAID = Recipe("merchant", "network:clearing", line=Line("refund", "refund", -1, "REFUND FOR CHARGE{of_charge}", "charge"))
REFUND_RETURNED = Recipe(
    "network:clearing", "merchant",
    line=Line("refund_failure", "refund_failure", 1, "REFUND FAILURE FOR CHARGE{of_charge}", "charge", into="failure_entry_id"),
)  # fmt: skip

# Events that more than one row emits

REFUND_CHANGED = (Emit("refund.updated", diff=True), Emit("charge.refund.updated", diff=True))
REFUND_FAILED = (Emit("refund.updated", diff=True), Emit("refund.failed"), Emit("charge.refund.updated", diff=True))

CHARGE: Table = {
    (NEW, T.AUTHORIZE): Row("authorized", emit=(Emit("charge.succeeded"),)),
    (NEW, T.CAPTURE): Row("succeeded", post=(CHARGE_CAPTURED,), emit=(Emit("charge.succeeded"),)),
    (NEW, T.APPROVE): Row("clearing", arm=(Arm("charge_clears", T.CLEAR, after="charge_clears"),), emit=(Emit("charge.succeeded"),)),
    (NEW, T.DECLINE): Row("failed", emit=(Emit("charge.failed"),)),
    # On a connected account: what its platform transferred.
    (NEW, T.CLEAR): Row("succeeded", post=(connect_machines.PAYMENT_RECEIVED,), emit=(Emit("charge.succeeded"),)),
    # A bank debit: no money before it settles, days later.
    (NEW, T.PEND): Row("pending", emit=(Emit("charge.pending"),)),
    # Scanned and paid: the money is here with the charge.
    (NEW, T.SETTLE): Row("succeeded", post=(SCANNED,), emit=(Emit("charge.succeeded"),), then=(Mark.SHARED,)),
    ("pending", T.SETTLE): Row(
        "succeeded", post=(DEBIT_SETTLED,), emit=(Emit("charge.succeeded"), Emit("balance.available")),
        then=(Mark.SHARED, Mark.REFUNDS_DUE),
    ),
    **{
        ("pending", trigger): Row("failed", disarm=("*",), emit=(Emit("charge.failed"),), then=(Mark.REFUNDS_MOOT,))
        for trigger in (T.FAIL, T.VOID)
    },
    ("clearing", T.CLEAR): Row(
        "succeeded", post=(CHARGE_CAPTURED,), disarm=("charge_clears",), emit=(Emit("charge.updated", diff=True),)
    ),
    ("authorized", T.CAPTURE): Row(
        "succeeded", post=(CHARGE_CAPTURED,), disarm=("authorization_expires",), emit=(Emit("charge.captured", diff=True),)
    ),
    ("authorized", T.VOID): Row(
        "released", disarm=("authorization_expires",), emit=(Emit("charge.refunded", diff=True),), then=(Mark.UNFOLDS,)
    ),
    ("authorized", T.EXPIRE): Row(
        "released", disarm=("authorization_expires",), emit=(Emit("charge.expired"),), then=(Mark.UNFOLDS,)
    ),
    **{
        (status, T.UPDATE): Row(status, emit=(Emit("charge.updated", diff=True),))
        for status in ("authorized", "clearing", "pending", "succeeded", "failed", "released")
    },
    # Profile network: the dispute or the fraud warning of a test card comes days later.
    ("succeeded", T.UNFOLD): Row("succeeded", then=(Mark.UNFOLDS,)),
}

SENT = Row(
    "pending", post=(DEBIT_REFUNDED,), mark=(Mark.CHARGE_REFUNDED,), arm=(Arm("refund_settles", T.SUCCEED, after="refund_settles"),),
    emit=(Emit("refund.created"), Emit("charge.refunded", of="charge", diff=True)),
)  # fmt: skip
REFERENCE = Arm("refund_reference", T.TRACE, after="refund_reference")
RETRIES = Arm("refund_retries", T.RETRY, after="refund_retries")
REFUNDED = ("pending", "waiting", "unfunded", "requires_action", "sent", "returned", "succeeded", "failed", "canceled", "released")

REFUND: Table = {
    (NEW, T.SUCCEED): Row(
        "succeeded", post=(REFUND_PAID,), mark=(Mark.CHARGE_REFUNDED,), arm=(REFERENCE,),
        emit=(Emit("refund.created"), Emit("charge.refunded", of="charge", diff=True)),
    ),
    (NEW, T.PEND): Row(
        "pending", post=(REFUND_PAID,), mark=(Mark.CHARGE_REFUNDED,), arm=(Arm("refund_settles", T.SUCCEED, after="refund_settles"),),
        emit=(Emit("refund.created"), Emit("charge.refunded", of="charge", diff=True)),
    ),
    # Only the customer knows where the money may go.
    (NEW, T.CHALLENGE): Row(
        "requires_action", post=(DEBIT_REFUNDED,), mark=(Mark.CHARGE_REFUNDED,),
        arm=(Arm("refund_expires", T.EXPIRE, after="refund_expires"),),
        emit=(Emit("refund.created"), Emit("charge.refunded", of="charge", diff=True)),
    ),
    ("requires_action", T.REMIT): Row(
        "sent", disarm=("refund_expires",), arm=(Arm("refund_settles", T.SUCCEED, after="refund_settles"),), emit=REFUND_CHANGED
    ),
    ("requires_action", T.VOID): Row(
        "canceled", post=(REFUND_RETURNED,), mark=(Mark.CHARGE_UNREFUNDED,), disarm=("refund_expires",), emit=REFUND_CHANGED
    ),
    **{
        ("requires_action", trigger): Row(
            "failed", post=(REFUND_RETURNED,), mark=(Mark.CHARGE_UNREFUNDED,), disarm=("refund_expires",), emit=REFUND_FAILED
        )
        for trigger in (T.EXPIRE, T.FAIL)
    },
    ("sent", T.SUCCEED): Row("succeeded", disarm=("refund_settles",), emit=REFUND_CHANGED),
    ("sent", T.FAIL): Row(
        "failed", post=(REFUND_RETURNED,), mark=(Mark.CHARGE_UNREFUNDED,), disarm=("refund_settles",), emit=REFUND_FAILED
    ),
    (NEW, T.REMIT): SENT,
    (NEW, T.QUEUE): Row("waiting", emit=(Emit("refund.created"),)),
    ("waiting", T.REMIT): SENT._replace(
        emit=(*REFUND_CHANGED, Emit("charge.refunded", of="charge", diff=True)), then=(Mark.SHARED,)
    ),
    ("waiting", T.VOID): Row("canceled", emit=REFUND_CHANGED),
    # On a connected account: what its platform took back of a transfer.
    (NEW, T.CLEAR): Row(
        "returned", post=(connect_machines.PAYMENT_RETURNED,), mark=(Mark.CHARGE_REFUNDED,),
        emit=(Emit("refund.created"), Emit("charge.refunded", of="charge", diff=True)),
    ),
    # The merchant has not the money: nothing moves until he has.
    (NEW, T.LACK): Row(
        "unfunded", arm=(RETRIES, Arm("refund_expires", T.EXPIRE, after="refund_unfunded")), emit=(Emit("refund.created"),)
    ),
    ("unfunded", T.RETRY): Row("unfunded", disarm=("refund_retries",), arm=(RETRIES,), then=(Mark.UNFOLDS,)),
    ("unfunded", T.REMIT): Row(
        "succeeded", post=(REFUND_PAID,), mark=(Mark.CHARGE_REFUNDED,), disarm=("*",), arm=(REFERENCE,),
        emit=(*REFUND_CHANGED, Emit("charge.refunded", of="charge", diff=True)), then=(Mark.SHARED,),
    ),
    **{
        ("unfunded", trigger): Row("failed", disarm=("*",), emit=REFUND_FAILED)
        for trigger in (T.EXPIRE, T.FAIL, T.OVERTAKE)
    },
    # By the merchant, on his dashboard, while it is young.
    ("succeeded", T.VOID): Row(
        "canceled", post=(REFUND_RETURNED,), mark=(Mark.CHARGE_UNREFUNDED,), disarm=("*",), emit=REFUND_CHANGED
    ),
    # Nothing was captured: the authorization is given back, no money moves.
    (NEW, T.RELEASE): Row("released", emit=(Emit("refund.created"),), then=(Mark.CHARGE_VOIDED,)),
    ("pending", T.SUCCEED): Row("succeeded", disarm=("refund_settles",), arm=(REFERENCE,), emit=REFUND_CHANGED),
    ("succeeded", T.TRACE): Row("succeeded", disarm=("refund_reference",), emit=REFUND_CHANGED),
    ("pending", T.FAIL): Row(
        "failed", post=(REFUND_RETURNED,), mark=(Mark.CHARGE_UNREFUNDED,), disarm=("refund_settles",), emit=REFUND_FAILED
    ),
    ("succeeded", T.FAIL): Row(
        "failed", post=(REFUND_RETURNED,), mark=(Mark.CHARGE_UNREFUNDED,), disarm=("*",), emit=REFUND_FAILED
    ),
    # A dispute meets the refund: the bank would pay the cardholder twice.
    ("pending", T.OVERTAKE): Row(
        "failed", post=(REFUND_RETURNED,), mark=(Mark.CHARGE_UNREFUNDED,), disarm=("refund_settles",), emit=REFUND_FAILED
    ),
    ("succeeded", T.RECALL): Row(
        "failed", post=(REFUND_RETURNED,), mark=(Mark.CHARGE_UNREFUNDED,), disarm=("*",), emit=REFUND_FAILED
    ),
    **{(status, T.UPDATE): Row(status, emit=REFUND_CHANGED) for status in REFUNDED},
}  # fmt: skip

UNPAID = ("requires_payment_method", "requires_confirmation", "requires_action")

DEPOSITS = ("deposits_end",)

INTENT: Table = {
    (NEW, T.CREATE): Row("requires_payment_method", emit=(Emit("payment_intent.created"),)),
    (NEW, T.PREPARE): Row("requires_confirmation", emit=(Emit("payment_intent.created"),)),
    **{(status, T.PREPARE): Row("requires_confirmation", disarm=DEPOSITS) for status in UNPAID},
    **{
        (status, T.CHALLENGE): Row("requires_action", disarm=DEPOSITS, emit=(Emit("payment_intent.requires_action"),))
        for status in UNPAID
    },
    **{(status, T.DETACH): Row("requires_payment_method", disarm=DEPOSITS) for status in UNPAID},
    **{(status, T.UPDATE): Row(status) for status in (*UNPAID, "processing", "requires_capture", "succeeded", "canceled")},
    **{(status, T.SUCCEED): Row("succeeded", emit=(Emit("payment_intent.succeeded"),)) for status in UNPAID},
    **{(status, T.PEND): Row("processing", disarm=DEPOSITS, emit=(Emit("payment_intent.processing"),)) for status in UNPAID},
    # Nobody has told in time what was deposited.
    ("requires_action", T.LAPSE): Row(
        "requires_payment_method", disarm=DEPOSITS, emit=(Emit("payment_intent.payment_failed"),)
    ),
    ("processing", T.SETTLE): Row(
        "succeeded", also=(Also("charge", T.SETTLE),), disarm=("debit_ends",), emit=(Emit("payment_intent.succeeded"),)
    ),
    ("processing", T.FAIL): Row(
        "requires_payment_method", also=(Also("charge", T.FAIL),), disarm=("debit_ends",),
        emit=(Emit("payment_intent.payment_failed"),),
    ),
    ("processing", T.VOID): Row(
        "canceled", also=(Also("charge", T.VOID),), disarm=("debit_ends",), emit=(Emit("payment_intent.canceled"),)
    ),
    **{
        (status, T.AUTHORIZE): Row(
            "requires_capture", arm=(Arm("authorization_expires", T.EXPIRE, after="authorization"),),
            emit=(Emit("payment_intent.amount_capturable_updated"),),
        )
        for status in UNPAID
    },
    **{
        (status, T.DECLINE): Row("requires_payment_method", disarm=DEPOSITS, emit=(Emit("payment_intent.payment_failed"),))
        for status in UNPAID
    },
    **{(status, T.VOID): Row("canceled", disarm=DEPOSITS, emit=(Emit("payment_intent.canceled"),)) for status in UNPAID},
    ("requires_capture", T.CAPTURE): Row(
        "succeeded", disarm=("authorization_expires",), emit=(Emit("payment_intent.succeeded"),)
    ),
    ("requires_capture", T.VOID): Row(
        "canceled", also=(Also("charge", T.VOID),), disarm=("authorization_expires",), emit=(Emit("payment_intent.canceled"),)
    ),
    ("requires_capture", T.EXPIRE): Row(
        "canceled", also=(Also("charge", T.EXPIRE),), disarm=("authorization_expires",), emit=(Emit("payment_intent.canceled"),)
    ),
}  # fmt: skip

SETUP: Table = {
    (NEW, T.CREATE): Row("requires_payment_method", emit=(Emit("setup_intent.created"),)),
    (NEW, T.PREPARE): Row("requires_confirmation", emit=(Emit("setup_intent.created"),)),
    **{(status, T.PREPARE): Row("requires_confirmation", disarm=DEPOSITS) for status in UNPAID},
    **{(status, T.DETACH): Row("requires_payment_method", disarm=DEPOSITS) for status in UNPAID},
    **{(status, T.UPDATE): Row(status) for status in (*UNPAID, "succeeded", "canceled")},
    **{(status, T.CHALLENGE): Row("requires_action", disarm=DEPOSITS, emit=(Emit("setup_intent.requires_action"),)) for status in UNPAID},
    **{(status, T.SUCCEED): Row("succeeded", disarm=DEPOSITS, emit=(Emit("setup_intent.succeeded"),)) for status in UNPAID},
    **{
        (status, T.DECLINE): Row("requires_payment_method", disarm=DEPOSITS, emit=(Emit("setup_intent.setup_failed"),))
        for status in UNPAID
    },
    ("requires_action", T.LAPSE): Row("requires_payment_method", disarm=DEPOSITS, emit=(Emit("setup_intent.setup_failed"),)),
    **{(status, T.VOID): Row("canceled", disarm=DEPOSITS, emit=(Emit("setup_intent.canceled"),)) for status in UNPAID},
}

CUSTOMER: Table = {
    (NEW, T.CREATE): Row("active", emit=(Emit("customer.created"),)),
    ("active", T.UPDATE): Row("active", emit=(Emit("customer.updated", diff=True),)),
    ("active", T.DELETE): Row("deleted", emit=(Emit("customer.deleted", diff=True),)),
}

INSTRUMENT: Table = {
    (NEW, T.CREATE): Row("fresh"),
    ("fresh", T.ATTACH): Row("attached", emit=(Emit("payment_method.attached"),)),
    ("fresh", T.SPEND): Row("spent"),
    ("fresh", T.UPDATE): Row("fresh"),
    ("attached", T.UPDATE): Row("attached", emit=(Emit("payment_method.updated", diff=True),)),
    ("attached", T.DETACH): Row("spent", emit=(Emit("payment_method.detached", diff=True),)),
}

TOKEN: Table = {
    (NEW, T.CREATE): Row("fresh"),
    ("fresh", T.SPEND): Row("used"),
}

SOURCE: Table = {
    (NEW, T.CREATE): Row("chargeable", emit=(Emit("source.chargeable"),)),
    (NEW, T.ATTACH): Row("saved", emit=(Emit("customer.source.created"),)),  # a card
    # A bank account: its deposits are to be told first, or it is known already.
    (NEW, T.PREPARE): Row("new", emit=(Emit("customer.source.created"),)),
    (NEW, T.SUCCEED): Row("verified", emit=(Emit("customer.source.created"),)),
    ("new", T.SUCCEED): Row("verified", emit=(Emit("customer.source.updated", diff=True),)),
    ("chargeable", T.ATTACH): Row("linked", emit=(Emit("customer.source.created"),)),
    ("chargeable", T.SPEND): Row("consumed"),
    **{(status, T.UPDATE): Row(status) for status in ("chargeable", "consumed")},
    **{
        (status, T.UPDATE): Row(status, emit=(Emit("customer.source.updated", diff=True),))
        for status in ("saved", "linked", "new", "verified")
    },
    **{
        (status, T.DETACH): Row("deleted", emit=(Emit("customer.source.deleted", diff=True),))
        for status in ("saved", "new", "verified")
    },
    ("linked", T.DETACH): Row("consumed", emit=(Emit("customer.source.deleted", diff=True),)),
}

TEST_CLOCK: Table = {
    (NEW, T.CREATE): Row("ready", emit=(Emit("test_helpers.test_clock.created"),)),
    ("ready", T.ADVANCE): Row(
        "advancing", arm=(Arm("test_clock_arrives", T.ARRIVE, at="target_at"),), emit=(Emit("test_helpers.test_clock.advancing"),)
    ),
    ("advancing", T.ARRIVE): Row("ready", emit=(Emit("test_helpers.test_clock.ready"),)),
    ("ready", T.DELETE): Row("deleted", emit=(Emit("test_helpers.test_clock.deleted", diff=True),)),
}

DOCUMENT: Table = {(NEW, T.CREATE): Row("kept", emit=(Emit("file.created"),))}

WARNING: Table = {
    (NEW, T.OPEN): Row("actionable", emit=(Emit("radar.early_fraud_warning.created"),)),
    # Too late: nothing is left to act on.
    (NEW, T.SPEND): Row("spent", emit=(Emit("radar.early_fraud_warning.created"),)),
    ("actionable", T.SPEND): Row("spent", emit=(Emit("radar.early_fraud_warning.updated", diff=True),)),
}

REVIEW: Table = {
    (NEW, T.OPEN): Row("open", emit=(Emit("review.opened"),)),
    ("open", T.SPEND): Row("closed", emit=(Emit("review.closed"),)),
}

LINK: Table = {
    (NEW, T.CREATE): Row("kept"),
    ("kept", T.UPDATE): Row("kept"),
}

SETTLEMENT: Table = {
    ("pending", T.SETTLE): Row("available", mark=(Mark.FUNDS_AVAILABLE,), emit=(Emit("balance.available"),)),
}

ENDPOINT: Table = {
    (NEW, T.CREATE): Row("enabled"),
    ("enabled", T.UPDATE): Row("enabled"),
    ("disabled", T.UPDATE): Row("disabled"),
}

MACHINES: Mapping[type, Table] = {
    PaymentIntent: INTENT,
    SetupIntent: SETUP,
    Charge: CHARGE,
    Refund: REFUND,
    Dispute: DISPUTE,
    Customer: CUSTOMER,
    Instrument: INSTRUMENT,
    LegacyToken: TOKEN,
    LegacySource: SOURCE,
    FrozenClock: TEST_CLOCK,
    Document: DOCUMENT,
    FraudWarning: WARNING,
    Review: REVIEW,
    FileLink: LINK,
    Settlement: SETTLEMENT,
    Endpoint: ENDPOINT,
    **mandate_machine.MACHINES,
    **payout_machines.MACHINES,
    **connect_machines.MACHINES,
}

# How the tables above are known, for the fidelity page.
VALIDATED: tuple[tuple[str, str], ...] = (
    ("create and confirm in one call send payment_intent.created, charge.succeeded, payment_intent.succeeded", "recorded webhooks"),
    ("a test card's chargeback sends charge.dispute.created and .funds_withdrawn between charge and intent", "recorded webhooks"),
    ("submitted evidence sends charge.dispute.updated, then charge.updated", "recorded webhooks"),
    ("a win sends charge.dispute.funds_reinstated, then charge.dispute.closed", "recorded webhooks"),
    ("an accepted dispute is lost at once and sends charge.dispute.closed, then charge.updated", "recorded webhooks"),
    ("a changed refund sends refund.updated and charge.refund.updated", "recorded webhooks"),
    ("a decline keeps the charge and takes the intent back to requires_payment_method", "recorded answers and webhooks"),
)
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("a missed deadline loses the dispute and sends charge.dispute.closed", "docs: Respond to disputes"),
    ("an inquiry withdraws nothing until it escalates, and then needs a second response", "docs: How disputes work"),
    ("a lost dispute may still be won, rarely; won disputes and closed inquiries are final", "docs: How disputes work"),
    ("a bank debit sends charge.pending, payment_intent.processing, then charge.succeeded or .failed with the intent's", "API reference"),
    ("a refund of a bank debit that has not settled waits with charge_pending; if the debit fails it is canceled", "docs: SEPA Debit"),
    ("a pending refund whose charge is disputed fails with charge_for_pending_refund_disputed", "API reference: Refund"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a refund sends refund.created, then charge.refunded", "the order within one second is not promised"),
    ("a failed refund sends refund.updated, refund.failed, charge.refund.updated and no charge.updated", "order, and whether all are sent"),
    ("a refund that gives back an uncaptured charge sends refund.created, then charge.refunded", "order"),
    ("a refund to a card is of the type refund, however young its charge is", "recorded as a reversal, too, which has no reference"),
    ("a refund that needs action and expires is failed, for an unknown reason", "the status; it may be canceled"),
    ("canceling an authorized intent sends charge.refunded, then payment_intent.canceled", "order"),
    ("an authorization that expires sends charge.expired, then payment_intent.canceled", "order"),
    ("a pending refund that a dispute overtakes fails after the dispute's own events", "order"),
    ("an inquiry that escalates sends charge.dispute.updated, then charge.dispute.funds_withdrawn", "order"),
    ("a fraud warning that stops being actionable sends radar.early_fraud_warning.updated after the cause's own events", "order"),
    ("accepting an inquiry ends it as lost, no money moves, the charge stays refundable", "the official CLI needs the call to succeed"),
    ("a dispute may be accepted while it is under review", "the documentation speaks of the time before"),
    ("a bank debit's refund sends refund.created, then charge.refunded; one that waited sends both of refund.updated first", "order"),
    ("a disputed bank debit is lost at once: charge.dispute.created, .funds_withdrawn, .closed; no evidence is taken", "events and order"),
    ("canceling a bank debit that is processing fails its charge: charge.failed, then payment_intent.canceled", "events and order"),
    ("a bank debit that settles sends charge.succeeded, balance.available, payment_intent.succeeded", "balance.available"),
    ("a Discover inquiry unanswered on its due day sends charge.dispute.funds_withdrawn, then charge.dispute.closed", "profile network"),
)
