"""A booking is a payment: listed, found, counted and told as one, whatever its postings are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.harness import DAY, START
from tests.providers.google_bookings.venue import HOUR, SERVER, SLOT, Venue, agreeable, deposit, fee, prepayment

Venues = Callable[..., Venue]


def rows(venue: Venue, query: str = "") -> Any:
    return venue.ok("GET", f"/payments{query}", root="")["data"]


def shown(venue: Venue, key: str) -> Any:
    return venue.ok("GET", f"/payments/{key}", root="")


def in_halves(venues: Venues) -> tuple[Venue, Any]:
    """A prepayment of 30 that a manual partner posted in two halves."""
    venue = venues(posting="manual")
    venue.offer(prepayment=prepayment(30))
    booking = venue.book()
    for _ in range(2):
        venue.advance(seconds=60)
        booking = venue.do(booking, "postings", {"kind": "prepayment_charge", "amount": 15_000_000})
    return venue, booking


def test_a_booking_paid_in_two_halves_is_one_payment(venues: Venues) -> None:
    venue, booking = in_halves(venues)
    first, second = (posting["id"] for posting in booking["postings"])
    assert rows(venue) == [
        {
            "id": booking["id"], "provider": "google_bookings", "status": "CONFIRMED", "created": START, "iso": "2026-01-05T09:00:00Z",
            "amount": 3_000, "currency": "usd", "captured": 3_000, "refunded": 0, "disputed": False,
            "description": f"Booking {booking['booking_id']} of m-9 dinner", "customer": "user-1", "charges": [first, second],
        }
    ]  # fmt: skip
    assert [(part["kind"], part["id"], part["amount"]) for part in shown(venue, booking["id"])["parts"]] == [
        ("Booking", booking["id"], None), ("Charge", first, 1_500), ("Charge", second, 1_500),
    ]  # fmt: skip


def test_a_refund_of_a_booking_goes_to_the_oldest_posting_that_has_something_left(venues: Venues) -> None:
    venue, booking = in_halves(venues)
    made = [venue.ok("POST", "/refunds", {"charge": key}, root="")["id"] for key in (booking["id"], booking["booking_id"])]
    assert [(row["captured"], row["refunded"]) for row in rows(venue)] == [(3_000, 3_000)]
    found = shown(venue, booking["id"])
    assert (found["refunds"], found["actions"]["refund"]["possible"]) == (made, False)
    assert [part["object"]["id"] for part in found["parts"][1:]] == [row["id"] for row in venue.look(booking)["postings"]]


def test_a_payment_is_found_by_the_booking_s_id_the_partner_s_and_any_posting_s(venue: Venue) -> None:
    venue.offer({"deposit": deposit(50), "rules": {"min_advance_online_canceling": HOUR}})
    booking = venue.book()
    booking = venue.do(booking, "cancel")
    charged, refunded = (posting["id"] for posting in booking["postings"])
    found = shown(venue, booking["id"])
    assert (found["id"], found["status"], found["captured"], found["refunded"]) == (booking["id"], "CANCELED", 5_000, 5_000)
    for key in (booking["booking_id"], charged, refunded):
        assert shown(venue, key) == found
    assert venue.control("GET", "/payments/b-nobody").status == 404


def test_an_id_that_two_partners_gave_finds_neither_booking(venues: Venues) -> None:
    """Which one is meant nobody can say; their own ids still find them."""

    def serve(method: str, body: dict[str, Any]) -> dict[str, Any]:
        said = agreeable(method, body)
        return {"booking": {**said["booking"], "booking_id": "b-7"}} if method == "CreateBooking" else said

    venue = venues(server=serve)
    venue.offer()
    first = venue.book()
    assert shown(venue, "b-7")["id"] == first["id"]
    venue.register("p-2", base_url=SERVER)
    for kind, rows_of in (
        ("merchants", {"merchant": [{"merchant_id": "m-9"}]}),
        ("services", {"service": [{"merchant_id": "m-9", "service_id": "dinner"}]}),
        ("availability", {"availability": [{"merchant_id": "m-9", "service_id": "dinner", "start_sec": SLOT, "duration_sec": 5_400}]}),
    ):
        venue.ok("PUT", f"/feeds/{kind}?partner_id=p-2", rows_of)
    second = venue.book(partner_id="p-2")
    assert second["booking_id"] == first["booking_id"] == "b-7"
    assert venue.control("GET", "/payments/b-7").status == 404
    assert [shown(venue, one["id"])["id"] for one in (first, second)] == [first["id"], second["id"]]


def test_a_booking_without_money_is_listed(venue: Venue) -> None:
    """It is in the currency that ISO 4217 has for what has none."""
    venue.offer()
    booking = venue.book()
    row = rows(venue)[0]
    assert (row["id"], row["status"], row["amount"], row["currency"], row["captured"], row["charges"]) == (
        booking["id"], "CONFIRMED", 0, "xxx", 0, [],
    )  # fmt: skip
    found = shown(venue, booking["id"])
    assert [part["kind"] for part in found["parts"]] == ["Booking"]
    assert {(act["possible"], act["code"]) for act in found["actions"].values()} == {(False, "out_of_reach")}
    assert "Nothing was taken" in found["actions"]["refund"]["message"]


def test_a_booking_that_failed_is_listed_with_what_it_would_have_cost(venues: Venues) -> None:
    venue = venues(server=lambda method, body: 503)
    venue.offer({"deposit": deposit(50)})
    booking = venue.book()
    row = rows(venue)[0]
    assert (row["id"], row["status"], row["amount"], row["captured"], row["description"]) == (
        booking["id"], "FAILED", 5_000, 0, "Booking of m-9 dinner",
    )  # fmt: skip
    assert shown(venue, booking["id"])["parts"][0]["object"]["failure"]["kind"] == "infrastructure_fault"


@pytest.mark.parametrize("posting", ["auto", "manual"])
def test_the_amount_of_a_payment_is_what_may_be_taken_whether_it_was_or_not(venues: Venues, posting: str) -> None:
    venue = venues(posting=posting)
    venue.offer({"deposit": deposit(50), "no_show_fee": fee(20)})
    booking = venue.book()
    row = rows(venue)[0]
    assert (row["amount"], row["captured"]) == (7_000, 5_000 if posting == "auto" else 0)
    if posting == "manual":
        venue.do(booking, "postings", {"kind": "deposit_charge", "amount": 60_000_000})
        row = rows(venue)[0]
        assert (row["amount"], row["captured"]) == (8_000, 6_000)


def test_the_object_of_a_booking_shows_terms_postings_mismatches_and_findings(venues: Venues) -> None:
    venue = venues(posting="manual")
    venue.offer(prepayment=prepayment(30))
    booking = venue.book()
    own = shown(venue, booking["id"])["parts"][0]
    assert own["object"] == venue.look(booking)
    assert [row["code"] for row in own["object"]["mismatches"]] == ["charge_missing", "provided_not_charged"]
    assert {"terms", "postings", "findings", "history"} <= set(own["object"])


def test_filters_find_bookings(venue: Venue) -> None:
    venue.offer({"deposit": deposit(50)})
    kept, gone = venue.book(), venue.book()
    venue.do(gone, "cancel")
    for query, wanted in (
        ("?status=CONFIRMED", [kept]), ("?status=CANCELED", [gone]), ("?status=charged", []), (f"?q={kept['booking_id']}", [kept]),
        (f"?q={gone['postings'][0]['id']}", [gone]), ("?q=50.00", [kept, gone]), ("?provider=google_bookings&q=m-9", [kept, gone]),
        ("?order=newest&limit=1", [gone]), ("?limit=1", [kept]), (f"?after={kept['id']}", [gone]),
    ):  # fmt: skip
        assert [row["id"] for row in rows(venue, query)] == [one["id"] for one in wanted], query


def test_the_timeline_of_a_booking_tells_calls_money_and_the_windows_ahead(venue: Venue) -> None:
    venue.offer({"deposit": deposit(50, 4 * HOUR), "rules": {"min_advance_online_canceling": 24 * HOUR}})
    booking = venue.book()
    line = [(row["kind"], row.get("type") or row["name"], row["at"]) for row in shown(venue, booking["id"])["timeline"]]
    assert line == [
        ("event", "BatchAvailabilityLookup", START), ("event", "CreateBooking", START), ("money", "charge", START),
        ("deadline", "online_cancel_closes", SLOT - 24 * HOUR), ("deadline", "deposit_kept", SLOT - 4 * HOUR),
        ("deadline", "slot_begins", SLOT), ("deadline", "attendance_due", SLOT + 5_400 + HOUR),
    ]  # fmt: skip
    venue.advance(days=1)
    venue.do(booking, "cancel")
    line = [(row["kind"], row.get("type") or row["name"], row["at"]) for row in shown(venue, booking["id"])["timeline"]]
    assert line[3:] == [("event", "UpdateBooking", START + DAY), ("money", "refund", START + DAY)]


def test_a_timer_and_a_call_name_the_booking_as_their_payment(venue: Venue) -> None:
    venue.offer({"deposit": deposit(50)})
    booking = venue.book()
    for path in ("/timers", "/events"):
        assert {row["payment"] for row in venue.ok("GET", path, root="")["data"]} == {booking["id"]}
