"""`/v1/disputes`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import create_model

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import Dispute, Document
from sandbox.providers.base import Op
from sandbox.providers.stripe import disputing
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.routes.refunds import of_payment
from sandbox.providers.stripe.validate import (
    Bool,
    Clearable,
    Created,
    Expandable,
    ListParams,
    Metadata,
    Params,
    Text,
    merge_metadata,
    text_up_to,
)
from sandbox.providers.stripe.views.dispute import FILES, TEXTS
from sandbox.providers.stripe.wire import Page, slice_of

LONG = frozenset((
    "access_activity_log", "cancellation_policy_disclosure", "cancellation_rebuttal", "duplicate_charge_explanation",
    "product_description", "refund_policy_disclosure", "refund_refusal_explanation", "uncategorized_text",
))  # fmt: skip
LONG_CHARACTERS_MAX = 20_000
TEXT_CHARACTERS_MAX = 150_000  # over all text fields, what is staged already included
FILES_BYTES_MAX = 4_500_000  # over all files of a dispute
TOO_LONG = "The combined character count of all evidence fields is limited to 150,000."  # Assumed wording
TOO_BIG = (
    "The files you've attached to this dispute as evidence will exceed the limit for a dispute's total size. Try using smaller files "
    "as evidence. Hint: if you've attached images, you might want to try providing them in lower resolutions."
)
CLOSED = "This dispute is already closed"
ALREADY_SUBMITTED = "Evidence for this dispute has already been submitted. You can only submit evidence once."  # Assumed wording
LongText = Annotated[str, text_up_to(LONG_CHARACTERS_MAX)]

fields: dict[str, Any] = {name: (Clearable[LongText if name in LONG else Text], None) for name in sorted((*TEXTS, *FILES))}
Evidence = create_model("Evidence", __base__=Params, **fields)


class DisputeUpdate(Expandable):
    evidence: Evidence | None = None  # type: ignore[valid-type]
    metadata: Metadata = None
    submit: Bool = True
    intended_submission_method: Literal["manual"] | None = None


def update(merchant: Merchant, params: DisputeUpdate, dispute_id: str) -> Dispute:
    dispute: Dispute = find.in_path(merchant, find.DISPUTE, dispute_id)
    given = params.evidence.given() if params.evidence is not None else {}
    metadata = merge_metadata(dispute.metadata, params.metadata)
    wants_submit = params.submit and (bool(given) or "submit" in params.model_fields_set)
    if not given and not wants_submit:
        return merchant.fire(dispute, Trigger.UPDATE, metadata=metadata)
    check_open(dispute)
    evidence = merged_evidence(merchant, dispute, given)
    if not wants_submit:
        return disputing.stage(merchant, dispute, evidence=evidence, metadata=metadata)
    return disputing.submit(merchant, dispute, evidence=evidence, metadata=metadata)


def check_open(dispute: Dispute) -> None:
    """Evidence is taken while the bank waits for it, and once."""
    if disputing.closed(dispute):
        raise Refusal(Reason.DISPUTE_CLOSED)
    if dispute.status in ("under_review", "warning_under_review"):
        raise Refusal(Reason.PARAM_INVALID, message=ALREADY_SUBMITTED, param="")


def merged_evidence(merchant: Merchant, dispute: Dispute, given: Mapping[str, Any]) -> dict[str, Any]:
    """The evidence with what the request adds or clears; files looked up, limits kept."""
    for name in FILES:
        if given.get(name) is not None:
            check_file(merchant, given[name], f"evidence[{name}]")
    evidence = {name: value for name, value in {**dispute.evidence, **given}.items() if value is not None}
    if sum(len(evidence.get(name, "")) for name in TEXTS) > TEXT_CHARACTERS_MAX:
        raise Refusal(Reason.PARAM_INVALID, message=TOO_LONG, param="evidence")
    files = {evidence[name] for name in FILES if name in evidence}
    if sum(len(merchant.get(STRIPE, Document, key).content) for key in files) > FILES_BYTES_MAX:
        raise Refusal(Reason.PARAM_INVALID, message=TOO_BIG, param="evidence")
    return dict(sorted(evidence.items()))


def check_file(merchant: Merchant, file_id: str, param: str) -> None:
    document: Document = find.in_params(merchant, find.FILE, file_id, param)
    if document.purpose != "dispute_evidence":
        # Assumed wording
        raise Refusal(Reason.PARAM_INVALID, message=f"File with id {file_id} must have purpose dispute_evidence.", param=param)


def close(merchant: Merchant, params: Expandable, dispute_id: str) -> Dispute:
    dispute: Dispute = find.in_path(merchant, find.DISPUTE, dispute_id)
    if disputing.closed(dispute):
        raise Refusal(Reason.DISPUTE_CLOSED)
    return merchant.fire(dispute, Trigger.ACCEPT)


def retrieve(merchant: Merchant, params: Expandable, dispute_id: str) -> Dispute:
    found: Dispute = find.in_path(merchant, find.DISPUTE, dispute_id)
    return found


class DisputeList(ListParams):
    charge: Text | None = None
    payment_intent: Text | None = None
    created: Created | None = None


def index(merchant: Merchant, params: DisputeList) -> Page:
    return slice_of(merchant, STRIPE, Dispute, "dispute", params, "/v1/disputes", *of_payment(params))


OPERATIONS = (
    Op("GET", "/v1/disputes", index, DisputeList),
    Op("GET", "/v1/disputes/{dispute}", retrieve, Expandable),
    Op("POST", "/v1/disputes/{dispute}", update, DisputeUpdate),
    Op("POST", "/v1/disputes/{dispute}/close", close, Expandable),
)
