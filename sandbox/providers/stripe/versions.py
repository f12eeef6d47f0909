"""Which API versions a request may name."""

from __future__ import annotations

import re

from sandbox.core.errors import Reason, Refusal

OLDEST = "2020-08-27"
NEWEST = "2026-10-28.endive"
SHAPE = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?\Z")


def known(version: str) -> bool:
    """Whether the version is well-formed and not too old."""
    return version == NEWEST or (SHAPE.match(version) is not None and version[:10] >= OLDEST)


def check_version(version: str) -> None:
    """The version is known. Raises Refusal VERSION_UNKNOWN."""
    if not known(version):
        raise Refusal(Reason.VERSION_UNKNOWN, version=version)
