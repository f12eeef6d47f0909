"""A platform at Stripe, two sellers connected to it, their customers, banks and the calendar: whose money is whose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from sandbox.core.branches import books, split
from sandbox.core.records import Charge, Dispute, Entry, Refund
from sandbox.providers.stripe.records import ApplicationFee, FeeRefund, PaymentIntent, Payout, PlatformTransfer, TransferReversal
from tests.contract.drivers.base import Walk
from tests.contract.drivers.stripe import FINAL
from tests.harness import DAY, Answer

WAYS = (
    "pm_card_bypassPending", "pm_card_visa", "pm_card_refundFail", "pm_card_createDispute", "pm_usBankAccount_success",
    "pm_usBankAccount_dispute", "pm_usBankAccount_accountClosed",
)  # fmt: skip
MANDATE = {"customer_acceptance": {"type": "offline"}}
SETTLED_BACK = ("pending", "sent", "requires_action", "returned", "succeeded")  # refunds whose money has left
amounts = st.one_of(st.none(), st.integers(1, 3_000))
flags = st.booleans()
sellers = st.integers(0, 1)


class ConnectWalk(Walk):
    """Money goes to sellers and comes back, by every road there is."""

    provider = "stripe"
    final = FINAL
    outcomes = (200, 400, 402)
    sellers: tuple[str, ...]

    @initialize(patient=st.booleans())
    def two_sellers(self, patient: bool) -> None:
        """Whose refunds are sent at once, or wait until there is money for them."""
        if patient:
            self.shop.control("POST", "/settings", {"providers": {"stripe": {"low_balance": "wait"}}})
        wanted = {"external_account": "btok_us", "settings": {"payouts": {"schedule": {"interval": "weekly", "weekly_anchor": "friday"}}}}
        self.sellers = tuple(self.shop.post("/v1/accounts", wanted).body["id"] for _ in range(2))
        for way in WAYS[0], WAYS[4]:  # so that there is something to fight for from the start
            self.pay(way, 3_000, 0, 301, None, 1)

    # Who does what

    @rule(way=st.sampled_from(WAYS), amount=st.integers(50, 3_000), seller=sellers, fee=amounts, part=amounts, how=st.integers(0, 3))
    def pay(self, way: str, amount: int, seller: int, fee: int | None, part: int | None, how: int) -> None:
        """A destination charge with a fee or with a part, a direct charge, or one that is nobody else's."""
        account = self.sellers[seller]
        terms: dict[str, Any] = {"amount": amount, "currency": "usd", "payment_method": way, "confirm": True}
        if way.startswith("pm_usBank"):
            terms["mandate_data"] = MANDATE
        if how == 0:
            terms["transfer_data"] = {"destination": account, **({"amount": part} if part else {})}
        elif how == 1:
            terms.update(transfer_data={"destination": account}, **({"application_fee_amount": fee} if fee else {}))
        elif how == 2:
            terms.update({"application_fee_amount": fee} if fee else {})
        self.post("/v1/payment_intents", terms, account if how == 2 else "")

    @rule(data=st.data(), amount=amounts, back=flags, fee=flags)
    def refund(self, data: st.DataObject, amount: int | None, back: bool, fee: bool) -> None:
        """Of any charge, also of what a seller has received, by whoever has it."""
        charge = self.any_of(data, Charge)
        if charge is not None:
            wanted = {"charge": charge.id, "reverse_transfer": back, "refund_application_fee": fee}
            self.post("/v1/refunds", {**wanted, **self.maybe(amount)}, split(charge.provider)[1])

    @rule(seller=sellers, amount=st.integers(1, 3_000))
    def transfer(self, seller: int, amount: int) -> None:
        self.post("/v1/transfers", {"amount": amount, "currency": "usd", "destination": self.sellers[seller]})

    @rule(data=st.data(), amount=amounts, fee=flags)
    def reverse(self, data: st.DataObject, amount: int | None, fee: bool) -> None:
        moved = self.any_of(data, PlatformTransfer)
        if moved is not None:
            self.post(f"/v1/transfers/{moved.id}/reversals", {"refund_application_fee": fee, **self.maybe(amount)})

    @rule(data=st.data(), amount=amounts)
    def refund_fee(self, data: st.DataObject, amount: int | None) -> None:
        fee = self.any_of(data, ApplicationFee)
        if fee is not None:
            self.post(f"/v1/application_fees/{fee.id}/refunds", self.maybe(amount))

    @rule(data=st.data(), order=st.permutations(("reversal", "fee", "refund")), amount=st.integers(1, 300))
    def all_of_it_comes_back(self, data: st.DataObject, order: list[str], amount: int) -> None:
        """A part of the transfer and of its fee by hand, and the whole by a refund that asks for both: whichever is first."""
        moved = self.any_of(data, PlatformTransfer)
        charge = self.shop.merchant.get("stripe", Charge, moved.charge_id) if moved is not None else None
        if charge is None:
            return
        for way in order:
            if way == "reversal":
                self.post(f"/v1/transfers/{moved.id}/reversals", {"amount": amount})
            elif way == "refund":
                wanted = {"charge": charge.id, "reverse_transfer": True}
                self.post("/v1/refunds", {**wanted, "refund_application_fee": "application_fee" in charge.details})
            elif "application_fee" in charge.details:
                self.post(f"/v1/application_fees/{charge.details['application_fee']}/refunds", {"amount": amount})

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        intent = self.any_of(data, PaymentIntent)
        if intent is not None:
            self.post(f"/v1/payment_intents/{intent.id}/cancel", {}, split(intent.provider)[1])

    @rule(data=st.data(), verdict=st.sampled_from(("succeed", "fail", "cancel")))
    def bank_settles_a_refund(self, data: st.DataObject, verdict: str) -> None:
        refund = self.any_of(data, Refund)
        if refund is not None:
            self.bank(lambda bank, merchant: bank.settle_refund(merchant, refund, verdict, None))

    @rule(data=st.data(), amount=amounts)
    def holder_disputes(self, data: st.DataObject, amount: int | None) -> None:
        charge = self.any_of(data, Charge)
        if charge is not None:
            self.bank(lambda bank, merchant: bank.open_dispute(merchant, charge, None, amount, "chargeback", None))

    @rule(data=st.data(), verdict=st.sampled_from(("win", "lose")))
    def bank_decides(self, data: st.DataObject, verdict: str) -> None:
        dispute = self.any_of(data, Dispute)
        if dispute is not None:
            self.bank(lambda bank, merchant: bank.decide(merchant, dispute, verdict))

    @rule(whose=st.integers(0, 2), amount=st.integers(1, 3_000))
    def pay_out(self, whose: int, amount: int) -> None:
        self.post("/v1/payouts", {"amount": amount, "currency": "usd"}, ("", *self.sellers)[whose])

    @rule(data=st.data(), how=st.sampled_from(("cancel", "reverse")))
    def call_a_payout_back(self, data: st.DataObject, how: str) -> None:
        payout = self.any_of(data, Payout)
        if payout is not None:
            self.post(f"/v1/payouts/{payout.id}/{how}", {}, split(payout.provider)[1])

    @rule(seconds=st.sampled_from((5, 3_600, DAY, 3 * DAY, 6 * DAY, 9 * DAY)))
    def time_passes(self, seconds: int) -> None:
        self.shop.advance(seconds=seconds)

    # How they do it

    def any_of(self, data: st.DataObject, kind: type) -> Any:
        """One of anybody's records, or None if there are none; drawn by place, so that a run can be repeated."""
        found = list(self.everybodys(kind))
        return found[data.draw(st.integers(0, len(found) - 1))] if found else None

    def everybodys(self, kind: type) -> Iterator[Any]:
        return self.shop.merchant.store.all(kind)

    def maybe(self, amount: int | None) -> dict[str, int]:
        return {} if amount is None else {"amount": amount}

    def post(self, path: str, params: dict[str, Any], account: str = "") -> Answer:
        headers = {"headers": {"stripe-account": account}} if account else {}
        return self.no_trace_if_refused(lambda: self.shop.post(path, params, **headers))

    # What is always true

    @invariant()
    def each_accounts_own_books_balance(self) -> None:
        """Not only all of them together."""
        sums: Counter[tuple[str, str]] = Counter()
        for (_, of, currency), balance in self.shop.merchant.ledger.balances.items():
            sums[of, currency] += balance
        assert not any(sums.values()), sums

    @invariant()
    def a_balance_is_the_sum_of_its_statement_lines(self) -> None:
        merchant = self.shop.merchant
        lines: Counter[tuple[str, str]] = Counter()
        for entry in self.everybodys(Entry):
            side = "pending" if entry.available_at > merchant.now else "available"
            lines[f"merchant:{side}", entry.provider] += entry.amount - entry.fee
        for account in ("", *self.sellers):
            for side in ("merchant:pending", "merchant:available"):
                of = books("stripe", account)
                assert self.shop.balance(side, provider=of) == lines.pop((side, of), 0)
        assert not any(lines.values())

    @invariant()
    def nothing_is_transferred_back_twice(self) -> None:
        """Both sides tell the same sums, and never more than was sent."""
        back: Counter[str] = Counter()
        for reversal in self.everybodys(TransferReversal):
            back[reversal.transfer_id] += reversal.amount
        kept: Counter[str] = Counter()
        for moved in self.everybodys(PlatformTransfer):
            payment = self.shop.merchant.anywhere("stripe", Charge, moved.payment_id)
            assert 0 <= moved.reversed == back[moved.id] == payment.refunded <= moved.amount == payment.captured
            kept[moved.account_id] += moved.amount - moved.reversed
        assert self.shop.balance("connected:transfers") == kept.total()
        for account in self.sellers:
            assert self.shop.balance("platform:transfers", provider=books("stripe", account)) == -kept[account]

    @invariant()
    def what_goes_back_is_never_available_before_what_it_is_a_part_of(self) -> None:
        """On both sides."""
        merchant = self.shop.merchant
        lines = {entry.id: entry.available_at for entry in self.everybodys(Entry)}
        for reversal in self.everybodys(TransferReversal):
            moved = merchant.get("stripe", PlatformTransfer, reversal.transfer_id)
            assert lines[reversal.entry_id] >= lines[moved.entry_id]
            payment, returned = (
                merchant.anywhere("stripe", *what) for what in ((Charge, moved.payment_id), (Refund, reversal.payment_refund_id))
            )
            assert lines[returned.entry_id] >= lines[payment.entry_id]
        theirs = {entry.source_id: entry.available_at for entry in self.everybodys(Entry) if entry.category == "fee"}
        for returned in self.everybodys(FeeRefund):
            fee = merchant.get("stripe", ApplicationFee, returned.fee_id)
            assert lines[returned.entry_id] >= lines[fee.entry_id]
            payment = merchant.anywhere("stripe", Charge, fee.payment_id)
            assert theirs[returned.id] >= lines.get(payment.entry_id, 0)

    @invariant()
    def no_fee_is_given_back_twice(self) -> None:
        back: Counter[str] = Counter()
        for returned in self.everybodys(FeeRefund):
            back[returned.fee_id] += returned.amount
        kept: Counter[str] = Counter()
        to_come: Counter[str] = Counter()  # profile network: the platform earns when the charge is made, the seller pays when it clears
        for fee in self.everybodys(ApplicationFee):
            assert 0 <= fee.refunded == back[fee.id] <= fee.amount
            kept[fee.account_id] += fee.amount - fee.refunded
            if self.shop.merchant.anywhere("stripe", Charge, fee.payment_id).status == "clearing":
                to_come[fee.account_id] += fee.amount
        assert self.shop.balance("connected:fees") == -kept.total()
        for account in self.sellers:
            paid = kept[account] - to_come[account]
            assert self.shop.balance("fees:application", provider=books("stripe", account)) == paid

    @invariant()
    def no_more_is_refunded_than_was_captured(self) -> None:
        gone: Counter[str] = Counter()
        for refund in self.everybodys(Refund):
            if refund.status in SETTLED_BACK:
                gone[refund.charge_id] += refund.amount
        for charge in self.everybodys(Charge):
            assert 0 <= charge.refunded == gone[charge.id] <= charge.captured

    @invariant()
    def what_a_refund_names_is_there(self) -> None:
        """A reversal is never promised and not made."""
        reversals = {reversal.id: reversal for reversal in self.everybodys(TransferReversal)}
        for refund in self.everybodys(Refund):
            named = refund.details.get("transfer_reversal")
            assert not named or reversals[named].refund_id == refund.id
