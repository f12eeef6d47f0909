"""Every page: it opens, it says something to whoever has nothing yet, and everybody can read it."""

from __future__ import annotations

import pytest

from tests.browser.chromium import expect
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser
PAGES = ["disputes", "payments", "webhooks", "inbox", "requests", "ledger", "faults", "scenarios", "merchants"]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_without_anything_on_it_says_what_to_do_first(tour: Desk, page: str) -> None:
    tour.open(f"/{page}")
    expect(tour.main.locator("h1")).to_be_visible()


def test_an_unknown_payment_is_told_in_people_s_words_with_the_way_to_the_list(desk: Desk) -> None:
    desk.refusals_expected = True
    desk.open("/payments/pi_unknown")
    expect(desk.main).to_contain_text("has no payment 'pi_unknown'.")
    expect(desk.main).not_to_contain_text("/_sandbox")
    desk.main.get_by_role("link", name="← Payments").click()
    desk.ready("Payments")
