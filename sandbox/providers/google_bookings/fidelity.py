"""How sure each rule is: the lines of the bookings' fidelity page, gathered from the modules that hold the rules."""

from __future__ import annotations

from sandbox.providers import google
from sandbox.providers.base import Rule
from sandbox.providers.google_bookings import (
    answers,
    assumed,
    booking,
    calls,
    due,
    feeds,
    hearing,
    machines,
    micros,
    notifications,
    quoting,
    routes,
    settling,
    template,
    terms,
)  # fmt: skip
from sandbox.providers.rules import gathered

TOPICS = (
    ("Open questions and their settings", assumed),
    ("Feeds", feeds), ("Feeds", template),
    ("Terms", micros), ("Terms", terms), ("Terms", quoting),
    ("Lifecycles", machines), ("Lifecycles", booking),
    ("What is due, and who posts it", due), ("What is due, and who posts it", settling),
    ("Calls to the booking server", calls), ("Calls to the booking server", answers), ("Calls to the booking server", hearing),
    ("Notifications and conversions", notifications), ("Notifications and conversions", routes),
    ("Requests and errors", google),
)  # fmt: skip


def rules() -> tuple[Rule, ...]:
    return tuple(gathered(TOPICS))
