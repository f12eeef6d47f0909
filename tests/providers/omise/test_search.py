"""`/search` and the searches under each resource."""

from __future__ import annotations

from typing import Any

import pytest

from tests.providers.omise.shop import Till


def ids(found: Any) -> list[str]:
    return [row["id"] for row in found["data"]]


def test_search_of_charges(till: Till) -> None:
    """The newest first; filters are echoed as text; amounts are in baht."""
    charges = [till.charge(amount, description=f"order {amount}") for amount in (30_000, 45_000, 60_000)]
    found = till.ok("GET", "/search", {"scope": "charge", "filters": {"amount": "300..450", "captured": True}})
    assert ids(found) == [charges[1]["id"], charges[0]["id"]]
    assert (found["filters"], found["scope"], found["location"]) == ({"amount": "300..450", "captured": "true"}, "charge", "/search")
    assert (found["page"], found["per_page"], found["total"], found["total_pages"], found["query"]) == (1, 30, 2, 1, "")
    assert ids(till.ok("GET", "/search/?scope=charge&query=order+60000")) == [charges[2]["id"]]
    assert ids(till.ok("GET", "/charges/search?filters[amount]=450.00&order=chronological")) == [charges[1]["id"]]


@pytest.mark.parametrize(
    ("filters", "places"),
    [
        ({"status": "failed"}, [0]), ({"failure_code": "insufficient_fund"}, [0]), ({"card_last_digits": "4444"}, [1]),
        ({"refunded": "true"}, [1]), ({"refund_amount": "1"}, [1]), ({"voided": "false"}, [0, 1, 2]), ({"disputed": "true"}, [2]),
        ({"created": "2026-01-05"}, [0, 1, 2]), ({"created": "2026-01-06..2026-01-07"}, []), ({"currency": "THB"}, [0, 1, 2]),
        ({"created": "2026-01-05T00:00:00Z..2026-01-05T09:00:00Z", "status": "successful"}, [1, 2]), ({"customer": "nobody"}, []),
    ],
)  # fmt: skip
def test_filters_of_charges(till: Till, filters: dict[str, str], places: list[int]) -> None:
    charges = [till.charge(number=number) for number in ("4111111111140011", "5555555555554444", "4242424242424242")]
    till.ok("POST", f"/charges/{charges[1]['id']}/refunds", {"amount": 100})
    till.ok("POST", f"/charges/{charges[2]['id']}/disputes")
    found = till.ok("GET", "/search", {"scope": "charge", "filters": filters, "order": "chronological"})
    assert ids(found) == [charges[place]["id"] for place in places]
    assert (found["total"], found["total_pages"]) == (len(places), 1 if places else 0)


def test_search_of_everything_else(till: Till) -> None:
    dispute = till.dispute()
    charge = till.charge()
    refund = till.ok("POST", f"/charges/{charge['id']}/refunds", {"amount": 100})
    customer = till.ok("POST", "/customers", {"email": "a@example.com"})
    transfer = till.ok("POST", "/transfers", {"amount": 50_000, "currency": "thb"}) if till.money() > 0 else None
    recipient = till.ok("POST", "/recipients", {"name": "S", "bank_account": {"brand": "bbl", "number": "123", "name": "S"}})
    wanted = {
        "dispute": ({"status": "open", "reason_code": "goods_or_services_not_provided", "card_last_digits": "4242"}, [dispute["id"]]),
        "refund": ({"amount": "1.00", "voided": False}, [refund["id"]]),
        "customer": ({"created": "2026-01-05"}, [customer["id"]]),
        "transfer": ({"currency": "thb"}, [transfer["id"]] if transfer else []),
        "recipient": ({"active": False}, [recipient["id"]]),
        "event": ({"key": "refund.create"}, None),
        "transaction": ({"direction": "credit"}, None),
    }
    for scope, (filters, expected) in wanted.items():
        found = till.ok("GET", "/search", {"scope": scope, "filters": filters})
        assert found["total"] > 0
        if expected is not None:
            assert ids(found) == expected
        assert ids(till.ok("GET", f"/{scope}s/search", {"filters": filters})) == ids(found)


def test_pages_of_a_search(till: Till) -> None:
    charges = [till.charge() for _ in range(5)]
    pages = [till.ok("GET", "/search", {"scope": "charge", "page": page, "per_page": 2, "order": "chronological"}) for page in (1, 3, 4)]
    assert [ids(page) for page in pages] == [[charges[0]["id"], charges[1]["id"]], [charges[4]["id"]], []]
    assert {(page["total"], page["total_pages"]) for page in pages} == {(5, 3)}
    assert till.ok("GET", "/search", {"scope": "charge", "per_page": 1000})["per_page"] == 100


def test_search_that_is_refused(till: Till) -> None:
    def refused(**params: Any) -> tuple[Any, ...]:
        answer = till.omise("GET", "/search", {"scope": "charge", **params})
        return answer.status, answer["code"], answer["message"]

    assert refused(scope="cowries") == refused(scope=None) == (400, "invalid_scope", "invalid scope")
    till.charge()
    assert refused(filters={"colour": "red"}) == refused(filters={"amount": "ten"}) == (400, "invalid_filter", "invalid filters")
    assert refused(page="two") == refused(page=0) == (400, "invalid_page", "invalid page")


def test_scopes_that_find_nothing_here(till: Till) -> None:
    """Links, receipts and the like are out of scope; node sends an empty `filters=`."""
    till.charge()
    assert till.ok("GET", "/search?scope=link&filters=")["data"] == []
    assert till.ok("GET", "/search?scope=charge&filters=")["total"] == 1
