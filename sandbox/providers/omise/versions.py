"""Omise's API versions: views speak the newest, older ones are made from it, object by object.

Source: the changelog of docs.omise.co and recordings of 2015-11-17 and 2017-11-02 in the SDKs' repositories.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.providers.omise import money

NEWEST = "2019-05-29"
V2017, V2015, V2014 = "2017-11-02", "2015-11-17", "2014-07-27"
VERSIONS = (V2014, V2015, V2017, NEWEST)

Shown = dict[str, Any]


def known(version: str | None) -> str:
    """The version itself; the newest for one that Omise never had."""
    return version if version in VERSIONS else NEWEST


def check(merchant: Merchant, said: str) -> None:
    """A request may name this version. Raises Refusal VERSION_UNKNOWN, if the setting is strict."""
    if said and said not in VERSIONS and money.setting(merchant, "strict_version", False):
        raise Refusal(Reason.VERSION_UNKNOWN, version=said[:40])


def older(shown: Any, version: str, inside: bool = False) -> Any:
    """An answer of the newest version as an older one shows it, with everything in it.

    Args:
        inside: it stands inside another object, where lists have no order.
    """
    if shown.__class__ is list:
        return [older(item, version, True) for item in shown]
    if shown.__class__ is not dict:
        return shown
    out = {key: value if key == "metadata" else older(value, version, True) for key, value in shown.items()}
    if inside and out.get("object") == "list":
        out["order"] = None
    change = CHANGES.get(out.get("object", ""))
    out = change(out, version) if change is not None else out
    if "created_at" in out:
        out = {("created" if key == "created_at" else key): value for key, value in out.items()}
    for name in ("currency", "funding_currency"):
        if isinstance(out.get(name), str):
            out[name] = out[name].lower()
    for name in ("currencies", "supported_currencies"):
        if isinstance(out.get(name), list):
            out[name] = [currency.lower() for currency in out[name]]
    return out


def _without(shown: Shown, *names: str) -> Shown:
    return {key: value for key, value in shown.items() if key not in names}


NOT_YET_ON_CHARGES = (
    "authorization_type", "authorized_amount", "captured_amount", "acquirer_reference_number", "net", "fee", "fee_vat", "interest",
    "interest_vat", "funding_amount", "transaction_fees", "platform_fee", "funding_currency", "link", "schedule", "linked_account",
    "merchant_advice", "merchant_advice_code", "paid_at", "authorized_at", "expires_at", "expired_at", "reversed_at", "multi_capture",
    "zero_interest_installments", "branch", "terminal", "device", "capturable", "disputable", "refundable", "partially_refundable",
    "reversible", "voided", "expired", "can_perform_void", "approval_code", "statement_descriptor", "webhook_endpoints",
)  # fmt: skip
SOURCE_OF_FUND = {True: "card", False: "offsite"}


def _charge(shown: Shown, version: str) -> Shown:
    out = _without(shown, *NOT_YET_ON_CHARGES)
    out["refunded"] = out.pop("refunded_amount")
    out.setdefault("reference", None)
    if version == V2017:
        return out
    source = out.pop("source")
    out["captured"] = out.pop("paid")
    offline = isinstance(source, dict) and source["flow"] == "offline"
    out["source_of_fund"] = "offline" if offline else SOURCE_OF_FUND[source is None]
    out["offsite"] = source["type"] if isinstance(source, dict) and not offline else None
    out["offline"] = {"type": source["type"]} if isinstance(source, dict) and offline else None
    return out


def _refund(shown: Shown, version: str) -> Shown:
    new = ("status", "funding_amount", "funding_currency", "acquirer_reference_number", "approval_code", "terminal", "capture")
    out = _without(shown, *new)
    return out if version == V2017 else _without(out, "voided")


def _transaction(shown: Shown, version: str) -> Shown:
    out = _without(shown, "key", "livemode", "location", "transferable_at")
    out["type"], out["source"] = out.pop("direction"), out.pop("origin")
    out["transferable"] = shown["transferable_at"]
    return out


def _dispute(shown: Shown, version: str) -> Shown:
    out = _without(shown, "funding_amount", "funding_currency", "metadata", "admin_message", "transactions")
    lines = shown["transactions"]
    out["transaction"] = lines[-1]["id"] if lines else None
    return out


def _document(shown: Shown, version: str) -> Shown:
    out = _without(shown, "deleted", "kind", "download_uri")
    return out if version == V2017 else _without(out, "created_at")


def _event(shown: Shown, version: str) -> Shown:
    return _without(shown, "webhook_deliveries")


def _list(shown: Shown, version: str) -> Shown:
    order = ("object", "from", "to", "offset", "limit", "total", "order", "location", "data")
    return {name: shown[name] for name in order if name in shown}


def _short_when_deleted(shown: Shown, version: str) -> Shown:
    if not shown.get("deleted"):
        return shown
    return {name: shown[name] for name in ("object", "id", "livemode", "deleted")}


CHANGES: Mapping[str, Callable[[Shown, str], Shown]] = {
    "charge": _charge,
    "refund": _refund,
    "transaction": _transaction,
    "dispute": _dispute,
    "document": _document,
    "event": _event,
    "list": _list,
    "card": _short_when_deleted,
    "customer": _short_when_deleted,
    "recipient": _short_when_deleted,
    "transfer": _short_when_deleted,
}

ASSUMED: tuple[tuple[str, str], ...] = (
    ("an Omise-Version that Omise never had is answered in the newest, with setting strict_version by 400 bad_request", "which of the two"),
    ("2014-07-27 is answered like 2015-11-17", "no source tells the two apart"),
    ("which fields of a charge older versions lack", "only the changelog's main lines are known"),
    ("a dispute's single `transaction` of older versions is the first one", "which one after a win"),
)
