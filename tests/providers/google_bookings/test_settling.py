"""What the clock brings (3.2), and postings that wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.harness import DAY, START
from tests.providers.google_bookings.venue import HOUR, SLOT, Venue, deposit, fee, prepayment

Venues = Callable[..., Venue]
LATER = {"charge_timing": "CHARGE_LATER", "charge_time_before_start_time_sec": 6 * HOUR}


def timers(venue: Venue) -> list[tuple[str, int]]:
    return [(row["name"], row["due"]) for row in venue.ok("GET", "/timers", root="")["data"]]


def test_3_2_every_moment_of_a_booking_is_a_timer(venues: Venues) -> None:
    venue = venues(own={"grace_s": 600})
    rules = {"min_advance_online_canceling": 24 * HOUR}
    venue.offer({"rules": rules, "deposit": deposit(50, 4 * HOUR), "prepayment_terms": LATER}, prepayment=prepayment(30))
    booking = venue.book()
    assert timers(venue) == [
        ("online_cancel_closes", SLOT - 24 * HOUR), ("prepayment_due", SLOT - 6 * HOUR), ("deposit_kept", SLOT - 4 * HOUR),
        ("slot_begins", SLOT), ("attendance_due", SLOT + 5_400 + 600),
    ]  # fmt: skip
    assert venue.advance(days=8) == [name for name, _ in timers_of_story()]
    assert [(line["rule"], line["at"]) for line in venue.look(booking)["history"]] == [("B1", START), *timers_of_story_rules()]
    assert timers(venue) == []


def timers_of_story() -> list[tuple[str, int]]:
    return [("online_cancel_closes", 0), ("prepayment_due", 0), ("deposit_kept", 0), ("slot_begins", 0), ("attendance_due", 0)]


def timers_of_story_rules() -> list[tuple[str, int]]:
    return [("B3", SLOT - 24 * HOUR), ("L1", SLOT - 6 * HOUR), ("B2", SLOT - 4 * HOUR), ("B1", SLOT), ("B6", SLOT + 6_000)]


def test_3_2_a_prepayment_that_is_charged_later(venue: Venue) -> None:
    """CreateBooking asks for nothing; at its time it is charged, and its status follows."""
    venue.offer({"prepayment_terms": LATER}, prepayment=prepayment(30))
    booking = venue.book()
    assert (venue.moved(booking), booking["prepayment_status"], booking["mismatches"]) == ([], "PREPAYMENT_NOT_PROVIDED", [])
    venue.to(6 * HOUR + 1)
    assert venue.moved(booking) == []
    venue.to(6 * HOUR)
    assert venue.moved(booking) == [("prepayment_charge", 30, "L1")]
    assert (venue.look(booking)["prepayment_status"], venue.wrong(booking)) == ("PREPAYMENT_PROVIDED", [])


def test_3_2_a_prepayment_whose_time_is_past_at_booking_is_charged_then(venue: Venue) -> None:
    venue.offer({"prepayment_terms": LATER}, prepayment=prepayment(30))
    venue.to(5 * HOUR)
    booking = venue.book()
    assert (venue.moved(booking), venue.wrong(booking)) == ([("prepayment_charge", 30, "L1")], [])


def test_3_2_a_manual_partner_owes_a_later_prepayment_from_its_time_on(venues: Venues) -> None:
    venue = venues(posting="manual")
    venue.offer({"prepayment_terms": LATER}, prepayment=prepayment(30))
    booking = venue.book()
    assert venue.wrong(booking) == []
    venue.to(6 * HOUR)
    assert venue.wrong(booking) == [("B1", "charge_missing")]


@pytest.mark.parametrize("posting", ["auto", "manual"])
def test_3_2_a_guest_of_whom_nobody_said_anything_counts_as_there(venues: Venues, posting: str) -> None:
    venue = venues(posting=posting)
    venue.offer({"no_show_fee": fee(20)})
    booking = venue.book()
    venue.to(-5_400 - 3_600 + 1)
    assert venue.look(booking)["attendance"] is None
    venue.to(-5_400 - 3_600)
    assert venue.look(booking)["attendance"] == "unknown"
    assert (venue.wrong(booking), venue.moved(booking)) == ([], []), "nothing is owed, so it is no mismatch"
    assert [finding["code"] for finding in venue.look(booking)["findings"]] == ["I_NO_ATTENDANCE"]
    venue.do(booking, "attendance", {"outcome": "attended"})
    assert (venue.wrong(booking), venue.look(booking)["findings"]) == ([], [])


def test_3_2_a_refund_is_settled_after_its_delay(venues: Venues) -> None:
    venue = venues(own={"refund_delay_s": 3 * DAY})
    venue.offer({"deposit": deposit(50)})
    booking = venue.book()
    venue.do(booking, "cancel")
    assert [row["status"] for row in venue.look(booking)["postings"]] == ["charged", "pending"]
    assert (venue.money(), venue.money("refunds:pending"), venue.money("network:clearing")) == (0, 5_000, -5_000)
    assert venue.advance(days=3) == ["refund_settles"]
    assert [row["status"] for row in venue.look(booking)["postings"]] == ["charged", "refunded"]
    assert (venue.money("refunds:pending"), venue.money("network:clearing")) == (0, 0)


def test_a_pending_refund_can_be_settled_now_and_a_final_one_cannot(venues: Venues) -> None:
    venue = venues(own={"refund_delay_s": DAY})
    venue.offer({"deposit": deposit(50)})
    booking = venue.do(venue.book(), "cancel")
    refund = booking["postings"][1]["id"]
    assert venue.steer("POST", f"/refunds/{refund}/fail", {}, root="").status == 422
    assert venue.steer("POST", f"/refunds/{refund}/succeed", {}, root="").status == 200
    again = venue.steer("POST", f"/refunds/{refund}/succeed", {}, root="")
    assert (again.status, again.error["code"]) == (422, "out_of_reach")
    assert venue.advance(days=2) == []


def test_a_moved_booking_has_its_timers_moved(venue: Venue) -> None:
    venue.offer({"rules": {"min_advance_online_canceling": HOUR}})
    venue.slots({}, {"start_sec": SLOT + DAY, "duration_sec": 7_200})
    booking = venue.book()
    shown = venue.do(booking, "modify", {"start_sec": SLOT + DAY})
    assert (shown["start_sec"], shown["duration_sec"]) == (SLOT + DAY, 7_200)
    assert timers(venue) == [
        ("online_cancel_closes", SLOT + DAY - HOUR), ("slot_begins", SLOT + DAY), ("attendance_due", SLOT + DAY + 7_200 + 3_600)
    ]  # fmt: skip


def test_a_canceled_booking_has_no_timers(venue: Venue) -> None:
    venue.offer()
    venue.do(venue.book(), "cancel")
    assert timers(venue) == []


def test_a_refund_by_hand_is_a_refund_of_any_payment(venue: Venue) -> None:
    """The control API's own call; a prepayment's status does not follow, which is said."""
    venue.offer({}, prepayment=prepayment(30))
    booking = venue.book()
    (payment,) = venue.ok("GET", "/payments?provider=google_bookings", root="")["data"]
    assert (payment["amount"], payment["currency"], payment["status"]) == (3_000, "usd", "CONFIRMED")
    venue.ok("POST", "/refunds", {"charge": payment["id"], "amount": 1_000}, root="")
    assert venue.wrong(booking) == []
    venue.ok("POST", "/refunds", {"charge": payment["id"]}, root="")
    assert venue.moved(booking)[1:] == [("prepayment_refund", 10, "by_hand"), ("prepayment_refund", 20, "by_hand")]
    assert venue.wrong(booking) == [("P1", "posted_not_refunded")]
    for body in ({"charge": payment["id"]}, {"charge": payment["id"], "amount": 1}):
        assert venue.steer("POST", "/refunds", body, root="").status == 409
    shown = venue.ok("GET", f"/payments/{payment['id']}", root="")
    moved = [row["amount"] for row in shown["timeline"] if row["kind"] == "money"]
    assert (shown["refunded"], len(shown["refunds"]), moved) == (3_000, 2, [3_000, -1_000, -2_000])


def test_bookings_have_no_disputes(venue: Venue) -> None:
    venue.offer({"deposit": deposit(50)})
    charge: Any = venue.book()["postings"][0]["id"]
    answer = venue.steer("POST", "/disputes", {"charge": charge}, root="")
    assert (answer.status, answer.error["code"]) == (422, "out_of_reach")
