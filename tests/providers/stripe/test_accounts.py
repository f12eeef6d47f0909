"""`/v1/account`, `/v1/accounts` and the `Stripe-Account` header: whose books a request acts on."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.core.endpoints import LISTENER
from sandbox.core.records import Endpoint
from tests.harness import Answer, Shop


def connected(shop: Shop, **params: Any) -> str:
    answer = shop.post("/v1/accounts", {"type": "custom", "country": "US", "capabilities": {"transfers": {"requested": True}}, **params})
    assert answer.status == 200, answer.body
    return answer["id"]  # type: ignore[no-any-return]


def as_(account: str) -> dict[str, Any]:
    return {"headers": {"stripe-account": account}}


def available(shop: Shop, **options: Any) -> dict[str, int]:
    return {row["currency"]: row["amount"] for row in shop.get("/v1/balance", **options)["available"]}


def pay_directly(shop: Shop, account: str, method: str = "pm_card_bypassPending", amount: int = 5_000, **params: Any) -> Any:
    wanted = {"amount": amount, "currency": "usd", "payment_method": method, "confirm": True, **params}
    answer = shop.post("/v1/payment_intents", wanted, **as_(account))
    assert answer.status == 200, answer.body
    return answer.body


def test_an_account_is_made_shown_and_changed(shop: Shop) -> None:
    made = shop.post(
        "/v1/accounts",
        {
            "type": "express", "country": "GB", "email": "seller@example.com", "business_type": "individual", "metadata": {"seller": "7"},
            "business_profile": {"name": "Rosen's", "url": "https://rosen.example"},
            "capabilities": {"card_payments": {"requested": True}, "transfers": {"requested": True}},
        },
    ).body  # fmt: skip
    assert (made["type"], made["country"], made["default_currency"], made["email"]) == ("express", "GB", "gbp", "seller@example.com")
    assert made["capabilities"] == {"card_payments": "active", "transfers": "active"}
    assert (made["charges_enabled"], made["payouts_enabled"], made["external_accounts"]["data"]) == (True, False, [])
    path = f"/v1/accounts/{made['id']}"
    assert shop.get(path).body == made == shop.get("/v1/account", **as_(made["id"])).body
    changed = shop.post(
        path, {"metadata": {"vip": "1"}, "business_profile": {"name": "R"}, "capabilities": {"card_payments": {"requested": False}},
               "settings": {"payouts": {"schedule": {"interval": "daily"}}}},
    ).body  # fmt: skip
    assert (changed["metadata"], list(changed["capabilities"])) == ({"seller": "7", "vip": "1"}, ["transfers"])
    assert (changed["business_profile"]["name"], changed["business_profile"]["url"]) == ("R", "https://rosen.example")
    assert changed["settings"]["payouts"]["schedule"] == {"delay_days": 2, "interval": "daily"}


def test_the_own_account_is_no_connected_one(shop: Shop) -> None:
    """It is retrieved by its id and by none, named by the header to no effect, and not listed."""
    own = shop.get("/v1/account").body
    assert shop.get(f"/v1/accounts/{own['id']}").body == own == shop.get("/v1/account", **as_(own["id"])).body
    paid = shop.post("/v1/charges", {"amount": 900, "currency": "usd", "source": "tok_visa"}, **as_(own["id"]))
    assert shop.get(f"/v1/charges/{paid['id']}").body == paid.body
    assert shop.get("/v1/accounts")["data"] == []
    assert shop.post(f"/v1/accounts/{own['id']}", {"email": "a@b.example"}).status == 501


def test_accounts_are_listed_newest_first(shop: Shop) -> None:
    ids = [connected(shop) for _ in range(4)][::-1]
    assert len(set(ids)) == 4

    def listed(**params: Any) -> tuple[list[str], bool]:
        page = shop.get("/v1/accounts", params).body
        return [account["id"] for account in page["data"]], page["has_more"]

    assert listed() == (ids, False)
    assert listed(limit=2) == (ids[:2], True)
    assert listed(limit=2, starting_after=ids[1]) == (ids[2:], False)
    assert listed(limit=2, ending_before=ids[3]) == (ids[1:3], True)
    assert listed(created={"gt": shop.now}) == ([], False)
    assert shop.get("/v1/accounts", {"starting_after": "acct_x"}).error["param"] == "starting_after"


@pytest.mark.parametrize("header", ["stripe-account", "stripe-context"])
def test_an_unknown_account_is_refused(shop: Shop, header: str) -> None:
    answer = shop.get("/v1/balance", headers={header: "acct_1NobodyKnowsThis1"})
    assert (answer.status, answer.error["code"]) == (403, "account_invalid")
    assert "acct_1NobodyKnowsThis1" in answer.error["message"]
    assert shop.get("/v1/accounts/acct_x").status == 403


def test_accounts_of_two_merchants_are_strangers(shop: Shop) -> None:
    account = connected(shop)
    assert shop.get(f"/v1/accounts/{account}", key="sk_test_beta").status == 403


def test_each_account_has_books_of_its_own(shop: Shop) -> None:
    """What is made with the header is found with it only; a platform's list and balance do not know it."""
    one, two = connected(shop), connected(shop)
    paid = pay_directly(shop, one)
    charge = paid["latest_charge"]
    assert shop.get(f"/v1/charges/{charge}", **as_(one))["amount"] == 5_000
    for options in ({}, as_(two)):
        assert shop.get(f"/v1/charges/{charge}", **options).status == 404
        assert shop.get("/v1/charges", **options)["data"] == []
        assert shop.get("/v1/balance_transactions", **options)["data"] == []
        assert available(shop, **options) == {"usd": 0}
    assert available(shop, **as_(one)) == {"usd": 4_825}
    assert one[-10:] in charge
    customer = shop.post("/v1/customers", {"name": "Jane"}, **as_(two))["id"]
    assert [c["id"] for c in shop.get("/v1/customers", **as_(two))["data"]] == [customer]
    assert shop.get(f"/v1/customers/{customer}").status == 404
    assert shop.merchant.ledger.balanced()


def test_a_direct_charge_is_refunded_and_disputed_on_its_account(shop: Shop) -> None:
    """By the API with the header, by the control API without; the clock goes on for all of them."""
    account = connected(shop)
    paid = pay_directly(shop, account)
    refund = shop.post("/v1/refunds", {"payment_intent": paid["id"], "amount": 1_000}, **as_(account)).body
    assert shop.get(f"/v1/refunds/{refund['id']}").status == 404
    dispute = shop.control("POST", "/disputes", {"charge": paid["latest_charge"]}).body
    assert (dispute["amount"], dispute["status"]) == (4_000, "needs_response")
    assert shop.get(f"/v1/disputes/{dispute['id']}").status == 404
    assert shop.get(f"/v1/disputes/{dispute['id']}", **as_(account))["charge"] == paid["latest_charge"]
    assert [d["id"] for d in shop.control("GET", "/disputes")["data"]] == [dispute["id"]]
    assert available(shop, **as_(account)) == {"usd": 4_825 - 1_000 - 4_000 - 1_500}
    shop.advance(days=9)
    assert shop.get(f"/v1/disputes/{dispute['id']}", **as_(account))["status"] == "lost"
    assert available(shop) == {"usd": 0}
    shown = shop.control("GET", f"/payments/{paid['id']}").body
    assert shown.get("disputes") == [dispute["id"]], shown
    assert shop.merchant.ledger.balanced()


def test_a_connected_account_is_paid_out_to_its_own_bank(shop: Shop) -> None:
    """It has none from the start; daily, where its schedule says so."""
    account = connected(shop, settings={"payouts": {"schedule": {"interval": "daily"}}})
    pay_directly(shop, account)
    refused = shop.post("/v1/payouts", {"amount": 100, "currency": "usd"}, **as_(account))
    assert refused.error["message"] == "Sorry, you don't have any external accounts in that currency (usd)."
    bank = shop.post(f"/v1/accounts/{account}/external_accounts", {"external_account": "btok_us_noAccount"}).body
    assert (bank["account"], bank["default_for_currency"]) == (account, True)
    assert shop.get(f"/v1/accounts/{account}")["payouts_enabled"] is True
    by_hand = shop.post("/v1/payouts", {"amount": 100, "currency": "usd"}, **as_(account)).body
    shop.advance(days=3)
    told = [(p["amount"], p["status"], p["failure_code"], p["automatic"]) for p in shop.get("/v1/payouts", **as_(account))["data"]]
    assert told[-2:] == [(4_725, "failed", "no_account", True), (100, "failed", "no_account", False)]
    assert by_hand["destination"] == bank["id"]
    assert shop.get("/v1/payouts")["data"] == []


def told(shop: Shop, account: str, seen: int = 0) -> list[Any]:
    """What happened on an account, oldest first."""
    return shop.get("/v1/events", {"limit": 100}, **as_(account))["data"][::-1][seen:]  # type: ignore[no-any-return]


def test_an_account_is_told_of_when_it_can_be_paid_out_and_when_no_more(shop: Shop) -> None:
    """After the external account's own event, with what was before; a second external account changes nothing of it."""
    account = connected(shop)
    path = f"/v1/accounts/{account}/external_accounts"
    first = shop.post(path, {"external_account": "btok_us"}).body
    second = shop.post(path, {"external_account": "btok_us_noAccount"})["id"]
    for gone in second, first["id"]:
        assert shop.delete(f"{path}/{gone}").status == 200
    events = told(shop, account)
    assert [e["type"] for e in events] == [
        "account.external_account.created", "account.updated", "account.external_account.created",
        "account.external_account.deleted", "account.external_account.deleted", "account.updated",
    ]  # fmt: skip
    came, went = (e["data"] for e in events if e["type"] == "account.updated")
    assert came["previous_attributes"] == {"external_accounts": {"data": []}, "payouts_enabled": False}
    assert (came["object"]["payouts_enabled"], came["object"]["external_accounts"]["data"]) == (True, [first])
    assert went["previous_attributes"] == {"external_accounts": {"data": [first]}, "payouts_enabled": True}
    assert went["object"] == shop.get(f"/v1/accounts/{account}").body


def test_an_update_that_brings_an_external_account_is_told_of_once(shop: Shop) -> None:
    account = connected(shop)
    shop.post(f"/v1/accounts/{account}", {"external_account": "btok_us", "email": "a@b.example"})
    events = told(shop, account)
    assert [e["type"] for e in events] == ["account.external_account.created", "account.updated"]
    assert events[1]["data"]["previous_attributes"] == {"email": None, "external_accounts": {"data": []}, "payouts_enabled": False}


def test_events_of_an_account_go_to_connect_endpoints_alone(shop: Shop) -> None:
    """They carry `account`, and the account's own list shows them."""
    shop.hear("payment_intent.succeeded", "account.updated", url="http://localhost:1/own")
    shop.hear("payment_intent.succeeded", "account.updated", url="http://localhost:2/connect", connect=True)
    account = connected(shop)
    paid = pay_directly(shop, account)
    shop.post(f"/v1/accounts/{account}", {"email": "new@example.com"})
    shop.pay()
    shop.settle()
    heard = [(h.url, h.event["type"], h.event.get("account")) for h in shop.receiver.heard]
    assert heard == [
        ("http://localhost:2/connect", "payment_intent.succeeded", account),
        ("http://localhost:2/connect", "account.updated", account),
        ("http://localhost:1/own", "payment_intent.succeeded", None),
    ]
    own, theirs = (shop.get("/v1/events", {"type": "payment_intent.succeeded"}, **o)["data"] for o in ({}, as_(account)))
    assert ([e.get("account") for e in own], [e["data"]["object"]["id"] for e in theirs]) == ([None], [paid["id"]])
    assert shop.get(f"/v1/events/{theirs[0]['id']}", **as_(account)).body == theirs[0]
    assert shop.get(f"/v1/events/{theirs[0]['id']}").status == 404


def test_an_account_hears_of_itself_by_an_endpoint_of_its_own(shop: Shop) -> None:
    """Without `account`, and neither of its platform nor of another account; nobody else sees or changes the endpoint."""
    account, other = connected(shop), connected(shop)
    wanted = {"url": "http://localhost:3/mine", "enabled_events": ["payment_intent.succeeded"]}
    made = shop.post("/v1/webhook_endpoints", wanted, **as_(account)).body
    assert (made["application"][:3], made["secret"][:6]) == ("ca_", "whsec_")
    paid = pay_directly(shop, account)
    pay_directly(shop, other)
    shop.pay()
    shop.settle()
    heard = [(h.url, h.event["data"]["object"]["id"], "account" in h.event) for h in shop.receiver.heard]
    assert heard == [("http://localhost:3/mine", paid["id"], False)]
    path = f"/v1/webhook_endpoints/{made['id']}"
    assert (shop.get(path).status, shop.get(path, **as_(other)).status, shop.delete(path).status) == (404, 404, 404)
    assert shop.get("/v1/webhook_endpoints")["data"] == []
    assert [e["id"] for e in shop.get("/v1/webhook_endpoints", **as_(account))["data"]] == [made["id"]]
    assert shop.post(path, {"disabled": True}, **as_(account))["status"] == "disabled"
    refused = shop.post("/v1/webhook_endpoints", {**wanted, "connect": True}, **as_(account))
    assert (refused.status, refused.error["param"]) == (400, "connect")


def test_a_deleted_account_hears_no_more(shop: Shop) -> None:
    account = connected(shop)
    shop.post("/v1/webhook_endpoints", {"url": "http://localhost:3/mine", "enabled_events": ["*"]}, **as_(account))
    shop.delete(f"/v1/accounts/{account}")
    assert shop.control("GET", "/webhook_endpoints")["data"] == []


def test_a_cli_that_listens_hears_of_every_account(shop: Shop) -> None:
    account = connected(shop)
    pay_directly(shop, account)
    shop.pay()
    listener = Endpoint("we_x", "stripe", "enabled", shop.now, LISTENER)
    heard = [event.account for event in shop.merchant.events("stripe") if shop.merchant.dialects["stripe"].wants(listener, event)]
    assert set(heard) == {"", account}


def test_an_event_of_an_account_is_told_in_an_older_version(shop: Shop) -> None:
    """What an old version adds to a charge is looked for in the account's books."""
    shop.hear("charge.refunded", url="http://localhost:2/connect", connect=True, api_version="2022-08-01")
    account = connected(shop)
    paid = pay_directly(shop, account)
    refund = shop.post("/v1/refunds", {"payment_intent": paid["id"]}, **as_(account))["id"]
    shop.settle()
    assert [r["id"] for r in shop.receiver.heard[0].event["data"]["object"]["refunds"]["data"]] == [refund]


def test_an_idempotency_key_counts_for_one_account(shop: Shop) -> None:
    """Each account has keys of its own; the event tells the key as it was given."""
    account = connected(shop)
    params = {"amount": 900, "currency": "usd", "source": "tok_visa"}

    def charge(**headers: str) -> Answer:
        return shop.post("/v1/charges", params, headers={"idempotency-key": "k", **headers})

    own, theirs = charge(), charge(**{"stripe-account": account})
    assert own["id"] != theirs["id"]
    again = charge(**{"stripe-account": account})
    assert (again["id"], again.headers["idempotent-replayed"]) == (theirs["id"], "true")
    event = shop.get("/v1/events", {"type": "charge.succeeded"}, **as_(account))["data"][0]
    assert event["request"]["idempotency_key"] == "k"


def test_an_account_is_deleted_once_it_is_empty(shop: Shop) -> None:
    account = connected(shop)
    pay_directly(shop, account)
    answer = shop.delete(f"/v1/accounts/{account}")
    assert (answer.status, "$48.25" in answer.error["message"]) == (400, True)
    empty = connected(shop)
    assert shop.delete(f"/v1/accounts/{empty}").body == {"id": empty, "object": "account", "deleted": True}
    assert shop.get("/v1/balance", **as_(empty)).status == 403
    assert [a["id"] for a in shop.get("/v1/accounts")["data"]] == [account]


def test_a_refused_request_of_an_account_leaves_no_trace_and_a_restored_world_has_its_accounts(shop: Shop) -> None:
    account = connected(shop)
    pay_directly(shop, account)
    before = (shop.merchant.serial, len(shop.events()))
    assert shop.post("/v1/refunds", {"charge": "ch_x"}, **as_(account)).status == 404
    assert (shop.merchant.serial, len(shop.events())) == before
    kept = shop.control("POST", "/snapshots", {"name": "a"})["id"]
    shop.post("/v1/payouts", {"amount": 1, "currency": "usd"}, **as_(account))
    pay_directly(shop, account)
    shop.control("POST", f"/snapshots/{kept}/restore")
    assert available(shop, **as_(account)) == {"usd": 4_825}


def test_what_is_not_acted_on_is_named(shop: Shop) -> None:
    answer = shop.post("/v1/accounts", {"tos_acceptance": {"date": 1}, "controller": {"fees": {"payer": "application"}}})
    assert answer.headers["sandbox-ignored"] == "controller, tos_acceptance"
    assert shop.post("/v1/accounts", {"type": "custom"}, **as_(answer["id"])).status == 501
