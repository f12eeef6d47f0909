"""The control API on Omise's side: what the bank can do there, and what it cannot, which is a 422 that says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.harness import DAY, START
from tests.providers.omise.shop import Till


def refused(till: Till, path: str, body: dict[str, Any] | None = None) -> tuple[int, str]:
    answer = till.control("POST", path, body)
    return answer.status, answer.error["message"]


def test_bank_opens_a_dispute_with_any_reason(till: Till) -> None:
    charge = till.charge()
    dispute = till.control("POST", "disputes", {"charge": charge["id"], "reason": "unauthorized_charge", "evidence_due_in_days": 3})
    assert (dispute.status, dispute["reason_code"], dispute["amount"]) == (200, "unauthorized_charge", 100_000)
    (timer,) = till.merchant.timers
    assert (timer.name, timer.due) == ("response_due", START + 3 * DAY)
    assert till.keys() == ["charge.create", "dispute.create"]


def test_default_reason_and_names_that_people_use(till: Till) -> None:
    for given, meant in (
        ({}, "goods_or_services_not_provided"), ({"reason": "fraud"}, "unauthorized_charge"),
        ({"reason": "duplicate"}, "duplicate_processing"),
        ({"reason": "product_unacceptable"}, "not_as_described_or_defective_merchandise"),
    ):  # fmt: skip
        assert till.control("POST", "disputes", {"charge": till.charge()["id"], **given})["reason_code"] == meant
    status, message = refused(till, "disputes", {"charge": till.charge()["id"], "reason": "cowries"})
    assert (status, "no dispute reason 'cowries'" in message) == (422, True)


@pytest.mark.parametrize(("verdict", "status"), [("win", "won"), ("lose", "lost")])
def test_bank_decides_now(till: Till, verdict: str, status: str) -> None:
    dispute = till.dispute()
    assert till.control("POST", f"disputes/{dispute['id']}/{verdict}")["status"] == status
    code, message = refused(till, f"disputes/{dispute['id']}/{verdict}")
    assert (code, "dispute is closed" in message) == (409, True)


def test_merchants_side_of_a_dispute(till: Till) -> None:
    """A message is sent at once, because Omise stages nothing."""
    dispute = till.dispute()
    sent = till.control("POST", f"disputes/{dispute['id']}/evidence", {"message": "Signed for"})
    assert (sent["status"], sent["message"]) == ("pending", "Signed for")
    status, message = refused(till, f"disputes/{dispute['id']}/evidence", {"receipt": "file_1"})
    assert (status, "no evidence field 'receipt'" in message) == (422, True)
    status, message = refused(till, f"disputes/{dispute['id']}/submit")
    assert (status, "nothing to submit" in message) == (422, True)
    assert till.control("POST", f"disputes/{dispute['id']}/accept")["status"] == "lost"


def test_refund_by_the_control_api(till: Till) -> None:
    charge = till.charge()
    part = till.control("POST", "refunds", {"charge": charge["id"], "amount": 10_000})
    assert (part["amount"], part["voided"]) == (10_000, False)
    assert till.control("POST", "refunds", {"charge": charge["id"]})["amount"] == 90_000
    status, message = refused(till, "refunds", {"charge": charge["id"]})
    assert (status, "not refundable" in message) == (409, True)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"amount": 50_000}, "no partial disputes"), ({"kind": "inquiry"}, "no inquiries"),
    ],
)  # fmt: skip
def test_disputes_that_omise_does_not_have(till: Till, body: dict[str, Any], says: str) -> None:
    status, message = refused(till, "disputes", {"charge": till.charge()["id"], **body})
    assert (status, says in message) == (422, True)
    assert till.keys() == ["charge.create"]


def test_other_things_that_omise_cannot_do(till: Till) -> None:
    dispute = till.dispute()
    charge = till.charge()
    refund = till.ok("POST", f"/charges/{charge['id']}/refunds", {"amount": 1_000})
    for path, body, says in (
        ("disputes", {"charge": dispute["charge"]}, "disputes a charge once"),
        (f"disputes/{dispute['id']}/escalate", None, "no inquiries"),
        (f"refunds/{refund['id']}/succeed", None, "final when they are made"),
        (f"refunds/{refund['id']}/fail", None, "final when they are made"),
        ("early_fraud_warnings", {"charge": charge["id"]}, "no early fraud warnings"),
        ("refunds", {"charge": charge["id"], "reason": "duplicate"}, "have no reason"),
    ):
        status, message = refused(till, path, body)
        assert (status, says in message) == (422, True), (path, status, message)


def test_what_has_no_money_cannot_be_disputed(till: Till) -> None:
    for charge in (till.charge(capture=False), till.charge(number="4111111111140011")):
        status, message = refused(till, "disputes", {"charge": charge["id"]})
        assert (status, "holds no captured money" in message) == (409, True)
    source = till.ok("POST", "/charges", {"amount": 40_000, "currency": "thb", "source": {"type": "promptpay"}})
    till.ok("POST", f"/charges/{source['id']}/mark_as_paid")
    assert refused(till, "disputes", {"charge": source["id"]})[0] == 409


def test_payments_and_disputes_of_both_providers_in_one_list(till: Till) -> None:
    charge = till.charge()
    intent = till.pay()
    rows = till.control("GET", "payments")["data"]
    assert {(row["id"], row["provider"]) for row in rows} == {(charge["id"], "omise"), (intent["id"], "stripe")}
    dispute = till.control("POST", "disputes", {"charge": charge["id"]}).body
    (row,) = till.control("GET", "disputes?provider=omise")["data"]
    assert (row["id"], row["status"], row["reason"], row["amount"], row["currency"]) == (
        dispute["id"], "open", "goods_or_services_not_provided", 100_000, "thb",
    )  # fmt: skip
    shown = till.control("GET", f"payments/{charge['id']}")
    assert (shown["status"], shown["disputes"], shown["disputed"]) == ("successful", [dispute["id"]], True)
    assert [line["kind"] for line in shown["timeline"]].count("money") == 2
    assert till.control("GET", f"disputes/{dispute['id']}")["evidence_due_at"] == START + 14 * DAY


def test_authorized_charge_is_pending_in_the_control_api_too(till: Till) -> None:
    charge = till.charge(capture=False)
    assert till.control("GET", f"payments/{charge['id']}")["status"] == "pending"


@pytest.mark.parametrize(
    ("own", "good"),
    [
        ({"country": "JP"}, True), ({"country": "XX"}, False), ({"response_days": 0}, True), ({"response_days": -1}, False),
        ({"response_days": "7"}, False), ({"charge_dispute_at": True}, True), ({"charge_dispute_at": "yes"}, False),
        ({"webhook_retries": "60,300,900,3600,10800,21600,43200,86400"}, True), ({"webhook_retries": "soon"}, False),
        ({"void_hours": 0}, True), ({"colour": "red"}, False),
        ({"card_brands": "Visa, MasterCard"}, True), ({"card_brands": "Cowries"}, False), ({"fails": "backend,capture"}, True),
        ({"fails": "everything"}, False), ({"fails": 1}, False),
    ],
)  # fmt: skip
def test_settings_of_omise_alone(till: Till, own: dict[str, Any], good: bool) -> None:
    answer = till.control("POST", "settings", {"providers": {"omise": own}})
    assert answer.status == (200 if good else 422)
    if good:
        assert {name: answer["providers"]["omise"][name] for name in own} == own


def test_settings_are_shown_with_their_defaults(till: Till) -> None:
    assert till.control("GET", "settings")["providers"]["omise"] == {
        "country": "TH", "response_days": 14, "charge_dispute_at": False, "webhook_retries": "", "strict_version": False,
        "void_hours": 24, "card_brands": "", "fails": "",
    }  # fmt: skip
    assert till.control("GET", "settings")["omise_version"] == "2019-05-29"


def test_snapshot_brings_an_omise_account_back(till: Till) -> None:
    dispute = till.dispute()
    kept = till.control("POST", "snapshots", {}).body
    till.ok("PATCH", f"/disputes/{dispute['id']}/accept")
    assert till.control("POST", f"snapshots/{kept['id']}/restore").status == 200
    assert till.ok("GET", f"/disputes/{dispute['id']}") == dispute


def test_same_calls_give_the_same_answers(open_till: Callable[..., Till]) -> None:
    """Same seed, clock and calls."""

    def play(till: Till) -> Any:
        dispute = till.dispute()
        till.advance(days=14)
        return [till.ok("GET", f"/disputes/{dispute['id']}"), till.ok("GET", "/events"), till.ok("GET", "/transactions")]

    assert play(open_till()) == play(open_till())
    assert play(open_till(seed=7)) != play(open_till())
