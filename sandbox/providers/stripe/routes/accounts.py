"""`/v1/account` and `/v1/accounts`: whose key it is, and the accounts that are connected to it, each with books of its own."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import PlainValidator

from sandbox.core.branches import split
from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW
from sandbox.providers.base import Op
from sandbox.providers.stripe import connecting, payouts
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.ids import account_id, new_id
from sandbox.providers.stripe.records import ConnectedAccount
from sandbox.providers.stripe.routes import external_accounts, find
from sandbox.providers.stripe.routes.bank_input import BankInput, home_currency
from sandbox.providers.stripe.validate import (
    Bool,
    Clearable,
    Created,
    Currency,
    Email,
    Expandable,
    ListParams,
    Metadata,
    NotYet,
    Params,
    Text,
    TextOr,
    merge_metadata,
    not_yet,
    said,
)
from sandbox.providers.stripe.views.account import own_account
from sandbox.providers.stripe.wire import Page, page_of

NESTED = "accounts that are connected to a connected account"
KEPT = ("business_type", "business_profile")


def _interval(value: Any) -> str:
    if value in ("weekly", "monthly"):
        raise not_yet()
    if value not in payouts.INTERVALS:
        raise said("Invalid settings[payouts][schedule][interval]: must be one of manual, daily, weekly, or monthly")
    return str(value)


class Capability(Params):
    requested: Bool = False


class Capabilities(Params):
    card_payments: Capability | None = None
    legacy_payments: Capability | None = None
    link_payments: Capability | None = None
    sepa_debit_payments: Capability | None = None
    transfers: Capability | None = None
    us_bank_account_ach_payments: Capability | None = None


class Profile(Params):
    mcc: Text | None = None
    name: Clearable[Text] = None
    product_description: Text | None = None
    support_email: Email | None = None
    support_phone: Text | None = None
    support_url: Clearable[Text] = None
    url: Text | None = None


class ScheduleInput(Params):
    interval: Annotated[str, PlainValidator(_interval)] | None = None
    monthly_anchor: NotYet = None
    monthly_payout_days: NotYet = None
    weekly_anchor: NotYet = None
    weekly_payout_days: NotYet = None


class PayoutSettings(Params):
    schedule: ScheduleInput | None = None


class AccountSettings(Params):
    payouts: PayoutSettings | None = None


class AccountTerms(Expandable):
    business_profile: Profile | None = None
    business_type: Literal["company", "government_entity", "individual", "non_profit"] | None = None
    capabilities: Capabilities | None = None
    default_currency: Currency | None = None
    email: Email | None = None
    external_account: TextOr[BankInput] | None = None
    metadata: Metadata = None
    settings: AccountSettings | None = None


class AccountCreate(AccountTerms):
    type: Literal["custom", "express", "standard"] | None = None
    country: Text = "US"


def create(merchant: Merchant, params: AccountCreate) -> ConnectedAccount:
    if merchant.branch:
        raise Refusal(Reason.NOT_EMULATED, what=NESTED, param="")
    country = params.country.upper()
    account = ConnectedAccount(
        new_id(merchant, ConnectedAccount, ""), STRIPE, NEW, merchant.now, country,
        params.default_currency or home_currency(country), params.email, params.type or "none",
        merge_metadata({}, params.metadata), details_of(params, {}),
    )  # fmt: skip
    with merchant.acting_for(account.id):
        account = merchant.fire(account, Trigger.CREATE)
        arrange(merchant, params)
    return account


def details_of(params: AccountTerms, before: dict[str, Any]) -> dict[str, Any]:
    """What is kept of an account besides its fields."""
    details = {**before, **find.kept(params, ("business_type",))}
    if params.business_profile is not None:
        details["business_profile"] = {**(before.get("business_profile") or {}), **params.business_profile.given()}
    capabilities = set(before.get("capabilities") or ())
    for name, wish in (params.capabilities.given() if params.capabilities is not None else {}).items():
        (capabilities.add if wish.requested else capabilities.discard)(name)
    return {**details, "capabilities": sorted(capabilities)}


def arrange(merchant: Merchant, params: AccountTerms) -> None:
    """The bank account and the payouts that a request asks for, of the account that is acted for."""
    if params.external_account is not None:
        external_accounts.add(merchant, account_id(merchant), params.external_account, True)
    schedule = params.settings and params.settings.payouts and params.settings.payouts.schedule
    if schedule and schedule.interval:
        payouts.set_schedule(merchant, schedule.interval)


def retrieve_own(merchant: Merchant, params: Expandable) -> ConnectedAccount | dict[str, Any]:
    """The key's account, or the connected one that the request acts for."""
    return connecting.account(merchant, merchant.branch) if merchant.branch else own_account(merchant)


def retrieve(merchant: Merchant, params: Expandable, key: str) -> ConnectedAccount | dict[str, Any]:
    return own_account(merchant) if key == account_id(merchant) and not merchant.branch else connecting.account(merchant, key)


class AccountList(ListParams):
    created: Created | None = None


def index(merchant: Merchant, params: AccountList) -> Page:
    """The accounts connected to the merchant's, newest first; a connected account has none."""
    rows = [] if merchant.branch else connecting.accounts(merchant)[::-1]
    if params.created is not None:
        rows = [account for account in rows if params.created.holds(account.created)]
    return page_of(rows, params, "account", "/v1/accounts")


def update(merchant: Merchant, params: AccountTerms, key: str) -> ConnectedAccount:
    if key == account_id(merchant) and not merchant.branch:
        raise Refusal(Reason.NOT_EMULATED, what="changing the key's own account, which is done in the dashboard at Stripe", param="")
    account = connecting.account(merchant, key)
    facts: dict[str, Any] = {
        "metadata": merge_metadata(account.metadata, params.metadata),
        "details": details_of(params, dict(account.details)),
        "email": params.email or account.email,
        "currency": params.default_currency or account.currency,
    }
    with merchant.acting_for(split(account.provider)[1]):
        arrange(merchant, params)
        return merchant.fire(account, Trigger.UPDATE, **facts)


def delete(merchant: Merchant, params: Expandable, key: str) -> ConnectedAccount:
    """The account is gone, with nothing in it."""
    account = connecting.account(merchant, key)
    left = connecting.holdings(merchant, account.id)
    if left:
        message = f"Account {account.id} still has a balance ({left}), and cannot be deleted: pay it out or reverse its transfers first."
        raise Refusal(Reason.WRONG_STATUS, message=message)
    with merchant.acting_for(account.id):
        payouts.set_schedule(merchant, payouts.MANUAL)
    return merchant.fire(account, Trigger.DELETE)


OPERATIONS = (
    Op("GET", "/v1/account", retrieve_own, Expandable),
    Op("POST", "/v1/accounts", create, AccountCreate),
    Op("GET", "/v1/accounts", index, AccountList),
    Op("GET", "/v1/accounts/{account}", retrieve, Expandable),
    Op("POST", "/v1/accounts/{account}", update, AccountTerms),
    Op("DELETE", "/v1/accounts/{account}", delete, Expandable),
)
# What no source confirms, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a connected account is verified from the start; it has the capabilities that were asked for, and charges whatever they are",
     "onboarding is not emulated"),
    ("a connected account is paid out when somebody asks, unless its schedule says daily", "Stripe's own default is daily"),
    ("an account with money in it cannot be deleted", "wording"),
    ("making and deleting an account sends no event; account.updated tells of a change", "which events are sent"),
)
