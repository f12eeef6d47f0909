"""What all lists have in common, asked of each list there is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.providers.stripe.routes import OPERATIONS
from sandbox.providers.stripe.validate import ListParams
from tests.harness import Shop

LISTS = tuple(op.path for op in OPERATIONS if op.method == "GET" and op.params is not None and issubclass(op.params, ListParams))


@pytest.fixture(scope="module")
def kept() -> Iterator[tuple[Shop, dict[str, str]]]:
    """A shop that is only looked at, with at least two objects in every list; and what stands for each variable of a path."""
    shop = Shop()
    customer = shop.post("/v1/customers", {"source": "tok_visa"})["id"]
    shop.post("/v1/customers")
    for token in ("tok_visa", "btok_us_verified", "btok_us"):
        assert shop.post(f"/v1/customers/{customer}/sources", {"source": token}).status == 200
    for _ in range(2):
        shop.post("/v1/payment_methods/pm_card_visa/attach", {"customer": customer})
        shop.pay("pm_card_createDispute")
        shop.pay("pm_card_riskLevelElevated")
        shop.pay("pm_card_createIssuerFraudRecord")
        shop.pay("pm_card_bypassPending", 9_000)
        shop.post("/v1/setup_intents")
        shop.hear()
        file = shop.post("/v1/files", files={"file": ("a.pdf", b"%PDF-1.4")}, data={"purpose": "dispute_evidence"})["id"]
        shop.post("/v1/file_links", {"file": file})
        connected = shop.post("/v1/accounts")["id"]
        shared = shop.pay(transfer_data={"destination": connected}, application_fee_amount=100, expand=["latest_charge"])
        for _ in range(2):
            back = {"payment_intent": shared["id"], "amount": 500, "reverse_transfer": True, "refund_application_fee": True}
            assert shop.post("/v1/refunds", back).status == 200
        assert shop.post("/v1/payouts", {"amount": 500, "currency": "usd"}).status == 200
        bank = {
            "object": "bank_account", "country": "US", "currency": "usd", "account_number": "000123456789", "routing_number": "110000000",
        }  # fmt: skip
        for _ in range(2):
            shop.post(f"/v1/accounts/{connected}/external_accounts", {"external_account": bank})
        shop.post("/v1/test_helpers/test_clocks", {"frozen_time": shop.now})
    charge = shared["latest_charge"]
    values = {
        "customer": customer, "charge": charge["id"], "account": connected, "transfers": charge["transfer"],
        "application_fees": shop.get("/v1/application_fees")["data"][0]["id"],
    }  # fmt: skip
    yield shop, values
    shop.close()


def place(path: str, values: dict[str, str]) -> str:
    """The path with ids in it."""
    noun = path.split("/")[2]
    for name, key in values.items():
        path = path.replace(f"{{{name}}}", key)
    return path.replace("{id}", values.get(noun, ""))


def get(kept: tuple[Shop, dict[str, str]], path: str, params: dict[str, Any]) -> Any:
    shop, values = kept
    return shop.get(place(path, values), params)


@pytest.mark.parametrize("path", LISTS)
def test_shape_and_order_and_pages(kept: tuple[Shop, dict[str, str]], path: str) -> None:
    """Newest first; a page before and a page after meet; `url` is the path of this very list, without the host."""
    whole = get(kept, path, {"limit": 100})
    assert next(iter(whole.body)) == "object"
    assert {key: whole[key] for key in ("object", "has_more", "url")} == {
        "object": "list", "has_more": False, "url": place(path, kept[1]).replace("balance/history", "balance_transactions"),
    }  # fmt: skip
    ids = [row["id"] for row in whole["data"]]
    assert len(ids) >= 2
    times = [row["created"] for row in whole["data"] if "created" in row]
    assert times == sorted(times, reverse=True)
    first = get(kept, path, {"limit": 1})
    assert ([row["id"] for row in first["data"]], first["has_more"]) == (ids[:1], True)
    assert [row["id"] for row in get(kept, path, {"limit": 1, "starting_after": ids[0]})["data"]] == ids[1:2]
    assert [row["id"] for row in get(kept, path, {"limit": 1, "ending_before": ids[1]})["data"]] == ids[:1]


@pytest.mark.parametrize("path", LISTS)
def test_limit_is_clamped_and_a_number(kept: tuple[Shop, dict[str, str]], path: str) -> None:
    assert [len(get(kept, path, {"limit": limit})["data"]) for limit in (0, -1)] == [1, 1]
    assert get(kept, path, {"limit": 101}).status == 200
    answer = get(kept, path, {"limit": "x"})
    assert (answer.status, answer.error["code"], answer.error["param"]) == (400, "parameter_invalid_integer", "limit")


@pytest.mark.parametrize("path", LISTS)
def test_cursors_are_looked_up_and_exclude_each_other(kept: tuple[Shop, dict[str, str]], path: str) -> None:
    """An unknown one is blamed by name, also beside a known one; two known ones are one too many."""
    first, second = (row["id"] for row in get(kept, path, {"limit": 2})["data"])
    for cursor in ("starting_after", "ending_before"):
        other = {"starting_after": second, "ending_before": second, cursor: "x"}
        for params in ({cursor: "x"}, other):
            answer = get(kept, path, params)
            assert (answer.status, answer.error["code"], answer.error["param"]) == (400, "resource_missing", cursor)
            assert answer.error["message"].startswith("No such ")
            assert answer.error["message"].endswith(": 'x'")
    answer = get(kept, path, {"starting_after": second, "ending_before": first})
    assert (answer.status, answer.error.get("code"), answer.error.get("param"), answer.error["message"]) == (
        400, None, None, "Received both starting_after and ending_before parameters. Please pass in only one.",
    )  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
def test_expand_begins_with_data(kept: tuple[Shop, dict[str, str]], path: str) -> None:
    """`data` alone does nothing; what no object has is refused, and without `data` the right path is named."""
    assert get(kept, path, {"expand": ["data"]}).body == get(kept, path, {}).body
    answer = get(kept, path, {"expand": ["data.nope"]})
    assert (answer.status, answer.error.get("code"), answer.error.get("param"), answer.error["message"]) == (
        400, None, None, "This property cannot be expanded (data.nope).",
    )  # fmt: skip
    message = get(kept, path, {"expand": ["nope"]}).error["message"]
    assert message == "This property cannot be expanded (nope). You may want to try expanding 'data.nope' instead."
