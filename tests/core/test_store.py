"""Shelves keep records in the order of their creation, whatever is dropped in between."""

from __future__ import annotations

import random

import pytest

from sandbox.core.records import Customer
from sandbox.core.store import Shelf


def customer(number: int, created: int) -> Customer:
    return Customer(f"cus_{number}", "stripe", "active", created)


@pytest.mark.parametrize("seed", range(20))
def test_since_is_what_a_walk_would_find(seed: int) -> None:
    """Also where holes are, and where many records share a second."""
    chance = random.Random(seed)
    shelf = Shelf()
    at = 0
    for number in range(200):
        at += chance.choice((0, 0, 1, 5))
        shelf.put(customer(number, at))
    for number in chance.sample(range(200), chance.choice((0, 30, 150, 199))):
        shelf.drop(f"cus_{number}")
    kept = list(shelf.oldest_first())
    for created in range(-1, at + 2):
        assert list(shelf.since(created)) == [record for record in kept if record.created >= created]
    assert list(Shelf().since(0)) == []
