"""Omise, assembled: its tables and words behind the interface that the server knows."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from sandbox.core.errors import Refusal
from sandbox.core.ids import digest
from sandbox.core.machine import Table, Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import (
    Attempt,
    Charge,
    Customer,
    Delivery,
    Dispute,
    Document,
    Endpoint,
    Entry,
    Event,
    Instrument,
    Record,
    Refund,
)  # fmt: skip
from sandbox.providers.base import Allowance, Call, Op, Payment, Provider, Reply, Rule, Setting, Values
from sandbox.providers.omise import disputing, events, ids, money, paying, troubles, values, versions
from sandbox.providers.omise.bank import OmiseBank
from sandbox.providers.omise.bodies import body, list_body
from sandbox.providers.omise.directions import directions
from sandbox.providers.omise.errors import error_of
from sandbox.providers.omise.expand import expanded
from sandbox.providers.omise.fidelity import rules
from sandbox.providers.omise.machines import MACHINES, WIRE_STATUS
from sandbox.providers.omise.money import DAY, OMISE
from sandbox.providers.omise.params import Given
from sandbox.providers.omise.records import INDEXES, RECORDS, CardToken, Recipient, Sending, Source
from sandbox.providers.omise.routes import OPERATIONS
from sandbox.providers.omise.routes.account import is_for
from sandbox.providers.omise.routes.search import Found
from sandbox.providers.omise.routes.search import shown as search_shown
from sandbox.providers.omise.settings import SETTINGS
from sandbox.providers.omise.versions import NEWEST
from sandbox.providers.omise.views.cards import card, customer, source, token
from sandbox.providers.omise.views.charge import charge, refund
from sandbox.providers.omise.views.dispute import dispute, document
from sandbox.providers.omise.views.hooks import event
from sandbox.providers.omise.views.money import recipient, transaction, transfer
from sandbox.providers.omise.wire import (
    KEY,
    OUT_OF_SCOPE,
    OUT_OF_SCOPE_BELOW,
    Page,
    basic_user,
    decode,
    list_of,
    match,
    read_key,
    render,
)  # fmt: skip
from sandbox.providers.routing import Routes
from sandbox.providers.usual import Broadcaster

VIEWS: Mapping[type, Callable[[Merchant, Any], dict[str, Any]]] = {
    Charge: charge, Refund: refund, Dispute: dispute, Document: document, Event: event, Entry: transaction, CardToken: token,
    Instrument: card, Customer: customer, Source: source, Sending: transfer, Recipient: recipient,
}  # fmt: skip
DERIVED: Mapping[tuple[type, Trigger], Callable[[Merchant, Any], dict[str, Any]]] = {
    (Charge, Trigger.CAPTURE): paying.captured_now,
    (Charge, Trigger.SUCCEED): paying.paid_now,
    (Charge, Trigger.AUTHORIZE): paying.authorized_now,
    (Charge, Trigger.VOID): paying.reversed_now,
    (Charge, Trigger.EXPIRE): paying.expired_now,
    (Dispute, Trigger.WIN): disputing.closed_now,
    (Dispute, Trigger.LOSE): disputing.closed_now,
    (Dispute, Trigger.DEADLINE): disputing.closed_now,
    (Dispute, Trigger.ACCEPT): disputing.accepted_now,
}
# The first part of every path that is Omise's; its API has no prefix of its own.
NOUNS = frozenset(op.path.strip("/").partition("/")[0] for op in OPERATIONS if op.path != "/") | OUT_OF_SCOPE
PAGES = "/payments/"  # for a payer, who brings no key
BODY_BYTES_MAX = 1 << 20
UPLOAD_BYTES_MAX = 11 << 20  # a document has up to 10 MB
IDEMPOTENCY_KEY_MAX = 255
SECRET_BYTES = 32
ALWAYS = ((b"cache-control", b"no-cache, no-store"), (b"server", b"nginx"))
AS_NEWEST = ((b"omise-version", NEWEST.encode()),)
JSON = (b"content-type", b"application/json; charset=utf-8")
STATUS_LINES: Mapping[int, bytes] = {status.value: f"{status.value} {status.phrase}".encode() for status in HTTPStatus}


def shown_of(merchant: Merchant, record: Any) -> dict[str, Any]:
    return VIEWS[record.__class__](merchant, record)


def shown_formerly(merchant: Merchant, record: Any) -> dict[str, Any]:
    """The same with what the newest version shows no more."""
    shown = shown_of(merchant, record)
    if record.__class__ is Charge and "reference" in record.details:
        shown["reference"] = record.details["reference"]
    return shown


class Omise(Broadcaster):
    """The provider. It has no state of its own: everything lives in the merchant."""

    name = OMISE
    newest = NEWEST
    sockets = None
    machines: Mapping[type, Table] = MACHINES
    derived = DERIVED
    records: Sequence[type] = RECORDS
    indexes: Mapping[type, tuple[str, ...]] = INDEXES
    operations: Sequence[Op] = OPERATIONS
    settings: Sequence[Setting] = SETTINGS
    payment_kinds: Sequence[type] = (Charge,)
    bodies_on_get = True  # two official libraries send a list's options so
    bank = OmiseBank()

    def __init__(self) -> None:
        self.routes = Routes(OPERATIONS, OUT_OF_SCOPE_BELOW)

    # What the core asks

    def new_id(self, merchant: Merchant, kind: type, family: str) -> str:
        return ids.new_id(merchant, kind)

    def freeze(self, merchant: Merchant, type: str, record: Record, before: Record | None) -> tuple[bytes, bytes]:
        """In the account's own version, whatever the request said that caused it."""
        version = versions.known(merchant.settings.get("omise_version"))
        if version == NEWEST:
            return body(merchant, record, shown_of), b""
        return render(versions.older(shown_formerly(merchant, record), version)), b""

    def fee(self, merchant: Merchant, name: str, amount: int, currency: str, record: Record) -> int:
        return money.fee(merchant, name, amount, record)

    def converted(self, merchant: Merchant, record: Any, amount: int) -> tuple[int, str]:
        """In the currency that the account is paid in, by the rate of the charge."""
        if record.__class__ is Sending:
            return amount, record.currency
        of: Charge = record if record.__class__ is Charge else merchant.get(OMISE, Charge, record.charge_id)
        return money.funded(of, amount), of.details["terms"]["funding_currency"]

    def settles_at(self, merchant: Merchant, record: Any) -> int:
        """Test mode pays at once; live accounts as their country does."""
        days = money.country(merchant).settles_days if merchant.settings.get("profile") == "network" else 0
        return merchant.now + days * DAY

    def timing(self, merchant: Merchant, name: str) -> int:
        raise AssertionError(f"no row of Omise's asks for a span, but {name} was asked for")

    def unfold(self, merchant: Merchant, record: Any) -> None:
        """No test card of Omise's brings anything later."""

    def memo(self, template: str, record: Any) -> str | None:
        return None

    def retry_after(self, merchant: Merchant, tries: int, event: Event, attempt: Attempt) -> int | None:
        return events.retry_after(merchant, tries)

    def give_up_after(self, merchant: Merchant) -> int:
        return 0

    def wants(self, endpoint: Endpoint, event: Event) -> bool:
        return ("*" in endpoint.events or event.type in endpoint.events) and is_for(endpoint, event.body)

    def sign(self, endpoint: Endpoint, event: Event, delivery: Delivery, body: bytes, at: int, now: int) -> dict[str, str]:
        return events.signed_headers(endpoint, body, at, now)

    def envelope(self, merchant: Merchant, event: Event, endpoint: Endpoint | None = None) -> bytes:
        return events.envelope(merchant, event)

    def new_secret(self, merchant: Merchant) -> str:
        parts = (digest("secret", merchant.settings.get("seed", 0), merchant.name, merchant.count(), half) for half in (0, 1))
        return base64.b64encode(b"".join(part.to_bytes(16, "big") for part in parts)[:SECRET_BYTES]).decode()

    # What the server asks

    def owns(self, path: str, headers: Mapping[bytes, bytes]) -> bool:
        """Its nouns stand at the root; the root itself is Omise's for whoever brings an Omise key."""
        noun = path[1:].partition("/")[0]
        if noun:
            return noun in NOUNS
        return KEY.match(basic_user(headers) or "") is not None

    def guest(self, path: str, query: bytes) -> str:
        """The payer's page names its merchant by itself."""
        if not path.startswith(PAGES):
            return ""
        named = parse_qs(query.decode("latin-1")).get("merchant", [""])[0]
        return named if KEY.match(f"skey_test_{named}") else ""

    def body_bytes_max(self, path: str) -> int:
        return UPLOAD_BYTES_MAX if path.rstrip("/").endswith("/documents") else BODY_BYTES_MAX

    def key(self, headers: Mapping[bytes, bytes]) -> tuple[str, str]:
        return read_key(headers)

    def match(self, method: str, path: str) -> tuple[Op, tuple[str, ...]]:
        return match(self.routes, method, path)

    def admit(self, merchant: Merchant, op: Op, call: Call) -> Sequence[Allowance]:
        if not call.path.startswith(PAGES):
            troubles.check_key(merchant)
        return ()

    def decode(self, op: Op, call: Call) -> Given:
        return decode(call, call.headers.get(b"omise-version", b"").decode("latin-1"))

    def answer(self, merchant: Merchant, op: Op, call: Call, params: Given, values: tuple[str, ...]) -> Reply:
        versions.check(merchant, params.version)
        result = op.handler(merchant, params, *values)
        kind = result.__class__
        if kind is Reply:
            return result  # type: ignore[no-any-return]
        version = versions.known(params.version or merchant.settings.get("omise_version"))
        plain = version == NEWEST and "expand" not in params.fields
        if plain and kind in VIEWS:
            return Reply(200, body(merchant, result, shown_of), AS_NEWEST)
        if plain and kind is Page:
            return Reply(200, list_body(merchant, result, shown_of), AS_NEWEST)
        view = shown_of if version == NEWEST else shown_formerly
        if kind is Page:
            shown: Any = list_of(result, [view(merchant, row) for row in result.rows])
        elif kind is Found:
            shown = search_shown(result, [view(merchant, row) for row in result.rows])
        else:
            shown = result if kind is dict else view(merchant, result)
        if params.raw("expand") is not None and params.flag("expand", False):
            shown = expanded(merchant, shown, view)
        if version != NEWEST:
            shown = versions.older(shown, version)
        return Reply(200, render(shown), [(b"omise-version", version.encode())])

    def say(self, refusal: Refusal, call: Call | None, merchant: Merchant | None) -> Reply:
        status, error = error_of(refusal)
        return Reply(status, render(error), keep=False)

    def headers(self, call: Call, reply: Reply, replayed: str, seconds: float) -> list[tuple[bytes, bytes]]:
        own = dict(reply.headers)
        out = [*ALWAYS, *reply.headers] if b"content-type" in own else [JSON, *ALWAYS, *reply.headers]
        out.append((b"content-length", b"%d" % len(reply.body)))
        out.append((b"status", STATUS_LINES.get(reply.status, b"%d" % reply.status)))
        out.append((b"x-request-id", call.request_id.encode()))
        out.append((b"x-runtime", b"%.6f" % seconds))
        return out

    def idempotency_key(self, call: Call) -> str:
        if call.method == "GET":
            return ""
        return call.headers.get(b"idempotency-key", b"").decode("latin-1")[:IDEMPOTENCY_KEY_MAX]

    def repeats(self, refusal: Refusal) -> bool:
        return False  # a refused request may be corrected and sent again under its key

    def request_id(self, merchant_name: str, number: int) -> str:
        """In the shape of a random UUID."""
        text = f"{digest('request', merchant_name, number):032x}"
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{'89ab'[int(text[16], 16) % 4]}{text[17:20]}-{text[20:]}"

    def object(self, merchant: Merchant, record: Record) -> dict[str, Any]:
        return shown_of(merchant, record)

    def payment(self, merchant: Merchant, record: Any) -> Payment | None:
        return Payment(
            record.id, OMISE, self.status(record), record.created, record.amount, record.currency, record.captured, record.refunded,
            record.disputed, record.description, record.customer_id, [record.id],
        )  # fmt: skip

    def status(self, record: Record) -> str:
        return WIRE_STATUS.get(record.status, record.status)

    def event_names(self) -> Sequence[str]:
        return ("*", *events.NAMES)

    def directions(self, url: str, host: str, port: str) -> Sequence[str]:
        return directions(url, host, port)

    def fidelity(self) -> Sequence[Rule]:
        return rules()

    def test_values(self) -> Sequence[Values]:
        return values.tables()


def _is_a_provider(omise: Omise) -> Provider:
    return omise
