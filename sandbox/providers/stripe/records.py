"""Nouns that only Stripe has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sandbox.core.records import NOTHING, Details


class PaymentIntent(NamedTuple):
    """Stripe's order to pay: it outlives declined charges and knows how its money will be captured."""

    id: str
    provider: str
    status: str
    created: int
    amount: int
    currency: str
    received: int = 0  # captured
    charge_id: str = ""  # the latest attempt
    customer_id: str = ""
    instrument_id: str = ""
    description: str | None = None
    canceled_at: int = 0
    metadata: Details = NOTHING
    details: Details = NOTHING


class FraudWarning(NamedTuple):
    """An early fraud warning: the issuer suspects a charge before anybody disputes it."""

    id: str
    provider: str
    status: str  # actionable, spent
    created: int
    charge_id: str
    parent_id: str = ""
    fraud_type: str = "made_with_stolen_card"


class Review(NamedTuple):
    """A payment that a person is to look at, because Radar does not trust it."""

    id: str
    provider: str
    status: str  # open, closed
    created: int
    charge_id: str
    parent_id: str = ""
    closed_reason: str = ""


class FileLink(NamedTuple):
    """A public address of a file, for whoever knows it."""

    id: str
    provider: str
    status: str
    created: int
    file_id: str
    expires_at: int | None = None  # None: never
    metadata: Details = NOTHING


class SetupIntent(NamedTuple):
    """An order to make a payment method ready for later payments; it moves no money."""

    id: str
    provider: str
    status: str
    created: int
    customer_id: str = ""
    instrument_id: str = ""
    description: str | None = None
    metadata: Details = NOTHING
    details: Details = NOTHING


class Mandate(NamedTuple):
    """That a customer has agreed to have a payment method debited."""

    id: str
    provider: str
    status: str  # pending, active, inactive
    created: int
    instrument_id: str
    details: Details = NOTHING


class LegacyToken(NamedTuple):
    """A card or a bank account typed in a browser; what it carries is spent once."""

    id: str
    provider: str
    status: str  # fresh, used
    created: int
    card: str  # the documented test card it is, by number or name; the test account by its number
    card_id: str  # of the card or the bank account it becomes
    details: Details = NOTHING
    kind: str = "card"  # or bank_account


class LegacySource(NamedTuple):
    """What a customer is charged by the legacy way: a saved card or bank account, or a source object around a card."""

    id: str
    provider: str
    status: str
    created: int
    kind: str  # card, bank_account, source
    customer_id: str = ""
    card: str = ""  # the documented test card it is, by number or name; the test account by its number
    metadata: Details = NOTHING
    details: Details = NOTHING


class FrozenClock(NamedTuple):
    """The merchant's clock as Stripe's API sees it: frozen while there is one, and moved by requests."""

    id: str
    provider: str
    status: str  # ready, advancing, deleted
    created: int
    target_at: int = 0  # where it is advancing to
    name: str | None = None


class Payout(NamedTuple):
    """Money of the balance on its way to a bank account; a negative amount is one that is called back."""

    id: str
    provider: str
    status: str  # pending, in_transit, paid, failed, canceled
    created: int
    amount: int
    currency: str
    destination_id: str
    leaves_at: int  # when the bank gets it, and it can be canceled no more
    arrives_at: int
    automatic: bool = False
    entry_id: str = ""
    failure_entry_id: str = ""  # the statement line that brought the money back
    failure_code: str = ""
    original_id: str = ""  # of the payout that this one calls back
    reversed_by_id: str = ""
    description: str | None = None
    metadata: Details = NOTHING
    details: Details = NOTHING


class BankAccount(NamedTuple):
    """Where payouts go to, a bank account or a debit card. The number itself is never kept: only its end, and what a payout meets."""

    id: str
    provider: str
    status: str  # new, errored, deleted
    created: int
    account_id: str  # whose it is
    country: str
    currency: str
    last4: str
    failure_code: str = ""  # why payouts to it fail; empty: they arrive
    default: bool = False  # for its currency
    metadata: Details = NOTHING
    details: Details = NOTHING
    kind: str = "bank_account"  # or card


class ConnectedAccount(NamedTuple):
    """An account of somebody who does business by way of the merchant's platform."""

    id: str
    provider: str
    status: str  # active, deleted
    created: int
    country: str
    currency: str  # its default one
    email: str | None = None
    kind: str = "none"  # custom, express, standard, none
    metadata: Details = NOTHING
    details: Details = NOTHING


class Capability(NamedTuple):
    """Something that an account has asked to be able to do."""

    id: str  # the account's and the name: no other id is unique
    provider: str
    status: str  # active, unrequested
    created: int
    account_id: str
    name: str
    requested_at: int = 0  # 0: it is not


class AccountLink(NamedTuple):
    """The address of a page where an account's owner is asked what Stripe wants to know of him."""

    id: str
    provider: str
    status: str  # open, used
    created: int
    account_id: str
    expires_at: int
    return_url: str
    refresh_url: str


class PlatformTransfer(NamedTuple):
    """Money that a platform sent to a connected account, where it is a payment."""

    id: str
    provider: str
    status: str  # made
    created: int
    amount: int
    currency: str
    account_id: str
    charge_id: str = ""  # the platform's own, that it is a part of
    payment_id: str = ""  # the connected account's
    reversed: int = 0
    entry_id: str = ""
    description: str | None = None
    metadata: Details = NOTHING
    details: Details = NOTHING


class TransferReversal(NamedTuple):
    """A part of a transfer that the platform took back."""

    id: str
    provider: str
    status: str  # made
    created: int
    amount: int
    currency: str
    transfer_id: str
    payment_refund_id: str = ""  # what it is on the connected account
    refund_id: str = ""  # the platform's own, that asked for it
    entry_id: str = ""
    description: str | None = None
    metadata: Details = NOTHING
    details: Details = NOTHING


class ApplicationFee(NamedTuple):
    """What a platform keeps of a connected account's payment."""

    id: str
    provider: str
    status: str  # earned
    created: int
    amount: int
    currency: str
    account_id: str
    payment_id: str  # the connected account's
    origin_id: str = ""  # the platform's own charge behind it
    refunded: int = 0
    entry_id: str = ""
    description: str | None = None
    details: Details = NOTHING


class FeeRefund(NamedTuple):
    """A part of an application fee that the connected account got back."""

    id: str
    provider: str
    status: str  # made
    created: int
    amount: int
    currency: str
    fee_id: str
    entry_id: str = ""
    description: str | None = None
    metadata: Details = NOTHING
    details: Details = NOTHING


RECORDS: tuple[type, ...] = (
    PaymentIntent, FraudWarning, LegacyToken, LegacySource, FrozenClock, SetupIntent, Payout, BankAccount, Review,
    FileLink, Mandate,
    ConnectedAccount, Capability, AccountLink,
    PlatformTransfer, TransferReversal, ApplicationFee, FeeRefund,
)  # fmt: skip
INDEXES: Mapping[type, tuple[str, ...]] = {
    PaymentIntent: ("customer_id",),
    FraudWarning: ("charge_id", "parent_id"),
    Review: ("charge_id",),
    FileLink: ("file_id",),
    LegacySource: ("customer_id",),
    SetupIntent: ("customer_id", "instrument_id"),
    Payout: ("destination_id",),
    BankAccount: ("account_id",),
    PlatformTransfer: ("account_id", "charge_id"),
    TransferReversal: ("transfer_id",),
    FeeRefund: ("fee_id",),
}
