"""Every provider there is. Adding one: a folder with the same file names and one entry here."""

from __future__ import annotations

from sandbox.providers import google_bookings, google_ordering, omise, stripe
from sandbox.providers.base import Provider

PROVIDERS: tuple[Provider, ...] = (stripe.PROVIDER, omise.PROVIDER, google_ordering.PROVIDER, google_bookings.PROVIDER)
