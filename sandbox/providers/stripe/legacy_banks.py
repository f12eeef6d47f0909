"""Bank accounts the legacy way: what a `btok_…` carries, a customer's bank account, its verification, and a charge that debits it.

A customer's bank account is debited only once two small deposits were told back; only a documented test account can be a customer's.

Source: reference "Token", "Bank methods"; docs.stripe.com "Migrate from ACH Direct Debit on the Charges API", read 2026-11-28.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Charge
from sandbox.providers.stripe import debiting, debits, payouts, saving
from sandbox.providers.stripe.debits import BY_NUMBER
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.ids import new_id
from sandbox.providers.stripe.records import BankAccount, LegacySource, LegacyToken

BANK = "bank_account"
DEPOSITS = (32, 45)  # cents that every test account gets
UNVERIFIED = "The customer's bank account must be verified before you can create an ACH charge: {} has a status of {}."
WRONG_AMOUNTS = "The amounts provided do not match the amounts that were sent to the bank account."
VERIFIED_ALREADY = "This bank account has already been verified."
NOT_A_BANK = "{} is not a bank account: only bank accounts are verified."
SHOWN_AS = "ach_debit"  # in `payment_method_details` of a charge


class CarriedBank(NamedTuple):
    """A bank account on its way into a record; `number` is the documented test account that it is, empty for any other."""

    known: Mapping[str, Any]  # as `payouts.facts` gives it
    number: str
    bank_id: str
    verified: bool = False


def is_bank(merchant: Merchant, key: str) -> bool:
    """Whether a token carries a bank account."""
    token: LegacyToken | None = merchant.get(STRIPE, LegacyToken, key)
    return key in payouts.TOKENS or (token is not None and token.kind == BANK)


def spend_token(merchant: Merchant, key: str, param: str) -> CarriedBank:
    """What a bank account's token carries: a documented one any number of times, any other once. Raises Refusal as `saving` does."""
    known = payouts.token_facts(merchant, key)
    if known is not None:
        return CarriedBank(known, payouts.TOKENS[key].number, new_id(merchant, BankAccount, ""), key == payouts.VERIFIED)
    token = saving.spent(merchant, key, param)
    return CarriedBank(token.details["bank"], token.card, token.card_id)


def save(merchant: Merchant, customer_id: str, carried: CarriedBank, metadata: Mapping[str, str], param: str) -> LegacySource:
    """The bank account is the customer's, to be verified. Raises Refusal PARAM_INVALID for one that no test account is."""
    account = BY_NUMBER.get(carried.number)
    if account is None or account.kind != debits.ACH:
        raise Refusal(Reason.PARAM_INVALID, code="account_number_invalid", param=param, message=debits.NOT_A_TEST_ACCOUNT)
    bank = LegacySource(
        carried.bank_id, STRIPE, NEW, merchant.now, BANK, customer_id, account.number, metadata, {"bank": carried.known}
    )
    return merchant.fire(bank, Trigger.SUCCEED if carried.verified else Trigger.PREPARE)


def verify(merchant: Merchant, bank: LegacySource, amounts: Sequence[int] | None) -> LegacySource:
    """The two deposits were told back, in any order: from now on the bank account can be debited."""
    if bank.kind != BANK:
        raise Refusal(Reason.PARAM_INVALID, param="", message=NOT_A_BANK.format(bank.id))
    if bank.status == "verified":
        raise Refusal(Reason.WRONG_STATUS, message=VERIFIED_ALREADY)
    if amounts is None:
        raise Refusal(Reason.PARAM_MISSING, param="amounts")
    if sorted(amounts) != sorted(DEPOSITS):
        raise Refusal(Reason.PARAM_INVALID, param="amounts", message=WRONG_AMOUNTS)
    return merchant.fire(bank, Trigger.SUCCEED)


def charge(merchant: Merchant, bank: LegacySource, draft: Charge) -> Charge:
    """The customer's bank is asked for the money; `draft` names everything but that. Raises Refusal as the API does."""
    if bank.status != "verified":
        message = UNVERIFIED.format(bank.id, bank.status)
        raise Refusal(Reason.PARAM_INVALID, code="bank_account_unverified", param="source", message=message)
    known = bank.details["bank"]
    names = ("account_holder_type", "bank_name", "fingerprint", "routing_number")
    shown = {"country": known["country"], "last4": known["last4"], **{name: known["details"].get(name) for name in names}}
    if draft.currency != debits.KINDS[debits.ACH].currency:
        message = debiting.WRONG_CURRENCY.format(draft.currency, debits.ACH, "usd")
        raise Refusal(Reason.PARAM_INVALID, param="currency", message=message)
    details = {
        **draft.details, "debit": debits.ACH, "shown_as": SHOWN_AS, "account": shown, "test_account": bank.card,
        "outcome": debiting.NOT_ASSESSED,
    }  # fmt: skip
    charge = merchant.fire(draft._replace(id=new_id(merchant, Charge, "", prefix="py_"), details=details), Trigger.PEND)
    account = BY_NUMBER[bank.card]
    ends_at = merchant.now + merchant.dialects[STRIPE].timing(merchant, "debit_ends")
    if not account.stays:
        merchant.arm(charge, "debit_ends", Trigger.FAIL if account.failure else Trigger.SETTLE, ends_at)
    debiting.await_holder(merchant, charge, account, ends_at)
    return charge


# How the rules above are known, for the fidelity page.
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("a customer's bank account is new until its two deposits, 32 and 45 cents, were told; btok_us_verified is verified", "docs: ACH"),
    ("a charge of a customer's bank account is pending, with an id py_…, and settles or fails as a bank debit does", "docs: ACH"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("wrong amounts, a second verification and a charge of an unverified bank account: 400", "wording; attempts are not counted"),
    ("a customer's bank account sends customer.source.created, and customer.source.updated when it is verified", "events"),
    ("a token of a bank account with an undocumented number pays out, and cannot be a customer's", "the sandbox's own"),
)
