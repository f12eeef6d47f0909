"""`/v1/customers`, and the payment methods of one."""

from __future__ import annotations

from typing import Any, Literal

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Customer, Instrument
from sandbox.providers.base import Op
from sandbox.providers.stripe import saving
from sandbox.providers.stripe.addresses import Address
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.routes import clocks, customer_sources, find, methods
from sandbox.providers.stripe.routes.card_input import SourceCard
from sandbox.providers.stripe.validate import (
    Clearable,
    Created,
    Email,
    Expandable,
    ListOf,
    ListParams,
    Metadata,
    Params,
    Text,
    TextOr,
    merge_metadata,
)
from sandbox.providers.stripe.views.customer import customer as customer_view
from sandbox.providers.stripe.wire import Page, slice_of

EXTRAS = ("address", "business_name", "individual_name", "phone", "preferred_locales", "shipping", "tax_exempt")
NOT_HERS = "The customer does not have a payment method with the ID {}. The payment method must be attached to the customer."


# What no source confirms.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a new customer with a payment method sends customer.created, then payment_method.attached", "order"),
    ("deleting a customer sends payment_method.detached for each of hers, then customer.deleted with her last state", "order"),
    ("detaching the default payment method sends payment_method.detached, then customer.updated", "that it resets the default"),
    ("a default payment method that is not the customer's is a 400 resource_missing", "wording seen in public logs"),
    ("under /v1/customers/{customer}/payment_methods an unknown customer blames `customer`", "recorded for the customer itself only"),
)


class CustomerShipping(Params):
    address: Address
    name: Text
    phone: Clearable[Text] = None


class InvoiceSettings(Params):
    default_payment_method: Clearable[Text] = None


class CustomerTerms(Expandable):
    address: Clearable[Address] = None
    business_name: Clearable[Text] = None
    description: Clearable[Text] = None
    email: Clearable[Email] = None
    individual_name: Clearable[Text] = None
    invoice_settings: InvoiceSettings | None = None
    metadata: Metadata = None
    name: Clearable[Text] = None
    phone: Clearable[Text] = None
    preferred_locales: ListOf[Text] | None = None
    shipping: Clearable[CustomerShipping] = None
    source: TextOr[SourceCard] | None = None
    tax_exempt: Clearable[Literal["exempt", "none", "reverse"]] = None


class CustomerCreate(CustomerTerms):
    payment_method: Text | None = None
    test_clock: Text | None = None


class CustomerUpdate(CustomerTerms):
    default_source: Text | None = None


def create(merchant: Merchant, params: CustomerCreate) -> Customer:
    """A customer; `payment_method` is attached and `source` saved at once, and both may be the default in the same call."""
    details = find.kept(params, EXTRAS)
    if params.test_clock is not None:
        details["test_clock"] = clocks.room_for_customer(merchant, params.test_clock).id
    method: Instrument | None = None
    if params.payment_method is not None:
        method = methods.named(merchant, params.payment_method, "")
    default = params.invoice_settings.default_payment_method if params.invoice_settings is not None else None
    if default is not None:
        if method is None or default not in (params.payment_method, method.id):
            raise not_attached(default)
        details["default_payment_method"] = method.id
    customer = merchant.fire(
        Customer(
            merchant.new_id(STRIPE, Customer), STRIPE, NEW, merchant.now, params.email, params.name, params.description,
            merge_metadata({}, params.metadata), details,
        ),
        Trigger.CREATE,
    )  # fmt: skip
    if method is not None:
        methods.attached(merchant, method, customer.id)
    if params.source is not None:
        made = customer_sources.keep(merchant, customer.id, params.source, "source", {})
        customer = saving.prefer(merchant, customer, made.id)
    return customer


def not_attached(method_id: str) -> Refusal:
    return Refusal(
        Reason.REFERENCE_NOT_FOUND, param="invoice_settings[default_payment_method]", message=NOT_HERS.format(method_id)
    )


def update(merchant: Merchant, params: CustomerUpdate, customer_id: str) -> Customer:
    customer = living(merchant, customer_id)
    details = {**customer.details, **find.kept(params, EXTRAS)}
    settings = params.invoice_settings
    if settings is not None and "default_payment_method" in settings.model_fields_set:
        default = settings.default_payment_method
        method: Instrument | None = merchant.get(STRIPE, Instrument, default) if default is not None else None
        if default is not None and (method is None or method.customer_id != customer.id):
            raise not_attached(default)
        details["default_payment_method"] = default
    if params.default_source is not None:
        if params.default_source not in [source.id for source in saving.saved(merchant, customer.id)]:
            raise Refusal(Reason.REFERENCE_NOT_FOUND, kind="source", id=params.default_source, param="default_source")
        details["default_source"] = params.default_source
    if params.source is not None:
        details = customer_sources.replace_default(merchant, customer._replace(details=details), params.source)
    facts: dict[str, Any] = {
        "details": details,
        "metadata": merge_metadata(customer.metadata, params.metadata),
        **{name: getattr(params, name) for name in ("description", "email", "name") if name in params.model_fields_set},
    }
    if customer_view(merchant, customer._replace(**facts)) == customer_view(merchant, customer):
        return customer
    return merchant.fire(customer, Trigger.UPDATE, **facts)


def living(merchant: Merchant, customer_id: str, param: str = "id") -> Customer:
    """A customer in the path that was not deleted."""
    found: Customer = find.in_path(merchant, find.CUSTOMER._replace(param=param), customer_id)
    if found.status == "deleted":
        raise Refusal(Reason.NOT_FOUND, kind="customer", id=customer_id, param=param)
    return found


def retrieve(merchant: Merchant, params: Expandable, customer_id: str) -> Customer:
    """A deleted customer is still found, as a stub."""
    found: Customer = find.in_path(merchant, find.CUSTOMER, customer_id)
    return found


def delete(merchant: Merchant, params: Params, customer_id: str) -> Customer:
    """The stub that is left; payment methods are of no more use."""
    return saving.forget_customer(merchant, living(merchant, customer_id))


class CustomerList(ListParams):
    created: Created | None = None
    email: Text | None = None
    test_clock: Text | None = None


def index(merchant: Merchant, params: CustomerList) -> Page:
    if params.test_clock is not None:
        find.in_params(merchant, find.CLOCK, params.test_clock, "test_clock")

    def keep(customer: Customer) -> bool:
        clock = customer.details.get("test_clock")
        return customer.status != "deleted" and params.email in (None, customer.email) and clock == params.test_clock

    return slice_of(merchant, STRIPE, Customer, "customer", params, "/v1/customers", keep=keep)


class CustomerMethods(ListParams):
    type: Text | None = None
    allow_redisplay: methods.Redisplay | None = None


def list_methods(merchant: Merchant, params: CustomerMethods, customer_id: str) -> Page:
    customer = living(merchant, customer_id, "customer")
    return methods.of_customer(merchant, params, customer.id, f"/v1/customers/{customer.id}/payment_methods")


def retrieve_method(merchant: Merchant, params: Expandable, customer_id: str, method_id: str) -> Instrument:
    customer = living(merchant, customer_id, "customer")
    method: Instrument = find.in_path(merchant, find.METHOD, method_id)
    if method.customer_id != customer.id:
        raise Refusal(Reason.NOT_FOUND, kind=find.METHOD.name, id=method_id, param=find.METHOD.param)
    return method


OPERATIONS = (
    Op("POST", "/v1/customers", create, CustomerCreate),
    Op("GET", "/v1/customers", index, CustomerList),
    Op("GET", "/v1/customers/{customer}", retrieve, Expandable),
    Op("POST", "/v1/customers/{customer}", update, CustomerUpdate),
    Op("DELETE", "/v1/customers/{customer}", delete, Params),
    Op("GET", "/v1/customers/{customer}/payment_methods", list_methods, CustomerMethods),
    Op("GET", "/v1/customers/{customer}/payment_methods/{payment_method}", retrieve_method, Expandable),
)
