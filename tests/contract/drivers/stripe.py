"""A merchant at Stripe, its customers, their bank and the calendar."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, initialize, invariant, multiple, rule

from sandbox.core.records import Charge, Dispute, Refund
from sandbox.providers.stripe.records import PaymentIntent
from tests.contract.drivers.base import Walk
from tests.harness import DAY, Answer

CARDS = (
    "pm_card_visa", "pm_card_bypassPending", "pm_card_chargeDeclined", "pm_card_pendingRefund", "pm_card_refundFail",
    "pm_card_createDispute", "pm_card_createDisputeInquiry", "pm_card_createMultipleDisputes", "pm_card_createIssuerFraudRecord",
    "pm_usBankAccount_success", "pm_usBankAccount_dispute", "pm_usBankAccount_accountClosed", "pm_card_riskLevelElevated",
)  # fmt: skip
WORDS = ("winning_evidence", "losing_evidence", "escalate_inquiry_evidence", "they got it")
# In these nothing may happen any more that changes the status; a lost dispute may still be won, rarely.
FINAL = {
    Charge: {"failed", "released"},
    PaymentIntent: {"succeeded", "canceled"},
    Refund: {"failed", "canceled", "released"},
    Dispute: {"won", "warning_closed", "conceded"},
}
amounts = st.one_of(st.none(), st.integers(1, 3000))


class StripeWalk(Walk):
    """A merchant, its customers, their bank and the calendar, each doing what it likes."""

    provider = "stripe"
    final = FINAL
    outcomes = (200, 400, 402)
    intents = Bundle("intents")

    # Who does what

    @initialize(target=intents)
    def first(self) -> Any:
        return self.shop.pay("pm_card_createDispute")["id"]

    @rule(
        target=intents, card=st.sampled_from(CARDS), amount=st.integers(50, 3000), manual=st.booleans(),
        currency=st.sampled_from(("usd", "jpy")),
    )  # fmt: skip
    def pay(self, card: str, amount: int, manual: bool, currency: str) -> Any:
        how: dict[str, Any] = {"capture_method": "manual"} if manual else {}
        if card.startswith("pm_usBank"):
            how["mandate_data"] = {"customer_acceptance": {"type": "offline"}}
        answer = self.try_post(
            "/v1/payment_intents", {"amount": amount, "currency": currency, "payment_method": card, "confirm": True, **how}
        )
        return answer["id"] if answer.status == 200 else multiple()

    @rule(token=st.sampled_from(("tok_visa", "tok_createDispute", "tok_refundFail")), amount=st.integers(50, 3000), capture=st.booleans())
    def charge(self, token: str, amount: int, capture: bool) -> None:
        self.try_post("/v1/charges", {"amount": amount, "currency": "usd", "source": token, "capture": capture})

    @rule(intent=intents, amount=amounts)
    def capture(self, intent: str, amount: int | None) -> None:
        self.try_post(f"/v1/payment_intents/{intent}/capture", {} if amount is None else {"amount_to_capture": amount})

    @rule(intent=intents)
    def cancel(self, intent: str) -> None:
        self.try_post(f"/v1/payment_intents/{intent}/cancel")

    @rule(intent=intents, amount=amounts)
    def refund(self, intent: str, amount: int | None) -> None:
        self.try_post("/v1/refunds", {"payment_intent": intent, **({} if amount is None else {"amount": amount})})

    @rule(data=st.data(), amount=amounts)
    def refund_a_charge(self, data: st.DataObject, amount: int | None) -> None:
        charge = self.any_of(data, Charge)
        if charge is not None:
            self.try_post("/v1/refunds", {"charge": charge.id, **({} if amount is None else {"amount": amount})})

    @rule(data=st.data(), verdict=st.sampled_from(("succeed", "fail")))
    def bank_settles_a_refund(self, data: st.DataObject, verdict: str) -> None:
        refund = self.any_of(data, Refund)
        if refund is not None:
            self.bank(lambda bank, merchant: bank.settle_refund(merchant, refund, verdict, None))

    @rule(data=st.data(), kind=st.sampled_from(("chargeback", "inquiry")), amount=amounts)
    def cardholder_disputes(self, data: st.DataObject, kind: str, amount: int | None) -> None:
        charge = self.any_of(data, Charge)
        if charge is not None:
            self.bank(lambda bank, merchant: bank.open_dispute(merchant, charge, None, amount, kind, None))

    @rule(data=st.data(), word=st.sampled_from(WORDS), submit=st.booleans())
    def answer_a_dispute(self, data: st.DataObject, word: str, submit: bool) -> None:
        dispute = self.any_of(data, Dispute)
        if dispute is not None:
            self.try_post(f"/v1/disputes/{dispute.id}", {"evidence": {"uncategorized_text": word}, "submit": submit})

    @rule(data=st.data())
    def submit_what_is_staged(self, data: st.DataObject) -> None:
        dispute = self.any_of(data, Dispute)
        if dispute is not None:
            self.try_post(f"/v1/disputes/{dispute.id}", {"submit": True})

    @rule(data=st.data())
    def accept_a_dispute(self, data: st.DataObject) -> None:
        dispute = self.any_of(data, Dispute)
        if dispute is not None:
            self.try_post(f"/v1/disputes/{dispute.id}/close")

    @rule(data=st.data(), verdict=st.sampled_from(("win", "lose", "escalate")))
    def bank_decides(self, data: st.DataObject, verdict: str) -> None:
        dispute = self.any_of(data, Dispute)
        if dispute is not None:
            self.bank(lambda bank, merchant: bank.decide(merchant, dispute, verdict))

    @rule(seconds=st.sampled_from((1, 5, 7, 90, 3600, DAY, 3 * DAY, 9 * DAY, 130 * DAY)))
    def time_passes(self, seconds: int) -> None:
        self.shop.advance(seconds=seconds)

    # How they do it

    def any_of(self, data: st.DataObject, kind: type) -> Any:
        """One of the merchant's records, or None if there are none; drawn by place, so that a run can be repeated."""
        found = list(self.shop.merchant.store.all(kind))
        return found[data.draw(st.integers(0, len(found) - 1))] if found else None

    def try_post(self, path: str, params: dict[str, Any] | None = None) -> Answer:
        """A call that may be refused, and then leaves no trace (a declined card does: it is an outcome)."""
        return self.no_trace_if_refused(lambda: self.shop.post(path, params))

    # What is always true

    @invariant()
    def the_balance_is_the_sum_of_its_transactions(self) -> None:
        rows: list[Any] = []
        more: dict[str, Any] = {}
        while True:
            page = self.shop.get("/v1/balance_transactions", {"limit": 100, **more}).body
            rows += page["data"]
            if not page["has_more"]:
                break
            more = {"starting_after": rows[-1]["id"]}
        sums: Counter[tuple[str, str]] = Counter()
        for row in rows:
            assert row["net"] == row["amount"] - row["fee"]
            assert row["fee"] == sum(line["amount"] for line in row["fee_details"])
            sums[row["status"], row["currency"]] += row["net"]
        shown = self.shop.get("/v1/balance").body
        for side in ("available", "pending"):
            for part in shown[side]:
                assert part["amount"] == sums.pop((side, part["currency"]), 0)
        assert not any(sums.values())

    @invariant()
    def no_more_is_refunded_than_was_captured(self) -> None:
        store = self.shop.merchant.store
        paid: Counter[str] = Counter()
        for refund in store.all(Refund):
            if refund.status in ("pending", "succeeded"):
                paid[refund.charge_id] += refund.amount
        for charge in store.all(Charge):
            assert 0 <= charge.refunded <= charge.captured <= charge.amount
            assert charge.refunded == paid[charge.id]
            assert charge.captured + charge.released in (0, charge.amount)

    @invariant()
    def the_bank_holds_what_open_disputes_claim(self) -> None:
        held: Counter[str] = Counter()
        for dispute in self.shop.merchant.store.all(Dispute):
            if dispute.status in ("needs_response", "under_review"):
                held[dispute.currency] += dispute.amount
        for currency in ("usd", "jpy"):
            assert self.shop.balance("dispute:held", currency) == held[currency] >= 0
