"""Tokens of bank accounts and debit cards: where payouts go to, and what a customer is debited by the legacy way."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import START, Answer, Shop

ACCOUNT = {
    "country": "US", "currency": "usd", "routing_number": "110000000", "account_number": "000123456789",
    "account_holder_name": "Jenny Rosen", "account_holder_type": "individual",
}  # fmt: skip


def token(shop: Shop, **given: Any) -> Answer:
    return shop.post("/v1/tokens", {"bank_account": {**ACCOUNT, **given}})


def path_of(shop: Shop) -> str:
    return f"/v1/accounts/{shop.get('/v1/account')['id']}/external_accounts"


def saved(shop: Shop, source: str) -> tuple[str, Any]:
    """A customer, and the bank account that was saved with her."""
    customer = shop.post("/v1/customers").body["id"]
    answer = shop.post(f"/v1/customers/{customer}/sources", {"source": source})
    assert answer.status == 200, answer.body
    return customer, answer.body


def test_a_token_carries_a_bank_account(shop: Shop) -> None:
    """Of its number only the end and a fingerprint; it is found again by its id."""
    made = token(shop).body
    bank = made["bank_account"]
    assert (made["id"][:5], made["type"], made["used"], bank["id"][:3]) == ("btok_", "bank_account", False, "ba_")
    shown = [bank[name] for name in ("last4", "account_holder_name", "routing_number", "status")]
    assert shown == ["6789", "Jenny Rosen", "110000000", "new"]
    assert "000123456789" not in str(made)
    assert shop.get(f"/v1/tokens/{made['id']}").body == made
    assert shop.events() == []


@pytest.mark.parametrize("connected", [False, True])
def test_a_token_of_a_bank_account_becomes_an_external_account_once(shop: Shop, connected: bool) -> None:
    """Of the platform's own account, or of one connected to it."""
    owner = shop.post("/v1/accounts").body["id"] if connected else shop.get("/v1/account")["id"]
    path, made = f"/v1/accounts/{owner}/external_accounts", token(shop, account_number="000111111116").body
    bank = shop.post(path, {"external_account": made["id"]}).body
    assert (bank["id"], bank["account"], bank["last4"]) == (made["bank_account"]["id"], owner, "1116")
    assert shop.get(f"/v1/tokens/{made['id']}")["used"] is True
    again = shop.post(path, {"external_account": made["id"]})
    assert (again.status, again.error["code"], again.error["param"]) == (400, "token_already_used", "external_account")


def test_an_account_is_made_with_a_token(shop: Shop) -> None:
    account = shop.post("/v1/accounts", {"external_account": token(shop).body["id"]}).body
    assert [(b["last4"], b["default_for_currency"]) for b in account["external_accounts"]["data"]] == [("6789", True)]


# Debit cards


def test_a_debit_card_gets_payouts_and_is_the_default_of_its_currency_only_if_asked(shop: Shop) -> None:
    """The home bank account stays the default one; the card takes payouts that name it."""
    shop.pay("pm_card_bypassPending", 10_000)
    seen = len(shop.events())
    card = shop.post(path_of(shop), {"external_account": "tok_visa_debit"}).body
    assert (card["object"], card["currency"], card["default_for_currency"]) == ("card", "usd", False)
    assert card["available_payout_methods"] == ["standard", "instant"]
    assert [b["object"] for b in shop.get(path_of(shop))["data"]] == ["card", "bank_account"]
    assert [b["id"] for b in shop.get(path_of(shop), {"object": "card"})["data"]] == [card["id"]]
    slow = shop.post("/v1/payouts", {"amount": 1_000, "currency": "usd", "destination": card["id"], "expand": ["destination"]}).body
    assert (slow["type"], slow["method"], slow["destination"]["brand"]) == ("card", "standard", "Visa")
    assert shop.post("/v1/payouts", {"amount": 1_000, "currency": "usd"})["type"] == "bank_account"
    assert shop.events(seen) == ["account.external_account.created", "payout.created", "payout.created"]


def test_an_instant_payout_is_there_within_half_an_hour_and_costs(shop: Shop) -> None:
    """1.5 %, 50 cents at least, on its own line."""
    shop.pay("pm_card_bypassPending", 10_000)
    card = shop.post(path_of(shop), {"external_account": "tok_mastercard_debit", "default_for_currency": True}).body
    seen = len(shop.events())
    wanted = {"amount": 6_000, "currency": "usd", "method": "instant", "expand": ["balance_transaction"]}
    payout = shop.post("/v1/payouts", wanted).body
    assert (payout["destination"], payout["method"], payout["type"]) == (card["id"], "instant", "card")
    assert (payout["arrival_date"], payout["balance_transaction"]["fee"]) == (START + 1_800, 90)
    assert payout["balance_transaction"]["fee_details"][0]["description"] == "Instant Payout fee"
    shop.advance(seconds=1_800)
    assert shop.get(f"/v1/payouts/{payout['id']}")["status"] == "paid"
    assert shop.events(seen) == ["payout.created", "payout.updated", "payout.updated", "payout.paid"]
    assert "is a debit card" in shop.post(f"/v1/payouts/{payout['id']}/reverse").error["message"]
    left = 10_000 - 320 - 6_000 - 90
    assert shop.balance("merchant:available") == left
    assert shop.post("/v1/payouts", {**wanted, "amount": left}).error["code"] == "balance_insufficient"
    assert shop.post("/v1/payouts", {**wanted, "amount": left - 54})["balance_transaction"]["fee"] == 53
    assert shop.merchant.ledger.balanced()


@pytest.mark.parametrize(
    ("name", "method", "ends"),
    [("transferFail", "standard", "failed"), ("transferSuccess", "standard", "paid"), ("instantPayoutUnsupported", "standard", "paid")],
)
def test_a_test_card_decides_what_becomes_of_its_payouts(shop: Shop, name: str, method: str, ends: str) -> None:
    shop.pay("pm_card_bypassPending", 10_000)
    card = shop.post(path_of(shop), {"external_account": f"tok_visa_debit_us_{name}"}).body
    payout = shop.post("/v1/payouts", {"amount": 1_000, "currency": "usd", "destination": card["id"], "method": method}).body
    shop.advance(days=3)
    shown = shop.get(f"/v1/payouts/{payout['id']}").body
    assert (shown["status"], shown["failure_code"]) == (ends, "could_not_process" if ends == "failed" else None)
    if "instant" in name:
        assert card["available_payout_methods"] == ["standard"]
        refused = shop.post("/v1/payouts", {"amount": 100, "currency": "usd", "destination": card["id"], "method": "instant"})
        assert refused.error["code"] == "instant_payouts_unsupported"


@pytest.mark.parametrize("given", ["tok_visa", "tok_mastercard_prepaid"])
def test_only_debit_cards_get_payouts(shop: Shop, given: str) -> None:
    answer = shop.post(path_of(shop), {"external_account": given})
    assert (answer.status, answer.error["code"], answer.error["param"]) == (400, "invalid_card_type", "external_account")
    assert shop.merchant.blank


def test_a_debit_card_that_was_typed_has_its_tokens_currency(shop: Shop) -> None:
    """And goes as it came; what only bank accounts have cannot be said of it."""
    typed = {"number": "4000056655665556", "exp_month": 12, "exp_year": 2034, "cvc": "123", "currency": "cad"}
    made = shop.post("/v1/tokens", {"card": typed}).body
    card = shop.post(path_of(shop), {"external_account": made["id"]}).body
    assert (card["id"], card["currency"], card["default_for_currency"]) == (made["card"]["id"], "cad", True)
    one = f"{path_of(shop)}/{card['id']}"
    assert shop.post(one, {"metadata": {"a": "1"}})["metadata"] == {"a": "1"}
    assert shop.post(one, {"account_holder_name": "J"}).error["param"] == "account_holder_name"
    assert shop.delete(one).body == {"id": card["id"], "object": "card", "currency": "cad", "deleted": True}


# A customer's


def test_a_customers_bank_account_is_verified_by_its_two_deposits(shop: Shop) -> None:
    """32 and 45 cents, in any order; wrong ones leave no trace."""
    made = token(shop).body
    customer, bank = saved(shop, made["id"])
    assert (bank["id"], bank["status"], bank["customer"]) == (made["bank_account"]["id"], "new", customer)
    path = f"/v1/customers/{customer}/sources/{bank['id']}"
    wrong = shop.post(f"{path}/verify", {"amounts": [32, 46]})
    assert (wrong.status, wrong.error["param"]) == (400, "amounts")
    assert shop.post(f"{path}/verify").error["code"] == "parameter_missing"
    assert shop.get(path).body == bank
    assert shop.get(f"/v1/sources/{bank['id']}").status == 404
    assert shop.post(f"{path}/verify", {"amounts": [45, 32]})["status"] == "verified"
    assert shop.post(f"{path}/verify", {"amounts": [32, 45]}).status == 400
    assert shop.post(path, {"account_holder_name": "John", "metadata": {"a": "1"}})["account_holder_name"] == "John"
    assert shop.post(path, {"exp_month": 1}).error["param"] == "exp_month"
    assert [b["id"] for b in shop.get(f"/v1/customers/{customer}/bank_accounts")["data"]] == [bank["id"]]
    assert shop.get(f"/v1/customers/{customer}", {"expand": ["default_source", "sources"]})["default_source"]["id"] == bank["id"]
    assert shop.delete(path).body == {"id": bank["id"], "object": "bank_account", "deleted": True}
    assert shop.events() == [
        "customer.created", "customer.source.created", "customer.updated", "customer.source.updated", "customer.source.updated",
        "customer.source.deleted", "customer.updated",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "ends", "told"),
    [
        ("000123456789", "succeeded", ["charge.pending", "charge.succeeded", "balance.available"]),
        ("000111111113", "failed", ["charge.pending", "charge.failed"]),
        (
            "000555555559", "succeeded",
            ["charge.pending", "charge.succeeded", "balance.available", "charge.dispute.created", "charge.dispute.funds_withdrawn",
             "charge.dispute.closed"],
        ),
    ],
)  # fmt: skip
def test_a_verified_bank_account_is_debited_by_a_charge(shop: Shop, number: str, ends: str, told: list[str]) -> None:
    """Pending until its bank has answered."""
    customer, bank = saved(shop, token(shop, account_number=number).body["id"])
    wanted = {"amount": 2_000, "currency": "usd", "customer": customer}
    refused = shop.post("/v1/charges", wanted)
    assert (refused.status, refused.error["code"]) == (400, "bank_account_unverified")
    shop.post(f"/v1/customers/{customer}/sources/{bank['id']}/verify", {"amounts": [32, 45]})
    seen = len(shop.events())
    charge = shop.post("/v1/charges", wanted).body
    assert (charge["id"][:3], charge["status"], charge["paid"], charge["payment_method"]) == ("py_", "pending", False, bank["id"])
    assert charge["payment_method_details"]["type"] == "ach_debit"
    assert charge["payment_method_details"]["ach_debit"]["last4"] == number[-4:]
    assert charge["source"]["object"] == "bank_account"
    shop.advance(days=6)
    assert shop.get(f"/v1/charges/{charge['id']}")["status"] == ends
    assert shop.events(seen) == told


def test_a_debit_of_a_customers_bank_account_is_refunded(shop: Shop) -> None:
    customer, bank = saved(shop, "btok_us_verified")
    assert bank["status"] == "verified"
    charge = shop.post("/v1/charges", {"amount": 2_000, "currency": "usd", "customer": customer, "source": bank["id"]}).body
    shop.advance(days=6)
    refund = shop.post("/v1/refunds", {"charge": charge["id"], "amount": 500}).body
    assert (refund["id"][:4], refund["status"], refund["destination_details"]["type"]) == ("pyr_", "pending", "us_bank_transfer")
    shop.advance(days=6)
    assert shop.get(f"/v1/refunds/{refund['id']}")["status"] == "succeeded"
    assert shop.merchant.ledger.balanced()


@pytest.mark.parametrize(
    ("params", "param"), [({"currency": "eur"}, "currency"), ({"capture": False}, "capture")]
)
def test_a_bank_account_cannot_do_what_a_card_can(shop: Shop, params: dict[str, Any], param: str) -> None:
    customer, _ = saved(shop, "btok_us_verified")
    answer = shop.post("/v1/charges", {"amount": 2_000, "currency": "usd", "customer": customer, **params})
    assert (answer.status, answer.error["param"]) == (400, param)


def test_a_token_of_a_bank_account_is_no_card(shop: Shop) -> None:
    """Nor is one with an undocumented number a customer's, or both at once a token."""
    made = token(shop).body["id"]
    assert shop.post("/v1/charges", {"amount": 2_000, "currency": "usd", "source": made}).error["param"] == "source"
    odd = token(shop, account_number="987654321").body["id"]
    customer = shop.post("/v1/customers").body["id"]
    refused = shop.post(f"/v1/customers/{customer}/sources", {"source": odd})
    assert (refused.error["code"], refused.error["param"], "987654321" in str(refused.body)) == ("account_number_invalid", "source", False)
    card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034}
    assert shop.post("/v1/tokens", {"card": card, "bank_account": ACCOUNT}).error["code"] == "parameters_exclusive"
    assert token(shop, account_number="1").error["param"] == "bank_account[account_number]"
