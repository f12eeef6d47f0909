"""`/v1/sources` of type card: an object around a token, chargeable once or, saved with a customer, again and again."""

from __future__ import annotations

from typing import Any, Literal

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW
from sandbox.providers.base import Op
from sandbox.providers.stripe import saving
from sandbox.providers.stripe.addresses import Address
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.ids import new_id
from sandbox.providers.stripe.records import LegacySource
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.validate import (
    Clearable,
    Currency,
    Descriptor,
    Email,
    Expandable,
    Metadata,
    Params,
    Text,
    merge_metadata,
)
from sandbox.providers.stripe.views.source import client_secret

OTHER_TYPES = frozenset((
    "ach_credit_transfer", "ach_debit", "acss_debit", "alipay", "au_becs_debit", "bancontact", "card_present", "eps", "giropay", "ideal",
    "klarna", "multibanco", "p24", "sepa_debit", "sofort", "three_d_secure", "wechat",
))  # fmt: skip
WRONG_SECRET = "The client_secret provided does not match the client_secret associated with the source."


class Owner(Params):
    address: Clearable[Address] = None
    email: Clearable[Email] = None
    name: Clearable[Text] = None
    phone: Clearable[Text] = None


class SourceCreate(Expandable):
    type: Text
    token: Text | None = None
    currency: Currency | None = None
    metadata: Metadata = None
    owner: Owner | None = None
    statement_descriptor: Clearable[Descriptor] = None
    usage: Literal["reusable", "single_use"] | None = None


EXTRAS = ("currency", "owner", "statement_descriptor", "usage")


def create(merchant: Merchant, params: SourceCreate) -> LegacySource:
    if params.type in OTHER_TYPES:
        raise Refusal(Reason.NOT_EMULATED, what=f"the source type '{params.type}'", param="type")
    if params.type != "card":
        raise Refusal(Reason.PARAM_INVALID, param="type", message=f"Invalid source type: {params.type}")
    if params.token is None:
        raise Refusal(Reason.PARAM_MISSING, param="token")
    carried = saving.spend_token(merchant, params.token, "token")
    details: dict[str, Any] = {"card": carried.facts, "billing_details": carried.billing, **find.kept(params, EXTRAS)}
    source = LegacySource(
        new_id(merchant, LegacySource, ""), STRIPE, NEW, merchant.now, "source", "", carried.card.number or carried.card.name,
        merge_metadata({}, params.metadata), details,
    )  # fmt: skip
    return merchant.fire(source, Trigger.CREATE)


class SourceRetrieve(Expandable):
    client_secret: Text | None = None


def retrieve(merchant: Merchant, params: SourceRetrieve, source_id: str) -> LegacySource:
    found = named(merchant, source_id)
    if params.client_secret is not None and params.client_secret != client_secret(merchant, found):
        raise Refusal(Reason.PARAM_INVALID, param="client_secret", message=WRONG_SECRET)
    return found


def retrieve_public(merchant: Merchant, params: SourceRetrieve, source_id: str) -> LegacySource:
    if params.client_secret is None:
        raise Refusal(Reason.PARAM_MISSING, param="client_secret")
    return retrieve(merchant, params, source_id)


def named(merchant: Merchant, source_id: str) -> LegacySource:
    """A source object; a card or a bank account is none."""
    found: LegacySource = find.in_path(merchant, find.SOURCE, source_id)
    if found.kind != "source":
        raise Refusal(Reason.NOT_FOUND, kind=find.SOURCE.name, id=source_id, param=find.SOURCE.param)
    return found


class SourceUpdate(Expandable):
    metadata: Metadata = None
    owner: Owner | None = None


def update(merchant: Merchant, params: SourceUpdate, source_id: str) -> LegacySource:
    source = named(merchant, source_id)
    details = source.details
    if params.owner is not None:
        given = {name: find.plain(value) if isinstance(value, Params) else value for name, value in params.owner.given().items()}
        details = {**details, "owner": {**(details.get("owner") or {}), **given}}
    return merchant.fire(source, Trigger.UPDATE, metadata=merge_metadata(source.metadata, params.metadata), details=details)


OPERATIONS = (
    Op("POST", "/v1/sources", create, SourceCreate, public=create),
    Op("GET", "/v1/sources/{source}", retrieve, SourceRetrieve, public=retrieve_public),
    Op("POST", "/v1/sources/{source}", update, SourceUpdate),
)
