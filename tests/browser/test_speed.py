"""Ten thousand payments: what is fetched and drawn is a page of them."""

from __future__ import annotations

import socket
from urllib.parse import urlencode

import pytest

from tests.browser.chromium import expect
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser
MANY = 10_000
AT_ONCE = 200  # requests on the wire before their answers are read
ROWS_MAX = 50
STEP_BYTES_MAX = 400_000  # of answers: a page of rows, not ten thousand
STEP_MS_MAX = 10_000  # of wall time on a machine that others use too; alone it takes a few hundred
FETCHED = """performance.getEntriesByType('resource').filter((entry) => entry.startTime >= window.began)
  .reduce((sum, entry) => sum + entry.encodedBodySize, 0)"""


def charge_many(desk: Desk, many: int) -> None:
    """So many captured charges, the requests of a batch sent one behind the other on one connection."""
    with socket.create_connection(("127.0.0.1", desk.serving.port), timeout=60) as line:
        stream = line.makefile("rb")
        for start in range(0, many, AT_ONCE):
            batch = b""
            for number in range(start, start + AT_ONCE):
                wanted = {"amount": 1_000 + number, "currency": "usd", "source": "tok_visa", "description": f"order {number} of many"}
                body = urlencode(wanted)
                batch += (
                    f"POST /v1/charges HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {desk.key}\r\n"
                    f"content-type: application/x-www-form-urlencoded\r\ncontent-length: {len(body)}\r\n\r\n{body}"
                ).encode()
            line.sendall(batch)
            for _ in range(AT_ONCE):
                assert stream.readline().startswith(b"HTTP/1.1 200"), "a charge was refused"
                length = 0
                while (header := stream.readline()) != b"\r\n":
                    if header.lower().startswith(b"content-length:"):
                        length = int(header.split(b":")[1])
                stream.read(length)
        stream.close()


def test_ten_thousand_payments_stay_smooth(desk: Desk) -> None:
    """A page is fetched at a time; opening, looking further, searching, and a payment that comes are quick; nothing is loaded anew."""
    charge_many(desk, MANY)
    page = desk.page
    took: dict[str, float] = {}
    fetched: dict[str, int] = {}
    rows = desk.main.locator(".scroll tbody tr")
    page.goto(f"{desk.url}/dashboard/payments?merchant={desk.merchant}")
    expect(rows.first).to_contain_text(f"order {MANY - 1} of many")
    took["open"] = page.evaluate("performance.now()")
    page.evaluate("window.sameDocument = true")

    def step(name: str, first: str) -> None:
        expect(rows.first).to_contain_text(first)
        took[name] = page.evaluate("performance.now() - window.began")
        assert rows.count() <= ROWS_MAX, name
        fetched[name] = page.evaluate(FETCHED)
        assert fetched[name] <= STEP_BYTES_MAX, fetched

    def begin() -> None:
        page.evaluate("window.began = performance.now()")

    begin()
    desk.main.get_by_role("link", name="Older →").click()
    step("older", f"order {MANY - 1 - ROWS_MAX} of many")
    begin()
    desk.main.get_by_role("link", name="Newest").click()
    step("newest", f"order {MANY - 1} of many")
    begin()
    desk.fill(q="order 77 of")
    step("search", "order 77 of many")
    desk.fill(q="")
    expect(rows).to_have_count(ROWS_MAX)
    begin()
    desk.pay(123_456, description="the newest of all")
    step("live", "the newest of all")
    for title, first in (("Requests", "/v1/charges"), ("Ledger", "USD")):
        begin()
        page.get_by_role("link", name=title, exact=True).click()
        desk.ready(title)
        step(title.lower(), first)
    assert page.evaluate("window.sameDocument") is True
    print(f"\n{MANY} payments: " + ", ".join(f"{name} {ms:.0f} ms {fetched.get(name, 0)} bytes" for name, ms in took.items()))
    assert max(took.values()) < STEP_MS_MAX, took
