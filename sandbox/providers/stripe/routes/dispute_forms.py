"""The two forms inside a dispute's evidence: enhanced evidence, which some disputes take, and the appeal of a lost one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.core.records import Dispute
from sandbox.providers.stripe import enhanced
from sandbox.providers.stripe.addresses import Address
from sandbox.providers.stripe.enhanced import CE3, COMPLIANCE, DISPUTED, PRIOR, PRIORS
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.validate import Bool, Clearable, ListOf, Params, Text, text_up_to

LONG_CHARACTERS_MAX = 20_000
LongText = Annotated[str, text_up_to(LONG_CHARACTERS_MAX)]
LENGTH_MIN: Mapping[str, int] = {"customer_device_fingerprint": 20, "customer_device_id": 15}
ENHANCED, APPEAL = "enhanced_evidence", "appeal"
NOT_ELIGIBLE = "This dispute is not eligible for {}."
TOO_SHORT = "Invalid {}: must be at least {} characters"
TOO_MANY = "Invalid array: at most 2 prior undisputed transactions"
NOT_ACKNOWLEDGED = "You must acknowledge the fee of this compliance dispute with `{}` before you can submit evidence."
NOT_APPEALABLE = "This dispute cannot be appealed: its status is {}."
APPEAL_ONLY = "Evidence for this dispute has already been decided on. Use `evidence[appeal]` to appeal the decision."
NAME: Mapping[str, str] = {CE3: "Visa Compelling Evidence 3.0", **{kind: kind.replace("_", " ") for kind in COMPLIANCE}}


class Transaction(Params):
    customer_account_id: Clearable[Text] = None
    customer_device_fingerprint: Clearable[Text] = None
    customer_device_id: Clearable[Text] = None
    customer_email_address: Clearable[Text] = None
    customer_purchase_ip: Clearable[Text] = None
    product_description: Clearable[LongText] = None
    shipping_address: Clearable[Address] = None


class DisputedTransaction(Transaction):
    merchandise_or_services: Literal["merchandise", "services"] | None = None


class PriorTransaction(Transaction):
    charge: Text


class CompellingEvidence(Params):
    disputed_transaction: DisputedTransaction | None = None
    prior_undisputed_transactions: ListOf[PriorTransaction] | None = None


class Acknowledgement(Params):
    fee_acknowledged: Bool | None = None


class EnhancedEvidence(Params):
    visa_compelling_evidence_3: CompellingEvidence | None = None
    visa_compliance: Acknowledgement | None = None
    mastercard_compliance: Acknowledgement | None = None


class CardAppeal(Params):
    reason_for_filing: Clearable[LongText] = None
    supporting_files: Clearable[ListOf[Text]] = None


class Appeal(Params):
    card: Clearable[CardAppeal] = None


def full(*path: str | int) -> str:
    return "evidence" + "".join(f"[{part}]" for part in path)


def refusal(message: str, *path: str | int) -> Refusal:
    return Refusal(Reason.PARAM_INVALID, param=full(*path), message=message)


def merged_enhanced(merchant: Merchant, dispute: Dispute, given: EnhancedEvidence) -> dict[str, Any]:
    """What is staged of enhanced evidence after a request: hashes key by key, the list of earlier payments as a whole.

    Raises:
        Refusal: PARAM_INVALID, REFERENCE_NOT_FOUND.
    """
    staged: dict[str, Any] = dict(dispute.evidence.get(ENHANCED, {}))
    for kind, said in given.given().items():
        if kind not in enhanced.types_of(dispute):
            raise refusal(NOT_ELIGIBLE.format(NAME[kind]), ENHANCED, kind)
        before = staged.get(kind, {})
        if isinstance(said, CompellingEvidence):
            staged[kind] = merged_compelling(merchant, before, said)
        elif isinstance(said, Acknowledgement) and said.fee_acknowledged is not None:
            staged[kind] = {"fee_acknowledged": said.fee_acknowledged}
    return staged


def merged_compelling(merchant: Merchant, before: Mapping[str, Any], given: CompellingEvidence) -> dict[str, Any]:
    after = dict(before)
    if given.disputed_transaction is not None:
        known = after.get(DISPUTED) or shown(DisputedTransaction())
        after[DISPUTED] = {**known, **said_of(given.disputed_transaction, CE3, DISPUTED)}
    if given.prior_undisputed_transactions is not None:
        if len(given.prior_undisputed_transactions) > PRIORS:
            raise refusal(TOO_MANY, ENHANCED, CE3, PRIOR)
        after[PRIOR] = []
        for place, prior in enumerate(given.prior_undisputed_transactions):
            find.in_params(merchant, find.CHARGE, prior.charge, full(ENHANCED, CE3, PRIOR, place, "charge"))
            after[PRIOR].append({**shown(prior), **said_of(prior, CE3, PRIOR, place)})
    return after


def shown(transaction: Transaction) -> dict[str, Any]:
    """Every key of a transaction, as the dispute shows it."""
    return find.plain(transaction)


def said_of(transaction: Transaction, *path: str | int) -> dict[str, Any]:
    """What a request says of a payment. Raises Refusal PARAM_INVALID: too short to tell devices apart."""
    said = find.kept(transaction, sorted(transaction.__class__.model_fields))
    for name, least in LENGTH_MIN.items():
        if said.get(name) is not None and len(said[name]) < least:
            raise refusal(TOO_SHORT.format(name, least), ENHANCED, *path, name)
    return said


def check_acknowledged(dispute: Dispute, evidence: Mapping[str, Any]) -> None:
    """What the network asks for its decision is known. Raises Refusal PARAM_INVALID."""
    shown = enhanced.shown_evidence(dispute._replace(evidence=evidence))
    for kind in COMPLIANCE:
        if kind in shown and not shown[kind]["fee_acknowledged"]:
            name = full(ENHANCED, kind, "fee_acknowledged")
            raise Refusal(Reason.PARAM_INVALID, param=name, message=NOT_ACKNOWLEDGED.format(name))


def check_round(dispute: Dispute, given: Mapping[str, Any], status: str) -> None:
    """An appeal is for lost disputes that the bank lets be appealed, and they take nothing else. Raises Refusal PARAM_INVALID."""
    appealing = dispute.status == "appeal_needs_response"
    if APPEAL in given and not appealing:
        raise refusal(NOT_APPEALABLE.format(status), APPEAL)
    if appealing and any(name != APPEAL for name in given):
        raise Refusal(Reason.PARAM_INVALID, param="evidence", message=APPEAL_ONLY)


def merged_appeal(dispute: Dispute, given: Appeal) -> dict[str, Any]:
    """What is staged of an appeal after a request."""
    if "card" in given.model_fields_set and given.card is None:
        return {"card": None}
    before = (dispute.evidence.get(APPEAL) or {}).get("card") or {}
    card = given.card.given() if given.card is not None else {}
    merged = {"reason_for_filing": None, "supporting_files": None, **before, **card}
    files = merged["supporting_files"]
    return {"card": {**merged, "supporting_files": list(files) if files is not None else None}}


def files_of(appeal: Appeal) -> list[tuple[str, str]]:
    """(id, full name) of the files that an appeal brings."""
    files = (appeal.card.supporting_files if appeal.card is not None else None) or ()
    return [(file, full(APPEAL, "card", "supporting_files", place)) for place, file in enumerate(files)]


# What no source confirms, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("enhanced evidence that the dispute is not eligible for, more than two earlier payments, too short device ids: 400", "wording"),
    ("evidence of a compliance dispute whose fee is not acknowledged is refused on submission", "wording"),
    ("hashes of enhanced evidence are merged key by key, the earlier payments replaced as a whole", "behaviour"),
    ("evidence[appeal] is refused unless the dispute is appeal_needs_response, and is then all that is taken", "behaviour, wording"),
    ("an appeal is decided by evidence[appeal][card][reason_for_filing]: winning_evidence, losing_evidence, else by the setting outcome",
     "the sandbox's own"),
)  # fmt: skip
