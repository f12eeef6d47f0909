"""The clock, always in sight: what moves it, what is ahead, what happened."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest

from tests.browser.chromium import expect
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser
NOW = 1_767_603_600  # 2026-01-05T09:00:00Z


@pytest.fixture
def clock(desk: Desk) -> Desk:
    desk.call("POST", "/clock", {"now": NOW, "rate": 0})
    desk.open("/payments")
    return desk


def click(desk: Desk, name: str) -> None:
    desk.page.get_by_role("region", name="Clock").get_by_role("button", name=name).click()


def test_time_is_moved_by_buttons_and_to_a_date(clock: Desk) -> None:
    face = clock.page.locator(".clock .now")
    expect(face).to_have_text("5 Jan 2026, 09:00:00 UTC")
    click(clock, "+1 h")
    expect(face).to_have_text("5 Jan 2026, 10:00:00 UTC")
    click(clock, "+1 day")
    expect(face).to_have_text("6 Jan 2026, 10:00:00 UTC")
    click(clock, "To date…")
    clock.fill(to="2026-02-01T12:30:00")
    clock.press("Go")
    expect(face).to_have_text("1 Feb 2026, 12:30:00 UTC")


def test_a_date_in_the_past_is_refused_in_full(clock: Desk) -> None:
    clock.refusals_expected = True
    click(clock, "To date…")
    clock.fill(to="2025-01-01T00:00:00")
    clock.press("Go")
    expect(clock.within().get_by_text("The clock cannot go back to 2025-01-01T00:00:00Z")).to_be_visible()


def test_it_is_frozen_and_set_running(clock: Desk) -> None:
    click(clock, "Run")
    expect(clock.page.get_by_role("region", name="Clock").get_by_role("button", name="Freeze")).to_be_visible()
    assert clock.call("GET", "/clock")["rate"] == 1
    clock.page.get_by_label("Rate of time").first.select_option("3600")
    expect(clock.page.locator(".face")).to_contain_text("3,600 × the wall")
    click(clock, "Freeze")
    expect(clock.page.locator(".face")).to_contain_text("frozen")
    assert clock.call("GET", "/clock")["rate"] == 0


def test_the_panel_lists_what_is_ahead_and_what_the_last_jump_did(clock: Desk) -> None:
    made = clock.dispute(clock.pay())
    click(clock, "Timers")
    ahead = clock.page.locator("#clock-panel section").first
    expect(ahead).to_contain_text("evidence due of dispute")
    clock.call("POST", "/clock/advance", {"days": 2})
    click(clock, "Next timer")
    last = clock.page.locator("#clock-panel section").last
    expect(last).to_contain_text("evidence due rang for")
    expect(last).to_contain_text("charge.dispute.closed")
    expect(ahead).not_to_contain_text("evidence due")
    last.get_by_role("link", name=made["id"]).click()
    clock.ready("Dispute")


@pytest.fixture
def slow() -> Iterator[tuple[str, threading.Event]]:
    """An application that answers its webhook only when it is let."""
    let = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            let.wait(8)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/slow", let
        let.set()
        server.shutdown()


def test_an_advance_shows_whom_it_waits_for(clock: Desk, slow: tuple[str, threading.Event]) -> None:
    url, let = slow
    clock.call("POST", "/webhook_endpoints", {"provider": "stripe", "url": url})
    clock.pay()
    click(clock, "+1 day")
    busy = clock.page.locator(".progress")
    expect(busy).to_contain_text("Going 1 day on")
    expect(busy.get_by_role("link", name=url)).to_be_visible()
    let.set()
    expect(busy).to_have_count(0)
    expect(clock.page.locator(".clock .now")).to_have_text("6 Jan 2026, 09:00:00 UTC")


def test_the_keyboard_keeps_its_place_when_time_moves(clock: Desk) -> None:
    button = clock.page.get_by_role("button", name="+1 h")
    button.focus()
    for hour in (10, 11, 12):
        clock.page.keyboard.press("Enter")
        expect(clock.page.locator(".clock .now")).to_have_text(f"5 Jan 2026, {hour}:00:00 UTC")
    expect(button).to_be_focused()


def test_a_clock_that_runs_ahead_says_its_speed_and_by_how_much(desk: Desk) -> None:
    desk.call("POST", "/clock", {"rate": 1})
    desk.call("POST", "/clock/advance", {"hours": 217})
    desk.open("/payments")
    expect(desk.page.locator(".clock .face")).to_contain_text("wall speed · 9 days")
    expect(desk.page.locator(".clock .face")).to_contain_text("ahead")
