"""`/v1/payouts`."""

from __future__ import annotations

from typing import Literal

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.providers.base import Op
from sandbox.providers.stripe import limits, money, payouts
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.records import BankAccount, Payout
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.routes.labels import OnlyMetadata, relabelled
from sandbox.providers.stripe.validate import (
    Amount,
    Created,
    Currency,
    Descriptor,
    Expandable,
    ListParams,
    Metadata,
    Text,
    merge_metadata,
)
from sandbox.providers.stripe.wire import Page, slice_of

POOR = (
    "You have insufficient funds in your Stripe account for this transfer. Your {} balance is too low.  You can use the /v1/balance "
    "endpoint to view your Stripe balance (for more details, see stripe.com/docs/api#balance)."
)
NO_BANK = "Sorry, you don't have any external accounts in that currency ({})."
ERRORED = (
    "The external account {} takes no payouts because one to it failed ({}): update its details, or make another one the default for its "
    "currency."
)
OTHER_CURRENCY = "The external account {} takes {}, not {}: pay out in its currency, or name another one."
NOT_PENDING = "Payouts can only be canceled while they are pending: {} has a status of {}."
NOT_INSTANT = "The external account {} is not eligible for Instant Payouts: send it with method=standard."


class PayoutCreate(Expandable):
    amount: Amount
    currency: Currency
    description: Text | None = None
    destination: Text | None = None
    metadata: Metadata = None
    method: Literal["standard", "instant"] = "standard"
    source_type: Literal["bank_account", "card", "fpx"] = "card"
    statement_descriptor: Descriptor | None = None


def create(merchant: Merchant, params: PayoutCreate) -> Payout:
    bank = bank_for(merchant, params.currency, params.destination)
    if bank.status == "errored":
        message = ERRORED.format(bank.id, bank.failure_code)
        raise Refusal(Reason.PARAM_INVALID, code=None, message=message, param="destination" if params.destination else "")
    limits.check_payout(params.amount, params.currency)
    if params.method not in payouts.methods_of(bank):
        raise Refusal(Reason.PARAM_INVALID, code="instant_payouts_unsupported", message=NOT_INSTANT.format(bank.id), param="method")
    have = payouts.available(merchant, params.currency) if params.source_type == "card" else 0
    fee = money.fee("instant_payout", params.amount, params.currency) if params.method == payouts.INSTANT else 0
    if params.amount + fee > have:
        raise Refusal(Reason.BALANCE_INSUFFICIENT, message=POOR.format(params.source_type), param="")
    return payouts.send(
        merchant, params.amount, bank, params.method, description=params.description, metadata=merge_metadata({}, params.metadata),
        details={"statement_descriptor": params.statement_descriptor},
    )  # fmt: skip


def bank_for(merchant: Merchant, currency: str, destination: str | None) -> BankAccount:
    """The bank account that was named, or the currency's default one. Raises Refusal REFERENCE_NOT_FOUND, PARAM_INVALID."""
    if destination is None:
        bank = payouts.default_bank(merchant, currency)
        if bank is None:
            raise Refusal(Reason.PARAM_INVALID, code=None, message=NO_BANK.format(currency), param="")
        return bank
    for bank in payouts.bank_accounts(merchant):
        if bank.id == destination:
            if bank.currency != currency:
                message = OTHER_CURRENCY.format(bank.id, bank.currency, currency)
                raise Refusal(Reason.PARAM_INVALID, code=None, message=message, param="destination")
            return bank
    raise Refusal(Reason.REFERENCE_NOT_FOUND, kind=find.BANK.name, id=destination, param="destination")


class PayoutList(ListParams):
    arrival_date: Created | None = None
    created: Created | None = None
    destination: Text | None = None
    status: Literal["pending", "in_transit", "paid", "failed", "canceled"] | None = None


def index(merchant: Merchant, params: PayoutList) -> Page:
    of = find.given(destination_id=params.destination)

    def keep(payout: Payout) -> bool:
        arrives = params.arrival_date is None or params.arrival_date.holds(payout.arrives_at)
        return arrives and params.status in (None, payout.status)

    return slice_of(merchant, STRIPE, Payout, find.PAYOUT.name, params, "/v1/payouts", of, keep)


def retrieve(merchant: Merchant, params: Expandable, payout_id: str) -> Payout:
    found: Payout = find.in_path(merchant, find.PAYOUT, payout_id)
    return found


def update(merchant: Merchant, params: OnlyMetadata, payout_id: str) -> Payout:
    updated: Payout = relabelled(merchant, retrieve(merchant, params, payout_id), params)
    return updated


def cancel(merchant: Merchant, params: Expandable, payout_id: str) -> Payout:
    payout = retrieve(merchant, params, payout_id)
    if payout.status != "pending":
        raise Refusal(Reason.WRONG_STATUS, message=NOT_PENDING.format(payout.id, payout.status))
    return merchant.fire(payout, Trigger.VOID)


def reverse(merchant: Merchant, params: OnlyMetadata, payout_id: str) -> Payout:
    return payouts.reverse(merchant, retrieve(merchant, params, payout_id), merge_metadata({}, params.metadata))


OPERATIONS = (
    Op("POST", "/v1/payouts", create, PayoutCreate),
    Op("GET", "/v1/payouts", index, PayoutList),
    Op("GET", "/v1/payouts/{payout}", retrieve, Expandable),
    Op("POST", "/v1/payouts/{payout}", update, OnlyMetadata),
    Op("POST", "/v1/payouts/{payout}/cancel", cancel, Expandable),
    Op("POST", "/v1/payouts/{payout}/reverse", reverse, OnlyMetadata),
)

# How the rules above are known, for the fidelity page.
VALIDATED: tuple[tuple[str, str], ...] = (
    ("a payout without a bank account in its currency is refused by name of the currency", "recorded answers"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a payout above the available balance is balance_insufficient", "wording, seen in public logs"),
    ("cancel and reverse of a payout in another status, and a bank account of another currency, are refused with 400", "wording"),
    ("a payout to an external account that is errored is refused with 400", "wording"),
    ("instant payouts go to American debit cards only: to any other external account they are instant_payouts_unsupported", "wording"),
    ("an instant payout leaves after a minute and arrives after 30 minutes", "documented as typically within 30 minutes"),
    ("all of the balance is of source type card", "bank debits' money has a type of its own at Stripe"),
)
