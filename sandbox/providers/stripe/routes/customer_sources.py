"""`/v1/customers/{customer}/sources` and the older `/cards`: what a customer is charged by where a charge names the customer only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import Customer
from sandbox.providers.base import Op
from sandbox.providers.stripe import cards, legacy_banks, saving
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.records import LegacySource
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.routes.card_input import SourceCard, billed_to, typed
from sandbox.providers.stripe.saving import Carried
from sandbox.providers.stripe.validate import (
    Clearable,
    Expandable,
    Integer,
    ListOf,
    ListParams,
    Metadata,
    Text,
    TextOr,
    merge_metadata,
)
from sandbox.providers.stripe.wire import Page, slice_of

HOLDER = frozenset(("account_holder_name", "account_holder_type"))
FIELDS = {
    "address_city": "city", "address_country": "country", "address_line1": "line1", "address_line2": "line2",
    "address_state": "state", "address_zip": "postal_code",
}  # fmt: skip


class SourceAdd(Expandable):
    source: TextOr[SourceCard] | None = None
    card: TextOr[SourceCard] | None = None
    metadata: Metadata = None


def hers(merchant: Merchant, customer_id: str) -> Customer:
    """The customer in the path, who was not deleted."""
    found: Customer = find.in_path(merchant, find.CUSTOMER._replace(param="customer"), customer_id)
    if found.status == "deleted":
        raise Refusal(Reason.NOT_FOUND, kind="customer", id=customer_id, param="customer")
    return found


def create(merchant: Merchant, params: SourceAdd, customer_id: str) -> LegacySource:
    customer = hers(merchant, customer_id)
    param = "source" if params.source is not None else "card"
    given = params.source if params.source is not None else params.card
    if given is None:
        raise Refusal(Reason.PARAM_MISSING, param="source")
    made = keep(merchant, customer.id, given, param, merge_metadata({}, params.metadata))
    if not customer.details.get("default_source"):
        saving.prefer(merchant, customer, made.id)
    return made


def keep(merchant: Merchant, customer_id: str, given: Any, param: str, metadata: dict[str, str]) -> LegacySource:
    """A token of a card or a bank account, a source object or a typed card, saved with the customer."""
    if isinstance(given, SourceCard):
        card, facts = typed(merchant, given, lambda key: f"{param}[{key}]")
        return saving.save(merchant, customer_id, Carried(card, facts, billed_to(given), saving.new_card_id(merchant)), metadata)
    source: LegacySource | None = merchant.get(STRIPE, LegacySource, given)
    if source is not None and source.kind == "source":
        return saving.save_source(merchant, customer_id, source, param)
    if legacy_banks.is_bank(merchant, given):
        return legacy_banks.save(merchant, customer_id, legacy_banks.spend_token(merchant, given, param), metadata, param)
    return saving.save(merchant, customer_id, saving.spend_token(merchant, given, param), metadata)


def replace_default(merchant: Merchant, customer: Customer, given: Any) -> dict[str, Any]:
    """`source` of a customer's update: saved, the default in her details, and the card that was the default is gone."""
    old = saving.default(merchant, customer)
    made = keep(merchant, customer.id, given, "source", {})
    if old is not None and old.kind != "source":
        saving.remove(merchant, old)
    return {**customer.details, "default_source": made.id}


def owned(merchant: Merchant, customer_id: str, source_id: str) -> LegacySource:
    customer = hers(merchant, customer_id)
    found: LegacySource | None = merchant.get(STRIPE, LegacySource, source_id)
    if found is None or found.customer_id != customer.id:
        raise Refusal(Reason.NOT_FOUND, kind=find.SOURCE.name, id=source_id, param="id")
    return found


def retrieve(merchant: Merchant, params: Expandable, customer_id: str, source_id: str) -> LegacySource:
    return owned(merchant, customer_id, source_id)


class SourceEdit(Expandable):
    account_holder_name: Clearable[Text] = None
    account_holder_type: Clearable[Literal["company", "individual"]] = None
    address_city: Clearable[Text] = None
    address_country: Clearable[Text] = None
    address_line1: Clearable[Text] = None
    address_line2: Clearable[Text] = None
    address_state: Clearable[Text] = None
    address_zip: Clearable[Text] = None
    exp_month: Integer | None = None
    exp_year: Integer | None = None
    metadata: Metadata = None
    name: Clearable[Text] = None


def update(merchant: Merchant, params: SourceEdit, customer_id: str, source_id: str) -> LegacySource:
    source = owned(merchant, customer_id, source_id)
    given = params.given("expand", "metadata")
    for name in given:
        if (name in HOLDER) != (source.kind == legacy_banks.BANK):
            raise Refusal(Reason.PARAM_UNKNOWN, message=f"Received unknown parameter: {name}", param=name)
    metadata = merge_metadata(source.metadata, params.metadata)
    changes = {"details": edited_bank(source, given) if source.kind == legacy_banks.BANK else edited_card(merchant, source, given)}
    changes["metadata"] = metadata
    if (changes["details"], metadata) == (source.details, source.metadata):
        return source
    return merchant.fire(source, Trigger.UPDATE, **changes)


def edited_bank(source: LegacySource, given: Mapping[str, Any]) -> dict[str, Any]:
    """A bank account's details with another holder."""
    bank = source.details["bank"]
    return {**source.details, "bank": {**bank, "details": {**bank["details"], **given}}}


def edited_card(merchant: Merchant, source: LegacySource, given: Mapping[str, Any]) -> dict[str, Any]:
    """A card's details with another expiry, holder or address. Raises Refusal as a typed card does."""
    facts, billing = source.details["card"], source.details["billing_details"]
    if "exp_month" in given or "exp_year" in given:
        month = given.get("exp_month") or facts["exp_month"]
        year = cards.check_expiry(month, given.get("exp_year") or facts["exp_year"], merchant.now)
        facts = {**facts, "exp_month": month, "exp_year": year}
    address = {**billing["address"], **{FIELDS[name]: value for name, value in given.items() if name in FIELDS}}
    billing = {**billing, "address": address, **({"name": given["name"]} if "name" in given else {})}
    return {**source.details, "card": facts, "billing_details": billing}


class Verify(Expandable):
    amounts: ListOf[Integer] | None = None


def verify(merchant: Merchant, params: Verify, customer_id: str, source_id: str) -> LegacySource:
    return legacy_banks.verify(merchant, owned(merchant, customer_id, source_id), params.amounts)


def delete(merchant: Merchant, params: Expandable, customer_id: str, source_id: str) -> LegacySource:
    """The stub of a card, or the source object as it is now."""
    source = owned(merchant, customer_id, source_id)
    customer = hers(merchant, customer_id)
    gone = saving.remove(merchant, source)
    if customer.details.get("default_source") == source.id:
        left = saving.saved(merchant, customer.id)
        saving.prefer(merchant, customer, left[0].id if left else None)
    return gone


class SourceList(ListParams):
    object: Text | None = None


def index(merchant: Merchant, params: SourceList, customer_id: str) -> Page:
    return page(merchant, params, customer_id, "sources", params.object)


def index_cards(merchant: Merchant, params: ListParams, customer_id: str) -> Page:
    return page(merchant, params, customer_id, "cards", "card")


def index_banks(merchant: Merchant, params: ListParams, customer_id: str) -> Page:
    return page(merchant, params, customer_id, "bank_accounts", legacy_banks.BANK)


def page(merchant: Merchant, params: Any, customer_id: str, last: str, kind: str | None) -> Page:
    customer = hers(merchant, customer_id)
    keep_these = (lambda source: source.kind == kind) if kind is not None else None
    url = f"/v1/customers/{customer.id}/{last}"
    return slice_of(merchant, STRIPE, LegacySource, find.SOURCE.name, params, url, [("customer_id", customer.id)], keep_these)


WAYS = (("sources", index, SourceList), ("cards", index_cards, ListParams), ("bank_accounts", index_banks, ListParams))
OPERATIONS = tuple(
    op
    for last, listed, model in WAYS
    for op in (
        Op("GET", f"/v1/customers/{{customer}}/{last}", listed, model),
        Op("POST", f"/v1/customers/{{customer}}/{last}", create, SourceAdd),
        Op("GET", f"/v1/customers/{{customer}}/{last}/{{id}}", retrieve, Expandable),
        Op("POST", f"/v1/customers/{{customer}}/{last}/{{id}}", update, SourceEdit),
        Op("DELETE", f"/v1/customers/{{customer}}/{last}/{{id}}", delete, Expandable),
    )
) + tuple(Op("POST", f"/v1/customers/{{customer}}/{last}/{{id}}/verify", verify, Verify) for last in ("sources", "bank_accounts"))
