"""`/v1/account`: whose key it is."""

from __future__ import annotations

from typing import Any

from sandbox.core.merchant import Merchant
from sandbox.providers.base import Op
from sandbox.providers.stripe.validate import Expandable
from sandbox.providers.stripe.views.customer import account


def retrieve(merchant: Merchant, params: Expandable) -> dict[str, Any]:
    return account(merchant)


OPERATIONS = (Op("GET", "/v1/account", retrieve, Expandable),)
