"""Where refunds and disputes of one charge meet."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.core.errors import Reason, Refusal
from sandbox.providers.stripe import PROVIDER
from tests.harness import Answer, Shop
from tests.providers.stripe.test_timings import bank_opens, status, submit

REFUND_FAILED = ["refund.updated", "refund.failed", "charge.refund.updated"]


def refund(shop: Shop, paid: Any, amount: int | None = None) -> Answer:
    return shop.post("/v1/refunds", {"payment_intent": paid["id"], **({} if amount is None else {"amount": amount})})


def decide(shop: Shop, dispute_id: str, verdict: str) -> None:
    merchant = shop.merchant
    merchant.begin()
    record = next(r for r in merchant.store.shelf("stripe", type_of(shop, dispute_id)).rows.values() if r.id == dispute_id)
    PROVIDER.bank.decide(merchant, record, verdict)
    merchant.commit()


def type_of(shop: Shop, key: str) -> type:
    return next(kind for (_, kind), shelf in shop.merchant.store.shelves.items() if key in shelf.rows)


def charged_back(answer: Answer, charge: str) -> None:
    assert answer.status == 400
    assert (answer.error["code"], answer.error.get("param")) == ("charge_disputed", None)
    assert answer.error["message"] == f"Charge {charge} has been charged back; cannot issue a refund."


# A refund meets a dispute


@pytest.mark.parametrize("end", ["open", "under_review", "lost", "accepted"])
def test_refund_while_a_chargeback_is_open_or_lost(shop: Shop, end: str) -> None:
    paid = shop.pay()
    dispute = bank_opens(shop, paid)
    if end == "under_review":
        submit(shop, dispute, "they got it")
    elif end == "lost":
        decide(shop, dispute, "lose")
    elif end == "accepted":
        shop.post(f"/v1/disputes/{dispute}/close")
    charged_back(refund(shop, paid), paid["latest_charge"])
    charged_back(refund(shop, paid, 1), paid["latest_charge"])


def test_refund_while_a_part_is_charged_back(shop: Shop) -> None:
    """The rest stays yours, yet nothing can be refunded: `is_charge_refundable` is the gate."""
    paid = shop.pay(amount=2000)
    dispute = bank_opens(shop, paid, amount=500)
    assert shop.get(f"/v1/disputes/{dispute}")["is_charge_refundable"] is False
    charged_back(refund(shop, paid, 1500), paid["latest_charge"])


def test_refund_while_an_inquiry_is_open(shop: Shop) -> None:
    """Allowed; in test mode the inquiry stays open even after a full refund."""
    paid = shop.pay("pm_card_createDisputeInquiry")
    (inquiry,) = shop.disputes_of(paid)
    seen = len(shop.events())
    assert refund(shop, paid, 500).status == 200
    assert refund(shop, paid).status == 200
    assert status(shop, inquiry["id"]) == "warning_needs_response"
    assert shop.events(seen) == ["refund.created", "charge.refunded"] * 2


def test_a_full_refund_closes_the_inquiry_in_profile_network(network_shop: Shop) -> None:
    """A partial one does not."""
    shop = network_shop
    paid = shop.pay(capture_method="automatic")
    inquiry = bank_opens(shop, paid, "inquiry")
    refund(shop, paid, 500)
    assert status(shop, inquiry) == "warning_needs_response"
    seen = len(shop.events())
    refund(shop, paid)
    assert status(shop, inquiry) == "warning_closed"
    assert shop.events(seen) == ["refund.created", "charge.refunded", "charge.dispute.closed"]
    assert "inquiry_expires" not in shop.advance(days=130, wait=False)


def test_refund_after_a_win(shop: Shop) -> None:
    """Allowed again."""
    paid = shop.pay("pm_card_createDispute")
    (dispute,) = shop.disputes_of(paid)
    submit(shop, dispute["id"], "winning_evidence")
    shop.advance(seconds=6)
    assert shop.get(f"/v1/disputes/{dispute['id']}")["is_charge_refundable"] is True
    assert refund(shop, paid)["amount"] == 2000


def test_refund_after_an_inquiry_was_closed(shop: Shop) -> None:
    paid = shop.pay("pm_card_createDisputeInquiry")
    (inquiry,) = shop.disputes_of(paid)
    submit(shop, inquiry["id"], "losing_evidence")
    shop.advance(seconds=6)
    assert status(shop, inquiry["id"]) == "warning_closed"
    assert refund(shop, paid).status == 200


# An escalation meets a refund


def test_a_refund_made_seconds_before_the_escalation_fails(shop: Shop) -> None:
    """Or the cardholder would be paid twice; the chargeback withdraws the full amount."""
    paid = shop.pay("pm_card_createDisputeInquiry", amount=2000)
    (inquiry,) = shop.disputes_of(paid)
    submit(shop, inquiry["id"], "escalate_inquiry_evidence")
    made = refund(shop, paid)
    assert made["status"] == "succeeded"
    seen = len(shop.events())
    shop.advance(seconds=6)
    failed = shop.get(f"/v1/refunds/{made['id']}")
    assert (failed["status"], failed["failure_reason"]) == ("failed", "charge_for_pending_refund_disputed")
    traced = ["refund.updated", "charge.refund.updated"]
    assert shop.events(seen) == [*traced, "charge.dispute.updated", "charge.dispute.funds_withdrawn", *REFUND_FAILED]
    charge = shop.get(f"/v1/charges/{paid['latest_charge']}")
    assert (charge["amount_refunded"], charge["refunded"], charge["disputed"]) == (0, False, True)
    assert shop.balance("dispute:held") == 2000


def test_a_refund_minutes_old_stays_and_the_chargeback_withdraws_all_the_same(shop: Shop) -> None:
    paid = shop.pay("pm_card_createDisputeInquiry", amount=2000)
    (inquiry,) = shop.disputes_of(paid)
    made = refund(shop, paid)
    shop.advance(seconds=180)
    submit(shop, inquiry["id"], "escalate_inquiry_evidence")
    shop.advance(seconds=6)
    assert shop.get(f"/v1/refunds/{made['id']}")["status"] == "succeeded"
    assert shop.get(f"/v1/disputes/{inquiry['id']}")["balance_transactions"][0]["amount"] == -2000
    assert shop.balance("dispute:held") == 2000


# A dispute meets a refund


def test_a_pending_refund_fails_when_its_charge_is_disputed(shop: Shop) -> None:
    """`charge_for_pending_refund_disputed`; a settled one stays."""
    paid = shop.pay("pm_card_pendingRefund", amount=2000)
    settled, pending = refund(shop, paid, 300), None
    shop.advance(seconds=10)
    pending = refund(shop, paid, 500)
    seen = len(shop.events())
    dispute = bank_opens(shop, paid)
    assert shop.events(seen) == ["charge.dispute.created", "charge.dispute.funds_withdrawn", *REFUND_FAILED]
    failed = shop.get(f"/v1/refunds/{pending['id']}")
    assert (failed["status"], failed["failure_reason"]) == ("failed", "charge_for_pending_refund_disputed")
    assert shop.get(f"/v1/refunds/{settled['id']}")["status"] == "succeeded"
    assert shop.get(f"/v1/disputes/{dispute}")["amount"] == 1200
    assert "refund_settles" not in shop.advance(days=1, wait=False)


def test_an_inquiry_leaves_a_pending_refund_alone(shop: Shop) -> None:
    paid = shop.pay("pm_card_pendingRefund")
    made = refund(shop, paid, 500)
    bank_opens(shop, paid, "inquiry")
    assert shop.get(f"/v1/refunds/{made['id']}")["status"] == "pending"


def refused(shop: Shop, paid: Any, reason: Reason, **terms: Any) -> str:
    before = (shop.events(), shop.merchant.serial)
    with pytest.raises(Refusal) as refusal:
        bank_opens(shop, paid, **terms)
    shop.merchant.rollback()
    assert refusal.value.reason is reason
    assert (shop.events(), shop.merchant.serial) == before
    return str(refusal.value.facts["message"])


def test_dispute_after_full_refund(shop: Shop) -> None:
    """Fully refunded card payments cannot be disputed."""
    paid = shop.pay()
    refund(shop, paid)
    assert "Nothing of charge" in refused(shop, paid, Reason.AMOUNT_EXCEEDS_DISPUTABLE)


def test_dispute_after_partial_refund(shop: Shop) -> None:
    """The rest by default; not more than it."""
    paid = shop.pay(amount=2000)
    refund(shop, paid, 500)
    message = refused(shop, paid, Reason.AMOUNT_EXCEEDS_DISPUTABLE, amount=1501)
    assert "$15.01" in message
    assert "$15.00" in message
    assert shop.get(f"/v1/disputes/{bank_opens(shop, paid)}")["amount"] == 1500


def test_dispute_of_what_was_never_captured(shop: Shop) -> None:
    held = shop.pay(capture_method="manual")
    assert "capture it first" in refused(shop, held, Reason.NOT_CAPTURED)
    shop.post(f"/v1/payment_intents/{held['id']}/capture", {"amount_to_capture": 700})
    assert "$7.01" in refused(shop, held, Reason.AMOUNT_EXCEEDS_DISPUTABLE, amount=701)


@pytest.mark.parametrize("amount", [0, -5])
def test_dispute_of_nothing(shop: Shop, amount: int) -> None:
    refused(shop, shop.pay(), Reason.OUT_OF_REACH, amount=amount)


# Several disputes


def test_partial_dispute(shop: Shop) -> None:
    """Only its amount is withdrawn."""
    paid = shop.pay(amount=2000)
    dispute = shop.get(f"/v1/disputes/{bank_opens(shop, paid, amount=500)}")
    assert (dispute["amount"], dispute["balance_transactions"][0]["amount"]) == (500, -500)
    assert shop.balance("dispute:held") == 500
    assert shop.get(f"/v1/charges/{paid['latest_charge']}")["disputed"] is True


def test_several_disputes_may_not_claim_more_than_there_is(shop: Shop) -> None:
    """Open and lost ones count, won ones and closed inquiries do not."""
    paid = shop.pay(amount=2000)
    first = bank_opens(shop, paid, amount=800)
    second = bank_opens(shop, paid, amount=700)
    assert "$5.00" in refused(shop, paid, Reason.AMOUNT_EXCEEDS_DISPUTABLE, amount=501)
    decide(shop, first, "lose")
    assert "$5.00" in refused(shop, paid, Reason.AMOUNT_EXCEEDS_DISPUTABLE, amount=501)
    decide(shop, second, "win")
    third = bank_opens(shop, paid, "inquiry", amount=1200)
    assert "Nothing of charge" in refused(shop, paid, Reason.AMOUNT_EXCEEDS_DISPUTABLE)
    decide(shop, third, "win")  # the bank drops the inquiry
    assert shop.get(f"/v1/disputes/{bank_opens(shop, paid)}")["amount"] == 1200
    assert [d["status"] for d in shop.disputes_of(paid)] == ["lost", "won", "warning_closed", "needs_response"]


def test_each_of_several_disputes_has_its_own_money_and_end(shop: Shop) -> None:
    paid = shop.pay("pm_card_createMultipleDisputes", amount=2001)
    first, second = shop.disputes_of(paid)
    submit(shop, first["id"], "winning_evidence")
    shop.advance(seconds=6)
    shop.post(f"/v1/disputes/{second['id']}/close")
    assert [d["status"] for d in shop.disputes_of(paid)] == ["won", "lost"]
    assert shop.balance("dispute:held") == 0
    assert shop.balance("fees:dispute") == 3000
    charged_back(refund(shop, paid, 1), paid["latest_charge"])  # the lost one still bars it


# The bank's own doings


def test_a_late_win_of_a_lost_dispute(shop: Shop) -> None:
    """Rare: the money comes back after all."""
    paid = shop.pay("pm_card_createDispute", amount=2000)
    (dispute,) = shop.disputes_of(paid)
    shop.post(f"/v1/disputes/{dispute['id']}/close")
    seen = len(shop.events())
    decide(shop, dispute["id"], "win")
    shown = shop.get(f"/v1/disputes/{dispute['id']}")
    assert (shown["status"], len(shown["balance_transactions"])) == ("won", 2)
    assert shop.events(seen) == ["charge.dispute.funds_reinstated", "charge.dispute.closed"]
    assert refund(shop, paid).status == 200


def test_the_bank_decides_without_waiting_for_evidence(shop: Shop) -> None:
    for verdict, end in (("win", "won"), ("lose", "lost")):
        dispute = bank_opens(shop, shop.pay())
        decide(shop, dispute, verdict)
        assert status(shop, dispute) == end


def test_an_inquiry_is_not_lost_before_it_escalates(shop: Shop) -> None:
    inquiry = bank_opens(shop, shop.pay(), "inquiry")
    with pytest.raises(Refusal, match="escalate it to a chargeback first"):
        decide(shop, inquiry, "lose")
    shop.merchant.rollback()
    decide(shop, inquiry, "escalate")
    decide(shop, inquiry, "lose")
    assert status(shop, inquiry) == "lost"


def test_a_finished_dispute_is_not_decided_again(shop: Shop) -> None:
    dispute = bank_opens(shop, shop.pay())
    decide(shop, dispute, "win")
    for verdict in ("win", "lose", "escalate"):
        with pytest.raises(Refusal, match="is won"):
            decide(shop, dispute, verdict)
        shop.merchant.rollback()


def test_a_reason_stripe_does_not_have(shop: Shop) -> None:
    paid = shop.pay()
    merchant = shop.merchant
    charge = PROVIDER.bank.charge(merchant, paid["latest_charge"])
    assert charge is not None
    with pytest.raises(Refusal, match="no dispute reason 'whim'"):
        PROVIDER.bank.open_dispute(merchant, charge, "whim", None, "chargeback", None)
    assert PROVIDER.bank.charge(merchant, "ch_x") is None


def test_a_payment_that_was_never_confirmed_has_no_charge_to_dispute(shop: Shop) -> None:
    intent = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd"})["id"]
    with pytest.raises(Refusal, match="confirm it first"):
        PROVIDER.bank.charge(shop.merchant, intent)


def test_the_merchants_side_through_the_bank_desk(shop: Shop) -> None:
    """Evidence, submit and accept by script follow the API's own rules."""
    paid = shop.pay()
    merchant, bank = shop.merchant, PROVIDER.bank
    charge = bank.charge(merchant, paid["id"])
    assert charge is not None
    merchant.begin()
    dispute = bank.open_dispute(merchant, charge, "product_not_received", 900, "chargeback", 5)
    dispute = bank.evidence(merchant, dispute, {"customer_name": "Jane"})
    merchant.commit()
    assert (dispute.status, dict(dispute.evidence), dispute.submissions) == ("needs_response", {"customer_name": "Jane"}, 0)
    with pytest.raises(Refusal, match="excuse"):
        bank.evidence(merchant, dispute, {"excuse": "none"})
    merchant.begin()
    dispute = bank.submit(merchant, dispute)
    assert (dispute.status, dispute.submissions) == ("under_review", 1)
    assert bank.accept(merchant, dispute).status == "lost"
    merchant.commit()
    assert shop.get(f"/v1/disputes/{dispute.id}")["payment_method_details"]["card"]["network_reason_code"] == "13.1"


@pytest.mark.parametrize(
    ("card", "kind", "code"),
    [("visa", "chargeback", "10.4"), ("visa", "inquiry", "10"), ("mastercard", "chargeback", "4837"), ("jcb", "chargeback", "10.4")],
)
def test_the_networks_code_for_a_reason(shop: Shop, card: str, kind: str, code: str) -> None:
    dispute = shop.get(f"/v1/disputes/{bank_opens(shop, shop.pay(f'pm_card_{card}'), kind)}")
    assert dispute["payment_method_details"]["card"]["network_reason_code"] == code
