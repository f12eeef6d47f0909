"""Charges, payment intents and customers are found by Stripe's query language."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.providers.stripe.routes import searches
from tests.harness import Shop

CARDS = ("pm_card_visa", "pm_card_mastercard", "pm_card_createDispute")


@pytest.fixture
def paid(shop: Shop) -> list[Any]:
    """Three payments: 1000, 2000 and 3000, an hour apart; the second refunded, the third disputed."""
    made = []
    for number, method in enumerate(CARDS, 1):
        made.append(shop.pay(method, 1000 * number, metadata={"order": f"A-{number}", "shop's \"own\"": "x"}))
        shop.advance(seconds=3600)
    shop.post("/v1/refunds", {"payment_intent": made[1]["id"]})
    return made


@pytest.mark.parametrize(
    ("query", "amounts"),
    [
        ("amount>1000", [3000, 2000]),
        ("amount>=1000 AND amount<3000", [2000, 1000]),
        ("amount:1000 OR amount:3000", [3000, 1000]),
        ("amount<=1000", [1000]),
        ("-amount:1000", [3000, 2000]),
        ("amount:'2000'", [2000]),
        ('currency:"USD"', [3000, 2000, 1000]),
        ('status:"succeeded" amount:1000', [1000]),
        ("metadata['order']:'a-2'", [2000]),
        ('metadata["order"]~"A-"', None),
        ('metadata["order"]~"A-3"', [3000]),
        ('metadata["gone"]:null amount:1000', [1000]),
        ('-metadata["order"]:null', [3000, 2000, 1000]),
        ('metadata["shop\'s \\"own\\""]:"x" AND amount:1000', [1000]),
        ('disputed:"true"', [3000]),
        ("disputed:false", [2000, 1000]),
        ("refunded:'true'", [2000]),
        ('payment_method_details.card.brand:"mastercard"', [2000]),
        ('payment_method_details.card.last4:"0259"', [3000]),
        ("payment_method_details.card.exp_year>2000 AND -payment_method_details.card.brand:'visa'", [2000]),
        ('billing_details.address.postal_code:"10115"', []),
        ("customer:null and amount:1000", [1000]),
        (f"created<{1_767_603_600 + 3600}", [1000]),
    ],
)
def test_charges_are_found(shop: Shop, paid: list[Any], query: str, amounts: list[int] | None) -> None:
    """Newest first; text without regard to case; a substring needs three characters."""
    answer = shop.get("/v1/charges/search", {"query": query})
    if amounts is None:
        assert (answer.status, answer.error["param"]) == (400, "query")
        return
    assert [charge["amount"] for charge in answer["data"]] == amounts
    assert (answer["object"], answer["url"], answer["has_more"], answer["next_page"]) == (
        "search_result", "/v1/charges/search", False, None,
    )  # fmt: skip


def test_payment_intents_are_found(shop: Shop, paid: list[Any]) -> None:
    shop.post("/v1/payment_intents", {"amount": 500, "currency": "usd"})
    found = shop.get("/v1/payment_intents/search", {"query": "status:'requires_payment_method'"})
    assert [intent["amount"] for intent in found["data"]] == [500]
    assert shop.get("/v1/payment_intents/search", {"query": "disputed:'true'"}).status == 400


def test_customers_are_found_unless_deleted(shop: Shop) -> None:
    made = [shop.post("/v1/customers", {"email": f"{name}@Example.com", "name": name}).body for name in ("jenny", "jens", "anna")]
    shop.delete(f"/v1/customers/{made[1]['id']}")
    found = shop.get("/v1/customers/search", {"query": 'email~"@example.com"'})
    assert [customer["name"] for customer in found["data"]] == ["anna", "jenny"]
    assert shop.get("/v1/customers/search", {"query": "name:'JENNY' AND phone:null"})["data"][0]["id"] == made[0]["id"]


def test_pages_follow_each_other(shop: Shop, paid: list[Any]) -> None:
    """The page token leads to what comes after; the total is told only where it is asked for."""
    first = shop.get("/v1/charges/search", {"query": "amount>0", "limit": 2, "expand": ["total_count", "data.payment_intent"]})
    assert ([c["amount"] for c in first["data"]], first["has_more"], first["total_count"]) == ([3000, 2000], True, 3)
    assert first["data"][0]["payment_intent"]["id"] == paid[2]["id"]
    second = shop.get("/v1/charges/search", {"query": "amount>0", "limit": 2, "page": first["next_page"]})
    assert ([c["amount"] for c in second["data"]], second["has_more"], second["next_page"]) == ([1000], False, None)
    assert "total_count" not in second.body


def test_total_has_a_bound(shop: Shop, paid: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert searches.COUNT_MAX == 10_000
    monkeypatch.setattr(searches, "COUNT_MAX", 2)
    assert shop.get("/v1/charges/search", {"query": "amount>0", "expand": ["total_count"]})["total_count"] == 2


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("nonsense", "unable to parse"),
        ("amount:", "unable to parse"),
        ("(amount:1)", "unable to parse"),
        ("amount:1 AND", "unable to parse"),
        ("amount:1 OR OR amount:2", "unable to parse"),
        ("amount:1 AND amount:2 OR amount:3", "not by both"),
        (" ".join(["amount:1"] * 11), "at most 10 clauses"),
        ("shoe_size:42", "Field `shoe_size` is an unsupported search field for resource `charges`."),
        ("metadata:'x'", "Field `metadata` is an unsupported"),
        ("currency>'usd'", "does not support `>`"),
        ("amount~'100'", "takes a whole number"),
        ("amount:'ten'", "takes a whole number"),
        ("currency~'us'", "at least 3 characters"),
        ("disputed:'maybe'", '"true" or "false"'),
        ("disputed~'true'", "does not support `~`"),
        ("amount>null", "can only be searched with `:`"),
    ],
)
def test_query_that_cannot_be_read_is_refused(shop: Shop, query: str, why: str) -> None:
    answer = shop.get("/v1/charges/search", {"query": query})
    assert (answer.status, answer.error["param"], answer.error["type"]) == (400, "query", "invalid_request_error")
    assert why in answer.error["message"]


@pytest.mark.parametrize("page", ["nonsense", "!!", "Y2hfZ29uZQ=="])
def test_page_that_is_none_is_refused(shop: Shop, page: str) -> None:
    answer = shop.get("/v1/charges/search", {"query": "amount:1", "page": page})
    assert (answer.status, answer.error["param"]) == (400, "page")


def test_query_is_required(shop: Shop) -> None:
    answer = shop.get("/v1/customers/search")
    assert (answer.status, answer.error["code"], answer.error["param"]) == (400, "parameter_missing", "query")


def test_neither_cursor_of_a_list_is_known(shop: Shop) -> None:
    answer = shop.get("/v1/charges/search", {"query": "amount:1", "starting_after": "ch_1"})
    assert (answer.status, answer.error["code"]) == (400, "parameter_unknown")
