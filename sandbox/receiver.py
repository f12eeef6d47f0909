"""The built-in receiver of webhooks: what a merchant's providers sent, as it arrived, and waiting that ends with the arrival."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sandbox.handle import Port

INBOX = "sandbox:inbox"
PROVIDERS = ("stripe", "omise")
WAIT_S = 10.0  # wall time


class Received(NamedTuple):
    """One webhook. `event` is None where a fault has cut its body off."""

    provider: str
    type: str
    event: Any
    headers: dict[str, str]
    body: bytes
    at: int  # simulated


class Webhooks:
    """Everything that was sent, duplicates included. Reading it waits until what is due has been sent."""

    def __init__(self, port: Port, settle: Callable[[], None]) -> None:
        self._port = port
        self._settle = settle
        self._seen = 0  # rows before this were cleared
        self.secrets: dict[str, str] = {}  # provider -> what signs its webhooks

    def connect(self) -> None:
        """Every provider's events come here from now on."""
        for provider in PROVIDERS:
            endpoint = self._port.call("POST", "/webhook_endpoints", {"provider": provider, "url": INBOX})
            self.secrets[provider] = endpoint["secret"]

    @property
    def secret(self) -> str:
        """What Stripe's webhooks are signed with, for `stripe.Webhook.construct_event`."""
        return self.secrets["stripe"]

    @property
    def received(self) -> list[Received]:
        """In the order of arrival."""
        self._settle()
        return self._inbox()

    @property
    def events(self) -> list[Any]:
        """The events, as the providers sent them."""
        return [got.event for got in self.received]

    @property
    def types(self) -> list[str]:
        return [got.type for got in self.received]

    def __len__(self) -> int:
        return len(self.received)

    def __iter__(self) -> Iterator[Received]:
        return iter(self.received)

    def __getitem__(self, index: int) -> Received:
        return self.received[index]

    def wait_for(self, type: str, count: int = 1, timeout: float = WAIT_S) -> Any:
        """The `count`-th event whose type fits the pattern, as soon as it has arrived.

        Raises:
            AssertionError: it did not arrive within `timeout` seconds of wall time.
        """
        until = monotonic() + timeout
        with self._port.changes(timeout) as changes:
            for _ in changes:
                found = [got for got in self._inbox() if fnmatchcase(got.type, type)]
                if len(found) >= count:
                    return found[count - 1].event
                if monotonic() > until:
                    break
        raise AssertionError(f"no {type} webhook (number {count}) came within {timeout:g} s; what came: {self.types}")

    def clear(self) -> None:
        """What came so far is forgotten."""
        rows = self._rows()
        self._seen = int(rows[-1]["id"]) if rows else self._seen

    def _inbox(self) -> list[Received]:
        return [
            Received(row["provider"], row["type"], row["payload"], row["headers"], row["body"].encode(), row["at"]) for row in self._rows()
        ]

    def _rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        after = self._seen
        while True:
            page = self._port.call("GET", "/inbox", after=str(after), limit=1_000)
            found += page["data"]
            if not page["has_more"]:
                return found
            after = page["next"]


def monotonic() -> float:
    """Wall seconds that no freezegun stops."""
    return time.clock_gettime(time.CLOCK_MONOTONIC) if hasattr(time, "clock_gettime") else time.monotonic()
