"""`/v1/radar/early_fraud_warnings`."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import Shop

PATH = "/v1/radar/early_fraud_warnings"
WARNED = "pm_card_createIssuerFraudRecord"


def test_the_test_card_brings_a_warning_and_no_dispute(shop: Shop) -> None:
    paid = shop.pay(WARNED)
    (warning,) = shop.get(PATH)["data"]
    assert warning["id"].startswith("issfr_1")
    assert (warning["actionable"], warning["fraud_type"]) == (True, "made_with_stolen_card")
    assert (warning["charge"], warning["payment_intent"]) == (paid["latest_charge"], paid["id"])
    assert warning["created"] == paid["created"]
    assert shop.get(f"{PATH}/{warning['id']}").body == warning
    assert shop.get("/v1/disputes")["data"] == []
    event = shop.get("/v1/events", {"type": "radar.*"})["data"][0]
    assert event["request"]["id"] == shop.get("/v1/events", {"type": "charge.succeeded"})["data"][0]["request"]["id"]


def test_a_warning_of_a_plain_charge_has_no_intent(shop: Shop) -> None:
    shop.post("/v1/charges", {"amount": 900, "currency": "usd", "source": "tok_createIssuerFraudRecord"})
    assert "payment_intent" not in shop.get(PATH)["data"][0]


@pytest.mark.parametrize("amount", [2000, 500])
def test_a_full_refund_leaves_nothing_to_act_on(shop: Shop, amount: int) -> None:
    """A partial one does."""
    paid = shop.pay(WARNED)
    seen = len(shop.events())
    shop.post("/v1/refunds", {"payment_intent": paid["id"], "amount": amount})
    (warning,) = shop.get(PATH)["data"]
    assert warning["actionable"] is (amount < 2000)
    more = [] if amount < 2000 else ["radar.early_fraud_warning.updated"]
    assert shop.events(since=seen) == ["refund.created", "charge.refunded", *more]


def test_warnings_are_filtered(shop: Shop) -> None:
    one = shop.pay(WARNED)
    shop.advance(days=1)
    two = shop.pay(WARNED)

    def charges(**params: object) -> list[str]:
        return [row["charge"] for row in shop.get(PATH, params)["data"]]

    assert charges() == [two["latest_charge"], one["latest_charge"]]
    assert charges(charge=one["latest_charge"]) == [one["latest_charge"]]
    assert charges(payment_intent=two["id"]) == [two["latest_charge"]]
    assert charges(payment_intent=two["id"], charge=one["latest_charge"]) == []
    assert charges(created={"lt": two["created"]}) == [one["latest_charge"]]
    answer = shop.get(PATH, {"charge": "ch_x"})
    assert (answer.status, answer.error["param"], answer.error["message"]) == (400, "charge", "No such charge: 'ch_x'")


def test_a_miss_in_the_path(shop: Shop) -> None:
    answer = shop.get(f"{PATH}/issfr_x")
    assert (answer.status, answer.error["param"]) == (404, "early_fraud_warning")


def test_a_warning_expands_its_charge(shop: Shop) -> None:
    shop.pay(WARNED)
    (warning,) = shop.get(PATH, {"expand": ["data.charge.payment_intent"]})["data"]
    assert warning["charge"]["payment_intent"]["object"] == "payment_intent"


def warn(shop: Shop, made: Any) -> Any:
    answer = shop.control("POST", "/early_fraud_warnings", {"charge": made["id"]})
    assert answer.status == 200, answer.body
    return answer.body


@pytest.mark.parametrize(("path", "body"), [
    ("/disputes", {"kind": "chargeback"}), ("/disputes", {"kind": "inquiry"}), ("/disputes", {"amount": 1}), ("/refunds", {}),
])  # fmt: skip
def test_a_dispute_of_any_kind_and_a_full_refund_leave_nothing_to_act_on(shop: Shop, path: str, body: Any) -> None:
    """Whoever asks for it."""
    made = shop.pay()
    warn(shop, made)
    assert shop.control("POST", path, {"charge": made["id"], **body}).status == 200
    assert shop.get(PATH)["data"][0]["actionable"] is False
    assert shop.events().count("radar.early_fraud_warning.updated") == 1


def test_partial_refunds_that_add_up_count_as_a_full_one(shop: Shop) -> None:
    made = shop.pay()
    warn(shop, made)
    for amount, actionable in ((1500, True), (500, False)):
        shop.post("/v1/refunds", {"payment_intent": made["id"], "amount": amount})
        assert shop.get(PATH)["data"][0]["actionable"] is actionable


@pytest.mark.parametrize("path", ["/disputes", "/refunds"])
def test_a_warning_that_comes_too_late_was_never_actionable(shop: Shop, path: str) -> None:
    made = shop.pay()
    shop.control("POST", path, {"charge": made["id"]})
    seen = len(shop.events())
    assert warn(shop, made)["actionable"] is False
    assert shop.events(since=seen) == ["radar.early_fraud_warning.created"]
    assert warn(shop, shop.pay())["actionable"] is True
