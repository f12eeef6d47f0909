"""`/account`, `/capability`, `/` and where webhooks go."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.core.records import Endpoint
from tests.providers.omise.shop import Till

HOOK = "http://127.0.0.1:9/hook"


def test_account_of_a_country(open_till: Callable[..., Till]) -> None:
    for code, currency in (("TH", "THB"), ("JP", "JPY"), ("SG", "SGD"), ("MY", "MYR")):
        till = open_till(providers={"omise": {"country": code}})
        account = till.ok("GET", "/account/")
        assert (account["country"], account["currency"], account["api_version"]) == (code, currency, "2019-05-29")
        assert account["id"].startswith("account_test_")
        assert account["team"].startswith("acct_")
        assert till.ok("GET", "/balance/")["currency"] == till.ok("GET", "/account")["currency"] == currency
        assert till.ok("GET", "/capability")["country"] == code


def test_account_is_changed(till: Till) -> None:
    params = {
        "zero_interest_installments": "true", "chain_enabled": False, "chain_return_uri": "https://example.com/",
        "metadata_export_keys": {"charge": ["order"], "refund": []},
    }  # fmt: skip
    changed = till.ok("PATCH", "/account", params)
    assert (changed["zero_interest_installments"], changed["chain_return_uri"]) == (True, "https://example.com/")
    assert changed["metadata_export_keys"] == {"charge": ["order"], "transfer": [], "refund": [], "dispute": []}
    assert till.ok("GET", "/account") == changed
    assert till.ok("GET", "/capability")["zero_interest_installments"] is True


def test_webhook_address_is_a_field_of_the_account(till: Till) -> None:
    """It is the same list that the control API shows."""
    assert till.ok("GET", "/account")["webhook_uri"] is None
    assert till.ok("PATCH", "/account", {"webhook_uri": HOOK})["webhook_uri"] == HOOK
    (row,) = till.control("GET", "webhook_endpoints")["data"]
    assert (row["provider"], row["url"]) == ("omise", HOOK)
    assert till.ok("PATCH", "/account", {"webhook_uri": HOOK + "/2"})["webhook_uri"] == HOOK + "/2"
    assert till.control("GET", "webhook_endpoints")["data"][0]["id"] == row["id"]
    refused = till.omise("PATCH", "/account", {"webhook_uri": "http://example.com/"})
    assert (refused.status, refused["code"]) == (400, "bad_request")
    assert till.omise("PATCH", "/account", {"webhook_uri": "nonsense"}).status == 400
    assert till.ok("GET", "/account")["webhook_uri"] == HOOK + "/2"
    assert till.ok("PATCH", "/account", {"webhook_uri": None})["webhook_uri"] is None
    assert list(till.merchant.store.all(Endpoint)) == []


def test_api_version_of_the_account(till: Till) -> None:
    """A request without a version gets it, and so do events."""
    assert till.ok("GET", "/account/api_versions") == till.ok("GET", "/account")
    till.as_recorded = False
    assert till.ok("GET", "/account")["last_updated_api_version"] == "2020-01-01"
    answer = till.omise("PATCH", "/account/api_version", {"api_version": "2017-11-02"})
    assert answer.headers["omise-version"] == "2017-11-02"
    changed = answer.body
    assert (changed["api_version"], changed["last_updated_api_version"]) == ("2017-11-02", "2026-01-05")
    charge = till.charge()
    assert ("created" in charge, "created_at" in charge) == (True, False)
    assert till.omise("PATCH", "/account/api_version", {"api_version": "1999-01-01"}).status == 400
    assert till.control("GET", "settings")["omise_version"] == "2017-11-02"


def test_root_answers_who_brings_an_omise_key(till: Till) -> None:
    """Whoever brings none is a person, who gets the dashboard."""
    info = till.ok("GET", "/", key="pkey_test_alpha")
    assert (info["object"], info["versions"][-1]) == ("system_info", "2019-05-29")
    assert till.run(till._client.get("/")).headers["content-type"].startswith("text/html")


def test_account_is_the_same_at_every_look(till: Till) -> None:
    first = till.ok("GET", "/account")
    till.advance(days=3)
    assert till.ok("GET", "/account") == first
