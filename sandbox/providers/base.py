"""What a provider brings: its tables, its words, and one line in `PROVIDERS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from sandbox.core.dialect import Dialect
from sandbox.core.errors import Refusal
from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Delivery, Dispute, Document, Endpoint, Event, Record, Refund


class Call(NamedTuple):
    """A request as a provider's handlers see it: decoded by nobody yet."""

    method: str
    path: str
    query: bytes
    headers: Mapping[bytes, bytes]
    body: bytes
    request_id: str
    base_url: str  # where answers may point to: scheme and host of this server
    version: str = ""  # of the API, from the merchant's settings: for a request that names none


class Reply(NamedTuple):
    """An answer ready to be sent."""

    status: int
    body: bytes
    headers: Sequence[tuple[bytes, bytes]] = ()
    keep: bool = True  # whether an idempotency key may replay it


Handler = Callable[..., Any]
IGNORED_HEADER = b"sandbox-ignored"  # of an answer: the parameters that were taken and change nothing here; the log shows them, too
VALUES_PAGE = "docs/test-values.md"  # where whoever typed an unknown value finds those that there are
SECRET, PUBLIC = "secret", "public"  # kinds of keys; what a public one may do stands in the operations' rows


class Allowance(NamedTuple):
    """At most so many requests of one bucket in so many seconds of wall time; `why` is the provider's word for one too many."""

    bucket: str
    most: int
    seconds: float
    why: str


class Op(NamedTuple):
    """One operation: `handler(merchant, params, *path values)`; `params` is the model its parameters are read with."""

    method: str
    path: str  # "/v1/charges/{charge}/capture"
    handler: Handler
    params: Any = None
    public: Handler | None = None  # what a publishable key gets; None: a refusal


class Asked(NamedTuple):
    """What a control operation was asked: its body and its query, each checked by the row's model.

    `lot` is for what no two worlds may have alike: what is made of it is kept in a record, and a replay has it from there.
    """

    body: Any
    query: Any
    lot: str = ""  # drawn at the server's edge, another one each time


class Steer(NamedTuple):
    """An operation of the control API that the provider brings: `handler(merchant, asked, *path values)`.

    It runs as one unit of work and answers what JSON can hold, or `Waits` when a partner has to be asked first.
    """

    method: str
    path: str  # "/_sandbox/google/ordering/checkouts/{id}/submit"
    handler: Handler
    about: str
    body: Any = None  # a model, see `providers.steering`; None: takes no fields
    query: Mapping[str, tuple[Any, Any]] = {}  # name -> (type, pydantic's Field), besides `merchant`
    answer: Any = None  # the type of what is answered, for the document
    view: Callable[[Merchant, Any], dict[str, Any]] | None = None  # shows one of the records answered, oldest first: page by page
    acts_on: type | None = None  # the kind of record that the path's id names: among the parts of a payment it is shown with this act


class Waits(NamedTuple):
    """The answer is `show()`, once `ready()`: what the unit of work has asked of a partner was answered, or will not be."""

    ready: Callable[[], bool]
    show: Callable[[], Any]


class Setting(NamedTuple):
    """One thing a user may set for a merchant under `providers.<name>`."""

    name: str
    default: Any
    about: str
    allows: Callable[[Any], bool] | None = None  # None: anything of the default's type
    arrange: Callable[[Merchant], None] | None = None  # called once the merchant's settings are in force, within a unit of work


class Rule(NamedTuple):
    """A line of the fidelity page: `how` is validated, documented or assumed."""

    topic: str
    rule: str
    how: str
    source: str


class Values(NamedTuple):
    """A table of the page of test values: what a test may say, and what comes of it."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    about: str = ""  # a sentence before the table


class Payment(NamedTuple):
    """A payment in the shape that all providers share; its status stays the provider's word."""

    id: str
    provider: str
    status: str
    created: int
    amount: int
    currency: str
    captured: int
    refunded: int
    disputed: bool
    description: str | None
    customer_id: str
    charge_ids: Sequence[str]


class Remark(NamedTuple):
    """Something that a payment's story tells besides its events: what was decided, and by which rule."""

    at: int
    rule: str
    outcome: str
    says: str


class EvidenceField(NamedTuple):
    """One thing that an answer to a dispute may say, or a file that it may bring."""

    name: str
    file: bool = False
    characters_max: int = 0  # 0: as the provider says when it has too many
    matters_for: Sequence[str] = ()  # reasons of disputes; "*": every reason


class Acknowledgement(NamedTuple):
    """Something that the bank wants to be told is known before it takes an answer, such as a fee."""

    name: str  # as evidence takes it
    amount: int  # minor units of the dispute's currency
    given: bool


class Choices(NamedTuple):
    """What people choose from when they act as bank, cardholder or merchant; empty where the provider has no such thing."""

    dispute_reasons: Sequence[str] = ()
    refund_reasons: Sequence[str] = ()
    fraud_types: Sequence[str] = ()
    failure_reasons: Sequence[str] = ()  # of refunds
    evidence: Sequence[EvidenceField] = ()
    file_types: Sequence[str] = ()  # endings, of files that are taken as evidence
    first_payment: str = ""  # a command that makes one, with holes for {url} and {merchant}
    sends_at_once: bool = False  # whether evidence goes to the bank as it is given: nothing is staged, nothing submitted


class Bank(Protocol):
    """What the bank and the cardholder do, in the provider's dialect.

    Each raises a Refusal as the API would, or OUT_OF_REACH for what the provider cannot do at all.
    """

    @property
    def choices(self) -> Choices: ...

    def charge(self, merchant: Merchant, key: str) -> Charge | None:
        """The charge behind a charge id or payment id; None if it is not this provider's."""

    def open_dispute(
        self, merchant: Merchant, charge: Charge, reason: str | None, amount: int | None, kind: str, due_days: int | None
    ) -> Dispute: ...
    def decide(self, merchant: Merchant, dispute: Dispute, verdict: str) -> Dispute: ...
    def evidence(self, merchant: Merchant, dispute: Dispute, evidence: Mapping[str, Any]) -> Dispute: ...
    def attach(self, merchant: Merchant, dispute: Dispute, field: str, filename: str, content: bytes) -> Dispute:
        """A file is evidence, staged as any other."""

    def attached(self, merchant: Merchant, dispute: Dispute) -> Sequence[tuple[str, Document]]:
        """The files of a dispute, each with the field that it was given for."""

    def acknowledgements(self, merchant: Merchant, dispute: Dispute) -> Sequence[Acknowledgement]:
        """What has to be acknowledged before the dispute can be answered."""

    def submit(self, merchant: Merchant, dispute: Dispute) -> Dispute: ...
    def accept(self, merchant: Merchant, dispute: Dispute) -> Dispute: ...
    def refund(self, merchant: Merchant, charge: Charge, amount: int | None, reason: str | None) -> Refund: ...
    def settle_refund(self, merchant: Merchant, refund: Refund, verdict: str, failure_reason: str | None) -> Refund: ...
    def warn(self, merchant: Merchant, charge: Charge, fraud_type: str | None) -> Record: ...
    def awaits(self, merchant: Merchant, key: str) -> bool:
        """Whether the id is of something besides payments that a cardholder may have to authenticate."""

    def authenticate(self, merchant: Merchant, key: str, verdict: str) -> Record: ...


class LogLine(Protocol):
    """One request as the server's log has it."""

    @property
    def id(self) -> str: ...
    @property
    def provider(self) -> str: ...
    @property
    def at(self) -> int: ...
    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def query(self) -> str: ...
    @property
    def status(self) -> int: ...
    @property
    def error(self) -> Mapping[str, Any] | None: ...


class Caller(NamedTuple):
    """Who opens a websocket: a listener, who is handed the events of its endpoint, or a reader of the request log."""

    merchant: str
    endpoint_id: str = ""
    wants: Callable[[LogLine], bool] | None = None  # which requests a reader wants to see


class Heard(NamedTuple):
    """What a listener says of an event that it was handed: that it has it (code 0), or what its application answered."""

    conversation: str
    code: int
    headers: Mapping[str, str]
    body: str


class Sockets(Protocol):
    """What is said over a websocket to the provider's own command line."""

    @property
    def protocol(self) -> str:
        """The subprotocol's name."""

    @property
    def stranger(self) -> bytes:
        """What a caller hears that nobody knows, as a JSON body; it asks for a new session then."""

    def caller(self, path: str, headers: Mapping[bytes, bytes]) -> Caller | None:
        """Who calls; None if it is nobody that a session was given to."""

    def forwards(self, endpoint: Endpoint) -> bool:
        """Whether the listener hands events on to an application, whose answer counts then."""

    def offers(
        self, merchant: Merchant, endpoint: Endpoint, delivery: Delivery, event: Event, headers: Mapping[str, str], body: bytes
    ) -> Mapping[str, str]:
        """Messages that hand the event over, by conversation; the listener heeds one of them."""

    def heard(self, text: str) -> Heard | None:
        """What a listener's message says; None if it says nothing of an event."""

    def shows(self, line: LogLine) -> str:
        """The message that shows a reader a request."""


class Provider(Dialect, Protocol):
    """A dialect plus its HTTP manners. The server calls these in the order in which they stand."""

    @property
    def settings(self) -> Sequence[Setting]: ...

    @property
    def operations(self) -> Sequence[Op]: ...

    @property
    def steering(self) -> Sequence[Steer]:
        """Operations that it adds to the control API."""

    @property
    def no_webhooks(self) -> str:
        """Why nobody can have its events sent, and what to do instead; empty if anybody can."""

    @property
    def bank(self) -> Bank: ...

    @property
    def sockets(self) -> Sockets | None:
        """What its own command line hears over a websocket; None if it has none."""

    @property
    def newest(self) -> str:
        """The newest version of its API; empty if it has no versions."""

    @property
    def payment_kinds(self) -> Sequence[type]:
        """Kinds of records that are payments, or can be."""

    def body_bytes_max(self, path: str) -> int:
        """How large a request body may be."""

    @property
    def bodies_on_get(self) -> bool:
        """Whether the body of a GET counts."""

    def owns(self, path: str, headers: Mapping[bytes, bytes]) -> bool:
        """Whether a request is this provider's; its headers decide where a path is shared."""

    def guest(self, path: str, query: bytes) -> str:
        """The merchant that a page for a browser without a key names by itself; empty elsewhere."""

    def key(self, headers: Mapping[bytes, bytes]) -> tuple[str, str]:
        """(merchant name, kind of key) from the request's headers. Raises Refusal KEY_*."""

    def match(self, method: str, path: str) -> tuple[Op, tuple[str, ...]]:
        """The operation and the values in its path. Raises Refusal UNKNOWN_URL, NOT_EMULATED."""

    def admit(self, merchant: Merchant, op: Op, call: Call) -> Sequence[Allowance]:
        """The key may ask for this, and how often; nothing where there is no limit. Raises Refusal KEY_*."""

    def decode(self, op: Op, call: Call) -> Any:
        """The parameters, checked. Raises Refusal."""

    def answer(self, merchant: Merchant, op: Op, call: Call, params: Any, values: tuple[str, ...]) -> Reply:
        """The operation carried out and its result rendered."""

    def say(self, refusal: Refusal, call: Call | None, merchant: Merchant | None) -> Reply:
        """The refusal in the provider's words."""

    def headers(self, call: Call, reply: Reply, replayed: str, seconds: float) -> list[tuple[bytes, bytes]]:
        """All headers of an answer that took so long; `replayed` is the id of the request whose answer this repeats, or empty."""

    def idempotency_key(self, call: Call) -> str:
        """The key of a request that must not be carried out twice, or empty."""

    def repeats(self, refusal: Refusal) -> bool:
        """Whether a refusal is an outcome that an idempotency key repeats, and not a request that may be corrected."""

    def request_id(self, merchant_name: str, number: int) -> str:
        """The id of a request in the provider's shape."""

    def object(self, merchant: Merchant, record: Record) -> dict[str, Any]:
        """A record as the provider's API shows it."""

    def payment(self, merchant: Merchant, record: Any) -> Payment | None:
        """A record of `payment_kinds` as a payment; None for a charge that is part of another one's."""

    def payment_named(self, merchant: Merchant, key: str) -> Any:
        """The record of `payment_kinds` to which its merchant gave that id; None where there is none, or more than one."""

    def came_of(self, merchant: Merchant, payment_id: str) -> Sequence[Record]:
        """The records that a payment came of, which are parts of it."""

    def remarks(self, merchant: Merchant, payment_id: str) -> Sequence[Remark]:
        """What was decided about a payment, oldest first."""

    def event_names(self) -> Sequence[str]:
        """What an endpoint may ask for, "*" among them; empty if it cannot choose."""

    def status(self, record: Record) -> str:
        """A record's status as the provider's API says it."""

    def directions(self, url: str, host: str, port: str) -> Sequence[str]:
        """Lines for people: which key opens a merchant, and how each official library is pointed at this server."""

    def fidelity(self) -> Sequence[Rule]: ...

    def test_values(self) -> Sequence[Values]: ...
