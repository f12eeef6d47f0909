"""What a story says of orders with Google: a guest orders, the restaurant tells what becomes of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sandbox.scenario.parts import Amount, Called, Made, Reference, Span, Word

Total = Annotated[int, Field(ge=0, le=10**15, description="Paise")] | Reference


class Order(Made):
    """A guest orders and pays; the restaurant is asked about the cart first, and sent the order then."""

    amount: Amount = Field(28_500, description="Paise: the order's total")
    card: Literal["ok", "declined"] = "ok"
    answer: Literal["CREATED", "CONFIRMED", "REJECTED", "unreadable", "error"] = Field(
        "CONFIRMED", description="What the built-in restaurant answers to the order; an application answers by itself"
    )


class OrderUpdate(Called):
    """The restaurant tells Google of an order."""

    order: Word
    state: Word | None = Field(None, description="IN_PREPARATION, FULFILLED, CANCELLED, ...")
    total: Total | None = Field(None, description="The new total, in paise")
    ago: Span = Field(0, validate_default=False, description="How long ago it was at the restaurant; two updates of one moment that say "
                      "the same are one that is repeated")  # fmt: skip
    sandbox: bool = Field(True, description="isInSandbox")
