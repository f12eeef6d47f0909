"""`/v1/charges`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Charge, Customer, Instrument, Refund
from sandbox.providers.base import Op
from sandbox.providers.stripe import cards, legacy_banks, paying, saving, sharing, three_d_secure
from sandbox.providers.stripe.addresses import Shipping
from sandbox.providers.stripe.cards import Card
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.limits import check_amount
from sandbox.providers.stripe.records import LegacySource
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.routes.card_input import SourceCard, billed_to, typed
from sandbox.providers.stripe.validate import (
    Amount,
    Bool,
    Clearable,
    Created,
    Currency,
    Descriptor,
    Email,
    Expandable,
    ListParams,
    Metadata,
    Params,
    Text,
    TextOr,
    merge_metadata,
)
from sandbox.providers.stripe.views.charge import charge as charge_view
from sandbox.providers.stripe.views.charge import transfer_group
from sandbox.providers.stripe.views.source import card as card_view
from sandbox.providers.stripe.views.source import source as source_view
from sandbox.providers.stripe.wire import Failed, Page, slice_of

NO_CARD = (
    "This Customer doesn't have any saved payment details. Attach a legacy Token, Card, Bank Account, or Source to this Customer and then "
    "try this request again, or use Payment Intents and Payment Methods instead."
)
NO_CARD_BUT_METHOD = (
    "This Customer doesn't have any saved legacy payment details, but does have a Payment Method attached. Use Payment Intents and Payment "
    "Methods instead of creating a Charge: https://stripe.com/docs/payments/payment-intents/migration"
)
NOT_LINKED = "Customer {} does not have a linked source with ID {}."
CUSTOMER_FIXED = "Charge {} already has a customer. You can't change the customer of a charge once it is set."
NO_HOLD = "A bank debit cannot hold money: charge a bank account without capture=false."
TOO_MUCH = "You cannot capture a charge for an amount greater than it already has."
FAILED = "Charge {} has failed, so there is nothing to capture."
# What no source confirms.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a customer without a card is told of attached payment methods, if there are any", "middle of the wording"),
    ("`customer` with a `source` that is not saved with that customer is a 404 of code missing", "seen in public logs, not recorded"),
    ("a second customer of a charge, too much captured, a failed charge captured: 400", "wording"),
    ("the address checks of a card pass where an address was given", "recorded without addresses only"),
    ("a request that changes nothing in an object sends no event", "not recorded"),
)


class ChargeCreate(Expandable):
    amount: Amount
    currency: Currency
    source: TextOr[SourceCard] | None = None
    card: TextOr[SourceCard] | None = None  # the name `source` had before 2015
    customer: Text | None = None
    capture: Bool = True
    description: Clearable[Text] = None
    metadata: Metadata = None
    receipt_email: Clearable[Email] = None
    shipping: Clearable[Shipping] = None
    statement_descriptor: Clearable[Descriptor] = None
    statement_descriptor_suffix: Clearable[Descriptor] = None
    application_fee_amount: Amount | None = None
    on_behalf_of: Text | None = None
    transfer_data: sharing.TransferData | None = None
    transfer_group: Clearable[Text] = None


class Paying(NamedTuple):
    """What a charge is made with: its card, and the `source` that the charge shows."""

    card: Card
    facts: Mapping[str, Any]
    billing: Mapping[str, Any]
    shown: Mapping[str, Any]


def create(merchant: Merchant, params: ChargeCreate) -> Charge | Failed:
    check_amount(params.amount, params.currency)
    terms = find.kept(params, sharing.TERMS)
    sharing.check(merchant, terms, params.amount)
    param = "source" if params.source is not None else "card"
    given = params.source if params.source is not None else params.card
    customer = find.customer(merchant, params.customer) if params.customer is not None else None
    if customer is not None:
        source = source_of(merchant, customer, given)
        if source.kind == legacy_banks.BANK:
            return debited(merchant, params, source)
        how = by_saved(merchant, source)
    elif given is None:
        raise Refusal(Reason.PARAM_MISSING, message="Must provide source or customer.", param="")
    else:
        how = by_source(merchant, given, param)
    details: dict[str, Any] = {
        "card": how.facts,
        "test_card": how.card.number or how.card.name,
        "billing_details": how.billing,
        "source": how.shown,
        **find.kept(params, EXTRAS),
        **terms,
    }
    if how.card.after == "funds_available":
        details["available_now"] = True
    draft = Charge(
        merchant.new_id(STRIPE, Charge), STRIPE, NEW, merchant.now, params.amount, params.currency,
        customer_id=customer.id if customer is not None else "", instrument_id=how.shown["id"], description=params.description,
        metadata=merge_metadata({}, params.metadata), details=details,
    )  # fmt: skip
    unproven = cards.AUTHENTICATION if three_d_secure.demanded(how.card, "automatic", True, False) else None
    charge = paying.charge_card(merchant, how.card, draft, params.capture, decline=unproven)
    if charge.status == "failed":
        return Failed(paying.decline_error(charge))
    paying.card_effects(merchant, how.card, charge)
    return find.in_path(merchant, find.CHARGE, charge.id)  # type: ignore[no-any-return]


def debited(merchant: Merchant, params: ChargeCreate, bank: LegacySource) -> Charge:
    """A customer's bank account is to be debited: whether it was is known days later."""
    if not params.capture:
        raise Refusal(Reason.PARAM_INVALID, param="capture", message=NO_HOLD)
    sharing.check(merchant, find.kept(params, sharing.TERMS), params.amount)
    draft = Charge(
        "", STRIPE, NEW, merchant.now, params.amount, params.currency, customer_id=bank.customer_id, instrument_id=bank.id,
        description=params.description, metadata=merge_metadata({}, params.metadata),
        details={"source": source_view(merchant, bank), **find.kept(params, EXTRAS), **find.kept(params, sharing.TERMS)},
    )  # fmt: skip
    return legacy_banks.charge(merchant, bank, draft)


def source_of(merchant: Merchant, customer: Customer, given: object) -> LegacySource:
    """The customer's default source, or the one named; a token is none of hers."""
    source = saving.default(merchant, customer) if given is None else merchant.get(STRIPE, LegacySource, str(given))
    if source is None or source.customer_id != customer.id:
        raise no_card(merchant, customer, given)
    return source


def by_saved(merchant: Merchant, source: LegacySource) -> Paying:
    shown = source_view(merchant, source)
    return Paying(paying.card_named(source.card), source.details["card"], source.details["billing_details"], shown)


def by_source(merchant: Merchant, given: SourceCard | str, param: str) -> Paying:
    """A typed card, a token, or a source object that nobody owns: all of them are used up."""
    if isinstance(given, SourceCard):
        card, facts = typed(merchant, given, lambda key: f"{param}[{key}]")
        billing = billed_to(given)
        return Paying(card, facts, billing, card_view(saving.new_card_id(merchant), facts, billing))
    source: LegacySource | None = merchant.get(STRIPE, LegacySource, given)
    if source is not None and source.kind == "source":
        if source.status != "chargeable":
            raise Refusal(Reason.PARAM_INVALID, param=param, message=saving.CONSUMED.format(source.id))
        source = merchant.fire(source, Trigger.SPEND)
        shown = source_view(merchant, source)
        return Paying(paying.card_named(source.card), source.details["card"], source.details["billing_details"], shown)
    carried = saving.spend_token(merchant, given, param)
    return Paying(carried.card, carried.facts, carried.billing, card_view(carried.card_id, carried.facts, carried.billing))


def no_card(merchant: Merchant, customer: Customer, source: object) -> Refusal:
    """Why a customer cannot be charged: nothing is saved with her the legacy way, or not this."""
    if source is not None:
        named = source if isinstance(source, str) else "card"
        return Refusal(Reason.NOT_FOUND, code="missing", param="source", message=NOT_LINKED.format(customer.id, named))
    owned = merchant.store.shelf(STRIPE, Instrument).of("customer_id", customer.id)
    message = NO_CARD_BUT_METHOD if owned else NO_CARD
    return Refusal(Reason.PARAM_INVALID, status=402, type="card_error", code="missing", param="card", message=message)


EXTRAS = ("receipt_email", "shipping", "statement_descriptor", "statement_descriptor_suffix", "transfer_group")


class ChargeList(ListParams):
    customer: Text | None = None
    payment_intent: Text | None = None
    transfer_group: Text | None = None
    created: Created | None = None


def index(merchant: Merchant, params: ChargeList) -> Page:
    of = []
    if params.payment_intent:
        find.in_params(merchant, find.INTENT, params.payment_intent, "payment_intent")
        of.append(("parent_id", params.payment_intent))
    if params.customer:
        find.in_params(merchant, find.CUSTOMER, params.customer, "customer")
        of.append(("customer_id", params.customer))
    group = params.transfer_group
    keep = (lambda charge: transfer_group(charge) == group) if group else None
    return slice_of(merchant, STRIPE, Charge, "charge", params, "/v1/charges", of, keep)


def retrieve(merchant: Merchant, params: Expandable, charge_id: str) -> Charge:
    found: Charge = find.in_path(merchant, find.CHARGE, charge_id)
    return found


class FraudDetails(Params):
    user_report: Clearable[Literal["fraudulent", "safe"]]


class ChargeUpdate(Expandable):
    customer: Text | None = None
    description: Clearable[Text] = None
    fraud_details: FraudDetails | None = None
    metadata: Metadata = None
    receipt_email: Clearable[Email] = None
    shipping: Clearable[Shipping] = None
    transfer_group: Clearable[Text] = None


def update(merchant: Merchant, params: ChargeUpdate, charge_id: str) -> Charge:
    charge: Charge = find.in_path(merchant, find.CHARGE, charge_id)
    changed = charge._replace(
        metadata=merge_metadata(charge.metadata, params.metadata), details={**charge.details, **find.kept(params, EXTRAS)}
    )
    if params.customer is not None:
        if charge.customer_id and charge.customer_id != params.customer:
            raise Refusal(Reason.PARAM_INVALID, param="customer", message=CUSTOMER_FIXED.format(charge.id))
        changed = changed._replace(customer_id=find.customer(merchant, params.customer).id)
    if "description" in params.model_fields_set:
        changed = changed._replace(description=params.description)
    if params.fraud_details is not None:
        report = params.fraud_details.user_report
        changed = changed._replace(details={**changed.details, "fraud_details": {"user_report": report} if report else {}})
    if charge_view(merchant, changed) == charge_view(merchant, charge):
        return charge
    facts = ("metadata", "details", "customer_id", "description")
    return merchant.fire(charge, Trigger.UPDATE, **{name: getattr(changed, name) for name in facts})


class ChargeCapture(Expandable):
    amount: Amount | None = None
    application_fee_amount: Amount | None = None
    receipt_email: Clearable[Email] = None
    statement_descriptor: Clearable[Descriptor] = None
    statement_descriptor_suffix: Clearable[Descriptor] = None
    transfer_data: sharing.TransferAmount | None = None
    transfer_group: Clearable[Text] = None


def capture(merchant: Merchant, params: ChargeCapture, charge_id: str) -> Charge:
    charge: Charge = find.in_path(merchant, find.CHARGE, charge_id)
    if charge.status in ("succeeded", "clearing"):
        raise Refusal(Reason.ALREADY_CAPTURED, id=charge.id)
    if charge.parent_id:
        raise Refusal(Reason.CAPTURE_BY_PARENT, intent=charge.parent_id, verb="capture", instead="instead")
    if charge.status == "failed":
        raise Refusal(Reason.WRONG_STATUS, message=FAILED.format(charge.id))
    if charge.status == "released":
        given_back = merchant.store.shelf(STRIPE, Refund).of("charge_id", charge.id)
        by_hand = any(refund.reason != paying.RUN_OUT for refund in given_back)
        raise Refusal(Reason.ALREADY_REFUNDED if by_hand else Reason.AUTHORIZATION_EXPIRED, id=charge.id)
    amount = charge.amount if params.amount is None else params.amount
    if amount > charge.amount:
        raise Refusal(Reason.PARAM_INVALID, code="amount_too_large", param="amount", message=TOO_MUCH)
    details = {**find.kept(params, (*EXTRAS, "application_fee_amount")), **sharing.at_capture(charge.details, params.transfer_data)}
    sharing.check(merchant, {**charge.details, **details}, amount)
    return captured(merchant, charge, amount, details)


def captured(merchant: Merchant, charge: Charge, amount: int, details: Mapping[str, Any]) -> Charge:
    """The charge's money is taken, the rest of the authorization released, and the test card has its effects."""
    charge = merchant.fire(
        charge, Trigger.CAPTURE, captured=amount, released=charge.amount - amount,
        details=sharing.foreseen(merchant, {**charge.details, **details}),
    )  # fmt: skip
    sharing.share(merchant, charge)
    paying.card_effects(merchant, paying.card_named(charge.details["test_card"]), charge)
    return find.in_path(merchant, find.CHARGE, charge.id)  # type: ignore[no-any-return]


OPERATIONS = (
    Op("POST", "/v1/charges", create, ChargeCreate),
    Op("GET", "/v1/charges", index, ChargeList),
    Op("GET", "/v1/charges/{charge}", retrieve, Expandable),
    Op("POST", "/v1/charges/{charge}", update, ChargeUpdate),
    Op("POST", "/v1/charges/{charge}/capture", capture, ChargeCapture),
)
