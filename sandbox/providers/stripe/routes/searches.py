"""`/v1/charges/search`, `/v1/payment_intents/search`, `/v1/customers/search`."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Customer
from sandbox.providers.base import Op
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.records import PaymentIntent
from sandbox.providers.stripe.search import NUMBER, TEXT, YES_NO, Field, parse
from sandbox.providers.stripe.validate import LIST_LIMIT_USUAL, Expandable, Limit, Text
from sandbox.providers.stripe.views.charge import charge as charge_view
from sandbox.providers.stripe.views.customer import customer as customer_view
from sandbox.providers.stripe.views.intent import intent as intent_view
from sandbox.providers.stripe.views.payment import status

COUNT_MAX = 10_000
TOTAL = "total_count"


def card(name: str, kind: str = TEXT) -> Field:
    return Field(kind, lambda charge: charge.details["card"].get(name) if "card" in charge.details else None)


def postal_code(charge: Charge) -> str | None:
    billing = charge.details.get("billing_details") or {}
    address = billing.get("address") or {}
    found: str | None = address.get("postal_code")
    return found


SHARED: Mapping[str, Field] = {
    "amount": Field(NUMBER, lambda record: record.amount),
    "created": Field(NUMBER, lambda record: record.created),
    "currency": Field(TEXT, lambda record: record.currency),
    "customer": Field(TEXT, lambda record: record.customer_id or None),
    "status": Field(TEXT, status),
}
CHARGE_FIELDS: Mapping[str, Field] = {
    **SHARED,
    "billing_details.address.postal_code": Field(TEXT, postal_code),
    "disputed": Field(YES_NO, lambda charge: charge.disputed),
    "payment_method_details.card.brand": card("brand"),
    "payment_method_details.card.exp_month": card("exp_month", NUMBER),
    "payment_method_details.card.exp_year": card("exp_year", NUMBER),
    "payment_method_details.card.fingerprint": card("fingerprint"),
    "payment_method_details.card.last4": card("last4"),
    "refunded": Field(YES_NO, lambda charge: charge.status != "failed" and charge.refunded + charge.released >= charge.amount),
}
CUSTOMER_FIELDS: Mapping[str, Field] = {
    "created": SHARED["created"],
    "email": Field(TEXT, lambda customer: customer.email),
    "name": Field(TEXT, lambda customer: customer.name),
    "phone": Field(TEXT, lambda customer: customer.details.get("phone")),
}


class Search(Expandable):
    query: Text
    limit: Limit = LIST_LIMIT_USUAL
    page: Text | None = None


def search(
    merchant: Merchant, params: Search, *,
    kind: type, noun: str, fields: Mapping[str, Field], view: Callable[[Merchant, Any], dict[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    """One page of what the query finds, newest first."""
    query = parse(params.query, noun, fields)
    shelf = merchant.store.shelf(STRIPE, kind)
    after = ""
    if params.page is not None:
        after = id_of(params.page)
        if after not in shelf.rows:
            raise Refusal(Reason.PARAM_INVALID, param="page", code=None, message=f"Invalid page: {params.page}")
    found: list[Any] = []
    for record in shelf.newest_first(after):
        if record.status != "deleted" and query.holds(record):
            found.append(record)
            if len(found) > params.limit:
                break
    more = len(found) > params.limit
    found = found[: params.limit]
    total = {}
    if TOTAL in params.expand:
        count = sum(record.status != "deleted" and query.holds(record) for record in shelf.rows.values())
        total[TOTAL] = min(count, COUNT_MAX)
    return {
        "object": "search_result",
        "data": [view(merchant, record) for record in found],
        "has_more": more,
        "next_page": page_after(found[-1].id) if more else None,
        **total,
        "url": f"/v1/{noun}/search",
    }


def page_after(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode()


def id_of(page: str) -> str:
    """The id that a page's token stands for; empty if it is no token."""
    try:
        return base64.urlsafe_b64decode(page.encode()).decode()
    except (binascii.Error, UnicodeError):
        return ""


SEARCHES = (
    ("charges", Charge, CHARGE_FIELDS, charge_view),
    ("payment_intents", PaymentIntent, SHARED, intent_view),
    ("customers", Customer, CUSTOMER_FIELDS, customer_view),
)
OPERATIONS = tuple(
    Op("GET", f"/v1/{noun}/search", partial(search, kind=kind, noun=noun, fields=fields, view=view), Search)
    for noun, kind, fields, view in SEARCHES
)
