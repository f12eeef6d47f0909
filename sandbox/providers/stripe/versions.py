"""API versions: which a request may name, and what an older one shows differently. Views speak the newest.

Theory of operation. `TRAINS` are the names that releases carry. `CHANGES` has one row a change, newest first: from `since` on,
an object of that kind is shown as the views show it; an older version is shown it without the keys that came with the change,
and with those that went. `older` takes an answer of the newest version and undoes every row that its version has not reached,
in all objects inside it; events keep the version they were told in. `DEFAULTS` are parameters that stood for something else
when they were left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Refund

OLDEST = "2020-08-27"
NEWEST = "2026-10-28.endive"
NEWEST_DAY = NEWEST[:10]
SHAPE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(\.[a-z]+)?\Z")
TRAINS = (
    ("2026-09-30", "endive"), ("2026-03-25", "dahlia"), ("2025-09-30", "clover"), ("2025-03-31", "basil"), ("2024-09-30", "acacia"),
)  # fmt: skip  # first day -> the name of all releases until the next; before the last row they have none
LIST_SHOWN = 10  # of the lists that older objects carry

Shown = dict[str, Any]


@lru_cache(maxsize=256)
def known(version: str) -> bool:
    """Whether the version is a day from the oldest to the newest, and a name behind it is that of the day's release train."""
    if SHAPE.match(version) is None:
        return False
    day, _, name = version.partition(".")
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return OLDEST <= day <= NEWEST_DAY and (not name or name == train(day))


def train(day: str) -> str:
    """What releases are called that day; empty before the first name."""
    return next((name for since, name in TRAINS if day >= since), "")


def check_version(version: str) -> None:
    """The version is known. Raises Refusal VERSION_UNKNOWN."""
    if not known(version):
        raise Refusal(Reason.VERSION_UNKNOWN, version=version)


def behind(version: str) -> bool:
    """Whether anything may be shown differently in that version; empty is the newest."""
    return bool(version) and version[:10] < NEWEST_DAY


def _with_invoice(merchant: Merchant, shown: Shown) -> Shown:
    return {**shown, "invoice": None}


def _with_refunds(merchant: Merchant, shown: Shown) -> Shown:
    from sandbox.providers.stripe.views.charge import refund

    if "refunds" in shown:
        return shown
    found = merchant.store.shelf("stripe", Refund).of("charge_id", shown["id"])
    return {**shown, "refunds": _listed([refund(merchant, each) for each in reversed(found)], f"/v1/charges/{shown['id']}/refunds")}


def _with_charges(merchant: Merchant, shown: Shown) -> Shown:
    from sandbox.providers.stripe.views.charge import charge

    found = merchant.store.shelf("stripe", Charge).of("parent_id", shown["id"])
    return {**shown, "charges": _listed([charge(merchant, each) for each in reversed(found)], f"/v1/charges?payment_intent={shown['id']}")}


def _listed(items: list[Shown], url: str) -> Shown:
    more = len(items) > LIST_SHOWN
    return {"object": "list", "data": items[:LIST_SHOWN], "has_more": more, "total_count": len(items), "url": url}


class Change(NamedTuple):
    """From `since` on an object is shown as it is now."""

    since: str
    object: str
    came: tuple[str, ...] = ()  # keys, with dots into hashes
    went: Callable[[Merchant, Shown], Shown] | None = None  # puts back what the change took away
    was: Mapping[str, Mapping[str, str]] = {}  # key -> new word -> what it was called before; "" in a list: nothing


CHANGES: tuple[Change, ...] = (
    Change(
        "2026-10-28", "dispute", ("intended_submission_method", "evidence.appeal", "evidence_details.submission_method"),
        was={"status": {"appeal_needs_response": "lost", "appeal_under_review": "lost"}},
    ),
    Change("2026-09-30", "payment_intent", ("payment_record",)),
    Change("2026-09-30", "charge", ("payment_method_details.card.electronic_commerce_indicator",)),
    Change("2026-07-29", "refund", ("customer", "customer_account", "payment_method")),
    Change("2026-07-29", "dispute", ("payment_method_details.card.network",)),
    Change("2026-07-29", "payment_intent", ("allowed_payment_method_types",)),
    Change("2026-07-29", "setup_intent", ("allowed_payment_method_types",)),
    Change(
        "2026-06-24", "dispute",
        ("evidence.enhanced_evidence.mastercard_compliance", "evidence_details.enhanced_eligibility.mastercard_compliance"),
        was={"enhanced_eligibility_types": {"mastercard_compliance": ""}},
    ),
    Change("2025-09-30", "dispute", was={"status": {"prevented": "warning_closed"}}),
    Change("2025-03-31", "charge", went=_with_invoice),
    Change("2025-03-31", "payment_intent", went=_with_invoice),
    Change(
        "2024-10-28", "dispute",
        ("enhanced_eligibility_types", "evidence.enhanced_evidence", "evidence_details.enhanced_eligibility"),
    ),
    Change("2022-11-15", "charge", went=_with_refunds),
    Change("2022-11-15", "payment_intent", went=_with_charges),
)  # fmt: skip
BY_OBJECT: Mapping[str, tuple[Change, ...]] = {
    kind: tuple(change for change in CHANGES if change.object == kind) for kind in {change.object for change in CHANGES}
}
# Events that no older version knows, for refunds of charges.
EVENTS_SINCE: Mapping[str, str] = dict.fromkeys(("refund.created", "refund.updated", "refund.failed"), "2024-10-28")


class Default(NamedTuple):
    """Before `until` a parameter that was left out stood for `value`, unless another one was given."""

    until: str
    operation: str
    param: str
    value: Any
    unless: tuple[str, ...] = ()


DEFAULTS: tuple[Default, ...] = (
    Default("2024-04-10", "POST /v1/payment_intents", "capture_method", "automatic"),
    Default("2023-08-16", "POST /v1/payment_intents", "payment_method_types", ("card",), ("automatic_payment_methods",)),
)


def older(merchant: Merchant, shown: Any, version: str) -> Any:
    """What the newest version shows, as an older one does; a new value, for hashes and lists."""
    if shown.__class__ is list:
        return [older(merchant, item, version) for item in shown]
    if shown.__class__ is not dict or shown.get("object") == "event":
        return shown
    kind = shown.get("object", "")
    for change in BY_OBJECT.get(kind, ()) if isinstance(kind, str) else ():
        if change.went is not None and version[:10] < change.since and "id" in shown:
            shown = change.went(merchant, shown)
    out = {key: item if key == "metadata" else older(merchant, item, version) for key, item in shown.items()}
    return _without(out, kind, version, whole=True)


def older_part(part: Shown, now: Shown, version: str) -> Shown:
    """`previous_attributes` as an older version tells them; `now` is the object in that version, in which less may have changed."""
    copy = {key: dict(item) if item.__class__ is dict else item for key, item in part.items()}
    told = _without(copy, now["object"], version, whole=False)
    if now["object"] == "charge" and "refunds" in now and "amount_refunded" in part:
        before = _refunds_before(now["refunds"], part["amount_refunded"])
        if before["total_count"] < now["refunds"]["total_count"]:
            told = dict(sorted({**told, "refunds": before}.items()))
    return {key: item for key, item in told.items() if key not in now or item != now[key]}


def _refunds_before(refunds: Shown, amount: int) -> Shown:
    """What changes of the list, as it was when so much had been refunded: the oldest that add up to it."""
    kept: list[Shown] = []
    for refund in reversed(refunds["data"]):
        if sum(each["amount"] for each in kept) >= amount:
            break
        kept.insert(0, refund)
    return {"data": kept, "total_count": len(kept)}


def _without(out: Shown, kind: Any, version: str, whole: bool) -> Shown:
    for change in BY_OBJECT.get(kind, ()) if isinstance(kind, str) else ():
        if version[:10] < change.since:
            for path in change.came:
                _drop(out, path.split("."), whole)
            for name, words in change.was.items():
                if name in out:
                    out[name] = _called(out[name], words)
    return out


def _called(word: Any, words: Mapping[str, str]) -> Any:
    if word.__class__ is list:
        return [then for then in (words.get(now, now) for now in word) if then]
    return words.get(word, word)


def _drop(node: Any, path: list[str], whole: bool) -> None:
    """The key at the path is gone, if it was there; in a part of an object so is a hash that only it was in."""
    name, *rest = path
    if node.__class__ is not dict or name not in node:
        return
    if not rest:
        del node[name]
        return
    if node[name].__class__ is dict:
        node[name] = inner = dict(node[name])
        _drop(inner, rest, whole)
        if not inner and not whole:
            del node[name]


def with_defaults(params: Any, operation: str, version: str) -> Any:
    """The parameters with what an older version understood by those that were left out."""
    given = params.model_fields_set
    meant = {
        row.param: row.value
        for row in DEFAULTS
        if row.operation == operation and version[:10] < row.until and given.isdisjoint((row.param, *row.unless))
    }
    return params.model_copy(update=meant) if meant else params


# How versions are known, for the fidelity page.
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("versions from 2020-08-27 on are shown as Stripe's changelog says, as far as it touches what the sandbox emulates", "changelog"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("any day between the oldest and the newest version is one, with its release's name or without", "not only days of releases"),
    ("payment_method_types is accepted in every version, although it went with 2026-09-30.endive", "the CLI of that day still sends it"),
    ("before their versions a prevented dispute is warning_closed and one in appeal is lost", "what older versions say instead"),
    ("before 2022-11-15 a delivered event's charges and refunds are those of the time of its delivery", "the sandbox's own"),
    ("before 2024-10-28 endpoints get no refund.* events of charges; the list of events shows them", "the sandbox's own"),
)
