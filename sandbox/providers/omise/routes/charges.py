"""`/charges`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Charge, Event, Instrument
from sandbox.providers.base import Op
from sandbox.providers.omise import money, paying, troubles
from sandbox.providers.omise.money import OMISE
from sandbox.providers.omise.params import Given, refuse, sentence
from sandbox.providers.omise.records import CardToken, Source
from sandbox.providers.omise.routes import account, customers, find, tokens
from sandbox.providers.omise.views import cards as card_views
from sandbox.providers.omise.wire import Page, read_time

NO_WAY_TO_PAY = "card, customer, or source can't be blank"
TWO_WAYS_TO_PAY = "only one of card, customer, or source can be present"
AUTHENTICATIONS = ("3DS", "PASSKEY")
AUTHORIZATION_TYPES = ("pre_auth", "final_auth")
KEPT_TEXTS = ("ip", "reference", "statement_descriptor", "first_charge")
# Words of the card networks for charges that belong to a series.
SERIES: Mapping[str, tuple[str, ...]] = {
    "transaction_indicator": ("MIT", "CIT"),
    "recurring_reason": (
        "unscheduled", "standing_order", "subscription", "installment", "partial_shipment", "delayed_charge", "no_show", "resubmission",
    ),
}  # fmt: skip


def read_amount(merchant: Merchant, given: Given) -> tuple[int, str]:
    """(minor units, currency) of what is to be paid. Raises Refusal invalid_charge, invalid_amount, failed_multi_currency."""
    currency = (given.text("currency") or "").lower()
    amount = given.whole("amount")
    if given.is_fraction("amount"):
        raise refuse("invalid_amount", "amount must be an integer")
    wrong = []
    if currency not in money.CURRENCIES:
        wrong.append("currency is currently not supported")
    if not isinstance(amount, int):
        wrong.append("amount is not a number")
    if wrong or not isinstance(amount, int):
        raise refuse("invalid_charge", sentence(wrong))
    home = money.country(merchant)
    if currency != home.currency:
        troubles.check(merchant, troubles.CONVERSION)
    funding = money.convert(max(amount, 0), currency, home.currency)
    if amount <= 0 or funding < home.minimum:
        raise refuse("invalid_charge", f"amount must be greater than or equal to {home.minimum} ({home.currency} subunits)")
    if funding > home.maximum:
        raise refuse("invalid_charge", f"amount must be less than or equal to {home.maximum} ({home.currency} subunits)")
    return amount, currency


def create(merchant: Merchant, given: Given) -> Charge:
    amount, currency = read_amount(merchant, given)
    find.no_linked_account(given)
    metadata = given.metadata() or {}
    nested, source_key = given.nested("source"), given.text("source")
    if nested is not None or source_key is not None:
        if given.raw("card") or given.raw("customer"):
            raise refuse("invalid_charge", TWO_WAYS_TO_PAY, Reason.PARAMS_EXCLUSIVE)
        return create_from_source(merchant, given, amount, currency, metadata)
    customer_key, card_key = given.text("customer"), given.text("card")
    token: CardToken | None = None
    if customer_key is not None:
        customer = customers.active(merchant, customer_key)
        instrument = customers.card_to_charge(merchant, customer, card_key)
    elif card_key is not None:
        token = tokens.unused(merchant, card_key)
        instrument = merchant.get(OMISE, Instrument, token.card_id)
    else:
        raise refuse("invalid_charge", NO_WAY_TO_PAY)
    draft = drafted(merchant, given, amount, currency, metadata, "")
    draft = draft._replace(
        instrument_id=instrument.id, customer_id=customer_key or "",
        details={**draft.details, "card": card_views.card(merchant, instrument)},
    )  # fmt: skip
    if token is not None:
        merchant.fire(token, Trigger.SPEND, charge_id=draft.id)
    wants_3ds = given.text("return_uri") is not None or (given.text("authentication") or "").upper() in AUTHENTICATIONS
    return paying.charge_card(merchant, draft, instrument, wants_3ds, given.base_url)


def create_from_source(merchant: Merchant, given: Given, amount: int, currency: str, metadata: dict[str, Any]) -> Charge:
    nested = given.nested("source")
    source: Source
    if nested is not None:
        nested = Given({"amount": amount, "currency": currency, **nested.fields}, {}, given.version, given.base_url)
        source = tokens.create_source(merchant, nested)
    else:
        source = find.one(merchant, Source, given.text("source") or "")
    if source.status == "used":
        raise refuse("invalid_charge", "source was already used", Reason.WRONG_STATUS)
    if (source.amount, source.currency) != (amount, currency):
        raise refuse("invalid_charge", "amount must match the source's amount and currency")
    draft = drafted(merchant, given, amount, currency, metadata, source.kind)
    terms = {**draft.details["terms"], "interest": money.interest_rate(source.kind, source.details.get("installment_term") or 0)}
    draft = draft._replace(details={**draft.details, "source_id": source.id, "capture": True, "terms": terms})
    return paying.charge_source(merchant, draft, source, given.base_url)


def drafted(
    merchant: Merchant, given: Given, amount: int, currency: str, metadata: dict[str, Any], source_kind: str
) -> Charge:
    capture = given.flag("capture", True)
    kind = given.text("authorization_type")
    if kind is not None and kind not in AUTHORIZATION_TYPES:
        raise refuse("invalid_charge", "authorization_type is not included in the list")
    series = {name: text for name in SERIES if (text := given.text(name)) is not None}
    for name, text in series.items():
        if text not in SERIES[name]:
            raise refuse("invalid_charge", f"{name} is not included in the list")
    return_uri = given.text("return_uri")
    if return_uri is not None and not return_uri.startswith(("http://", "https://")):
        raise refuse("bad_request", "return uri is invalid")
    expires_at = read_time(given, "expires_at")
    if expires_at is not None and expires_at <= merchant.now:
        raise refuse("bad_request", "expires_at is invalid")
    platform_fee = given.nested("platform_fee")
    details: dict[str, Any] = {
        "terms": money.terms(merchant, amount, currency, source_kind),
        "capture": capture,
        "expires_at": expires_at or paying.expiry(merchant, capture, source_kind),
        "authorization_type": kind,
        "return_uri": return_uri,
        **series,
        **{name: text for name in KEPT_TEXTS if (text := given.text(name)) is not None},
    }
    if given.flag("zero_interest_installments", False):
        details["zero_interest_installments"] = True
    if platform_fee is not None:
        details["platform_fee"] = {name: platform_fee.raw(name) for name in ("fixed", "amount", "percentage")}
    charge_id = merchant.new_id(OMISE, Charge)
    urls = given.texts("webhook_endpoints")
    if urls:
        details["webhook_endpoints"] = list(urls)
        account.charge_endpoints(merchant, charge_id, urls)
    return Charge(
        charge_id, OMISE, NEW, merchant.now, amount, currency, description=given.text("description"), metadata=metadata,
        details=details,
    )  # fmt: skip


def index(merchant: Merchant, given: Given) -> Page:
    return find.whole(merchant, given, Charge, "/charges")


def retrieve(merchant: Merchant, given: Given, charge_id: str) -> Charge:
    found: Charge = find.one(merchant, Charge, charge_id)
    return found


def update(merchant: Merchant, given: Given, charge_id: str) -> Charge:
    charge = retrieve(merchant, given, charge_id)
    facts: dict[str, Any] = {}
    if given.has("description"):
        facts["description"] = given.text("description")
    metadata = given.metadata()
    if metadata is not None:
        facts["metadata"] = metadata
    return merchant.fire(charge, Trigger.UPDATE, **facts)


def capture(merchant: Merchant, given: Given, charge_id: str) -> Charge:
    charge = retrieve(merchant, given, charge_id)
    if charge.status == "expired":
        raise Refusal(Reason.AUTHORIZATION_EXPIRED)
    if charge.status == "successful":
        raise Refusal(Reason.ALREADY_CAPTURED)
    if charge.status != "authorized":
        raise refuse("failed_capture", "Charge is not authorized", Reason.WRONG_STATUS)
    amount = given.whole("capture_amount")
    if amount is None:
        return paying.capture(merchant, charge, charge.amount)
    in_part = charge.details["authorization_type"] == "pre_auth"
    if not isinstance(amount, int) or not 0 < amount <= charge.amount or (amount < charge.amount and not in_part):
        raise refuse("failed_capture", "capture failed")
    return paying.capture(merchant, charge, amount)


def reverse(merchant: Merchant, given: Given, charge_id: str) -> Charge:
    charge = retrieve(merchant, given, charge_id)
    if charge.status == "expired":
        raise Refusal(Reason.AUTHORIZATION_EXPIRED)
    if charge.status != "authorized":
        raise refuse("failed_reverse", "only uncaptured authorized charges can be reversed", Reason.WRONG_STATUS)
    return merchant.fire(charge, Trigger.VOID)


def expire(merchant: Merchant, given: Given, charge_id: str) -> Charge:
    charge = retrieve(merchant, given, charge_id)
    if charge.status not in ("pending", "authorized"):
        raise refuse("failed_expire", "expire failed", Reason.WRONG_STATUS)
    return merchant.fire(charge, Trigger.EXPIRE)


def marked(merchant: Merchant, charge_id: str, paid: bool, failure_code: str | None = None) -> Charge:
    """Test mode: the payer of a source paid, or did not."""
    charge: Charge = find.one(merchant, Charge, charge_id)
    if charge.status == "expired":
        raise Refusal(Reason.AUTHORIZATION_EXPIRED)
    if charge.status != "pending" or "source_id" not in charge.details:
        raise refuse("bad_request", "bad request", Reason.WRONG_STATUS)
    if failure_code is not None and failure_code not in paying.SOURCE_FAILURES:
        raise refuse("bad_request", "failure_code is not included in the list")
    return paying.answer_payer(merchant, charge, paid, failure_code or paying.SOURCE_FAILURE)


def mark_as_paid(merchant: Merchant, given: Given, charge_id: str) -> Charge:
    return marked(merchant, charge_id, True)


def mark_as_failed(merchant: Merchant, given: Given, charge_id: str) -> Charge:
    return marked(merchant, charge_id, False, given.text("failure_code"))


def events(merchant: Merchant, given: Given, charge_id: str) -> Page:
    """What happened to a charge and to its refunds and disputes; newest first whatever the list says of its order."""
    charge = retrieve(merchant, given, charge_id)
    about = charge.id.encode()
    found: list[Event] = [event for event in find.all_of(merchant, Event) if about in event.body]
    return find.page(merchant, given, found[::-1], f"/charges/{charge.id}/events")


OPERATIONS = (
    Op("POST", "/charges", create),
    Op("GET", "/charges", index),
    Op("GET", "/charges/{charge}", retrieve),
    Op("PATCH", "/charges/{charge}", update),
    Op("POST", "/charges/{charge}/capture", capture),
    Op("POST", "/charges/{charge}/reverse", reverse),
    Op("POST", "/charges/{charge}/expire", expire),
    Op("POST", "/charges/{charge}/mark_as_paid", mark_as_paid),
    Op("POST", "/charges/{charge}/mark_as_failed", mark_as_failed),
    Op("GET", "/charges/{charge}/events", events),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("first_charge, transaction_indicator and recurring_reason are kept and change nothing; no answer shows them", "behaviour"),
    ("a charge without card, customer and source answers invalid_charge", "code and wording; perhaps missing_card"),
    ("a charge of 10.5 minor units answers invalid_amount, of an amount that is no number invalid_charge", "when each of the two"),
    ("expires_at of a charge is any time to come; mark_as_failed takes a failure_code", "behaviour"),
    ("a linked_account answers not_found: linked accounts are out of scope, so there is none", "the sandbox's own"),
    ("a charge ends with the statement_descriptor and webhook_endpoints that the request brought", "in the schema, in no recording"),
    ("the reference of a charge is what the request said; only versions before 2019-05-29 show it", "whose reference it is"),
    ("a source together with a card or a customer answers invalid_charge", "wording; documented is that exactly one is sent"),
    ("a source pays one charge, of its own amount and currency", "wording"),
    ("an authorized charge may be expired by POST expire", "documented for pending charges of sources"),
)
