"""Radar and the banks' checks: what each test card of section "Radar and checks" does to a charge."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import Shop

ADDRESS = {"line1": "1 Main St", "postal_code": "94111"}
PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]
REVIEWED = ["payment_intent.created", "charge.succeeded", "review.opened", "payment_intent.succeeded"]


def typed(number: str, **cvc: str) -> dict[str, Any]:
    card = {"number": number, "exp_month": 12, "exp_year": 2034, **cvc}
    return {"type": "card", "card": card, "billing_details": {"address": ADDRESS}}


def pay(shop: Shop, number: str, **cvc: str) -> Any:
    """The charge of a payment with a typed card and an address."""
    made = shop.post(
        "/v1/payment_intents", {"amount": 2000, "currency": "usd", "payment_method_data": typed(number, **cvc), "confirm": True}
    )
    assert made.status == 200, made.body
    return shop.get(f"/v1/charges/{made['latest_charge']}").body


@pytest.mark.parametrize(("number", "name"), [("4100000000000019", "radarBlock"), ("4000000000004954", "riskLevelHighest")])
def test_the_highest_risk_is_blocked_before_any_bank_is_asked(shop: Shop, number: str, name: str) -> None:
    answer = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", "payment_method": f"pm_card_{name}", "confirm": True})
    error = answer.error
    assert (answer.status, error["type"], error["code"], error["decline_code"]) == (402, "card_error", "card_declined", "fraudulent")
    assert shop.events() == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]
    charge = shop.get(f"/v1/charges/{error['charge']}").body
    assert (charge["status"], charge["failure_code"], charge["payment_method_details"]["card"]["last4"]) == (
        "failed", "card_declined", number[-4:],
    )  # fmt: skip
    assert charge["outcome"] == {
        "advice_code": None, "network_advice_code": None, "network_decline_code": None, "network_status": "not_sent_to_network",
        "reason": "highest_risk_level", "risk_level": "highest", "risk_score": 85, "rule": "block_if_high_risk__enabled",
        "seller_message": "Stripe blocked this payment as too risky.", "type": "blocked",
    }  # fmt: skip
    shown = shop.get(f"/v1/charges/{charge['id']}", {"expand": ["outcome.rule"]}).body
    assert shown["outcome"]["rule"] == "block_if_high_risk__enabled"
    assert shop.post("/v1/charges", {"amount": 900, "currency": "usd", "source": f"tok_{name}"}).error["decline_code"] == "fraudulent"


def test_a_card_that_radar_blocks_can_still_be_saved(shop: Shop) -> None:
    customer = shop.post("/v1/customers", {"payment_method": "pm_card_radarBlock"}).body["id"]
    assert shop.get(f"/v1/customers/{customer}/payment_methods")["data"][0]["card"]["last4"] == "0019"


CHECKS = [  # number, security code, postal code, first line
    ("4242424242424242", "pass", "pass", "pass"),
    ("4000000000000101", "fail", "pass", "pass"),
    ("4000000000000036", "pass", "fail", "pass"),
    ("4000000000000028", "pass", "pass", "fail"),
    ("4000000000000010", "pass", "fail", "fail"),
    ("4000000000000044", "pass", "unavailable", "unavailable"),
    ("4000058400307872", "fail", "pass", "pass"),
    ("4000058400306072", "pass", "fail", "pass"),
]


@pytest.mark.parametrize(("number", "cvc", "postal_code", "line1"), CHECKS)
def test_checks_say_what_the_bank_says_and_decline_nothing(shop: Shop, number: str, cvc: str, postal_code: str, line1: str) -> None:
    """On the charge, on the payment method once it is saved, and on a legacy card."""
    wanted = {"address_line1_check": line1, "address_postal_code_check": postal_code, "cvc_check": cvc}
    charge = pay(shop, number, cvc="123")
    assert charge["payment_method_details"]["card"]["checks"] == wanted
    elevated = number in ("4000058400307872", "4000058400306072")
    assert (charge["paid"], charge["outcome"]["risk_level"]) == (True, "elevated" if elevated else "normal")
    assert shop.events() == (REVIEWED if elevated else PAID)
    made = shop.post("/v1/payment_methods", typed(number, cvc="123")).body
    assert made["card"]["checks"] == dict.fromkeys(wanted, "unchecked")
    customer = shop.post("/v1/customers").body["id"]
    assert shop.post(f"/v1/payment_methods/{made['id']}/attach", {"customer": customer})["card"]["checks"] == wanted
    legacy = {"object": "card", "number": number, "exp_month": 12, "exp_year": 2034, "cvc": "123", "address_line1": "1 Main St",
              "address_zip": "94111"}  # fmt: skip
    card = shop.post(f"/v1/customers/{customer}/sources", {"source": legacy}).body
    assert (card["cvc_check"], card["address_zip_check"], card["address_line1_check"]) == (cvc, postal_code, line1)
    token = shop.post("/v1/tokens", {"card": {k: v for k, v in legacy.items() if k != "object"}})["card"]
    assert (token["cvc_check"], token["address_zip_check"]) == ("unchecked", "unchecked")


def test_what_was_not_given_is_not_checked(shop: Shop) -> None:
    assert pay(shop, "4000000000000101")["payment_method_details"]["card"]["checks"]["cvc_check"] is None
    bare = shop.get(f"/v1/charges/{shop.pay('pm_card_avsFail')['latest_charge']}")["payment_method_details"]["card"]["checks"]
    assert (bare["address_line1_check"], bare["address_postal_code_check"]) == (None, None)


@pytest.mark.parametrize("name", ["highFraudDisputeScore", "highEfwScore", "radarDynamicRiskThreshold", "adaptive3dsChallenge"])
def test_cards_of_radars_signals_pay_like_any_other(shop: Shop, name: str) -> None:
    made = shop.pay(f"pm_card_{name}")
    assert (made["status"], made["review"]) == ("succeeded", None)
    assert shop.events() == PAID


def test_the_adaptive_challenge_comes_where_it_is_asked_for(shop: Shop) -> None:
    made = shop.pay("pm_card_adaptive3dsChallenge", payment_method_options={"card": {"request_three_d_secure": "any"}})
    assert made["status"] == "requires_action"
