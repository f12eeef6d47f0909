"""`/v1/payment_methods`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import Customer, Instrument
from sandbox.providers.base import Op
from sandbox.providers.stripe import cards, paying, saving
from sandbox.providers.stripe.addresses import BillingDetails
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
NOT_ATTACHABLE = (
    "This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used "
    "again."
)


class MethodData(Params):
    type: Text
    card: CardData | None = None
    billing_details: BillingDetails | None = None
    metadata: Metadata = None
    allow_redisplay: Redisplay = "unspecified"


class MethodCreate(MethodData, Expandable):
    pass


def unknown_type(param: str, kind: str, message: str = "") -> Refusal:
    """Only cards are emulated: another method of Stripe's is refused by name, anything else as Stripe would."""
    if kind in other_types():
        return Refusal(Reason.NOT_EMULATED, what=f"the payment method type '{kind}'", param=param)
    *others, last = sorted({*other_types(), "card"})
    message = message or f"Invalid {param}: must be one of {', '.join(others)}, or {last}"
    return Refusal(Reason.PARAM_INVALID, param=param, message=message)


def make(merchant: Merchant, data: MethodData, where: str = "") -> Instrument:
    """A payment method from card data, which stood in the hash `where`."""

    def full_name(*path: str) -> str:
        first, *rest = (where, *path) if where else path
        return first + "".join(f"[{part}]" for part in rest)

    if data.type != "card":
        raise unknown_type(full_name("type"), data.type)
    given = data.card
    if given is None:
        raise Refusal(Reason.PARAM_MISSING, param=full_name("card"))
    if given.token is not None:
        card, facts, carried, _ = saving.spend_token(merchant, given.token, full_name("card", "token"))
        billed = carried if carried is not NO_BILLING else None
    else:
        card, facts = typed(merchant, given, lambda key: full_name("card", key))
        billed = None
    return paying.instrument(
        merchant, card, facts, billing(data.billing_details) or billed,
        metadata=merge_metadata({}, data.metadata), details={"allow_redisplay": data.allow_redisplay},
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


def retrieve(merchant: Merchant, params: Expandable, method_id: str) -> Instrument:
    card = cards.by_payment_method(method_id)
    if card is not None:
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
    customer = find.customer(merchant, params.customer)
    magic = cards.by_payment_method(method_id)
    method = named(merchant, method_id, "") if magic is not None else find.in_path(merchant, find.METHOD, method_id)
    return attached(merchant, method, customer.id)


def attached(merchant: Merchant, method: Instrument, customer_id: str) -> Instrument:
    """The customer's from now on. A card that always declines is declined here already, with a 402."""
    if method.customer_id:
        raise Refusal(Reason.PARAM_INVALID, param="", message="The payment method you provided has already been attached to a customer.")
    if method.status == "spent":
        raise Refusal(Reason.PARAM_INVALID, param="payment_method", message=NOT_ATTACHABLE)
    card = paying.card_named(method.card)
    if card.decline is not None and not card.attachable:
        raise paying.declined_before(card.decline)
    return merchant.fire(method, Trigger.ATTACH, customer_id=customer_id)


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
