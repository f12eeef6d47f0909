"""`/v1/mandates/{mandate}`: what a customer has agreed to. Mandates are made by payments and setups."""

from __future__ import annotations

from sandbox.core.merchant import Merchant
from sandbox.providers.base import Op
from sandbox.providers.stripe.records import Mandate
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.validate import Expandable


def retrieve(merchant: Merchant, params: Expandable, mandate_id: str) -> Mandate:
    found: Mandate = find.in_path(merchant, find.MANDATE, mandate_id)
    return found


OPERATIONS = (Op("GET", "/v1/mandates/{mandate}", retrieve, Expandable),)
