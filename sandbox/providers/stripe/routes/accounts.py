"""`/v1/account` and `/v1/accounts`: whose key it is, and the accounts that are connected to it, each with books of its own."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import PlainValidator

from sandbox.core import endpoints
from sandbox.core.branches import split
from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Endpoint
from sandbox.providers.base import Op
from sandbox.providers.stripe import capabilities, connecting, payouts, scheduling
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
    ListOf,
    ListParams,
    Metadata,
    Params,
    Text,
    TextOr,
    merge_metadata,
    said,
)
from sandbox.providers.stripe.views.account import own_account
from sandbox.providers.stripe.wire import Page, page_of

SCHEDULE = "settings[payouts][schedule]"
OTHER_ANCHOR = "A {0} anchor needs the interval {0}: the account's payouts are {1}."
DELAY_DAYS_MAX = 31
OWN_CHANGED = "changing the key's own account, which is done in the dashboard at Stripe"
NESTED = "accounts that are connected to a connected account"
KEPT = ("business_type", "business_profile")


def _interval(value: Any) -> str:
    if value not in scheduling.INTERVALS:
        raise said("Invalid settings[payouts][schedule][interval]: must be one of manual, daily, weekly, or monthly")
    return str(value)


def _delay(value: Any) -> int:
    if value == "minimum":
        return connecting.DELAY_DAYS
    if not (isinstance(value, str) and value.isdecimal() and connecting.DELAY_DAYS <= int(value) <= DELAY_DAYS_MAX):
        raise said(f"Invalid delay_days: must be minimum, or a number from {connecting.DELAY_DAYS} to {DELAY_DAYS_MAX}")
    return int(value)


def _month_day(value: Any) -> int:
    if not (isinstance(value, str) and value.isdecimal() and 1 <= int(value) <= scheduling.MONTH_DAYS_MAX):
        raise said(f"Invalid day of the month: must be a number from 1 to {scheduling.MONTH_DAYS_MAX}")
    return int(value)


MonthDay = Annotated[int, PlainValidator(_month_day)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


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
    delay_days: Annotated[int, PlainValidator(_delay)] | None = None
    monthly_anchor: MonthDay | None = None
    monthly_payout_days: ListOf[MonthDay] | None = None
    weekly_anchor: Weekday | None = None
    weekly_payout_days: ListOf[Weekday] | None = None


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
        capabilities.request(merchant, account.id, account.details["capabilities"], first=True)
        arrange(merchant, params)
    return account


def details_of(params: AccountTerms, before: dict[str, Any]) -> dict[str, Any]:
    """What is kept of an account besides its fields."""
    details = {**before, **find.kept(params, ("business_type",))}
    if params.business_profile is not None:
        details["business_profile"] = {**(before.get("business_profile") or {}), **params.business_profile.given()}
    asked = set(before.get("capabilities") or ())
    for name, wish in (params.capabilities.given() if params.capabilities is not None else {}).items():
        (asked.add if wish.requested else asked.discard)(name)
    schedule = params.settings and params.settings.payouts and params.settings.payouts.schedule
    if schedule and schedule.delay_days:
        details["delay_days"] = schedule.delay_days
    return {**details, "capabilities": sorted(asked)}


def arrange(merchant: Merchant, params: AccountTerms) -> None:
    """The bank account and the payouts that a request asks for, of the account that is acted for."""
    if params.external_account is not None:
        external_accounts.add(merchant, account_id(merchant), params.external_account, True)
    schedule = params.settings and params.settings.payouts and params.settings.payouts.schedule
    if schedule:
        scheduling.set_plan(merchant, plan_of(schedule, scheduling.plan_of(merchant)))


def plan_of(given: ScheduleInput, before: scheduling.Plan) -> scheduling.Plan:
    """The plan that a request says; what it does not say stays. Raises Refusal PARAM_MISSING, PARAM_INVALID."""
    interval = given.interval or before.interval
    named: dict[str, tuple[int, ...]] = {}
    if given.weekly_anchor is not None or given.weekly_payout_days:
        words = given.weekly_payout_days or (given.weekly_anchor,)
        named[scheduling.WEEKLY] = tuple(sorted({scheduling.WEEKDAYS.index(word) for word in words if word}))
    if given.monthly_anchor is not None or given.monthly_payout_days:
        numbers = given.monthly_payout_days or (given.monthly_anchor,)
        named[scheduling.MONTHLY] = tuple(sorted({number for number in numbers if number}))
    for other in named:
        if other != interval:
            raise Refusal(Reason.PARAM_INVALID, param=f"{SCHEDULE}[{other}_anchor]", message=OTHER_ANCHOR.format(other, interval))
    if interval in (scheduling.WEEKLY, scheduling.MONTHLY) and interval not in named:
        if interval != before.interval:
            raise Refusal(Reason.PARAM_MISSING, param=f"{SCHEDULE}[{interval}_anchor]")
        return before
    return scheduling.Plan(interval, named.get(interval, ()))


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
        raise Refusal(Reason.NOT_EMULATED, what=OWN_CHANGED, param="")
    account = connecting.account(merchant, key)
    facts: dict[str, Any] = {
        "metadata": merge_metadata(account.metadata, params.metadata),
        "details": details_of(params, dict(account.details)),
        "email": params.email or account.email,
        "currency": params.default_currency or account.currency,
    }
    with merchant.acting_for(split(account.provider)[1]):
        account = payouts.before_banks(merchant, account)
        arrange(merchant, params)
        capabilities.request(merchant, account.id, facts["details"]["capabilities"])
        return merchant.fire(account, Trigger.UPDATE, **facts)


def delete(merchant: Merchant, params: Expandable, key: str) -> ConnectedAccount:
    """The account is gone, with nothing in it."""
    account = connecting.account(merchant, key)
    left = connecting.holdings(merchant, account.id)
    if left:
        message = f"Account {account.id} still has a balance ({left}), and cannot be deleted: pay it out or reverse its transfers first."
        raise Refusal(Reason.WRONG_STATUS, message=message)
    with merchant.acting_for(account.id):
        scheduling.set_plan(merchant, scheduling.NEVER)
        for endpoint in list(merchant.store.shelf(STRIPE, Endpoint).rows.values()):
            if endpoint.details.get("account") == account.id:
                endpoints.remove(merchant, endpoint)
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
    ("a connected account is paid out when somebody asks, unless its schedule says otherwise", "Stripe's own default is daily"),
    ("delay_days, 2 to 31 business days, is when money of the account's own charges is available", "limits; whose money"),
    ("an account with money in it cannot be deleted", "wording"),
    ("making and deleting an account sends no event; account.updated tells of a change", "which events are sent"),
)
