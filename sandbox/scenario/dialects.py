"""What a story says in neutral words, as calls of a provider's own API: one table a provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

import orjson

from sandbox.scenario import schema
from sandbox.scenario.outside import Call, basic, flat

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
# The smallest file that every reader takes for a PDF.
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


class Plan(NamedTuple):
    """Calls that one step is made of: each but the last leaves something that the next one needs."""

    method: str
    path: str
    params: Mapping[str, Any] = {}
    files: Any = None
    public: bool = False  # with the publishable key
    content: bytes | None = None  # the body as it is


# Verbs that not every provider has.
CARD_VERBS = frozenset(
    ("charge", "capture", "refund", "dispute", "inquiry", "escalate", "evidence", "accept", "decide", "warn", "authenticate")
)
BOOKING_VERBS = frozenset(("venue", "book", "cancel", "modify", "attend", "notify", "posting"))
ORDER_VERBS = frozenset(("order", "order_update"))
OWN_VERBS = CARD_VERBS | BOOKING_VERBS | ORDER_VERBS


class Dialect(NamedTuple):
    name: str
    currency: str
    cards: Mapping[str, str]
    form: bool  # parameters are a form; JSON if not
    secret: str  # what a merchant's key begins with
    public: str
    authorization: Callable[[str], str]
    paths: tuple[tuple[str, str], ...]  # beginning of an id -> where the object is read
    lost_disputes: tuple[str, ...]  # statuses in which a refund would pay the cardholder twice
    refunds: str  # the path, with * for anything, where an application makes refunds
    refund_event: str  # what tells of a new one
    verbs: frozenset[str] = CARD_VERBS  # besides those that every story may have
    webhooks: bool = True  # whether an endpoint is told of its events
    keyed: bool = True  # whether a merchant's key opens its API

    def speaks(self, verb: str) -> bool:
        """Whether the verb means anything at this provider."""
        return verb in self.verbs or verb not in OWN_VERBS


STRIPE = Dialect(
    "stripe", "usd",
    {"ok": "pm_card_visa", "declined": "pm_card_visa_chargeDeclined", "refund_pending": "pm_card_pendingRefund",
     "refund_fails": "pm_card_refundFail", "available": "pm_card_bypassPending"},
    True, "sk_test_", "pk_test_", lambda key: f"Bearer {key}",
    (("ch_", "/v1/charges/{id}"), ("pi_", "/v1/payment_intents/{id}"), ("re_", "/v1/refunds/{id}"), ("pyr_", "/v1/refunds/{id}"),
     ("du_", "/v1/disputes/{id}"), ("dp_", "/v1/disputes/{id}"), ("issfr_", "/v1/radar/early_fraud_warnings/{id}")),
    ("needs_response", "under_review", "lost"),
    "/v1/refunds", "refund.created",
)  # fmt: skip
OMISE = Dialect(
    "omise", "thb",
    {"ok": "4242424242424242", "declined": "4111111111140011", "available": "4242424242424242"},
    False, "skey_test_", "pkey_test_", basic,
    (("chrg_", "/charges/{id}"), ("rfnd_", "/charges/{charge}/refunds/{id}"), ("dspt_", "/disputes/{id}")),
    ("open", "pending", "lost"),
    "/charges/*/refunds", "refund.create",
)  # fmt: skip
# Steps are taken through the control API, which any test key opens, and by the partner with a token of its own.
BOOKINGS = Dialect(
    "google_bookings", "usd", {}, False, "sk_test_", "pk_test_", lambda key: f"Bearer {key}",
    (("gbk_", "/_sandbox/google/bookings/{id}"),), (), "", "", BOOKING_VERBS, webhooks=False, keyed=False,
)  # fmt: skip
ORDERING = Dialect(
    "google_ordering", "inr", {}, False, "sk_test_", "pk_test_", lambda key: f"Bearer {key}",
    (("order_", "/_sandbox/google/ordering/orders/{id}"),), (), "", "", ORDER_VERBS, webhooks=False, keyed=False,
)  # fmt: skip
DIALECTS: Mapping[str, Dialect] = {dialect.name: dialect for dialect in (STRIPE, OMISE, ORDERING, BOOKINGS)}


def encode(dialect: Dialect, merchant: str, plan: Plan, headers: Mapping[str, str] = {}) -> Call:
    """The call as the provider's own library would send it."""
    key = (dialect.public if plan.public else dialect.secret) + merchant
    sent = {"authorization": dialect.authorization(key), **headers}
    if plan.content is not None:
        return Call(plan.method, plan.path, sent, plan.content)
    if plan.files is not None:
        return Call(plan.method, plan.path, sent, files=plan.files, data=dict(plan.params))
    if plan.method == "GET":
        asked = urlencode(flat(dict(plan.params)))
        return Call("GET", f"{plan.path}?{asked}" if asked else plan.path, sent)
    if dialect.form:
        return Call(plan.method, plan.path, {"content-type": FORM, **sent}, urlencode(flat(dict(plan.params))).encode())
    return Call(plan.method, plan.path, {"content-type": JSON, **sent}, orjson.dumps(dict(plan.params)))


def where(dialect: Dialect, shown: Mapping[str, Any]) -> str:
    """Where an object is read anew; empty if nowhere."""
    id = str(shown.get("id", ""))
    for prefix, path in dialect.paths:
        if id.startswith(prefix):
            return path.format(id=id, charge=shown.get("charge"))
    return ""


def kept(**params: Any) -> dict[str, Any]:
    """Those that were given."""
    return {name: value for name, value in params.items() if value is not None and value != {}}


# A step's calls. A `{made}` in a later one stands for the id of what the call before it made.


def charge(dialect: Dialect, body: schema.Charge, said: Mapping[str, Any]) -> list[Plan]:
    card = dialect.cards.get(said["card"], said["card"])
    currency = said.get("currency") or dialect.currency
    shared = kept(description=said.get("description"), metadata=said.get("metadata"))
    if dialect is OMISE:
        token = {"name": "Somchai Prasert", "number": card, "expiration_month": 12, "expiration_year": 2034, "security_code": "123"}
        params = {"amount": said["amount"], "currency": currency, "card": "{made}", "capture": body.capture, **shared}
        return [Plan("POST", "/tokens", {"card": token}, public=True), Plan("POST", "/charges", params)]
    params = {"amount": said["amount"], "currency": currency, "payment_method": card, "confirm": True, **shared,
              **kept(receipt_email=said.get("email"), capture_method=None if body.capture else "manual")}  # fmt: skip
    return [Plan("POST", "/v1/payment_intents", params)]


def capture(dialect: Dialect, body: schema.Capture, said: Mapping[str, Any], parent: str) -> list[Plan]:
    """`parent` is what asked for the money, a payment intent; empty if the charge stands alone."""
    if dialect is OMISE:
        return [Plan("POST", f"/charges/{said['charge']}/capture", kept(capture_amount=said.get("amount")))]
    if parent:
        return [Plan("POST", f"/v1/payment_intents/{parent}/capture", kept(amount_to_capture=said.get("amount")))]
    return [Plan("POST", f"/v1/charges/{said['charge']}/capture", kept(amount=said.get("amount")))]


def refund(dialect: Dialect, body: schema.Refund, said: Mapping[str, Any], left: int) -> list[Plan]:
    """`left` is what Omise, which has no default, is asked for where the story names no amount."""
    if dialect is OMISE:
        return [Plan("POST", f"/charges/{said['charge']}/refunds", {"amount": said.get("amount") or left})]
    return [Plan("POST", "/v1/refunds", kept(charge=said["charge"], amount=said.get("amount"), reason=said.get("reason")))]


def evidence(dialect: Dialect, body: schema.Evidence, said: Mapping[str, Any]) -> list[Plan]:
    plans: list[Plan] = []
    fields: dict[str, Any] = dict(said["fields"])
    for field, filename in said["documents"].items():
        file = {"file": (filename, PDF, "application/pdf")}
        if dialect is OMISE:
            plans.append(Plan("POST", f"/disputes/{said['dispute']}/documents", {}, file))
        else:
            plans.append(Plan("POST", "/v1/files", {"purpose": "dispute_evidence"}, file))
            fields[field] = f"{{made:{len(plans) - 1}}}"
    if dialect is OMISE:
        if fields:
            plans.append(Plan("PATCH", f"/disputes/{said['dispute']}", fields))
        return plans
    return [*plans, Plan("POST", f"/v1/disputes/{said['dispute']}", {"evidence": fields, "submit": body.submit})]


def accept(dialect: Dialect, body: schema.Accept, said: Mapping[str, Any]) -> list[Plan]:
    if dialect is OMISE:
        return [Plan("PATCH", f"/disputes/{said['dispute']}/accept")]
    return [Plan("POST", f"/v1/disputes/{said['dispute']}/close")]


def fill(value: Any, made: list[str]) -> Any:
    """The value with the ids of what earlier calls made in the place of `{made}` and `{made:n}`."""
    if isinstance(value, Mapping):
        return {key: fill(item, made) for key, item in value.items()}
    if value == "{made}":
        return made[-1]
    if isinstance(value, str) and value.startswith("{made:"):
        return made[int(value[6:-1])]
    return value
