"""What the booking server is asked (2.7): paths, Basic auth, bodies, and when a call is made again."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.providers.google_bookings.venue import SERVER, SLOT, Venue, agreeable, deposit, fee, prepayment, price

Venues = Callable[..., Venue]


def serving(venues: Venues, server: Any = agreeable, **how: Any) -> Venue:
    return venues(server=server, **how)


def test_a_booking_is_two_calls_with_basic_auth(venues: Venues) -> None:
    venue = serving(venues)
    venue.offer()
    venue.book()
    assert [heard.url for heard in venue.booker.heard] == [f"{SERVER}/v3/BatchAvailabilityLookup/", f"{SERVER}/v3/CreateBooking/"]
    for heard in venue.booker.heard:
        assert heard.headers["authorization"] == "Basic " + base64.b64encode(b"google:s3cret").decode()
        assert heard.headers["content-type"] == "application/json"


def test_a_call_that_a_wrong_signature_strikes_has_a_wrong_password(venues: Venues) -> None:
    """The one that is struck, and no other."""
    venue = serving(venues)
    venue.offer()
    fault = {"where": "webhook", "what": "wrong_signature", "count": 1}
    assert venue.control("POST", "/faults", fault).status == 200
    venue.book()
    given = [base64.b64decode(heard.headers["authorization"].removeprefix("Basic ")) for heard in venue.booker.heard]
    assert given == [b"google:s3cret-wrong", b"google:s3cret"]


def test_paths_may_end_without_a_slash(venues: Venues) -> None:
    venue = serving(venues, own={"trailing_slash": False})
    venue.offer()
    venue.book()
    assert venue.booker.heard[1].url == f"{SERVER}/v3/CreateBooking"


def test_the_availability_lookup(venues: Venues) -> None:
    venue = serving(venues)
    venue.offer({}, availability_tag="t-1", resources={"party_size": 4, "room_id": "patio", "room_name": "Patio", "staff_id": "x"})
    venue.book(party_size=4)
    assert venue.booker.asked("BatchAvailabilityLookup") == [
        {
            "merchant_id": "m-9",
            "slot_time": [
                {
                    "service_id": "dinner", "start_sec": str(SLOT), "duration_sec": "5400", "availability_tag": "t-1",
                    "resource_ids": {"staff_id": "x", "room_id": "patio", "party_size": 4},
                    "confirmation_mode": "CONFIRMATION_MODE_SYNCHRONOUS",
                }
            ],
        }
    ]  # fmt: skip


def test_a_booking_without_payments(venues: Venues) -> None:
    """NOT_PROVIDED, no price, and no card to process."""
    venue = serving(venues)
    venue.offer({}, confirmation_mode="CONFIRMATION_MODE_ASYNCHRONOUS")
    venue.book(party_size=2, user={"given_name": "Mia", "email": "mia@example.test"})
    (asked,) = venue.booker.asked("CreateBooking")
    assert asked.pop("idempotency_token").isdigit()
    assert asked == {
        "slot": {
            "merchant_id": "m-9", "service_id": "dinner", "start_sec": str(SLOT), "duration_sec": "5400",
            "resources": {"party_size": 2}, "confirmation_mode": "CONFIRMATION_MODE_ASYNCHRONOUS",
        },
        "user_information": {
            "user_id": "user-1", "given_name": "Mia", "family_name": "Rao", "telephone": "+15550100", "email": "mia@example.test",
        },
        "payment_information": {"prepayment_status": "PREPAYMENT_NOT_PROVIDED"},
    }  # fmt: skip


PREPAID = {
    "legacy": {"prepayment_status": "PREPAYMENT_NOT_PROVIDED", "price": {"price_micros": "60000000", "currency_code": "USD"}},
    "google_processed": {
        "prepayment_status": "PREPAYMENT_PROVIDED", "price": {"price_micros": "60000000", "currency_code": "USD"},
        "payment_processed_by": "PROCESSED_BY_GOOGLE",
    },
}  # fmt: skip


@pytest.mark.parametrize("generation", PREPAID)
def test_a_prepaid_booking(venues: Venues, generation: str) -> None:
    """The price is the party's; the legacy generation hands the card over, the early one says that Google has charged it."""
    venue = serving(venues, generation=generation)
    venue.offer({}, prepayment=prepayment(30, "PER_PERSON"), resources={"party_size": 2})
    venue.book(party_size=2)
    (asked,) = venue.booker.asked("CreateBooking")
    info = asked["payment_information"]
    assert bool(info.pop("payment_transaction_id", "")) is (generation == "google_processed")
    assert info == PREPAID[generation]
    card = asked.get("payment_processing_parameters")
    assert (card is not None) is (generation == "legacy")
    if card is not None:
        assert card["payment_processor"] == "mockpay"
        assert card["unparsed_payment_method_token"].startswith('{"id":"tok_')


def test_terms_go_with_the_booking_as_the_feeds_have_them(venues: Venues) -> None:
    venue = serving(venues)
    venue.offer({"deposit": deposit(50, 600), "no_show_fee": fee(20, "PER_PERSON")})
    venue.book(party_size=3)
    info = venue.booker.asked("CreateBooking")[0]["payment_information"]
    assert info["deposit"] == {
        "deposit": {"price_micros": "50000000", "currency_code": "USD"}, "min_advance_cancellation_sec": "600",
        "deposit_type": "FIXED_RATE_DEFAULT",
    }  # fmt: skip
    assert info["no_show_fee"] == {"fee": {"price_micros": "20000000", "currency_code": "USD"}, "fee_type": "PER_PERSON"}


NEVER_TWICE: tuple[tuple[str, dict[str, Any], Callable[[dict[str, Any]], str]], ...] = (
    ("legacy", {"deposit": deposit(1)}, lambda body: body["idempotency_token"]),
    ("legacy", {"deposit": deposit(1)}, lambda body: body["payment_processing_parameters"]["unparsed_payment_method_token"]),
    ("google_processed", {"prepayment_type": "REQUIRED", "price": price(1)},
     lambda body: body["payment_information"]["payment_transaction_id"]),
)  # fmt: skip


@pytest.mark.parametrize(("generation", "feed", "word"), NEVER_TWICE, ids=["idempotency token", "card token", "transaction"])
@pytest.mark.parametrize("own", [True, False], ids=["own server", "built in"])
def test_what_a_server_tells_bookings_apart_by_is_new_in_every_world_and_repeatable_at_the_built_in_one(
    venues: Venues, generation: str, feed: dict[str, Any], word: Callable[[dict[str, Any]], str], own: bool
) -> None:
    said = []
    for _ in range(2):
        venue = venues(server=agreeable if own else None, generation=generation)
        venue.offer(feed)
        venue.book()
        said.append(word(venue.ok("GET", "/events?provider=google_bookings&type=CreateBooking", root="")["data"][0]["payload"]))
    assert (said[0] != said[1]) is own


def test_a_card_that_is_only_required_is_handed_over_too(venues: Venues) -> None:
    venue = serving(venues)
    venue.offer({"require_credit_card": "REQUIRE_CREDIT_CARD_ALWAYS"})
    venue.book()
    assert "payment_processing_parameters" in venue.booker.asked("CreateBooking")[0]


def test_a_cancellation_and_a_change_say_only_what_changes(venues: Venues) -> None:
    venue = serving(venues)
    venue.offer()
    venue.slots({}, {"start_sec": SLOT + 3_600, "duration_sec": 7_200})
    booking = venue.book(party_size=2)
    key = booking["booking_id"]
    venue.do(booking, "modify", {"party_size": 5})
    venue.do(booking, "modify", {"start_sec": SLOT + 3_600})
    venue.do(booking, "cancel")
    assert venue.booker.asked("UpdateBooking") == [
        {"booking": {"booking_id": key, "slot": {"resources": {"party_size": 5}}}},
        {"booking": {"booking_id": key, "slot": {"start_sec": str(SLOT + 3_600), "duration_sec": "7200"}}},
        {"booking": {"booking_id": key, "status": "CANCELED"}},
    ]


class Flaky:
    """A booking server that answers CreateBooking with something else the first times."""

    def __init__(self, *first: Any) -> None:
        self.first = list(first)

    def __call__(self, method: str, body: dict[str, Any]) -> Any:
        return self.first.pop(0) if method == "CreateBooking" and self.first else agreeable(method, body)


SILENCE = httpx.ReadTimeout("nothing came")


@pytest.mark.parametrize("first", [500, 503, SILENCE], ids=["500", "503", "silence"])
def test_q23_a_call_that_failed_is_made_again_once_with_the_same_token(venues: Venues, first: Any) -> None:
    venue = serving(venues, Flaky(first))
    venue.offer()
    booking = venue.book()
    one, two = venue.booker.asked("CreateBooking")
    assert one == two
    assert booking["status"] == "CONFIRMED"
    assert [len(row["attempts"]) for row in venue.ok("GET", "/deliveries", root="")["data"]] == [1, 2]


@pytest.mark.parametrize(("retries", "tries"), [(0, 1), (1, 2), (2, 3)])
def test_q23_after_its_tries_it_is_an_infrastructure_fault(venues: Venues, retries: int, tries: int) -> None:
    venue = serving(venues, Flaky(*[500] * 9), own={"booking_server_retries": retries})
    venue.offer({"deposit": deposit(50)})
    booking = venue.book()
    assert (booking["status"], booking["failure"]["kind"], booking["postings"]) == ("FAILED", "infrastructure_fault", [])
    assert len(venue.booker.asked("CreateBooking")) == tries


@pytest.mark.parametrize("code", [400, 401, 404, 429])
def test_q23_a_call_that_is_refused_is_not_made_again(venues: Venues, code: int) -> None:
    venue = serving(venues, Flaky(code))
    venue.offer()
    booking = venue.book()
    assert (booking["status"], booking["failure"]["description"]) == ("FAILED", f"the booking server answered {code}")
    assert len(venue.booker.asked("CreateBooking")) == 1


def test_a_retry_needs_no_running_clock(venues: Venues) -> None:
    """The merchant's clock is frozen, and the answer came within the same call."""
    venue = serving(venues, Flaky(500))
    venue.offer()
    before = venue.now
    assert venue.book()["status"] == "CONFIRMED"
    assert venue.now == before


def test_calls_are_events_and_deliveries_of_the_control_api(venues: Venues) -> None:
    venue = serving(venues)
    venue.offer()
    booking = venue.book()
    events = venue.ok("GET", "/events?provider=google_bookings&type=CreateBooking", root="")["data"]
    assert [event["object"] for event in events] == [booking["id"]]
    assert events[0]["payload"] == venue.booker.asked("CreateBooking")[0]
    rows = venue.ok("GET", "/deliveries?provider=google_bookings", root="")["data"]
    assert [(row["type"], row["status"], row["url"]) for row in rows] == [
        ("BatchAvailabilityLookup", "delivered", f"{SERVER}/v3/BatchAvailabilityLookup/"),
        ("CreateBooking", "delivered", f"{SERVER}/v3/CreateBooking/"),
    ]


def test_nobody_can_have_these_calls_sent_as_webhooks(venue: Venue) -> None:
    answer = venue.steer("POST", "/webhook_endpoints", {"provider": "google_bookings", "url": "sandbox:inbox"}, root="")
    assert (answer.status, answer.error["code"]) == (422, "out_of_reach")
    assert "/_sandbox/google/bookings/partners" in answer.error["message"]
