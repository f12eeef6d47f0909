"""The payer's page behind `authorize_uri`: 3-D Secure for cards, paying or refusing for sources."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.providers.omise.shop import Till
from tests.providers.omise.test_charges import flags
from tests.providers.omise.test_sources import charge_by

BACK = "http://127.0.0.1:1/back?order=6735"


def visit(till: Till, uri: str, outcome: str = "") -> httpx.Response:
    """A browser, which brings no key: it looks, or presses a button."""
    parts = urlsplit(uri)
    path = f"{parts.path}?{parts.query}"
    if not outcome:
        return till.run(till._client.get(path))
    return till.run(till._client.post(path, data={"outcome": outcome}))


@pytest.mark.parametrize(("outcome", "end"), [("pass", "successful TTFFFTTTFFT"), ("fail", "failed FFFFFFFFFFF")])
def test_card_with_a_return_uri_is_authenticated_first(till: Till, outcome: str, end: str) -> None:
    charge = till.charge(return_uri=BACK)
    assert flags(charge) == "pending FFFFFFFFFFF"
    assert "/payments/paym_test_" in charge["authorize_uri"]
    page = visit(till, charge["authorize_uri"])
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert 'value="pass"' in page.text
    sent_back = visit(till, charge["authorize_uri"], outcome)
    assert (sent_back.status_code, sent_back.headers["location"]) == (303, BACK)
    done = till.ok("GET", f"/charges/{charge['id']}")
    assert flags(done) == end
    assert done["failure_code"] == (None if outcome == "pass" else "failed_processing")
    assert till.keys() == ["charge.create", "charge.complete"]


def test_second_click_changes_nothing_and_goes_back(till: Till) -> None:
    charge = till.charge(return_uri=BACK)
    visit(till, charge["authorize_uri"], "pass")
    assert visit(till, charge["authorize_uri"], "fail").headers["location"] == BACK
    assert "waits for nobody" in visit(till, charge["authorize_uri"]).text
    assert till.ok("GET", f"/charges/{charge['id']}")["status"] == "successful"
    assert till.keys() == ["charge.create", "charge.complete"]


def test_authentication_of_a_charge_to_be_captured_later(till: Till) -> None:
    charge = till.charge(return_uri=BACK, capture=False)
    visit(till, charge["authorize_uri"], "pass")
    assert flags(till.ok("GET", f"/charges/{charge['id']}")) == "pending TFTTFFFFFFF"
    assert till.advance(days=7) == ["charge_expires"]
    assert till.keys() == ["charge.create", "charge.complete", "charge.expire"]


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [("4111111111150002", "failed", "failed_processing"), ("4111111111140003", "pending", None), ("4111111111140011", "pending", None)],
)
def test_cards_that_fail_three_d_secure(till: Till, number: str, status: str, code: str | None) -> None:
    """One is not enrolled and fails at once; the others fail after their holder passed."""
    charge = till.charge(number=number, return_uri=BACK)
    assert (charge["status"], charge["failure_code"]) == (status, code)
    if status == "pending":
        visit(till, charge["authorize_uri"], "pass")
        later = till.ok("GET", f"/charges/{charge['id']}")
        assert (later["status"], later["failure_code"]) == ("failed", {"3": "failed_processing", "1": "insufficient_fund"}[number[-1]])


def test_authentication_may_be_asked_for_by_name(till: Till) -> None:
    """Without an address to go back to, the page says that it is done."""
    charge = till.charge(authentication="3DS")
    assert charge["authorize_uri"] is not None
    assert "You may close this page" in visit(till, charge["authorize_uri"], "pass").text


@pytest.mark.parametrize(("outcome", "status", "code"), [("pass", "successful", None), ("fail", "failed", "payment_rejected")])
def test_payer_of_a_source_pays_or_refuses(till: Till, outcome: str, status: str, code: str | None) -> None:
    charge = charge_by(till, "internet_banking_bay", return_uri=BACK)
    assert "Refuse" in visit(till, charge["authorize_uri"]).text
    visit(till, charge["authorize_uri"], outcome)
    done = till.ok("GET", f"/charges/{charge['id']}")
    assert (done["status"], done["failure_code"]) == (status, code)


@pytest.mark.parametrize(("verdict", "status"), [("pass", "successful"), ("fail", "failed")])
def test_control_api_is_the_cardholder_too(till: Till, verdict: str, status: str) -> None:
    """And the payer of a source."""
    for charge in (till.charge(return_uri=BACK), charge_by(till, "promptpay")):
        answer = till.control("POST", f"three_d_secure/{charge['id']}/{verdict}")
        assert (answer.status, answer["status"]) == (200, status)
        again = till.control("POST", f"three_d_secure/{charge['id']}/{verdict}")
        assert (again.status, "waits for nobody" in again.error["message"]) == (409, True)


@pytest.mark.parametrize(("verdict", "status"), [("pass", "successful"), ("fail", "failed")])
def test_control_api_takes_the_id_in_authorize_uri(till: Till, verdict: str, status: str) -> None:
    """`paym_...` of a card, `pay2_...` of a source: what a test has at hand."""
    for charge in (till.charge(return_uri=BACK), charge_by(till, "truemoney", return_uri=BACK)):
        page = charge["authorize_uri"].partition("/payments/")[2].partition("/")[0]
        answered = till.control("POST", f"three_d_secure/{page}/{verdict}")
        assert (answered.status, answered["id"], answered["status"]) == (200, charge["id"], status)
        assert till.control("POST", f"three_d_secure/{page}/{verdict}").status == 409
    assert till.control("POST", f"three_d_secure/paym_test_nobody/{verdict}").status == 404


def test_page_of_nobody(till: Till) -> None:
    """Another merchant's payment is not found, and a page without a merchant's name asks for a key."""
    uri = till.charge(return_uri=BACK)["authorize_uri"]
    assert visit(till, uri.replace("merchant=alpha", "merchant=beta")).status_code == 404
    assert visit(till, uri.partition("?")[0]).status_code == 401
    assert visit(till, uri.replace("merchant=alpha", "merchant=a%2Fb")).status_code == 401
    assert visit(till, uri, "maybe").status_code == 400


def test_a_guest_gets_no_further_than_the_page(till: Till) -> None:
    """The merchant's name in the address opens nothing else."""
    answer = till.run(till._client.get("/charges?merchant=alpha"))
    assert (answer.status_code, answer.json()["code"]) == (401, "authentication_failure")


def test_page_cannot_be_made_to_say_anything_else(till: Till) -> None:
    """What a shop writes into its address neither ends the header nor the page."""
    charge: Any = till.charge(return_uri="http://127.0.0.1:1/back\r\nx-evil: 1<script>")
    assert visit(till, charge["authorize_uri"]).headers["content-security-policy"].startswith("default-src 'none'")
    answer = visit(till, charge["authorize_uri"], "pass")
    assert "x-evil" not in answer.headers
    assert answer.headers["location"] == "http://127.0.0.1:1/backx-evil:1<script>"
