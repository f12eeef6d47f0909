"""Scenarios, recordings, merchants and the books in the browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.scenario.reader import read
from tests.browser.chromium import expect
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser


def test_a_scenario_is_read_run_with_progress_and_judged_and_its_report_saved(desk: Desk, tmp_path: Path) -> None:
    page = desk.open("/scenarios")
    desk.row("missed-deadline").click()
    desk.ready("Scenario")
    expect(desk.main).to_contain_text("name: missed-deadline")
    desk.fill(merchant=f"{desk.merchant}s", provider="stripe")
    # What is told while it runs is gone when it is over: the page itself notes what it said.
    page.evaluate("""() => {
      window.said = [];
      new MutationObserver(() => {
        const text = document.querySelector(".progress strong")?.textContent;
        if (text && window.said.at(-1) !== text) window.said.push(text);
      }).observe(document.querySelector("main"), { subtree: true, childList: true, characterData: true });
    }""")
    desk.press("Run")
    expect(desk.main.locator(".verdict")).to_contain_text("Passed")
    expect(desk.main.locator(".verdict")).to_contain_text("11 of 11 expectations hold")
    said = page.evaluate("window.said")
    assert "Stripe, step 1: charge" in said, said
    expect(desk.row("events, in order").first).to_contain_text("passed")
    with page.expect_download() as saved:
        desk.press("Report")
    saved.value.save_as(tmp_path / "report.html")
    assert saved.value.suggested_filename == "missed-deadline.html"
    assert "missed-deadline on stripe" in (tmp_path / "report.html").read_text()
    desk.main.get_by_role("link", name=f"Look at merchant {desk.merchant}s").click()
    expect(desk.main.locator("tbody tr")).to_have_count(1)


def test_what_was_done_by_hand_is_saved_as_a_scenario(desk: Desk, tmp_path: Path) -> None:
    """A merchant with records is reset first, and only after a question."""
    desk.refusals_expected = True
    desk.pay()
    page = desk.open("/requests")
    desk.press("Record a scenario")
    desk.press("Reset and record")
    expect(desk.main.get_by_text("Recording since")).to_be_visible()
    desk.dispute(desk.pay())
    expect(desk.main.get_by_text("2 calls")).to_be_visible()
    desk.press("Stop and save as a scenario")
    desk.fill(name="late-parcel", about="Nothing arrived.")
    desk.press("Save")
    expect(desk.main.get_by_role("heading", name="late-parcel.yaml")).to_be_visible()
    with page.expect_download() as saved:
        desk.press("Download")
    saved.value.save_as(tmp_path / "late-parcel.yaml")
    story = read((tmp_path / "late-parcel.yaml").read_text(), "late-parcel.yaml").scenario
    assert (story.name, story.about) == ("late-parcel", "Nothing arrived.")
    assert "dispute" in [step.verbs()[0] for step in story.steps]


def test_a_range_of_the_log_is_saved_as_a_scenario(desk: Desk, tmp_path: Path) -> None:
    """By keyboard, what was done by hand included, and the payment beside it left out."""
    desk.pay(1_111)
    desk.dispute(desk.pay(2_222))
    page = desk.open("/requests")
    opener = desk.main.get_by_role("button", name="Save a range", exact=True)
    opener.focus()
    page.keyboard.press("Enter")
    desk.fill(name="one-dispute")
    page.keyboard.press("Enter")
    expect(desk.main.get_by_role("heading", name="one-dispute.yaml")).to_be_visible()
    with page.expect_download() as saved:
        desk.press("Download")
    saved.value.save_as(tmp_path / "one-dispute.yaml")
    text = (tmp_path / "one-dispute.yaml").read_text()
    assert "1111" not in text
    assert [step.verbs()[0] for step in read(text, "one-dispute.yaml").scenario.steps] == ["request", "dispute", "expect"]


def test_a_merchant_is_made_kept_brought_back_forked_and_reset(desk: Desk) -> None:
    desk.refusals_expected = True
    desk.pay(description="Red felt hat")
    page = desk.open("/merchants")
    desk.press("Take snapshot")
    desk.fill(name="one hat")
    desk.press("Take snapshot")
    kept = desk.row("one hat")
    expect(kept).to_be_visible()
    desk.pay(description="Straw hat")
    kept.get_by_role("button", name="Restore").click()
    desk.press("Restore")
    expect(page.locator("dialog")).to_have_count(0)
    assert [row["description"] for row in desk.call("GET", "/payments")["data"]] == ["Red felt hat"]
    kept.get_by_role("button", name="Fork").click()
    desk.fill(merchant=f"{desk.merchant}b")
    desk.press("Fork")
    expect(desk.row(f"{desk.merchant}b")).to_be_visible()
    desk.press("Reset merchant")
    desk.fill(name="somebody_else")
    desk.press("Reset merchant")
    expect(desk.within().get_by_role("alert")).to_contain_text(f"Type {desk.merchant}")
    assert len(desk.call("GET", "/payments")["data"]) == 1
    desk.fill(name=desk.merchant)
    desk.press("Reset merchant")
    expect(page.locator("dialog")).to_have_count(0)
    assert desk.call("GET", "/payments")["data"] == []
    expect(kept).to_be_visible()
    kept.get_by_role("button", name="Delete").click()
    expect(desk.main.get_by_role("heading", name="No snapshot yet")).to_be_visible()
    desk.press("New merchant")
    desk.fill(name=f"{desk.merchant}c")
    desk.press("Create")
    expect(page.locator("#merchant")).to_have_value(f"{desk.merchant}c")
    page.locator("#merchant").select_option(f"{desk.merchant}b")
    expect(desk.row("Red felt hat")).to_be_visible()


def test_the_books_of_every_currency_are_shown_and_balance(desk: Desk) -> None:
    desk.pay(4_321)
    page = desk.open("/ledger")
    usd = desk.main.locator(".trial").filter(has_text="Stripe · USD")
    expect(usd.locator("tfoot")).to_contain_text("43.21")
    expect(desk.main.locator(".head")).to_contain_text("balanced")
    desk.pay(9_800, "jpy")  # live, and in a currency without cents
    expect(desk.main.locator(".trial").filter(has_text="Stripe · JPY").locator("tfoot")).to_contain_text("9,800")
    for trial in desk.main.locator(".trial tfoot tr").all():
        _, debit, credit = trial.locator("th, td").all_inner_texts()
        assert debit == credit
    expect(page.locator("tbody").last.locator("tr").first).to_contain_text("JPY")  # entries, newest first


def test_the_books_of_a_connected_account_are_called_by_their_provider_s_name(desk: Desk) -> None:
    account = desk.stripe("POST", "/v1/accounts", {"type": "custom", "country": "US"})["id"]
    desk.stripe("POST", "/v1/charges", {"amount": 4321, "currency": "usd", "source": "tok_visa"}, stripe_account=account)
    desk.open("/ledger")
    expect(desk.main.locator(".trial h2").first).to_have_text(f"Stripe · {account} · USD")
