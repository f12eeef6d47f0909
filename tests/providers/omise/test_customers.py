"""`/customers` and their cards."""

from __future__ import annotations

from typing import Any

from tests.providers.omise.shop import JCB, MASTERCARD, Till


def customer_with(till: Till, *numbers: str) -> Any:
    made = till.ok("POST", "/customers", {"card": till.token(numbers[0])} if numbers else {})
    for number in numbers[1:]:
        made = till.ok("PATCH", f"/customers/{made['id']}", {"card": till.token(number)})
    return made


def test_customer_without_a_card(till: Till) -> None:
    made = till.ok("POST", "/customers", {"email": "a@example.com", "description": "one", "metadata": {"a": 1}})
    assert (made["email"], made["description"], made["metadata"], made["default_card"]) == ("a@example.com", "one", {"a": 1}, None)
    assert made["cards"]["total"] == 0
    assert till.keys() == ["customer.create"]
    refused = till.omise("POST", "/charges", {"amount": 100_000, "currency": "thb", "customer": made["id"]})
    assert (refused.status, refused["code"]) == (400, "missing_card")


def test_first_card_is_the_default_and_others_are_added(till: Till) -> None:
    made = customer_with(till, "4242424242424242", MASTERCARD)
    visa, master = made["cards"]["data"]
    assert (made["default_card"], visa["brand"], master["brand"]) == (visa["id"], "Visa", "MasterCard")
    assert visa["location"] == f"/customers/{made['id']}/cards/{visa['id']}"
    changed = till.ok("PATCH", f"/customers/{made['id']}", {"default_card": master["id"], "email": "b@example.com"})
    assert (changed["default_card"], changed["email"]) == (master["id"], "b@example.com")
    assert till.keys() == ["customer.create", "customer.update", "customer.update.card", "customer.update"]


def test_token_is_used_up_by_a_customer(till: Till) -> None:
    token = till.token()
    till.ok("POST", "/customers", {"card": token})
    for path, params in (("/customers", {"card": token}), ("/charges", {"amount": 100_000, "currency": "thb", "card": token})):
        assert till.omise("POST", path, params)["code"] == "used_token"


def test_customer_is_charged_by_the_default_card_or_a_named_one(till: Till) -> None:
    made = customer_with(till, "4242424242424242", MASTERCARD)
    charge = till.ok("POST", "/charges", {"amount": 100_000, "currency": "thb", "customer": made["id"]})
    assert (charge["customer"], charge["card"]["brand"]) == (made["id"], "Visa")
    other = {"amount": 100_000, "currency": "thb", "customer": made["id"], "card": made["cards"]["data"][1]["id"]}
    assert till.ok("POST", "/charges", other)["card"]["brand"] == "MasterCard"
    missing = till.omise("POST", "/charges", {**other, "card": "card_test_x"})
    assert (missing.status, missing["message"]) == (404, "card card_test_x was not found")
    nobody = till.omise("POST", "/charges", {**other, "customer": "cust_test_x"})
    assert (nobody.status, nobody["message"]) == (404, "customer cust_test_x was not found")


def test_card_is_listed_changed_and_removed(till: Till) -> None:
    """The latest of the others takes the default's place."""
    made = customer_with(till, "4242424242424242", MASTERCARD, JCB)
    here = f"/customers/{made['id']}/cards"
    listed = till.ok("GET", here)
    assert ([card["brand"] for card in listed["data"]], listed["location"]) == (["Visa", "MasterCard", "JCB"], here)
    first = listed["data"][0]["id"]
    changed = till.ok("PATCH", f"{here}/{first}", {"name": "S. P.", "expiration_month": 1, "expiration_year": 2035, "city": "Nan"})
    assert till.ok("GET", f"{here}/{first}") == changed
    assert (changed["name"], changed["expiration_month"], changed["expiration_year"], changed["city"]) == ("S. P.", 1, 2035, "Nan")
    assert till.omise("PATCH", f"{here}/{first}", {"expiration_month": 13})["code"] == "invalid_card"
    since = len(till.keys())
    assert till.ok("DELETE", f"{here}/{first}")["deleted"] is True
    assert till.keys(since) == ["card.destroy", "customer.update.card"]
    later = till.ok("GET", f"/customers/{made['id']}")
    assert (later["default_card"], later["cards"]["total"]) == (listed["data"][2]["id"], 2)
    assert till.omise("GET", f"{here}/{first}").status == 404
    for card in listed["data"][1:]:
        till.ok("DELETE", f"{here}/{card['id']}")
    assert till.ok("GET", f"/customers/{made['id']}")["default_card"] is None


def test_deleted_customer_can_be_read_and_no_more(till: Till) -> None:
    made = customer_with(till, "4242424242424242")
    assert till.ok("DELETE", f"/customers/{made['id']}")["deleted"] is True
    assert till.ok("GET", f"/customers/{made['id']}")["deleted"] is True
    assert till.ok("GET", "/customers")["data"] == []
    for method, path, params in (
        ("PATCH", "", {"email": "c@example.com"}), ("DELETE", "", None), ("DELETE", f"/cards/{made['default_card']}", None),
    ):  # fmt: skip
        assert till.omise(method, f"/customers/{made['id']}{path}", params).status == 404
    refused = till.omise("POST", "/charges", {"amount": 100_000, "currency": "thb", "customer": made["id"]})
    assert refused["message"] == f"customer {made['id']} was not found"
    assert till.keys() == ["customer.create", "customer.destroy"]
