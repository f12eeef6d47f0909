"""Refusals of the order updates' API: Google's envelope."""

from __future__ import annotations

from sandbox.providers.google import REFUSALS as REFUSALS
from sandbox.providers.google import error_of as error_of
