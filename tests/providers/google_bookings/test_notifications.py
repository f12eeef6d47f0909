"""The notification API (2.8, 2.9): masks, statuses, prepayments, and who may send what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.trace import everything
from tests.harness import DAY
from tests.providers.google_bookings.venue import HOUR, PARTNER, SLOT, Venue, agreeable, deposit, fee, prepayment

Venues = Callable[..., Venue]
REFUNDED = {"prepaymentStatus": "PREPAYMENT_REFUNDED", "paymentTransactionId": "r-1"}


def iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def refused(venue: Venue, booking: Any, mask: str, said: str, code: int = 400, **fields: Any) -> None:
    """The notification is refused in Google's envelope, and leaves no trace."""
    before = everything(venue.merchant)
    answer = venue.notify(booking, mask, **fields)
    assert (answer.status, answer.error["code"]) == (code, code), answer.body
    assert said in answer.error["message"], answer.body
    assert answer.error["status"] == {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}[code]
    assert everything(venue.merchant) == before


def test_the_answer_is_the_whole_booking(venue: Venue) -> None:
    venue.offer({}, prepayment=prepayment(30), resources={"party_size": 4})
    booking = venue.book(party_size=4)
    answer = venue.notify(booking, "partySize", partySize="5")
    assert answer.status == 200
    transaction = answer.body["paymentInformation"].pop("paymentTransactionId")
    assert transaction == booking["payment_transaction_id"]
    assert answer.body == {
        "name": f"partners/{PARTNER}/bookings/{booking['booking_id']}", "merchantId": "m-9", "serviceId": "dinner",
        "startTime": iso(SLOT), "duration": "5400s", "status": "CONFIRMED", "partySize": "5",
        "clientInformation": {
            "givenName": "Asha", "familyName": "Rao", "email": "asha@example.test", "telephone": "+15550100",
        },
        "paymentInformation": {"prepaymentStatus": "PREPAYMENT_PROVIDED"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("mask", "fields", "changed"),
    [
        ("status", {"status": "CANCELED"}, {"status": "CANCELED"}),
        ("startTime", {"startTime": iso(SLOT + DAY)}, {"start_sec": SLOT + DAY}),
        ("start_time", {"start_time": iso(SLOT + DAY)}, {"start_sec": SLOT + DAY}),
        ("duration", {"duration": "7200s"}, {"duration_sec": 7_200}),
        ("partySize", {"partySize": "6"}, {"party_size": 6}),
        ("party_size", {"party_size": 6}, {"party_size": 6}),
        ("status,partySize", {"status": "NO_SHOW", "partySize": "3"}, {"status": "NO_SHOW", "party_size": 3}),
        ("startTime,duration,partySize", {"startTime": iso(SLOT + 60), "duration": "60s", "partySize": "1"},
         {"start_sec": SLOT + 60, "duration_sec": 60, "party_size": 1}),
        ("partySize", {"partySize": "6", "status": "CANCELED"}, {"party_size": 6}),
    ],
)  # fmt: skip
def test_2_9_what_the_mask_names_changes_and_nothing_else(
    venue: Venue, mask: str, fields: dict[str, Any], changed: dict[str, Any]
) -> None:
    venue.offer()
    booking = venue.book(party_size=2)
    shown = venue.notified(booking, mask, **fields)
    names = ("status", "start_sec", "duration_sec", "party_size", "prepayment_status")
    assert {name: shown[name] for name in names} == {name: booking[name] for name in names} | changed


@pytest.mark.parametrize(
    "mask",
    ["paymentInformation", "paymentInformation.prepaymentStatus", "payment_information", "payment_information.prepayment_status",
     "paymentInformation.prepaymentStatus,paymentInformation.paymentTransactionId", "paymentInformation,status"],
)  # fmt: skip
def test_q22_every_spelling_of_the_payment_mask(venue: Venue, mask: str) -> None:
    venue.offer({}, prepayment=prepayment(30))
    booking = venue.book()
    shown = venue.notified(booking, mask, paymentInformation=REFUNDED, status="CONFIRMED")
    assert (shown["prepayment_status"], shown["payment_transaction_id"]) == ("PREPAYMENT_REFUNDED", "r-1")


def test_a_transaction_id_may_come_alone(venue: Venue) -> None:
    venue.offer({}, prepayment=prepayment(30))
    shown = venue.notified(venue.book(), "paymentInformation.paymentTransactionId", paymentInformation={"paymentTransactionId": "t-9"})
    assert (shown["prepayment_status"], shown["payment_transaction_id"]) == ("PREPAYMENT_PROVIDED", "t-9")


PREPAYMENTS = [f"PREPAYMENT_{word}" for word in ("STATUS_UNSPECIFIED", "NOT_PROVIDED", "PROVIDED", "REFUNDED", "CREDITED")]


@pytest.mark.parametrize("to", [*PREPAYMENTS, "PREPAYMENT_LOST", None])
@pytest.mark.parametrize("start", ["PREPAYMENT_NOT_PROVIDED", "PREPAYMENT_PROVIDED", "PREPAYMENT_REFUNDED", "PREPAYMENT_CREDITED"])
def test_2_8_the_one_transition_of_a_prepayment(venues: Venues, start: str, to: str | None) -> None:
    """PROVIDED to REFUNDED; everything else is refused and moves nothing."""
    first = "PREPAYMENT_PROVIDED" if start == "PREPAYMENT_REFUNDED" else start
    info = {"prepayment_status": first, "payment_transaction_id": "t-1"}
    server = lambda method, body: (
        {"booking": {"booking_id": "b-1", "payment_information": info}} if method == "CreateBooking" else agreeable(method, body)
    )
    venue = venues(server=server)
    venue.offer({}, prepayment=prepayment(30))
    booking = venue.book()
    if start == "PREPAYMENT_REFUNDED":
        venue.notified(booking, "paymentInformation", paymentInformation=REFUNDED)
    assert venue.look(booking)["prepayment_status"] == start
    wanted = {"prepaymentStatus": to} if to else {}
    if (start, to) == ("PREPAYMENT_PROVIDED", "PREPAYMENT_REFUNDED"):
        shown = venue.notified(booking, "paymentInformation.prepaymentStatus", paymentInformation=wanted)
        assert [row["kind"] for row in shown["postings"]] == ["prepayment_charge", "prepayment_refund"]
    else:
        refused(venue, booking, "paymentInformation.prepaymentStatus", "not supported", paymentInformation=wanted)


STATUSES = (
    "CONFIRMED", "PENDING_MERCHANT_CONFIRMATION", "PENDING_CLIENT_CONFIRMATION", "CANCELED", "NO_SHOW", "NO_SHOW_PENALIZED", "FAILED",
    "DECLINED_BY_MERCHANT",
)  # fmt: skip
ALLOWED: dict[str, tuple[str, ...]] = {
    "CONFIRMED": ("CANCELED", "NO_SHOW", "NO_SHOW_PENALIZED", "FAILED"),
    "PENDING_MERCHANT_CONFIRMATION": ("CONFIRMED", "PENDING_CLIENT_CONFIRMATION", "CANCELED", "FAILED", "DECLINED_BY_MERCHANT"),
    "PENDING_CLIENT_CONFIRMATION": ("CONFIRMED", "CANCELED", "FAILED", "DECLINED_BY_MERCHANT"),
    "NO_SHOW": ("NO_SHOW_PENALIZED",), "NO_SHOW_PENALIZED": ("NO_SHOW",), "CANCELED": (), "FAILED": (), "DECLINED_BY_MERCHANT": (),
}  # fmt: skip
ROADS: dict[str, tuple[str, ...]] = {status: (status,) for status in STATUSES} | {"PENDING_MERCHANT_CONFIRMATION": ()}


@pytest.mark.parametrize("to", STATUSES)
@pytest.mark.parametrize("start", STATUSES)
def test_2_8_statuses_of_a_booking_without_payments(venue: Venue, start: str, to: str) -> None:
    """Each status meets each: it changes, is an echo, or is refused."""
    venue.register(answers={"CreateBooking": "pending"})
    venue.offer()
    booking = venue.book()
    for step in (("CONFIRMED",) if start in ("NO_SHOW", "NO_SHOW_PENALIZED") else ()) + ROADS[start]:
        venue.notified(booking, "status", status=step)
    assert venue.look(booking)["status"] == start
    if to in ALLOWED[start]:
        assert venue.notified(booking, "status", status=to)["status"] == to
    elif to == start:
        shown = venue.notified(booking, "status", status=to)
        assert (shown["status"], [finding["code"] for finding in shown["findings"]]) == (start, ["I_ECHO"])
    else:
        refused(venue, booking, "status", "does not become", status=to)


@pytest.mark.parametrize("status", ["PENDING_MERCHANT_CONFIRMATION", "DECLINED_BY_MERCHANT"])
def test_2_8_words_that_are_only_for_bookings_without_payments(venue: Venue, status: str) -> None:
    venue.offer({"deposit": deposit(10)})
    refused(venue, venue.book(), "status", "without payments", status=status)


def test_2_9_a_status_that_the_mask_names_and_the_body_lacks_is_missing(venue: Venue) -> None:
    venue.offer()
    refused(venue, venue.book(), "status", "status: the mask names it, and the body has none")


@pytest.mark.parametrize(("transaction", "found"), [("r-1", []), (None, ["W_TRANSACTION_ID"]), ("", ["W_TRANSACTION_ID"])])
def test_2_9_a_refund_is_notified_with_its_transaction(venue: Venue, transaction: str | None, found: list[str]) -> None:
    venue.offer({}, prepayment=prepayment(30))
    booking = venue.book()
    info = {"prepaymentStatus": "PREPAYMENT_REFUNDED", **({} if transaction is None else {"paymentTransactionId": transaction})}
    shown = venue.notified(booking, "paymentInformation", paymentInformation=info)
    assert (shown["prepayment_status"], [finding["code"] for finding in shown["findings"]]) == ("PREPAYMENT_REFUNDED", found)


def test_an_echo_of_what_google_asked_for_is_flagged(venue: Venue) -> None:
    venue.offer()
    booking = venue.do(venue.book(), "cancel")
    (finding,) = venue.notified(booking, "status", status="CANCELED")["findings"]
    assert finding["code"] == "I_ECHO"
    assert "Google asked for it itself" in finding["message"]


@pytest.mark.parametrize(
    ("mask", "fields", "said"),
    [
        ("", {"status": "CANCELED"}, "updateMask"), ("colour", {}, "'colour'"), ("status,", {"status": "CANCELED"}, "''"),
        ("name", {}, "'name'"), ("status", {"status": "CANCELLED"}, "CANCELLED"),
        ("status", {"status": ["CANCELED"]}, "no booking status"), ("status", {"status": "CANCELED_AUTOMATIC_REFUND"}, "google_processed"),
        ("startTime", {"startTime": "tomorrow"}, "RFC 3339"), ("startTime", {"startTime": "2031-03-04T10:20:00"}, "RFC 3339"),
        ("startTime", {"startTime": 1}, "RFC 3339"), ("startTime", {"startTime": "9999-01-01T00:00:00Z"}, "RFC 3339"),
        ("duration", {"duration": "90m"}, "5400s"), ("duration", {"duration": "0s"}, "5400s"), ("duration", {}, "5400s"),
        ("partySize", {"partySize": "0"}, "partySize"), ("partySize", {"partySize": "-1"}, "partySize"),
        ("partySize", {"partySize": True}, "partySize"), ("partySize", {"partySize": "²"}, "partySize"),
        ("paymentInformation", {}, "paymentInformation"), ("paymentInformation", {"paymentInformation": "x"}, "paymentInformation"),
        ("status", {"status": "CANCELED", "name": "partners/p-1/bookings/other"}, "name"), ("status", {"merchantId": "m-8"}, "merchantId"),
        ("status", {"serviceId": None}, "serviceId"), ("status,colour", {"status": "CANCELED"}, "'colour'"),
        ("partySize,status", {"partySize": "3", "status": "PENDING_MERCHANT_CONFIRMATION"}, "does not become"),
    ],
)  # fmt: skip
def test_2_9_a_notification_that_cannot_be_obeyed_whole_changes_nothing(
    venue: Venue, mask: str, fields: dict[str, Any], said: str
) -> None:
    venue.offer()
    refused(venue, venue.book(party_size=2), mask, said, **fields)


CANCEL, REFUND, PARTY = ("status", {"status": "CANCELED"}), ("paymentInformation", {"paymentInformation": REFUNDED}), (
    "partySize", {"partySize": "1"},
)  # fmt: skip
TOLD = {"cancel": CANCEL, "refund": REFUND, "party": PARTY}
OFFERS: tuple[dict[str, Any], ...] = (
    {"prepayment": prepayment(30)}, {"deposit": deposit(50, HOUR)}, {"prepayment": prepayment(30), "no_show_fee": fee(20)}, {},
)  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(offer=st.sampled_from(OFFERS), again=st.lists(st.sampled_from(sorted(TOLD)), max_size=5), order=st.randoms(use_true_random=False))
def test_repeated_or_reordered_updates_end_in_the_same_money(offer: dict[str, Any], again: list[str], order: Random) -> None:
    """A network that repeats and reorders what a venue says moves each sum once: what ends is what ends in the order it was meant."""

    def ended(words: list[str]) -> tuple[Any, ...]:
        venue = Venue()
        venue.offer({}, **offer)
        booking = venue.book()
        for word in words:
            mask, changed = TOLD[word]
            assert venue.notify(booking, mask, **changed).status in (200, 400)  # a second refund is refused
        shown = venue.look(booking)
        found = sorted(venue.moved(booking)), shown["status"], shown["prepayment_status"], venue.money(), venue.money("refunds:pending")
        assert venue.merchant.ledger.balanced()
        venue.close()
        return found

    shuffled = [*sorted(TOLD), *again]
    order.shuffle(shuffled)
    assert ended(shuffled) == ended(["party", "cancel", "refund"])


@given(st.lists(st.sampled_from(["NO_SHOW_PENALIZED", "NO_SHOW", "CONFIRMED", "CANCELED"]), max_size=5))
@settings(max_examples=15, deadline=None)
def test_a_guest_who_did_not_come_pays_once_however_often_it_is_said(told: list[str]) -> None:
    """Whatever is said in between: only that nobody came can be taken back, and back again."""
    venue = Venue()
    venue.offer({"no_show_fee": fee(20)})
    booking = venue.book()
    venue.to(-HOUR)
    for status in ("NO_SHOW_PENALIZED", *told, "NO_SHOW_PENALIZED"):
        venue.notify(booking, "status", status=status)
    assert [kind for kind, _, _ in venue.moved(booking)] == ["no_show_fee"]
    assert venue.money() == 2_000
    venue.close()


def test_a_booking_that_is_over_cannot_be_changed(venue: Venue) -> None:
    venue.offer()
    booking = venue.do(venue.book(party_size=2), "cancel")
    refused(venue, booking, "partySize", "CANCELED", partySize="3")


def test_2_9_who_may_notify(venue: Venue) -> None:
    """No token or a strange one: 401; another partner's id: 403; an unknown booking: 404."""
    venue.offer()
    booking = venue.book()
    other = venue.register("p-2")
    refused(venue, booking, "status", "authentication", 401, token="ya29.test_alpha.bookings." + "x" * 24, status="CANCELED")
    refused(venue, booking, "status", "authentication", 401, token="nonsense", status="CANCELED")
    refused(venue, booking, "status", "permission", 403, token=other, status="CANCELED")
    refused(venue, booking, "status", "not found", 404, token=other, partner="p-2", status="CANCELED")
    refused(venue, {"booking_id": "b-0"}, "status", "not found", 404, status="CANCELED")


def test_2_9_failure_details_come_as_query_parameters(venue: Venue) -> None:
    venue.offer()
    booking = venue.book()
    mask = "status&bookingFailure.cause=PAYMENT_ERROR&bookingFailure.description=declined"
    name = f"partners/{PARTNER}/bookings/{booking['booking_id']}"
    url = f"/v1alpha/notification/{name}?updateMask={mask}"
    body = {"name": name, "merchantId": "m-9", "serviceId": "dinner", "status": "FAILED"}
    response = venue.run(venue._client.request("PATCH", url, json=body, headers={"authorization": f"Bearer {venue.token}"}))
    assert response.status_code == 200
    shown = venue.look(booking)
    assert (shown["status"], shown["failure"]) == ("FAILED", {"kind": "notified", "cause": "PAYMENT_ERROR", "description": "declined"})


@pytest.mark.parametrize("content", [b"{", b'{"status": "CANCELED",}', b"[]", b"\xff"], ids=["cut-off", "comma", "list", "no-text"])
def test_a_body_that_is_no_json_object_is_refused_and_logged(venue: Venue, content: bytes) -> None:
    venue.offer()
    booking = venue.book()
    before = everything(venue.merchant)
    url = f"/v1alpha/notification/partners/{PARTNER}/bookings/{booking['booking_id']}?updateMask=status"
    response = venue.run(venue._client.request("PATCH", url, content=content, headers={"authorization": f"Bearer {venue.token}"}))
    assert (response.status_code, response.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")
    assert everything(venue.merchant) == before
    (line,) = venue.ok("GET", "/requests?provider=google_bookings", root="")["data"]
    assert (line["method"], line["status"], line["error"]["status"]) == ("PATCH", 400, "INVALID_ARGUMENT")


@pytest.mark.parametrize("path", ["orders/o-1", "bookings"])
def test_what_is_not_imitated_says_so(venue: Venue, path: str) -> None:
    url = f"/v1alpha/notification/partners/{PARTNER}/{path}"
    response = venue.run(venue._client.request("PATCH", url, json={}, headers={"authorization": f"Bearer {venue.token}"}))
    wanted = (501, "UNIMPLEMENTED") if "orders" in path else (404, "NOT_FOUND")
    assert (response.status_code, response.json()["error"]["status"]) == wanted
