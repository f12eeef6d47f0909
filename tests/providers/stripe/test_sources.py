"""Tokens, sources, and the cards that customers save the legacy way and are charged by."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import Shop

CARD = {"number": "5555555555554444", "exp_month": 12, "exp_year": 2030, "cvc": "123", "name": "Jenny Rosen", "address_zip": "94107"}


def token(shop: Shop, **card: Any) -> Any:
    answer = shop.post("/v1/tokens", {"card": {**CARD, **card}})
    assert answer.status == 200, answer.body
    return answer.body


def customer(shop: Shop, **params: Any) -> str:
    return str(shop.post("/v1/customers", params)["id"])


def saved(shop: Shop, owner: str, source: str = "tok_visa") -> Any:
    answer = shop.post(f"/v1/customers/{owner}/sources", {"source": source})
    assert answer.status == 200, answer.body
    return answer.body


def charge(shop: Shop, **params: Any) -> Any:
    return shop.post("/v1/charges", {"amount": 2000, "currency": "usd", **params})


def test_a_token_carries_a_card_and_no_number(shop: Shop) -> None:
    """No event; the brand in the spelling of legacy cards; nothing was checked yet."""
    made = token(shop)
    card = made["card"]
    assert (made["object"], made["type"], made["used"]) == ("token", "card", False)
    assert (card["brand"], card["last4"], card["cvc_check"], card["address_zip_check"]) == ("MasterCard", "4444", "unchecked", "unchecked")
    assert (card["name"], card["address_zip"]) == ("Jenny Rosen", "94107")
    assert "5555555555554444" not in str(made)
    assert shop.get(f"/v1/tokens/{made['id']}").body == made
    assert shop.events() == []


def test_a_token_works_once(shop: Shop) -> None:
    """Whatever it is used for; a magic one never runs out."""
    made = token(shop)
    paid = charge(shop, source=made["id"]).body
    assert (paid["source"]["id"], paid["billing_details"]["name"]) == (made["card"]["id"], "Jenny Rosen")
    assert shop.get(f"/v1/tokens/{made['id']}")["used"] is True
    owner = customer(shop)
    for answer in (
        charge(shop, source=made["id"]),
        shop.post("/v1/payment_methods", {"type": "card", "card": {"token": made["id"]}}),
        shop.post(f"/v1/customers/{owner}/sources", {"source": made["id"]}),
        shop.post("/v1/sources", {"type": "card", "token": made["id"]}),
    ):
        assert (answer.status, answer.error["code"]) == (400, "token_already_used")
        assert answer.error["message"] == f"You cannot use a Stripe token more than once: {made['id']}."
    assert [charge(shop, source="tok_visa").status for _ in range(2)] == [200, 200]


def test_a_token_that_a_refused_request_named_is_not_spent(shop: Shop) -> None:
    made = token(shop)
    assert charge(shop, source=made["id"], amount=1).error["code"] == "amount_too_small"
    assert charge(shop, source=made["id"]).status == 200


def test_a_token_becomes_a_payment_method(shop: Shop) -> None:
    """With the name and address that were typed."""
    made = token(shop)
    method = shop.post("/v1/payment_methods", {"type": "card", "card": {"token": made["id"]}})
    assert (method["card"]["brand"], method["billing_details"]["name"]) == ("mastercard", "Jenny Rosen")
    assert method["billing_details"]["address"]["postal_code"] == "94107"


def test_a_browser_makes_tokens_with_a_publishable_key(shop: Shop) -> None:
    answer = shop.post("/v1/tokens", {"card": CARD}, key="pk_test_alpha")
    assert answer.status == 200
    assert shop.get(f"/v1/tokens/{answer['id']}").body == answer.body


@pytest.mark.parametrize("param", ["pii", "account", "person", "cvc_update", "customer"])
def test_other_tokens_are_refused_by_name(shop: Shop, param: str) -> None:
    answer = shop.post("/v1/tokens", {param: "1"})
    assert (answer.status, answer.error["param"]) == (501, param)


def test_bad_tokens(shop: Shop) -> None:
    """No card, a wrong number, an unknown id."""
    assert shop.post("/v1/tokens").error["param"] == "card"
    wrong = shop.post("/v1/tokens", {"card": {**CARD, "number": "4242424242424241"}})
    assert (wrong.status, wrong.error["code"]) == (402, "incorrect_number")
    missing = shop.get("/v1/tokens/tok_x")
    assert (missing.status, missing.error["message"]) == (404, "No such token: 'tok_x'")


def test_the_first_card_of_a_customer_is_the_default(shop: Shop) -> None:
    """Saved with `customer.source.created`; the second one changes nothing else."""
    owner = customer(shop)
    first = saved(shop, owner, token(shop)["id"])
    assert (first["object"], first["customer"], first["cvc_check"]) == ("card", owner, "pass")
    assert shop.events() == ["customer.created", "customer.source.created", "customer.updated"]
    second = saved(shop, owner)
    assert shop.events()[3:] == ["customer.source.created"]
    shown = shop.get(f"/v1/customers/{owner}", {"expand": ["default_source", "sources"]})
    assert shown["default_source"] == first
    assert (shown["sources"]["data"], shown["sources"]["total_count"]) == ([second, first], 2)
    assert shop.get(f"/v1/customers/{owner}/sources", {"object": "card"})["data"] == [second, first]
    assert shop.get(f"/v1/customers/{owner}/cards/{first['id']}").body == first
    changed = shop.post(f"/v1/customers/{owner}", {"default_source": second["id"]})
    assert changed["default_source"] == second["id"]
    assert shop.post(f"/v1/customers/{owner}", {"default_source": "card_x"}).error["param"] == "default_source"


def test_a_customer_comes_with_a_source(shop: Shop) -> None:
    """And gets another one in an update, which replaces it."""
    made = shop.post("/v1/customers", {"source": "tok_visa"})
    owner, first = made["id"], made["default_source"]
    assert shop.events() == ["customer.created", "customer.source.created", "customer.updated"]
    changed = shop.post(f"/v1/customers/{owner}", {"source": "tok_mastercard", "name": "Jenny"})
    assert changed["default_source"] != first
    assert shop.events()[3:] == ["customer.source.created", "customer.source.deleted", "customer.updated"]
    assert [card["brand"] for card in shop.get(f"/v1/customers/{owner}/sources")["data"]] == ["MasterCard"]


def test_a_customer_is_charged_by_the_default_source(shop: Shop) -> None:
    """Or by the one that the charge names."""
    owner = customer(shop)
    first, second = saved(shop, owner), saved(shop, owner, "tok_mastercard")
    paid = charge(shop, customer=owner).body
    assert (paid["customer"], paid["source"], paid["payment_method"]) == (owner, first, first["id"])
    assert paid["payment_method_details"]["card"]["brand"] == "visa"
    other = charge(shop, customer=owner, source=second["id"])
    assert (other["source"]["id"], other["payment_method_details"]["card"]["brand"]) == (second["id"], "mastercard")
    assert [row["id"] for row in shop.get("/v1/charges", {"customer": owner})["data"]] == [other["id"], paid["id"]]


def test_a_source_of_another_customer_is_not_linked(shop: Shop) -> None:
    owner, other = customer(shop), customer(shop)
    card = saved(shop, other)
    saved(shop, owner)
    for source in (card["id"], "tok_visa", "card_x"):
        answer = charge(shop, customer=owner, source=source)
        assert (answer.status, answer.error["code"]) == (404, "missing")
        assert answer.error["message"] == f"Customer {owner} does not have a linked source with ID {source}."
    for method in ("GET", "POST", "DELETE"):
        missing = shop.call(method, f"/v1/customers/{owner}/sources/{card['id']}")
        assert (missing.status, missing.error["message"]) == (404, f"No such source: '{card['id']}'")


def test_a_test_cards_effects_come_with_a_saved_card_too(shop: Shop) -> None:
    """A card that always declines is declined where it would be saved; one that fails later is not."""
    owner = customer(shop)
    refused = shop.post(f"/v1/customers/{owner}/sources", {"source": "tok_chargeDeclined"})
    assert (refused.status, refused.error["decline_code"]) == (402, "generic_decline")
    assert shop.get(f"/v1/customers/{owner}/sources")["data"] == []
    saved(shop, owner, "tok_chargeCustomerFail")
    assert charge(shop, customer=owner).status == 402
    disputed = saved(shop, owner, "tok_createDispute")
    assert charge(shop, customer=owner, source=disputed["id"])["disputed"] is True


def test_a_saved_card_is_edited(shop: Shop) -> None:
    """A request that changes nothing sends no event."""
    owner = customer(shop)
    card = saved(shop, owner)
    path = f"/v1/customers/{owner}/cards/{card['id']}"
    told = len(shop.events())
    edited = shop.post(path, {"name": "Jane", "exp_year": 2040, "address_city": "Ogden", "metadata": {"till": "4"}})
    assert (edited["name"], edited["exp_year"], edited["address_city"], edited["metadata"]) == ("Jane", 2040, "Ogden", {"till": "4"})
    assert shop.post(path, {"name": "Jane"}).body == edited.body
    assert shop.events()[told:] == ["customer.source.updated"]
    late = shop.post(path, {"exp_month": 13})
    assert (late.status, late.error["code"]) == (402, "invalid_expiry_month")


def test_a_deleted_card_leaves_a_stub_and_the_default(shop: Shop) -> None:
    owner = customer(shop)
    first, second = saved(shop, owner), saved(shop, owner)
    told = len(shop.events())
    gone = shop.delete(f"/v1/customers/{owner}/sources/{first['id']}")
    assert gone.body == {"id": first["id"], "object": "card", "deleted": True}
    assert shop.events()[told:] == ["customer.source.deleted", "customer.updated"]
    assert shop.get("/v1/events", {"type": "customer.source.deleted"})["data"][0]["data"]["object"] == first
    assert shop.get(f"/v1/customers/{owner}")["default_source"] == second["id"]
    shop.delete(f"/v1/customers/{owner}/sources/{second['id']}")
    assert shop.get(f"/v1/customers/{owner}")["default_source"] is None
    assert charge(shop, customer=owner).error["code"] == "missing"


def test_a_deleted_customer_has_no_sources(shop: Shop) -> None:
    owner = customer(shop)
    card = saved(shop, owner)
    told = len(shop.events())
    shop.delete(f"/v1/customers/{owner}")
    assert shop.events()[told:] == ["customer.source.deleted", "customer.deleted"]
    for answer in (shop.get(f"/v1/customers/{owner}/sources"), shop.get(f"/v1/customers/{owner}/sources/{card['id']}")):
        assert (answer.status, answer.error["param"]) == (404, "customer")


def test_a_card_source_is_chargeable_once(shop: Shop) -> None:
    """Alone it is consumed by its charge."""
    made = shop.post("/v1/sources", {"type": "card", "token": "tok_visa", "owner": {"email": "jenny@example.com"}, "metadata": {"a": "b"}})
    assert (made["object"], made["status"], made["flow"], made["usage"]) == ("source", "chargeable", "none", "reusable")
    assert (made["card"]["last4"], made["owner"]["email"], "customer" in made.body) == ("4242", "jenny@example.com", False)
    assert charge(shop, source=made["id"])["source"]["status"] == "consumed"
    again = charge(shop, source=made["id"])
    assert (again.status, again.error["param"]) == (400, "source")
    assert shop.events() == ["source.chargeable", "charge.succeeded"]


def test_a_source_of_a_customer_is_chargeable_again_and_again(shop: Shop) -> None:
    """Detached it is consumed."""
    owner = customer(shop)
    made = shop.post("/v1/sources", {"type": "card", "token": "tok_visa"}).body
    linked = saved(shop, owner, made["id"])
    assert (linked["id"], linked["status"], linked["customer"]) == (made["id"], "chargeable", owner)
    assert [charge(shop, customer=owner)["source"]["status"] for _ in range(2)] == ["chargeable", "chargeable"]
    assert charge(shop, source=made["id"]).status == 400  # not without the customer
    other = customer(shop)
    assert shop.post(f"/v1/customers/{other}/sources", {"source": made["id"]}).status == 400
    gone = shop.delete(f"/v1/customers/{owner}/sources/{made['id']}").body
    assert (gone["object"], gone["status"], "customer" in gone) == ("source", "consumed", False)


def test_sources_are_read_and_changed(shop: Shop) -> None:
    """A browser needs the client secret; a card is no source object."""
    made = shop.post("/v1/sources", {"type": "card", "token": "tok_visa"}).body
    path = f"/v1/sources/{made['id']}"
    changed = shop.post(path, {"owner": {"name": "Jenny"}, "metadata": {"a": "b"}})
    assert (changed["owner"]["name"], changed["metadata"]) == ("Jenny", {"a": "b"})
    assert shop.get(path, {"client_secret": made["client_secret"]}, key="pk_test_alpha").body == changed.body
    assert shop.get(path, key="pk_test_alpha").error["param"] == "client_secret"
    assert shop.get(path, {"client_secret": "x"}).error["param"] == "client_secret"
    card = saved(shop, customer(shop))
    assert shop.get(f"/v1/sources/{card['id']}").status == 404
    assert shop.post("/v1/sources", {"type": "sofort"}).status == 501
    assert shop.post("/v1/sources", {"type": "cash"}).status == 400
    assert shop.post("/v1/sources", {"type": "card"}).error["param"] == "token"
