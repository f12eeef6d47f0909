"""`/v1/disputes`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import create_model

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import Dispute, Document
from sandbox.providers.base import Op
from sandbox.providers.stripe import disputing
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.routes.dispute_forms import (
    Appeal,
    EnhancedEvidence,
    LongText,
    check_acknowledged,
    check_round,
    files_of,
    merged_appeal,
    merged_enhanced,
)
from sandbox.providers.stripe.routes.refunds import of_payment
from sandbox.providers.stripe.upload import count_pages
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
)
from sandbox.providers.stripe.views.dispute import FILES, TEXTS
from sandbox.providers.stripe.wire import Page, slice_of

LONG = frozenset((
    "access_activity_log", "cancellation_policy_disclosure", "cancellation_rebuttal", "duplicate_charge_explanation",
    "product_description", "refund_policy_disclosure", "refund_refusal_explanation", "uncategorized_text",
))  # fmt: skip
TEXT_CHARACTERS_MAX = 150_000  # over all text fields, what is staged already included
FILES_BYTES_MAX = 4_500_000  # over all files of a dispute
PAGES_MAX = 49  # over all files of a dispute
PAGES_MAX_OF: Mapping[str, int] = {"mastercard": 19}
TOO_LONG = "The combined character count of all evidence fields is limited to 150,000."
TOO_MANY_PAGES = "The files attached to this dispute as evidence have {} pages in total; {} disputes take at most {}."
WRONG_PURPOSE = "File with id {} must have purpose dispute_evidence."
NO_SMART_DISPUTES = "Smart Disputes is not available for this dispute."
TOO_BIG = (
    "The files you've attached to this dispute as evidence will exceed the limit for a dispute's total size. Try using smaller files "
    "as evidence. Hint: if you've attached images, you might want to try providing them in lower resolutions."
)
ALREADY_SUBMITTED = "Evidence for this dispute has already been submitted. You can only submit evidence once."
LONG_FIELD: Any = Clearable[LongText]  # type: ignore[misc]  # an alias, made for annotations
FIELD: Any = Clearable[Text]  # type: ignore[misc]

fields: dict[str, Any] = {name: (LONG_FIELD if name in LONG else FIELD, None) for name in sorted((*TEXTS, *FILES))}
fields["enhanced_evidence"] = (Clearable[EnhancedEvidence], None)  # type: ignore[misc]
fields["appeal"] = (Clearable[Appeal], None)  # type: ignore[misc]
Evidence = create_model("Evidence", __base__=Params, **fields)


class DisputeUpdate(Expandable):
    evidence: Evidence | None = None  # type: ignore[valid-type]
    metadata: Metadata = None
    submit: Bool = True
    intended_submission_method: Literal["manual", "prefer_manual", "prefer_smart_disputes", "smart_disputes"] | None = None


def update(merchant: Merchant, params: DisputeUpdate, dispute_id: str) -> Dispute:
    dispute: Dispute = find.in_path(merchant, find.DISPUTE, dispute_id)
    given: dict[str, Any] = params.evidence.given() if params.evidence is not None else {}
    facts: dict[str, Any] = {"metadata": merge_metadata(dispute.metadata, params.metadata)}
    if params.intended_submission_method is not None:
        wish = submission_method(dispute, params.intended_submission_method)
        facts["details"] = {**dispute.details, "intended_submission_method": wish}
    dispute = answered(merchant, dispute, params, given, facts)
    if params.intended_submission_method is not None:
        disputing.await_smart_disputes(merchant, dispute)
    return dispute


def answered(merchant: Merchant, dispute: Dispute, params: DisputeUpdate, given: dict[str, Any], facts: dict[str, Any]) -> Dispute:
    """The dispute with its evidence staged or submitted, if the request says anything of it."""
    wants_submit = params.submit and (bool(given) or "submit" in params.model_fields_set)
    if not given and not wants_submit:
        return merchant.fire(dispute, Trigger.UPDATE, **facts)
    check_open(dispute)
    check_round(dispute, given, disputing.shown(dispute))
    facts["evidence"] = merged_evidence(merchant, dispute, given)
    own = dispute.details.get("enriched")
    if own and not own.keys().isdisjoint(given):
        # What the merchant says of a field, also that it is empty, stands in the place of what Stripe knew.
        details = facts.get("details", dispute.details)
        facts["details"] = {**details, "enriched": {name: text for name, text in own.items() if name not in given}}
    if not wants_submit:
        return disputing.stage(merchant, dispute, **facts)
    check_acknowledged(dispute, facts["evidence"])
    check_pages(merchant, dispute, facts["evidence"])
    return disputing.submit(merchant, dispute, **facts)


def submission_method(dispute: Dispute, wanted: str) -> str:
    """The wanted way of answering; Stripe's own answering service is for the disputes of one test card."""
    if wanted.endswith("smart_disputes") and not dispute.details.get("smart"):
        raise Refusal(
            Reason.PARAM_INVALID, code="smart_disputes_not_available", message=NO_SMART_DISPUTES, param="intended_submission_method"
        )
    return wanted


def check_open(dispute: Dispute) -> None:
    """Evidence is taken while the bank waits for it, and once."""
    if disputing.closed(dispute):
        raise Refusal(Reason.DISPUTE_CLOSED)
    if dispute.status in ("under_review", "warning_under_review", "appeal_under_review"):
        raise Refusal(Reason.PARAM_INVALID, message=ALREADY_SUBMITTED, param="")


def merged_evidence(merchant: Merchant, dispute: Dispute, given: Mapping[str, Any]) -> dict[str, Any]:
    """The evidence with what the request adds or clears; files looked up, limits kept."""
    for name in FILES:
        if given.get(name) is not None:
            check_file(merchant, given[name], f"evidence[{name}]")
    given = {**given, **forms(merchant, dispute, given)}
    evidence = {name: value for name, value in {**dispute.evidence, **given}.items() if value is not None}
    if sum(len(evidence.get(name, "")) for name in TEXTS) > TEXT_CHARACTERS_MAX:
        raise Refusal(Reason.PARAM_INVALID, message=TOO_LONG, param="evidence")
    files = {evidence[name] for name in FILES if name in evidence}
    if sum(len(merchant.get(STRIPE, Document, key).content) for key in files) > FILES_BYTES_MAX:
        raise Refusal(Reason.PARAM_INVALID, message=TOO_BIG, param="evidence")
    return dict(sorted(evidence.items()))


def forms(merchant: Merchant, dispute: Dispute, given: Mapping[str, Any]) -> dict[str, Any]:
    """The forms inside the evidence that a request names, merged with what is staged of them."""
    merged: dict[str, Any] = {}
    if given.get("enhanced_evidence") is not None:
        merged["enhanced_evidence"] = merged_enhanced(merchant, dispute, given["enhanced_evidence"])
    if given.get("appeal") is not None:
        for file, param in files_of(given["appeal"]):
            check_file(merchant, file, param)
        merged["appeal"] = merged_appeal(dispute, given["appeal"])
    return merged


def check_pages(merchant: Merchant, dispute: Dispute, evidence: Mapping[str, Any]) -> None:
    """The bank takes so many pages and no more; an image is one."""
    files = [merchant.get(STRIPE, Document, key) for key in {evidence[name] for name in FILES if name in evidence}]
    pages = sum(count_pages(file.content) if file.media == "pdf" else 1 for file in files)
    brand = str(dispute.details["brand"])
    most = PAGES_MAX_OF.get(brand, PAGES_MAX)
    if pages > most:
        message = TOO_MANY_PAGES.format(pages, brand, most)
        raise Refusal(Reason.PARAM_INVALID, code="dispute_evidence_page_limit_exceeded", message=message, param="evidence")


def check_file(merchant: Merchant, file_id: str, param: str) -> None:
    document: Document = find.in_params(merchant, find.FILE, file_id, param)
    if document.purpose != "dispute_evidence":
        raise Refusal(Reason.PARAM_INVALID, message=WRONG_PURPOSE.format(file_id), param=param)


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
    if params.charge:
        find.in_params(merchant, find.CHARGE, params.charge, "charge")
    if params.payment_intent:
        find.in_params(merchant, find.INTENT, params.payment_intent, "payment_intent")
    return slice_of(merchant, STRIPE, Dispute, "dispute", params, "/v1/disputes", *of_payment(params))


OPERATIONS = (
    Op("GET", "/v1/disputes", index, DisputeList),
    Op("GET", "/v1/disputes/{dispute}", retrieve, Expandable),
    Op("POST", "/v1/disputes/{dispute}", update, DisputeUpdate),
    Op("POST", "/v1/disputes/{dispute}/close", close, Expandable),
)

# How the rules above are known, for the fidelity page.
VALIDATED: tuple[tuple[str, str], ...] = (
    ("evidence for a closed dispute, or closing it again, answers 'This dispute is already closed'", "recorded answers"),
    ("the answer of the submitting call still says under_review", "recorded answers"),
    ("staged evidence sets has_evidence, a submission submission_count", "recorded answers"),
    ("evidence files that are too big together are refused", "wording seen in a public thread"),
)
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("evidence has 27 fields; eight texts take 20,000 characters, the others 5,000", "API reference: Dispute evidence"),
    ("submit is true unless said otherwise; one submission only", "API reference: Update a dispute"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("more than 150,000 characters of text evidence are refused, what is staged included", "wording"),
    ("more than 49 pages of evidence, 19 on Mastercard, are refused on submission", "wording, and that all files count together"),
    ("evidence files of a dispute add up to 4.5 MB, which is 4,500,000 bytes", "the exact number"),
    ("a file of another purpose is refused as evidence", "wording"),
    ("evidence for a dispute under review is refused, metadata is not", "behaviour; the documentation says one submission only"),
    ("metadata of a closed dispute may be changed", "behaviour"),
    ("smart_disputes and prefer_smart_disputes answer smart_disputes_not_available, but for createAutoRepresentmentEligibleDispute",
     "wording"),
    ("an eligible dispute starts as prefer_manual: Smart Disputes answers an hour before due_by, unless evidence was sent or manual asked",
     "when, and the usual value"),
)
