"""Refunds and the dispute of a charge under `/v1/charges/{charge}`: the legacy forms of `/v1/refunds` and `/v1/disputes`."""

from __future__ import annotations

from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Dispute, Refund
from sandbox.providers.base import Op
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.routes import disputes, find, refunds
from sandbox.providers.stripe.routes.labels import OnlyMetadata
from sandbox.providers.stripe.validate import Expandable, ListParams
from sandbox.providers.stripe.wire import Page, slice_of

NO_DISPUTE = "No dispute for charge: {}"
# What no source confirms, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("/v1/charges/{charge}/dispute is the latest of several disputes", "behaviour"),
)


def refund(merchant: Merchant, params: refunds.RefundTerms, charge_id: str) -> Charge:
    """The charge, refunded."""
    create_refund(merchant, params, charge_id)
    refunded: Charge = find.in_path(merchant, find.CHARGE, charge_id)
    return refunded


def create_refund(merchant: Merchant, params: refunds.RefundTerms, charge_id: str) -> Refund:
    charge = refunds.refundable_charge(find.in_path(merchant, find.CHARGE, charge_id))
    return refunds.of_charge(merchant, params, charge)


def list_refunds(merchant: Merchant, params: ListParams, charge_id: str) -> Page:
    charge: Charge = find.in_path(merchant, find.CHARGE, charge_id)
    url = f"/v1/charges/{charge.id}/refunds"
    return slice_of(merchant, STRIPE, Refund, "refund", params, url, [("charge_id", charge.id)], None, refunds.counted)


def own_refund(merchant: Merchant, charge_id: str, refund_id: str) -> Refund:
    """A refund of this very charge; another's is not found here."""
    charge: Charge = find.in_path(merchant, find.CHARGE, charge_id)
    found: Refund = find.in_path(merchant, find.REFUND, refund_id)
    if found.charge_id != charge.id:
        raise Refusal(Reason.NOT_FOUND, kind=find.REFUND.name, id=refund_id, param=find.REFUND.param)
    return found


def retrieve_refund(merchant: Merchant, params: Expandable, charge_id: str, refund_id: str) -> Refund:
    return own_refund(merchant, charge_id, refund_id)


def update_refund(merchant: Merchant, params: OnlyMetadata, charge_id: str, refund_id: str) -> Refund:
    return refunds.update(merchant, params, own_refund(merchant, charge_id, refund_id).id)


def dispute_of(merchant: Merchant, charge_id: str) -> Dispute:
    """The charge's latest dispute. Raises Refusal NOT_FOUND."""
    charge: Charge = find.in_path(merchant, find.CHARGE, charge_id)
    found: Dispute | None = merchant.get(STRIPE, Dispute, charge.dispute_id)
    if found is None:
        raise Refusal(Reason.NOT_FOUND, param="", message=NO_DISPUTE.format(charge.id))
    return found


def retrieve_dispute(merchant: Merchant, params: Expandable, charge_id: str) -> Dispute:
    return dispute_of(merchant, charge_id)


def update_dispute(merchant: Merchant, params: disputes.DisputeUpdate, charge_id: str) -> Dispute:
    return disputes.update(merchant, params, dispute_of(merchant, charge_id).id)


def close_dispute(merchant: Merchant, params: Expandable, charge_id: str) -> Dispute:
    return disputes.close(merchant, params, dispute_of(merchant, charge_id).id)


OPERATIONS = (
    Op("POST", "/v1/charges/{charge}/refund", refund, refunds.RefundTerms),
    Op("GET", "/v1/charges/{charge}/refunds", list_refunds, ListParams),
    Op("POST", "/v1/charges/{charge}/refunds", create_refund, refunds.RefundTerms),
    Op("GET", "/v1/charges/{charge}/refunds/{refund}", retrieve_refund, Expandable),
    Op("POST", "/v1/charges/{charge}/refunds/{refund}", update_refund, OnlyMetadata),
    Op("GET", "/v1/charges/{charge}/dispute", retrieve_dispute, Expandable),
    Op("POST", "/v1/charges/{charge}/dispute", update_dispute, disputes.DisputeUpdate),
    Op("POST", "/v1/charges/{charge}/dispute/close", close_dispute, Expandable),
)
