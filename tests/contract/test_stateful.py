"""Whatever order people, banks and time act in, the money adds up. Over HTTP in process, against the very app that `serve` runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule, run_state_machine_as_test

from sandbox.core.changes import Change
from sandbox.core.errors import Refusal
from sandbox.core.records import Charge, Dispute, Refund
from sandbox.journal.base import NullJournal
from sandbox.providers import PROVIDERS
from sandbox.providers.stripe import PROVIDER
from sandbox.providers.stripe.records import PaymentIntent
from sandbox.server.world import World
from tests.contract.trace import everything
from tests.harness import DAY, Answer, Shop

CARDS = (
    "pm_card_visa", "pm_card_bypassPending", "pm_card_chargeDeclined", "pm_card_pendingRefund", "pm_card_refundFail",
    "pm_card_createDispute", "pm_card_createDisputeInquiry", "pm_card_createMultipleDisputes", "pm_card_createIssuerFraudRecord",
)  # fmt: skip
WORDS = ("winning_evidence", "losing_evidence", "escalate_inquiry_evidence", "they got it")
# In these nothing may happen any more that changes the status; a lost dispute may still be won, rarely.
FINAL = {
    Charge: {"failed", "released"},
    PaymentIntent: {"succeeded", "canceled"},
    Refund: {"failed", "released"},
    Dispute: {"won", "warning_closed", "conceded"},
}
EXPECTED_ERRORS = {400, 402}
amounts = st.one_of(st.none(), st.integers(1, 3000))


class Recorder(NullJournal):
    """A journal in memory."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, Change]] = []

    async def load(self) -> AsyncIterator[tuple[str, Change]]:
        for kept in self.kept:
            yield kept

    async def append(self, key: str, changes: Sequence[Change]) -> None:
        self.kept += [(key, change) for change in changes]


class Payments(RuleBasedStateMachine):
    """A merchant, its customers, their bank and the calendar, each doing what it likes."""

    profile = "testmode"
    outcome: Any = None
    intents = Bundle("intents")

    def __init__(self) -> None:
        super().__init__()
        self.journal = Recorder()
        chosen = {"outcome": self.outcome} if self.outcome else {}
        self.shop = Shop(journal=self.journal, profile=self.profile, **chosen)
        self.final: dict[str, str] = {}

    def teardown(self) -> None:
        self.a_replayed_journal_gives_the_same_merchant()
        self.shop.close()

    # Who does what

    @initialize(target=intents)
    def first(self) -> Any:
        return self.shop.pay("pm_card_createDispute")["id"]

    @rule(
        target=intents, card=st.sampled_from(CARDS), amount=st.integers(50, 3000), manual=st.booleans(),
        currency=st.sampled_from(("usd", "jpy")),
    )  # fmt: skip
    def pay(self, card: str, amount: int, manual: bool, currency: str) -> Any:
        how = {"capture_method": "manual"} if manual else {}
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
        before = everything(self.shop.merchant)
        answer = self.shop.post(path, params)
        assert answer.status == 200 or answer.status in EXPECTED_ERRORS, answer.body
        if answer.status == 400:
            assert everything(self.shop.merchant) == before
        return answer

    def bank(self, act: Callable[[Any, Any], Any]) -> None:
        merchant = self.shop.merchant
        before = everything(merchant)
        merchant.begin()
        try:
            act(PROVIDER.bank, merchant)
        except Refusal:
            merchant.rollback()
            assert everything(merchant) == before
        else:
            self.shop.run(self.shop.world.keep(merchant))

    # What is always true

    @invariant()
    def books_balance(self) -> None:
        assert self.shop.merchant.ledger.balanced()

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

    @invariant()
    def final_states_stay_final(self) -> None:
        for kind, words in FINAL.items():
            for record in self.shop.merchant.store.all(kind):
                was = self.final.get(record.id)
                assert was in (None, record.status), f"{record.id} was {was} and is {record.status}"
                if record.status in words:
                    self.final[record.id] = record.status

    @invariant()
    def no_armed_timer_is_overdue(self) -> None:
        assert all(timer.due > self.shop.now for timer in self.shop.merchant.timers)

    def a_replayed_journal_gives_the_same_merchant(self) -> None:
        again = World(PROVIDERS, self.shop.wall, self.journal)
        self.shop.run(again.load())
        assert everything(again.merchant(self.shop.name)) == everything(self.shop.merchant)


class NetworkPayments(Payments):
    profile = "network"
    outcome = {"won": 0.5}


QUICK = settings(
    max_examples=12, stateful_step_count=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
LONG = settings(QUICK, max_examples=300, stateful_step_count=60, derandomize=False)


@pytest.mark.parametrize("machine", [Payments, NetworkPayments], ids=["testmode", "network"])
def test_money_adds_up_whatever_happens(machine: type[Payments]) -> None:
    """A few hundred random steps; the same ones every time."""
    run_state_machine_as_test(machine, settings=QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("machine", [Payments, NetworkPayments], ids=["testmode", "network"])
def test_money_adds_up_whatever_happens_for_long(machine: type[Payments]) -> None:
    """Many thousand random steps, other ones every time."""
    run_state_machine_as_test(machine, settings=LONG)
