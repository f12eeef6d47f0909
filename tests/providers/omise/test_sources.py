"""`/sources` and the charges that are paid by them: promptpay, redirects, and who says that they were paid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.providers.omise.sources import FLOWS
from tests.providers.omise.shop import Till
from tests.providers.omise.test_charges import flags


def charge_by(till: Till, kind: str, amount: int = 40_000, **params: Any) -> Any:
    source = till.ok("POST", "/sources", {"amount": amount, "currency": "thb", "type": kind}, key="pkey_test_alpha")
    return till.ok("POST", "/charges", {"amount": amount, "currency": "thb", "source": source["id"], **params})


def test_offline_source_is_paid_when_somebody_says_so(till: Till) -> None:
    """No page, a code to scan; the charge.complete event tells the rest."""
    charge = charge_by(till, "promptpay", 2_000)
    assert flags(charge) == "pending FFFFFFFFFFF"
    assert (charge["authorize_uri"], charge["source"]["flow"], charge["source"]["charge_status"]) == (None, "offline", "pending")
    assert charge["source"]["scannable_code"]["type"] == "qr"
    paid = till.ok("POST", f"/charges/{charge['id']}/mark_as_paid")
    assert flags(paid) == "successful TTFFFFFFFFF"
    assert (paid["fee"], paid["fee_vat"], paid["net"], paid["transaction_fees"]["fee_rate"]) == (33, 2, 1_965, "1.65")
    assert paid["source"]["charge_status"] == "successful"
    assert till.money() == 1_965
    assert till.keys() == ["charge.create", "charge.complete"]
    refused = till.omise("POST", f"/charges/{charge['id']}/refunds", {"amount": 100})
    assert (refused.status, refused["code"], refused["message"]) == (400, "failed_refund", "charge is not refundable")


def test_payer_who_does_not_pay(till: Till) -> None:
    charge = charge_by(till, "promptpay")
    failed = till.ok("POST", f"/charges/{charge['id']}/mark_as_failed")
    assert (failed["status"], failed["failure_code"], failed["failure_message"]) == ("failed", "payment_rejected", "payment rejected")
    assert till.keys() == ["charge.create", "charge.complete"]
    for call in ("mark_as_paid", "mark_as_failed"):
        refused = till.omise("POST", f"/charges/{charge['id']}/{call}")
        assert (refused.status, refused["code"]) == (400, "bad_request")
    assert till.omise("POST", f"/charges/{till.charge(capture=False)['id']}/mark_as_paid").status == 400


@pytest.mark.parametrize(("code", "message"), [("insufficient_balance", "insufficient balance"), ("timeout", "timeout")])
def test_mark_as_failed_says_why(till: Till, code: str, message: str) -> None:
    charge = charge_by(till, "promptpay")
    refused = till.omise("POST", f"/charges/{charge['id']}/mark_as_failed", {"failure_code": "cowries"})
    assert (refused.status, refused["code"]) == (400, "bad_request")
    failed = till.ok("POST", f"/charges/{charge['id']}/mark_as_failed", {"failure_code": code})
    assert (failed["status"], failed["failure_code"], failed["failure_message"]) == ("failed", code, message)


def test_code_to_scan_is_there_when_the_source_is_charged(till: Till) -> None:
    source = till.ok("POST", "/sources", {"amount": 40_000, "currency": "thb", "type": "promptpay"})
    assert source["scannable_code"] is None
    charge = till.ok("POST", "/charges", {"amount": 40_000, "currency": "thb", "source": source["id"]})
    assert charge["source"]["scannable_code"]["object"] == "barcode"


def test_interest_of_installments_is_as_recorded(till: Till) -> None:
    """THB 10,000 with bay on ten months: fee 36500, VAT 2555, interest 48000, its VAT 3360, net 909585."""
    source = {"type": "installment_bay", "installment_term": 10}
    charge = till.ok("POST", "/charges", {"amount": 1_000_000, "currency": "thb", "source": source, "return_uri": "http://127.0.0.1:1/b"})
    paid = till.ok("POST", f"/charges/{charge['id']}/mark_as_paid")
    names = ("fee", "fee_vat", "interest", "interest_vat", "net")
    assert [paid[name] for name in names] == [charge[name] for name in names] == [36_500, 2_555, 48_000, 3_360, 909_585]
    assert till.ok("GET", f"/transactions/{paid['transaction']}")["amount"] == till.money() == 909_585


def test_installments_have_a_least_amount(till: Till) -> None:
    """It is the one that capability shows."""
    least = till.ok("GET", "/capability")["limits"]["installment_amount"]["min"]
    body = {"currency": "thb", "type": "installment_kbank", "installment_term": 6}
    refused = till.omise("POST", "/sources", {**body, "amount": least - 1})
    assert (refused.status, refused["code"], refused["message"]) == (400, "bad_request", "amount must be at least 200000")
    assert till.ok("POST", "/sources", {**body, "amount": least})["installment_term"] == 6


def test_items_of_a_source_in_a_form(till: Till) -> None:
    """With the empty brackets that ruby and php write."""
    body = "amount=40000&currency=thb&type=promptpay&items[][sku]=3427842&items[][name]=Shoes"
    made = till.ok("POST", "/sources", content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    assert made["items"] == [{"sku": "3427842", "name": "Shoes"}]


def test_source_charge_expires_by_itself_or_by_hand(till: Till) -> None:
    one, two, bank = charge_by(till, "promptpay"), charge_by(till, "promptpay"), charge_by(till, "internet_banking_bay")
    till.advance(seconds=60)
    expired = till.ok("POST", f"/charges/{one['id']}/expire")
    assert flags(expired) == "expired FFFFFFFFFTF"
    assert expired["expires_at"] == expired["expired_at"] == "2026-01-05T09:01:00Z"
    assert bank["expires_at"] == "2026-01-06T09:05:00Z"
    assert till.advance(days=7) == ["charge_expires", "charge_expires"]
    assert till.ok("GET", f"/charges/{two['id']}")["status"] == "expired"
    assert till.keys()[3:] == ["charge.expire"] * 3
    refused = till.omise("POST", f"/charges/{two['id']}/mark_as_paid")
    assert (refused.status, refused["code"]) == (400, "expired_charge")
    refused = till.omise("POST", f"/charges/{two['id']}/expire")
    assert (refused.status, refused["code"], refused["message"]) == (400, "failed_expire", "expire failed")


@pytest.mark.parametrize("kind", ["internet_banking_bay", "truemoney", "mobile_banking_scb", "alipay"])
def test_redirect_source_leads_to_a_page(till: Till, kind: str) -> None:
    charge = charge_by(till, kind, return_uri="http://127.0.0.1:1/back")
    assert "/payments/pay2_test_" in charge["authorize_uri"]
    assert charge["source"]["flow"] in ("redirect", "app_redirect")


def test_source_inside_the_charge(till: Till) -> None:
    """Amount and currency are the charge's own if it does not say others."""
    charge = till.ok("POST", "/charges", {"amount": 40_000, "currency": "thb", "source": {"type": "promptpay"}})
    assert (charge["source"]["amount"], charge["source"]["type"]) == (40_000, "promptpay")
    assert till.ok("GET", f"/sources/{charge['source']['id']}") == charge["source"]


def test_source_pays_once_and_its_own_amount(till: Till) -> None:
    charge = charge_by(till, "promptpay")
    for amount in (40_000, 40_001):
        refused = till.omise("POST", "/charges", {"amount": amount, "currency": "thb", "source": charge["source"]["id"]})
        assert (refused.status, refused["code"]) == (400, "invalid_charge")
    fresh = till.ok("POST", "/sources", {"amount": 40_000, "currency": "thb", "type": "promptpay"})
    refused = till.omise("POST", "/charges", {"amount": 40_001, "currency": "thb", "source": fresh["id"]})
    assert (refused.status, refused["code"]) == (400, "invalid_charge")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"amount": "ten"}, "amount is not a number"),
        ({"currency": "xyz"}, "currency is currently not supported"),
        ({"type": "cowries"}, "type is currently not supported"),
        ({"amount": 100}, "amount must be at least 2000"),
        ({"amount": 99_000_000}, "amount must be less than 15000000"),
        ({"type": "econtext"}, "currency must be JPY"),
        ({"type": "installment_bay", "amount": 200_000}, "installment_term is not included in the list"),
        ({"email": "nobody"}, "email is in invalid format"),
    ],
)  # fmt: skip
def test_source_that_is_refused(till: Till, params: dict[str, Any], message: str) -> None:
    refused = till.omise("POST", "/sources", {"amount": 40_000, "currency": "thb", "type": "promptpay", **params})
    assert (refused.status, refused["code"], refused["message"]) == (400, "bad_request", message)


def test_econtext_needs_a_name_and_a_phone(open_till: Callable[..., Till]) -> None:
    till = open_till(providers={"omise": {"country": "JP"}})
    params: dict[str, Any] = {"amount": 1_000, "currency": "jpy", "type": "econtext", "email": "a@example.com"}
    assert till.omise("POST", "/sources", params)["message"] == "name cannot be blank"
    assert till.omise("POST", "/sources", {**params, "name": "Taro"})["message"] == "phone_number must contain 10-11 digit characters"
    assert till.ok("POST", "/sources", {**params, "name": "Taro", "phone_number": "0123456789"})["phone_number"] == "0123456789"


@pytest.mark.parametrize(
    ("country", "kind", "currency", "amount", "fee"),
    [("SG", "paynow", "sgd", 40_000, 400), ("TH", "mobile_banking_scb", "thb", 40_000, 800)],
)
def test_fees_of_other_ways_to_pay(country: str, kind: str, currency: str, amount: int, fee: int, open_till: Callable[..., Till]) -> None:
    till = open_till(providers={"omise": {"country": country}})
    charge = till.ok("POST", "/charges", {"amount": amount, "currency": currency, "source": {"type": kind}})
    assert charge["fee"] == fee
    assert charge["fee_vat"] == (0 if kind == "paynow" else 56)


def test_capability_lists_what_a_source_may_be(till: Till) -> None:
    ways = {method["name"] for method in till.ok("GET", "/capability", key="pkey_test_alpha")["payment_methods"]}
    assert {"card", "promptpay", "truemoney", "installment_bay"} <= ways <= {"card", *FLOWS}
    assert "paynow" not in ways


@pytest.mark.parametrize("kind", ["bill_payment_tesco_lotus", "barcode_alipay"])
def test_payer_at_a_till_has_a_reference_for_a_day(till: Till, kind: str) -> None:
    """When the source is charged, and instead of a code to scan."""
    source = till.ok("POST", "/sources", {"amount": 40_000, "currency": "thb", "type": kind})
    assert (source["references"], source["scannable_code"]) == (None, None)
    till.advance(seconds=60)
    charge = till.ok("POST", "/charges", {"amount": 40_000, "currency": "thb", "source": source["id"]})
    assert charge["source"]["references"] == {"expires_at": "2026-01-06T09:01:00Z"}
    assert charge["source"]["scannable_code"] is None
    assert charge["authorize_uri"] is None


def test_payer_who_scans_has_no_reference(till: Till) -> None:
    assert charge_by(till, "promptpay")["source"]["references"] is None
    redirected = charge_by(till, "truemoney")["source"]
    assert (redirected["references"], redirected["scannable_code"]) == (None, None)
