"""`/v1/payment_methods`: cards made, attached, changed, detached."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import Shop

CARD = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2030, "cvc": "123"}


def made(shop: Shop, **params: object) -> dict[str, Any]:
    answer = shop.post("/v1/payment_methods", {"type": "card", "card": CARD, **params})
    assert answer.status == 200, answer.body
    return answer.body  # type: ignore[no-any-return]


def customer(shop: Shop, **params: object) -> str:
    return str(shop.post("/v1/customers", params)["id"])


def test_a_method_is_made_without_an_event(shop: Shop) -> None:
    method = made(shop, metadata={"a": "1"}, allow_redisplay="always")
    assert (method["type"], method["customer"], method["metadata"], method["allow_redisplay"]) == ("card", None, {"a": "1"}, "always")
    card = method["card"]
    assert (card["brand"], card["last4"], card["exp_month"], card["exp_year"], card["funding"]) == ("visa", "4242", 12, 2030, "credit")
    assert card["checks"]["cvc_check"] == "unchecked"
    assert card["networks"] == {"available": ["visa"], "preferred": None}
    assert "4242424242424242" not in str(method)
    assert shop.events() == []
    assert shop.get(f"/v1/payment_methods/{method['id']}").body == method


def test_checks_are_made_when_it_is_used(shop: Shop) -> None:
    """What was not given is not checked."""
    address = {"line1": "1 Main St", "postal_code": "94107"}
    method = made(shop, billing_details={"address": address})
    waiting = {"address_line1_check": "unchecked", "address_postal_code_check": "unchecked", "cvc_check": "unchecked"}
    assert method["card"]["checks"] == waiting
    attached = shop.post(f"/v1/payment_methods/{method['id']}/attach", {"customer": customer(shop)})
    assert attached["card"]["checks"] == dict.fromkeys(waiting, "pass")
    without = made(shop, card={key: value for key, value in CARD.items() if key != "cvc"})
    assert without["card"]["checks"] == dict.fromkeys(waiting)


def test_each_use_of_a_magic_name_makes_a_fresh_method(shop: Shop) -> None:
    first, second = (shop.get("/v1/payment_methods/pm_card_mastercard").body for _ in range(2))
    assert first["id"] != second["id"]
    assert first["card"]["fingerprint"] == second["card"]["fingerprint"]
    assert made(shop, card={"token": "tok_mastercard"})["card"]["fingerprint"] == first["card"]["fingerprint"]


@pytest.mark.parametrize(
    ("card", "status", "code", "param"),
    [
        ({**CARD, "number": "4242424242424241"}, 402, "incorrect_number", "number"),
        ({**CARD, "number": "4242"}, 402, "invalid_number", "number"),
        ({**CARD, "exp_month": 13}, 402, "invalid_expiry_month", "exp_month"),
        ({**CARD, "exp_year": 95}, 402, "invalid_expiry_year", "exp_year"),
        ({**CARD, "cvc": "99"}, 402, "invalid_cvc", "cvc"),
        ({"exp_month": 1, "exp_year": 2030}, 400, "parameter_missing", "card[number]"),
        ({"token": "tok_x"}, 400, "resource_missing", "card[token]"),
        ({**CARD, "nope": "1"}, 400, "parameter_unknown", "card[nope]"),
        ({**CARD, "networks": {"preferred": "visa"}}, 501, "sandbox_not_emulated", "card[networks]"),
    ],
)
def test_bad_card_data(shop: Shop, card: object, status: int, code: str, param: str) -> None:
    answer = shop.post("/v1/payment_methods", {"type": "card", "card": card})
    assert (answer.status, answer.error["code"], answer.error["param"]) == (status, code, param)


def test_real_card_numbers_are_refused_with_a_plain_word(shop: Shop) -> None:
    answer = shop.post("/v1/payment_methods", {"type": "card", "card": {**CARD, "number": "4539 5787 6362 1486"}})
    assert (answer.status, answer.error["code"]) == (402, "card_declined")
    assert "refuses real cards" in answer.error["message"]
    assert "4539" not in str(answer.body)


def test_other_types_are_not_taken_for_cards(shop: Shop) -> None:
    answer = shop.post("/v1/payment_methods", {"type": "klarna"})
    assert (answer.status, answer.error["param"]) == (501, "type")
    answer = shop.post("/v1/payment_methods", {"type": "seashells"})
    assert (answer.status, answer.error["param"]) == (400, "type")
    assert answer.error["message"].startswith("Invalid type: must be one of acss_debit, affirm, ")
    assert shop.post("/v1/payment_methods", {"type": "card"}).error["param"] == "card"
    assert shop.post("/v1/payment_methods", {"card": CARD}).error["message"] == "Missing required param: type."
    answer = shop.post("/v1/payment_methods", {"type": "card", "card": CARD, "klarna": {"dob": "1"}})
    assert (answer.status, answer.error["param"]) == (501, "klarna")


def test_attached_and_detached(shop: Shop) -> None:
    owner = customer(shop)
    method = made(shop)
    path = f"/v1/payment_methods/{method['id']}"
    assert shop.post(f"{path}/attach", {"customer": owner})["customer"] == owner
    assert shop.post(f"{path}/detach")["customer"] is None
    assert shop.events() == ["customer.created", "payment_method.attached", "payment_method.detached"]
    event = shop.get("/v1/events", {"type": "payment_method.detached"})["data"][0]
    assert event["data"]["previous_attributes"] == {"customer": owner}
    assert event["data"]["object"]["customer"] is None


def test_attach_by_magic_name(shop: Shop) -> None:
    owner = customer(shop)
    method = shop.post("/v1/payment_methods/pm_card_visa/attach", {"customer": owner}).body
    assert (method["customer"], method["id"].startswith("pm_1")) == (owner, True)


def test_attached_elsewhere_or_used_up(shop: Shop) -> None:
    method = shop.post("/v1/payment_methods/pm_card_visa/attach", {"customer": customer(shop)})["id"]
    answer = shop.post(f"/v1/payment_methods/{method}/attach", {"customer": customer(shop)})
    assert answer.error["message"] == "The payment method you provided has already been attached to a customer."
    shop.post(f"/v1/payment_methods/{method}/detach")
    answer = shop.post(f"/v1/payment_methods/{method}/attach", {"customer": customer(shop)})
    assert answer.error["message"] == (
        "This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used "
        "again."
    )
    assert shop.post(f"/v1/payment_methods/{method}/detach").status == 400


def test_a_declining_card_is_declined_when_attached(shop: Shop) -> None:
    """But one is not, and declines only when charged."""
    owner = customer(shop)
    answer = shop.post("/v1/payment_methods/pm_card_chargeDeclined/attach", {"customer": owner})
    error = answer.error
    assert (answer.status, error["type"], error["code"], error["decline_code"]) == (402, "card_error", "card_declined", "generic_decline")
    assert error["doc_url"] == "https://stripe.com/docs/error-codes/card-declined"
    assert shop.events() == ["customer.created"]
    method = shop.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", {"customer": owner})["id"]
    declined = shop.post(
        "/v1/payment_intents", {"amount": 2000, "currency": "usd", "customer": owner, "payment_method": method, "confirm": True}
    )
    assert (declined.status, declined.error["payment_method"]["customer"]) == (402, owner)


def test_the_default_goes_with_the_method(shop: Shop) -> None:
    owner = customer(shop, payment_method="pm_card_visa", invoice_settings={"default_payment_method": "pm_card_visa"})
    method = shop.get(f"/v1/customers/{owner}")["invoice_settings"]["default_payment_method"]
    seen = len(shop.events())
    shop.post(f"/v1/payment_methods/{method}/detach")
    assert shop.get(f"/v1/customers/{owner}")["invoice_settings"]["default_payment_method"] is None
    assert shop.events(since=seen) == ["payment_method.detached", "customer.updated"]


def test_an_update_needs_a_customer_and_tells_what_it_was(shop: Shop) -> None:
    loose = made(shop)
    assert shop.post(f"/v1/payment_methods/{loose['id']}", {"metadata": {"a": "1"}}).status == 400
    method = shop.post(f"/v1/payment_methods/{loose['id']}/attach", {"customer": customer(shop)}).body
    path = f"/v1/payment_methods/{method['id']}"
    changed = shop.post(
        path,
        {
            "billing_details": {"name": "Jenny", "address": {"city": "Paris"}}, "card": {"exp_month": 3, "exp_year": 2031},
            "metadata": {"a": "1"}, "allow_redisplay": "limited",
        },
    ).body  # fmt: skip
    assert (changed["card"]["exp_month"], changed["card"]["exp_year"], changed["allow_redisplay"]) == (3, 2031, "limited")
    event = shop.get("/v1/events", {"type": "payment_method.updated"})["data"][0]
    assert event["data"]["previous_attributes"] == {
        "allow_redisplay": "unspecified", "billing_details": {"address": {"city": None}, "name": None},
        "card": {"exp_month": 12, "exp_year": 2030}, "metadata": {"a": None},
    }  # fmt: skip
    kept = shop.post(path, {"billing_details": {"address": {"line1": "1 rue"}}})["billing_details"]
    assert (kept["name"], kept["address"]["city"], kept["address"]["line1"]) == ("Jenny", "Paris", "1 rue")
    seen = len(shop.events())
    shop.post(path, {"billing_details": {"name": "Jenny"}})
    assert shop.events(since=seen) == []
    assert shop.post(path, {"card": {"exp_month": 13}}).status == 402


def test_methods_are_listed_by_customer_and_type(shop: Shop) -> None:
    owner = customer(shop, payment_method="pm_card_visa")
    loose = made(shop)
    attached = shop.post("/v1/payment_methods/pm_card_amex/attach", {"customer": owner})["id"]
    shown = [row["id"] for row in shop.get("/v1/payment_methods", {"customer": owner})["data"]]
    assert (shown[0], len(shown), loose["id"] in shown) == (attached, 2, False)
    assert shop.get("/v1/payment_methods", {"customer": owner, "type": "klarna"})["data"] == []
    assert shop.get("/v1/payment_methods", {"customer": "cus_x"}).error["param"] == "customer"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("pm_card_visaa", "Did you mean 'pm_card_visa'?"),
        ("pm_card_chargeDeclinedInsuficientFunds", "Did you mean 'pm_card_chargeDeclinedInsufficientFunds'?"),
        ("pm_usBankAccount_sucess", "Did you mean 'pm_usBankAccount_success'?"),
        ("pm_sepaDebit_successful_at", "Did you mean 'pm_sepaDebit_success_at'?"),
        ("pm_card_bitcoin_gold", "This sandbox has no such test value: those that it has are listed in docs/test-values.md."),
    ],
)
def test_an_unknown_name_of_a_test_value_says_which_was_meant(shop: Shop, name: str, hint: str) -> None:
    """In a parameter as in the path, or else where all of them stand."""
    answer = shop.post("/v1/payment_intents", {"amount": 500, "currency": "usd", "payment_method": name, "confirm": True})
    assert (answer.status, answer.error["message"]) == (400, f"No such PaymentMethod: '{name}'. {hint}")
    assert shop.get(f"/v1/payment_methods/{name}").error["message"] == f"No such PaymentMethod: '{name}'. {hint}"


def test_an_unknown_token_says_which_was_meant(shop: Shop) -> None:
    """Of a card, and of a bank account that payouts go to; an ordinary id that is not there has no such hint."""
    charge = {"amount": 500, "currency": "usd"}
    assert shop.post("/v1/charges", {**charge, "source": "tok_mastercardd"}).error["message"].endswith("Did you mean 'tok_mastercard'?")
    account = shop.get("/v1/account")["id"]
    bank = shop.post(f"/v1/accounts/{account}/external_accounts", {"external_account": "btok_us_noAcount"})
    assert bank.error["message"] == "No such token: 'btok_us_noAcount'. Did you mean 'btok_us_noAccount'?"
    ordinary = "tok_1PqRsTuVwXyZaBcDeFgHiJkL"
    assert shop.post("/v1/charges", {**charge, "source": ordinary}).error["message"] == f"No such token: '{ordinary}'"


def test_a_miss_in_the_path(shop: Shop) -> None:
    for verb, params in (("", {}), ("/attach", {"customer": customer(shop)}), ("/detach", {})):
        answer = shop.post(f"/v1/payment_methods/pm_x{verb}", params)
        assert (answer.status, answer.error["code"], answer.error["message"]) == (404, "resource_missing", "No such PaymentMethod: 'pm_x'")
