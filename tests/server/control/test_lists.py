"""Every long list can be read newest first, which is how people look at it, page by page in exactly the opposite order."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import START, Shop


def pages(shop: Shop, path: str, rows: str, limit: int, order: str) -> list[str]:
    """The ids of all pages, one after the other."""
    seen: list[str] = []
    after = ""
    while True:
        answer = shop.control("GET", f"{path}?limit={limit}&order={order}{after}")
        seen += [row["id"] for row in answer[rows]]
        if not answer["has_more"]:
            return seen
        after = f"&after={answer['next']}"


@pytest.mark.parametrize("limit", [1, 3, 1000])
@pytest.mark.parametrize(
    ("path", "rows"),
    [("/payments", "data"), ("/disputes", "data"), ("/events", "data"), ("/deliveries", "data"), ("/requests", "data"),
     ("/inbox", "data"), ("/ledger", "transfers")],
)  # fmt: skip
def test_newest_first_is_the_opposite_of_oldest_first_whatever_the_pages(shop: Shop, path: str, rows: str, limit: int) -> None:
    """Several kinds of records, and two providers', are made within the same seconds."""
    shop.freeze()
    for provider in ("stripe", "omise"):
        shop.control("POST", "/webhook_endpoints", {"provider": provider, "url": "sandbox:inbox"})
    for step in range(4):
        shop.control("POST", "/clock", {"now": START + step // 2})
        shop.post("/v1/charges", {"amount": 900, "currency": "usd", "source": "tok_visa"})
        charge = shop.pay()["latest_charge"]
        shop.post("/charges", {"amount": 3_000, "currency": "thb", "source[type]": "promptpay"}, key="skey_test_alpha")
        shop.control("POST", "/disputes", {"charge": charge})
    shop.settle()
    oldest = pages(shop, path, rows, limit, "oldest")
    assert len(oldest) >= 4
    assert pages(shop, path, rows, limit, "newest") == oldest[::-1]


def test_an_order_that_does_not_exist_is_refused_with_those_that_do(shop: Shop) -> None:
    answer: Any = shop.control("GET", "/payments?order=best")
    assert (answer.status, answer.error["param"]) == (422, "order")
    assert "oldest" in answer.error["message"]
