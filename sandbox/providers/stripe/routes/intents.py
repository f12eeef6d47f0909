"""`/v1/payment_intents`: create, read, change. Confirming and what follows are in files of their own."""

from __future__ import annotations

from typing import Any, Literal

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Instrument
from sandbox.providers.base import Op
from sandbox.providers.stripe import connecting, sharing
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.limits import check_amount
from sandbox.providers.stripe.records import PaymentIntent
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.routes.intent_confirm import confirmed, missing_method
from sandbox.providers.stripe.routes.intent_terms import (
    UNPAID,
    AutomaticMethods,
    CaptureMethod,
    Confirmable,
    Described,
    check_kind,
    check_secret,
    check_types,
    need_secret,
    terms,
    unexpected,
    with_intent,
)
from sandbox.providers.stripe.routes.methods import pick, wrong_owner
from sandbox.providers.stripe.validate import Bool, Created, Currency, Expandable, Integer, ListParams, Text, merge_metadata
from sandbox.providers.stripe.views.intent import public_intent
from sandbox.providers.stripe.wire import Failed, Page, slice_of

ONLY_CONFIRMING = "The parameter `{0}` cannot be passed when creating a PaymentIntent unless `confirm` is set to true."
ONE_KIND = "You may only specify one of these parameters: automatic_payment_methods, payment_method_types."
AMOUNT_FIXED = (
    "This PaymentIntent's amount could not be updated because it has a status of {status}. You may only update the amount of a "
    "PaymentIntent with one of the following statuses: requires_payment_method, requires_confirmation, requires_action."
)
NOT_CHANGEABLE = "This PaymentIntent's {} could not be updated because it has a status of {}."
CHANGEABLE_UNPAID = (
    "amount", "currency", "capture_method", "customer", "payment_method", "payment_method_data", "payment_method_options",
    "payment_method_types", "allowed_payment_method_types", "setup_future_usage",
)  # fmt: skip


class IntentCreate(Confirmable, Described):
    amount: Integer
    currency: Currency
    automatic_payment_methods: AutomaticMethods | None = None
    capture_method: CaptureMethod = "automatic_async"
    confirm: Bool = False
    confirmation_method: Literal["automatic", "manual"] = "automatic"


def create(merchant: Merchant, params: IntentCreate) -> PaymentIntent | Failed:
    check_amount(params.amount, params.currency)
    check_types(params)
    check_together(params)
    sharing.check(merchant, terms(params), params.amount)
    customer_id = find.customer(merchant, params.customer).id if params.customer else ""
    method = pick(merchant, params, customer_id)
    check_kind(terms(params), method)
    if params.confirm and method is None:
        raise missing_method(customer_id)
    intent = PaymentIntent(
        merchant.new_id(STRIPE, PaymentIntent), STRIPE, NEW, merchant.now, params.amount, params.currency,
        customer_id=customer_id, instrument_id=method.id if method is not None else "", description=params.description,
        metadata=merge_metadata({}, params.metadata), details=terms(params),
    )  # fmt: skip
    intent = merchant.fire(intent, Trigger.PREPARE if method is not None else Trigger.CREATE)
    return confirmed(merchant, intent, method, params) if params.confirm and method is not None else intent


def check_together(params: IntentCreate) -> None:
    """Parameters that need or exclude each other."""
    if not params.confirm:
        for name in ("error_on_requires_action", "mandate", "mandate_data", "off_session", "return_url"):
            if name in params.model_fields_set:
                raise Refusal(Reason.PARAM_INVALID, param=name, message=ONLY_CONFIRMING.format(name))
    automatic = params.automatic_payment_methods
    if automatic is not None and automatic.enabled and params.payment_method_types:
        raise Refusal(Reason.PARAMS_EXCLUSIVE, code="parameters_exclusive", param="automatic_payment_methods", message=ONE_KIND)


class IntentUpdate(Described):
    amount: Integer | None = None
    currency: Currency | None = None
    capture_method: CaptureMethod | None = None


def update(merchant: Merchant, params: IntentUpdate, intent_id: str) -> PaymentIntent:
    intent: PaymentIntent = find.in_path(merchant, find.INTENT, intent_id)
    try:
        return updated(merchant, params, intent)
    except Refusal as refusal:
        raise with_intent(merchant, intent, refusal) from None


def updated(merchant: Merchant, params: IntentUpdate, intent: PaymentIntent) -> PaymentIntent:
    """The intent with what the request changes; no event tells of it."""
    given = params.model_fields_set
    if intent.status not in UNPAID:
        for name in CHANGEABLE_UNPAID:
            if name in given:
                message = AMOUNT_FIXED.format(status=intent.status) if name == "amount" else NOT_CHANGEABLE.format(name, intent.status)
                raise unexpected(merchant, intent, message, name)
    facts: dict[str, Any] = {
        "metadata": merge_metadata(intent.metadata, params.metadata),
        "details": {**intent.details, **terms(params)},
    }
    if "amount" in given or "currency" in given:
        facts["amount"] = intent.amount if params.amount is None else params.amount
        facts["currency"] = params.currency or intent.currency
        check_amount(facts["amount"], facts["currency"])
    check_types(params)
    sharing.check(merchant, facts["details"], facts.get("amount", intent.amount))
    customer_id = facts["customer_id"] = find.customer(merchant, params.customer).id if params.customer else intent.customer_id
    if "description" in given:
        facts["description"] = params.description
    method = pick(merchant, params, customer_id)
    check_kind(facts["details"], method)
    if method is not None:
        return merchant.fire(intent, Trigger.PREPARE, instrument_id=method.id, **facts)
    if "payment_method" in given:
        return merchant.fire(intent, Trigger.DETACH, instrument_id="", **facts)
    chosen: Instrument | None = merchant.get(STRIPE, Instrument, intent.instrument_id) if params.customer else None
    if chosen is not None and chosen.customer_id not in ("", customer_id):
        raise wrong_owner(chosen.id, customer_id)
    return merchant.fire(intent, Trigger.UPDATE, **facts)


class IntentList(ListParams):
    customer: Text | None = None
    customer_account: Text | None = None
    created: Created | None = None


def index(merchant: Merchant, params: IntentList) -> Page:
    if params.customer:
        find.in_params(merchant, find.CUSTOMER, params.customer, "customer")
    of = find.given(customer_id=params.customer)
    keep = None
    if params.customer_account:
        if connecting.known(merchant, params.customer_account) is None:
            raise Refusal(Reason.REFERENCE_NOT_FOUND, kind="account", id=params.customer_account, param="customer_account")
        keep = an_accounts
    return slice_of(merchant, STRIPE, PaymentIntent, "payment_intent", params, "/v1/payment_intents", of, keep)


def an_accounts(intent: PaymentIntent) -> bool:
    """Whether an account pays it, as version 2 of the API has it: nothing here is paid so."""
    return False


class IntentRetrieve(Expandable):
    client_secret: Text | None = None


def retrieve(merchant: Merchant, params: IntentRetrieve, intent_id: str) -> PaymentIntent:
    found: PaymentIntent = find.in_path(merchant, find.INTENT, intent_id)
    check_secret(merchant, found, params.client_secret)
    return found


def retrieve_public(merchant: Merchant, params: IntentRetrieve, intent_id: str) -> dict[str, Any]:
    need_secret(params.client_secret)
    return public_intent(merchant, retrieve(merchant, params, intent_id))


OPERATIONS = (
    Op("POST", "/v1/payment_intents", create, IntentCreate),
    Op("GET", "/v1/payment_intents", index, IntentList),
    Op("GET", "/v1/payment_intents/{intent}", retrieve, IntentRetrieve, public=retrieve_public),
    Op("POST", "/v1/payment_intents/{intent}", update, IntentUpdate),
)
