"""The worked example, a booking server of its own: in process, and once as a process beside `payment-sandbox serve`."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.example import booking_server
from tests.harness import Receiver
from tests.providers.google_bookings.venue import HOUR, SLOT, Venue, deposit, fee, price
from tests.server.test_serve import free_port
from tests.serving import START_SECONDS_MAX, Serving, environment

BASIC = {"base_url": "http://localhost:8080", "username": booking_server.USERNAME, "password": booking_server.PASSWORD}
FILE = Path(booking_server.__file__)


class Hosted(Receiver):
    """The example's application in the place of the network."""

    def __init__(self) -> None:
        super().__init__()
        self.venue = booking_server.Venue("http://127.0.0.1:12111")
        self._inner = httpx.ASGITransport(app=booking_server.app(self.venue))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._inner.handle_async_request(request)


@pytest.fixture
def hosted() -> Any:
    """A merchant whose partner is the example; both reach each other in process."""
    host = Hosted()
    shop = Venue(receiver=host)
    host.venue.transport = httpx.ASGITransport(app=shop.app)
    host.venue.token = shop.register(**BASIC)
    yield shop, host.venue
    shop.close()


def test_a_prepaid_table_is_booked_canceled_and_refunded(hosted: tuple[Venue, booking_server.Venue]) -> None:
    shop, example = hosted
    shop.offer({"prepayment_type": "REQUIRED", "price": price(40)})
    booking = shop.book()
    assert (booking["status"], booking["prepayment_status"], booking["findings"]) == ("CONFIRMED", "PREPAYMENT_PROVIDED", [])
    assert list(example.tables) == [booking["booking_id"]]
    assert shop.do(booking, "cancel")["status"] == "CANCELED"
    assert shop.wrong(booking) == [("B2", "refund_missing")]
    assert shop.run(example.act(booking["booking_id"], "refund")).status_code == 200
    assert [kind for kind, _, _ in shop.moved(booking)] == ["prepayment_charge", "prepayment_refund"]
    assert shop.wrong(booking) == []


def test_the_same_token_makes_one_booking(hosted: tuple[Venue, booking_server.Venue]) -> None:
    shop, example = hosted
    shop.offer({"deposit": deposit(10)})
    booking = shop.book()
    for row in shop.ok("GET", "/deliveries", root="")["data"]:
        shop.ok("POST", f"/deliveries/{row['id']}/resend", {"duplicate": 3}, root="")
    shop.settle()
    assert (list(example.tables), shop.look(booking)) == ([booking["booking_id"]], booking)


def test_another_world_of_the_same_seed_makes_bookings_of_its_own(hosted: tuple[Venue, booking_server.Venue]) -> None:
    """The booking server outlives a reset, and remembers every token that it saw."""
    shop, example = hosted
    feed = {"prepayment_type": "REQUIRED", "price": price(40)}
    shop.offer(feed)
    first = shop.book()
    shop.ok("POST", "/reset", {}, root="")
    shop.freeze()
    example.token = shop.register(**BASIC)
    shop.offer(feed)
    second = shop.book()
    assert second["id"] == first["id"]
    assert list(example.tables) == [first["booking_id"], second["booking_id"]]
    assert second["findings"] == []


def test_a_sold_out_evening_and_a_wrong_password(hosted: tuple[Venue, booking_server.Venue]) -> None:
    shop, example = hosted
    shop.offer()
    example.full.add(str(SLOT))
    assert shop.book()["failure"]["cause"] == "SLOT_UNAVAILABLE"
    shop.register(**{**BASIC, "password": "old"})
    assert shop.book()["failure"]["description"] == "the booking server answered 401"


def test_a_guest_who_does_not_come_is_notified_by_the_venue(hosted: tuple[Venue, booking_server.Venue]) -> None:
    shop, example = hosted
    shop.offer({"no_show_fee": fee(20, "PER_PERSON")})
    booking = shop.book(party_size=4)
    shop.to(-HOUR)
    assert shop.run(example.act(booking["booking_id"], "NO_SHOW_PENALIZED")).status_code == 200
    assert (shop.moved(booking), shop.wrong(booking)) == ([("no_show_fee", 80, "B7")], [])
    again = shop.run(example.act(booking["booking_id"], "CONFIRMED"))
    assert (again.status_code, again.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")


STORY = "booking-same-token"


def test_the_example_as_a_process() -> None:
    """Both on ports of their own: booked, cancelled by the venue, the deposit back; and a story played twice holds both times.

    The process outlives the story's reset, and remembers every token that it saw.
    """
    port = free_port()
    with Serving() as server:
        line = [sys.executable, str(FILE), "--port", str(port), "--api", server.url]
        process = subprocess.Popen(line, env=environment(PYTHONPATH=str(FILE.parents[2])))
        try:
            with httpx.Client(trust_env=False, timeout=30) as client:
                wait_for(client, f"http://127.0.0.1:{port}/v3/HealthCheck/")
                told(client, server.url, port)
                for _ in range(2):
                    body = {"webhook": f"http://127.0.0.1:{port}", "webhook_secret": f"{BASIC['username']}:{BASIC['password']}"}
                    played = client.post(f"{server.url}/_sandbox/scenarios/{STORY}/run?merchant=beta", json=body).json()
                    assert played["passed"], played
                    assert [check["result"] for row in played["verdicts"] for check in row["checks"]].count("passed") > 5
        finally:
            process.terminate()
            process.wait(20)


def wait_for(client: httpx.Client, url: str) -> None:
    until = time.monotonic() + START_SECONDS_MAX
    while True:
        try:
            assert client.get(url).json() == {"status": "SERVING"}
            return
        except httpx.TransportError:
            assert time.monotonic() < until, "the example did not start"
            time.sleep(0.05)


def told(client: httpx.Client, api: str, port: int) -> None:
    root = f"{api}/_sandbox/google/bookings"
    example = f"http://127.0.0.1:{port}"

    def ok(method: str, path: str, body: Any = None) -> Any:
        answer = client.request(method, f"{root}{path}?merchant=alpha", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    start = int(time.time()) + 7 * 86_400
    row = {"merchant_id": "m-9", "service_id": "dinner"}
    token = ok("POST", "/partners", {**BASIC, "partner_id": booking_server.PARTNER, "base_url": example})["access_token"]
    client.post(f"{example}/token", content=token)
    ok("PUT", "/feeds/services", {"service": [{**row, "deposit": deposit(50, 4 * HOUR)}]})
    ok("PUT", "/feeds/availability", {"availability": [{**row, "start_sec": start, "duration_sec": 5_400}]})
    booking = ok("POST", "", {**row, "partner_id": booking_server.PARTNER, "start_sec": start})
    assert [posting["kind"] for posting in booking["postings"]] == ["deposit_charge"]
    answer = client.post(f"{example}/tables/{booking['booking_id']}/CANCELED")
    assert (answer.status_code, answer.json()["status"]) == (200, "CANCELED")
    shown = ok("GET", f"/{booking['id']}")
    assert [posting["kind"] for posting in shown["postings"]] == ["deposit_charge", "deposit_refund"]
    assert (shown["mismatches"], shown["findings"]) == ([], [])
