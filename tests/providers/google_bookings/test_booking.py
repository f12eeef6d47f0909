"""What a user does at Google with a booking, besides the money: refusals, changes, what runs at the same time, redirects."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.trace import everything
from tests.harness import DAY, START
from tests.providers.google_bookings.venue import HOUR, PARTNER, SLOT, Venue, agreeable, deposit, fee, prepayment

Venues = Callable[..., Venue]
TEMPLATE = "https://v.test/book?at={availability_slot_start_seconds}&n={resources_party_size}&room={resources_room_id}"


def refused(venue: Venue, path: str, body: Any, status: int, said: str) -> None:
    before = everything(venue.merchant)
    answer = venue.steer("POST", path, body)
    assert answer.status == status, answer.body
    assert said in answer.error["message"], answer.body
    assert everything(venue.merchant) == before


# Booking


@pytest.mark.parametrize(
    ("slot", "hours", "said"),
    [
        ({}, -1, "until"), ({"spots_open": 0}, 9, "no spot"),
        ({"scheduling_rule_overrides": {"last_bookable_sec": SLOT - HOUR}}, 0, "until"),
        ({"scheduling_rule_overrides": {"first_bookable_sec": SLOT - HOUR}}, 9, "from"),
    ],
    ids=["expired", "full", "closed", "not-open-yet"],
)  # fmt: skip
def test_2_8_a_slot_outside_its_booking_window_is_unavailable(venue: Venue, slot: dict[str, Any], hours: int, said: str) -> None:
    """Nobody is asked, and nothing changes."""
    venue.offer({}, **slot)
    venue.to(hours * HOUR)
    refused(venue, "", venue.pick(), 409, "SLOT_UNAVAILABLE")
    refused(venue, "", venue.pick(), 409, said)
    assert venue.ok("GET", "/deliveries", root="")["data"] == []


def test_a_slot_opens_at_its_first_bookable_moment(venue: Venue) -> None:
    venue.offer({}, scheduling_rule_overrides={"first_bookable_sec": SLOT - HOUR})
    venue.to(HOUR + 1)
    refused(venue, "", venue.pick(), 409, "SLOT_UNAVAILABLE")
    venue.to(HOUR)
    assert venue.book()["status"] == "CONFIRMED"


def test_2_6_min_advance_booking_closes_the_booking(venue: Venue) -> None:
    venue.offer({"rules": {"min_advance_booking": 2 * HOUR}})
    venue.to(2 * HOUR)
    assert venue.book()["status"] == "CONFIRMED"
    venue.to(2 * HOUR - 1)
    refused(venue, "", venue.pick(), 409, "SLOT_UNAVAILABLE")


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"partner_id": "p-9"}, 404, "no partner 'p-9'"), ({"merchant_id": "m-1"}, 404, "no service m-1/dinner"),
        ({"service_id": "lunch"}, 404, "no service"), ({"start_sec": SLOT + 1}, 404, "no slot"), ({"duration_sec": 60}, 404, "for 60 s"),
        ({"party_size": 3}, 404, "party of 3"), ({"room_id": "attic"}, 404, "in room attic"), ({"start_sec": "soon"}, 422, "start_sec"),
        ({"party_size": 0}, 422, "party_size"), ({"user": {"email": "nobody"}}, 422, "email"), ({"colour": 1}, 422, "colour"),
    ],
)  # fmt: skip
def test_a_slot_that_is_not_in_the_feeds_cannot_be_booked(venue: Venue, change: dict[str, Any], status: int, said: str) -> None:
    venue.offer({}, resources={"party_size": 2, "room_id": "patio"})
    refused(venue, "", {**venue.pick(), **change}, status, said)


def test_payments_are_not_allowed_with_asynchronous_confirmation(venue: Venue) -> None:
    venue.offer({"deposit": deposit(5)}, confirmation_mode="ASYNCHRONOUS")
    refused(venue, "", venue.pick(), 422, "E_ASYNC_PAYMENT: ")


def test_an_asynchronous_booking_waits_for_the_venue(venue: Venue) -> None:
    venue.register(answers={"CreateBooking": "pending"})
    venue.offer({}, confirmation_mode="ASYNCHRONOUS")
    booking = venue.book()
    assert booking["status"] == "PENDING_MERCHANT_CONFIRMATION"
    assert venue.notified(booking, "status", status="CONFIRMED")["status"] == "CONFIRMED"


def test_two_bookings_have_two_tokens_and_a_booking_is_found_by_either_id(venue: Venue) -> None:
    venue.offer()
    one, two = venue.book(), venue.book()
    assert one["booking_id"] != two["booking_id"]
    assert venue.ok("GET", f"/{one['booking_id']}") == one
    assert [row["id"] for row in venue.ok("GET", "")["data"]] == [one["id"], two["id"]]
    assert [row["id"] for row in venue.ok("GET", f"?limit=1&after={one['id']}")["data"]] == [two["id"]]
    assert venue.steer("GET", "/nobody").status == 404


# Changes


def test_a_change_asks_for_a_slot_that_is_there(venue: Venue) -> None:
    venue.offer({"deposit": deposit(10)})
    booking = venue.book(party_size=2)
    refused(venue, f"/{booking['id']}/modify", {"start_sec": SLOT + DAY}, 404, "no slot")
    refused(venue, f"/{booking['id']}/modify", {}, 422, "Say what changes")
    shown = venue.do(booking, "modify", {"party_size": 3})
    assert (shown["party_size"], shown["history"][-1]["what"]) == (3, "changed: party_size 3")


def test_a_change_closes_with_the_cancel_window(venue: Venue) -> None:
    venue.offer({"rules": {"min_advance_online_canceling": DAY}})
    booking = venue.book(party_size=2)
    venue.to(DAY - 1)
    refused(venue, f"/{booking['id']}/modify", {"party_size": 3}, 409, "OUTSIDE_CANCELLATION_WINDOW")


@pytest.mark.parametrize("verb", ["cancel", "modify"])
def test_a_booking_that_is_over_cannot_be_cancelled_or_changed(venue: Venue, verb: str) -> None:
    venue.offer()
    booking = venue.do(venue.book(party_size=2), "cancel")
    refused(venue, f"/{booking['id']}/{verb}", {"party_size": 3} if verb == "modify" else {}, 409, "is CANCELED")


# The guest


def test_nobody_comes_before_the_slot_begins(venue: Venue) -> None:
    venue.offer()
    booking = venue.book()
    refused(venue, f"/{booking['id']}/attendance", {"outcome": "no_show"}, 409, "SLOT_NOT_BEGUN")
    refused(venue, f"/{booking['id']}/attendance", {"outcome": "late"}, 422, "outcome")


@pytest.mark.parametrize(("said", "other"), [("attended", "no_show"), ("no_show", "attended")])
def test_what_was_said_of_a_guest_is_not_taken_back(venue: Venue, said: str, other: str) -> None:
    venue.offer({"no_show_fee": fee(20)})
    booking = venue.book()
    venue.to(-HOUR)
    shown = venue.do(booking, "attendance", {"outcome": said})
    refused(venue, f"/{booking['id']}/attendance", {"outcome": other}, 409, f"said already: {said}")
    again = venue.do(booking, "attendance", {"outcome": said})
    assert (again["status"], again["postings"]) == (shown["status"], shown["postings"])


@pytest.mark.parametrize("word", ["NO_SHOW_PENALIZED", "NO_SHOW"])
def test_q20_a_partner_with_a_server_of_its_own_has_to_say_that_nobody_came(venues: Venues, word: str) -> None:
    """The fee is posted by the automatic processor at once; the status waits for the notification."""
    venue = venues(server=agreeable)
    venue.offer({"no_show_fee": fee(20)})
    booking = venue.book()
    venue.to(-HOUR)
    shown = venue.do(booking, "attendance", {"outcome": "no_show"})
    assert (shown["status"], venue.moved(booking)) == ("CONFIRMED", [("no_show_fee", 20, "B7")])
    assert venue.wrong(booking) == [("B7", "no_show_not_notified")]
    shown = venue.notified(booking, "status", status=word)
    assert (shown["status"], shown["findings"]) == (word, []), "it is no echo"
    assert venue.wrong(booking) == ([] if word == "NO_SHOW_PENALIZED" else [("Q20", "wrong_no_show_word")])


def test_a_canceled_booking_is_not_attended(venue: Venue) -> None:
    venue.offer()
    booking = venue.do(venue.book(), "cancel")
    venue.to(-HOUR)
    refused(venue, f"/{booking['id']}/attendance", {"outcome": "attended"}, 409, "is CANCELED")


# Postings by hand


def test_what_cannot_be_posted(venues: Venues) -> None:
    auto, manual = venues(), venues(posting="manual", name="beta")
    for venue in (auto, manual):
        venue.offer({"deposit": deposit(10)})
    booking = auto.book()
    refused(auto, f"/{booking['id']}/postings", {"kind": "deposit_charge", "amount": 10_000_000}, 422, "posting")
    path = f"/{manual.book()['id']}/postings"
    refused(manual, path, {"kind": "no_show_fee", "amount": 10_000_000}, 422, "no no show fee")
    refused(manual, path, {"kind": "deposit_charge", "amount": 10_000_001}, 422, "10000 micros")
    refused(manual, path, {"kind": "deposit_charge", "amount": 0}, 422, "amount")
    refused(manual, path, {"kind": "deposit_refund", "amount": 10_000}, 409, "At most 0")
    refused(manual, path, {"kind": "tip", "amount": 10_000}, 422, "kind")


def test_a_refund_is_taken_from_the_charges_one_after_the_other(venues: Venues) -> None:
    venue = venues(posting="manual")
    venue.offer({"deposit": deposit(10)})
    booking = venue.book()
    for units in (6, 4):
        venue.do(booking, "postings", {"kind": "deposit_charge", "amount": units * 1_000_000})
    venue.do(booking, "postings", {"kind": "deposit_refund", "amount": 9_000_000})
    assert [(kind, amount) for kind, amount, _ in venue.moved(booking)] == [
        ("deposit_charge", 6), ("deposit_charge", 4), ("deposit_refund", 6), ("deposit_refund", 3)
    ]  # fmt: skip
    refused(venue, f"/{booking['id']}/postings", {"kind": "deposit_refund", "amount": 1_010_000}, 409, "At most 100")


# At the same time


class Slow:
    """A booking server that lets something happen before it answers one method."""

    def __init__(self, method: str) -> None:
        self.method, self.meanwhile = method, lambda: asyncio.sleep(0)

    def __call__(self, method: str, body: dict[str, Any]) -> Any:
        return self.later(method, body) if method == self.method else agreeable(method, body)

    async def later(self, method: str, body: dict[str, Any]) -> Any:
        import httpx

        await self.meanwhile()
        return httpx.Response(200, json=agreeable(method, body))


def test_a_notification_may_come_while_the_partner_is_asked(venues: Venues) -> None:
    """The venue cancels first; the user's own cancellation then changes nothing more, and nothing is posted twice."""
    slow = Slow("UpdateBooking")
    venue = venues(server=slow)
    venue.offer({"deposit": deposit(10)})
    booking = venue.book()
    name = f"partners/{PARTNER}/bookings/{booking['booking_id']}"
    body = {"name": name, "merchantId": "m-9", "serviceId": "dinner", "status": "CANCELED"}
    headers = {"authorization": f"Bearer {venue.token}"}
    answers: list[int] = []

    async def venue_cancels() -> None:
        url = f"/v1alpha/notification/{name}?updateMask=status"
        answers.append((await venue._client.request("PATCH", url, json=body, headers=headers)).status_code)
        again = await venue._client.request("POST", f"/_sandbox/google/bookings/{booking['id']}/cancel?merchant=alpha", json={})
        answers.append(again.status_code)

    slow.meanwhile = venue_cancels
    shown = venue.do(booking, "cancel")
    assert answers == [200, 409], "and a second cancellation waits for the first one's answer"
    assert (shown["status"], shown["canceled"]) == ("CANCELED", "for_user")
    assert [kind for kind, _, _ in venue.moved(booking)] == ["deposit_charge", "deposit_refund"]
    assert [row["status"] for row in venue.ok("GET", "/deliveries", root="")["data"]] == ["delivered"] * 3, "each answer was taken in"
    assert not venue.merchant.ready


def test_an_answer_that_comes_again_means_nothing(venue: Venue) -> None:
    """Deliveries made again by hand change neither booking nor money."""
    venue.offer({"deposit": deposit(10)})
    booking = venue.book()
    for row in venue.ok("GET", "/deliveries", root="")["data"]:
        venue.ok("POST", f"/deliveries/{row['id']}/resend", {"duplicate": 2}, root="")
    venue.settle()
    assert venue.look(booking) == booking
    assert [len(row["attempts"]) for row in venue.ok("GET", "/deliveries", root="")["data"]] == [3, 3]


def test_a_fault_may_strike_a_call(venue: Venue) -> None:
    venue.offer()
    venue.ok("POST", "/faults", {"where": "webhook", "what": "drop", "events": ["CreateBooking"]}, root="")
    booking = venue.book()
    assert (booking["status"], booking["failure"]["kind"]) == ("FAILED", "infrastructure_fault")


def test_a_call_that_is_held_back_answers_with_the_booking_as_it_is(venue: Venue) -> None:
    """It goes on by itself when its time comes."""
    venue.offer()
    venue.ok("POST", "/faults", {"where": "webhook", "what": "delay", "seconds": 60, "events": ["CreateBooking"], "count": 1}, root="")
    booking = venue.book()
    assert booking["status"] == "CREATING"
    venue.advance(seconds=60)
    assert venue.look(booking)["status"] == "CONFIRMED"


# State


def test_a_snapshot_brings_bookings_and_feeds_back(venue: Venue) -> None:
    venue.offer({"deposit": deposit(10)})
    booking = venue.book()
    kept = venue.ok("POST", "/snapshots", {}, root="")["id"]
    venue.do(booking, "cancel")
    venue.slots({"start_sec": SLOT + DAY})
    venue.ok("POST", f"/snapshots/{kept}/restore", {}, root="")
    assert venue.look(booking) == booking
    assert venue.book()["status"] == "CONFIRMED"
    venue.ok("POST", f"/snapshots/{kept}/fork", {"merchant": "beta"}, root="")
    assert venue.control("GET", f"/google/bookings/{booking['id']}?merchant=beta", headers={}).body["postings"] == booking["postings"]


def test_a_reset_leaves_nothing(venue: Venue) -> None:
    venue.offer()
    venue.book()
    venue.ok("POST", "/reset", {}, root="")
    assert venue.ok("GET", "")["data"] == []
    assert venue.steer("POST", "/quote", venue.pick()).status == 404


# Redirects (2.10)


def redirecting(venues: Venues, posting: str = "auto") -> Venue:
    venue = venues(generation="redirect", posting=posting)
    venue.ok("PUT", "/feeds/merchants", {"merchant": [{"merchant_id": "m-9"}]})
    venue.service(uri_template=TEMPLATE, no_show_fee=fee(20))
    resources = {"party_size": 2, "room_id": "a b"}
    venue.slots({"linkout_required_reason": "PAYMENT_REQUIRED", "prepayment": prepayment(30), "resources": resources})
    return venue


def collect(venue: Venue, booking: Any, **more: Any) -> Any:
    rwg = booking["redirect_url"].partition("rwg_token=")[2]
    body = {"conversion_partner_id": PARTNER, "rwg_token": rwg, "merchant_changed": 2, **more}
    return venue.run(venue._client.request("POST", "/maps/conversion/collect?merchant=alpha", json=body))


def test_2_10_a_slot_that_links_out_is_a_redirect(venues: Venues) -> None:
    """The user is sent to the partner's page with a token; CreateBooking is not called."""
    venue = redirecting(venues)
    url = f"https://v.test/book?at={SLOT}&n=2&room=a%20b"
    assert venue.quote()["redirect_url"] == url
    booking = venue.book()
    assert (booking["status"], booking["booking_id"], booking["postings"]) == ("REDIRECTED", None, [])
    assert booking["redirect_url"].startswith(url + "&rwg_token=")
    assert venue.ok("GET", "/deliveries", root="")["data"] == []


@pytest.mark.parametrize(("posting", "moved"), [("auto", [("prepayment_charge", 30, "B1")]), ("manual", [])])
def test_2_10_a_conversion_is_reported_once(venues: Venues, posting: str, moved: list[Any]) -> None:
    venue = redirecting(venues, posting)
    booking = venue.book()
    for _ in range(2):
        assert (collect(venue, booking).status_code, collect(venue, booking).json()) == (200, {})
    shown = venue.look(booking)
    assert (shown["status"], venue.moved(booking), [line["rule"] for line in shown["history"]]) == ("CONVERTED", moved, ["2.10"])
    refused(venue, f"/{booking['id']}/cancel", {}, 409, "partner's own page")
    venue.to(-HOUR)
    shown = venue.do(booking, "attendance", {"outcome": "no_show"})
    assert venue.moved(shown)[1:] == ([("no_show_fee", 20, "B7")] if posting == "auto" else [])


def test_2_10_a_redirect_lapses_after_thirty_days(venues: Venues) -> None:
    venue = redirecting(venues)
    booking = venue.book()
    venue.advance(seconds=START + 30 * DAY - venue.now)
    assert venue.look(booking)["status"] == "LAPSED"
    assert collect(venue, booking).status_code == 400


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"rwg_token": "rwg.alpha.none"}, 404), ({"rwg_token": None}, 404), ({"conversion_partner_id": "p-2"}, 404),
        ({"merchant_changed": 3}, 400),
    ],
)  # fmt: skip
def test_2_10_a_conversion_of_nothing_is_refused(venues: Venues, body: dict[str, Any], status: int) -> None:
    venue = redirecting(venues)
    booking = venue.book()
    assert collect(venue, booking, **body).status_code == status
    assert venue.look(booking) == booking


def test_2_10_a_conversion_names_its_merchant(venues: Venues) -> None:
    venue = redirecting(venues)
    body = {"conversion_partner_id": PARTNER, "rwg_token": "x"}
    assert venue.run(venue._client.request("POST", "/maps/conversion/collect", json=body)).status_code == 401
    headers = {"authorization": f"Bearer {venue.token}"}
    assert venue.run(venue._client.request("POST", "/maps/conversion/collect", json=body, headers=headers)).status_code == 404


def test_2_10_a_slot_without_a_link_is_booked_at_the_booking_server(venues: Venues) -> None:
    venue = venues(generation="redirect")
    venue.ok("PUT", "/feeds/merchants", {"merchant": [{"merchant_id": "m-9"}]})
    venue.service()
    venue.slots()
    assert venue.book()["status"] == "CONFIRMED"
    venue.slots({"prepayment": prepayment(30)})
    refused(venue, "", venue.pick(), 422, "E_LINKOUT_MISSING: ")
