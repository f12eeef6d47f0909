"""Ordering's part of the page of test values: how the buyer's card does, and what the built-in restaurant can be told to answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from sandbox.providers.base import Values
from sandbox.providers.google_ordering.played import RestaurantAnswers
from sandbox.providers.google_ordering.steering import SubmitOrder


def words(model: type[RestaurantAnswers] | type[SubmitOrder]) -> Iterator[tuple[str, str, str]]:
    """Each field that takes one of a few words, with the words, the default first."""
    for name, field in model.model_fields.items():
        default, known = field.get_default(), get_args(field.annotation)
        others = [f"`{word}`" for word in known if word != default] if known else ["or another"]
        yield name, ", ".join((f"`{default}`", *others)), field.description or ""


def tables() -> tuple[Values, ...]:
    head = ("field", "words, the default first", "what it is")
    return (
        Values(
            "The buyer's card", head, tuple(words(SubmitOrder)),
            "In the body of `POST /_sandbox/google/ordering/checkouts/{id}/submit`.",
        ),
        Values(
            "The built-in restaurant", head, tuple(words(RestaurantAnswers)),
            "A partner whose `webhook_url` is `sandbox:partner`, registered with these under `answers`.",
        ),
    )  # fmt: skip
