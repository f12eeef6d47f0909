"""How each provider's merchants, payers and banks act: one module for one provider."""

from __future__ import annotations

from collections.abc import Mapping

from tests.contract.drivers.base import Walk
from tests.contract.drivers.google_bookings import BookingsWalk
from tests.contract.drivers.google_ordering import OrderingWalk
from tests.contract.drivers.omise import OmiseWalk
from tests.contract.drivers.stripe import StripeWalk
from tests.contract.drivers.stripe_connect import ConnectWalk

WALKS: Mapping[str, type[Walk]] = {walk.provider: walk for walk in (StripeWalk, OmiseWalk, OrderingWalk, BookingsWalk)}
SHARED: Mapping[str, type[Walk]] = {"stripe-connect": ConnectWalk}  # where several accounts share a provider
