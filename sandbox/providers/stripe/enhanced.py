"""Enhanced evidence: which disputes take it, and what it still lacks. The answer is worked out anew whenever evidence is staged.

Visa Compelling Evidence 3.0 answers fraud with two earlier payments of the same cardholder that nobody disputed; compliance
disputes need the merchant's word that the network's fee is known. Staged evidence is kept as the API shows it, under
`enhanced_evidence` of the dispute's evidence.

Source: docs.stripe.com "Visa Compelling Evidence 3.0" and "Visa compliance", API reference "Dispute", read 2026-11-23.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.core.merchant import Merchant
from sandbox.core.records import NOTHING, Charge, Dispute
from sandbox.providers.stripe.money import DAY

STRIPE = "stripe"
CE3, VISA_COMPLIANCE, MASTERCARD_COMPLIANCE = "visa_compelling_evidence_3", "visa_compliance", "mastercard_compliance"
COMPLIANCE = (VISA_COMPLIANCE, MASTERCARD_COMPLIANCE)
CE3_CODE = "10.4"
PRIORS = 2
PRIOR_AGE_DAYS = (120, 364)
DISPUTED, PRIOR = "disputed_transaction", "prior_undisputed_transactions"
PLACE = ("customer_device_fingerprint", "customer_device_id", "customer_purchase_ip")  # one of these has to match
IDENTIFIERS = (*PLACE, "customer_account_id", "customer_email_address", "shipping_address")
MATCHES_MIN = 2

Shown = dict[str, Any]


def types_of(dispute: Dispute) -> list[str]:
    """The forms of enhanced evidence that the dispute takes."""
    return list(dispute.details.get("eligible", ()))


def earned(merchant: Merchant, charge: Charge, network_code: str) -> Iterator[str]:
    """Profile network: what a dispute of the charge is eligible for by the networks' own rules."""
    if charge.details["card"]["brand"] == "visa" and network_code == CE3_CODE:
        mine = charge.details["card"]["fingerprint"]
        fit = [prior for prior in merchant.store.all(Charge) if prior.provider == STRIPE and _fits(prior, charge, mine)]
        if len(fit) >= PRIORS:
            yield CE3


def _fits(prior: Charge, charge: Charge, fingerprint: str) -> bool:
    """Whether a payment counts as earlier and undisputed: the same card, neither too young nor too old."""
    days = (charge.created - prior.created) / DAY
    return undisputed(prior) and prior.details["card"]["fingerprint"] == fingerprint and PRIOR_AGE_DAYS[0] <= days <= PRIOR_AGE_DAYS[1]


def undisputed(prior: Charge) -> bool:
    return prior.captured > 0 and not prior.disputed and "card" in prior.details


def shown_evidence(dispute: Dispute) -> Shown:
    """`evidence.enhanced_evidence`: a hash for each form that the dispute takes, whatever was staged."""
    staged = dispute.evidence.get("enhanced_evidence", NOTHING)
    empty: Mapping[str, Shown] = {CE3: {DISPUTED: None, PRIOR: []}, **{kind: {"fee_acknowledged": False} for kind in COMPLIANCE}}
    return {kind: {**empty[kind], **staged.get(kind, NOTHING)} for kind in types_of(dispute)}


def shown_eligibility(merchant: Merchant, dispute: Dispute) -> Shown:
    """`evidence_details.enhanced_eligibility`."""
    evidence = shown_evidence(dispute)
    return {
        kind: compelling(merchant, dispute, said) if kind == CE3
        else {"status": "fee_acknowledged" if said["fee_acknowledged"] else "requires_fee_acknowledgement"}
        for kind, said in evidence.items()
    }  # fmt: skip


def compelling(merchant: Merchant, dispute: Dispute, said: Shown) -> Shown:
    """Whether what is staged would be Compelling Evidence 3.0, and what it lacks."""
    disputed: Shown = said[DISPUTED] or {}
    priors: list[Shown] = said[PRIOR]
    lacks = {
        "missing_customer_identifiers": not identified(disputed, priors),
        "missing_disputed_transaction_description": not disputed.get("product_description"),
        "missing_merchandise_or_services": not disputed.get("merchandise_or_services"),
        "missing_prior_undisputed_transaction_description":
            len(priors) < PRIORS or not all(prior.get("product_description") for prior in priors),
        "missing_prior_undisputed_transactions": len(priors) < PRIORS,
    }  # fmt: skip
    actions = [action for action, missing in lacks.items() if missing]
    unfit = not all(fit(merchant, dispute, prior["charge"]) for prior in priors)
    return {"required_actions": actions, "status": "not_qualified" if unfit else "requires_action" if actions else "qualified"}


def identified(disputed: Shown, priors: list[Shown]) -> bool:
    """Whether two identifiers are the same in all payments, an IP address or a device among them."""
    same = {
        name for name in IDENTIFIERS
        if disputed.get(name) and priors and all(prior.get(name) == disputed[name] for prior in priors)
    }  # fmt: skip
    return len(same) >= MATCHES_MIN and not same.isdisjoint(PLACE)


def fit(merchant: Merchant, dispute: Dispute, charge_id: str) -> bool:
    """Whether an earlier payment may be named. Test mode looks neither at its card nor at its age: its card is always disputed."""
    charge: Charge | None = merchant.store.get(STRIPE, Charge, dispute.charge_id)
    prior: Charge | None = merchant.store.get(STRIPE, Charge, charge_id)
    if charge is None or prior is None or prior.id == charge.id:
        return False
    if merchant.settings.get("profile", "testmode") == "testmode":
        return undisputed(prior)
    return _fits(prior, charge, charge.details["card"]["fingerprint"])


def qualified(merchant: Merchant, dispute: Dispute) -> bool:
    """Whether the evidence shifts the loss to the issuer."""
    found = shown_eligibility(merchant, dispute).get(CE3)
    return found is not None and bool(found["status"] == "qualified")


# How the rules above are known, for the fidelity page.
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("Compelling Evidence 3.0 wants two earlier payments of 120 to 364 days, a match of IP address or device and one more", "docs"),
    ("compliance evidence is taken once its fee is acknowledged", "docs: Visa compliance"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("test mode: Compelling Evidence 3.0 takes any earlier payment that nobody disputed", "its test card is disputed every time"),
    ("a named payment that was disputed meanwhile, or in profile network does not fit, makes it not_qualified", "rather than a 400"),
    ("profile network: a fraud dispute on Visa is eligible if two payments fit, and won if the evidence qualifies", "documented as likely"),
)
