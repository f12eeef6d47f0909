"""`/v1/refunds`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.money import format_amount
from sandbox.core.records import NEW, Charge, Dispute, Refund
from sandbox.providers.base import Op
from sandbox.providers.stripe import paying, reviewing, sharing
from sandbox.providers.stripe.debits import KINDS
from sandbox.providers.stripe.disputing import STRIPE, profile, refundable, spend_warnings
from sandbox.providers.stripe.funding import covers, lets
from sandbox.providers.stripe.ids import new_id
from sandbox.providers.stripe.records import PaymentIntent
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.routes.labels import OnlyMetadata, relabelled
from sandbox.providers.stripe.validate import Amount, Bool, Created, Email, Expandable, ListParams, Metadata, Text, merge_metadata
from sandbox.providers.stripe.views.charge import UNTRACED
from sandbox.providers.stripe.wire import Page, slice_of

# Whether a full refund ends an open inquiry. In test mode a recording shows one that escalated after its charge was refunded.
FULL_REFUND_CLOSES_INQUIRY = {"testmode": False, "network": True}


RefundReason = Literal["duplicate", "fraudulent", "requested_by_customer"]
REASONS: tuple[str, ...] = get_args(RefundReason)


class RefundTerms(Expandable):
    amount: Amount | None = None
    instructions_email: Email | None = None
    reason: RefundReason | None = None
    metadata: Metadata = None
    refund_application_fee: Bool = False
    reverse_transfer: Bool = False


class RefundCreate(RefundTerms):
    charge: Text | None = None
    payment_intent: Text | None = None


NOT_EXPIRABLE = "Refund {} cannot be expired: only refunds with a status of requires_action can, and a refund to a card never needs action."
# What a charge that has not settled says of what will be shared.
TERM_OF = {"transfer": "transfer_data", "application_fee": "application_fee_amount"}
NO_TRANSFER = "Cannot reverse transfer on charge {} because it does not have an associated transfer."
NO_APPLICATION_FEE = "Attempting to refund_application_fee on charge {}, but it has no application fee"


def create(merchant: Merchant, params: RefundCreate) -> Refund:
    return of_charge(merchant, params, charge_to_refund(merchant, params))


def of_charge(merchant: Merchant, params: RefundTerms, charge: Charge) -> Refund:
    for wanted, key, message, param in (
        (params.reverse_transfer, "transfer", NO_TRANSFER, "reverse_transfer"),
        (params.refund_application_fee, "application_fee", NO_APPLICATION_FEE, "refund_application_fee"),
    ):
        if wanted and not charge.details.get(key) and not (charge.status == "pending" and charge.details.get(TERM_OF[key])):
            raise Refusal(Reason.PARAM_INVALID, message=message.format(charge.id), param=param)
    back = (params.reverse_transfer, params.refund_application_fee)
    metadata = merge_metadata({}, params.metadata)
    return make(merchant, charge, params.amount, params.reason, metadata, params.instructions_email, back)


def charge_to_refund(merchant: Merchant, params: RefundCreate) -> Charge:
    """The charge that `charge` or `payment_intent` names; both may be given if they belong together."""
    if params.payment_intent is not None:
        intent: PaymentIntent = find.in_params(merchant, find.INTENT, params.payment_intent, "payment_intent")
        if params.charge is not None and params.charge != intent.charge_id:
            raise Refusal(
                Reason.PARAMS_EXCLUSIVE, code="parameters_exclusive", param="charge",
                message="You may only specify one of these parameters: charge, payment_intent.",
            )  # fmt: skip
        if intent.status == "requires_capture":
            raise uncaptured(intent.id)
        if intent.status not in ("succeeded", "processing"):
            raise Refusal(
                Reason.NOT_CAPTURED, message=f"This PaymentIntent ({intent.id}) does not have a successful charge to refund."
            )
        charge: Charge = merchant.get(STRIPE, Charge, intent.charge_id)
        return charge
    if params.charge is None:
        raise Refusal(
            Reason.PARAMS_EXCLUSIVE,
            message="One of the following params should be provided for this request: payment_intent or charge.",
        )
    return refundable_charge(find.in_path(merchant, find.CHARGE, params.charge))  # a miss is a 404, unlike other ids in parameters


def refundable_charge(charge: Charge) -> Charge:
    """The charge, unless a payment intent holds it uncaptured."""
    if charge.status == "authorized" and charge.parent_id:
        raise uncaptured(charge.parent_id)
    return charge


def uncaptured(intent_id: str) -> Refusal:
    return Refusal(
        Reason.CAPTURE_BY_PARENT, intent=intent_id, verb="cancel",
        instead="to reverse the authorization instead of refunding the Charge directly",
    )  # fmt: skip


def make(
    merchant: Merchant, charge: Charge, amount: int | None, reason: str | None, metadata: dict[str, str], email: str | None = None,
    back: tuple[bool, bool] = (False, False),
) -> Refund:  # fmt: skip
    """A checked refund; a test card may keep it pending or let it fail later. Raises Refusal as the API does.

    Args:
        back: whether it takes back its part of a transfer, and of an application fee.
    """
    if charge.status == "clearing":
        charge = merchant.fire(charge, Trigger.CLEAR)
    authorized, left = charge.status == "authorized", refundable_amount(merchant, charge)
    wanted = left if amount is None else amount
    check(merchant, charge, wanted, left)
    if charge.details.get("source_transfer"):
        taken = sharing.wanted_back(merchant, charge, wanted, *back)
        return sharing.give_back(merchant, charge, wanted, taken, reason=reason, metadata=metadata)
    debit, scanned = charge.details.get("debit"), "scanned" in charge.details
    if scanned and email is None:
        email = charge.details["billing_details"]["email"]
    shared = sharing.wanted_back(merchant, charge, wanted, *back) if any(back) and charge.status != "pending" else sharing.Back()
    need = wanted - shared.reversed
    poor = "card" in charge.details and not authorized and need > 0 and not lets(merchant, need, charge.currency)
    later = any(back) and (poor or charge.status == "pending")
    shared = sharing.Back() if later else shared
    draft = Refund(
        new_id(merchant, Refund, charge.id, "" if "card" in charge.details else "pyr_"), STRIPE, NEW, merchant.now, wanted,
        charge.currency, charge.id, charge.parent_id, reason, metadata=metadata,
        details={
            "customer": charge.customer_id or None,
            "payment_method": charge.instrument_id or None,
            **({"of_charge": f" ({charge.description})"} if charge.description else {}),
            **({"destination": KINDS[debit].refunds} if debit else {"destination": UNTRACED} if scanned else {}),
            **({"instructions_email": email} if email else {}),
            **({"transfer_reversal": shared.reversal_id} if shared.reversed else {}),
            **({"back": back} if later else {}),
        },
    )  # fmt: skip
    if authorized:
        return merchant.fire(draft, Trigger.RELEASE)
    if charge.status == "pending":
        return merchant.fire(draft, Trigger.QUEUE)
    card = None if debit or scanned else paying.card_named(charge.details["test_card"])
    other = Trigger.CHALLENGE if scanned else Trigger.REMIT
    if poor:
        return merchant.fire(draft, Trigger.LACK)
    refund = merchant.fire(draft, WAYS.get(card.after, Trigger.SUCCEED) if card is not None else other)
    sharing.take_back(merchant, shared, refund)
    if card is not None and card.after == "refund_fails":
        merchant.arm(refund, "refund_fails", Trigger.FAIL, merchant.now + merchant.dialects[STRIPE].timing(merchant, "refund_fails"))
    if wanted == left:
        wholly_refunded(merchant, charge, refund)
    return refund


def try_again(merchant: Merchant, refund: Refund) -> None:
    """A refund that waits for the balance is sent if there is money for it now."""
    if not covers(merchant, refund.amount, refund.currency):
        return
    refund = merchant.fire(refund, Trigger.REMIT)
    charge: Charge = merchant.get(STRIPE, Charge, refund.charge_id)
    if charge.refunded == charge.captured:
        wholly_refunded(merchant, charge, refund)


def check(merchant: Merchant, charge: Charge, wanted: int, left: int) -> None:
    """So much of the charge may be refunded now. Raises Refusal as the API does."""
    if charge.status == "failed":
        raise Refusal(Reason.NOT_CAPTURED, message=f"Charge {charge.id} failed, so there is nothing to refund.")
    if left <= 0 or charge.status == "released":
        raise Refusal(Reason.ALREADY_REFUNDED, id=charge.id)
    if not all(refundable(dispute) for dispute in disputes(merchant, charge)):
        raise Refusal(Reason.CHARGE_DISPUTED, id=charge.id)
    if wanted > left:
        raise Refusal(
            Reason.AMOUNT_EXCEEDS_REFUNDABLE, amount=format_amount(wanted, charge.currency), left=format_amount(left, charge.currency)
        )
    if charge.status == "authorized" and wanted < left:
        raise Refusal(
            Reason.NOT_CAPTURED,
            message=f"Charge {charge.id} is not captured: refund all of it to release the authorization, or capture a part of it.",
        )


def wholly_refunded(merchant: Merchant, charge: Charge, refund: Refund) -> None:
    """What waited for the charge's fate is over: warnings, its review and, by profile, an inquiry."""
    spend_warnings(merchant, charge)
    reviewing.close(merchant, charge.id, reviewing.refunded_as(refund))
    if FULL_REFUND_CLOSES_INQUIRY[profile(merchant)]:
        for dispute in disputes(merchant, charge):
            if merchant.row(dispute, Trigger.DROP) is not None:
                merchant.fire(dispute, Trigger.DROP)


# How a refund starts, where the test card says so.
WAYS: Mapping[str, Trigger] = {"refund_pending": Trigger.PEND}


def refundable_amount(merchant: Merchant, charge: Charge) -> int:
    """What is left to refund; what a refund claims that waits for money is not."""
    if charge.status == "authorized":
        return charge.amount
    waiting = merchant.store.shelf(STRIPE, Refund).of("charge_id", charge.id)
    claimed: int = sum(refund.amount for refund in waiting if refund.status in ("waiting", "unfunded"))
    return (charge.amount if charge.status == "pending" else charge.captured - charge.refunded) - claimed


def disputes(merchant: Merchant, charge: Charge) -> list[Dispute]:
    return merchant.store.shelf(STRIPE, Dispute).of("charge_id", charge.id)


class RefundList(ListParams):
    charge: Text | None = None
    payment_intent: Text | None = None
    created: Created | None = None


def index(merchant: Merchant, params: RefundList) -> Page:
    if params.charge:
        find.in_params(merchant, find.CHARGE, params.charge, "charge")
    if params.payment_intent:
        find.in_params(merchant, find.INTENT, params.payment_intent, "payment_intent")
    return slice_of(merchant, STRIPE, Refund, "refund", params, "/v1/refunds", *of_payment(params))


def of_payment(params: Any) -> tuple[list[tuple[str, str]], None, Any]:
    """What a list filtered by payment asks for; with a `charge` filter real lists also carry `count`."""
    of = [(field, value) for field, value in (("charge_id", params.charge), ("parent_id", params.payment_intent)) if value]
    return of, None, counted if params.charge else None


def counted(rows: Sequence[Any]) -> dict[str, Any]:
    return {"count": len(rows)}


def retrieve(merchant: Merchant, params: Expandable, refund_id: str) -> Refund:
    found: Refund = find.in_path(merchant, find.REFUND, refund_id)
    return found


def update(merchant: Merchant, params: OnlyMetadata, refund_id: str) -> Refund:
    refund: Refund = relabelled(merchant, find.in_path(merchant, find.REFUND, refund_id), params)
    return refund


def cancel(merchant: Merchant, params: Expandable, refund_id: str) -> Refund:
    refund: Refund = find.in_path(merchant, find.REFUND, refund_id)
    if refund.status != "requires_action":
        raise Refusal(Reason.PARAM_INVALID, message="Canceling this refund is unsupported.", param="")
    return merchant.fire(refund, Trigger.VOID)


def expire(merchant: Merchant, params: Expandable, refund_id: str) -> Refund:
    refund: Refund = find.in_path(merchant, find.REFUND, refund_id)
    if refund.status != "requires_action":
        raise Refusal(Reason.PARAM_INVALID, message=NOT_EXPIRABLE.format(refund.id), param="")
    return merchant.fire(refund, Trigger.EXPIRE)


OPERATIONS = (
    Op("POST", "/v1/refunds", create, RefundCreate),
    Op("GET", "/v1/refunds", index, RefundList),
    Op("GET", "/v1/refunds/{refund}", retrieve, Expandable),
    Op("POST", "/v1/refunds/{refund}", update, OnlyMetadata),
    Op("POST", "/v1/refunds/{refund}/cancel", cancel, Expandable),
    Op("POST", "/v1/test_helpers/refunds/{refund}/expire", expire, Expandable),
)

# How the rules above are known, for the fidelity page.
VALIDATED: tuple[tuple[str, str], ...] = (
    ("an unknown charge is a 404 that blames id, an unknown intent a 400", "recorded answers"),
    ("an over-refund has no error code and blames amount; nothing left is charge_already_refunded", "recorded answers"),
    ("a refund while a dispute has the money is refused with charge_disputed", "recorded answers"),
    ("an uncaptured intent is not refunded but canceled", "recorded answers"),
    ("in test mode a refund may overdraw the available balance", "recorded answers"),
    ("a list filtered by charge carries an undocumented count", "recorded answers"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("charge and payment_intent that do not belong together answer parameters_exclusive", "behaviour and wording"),
    ("reverse_transfer and refund_application_fee are refused on a charge without transfer or application fee", "wording"),
    ("refunding a failed charge is refused", "wording"),
    ("a refund that does not need action cannot be expired; one to a card never does", "wording"),
    ("instructions_email is kept and shown with a refund to a card, too, and nobody is written to", "the sandbox's own"),
    ("refunding a part of an uncaptured charge is refused; all of it gives the authorization back", "wording"),
    ("a refund of a charge that is still clearing (profile network) settles the charge first", "real ones stay pending: charge_pending"),
    ("an over-refund names amounts of other currencies with their symbol and decimals, as it does dollars", "wording"),
    ("without a description the statement says REFUND FOR CHARGE; a failure says REFUND FAILURE FOR CHARGE", "wording"),
    ("profile network: a full refund closes an open inquiry", "docs say so; in test mode the inquiry stays open, as recorded"),
)
