"""Google's bookings, assembled: the sandbox is Google, and calls the partner's booking server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, parse_qsl

import orjson

from sandbox.core.machine import Table
from sandbox.core.merchant import Merchant
from sandbox.core.records import Attempt, Delivery, Endpoint, Event
from sandbox.providers.base import Call, Op, Payment, Provider, Reply, Rule, Setting, Steer, Values
from sandbox.providers.google import Google, bearer, read_object
from sandbox.providers.google_bookings import assumed, calls, hearing, paying, scripted, settling, values
from sandbox.providers.google_bookings.assumed import GOOGLE_BOOKINGS, setting
from sandbox.providers.google_bookings.bank import BookingsBank
from sandbox.providers.google_bookings.fidelity import rules
from sandbox.providers.google_bookings.machines import MACHINES
from sandbox.providers.google_bookings.records import INDEXES, RECORDS, Booking
from sandbox.providers.google_bookings.routes import OPERATIONS, Given
from sandbox.providers.google_bookings.settings import SETTINGS
from sandbox.providers.google_bookings.shapes import snaked
from sandbox.providers.google_bookings.steering import FLOW, STEERING
from sandbox.providers.google_bookings.views import PREFIXES, VIEWS

MERCHANT_LENGTH_MAX = 64


class GoogleBookings(Google):
    """The provider. It has no state of its own: everything lives in the merchant."""

    name = GOOGLE_BOOKINGS
    flow = FLOW
    machines: Mapping[type, Table] = MACHINES
    derived = settling.DERIVED
    records: Sequence[type] = RECORDS
    indexes: Mapping[type, tuple[str, ...]] = INDEXES
    operations = OPERATIONS
    steering: Sequence[Steer] = STEERING
    settings: Sequence[Setting] = SETTINGS
    views = VIEWS
    prefixes = PREFIXES
    payment_kinds: Sequence[type] = (Booking,)
    bank = BookingsBank()
    no_webhooks = (
        "Google sends no webhooks about bookings: it calls the partner's booking server. Register that with "
        "POST /_sandbox/google/bookings/partners."
    )

    # What the core asks

    def timing(self, merchant: Merchant, name: str) -> int:
        if name == "redirect":
            return assumed.RWG_TOKEN_S
        assert name == "refund", f"no row asks for a span named {name}"
        return int(setting(merchant, "refund_delay_s", assumed.REFUND_DELAY_S))

    def unfold(self, merchant: Merchant, record: Booking) -> None:
        settling.settle(merchant, record)

    def memo(self, template: str, record: Any) -> str | None:
        return template.format(kind=record.details["kind"])

    def retry_after(self, merchant: Merchant, tries: int, event: Event, attempt: Attempt) -> int | None:
        return calls.retry_after(merchant, tries, attempt)

    def sign(self, endpoint: Endpoint, event: Event, delivery: Delivery, body: bytes, at: int, now: int) -> dict[str, str]:
        return calls.headers(endpoint)

    def forge(self, endpoint: Endpoint, event: Event, delivery: Delivery, body: bytes, at: int, now: int) -> dict[str, str]:
        return calls.headers(endpoint, forged=True)

    def address(self, endpoint: Endpoint, event: Event) -> tuple[str, str]:
        return calls.address(endpoint, event)

    def heard(self, merchant: Merchant, delivery: Delivery, event: Event, attempt: Attempt) -> None:
        hearing.heard(merchant, delivery, event, attempt)

    def play(self, endpoint: Endpoint, event: Event, body: bytes) -> tuple[int, bytes]:
        return scripted.play(endpoint, event, body)

    # What the server asks

    def owns(self, path: str, headers: Mapping[bytes, bytes]) -> bool:
        return path.startswith("/v1alpha/") or path == assumed.CONVERSION_PATH

    def guest(self, path: str, query: bytes) -> str:
        """A conversion has no key: `?merchant=` names whose it is."""
        if path != assumed.CONVERSION_PATH:
            return ""
        named = parse_qs(query.decode("latin-1")).get("merchant", [""])[0]
        plain = named.replace("_", "a").isalnum() and named.isascii() and len(named) <= MERCHANT_LENGTH_MAX
        return named if plain else ""

    def decode(self, op: Op, call: Call) -> Given:
        query = dict(parse_qsl(call.query.decode("latin-1"), keep_blank_values=True))
        return Given(bearer(call.headers), snaked(read_object(call.body)), query)

    def answer(self, merchant: Merchant, op: Op, call: Call, params: Given, values: tuple[str, ...]) -> Reply:
        return Reply(200, orjson.dumps(op.handler(merchant, params, *values)))

    def payment(self, merchant: Merchant, record: Any) -> Payment | None:
        """A booking is a payment; its postings are parts of it."""
        return paying.payment(merchant, record)

    def payment_named(self, merchant: Merchant, key: str) -> Booking | None:
        return paying.named(merchant, key)

    def event_names(self) -> Sequence[str]:
        return ("*", *calls.METHODS)

    def directions(self, url: str, host: str, port: str) -> Sequence[str]:
        return (
            f"Google bookings: POST {url}/_sandbox/google/bookings/partners with your booking server's base_url; its access_token names",
            f"the merchant in PATCH {url}/v1alpha/notification/partners/ID/bookings/ID?updateMask=...",
        )

    def fidelity(self) -> Sequence[Rule]:
        return rules()

    def test_values(self) -> Sequence[Values]:
        return values.tables()


def _is_a_provider(bookings: GoogleBookings) -> Provider:
    return bookings


