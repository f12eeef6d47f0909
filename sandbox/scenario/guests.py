"""What a story says of guests and venues: the steps of Google's bookings."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from sandbox.scenario.parts import Called, Date, Made, Part, Reference, Span, Word

PartySize = Annotated[int, Field(ge=1, le=10_000)] | Reference
Micros = Annotated[int, Field(gt=0, le=10**15, description="Micros, as the feeds have them")] | Reference


class Slot(Part):
    """A time that can be booked."""

    starts_in: Span = Field(description="From now")
    lasts: Span = Field(5_400, validate_default=False)
    party_size: int | None = Field(None, ge=1, le=10_000)
    fields: dict[str, Any] = Field({}, description="What else the availability feed says of it, in the feed's own names")


class Venue(Made):
    """A venue takes bookings at Google: its partner is registered, its feeds are loaded. Said again, it changes."""

    generation: Literal["legacy", "redirect", "google_processed"] = "legacy"
    posting: Literal["auto", "manual"] = "auto"
    answers: dict[str, Word] = Field({}, description="What the built-in booking server answers; not with an application")
    service: dict[str, Any] = Field({}, description="What the services feed says, in the feed's own names")
    slots: list[Slot] | None = Field(None, min_length=1, max_length=100, description="Left out: the feeds stay as they are")


class Book(Made):
    """A user books a slot at Google."""

    slot: int = Field(1, ge=1, description="Which of the venue's slots, from 1")
    party_size: PartySize | None = None


class Cancel(Made):
    """The user cancels at Google."""

    booking: Word


class Modify(Made):
    """The user changes a booking at Google."""

    booking: Word
    slot: int | None = Field(None, ge=1, description="Which of the venue's slots it moves to")
    party_size: PartySize | None = None


class Attend(Made):
    """What really happened."""

    booking: Word
    outcome: Literal["attended", "no_show"]


class Notify(Called):
    """The partner tells Google of a change; what is named is in the updateMask."""

    booking: Word
    status: Word | None = None
    prepayment: Word | None = Field(None, description="PREPAYMENT_REFUNDED")
    transaction: Word | None = Field(None, description="The partner's payment_transaction_id")
    party_size: PartySize | None = None
    starts: Date | None = None


class Posting(Made):
    """The partner's own processor moves money; with manual posting only."""

    booking: Word
    kind: Literal["prepayment_charge", "prepayment_refund", "deposit_charge", "deposit_refund", "no_show_fee"]
    amount: Micros
