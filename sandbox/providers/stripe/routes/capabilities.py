"""`/v1/accounts/{account}/capabilities`: what an account has asked to be able to do, and can."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.providers.base import Op
from sandbox.providers.stripe import capabilities, connecting
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.ids import account_id
from sandbox.providers.stripe.records import Capability
from sandbox.providers.stripe.routes.accounts import OWN_CHANGED
from sandbox.providers.stripe.validate import Bool, Expandable
from sandbox.providers.stripe.wire import Page

PATH = "/v1/accounts/{account}/capabilities"


@contextmanager
def of_account(merchant: Merchant, account: str) -> Iterator[dict[str, Capability]]:
    """Its capabilities by name; it is acted for meanwhile. Raises Refusal ACCOUNT_UNKNOWN."""
    with merchant.acting_for(connecting.acted_for(merchant, account, "")):
        own = not merchant.branch
        found = {name: capabilities.of(merchant, account, name) for name in capabilities.NAMES}
        yield {name: one._replace(status="active") if own and name in capabilities.OWN else one for name, one in found.items()}


def index(merchant: Merchant, params: Expandable, account: str) -> Page:
    with of_account(merchant, account) as found:
        return Page(list(found.values()), False, f"/v1/accounts/{account}/capabilities")


def retrieve(merchant: Merchant, params: Expandable, account: str, name: str) -> Capability:
    with of_account(merchant, account) as found:
        if name not in found:
            raise Refusal(Reason.NOT_FOUND, kind="capability", id=name, param="capability")
        return found[name]


class CapabilityUpdate(Expandable):
    requested: Bool | None = None


def update(merchant: Merchant, params: CapabilityUpdate, account: str, name: str) -> Capability:
    """Asked for from now on, or no more; the account tells of it, too."""
    capability = retrieve(merchant, params, account, name)
    if account == account_id(merchant) and not merchant.branch:
        raise Refusal(Reason.NOT_EMULATED, what=OWN_CHANGED, param="")
    if params.requested is None or params.requested == (capability.status == "active"):
        return capability
    owner = connecting.account(merchant, account)
    names = {*(owner.details.get("capabilities") or ()), name} if params.requested else {*owner.details["capabilities"]} - {name}
    with merchant.acting_for(account):
        capabilities.request(merchant, account, names)
        merchant.fire(owner, Trigger.UPDATE, details={**owner.details, "capabilities": sorted(names)})
        found: Capability = merchant.get(STRIPE, Capability, capability.id)
        return found


OPERATIONS = (
    Op("GET", PATH, index, Expandable),
    Op("GET", PATH + "/{capability}", retrieve, Expandable),
    Op("POST", PATH + "/{capability}", update, CapabilityUpdate),
)
