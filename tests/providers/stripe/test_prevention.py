"""Disputes that are settled before they are any, and those that Smart Disputes answers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import Shop

OPENED = [
    "payment_intent.created",
    "charge.succeeded",
    "charge.dispute.created",
    "charge.dispute.funds_withdrawn",
    "payment_intent.succeeded",
]
PREVENTED = ["payment_intent.created", "charge.succeeded", "charge.dispute.created", "charge.dispute.closed", "payment_intent.succeeded"]
CARDS = [
    ("createRapidDisputeResolutionDispute", "rapid_dispute_resolution", "resolution"),
    ("createCe3BlockDispute", "compelling_evidence_block", "block"),
    ("createEthocaAlert", "ethoca_alerts", "resolution"),
]
HOUR = 3600


def enrol(shop: Shop, words: str) -> Any:
    return shop.control("POST", "/settings", {"providers": {"stripe": {"dispute_prevention": words}}})


@pytest.mark.parametrize(("card", "service", "case"), CARDS)
def test_a_dispute_is_prevented_for_whoever_is_enrolled(shop: Shop, card: str, service: str, case: str) -> None:
    """No money moves, nothing is due, nothing can be answered; the charge may still be refunded."""
    assert enrol(shop, service).status == 200
    paid = shop.pay(f"pm_card_{card}")
    (dispute,) = shop.disputes_of(paid)
    assert (dispute["status"], dispute["payment_method_details"]["card"]["case_type"]) == ("prevented", case)
    assert (dispute["balance_transactions"], dispute["evidence_details"]["due_by"]) == ([], 0)
    assert dispute["is_charge_refundable"] is True
    assert shop.events() == PREVENTED
    assert shop.balance("dispute:held") == shop.balance("fees:dispute") == 0
    for path in ("", "/close"):
        answer = shop.post(f"/v1/disputes/{dispute['id']}{path}", {} if path else {"evidence": {"customer_name": "Jane"}})
        assert (answer.status, answer.error["message"]) == (400, "This dispute is already closed")
    assert shop.post(f"/v1/disputes/{dispute['id']}", {"metadata": {"a": "b"}})["metadata"] == {"a": "b"}
    assert shop.post("/v1/refunds", {"payment_intent": paid["id"]})["status"] == "succeeded"
    assert not shop.merchant.timers.of(dispute["id"])


@pytest.mark.parametrize(("card", "service", "case"), CARDS)
def test_it_is_a_dispute_for_everybody_else(shop: Shop, card: str, service: str, case: str) -> None:
    """Also for those who are enrolled in the other services."""
    enrol(shop, ", ".join(other for _, other, _ in CARDS if other != service))
    (dispute,) = shop.disputes_of(shop.pay(f"pm_card_{card}"))
    assert (dispute["status"], dispute["payment_method_details"]["card"]["case_type"]) == ("needs_response", "chargeback")
    assert shop.events() == OPENED


def test_a_service_that_does_not_exist_cannot_be_enrolled_in(shop: Shop) -> None:
    answer = enrol(shop, "prayer")
    assert (answer.status, answer.error["param"]) == (422, "providers.stripe.dispute_prevention")


# Smart Disputes


def smart(shop: Shop) -> Any:
    (dispute,) = shop.disputes_of(shop.pay("pm_card_createAutoRepresentmentEligibleDispute"))
    return dispute


def status(shop: Shop, dispute: Any) -> Any:
    return shop.get(f"/v1/disputes/{dispute['id']}").body


def test_smart_disputes_answers_what_nobody_else_has(shop: Shop) -> None:
    """An hour before the deadline; the outcome is the bank's, and a win costs 30 % of what comes back."""
    shop.control("POST", "/settings", {"outcome": "won"})
    dispute = smart(shop)
    assert (dispute["intended_submission_method"], dispute["evidence_details"]["submission_method"]) == ("prefer_manual", "not_submitted")
    seen = len(shop.events())
    shop.advance(seconds=dispute["evidence_details"]["due_by"] - HOUR - shop.now)
    after = status(shop, dispute)
    assert (after["status"], after["evidence_details"]["submission_method"]) == ("under_review", "smart_disputes")
    assert (after["evidence_details"]["submission_count"], after["evidence_details"]["past_due"]) == (1, False)
    assert shop.events(seen)[-2:] == ["charge.dispute.updated", "charge.updated"]
    shop.advance(days=60)
    after = status(shop, dispute)
    won = after["balance_transactions"][-1]
    assert (after["status"], won["amount"], won["fee"], won["fee_details"][0]["description"]) == ("won", 2000, 600, "Smart Disputes fee")
    assert shop.events(seen)[-2:] == ["charge.dispute.funds_reinstated", "charge.dispute.closed"]


@pytest.mark.parametrize("method", ["prefer_manual", "prefer_smart_disputes", "smart_disputes"])
def test_every_wish_but_manual_lets_it_answer(shop: Shop, method: str) -> None:
    dispute = smart(shop)
    assert shop.post(f"/v1/disputes/{dispute['id']}", {"intended_submission_method": "manual"}).status == 200
    assert shop.post(f"/v1/disputes/{dispute['id']}", {"intended_submission_method": method})["intended_submission_method"] == method
    shop.advance(days=9)
    assert status(shop, dispute)["status"] == "under_review"


def test_manual_keeps_it_away(shop: Shop) -> None:
    """Silence loses then, as anywhere."""
    dispute = smart(shop)
    path = f"/v1/disputes/{dispute['id']}"
    shop.post(path, {"intended_submission_method": "manual", "evidence": {"customer_name": "Jane"}, "submit": False})
    shop.advance(days=9)
    assert status(shop, dispute)["status"] == "lost"


def test_own_evidence_comes_first(shop: Shop) -> None:
    dispute = smart(shop)
    shop.post(f"/v1/disputes/{dispute['id']}", {"evidence": {"uncategorized_text": "winning_evidence"}})
    shop.advance(days=9)
    after = status(shop, dispute)
    assert (after["status"], after["evidence_details"]["submission_method"]) == ("won", "manual")
    assert (after["balance_transactions"][-1]["fee"], after["evidence_details"]["submission_count"]) == (0, 1)


def test_it_is_not_to_be_had_for_other_disputes(shop: Shop) -> None:
    (dispute,) = shop.disputes_of(shop.pay("pm_card_createDispute"))
    answer = shop.post(f"/v1/disputes/{dispute['id']}", {"intended_submission_method": "smart_disputes"})
    assert (answer.status, answer.error["code"]) == (400, "smart_disputes_not_available")
