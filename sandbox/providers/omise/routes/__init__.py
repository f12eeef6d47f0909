"""Omise's operations, noun by noun: the short functions and the URL lines of one noun in one file."""

from __future__ import annotations

from sandbox.providers.base import Op
from sandbox.providers.omise.routes import account, charges, customers, disputes, events, pages, refunds, search, tokens, transfers

OPERATIONS: tuple[Op, ...] = (
    *charges.OPERATIONS,
    *refunds.OPERATIONS,
    *disputes.OPERATIONS,
    *tokens.OPERATIONS,
    *customers.OPERATIONS,
    *events.OPERATIONS,
    *account.OPERATIONS,
    *transfers.OPERATIONS,
    *search.OPERATIONS,
    *pages.OPERATIONS,
)
