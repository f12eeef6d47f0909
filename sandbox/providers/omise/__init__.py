"""Omise's API: charges, refunds, disputes with their documents, and what belongs to them."""

from __future__ import annotations

from sandbox.providers.omise.provider import Omise

PROVIDER = Omise()
