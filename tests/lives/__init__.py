"""A merchant's life as a list of steps that hypothesis may choose: whatever can be asked or can happen, sensible or not.

Each step is (name, number): the number picks which record it is about and what is asked. Steps answer what the merchant
was answered, so two lives can be compared. One module for one provider.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.harness import Answer, Shop
from tests.lives import base, google_bookings, google_ordering, omise, stripe
from tests.providers.omise.shop import Till

Steps = Sequence[tuple[str, int]]


class Life(NamedTuple):
    """How a provider's merchants live."""

    shop_of: Callable[..., Any]
    steps: Mapping[str, base.Step[Any]]
    told: Sequence[tuple[Steps, Steps]] = ()  # before and after a restart: what once was wrong, or what chance seldom finds

    @property
    def lives(self) -> SearchStrategy[list[tuple[str, int]]]:
        """Lists of steps, payments the most frequent."""
        return st.lists(st.tuples(st.sampled_from(["pay", *self.steps]), st.integers(0, 79)), min_size=4, max_size=14)

    def live(self, shop: Shop, steps: Steps) -> list[Any]:
        """The steps were taken; answers (status, body) of each that was a call."""
        answers = []
        for name, number in steps:
            said = self.steps[name](shop, number)
            answers.append((said.status, said.body) if isinstance(said, Answer) else said)
        return answers


class Quiet(Till):
    """A merchant whose answers may be an older version's, too."""

    as_recorded = False


LIVES: Mapping[str, Life] = {
    "stripe": Life(Shop, {**stripe.STEPS, **base.STEPS}, stripe.TOLD),
    "omise": Life(Quiet, {**omise.STEPS, **base.STEPS}, omise.TOLD),
    "google_ordering": Life(Shop, {**google_ordering.STEPS, **base.STEPS}, google_ordering.TOLD),
    "google_bookings": Life(Shop, {**google_bookings.STEPS, **base.STEPS}, google_bookings.TOLD),
}
