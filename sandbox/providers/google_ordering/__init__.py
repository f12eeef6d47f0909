"""Order with Google, paid through TimesofMoney: the sandbox is Google and the processor, a developer's webhook the partner."""

from __future__ import annotations

from sandbox.providers.google_ordering.provider import GoogleOrdering

PROVIDER = GoogleOrdering()
