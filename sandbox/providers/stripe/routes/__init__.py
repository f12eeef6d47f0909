"""Stripe's operations, noun by noun: the parameter models, the short functions and the URL lines of one noun in one file."""

from __future__ import annotations

from sandbox.providers.base import Op
from sandbox.providers.stripe.routes import balance, charges, disputes, endpoints, events, intents, methods, refunds

OPERATIONS: tuple[Op, ...] = (
    *intents.OPERATIONS,
    *charges.OPERATIONS,
    *refunds.OPERATIONS,
    *disputes.OPERATIONS,
    *methods.OPERATIONS,
    *balance.OPERATIONS,
    *events.OPERATIONS,
    *endpoints.OPERATIONS,
)
