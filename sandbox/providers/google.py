"""What Google's flows have in common: access tokens, error bodies, JSON, and the manners of an API that partners call.

The sandbox is Google here. A partner calls it with an access token that it got when it was registered; the token names the
merchant and the flow (in reality: the scope) that it is for. Each error is the envelope `{"error": {"code", "message", "status"}}`.

Source: Google partner reference, "Errors Google returns to the partner" and "Endpoints", read 2026-11-26.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, NoReturn

import orjson

from sandbox.core.dialect import Alone
from sandbox.core.errors import Reason, Refusal
from sandbox.core.ids import digest, token
from sandbox.core.merchant import Merchant
from sandbox.core.records import Attempt, Charge, Dispute, Document, Endpoint, Event, Record, Refund
from sandbox.providers.base import SECRET, Acknowledgement, Allowance, Call, Choices, Op, Reply
from sandbox.providers.routing import Routes
from sandbox.providers.usual import Untold

TOKEN = re.compile(r"ya29\.test_(?P<name>[A-Za-z0-9_]{1,64})\.(?P<flow>[a-z]+)\.[A-Za-z0-9]{24}\Z")
REAL = re.compile(r"ya29\.(?!test_)[\w.-]{20,}")  # what opens a real project
BODY_BYTES_MAX = 1 << 20
NESTING_MAX = 64
JSON = (b"content-type", b"application/json; charset=UTF-8")
ALWAYS = ((b"cache-control", b"private"), (b"x-content-type-options", b"nosniff"), (b"server", b"ESF"))
TOKENS = "the access_token that registering a partner answered: ya29.test_NAME.…, NAME being its merchant"


class Say(NamedTuple):
    status: int
    word: str  # the canonical name
    message: str  # filled with the refusal's facts, unless those bring a message of their own


BAD = "Request contains an invalid argument."
LOST = "Requested entity was not found."
NOBODY = "Request had invalid authentication credentials. Send as Bearer " + TOKENS + "."
REFUSALS: Mapping[Reason, Say] = {
    **dict.fromkeys(Reason, Say(400, "INVALID_ARGUMENT", BAD)),
    Reason.UNKNOWN_URL: Say(404, "NOT_FOUND", LOST),
    Reason.NOT_EMULATED: Say(501, "UNIMPLEMENTED", "payment-sandbox does not imitate this method: {what}"),
    Reason.BODY_TOO_LARGE: Say(413, "INVALID_ARGUMENT", "Request payload size exceeds the limit: {limit} bytes."),
    Reason.BODY_MALFORMED: Say(400, "INVALID_ARGUMENT", "Invalid JSON payload received. {detail}"),
    Reason.KEY_MISSING: Say(401, "UNAUTHENTICATED", NOBODY),
    Reason.KEY_UNKNOWN: Say(401, "UNAUTHENTICATED", NOBODY),
    Reason.KEY_LIVE: Say(
        401, "UNAUTHENTICATED",
        "payment-sandbox refuses the tokens of real projects: this is a local imitation. Send " + TOKENS + ".",
    ),
    Reason.KEY_WRONG_KIND: Say(403, "PERMISSION_DENIED", "Request had insufficient authentication scopes."),
    Reason.KEY_ON_A_PAGE: Say(
        403, "PERMISSION_DENIED",
        "payment-sandbox takes no access token from a page of another site (the browser says Sec-Fetch-Site: cross-site): call from "
        "your server.",
    ),
    Reason.NOT_FOUND: Say(404, "NOT_FOUND", LOST),
    Reason.REFERENCE_NOT_FOUND: Say(404, "NOT_FOUND", LOST),
    Reason.OUT_OF_ORDER: Say(500, "INTERNAL", "Internal error encountered."),
    Reason.RATE_LIMITED: Say(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
    Reason.LOCKED: Say(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
    Reason.FAILED: Say(500, "INTERNAL", "Internal error encountered."),
    Reason.UNAVAILABLE: Say(503, "UNAVAILABLE", "The service is currently unavailable."),
}  # fmt: skip

ASSUMED: tuple[tuple[str, str], ...] = (
    ("a missing or unknown token answers 401 UNAUTHENTICATED", "code; a habit of Google's APIs"),
    ("a token of the other flow answers 403 PERMISSION_DENIED", "status name; a 403 was seen for a wrong project"),
    ("faults answer 429 RESOURCE_EXHAUSTED, 500 INTERNAL and 503 UNAVAILABLE", "codes and wording"),
    ("JSON that cannot be read answers 400 INVALID_ARGUMENT, 'Invalid JSON payload received.'", "wording"),
    ("keys are taken in camelCase and in snake_case, and both spellings of one key are refused", "the refusal"),
)


def envelope(status: int, word: str, message: str) -> dict[str, Any]:
    """The body of every error."""
    return {"error": {"code": status, "message": message, "status": word}}


def error_of(refusal: Refusal) -> tuple[int, dict[str, Any]]:
    """(status, the body)."""
    say = REFUSALS[refusal.reason]
    facts = {"detail": "", "what": "", "limit": "", **refusal.facts}
    message = str(facts["message"]) if "message" in facts else say.message.format_map(facts)
    return say.status, envelope(say.status, say.word, message)


def invalid(message: str, param: str = "") -> Refusal:
    """400 INVALID_ARGUMENT, with what is wrong; in the control API a 422."""
    return Refusal(Reason.PARAM_INVALID, message=message, **({"param": param} if param else {}))


# Tokens


def access_token(merchant: Merchant, flow: str, partner_id: str) -> str:
    """What a partner authorizes its calls with, always the same one; its first part names the merchant, the second the flow."""
    return f"ya29.test_{merchant.name}.{flow}.{token(24, 'access', merchant.settings.get('seed', 0), merchant.name, partner_id)}"


def bearer(headers: Mapping[bytes, bytes]) -> str:
    """The token of the request; empty if there is none."""
    given = headers.get(b"authorization", b"")
    return given[7:].decode("latin-1").strip() if given[:7].lower() == b"bearer " else ""


def read_token(headers: Mapping[bytes, bytes], flow: str) -> str:
    """The merchant that the request's token names. Raises Refusal KEY_*."""
    given = bearer(headers)
    if not given:
        raise Refusal(Reason.KEY_MISSING)
    found = TOKEN.match(given)
    if found is None:
        raise Refusal(Reason.KEY_LIVE if REAL.match(given) else Reason.KEY_UNKNOWN)
    if found["flow"] != flow:
        raise Refusal(Reason.KEY_WRONG_KIND)
    return found["name"]


# JSON


def read_object(body: bytes) -> dict[str, Any]:
    """A JSON object with its keys in camelCase. Raises Refusal BODY_MALFORMED."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refusal(Reason.BODY_MALFORMED, detail=f"{error.msg}, line {error.lineno} column {error.colno}.") from None
    if not isinstance(value, dict):
        raise Refusal(Reason.BODY_MALFORMED, detail="The payload is no JSON object.")
    return camel(value)  # type: ignore[no-any-return]


def camel(value: Any, maps: frozenset[str] = frozenset(("lineItemUpdates",)), depth: int = 0) -> Any:
    """The value with every key in camelCase, as JSON of protocol buffers may have it either way.

    Args:
        maps: keys whose own keys are ids and stay as they are.

    Raises:
        Refusal: BODY_MALFORMED, nested too deep, or a key in both spellings.
    """
    if depth > NESTING_MAX:
        raise Refusal(Reason.BODY_MALFORMED, detail=f"Nested more than {NESTING_MAX} levels deep.")
    if isinstance(value, list):
        return [camel(item, maps, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    out: dict[str, Any] = {}
    for key, item in value.items():
        name = re.sub(r"(?<=[a-z0-9])_([a-z0-9])", lambda found: found[1].upper(), key)
        if name in out:
            raise Refusal(Reason.BODY_MALFORMED, detail=f"The field {name} was sent in both spellings.")
        if name in maps and isinstance(item, dict):
            out[name] = {id: camel(each, maps, depth + 2) for id, each in item.items()}
        else:
            out[name] = camel(item, maps, depth + 1)
    return out


def out_of_reach(message: str, param: str = "") -> NoReturn:
    """The provider cannot do what the control API asks."""
    raise Refusal(Reason.OUT_OF_REACH, message=message, **({"param": param} if param else {}))


class NoBank:
    """Where nobody disputes, warns or authenticates; a flow says which of these it has after all."""

    name: ClassVar[str]  # of the flow, in a sentence
    refunds: ClassVar[str]  # who starts one, and how
    choices: Choices = Choices()

    def charge(self, merchant: Merchant, key: str) -> Charge | None:
        return None

    def open_dispute(
        self, merchant: Merchant, charge: Charge, reason: str | None, amount: int | None, kind: str, due_days: int | None
    ) -> Dispute:
        out_of_reach(f"{self.name} has no disputes: nothing of what its partners are told is about one.")

    def decide(self, merchant: Merchant, dispute: Dispute, verdict: str) -> Dispute:
        out_of_reach(f"{self.name} has no disputes.")

    def evidence(self, merchant: Merchant, dispute: Dispute, evidence: Mapping[str, Any]) -> Dispute:
        out_of_reach(f"{self.name} has no disputes.")

    def attach(self, merchant: Merchant, dispute: Dispute, field: str, filename: str, content: bytes) -> Dispute:
        out_of_reach(f"{self.name} has no disputes.")

    def attached(self, merchant: Merchant, dispute: Dispute) -> Sequence[tuple[str, Document]]:
        return ()

    def acknowledgements(self, merchant: Merchant, dispute: Dispute) -> Sequence[Acknowledgement]:
        return ()

    def submit(self, merchant: Merchant, dispute: Dispute) -> Dispute:
        out_of_reach(f"{self.name} has no disputes.")

    def accept(self, merchant: Merchant, dispute: Dispute) -> Dispute:
        out_of_reach(f"{self.name} has no disputes.")

    def refund(self, merchant: Merchant, charge: Charge, amount: int | None, reason: str | None) -> Refund:
        out_of_reach(self.refunds)

    def settle_refund(self, merchant: Merchant, refund: Refund, verdict: str, failure_reason: str | None) -> Refund:
        out_of_reach(self.refunds)

    def warn(self, merchant: Merchant, charge: Charge, fraud_type: str | None) -> Record:
        out_of_reach(f"{self.name} has no early fraud warnings.")

    def awaits(self, merchant: Merchant, key: str) -> bool:
        return False

    def authenticate(self, merchant: Merchant, key: str, verdict: str) -> Record:
        out_of_reach(f"{self.name} asks no cardholder to authenticate.")


class Google(Untold, Alone):
    """A flow, but for its tables and its words. It has no state of its own: everything lives in the merchant."""

    name: ClassVar[str]
    flow: ClassVar[str]  # in the tokens of its partners
    operations: Sequence[Op]
    views: ClassVar[Mapping[type, Callable[[Merchant, Any], dict[str, Any]]]]
    prefixes: ClassVar[Mapping[type, str]]  # of ids
    newest = ""
    sockets = None
    bodies_on_get = False

    def __init__(self) -> None:
        self.routes = Routes(self.operations)

    # What the core asks

    def new_id(self, merchant: Merchant, kind: type, family: str) -> str:
        return self.prefixes[kind] + token(16, kind.__name__, merchant.settings.get("seed", 0), merchant.name, merchant.count())

    def freeze(self, merchant: Merchant, type: str, record: Record, before: Record | None) -> tuple[bytes, bytes]:
        return orjson.dumps(self.object(merchant, record)), b""

    def fee(self, merchant: Merchant, name: str, amount: int, currency: str, record: Record) -> int:
        return 0

    def converted(self, merchant: Merchant, record: Any, amount: int) -> tuple[int, str]:
        return amount, record.currency

    def settles_at(self, merchant: Merchant, charge: Charge) -> int:
        return merchant.now

    def unfold(self, merchant: Merchant, record: Any) -> None:
        return None

    def retry_after(self, merchant: Merchant, tries: int, event: Event, attempt: Attempt) -> int | None:
        return None

    def give_up_after(self, merchant: Merchant) -> int:
        return 0

    def wants(self, endpoint: Endpoint, event: Event) -> bool:
        return False  # nothing is sent but what is addressed to a partner

    def envelope(self, merchant: Merchant, event: Event, endpoint: Endpoint | None = None) -> bytes:
        return event.body

    def new_secret(self, merchant: Merchant) -> str:
        return token(32, "secret", merchant.settings.get("seed", 0), merchant.name, merchant.count())

    # What the server asks

    def guest(self, path: str, query: bytes) -> str:
        return ""

    def body_bytes_max(self, path: str) -> int:
        return BODY_BYTES_MAX

    def key(self, headers: Mapping[bytes, bytes]) -> tuple[str, str]:
        """The merchant that the token names; whether one of its partners has that token, `answer` looks."""
        return read_token(headers, self.flow), SECRET

    def match(self, method: str, path: str) -> tuple[Op, tuple[str, ...]]:
        found = self.routes.find(method, path)
        if found is None:
            raise Refusal(Reason.UNKNOWN_URL, method=method, path=path)
        return found

    def admit(self, merchant: Merchant, op: Op, call: Call) -> Sequence[Allowance]:
        return ()

    def decode(self, op: Op, call: Call) -> Any:
        return read_object(call.body)

    def say(self, refusal: Refusal, call: Call | None, merchant: Merchant | None) -> Reply:
        status, body = error_of(refusal)
        headers = [(b"www-authenticate", b'Bearer realm="https://accounts.google.com/"')] if status == 401 else []
        return Reply(status, orjson.dumps(body), headers, keep=False)

    def headers(self, call: Call, reply: Reply, replayed: str, seconds: float) -> list[tuple[bytes, bytes]]:
        return [JSON, *ALWAYS, *reply.headers, (b"content-length", b"%d" % len(reply.body)), (b"x-request-id", call.request_id.encode())]

    def idempotency_key(self, call: Call) -> str:
        return ""

    def repeats(self, refusal: Refusal) -> bool:
        return False

    def request_id(self, merchant_name: str, number: int) -> str:
        return f"{digest('request', self.name, merchant_name, number):032x}"

    def object(self, merchant: Merchant, record: Record) -> dict[str, Any]:
        return self.views[record.__class__](merchant, record)

    def status(self, record: Record) -> str:
        return record.status
