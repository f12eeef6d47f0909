"""`/v1/charges`."""

from __future__ import annotations

from typing import Any, Literal

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Charge
from sandbox.providers.base import Op
from sandbox.providers.stripe import cards, paying
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.ids import new_id
from sandbox.providers.stripe.limits import check_amount
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.validate import (
    Amount,
    Bool,
    Clearable,
    Created,
    Currency,
    Email,
    Expandable,
    ListParams,
    Metadata,
    Params,
    Shipping,
    Text,
    merge_metadata,
)
from sandbox.providers.stripe.views.charge import NO_BILLING
from sandbox.providers.stripe.wire import Failed, Page, slice_of


class ChargeCreate(Expandable):
    amount: Amount
    currency: Currency
    source: Text | None = None
    customer: Text | None = None
    capture: Bool = True
    description: Clearable[Text] = None
    metadata: Metadata = None
    receipt_email: Clearable[Email] = None
    shipping: Clearable[Shipping] = None
    statement_descriptor: Clearable[Text] = None
    statement_descriptor_suffix: Clearable[Text] = None
    transfer_group: Clearable[Text] = None


def legacy_card(merchant: Merchant, card_id: str, facts: dict[str, Any]) -> dict[str, Any]:
    """The card object that charges made with a token carry as `source`."""
    return {
        "id": card_id,
        "object": "card",
        "address_city": None, "address_country": None, "address_line1": None, "address_line1_check": None, "address_line2": None,
        "address_state": None, "address_zip": None, "address_zip_check": None,
        "brand": cards.legacy_brand(facts["brand"]),
        "country": facts["country"],
        "customer": None,
        "cvc_check": "pass",
        "dynamic_last4": None,
        "exp_month": facts["exp_month"],
        "exp_year": facts["exp_year"],
        "fingerprint": facts["fingerprint"],
        "funding": facts["funding"],
        "last4": facts["last4"],
        "metadata": {},
        "name": None,
        "networks": {"preferred": None},
        "regulated_status": "unregulated",
        "tokenization_method": None,
        "wallet": None,
    }  # fmt: skip


def create(merchant: Merchant, params: ChargeCreate) -> Charge | Failed:
    check_amount(params.amount, params.currency)
    if params.source is None and params.customer is None:
        raise Refusal(Reason.PARAM_MISSING, message="Must provide source or customer.", param="")
    if params.customer is not None:
        find.customer(merchant, params.customer)
        raise Refusal(Reason.NOT_EMULATED, what="charging a customer's saved source", param="customer")
    assert params.source is not None
    card = cards.by_token(params.source)
    if card is None:
        raise Refusal(Reason.REFERENCE_NOT_FOUND, kind="token", id=params.source, param="source")
    cards.require_emulated(card)
    facts = paying.card_facts(merchant, card)
    card_id = new_id(merchant, Charge, "", prefix="card_")
    details: dict[str, Any] = {
        "card": facts,
        "test_card": card.number or card.name,
        "billing_details": NO_BILLING,
        "source": legacy_card(merchant, card_id, facts),
    }
    details.update(find.kept(params, EXTRAS))
    if card.after == "funds_available":
        details["available_now"] = True
    draft = Charge(
        merchant.new_id(STRIPE, Charge), STRIPE, NEW, merchant.now, params.amount, params.currency,
        instrument_id=card_id, description=params.description, metadata=merge_metadata({}, params.metadata), details=details,
    )  # fmt: skip
    charge = paying.charge_card(merchant, card, draft, params.capture)
    if charge.status == "failed":
        return Failed(paying.decline_error(charge))
    paying.card_effects(merchant, card, charge)
    return find.in_path(merchant, find.CHARGE, charge.id)


EXTRAS = ("receipt_email", "shipping", "statement_descriptor", "statement_descriptor_suffix", "transfer_group")


class ChargeList(ListParams):
    customer: Text | None = None
    payment_intent: Text | None = None
    transfer_group: Text | None = None
    created: Created | None = None


def index(merchant: Merchant, params: ChargeList) -> Page:
    of = [(field, value) for field, value in (("parent_id", params.payment_intent), ("customer_id", params.customer)) if value]
    group = params.transfer_group
    keep = (lambda charge: charge.details.get("transfer_group") == group) if group else None
    return slice_of(merchant, STRIPE, Charge, "charge", params, "/v1/charges", of, keep)


def retrieve(merchant: Merchant, params: Expandable, charge_id: str) -> Charge:
    found: Charge = find.in_path(merchant, find.CHARGE, charge_id)
    return found


class FraudDetails(Params):
    user_report: Literal["", "fraudulent", "safe"]


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
    facts: dict[str, Any] = {"metadata": merge_metadata(charge.metadata, params.metadata)}
    if params.customer is not None:
        if charge.customer_id and charge.customer_id != params.customer:
            raise Refusal(
                Reason.PARAM_INVALID, param="customer",
                message=f"Charge {charge.id} already has a customer. You can't change the customer of a charge once it is set.",
            )  # fmt: skip
        facts["customer_id"] = find.customer(merchant, params.customer).id
    if "description" in params.model_fields_set:
        facts["description"] = params.description
    details = {**charge.details, **find.kept(params, EXTRAS)}
    if params.fraud_details is not None:
        report = params.fraud_details.user_report
        details["fraud_details"] = {"user_report": report} if report else {}
    return merchant.fire(charge, Trigger.UPDATE, details=details, **facts)


class ChargeCapture(Expandable):
    amount: Amount | None = None
    receipt_email: Clearable[Email] = None
    statement_descriptor: Clearable[Text] = None
    statement_descriptor_suffix: Clearable[Text] = None
    transfer_group: Clearable[Text] = None


def capture(merchant: Merchant, params: ChargeCapture, charge_id: str) -> Charge:
    charge: Charge = find.in_path(merchant, find.CHARGE, charge_id)
    if charge.status in ("succeeded", "clearing"):
        raise Refusal(Reason.ALREADY_CAPTURED, id=charge.id)
    if charge.parent_id:
        raise Refusal(Reason.CAPTURE_BY_PARENT, intent=charge.parent_id, verb="capture", instead="instead")
    if charge.status == "released":
        raise Refusal(Reason.AUTHORIZATION_EXPIRED, id=charge.id)
    return captured(merchant, charge, charge.amount if params.amount is None else params.amount, find.kept(params, EXTRAS))


def captured(merchant: Merchant, charge: Charge, amount: int, details: dict[str, Any]) -> Charge:
    """The charge's money is taken, the rest of the authorization released, and the test card has its effects."""
    charge = merchant.fire(
        charge, Trigger.CAPTURE, captured=amount, released=charge.amount - amount, details={**charge.details, **details}
    )
    paying.card_effects(merchant, paying.card_named(charge.details["test_card"]), charge)
    return find.in_path(merchant, find.CHARGE, charge.id)  # type: ignore[no-any-return]


OPERATIONS = (
    Op("POST", "/v1/charges", create, ChargeCreate),
    Op("GET", "/v1/charges", index, ChargeList),
    Op("GET", "/v1/charges/{charge}", retrieve, Expandable),
    Op("POST", "/v1/charges/{charge}", update, ChargeUpdate),
    Op("POST", "/v1/charges/{charge}/capture", capture, ChargeCapture),
)
