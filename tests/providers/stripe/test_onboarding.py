"""Capabilities of connected accounts, and account links: nothing is asked, because every account is verified from the start."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import Answer, Shop

NAMES = ["card_payments", "legacy_payments", "link_payments", "sepa_debit_payments", "transfers", "us_bank_account_ach_payments"]
ADDRESSES = {"return_url": "https://platform.example/done?a=1", "refresh_url": "https://platform.example/again"}


def made(shop: Shop, *names: str) -> str:
    return shop.post("/v1/accounts", {"capabilities": {name: {"requested": True} for name in names}}).body["id"]  # type: ignore[no-any-return]


def listed(shop: Shop, account: str) -> dict[str, str]:
    answer = shop.get(f"/v1/accounts/{account}/capabilities").body
    assert (answer["has_more"], answer["url"]) == (False, f"/v1/accounts/{account}/capabilities")
    return {row["id"]: row["status"] for row in answer["data"]}


def test_every_capability_is_listed_and_those_that_were_requested_are_active(shop: Shop) -> None:
    account = made(shop, "transfers")
    assert listed(shop, account) == {**dict.fromkeys(NAMES, "unrequested"), "transfers": "active"}
    one = shop.get(f"/v1/accounts/{account}/capabilities/transfers", {"expand": ["account"]}).body
    assert (one["account"]["id"], one["requested"], one["requested_at"]) == (account, True, shop.now)
    assert shop.get(f"/v1/accounts/{account}/capabilities/card_payments")["requested_at"] is None
    own = listed(shop, shop.get("/v1/account")["id"])
    assert [name for name, status in own.items() if status == "active"] == ["card_payments", "transfers"]
    assert shop.events() == []


def test_a_capability_is_requested_and_given_up(shop: Shop) -> None:
    """Both ways, of the account or of the capability itself; nothing is told where nothing changes."""
    account, other = made(shop, "transfers"), made(shop, "transfers")
    path = f"/v1/accounts/{account}/capabilities"
    assert shop.post(f"{path}/card_payments", {"requested": True})["status"] == "active"
    assert shop.post(f"{path}/card_payments", {"requested": True})["status"] == "active"
    assert shop.get(f"/v1/accounts/{account}")["capabilities"] == {"card_payments": "active", "transfers": "active"}
    told = ["capability.updated", "account.updated"]
    assert shop.events() == told
    shop.post(f"/v1/accounts/{account}", {"capabilities": {"transfers": {"requested": False}}})
    assert shop.events() == [*told, *told]
    event = shop.get("/v1/events", {"type": "capability.updated"}, headers={"stripe-account": account})["data"][0]
    assert (event["account"], event["data"]["object"]["id"], event["data"]["object"]["status"]) == (account, "transfers", "unrequested")
    assert event["data"]["previous_attributes"]["status"] == "active"
    assert (listed(shop, account)["transfers"], listed(shop, other)["transfers"]) == ("unrequested", "active")
    assert shop.post(f"{path}/transfers", {"requested": True})["status"] == "active"


def test_a_capability_that_is_not_there_is_refused(shop: Shop) -> None:
    account = made(shop)
    assert shop.get(f"/v1/accounts/{account}/capabilities/fly").error["param"] == "capability"
    assert shop.get("/v1/accounts/acct_x/capabilities").status == 403
    own = shop.get("/v1/account")["id"]
    assert shop.post(f"/v1/accounts/{own}/capabilities/transfers", {"requested": False}).status == 501


# Account links


def link(shop: Shop, **params: Any) -> Answer:
    account = params.pop("account", "") or made(shop)
    return shop.post("/v1/account_links", {"account": account, "type": "account_onboarding", **ADDRESSES, **params})


def path_of(answer: Answer) -> str:
    path: str = answer["url"].removeprefix("https://connect.stripe.com")
    return path.removeprefix("http://127.0.0.1:12111")


@pytest.mark.parametrize(("outcome", "address"), [("pass", ADDRESSES["return_url"]), ("fail", ADDRESSES["refresh_url"])])
def test_an_account_link_leads_back_to_the_platform_and_works_once(shop: Shop, outcome: str, address: str) -> None:
    answer = link(shop)
    assert (answer["object"], answer["expires_at"]) == ("account_link", shop.now + 300)
    path = path_of(answer)
    assert b"verified already" in shop.get(path).body
    gone = shop.post(path, {"outcome": outcome})
    assert (gone.status, gone.headers["location"]) == (303, address)
    for again in (shop.get(path), shop.post(path, {"outcome": "pass"})):
        assert (again.status, again.headers["location"]) == (303, ADDRESSES["refresh_url"])
    assert shop.events() == []


def test_an_account_link_ends_after_five_minutes(shop: Shop) -> None:
    path = path_of(link(shop))
    shop.advance(seconds=300)
    assert shop.get(path).headers["location"] == ADDRESSES["refresh_url"]
    assert shop.get(f"{path}x").status == 404


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"return_url": "platform.example"}, "return_url"), ({"refresh_url": "javascript:1"}, "refresh_url"),
        ({"type": "other"}, "type"), ({"account": "acct_x"}, None),
    ],
)  # fmt: skip
def test_an_account_link_that_cannot_be_is_refused(shop: Shop, params: Any, param: str | None) -> None:
    answer = link(shop, **params)
    assert (answer.status, answer.error.get("param")) == (403 if param is None else 400, param)
    assert shop.post("/v1/account_links", {"account": made(shop), "type": "account_onboarding"}).error["code"] == "parameter_missing"


def test_persons_are_not_emulated_by_name(shop: Shop) -> None:
    answer = shop.get(f"/v1/accounts/{made(shop)}/persons")
    assert (answer.status, answer.error["code"]) == (501, "sandbox_not_emulated")
