"""How a booking server's answers are judged (2.7, 2.8): refusals, faults, and what is wrong with an answer that is used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.providers.google_bookings.answers import CAUSES
from tests.providers.google_bookings.venue import SLOT, Venue, agreeable, deposit, prepayment

Venues = Callable[..., Venue]


def answering(venues: Venues, method: str, answer: Any) -> Venue:
    """A venue whose booking server answers one method so, and says yes to the others."""
    return venues(server=lambda asked, body: answer if asked == method else agreeable(asked, body))


def codes(booking: Any) -> list[str]:
    return [finding["code"] for finding in booking["findings"]]


@pytest.mark.parametrize("cause", sorted(CAUSES))
def test_2_8_a_booking_failure_is_a_business_refusal(venues: Venues, cause: str) -> None:
    more = {"rejected_card_type": "JCB"} if cause == "PAYMENT_ERROR_CARD_TYPE_REJECTED" else {}
    more |= {"payment_failure": {"threeds1_parameters": {}}} if cause == "PAYMENT_REQUIRES_3DS1" else {}
    venue = answering(venues, "CreateBooking", {"booking_failure": {"cause": cause, "description": "no", **more}})
    venue.offer({"deposit": deposit(10)})
    booking = venue.book()
    assert (booking["status"], booking["booking_id"], booking["postings"]) == ("REFUSED", None, [])
    assert booking["failure"]["kind"] == "business_refusal"
    assert (booking["failure"]["cause"], booking["failure"]["description"]) == (cause, "no")
    assert codes(booking) == []
    assert len(venue.booker.asked("CreateBooking")) == 1, "it is not asked again"


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        ({}, "E_CAUSE_UNSPECIFIED"), ({"cause": "CAUSE_UNSPECIFIED"}, "E_CAUSE_UNSPECIFIED"), ({"cause": "NO"}, "E_CAUSE_UNKNOWN"),
        ({"cause": "PAYMENT_ERROR_CARD_TYPE_REJECTED"}, "E_REJECTED_CARD_TYPE"),
        ({"cause": "PAYMENT_ERROR_CARD_TYPE_REJECTED", "rejected_card_type": "DINERS"}, "E_REJECTED_CARD_TYPE"),
        ({"cause": "PAYMENT_REQUIRES_3DS1"}, "E_3DS_PARAMETERS"),
    ],
)  # fmt: skip
def test_2_8_a_booking_failure_may_be_wrong_itself(venues: Venues, failure: dict[str, Any], code: str) -> None:
    venue = answering(venues, "CreateBooking", {"booking_failure": failure})
    venue.offer()
    booking = venue.book()
    assert (booking["status"], codes(booking)) == ("REFUSED", [code])


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        ("BatchAvailabilityLookup", 500), ("BatchAvailabilityLookup", {}), ("BatchAvailabilityLookup", {"slot_time_availability": []}),
        ("BatchAvailabilityLookup", {"slot_time_availability": [{"available": "yes"}]}), ("CreateBooking", {}),
        ("CreateBooking", {"booking": {}}), ("CreateBooking", {"booking": {"booking_id": 7}}),
        ("CreateBooking", {"booking": {"booking_id": "b", "status": "NO_SHOW"}}), ("CreateBooking", {"booking_failure": "no"}),
        ("CreateBooking", 302), ("CreateBooking", 500),
    ],
)  # fmt: skip
def test_whatever_cannot_be_used_is_an_infrastructure_fault(venues: Venues, method: str, answer: Any) -> None:
    venue = answering(venues, method, answer)
    venue.offer({"deposit": deposit(10)}, prepayment=prepayment(5))
    booking = venue.book()
    assert (booking["status"], booking["failure"]["kind"], booking["failure"]["call"]) == ("FAILED", "infrastructure_fault", method)
    assert (booking["booking_id"], booking["postings"], booking["mismatches"]) == (None, [], [])


def test_a_slot_that_is_taken_is_refused_before_anybody_books(venues: Venues) -> None:
    venue = answering(venues, "BatchAvailabilityLookup", {"slotTimeAvailability": [{"available": False}]})
    venue.offer()
    booking = venue.book()
    assert (booking["status"], booking["failure"]["cause"]) == ("REFUSED", "SLOT_UNAVAILABLE")
    assert venue.booker.calls == ["BatchAvailabilityLookup"]


ASKED: dict[str, Any] = {
    "merchant_id": "m-9", "service_id": "dinner", "start_sec": str(SLOT), "duration_sec": "5400",
    "resources": {"party_size": 4, "room_id": "r-1", "staff_id": "s-1"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("slot", "wrong"),
    [
        (None, []), ({}, []), (ASKED, []), ({**ASKED, "start_sec": SLOT, "duration_sec": 5_400}, []), ({"start_sec": None}, []),
        ({"resources": {"party_size": "4"}}, []), ({"resources": None}, []), ({**ASKED, "availability_tag": "own"}, []),
        ({"merchant_id": "m-8"}, ["merchant_id"]), ({"service_id": "lunch"}, ["service_id"]), ({"start_sec": "5"}, ["start_sec"]),
        ({"duration_sec": "60"}, ["duration_sec"]), ({"resources": {"party_size": 2}}, ["party_size"]),
        ({"resources": {"room_id": "r-2"}}, ["room_id"]), ({"resources": {"staff_id": "s-2"}}, ["staff_id"]),
        ({"startSec": "5", "serviceId": "lunch"}, ["service_id", "start_sec"]), ("dinner", ["no object"]),
    ],
)  # fmt: skip
def test_2_7_an_answer_about_another_slot_is_taken_with_a_finding(venues: Venues, slot: Any, wrong: list[str]) -> None:
    venue = answering(venues, "CreateBooking", {"booking": {"booking_id": "b-1", "slot": slot}})
    venue.offer({}, resources={"party_size": 4, "room_id": "r-1", "staff_id": "s-1"})
    booking = venue.book(party_size=4)
    assert (booking["status"], codes(booking)) == ("CONFIRMED", ["E_SLOT"] * len(wrong))
    assert all(name in finding["message"] for name, finding in zip(wrong, booking["findings"], strict=True))


def test_keys_may_be_camel_case(venues: Venues) -> None:
    venue = answering(venues, "CreateBooking", {"booking": {"bookingId": "b-7", "paymentInformation": {"prepaymentStatus": "X"}}})
    venue.offer()
    booking = venue.book()
    assert (booking["booking_id"], booking["status"], codes(booking)) == ("b-7", "CONFIRMED", ["E_PREPAYMENT_STATUS"])


def paid(status: str = "PREPAYMENT_PROVIDED", micros: str = "30000000", transaction: str = "t-1") -> dict[str, Any]:
    info = {"prepayment_status": status, "price": {"price_micros": micros}, "payment_transaction_id": transaction}
    return {"booking": {"booking_id": "b-1", "payment_information": info}}


@pytest.mark.parametrize(
    ("answer", "found", "status", "mismatches"),
    [
        (paid(), [], "PREPAYMENT_PROVIDED", []),
        (paid(micros="31000000"), ["E_PRICE"], "PREPAYMENT_PROVIDED", []),
        (paid(transaction=""), ["W_TRANSACTION_ID"], "PREPAYMENT_PROVIDED", []),
        (paid("PREPAYMENT_NOT_PROVIDED"), [], "PREPAYMENT_NOT_PROVIDED", [("B1", "charge_missing")]),
        (paid("PREPAYMENT_STATUS_UNSPECIFIED"), [], "PREPAYMENT_NOT_PROVIDED", [("B1", "charge_missing")]),
        (paid("PREPAYMENT_REFUNDED"), ["E_PREPAYMENT_STATUS"], "PREPAYMENT_NOT_PROVIDED", [("B1", "charge_missing")]),
        (paid("PREPAYMENT_CREDITED"), [], "PREPAYMENT_CREDITED", [("B1", "charge_missing")]),
        (paid("PREPAYMENT_LOST"), ["E_PREPAYMENT_STATUS"], "PREPAYMENT_NOT_PROVIDED", [("B1", "charge_missing")]),
    ],
    ids=lambda value: value["booking"]["payment_information"]["prepayment_status"] if isinstance(value, dict) else None,
)  # fmt: skip
def test_2_8_what_the_answer_says_of_the_prepayment(
    venues: Venues, answer: Any, found: list[str], status: str, mismatches: list[tuple[str, str]]
) -> None:
    """What a partner says it did not take was not taken, by an automatic processor either."""
    venue = answering(venues, "CreateBooking", answer)
    venue.offer({}, prepayment=prepayment(30))
    booking = venue.book()
    assert (codes(booking), booking["prepayment_status"], venue.wrong(booking)) == (found, status, mismatches)
    assert venue.moved(booking) == ([("prepayment_charge", 30, "B1")] if status == "PREPAYMENT_PROVIDED" else [])


def test_a_prepayment_that_nobody_asked_for(venues: Venues) -> None:
    venue = answering(venues, "CreateBooking", paid())
    venue.offer()
    assert codes(venue.book()) == ["E_PREPAYMENT_UNASKED"]


def test_2_8_pending_is_only_for_bookings_without_payments(venues: Venues) -> None:
    venue = answering(venues, "CreateBooking", {"booking": {"booking_id": "b-1", "status": "PENDING_MERCHANT_CONFIRMATION"}})
    venue.offer()
    assert codes(venue.book()) == []
    venue.offer({"deposit": deposit(10)})
    booking = venue.book()
    assert (booking["status"], booking["postings"]) == ("PENDING_MERCHANT_CONFIRMATION", [])
    assert codes(booking) == ["E_PENDING_WITH_PAYMENT", "E_BOOKING_ID_TWICE"]


@pytest.mark.parametrize("keeps", [True, False])
def test_2_7_the_same_token_must_name_the_same_booking(venues: Venues, keeps: bool) -> None:
    """Asked again by hand: another booking_id is found, and changes nothing."""
    made: list[str] = []

    def server(method: str, body: dict[str, Any]) -> Any:
        if method == "CreateBooking":
            made.append(f"b-{1 if keeps else len(made)}")
            return {"booking": {"booking_id": made[-1]}}
        return agreeable(method, body)

    venue = venues(server=server)
    venue.offer()
    booking = venue.book()
    row = venue.ok("GET", "/deliveries", root="")["data"][1]
    venue.ok("POST", f"/deliveries/{row['id']}/resend", {}, root="")
    venue.settle()
    shown = venue.look(booking)
    assert (len(made), shown["booking_id"], shown["status"]) == (2, booking["booking_id"], "CONFIRMED")
    assert codes(shown) == ([] if keeps else ["E_TOKEN_TWICE"])


def test_an_answer_with_a_booking_and_a_failure_is_a_failure(venues: Venues) -> None:
    venue = answering(venues, "CreateBooking", {"booking": {"booking_id": "b"}, "booking_failure": {"cause": "PAYMENT_ERROR"}})
    venue.offer()
    booking = venue.book()
    assert (booking["status"], codes(booking)) == ("REFUSED", ["E_BOTH"])


@pytest.mark.parametrize("answer", [500, {}, {"booking_failure": {"cause": "BOOKING_NOT_CANCELLABLE"}}], ids=["500", "empty", "refused"])
@pytest.mark.parametrize("verb", ["cancel", "modify"])
def test_a_cancellation_or_change_that_comes_to_nothing_leaves_the_booking(venues: Venues, verb: str, answer: Any) -> None:
    venue = answering(venues, "UpdateBooking", answer)
    venue.offer({"deposit": deposit(10)})
    booking = venue.book(party_size=2)
    shown = venue.do(booking, verb, {"party_size": 3} if verb == "modify" else {})
    assert (shown["status"], shown["party_size"], shown["failure"]["call"]) == ("CONFIRMED", 2, "UpdateBooking")
    kind = "business_refusal" if isinstance(answer, dict) and answer else "infrastructure_fault"
    assert (shown["failure"]["kind"], venue.moved(booking)) == (kind, [("deposit_charge", 10, "B1")])


def test_a_cancellation_that_is_answered_with_another_status(venues: Venues) -> None:
    venue = answering(venues, "UpdateBooking", {"booking": {"status": "CONFIRMED"}})
    venue.offer()
    shown = venue.do(venue.book(), "cancel")
    assert (shown["status"], codes(shown)) == ("CANCELED", ["E_STATUS"])


def test_a_cancellation_may_answer_that_the_prepayment_went_back(venues: Venues) -> None:
    info = {"prepayment_status": "PREPAYMENT_REFUNDED", "payment_transaction_id": "r-1"}
    venue = answering(venues, "UpdateBooking", {"booking": {"status": "CANCELED", "payment_information": info}})
    venue.offer({}, prepayment=prepayment(30))
    shown = venue.do(venue.book(), "cancel")
    assert (shown["prepayment_status"], shown["payment_transaction_id"], shown["mismatches"]) == ("PREPAYMENT_REFUNDED", "r-1", [])
    assert venue.moved(shown)[1:] == [("prepayment_refund", 30, "P1")]
