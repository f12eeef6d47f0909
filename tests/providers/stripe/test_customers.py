"""`/v1/customers`: made, changed, found, deleted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import Shop


def made(shop: Shop, **params: object) -> dict[str, Any]:
    answer = shop.post("/v1/customers", params)
    assert answer.status == 200, answer.body
    return answer.body  # type: ignore[no-any-return]


def test_a_customer_needs_nothing(shop: Shop) -> None:
    bare = made(shop)
    assert bare["id"].startswith("cus_")
    assert len(bare["id"]) == len("cus_") + 14
    assert (bare["email"], bare["metadata"], bare["balance"], bare["invoice_settings"]["default_payment_method"]) == (None, {}, 0, None)
    assert shop.events() == ["customer.created"]
    assert shop.get(f"/v1/customers/{bare['id']}").body == bare


def test_a_customer_keeps_what_is_said_of_her(shop: Shop) -> None:
    said = {
        "description": "VIP", "email": "jenny@example.com", "metadata": {"a": "1"}, "name": "Jenny Rosen", "phone": "+1555",
        "preferred_locales": ["de", "fr"], "tax_exempt": "exempt", "business_name": "Roses", "individual_name": "Jenny",
    }  # fmt: skip
    shown = made(shop, **said, address={"city": "Paris"}, shipping={"name": "Jenny", "address": {"line1": "1 rue"}})
    assert {key: shown[key] for key in said} == said
    assert shown["address"] == {"city": "Paris", "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}
    assert list(shown["shipping"]) == ["address", "name", "phone"]


def test_an_update_changes_what_it_names_and_tells_what_it_was(shop: Shop) -> None:
    path = f"/v1/customers/{made(shop, name='Jenny', email='a@example.com', phone='1', metadata={'a': '1'})['id']}"
    changed = shop.post(path, {"name": "Rosen", "phone": "", "metadata": {"b": "2"}}).body
    assert (changed["name"], changed["email"], changed["phone"]) == ("Rosen", "a@example.com", None)
    assert changed["metadata"] == {"a": "1", "b": "2"}
    event = shop.get("/v1/events", {"type": "customer.updated"})["data"][0]
    assert event["data"]["previous_attributes"] == {"metadata": {"b": None}, "name": "Jenny", "phone": "1"}
    shop.post(path, {"name": "Rosen"})
    assert shop.events() == ["customer.created", "customer.updated"]


def test_a_payment_method_may_come_with_the_customer_and_be_the_default(shop: Shop) -> None:
    method = shop.get("/v1/payment_methods/pm_card_visa")["id"]
    shown = made(shop, payment_method=method, invoice_settings={"default_payment_method": method})
    assert shown["invoice_settings"]["default_payment_method"] == method
    assert shop.get(f"/v1/payment_methods/{method}")["customer"] == shown["id"]
    assert shop.events() == ["customer.created", "payment_method.attached"]
    created = shop.get("/v1/events", {"type": "customer.created"})["data"][0]["data"]["object"]
    assert created["invoice_settings"]["default_payment_method"] == method


def test_a_declining_card_is_declined_with_the_customer(shop: Shop) -> None:
    answer = shop.post("/v1/customers", {"payment_method": "pm_card_chargeDeclined"})
    assert (answer.status, answer.error["code"]) == (402, "card_declined")
    assert (shop.events(), shop.get("/v1/customers")["data"]) == ([], [])


def test_the_default_payment_method_must_be_hers(shop: Shop) -> None:
    customer = made(shop)["id"]
    loose = shop.get("/v1/payment_methods/pm_card_visa")["id"]
    for answer in (
        shop.post(f"/v1/customers/{customer}", {"invoice_settings": {"default_payment_method": loose}}),
        shop.post("/v1/customers", {"invoice_settings": {"default_payment_method": loose}}),
    ):
        assert (answer.status, answer.error["code"]) == (400, "resource_missing")
        assert answer.error["param"] == "invoice_settings[default_payment_method]"
        assert loose in answer.error["message"]
    shop.post(f"/v1/payment_methods/{loose}/attach", {"customer": customer})
    chosen = {"default_payment_method": loose}
    assert shop.post(f"/v1/customers/{customer}", {"invoice_settings": chosen})["invoice_settings"]["default_payment_method"] == loose
    chosen = {"default_payment_method": ""}
    assert shop.post(f"/v1/customers/{customer}", {"invoice_settings": chosen})["invoice_settings"]["default_payment_method"] is None


@pytest.mark.parametrize("param", ["bank_account", "card", "default_card"])
def test_parameters_of_a_later_day_are_refused_by_name(shop: Shop, param: str) -> None:
    customer = shop.post("/v1/customers")["id"]
    answer = shop.post(f"/v1/customers/{customer}", {param: "1"})
    assert (answer.status, answer.error["code"], answer.error["param"]) == (501, "sandbox_not_emulated", param)
    assert shop.events() == ["customer.created"]


def test_unknown_parameters_are_named_in_full(shop: Shop) -> None:
    answer = shop.post("/v1/customers", {"invoice_settings": {"nope": "1"}})
    assert (answer.status, answer.error["code"], answer.error["param"], answer.error["message"]) == (
        400, "parameter_unknown", "invoice_settings[nope]", "Received unknown parameter: invoice_settings[nope]",
    )  # fmt: skip
    answer = shop.post("/v1/customers", {"nope": "1", "neither": "2"})
    assert answer.error["message"] == "Received unknown parameters: nope, neither"


def test_a_deleted_customer_is_a_stub(shop: Shop) -> None:
    """Found once more by id, gone from lists, and of no more use; her payment methods, too."""
    customer = made(shop, name="Jenny", payment_method="pm_card_visa")
    method = shop.get(f"/v1/customers/{customer['id']}/payment_methods")["data"][0]["id"]
    paid = shop.pay(method, customer=customer["id"])
    seen = len(shop.events())
    stub = {"id": customer["id"], "object": "customer", "deleted": True}
    assert shop.delete(f"/v1/customers/{customer['id']}").body == stub
    assert shop.events(since=seen) == ["payment_method.detached", "customer.deleted"]
    event = shop.get("/v1/events", {"type": "customer.deleted"})["data"][0]
    assert (event["data"]["object"]["name"], "previous_attributes" in event["data"]) == ("Jenny", False)
    assert shop.get(f"/v1/customers/{customer['id']}").body == stub
    assert shop.get("/v1/customers")["data"] == []
    for answer in (
        shop.delete(f"/v1/customers/{customer['id']}"),
        shop.post(f"/v1/customers/{customer['id']}", {"name": "x"}),
        shop.get(f"/v1/customers/{customer['id']}/payment_methods"),
    ):
        assert (answer.status, answer.error["message"]) == (404, f"No such customer: '{customer['id']}'")
    answer = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", "customer": customer["id"]})
    assert (answer.status, answer.error["param"]) == (400, "customer")
    assert shop.get(f"/v1/payment_methods/{method}")["customer"] is None
    shown = shop.get(f"/v1/payment_intents/{paid['id']}", {"expand": ["customer"]})
    assert shown["customer"] == stub
    assert [row["id"] for row in shop.get("/v1/payment_intents", {"customer": customer["id"]})["data"]] == [paid["id"]]


def test_a_miss_in_the_path_blames_id(shop: Shop) -> None:
    for answer in (shop.get("/v1/customers/cus_x"), shop.post("/v1/customers/cus_x"), shop.delete("/v1/customers/cus_x")):
        assert (answer.status, answer.error["code"], answer.error["param"]) == (404, "resource_missing", "id")
        assert answer.error["message"] == "No such customer: 'cus_x'"


def test_customers_are_found_by_exact_email(shop: Shop) -> None:
    first = made(shop, email="Jenny@example.com")["id"]
    made(shop, email="jenny@example.com")
    shop.advance(days=1)
    late = made(shop)["id"]

    def ids(**params: object) -> list[str]:
        return [row["id"] for row in shop.get("/v1/customers", params)["data"]]

    assert ids(email="Jenny@example.com") == [first]
    assert ids(email="nobody@example.com") == []
    assert ids(created={"gte": shop.now}) == [late]
    assert len(ids()) == 3


def test_the_payment_methods_of_one_customer(shop: Shop) -> None:
    one, other = made(shop, payment_method="pm_card_visa")["id"], made(shop, payment_method="pm_card_amex")["id"]
    listed = shop.get(f"/v1/customers/{one}/payment_methods", {"type": "card"}).body
    assert (listed["url"], len(listed["data"])) == (f"/v1/customers/{one}/payment_methods", 1)
    method = listed["data"][0]
    assert shop.get(f"/v1/customers/{one}/payment_methods/{method['id']}").body == method
    for path in (f"/v1/customers/{other}/payment_methods/{method['id']}", f"/v1/customers/{one}/payment_methods/pm_x"):
        assert shop.get(path).status == 404
    answer = shop.get("/v1/customers/cus_x/payment_methods")
    assert (answer.status, answer.error["param"]) == (404, "customer")


def test_the_account_is_the_keys_own(shop: Shop) -> None:
    account = shop.get("/v1/account").body
    assert (account["id"][:6], len(account["id"])) == ("acct_1", len("acct_") + 16)
    assert shop.get("/v1/account", key="sk_test_beta")["id"] != account["id"]
