"""A merchant with a Thai account at Omise, its payers, their banks and the calendar; and Stripe beside it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, initialize, invariant, rule

from sandbox.core.records import Charge, Dispute, Refund
from sandbox.providers.omise import money
from sandbox.providers.omise.records import Sending
from tests.contract.drivers.base import Walk
from tests.harness import DAY, Answer
from tests.providers.omise.shop import Till

NUMBERS = ("4242424242424242", "5555555555554444", "4111111111140011", "4111111111150002", "4111111111140003")
FINAL = {
    Charge: {"successful", "failed", "expired", "reversed"}, Refund: {"closed"}, Dispute: {"won", "lost"},
    Sending: {"paid", "failed", "deleted"},
}  # fmt: skip
amounts = st.integers(1, 60_000)


class OmiseWalk(Walk):
    """A merchant with a Thai account, its payers, their banks and the calendar, each doing what it likes."""

    provider = "omise"
    shop_of = Till
    final = FINAL
    charges = Bundle("charges")

    # Who does what

    @initialize(target=charges)
    def first(self) -> Any:
        return self.shop.charge(50_000)["id"]

    @rule(
        target=charges, number=st.sampled_from(NUMBERS), amount=st.integers(2_000, 60_000), currency=st.sampled_from(("thb", "usd")),
        capture=st.booleans(), partly=st.booleans(), authenticate=st.booleans(),
    )  # fmt: skip
    def pay(self, number: str, amount: int, currency: str, capture: bool, partly: bool, authenticate: bool) -> Any:
        params: dict[str, Any] = {"capture": capture, **({"authorization_type": "pre_auth"} if partly else {})}
        if authenticate:
            params["return_uri"] = "http://127.0.0.1:1/back"
        return self.shop.charge(amount, number, currency, **params)["id"]

    @rule(target=charges, kind=st.sampled_from(("promptpay", "truemoney", "internet_banking_bay")), amount=st.integers(2_000, 60_000))
    def pay_by_a_source(self, kind: str, amount: int) -> Any:
        return self.shop.ok("POST", "/charges", {"amount": amount, "currency": "thb", "source": {"type": kind}})["id"]

    @rule(charge=charges, verb=st.sampled_from(("reverse", "expire", "mark_as_paid", "mark_as_failed", "disputes")))
    def do_to_a_charge(self, charge: str, verb: str) -> None:
        self.attempt("POST", f"/charges/{charge}/{verb}")

    @rule(charge=charges, amount=st.one_of(st.none(), amounts))
    def capture(self, charge: str, amount: int | None) -> None:
        self.attempt("POST", f"/charges/{charge}/capture", {"capture_amount": amount})

    @rule(charge=charges, amount=amounts, whole=st.booleans(), void=st.booleans())
    def refund(self, charge: str, amount: int, whole: bool, void: bool) -> None:
        kept: Charge = self.shop.merchant.get("omise", Charge, charge)
        self.attempt("POST", f"/charges/{charge}/refunds", {"amount": kept.captured if whole else amount, "void": void})

    @rule(charge=charges, verdict=st.sampled_from(("pass", "fail")))
    def payer_answers(self, charge: str, verdict: str) -> None:
        self.bank(lambda bank, merchant: bank.authenticate(merchant, charge, verdict))

    @rule(data=st.data(), verb=st.sampled_from(("", "/accept", "/close")), status=st.sampled_from(("won", "lost")))
    def do_to_a_dispute(self, data: st.DataObject, verb: str, status: str) -> None:
        found = list(self.shop.merchant.store.shelf("omise", Dispute).rows.values())
        if found:
            dispute = found[data.draw(st.integers(0, len(found) - 1))]
            self.attempt("PATCH", f"/disputes/{dispute.id}{verb}", {"message": "Signed for", "status": status})

    @rule(amount=amounts, verb=st.sampled_from(("mark_as_sent", "mark_as_paid", "")))
    def send_money(self, amount: int, verb: str) -> None:
        answer = self.attempt("POST", "/transfers", {"amount": amount})
        if answer.status == 200 and verb:
            self.attempt("POST", f"/transfers/{answer['id']}/{verb}")

    @rule()
    def stripe_is_paid_too(self) -> None:
        self.shop.pay("pm_card_createDispute")

    @rule(seconds=st.sampled_from((1, 90, 3600, DAY, 7 * DAY, 15 * DAY, 61 * DAY, 366 * DAY)))
    def time_passes(self, seconds: int) -> None:
        self.shop.advance(seconds=seconds)

    # How they do it

    def attempt(self, method: str, path: str, params: dict[str, Any] | None = None) -> Answer:
        """A call that may be refused, and then leaves no trace."""
        return self.no_trace_if_refused(lambda: self.shop.omise(method, path, params))

    # What is always true

    @invariant()
    def each_provider_keeps_its_own_books(self) -> None:
        ledger = self.shop.merchant.ledger
        sums: Counter[tuple[str, str]] = Counter()
        for (_, provider, currency), held in ledger.balances.items():
            sums[provider, currency] += held
        assert not any(sums.values())
        assert {currency for provider, currency in sums if provider == "omise"} <= {"thb"}

    @invariant()
    def the_balance_is_the_sum_of_its_transactions(self) -> None:
        rows: list[Any] = []
        while True:
            page = self.shop.ok("GET", "/transactions", {"limit": 100, "offset": len(rows)})
            rows += page["data"]
            if len(rows) == page["total"]:
                break
        balance = self.shop.ok("GET", "/balance")
        sums: Counter[bool] = Counter()
        for row in rows:
            assert row["amount"] > 0
            sums[row["transferable_at"] <= balance["created_at"]] += row["amount"] if row["direction"] == "credit" else -row["amount"]
        assert (balance["transferable"], balance["total"]) == (sums[True], sums[True] + sums[False])

    @invariant()
    def no_more_is_refunded_than_was_captured(self) -> None:
        store = self.shop.merchant.store
        paid: Counter[str] = Counter()
        for refund in store.shelf("omise", Refund).rows.values():
            paid[refund.charge_id] += refund.amount
        for charge in store.shelf("omise", Charge).rows.values():
            assert 0 <= charge.refunded <= charge.captured <= charge.amount
            assert charge.refunded == paid[charge.id]
            assert charge.captured + charge.released in (0, charge.amount)

    @invariant()
    def the_bank_holds_what_open_disputes_claim(self) -> None:
        merchant = self.shop.merchant
        held = 0
        for dispute in merchant.store.shelf("omise", Dispute).rows.values():
            if dispute.status in ("open", "pending"):
                held += money.funded(merchant.get("omise", Charge, dispute.charge_id), dispute.amount)
        assert self.shop.money("dispute:held") == held >= 0
