"""The bank, the cardholder and the merchant's side of a dispute, from outside."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import Answer, Shop


def open_dispute(shop: Shop, **wanted: Any) -> Answer:
    paid = wanted.pop("charge", None) or shop.pay()["latest_charge"]
    return shop.control("POST", "/disputes", {"charge": paid, **wanted})


# Opening


@pytest.mark.parametrize("named", ["id", "latest_charge"])
def test_a_dispute_is_opened_by_payment_or_charge_id(shop: Shop, named: str) -> None:
    """Its whole amount is disputed as fraudulent, and the answer is Stripe's own object."""
    paid = shop.pay()
    before = len(shop.events())
    made = shop.control("POST", "/disputes", {"charge": paid[named]})
    assert (made["object"], made["amount"], made["reason"], made["charge"]) == ("dispute", 2000, "fraudulent", paid["latest_charge"])
    assert made.body == shop.get(f"/v1/disputes/{made['id']}").body
    assert shop.events(before) == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    assert shop.balance("dispute:held") == 2000


def test_a_dispute_is_what_was_asked_for(shop: Shop) -> None:
    made = open_dispute(shop, amount=500, reason="product_not_received", kind="inquiry", evidence_due_in_days=3)
    assert (made["amount"], made["reason"], made["status"]) == (500, "product_not_received", "warning_needs_response")
    assert made["evidence_details"]["due_by"] == 1_767_916_799  # the last second of the third day on
    assert shop.balance("dispute:held") == 0


def test_disputes_may_not_add_up_to_more_than_is_left(shop: Shop) -> None:
    paid = shop.pay()["latest_charge"]
    shop.post("/v1/refunds", {"charge": paid, "amount": 300})
    assert open_dispute(shop, charge=paid, amount=700)["amount"] == 700
    answer = open_dispute(shop, charge=paid, amount=1001)
    assert (answer.status, answer.error["code"], answer.error["param"]) == (409, "amount_exceeds_disputable", "amount")
    assert open_dispute(shop, charge=paid)["amount"] == 1000
    assert open_dispute(shop, charge=paid).status == 409


@pytest.mark.parametrize(
    ("wanted", "status", "param"),
    [
        ({"charge": "ch_nobody"}, 404, "charge"),
        ({"reason": "because"}, 422, None),
        ({"amount": 0}, 422, "amount"),
        ({"amount": "500"}, 422, "amount"),
        ({"kind": "quarrel"}, 422, "kind"),
        ({"evidence_due_in_days": -1}, 422, "evidence_due_in_days"),
    ],
)
def test_what_cannot_be_disputed_is_refused_without_a_trace(shop: Shop, wanted: Any, status: int, param: str | None) -> None:
    paid = shop.pay()["latest_charge"]
    events, serial = shop.events(), shop.merchant.serial
    answer = open_dispute(shop, **{"charge": paid, **wanted})
    assert (answer.status, answer.error["param"]) == (status, param)
    assert (shop.events(), shop.merchant.serial) == (events, serial)


def test_money_that_was_never_captured_cannot_be_disputed(shop: Shop) -> None:
    held = shop.pay(capture_method="manual")
    assert shop.control("POST", "/disputes", {"charge": held["id"]}).error["code"] == "not_captured"
    assert shop.control("POST", "/disputes", {"charge": held["id"]}).status == 409


# Deciding


@pytest.mark.parametrize(("verdict", "status", "closed"), [("win", "won", True), ("lose", "lost", True)])
def test_the_bank_decides_now(shop: Shop, verdict: str, status: str, closed: bool) -> None:
    made = open_dispute(shop)
    assert shop.control("POST", f"/disputes/{made['id']}/{verdict}")["status"] == status
    assert shop.balance("dispute:held") == 0
    assert shop.events()[-1] == "charge.dispute.closed"


def test_an_inquiry_escalates_and_is_a_chargeback_then(shop: Shop) -> None:
    made = open_dispute(shop, kind="inquiry")
    refused = shop.control("POST", f"/disputes/{made['id']}/lose")
    assert (refused.status, refused.error["code"]) == (409, "wrong_status")
    assert "escalate" in refused.error["message"]
    assert shop.control("POST", f"/disputes/{made['id']}/escalate")["status"] == "needs_response"
    assert shop.balance("dispute:held") == 2000


def test_what_is_decided_cannot_be_lost_again(shop: Shop) -> None:
    made = open_dispute(shop)
    shop.control("POST", f"/disputes/{made['id']}/win")
    answer = shop.control("POST", f"/disputes/{made['id']}/lose")
    assert (answer.status, answer.error["code"]) == (409, "wrong_status")


@pytest.mark.parametrize("verb", ["win", "lose", "escalate", "submit", "accept"])
def test_a_dispute_that_is_not_there_is_not_found(shop: Shop, verb: str) -> None:
    answer = shop.control("POST", f"/disputes/du_nobody/{verb}")
    assert (answer.status, answer.error["code"]) == (404, "not_found")


# The merchant's side


def test_evidence_is_staged_in_the_provider_s_own_fields_and_then_submitted(shop: Shop) -> None:
    shop.freeze()
    made = open_dispute(shop)
    staged = shop.control("POST", f"/disputes/{made['id']}/evidence", {"uncategorized_text": "winning_evidence", "customer_name": "Ann"})
    assert (staged["status"], staged["evidence"]["customer_name"]) == ("needs_response", "Ann")
    assert shop.control("POST", f"/disputes/{made['id']}/submit")["status"] == "under_review"
    shop.advance(seconds=6)
    assert shop.control("GET", f"/disputes/{made['id']}")["status"] == "won"


def test_an_unknown_evidence_field_is_refused_in_the_provider_s_words(shop: Shop) -> None:
    made = open_dispute(shop)
    answer = shop.control("POST", f"/disputes/{made['id']}/evidence", {"alibi": "elsewhere"})
    assert (answer.status, answer.error["code"], answer.error["param"]) == (422, "param_unknown", "evidence[alibi]")
    assert "evidence[alibi]" in answer.error["message"]
    assert shop.control("POST", f"/disputes/{made['id']}/evidence", {}).status == 422


def test_a_merchant_that_gives_in_has_lost(shop: Shop) -> None:
    made = open_dispute(shop)
    assert shop.control("POST", f"/disputes/{made['id']}/accept")["status"] == "lost"
    answer = shop.control("POST", f"/disputes/{made['id']}/submit")
    assert (answer.status, answer.error["code"]) == (409, "dispute_closed")


# Refunds and warnings


def test_a_charge_is_refunded_by_any_of_its_ids(shop: Shop) -> None:
    paid = shop.pay()
    first = shop.control("POST", "/refunds", {"charge": paid["id"], "amount": 500, "reason": "duplicate"})
    assert (first["object"], first["amount"], first["reason"]) == ("refund", 500, "duplicate")
    assert shop.control("POST", "/refunds", {"charge": paid["latest_charge"]})["amount"] == 1500
    answer = shop.control("POST", "/refunds", {"charge": paid["id"]})
    assert (answer.status, answer.error["code"]) == (409, "already_refunded")


def test_more_than_is_left_is_not_refunded(shop: Shop) -> None:
    answer = shop.control("POST", "/refunds", {"charge": shop.pay()["id"], "amount": 2001})
    assert (answer.status, answer.error["code"], answer.error["param"]) == (409, "amount_exceeds_refundable", "amount")


def test_a_disputed_charge_is_not_refunded(shop: Shop) -> None:
    made = open_dispute(shop)
    answer = shop.control("POST", "/refunds", {"charge": made["charge"]})
    assert (answer.status, answer.error["code"]) == (409, "charge_disputed")


def test_a_pending_refund_is_settled_or_fails_when_the_bank_says_so(shop: Shop) -> None:
    shop.freeze()
    ids = [shop.control("POST", "/refunds", {"charge": shop.pay("pm_card_pendingRefund")["id"]})["id"] for _ in range(2)]
    assert shop.control("POST", f"/refunds/{ids[0]}/succeed")["status"] == "succeeded"
    failed = shop.control("POST", f"/refunds/{ids[1]}/fail", {"failure_reason": "lost_or_stolen_card"})
    assert (failed["status"], failed["failure_reason"]) == ("failed", "lost_or_stolen_card")
    again = shop.control("POST", f"/refunds/{ids[1]}/succeed")
    assert (again.status, again.error["code"]) == (409, "wrong_status")


def test_a_settled_refund_can_still_fail(shop: Shop) -> None:
    made = shop.control("POST", "/refunds", {"charge": shop.pay()["id"]})
    assert shop.control("POST", f"/refunds/{made['id']}/fail")["status"] == "failed"
    assert shop.control("POST", f"/refunds/{made['id']}/fail", {"failure_reason": "bored"}).status in (409, 422)
    assert shop.control("POST", "/refunds/re_nobody/fail").status == 404


def test_the_issuer_warns_of_fraud(shop: Shop) -> None:
    paid = shop.pay()
    made = shop.control("POST", "/early_fraud_warnings", {"charge": paid["id"], "fraud_type": "misc"})
    assert (made["object"], made["charge"], made["fraud_type"]) == ("radar.early_fraud_warning", paid["latest_charge"], "misc")
    assert shop.events()[-1] == "radar.early_fraud_warning.created"
    assert shop.control("POST", "/early_fraud_warnings", {"charge": paid["id"], "fraud_type": "odd"}).status == 422


def test_what_a_provider_cannot_do_is_said(shop: Shop) -> None:
    answer = shop.control("POST", f"/three_d_secure/{shop.pay()['id']}/pass")
    assert (answer.status, answer.error["code"]) == (409, "wrong_status")
    assert shop.control("POST", "/three_d_secure/pi_nobody/fail").status == 404


# Time


def test_what_is_due_has_happened_before_the_bank_acts(shop: Shop) -> None:
    """The deadline passed by the clock alone: there is nothing left to escalate or submit."""
    made = open_dispute(shop)
    shop.wall.now += 40 * 86_400
    answer = shop.control("POST", f"/disputes/{made['id']}/submit")
    assert (answer.status, answer.error["code"]) == (409, "dispute_closed")
    assert shop.control("GET", f"/disputes/{made['id']}")["status"] == "lost"


def test_events_of_the_bank_name_no_request(shop: Shop) -> None:
    open_dispute(shop)
    events = shop.control("GET", "/events?type=charge.dispute.created")["data"]
    assert [event["payload"]["request"] for event in events] == [{"id": None, "idempotency_key": None}]


def test_what_the_bank_does_is_sent_at_once(shop: Shop) -> None:
    """Deliveries that are due now go out at any rate, also 0."""
    shop.freeze()
    shop.hear("charge.dispute.created")
    open_dispute(shop)
    shop.settle()
    assert shop.receiver.types == ["charge.dispute.created"]
