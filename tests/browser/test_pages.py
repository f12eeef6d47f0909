"""Every page: it opens, it says something to whoever has nothing yet, and everybody can read it."""

from __future__ import annotations

import pytest

from tests.browser.chromium import expect
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser
PAGES = ["disputes", "payments", "webhooks", "inbox", "requests", "ledger", "faults", "scenarios", "merchants"]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_without_anything_on_it_says_what_to_do_first(desk: Desk, page: str) -> None:
    desk.open(f"/{page}")
    expect(desk.main.locator("h1")).to_be_visible()
