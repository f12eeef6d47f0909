"""Stripe's tables say what the documentation says: each documented transition is a row, and no other way out of a status is."""

from __future__ import annotations

import pytest

from sandbox.core.machine import Table
from sandbox.core.machine import Trigger as T
from sandbox.core.records import NEW, Dispute, Refund
from sandbox.providers.stripe.dispute_machine import DISPUTE
from sandbox.providers.stripe.disputing import WITHDRAWN
from sandbox.providers.stripe.machines import INTENT, MACHINES, REFUND, WIRE_STATUS

APPEALED = ("appeal_needs_response", "appeal_under_review")
BOTH_INQUIRIES = ("warning_needs_response", "warning_under_review")


def ways(table: Table) -> set[tuple[str, T, str]]:
    """(from, cause, to), metadata changes aside."""
    return {(status, trigger, row.to) for (status, trigger), row in table.items() if trigger is not T.UPDATE}


def test_dispute_states_and_causes() -> None:
    assert ways(DISPUTE) == {
        (NEW, T.OPEN, "needs_response"),
        (NEW, T.LOSE, "lost"),
        (NEW, T.OPEN_INQUIRY, "warning_needs_response"),
        ("needs_response", T.STAGE_EVIDENCE, "needs_response"),
        ("needs_response", T.SUBMIT_EVIDENCE, "under_review"),
        ("needs_response", T.ACCEPT, "lost"),
        ("needs_response", T.DEADLINE, "lost"),
        ("needs_response", T.WIN, "won"),
        ("needs_response", T.LOSE, "lost"),
        ("under_review", T.ACCEPT, "lost"),
        ("under_review", T.WIN, "won"),
        ("under_review", T.LOSE, "lost"),
        ("needs_response", T.REPRESENT, "under_review"),
        ("lost", T.WIN, "won"),
        ("lost", T.ESCALATE, "appeal_needs_response"),
        ("appeal_needs_response", T.STAGE_EVIDENCE, "appeal_needs_response"),
        ("appeal_needs_response", T.SUBMIT_EVIDENCE, "appeal_under_review"),
        ("appeal_needs_response", T.DEADLINE, "lost"),
        *((status, T.ACCEPT, "lost") for status in APPEALED),
        *((status, T.WIN, "won") for status in APPEALED),
        *((status, T.LOSE, "lost") for status in APPEALED),
        (NEW, T.PREVENT, "prevented"),
        ("warning_needs_response", T.STAGE_EVIDENCE, "warning_needs_response"),
        ("warning_needs_response", T.SUBMIT_EVIDENCE, "warning_under_review"),
        ("warning_needs_response", T.DEADLINE, "lost"),
        *((status, T.ENRICH, status) for status in ("needs_response", "under_review", *BOTH_INQUIRIES)),
        *((status, T.ACCEPT, "conceded") for status in BOTH_INQUIRIES),
        *((status, T.EXPIRE, "warning_closed") for status in BOTH_INQUIRIES),
        *((status, T.DROP, "warning_closed") for status in BOTH_INQUIRIES),
        *((status, T.ESCALATE, "needs_response") for status in BOTH_INQUIRIES),
    }


def test_refund_states_and_causes() -> None:
    assert ways(REFUND) == {
        (NEW, T.SUCCEED, "succeeded"),
        (NEW, T.PEND, "pending"),
        (NEW, T.CHALLENGE, "requires_action"),
        ("requires_action", T.REMIT, "sent"),
        ("requires_action", T.VOID, "canceled"),
        ("requires_action", T.EXPIRE, "failed"),
        ("requires_action", T.FAIL, "failed"),
        ("sent", T.SUCCEED, "succeeded"),
        ("sent", T.FAIL, "failed"),
        (NEW, T.REMIT, "pending"),
        (NEW, T.QUEUE, "waiting"),
        ("waiting", T.REMIT, "pending"),
        ("waiting", T.VOID, "canceled"),
        (NEW, T.CLEAR, "returned"),
        (NEW, T.RELEASE, "released"),
        ("pending", T.SUCCEED, "succeeded"),
        ("succeeded", T.TRACE, "succeeded"),
        ("pending", T.FAIL, "failed"),
        ("succeeded", T.FAIL, "failed"),
        (NEW, T.LACK, "unfunded"),
        ("unfunded", T.RETRY, "unfunded"),
        ("unfunded", T.REMIT, "succeeded"),
        *(("unfunded", trigger, "failed") for trigger in (T.EXPIRE, T.FAIL, T.OVERTAKE)),
        ("succeeded", T.VOID, "canceled"),
        ("pending", T.OVERTAKE, "failed"),
        ("succeeded", T.RECALL, "failed"),
    }


def test_finished_intents_only_change_their_metadata() -> None:
    for status in ("succeeded", "canceled"):
        assert {trigger for at, trigger in INTENT if at == status} == {T.UPDATE}


def test_every_status_is_a_word_of_stripes_on_the_wire() -> None:
    words = {
        Dispute: {
            "warning_needs_response", "warning_under_review", "warning_closed", "needs_response", "under_review", "won", "lost",
            "prevented", "appeal_needs_response", "appeal_under_review",
        },
        Refund: {"pending", "requires_action", "succeeded", "failed", "canceled"},
    }
    for kind, allowed in words.items():
        reached = {WIRE_STATUS.get(row.to, row.to) for row in MACHINES[kind].values()}
        assert reached == allowed


def test_money_is_withdrawn_once_and_given_back_or_forfeited_once() -> None:
    """Whoever enters a status in which the bank has the money pays; who leaves them for another gets it back."""
    for (status, trigger), row in DISPUTE.items():
        paid = sum(1 for recipe in row.post if recipe.debit == "merchant" and recipe.share == "amount")
        returned = sum(1 for recipe in row.post if recipe.credit == "merchant" and recipe.share == "amount")
        assert paid == (row.to in WITHDRAWN and status not in WITHDRAWN), (status, trigger)
        assert returned == (status in WITHDRAWN and row.to not in WITHDRAWN), (status, trigger)


@pytest.mark.parametrize(("share", "account"), [("extra_fee", "fees:compliance"), ("answer_fee", "fees:countered")])
def test_a_fee_of_answering_is_taken_with_the_evidence_and_comes_back_with_a_win(share: str, account: str) -> None:
    for (status, trigger), row in DISPUTE.items():
        fees = [recipe.debit for recipe in row.post if recipe.share == share]
        taken = ["merchant"] if (status, trigger) == ("needs_response", T.SUBMIT_EVIDENCE) else []
        assert fees == ([account] if row.to == "won" and trigger is T.WIN else taken), (status, trigger)


def test_a_finished_dispute_waits_for_nothing() -> None:
    """Every way to an end takes all timers along, but those from where there are none."""
    for (status, trigger), row in DISPUTE.items():
        if row.to in ("won", "lost", "conceded", "warning_closed") and status not in (NEW, "won", "lost", "conceded", "warning_closed"):
            assert row.disarm == ("*",), (status, trigger)
