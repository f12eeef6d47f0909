"""`/v1/radar/early_fraud_warnings`."""

from __future__ import annotations

from sandbox.core.merchant import Merchant
from sandbox.providers.base import Op
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.records import FraudWarning
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.validate import Created, Expandable, ListParams, Text
from sandbox.providers.stripe.wire import Page, slice_of

PATH = "/v1/radar/early_fraud_warnings"


class WarningList(ListParams):
    charge: Text | None = None
    payment_intent: Text | None = None
    created: Created | None = None


def index(merchant: Merchant, params: WarningList) -> Page:
    of = find.of_payment(merchant, params)
    return slice_of(merchant, STRIPE, FraudWarning, find.WARNING.name, params, PATH, of)


def retrieve(merchant: Merchant, params: Expandable, warning_id: str) -> FraudWarning:
    found: FraudWarning = find.in_path(merchant, find.WARNING, warning_id)
    return found


OPERATIONS = (
    Op("GET", PATH, index, WarningList),
    Op("GET", PATH + "/{early_fraud_warning}", retrieve, Expandable),
)
