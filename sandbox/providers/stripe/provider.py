"""Stripe, assembled: its tables and words behind the interface that the server knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from sandbox.core.branches import split
from sandbox.core.dialect import Dialect
from sandbox.core.endpoints import LISTENER
from sandbox.core.errors import Reason, Refusal
from sandbox.core.ids import token
from sandbox.core.machine import Table
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
    Schedule,
)
from sandbox.providers.base import PUBLIC, Allowance, Call, Op, Payment, Reply, Rule, Setting, Steer, Values
from sandbox.providers.routing import Routes
from sandbox.providers.stripe import (
    admission,
    connecting,
    disputing,
    events,
    ids,
    money,
    paying,
    payouts,
    scheduling,
    sharing,
    values,
)
from sandbox.providers.stripe.bank import StripeBank
from sandbox.providers.stripe.derived import DERIVED
from sandbox.providers.stripe.directions import directions
from sandbox.providers.stripe.disputing import STRIPE, profile
from sandbox.providers.stripe.errors import REPEATED, error_of
from sandbox.providers.stripe.expand import expand
from sandbox.providers.stripe.fidelity import rules
from sandbox.providers.stripe.ignored import header_of
from sandbox.providers.stripe.listening import StripeSockets
from sandbox.providers.stripe.machines import MACHINES
from sandbox.providers.stripe.records import (
    INDEXES,
    RECORDS,
    AccountLink,
    ApplicationFee,
    BankAccount,
    Capability,
    ConnectedAccount,
    FeeRefund,
    FileLink,
    FraudWarning,
    FrozenClock,
    LegacySource,
    LegacyToken,
    Mandate,
    PaymentIntent,
    Payout,
    PlatformTransfer,
    Review,
    SetupIntent,
    TransferReversal,
)
from sandbox.providers.stripe.replying import account_named, headers_of, in_version, request_log_url
from sandbox.providers.stripe.routes import OPERATIONS, refunds
from sandbox.providers.stripe.routes.endpoints import event_names
from sandbox.providers.stripe.routes.pages import guest
from sandbox.providers.stripe.settings import SETTINGS
from sandbox.providers.stripe.steering import STEERING
from sandbox.providers.stripe.versions import EVENTS_SINCE, NEWEST, behind, check_version, with_defaults
from sandbox.providers.stripe.views.account import account_link, capability, connected_account
from sandbox.providers.stripe.views.charge import charge, refund
from sandbox.providers.stripe.views.clock import test_clock
from sandbox.providers.stripe.views.customer import customer
from sandbox.providers.stripe.views.dispute import dispute, fraud_warning, review
from sandbox.providers.stripe.views.hooks import document, endpoint, event, file_link, read_token
from sandbox.providers.stripe.views.intent import intent, payment_method
from sandbox.providers.stripe.views.mandate import mandate
from sandbox.providers.stripe.views.money import balance, entry
from sandbox.providers.stripe.views.payment import PAYMENT_KINDS, payment, status
from sandbox.providers.stripe.views.payout import external_account, payout
from sandbox.providers.stripe.views.setup import setup_intent
from sandbox.providers.stripe.views.source import source
from sandbox.providers.stripe.views.source import token as legacy_token
from sandbox.providers.stripe.views.transfer import application_fee, fee_refund, reversal, transfer
from sandbox.providers.stripe.wire import WORDS, Failed, Page, body, decode, given_key, list_body, match, read_key, render, shown_now
from sandbox.providers.usual import Broadcaster

VIEWS: Mapping[type, Callable[[Merchant, Any], dict[str, Any]]] = {
    Charge: charge, PaymentIntent: intent, Refund: refund, Dispute: dispute, Instrument: payment_method, Customer: customer,
    Entry: entry, Event: event, Endpoint: endpoint, Document: document, FraudWarning: fraud_warning,
    Review: review, FileLink: file_link, Mandate: mandate,
    LegacySource: source, LegacyToken: legacy_token, FrozenClock: test_clock,
    SetupIntent: setup_intent, Payout: payout, BankAccount: external_account, ConnectedAccount: connected_account,
    Capability: capability, AccountLink: account_link,
    PlatformTransfer: transfer, TransferReversal: reversal, ApplicationFee: application_fee, FeeRefund: fee_refund,
}  # fmt: skip
GOOGLES = "/v2/conversations:send"  # the one path of the second version that is another provider's
LINKS = "/links/MDB8"  # public addresses of files; at the root, where Omise has nouns, all of them begin with the same base64
LAST_LOOK = frozenset((
    "customer.deleted", "customer.source.deleted", "account.external_account.deleted", "test_helpers.test_clock.deleted",
))  # fmt: skip
IDEMPOTENCY_KEY_MAX = 255
BODY_BYTES_MAX = 1 << 20
UPLOAD_BYTES_MAX = 17 << 20  # the largest purpose takes 16 MB


def hears_of(endpoint: Endpoint, account: str) -> bool:
    """Whether an endpoint is told of that account: its own, or with `connect` every one that is connected to the platform."""
    if endpoint.details.get("connect"):
        return account != ""
    own: str = endpoint.details.get("account", "")
    return account == own


def view_of(kind: type) -> Callable[[Merchant, Any], dict[str, Any]]:
    return VIEWS[kind]


class Stripe(Broadcaster):
    """The provider. It has no state of its own: everything lives in the merchant."""

    name = STRIPE
    machines: Mapping[type, Table] = MACHINES
    derived = DERIVED
    records: Sequence[type] = RECORDS
    indexes: Mapping[type, tuple[str, ...]] = INDEXES
    operations: Sequence[Op] = OPERATIONS
    settings: Sequence[Setting] = SETTINGS
    steering: Sequence[Steer] = STEERING
    bank = StripeBank()
    bodies_on_get = False
    newest = NEWEST
    sockets = StripeSockets()
    payment_kinds: Sequence[type] = PAYMENT_KINDS

    def __init__(self) -> None:
        self.routes = Routes(OPERATIONS, WORDS)

    # What the core asks

    def new_id(self, merchant: Merchant, kind: type, family: str) -> str:
        return ids.new_id(merchant, kind, family)

    def freeze(self, merchant: Merchant, type: str, record: Record, before: Record | None) -> tuple[bytes, bytes]:
        if type == "balance.available":
            return render(balance(merchant, STRIPE)), b""
        view = VIEWS[record.__class__]
        if type in LAST_LOOK:
            return render(view(merchant, before)), b""  # as it was, not the stub
        frozen = body(merchant, record, view)
        if before is None:
            return frozen, b""
        return frozen, b"%b" % render(events.previous_attributes(type, view(merchant, before), shown_now(merchant, record, view)))

    def fee(self, merchant: Merchant, name: str, amount: int, currency: str, record: Any) -> int:
        if name == "application":
            return sharing.cut(record)
        if name == "instant_payout" and record.details.get("method") != payouts.INSTANT:
            return 0
        if name == "dispute_returned" and record.details.get("answered_by") == disputing.SMART:
            return money.smart_fee(amount)
        return money.fee(name, amount, currency)

    def converted(self, merchant: Merchant, record: Any, amount: int) -> tuple[int, str]:
        return amount, record.currency

    def settles_at(self, merchant: Merchant, record: Any) -> int:
        shared_at: int | None = record.details.get("available_at")
        if shared_at is not None or record.details.get("available_now"):
            return shared_at or merchant.now
        return money.settlement_day(merchant.now, connecting.delay_days(merchant) if merchant.branch else money.SETTLEMENT_BUSINESS_DAYS)

    def timing(self, merchant: Merchant, name: str) -> int:
        return money.TIMINGS[profile(merchant)][name]

    def unfold(self, merchant: Merchant, record: Any) -> None:
        if isinstance(record, Schedule):
            scheduling.pay_out_all(merchant)
        elif isinstance(record, Payout):
            payouts.note_failure(merchant, record)
        elif isinstance(record, Refund):
            refunds.try_again(merchant, record)
        elif isinstance(record, Dispute):
            disputing.await_decision(merchant, record)
        else:
            paying.effects_now(merchant, record)

    def share(self, merchant: Merchant, record: Any) -> None:
        (sharing.share if isinstance(record, Charge) else sharing.take_back_late)(merchant, record)

    def memo(self, template: str, record: Any) -> str | None:
        if template == "{description}":
            return record.description  # type: ignore[no-any-return]
        answered_on = money.day_of(getattr(record, "submitted_at", 0))
        return template.format(
            charge_id=getattr(record, "charge_id", ""), of_charge=record.details.get("of_charge", ""), answered_on=answered_on
        )

    def retry_after(self, merchant: Merchant, tries: int, event: Event, attempt: Attempt) -> int | None:
        plan = events.RETRIES[profile(merchant)]
        return plan[tries - 1] if tries <= len(plan) else None

    def give_up_after(self, merchant: Merchant) -> int:
        return events.DISABLE_AFTER[profile(merchant)]

    def wants(self, endpoint: Endpoint, event: Event) -> bool:
        since = EVENTS_SINCE.get(event.type)
        if since is not None and (endpoint.details.get("api_version") or event.version or NEWEST) < since:
            return False
        if endpoint.url != LISTENER and not hears_of(endpoint, event.account):
            return False  # a CLI that listens hears of all accounts
        return "*" in endpoint.events or event.type in endpoint.events

    def sign(self, endpoint: Endpoint, event: Event, delivery: Delivery, body: bytes, at: int, now: int) -> dict[str, str]:
        return events.signed_headers(endpoint, body, at, now)

    def envelope(self, merchant: Merchant, event: Event, endpoint: Endpoint | None = None) -> bytes:
        with merchant.acting_for(event.account):
            if endpoint is None:
                return events.envelope(merchant, event)
            return events.envelope(merchant, event, endpoint.details.get("api_version") or "", own="account" in endpoint.details)

    def new_secret(self, merchant: Merchant) -> str:
        return "whsec_" + token(32, "secret", merchant.settings.get("seed", 0), merchant.name, merchant.count())

    # What the server asks

    def owns(self, path: str, headers: Mapping[bytes, bytes]) -> bool:
        return (path.startswith(("/v1/", "/v2/", "//v1/", "/oauth/", "/stripe/", LINKS)) and path != GOOGLES) or path == "/v1"

    def guest(self, path: str, query: bytes) -> str:
        return read_token(path.rpartition("/")[2])[0] if path.startswith(LINKS) else guest(path)

    def body_bytes_max(self, path: str) -> int:
        return UPLOAD_BYTES_MAX if path == "/v1/files" else BODY_BYTES_MAX

    def key(self, headers: Mapping[bytes, bytes]) -> tuple[str, str]:
        return read_key(headers)

    def match(self, method: str, path: str) -> tuple[Op, tuple[str, ...]]:
        return match(self.routes, method, path)

    def admit(self, merchant: Merchant, op: Op, call: Call) -> Sequence[Allowance]:
        settings = merchant.settings.get("providers")
        own = settings.get(STRIPE) if settings else None
        return admission.admitted(merchant, own, op, call) if own else ()

    def decode(self, op: Op, call: Call) -> Any:
        version = call.headers.get(b"stripe-version", b"").decode("latin-1")
        if version:
            check_version(version)
        params = decode(op, call)
        version = version or call.version
        return with_defaults(params, f"{op.method} {op.path}", version) if behind(version) else params

    def answer(self, merchant: Merchant, op: Op, call: Call, params: Any, values: tuple[str, ...]) -> Reply:
        try:
            if b"stripe-account" in call.headers or b"stripe-context" in call.headers:
                named = account_named(call.headers)
                with merchant.acting_for(connecting.acted_for(merchant, named, given_key(call.headers))):
                    reply = in_version(merchant, call, self._answer(merchant, op, call, params, values))
            else:
                reply = in_version(merchant, call, self._answer(merchant, op, call, params, values))
        except Refusal as refusal:
            refusal.facts["ignored"] = params.ignored
            raise
        return reply._replace(headers=(*reply.headers, header_of(params.ignored))) if params.ignored else reply

    def _answer(self, merchant: Merchant, op: Op, call: Call, params: Any, values: tuple[str, ...]) -> Reply:
        handler = op.handler
        if op.public is not None and op.public is not handler and read_key(call.headers)[1] == PUBLIC:
            handler = op.public
        try:
            result = handler(merchant, params, *values)
        except Refusal as refusal:
            if refusal.facts.get("status") != 402:
                raise
            # A card that is refused before there is a charge changes nothing, yet is an outcome: a key repeats it.
            cause, instant = merchant.cause, merchant.now
            merchant.rollback()
            merchant.begin(cause, instant)
            result = Failed(error_of(refusal)[1])
        kind = result.__class__
        paths = getattr(params, "expand", ())
        if kind is Page:
            if not paths:
                return Reply(200, list_body(merchant, result, view_of))
            shown: dict[str, Any] = orjson.loads(list_body(merchant, result, view_of))
            expand(merchant, shown, paths, view_of)
            return Reply(200, render(shown))
        if kind is Failed:
            error = {**result.error, "request_log_url": request_log_url(merchant, call)}
            return Reply(result.status, render({"error": dict(sorted(error.items()))}))
        if kind is Reply:
            return result  # type: ignore[no-any-return]
        if kind is dict:
            if paths:
                expand(merchant, result, paths, view_of)
            return Reply(200, render(result))
        if not paths:
            return Reply(200, body(merchant, result, VIEWS[kind]))
        shown = VIEWS[kind](merchant, result)
        expand(merchant, shown, paths, view_of)
        return Reply(200, render(shown))

    def say(self, refusal: Refusal, call: Call | None, merchant: Merchant | None) -> Reply:
        status, error = error_of(refusal)
        if call is not None and merchant is not None:
            error = dict(sorted({**error, "request_log_url": request_log_url(merchant, call)}.items()))
        headers: list[tuple[bytes, bytes]] = [(b"www-authenticate", b'Basic realm="Stripe"')] if status == 401 else []
        if refusal.reason is Reason.NOT_EMULATED:
            headers.append((b"stripe-should-retry", b"false"))  # the libraries would retry a 501
        elif refusal.reason is Reason.RATE_LIMITED:
            headers.append((b"stripe-rate-limited-reason", str(refusal.facts.get("why", "global-rate")).encode()))
        elif refusal.reason is Reason.LOCKED:
            headers.append((b"stripe-rate-limited-reason", b"resource-specific"))
        ignored: Any = refusal.facts.get("ignored")
        if ignored:
            headers.append(header_of(ignored))
        retry = refusal.facts.get("retry")
        if retry is not None:
            headers.append((b"stripe-should-retry", b"true" if retry else b"false"))
        return Reply(status, render({"error": error}), headers, keep=False)

    def headers(self, call: Call, reply: Reply, replayed: str, seconds: float) -> list[tuple[bytes, bytes]]:
        return headers_of(call, reply, replayed)

    def idempotency_key(self, call: Call) -> str:
        if call.method != "POST":
            return ""
        key = call.headers.get(b"idempotency-key", b"").decode("latin-1")
        if len(key) > IDEMPOTENCY_KEY_MAX:
            raise Refusal(Reason.REPLAY_KEY_TOO_LONG)
        named = account_named(call.headers) if key else ""
        return f"{key} for {named}" if named else key

    def repeats(self, refusal: Refusal) -> bool:
        return refusal.reason in REPEATED

    def request_id(self, merchant_name: str, number: int) -> str:
        return ids.request_id(merchant_name, number)

    def object(self, merchant: Merchant, record: Record) -> dict[str, Any]:
        with merchant.acting_for(split(record.provider)[1]):
            return VIEWS[record.__class__](merchant, record)

    def payment(self, merchant: Merchant, record: Any) -> Payment | None:
        return payment(merchant, record)

    def event_names(self) -> Sequence[str]:
        return event_names()

    def status(self, record: Record) -> str:
        return status(record)

    def directions(self, url: str, host: str, port: str) -> Sequence[str]:
        return directions(url, host, port)

    def fidelity(self) -> Sequence[Rule]:
        return rules()

    def test_values(self) -> Sequence[Values]:
        return values.tables()


def _is_a_dialect(stripe: Stripe) -> Dialect:
    return stripe
