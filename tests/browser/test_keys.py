"""Everything that the mouse does the keyboard does too."""

from __future__ import annotations

import pytest

from tests.browser.chromium import expect
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser
TABS_MAX = 60
FOCUSED = "document.activeElement && (document.activeElement.ariaLabel || document.activeElement.innerText || document.activeElement.name)"


def tab_to(desk: Desk, name: str) -> None:
    """The Tab key has come to what has that name; wherever it stops on the way, it is seen."""
    seen = []
    for _ in range(TABS_MAX):
        desk.page.keyboard.press("Tab")
        said = (desk.page.evaluate(FOCUSED) or "").strip()
        if said == name:
            outline = desk.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"{name} has the focus, and nobody can see it"
            return
        seen.append(said[:30])
    raise AssertionError(f"Tab never came to {name!r}: {seen}")


def test_a_charge_is_disputed_and_lost_with_the_keyboard_alone(desk: Desk) -> None:
    desk.pay(4_321, description="Red felt hat")
    desk.pay(9_900, description="Straw hat")
    page = desk.open("/payments")
    keys = page.keyboard
    keys.press("/")  # the search, as people are used to
    keys.type("felt")
    expect(desk.main.locator("tbody tr")).to_have_count(1)
    tab_to(desk, "43.21 USD")
    keys.press("Enter")
    desk.ready("Payment")
    tab_to(desk, "Dispute")
    keys.press("Enter")
    expect(page.locator("dialog[open]")).to_be_visible()
    assert page.evaluate("document.querySelector('dialog').contains(document.activeElement)")
    tab_to(desk, "Open dispute")
    keys.press("Enter")
    expect(page.locator("dialog")).to_have_count(0)
    expect(desk.main.get_by_text("needs response").first).to_be_visible()
    for _ in range(9):
        tab_to(desk, "+1 day")
        keys.press("Enter")
        expect(page.locator("[aria-busy]")).to_have_count(0)
    expect(desk.main.get_by_text("lost").first).to_be_visible()


def test_a_dialog_closes_with_escape_and_the_page_is_skipped_to_with_a_link(desk: Desk) -> None:
    page = desk.open("/faults")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "Skip to the page"
    page.keyboard.press("Enter")
    tab_to(desk, "Add fault")
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    assert page.evaluate(FOCUSED) == "Add fault"  # where it was before
