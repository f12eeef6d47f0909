"""`/v1/accounts/{account}/external_accounts`: the bank accounts and debit cards that payouts go to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from sandbox.core.changes import Put
from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.providers.base import Op
from sandbox.providers.stripe import connecting, legacy_banks, payouts, saving
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.records import BankAccount, LegacyToken
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.routes.bank_input import BankInput, home_currency, typed
from sandbox.providers.stripe.validate import (
    Bool,
    Clearable,
    Expandable,
    ListParams,
    Metadata,
    Text,
    TextOr,
    merge_metadata,
)
from sandbox.providers.stripe.wire import Page, page_of

NO_DEBIT_CARD = "The card provided as an external account is not supported for payouts. Provide a non-prepaid debit card instead."
DEFAULT_STAYS = "You cannot delete the default external account for a currency ({}): make another one of that currency the default first."


class BankCreate(Expandable):
    external_account: TextOr[BankInput]
    default_for_currency: Bool = False
    metadata: Metadata = None


def create(merchant: Merchant, params: BankCreate, account: str) -> BankAccount:
    with owned_by(merchant, account), payouts.telling(merchant):
        return add(merchant, account, params.external_account, params.default_for_currency, params.metadata)


def add(merchant: Merchant, owner: str, given: str | BankInput, default: bool, metadata: Any = None) -> BankAccount:
    """Another bank account of the owner; the first of its currency is the default one. Raises Refusal PARAM_INVALID or a miss."""
    bank = drafted(merchant, owner, given)
    others = [other for other in payouts.bank_accounts(merchant) if other.currency == bank.currency and other.default]
    if default:
        take_default(merchant, others)
    bank = bank._replace(default=default or not others, metadata=merge_metadata({}, metadata))
    return merchant.fire(bank, Trigger.CREATE)


def drafted(merchant: Merchant, owner: str, given: str | BankInput) -> BankAccount:
    """A bank account that was typed, or whatever a token carries."""
    if not isinstance(given, str):
        known, _ = typed(merchant, given, lambda key: f"external_account[{key}]")
        return payouts.draft_bank(merchant, owner, known)
    platforms = merchant.whole.get(STRIPE, LegacyToken, given) is not None  # then whoever it is for may have it
    with merchant.acting_for("" if platforms else merchant.branch):
        if legacy_banks.is_bank(merchant, given):
            bank = legacy_banks.spend_token(merchant, given, "external_account")
            return payouts.draft_bank(merchant, owner, bank.known, id=bank.bank_id)
        carried = saving.spend_token(merchant, given, "external_account")
    if carried.facts["funding"] != "debit":
        raise Refusal(Reason.PARAM_INVALID, code="invalid_card_type", message=NO_DEBIT_CARD, param="external_account")
    return payouts.draft_card(merchant, owner, carried, carried.currency or home_currency(carried.facts["country"]))


def take_default(merchant: Merchant, others: list[BankAccount]) -> None:
    for other in others:
        merchant.alter(Put(other._replace(default=False)))


@contextmanager
def owned_by(merchant: Merchant, account: str) -> Iterator[str]:
    """The account's books are acted on meanwhile. Raises Refusal ACCOUNT_UNKNOWN."""
    with merchant.acting_for(connecting.acted_for(merchant, account, "")):
        yield account


class BankList(ListParams):
    object: Literal["bank_account", "card"] | None = None


def index(merchant: Merchant, params: BankList, account: str) -> Page:
    """Newest first."""
    with owned_by(merchant, account):
        banks = [bank for bank in payouts.bank_accounts(merchant)[::-1] if params.object in (None, bank.kind)]
    return page_of(banks, params, find.BANK.name, f"/v1/accounts/{account}/external_accounts")


def one(merchant: Merchant, bank_id: str) -> BankAccount:
    for bank in payouts.bank_accounts(merchant):
        if bank.id == bank_id:
            return bank
    raise Refusal(Reason.NOT_FOUND, kind=find.BANK.name, id=bank_id, param=find.BANK.param)


def retrieve(merchant: Merchant, params: Expandable, account: str, bank_id: str) -> BankAccount:
    with owned_by(merchant, account):
        return one(merchant, bank_id)


class BankUpdate(Expandable):
    account_holder_name: Clearable[Text] = None
    account_holder_type: Clearable[Literal["company", "individual"]] = None
    default_for_currency: Bool | None = None
    metadata: Metadata = None


def update(merchant: Merchant, params: BankUpdate, account: str, bank_id: str) -> BankAccount:
    with owned_by(merchant, account):
        bank = one(merchant, bank_id)
        facts: dict[str, Any] = {"metadata": merge_metadata(bank.metadata, params.metadata)}
        given = params.given("default_for_currency", "metadata", "expand")
        for name in given:
            if bank.kind == "card":
                raise Refusal(Reason.PARAM_UNKNOWN, message=f"Received unknown parameter: {name}", param=name)
        facts["details"] = {**bank.details, **given}
        if params.default_for_currency and not bank.default:
            take_default(merchant, [b for b in payouts.bank_accounts(merchant) if b.currency == bank.currency and b.default])
            facts["default"] = True
        looked_at = bank.status == "errored" and (given or params.default_for_currency)
        return merchant.fire(bank, Trigger.RETRY if looked_at else Trigger.UPDATE, **facts)


def delete(merchant: Merchant, params: Expandable, account: str, bank_id: str) -> BankAccount:
    with owned_by(merchant, account), payouts.telling(merchant):
        bank = one(merchant, bank_id)
        others = [b for b in payouts.bank_accounts(merchant) if b.currency == bank.currency and b.id != bank.id]
        if bank.default and (others or bank.id == payouts.home_bank(merchant).id):
            raise Refusal(Reason.WRONG_STATUS, message=DEFAULT_STAYS.format(bank.currency))
        return merchant.fire(bank, Trigger.DELETE, default=False)


PATH = "/v1/accounts/{account}/external_accounts"
OPERATIONS = (
    Op("POST", PATH, create, BankCreate),
    Op("GET", PATH, index, BankList),
    Op("GET", PATH + "/{id}", retrieve, Expandable),
    Op("POST", PATH + "/{id}", update, BankUpdate),
    Op("DELETE", PATH + "/{id}", delete, Expandable),
)
# What no source confirms, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("the first bank account of a currency is its default one; the default one of several cannot be deleted", "wording of the refusal"),
    ("a debit card takes payouts in its token's currency, or in its country's; one that is no debit card is invalid_card_type", "wording"),
    ("an errored external account takes payouts again once a detail of it is updated or it is made the default, not by metadata",
     "what counts"),
    ("a bank account without a currency has its country's, or dollars", "Stripe knows more countries"),
)
