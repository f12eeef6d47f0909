"""What the core asks of a provider: its tables and a handful of pure functions. The core never names one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from sandbox.core.machine import Table, Trigger
from sandbox.core.records import Attempt, Charge, Delivery, Endpoint, Event, Record

if TYPE_CHECKING:
    from sandbox.core.merchant import Merchant


class Dialect(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def machines(self) -> Mapping[type, Table]:
        """The transition table of each kind of record this provider has."""

    @property
    def derived(self) -> Mapping[tuple[type, Trigger], Callable[[Merchant, Any], dict[str, Any]]]:
        """What else changes in a record with a trigger, whoever fires it: the time it was canceled, a new deadline."""

    @property
    def records(self) -> Sequence[type]:
        """Record classes of its own, besides the core's."""

    @property
    def indexes(self) -> Mapping[type, tuple[str, ...]]: ...

    def new_id(self, merchant: Merchant, kind: type, family: str) -> str:
        """An id in the provider's shape; `family` is the id of the payment it belongs to, or empty."""

    def freeze(self, merchant: Merchant, type: str, record: Record, before: Record | None) -> tuple[bytes, bytes]:
        """The bytes of the object an event shows, and of what changed in it since `before` (empty: not told)."""

    def fee(self, merchant: Merchant, name: str, amount: int, currency: str, record: Record) -> int:
        """A price from the provider's list, minor units of `currency`; `amount` is what it is a share of."""

    def converted(self, merchant: Merchant, record: Any, amount: int) -> tuple[int, str]:
        """An amount of the record in the currency that the account is paid in, for recipes that ask."""

    def settles_at(self, merchant: Merchant, charge: Charge) -> int:
        """When captured money becomes available; now or earlier: at once."""

    def timing(self, merchant: Merchant, name: str) -> int:
        """A span of the profile in force, seconds."""

    def unfold(self, merchant: Merchant, record: Any) -> None:
        """What a record was made to bring about, some time after it was made, comes about now."""

    def share(self, merchant: Merchant, record: Any) -> None:
        """Money that has come in or gone back is shared with the other accounts that the record names."""

    def memo(self, template: str, record: Any) -> str | None:
        """A statement line's description."""

    def retry_after(self, merchant: Merchant, tries: int, event: Event, attempt: Attempt) -> int | None:
        """Seconds until the next delivery attempt after `tries` failed ones, of which `attempt` is the last; 0: at once, whatever the
        receiver asks for. None when the plan is at its end."""

    def give_up_after(self, merchant: Merchant) -> int:
        """Seconds of nothing but failures after which an endpoint is disabled; 0: never."""

    def wants(self, endpoint: Endpoint, event: Event) -> bool: ...

    def sign(self, endpoint: Endpoint, event: Event, delivery: Delivery, body: bytes, at: int, now: int) -> dict[str, str]:
        """Headers of one attempt; `at` is the signature's time, `now` the simulated one."""

    def forge(self, endpoint: Endpoint, event: Event, delivery: Delivery, body: bytes, at: int, now: int) -> dict[str, str]:
        """The same headers with a signature that does not verify, or a wrong password: as if a stranger had made the attempt."""

    def envelope(self, merchant: Merchant, event: Event, endpoint: Endpoint | None = None) -> bytes:
        """The event as it goes over the wire, to an endpoint in the version that it asked for."""

    def new_secret(self, merchant: Merchant) -> str:
        """A fresh secret for an endpoint, in the provider's shape."""

    # Calls to a partner: events that are owed to one endpoint alone, whose answers mean something. See `outbox.call`.

    def address(self, endpoint: Endpoint, event: Event) -> tuple[str, str]:
        """Method and URL of an attempt: a partner may have a path for every kind of call."""

    def heard(self, merchant: Merchant, delivery: Delivery, event: Event, attempt: Attempt) -> None:
        """What an attempt of a call to a partner brought comes about, in the unit of work that keeps the attempt.

        Args:
            delivery: with this attempt; `pending` while another is planned. It may have been answered before: by hand it is made again.
        """

    def play(self, endpoint: Endpoint, event: Event, body: bytes) -> tuple[int, bytes]:
        """Status and body that the built-in partner answers to a call: who has `endpoints.PARTNER` for a URL."""


class Alone:
    """A dialect whose money is shared with nobody."""

    def share(self, merchant: Merchant, record: Any) -> None:
        raise AssertionError(f"{record.id} names nobody to share with")


class Broadcasts(Alone):
    """A dialect that calls no partners: its events are for whoever wants them, and no answer means anything but that it came."""

    def forge(self: Dialect, endpoint: Endpoint, event: Event, delivery: Delivery, body: bytes, at: int, now: int) -> dict[str, str]:
        return self.sign(endpoint, event, delivery, body + b" ", at, now)  # another body's signature

    def address(self, endpoint: Endpoint, event: Event) -> tuple[str, str]:
        return "POST", endpoint.url

    def heard(self, merchant: Merchant, delivery: Delivery, event: Event, attempt: Attempt) -> None:
        return None

    def play(self, endpoint: Endpoint, event: Event, body: bytes) -> tuple[int, bytes]:
        raise AssertionError(f"there is no built-in partner, yet {event.id} was addressed to one")
