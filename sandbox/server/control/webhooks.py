"""Where events go, whoever set it up, and deliveries by hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import orjson
from pydantic import Field
from typing_extensions import TypedDict

from sandbox.core import endpoints, outbox
from sandbox.core.errors import Refusal
from sandbox.core.merchant import Merchant
from sandbox.core.records import Delivery, Endpoint
from sandbox.delivery.sender import Parcel
from sandbox.server.control.lists import oldest_first, shelves_of
from sandbox.server.control.looking import Listed, delivery_row
from sandbox.server.control.op import Ask, Body, ListQuery, Op, OrderedQuery, Wrong, iso, not_found, page
from sandbox.server.control.refusals import of_refusal
from sandbox.settings import nearest

DUPLICATES_MAX = 100


class EndpointRow(TypedDict):
    id: str
    provider: str
    url: str
    events: list[str]
    secret: str
    status: str
    created: int
    description: str | None
    old_secret_until: int | None
    failing_since: int | None


class Endpoints(TypedDict):
    data: list[EndpointRow]
    has_more: bool
    next: str | None


class Deleted(TypedDict):
    id: str
    deleted: bool


class AddEndpoint(Body):
    provider: str
    url: str = Field(min_length=1, max_length=5_000, description='http or https, or "sandbox:inbox", which stores events in process')
    events: list[str] = Field(["*"], min_length=1, max_length=500, description="Types of the provider's events")
    secret: str | None = Field(None, min_length=1, max_length=500, description="Default: a fresh one")
    description: str | None = Field(None, max_length=5_000)


class Resend(Body):
    duplicate: int = Field(1, ge=1, le=DUPLICATES_MAX, description="How many times")


class ListedOf(ListQuery):
    provider: str | None = None


def endpoint_row(e: Endpoint) -> EndpointRow:
    return {
        "id": e.id,
        "provider": e.provider,
        "url": e.url,
        "events": list(e.events),
        "secret": e.secret,
        "status": e.status,
        "created": e.created,
        "description": e.description,
        "old_secret_until": e.old_secret_until or None,
        "failing_since": e.failing_since or None,
    }


async def index(ask: Ask) -> dict[str, Any]:
    found = oldest_first(shelves_of(ask, lambda _: (Endpoint,), ask.query.provider), ask.query.after)
    return page((e for e in found if not endpoints.is_partner(e)), ask.query.limit, endpoint_row)


def find(ask: Ask, endpoint_id: str) -> Endpoint:
    """A webhook endpoint, which a partner's is not. Raises Wrong 404."""
    _, found = ask.find(Endpoint, endpoint_id, "webhook endpoint", "webhook_endpoints")
    if endpoints.is_partner(found):
        raise not_found("webhook endpoint", endpoint_id, "webhook_endpoints")
    return found  # type: ignore[no-any-return]


async def add(ask: Ask) -> EndpointRow:
    """Stripe's own `/v1/webhook_endpoints` writes the same list."""
    body: AddEndpoint = ask.body
    provider = ask.providers.get(body.provider)
    if provider is None:
        hint = nearest(body.provider, list(ask.providers))
        raise Wrong(422, "param_invalid", f"There is no provider '{body.provider}'.{hint}", "provider")
    if provider.no_webhooks:
        raise Wrong(422, "out_of_reach", provider.no_webhooks, "provider")
    known = provider.event_names()
    for name in body.events:
        if known and name not in known:
            close = nearest(name, known)
            hint = close if close.startswith(" Did") else ' Use ["*"] for all.'
            raise Wrong(422, "param_invalid", f"{body.provider} has no event type '{name}'.{hint}", "events")
    merchant = ask.merchant
    made = await _changed(
        ask, lambda: endpoints.add(merchant, body.provider, body.url, body.events, body.secret or "", body.description)
    )
    return endpoint_row(made)


async def _changed(ask: Ask, work: Callable[[], Endpoint]) -> Endpoint:
    try:
        return await ask.unit(work)
    except Refusal as refusal:
        raise of_refusal(refusal, None, ask.merchant) from None


async def delete(ask: Ask, endpoint_id: str) -> Deleted:
    endpoint = find(ask, endpoint_id)
    await ask.unit(lambda: endpoints.remove(ask.merchant, endpoint))
    return {"id": endpoint_id, "deleted": True}


async def change(ask: Ask, endpoint_id: str, *, how: Callable[[Merchant, Endpoint], Endpoint]) -> EndpointRow:
    endpoint = find(ask, endpoint_id)
    return endpoint_row(await ask.unit(lambda: how(ask.merchant, endpoint)))


async def resend(ask: Ask, delivery_id: str) -> dict[str, Any]:
    """The delivery goes out again, besides its plan."""
    _, delivery = ask.find(Delivery, delivery_id, "delivery", "deliveries")
    return delivery_row(ask, await ask.unit(lambda: outbox.resend(ask.merchant, delivery, ask.body.duplicate)))


async def inbox(ask: Ask) -> dict[str, Any]:
    """What `sandbox:inbox` endpoints got, with the exact headers and bytes; a row's id is its number."""
    query: OrderedQuery = ask.query
    sender = ask.control.driver.sender
    parcels = sender.inbox(ask.merchant) if sender is not None else ()
    newest = query.order == "newest"
    if query.after is not None and not query.after.isdigit():
        raise Wrong(404, "cursor_unknown", f"after='{query.after:.40}' is no row's id: start again without it.", "after")
    if newest:
        until = int(query.after) if query.after is not None else parcels[-1].number + 1 if parcels else 0
        return page((p for p in reversed(parcels) if p.number < until), query.limit, parcel_row)
    since = int(query.after or 0)
    return page((p for p in parcels if p.number > since), query.limit, parcel_row)


def parcel_row(p: Parcel) -> dict[str, Any]:
    return {
        "id": str(p.number), "delivery": p.delivery, "endpoint": p.endpoint, "provider": p.provider, "event": p.event, "type": p.type,
        "at": p.at, "iso": iso(p.at), "headers": dict(p.headers), "body": p.payload.decode(errors="replace"),
        "payload": _payload(p.payload),
    }  # fmt: skip


def _payload(body: bytes) -> Any:
    """What an application reads; None where a fault has cut the body off."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


OPERATIONS: tuple[Op, ...] = (
    Op("GET", "/_sandbox/webhook_endpoints", index, "Where events go", query=ListedOf, answer=Endpoints),
    Op("POST", "/_sandbox/webhook_endpoints", add, "Events go there from now on", AddEndpoint, answer=EndpointRow),
    Op("DELETE", "/_sandbox/webhook_endpoints/{id}", delete, "Nothing goes there any more", answer=Deleted),
    Op("POST", "/_sandbox/webhook_endpoints/{id}/roll", partial(change, how=endpoints.roll),
       "A new secret; the old one signs too for 24 simulated hours", answer=EndpointRow),
    Op("POST", "/_sandbox/webhook_endpoints/{id}/enable", partial(change, how=endpoints.enable),
       "Events go there again", answer=EndpointRow),
    Op("POST", "/_sandbox/webhook_endpoints/{id}/disable", partial(change, how=endpoints.disable),
       "No event goes there until it is enabled", answer=EndpointRow),
    Op("POST", "/_sandbox/deliveries/{id}/resend", resend, "Delivers again", Resend, answer=dict[str, Any]),
    Op("GET", "/_sandbox/inbox", inbox, "What sandbox:inbox endpoints got", query=OrderedQuery, answer=Listed),
)  # fmt: skip
