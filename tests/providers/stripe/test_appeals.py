"""Second rounds: a dispute that was lost after its evidence may be appealed once, if the bank offers it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import Answer, Shop
from tests.providers.stripe.test_disputes import uploaded

APPEAL = "appeal_needs_response"


@pytest.fixture(params=["testmode", "network"])
def shop(request: pytest.FixtureRequest):
    made = Shop(profile=request.param)
    yield made
    made.close()


def lost(shop: Shop) -> Any:
    """A dispute that was answered in vain."""
    dispute = shop.control("POST", "/disputes", {"charge": shop.pay()["id"]}).body
    shop.post(f"/v1/disputes/{dispute['id']}", {"evidence": {"uncategorized_text": "losing_evidence"}})
    shop.advance(days=60)
    return dispute


def decide(shop: Shop, dispute: Any, verdict: str) -> Answer:
    return shop.control("POST", f"/disputes/{dispute['id']}/{verdict}", {})


def now(shop: Shop, dispute: Any) -> Any:
    return shop.get(f"/v1/disputes/{dispute['id']}").body


def appeal(shop: Shop, dispute: Any, reason: str, submit: bool = True, **card: Any) -> Answer:
    evidence = {"appeal": {"card": {"reason_for_filing": reason, **card}}}
    return shop.post(f"/v1/disputes/{dispute['id']}", {"evidence": evidence, "submit": submit})


def test_the_bank_offers_an_appeal_of_a_lost_dispute(shop: Shop) -> None:
    """A new deadline, the same money: it stays with the bank, and the charge cannot be refunded."""
    dispute = lost(shop)
    seen, held = len(shop.events()), shop.balance("merchant:available")
    offered = decide(shop, dispute, "escalate").body
    assert (offered["status"], offered["is_charge_refundable"]) == (APPEAL, False)
    assert offered["evidence_details"]["due_by"] > dispute["evidence_details"]["due_by"]
    assert (shop.events(seen), shop.balance("merchant:available")) == (["charge.dispute.updated"], held)
    assert shop.post("/v1/refunds", {"charge": dispute["charge"]}).error["code"] == "charge_disputed"


@pytest.mark.parametrize(
    ("reason", "status", "events"),
    [("winning_evidence", "won", ["charge.dispute.funds_reinstated", "charge.dispute.closed"]),
     ("losing_evidence", "lost", ["charge.dispute.closed"])],
)  # fmt: skip
def test_an_appeal_is_submitted_and_decided(shop: Shop, reason: str, status: str, events: list[str]) -> None:
    dispute = lost(shop)
    decide(shop, dispute, "escalate")
    seen = len(shop.events())
    file = uploaded(shop)
    sent = appeal(shop, dispute, reason, supporting_files=[file])
    assert sent["status"] == "appeal_under_review"
    assert sent["evidence"]["appeal"] == {"card": {"reason_for_filing": reason, "supporting_files": [file]}}
    assert sent["evidence_details"]["submission_count"] == 2
    shop.advance(days=61)
    after = now(shop, dispute)
    assert (after["status"], len(after["balance_transactions"])) == (status, 2 if status == "won" else 1)
    assert after["is_charge_refundable"] is (status == "won")
    told = [type for type in shop.events(seen) if type not in ("balance.available", "file.created")]
    assert told == ["charge.dispute.updated", "charge.updated", *events]
    assert shop.balance("dispute:held") == 0
    assert shop.merchant.ledger.balanced()
    assert decide(shop, dispute, "escalate").status == 409  # once


def test_an_appeal_that_nobody_files_stays_lost(shop: Shop) -> None:
    dispute = lost(shop)
    due_by = decide(shop, dispute, "escalate")["evidence_details"]["due_by"]
    seen = len(shop.events())
    assert appeal(shop, dispute, "to be sent later", submit=False)["status"] == APPEAL
    shop.advance(seconds=due_by - shop.now)
    assert now(shop, dispute)["status"] == "lost"
    assert shop.events(seen) == ["charge.dispute.updated", "charge.dispute.closed"]


@pytest.mark.parametrize("filed", [False, True])
def test_an_appeal_may_be_given_up(shop: Shop, filed: bool) -> None:
    dispute = lost(shop)
    decide(shop, dispute, "escalate")
    if filed:
        appeal(shop, dispute, "please")
    seen = len(shop.events())
    assert shop.post(f"/v1/disputes/{dispute['id']}/close")["status"] == "lost"
    assert shop.events(seen) == ["charge.dispute.closed", "charge.updated"]
    assert not list(shop.merchant.timers.of(dispute["id"]))


@pytest.mark.parametrize(("verdict", "status"), [("win", "won"), ("lose", "lost")])
def test_the_bank_decides_an_appeal_now(shop: Shop, verdict: str, status: str) -> None:
    dispute = lost(shop)
    decide(shop, dispute, "escalate")
    assert decide(shop, dispute, verdict)["status"] == status


def test_only_the_appeal_is_taken_then_and_never_before(shop: Shop) -> None:
    dispute = lost(shop)
    fresh = shop.control("POST", "/disputes", {"charge": shop.pay()["id"]}).body
    early = appeal(shop, fresh, "please")
    assert (early.status, early.error["param"]) == (400, "evidence[appeal]")
    assert early.error["message"] == "This dispute cannot be appealed: its status is needs_response."
    decide(shop, dispute, "escalate")
    other = shop.post(f"/v1/disputes/{dispute['id']}", {"evidence": {"customer_name": "Jane"}})
    assert (other.status, other.error["param"]) == (400, "evidence")
    missing = appeal(shop, dispute, "please", supporting_files=["file_x"])
    assert (missing.status, missing.error["param"]) == (400, "evidence[appeal][card][supporting_files][0]")
    appeal(shop, dispute, "please")
    again = appeal(shop, dispute, "please")
    assert again.error["message"].startswith("Evidence for this dispute has already been submitted.")


def test_what_was_staged_of_an_appeal_is_merged_and_cleared(shop: Shop) -> None:
    dispute = lost(shop)
    decide(shop, dispute, "escalate")
    path = f"/v1/disputes/{dispute['id']}"
    file = uploaded(shop)
    appeal(shop, dispute, "please", submit=False)
    staged = shop.post(path, {"evidence": {"appeal": {"card": {"supporting_files": [file]}}}, "submit": False})
    assert staged["evidence"]["appeal"]["card"] == {"reason_for_filing": "please", "supporting_files": [file]}
    expanded = shop.get(path, {"expand": ["evidence.appeal.card.supporting_files"]})
    assert expanded["evidence"]["appeal"]["card"]["supporting_files"][0]["object"] == "file"
    cleared = shop.post(path, {"evidence": {"appeal": ""}, "submit": False})
    assert cleared["evidence"]["appeal"] is None


@pytest.mark.parametrize("how", ["accepted", "unanswered"])
def test_who_has_not_answered_cannot_appeal(shop: Shop, how: str) -> None:
    dispute = shop.control("POST", "/disputes", {"charge": shop.pay()["id"]}).body
    if how == "accepted":
        shop.post(f"/v1/disputes/{dispute['id']}/close")
    else:
        shop.advance(days=30)
    refused = decide(shop, dispute, "escalate")
    assert refused.status == 409
    assert "Only a dispute that was lost after its evidence may be appealed, and once." in refused.error["message"]


def test_a_lost_dispute_may_still_be_won_without_an_appeal(shop: Shop) -> None:
    dispute = lost(shop)
    seen = len(shop.events())
    assert decide(shop, dispute, "win")["status"] == "won"
    assert shop.events(seen) == ["charge.dispute.funds_reinstated", "charge.dispute.closed"]


@pytest.mark.parametrize(("reason", "fees"), [("winning_evidence", [50_000, -50_000]), ("losing_evidence", [-50_000])])
def test_an_appeal_takes_no_second_compliance_fee(shop: Shop, reason: str, fees: list[int]) -> None:
    """The one that came with the evidence returns if the appeal is won, and stays with the network if not."""
    paid = shop.pay("pm_card_createComplianceDispute")
    shop.advance(days=1)
    (dispute,) = shop.disputes_of(paid)
    evidence = {"uncategorized_text": "losing_evidence", "enhanced_evidence": {"visa_compliance": {"fee_acknowledged": True}}}
    shop.post(f"/v1/disputes/{dispute['id']}", {"evidence": evidence})
    shop.advance(days=60)
    decide(shop, dispute, "escalate")
    assert appeal(shop, dispute, reason)["status"] == "appeal_under_review"
    assert shop.balance("fees:compliance") == 50_000
    shop.advance(days=61)
    rows = shop.get("/v1/balance_transactions", {"type": "stripe_fee"})["data"]
    amounts = [row["amount"] for row in rows if row["description"].startswith("Compliance")]
    assert (amounts, shop.balance("fees:compliance")) == (fees, -sum(fees))
