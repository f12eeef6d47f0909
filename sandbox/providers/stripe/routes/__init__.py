"""Stripe's operations, noun by noun: the parameter models, the short functions and the URL lines of one noun in one file."""

from __future__ import annotations

from sandbox.providers.base import Op
from sandbox.providers.stripe.routes import (
    account,
    balance,
    charge_parts,
    charges,
    clocks,
    customer_sources,
    customers,
    disputes,
    endpoints,
    events,
    files,
    intent_confirm,
    intent_settle,
    intents,
    methods,
    pages,
    refunds,
    setups,
    sources,
    stripecli,
    tokens,
    warnings,
)

OPERATIONS: tuple[Op, ...] = (
    *intents.OPERATIONS,
    *intent_confirm.OPERATIONS,
    *intent_settle.OPERATIONS,
    *charges.OPERATIONS,
    *charge_parts.OPERATIONS,
    *refunds.OPERATIONS,
    *disputes.OPERATIONS,
    *setups.OPERATIONS,
    *methods.OPERATIONS,
    *balance.OPERATIONS,
    *events.OPERATIONS,
    *endpoints.OPERATIONS,
    *customers.OPERATIONS,
    *customer_sources.OPERATIONS,
    *clocks.OPERATIONS,
    *tokens.OPERATIONS,
    *sources.OPERATIONS,
    *files.OPERATIONS,
    *warnings.OPERATIONS,
    *pages.OPERATIONS,
    *account.OPERATIONS,
    *stripecli.OPERATIONS,
)
