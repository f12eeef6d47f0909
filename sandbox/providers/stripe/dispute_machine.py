"""The machine of disputes, its money and its events; with disputes that are prevented, and second rounds after a loss.

A dispute that was lost after its evidence may be appealed: the bank offers it (`ESCALATE`), the money stays where it is, and a
win takes it back as a late win does.
"""

from __future__ import annotations

from sandbox.core.machine import Arm, Emit, Line, Mark, Recipe, Row, Table
from sandbox.core.machine import Trigger as T
from sandbox.core.records import NEW

HOLD_DISPUTED = Recipe(
    "merchant", "dispute:held",
    line=Line("adjustment", "dispute", -1, "Chargeback withdrawal for {charge_id}", "now", "dispute", into=""),
)  # fmt: skip
RETURN_DISPUTED = Recipe(
    "dispute:held", "merchant",
    line=Line("adjustment", "dispute_reversal", 1, "Chargeback reversal for {charge_id}", "day", "dispute_returned", into=""),
)  # fmt: skip
FORFEIT_DISPUTED = Recipe("dispute:held", "network:clearing")
RECLAIM_FORFEITED = Recipe("network:clearing", "dispute:held")
# What the card network takes for deciding on compliance; nothing moves where a dispute has no such fee.
COMPLIANCE_FEE = Recipe(
    "merchant", "fees:compliance", "extra_fee", Line("stripe_fee", "fee", -1, "Compliance dispute fee for {charge_id}", into="")
)
COMPLIANCE_FEE_RETURNED = Recipe(
    "fees:compliance", "merchant", "extra_fee",
    Line("stripe_fee", "fee", 1, "Compliance dispute fee refund for {charge_id}", "day", into=""),
)  # fmt: skip
# What Stripe takes for passing evidence on, where the price list has such a fee.
COUNTERED_FEE = Recipe(
    "merchant", "fees:countered", "answer_fee", Line("stripe_fee", "fee", -1, "Card Dispute Countered Fee ({answered_on})", into="")
)
COUNTERED_FEE_RETURNED = Recipe(
    "fees:countered", "merchant", "answer_fee",
    Line("stripe_fee", "fee", 1, "Card Dispute Countered Fee ({answered_on})", "day", into=""),
)  # fmt: skip
WON = (RETURN_DISPUTED, COMPLIANCE_FEE_RETURNED, COUNTERED_FEE_RETURNED)

CHARGE_UPDATED = Emit("charge.updated", of="charge", diff=True)
DISPUTE_UPDATED = Emit("charge.dispute.updated", diff=True)
DISPUTE_CLOSED = Emit("charge.dispute.closed", diff=True)
WITHDRAWN = Emit("charge.dispute.funds_withdrawn")
REINSTATED = Emit("charge.dispute.funds_reinstated")

DEADLINE = Arm("evidence_due", T.DEADLINE, at="evidence_due_at")
LATE_WIN = Row("won", post=(RECLAIM_FORFEITED, *WON), disarm=("*",), emit=(REINSTATED, DISPUTE_CLOSED))
APPEALS = ("appeal_needs_response", "appeal_under_review")

PREVENTED: Table = {
    (NEW, T.PREVENT): Row(
        "prevented", mark=(Mark.CHARGE_DISPUTED,), emit=(Emit("charge.dispute.created"), Emit("charge.dispute.closed"))
    ),
    ("prevented", T.UPDATE): Row("prevented", emit=(DISPUTE_UPDATED,)),
}

SECOND_ROUND: Table = {
    ("lost", T.WIN): LATE_WIN,
    ("lost", T.ESCALATE): Row("appeal_needs_response", arm=(DEADLINE,), emit=(DISPUTE_UPDATED,)),
    ("appeal_needs_response", T.STAGE_EVIDENCE): Row("appeal_needs_response", emit=(DISPUTE_UPDATED,)),
    ("appeal_needs_response", T.SUBMIT_EVIDENCE): Row(
        "appeal_under_review", disarm=("evidence_due",), emit=(DISPUTE_UPDATED, CHARGE_UPDATED)
    ),
    ("appeal_needs_response", T.DEADLINE): Row("lost", disarm=("*",), emit=(DISPUTE_CLOSED,)),
    **{(status, T.ACCEPT): Row("lost", disarm=("*",), emit=(DISPUTE_CLOSED, CHARGE_UPDATED)) for status in APPEALS},
    **{(status, T.WIN): LATE_WIN for status in APPEALS},
    **{(status, T.LOSE): Row("lost", disarm=("*",), emit=(DISPUTE_CLOSED,)) for status in APPEALS},
    **{(status, T.UPDATE): Row(status, emit=(DISPUTE_UPDATED,)) for status in APPEALS},
}  # fmt: skip

DISPUTE: Table = {
    (NEW, T.OPEN): Row(
        "needs_response", post=(HOLD_DISPUTED,), mark=(Mark.CHARGE_DISPUTED,), arm=(DEADLINE,),
        emit=(Emit("charge.dispute.created"), WITHDRAWN), then=(Mark.REFUNDS_OVERTAKEN,),
    ),
    # The bank of a bank debit has decided already: nobody is asked for evidence.
    (NEW, T.LOSE): Row(
        "lost", post=(HOLD_DISPUTED, FORFEIT_DISPUTED), mark=(Mark.CHARGE_DISPUTED,),
        emit=(Emit("charge.dispute.created"), WITHDRAWN, Emit("charge.dispute.closed")), then=(Mark.REFUNDS_OVERTAKEN,),
    ),
    (NEW, T.OPEN_INQUIRY): Row(
        "warning_needs_response", mark=(Mark.CHARGE_DISPUTED,), arm=(Arm("inquiry_expires", T.EXPIRE, after="inquiry_expires"),),
        emit=(Emit("charge.dispute.created"),),
    ),
    **{
        (status, T.ENRICH): Row(status, emit=(DISPUTE_UPDATED,))
        for status in ("needs_response", "under_review", "warning_needs_response", "warning_under_review")
    },
    ("needs_response", T.STAGE_EVIDENCE): Row("needs_response", emit=(DISPUTE_UPDATED,)),
    ("needs_response", T.SUBMIT_EVIDENCE): Row(
        "under_review", post=(COMPLIANCE_FEE, COUNTERED_FEE), disarm=("evidence_due", "smart_disputes"),
        emit=(DISPUTE_UPDATED, CHARGE_UPDATED),
    ),
    # Nobody has answered, and Smart Disputes does.
    ("needs_response", T.REPRESENT): Row(
        "under_review", disarm=("evidence_due", "smart_disputes"), emit=(DISPUTE_UPDATED, CHARGE_UPDATED), then=(Mark.UNFOLDS,)
    ),
    ("needs_response", T.ACCEPT): Row(
        "lost", post=(FORFEIT_DISPUTED,), disarm=("*",), emit=(DISPUTE_CLOSED, CHARGE_UPDATED)
    ),
    ("needs_response", T.DEADLINE): Row("lost", post=(FORFEIT_DISPUTED,), disarm=("*",), emit=(DISPUTE_CLOSED,)),
    ("needs_response", T.WIN): Row("won", post=WON, disarm=("*",), emit=(REINSTATED, DISPUTE_CLOSED)),
    ("needs_response", T.LOSE): Row("lost", post=(FORFEIT_DISPUTED,), disarm=("*",), emit=(DISPUTE_CLOSED,)),
    ("under_review", T.ACCEPT): Row(
        "lost", post=(FORFEIT_DISPUTED,), disarm=("*",), emit=(DISPUTE_CLOSED, CHARGE_UPDATED)
    ),
    ("under_review", T.WIN): Row("won", post=WON, disarm=("*",), emit=(REINSTATED, DISPUTE_CLOSED)),
    ("under_review", T.LOSE): Row("lost", post=(FORFEIT_DISPUTED,), disarm=("*",), emit=(DISPUTE_CLOSED,)),
    ("warning_needs_response", T.STAGE_EVIDENCE): Row("warning_needs_response", emit=(DISPUTE_UPDATED,)),
    ("warning_needs_response", T.SUBMIT_EVIDENCE): Row("warning_under_review", emit=(DISPUTE_UPDATED, CHARGE_UPDATED)),
    **{
        (status, T.ACCEPT): Row("conceded", disarm=("*",), emit=(DISPUTE_CLOSED, CHARGE_UPDATED))
        for status in ("warning_needs_response", "warning_under_review")
    },
    **{
        (status, trigger): Row("warning_closed", disarm=("*",), emit=(DISPUTE_CLOSED,))
        for status in ("warning_needs_response", "warning_under_review")
        for trigger in (T.EXPIRE, T.DROP)
    },
    **{
        (status, T.ESCALATE): Row(
            "needs_response", post=(HOLD_DISPUTED,), disarm=("*",), arm=(DEADLINE,),
            emit=(DISPUTE_UPDATED, WITHDRAWN), then=(Mark.REFUNDS_RECALLED,),
        )
        for status in ("warning_needs_response", "warning_under_review")
    },
    # Discover in the profile network: an inquiry that nobody answers by its due day is a loss at once.
    ("warning_needs_response", T.DEADLINE): Row(
        "lost", post=(HOLD_DISPUTED, FORFEIT_DISPUTED), disarm=("*",), emit=(WITHDRAWN, DISPUTE_CLOSED),
        then=(Mark.REFUNDS_RECALLED,),
    ),
    **{
        (status, T.UPDATE): Row(status, emit=(DISPUTE_UPDATED,))
        for status in ("needs_response", "under_review", "won", "lost", "conceded",
                       "warning_needs_response", "warning_under_review", "warning_closed")
    },
    **PREVENTED,
    **SECOND_ROUND,
}  # fmt: skip

# What no source confirms, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a prevented dispute moves no money, costs nothing and sends charge.dispute.created, then charge.dispute.closed", "events, money"),
    ("a charge whose dispute was prevented says disputed, and may be refunded", "behaviour"),
    ("the bank offers an appeal of a lost dispute with charge.dispute.updated and a new due_by", "events; the statuses are documented"),
    ("an appeal is submitted and decided as evidence is: won takes the money back, an unanswered or accepted one is lost", "events"),
    ("the compliance fee is a row of its own of type stripe_fee, taken with the evidence, given back on a win", "shape of the row"),
)
