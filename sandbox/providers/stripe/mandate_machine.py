"""Transition table of mandates: that a customer lets an account be debited, or a card be charged.

Source: API reference "Mandate", read 2026-11-28.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.core.machine import Emit, Row, Table
from sandbox.core.machine import Trigger as T
from sandbox.core.records import NEW
from sandbox.providers.stripe.records import Mandate

UPDATED = Emit("mandate.updated", diff=True)

MANDATE: Table = {
    (NEW, T.CREATE): Row("active"),
    # Of a bank account that is to be verified first.
    (NEW, T.PEND): Row("pending"),
    ("pending", T.SUCCEED): Row("active", emit=(UPDATED,)),
    **{(status, T.VOID): Row("inactive", emit=(UPDATED,)) for status in ("pending", "active")},
}

MACHINES: Mapping[type, Table] = {Mandate: MANDATE}

# How the table above is known, for the fidelity page.
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("a mandate is active, pending while its account is verified, or inactive; mandate.updated tells of a change", "API reference"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a disputed bank debit ends its mandate after the dispute's own events: mandate.updated", "order"),
    ("a single_use mandate stays active after its payment, and one of a detached payment method, too", "behaviour"),
)
