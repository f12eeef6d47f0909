"""Refusals in the words of Google's APIs, which both of its flows share."""

from __future__ import annotations

from sandbox.providers.google import REFUSALS as REFUSALS
