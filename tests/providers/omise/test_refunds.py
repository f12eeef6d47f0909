"""Refunds and voids: what may go back, what the fee does, and what the charge says afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.providers.omise.shop import Till
from tests.providers.omise.test_charges import flags


def refund(till: Till, charge: Any, amount: Any, **params: Any) -> Any:
    return till.ok("POST", f"/charges/{charge['id']}/refunds", {"amount": amount, **params})


def refused(till: Till, charge: Any, amount: Any, **params: Any) -> tuple[Any, ...]:
    answer = till.omise("POST", f"/charges/{charge['id']}/refunds", {"amount": amount, **params})
    return answer.status, answer["code"], answer["message"]


def test_part_goes_back_and_the_fee_stays(till: Till) -> None:
    charge = till.charge()
    made = refund(till, charge, 10_000, metadata={"why": "broken"})
    assert (made["voided"], made["status"], made["funding_amount"], made["metadata"]) == (False, "closed", 10_000, {"why": "broken"})
    later = till.ok("GET", f"/charges/{charge['id']}")
    assert flags(later) == "successful TTFFFTTTFFT"
    assert (later["refunded_amount"], later["refunds"]["data"]) == (10_000, [made])
    assert till.money() == 96_094 - 10_000
    line = till.ok("GET", f"/transactions/{made['transaction']}")
    assert (line["amount"], line["direction"], line["key"], line["origin"]) == (10_000, "debit", "refund.created.debit", made["id"])
    assert till.keys() == ["charge.create", "refund.create"]


def test_event_of_a_refund_shows_the_refund(till: Till) -> None:
    made = refund(till, till.charge(), 10_000)
    event = till.ok("GET", "/events", {"order": "reverse_chronological"})["data"][0]
    assert (event["key"], event["data"]) == ("refund.create", made)


def test_all_within_a_day_is_a_void_and_the_fee_comes_back(till: Till) -> None:
    charge = till.charge()
    till.advance(seconds=86_400)
    made = refund(till, charge, 100_000)
    assert made["voided"] is True
    assert flags(till.ok("GET", f"/charges/{charge['id']}")) == "successful TTFFFFFFTFF"
    assert till.ok("GET", f"/transactions/{made['transaction']}")["amount"] == 96_094
    assert till.money() == 0
    assert till.money("fees:processing") == -till.money("fees:processing_returned") == 3_650
    assert till.money("taxes:vat") == -till.money("taxes:vat_returned") == 256


def test_all_after_a_day_is_a_refund_and_the_fee_is_gone(till: Till) -> None:
    charge = till.charge()
    till.advance(seconds=86_401)
    assert refused(till, charge, 100_000, void=True) == (400, "failed_void", "void failed")
    made = refund(till, charge, 100_000)
    assert made["voided"] is False
    assert flags(till.ok("GET", f"/charges/{charge['id']}")) == "successful TTFFFFFFFFF"
    assert till.money() == -3_906


def test_a_part_cannot_be_voided(till: Till) -> None:
    charge = till.charge()
    assert refused(till, charge, 99_999, void=True)[:2] == (400, "failed_void")
    refund(till, charge, 50_000)
    assert refund(till, charge, 50_000)["voided"] is False
    assert refund(till, till.charge(), 100_000, void=True)["voided"] is True


def test_void_window_is_a_setting(open_till: Callable[..., Till]) -> None:
    till = open_till(providers={"omise": {"void_hours": 1}})
    charge = till.charge()
    till.advance(seconds=3_601)
    assert till.ok("GET", f"/charges/{charge['id']}")["can_perform_void"] is False
    assert refund(till, charge, 100_000)["voided"] is False


def test_what_cannot_be_refunded(till: Till) -> None:
    charge = till.charge()
    assert refused(till, charge, 100_001) == (400, "failed_refund", "amount must be less than or equal to remaining amount")
    assert refused(till, charge, None) == refused(till, charge, "ten") == (400, "failed_refund", "amount is not a number")
    assert refused(till, charge, 0) == refused(till, charge, -1) == (400, "failed_refund", "amount must be greater than or equal to 1")
    assert refused(till, till.charge(capture=False), 100) == (400, "failed_refund", "charge is not refundable")
    assert refused(till, till.charge(number="4111111111140011"), 100)[2] == "charge is not refundable"
    refund(till, charge, 100_000)
    assert refused(till, charge, 1)[2] == "charge is not refundable"
    disputed = till.dispute()
    assert refused(till, {"id": disputed["charge"]}, 1)[2] == "charge is being disputed and can't be refunded"
    old = till.charge()
    till.advance(days=366)
    assert refused(till, old, 1)[2] == "charge is not refundable"


def test_fifteen_refunds_and_no_more(till: Till) -> None:
    charge = till.charge()
    for _ in range(15):
        refund(till, charge, 10)
    assert refused(till, charge, 10)[1] == "failed_refund"
    assert till.ok("GET", f"/charges/{charge['id']}")["refunds"]["total"] == 15


def test_refund_of_dollars_is_converted_by_the_charges_rate(till: Till) -> None:
    charge = till.charge(100_000, currency="usd")
    made = refund(till, charge, 50_000)
    assert (made["currency"], made["funding_amount"], made["funding_currency"]) == ("USD", 1_535_831, "THB")
    assert till.money() == charge["net"] - 1_535_831


@pytest.mark.parametrize(("amount", "funding"), [(50_001, 1_535_862), (33_333, 1_023_877), (1, 31)])
def test_converted_refund_is_rounded_half_up(till: Till, amount: int, funding: int) -> None:
    """1,535,861.7, 1,023,877.1 and 30.7 satang."""
    assert refund(till, till.charge(100_000, currency="usd"), amount)["funding_amount"] == funding


def test_refunds_are_listed_and_retrieved(till: Till) -> None:
    """Under their charge and at the root; never under another charge."""
    one, two = till.charge(), till.charge()
    made = [refund(till, one, 100), refund(till, two, 200), refund(till, one, 300)]
    assert till.ok("GET", "/refunds")["data"] == made
    listed = till.ok("GET", f"/charges/{one['id']}/refunds")
    assert (listed["data"], listed["total"]) == ([made[0], made[2]], 2)
    assert till.ok("GET", f"/charges/{one['id']}/refunds/{made[2]['id']}") == made[2]
    for path, kind in ((f"/charges/{one['id']}/refunds/{made[1]['id']}", f"refund {made[1]['id']}"), ("/charges/x/refunds", "charge x")):
        missing = till.omise("GET", path)
        assert (missing.status, missing["message"]) == (404, f"{kind} was not found")


@pytest.mark.parametrize("profile", ["testmode", "network"])
def test_books_balance_whatever_goes_back(profile: str, open_till: Callable[..., Till]) -> None:
    till = open_till(profile=profile)
    for amount in (10_000, 100_000):
        refund(till, till.charge(), amount)
    assert till.merchant.ledger.balanced()
    till.advance(days=8)
    total = till.ok("GET", "/balance")
    assert total["total"] == total["transferable"] == 96_094 - 10_000
