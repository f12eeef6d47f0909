"""The nouns that only ordering has; charges and refunds are the core's.

A partner's calls go to the Endpoint record of the same id.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sandbox.core.records import NOTHING, Details


class Partner(NamedTuple):
    """A developer's project with its fulfillment webhook."""

    id: str
    provider: str
    status: str  # registered
    created: int
    project_id: str
    signed: bool  # whether calls carry a JWT
    sandbox: bool  # the isInSandbox of its orders


class SigningKey(NamedTuple):
    """The key pair that a merchant's calls are signed with, made on its first use and kept."""

    id: str
    provider: str
    status: str  # active
    created: int
    pem: str


class Finding(NamedTuple):
    """Something about a partner's answer that is wrong (its code begins with E) or odd (W)."""

    code: str
    path: str
    message: str


class Checkout(NamedTuple):
    """A cart that a partner was asked about, and what came of that."""

    id: str
    provider: str
    status: str  # asked, ready, failed, submitted
    created: int
    partner_id: str
    cart: Mapping[str, Any]
    conversation: str
    findings: tuple[Finding, ...] = ()
    proposed: Details = NOTHING  # the order that the partner proposed
    payment: Details = NOTHING  # the processor, and how the user pays
    total: int = 0
    currency: str = "inr"
    order_id: str = ""


class Order(NamedTuple):
    """An order as Google keeps it; its status is the partner's word, once there is one."""

    id: str
    provider: str
    status: str  # payment_failed, submitting, submit_failed, or a state of the partner's
    created: int
    amount: int  # charged, or to be charged by the partner's own processor
    currency: str
    partner_id: str
    checkout_id: str
    google_order_id: str
    sandbox: bool
    processor: str  # timesofmoney, or anything else, which Google neither charges nor refunds
    charge_id: str = ""
    action_order_id: str = ""  # the partner's
    total: int = 0  # the newest that was accepted
    updated_at: int = 0  # microseconds: the newest updateTime that was applied
    details: Details = NOTHING


class Decision(NamedTuple):
    """What was decided about a submitted order or an update, and by which rule."""

    id: str
    provider: str
    status: str  # applied, no_change, ignored, rejected
    created: int
    order_id: str
    rule: str
    refund: int = 0
    digest: str = ""  # of an update
    details: Details = NOTHING


RECORDS: tuple[type, ...] = (Partner, SigningKey, Checkout, Order, Decision)
INDEXES: Mapping[type, tuple[str, ...]] = {
    Order: ("action_order_id", "google_order_id", "partner_id", "charge_id"),
    Decision: ("order_id",),
}
