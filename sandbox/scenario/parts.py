"""What every step of a story is made of: names, references, spans and dates, and the kinds of calls."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

ProviderName = Literal["stripe", "omise", "google_ordering", "google_bookings"]
START = "2026-01-05T09:00:00Z"
UNITS_S = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
SPAN = re.compile(r"(\d{1,6}[dhms])+")

Reference = Annotated[str, Field(pattern=r"^\$\{[^{}]+\}$", description="${name}, ${name:field} or ${parameter}")]
Amount = Annotated[int, Field(gt=0, le=10**15, description="Minor units")] | Reference
Named = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*(\$\{[A-Za-z][A-Za-z0-9_-]*\})?[A-Za-z0-9_-]*$", max_length=100)]
Word = Annotated[str, Field(min_length=1, max_length=5_000)]


def span(value: Any) -> int:
    """Seconds in "7d", "12h" or "1d12h"."""
    if not isinstance(value, str) or not SPAN.fullmatch(value):
        raise ValueError("a span is written like 7d, 12h, 30m, 90s or 1d12h")
    return sum(int(count) * UNITS_S[unit] for count, unit in re.findall(r"(\d+)([dhms])", value))


def date(value: Any) -> int:
    """Epoch seconds of an ISO 8601 date or time; without an offset it is UTC."""
    if not isinstance(value, str):
        raise ValueError("a time is written like 2026-01-31 or 2026-01-31T12:00:00Z")
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"'{value:.40}' is no time: write 2026-01-31 or 2026-01-31T12:00:00Z") from None
    return int((at if at.tzinfo is not None else at.replace(tzinfo=UTC)).timestamp())


def known_seconds(value: str) -> str:
    span(value)
    return value


Span = Annotated[int, BeforeValidator(span), WithJsonSchema({"type": "string", "pattern": rf"^{SPAN.pattern}$", "examples": ["7d"]})]
SpanText = Annotated[str, AfterValidator(known_seconds)]
Date = Annotated[int, BeforeValidator(date), WithJsonSchema({"type": "string", "examples": [START]})]


class Part(BaseModel):
    """A mapping of the file: its types are taken at their word."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)


class Refused(Part):
    """What the API must refuse the call with; what is left out may be anything."""

    status: int | None = Field(None, ge=400, le=599)
    code: Word | None = None
    message: Word | None = Field(None, description="Part of the message")


class Made(Part):
    """A step that makes or changes an object."""

    name: Named | None = Field(None, alias="as", description="How later steps call the result")
    refused: Refused | None = Field(None, description="The call must be refused")


class Called(Made):
    """A step that is a call of the provider's API, as the merchant's own application would make it."""

    idempotency_key: Word | None = None
    lost: bool = Field(False, description="The network fails: no whole answer must come")
