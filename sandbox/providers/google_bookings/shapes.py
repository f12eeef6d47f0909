"""One row of a feed in its canonical shape, with a warning for every other shape that it came in.

Two published pages put some fields in different places. Both places are read, one is kept; where a row has both, the canonical
one counts. Keys may be snake_case, as in feed files, or camelCase, as in the real-time API.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")
FREE = frozenset(("tokenization_parameter",))  # maps whose keys are the partner's own


class Warn(NamedTuple):
    """Something in a feed that was taken, and should be mended."""

    code: str
    path: str
    message: str


Row = dict[str, Any]


def snake(name: str) -> str:
    """A camelCase name in snake_case: paymentInformation is payment_information."""
    return HUMP.sub(r"_\1", name).lower() if not name.islower() else name


def snaked(value: Any) -> Any:
    """The same value with every key in snake_case."""
    if isinstance(value, Mapping):
        return {(key := snake(str(name))): inner if key in FREE else snaked(inner) for name, inner in value.items()}
    return [snaked(inner) for inner in value] if isinstance(value, list) else value


def moved(row: Row, source: tuple[str, ...], target: tuple[str, ...], code: str, path: str, warnings: list[Warn]) -> None:
    """What stands at `source` stands at `target`, unless something is there already. The row is a fresh one, and altered."""
    inner: Any = row
    for name in source[:-1]:
        inner = inner.get(name)
        if not isinstance(inner, dict):
            return
    if source[-1] not in inner:
        return
    value = inner.pop(source[-1])
    place: Any = row
    for name in target[:-1]:
        place = place.get(name)
        if not isinstance(place, dict):
            return
    both = target[-1] in place
    place.setdefault(target[-1], value)
    said = f"'{'.'.join(source)}' belongs at '{'.'.join(target)}'"
    why = "both are there, and the latter counts" if both else "it was read as if it stood there"
    warnings.append(Warn(code, f"{path}.{'.'.join(source)}", f"{said}: {why}."))


def canonical_fees(row: Row, path: str, warnings: list[Warn]) -> None:
    """No-show fee and deposit of a service or a slot."""
    moved(row, ("no_show_fee", "fee", "fee_type"), ("no_show_fee", "fee_type"), "W_FEE_TYPE_NESTED", path, warnings)
    moved(row, ("deposit", "deposit", "min_advance_cancellation_sec"), ("deposit", "min_advance_cancellation_sec"),
          "W_CANCEL_SEC_NESTED", path, warnings)  # fmt: skip


def canonical_service(given: Any, path: str, warnings: list[Warn]) -> Any:
    row = snaked(given)
    if isinstance(row, dict):
        moved(row, ("scheduling_rules",), ("rules",), "W_SCHEDULING_RULES", path, warnings)
        canonical_fees(row, path, warnings)
    return row


def canonical_slot(given: Any, path: str, warnings: list[Warn]) -> Any:
    row = snaked(given)
    if isinstance(row, dict):
        moved(row, ("resources", "prepayment"), ("prepayment",), "W_PREPAYMENT_NESTED", path, warnings)
        canonical_fees(row, path, warnings)
    return row


def canonical_venue(given: Any, path: str, warnings: list[Warn]) -> Any:
    return snaked(given)
