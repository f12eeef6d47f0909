"""`/v1/events`."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase

from sandbox.core import outbox
from sandbox.core.endpoints import LISTENER
from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.core.records import Delivery, Endpoint, Event
from sandbox.providers.base import Op
from sandbox.providers.stripe import connecting
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.validate import Bool, Created, Expandable, ListOf, ListParams, Text
from sandbox.providers.stripe.wire import Page, slice_of

VISIBLE_S = 30 * 86400
TYPES_MAX = 20


class EventList(ListParams):
    created: Created | None = None
    delivery_success: Bool | None = None
    type: Text | None = None
    types: ListOf[Text] | None = None


def index(merchant: Merchant, params: EventList) -> Page:
    if params.type is not None and params.types is not None:
        raise Refusal(
            Reason.PARAMS_EXCLUSIVE, code="parameters_exclusive", param="type",
            message="You may only specify one of these parameters: type, types.",
        )  # fmt: skip
    if params.types is not None and len(params.types) > TYPES_MAX:
        raise Refusal(Reason.PARAM_INVALID, param="types", message=f"You may only specify up to {TYPES_MAX} types.")
    return slice_of(merchant, STRIPE, Event, "event", params, "/v1/events", keep=wanted(merchant, params))


def wanted(merchant: Merchant, params: EventList) -> Callable[[Event], bool]:
    since = merchant.now - VISIBLE_S

    def keep(event: Event) -> bool:
        return (
            event.account == merchant.branch
            and event.created >= since
            and (params.type is None or fnmatchcase(event.type, params.type))
            and (params.types is None or event.type in params.types)
            and params.delivery_success in (None, delivered(merchant, event))
        )

    return keep


def delivered(merchant: Merchant, event: Event) -> bool:
    return all(d.status == "delivered" for d in merchant.store.shelf(STRIPE, Delivery).of("event_id", event.id))


def retrieve(merchant: Merchant, params: Expandable, event_id: str) -> Event:
    event: Event = find.in_path(merchant, find.EVENT, event_id)
    if event.created < merchant.now - VISIBLE_S or event.account != merchant.branch:
        raise Refusal(Reason.NOT_FOUND, kind="event", id=event_id, param="id")
    return event


def to_listeners(merchant: Merchant, event: Event) -> None:
    """The event is due now at every CLI that listens, whether or not it got it before."""
    known = {d.endpoint_id: d for d in merchant.store.shelf(STRIPE, Delivery).of("event_id", event.id)}
    for endpoint in list(merchant.store.shelf(STRIPE, Endpoint).rows.values()):
        if endpoint.url == LISTENER and endpoint.status == "enabled":
            if endpoint.id in known:
                outbox.resend(merchant, known[endpoint.id])
            else:
                outbox.send(merchant, event, endpoint)


class EventRetry(Expandable):
    account: Text | None = None
    webhook_endpoint: Text | None = None
    for_stripecli: Bool = False


def retry(merchant: Merchant, params: EventRetry, event_id: str) -> Event:
    """The event is delivered again: to one endpoint, to the CLIs that listen, or to all that got it.

    What the official CLI's `events resend` calls.
    """
    account = connecting.acted_for(merchant, params.account, "") if params.account else merchant.branch
    with merchant.acting_for(account):
        event = retrieve(merchant, params, event_id)
    if params.for_stripecli and params.webhook_endpoint is None:
        to_listeners(merchant, event)
        return event
    only = ""
    if params.webhook_endpoint is not None:
        endpoint: Endpoint = find.in_params(merchant, find.ENDPOINT, params.webhook_endpoint, "webhook_endpoint")
        only = endpoint.id
    known = {d.endpoint_id: d for d in merchant.store.shelf(STRIPE, Delivery).of("event_id", event.id)}
    if only and only not in known:
        outbox.require_reachable(merchant, STRIPE, only)
        outbox.send(merchant, event, endpoint)
    for delivery in known.values():
        if delivery.endpoint_id == only or (not only and outbox.reachable(merchant, STRIPE, delivery.endpoint_id)):
            outbox.resend(merchant, delivery)
    return event


OPERATIONS = (
    Op("GET", "/v1/events", index, EventList),
    Op("GET", "/v1/events/{id}", retrieve, Expandable),
    Op("POST", "/v1/events/{id}/retry", retry, EventRetry),
)
