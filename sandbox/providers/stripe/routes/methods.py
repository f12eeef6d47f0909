"""`/v1/payment_methods`."""

from __future__ import annotations

from typing import Any, Literal

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import Instrument
from sandbox.providers.base import Op
from sandbox.providers.stripe import cards, paying
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.validate import (
    BillingDetails,
    Expandable,
    Integer,
    ListParams,
    Metadata,
    Params,
    Text,
    merge_metadata,
)
from sandbox.providers.stripe.views.charge import NO_ADDRESS, NO_BILLING
from sandbox.providers.stripe.wire import Failed, Page, slice_of

Redisplay = Literal["always", "limited", "unspecified"]


class CardData(Params):
    number: Text | None = None
    exp_month: Integer | None = None
    exp_year: Integer | None = None
    cvc: Text | None = None
    token: Text | None = None


class MethodData(Params):
    type: Text
    card: CardData | None = None
    billing_details: BillingDetails | None = None
    metadata: Metadata = None
    allow_redisplay: Redisplay = "unspecified"


class MethodCreate(MethodData, Expandable):
    pass


def billing(given: BillingDetails | None) -> dict[str, Any] | None:
    """Billing details with every key, as all views show them."""
    if given is None:
        return None
    named = given.given()
    address = named.get("address")
    return {**NO_BILLING, **named, "address": {**NO_ADDRESS, **address.given()} if address is not None else NO_ADDRESS}


def make(merchant: Merchant, data: MethodData, where: str = "") -> Instrument:
    """A payment method from card data; the number is looked at and not kept."""

    def name(param: str) -> str:
        return f"{where}[{param.replace('[', '][', 1)}" + ("" if "[" in param else "]") if where else param

    if data.type != "card":
        raise Refusal(Reason.NOT_EMULATED, what=f"the payment method type '{data.type}'", param=name("type"))
    given = data.card
    if given is None:
        raise Refusal(Reason.PARAM_MISSING, param=name("card"))
    if given.token is not None:
        card = cards.by_token(given.token)
        if card is None:
            raise Refusal(Reason.REFERENCE_NOT_FOUND, kind="token", id=given.token, param=name("card[token]"))
        cards.require_emulated(card)
        facts = paying.card_facts(merchant, card)
    else:
        for field in ("number", "exp_month", "exp_year"):
            if getattr(given, field) is None:
                raise Refusal(Reason.PARAM_MISSING, param=name(f"card[{field}]"))
        assert given.number is not None and given.exp_month is not None and given.exp_year is not None
        card = cards.check_number(given.number)
        year = cards.check_expiry(given.exp_month, given.exp_year, merchant.now)
        if given.cvc is not None:
            cards.check_cvc(given.cvc, card.brand)
        facts = paying.card_facts(merchant, card, given.exp_month, year)
    return paying.instrument(
        merchant, card, facts, billing(data.billing_details),
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
        raise Refusal(
            Reason.PARAM_INVALID, param=param,
            message=f"The PaymentMethod {key} does not belong to the Customer you supplied {customer_id}. Please use this PaymentMethod "
            "with the Customer that it belongs to instead.",
        )  # fmt: skip
    if method.status == "spent":
        raise spent()
    return method


def spent() -> Refusal:
    return Refusal(
        Reason.PARAM_INVALID, param="payment_method",
        message="This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not "
        "be used again.",
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
        old = method.details.get("billing_details") or NO_BILLING
        new = billing(params.billing_details) or {}
        named_keys = params.billing_details.model_fields_set
        details["billing_details"] = {**old, **{key: new[key] for key in named_keys}}
    if params.card is not None:
        month = params.card.exp_month or details["card"]["exp_month"]
        year = cards.check_expiry(month, params.card.exp_year or details["card"]["exp_year"], merchant.now)
        details["card"] = {**details["card"], "exp_month": month, "exp_year": year}
    if params.allow_redisplay is not None:
        details["allow_redisplay"] = params.allow_redisplay
    return merchant.fire(method, Trigger.UPDATE, details=details, metadata=merge_metadata(method.metadata, params.metadata))


class MethodAttach(Expandable):
    customer: Text


def attach(merchant: Merchant, params: MethodAttach, method_id: str) -> Instrument | Failed:
    customer = find.customer(merchant, params.customer)
    magic = cards.by_payment_method(method_id)
    method = named(merchant, method_id, "") if magic is not None else find.in_path(merchant, find.METHOD, method_id)
    if method.customer_id:
        raise Refusal(
            Reason.PARAM_INVALID, param="", message="The payment method you provided has already been attached to a customer."
        )
    if method.status == "spent":
        raise spent()
    card = paying.card_named(method.card)
    if card.decline is not None and not card.attachable:
        decline = card.decline
        raise Refusal(
            Reason.PARAM_INVALID, status=402, type="card_error", code=decline.code, param="", message=decline.message,
            more={"decline_code": decline.decline_code} if decline.decline_code else {},
        )  # fmt: skip
    return merchant.fire(method, Trigger.ATTACH, customer_id=customer.id)


def detach(merchant: Merchant, params: Expandable, method_id: str) -> Instrument:
    method: Instrument = find.in_path(merchant, find.METHOD, method_id)
    if not method.customer_id:
        raise Refusal(
            Reason.PARAM_INVALID, param="",
            message="The payment method you provided is not attached to a customer so detachment is impossible.",
        )  # fmt: skip
    return merchant.fire(method, Trigger.DETACH, customer_id="")


class MethodList(ListParams):
    customer: Text | None = None
    type: Text | None = None
    allow_redisplay: Redisplay | None = None


def index(merchant: Merchant, params: MethodList) -> Page:
    return of_customer(merchant, params, params.customer, "/v1/payment_methods")


def of_customer(merchant: Merchant, params: MethodList, customer_id: str | None, url: str) -> Page:
    def keep(method: Instrument) -> bool:
        shown = method.details.get("allow_redisplay", "unspecified")
        return params.type in (None, method.kind) and params.allow_redisplay in (None, shown) and bool(customer_id or method.customer_id)

    of = [("customer_id", customer_id)] if customer_id else []
    return slice_of(merchant, STRIPE, Instrument, "PaymentMethod", params, url, of, keep)


OPERATIONS = (
    Op("POST", "/v1/payment_methods", create, MethodCreate),
    Op("GET", "/v1/payment_methods", index, MethodList),
    Op("GET", "/v1/payment_methods/{payment_method}", retrieve, Expandable),
    Op("POST", "/v1/payment_methods/{payment_method}", update, MethodUpdate),
    Op("POST", "/v1/payment_methods/{payment_method}/attach", attach, MethodAttach),
    Op("POST", "/v1/payment_methods/{payment_method}/detach", detach, Expandable),
)
