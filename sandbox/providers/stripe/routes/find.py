"""Objects that a path or a parameter names, or Stripe's refusal that there is no such one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Customer, Dispute, Document, Endpoint, Entry, Event, Instrument, Refund
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.records import (
    ApplicationFee,
    BankAccount,
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
from sandbox.providers.stripe.validate import Params


class Noun(NamedTuple):
    """How an object is called in "No such …", and which parameter a miss in the path blames."""

    kind: type
    name: str
    param: str


CHARGE = Noun(Charge, "charge", "id")
INTENT = Noun(PaymentIntent, "payment_intent", "intent")
SETUP = Noun(SetupIntent, "setupintent", "intent")
REFUND = Noun(Refund, "refund", "refund")
DISPUTE = Noun(Dispute, "dispute", "dispute")
CUSTOMER = Noun(Customer, "customer", "id")
METHOD = Noun(Instrument, "PaymentMethod", "payment_method")
ENTRY = Noun(Entry, "balance transaction", "id")
PAYOUT = Noun(Payout, "payout", "payout")
TRANSFER = Noun(PlatformTransfer, "transfer", "transfer")
REVERSAL = Noun(TransferReversal, "transfer reversal", "id")
FEE = Noun(ApplicationFee, "application fee", "id")
FEE_REFUND = Noun(FeeRefund, "fee refund", "id")
# Assumed names, like PaymentMethod's:
FILE = Noun(Document, "file upload", "file")
EVENT = Noun(Event, "event", "id")
ENDPOINT = Noun(Endpoint, "webhook endpoint", "webhook_endpoint")
TOKEN = Noun(LegacyToken, "token", "token")
SOURCE = Noun(LegacySource, "source", "source")
CLOCK = Noun(FrozenClock, "test clock", "test_clock")
REVIEW = Noun(Review, "review", "review")
MANDATE = Noun(Mandate, "mandate", "mandate")
LINK = Noun(FileLink, "file link", "link")
WARNING = Noun(FraudWarning, "early fraud warning", "early_fraud_warning")
BANK = Noun(BankAccount, "external account", "id")


def in_path(merchant: Merchant, noun: Noun, key: str) -> Any:
    """The object of an id in the path; a miss is a 404."""
    found = merchant.get(STRIPE, noun.kind, key)
    if found is None:
        raise Refusal(Reason.NOT_FOUND, kind=noun.name, id=key, param=noun.param)
    return found


def in_params(merchant: Merchant, noun: Noun, key: str, param: str) -> Any:
    """The object of an id in a parameter; a miss is a 400 that blames the parameter."""
    found = merchant.get(STRIPE, noun.kind, key)
    if found is None:
        raise Refusal(Reason.REFERENCE_NOT_FOUND, kind=noun.name, id=key, param=param)
    return found


def customer(merchant: Merchant, key: str, param: str = "customer") -> Customer:
    """A customer that was not deleted."""
    found: Customer = in_params(merchant, CUSTOMER, key, param)
    if found.status == "deleted":
        raise Refusal(Reason.REFERENCE_NOT_FOUND, kind="customer", id=key, param=param)
    return found


def of_payment(merchant: Merchant, params: Any) -> list[tuple[str, str]]:
    """The (indexed field, id) pairs that the filters `charge` and `payment_intent` of a list ask for; both must exist."""
    of: list[tuple[str, str]] = []
    for noun, name, field in ((CHARGE, "charge", "charge_id"), (INTENT, "payment_intent", "parent_id")):
        key = getattr(params, name)
        if key:
            in_params(merchant, noun, key, name)
            of.append((field, key))
    return of


def given(**ids: str | None) -> list[tuple[str, str]]:
    """The (indexed field, id) pairs of those filters of a list that a request names."""
    return [(field, key) for field, key in ids.items() if key]


def expired(merchant: Merchant, document: Document) -> bool:
    """Whether a file's time is over: Stripe still lists it, but its bytes are gone."""
    expires_at: int | None = document.details.get("expires_at")
    return expires_at is not None and expires_at <= merchant.now


def plain(params: Params) -> dict[str, Any]:
    """A hash of the request as objects show it: every key, in the alphabet's order."""
    values = ((name, getattr(params, name)) for name in sorted(params.__class__.model_fields))
    return {name: plain(value) if isinstance(value, Params) else value for name, value in values}


def kept(params: Params, names: Iterable[str]) -> dict[str, Any]:
    """Those of the named parameters that the request gave, as a record's details keep them; a cleared one is None."""
    given = params.model_fields_set
    if given.isdisjoint(names):
        return {}
    values = ((name, getattr(params, name)) for name in names if name in given)
    return {name: plain(value) if isinstance(value, Params) else value for name, value in values}


# What no source confirms, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("misses in 'No such …' are called PaymentMethod, setupintent, event, token, source, file upload, webhook endpoint, warning", "names"),
    ("an unknown review or file link is 'No such review' or 'No such file link'", "names"),
    ("an unknown test clock is 'No such test clock', an unknown bank account 'No such external account'", "names"),
)
