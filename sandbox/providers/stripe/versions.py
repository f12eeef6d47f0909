"""Which API versions a request may name."""

from __future__ import annotations

import re

from sandbox.core.errors import Reason, Refusal

OLDEST = "2020-08-27"
NEWEST = "2026-10-28.endive"
SHAPE = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?\Z")


def check_version(version: str) -> None:
    """The version is well-formed and not too old. Raises Refusal VERSION_UNKNOWN."""
    if version != NEWEST and (SHAPE.match(version) is None or version[:10] < OLDEST):
        raise Refusal(Reason.VERSION_UNKNOWN, version=version)
