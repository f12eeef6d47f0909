"""`/v1/balance` and `/v1/balance_transactions`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.core.records import Dispute, Entry
from sandbox.providers.base import Op
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.records import Payout
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.validate import Created, Expandable, ListParams, Text
from sandbox.providers.stripe.views.money import balance
from sandbox.providers.stripe.wire import Page, slice_of

MANUAL = "Balance transaction history can only be filtered on automatic transfers, not manual."


def retrieve_balance(merchant: Merchant, params: Expandable) -> dict[str, Any]:
    return balance(merchant, STRIPE)


class EntryList(ListParams):
    created: Created | None = None
    currency: Text | None = None
    payout: Text | None = None
    source: Text | None = None
    type: Text | None = None


def index(merchant: Merchant, params: EntryList) -> Page:
    """Recorded quirk: the rows of a dispute are not found by its id, though it is their `source`."""
    paid_out: Collection[str] | None = None
    if params.payout is not None:
        payout: Payout = find.in_params(merchant, find.PAYOUT, params.payout, "payout")
        if not payout.automatic:
            raise Refusal(Reason.PARAM_INVALID, code=None, message=MANUAL, param="payout")
        paid_out = frozenset((*payout.details["entry_ids"], payout.entry_id))
    of = find.given(source_id=params.source)
    quirk = params.source is not None and merchant.get(STRIPE, Dispute, params.source) is not None

    def keep(entry: Entry) -> bool:
        if quirk or (paid_out is not None and entry.id not in paid_out):
            return False
        return params.type in (None, entry.kind) and params.currency in (None, entry.currency)

    return slice_of(merchant, STRIPE, Entry, "balance transaction", params, "/v1/balance_transactions", of, keep)


def retrieve(merchant: Merchant, params: Expandable, entry_id: str) -> Entry:
    found: Entry = find.in_path(merchant, find.ENTRY, entry_id)
    return found


OPERATIONS = (
    Op("GET", "/v1/balance", retrieve_balance, Expandable),
    Op("GET", "/v1/balance_transactions", index, EntryList),
    Op("GET", "/v1/balance/history", index, EntryList),
    Op("GET", "/v1/balance_transactions/{id}", retrieve, Expandable),
    Op("GET", "/v1/balance/history/{id}", retrieve, Expandable),
)
