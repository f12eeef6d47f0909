"""`/v1/transfers` and `/v1/application_fees`, with what is given back of them."""

from __future__ import annotations

from typing import Any

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.money import format_amount
from sandbox.core.records import Charge
from sandbox.providers.base import Op
from sandbox.providers.stripe import connecting, payouts, sharing
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.ids import new_id
from sandbox.providers.stripe.records import ApplicationFee, FeeRefund, PlatformTransfer, TransferReversal
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.routes.labels import OnlyMetadata, relabelled
from sandbox.providers.stripe.validate import (
    Amount,
    Bool,
    Clearable,
    Created,
    Currency,
    Expandable,
    ListParams,
    Metadata,
    Text,
    merge_metadata,
)
from sandbox.providers.stripe.wire import Page, slice_of

POOR = (
    "You have insufficient available funds in your Stripe account. Try adding funds directly to your available balance by creating Charges "
    "using the 4000000000000077 test card. See: https://stripe.com/docs/testing#available-balance"
)
NOT_CAPTURED = "Charge {} holds no captured money that could be transferred."
OTHER_CURRENCY = "The charge {} is in {}: transfer it in that currency."
TOO_MUCH_OF_CHARGE = "Transfers of the charge {} cannot exceed what it brought: {} is more than what is left ({})."
TOO_MUCH_BACK = "Reversal amount ({}) is greater than the unreversed amount of the transfer ({})"
TOO_MUCH_FEE = "Refund amount ({}) is greater than unrefunded amount on fee ({})"
NO_FEE = "Transfer {} belongs to no payment with an application fee, so there is none to refund."


class TransferCreate(Expandable):
    currency: Currency
    destination: Text
    amount: Amount | None = None
    description: Text | None = None
    metadata: Metadata = None
    source_transaction: Text | None = None
    transfer_group: Text | None = None


def create(merchant: Merchant, params: TransferCreate) -> PlatformTransfer:
    if merchant.branch:
        raise Refusal(Reason.NOT_EMULATED, what="transfers of a connected account", param="destination")
    if connecting.known(merchant, params.destination) is None:
        message = sharing.NO_DESTINATION.format(params.destination)
        raise Refusal(Reason.REFERENCE_NOT_FOUND, message=message, param="destination")
    charge: Charge | None = None
    group = params.transfer_group
    if params.source_transaction is not None:
        charge = find.in_params(merchant, find.CHARGE, params.source_transaction, "source_transaction")
        group = group or charge.details.get("transfer_group") or f"group_{charge.id}"
        amount = of_charge(merchant, params, charge)
    elif params.amount is None:
        raise Refusal(Reason.PARAM_MISSING, param="amount")
    else:
        amount = params.amount
        if amount > payouts.available(merchant, params.currency):
            raise Refusal(Reason.BALANCE_INSUFFICIENT, message=POOR, param="")
    key = new_id(merchant, PlatformTransfer, "")
    sharing.transfer(
        merchant, key, amount, params.currency, params.destination, charge, group, description=params.description,
        metadata=merge_metadata({}, params.metadata),
    )  # fmt: skip
    return find.in_path(merchant, find.TRANSFER, key)  # type: ignore[no-any-return]


def of_charge(merchant: Merchant, params: TransferCreate, charge: Charge) -> int:
    """How much of a charge is to be transferred: all that no other transfer has, or what was said. Raises Refusal."""
    if charge.captured == 0:
        raise Refusal(Reason.NOT_CAPTURED, message=NOT_CAPTURED.format(charge.id))
    if charge.currency != params.currency:
        message = OTHER_CURRENCY.format(charge.id, charge.currency)
        raise Refusal(Reason.PARAM_INVALID, code=None, message=message, param="currency")
    made = merchant.store.shelf(STRIPE, PlatformTransfer).of("charge_id", charge.id)
    left = charge.captured - sum(each.amount - each.reversed for each in made)
    amount = left if params.amount is None else params.amount
    if amount > left or left == 0:
        message = TOO_MUCH_OF_CHARGE.format(charge.id, format_amount(amount, charge.currency), format_amount(left, charge.currency))
        raise Refusal(Reason.PARAM_INVALID, code=None, message=message, param="amount")
    return amount


class TransferList(ListParams):
    created: Created | None = None
    destination: Text | None = None
    transfer_group: Text | None = None


def index(merchant: Merchant, params: TransferList) -> Page:
    of = find.given(account_id=params.destination)

    def keep(each: PlatformTransfer) -> bool:
        return params.transfer_group in (None, each.details.get("transfer_group"))

    return slice_of(merchant, STRIPE, PlatformTransfer, "transfer", params, "/v1/transfers", of, keep)


def retrieve(merchant: Merchant, params: Expandable, key: str) -> PlatformTransfer:
    found: PlatformTransfer = find.in_path(merchant, find.TRANSFER, key)
    return found


class TransferUpdate(Expandable):
    description: Clearable[Text] = None
    metadata: Metadata = None


def update(merchant: Merchant, params: TransferUpdate, key: str) -> PlatformTransfer:
    moved = retrieve(merchant, params, key)
    facts: dict[str, Any] = {"metadata": merge_metadata(moved.metadata, params.metadata)}
    if "description" in params.model_fields_set:
        facts["description"] = params.description
    return merchant.fire(moved, Trigger.UPDATE, **facts)


class ReversalCreate(Expandable):
    amount: Amount | None = None
    description: Text | None = None
    metadata: Metadata = None
    refund_application_fee: Bool = False


def reverse(merchant: Merchant, params: ReversalCreate, key: str) -> TransferReversal:
    moved = retrieve(merchant, params, key)
    left = moved.amount - moved.reversed
    amount = left if params.amount is None else params.amount
    if amount > left or left == 0:
        message = TOO_MUCH_BACK.format(format_amount(amount, moved.currency), format_amount(left, moved.currency))
        raise Refusal(Reason.PARAM_INVALID, code=None, message=message, param="amount")
    charge: Charge | None = merchant.get(STRIPE, Charge, moved.charge_id)
    fee: ApplicationFee | None = None
    if params.refund_application_fee:
        fee = merchant.get(STRIPE, ApplicationFee, charge.details.get("application_fee", "") if charge is not None else "")
        if fee is None:
            raise Refusal(Reason.PARAM_INVALID, code=None, message=NO_FEE.format(moved.id), param="refund_application_fee")
    made = sharing.reverse(merchant, moved, amount, metadata=merge_metadata({}, params.metadata), description=params.description)
    if fee is not None:
        part = min(fee.amount * (moved.reversed + amount) // moved.amount - fee.refunded, fee.amount - fee.refunded)
        if part > 0:
            sharing.refund_fee(merchant, fee, part)
    return made


def reversals(merchant: Merchant, params: ListParams, key: str) -> Page:
    moved = retrieve(merchant, params, key)
    url = f"/v1/transfers/{moved.id}/reversals"
    return slice_of(merchant, STRIPE, TransferReversal, "transfer reversal", params, url, [("transfer_id", moved.id)])


def reversal(merchant: Merchant, params: Expandable, key: str, reversal_id: str) -> TransferReversal:
    found: TransferReversal = find.in_path(merchant, find.REVERSAL, reversal_id)
    if found.transfer_id != retrieve(merchant, params, key).id:
        raise Refusal(Reason.NOT_FOUND, kind=find.REVERSAL.name, id=reversal_id, param=find.REVERSAL.param)
    return found


def update_reversal(merchant: Merchant, params: OnlyMetadata, key: str, reversal_id: str) -> TransferReversal:
    found: TransferReversal = relabelled(merchant, reversal(merchant, params, key, reversal_id), params)
    return found


# Application fees


class FeeList(ListParams):
    charge: Text | None = None
    created: Created | None = None


def fees(merchant: Merchant, params: FeeList) -> Page:
    def keep(fee: ApplicationFee) -> bool:
        return params.charge in (None, fee.payment_id, fee.origin_id)

    return slice_of(merchant, STRIPE, ApplicationFee, "application fee", params, "/v1/application_fees", (), keep)


def fee(merchant: Merchant, params: Expandable, key: str) -> ApplicationFee:
    found: ApplicationFee = find.in_path(merchant, find.FEE, key)
    return found


class FeeRefundCreate(Expandable):
    amount: Amount | None = None
    metadata: Metadata = None


def refund_fee(merchant: Merchant, params: FeeRefundCreate, key: str) -> FeeRefund:
    found = fee(merchant, params, key)
    left = found.amount - found.refunded
    amount = left if params.amount is None else params.amount
    if amount > left or left == 0:
        message = TOO_MUCH_FEE.format(format_amount(amount, found.currency), format_amount(left, found.currency))
        raise Refusal(Reason.PARAM_INVALID, code=None, message=message, param="amount")
    return sharing.refund_fee(merchant, found, amount, merge_metadata({}, params.metadata))


class LegacyFeeRefund(Expandable):
    amount: Amount | None = None


def refund_fee_legacy(merchant: Merchant, params: LegacyFeeRefund, key: str) -> ApplicationFee:
    """The fee, refunded."""
    refund_fee(merchant, FeeRefundCreate.model_construct(amount=params.amount, metadata=None), key)
    return fee(merchant, params, key)


def fee_refunds(merchant: Merchant, params: ListParams, key: str) -> Page:
    url = f"/v1/application_fees/{fee(merchant, params, key).id}/refunds"
    return slice_of(merchant, STRIPE, FeeRefund, "fee refund", params, url, [("fee_id", key)])


def fee_refund(merchant: Merchant, params: Expandable, key: str, refund_id: str) -> FeeRefund:
    found: FeeRefund = find.in_path(merchant, find.FEE_REFUND, refund_id)
    if found.fee_id != fee(merchant, params, key).id:
        raise Refusal(Reason.NOT_FOUND, kind=find.FEE_REFUND.name, id=refund_id, param=find.FEE_REFUND.param)
    return found


def update_fee_refund(merchant: Merchant, params: OnlyMetadata, key: str, refund_id: str) -> FeeRefund:
    found: FeeRefund = relabelled(merchant, fee_refund(merchant, params, key, refund_id), params)
    return found


OPERATIONS = (
    Op("POST", "/v1/transfers", create, TransferCreate),
    Op("GET", "/v1/transfers", index, TransferList),
    Op("GET", "/v1/transfers/{transfer}", retrieve, Expandable),
    Op("POST", "/v1/transfers/{transfer}", update, TransferUpdate),
    Op("POST", "/v1/transfers/{id}/reversals", reverse, ReversalCreate),
    Op("GET", "/v1/transfers/{id}/reversals", reversals, ListParams),
    Op("GET", "/v1/transfers/{transfer}/reversals/{id}", reversal, Expandable),
    Op("POST", "/v1/transfers/{transfer}/reversals/{id}", update_reversal, OnlyMetadata),
    Op("GET", "/v1/application_fees", fees, FeeList),
    Op("GET", "/v1/application_fees/{id}", fee, Expandable),
    Op("POST", "/v1/application_fees/{id}/refund", refund_fee_legacy, LegacyFeeRefund),
    Op("POST", "/v1/application_fees/{id}/refunds", refund_fee, FeeRefundCreate),
    Op("GET", "/v1/application_fees/{id}/refunds", fee_refunds, ListParams),
    Op("GET", "/v1/application_fees/{fee}/refunds/{id}", fee_refund, Expandable),
    Op("POST", "/v1/application_fees/{fee}/refunds/{id}", update_fee_refund, OnlyMetadata),
)
# What no source confirms, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a transfer, a reversal or a fee refund of more than is left is refused with 400", "wording"),
    ("a transfer above the available balance is balance_insufficient", "end of the wording"),
    ("a connected account makes no transfers", "it may at Stripe, rarely"),
)
