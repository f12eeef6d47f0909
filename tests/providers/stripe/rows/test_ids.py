"""What Stripe's ids look like: prefix, version digit, time, account, shard and the rest, kind by kind."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.harness import DAY, Shop

B62 = "[0-9A-Za-z]"
DIRECT = f"1{B62}{{5}}{B62}{{10}}{B62}{{8}}"  # digit, time, account, random
PAYMENT = f"3{B62}{{5}}{B62}{{10}}[012]{B62}{{7}}"  # the same with the digit of a shard


def account_of(key: str) -> str:
    return key.partition("_")[2][6:16]


def time_of(key: str) -> str:
    return key.partition("_")[2][1:6]


@pytest.fixture
def owner(shop: Shop) -> str:
    """The ten characters of the merchant's account."""
    return str(shop.get("/v1/account")["id"])[-10:]


def test_account_and_customer(shop: Shop) -> None:
    own, other = shop.get("/v1/account")["id"], shop.post("/v1/accounts")["id"]
    for key in (own, other):
        assert re.fullmatch(f"acct_1{B62}{{5}}{B62}{{10}}", key), key
    assert own != other
    assert re.fullmatch(f"cus_{B62}{{14}}", shop.post("/v1/customers")["id"])


def test_the_payment_family_shares_its_time_and_has_a_shard(shop: Shop, owner: str) -> None:
    """Intent, charge, refund, their balance transactions and events: digit 3, and the intent's time long afterwards."""
    paid = shop.pay()
    shop.advance(days=3)
    refunded = shop.post("/v1/refunds", {"payment_intent": paid["id"]}).body
    lines = [line["id"] for line in shop.get("/v1/balance_transactions")["data"]]
    events = [event["id"] for event in shop.get("/v1/events")["data"] if event["type"] != "balance.available"]
    family = [paid["id"], paid["latest_charge"], refunded["id"], *lines, *events]
    assert (len(lines), len(events)) == (2, 5)
    for key in family:
        assert re.fullmatch(f"(pi|ch|re|txn|evt)_{PAYMENT}", key), key
    assert {time_of(key) for key in family} == {time_of(paid["id"])}
    assert {account_of(key) for key in family} == {owner}
    assert time_of(shop.pay()["id"]) != time_of(paid["id"])
    shards = {shop.post("/v1/payment_intents", {"amount": 500, "currency": "usd"})["id"][-8] for _ in range(30)}
    assert shards == {"0", "1", "2"}


def test_disputes_have_ids_of_their_own(shop: Shop, owner: str) -> None:
    """`du_1`, and so have their balance transactions and events; only those of the charge are the payment's."""
    paid = shop.pay("pm_card_createDispute")
    (dispute,) = shop.disputes_of(paid)
    own = [dispute["id"], *(line["id"] for line in dispute["balance_transactions"])]
    own += [e["id"] for e in shop.get("/v1/events")["data"] if e["data"]["object"]["object"] == "dispute"]
    assert len(own) == 4
    for key in own:
        assert re.fullmatch(f"(du|txn|evt)_{DIRECT}", key), key
        assert account_of(key) == owner
    assert {e["id"][:5] for e in shop.get("/v1/events", {"type": "charge.*"})["data"] if e["data"]["object"]["object"] == "charge"} == {
        "evt_3"
    }


MADE: dict[str, tuple[str, str, dict[str, Any]]] = {
    "payment method": ("pm", "/v1/payment_methods", {"type": "card", "card": {"token": "tok_visa"}}),
    "source": ("src", "/v1/sources", {"type": "card", "token": "tok_visa"}),
    "token": (
        "tok", "/v1/tokens", {"card": {"number": "4242424242424242", "exp_month": 1, "exp_year": 2030, "cvc": "123"}},
    ),
    "setup intent": ("seti", "/v1/setup_intents", {}),
    "webhook endpoint": ("we", "/v1/webhook_endpoints", {"url": "http://localhost:4242/", "enabled_events": ["*"]}),
    "test clock": ("clock", "/v1/test_helpers/test_clocks", {"frozen_time": 1_767_603_600}),
}  # fmt: skip


@pytest.mark.parametrize("what", MADE)
def test_an_object_that_is_made_directly(shop: Shop, owner: str, what: str) -> None:
    """Prefix and 24: digit 1, the time it was made, the account."""
    prefix, path, params = MADE[what]
    keys = []
    for _ in range(2):
        answer = shop.post(path, params)
        assert re.fullmatch(f"{prefix}_{DIRECT}", answer["id"]), answer.body
        assert account_of(answer["id"]) == owner
        keys.append(answer["id"])
        shop.advance(seconds=1)
        shop.arrive()
    first, second = keys
    assert (what == "test clock") or time_of(first) < time_of(second)


def test_other_prefixes(shop: Shop, owner: str) -> None:
    """Card of a customer, file, link, event of a customer, review, early fraud warning, payout, what Connect moves, clock, secret."""
    customer = shop.post("/v1/customers")["id"]
    file = shop.post("/v1/files", files={"file": ("a.pdf", b"%PDF-1.4")}, data={"purpose": "dispute_evidence"})["id"]
    shop.pay("pm_card_riskLevelElevated")
    shop.pay("pm_card_createIssuerFraudRecord")
    shop.pay("pm_card_bypassPending", 9_000)
    connected = shop.post("/v1/accounts")["id"]
    shared = shop.pay(transfer_data={"destination": connected}, application_fee_amount=100, expand=["latest_charge"])
    back = {"payment_intent": shared["id"], "reverse_transfer": True, "refund_application_fee": True}
    refund = shop.post("/v1/refunds", back).body
    (fee,) = shop.get("/v1/application_fees")["data"]
    found = {
        "card": shop.post(f"/v1/customers/{customer}/sources", {"source": "tok_visa"})["id"],
        "file": file,
        "link": shop.post("/v1/file_links", {"file": file})["id"],
        "prv": shop.get("/v1/reviews")["data"][0]["id"],
        "issfr": shop.get("/v1/radar/early_fraud_warnings")["data"][0]["id"],
        "po": shop.post("/v1/payouts", {"amount": 500, "currency": "usd"})["id"],
        "tr": shared["latest_charge"]["transfer"],
        "trr": refund["transfer_reversal"],
        "fee": fee["id"],
        "fr": fee["refunds"]["data"][0]["id"],
    }
    for prefix, key in found.items():
        assert re.fullmatch(f"{prefix}_[13]{B62}{{23}}", key), key
    event = shop.get("/v1/events", {"type": "customer.created"})["data"][-1]
    assert re.fullmatch(f"evt_{DIRECT}", event["id"])
    assert re.fullmatch(f"req_{B62}{{14}}", event["request"]["id"])


def test_refunds_of_bank_debits_are_called_otherwise(shop: Shop) -> None:
    """`pyr_`, because their charges are `py_`."""
    paid = shop.pay("pm_usBankAccount_success", mandate_data={"customer_acceptance": {"type": "offline"}})
    shop.advance(seconds=6 * DAY)
    assert paid["latest_charge"].startswith("py_3")
    assert shop.post("/v1/refunds", {"payment_intent": paid["id"]})["id"].startswith("pyr_3")


def test_ids_of_one_name_and_seed_are_the_same_every_time() -> None:
    def made(seed: int) -> list[str]:
        shop = Shop(seed=seed)
        keys = [shop.pay()["id"], shop.post("/v1/customers")["id"]]
        shop.close()
        return keys

    assert made(7) == made(7) != made(8)
