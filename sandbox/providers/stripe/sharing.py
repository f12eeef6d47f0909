"""How a payment is shared between a platform and a connected account, and how a refund shares it back.

Three ways: a *destination* charge is the platform's, and sends its money on by a transfer; a *direct* charge is the connected
account's own, of which the platform keeps an application fee; a *separate* transfer goes by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sandbox.core.branches import split
from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Charge, Entry, Refund
from sandbox.providers.stripe import connect_machines, connecting, money
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.ids import new_id
from sandbox.providers.stripe.records import ApplicationFee, FeeRefund, PlatformTransfer, TransferReversal
from sandbox.providers.stripe.validate import Amount, Params, Text


class TransferData(Params):
    destination: Text
    amount: Amount | None = None


class TransferAmount(Params):
    """`transfer_data` of a capture: only how much is sent on may still be said."""

    amount: Amount | None = None


TERMS = ("application_fee_amount", "on_behalf_of", "transfer_data")  # what a request may say of it
NO_DESTINATION = "No such destination: '{}'"
FEE_OF_NOBODY = (
    "Can only apply an application_fee_amount when the PaymentIntent is attempting a direct payment (using an OAuth key or "
    "Stripe-Account header) or destination payment (using `transfer_data[destination]`)."
)
FEE_TOO_LARGE = "The application fee cannot be greater than the amount of the payment: {} is more than {}."
SHARE_TOO_LARGE = "The transfer_data[amount] cannot be greater than the amount of the payment: {} is more than {}."
ONE_WAY = "You cannot use transfer_data[amount] and application_fee_amount together: what the platform keeps is either the rest or the fee."
NOT_SENT_ON = "This payment has no transfer_data, so its capture sends nothing on: say transfer_data[destination] when you create it."


def check(merchant: Merchant, terms: Mapping[str, Any], amount: int) -> None:
    """What was said of the sharing can be done. Raises Refusal REFERENCE_NOT_FOUND, PARAM_INVALID, NOT_EMULATED."""
    if not terms:
        return
    fee, data = terms.get("application_fee_amount"), terms.get("transfer_data")
    for param, account in (("transfer_data[destination]", data and data["destination"]), ("on_behalf_of", terms.get("on_behalf_of"))):
        if account and connecting.known(merchant, account) is None:
            raise Refusal(Reason.REFERENCE_NOT_FOUND, message=NO_DESTINATION.format(account), param=param)
    if data and merchant.branch:
        raise Refusal(Reason.NOT_EMULATED, what="transfers of a connected account", param="transfer_data")
    part = data.get("amount") if data else None
    if part is not None and part > amount:
        raise Refusal(Reason.PARAM_INVALID, code=None, message=SHARE_TOO_LARGE.format(part, amount), param="transfer_data[amount]")
    if fee is None:
        return
    if not data and not merchant.branch:
        raise Refusal(Reason.PARAM_INVALID, code=None, message=FEE_OF_NOBODY, param="application_fee_amount")
    if part is not None:
        raise Refusal(Reason.PARAMS_EXCLUSIVE, code="parameters_exclusive", message=ONE_WAY, param="application_fee_amount")
    if fee > amount:
        raise Refusal(Reason.PARAM_INVALID, code=None, message=FEE_TOO_LARGE.format(fee, amount), param="application_fee_amount")


def at_capture(terms: Mapping[str, Any], given: TransferAmount | None) -> dict[str, Any]:
    """What a capture changes in the terms: how much is sent on. Raises Refusal PARAM_INVALID: nothing is."""
    if given is None:
        return {}
    if not terms.get("transfer_data"):
        raise Refusal(Reason.PARAM_INVALID, code=None, message=NOT_SENT_ON, param="transfer_data")
    return {"transfer_data": {**terms["transfer_data"], "amount": given.amount}} if given.amount is not None else {}


def foreseen(merchant: Merchant, details: Mapping[str, Any]) -> Mapping[str, Any]:
    """A charge's details with the ids of what its capture will bring, so that its own event names them."""
    if not details.get("transfer_data") and not details.get("application_fee_amount"):
        return details
    more: dict[str, Any] = {}
    if details.get("transfer_data"):
        more["transfer"] = new_id(merchant, PlatformTransfer, "")
    if details.get("application_fee_amount"):
        with merchant.acting_for(""):
            more["application_fee"] = new_id(merchant, ApplicationFee, "")
    return {**details, **more}


def cut(record: Any) -> int:
    """What the platform keeps of a connected account's money, minor units; nothing of its own."""
    return min(record.details.get("application_fee_amount") or 0, record.captured) if split(record.provider)[1] else 0


def share(merchant: Merchant, charge: Charge) -> None:
    """The captured charge's money is where its terms say."""
    details = charge.details
    if details.get("transfer"):
        data = details["transfer_data"]
        amount = min(charge.captured, data.get("amount") or charge.captured)
        group = details.get("transfer_group") or f"group_{charge.parent_id or charge.id}"
        payment = transfer(
            merchant, details["transfer"], amount, charge.currency, data["destination"], charge, group,
            min(details.get("application_fee_amount") or 0, amount), details.get("application_fee", ""),
        )  # fmt: skip
        if details.get("application_fee"):
            earn(merchant, details["application_fee"], payment, charge.id)
    elif details.get("application_fee"):
        earn(merchant, details["application_fee"], charge, "")


def settled_at(merchant: Merchant, charge: Charge | None) -> int:
    """When a charge's money is available, and so what it is shared into."""
    if charge is None or charge.details.get("available_now"):
        return merchant.now
    entry: Entry | None = merchant.anywhere(STRIPE, Entry, charge.entry_id)
    return max(merchant.now, entry.available_at) if entry is not None else money.settlement_day(merchant.now)


def entry_settles_at(merchant: Merchant, entry_id: str) -> int:
    """When money that goes back is available: not before the line of what it is a part of is."""
    entry: Entry | None = merchant.anywhere(STRIPE, Entry, entry_id)
    return max(merchant.now, entry.available_at) if entry is not None else merchant.now


def transfer(
    merchant: Merchant, key: str, amount: int, currency: str, destination: str, charge: Charge | None, group: str | None,
    fee: int = 0, fee_id: str = "", description: str | None = None, metadata: Mapping[str, str] | None = None,
) -> Charge:  # fmt: skip
    """Money has gone from the platform to the connected account; answers the payment that it is there.

    Args:
        fee: what the platform keeps of it, an application fee.
    """
    with merchant.acting_for(destination):
        payment_id = new_id(merchant, Charge, "", "py_")
    draft = PlatformTransfer(
        key, STRIPE, NEW, merchant.now, amount, currency, destination, charge.id if charge is not None else "", payment_id,
        description=description, metadata=metadata or {}, details={"transfer_group": group},
    )  # fmt: skip
    made = merchant.fire(draft, Trigger.CREATE)
    details: dict[str, Any] = {"source_transfer": made.id, "available_at": settled_at(merchant, charge)}
    if fee:
        details.update(application_fee_amount=fee, application_fee=fee_id)
    with merchant.acting_for(destination):
        payment = Charge(payment_id, STRIPE, NEW, merchant.now, amount, currency, captured=amount, details=details)
        return merchant.fire(payment, Trigger.CLEAR)


def earn(merchant: Merchant, key: str, payment: Charge, origin: str) -> ApplicationFee:
    """The platform has its fee of a connected account's payment; `origin` is the platform's own charge behind it."""
    fee = ApplicationFee(
        key, STRIPE, NEW, merchant.now, cut(payment), payment.currency, split(payment.provider)[1], payment.id, origin,
        details={"available_at": settled_at(merchant, payment)},
    )  # fmt: skip
    with merchant.acting_for(""):
        return merchant.fire(fee, Trigger.CREATE)


# Back


class Back(NamedTuple):
    """What a refund takes back besides: so much of the transfer, so much of the application fee."""

    transfer_id: str = ""
    reversal_id: str = ""
    reversed: int = 0
    fee_id: str = ""
    fee: int = 0


def wanted_back(merchant: Merchant, charge: Charge, amount: int, reverse_transfer: bool, refund_fee: bool) -> Back:
    """What a refund of that amount takes back, pro rata of what was captured and never more than is left."""
    back = Back()
    moved: PlatformTransfer | None = merchant.get(STRIPE, PlatformTransfer, charge.details.get("transfer", ""))
    if reverse_transfer and moved is not None:
        part = min(pro_rata(moved.amount, charge, amount), moved.amount - moved.reversed)
        if part:
            back = back._replace(transfer_id=moved.id, reversal_id=new_id(merchant, TransferReversal, ""), reversed=part)
    fee: ApplicationFee | None = merchant.anywhere(STRIPE, ApplicationFee, charge.details.get("application_fee", ""))
    if refund_fee and fee is not None:
        back = back._replace(fee_id=fee.id, fee=min(pro_rata(fee.amount, charge, amount), fee.amount - fee.refunded))
    return back


def pro_rata(total: int, charge: Charge, amount: int) -> int:
    """The part of a total that belongs to the next `amount` to be refunded: the parts of a full refund add up to the total."""

    def half_up(refunded: int) -> int:
        return (2 * total * refunded + charge.captured) // (2 * charge.captured)

    return half_up(charge.refunded + amount) - half_up(charge.refunded)


def take_back(merchant: Merchant, back: Back, refund: Refund) -> None:
    if back.reversed:
        moved: PlatformTransfer = merchant.get(STRIPE, PlatformTransfer, back.transfer_id)
        reverse(merchant, moved, back.reversed, back.reversal_id, refund.id)
    if back.fee:
        fee: ApplicationFee = merchant.anywhere(STRIPE, ApplicationFee, back.fee_id)
        refund_fee(merchant, fee, back.fee)


def foreseen_back(merchant: Merchant, refund: Refund) -> dict[str, Any]:
    """What changes in a refund that has waited for its charge: by now it is known what it takes back besides."""
    if "back" not in refund.details:
        return {}
    charge: Charge = merchant.related(refund, "charge")
    back = wanted_back(merchant, charge, refund.amount, *refund.details["back"])
    return {"details": {**refund.details, "takes_back": back._asdict(), "transfer_reversal": back.reversal_id or None}}


def take_back_late(merchant: Merchant, refund: Refund) -> None:
    """The same refund is on its way, and takes back what was foreseen."""
    if "takes_back" in refund.details:
        take_back(merchant, Back(**refund.details["takes_back"]), refund)


def give_back(merchant: Merchant, payment: Charge, amount: int, back: Back, **facts: Any) -> Refund:
    """A connected account gives back what its platform transferred to it: the transfer is reversed by so much.

    Args:
        facts: fields of the refund: its reason, its metadata.
    """
    with merchant.acting_for(""):
        moved: PlatformTransfer = merchant.get(STRIPE, PlatformTransfer, payment.details["source_transfer"])
        made = reverse(merchant, moved, amount, of_account=facts)
    refund: Refund = merchant.get(STRIPE, Refund, made.payment_refund_id)
    take_back(merchant, back, refund)
    return refund


def reverse(
    merchant: Merchant, moved: PlatformTransfer, amount: int, key: str = "", refund_id: str = "", metadata: Mapping[str, str] | None = None,
    description: str | None = None, of_account: Mapping[str, Any] | None = None,
) -> TransferReversal:  # fmt: skip
    """So much of a transfer is the platform's again; the connected account may owe it then.

    Args:
        of_account: fields of the refund that it is on the connected account.
    """
    key = key or new_id(merchant, TransferReversal, "")
    with merchant.acting_for(moved.account_id):
        returned = Refund(
            new_id(merchant, Refund, moved.payment_id, "pyr_"), STRIPE, NEW, merchant.now, amount, moved.currency, moved.payment_id,
            details={"source_transfer_reversal": key}, **(of_account or {}),
        )  # fmt: skip
    draft = TransferReversal(
        key, STRIPE, NEW, merchant.now, amount, moved.currency, moved.id, returned.id, refund_id, description=description,
        metadata=metadata or {}, details={"available_at": entry_settles_at(merchant, moved.entry_id)},
    )  # fmt: skip
    made = merchant.fire(draft, Trigger.CREATE)
    merchant.fire(moved, Trigger.RECALL, reversed=moved.reversed + amount)
    with merchant.acting_for(moved.account_id):
        merchant.fire(returned, Trigger.CLEAR)
    return made


def refund_fee(merchant: Merchant, fee: ApplicationFee, amount: int, metadata: Mapping[str, str] | None = None) -> FeeRefund:
    """So much of an application fee is the connected account's again."""
    with merchant.acting_for(""):
        draft = FeeRefund(
            new_id(merchant, FeeRefund, ""), STRIPE, NEW, merchant.now, amount, fee.currency, fee.id, metadata=metadata or {},
            details={"available_at": entry_settles_at(merchant, fee.entry_id)},
        )  # fmt: skip
        made = merchant.fire(draft, Trigger.CREATE)
        merchant.fire(fee, Trigger.RECALL, refunded=fee.refunded + amount)
    with merchant.acting_for(fee.account_id):
        payment: Charge = merchant.get(STRIPE, Charge, fee.payment_id)
        own = entry_settles_at(merchant, payment.entry_id)
        if not payment.entry_id:  # still clearing
            own = money.settlement_day(merchant.now, connecting.delay_days(merchant))
        at = max(made.details["available_at"], own)
        merchant.post(connect_machines.FEE_RETURNED, made._replace(provider=merchant.books(STRIPE), details={"available_at": at}))
    return made


# How the rules above are known, for the fidelity page.
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("reverse_transfer and refund_application_fee give back their part of a refund pro rata", "API reference: Create a refund"),
    ("a destination charge's refund and dispute debit the platform; a direct charge's the connected account", "docs: Connect"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("pro rata parts are rounded half up of the running total, so the parts of a full refund add up to it", "rounding"),
    ("money of a transfer reversal and of an application fee refund is pending as long as the transfer, its payment or the fee is", "time"),
    ("a refund that fails later leaves its transfer reversal and fee refund as they are", "behaviour"),
    ("an application fee without a connected account, or above the amount, and an unknown destination are refused",
     "wording of the last two"),
    ("transfer_data[amount] of a capture takes the place of what was said before; without a destination it is refused", "wording"),
    ("on_behalf_of is kept and shown; whose country and fees count is not acted on", "settlement merchant"),
    ("a payment that settles later sends its transfer and its fee then: charge.succeeded, balance.available, transfer.created, …",
     "order"),
    ("a waiting refund takes its part of transfer and fee back when it is sent, and nothing if the debit fails", "time"),
    ("a debit that is disputed once it was shared debits the platform and leaves transfer and fee as they are", "docs say so of cards"),
    ("a connected account's refund of what its platform transferred reverses the transfer by so much, without a source_refund", "docs"),
    ("a reversed transfer may leave the connected account with a negative balance", "test mode"),
    ("a transferred payment is available when the charge behind it is, a transfer without one at once", "docs speak of the former"),
)
