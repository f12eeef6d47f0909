"""The shape of every transition table: the world's verbs are shared, the states are the provider's words.

A row holds all consequences of one trigger in one status, as data. Rows never call code: a missing effect is a new
word here and one function in `effects`. Diagrams and the exhaustive test are made from the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Trigger(StrEnum):
    """What can happen in the payment world."""

    CREATE = "create"
    PREPARE = "prepare"  # created with an instrument chosen
    UPDATE = "update"
    CHALLENGE = "challenge"  # the cardholder is asked to authenticate
    AUTHORIZE = "authorize"
    CAPTURE = "capture"
    APPROVE = "approve"  # captured, but the statement line comes later
    CLEAR = "clear"  # that line is here
    DECLINE = "decline"
    VOID = "void"
    EXPIRE = "expire"
    SUCCEED = "succeed"
    FAIL = "fail"
    PEND = "pend"
    RELEASE = "release"
    OPEN = "open"
    OPEN_INQUIRY = "open_inquiry"
    STAGE_EVIDENCE = "stage_evidence"
    SUBMIT_EVIDENCE = "submit_evidence"
    ACCEPT = "accept"
    DEADLINE = "deadline"
    ESCALATE = "escalate"
    DROP = "drop"  # the bank lets an inquiry go
    WIN = "win"
    LOSE = "lose"
    SETTLE = "settle"
    ATTACH = "attach"
    DETACH = "detach"
    DELETE = "delete"
    CONFIRM = "confirm"  # the seller takes an order on
    REJECT = "reject"  # or does not
    MAKE = "make"  # it is being made
    READY = "ready"  # and can be fetched
    DISPATCH = "dispatch"  # or is on its way
    FULFIL = "fulfil"  # it is with the buyer
    CANCEL = "cancel"  # what was ordered or booked is called off
    RETRY = "retry"
    SPEND = "spend"  # used up: nothing is left to act on
    OVERTAKE = "overtake"  # the bank takes money back while it is on its way back
    RECALL = "recall"  # and also money that has only just gone back
    TRACE = "trace"  # money that was sent can be followed by the network's number
    PREVENT = "prevent"  # settled between the banks before it became a dispute
    REPRESENT = "represent"  # the provider itself answers a dispute that nobody has answered
    ENRICH = "enrich"  # the provider itself adds to the evidence what it knows
    QUEUE = "queue"  # accepted, and waits for money that is still on its way in
    LACK = "lack"  # accepted, and waits for money of the merchant's own
    REMIT = "remit"  # sent to a bank account, which takes days
    UNFOLD = "unfold"  # what the instrument was to bring comes about
    ADVANCE = "advance"  # time is asked to go on to a moment
    ARRIVE = "arrive"  # it is there; a timer of this trigger makes time come to it
    BEGIN = "begin"  # its time has come
    ATTEND = "attend"  # it is known whether the guest came
    MISS = "miss"  # the guest did not come
    PENALIZE = "penalize"  # and pays for it
    LAPSE = "lapse"  # nobody said anything in time


class Line(NamedTuple):
    """What the merchant's statement shows for a movement of money.

    settles: "day" the provider's settlement day, "charge" together with the charge's own money, "now" at once.
    """

    kind: str
    category: str
    sign: int
    memo: str
    settles: str = "now"
    fee: str = ""  # a name in the provider's price list
    tax: str = ""  # on that fee: another such name
    cut: str = ""  # what a platform keeps of it: another such name
    into: str = "entry_id"  # the record's field that keeps the entry's id; "" for none


class Recipe(NamedTuple):
    """Who pays whom. The account "merchant" is its pending or available side, as the line settles."""

    debit: str
    credit: str
    share: str = "amount"  # which number of the record moves
    line: Line | None = None
    converted: bool = False  # moves in the currency that the account is paid in


class Arm(NamedTuple):
    """A timer to arm: after a span named in the provider's timings, or at a time that a field of the record holds."""

    name: str
    trigger: Trigger
    after: str = ""
    at: str = ""


class Emit(NamedTuple):
    """An event to freeze; `of` names the related record it shows, `diff` adds what that record was before."""

    type: str
    of: str = ""
    diff: bool = False


class Also(NamedTuple):
    """The same moment triggers a related record, before this record's own events."""

    of: str
    trigger: Trigger


class Mark(StrEnum):
    """Changes of other records that a transition brings with it; one function each in `effects`."""

    CHARGE_REFUNDED = "charge_refunded"
    CHARGE_UNREFUNDED = "charge_unrefunded"
    CHARGE_DISPUTED = "charge_disputed"
    CHARGE_VOIDED = "charge_voided"
    REFUNDS_OVERTAKEN = "refunds_overtaken"
    REFUNDS_RECALLED = "refunds_recalled"
    REFUNDS_DUE = "refunds_due"
    REFUNDS_MOOT = "refunds_moot"
    FUNDS_AVAILABLE = "funds_available"
    UNFOLDS = "unfolds"
    SHARED = "shared"


class Row(NamedTuple):
    """The status reached and what comes with it, in the order of the fields; `then` follows the record's own events."""

    to: str
    post: tuple[Recipe, ...] = ()
    mark: tuple[Mark, ...] = ()
    disarm: tuple[str, ...] = ()
    arm: tuple[Arm, ...] = ()
    also: tuple[Also, ...] = ()
    emit: tuple[Emit, ...] = ()
    then: tuple[Mark, ...] = ()


Table = Mapping[tuple[str, Trigger], Row]
