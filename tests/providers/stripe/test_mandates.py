"""Mandates: what a customer has agreed to, made by the payments and setups that need it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import START, Answer, Shop

OFFLINE = {"customer_acceptance": {"type": "offline"}}
ONLINE = {"customer_acceptance": {
    "type": "online", "accepted_at": START - 60, "online": {"ip_address": "127.0.0.1", "user_agent": "shop/1"},
}}  # fmt: skip


def debit(shop: Shop, method: str = "pm_usBankAccount_success", **params: Any) -> Any:
    return shop.pay(method, mandate_data=params.pop("mandate_data", OFFLINE), **params)


def mandate_of(shop: Shop, paid: Any) -> Answer:
    """The mandate that the charge of a debit names."""
    details = shop.get(f"/v1/charges/{paid['latest_charge']}")["payment_method_details"]
    return shop.get(f"/v1/mandates/{details[details['type']]['mandate']}")


def set_up(shop: Shop, method: str = "pm_usBankAccount_success") -> tuple[str, Any]:
    customer = shop.post("/v1/customers").body["id"]
    made = {"customer": customer, "payment_method": method, "confirm": True, "mandate_data": ONLINE, "usage": "off_session"}
    return customer, shop.post("/v1/setup_intents", made).body


def test_a_payments_mandate_is_for_its_amount_alone(shop: Shop) -> None:
    """Offline, accepted now; it can be expanded where the charge names it."""
    paid = debit(shop)
    mandate = mandate_of(shop, paid).body
    assert mandate["customer_acceptance"] == {"accepted_at": START, "offline": {}, "type": "offline"}
    assert (mandate["type"], mandate["single_use"], mandate["status"]) == ("single_use", {"amount": 2_000, "currency": "usd"}, "active")
    assert (mandate["payment_method"], mandate["payment_method_details"]["type"]) == (paid["payment_method"], "us_bank_account")
    path = "latest_charge.payment_method_details.us_bank_account.mandate"
    shown = shop.get(f"/v1/payment_intents/{paid['id']}", {"expand": [path]})["latest_charge"]["payment_method_details"]
    assert shown["us_bank_account"]["mandate"] == mandate
    assert shop.get(f"/v1/mandates/{mandate['id']}", {"expand": ["payment_method"]})["payment_method"]["id"] == paid["payment_method"]


def test_a_setups_mandate_is_for_many_payments(shop: Shop) -> None:
    """Online, with what was said of it; the payments that follow name the same one."""
    customer, setup = set_up(shop)
    mandate = shop.get(f"/v1/mandates/{setup['mandate']}").body
    assert (mandate["type"], mandate["multi_use"]) == ("multi_use", {})
    assert mandate["customer_acceptance"] == {
        "accepted_at": START - 60, "online": {"ip_address": "127.0.0.1", "user_agent": "shop/1"}, "type": "online",
    }  # fmt: skip
    assert shop.get(f"/v1/setup_intents/{setup['id']}", {"expand": ["mandate"]})["mandate"] == mandate
    named = {"customer": customer, "mandate_data": None, "mandate": mandate["id"], "off_session": True}
    paid = shop.pay(setup["payment_method"], **named)
    assert mandate_of(shop, paid)["id"] == mandate["id"]


def test_a_saved_accounts_mandate_is_for_many_payments(shop: Shop) -> None:
    customer = shop.post("/v1/customers").body["id"]
    assert mandate_of(shop, debit(shop, customer=customer, setup_future_usage="off_session"))["type"] == "multi_use"


def test_a_sepa_mandate_has_the_reference_that_the_bank_shows(shop: Shop) -> None:
    details = mandate_of(shop, debit(shop, "pm_success_de", currency="eur"))["payment_method_details"]
    assert (len(details["sepa_debit"]["reference"]), details["sepa_debit"]["url"][:8]) == (15, "https://")


def test_a_card_may_have_a_mandate(shop: Shop) -> None:
    mandate = mandate_of(shop, shop.pay(mandate_data=ONLINE)).body
    assert mandate["payment_method_details"] == {"card": {}, "type": "card"}


def test_a_dispute_ends_the_mandate(shop: Shop) -> None:
    """After its own events; the account is debited again only with a new one."""
    customer, setup = set_up(shop, "pm_usBankAccount_dispute")
    shop.pay(setup["payment_method"], customer=customer)
    seen = len(shop.events())
    shop.advance(days=5)
    assert shop.events(seen) == [
        "charge.succeeded", "balance.available", "payment_intent.succeeded", "charge.dispute.created", "charge.dispute.funds_withdrawn",
        "charge.dispute.closed", "mandate.updated",
    ]  # fmt: skip
    event = shop.get("/v1/events", {"type": "mandate.updated"})["data"][0]
    assert (event["data"]["object"]["status"], event["data"]["previous_attributes"]) == ("inactive", {"status": "active"})
    wanted = {"amount": 500, "currency": "usd", "customer": customer, "payment_method": setup["payment_method"], "confirm": True}
    refused = shop.post("/v1/payment_intents", {**wanted, "mandate": setup["mandate"]}).error
    assert (refused["code"], refused["param"], "is inactive" in refused["message"]) == ("payment_intent_mandate_invalid", "mandate", True)
    again = mandate_of(shop, shop.post("/v1/payment_intents", {**wanted, "mandate_data": OFFLINE}))
    assert (again["status"], again["type"]) == ("active", "multi_use")


@pytest.mark.parametrize(
    ("path", "code"),
    [("/v1/payment_intents", "payment_intent_mandate_invalid"), ("/v1/setup_intents", "setup_intent_mandate_invalid")],
)
def test_another_accounts_mandate_is_of_no_use(shop: Shop, path: str, code: str) -> None:
    _, setup = set_up(shop)
    money = {"amount": 500, "currency": "usd"} if "payment" in path else {}
    wanted = {**money, "payment_method": "pm_usBankAccount_success", "confirm": True, "mandate": setup["mandate"]}
    answer = shop.post(path, wanted)
    assert (answer.status, answer.error["code"], answer.error["param"]) == (400, code, "mandate")


def test_an_unknown_mandate_is_not_found(shop: Shop) -> None:
    answer = shop.get("/v1/mandates/mandate_x")
    assert (answer.status, answer.error["message"]) == (404, "No such mandate: 'mandate_x'")
