"""The official libraries debit bank accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import stripe

from tests.sdk.account import Account


def test_an_account_is_typed_debited_and_refunded(client: stripe.StripeClient, account: Account) -> None:
    """Days pass between the call and the money."""
    holder = {"name": "Jenny Rosen"}
    bank = {"account_number": "000123456789", "routing_number": "110000000", "account_holder_type": "individual"}
    method = client.v1.payment_methods.create({"type": "us_bank_account", "us_bank_account": bank, "billing_details": holder})  # type: ignore[arg-type, typeddict-item]
    made = client.v1.payment_intents.create({
        "amount": 2000, "currency": "usd", "payment_method": method.id, "confirm": True, "mandate_data": {
            "customer_acceptance": {"type": "online", "online": {"ip_address": "127.0.0.1", "user_agent": "shop"}}},
    })  # fmt: skip
    assert (made.status, method.us_bank_account.last4) == ("processing", "6789")  # type: ignore[union-attr]
    assert account.advance(days=5) == ["debit_ends"]
    paid = client.v1.payment_intents.retrieve(made.id, {"expand": ["latest_charge.balance_transaction"]})
    charge: Any = paid.latest_charge
    assert (paid.status, charge.payment_method_details.type, charge.balance_transaction.net) == ("succeeded", "us_bank_account", 1984)
    refund = client.v1.refunds.create({"payment_intent": made.id})
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    account.advance(seconds=7)
    assert client.v1.refunds.retrieve(refund.id).destination_details.us_bank_transfer.reference_status == "available"  # type: ignore[union-attr]


def test_a_debit_that_fails_asks_for_another_way_to_pay(play: Callable[[str], Any]) -> None:
    """Node: no mandate is an error, no money an event."""
    assert play("debit.js") == {
        "noMandate": ["StripeInvalidRequestError", 400],
        "started": ["processing", "sepa_debit"],
        "failed": ["requires_payment_method", "generic_could_not_process"],
        "happened": [
            "payment_intent.created", "charge.pending", "payment_intent.processing", "charge.failed", "payment_intent.payment_failed",
        ],
    }  # fmt: skip


def test_a_refund_that_needs_the_customer_is_canceled(client: stripe.StripeClient, account: Account) -> None:
    """A payment by code, and its refund, which asks for a bank account by mail."""
    data: Any = {"type": "promptpay", "billing_details": {"email": "mali@example.com"}}
    made = client.v1.payment_intents.create({"amount": 20_000, "currency": "thb", "payment_method_data": data, "confirm": True})
    assert made.next_action is not None
    assert made.next_action.type == "promptpay_display_qr_code"
    account.call("POST", f"three_d_secure/{made.id}/pass")
    refund = client.v1.refunds.create({"payment_intent": made.id})
    assert (refund.status, refund.next_action.type) == ("requires_action", "display_details")  # type: ignore[union-attr]
    assert client.v1.refunds.cancel(refund.id).status == "canceled"
    again = client.v1.refunds.create({"payment_intent": made.id})
    assert client.v1.test_helpers.refunds.expire(again.id).status == "failed"


def test_a_mandate_is_retrieved(client: stripe.StripeClient) -> None:
    """Python: the one that a debit's charge names."""
    paid = client.v1.payment_intents.create({
        "amount": 10_000, "currency": "usd", "payment_method": "pm_usBankAccount_success", "confirm": True,
        "payment_method_types": ["us_bank_account"], "mandate_data": {"customer_acceptance": {"type": "offline"}},
        "expand": ["latest_charge"],
    })  # fmt: skip
    details: Any = paid.latest_charge.payment_method_details  # type: ignore[union-attr]
    mandate = client.v1.mandates.retrieve(details.us_bank_account.mandate)
    assert (mandate.status, mandate.type) == ("active", "single_use")


def test_deposits_are_told(client: stripe.StripeClient) -> None:
    """Python: wrong ones are an error that carries the intent, the right ones have the account debited, or set up."""
    common: Any = {
        "payment_method": "pm_usBankAccount_success", "confirm": True, "payment_method_types": ["us_bank_account"],
        "mandate_data": {"customer_acceptance": {"type": "offline"}},
        "payment_method_options": {"us_bank_account": {"verification_method": "microdeposits"}},
    }  # fmt: skip
    paid = client.v1.payment_intents.create({"amount": 900, "currency": "usd", **common})
    assert paid.next_action.verify_with_microdeposits.microdeposit_type == "descriptor_code"  # type: ignore[union-attr]
    with pytest.raises(stripe.InvalidRequestError) as raised:
        client.v1.payment_intents.verify_microdeposits(paid.id, {"amounts": [1, 2]})
    assert raised.value.code == "payment_method_microdeposit_verification_amounts_mismatch"
    assert client.v1.payment_intents.verify_microdeposits(paid.id, {"descriptor_code": "SM11AA"}).status == "processing"
    setup = client.v1.setup_intents.create(common)
    assert client.v1.setup_intents.verify_microdeposits(setup.id, {"amounts": [32, 45]}).status == "succeeded"
