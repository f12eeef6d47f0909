"""The nouns of the payment trade, as immutable records.

Every record has `id`, `provider` and `created` (epoch seconds, simulated); amounts are integers in minor units of
`currency`. `status` is the provider's own word; `NEW` is what a draft has before its first trigger. What only one
provider knows about a noun stays in `details`, which is never altered in place: a changed record gets a new dict.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol, TypeVar

NEW = ""
Details = Mapping[str, Any]
NOTHING: Details = {}


class Record(Protocol):
    """What every record has, whatever else it holds."""

    @property
    def id(self) -> str: ...
    @property
    def provider(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def created(self) -> int: ...


R = TypeVar("R", bound=Record)


def changed(record: R, facts: Mapping[str, Any]) -> R:
    """The record with these fields otherwise: `_replace`, which costs several times as much where there are many fields."""
    kind: Any = record.__class__
    values = [*record]  # type: ignore[misc]  # every record is a tuple
    for field, value in facts.items():
        values[kind._fields.index(field)] = value
    return kind._make(values)  # type: ignore[no-any-return]


class Charge(NamedTuple):
    """One attempt to move money from a cardholder to the merchant, declined ones included."""

    id: str
    provider: str
    status: str
    created: int
    amount: int  # authorized
    currency: str
    captured: int = 0
    refunded: int = 0  # of the captured money; refunds that failed do not count
    released: int = 0  # authorized, never captured, given back
    disputed: bool = False  # once true, always true
    dispute_id: str = ""  # the latest
    parent_id: str = ""  # what asked for the money: a payment intent, an order
    customer_id: str = ""
    instrument_id: str = ""
    entry_id: str = ""  # the statement line of the captured money
    description: str | None = None
    metadata: Details = NOTHING
    details: Details = NOTHING


class Refund(NamedTuple):
    id: str
    provider: str
    status: str
    created: int
    amount: int
    currency: str
    charge_id: str
    parent_id: str = ""
    reason: str | None = None
    failure_reason: str | None = None
    entry_id: str = ""
    failure_entry_id: str = ""  # the statement line that brought the money back
    metadata: Details = NOTHING
    details: Details = NOTHING


class Dispute(NamedTuple):
    id: str
    provider: str
    status: str
    created: int
    amount: int
    currency: str
    charge_id: str
    parent_id: str = ""
    kind: str = "chargeback"  # or "inquiry", or the provider's word; an escalated inquiry is a chargeback
    reason: str = ""  # the provider's word
    evidence: Details = NOTHING
    evidence_due_at: int = 0
    submitted_at: int = 0  # 0: never
    submissions: int = 0
    closed_at: int = 0
    metadata: Details = NOTHING
    details: Details = NOTHING
    extra_fee: int = 0  # what the network's decision costs besides, in minor units of the dispute's currency
    answer_fee: int = 0  # what answering costs, likewise


class Entry(NamedTuple):
    """One line of the merchant's statement: what providers call a balance transaction."""

    id: str
    provider: str
    status: str
    created: int
    kind: str  # the provider's word: charge, refund, adjustment
    category: str
    amount: int  # signed, gross
    fee: int
    currency: str
    available_at: int
    source_id: str
    description: str | None = None
    details: Details = NOTHING


class Settlement(NamedTuple):
    """The money of one settlement day, pending until then."""

    id: str
    provider: str
    status: str
    created: int
    due_at: int
    sums: Mapping[str, int] = {}  # currency -> net, minor units


class Customer(NamedTuple):
    id: str
    provider: str
    status: str
    created: int
    email: str | None = None
    name: str | None = None
    description: str | None = None
    metadata: Details = NOTHING
    details: Details = NOTHING


class Instrument(NamedTuple):
    """What a cardholder pays with: a card, a token, a payment method. The number itself is never kept."""

    id: str
    provider: str
    status: str
    created: int
    kind: str  # the provider's word: card, token
    customer_id: str = ""
    card: str = ""  # the documented test card it is, by name
    metadata: Details = NOTHING
    details: Details = NOTHING


class Document(NamedTuple):
    """An uploaded file."""

    id: str
    provider: str
    status: str
    created: int
    purpose: str
    filename: str | None
    media: str  # what the content is: pdf, jpg, png
    content: bytes
    details: Details = NOTHING


class Event(NamedTuple):
    """Something that happened, frozen once: `body` is the object's bytes at that moment, `previous` what it was."""

    id: str
    provider: str
    status: str
    created: int
    type: str
    object_id: str
    body: bytes
    previous: bytes = b""
    request_id: str = ""
    idempotency_key: str = ""
    version: str = ""
    account: str = ""  # the connected account that it is about; empty: the merchant itself


class Endpoint(NamedTuple):
    """Where events are delivered to."""

    id: str
    provider: str
    status: str  # enabled, disabled
    created: int
    url: str
    events: tuple[str, ...] = ("*",)
    secret: str = ""
    old_secret: str = ""
    old_secret_until: int = 0
    failing_since: int = 0
    description: str | None = None
    metadata: Details = NOTHING
    details: Details = NOTHING


class Attempt(NamedTuple):
    """One try to deliver: `code` 0 means that no answer came, and `error` says why."""

    at: int  # simulated
    started: float  # wall, epoch seconds
    seconds: float  # wall
    code: int
    error: str
    request_headers: Mapping[str, str]
    response_headers: Mapping[str, str]
    response_body: str
    retry_after_s: int = 0
    faults: tuple[str, ...] = ()  # that struck it: the word, a space, the id


class Delivery(NamedTuple):
    """One event on its way to one endpoint."""

    id: str
    provider: str
    status: str  # pending, delivered, failed
    created: int
    event_id: str
    endpoint_id: str
    ready: bool = True  # an attempt of the plan is due now
    extra: int = 0  # attempts by hand that are due now
    next_at: int = 0  # when the next attempt is due; 0: none planned
    tries: int = 0  # attempts of the plan; resends by hand do not count
    attempts: tuple[Attempt, ...] = ()
    faults: tuple[str, ...] = ()  # that struck it before its first attempt: the word, a space, the id
    copies: int = 0  # that a fault makes of it once it goes out


class Replay(NamedTuple):
    """The answer kept under an idempotency key; `id` is the key."""

    id: str
    provider: str
    status: str
    created: int
    endpoint: str  # "POST /v1/refunds"
    digest: str  # of the parameters
    code: int
    body: bytes
    request_id: str
    headers: Mapping[str, str] = {}  # the answer's own, not those that every answer has


class Fault(NamedTuple):
    """Something that goes wrong on purpose; no provider's."""

    id: str
    provider: str
    status: str  # armed, spent
    created: int
    where: str  # request, response, webhook
    what: str
    paths: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    nth: int = 1  # the first meeting that it may strike
    probability: float = 1.0
    limit: int = 0  # strikes at most; 0: no limit
    seconds: float = 0
    times: int = 0
    met: int = 0
    struck: int = 0
    retry: bool | None = None  # what an error answer tells libraries about trying again; None: nothing


class Schedule(NamedTuple):
    """An arrangement to pay the balance out by itself, again and again."""

    id: str
    provider: str
    status: str  # the provider's words
    created: int
    next_at: int  # when it is next looked what there is
    details: Details = NOTHING


CORE_RECORDS: tuple[type, ...] = (
    Charge, Refund, Dispute, Entry, Settlement, Customer, Instrument, Document, Event, Endpoint, Delivery, Replay, Fault,
    Schedule,
)  # fmt: skip

# Which fields a record is looked up by, besides its id.
CORE_INDEXES: Mapping[type, tuple[str, ...]] = {
    Charge: ("parent_id", "customer_id"),
    Refund: ("charge_id", "parent_id"),
    Dispute: ("charge_id", "parent_id"),
    Entry: ("source_id",),
    Instrument: ("customer_id",),
    Delivery: ("event_id",),
}
