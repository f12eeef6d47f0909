"""Partners and feeds in the control API."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.providers.google_bookings.venue import PARTNER, SERVER, SLOT, Venue, agreeable

Venues = Callable[..., Venue]


def test_a_partner_keeps_its_token_feeds_and_bookings_when_it_is_registered_again(venues: Venues) -> None:
    venue = venues(server=agreeable)
    venue.offer()
    booking = venue.book()
    again = venue.ok("POST", "/partners", {"partner_id": PARTNER, "base_url": SERVER + "/two/", "posting": "manual"})
    assert again["access_token"] == venue.token
    (row,) = venue.ok("GET", "/partners")["data"]
    assert (row["id"], row["base_url"], row["posting"], row["generation"]) == (again["id"], SERVER + "/two/", "manual", "legacy")
    assert venue.look(booking) == booking
    venue.book()
    assert venue.booker.heard[-1].url == f"{SERVER}/two/v3/CreateBooking/"


def test_the_token_names_the_merchant(venue: Venue) -> None:
    assert venue.token.startswith("ya29.test_alpha.bookings.")
    assert venue.control("GET", "/clock", headers={"authorization": f"Bearer {venue.token}"}).status == 200


@pytest.mark.parametrize(
    ("body", "status", "param"),
    [
        ({}, 422, "partner_id"), ({"partner_id": "a/b"}, 422, "partner_id"), ({"partner_id": "a", "generation": "new"}, 422, "generation"),
        ({"partner_id": "a", "posting": "never"}, 422, "posting"), ({"partner_id": "a", "base_url": "nowhere"}, 422, "base_url"),
        ({"partner_id": "a", "base_url": "http://192.0.2.1/"}, 422, "base_url"),
        ({"partner_id": "a", "base_url": SERVER, "answers": {"CreateBooking": "confirm"}}, 422, "answers"),
        ({"partner_id": "a", "answers": {"CreateBooking": "maybe"}}, 422, "answers.CreateBooking"),
        ({"partner_id": "a", "answers": {"BatchAvailabilityLookup": "PAYMENT_ERROR"}}, 422, "answers.BatchAvailabilityLookup"),
        ({"partner_id": "a", "answers": {"CreateBooking": "200"}}, 422, "answers.CreateBooking"),
        ({"partner_id": "a", "answers": {"HealthCheck": "500"}}, 422, "answers.HealthCheck"),
    ],
)  # fmt: skip
def test_a_partner_that_cannot_be_registered(venue: Venue, body: dict[str, object], status: int, param: str) -> None:
    answer = venue.steer("POST", "/partners", body)
    assert answer.status == status, answer.body
    assert param in (answer.error["param"] or "") or param in answer.error["message"], answer.body
    assert [row["partner_id"] for row in venue.ok("GET", "/partners")["data"]] == [PARTNER]


def test_whose_feed_it_is_must_be_said_once_there_are_several_partners(venue: Venue) -> None:
    venue.offer()
    venue.register("p-2")
    answer = venue.steer("PUT", "/feeds/services", {"service": []})
    assert (answer.status, answer.error["param"]) == (422, "partner_id")
    assert venue.ok("PUT", "/feeds/services?partner_id=p-2", {"service": []}) == {"loaded": 0, "warnings": []}
    assert len(venue.ok("GET", "/feeds/services?partner_id=p-1")["data"]) == 1
    assert venue.steer("PUT", "/feeds/services?partner_id=p-3", {"service": []}).status == 404


def test_a_feed_takes_the_place_of_the_one_before(venue: Venue) -> None:
    venue.offer()
    venue.slots({"start_sec": SLOT + 60}, {"start_sec": SLOT + 60})
    rows = venue.ok("GET", "/feeds/availability")["data"]
    assert [row["start_sec"] for row in rows] == [SLOT + 60, SLOT + 60]
    assert venue.steer("POST", "/quote", venue.pick()).status == 404


def test_a_row_that_comes_twice_is_warned_of(venue: Venue) -> None:
    venue.merchants()
    row = {"merchant_id": "m-9", "service_id": "dinner"}
    warned = venue.ok("PUT", "/feeds/services", {"service": [row, {**row, "require_credit_card": "REQUIRE_CREDIT_CARD_ALWAYS"}]})
    assert [warning["code"] for warning in warned["warnings"]] == ["W_DUPLICATE"]
    assert len(venue.ok("GET", "/feeds/services")["data"]) == 1


@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_a_feed_that_there_is_not(venue: Venue, method: str) -> None:
    assert venue.steer(method, "/feeds/menus", {} if method == "PUT" else None).status == 404


def test_a_feed_that_is_refused_leaves_the_old_one(venue: Venue) -> None:
    venue.offer()
    answer = venue.steer("PUT", "/feeds/services", {"service": [{"merchant_id": "m-9", "service_id": "lunch"}, {"merchant_id": "m-9"}]})
    assert (answer.status, answer.error["param"]) == (422, "service[1].service_id")
    assert [row["service_id"] for row in venue.ok("GET", "/feeds/services")["data"]] == ["dinner"]


def test_names_with_separators_are_not_mixed_up(venue: Venue) -> None:
    """Merchant `a:b` with service `c` is not merchant `a` with service `b:c`."""
    venue.ok("PUT", "/feeds/merchants", {"merchant": [{"merchant_id": "a:b"}, {"merchant_id": "a"}]})
    rows = [{"merchant_id": "a:b", "service_id": "c"}, {"merchant_id": "a", "service_id": "b:c"}]
    assert venue.ok("PUT", "/feeds/services", {"service": rows}) == {"loaded": 2, "warnings": []}
    assert len(venue.ok("GET", "/feeds/services")["data"]) == 2


@pytest.mark.parametrize(("method", "word", "status"), [
    ("BatchAvailabilityLookup", "taken", "REFUSED"), ("BatchAvailabilityLookup", "garbage", "FAILED"), ("CreateBooking", "404", "FAILED"),
    ("CreateBooking", "PAYMENT_REQUIRES_3DS1", "REFUSED"), ("CreateBooking", "PAYMENT_ERROR_CARD_TYPE_REJECTED", "REFUSED"),
    ("CreateBooking", "pending", "PENDING_MERCHANT_CONFIRMATION"), ("CreateBooking", "unpaid", "CONFIRMED"),
])  # fmt: skip
def test_the_built_in_booking_server_follows_its_script(venue: Venue, method: str, word: str, status: str) -> None:
    venue.register(answers={method: word})
    venue.offer()
    booking = venue.book()
    assert (booking["status"], booking["findings"]) == (status, [])


def test_every_setting_refuses_what_it_is_not(venue: Venue) -> None:
    wrong = {
        "boundary_in_time": 1, "deposit_window_unset": "never", "slot_override": "both", "zero_switches_off": "yes",
        "in_time_refund": "half", "deposit_on_attendance": "spent", "late_cancel_fee": 0, "booking_server_retries": 6,
        "slot_cancel_override": None, "notified_cancel": "", "grace_s": -1, "refund_delay_s": 2_592_001, "trailing_slash": "no",
    }  # fmt: skip
    shown = venue.ok("GET", "/settings", root="")["providers"]["google_bookings"]
    assert set(shown) == set(wrong)
    for name, value in wrong.items():
        answer = venue.steer("POST", "/settings", {"providers": {"google_bookings": {name: value}}}, root="")
        assert answer.status == (200 if value is None else 422), name
    assert venue.ok("GET", "/settings", root="")["providers"]["google_bookings"] == shown


def test_what_the_feeds_do_not_have_says_where_they_are_shown(venue: Venue) -> None:
    """Files of a dispute's evidence are none of it."""
    venue.offer()
    for wrong, feed in (({"service_id": "brunch"}, "services"), ({"start_sec": SLOT + 60}, "availability")):
        error = venue.steer("POST", "", venue.pick(**wrong)).body["error"]
        assert error["code"] == "reference_not_found"
        assert error["message"].endswith(f". GET /_sandbox/google/bookings/feeds/{feed} shows what is loaded.")


def test_a_booking_that_is_cancelled_already_says_where_to_look(venue: Venue) -> None:
    venue.offer()
    booking = venue.book()
    venue.do(booking, "cancel")
    error = venue.steer("POST", f"/{booking['id']}/cancel", {}).body["error"]
    assert error["code"] == "wrong_status"
    assert error["message"].endswith(f"at Google. GET /_sandbox/google/bookings/{booking['id']} shows where it stands.")
    assert "disputes" not in error["message"]
