"""`/search` and the searches under each resource: filters are rows in a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, NamedTuple

from sandbox.core.merchant import Merchant
from sandbox.core.money import decimals
from sandbox.core.records import Charge, Customer, Dispute, Entry, Event, Refund
from sandbox.providers.base import Op
from sandbox.providers.omise.money import OMISE
from sandbox.providers.omise.params import Given, refuse
from sandbox.providers.omise.records import Recipient, Sending
from sandbox.providers.omise.routes import find
from sandbox.providers.omise.wire import ORDERS, iso

PER_PAGE_USUAL, PER_PAGE_MAX = 30, 100
Value = Callable[[dict[str, Any]], Any]  # of the object as the API shows it


class Found(NamedTuple):
    """What a search answers, its rows not yet viewed."""

    rows: Sequence[Any]
    page: int
    per_page: int
    total: int
    filters: Mapping[str, str]
    order: str
    query: str
    scope: str


class Money(NamedTuple):
    """A filter's value in minor units; filters are written in main units."""

    amount: int
    currency: str


def _at(*path: str) -> Value:
    def value(shown: dict[str, Any]) -> Any:
        for name in path:
            shown = shown.get(name) if isinstance(shown, dict) else None  # type: ignore[assignment]
        return shown

    return value


def _money(name: str) -> Value:
    return lambda shown: Money(shown[name], str(shown["currency"]).lower())


CREATED, AMOUNT, CURRENCY, STATUS = _at("created_at"), _money("amount"), _at("currency"), _at("status")
DIGITS = _at("card", "last_digits")
FILTERS: Mapping[str, tuple[type, Mapping[str, Value]]] = {
    "charge": (Charge, {
        "amount": AMOUNT, "authorized": _at("authorized"), "captured": _at("paid"), "capture": _at("capture"), "created": CREATED,
        "currency": CURRENCY, "card_last_digits": DIGITS, "customer": _at("customer"), "description": _at("description"),
        "disputed": lambda shown: shown["dispute"] is not None, "failure_code": _at("failure_code"), "id": _at("id"),
        "refunded": lambda shown: shown["refunded_amount"] > 0, "refund_amount": _money("refunded_amount"),
        "reversed": _at("reversed"), "source_of_fund": lambda shown: "card" if shown["card"] else "offsite", "status": STATUS,
        "voided": _at("voided"),
    }),
    "dispute": (Dispute, {
        "amount": AMOUNT, "card_last_digits": DIGITS, "closed_at": _at("closed_at"), "created": CREATED, "currency": CURRENCY,
        "reason_code": _at("reason_code"), "status": STATUS,
    }),
    "refund": (Refund, {"amount": AMOUNT, "created": CREATED, "currency": CURRENCY, "voided": _at("voided")}),
    "customer": (Customer, {"created": CREATED, "email": _at("email"), "description": _at("description")}),
    "transfer": (Sending, {
        "amount": AMOUNT, "created": CREATED, "currency": CURRENCY, "deleted": _at("deleted"), "paid": _at("paid"), "sent": _at("sent"),
        "failure_code": _at("failure_code"),
    }),
    "recipient": (Recipient, {"active": _at("active"), "created": CREATED, "type": _at("type"), "verified": _at("verified")}),
    "transaction": (Entry, {"amount": AMOUNT, "created": CREATED, "currency": CURRENCY, "direction": _at("direction")}),
    "event": (Event, {"created": CREATED, "key": _at("key")}),
}  # fmt: skip
# Scopes of Omise's that find nothing here.
EMPTY_SCOPES = (
    "audit", "charge_schedule", "link", "linked_account", "log_entry", "receipt", "sub_merchant", "transfer_schedule",
)  # fmt: skip


def search(merchant: Merchant, given: Given, scope: str = "") -> Found:
    scope = scope or given.text("scope") or ""
    if scope not in FILTERS and scope not in EMPTY_SCOPES:
        raise refuse("invalid_scope", "invalid scope")
    order = given.text("order") or ORDERS[1]
    if order not in ORDERS:
        order = ORDERS[1]
    page, per_page = number(given, "page", 1), min(number(given, "per_page", PER_PAGE_USUAL), PER_PAGE_MAX)
    asked = given.nested("filters")
    filters = {name: as_text(value) for name, value in asked.fields.items() if value not in (None, "")} if asked is not None else {}
    query = given.text("query") or ""
    rows = matches(merchant, scope, filters, query) if scope in FILTERS else []
    if order == ORDERS[1]:
        rows = rows[::-1]
    first = (page - 1) * per_page
    return Found(rows[first : first + per_page], page, per_page, len(rows), filters, order, query, scope)


def number(given: Given, name: str, usual: int) -> int:
    value = given.whole(name)
    if value is None:
        return usual
    if not isinstance(value, int) or value < 1:
        raise refuse("invalid_page", "invalid page")
    return value


def as_text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def matches(merchant: Merchant, scope: str, filters: Mapping[str, str], query: str) -> list[Any]:
    """Records that pass every filter and hold every word of the query, oldest first. Raises Refusal invalid_filter."""
    kind, known = FILTERS[scope]
    tests: list[tuple[Value, Callable[[Any], bool]]] = []
    for name, text in filters.items():
        if name not in known:
            raise refuse("invalid_filter", "invalid filters")
        tests.append((known[name], partial(passes, text)))
    words = query.lower().split()
    view = merchant.dialects[OMISE].object  # type: ignore[attr-defined]
    found = []
    for record in find.all_of(merchant, kind):
        if record.status == "deleted":
            continue
        if not tests and not words:
            found.append(record)
            continue
        shown = view(merchant, record)
        if scope == "dispute":
            charge = merchant.get(record.provider, Charge, record.charge_id)
            shown = {**shown, "card": charge.details.get("card")}
        if all(test(value(shown)) for value, test in tests) and all(holds(shown, word) for word in words):
            found.append(record)
    return found


def holds(shown: Any, word: str) -> bool:
    """Whether any text or number in an object contains the word."""
    if isinstance(shown, dict):
        return any(holds(value, word) for value in shown.values())
    if isinstance(shown, list):
        return any(holds(value, word) for value in shown)
    return shown is not None and word in str(shown).lower()


def passes(text: str, value: Any) -> bool:
    """Whether a value is the filter's, or lies in its range `a..b`. Raises Refusal invalid_filter."""
    if value is None:
        return False
    low, dots, high = text.partition("..")
    if isinstance(value, bool):
        return text.lower() == ("true" if value else "false")
    if isinstance(value, Money):
        return _minor(low, value.currency) <= value.amount <= _minor(high if dots else low, value.currency)
    shown = str(value)
    if len(shown) == 20 and shown[-1] == "Z":
        return _time(low, False) <= shown <= _time(high if dots else low, True)
    return shown.lower() == text.lower()


def _minor(text: str, currency: str) -> Decimal:
    try:
        return Decimal(text.strip()).scaleb(decimals(currency))
    except InvalidOperation:
        raise refuse("invalid_filter", "invalid filters") from None


def _time(text: str, last: bool) -> str:
    """A day's first or last second, or the time itself."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise refuse("invalid_filter", "invalid filters") from None
    if len(text.strip()) == 10 and last:
        at = at.replace(hour=23, minute=59, second=59)
    return iso(int((at if at.tzinfo is not None else at.replace(tzinfo=UTC)).timestamp()))


def shown(found: Found, rows: Sequence[Any]) -> dict[str, Any]:
    """The search object around rows that were viewed already."""
    return {
        "object": "search",
        "export": None,
        "data": rows,
        "page": found.page,
        "per_page": found.per_page,
        "total": found.total,
        "total_pages": -(-found.total // found.per_page),
        "filters": found.filters,
        "location": "/search",
        "order": found.order,
        "query": found.query,
        "scope": found.scope,
        "aggregate_level": None,
    }


def _of(scope: str) -> Callable[..., Found]:
    return lambda merchant, given: search(merchant, given, scope)


OPERATIONS = (
    Op("GET", "/search", search),
    *(Op("GET", f"/{scope}s/search", _of(scope)) for scope in FILTERS),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("which filters each scope has", "the complete lists are not known"),
    ("/events/search and /transactions/search are there", "documented for the other nouns"),
    ("a search answers the newest first", "default order"),
    ("a page beyond the end is empty; a page that is no number answers invalid_page", "behaviour"),
)
