"""Older API versions: what an answer lacks, and what is called otherwise, topic by topic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.providers.omise.shop import Till
from tests.providers.omise.test_disputes import PNG

OLDER = ("2014-07-27", "2015-11-17", "2017-11-02")


def looked(till: Till, path: str, version: str) -> Any:
    answer = till.omise("GET", path, version=version)
    assert (answer.status, answer.headers["omise-version"]) == (200, version)
    return answer.body


@pytest.fixture
def scene(till: Till) -> dict[str, str]:
    """Paths of one object of each kind."""
    charge = till.charge()
    refund = till.ok("POST", f"/charges/{charge['id']}/refunds", {"amount": 10_000})
    dispute = till.ok("POST", f"/charges/{charge['id']}/disputes")
    document = till.ok("POST", f"/disputes/{dispute['id']}/documents", files={"file": ("a.png", PNG)})
    customer = till.ok("POST", "/customers", {"card": till.token()})
    till.ok("DELETE", f"/customers/{customer['id']}")
    transaction = f"/transactions/{charge['transaction']}"
    event = till.ok("GET", "/events")["data"][0]
    made = {"charge": charge, "refund": refund, "dispute": dispute, "document": document, "customer": customer, "event": event}
    return {**{name: one["location"] for name, one in made.items()}, "transaction": transaction, "list": "/charges"}


def test_strict_version_refuses_what_never_was(open_till: Callable[..., Till]) -> None:
    """The setting; by default such a request is answered in the newest version."""
    till = open_till(providers={"omise": {"strict_version": True}})
    refused = till.omise("POST", "/customers", {}, version="1999-01-01")
    assert (refused.status, refused["code"], refused["message"]) == (400, "bad_request", "api version 1999-01-01 is not supported")
    assert till.keys() == []
    assert till.ok("GET", "/account", version="2017-11-02")["api_version"] == "2019-05-29"


@pytest.mark.parametrize("name", ["charge", "refund", "dispute", "document", "customer", "event", "transaction", "list"])
def test_oldest_version_is_answered_like_the_second(till: Till, scene: dict[str, str], name: str) -> None:
    """The documented differences have one column for both."""
    assert looked(till, scene[name], "2014-07-27") == looked(till, scene[name], "2015-11-17")


@pytest.mark.parametrize("version", OLDER)
def test_names_before_2019(till: Till, scene: dict[str, str], version: str) -> None:
    charge, dispute = looked(till, scene["charge"], version), looked(till, scene["dispute"], version)
    assert (charge["refunded"], charge["currency"], charge["created"]) == (10_000, "thb", "2026-01-05T09:00:00Z")
    assert not {"created_at", "refunded_amount", "net", "transaction_fees"} & set(charge)
    assert dispute["transaction"].startswith("trxn_test_")
    assert not {"transactions", "funding_amount", "metadata", "admin_message"} & set(dispute)
    transaction = looked(till, scene["transaction"], version)
    assert (transaction["type"], transaction["source"]) == ("credit", charge["id"])
    assert "webhook_deliveries" not in looked(till, scene["event"], version)
    assert list(looked(till, scene["customer"], version)) == ["object", "id", "livemode", "deleted"]
    assert looked(till, scene["list"], version)["data"][0]["refunds"]["order"] is None
    assert looked(till, "/account", version)["supported_currencies"][:2] == ["thb", "jpy"]
    assert looked(till, "/capability", version)["payment_methods"][0]["currencies"][0] == "thb"


@pytest.mark.parametrize(("version", "flag", "gone", "source"), [
    ("2014-07-27", "captured", "paid", "source_of_fund"), ("2015-11-17", "captured", "paid", "source_of_fund"),
    ("2017-11-02", "paid", "captured", "source"),
])  # fmt: skip
def test_a_charge_is_captured_and_later_paid(
    till: Till, scene: dict[str, str], version: str, flag: str, gone: str, source: str
) -> None:
    charge = looked(till, scene["charge"], version)
    assert charge[flag] is True
    assert gone not in charge
    assert source in charge


def test_documents_and_refunds_grew(till: Till, scene: dict[str, str]) -> None:
    fields = [set(looked(till, scene["document"], version)) for version in OLDER]
    assert fields[0] == fields[1] == fields[2] - {"created"} == {"object", "livemode", "id", "filename", "location"}
    voided = ["voided" in looked(till, scene["refund"], version) for version in OLDER]
    assert voided == [False, False, True]
    assert not any("status" in looked(till, scene["refund"], version) for version in OLDER)
