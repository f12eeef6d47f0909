"""Connect where money comes later than the payment: bank debits and PromptPay that are shared, and what a connected account gives back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import Shop
from tests.providers.stripe.test_connect import as_, available, connected, lines, refund, sent, told

MANDATE = {"customer_acceptance": {"type": "offline"}}


def debited(shop: Shop, account: str, method: str = "pm_usBankAccount_success", **params: Any) -> Any:
    """A destination charge by bank debit that is processing."""
    given = {"application_fee_amount": 1_000, "transfer_data": {"destination": account}, **params}
    return shop.pay(method, 10_000, mandate_data=MANDATE, **given)


def charge_of(shop: Shop, paid: Any, **options: Any) -> Any:
    return shop.get(f"/v1/charges/{shop.get('/v1/payment_intents/' + paid['id'], **options)['latest_charge']}", **options).body


def test_a_debit_is_shared_when_it_settles(shop: Shop) -> None:
    """Not before: then the transfer, the connected account's payment and the fee follow the charge."""
    account = connected(shop)
    paid = debited(shop, account)
    charge = charge_of(shop, paid)
    assert (charge["status"], charge["application_fee_amount"], charge["application_fee"]) == ("pending", 1_000, None)
    assert ("transfer" in charge, charge["destination"]) == (False, account)
    assert shop.get("/v1/transfers")["data"] == []
    seen = len(told(shop))
    shop.advance(days=5)
    assert told(shop, seen) == [
        ("charge.succeeded", "own"), ("balance.available", "own"), ("transfer.created", "own"), ("charge.succeeded", "theirs"),
        ("application_fee.created", "own"), ("payment_intent.succeeded", "own"),
    ]  # fmt: skip
    charge = charge_of(shop, paid)
    moved = shop.get(f"/v1/transfers/{charge['transfer']}").body
    assert (moved["amount"], moved["source_transaction"], moved["transfer_group"]) == (10_000, charge["id"], f"group_{paid['id']}")
    assert shop.get(f"/v1/application_fees/{charge['application_fee']}")["originating_transaction"] == charge["id"]
    frozen = next(event for event in shop.merchant.events("stripe") if event.type == "charge.succeeded")
    assert charge["transfer"].encode() in frozen.body
    assert lines(shop) == [
        ("payment", "charge", 10_000, 80), ("transfer", "transfer", -10_000, 0), ("application_fee", "platform_earning", 1_000, 0),
    ]  # fmt: skip
    assert lines(shop, account) == [("payment", "charge", 10_000, 1_000)]
    assert (available(shop), available(shop, account)) == (920, 9_000)
    assert shop.merchant.ledger.balanced()


@pytest.mark.parametrize("how", ["fails", "is canceled"])
def test_a_debit_that_never_comes_is_shared_with_nobody(shop: Shop, how: str) -> None:
    account = connected(shop)
    paid = debited(shop, account, "pm_usBankAccount_insufficientFunds")
    if how == "is canceled":
        shop.post(f"/v1/payment_intents/{paid['id']}/cancel")
    shop.advance(days=6)
    assert charge_of(shop, paid)["status"] == "failed"
    assert (shop.get("/v1/transfers")["data"], shop.get("/v1/application_fees")["data"]) == ([], [])
    assert (lines(shop), lines(shop, account)) == ([], [])


def test_a_debit_that_is_disputed_after_it_was_shared_debits_the_platform(shop: Shop) -> None:
    """The connected account keeps its money until the platform takes the transfer back."""
    account = connected(shop)
    paid = debited(shop, account, "pm_usBankAccount_dispute")
    shop.advance(days=6)
    had = available(shop)
    assert available(shop, account) == 9_000
    assert [line[:2] for line in lines(shop)][3:] == [("adjustment", "dispute")]
    moved = charge_of(shop, paid)["transfer"]
    shop.post(f"/v1/transfers/{moved}/reversals", {"refund_application_fee": True})
    assert (available(shop), available(shop, account)) == (had + 10_000 - 1_000, 0)


def test_a_refund_of_a_settled_debit_takes_transfer_and_fee_back(shop: Shop) -> None:
    account = connected(shop)
    paid = debited(shop, account)
    shop.advance(days=5)
    made = refund(shop, charge_of(shop, paid), 2_500, reverse_transfer=True, refund_application_fee=True)
    assert (made["status"], made["transfer_reversal"][:4]) == ("pending", "trr_")
    assert (available(shop), available(shop, account)) == (920 - 2_500 + 2_500 - 250, 9_000 - 2_500 + 250)


def test_a_refund_that_waits_takes_its_part_back_when_the_debit_settles(shop: Shop) -> None:
    """And two of them no more than there was."""
    account = connected(shop)
    paid = debited(shop, account)
    charge = charge_of(shop, paid)
    first = refund(shop, charge, 2_500, reverse_transfer=True, refund_application_fee=True)
    refund(shop, charge, 7_500, reverse_transfer=True)
    assert (first["pending_reason"], first["transfer_reversal"]) == ("charge_pending", None)
    seen = len(told(shop))
    shop.advance(days=5)
    again = shop.get(f"/v1/refunds/{first['id']}").body
    back = shop.get(f"/v1/transfers/{charge_of(shop, paid)['transfer']}/reversals/{again['transfer_reversal']}").body
    assert (back["amount"], back["source_refund"]) == (2_500, first["id"])
    assert told(shop, seen) == [
        ("charge.succeeded", "own"), ("balance.available", "own"), ("transfer.created", "own"), ("charge.succeeded", "theirs"),
        ("application_fee.created", "own"),
        ("refund.updated", "own"), ("charge.refund.updated", "own"), ("charge.refunded", "own"), ("transfer.reversed", "own"),
        ("refund.created", "theirs"), ("charge.refunded", "theirs"), ("application_fee.refunded", "own"),
        ("refund.updated", "own"), ("charge.refund.updated", "own"), ("charge.refunded", "own"), ("transfer.reversed", "own"),
        ("refund.created", "theirs"), ("charge.refunded", "theirs"),
        ("payment_intent.succeeded", "own"),
    ]  # fmt: skip
    assert shop.get(f"/v1/transfers/{charge_of(shop, paid)['transfer']}")["reversed"] is True
    assert (available(shop), available(shop, account)) == (-80 + 1_000 - 250, -1_000 + 250)
    assert shop.merchant.ledger.balanced()


def test_a_waiting_refund_of_a_debit_that_fails_takes_nothing_back(shop: Shop) -> None:
    account = connected(shop)
    paid = debited(shop, account, "pm_usBankAccount_noAccount")
    made = refund(shop, charge_of(shop, paid), 2_500, reverse_transfer=True, refund_application_fee=True)
    shop.advance(days=6)
    assert shop.get(f"/v1/refunds/{made['id']}")["status"] == "canceled"
    assert (lines(shop), lines(shop, account)) == ([], [])


def test_a_direct_debit_pays_the_platform_its_fee_when_it_settles(shop: Shop) -> None:
    """SEPA, on the connected account's own books; a refund that waits gives the fee back."""
    account = connected(shop)
    wanted = {"amount": 10_000, "currency": "eur", "payment_method": "pm_success_de", "confirm": True, "application_fee_amount": 1_000,
              "mandate_data": MANDATE}  # fmt: skip
    paid = shop.post("/v1/payment_intents", wanted, **as_(account)).body
    charge = charge_of(shop, paid, **as_(account))
    shop.post("/v1/refunds", {"charge": charge["id"], "amount": 5_000, "refund_application_fee": True}, **as_(account))
    assert shop.get("/v1/application_fees")["data"] == []
    shop.advance(days=5)
    assert lines(shop, account) == [
        ("payment", "charge", 10_000, 1_110), ("payment_refund", "refund", -5_000, 0), ("adjustment", "fee", 500, 0),
    ]  # fmt: skip
    assert lines(shop) == [
        ("application_fee", "platform_earning", 1_000, 0), ("application_fee_refund", "platform_earning_refund", -500, 0),
    ]  # fmt: skip
    detail = shop.get("/v1/balance_transactions", {"type": "payment"}, **as_(account))["data"][0]["fee_details"]
    assert [(line["type"], line["amount"]) for line in detail] == [("application_fee", 1_000), ("stripe_fee", 110)]


def test_a_customers_bank_account_pays_a_destination_charge(shop: Shop) -> None:
    """The legacy way, too."""
    account = connected(shop)
    customer = shop.post("/v1/customers", {"source": "btok_us_verified"}).body["id"]
    wanted = {"amount": 10_000, "currency": "usd", "customer": customer, "application_fee_amount": 1_000}
    charge = shop.post("/v1/charges", {**wanted, "transfer_data": {"destination": account}}).body
    assert (charge["status"], available(shop, account)) == ("pending", 0)
    shop.advance(days=5)
    assert available(shop, account) == 9_000


def test_a_code_that_was_paid_is_shared_at_once(shop: Shop) -> None:
    """PromptPay: its money is available on its settlement day, here and there."""
    account = connected(shop)
    data = {"type": "promptpay", "billing_details": {"email": "jenny@example.com", "name": "Jenny"}}
    asked = shop.post(
        "/v1/payment_intents",
        {"amount": 10_000, "currency": "thb", "payment_method_data": data, "confirm": True, "transfer_data": {"destination": account},
         "application_fee_amount": 1_000},
    ).body  # fmt: skip
    seen = len(told(shop))
    shop.control("POST", f"/three_d_secure/{asked['id']}/pass")
    assert told(shop, seen) == [
        ("charge.succeeded", "own"), ("transfer.created", "own"), ("charge.succeeded", "theirs"), ("application_fee.created", "own"),
        ("payment_intent.succeeded", "own"),
    ]  # fmt: skip
    charge = charge_of(shop, asked)
    entries = shop.get("/v1/balance_transactions", **as_(account))["data"]
    assert [(e["amount"], e["fee"], e["status"], e["currency"]) for e in entries] == [(10_000, 1_000, "pending", "thb")]
    made = refund(shop, charge, 5_000, reverse_transfer=True, refund_application_fee=True)
    assert (made["status"], made["transfer_reversal"][:4]) == ("requires_action", "trr_")
    shop.advance(days=3)
    assert shop.balance("merchant:available", "thb", f"stripe:{account}") == 9_000 - 5_000 + 500
    assert shop.merchant.ledger.balanced()


def test_a_refund_that_waits_for_money_takes_its_part_back_when_it_is_sent(shop: Shop) -> None:
    """With `low_balance` on wait; what it takes back counts for it, so a charge that was all sent on waits for nothing."""
    shop.control("POST", "/settings", {"providers": {"stripe": {"low_balance": "wait"}}})
    account = connected(shop)
    whole = refund(shop, sent(shop, account, fee=None), 9_000, reverse_transfer=True)
    assert (whole["status"], whole["transfer_reversal"][:4]) == ("succeeded", "trr_")
    charge = sent(shop, account, fee=None, data={"amount": 1_000})
    shop.post("/v1/payouts", {"amount": available(shop), "currency": "usd"})
    made = refund(shop, charge, reverse_transfer=True)
    assert (made["status"], made["pending_reason"], made["transfer_reversal"]) == ("pending", "insufficient_funds", None)
    had = available(shop, account)
    shop.pay("pm_card_bypassPending", 20_000)
    shop.advance(days=1)
    done = shop.get(f"/v1/refunds/{made['id']}").body
    back = shop.get(f"/v1/transfers/{charge['transfer']}/reversals/{done['transfer_reversal']}").body
    assert (done["status"], back["amount"], back["source_refund"]) == ("succeeded", 1_000, made["id"])
    assert available(shop, account) == had - 1_000


# What the connected account gives back


def test_a_connected_account_gives_back_what_was_transferred_to_it(shop: Shop) -> None:
    """A refund `pyr_…` there, a reversal of the transfer here, and the fee only if it says so."""
    account = connected(shop)
    charge = sent(shop, account)
    moved = shop.get(f"/v1/transfers/{charge['transfer']}").body
    payment = moved["destination_payment"]
    seen = len(told(shop))
    made = shop.post(
        "/v1/refunds", {"charge": payment, "amount": 2_500, "reason": "requested_by_customer", "metadata": {"a": "1"}}, **as_(account)
    ).body
    assert (made["id"][:4], made["status"], made["reason"], made["metadata"]) == ("pyr_", "succeeded", "requested_by_customer", {"a": "1"})
    back = shop.get(f"/v1/transfers/{moved['id']}/reversals/{made['source_transfer_reversal']}").body
    assert (back["amount"], back["destination_payment_refund"], back["source_refund"]) == (2_500, made["id"], None)
    assert told(shop, seen) == [("transfer.reversed", "own"), ("refund.created", "theirs"), ("charge.refunded", "theirs")]
    assert (available(shop), available(shop, account)) == (680 + 2_500, 9_000 - 2_500)
    shop.post("/v1/refunds", {"charge": payment, "refund_application_fee": True}, **as_(account))
    assert shop.get(f"/v1/charges/{payment}", **as_(account))["refunded"] is True
    assert (available(shop), available(shop, account)) == (680 + 10_000 - 750, -1_000 + 750)
    again = shop.post("/v1/refunds", {"charge": payment}, **as_(account))
    assert (again.status, again.error["code"]) == (400, "charge_already_refunded")
    whole = refund(shop, charge, reverse_transfer=True)
    assert whole["transfer_reversal"] is None  # nothing is left to take back
    assert shop.merchant.ledger.balanced()


@pytest.mark.parametrize("given", [{"amount": 10_001}, {"reverse_transfer": True}])
def test_a_connected_account_gives_back_no_more_than_it_got(shop: Shop, given: dict[str, Any]) -> None:
    account = connected(shop)
    payment = shop.get(f"/v1/transfers/{sent(shop, account)['transfer']}")["destination_payment"]
    answer = shop.post("/v1/refunds", {"charge": payment, **given}, **as_(account))
    assert (answer.status, answer.error["param"]) == (400, next(iter(given)))
    assert available(shop, account) == 9_000
