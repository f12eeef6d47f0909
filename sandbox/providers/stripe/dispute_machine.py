"""Money and events of disputes, and the rows at both ends: disputes that are prevented, and second rounds after a loss.

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

CHARGE_UPDATED = Emit("charge.updated", of="charge", diff=True)
DISPUTE_UPDATED = Emit("charge.dispute.updated", diff=True)
DISPUTE_CLOSED = Emit("charge.dispute.closed", diff=True)
WITHDRAWN = Emit("charge.dispute.funds_withdrawn")
REINSTATED = Emit("charge.dispute.funds_reinstated")

DEADLINE = Arm("evidence_due", T.DEADLINE, at="evidence_due_at")
LATE_WIN = Row(
    "won", post=(RECLAIM_FORFEITED, RETURN_DISPUTED, COMPLIANCE_FEE_RETURNED), disarm=("*",), emit=(REINSTATED, DISPUTE_CLOSED)
)
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

# What no source confirms, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a prevented dispute moves no money, costs nothing and sends charge.dispute.created, then charge.dispute.closed", "events, money"),
    ("a charge whose dispute was prevented says disputed, and may be refunded", "behaviour"),
    ("the bank offers an appeal of a lost dispute with charge.dispute.updated and a new due_by", "events; the statuses are documented"),
    ("an appeal is submitted and decided as evidence is: won takes the money back, an unanswered or accepted one is lost", "events"),
    ("the compliance fee is a row of its own of type stripe_fee, taken with the evidence, given back on a win", "shape of the row"),
)
