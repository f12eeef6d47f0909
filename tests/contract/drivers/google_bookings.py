"""A venue with deposits, prepayments and no-show fees, its guests, its booking server and the calendar."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, initialize, invariant, multiple, rule

from sandbox.core.records import Charge, Refund
from sandbox.providers.google_bookings.assumed import GOOGLE_BOOKINGS
from sandbox.providers.google_bookings.due import CHARGE_KINDS, entitled
from sandbox.providers.google_bookings.notifications import KNOWN
from sandbox.providers.google_bookings.records import Booking, Prepayment
from tests.contract.drivers.base import Walk
from tests.harness import DAY, Answer
from tests.providers.google_bookings.venue import HOUR, SLOT, Venue, deposit, fee, prepayment

FINAL = {
    Booking: {"CANCELED", "REFUSED", "FAILED", "DECLINED_BY_MERCHANT", "LAPSED"},
    Prepayment: {"PREPAYMENT_REFUNDED", "PREPAYMENT_CREDITED"},
    Charge: {"charged"}, Refund: {"refunded"},
}  # fmt: skip
SCRIPTS: tuple[dict[str, str], ...] = (
    {}, {}, {}, {"CreateBooking": "unpaid"}, {"CreateBooking": "500"}, {"CreateBooking": "PAYMENT_ERROR_CARD_DECLINED"},
    {"BatchAvailabilityLookup": "taken"}, {"UpdateBooking": "BOOKING_NOT_CANCELLABLE"}, {"UpdateBooking": "refund"},
    {"UpdateBooking": "garbage"},
)  # fmt: skip
KINDS = (*CHARGE_KINDS.values(), "prepayment_refund", "deposit_refund")


class BookingsWalk(Walk):
    """A partner whose generation and posting change under way, and whose booking server has its moods."""

    provider = GOOGLE_BOOKINGS
    shop_of = Venue
    final = FINAL
    outcomes = (200, 400, 409, 422)
    without_trace = (400, 409, 422)
    bookings = Bundle("bookings")

    # Who does what

    @initialize(target=bookings)
    def first(self) -> Any:
        self.shop.merchants()
        lead = {"rules": {"min_advance_online_canceling": DAY}}
        self.shop.service(**lead, deposit=deposit(20, 4 * HOUR, "PER_PERSON"), no_show_fee=fee(12.5, "PER_PERSON"))
        self.shop.slots(
            {"resources": {"party_size": 2}}, {"resources": {"party_size": 4}, "prepayment": prepayment(9.99, "PER_PERSON")},
            {"start_sec": SLOT + DAY, "resources": {"party_size": 2}},
        )
        return self.shop.book(party_size=4)

    @rule(target=bookings, party=st.sampled_from((2, 4, 5)))
    def book(self, party: int) -> Any:
        answer = self.attempt("POST", "", self.shop.pick(party_size=party), also=(404,))
        return answer.body if answer.status == 200 and answer.body["booking_id"] else multiple()

    @rule(
        script=st.sampled_from(SCRIPTS), posting=st.sampled_from(("auto", "auto", "manual")),
        generation=st.sampled_from(("legacy", "google_processed")),
    )  # fmt: skip
    def partner_changes(self, script: dict[str, str], posting: str, generation: str) -> None:
        self.shop.register(answers=script, posting=posting, generation=generation)

    @rule(booking=bookings)
    def user_cancels(self, booking: Any) -> None:
        self.attempt("POST", f"/{booking['id']}/cancel", {})

    @rule(booking=bookings, change=st.sampled_from(({"party_size": 2}, {"party_size": 4}, {"start_sec": SLOT + DAY, "party_size": 2})))
    def user_modifies(self, booking: Any, change: dict[str, int]) -> None:
        self.attempt("POST", f"/{booking['id']}/modify", change, also=(404,))

    @rule(booking=bookings, outcome=st.sampled_from(("attended", "no_show")))
    def the_guest(self, booking: Any, outcome: str) -> None:
        self.attempt("POST", f"/{booking['id']}/attendance", {"outcome": outcome})

    @rule(booking=bookings, kind=st.sampled_from(KINDS), cents=st.integers(1, 9_000))
    def partner_posts(self, booking: Any, kind: str, cents: int) -> None:
        self.attempt("POST", f"/{booking['id']}/postings", {"kind": kind, "amount": cents * 10_000})

    @rule(booking=bookings, status=st.sampled_from(KNOWN))
    def partner_notifies(self, booking: Any, status: str) -> None:
        self.no_trace_if_refused(lambda: self.shop.notify(booking, "status", status=status))

    @rule(booking=bookings)
    def partner_refunds(self, booking: Any) -> None:
        info = {"prepaymentStatus": "PREPAYMENT_REFUNDED", "paymentTransactionId": "t-9"}
        self.no_trace_if_refused(lambda: self.shop.notify(booking, "paymentInformation", paymentInformation=info))

    @rule(booking=bookings, party=st.integers(1, 6))
    def partner_changes_the_party(self, booking: Any, party: int) -> None:
        self.no_trace_if_refused(lambda: self.shop.notify(booking, "partySize", partySize=str(party)))

    @rule(data=st.data(), cents=st.one_of(st.none(), st.integers(1, 3_000)))
    def venue_gives_back_by_hand(self, data: st.DataObject, cents: int | None) -> None:
        charges = self.all_of(Charge)
        if charges:
            charge = charges[data.draw(st.integers(0, len(charges) - 1))]
            self.bank(lambda bank, merchant: bank.refund(merchant, charge, cents, None))

    @rule(seconds=st.sampled_from((90, HOUR, 10 * HOUR, DAY, 3 * DAY, 9 * DAY)))
    def time_passes(self, seconds: int) -> None:
        self.shop.advance(seconds=seconds)

    # How they do it

    def attempt(self, method: str, path: str, body: Any, also: tuple[int, ...] = ()) -> Answer:
        """A control call that may be refused, and then leaves no trace."""
        answers: list[Answer] = []

        def ask() -> Answer:
            answers.append(self.shop.steer(method, path, body))
            return answers[0]._replace(status=422) if answers[0].status in also else answers[0]

        self.no_trace_if_refused(ask)
        return answers[0]

    # What is always true

    @invariant()
    def no_more_goes_back_than_was_taken(self) -> None:
        paid: Counter[str] = Counter()
        for refund in self.all_of(Refund):
            paid[refund.charge_id] += refund.amount
        for charge in self.all_of(Charge):
            assert 0 <= charge.refunded == paid[charge.id] <= charge.captured == charge.amount

    @invariant()
    def the_books_hold_what_was_posted(self) -> None:
        net = sum(charge.captured - charge.refunded for charge in self.all_of(Charge))
        assert self.shop.money() == net == -self.shop.money("network:clearing")

    @invariant()
    def every_posting_is_its_bookings(self) -> None:
        """Once, in order, and none is lost."""
        listed = [key for booking in self.all_of(Booking) for key in booking.postings]
        assert sorted(listed) == sorted(record.id for kind in (Charge, Refund) for record in self.all_of(kind))

    @invariant()
    def an_automatic_processor_takes_what_the_terms_allow(self) -> None:
        """And each payment type once."""
        for booking in self.all_of(Booking):
            taken: Counter[str] = Counter()
            for charge in self.shop.merchant.store.shelf(GOOGLE_BOOKINGS, Charge).of("parent_id", booking.id):
                if charge.details["cause"] != "partner":
                    taken[charge.details["kind"]] += 1
            assert all(count == 1 for count in taken.values())
            assert all(entitled(booking, name) > 0 for name, kind in CHARGE_KINDS.items() if taken[kind])

    @invariant()
    def no_booking_waits_for_an_answer(self) -> None:
        assert all(not booking.call_id for booking in self.all_of(Booking))
