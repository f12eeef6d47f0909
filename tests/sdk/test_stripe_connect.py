"""The official libraries pay out, and share payments with connected accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import stripe

from tests.sdk.account import Account


def test_money_is_paid_out_and_called_back(client: stripe.StripeClient, account: Account) -> None:
    """Python: to the bank account that is there, and to one whose number makes it fail."""
    client.v1.charges.create({"amount": 10_000, "currency": "usd", "source": "tok_bypassPending"})
    own = client.v1.accounts.retrieve_current()
    bank: Any = client.v1.accounts.external_accounts.create(own.id, {"external_account": "btok_us_accountClosed"})
    good = client.v1.payouts.create({"amount": 1_000, "currency": "usd", "expand": ["destination"]})
    bad = client.v1.payouts.create({"amount": 500, "currency": "usd", "destination": bank.id})
    gone = client.v1.payouts.cancel(client.v1.payouts.create({"amount": 100, "currency": "usd"}).id)
    assert (good.status, good.destination.last4, gone.status) == ("pending", "6789", "canceled")  # type: ignore[union-attr]
    account.advance(days=4)
    assert [(p.amount, p.status, p.failure_code) for p in client.v1.payouts.list().data] == [
        (100, "canceled", None), (500, "failed", "account_closed"), (1_000, "paid", None),
    ]  # fmt: skip
    assert client.v1.payouts.reverse(good.id).amount == -1_000
    assert client.v1.payouts.retrieve(bad.id, {"expand": ["failure_balance_transaction"]}).failure_balance_transaction.amount == 500  # type: ignore[union-attr]
    assert client.v1.payouts.update(bad.id, {"metadata": {"seen": "1"}}).metadata.to_dict() == {"seen": "1"}  # type: ignore[union-attr]


def test_a_payment_is_shared_and_taken_back(client: stripe.StripeClient) -> None:
    """Python: a destination charge, its refund, and the connected account's side of both."""
    seller = client.v1.accounts.create({"type": "express", "country": "US", "capabilities": {"transfers": {"requested": True}}})
    theirs: Any = {"stripe_account": seller.id}
    paid = client.v1.payment_intents.create({
        "amount": 10_000, "currency": "usd", "payment_method": "pm_card_bypassPending", "confirm": True,
        "application_fee_amount": 1_000, "transfer_data": {"destination": seller.id},
        "expand": ["latest_charge.transfer", "latest_charge.application_fee"],
    })  # fmt: skip
    charge: Any = paid.latest_charge
    assert (charge.transfer.amount, charge.application_fee.amount) == (10_000, 1_000)
    assert client.v1.balance.retrieve(options=theirs).available[0].amount == 9_000
    refund = client.v1.refunds.create(
        {"charge": charge.id, "amount": 5_000, "reverse_transfer": True, "refund_application_fee": True, "expand": ["transfer_reversal"]}
    )
    assert refund.transfer_reversal.amount == 5_000  # type: ignore[union-attr]
    reversal = client.v1.transfers.reversals.create(charge.transfer.id, {"amount": 1_000})
    assert client.v1.transfers.retrieve(charge.transfer.id).amount_reversed == 6_000
    assert client.v1.transfers.reversals.retrieve(charge.transfer.id, reversal.id).amount == 1_000
    fee = client.v1.application_fees.retrieve(charge.application_fee.id)
    assert client.v1.application_fees.refunds.create(fee.id, {"amount": 100}).amount == 100
    assert [r.amount for r in client.v1.application_fees.refunds.list(fee.id).data] == [100, 500]
    client.v1.charges.create({"amount": 20_000, "currency": "usd", "source": "tok_bypassPending"})
    assert client.v1.transfers.create({"amount": 50, "currency": "usd", "destination": seller.id}).destination == seller.id
    assert [a.id for a in client.v1.accounts.list().data] == [seller.id]
    assert client.v1.accounts.update(seller.id, {"metadata": {"vip": "1"}}).metadata.to_dict() == {"vip": "1"}  # type: ignore[union-attr]


def test_node_charges_for_a_connected_account(play: Callable[[str], Any]) -> None:
    """A direct charge with a fee, a payout of the account's, a separate transfer, and an account nobody knows."""
    assert play("connect.js") == {
        "direct": ["succeeded", 1_000, True],
        "platform": 1_000,
        "payout": ["pending", "6789"],
        "transfer": [300, "order_7", 1],
        "account": [True, 1],
        "stranger": ["StripePermissionError", 403, "account_invalid"],
        "hook": True,
    }


def test_tokens_of_bank_accounts_and_debit_cards_are_paid_out_to(client: stripe.StripeClient, account: Account) -> None:
    """Python: a connected account's bank account by token, an instant payout to a debit card, and a customer's verified bank account."""
    numbers: Any = {"country": "US", "currency": "usd", "routing_number": "110000000", "account_number": "000123456789"}
    token = client.v1.tokens.create({"bank_account": numbers})
    seller = client.v1.accounts.create({"type": "custom", "country": "US", "external_account": token.id})
    assert [b.last4 for b in seller.external_accounts.data] == ["6789"]  # type: ignore[union-attr]
    client.v1.charges.create({"amount": 10_000, "currency": "usd", "source": "tok_bypassPending"})
    own = client.v1.accounts.retrieve_current()
    card = client.v1.accounts.external_accounts.create(own.id, {"external_account": "tok_visa_debit"})
    quick = client.v1.payouts.create({"amount": 1_000, "currency": "usd", "destination": card.id, "method": "instant"})
    account.advance(hours=1)
    assert (quick.type, client.v1.payouts.retrieve(quick.id).status) == ("card", "paid")
    customer = client.v1.customers.create()
    bank = client.v1.customers.payment_sources.create(customer.id, {"source": client.v1.tokens.create({"bank_account": numbers}).id})
    assert client.v1.customers.payment_sources.verify(customer.id, bank.id, {"amounts": [32, 45]}).status == "verified"


def test_a_debit_is_shared_days_later_and_the_account_gives_some_back(client: stripe.StripeClient, account: Account) -> None:
    """Python: a destination charge by bank debit, a refund on the connected account, and that account's own webhook endpoint."""
    seller = client.v1.accounts.create({"type": "custom", "country": "US"})
    theirs: Any = {"stripe_account": seller.id}
    paid = client.v1.payment_intents.create({
        "amount": 10_000, "currency": "usd", "payment_method": "pm_usBankAccount_success", "confirm": True,
        "payment_method_types": ["us_bank_account"], "mandate_data": {"customer_acceptance": {"type": "offline"}},
        "application_fee_amount": 1_000, "transfer_data": {"destination": seller.id},
    })  # fmt: skip
    assert client.v1.transfers.list().data == []
    account.advance(days=5)
    charge: Any = client.v1.payment_intents.retrieve(paid.id, {"expand": ["latest_charge.transfer"]}).latest_charge
    payment = charge.transfer.destination_payment
    back = client.v1.refunds.create({"charge": payment, "amount": 2_500}, theirs)
    assert client.v1.transfers.reversals.retrieve(charge.transfer.id, back.source_transfer_reversal).amount == 2_500  # type: ignore[arg-type]
    hook = client.v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/mine", "enabled_events": ["payout.paid"]}, theirs)
    assert [e.id for e in client.v1.webhook_endpoints.list(options=theirs).data] == [hook.id]
    assert client.v1.webhook_endpoints.list().data == []


def test_a_seller_is_onboarded(client: stripe.StripeClient) -> None:
    """Python: a link to the page that asks nothing, and what the account can do."""
    seller = client.v1.accounts.create({"type": "express", "capabilities": {"transfers": {"requested": True}}})
    link = client.v1.account_links.create({
        "account": seller.id, "type": "account_onboarding", "return_url": "https://platform.example/done",
        "refresh_url": "https://platform.example/again",
    })  # fmt: skip
    assert "/stripe/account_links/" in link.url
    assert client.v1.accounts.capabilities.retrieve(seller.id, "transfers").status == "active"
    assert client.v1.accounts.capabilities.update(seller.id, "card_payments", {"requested": True}).requested
    assert len(client.v1.accounts.capabilities.list(seller.id).data) == 6
