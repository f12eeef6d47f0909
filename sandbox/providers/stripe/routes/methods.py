"""`/v1/payment_methods`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import Customer, Instrument
from sandbox.providers.base import Op
from sandbox.providers.stripe import cards, debiting, debits, paying, saving, scanning
from sandbox.providers.stripe.addresses import BillingDetails
from sandbox.providers.stripe.debits import KINDS
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.documented import other_types
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.routes.card_input import CardData, billing, typed
from sandbox.providers.stripe.validate import (
    Expandable,
    Integer,
    ListParams,
    Metadata,
    NotYet,
    Params,
    Text,
    merge_metadata,
)
from sandbox.providers.stripe.views.charge import NO_ADDRESS, NO_BILLING
from sandbox.providers.stripe.wire import Page, slice_of

Redisplay = Literal["always", "limited", "unspecified"]
USED_UP = (
    "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account "
    "without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you "
    "must attach it to a Customer first."
)
NO_CARD = "PaymentMethod {} is a {}: it has no card to update."
NOT_ATTACHABLE = (
    "This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used "
    "again."
)


# What no source confirms, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("attaching a payment method that is attached already, or was used or detached, is a 400", "wording"),
    ("updating or detaching a payment method that nobody has is a 400", "wording seen in public logs"),
)


class UsAccount(Params):
    account_holder_type: Literal["company", "individual"] = "individual"
    account_number: Text | None = None
    account_type: Literal["checking", "savings"] = "checking"
    financial_connections_account: NotYet = None
    routing_number: Text | None = None


class Iban(Params):
    iban: Text


class Nothing(Params):
    """A hash that Stripe documents without keys."""


class MethodData(Params):
    type: Text
    card: CardData | None = None
    us_bank_account: UsAccount | None = None
    sepa_debit: Iban | None = None
    promptpay: Nothing | None = None
    billing_details: BillingDetails | None = None
    metadata: Metadata = None
    allow_redisplay: Redisplay = "unspecified"


class MethodCreate(MethodData, Expandable):
    pass


def unknown_type(param: str, kind: str, message: str = "") -> Refusal:
    """Only cards, bank debits and PromptPay are emulated: another method of Stripe's is refused by name, anything else as Stripe would."""
    if kind in other_types():
        return Refusal(Reason.NOT_EMULATED, what=f"the payment method type '{kind}'", param=param)
    *others, last = sorted({*other_types(), *KINDS, scanning.PROMPTPAY, "card"})
    message = message or f"Invalid {param}: must be one of {', '.join(others)}, or {last}"
    return Refusal(Reason.PARAM_INVALID, param=param, message=message)


def make(merchant: Merchant, data: MethodData, where: str = "") -> Instrument:
    """A payment method from the data of a card or an account, which stood in the hash `where`."""

    def full_name(*path: str) -> str:
        first, *rest = (where, *path) if where else path
        return first + "".join(f"[{part}]" for part in rest)

    if data.type == scanning.PROMPTPAY:
        return make_scanned(merchant, data, full_name)
    if data.type in KINDS:
        return make_debit(merchant, data, full_name)
    if data.type != "card":
        raise unknown_type(full_name("type"), data.type)
    given = data.card
    if given is None:
        raise Refusal(Reason.PARAM_MISSING, param=full_name("card"))
    if given.token is not None:
        card, facts, carried, *_ = saving.spend_token(merchant, given.token, full_name("card", "token"))
        billed = carried if carried is not NO_BILLING else None
    else:
        card, facts = typed(merchant, given, lambda key: full_name("card", key))
        billed = None
    return paying.instrument(
        merchant, card, facts, billing(data.billing_details) or billed,
        metadata=merge_metadata({}, data.metadata), details={"allow_redisplay": data.allow_redisplay},
    )  # fmt: skip


def make_scanned(merchant: Merchant, data: MethodData, full_name: Callable[..., str]) -> Instrument:
    """A payment method for one payment by code; Stripe writes to its holder. Raises Refusal PARAM_MISSING."""
    billed = billing(data.billing_details) or NO_BILLING
    if not billed["email"]:
        raise Refusal(Reason.PARAM_MISSING, param=full_name("billing_details", "email"))
    kept = {"allow_redisplay": data.allow_redisplay, "billing_details": billed, **({"promptpay": {}} if data.promptpay else {})}
    return scanning.instrument(merchant, metadata=merge_metadata({}, data.metadata), details=kept)


def make_debit(merchant: Merchant, data: MethodData, full_name: Callable[..., str]) -> Instrument:
    """A payment method from the data of an account. Raises Refusal PARAM_MISSING, PARAM_INVALID."""
    billed = billing(data.billing_details) or NO_BILLING
    if data.us_bank_account is not None and data.type == debits.ACH:
        given = data.us_bank_account
        for field in ("account_number", "routing_number"):
            if getattr(given, field) is None:
                raise Refusal(Reason.PARAM_MISSING, param=full_name(data.type, field))
        account = debits.us_account(given.routing_number or "", given.account_number or "", full_name(data.type))
        shown = debits.facts(account, merchant.settings.get("seed", 0), given.account_holder_type, given.account_type)
    elif data.sepa_debit is not None and data.type == debits.SEPA:
        account = debits.sepa_account(data.sepa_debit.iban, full_name(data.type))
        shown = debits.facts(account, merchant.settings.get("seed", 0))
    else:
        raise Refusal(Reason.PARAM_MISSING, param=full_name(data.type))
    for field in KINDS[data.type].needs:
        if not billed[field]:
            raise Refusal(Reason.PARAM_MISSING, param=full_name("billing_details", field))
    return debiting.instrument(
        merchant, account, shown, metadata=merge_metadata({}, data.metadata),
        details={"allow_redisplay": data.allow_redisplay, "billing_details": billed},
    )  # fmt: skip


def pick(merchant: Merchant, params: Any, customer_id: str) -> Instrument | None:
    """The payment method that `payment_method` or `payment_method_data` names, checked against the customer; None if neither."""
    if params.payment_method_data is not None:
        return make(merchant, params.payment_method_data, "payment_method_data")
    if params.payment_method is None:
        return None
    return named(merchant, params.payment_method, customer_id)


def named(merchant: Merchant, key: str, customer_id: str, param: str = "payment_method") -> Instrument:
    """A payment method by id; a magic `pm_card_…` makes a fresh one."""
    card = cards.by_payment_method(key)
    if card is not None:
        cards.require_emulated(card)
        return paying.instrument(merchant, card, paying.card_facts(merchant, card))
    debit = debiting.named(merchant, key)
    if debit is not None:
        return debit
    method: Instrument = find.in_params(merchant, find.METHOD, key, param)
    if method.customer_id and not customer_id:
        raise Refusal(
            Reason.PARAM_INVALID, code="parameter_missing", param="source",
            message=f"The `payment_method` parameter supplied {key} belongs to the Customer {method.customer_id}. Please include the "
            "Customer in the `customer` parameter on the PaymentIntent.",
        )  # fmt: skip
    if method.customer_id and method.customer_id != customer_id:
        raise wrong_owner(key, customer_id, param)
    if method.status == "spent":
        raise Refusal(Reason.PARAM_INVALID, param=param, message=USED_UP)
    return method


def wrong_owner(key: str, customer_id: str, param: str = "payment_method") -> Refusal:
    return Refusal(
        Reason.PARAM_INVALID, param=param,
        message=f"The PaymentMethod {key} does not belong to the Customer you supplied {customer_id}. Please use this PaymentMethod "
        "with the Customer that it belongs to instead.",
    )  # fmt: skip


def create(merchant: Merchant, params: MethodCreate) -> Instrument:
    return make(merchant, params)


def magic(method_id: str) -> bool:
    """Whether the id makes a fresh payment method of a test card or test account."""
    return cards.by_payment_method(method_id) is not None or method_id in debits.BY_NAME


def retrieve(merchant: Merchant, params: Expandable, method_id: str) -> Instrument:
    if magic(method_id):
        return named(merchant, method_id, "")
    found: Instrument = find.in_path(merchant, find.METHOD, method_id)
    return found


class ExpiryUpdate(Params):
    exp_month: Integer | None = None
    exp_year: Integer | None = None
    networks: NotYet = None


class MethodUpdate(Expandable):
    billing_details: BillingDetails | None = None
    card: ExpiryUpdate | None = None
    metadata: Metadata = None
    allow_redisplay: Redisplay | None = None


def update(merchant: Merchant, params: MethodUpdate, method_id: str) -> Instrument:
    method: Instrument = find.in_path(merchant, find.METHOD, method_id)
    if not method.customer_id:
        raise Refusal(
            Reason.PARAM_INVALID, param="payment_method",
            message="You must save this PaymentMethod to a customer before you can update it.",
        )  # fmt: skip
    details = dict(method.details)
    if params.billing_details is not None:
        details["billing_details"] = merged_billing(method.details.get("billing_details") or NO_BILLING, params.billing_details)
    if params.card is not None:
        if method.kind != "card":
            raise Refusal(Reason.PARAM_INVALID, param="card", message=NO_CARD.format(method.id, method.kind))
        month = params.card.exp_month or details["card"]["exp_month"]
        year = cards.check_expiry(month, params.card.exp_year or details["card"]["exp_year"], merchant.now)
        details["card"] = {**details["card"], "exp_month": month, "exp_year": year}
    if params.allow_redisplay is not None:
        details["allow_redisplay"] = params.allow_redisplay
    metadata = merge_metadata(method.metadata, params.metadata)
    if (details, metadata) == (method.details, method.metadata):
        return method
    return merchant.fire(method, Trigger.UPDATE, details=details, metadata=metadata)


def merged_billing(old: Mapping[str, Any], given: BillingDetails) -> dict[str, Any]:
    """Billing details with what a request changes; an address is merged key by key."""
    named = given.given()
    if named.get("address") is not None:
        named["address"] = {**old["address"], **named["address"].given()}
    elif "address" in named:
        named["address"] = NO_ADDRESS
    return {**old, **named}


class MethodAttach(Expandable):
    customer: Text


def attach(merchant: Merchant, params: MethodAttach, method_id: str) -> Instrument:
    method = named(merchant, method_id, "") if magic(method_id) else find.in_path(merchant, find.METHOD, method_id)
    return attached(merchant, method, find.customer(merchant, params.customer).id)


def attached(merchant: Merchant, method: Instrument, customer_id: str) -> Instrument:
    """The customer's from now on. A card that always declines is declined here already, with a 402."""
    if method.customer_id:
        raise Refusal(Reason.PARAM_INVALID, param="", message="The payment method you provided has already been attached to a customer.")
    if method.status == "spent":
        raise Refusal(Reason.PARAM_INVALID, param="payment_method", message=NOT_ATTACHABLE)
    if scanning.scanned(method):
        raise scanning.not_reusable("payment_method")
    if not debiting.debited(method):
        saving.check_attachable(paying.card_named(method.card))
    return merchant.fire(method, Trigger.ATTACH, customer_id=customer_id)


def used(merchant: Merchant, method: Instrument, customer_id: str, off_session: bool = False, **more: Any) -> Instrument:
    """A payment method that nobody owns can be used once, unless the payment gave it to the customer.

    Args:
        more: what its details keep besides from then on, if a customer has it.
    """
    details = {**method.details, **({"set_up": True} if off_session else {}), **more} if customer_id else method.details
    if method.status != "fresh":
        return method if details == method.details else merchant.put(method._replace(details=details))
    if customer_id:
        return merchant.fire(method, Trigger.ATTACH, customer_id=customer_id, details=details)
    return merchant.fire(method, Trigger.SPEND)


def detach(merchant: Merchant, params: Expandable, method_id: str) -> Instrument:
    method: Instrument = find.in_path(merchant, find.METHOD, method_id)
    if not method.customer_id:
        raise Refusal(
            Reason.PARAM_INVALID, param="",
            message="The payment method you provided is not attached to a customer so detachment is impossible.",
        )  # fmt: skip
    return detached(merchant, method)


def detached(merchant: Merchant, method: Instrument) -> Instrument:
    """Nobody's, and of no more use; a customer who paid with it by default has no default any more."""
    owner: Customer = merchant.get(STRIPE, Customer, method.customer_id)
    method = merchant.fire(method, Trigger.DETACH, customer_id="")
    if owner.details.get("default_payment_method") == method.id:
        merchant.fire(owner, Trigger.UPDATE, details={**owner.details, "default_payment_method": None})
    return method


class MethodList(ListParams):
    customer: Text | None = None
    type: Text | None = None
    allow_redisplay: Redisplay | None = None


def index(merchant: Merchant, params: MethodList) -> Page:
    if params.customer:
        find.in_params(merchant, find.CUSTOMER, params.customer, "customer")
    return of_customer(merchant, params, params.customer, "/v1/payment_methods")


def of_customer(merchant: Merchant, params: Any, customer_id: str | None, url: str) -> Page:
    """A customer's payment methods, or without one all that belong to somebody."""

    def keep(method: Instrument) -> bool:
        shown = method.details.get("allow_redisplay", "unspecified")
        return params.type in (None, method.kind) and params.allow_redisplay in (None, shown) and bool(customer_id or method.customer_id)

    of = [("customer_id", customer_id)] if customer_id else []
    return slice_of(merchant, STRIPE, Instrument, "PaymentMethod", params, url, of, keep)


OPERATIONS = (
    Op("POST", "/v1/payment_methods", create, MethodCreate, public=create),
    Op("GET", "/v1/payment_methods", index, MethodList),
    Op("GET", "/v1/payment_methods/{payment_method}", retrieve, Expandable),
    Op("POST", "/v1/payment_methods/{payment_method}", update, MethodUpdate),
    Op("POST", "/v1/payment_methods/{payment_method}/attach", attach, MethodAttach),
    Op("POST", "/v1/payment_methods/{payment_method}/detach", detach, Expandable),
)
