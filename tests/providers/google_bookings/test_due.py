"""The time rules of the reference (2.6), row by row: what an automatic processor posts, and what a manual one is held to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.providers.google_bookings.due import DUE
from sandbox.providers.google_bookings.terms import TYPES
from tests.providers.google_bookings.venue import HOUR, Venue, deposit, fee, prepayment

Venues = Callable[..., Venue]
RULES = {"min_advance_online_canceling": 24 * HOUR}
OFFERS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "none": ({}, {}),
    "prepayment": ({}, {"prepayment": prepayment(30)}),
    "no_show_fee": ({"no_show_fee": fee(20, "PER_PERSON")}, {}),
    "deposit": ({"deposit": deposit(50, 4 * HOUR)}, {}),
    "card_only": ({"require_credit_card": "REQUIRE_CREDIT_CARD_ALWAYS"}, {}),
}
PAID, BACK = ("prepayment_charge", 30, "B1"), ("prepayment_refund", 30, "P1")
HELD = ("deposit_charge", 50, "B1")
REFUND = {"paymentInformation": {"prepaymentStatus": "PREPAYMENT_REFUNDED", "paymentTransactionId": "r-1"}}


def booked(venue: Venue, type: str) -> Any:
    service, slot = OFFERS[type]
    venue.offer({"rules": RULES, **service}, **slot, resources={"party_size": 4})
    return venue.book(party_size=4)


def by_notification(venue: Venue, booking: Any) -> Any:
    return venue.notified(booking, "status", status="CANCELED")


def online(venue: Venue, booking: Any) -> Any:
    return venue.do(booking, "cancel")


def missed(venue: Venue, booking: Any) -> Any:
    return venue.do(booking, "attendance", {"outcome": "no_show"})


def attended(venue: Venue, booking: Any) -> Any:
    return venue.do(booking, "attendance", {"outcome": "attended"})


def nothing(venue: Venue, booking: Any) -> Any:
    return venue.look(booking)


# (row, type, hours before the slot, what is done, settings, status, postings, mismatches)
ROWS = [
    ("B1", "none", 100, nothing, {}, "CONFIRMED", [], []),
    ("B1", "prepayment", 100, nothing, {}, "CONFIRMED", [PAID], []),
    ("B1", "no_show_fee", 100, nothing, {}, "CONFIRMED", [], []),
    ("B1", "deposit", 100, nothing, {}, "CONFIRMED", [HELD], []),
    ("B1", "card_only", 100, nothing, {}, "CONFIRMED", [], []),
    ("B2", "none", 30, online, {}, "CANCELED", [], []),
    ("B2", "prepayment", 30, online, {}, "CANCELED", [PAID], [("B2", "refund_missing")]),
    ("B2", "prepayment", 30, online, {"in_time_refund": "none"}, "CANCELED", [PAID], []),
    ("B2", "no_show_fee", 30, online, {}, "CANCELED", [], []),
    ("B2", "deposit", 30, online, {}, "CANCELED", [HELD, ("deposit_refund", 50, "B2")], []),
    ("B2", "card_only", 30, online, {}, "CANCELED", [], []),
    ("B2", "no_show_fee", 30, by_notification, {}, "CANCELED", [], []),
    ("B2", "deposit", 30, by_notification, {}, "CANCELED", [HELD, ("deposit_refund", 50, "B2")], []),
    ("B4", "none", 10, by_notification, {}, "CANCELED", [], []),
    ("B4", "prepayment", 10, by_notification, {}, "CANCELED", [PAID], []),
    ("B4", "no_show_fee", 10, by_notification, {}, "CANCELED", [("no_show_fee", 80, "B4")], []),
    ("B4", "no_show_fee", 10, by_notification, {"late_cancel_fee": False}, "CANCELED", [], []),
    ("B4", "deposit", 10, by_notification, {}, "CANCELED", [HELD, ("deposit_refund", 50, "B4")], []),
    ("B4", "deposit", 2, by_notification, {}, "CANCELED", [HELD], []),
    ("B4", "card_only", 10, by_notification, {}, "CANCELED", [], []),
    ("B5", "none", 10, by_notification, {"notified_cancel": "own_reasons"}, "CANCELED", [], []),
    ("B5", "prepayment", 10, by_notification, {"notified_cancel": "own_reasons"}, "CANCELED", [PAID], [("B5", "refund_missing")]),
    ("B5", "no_show_fee", 2, by_notification, {"notified_cancel": "own_reasons"}, "CANCELED", [], []),
    ("B5", "deposit", 2, by_notification, {"notified_cancel": "own_reasons"}, "CANCELED", [HELD, ("deposit_refund", 50, "B5")], []),
    ("B5", "card_only", 2, by_notification, {"notified_cancel": "own_reasons"}, "CANCELED", [], []),
    ("B6", "none", -1, attended, {}, "CONFIRMED", [], []),
    ("B6", "prepayment", -1, attended, {}, "CONFIRMED", [PAID], []),
    ("B6", "no_show_fee", -1, attended, {}, "CONFIRMED", [], []),
    ("B6", "deposit", -1, attended, {}, "CONFIRMED", [HELD], []),
    ("B6", "deposit", -1, attended, {"deposit_on_attendance": "returned"}, "CONFIRMED", [HELD, ("deposit_refund", 50, "B6")], []),
    ("B6", "card_only", -1, attended, {}, "CONFIRMED", [], []),
    ("B7", "none", -1, missed, {}, "NO_SHOW", [], []),
    ("B7", "prepayment", -1, missed, {}, "NO_SHOW", [PAID], []),
    ("B7", "no_show_fee", -1, missed, {}, "NO_SHOW_PENALIZED", [("no_show_fee", 80, "B7")], []),
    ("B7", "deposit", -1, missed, {}, "NO_SHOW_PENALIZED", [HELD], []),
    ("B7", "card_only", -1, missed, {}, "NO_SHOW", [], []),
]  # fmt: skip


def name(row: tuple[Any, ...]) -> str:
    own = "".join(f"-{key}={value}" for key, value in row[4].items())
    return f"{row[0]}-{row[1]}-{row[2]}h-{row[3].__name__}{own}"


@pytest.mark.parametrize("row", ROWS, ids=map(name, ROWS))
def test_2_6_automatic_posting(venues: Venues, row: tuple[Any, ...]) -> None:
    """Status, postings with the rule that caused each, and what is still owed."""
    _, type, hours, act, own, status, postings, mismatches = row
    venue = venues(own=own)
    booking = booked(venue, type)
    venue.to(hours * HOUR)
    assert act(venue, booking)["status"] == status
    assert venue.moved(booking) == postings
    assert venue.wrong(booking) == mismatches
    assert venue.money() == sum(100 * amount * (-1 if kind.endswith("refund") else 1) for kind, amount, _ in postings)


@pytest.mark.parametrize("type", OFFERS)
def test_2_6_b3_an_online_cancellation_after_the_window_is_refused(venue: Venue, type: str) -> None:
    booking = booked(venue, type)
    venue.to(24 * HOUR - 1)
    before = venue.look(booking)
    answer = venue.steer("POST", f"/{booking['id']}/cancel", {})
    assert (answer.status, answer.error["code"]) == (409, "window_closed")
    assert answer.error["message"].startswith("OUTSIDE_CANCELLATION_WINDOW")
    assert venue.look(booking) == before


@pytest.mark.parametrize(("inclusive", "status"), [(True, 200), (False, 409)])
def test_q14_the_instant_of_the_window_itself(venues: Venues, inclusive: bool, status: int) -> None:
    venue = venues(own={"boundary_in_time": inclusive})
    booking = booked(venue, "deposit")
    venue.to(24 * HOUR)
    assert venue.steer("POST", f"/{booking['id']}/cancel", {}).status == status


def test_a_deposit_window_that_closes_before_the_cancel_window(venue: Venue) -> None:
    """172,800 and 86,400: in the middle the user may cancel online, and the deposit is lost."""
    venue.offer({"rules": RULES, "deposit": deposit(50, 48 * HOUR)})
    booking = venue.book()
    venue.to(30 * HOUR)
    assert venue.do(booking, "cancel")["status"] == "CANCELED"
    assert (venue.moved(booking), venue.wrong(booking)) == ([HELD], [])


def test_the_table_has_a_row_for_every_type_in_every_situation() -> None:
    assert set(DUE) == {(row, type) for row in ("B1", "B2", "B4", "B5", "B6", "B7") for type in TYPES}


@pytest.mark.parametrize(
    ("type", "postings", "mismatches"),
    [
        ("deposit", [HELD, ("deposit_refund", 50, "B5")], []), ("prepayment", [PAID], [("B5", "refund_missing")]), ("no_show_fee", [], []),
    ],
)  # fmt: skip
def test_a_booking_that_failed_later_owes_the_guest_what_was_taken(
    venue: Venue, type: str, postings: list[Any], mismatches: list[tuple[str, str]]
) -> None:
    booking = booked(venue, type)
    venue.to(HOUR)
    assert venue.notified(booking, "status", status="FAILED")["status"] == "FAILED"
    assert (venue.moved(booking), venue.wrong(booking)) == (postings, mismatches)


# Manual posting: the same table as a list of what is owed


def charge(kind: str, units: float) -> tuple[str, dict[str, Any]]:
    return "postings", {"kind": kind, "amount": round(units * 1_000_000)}


MANUAL = [
    ("prepayment due and not charged", "prepayment", 100, [], [("B1", "charge_missing"), ("2.8", "provided_not_charged")]),
    ("prepayment charged", "prepayment", 100, [charge("prepayment_charge", 30)], []),
    ("prepayment charged in part", "prepayment", 100, [charge("prepayment_charge", 29)], [("B1", "charge_missing")]),
    ("prepayment charged too high", "prepayment", 100, [charge("prepayment_charge", 31)], [("B1", "charged_too_much")]),
    ("prepayment given back without a word", "prepayment", 100, [charge("prepayment_charge", 30), charge("prepayment_refund", 30)],
     [("P1", "posted_not_refunded")]),
    ("a part given back stays PROVIDED", "prepayment", 100, [charge("prepayment_charge", 30), charge("prepayment_refund", 10)], []),
    ("a deposit may be charged later", "deposit", 100, [], []),
    ("a deposit charged", "deposit", 100, [charge("deposit_charge", 50)], []),
    ("a deposit charged twice", "deposit", 100, [charge("deposit_charge", 50)] * 2, [("B1", "charged_too_much")]),
    ("a deposit kept on a cancellation in time", "deposit", 30, [charge("deposit_charge", 50), ("cancel", {})], [("B2", "refund_missing")]),
    ("a deposit given back", "deposit", 30, [charge("deposit_charge", 50), ("cancel", {}), charge("deposit_refund", 50)], []),
    ("a fee before anybody missed anything", "no_show_fee", 100, [charge("no_show_fee", 80)], [("B1", "not_entitled")]),
    ("a fee of a guest who came", "no_show_fee", -1, [("attendance", {"outcome": "attended"}), charge("no_show_fee", 80)],
     [("B6", "not_entitled")]),
    ("a fee after a cancellation in time", "no_show_fee", 30, [("cancel", {}), charge("no_show_fee", 80)], [("B2", "not_entitled")]),
    ("a fee of one who did not come", "no_show_fee", -1, [("attendance", {"outcome": "no_show"}), charge("no_show_fee", 80)],
     [("B7", "no_show_not_notified")]),
    ("too high a fee", "no_show_fee", -1, [("attendance", {"outcome": "no_show"}), charge("no_show_fee", 80.01)],
     [("B7", "charged_too_much"), ("B7", "no_show_not_notified")]),
]  # fmt: skip


@pytest.mark.parametrize(("type", "hours", "acts", "mismatches"), [row[1:] for row in MANUAL], ids=[row[0] for row in MANUAL])
def test_manual_posting_is_held_to_the_terms(
    venues: Venues, type: str, hours: int, acts: list[tuple[str, dict[str, Any]]], mismatches: list[tuple[str, str]]
) -> None:
    venue = venues(posting="manual")
    booking = booked(venue, type)
    assert venue.moved(booking) == []
    venue.to(hours * HOUR)
    for verb, body in acts:
        venue.do(booking, verb, body)
    assert venue.wrong(booking) == mismatches
    assert [cause for _, _, cause in venue.moved(booking)] == ["partner"] * len(venue.moved(booking))


def test_a_mismatch_says_what_was_expected_and_posted(venues: Venues) -> None:
    venue = venues(posting="manual")
    booking = booked(venue, "prepayment")
    venue.do(booking, *charge("prepayment_charge", 31))
    (found,) = venue.look(booking)["mismatches"]
    assert (found["kind"], found["expected"], found["posted"]) == ("prepayment_charge", 30_000_000, 31_000_000)


@pytest.mark.parametrize(
    ("status", "kept", "mismatches"),
    [
        ("NO_SHOW_PENALIZED", True, []), ("NO_SHOW", True, [("Q20", "wrong_no_show_word")]),
        ("NO_SHOW_PENALIZED", False, [("Q20", "wrong_no_show_word")]), ("NO_SHOW", False, []),
    ],
)  # fmt: skip
def test_q20_the_word_says_whether_something_is_kept(venues: Venues, status: str, kept: bool, mismatches: list[tuple[str, str]]) -> None:
    venue = venues(posting="manual")
    booking = booked(venue, "no_show_fee")
    venue.to(-HOUR)
    if kept:
        venue.do(booking, *charge("no_show_fee", 80))
    venue.notified(booking, "status", status=status)
    assert venue.wrong(booking) == mismatches


def test_a_no_show_before_the_slot_begins_is_a_mismatch(venue: Venue) -> None:
    booking = booked(venue, "none")
    venue.notified(booking, "status", status="NO_SHOW")
    assert venue.wrong(booking) == [("B7", "no_show_too_early")]


def test_a_guest_who_came_and_is_notified_as_missing_is_a_mismatch(venue: Venue) -> None:
    booking = booked(venue, "none")
    venue.to(-HOUR)
    venue.do(booking, "attendance", {"outcome": "attended"})
    venue.notified(booking, "status", status="NO_SHOW")
    assert venue.wrong(booking) == [("B6", "attended_not_confirmed")]


def test_an_automatic_processor_takes_no_fee_with_the_word_without_a_penalty(venue: Venue) -> None:
    booking = booked(venue, "no_show_fee")
    venue.to(-HOUR)
    venue.notified(booking, "status", status="NO_SHOW")
    assert venue.moved(booking) == []
    venue.notified(booking, "status", status="NO_SHOW_PENALIZED")
    assert (venue.moved(booking), venue.wrong(booking)) == ([("no_show_fee", 80, "B7")], [])


# After a change of party size (2.5)


def test_2_5_a_changed_party_moves_the_fee_and_not_what_was_posted(venue: Venue) -> None:
    venue.offer({"no_show_fee": fee(20, "PER_PERSON"), "deposit": deposit(10, None, "PER_PERSON")})
    booking = venue.book(party_size=4)
    shown = venue.notified(booking, "partySize", partySize="6")
    assert (shown["party_size"], shown["terms"]["no_show_fee"], shown["terms"]["deposit"]) == (6, 120_000_000, 40_000_000)
    assert (venue.moved(booking), venue.wrong(booking)) == ([("deposit_charge", 40, "B1")], [])
    venue.to(-HOUR)
    venue.do(booking, "attendance", {"outcome": "no_show"})
    assert venue.moved(booking)[1:] == [("no_show_fee", 120, "B7")]


def test_2_5_a_smaller_party_makes_no_posting_wrong(venue: Venue) -> None:
    venue.offer({"deposit": deposit(10, None, "PER_PERSON")})
    booking = venue.book(party_size=4)
    venue.notified(booking, "partySize", partySize="2")
    assert (venue.moved(booking), venue.wrong(booking)) == ([("deposit_charge", 40, "B1")], [])


def test_what_was_owed_when_the_booking_was_canceled_stays_owed(venues: Venues) -> None:
    """The window counts at the cancellation; that it closes meanwhile lets nobody keep a deposit."""
    venue = venues(posting="manual")
    booking = booked(venue, "deposit")
    venue.do(booking, *charge("deposit_charge", 50))
    venue.to(30 * HOUR)
    venue.do(booking, "cancel")
    venue.to(HOUR)
    assert venue.wrong(booking) == [("B2", "refund_missing")]


# Prepayments move by their own word (2.8)


def test_2_8_only_the_word_refunded_brings_a_prepayment_back(venue: Venue) -> None:
    booking = booked(venue, "prepayment")
    venue.notified(booking, "status", status="CANCELED")
    assert (venue.moved(booking), venue.look(booking)["prepayment_status"]) == ([PAID], "PREPAYMENT_PROVIDED")
    shown = venue.notified(booking, "paymentInformation", **REFUND)
    assert (shown["status"], shown["prepayment_status"], shown["payment_transaction_id"]) == ("CANCELED", "PREPAYMENT_REFUNDED", "r-1")
    assert (venue.moved(booking), venue.wrong(booking)) == ([PAID, BACK], [])


def test_q27_the_word_refunded_moves_no_money_of_a_manual_partners(venues: Venues) -> None:
    venue = venues(posting="manual")
    booking = booked(venue, "prepayment")
    venue.do(booking, *charge("prepayment_charge", 30))
    venue.notified(booking, "paymentInformation", **REFUND)
    assert venue.moved(booking) == [("prepayment_charge", 30, "partner")]
    assert venue.wrong(booking) == [("P1", "refunded_not_posted")]


# The early generation: Google itself processes


@pytest.mark.parametrize("posting", ["auto", "manual"])
@pytest.mark.parametrize(
    ("hours", "act", "back", "status"),
    [
        (30, online, True, "CANCELED"), (30, by_notification, True, "CANCELED"), (10, by_notification, False, "CANCELED"),
        (10, lambda v, b: v.notified(b, "status", status="CANCELED_AUTOMATIC_REFUND"), True, "CANCELED"),
    ],
    ids=["online-in-time", "notified-in-time", "notified-late", "automatic-refund"],
)  # fmt: skip
def test_google_processed_refunds_by_itself(venues: Venues, posting: str, hours: int, act: Any, back: bool, status: str) -> None:
    venue = venues(generation="google_processed", posting=posting)
    booking = booked(venue, "prepayment")
    assert (venue.moved(booking), booking["prepayment_status"]) == ([PAID], "PREPAYMENT_PROVIDED")
    venue.to(hours * HOUR)
    shown = act(venue, booking)
    word = "PREPAYMENT_REFUNDED" if back else "PREPAYMENT_PROVIDED"
    assert (shown["status"], shown["prepayment_status"]) == (status, word)
    assert venue.moved(booking) == ([PAID, ("prepayment_refund", 30, "G1")] if back else [PAID])
    assert venue.wrong(booking) == []


def test_q27_in_the_early_generation_the_word_refunded_moves_googles_money(venues: Venues) -> None:
    venue = venues(generation="google_processed", posting="manual")
    booking = booked(venue, "prepayment")
    venue.notified(booking, "paymentInformation", **REFUND)
    assert (venue.moved(booking), venue.wrong(booking)) == ([PAID, BACK], [])


def test_terms_are_those_that_were_accepted(venue: Venue) -> None:
    """A feed that is loaded later changes nothing for a booking."""
    booking = booked(venue, "no_show_fee")
    venue.offer({"no_show_fee": fee(99)})
    assert venue.look(booking)["terms"] == booking["terms"]
    assert venue.quote()["no_show_fee"] == 99_000_000
