"""`/charges`: every way a charge begins and ends, its flags, its money and its events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.core.records import Delivery, Event
from tests.harness import DAY, START
from tests.providers.omise.shop import MASTERCARD, Till

FLAGS = (
    "status", "authorized", "paid", "capturable", "reversible", "reversed", "refundable", "partially_refundable", "disputable", "voided",
    "expired", "can_perform_void",
)  # fmt: skip


def flags(charge: Any) -> str:
    """The flags of the reference's table in one line: T or F after the status."""
    return charge["status"] + " " + "".join("T" if charge[name] else "F" for name in FLAGS[1:])


def test_charge_of_a_card_is_captured_at_once(till: Till) -> None:
    charge = till.charge(100_000, description="order 6735", metadata={"order": 6735, "lines": {"a": [1]}})
    assert flags(charge) == "successful TTFFFTTTFFT"
    assert (charge["net"], charge["fee"], charge["fee_vat"], charge["funding_amount"]) == (96_094, 3_650, 256, 100_000)
    assert charge["transaction_fees"] == {"fee_flat": "0.0", "fee_rate": "3.65", "vat_rate": "7.0"}
    assert (charge["description"], charge["metadata"]) == ("order 6735", {"order": 6735, "lines": {"a": [1]}})
    assert charge["created_at"] == charge["paid_at"] == charge["authorized_at"] == "2026-01-05T09:00:00Z"
    assert (charge["expires_at"], charge["expired_at"], charge["capture"]) == ("2026-01-12T09:00:00Z", None, True)
    assert charge["transaction"].startswith("trxn_test_")
    assert charge["card"]["location"] is None
    assert till.keys() == ["charge.create"]
    assert till.money() == 96_094
    assert till.money("fees:processing") == 3_650
    assert till.money("taxes:vat") == 256


@pytest.mark.parametrize(
    ("amount", "fee", "vat", "net"),
    [
        (100_000, 3_650, 256, 96_094), (50_000, 1_825, 128, 48_047), (5_000, 183, 13, 4_804), (30_500, 1_113, 78, 29_309),
        (67_405, 2_460, 172, 64_773), (12_345, 451, 32, 11_862), (3_000, 110, 8, 2_882), (31_000, 1_132, 79, 29_789),
        (101_645, 3_710, 260, 97_675), (1_000_000, 36_500, 2_555, 960_945),
    ],
)  # fmt: skip
def test_fee_and_vat_are_rounded_as_recorded(till: Till, amount: int, fee: int, vat: int, net: int) -> None:
    charge = till.charge(amount)
    assert (charge["fee"], charge["fee_vat"], charge["net"]) == (fee, vat, net)
    assert till.ok("GET", f"/transactions/{charge['transaction']}")["amount"] == net == till.money()


def test_charge_in_dollars_is_paid_out_in_baht(till: Till) -> None:
    """The recorded rate: USD 1000.00 funds THB 30716.62."""
    charge = till.charge(100_000, currency="USD")
    assert (charge["currency"], charge["funding_currency"], charge["funding_amount"]) == ("USD", "THB", 3_071_662)
    assert charge["net"] == till.money() == 3_071_662 - 112_116 - 7_848
    assert till.money(currency="usd") == 0


def test_declined_card_is_a_failed_charge_with_status_200(till: Till) -> None:
    charge = till.charge(number="4111111111140011")
    assert flags(charge) == "failed FFFFFFFFFFF"
    assert charge["failure_code"] == "insufficient_fund"
    assert charge["failure_message"] == "insufficient funds in the account or the card has reached the credit limit"
    assert (charge["transaction"], charge["paid_at"], charge["fee"]) == (None, None, 3_650)
    assert till.keys() == ["charge.create"]
    assert till.money() == 0
    till.advance(days=8)
    later = till.ok("GET", f"/charges/{charge['id']}")
    assert (later["status"], later["expired"], later["expired_at"]) == ("failed", True, charge["expires_at"])


def test_every_charge_reads_expired_at_once_its_time_is_over(till: Till) -> None:
    """Captured ones, too; but only unpaid ones are expired."""
    charge = till.charge()
    till.advance(days=7)
    later = till.ok("GET", f"/charges/{charge['id']}")
    assert (later["expired_at"], later["expired"], later["status"]) == (charge["expires_at"], False, "successful")


def test_charge_is_authorized_and_captured(till: Till) -> None:
    charge = till.charge(capture=False)
    assert flags(charge) == "pending TFTTFFFFFFF"
    assert (charge["transaction"], charge["capture"], till.money()) == (None, False, 0)
    till.advance(seconds=60)
    captured = till.ok("POST", f"/charges/{charge['id']}/capture")
    assert (captured["authorized_at"], captured["paid_at"]) == ("2026-01-05T09:00:00Z", "2026-01-05T09:01:00Z")
    assert flags(captured) == "successful TTFFFTTTFFT"
    assert (captured["capture"], captured["captured_amount"], till.money()) == (False, 100_000, 96_094)
    assert till.keys() == ["charge.create", "charge.capture"]
    assert [timer.name for timer in till.merchant.timers] == []


def test_part_of_a_pre_authorization_is_captured_and_the_rest_released(till: Till) -> None:
    """Fee, VAT, net and funding are those of the captured part; the amount stays what was asked for."""
    charge = till.charge(capture=False, authorization_type="pre_auth")
    captured = till.ok("POST", f"/charges/{charge['id']}/capture", {"capture_amount": 60_000})
    assert (captured["amount"], captured["authorized_amount"], captured["captured_amount"]) == (100_000, 100_000, 60_000)
    assert (captured["funding_amount"], captured["fee"], captured["fee_vat"], captured["net"]) == (60_000, 2_190, 153, 57_657)
    assert till.money() == 57_657
    refused = till.omise("POST", f"/charges/{charge['id']}/refunds", {"amount": 60_001})
    assert (refused.status, refused["code"]) == (400, "failed_refund")


def test_capture_that_cannot_be(till: Till) -> None:
    def refused(charge: Any, **params: Any) -> tuple[Any, ...]:
        answer = till.omise("POST", f"/charges/{charge['id']}/capture", params)
        return answer.status, answer["code"], answer["message"]

    assert refused(till.charge()) == (400, "failed_capture", "charge was already captured")
    held = till.charge(capture=False)
    assert refused(held, capture_amount=1_000) == (400, "failed_capture", "capture failed")
    pre = till.charge(capture=False, authorization_type="pre_auth")
    for amount in (100_001, 0, "ten"):
        assert refused(pre, capture_amount=amount) == (400, "failed_capture", "capture failed")
    assert refused(till.charge(number="4111111111140011")) == (400, "failed_capture", "Charge is not authorized")
    till.advance(days=7)
    assert refused(held) == (400, "expired_charge", "charge expired")


def test_authorization_is_reversed(till: Till) -> None:
    charge = till.charge(capture=False)
    till.advance(seconds=60)
    reversed_ = till.ok("POST", f"/charges/{charge['id']}/reverse")
    assert flags(reversed_) == "reversed TFFFTFFFFFF"
    assert reversed_["reversed_at"] == "2026-01-05T09:01:00Z"
    assert till.keys() == ["charge.create", "charge.reverse"]
    for other in (reversed_, till.charge()):
        refused = till.omise("POST", f"/charges/{other['id']}/reverse")
        assert (refused.status, refused["code"]) == (400, "failed_reverse")
        assert refused["message"] == "only uncaptured authorized charges can be reversed"


@pytest.mark.parametrize(("country", "days"), [("TH", 7), ("JP", 30)])
def test_unused_authorization_expires_on_its_day(country: str, days: int, open_till: Callable[..., Till]) -> None:
    till = open_till(providers={"omise": {"country": country}})
    charge = till.charge(capture=False, currency="jpy")
    assert till.advance(days=days, seconds=-1) == []
    assert till.advance(seconds=1) == ["charge_expires"]
    expired = till.ok("GET", f"/charges/{charge['id']}")
    assert flags(expired) == "expired TFFFFFFFFTF"
    assert expired["expired_at"] == expired["expires_at"] == charge["expires_at"]
    assert till.keys() == ["charge.create", "charge.expire"]
    refused = till.omise("POST", f"/charges/{charge['id']}/reverse")
    assert (refused.status, refused["code"]) == (400, "expired_charge")


def test_charge_is_updated_in_any_state(till: Till) -> None:
    """Metadata is replaced as a whole; what is not sent stays."""
    charge = till.charge(description="one", metadata={"a": "1", "b": "2"})
    changed = till.ok("PATCH", f"/charges/{charge['id']}", {"metadata": {"b": "3"}})
    assert (changed["description"], changed["metadata"]) == ("one", {"b": "3"})
    cleared = till.ok("PATCH", f"/charges/{charge['id']}", {"description": None})
    assert (cleared["description"], cleared["metadata"]) == (None, {"b": "3"})
    failed = till.charge(number="4111111111140011")
    assert till.ok("PATCH", f"/charges/{failed['id']}", {"description": "two"})["description"] == "two"
    assert till.keys() == ["charge.create", "charge.update", "charge.update", "charge.create", "charge.update"]


def test_amounts_outside_the_limits_are_refused(till: Till) -> None:
    token = till.token()

    def refused(**params: Any) -> tuple[Any, ...]:
        answer = till.omise("POST", "/charges", {"amount": 100_000, "currency": "thb", "card": token, **params})
        return answer.status, answer["code"], answer["message"]

    low = "amount must be greater than or equal to 2000 (thb subunits)"
    assert refused(amount=10) == refused(amount=-5) == (400, "invalid_charge", low)
    assert refused(amount=15_000_001)[2] == "amount must be less than or equal to 15000000 (thb subunits)"
    assert refused(currency="xyz") == (400, "invalid_charge", "currency is currently not supported")
    assert refused(currency="xyz", amount="ten")[2] == "currency is currently not supported and amount is not a number"
    assert refused(amount=True)[2] == refused(amount=None)[2] == "amount is not a number"
    assert refused(metadata="text") == (400, "bad_request", "Metadata should be a JSON hash")
    assert refused(return_uri="shop") == (400, "bad_request", "return uri is invalid")
    assert refused(authorization_type="maybe")[1] == "invalid_charge"
    assert till.keys() == []
    assert till.ok("GET", f"/tokens/{token}")["used"] is False


def test_a_charge_needs_exactly_a_way_to_pay(till: Till) -> None:
    nothing = till.omise("POST", "/charges", {"amount": 100_000, "currency": "thb"})
    assert (nothing.status, nothing["code"]) == (400, "invalid_charge")
    unknown = till.omise("POST", "/charges", {"amount": 100_000, "currency": "thb", "card": "invalid_token"})
    assert (unknown.status, unknown["code"], unknown["message"]) == (404, "not_found", "token invalid_token was not found")
    token = till.token()
    till.ok("POST", "/charges", {"amount": 100_000, "currency": "thb", "card": token})
    used = till.omise("POST", "/charges", {"amount": 100_000, "currency": "thb", "card": token})
    assert (used.status, used["code"], used["message"]) == (400, "used_token", "token was already used")


@pytest.mark.parametrize("with_it", ["card", "customer"])
def test_source_together_with_a_card_or_a_customer_is_refused(till: Till, with_it: str) -> None:
    """Exactly one of card, customer (with its card) or source; what is null or empty was not sent."""
    made = {"card": till.token(), "customer": till.ok("POST", "/customers", {"card": till.token()})["id"]}
    source = till.ok("POST", "/sources", {"amount": 40_000, "currency": "thb", "type": "promptpay"})
    body = {"amount": 40_000, "currency": "thb", "source": source["id"]}
    for way in (source["id"], {"type": "promptpay"}):
        refused = till.omise("POST", "/charges", {**body, "source": way, with_it: made[with_it]})
        assert (refused.status, refused["code"]) == (400, "invalid_charge")
        assert refused["message"] == "only one of card, customer, or source can be present"
    assert till.ok("POST", "/charges", {**body, "card": None, "customer": ""})["source"]["id"] == source["id"]


def test_charge_expires_when_the_request_says(till: Till) -> None:
    charge = till.charge(capture=False, expires_at="2026-01-06T00:00:00Z")
    assert charge["expires_at"] == "2026-01-06T00:00:00Z"
    assert till.advance(days=1) == ["charge_expires"]
    assert till.ok("GET", f"/charges/{charge['id']}")["status"] == "expired"
    for past in ("2026-01-05T09:00:00Z", "soon"):
        refused = till.omise("POST", "/charges", {"amount": 100_000, "currency": "thb", "card": till.token(), "expires_at": past})
        assert (refused.status, refused["code"], refused["message"]) == (400, "bad_request", "expires_at is invalid")


def test_events_of_a_charge_are_listed_newest_first(till: Till) -> None:
    """With those of its refunds and disputes, and of no other charge."""
    charge = till.charge()
    till.charge(number=MASTERCARD)
    till.ok("POST", f"/charges/{charge['id']}/refunds", {"amount": 1_000})
    till.ok("POST", f"/charges/{charge['id']}/disputes")
    listed = till.ok("GET", f"/charges/{charge['id']}/events")
    assert [event["key"] for event in listed["data"]] == ["dispute.create", "refund.create", "charge.create"]
    assert (listed["total"], listed["location"], listed["order"]) == (3, f"/charges/{charge['id']}/events", "chronological")


def test_card_older_than_its_refund_window_can_still_be_disputed(till: Till) -> None:
    visa, jcb = till.charge(), till.charge(number="3530111333300000")
    till.advance(days=161)
    assert flags(till.ok("GET", f"/charges/{visa['id']}")) == "successful TTFFFTTTFFF"
    assert flags(till.ok("GET", f"/charges/{jcb['id']}")) == "successful TTFFFFFTFFF"
    till.advance(days=365 - 161, seconds=1)
    assert flags(till.ok("GET", f"/charges/{visa['id']}")) == "successful TTFFFFFTFFF"
    assert till.now == START + 365 * DAY + 1


def test_webhook_endpoints_of_a_charge_hear_of_it_alone(till: Till) -> None:
    """And of its refunds and disputes."""
    address = "http://127.0.0.1:9/only"
    charge = till.charge(webhook_endpoints=[address])
    assert charge["webhook_endpoints"] == [address]
    till.ok("POST", f"/charges/{charge['id']}/refunds", {"amount": 1_000})
    assert "webhook_endpoints" not in till.charge()
    till.ok("POST", f"/charges/{charge['id']}/disputes")
    told = [till.merchant.get("omise", Event, delivery.event_id) for delivery in till.merchant.store.all(Delivery)]
    assert [event.type for event in told] == ["charge.create", "refund.create", "dispute.create"]
    params = {"amount": 100_000, "currency": "thb", "card": till.token(), "webhook_endpoints": ["http://example.com/"]}
    refused = till.omise("POST", "/charges", params)
    assert (refused.status, refused["code"]) == (400, "bad_request")


def test_statement_descriptor_is_shown_if_it_was_sent(till: Till) -> None:
    """And the charge keeps its reference, which only older versions show."""
    assert "statement_descriptor" not in till.charge()
    charge = till.charge(statement_descriptor="SHOP 42", reference="order 7")
    assert charge["statement_descriptor"] == "SHOP 42"
    assert "reference" not in charge
    where = f"/charges/{charge['id']}"
    for version in ("2015-11-17", "2017-11-02"):
        old = till.ok("GET", where, version=version)
        assert old["reference"] == "order 7"
        assert "statement_descriptor" not in old
        assert [one["reference"] for one in till.ok("GET", "/charges", version=version)["data"]] == [None, "order 7"]


@pytest.mark.parametrize("name", ["transaction_indicator", "recurring_reason", "authorization_type"])
def test_word_that_no_list_has_is_refused(till: Till, name: str) -> None:
    till.charge(transaction_indicator="MIT", recurring_reason="subscription", first_charge=till.charge()["id"])
    params = {"amount": 100_000, "currency": "thb", "card": till.token(), name: "whim"}
    refused = till.omise("POST", "/charges", params)
    assert (refused.status, refused["code"], refused["message"]) == (400, "invalid_charge", f"{name} is not included in the list")
    assert till.keys() == ["charge.create"] * 2


def test_linked_account_is_never_found(till: Till) -> None:
    """They are out of scope, so there is none: whoever names one hears so, and nothing is charged."""
    token = till.token()
    customer = till.ok("POST", "/customers", {})
    for method, path, params in (
        ("POST", "/charges", {"amount": 100_000, "currency": "thb", "card": token}), ("POST", "/customers", {}),
        ("PATCH", f"/customers/{customer['id']}", {}),
    ):  # fmt: skip
        refused = till.omise(method, path, {**params, "linked_account": "lacc_test_1"})
        assert (refused.status, refused["code"], refused["message"]) == (404, "not_found", "linked_account lacc_test_1 was not found")
    assert till.ok("GET", f"/tokens/{token}")["used"] is False
    assert till.charge()["linked_account"] is None
