"""`expand`: ids in an answer replaced by the objects they name, up to four levels deep. The store is never altered.

Source: reference "Lists, pagination, expand"; which field of which object may be expanded is `EXPANDABLE`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox.core.branches import split
from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Customer, Dispute, Document, Entry, Instrument, Refund
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.records import (
    ApplicationFee,
    BankAccount,
    ConnectedAccount,
    FeeRefund,
    FrozenClock,
    LegacySource,
    Mandate,
    PaymentIntent,
    Payout,
    PlatformTransfer,
    Review,
    TransferReversal,
)
from sandbox.providers.stripe.views.dispute import FILES

DEPTH_MAX = 4
REFUNDS_SHOWN = SOURCES_SHOWN = 10
Loader = Callable[[Merchant, dict[str, Any], str], Any]
View = Callable[[Merchant, Any], dict[str, Any]]

# object -> field -> kinds its id may name; None: a field that is always null here, and expands to null.
EXPANDABLE: Mapping[str, Mapping[str, Sequence[type] | None]] = {
    "charge": {
        "application": None, "application_fee": (ApplicationFee,), "balance_transaction": (Entry,), "customer": (Customer,),
        "destination": (ConnectedAccount,), "dispute": (Dispute,),
        "failure_balance_transaction": (Entry,), "on_behalf_of": (ConnectedAccount,), "payment_intent": (PaymentIntent,),
        "review": (Review,),
        "source_transfer": (PlatformTransfer,), "transfer": (PlatformTransfer,),
    },
    "payment_intent": {
        "application": None, "customer": (Customer,), "latest_charge": (Charge,), "on_behalf_of": (ConnectedAccount,),
        "payment_method": (Instrument,), "review": (Review,),
    },
    "setup_intent": {
        "application": None, "customer": (Customer,), "latest_attempt": None, "mandate": (Mandate,), "on_behalf_of": None,
        "payment_method": (Instrument,), "single_use_mandate": None,
    },
    "refund": {
        "balance_transaction": (Entry,), "charge": (Charge,), "customer": (Customer,), "failure_balance_transaction": (Entry,),
        "payment_intent": (PaymentIntent,), "payment_method": (Instrument,), "source_transfer_reversal": (TransferReversal,),
        "transfer_reversal": (TransferReversal,),
    },
    "dispute": {"balance_transaction": (Entry,), "charge": (Charge,), "payment_intent": (PaymentIntent,)},
    "evidence": dict.fromkeys(FILES, (Document,)),
    "payment_method": {"customer": (Customer,)},
    "card": {"customer": (Customer,), "mandate": (Mandate,), "supporting_files": (Document,)},  # the last one of an appeal
    "capability": {"account": (ConnectedAccount,)},
    "mandate": {"payment_method": (Instrument,)},
    "us_bank_account": {"mandate": (Mandate,)},
    "customer": {"default_source": (LegacySource,), "test_clock": (FrozenClock,)},
    "invoice_settings": {"default_payment_method": (Instrument,)},
    "balance_transaction": {"source": (Charge, Refund, Dispute, Payout, PlatformTransfer, TransferReversal, ApplicationFee, FeeRefund)},
    "transfer": {
        "balance_transaction": (Entry,), "destination": (ConnectedAccount,), "destination_payment": (Charge,),
        "source_transaction": (Charge,),
    },
    "transfer_reversal": {
        "balance_transaction": (Entry,), "destination_payment_refund": (Refund,), "source_refund": (Refund,),
        "transfer": (PlatformTransfer,),
    },
    "application_fee": {
        "account": (ConnectedAccount,), "application": None, "balance_transaction": (Entry,), "charge": (Charge,),
        "originating_transaction": (Charge,),
    },
    "fee_refund": {"balance_transaction": (Entry,), "fee": (ApplicationFee,)},
    "transfer_data": {"destination": (ConnectedAccount,)},
    "payout": {
        "application_fee": None, "balance_transaction": (Entry,), "destination": (BankAccount,), "failure_balance_transaction": (Entry,),
        "original_payout": (Payout,), "reversed_by": (Payout,),
    },
    "review": {"charge": (Charge,), "payment_intent": (PaymentIntent,)},
    "outcome": {"rule": None},
    "file_link": {"file": (Document,)},
    "radar.early_fraud_warning": {"charge": (Charge,), "payment_intent": (PaymentIntent,)},
}  # fmt: skip
# Kinds that a record of one account may name in another's books.
ACROSS = frozenset((Charge, Refund, ConnectedAccount, PlatformTransfer, TransferReversal, ApplicationFee))
# Hashes and lists that a path may pass through, or end at, without replacing anything.
PASSED: Mapping[str, Sequence[str]] = {
    "charge": (
        "billing_details", "fraud_details", "outcome", "payment_method_details", "presentment_details", "radar_options", "refunds",
        "shipping", "transfer_data",
    ),
    "payment_intent": (
        "amount_details", "automatic_payment_methods", "hooks", "last_payment_error", "managed_payments", "next_action",
        "payment_details", "payment_method_configuration_details", "payment_method_options", "presentment_details", "processing",
        "shipping", "transfer_data",
    ),
    "setup_intent": (
        "automatic_payment_methods", "last_setup_error", "managed_payments", "next_action", "payment_method_configuration_details",
        "payment_method_options",
    ),
    "last_payment_error": ("payment_method",),
    "last_setup_error": ("payment_method",),
    "refund": ("destination_details", "next_action", "presentment_details"),
    "dispute": ("balance_transactions", "evidence", "evidence_details", "payment_method_details"),
    "evidence": ("appeal", "enhanced_evidence"),
    "appeal": ("card",),
    "review": ("ip_address_location", "session"),
    "payment_method": ("billing_details", "card", "promptpay", "radar_options", "sepa_debit", "us_bank_account"),
    "payment_method_details": ("card", "promptpay", "sepa_debit", "us_bank_account"),
    "us_bank_account": ("networks", "status_details"),
    "sepa_debit": ("generated_from",),
    "card": (
        "checks", "extended_authorization", "generated_from", "incremental_authorization", "installments", "multicapture",
        "network_token", "networks", "overcapture", "three_d_secure", "three_d_secure_usage", "wallet",
    ),
    "customer": ("address", "cash_balance", "discount", "invoice_settings", "shipping", "sources", "tax"),
    "source": ("card", "code_verification", "owner", "receiver", "redirect", "source_order"),
    "token": ("bank_account", "card"),
    "test_helpers.test_clock": ("status_details",),
    "capability": ("future_requirements", "requirements"),
    "mandate": ("customer_acceptance", "multi_use", "payment_method_details", "single_use"),
    "invoice_settings": ("custom_fields", "rendering_options"),
    "balance_transaction": ("fee_details",),
    "payout": ("trace_id",),
    "transfer_data": ("payment_data",),
    "transfer": ("reversals",),
    "application_fee": ("fee_source", "refunds"),
    "file": ("links",),
    "event": ("data", "request"),
    "balance": ("available", "connect_reserved", "instant_available", "issuing", "pending", "refund_and_dispute_prefunding"),
    "account": (
        "business_profile", "capabilities", "company", "controller", "external_accounts", "future_requirements", "groups",
        "individual", "requirements", "settings", "tos_acceptance",
    ),
}  # fmt: skip
# Lists that are left out unless asked for, and are always empty here: nothing of the kind can be made yet.
EMPTY_LISTS: Mapping[str, Sequence[str]] = {"customer": ("subscriptions", "tax_ids")}


def expand(merchant: Merchant, shown: dict[str, Any], paths: Sequence[str], view_of: Callable[[type], View]) -> None:
    """Every path is expanded inside `shown`, which was made for this answer.

    Raises:
        Refusal: NOT_EXPANDABLE, EXPAND_TOO_DEEP.
    """
    kind = shown.get("object")
    listed = kind in ("list", "search_result")
    for path in paths:
        if kind == "search_result" and path == "total_count":
            continue  # it stands there already
        parts = path.split(".")
        if len(parts) > DEPTH_MAX:  # `data` of a list counts, too
            raise Refusal(Reason.EXPAND_TOO_DEEP, path=path)
        if not listed:
            _walk(merchant, shown, parts, path, view_of)
        elif parts[0] != "data":
            hint = f" You may want to try expanding 'data.{path}' instead."
            raise Refusal(Reason.NOT_EXPANDABLE, path=path, hint=hint)
        elif len(parts) > 1:
            _check_empty(shown, parts[1], path)
            for item in shown["data"]:
                _walk(merchant, item, parts[1:], path, view_of)


def _check_empty(shown: dict[str, Any], part: str, path: str) -> None:
    """An empty list still refuses a name that no object could expand."""
    if not shown["data"] and not any(part in fields for fields in (*EXPANDABLE.values(), *PASSED.values(), *EMPTY_LISTS.values())):
        raise Refusal(Reason.NOT_EXPANDABLE, path=path)


def _walk(merchant: Merchant, node: dict[str, Any], parts: Sequence[str], path: str, view_of: Callable[[type], View], of: str = "") -> None:
    name, rest = parts[0], parts[1:]
    kind = of or str(node.get("object", ""))
    if kind == "charge" and name == "refunds" and "refunds" not in node:
        _place(node, "refunds", _refunds(merchant, node, view_of))
    if kind == "customer" and name == "sources" and not node.get("deleted") and "sources" not in node:
        _place(node, "sources", _sources(merchant, node, view_of))
    elif name in EMPTY_LISTS.get(kind, ()) and not node.get("deleted"):
        _place(node, name, {"object": "list", "data": [], "has_more": False, "url": f"/v1/customers/{node['id']}/{name}"})
        return
    fields = EXPANDABLE.get(kind, {})
    passed = name in PASSED.get(kind, ()) or (name == "data" and kind == "list")
    if name not in fields and not passed:
        raise Refusal(Reason.NOT_EXPANDABLE, path=path)
    value = node.get(name)
    if value is None:
        return
    if isinstance(value, str) and name in fields:
        value = node[name] = _load(merchant, value, fields[name] or (), view_of)
    elif isinstance(value, list) and name in fields:
        loaded = [_load(merchant, item, fields[name] or (), view_of) if isinstance(item, str) else item for item in value]
        value = node[name] = loaded
    elif not rest and name in fields:
        return  # an earlier path expanded it
    elif isinstance(value, dict) and passed:
        value = node[name] = dict(value)
    elif isinstance(value, list) and passed:
        value = node[name] = [dict(item) for item in value]
    if not rest:
        return
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            _walk(merchant, item, rest, path, view_of, "" if "object" in item else name)


def _place(node: dict[str, Any], name: str, value: Any) -> None:
    """A key that was left out is in its place in the alphabet; `id` and `object` stay first."""
    later = {key: node.pop(key) for key in [*node] if key > name and key not in ("id", "object")}
    node.update({name: value, **later})


def _load(merchant: Merchant, key: str, kinds: Sequence[type], view_of: Callable[[type], View]) -> Any:
    for kind in kinds:
        record = merchant.get(STRIPE, kind, key) or (merchant.anywhere(STRIPE, kind, key) if kind in ACROSS else None)
        if record is not None:
            with merchant.acting_for(split(record.provider)[1]):
                return view_of(kind)(merchant, record)
    return key  # a legacy card or an object that retention dropped: its id is all there is


def _refunds(merchant: Merchant, charge: dict[str, Any], view_of: Callable[[type], View]) -> dict[str, Any]:
    """A charge's refunds, newest first, at most ten."""
    found = merchant.store.shelf(STRIPE, Refund).of("charge_id", charge["id"])[::-1]
    show = view_of(Refund)
    return {
        "object": "list",
        "data": [show(merchant, refund) for refund in found[:REFUNDS_SHOWN]],
        "has_more": len(found) > REFUNDS_SHOWN,
        "total_count": len(found),
        "url": f"/v1/charges/{charge['id']}/refunds",
    }


def _sources(merchant: Merchant, customer: dict[str, Any], view_of: Callable[[type], View]) -> dict[str, Any]:
    """A customer's cards and sources, newest first, at most ten."""
    found = merchant.store.shelf(STRIPE, LegacySource).of("customer_id", customer["id"])[::-1]
    show = view_of(LegacySource)
    return {
        "object": "list",
        "data": [show(merchant, source) for source in found[:SOURCES_SHOWN]],
        "has_more": len(found) > SOURCES_SHOWN,
        "total_count": len(found),
        "url": f"/v1/customers/{customer['id']}/sources",
    }
