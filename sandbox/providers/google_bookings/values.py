"""The bookings' part of the page of test values: what the built-in booking server can be told to answer."""

from __future__ import annotations

from sandbox.providers.base import Values
from sandbox.providers.google_bookings import calls, scripted
from sandbox.providers.google_bookings.answers import CAUSES


def tables() -> tuple[Values, ...]:
    rows = [(f"`{call}`", ", ".join(f"`{word}`" for word in known)) for call, known in scripted.WORDS.items()]
    writing = " and ".join(f"`{call}`" for call in scripted.WORDS if call != calls.AVAILABILITY)
    rows += [
        (writing, ", ".join(f"`{cause}`" for cause in sorted(CAUSES))),
        ("every call", f"`{scripted.GARBAGE}`: an answer that is no JSON"),
        ("every call", "`300` to `599`: that status"),
    ]
    return (
        Values(
            "The built-in booking server", ("call", "words, the default first"), tuple(rows),
            "A partner without a `base_url`, registered with one word a call under `answers`. Cards are never typed: the partner has them.",
        ),
    )  # fmt: skip
