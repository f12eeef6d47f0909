"""Stripe's API: charges, payment intents, refunds, disputes and what belongs to them."""

from __future__ import annotations

from sandbox.providers.stripe.provider import Stripe

PROVIDER = Stripe()
