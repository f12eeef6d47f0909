"""Every error code of Omise's, row by row: what causes it, its status and its words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.providers.omise.troubles import KEYS, REFUSED
from tests.providers.omise.shop import MASTERCARD, VISA, Till
from tests.providers.omise.test_charges import flags
from tests.providers.omise.test_pages import visit
from tests.providers.omise.test_sources import charge_by

UNIONPAY = "6200000000000005"
CHARGE = {"amount": 100_000, "currency": "thb"}


def failing(till: Till, *words: str) -> None:
    assert till.control("POST", "settings", {"providers": {"omise": {"fails": ",".join(words)}}}).status == 200


def said(answer: Any) -> tuple[int, str, str]:
    assert answer["location"] == "https://www.omise.co/api-errors#" + answer["code"].replace("_", "-")
    return answer.status, answer["code"], answer["message"]


def test_backend_error_is_a_way_to_pay_that_is_out_of_reach(till: Till) -> None:
    """Setting `fails`: backend. Cards go another way."""
    failing(till, "backend")
    refused = till.omise("POST", "/charges", {**CHARGE, "source": {"type": "truemoney"}})
    assert said(refused) == (400, "backend_error", "backend error")
    assert till.charge()["paid"]
    failing(till)
    assert charge_by(till, "truemoney")["status"] == "pending"


@pytest.mark.parametrize(
    ("own", "number"), [({"country": "JP"}, UNIONPAY), ({"card_brands": "Visa"}, MASTERCARD), ({"card_brands": "JCB,MasterCard"}, VISA)]
)
def test_brand_not_supported_is_a_brand_that_the_account_does_not_take(
    own: dict[str, str], number: str, open_till: Callable[..., Till]
) -> None:
    till = open_till(providers={"omise": own})
    token = till.token(number)
    refused = till.omise("POST", "/charges", {**CHARGE, "card": token})
    assert said(refused) == (400, "brand_not_supported", "brand not supported")
    assert till.ok("GET", f"/tokens/{token}")["used"] is False
    brands = till.ok("GET", "/capability")["payment_methods"][0]["card_brands"]
    assert till.ok("GET", f"/tokens/{token}")["card"]["brand"] not in brands


def test_failed_multi_currency_is_a_conversion_that_does_not_work(till: Till) -> None:
    """Setting `fails`: conversion. The account's own currency needs none."""
    failing(till, "conversion")
    refused = till.omise("POST", "/charges", {**CHARGE, "currency": "usd", "card": till.token()})
    assert said(refused) == (400, "failed_multi_currency", "the currency conversion could not be completed")
    assert till.charge()["paid"]


def test_failed_fraud_check_is_a_token_or_a_charge(till: Till) -> None:
    """A test card fails when it is charged, status 200; the setting `fails` refuses every token."""
    charge = till.charge(number="4111111111190016")
    assert (charge["failure_code"], charge["failure_message"]) == ("failed_fraud_check", "failed fraud check")
    failing(till, "fraud_check")
    card = {"name": "Somchai", "number": VISA, "expiration_month": 1, "expiration_year": 2030}
    assert said(till.omise("POST", "/tokens", {"card": card})) == (400, "failed_fraud_check", "fraud check failed")


def test_failed_capture_is_a_refusal_and_a_refusing_bank_leaves_a_failed_charge(till: Till) -> None:
    """The event charge.capture shows a charge with status failed then; nothing was taken, and nothing can be any more."""
    charge = till.charge(capture=False)
    failing(till, "capture")
    failed = till.ok("POST", f"/charges/{charge['id']}/capture")
    assert flags(failed) == "failed TFFFFFFFFFF"
    assert (failed["failure_code"], failed["failure_message"]) == ("failed_processing", "failed processing")
    assert (failed["transaction"], failed["paid_at"], till.money()) == (None, None, 0)
    assert till.keys() == ["charge.create", "charge.capture"]
    assert till.ok("GET", "/events")["data"][-1]["data"] == failed
    assert list(till.merchant.timers) == []
    failing(till)
    refused = till.omise("POST", f"/charges/{charge['id']}/capture")
    assert said(refused) == (400, "failed_capture", "Charge is not authorized")


def test_invalid_card_token_is_a_card_where_a_token_belongs(till: Till) -> None:
    customer = till.ok("POST", "/customers", {"card": till.token()})
    body = {**CHARGE, "card": customer["default_card"]}
    assert said(till.omise("POST", "/charges", body)) == (400, "invalid_card_token", "invalid card token")
    assert said(till.omise("POST", "/customers", {"card": customer["default_card"]}))[1] == "invalid_card_token"
    assert till.ok("POST", "/charges", {**body, "customer": customer["id"]})["paid"]


@pytest.mark.parametrize("amount", [10_000.5, "10000.5"])
def test_invalid_amount_is_a_number_with_a_fraction(till: Till, amount: Any) -> None:
    refused = till.omise("POST", "/charges", {**CHARGE, "amount": amount, "card": till.token()})
    assert said(refused) == (400, "invalid_amount", "amount must be an integer")


@pytest.mark.parametrize(
    ("what", "status", "code", "message"),
    [
        ("429", 429, "too_many_requests", "too many requests"), ("500", 500, "internal_error", "internal error"),
        ("503", 503, "service_unavailable", "service unavailable"),
    ],
)  # fmt: skip
def test_fault_answers_in_omises_words(till: Till, what: str, status: int, code: str, message: str) -> None:
    """And nothing of the request happens."""
    token = till.token()
    assert till.control("POST", "faults", {"where": "request", "what": what, "paths": ["POST /charges"], "count": 1}).status == 200
    refused = till.omise("POST", "/charges", {**CHARGE, "card": token})
    assert said(refused) == (status, code, message)
    assert "omise-version" not in refused.headers
    assert till.keys() == []
    assert till.ok("POST", "/charges", {**CHARGE, "card": token})["paid"]


@pytest.mark.parametrize(
    ("word", "status", "code"),
    [
        ("not_authorized", 403, "not_authorized"), ("locked_account", 401, "locked_account_error"),
        ("key_expired", 401, "key_expired_error"), ("locked_out", 401, "locked_out"),
    ],
)  # fmt: skip
def test_key_that_may_not_ask_is_refused_everywhere(till: Till, word: str, status: int, code: str) -> None:
    """The setting `fails` does it; whatever is asked for, nothing of it happens."""
    waiting = till.charge(return_uri="http://127.0.0.1:1/back")
    failing(till, word)
    message = KEYS[word][2]
    for method, path, body in (("GET", "/account", None), ("GET", "/charges/x", None), ("POST", "/charges", CHARGE)):
        refused = till.omise(method, path, body)
        assert said(refused) == (status, code, message)
        assert "omise-version" not in refused.headers
    assert said(till.omise("POST", "/tokens", {}, key="pkey_test_alpha")) == (status, code, message)
    assert visit(till, waiting["authorize_uri"]).status_code == 200  # the payer has no key
    failing(till)
    assert till.keys() == ["charge.create"]
    assert till.ok("GET", f"/charges/{waiting['id']}")["status"] == "pending"


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("transfer_send", "transfer_send_failure"), ("transfers", "transfers_suspended"), ("transfer_deleted", "transfer_deleted"),
    ],
)  # fmt: skip
def test_transfer_fails_where_the_setting_says_so(till: Till, word: str, code: str) -> None:
    till.charge()
    transfer = till.ok("POST", "/transfers", {"amount": 50_000})
    failing(till, word)
    failed = till.ok("POST", f"/transfers/{transfer['id']}/mark_as_sent")
    assert (failed["failure_code"], failed["failure_message"], failed["sent"]) == (code, code.replace("_", " "), False)
    assert till.money() == 96_094
    assert till.keys()[-2:] == ["transfer.create", "transfer.fail"]


def test_transfer_pay_failure_gives_the_money_back(till: Till) -> None:
    """Setting `fails`: transfer_pay. The bank takes what was sent, and returns it."""
    till.charge()
    transfer = till.ok("POST", "/transfers", {"amount": 50_000})
    till.ok("POST", f"/transfers/{transfer['id']}/mark_as_sent")
    failing(till, "transfer_pay")
    failed = till.ok("POST", f"/transfers/{transfer['id']}/mark_as_paid")
    assert (failed["failure_code"], failed["failure_message"]) == ("transfer_pay_failure", "transfer pay failure")
    assert (failed["sent"], failed["paid"], failed["sendable"]) == (True, False, False)
    assert [(line["key"], line["direction"], line["amount"]) for line in failed["transactions"]] == [
        ("transfer.failed.credit", "credit", 50_000), ("transfer.sent.debit", "debit", 50_000),
    ]  # fmt: skip
    assert (till.money(), till.money("bank:payouts")) == (96_094, 0)
    assert till.keys()[-3:] == ["transfer.create", "transfer.send", "transfer.fail"]
    again = till.omise("POST", f"/transfers/{transfer['id']}/mark_as_paid")
    assert (again.status, again["failure_code"]) == (200, "transfer_pay_failure")


def test_refused_trouble_leaves_no_trace(till: Till) -> None:
    token = till.token()
    failing(till, *REFUSED)
    before = till.merchant.serial
    for body in ({**CHARGE, "currency": "usd", "card": token}, {**CHARGE, "source": {"type": "promptpay"}}):
        assert till.omise("POST", "/charges", body).status == 400
    assert till.merchant.serial == before
    assert till.keys() == []
