"""`/v1/webhook_endpoints`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import orjson

from sandbox.core import endpoints
from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import Endpoint
from sandbox.providers.base import Op
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.refusing import either
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.validate import (
    Bool,
    Clearable,
    Expandable,
    ListOf,
    ListParams,
    Metadata,
    Text,
    merge_metadata,
)
from sandbox.providers.stripe.versions import check_version
from sandbox.providers.stripe.views.hooks import endpoint as view
from sandbox.providers.stripe.wire import Page, slice_of

ENDPOINTS_MAX = 16
NO_ACCOUNTS = "A connected account has no accounts of its own to hear of: make its endpoint without connect."
EVENT_NAMES = Path(__file__).parent.parent / "event_names.json"  # what stripe-python 16.1.0 knows, and "*"
# Shown on the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a 17th webhook endpoint answers 400 'You have reached the maximum of 16 test webhook endpoints.'", "wording"),
    ("a webhook URL without a scheme answers url_invalid 'Invalid URL: An explicit scheme (such as https) must be provided.'", "wording"),
    ("a connected account's own endpoint hears of that account alone, and its events carry no account", "docs speak of the dashboard"),
    ("an unknown name in enabled_events is refused as a bad enum value, naming all that are accepted", "wording"),
    ("an attempt to deliver ends after 10 s", "Stripe does not say when; 20 to 30 s is the best estimate"),
    ("a Retry-After that asks for more than the planned wait is granted, up to three days", "not documented"),
    ("a resend by hand to a disabled or deleted endpoint answers 422", "the sandbox's own"),
    ("a webhook URL beyond loopback is refused unless the server was started with --allow-webhook-host", "the sandbox's own"),
)


@cache
def event_names() -> tuple[str, ...]:
    """What `enabled_events` may name; read when the first endpoint is made, not at the start."""
    names: list[str] = orjson.loads(EVENT_NAMES.read_bytes())
    return tuple(names)


def check_events(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names, each of them one that Stripe accepts. Raises Refusal PARAM_INVALID."""
    known = event_names()
    for place, name in enumerate(names):
        if name not in known:
            param = f"enabled_events[{place}]"
            raise Refusal(Reason.PARAM_INVALID, param=param, code=None, message=f"Invalid {param}: must be one of {either(known)}")
    return names


class EndpointCreate(Expandable):
    url: Text
    enabled_events: ListOf[Text]
    api_version: Clearable[Text] = None
    connect: Bool = False
    description: Clearable[Text] = None
    metadata: Metadata = None


def create(merchant: Merchant, params: EndpointCreate) -> dict[str, Any]:
    """The only answer that shows the secret."""
    if merchant.branch and params.connect:
        raise Refusal(Reason.PARAM_INVALID, code=None, message=NO_ACCOUNTS, param="connect")
    version = params.api_version
    if version is not None:
        check_version(version)
    names = check_events(params.enabled_events)
    if sum(listed(merchant, one) for one in merchant.store.shelf(STRIPE, Endpoint).rows.values()) >= ENDPOINTS_MAX:
        message = f"You have reached the maximum of {ENDPOINTS_MAX} test webhook endpoints."
        raise Refusal(Reason.PARAM_INVALID, param="", code=None, message=message)
    made = endpoints.add(
        merchant, STRIPE, params.url, names, description=params.description, metadata=merge_metadata({}, params.metadata),
        details={
            **({"api_version": version} if version is not None else {}), **({"connect": True} if params.connect else {}),
            **({"account": merchant.branch} if merchant.branch else {}),
        },
    )  # fmt: skip
    return with_secret(view(merchant, made), made.secret)


def with_secret(shown: dict[str, Any], secret: str) -> dict[str, Any]:
    """The secret in its place: keys come in the alphabet's order after `id` and `object`."""
    later = ("status", "url")
    return {**{key: value for key, value in shown.items() if key not in later}, "secret": secret, **{key: shown[key] for key in later}}


def index(merchant: Merchant, params: ListParams) -> Page:
    def keep(endpoint: Endpoint) -> bool:
        return listed(merchant, endpoint)

    return slice_of(merchant, STRIPE, Endpoint, "webhook endpoint", params, "/v1/webhook_endpoints", keep=keep)


def listed(merchant: Merchant, endpoint: Endpoint) -> bool:
    """Whether the API shows it to the account that is acted for; a CLI that listens is no endpoint to it."""
    return endpoint.url != endpoints.LISTENER and endpoint.details.get("account", "") == merchant.branch


def retrieve(merchant: Merchant, params: Expandable, endpoint_id: str) -> Endpoint:
    found: Endpoint = find.in_path(merchant, find.ENDPOINT, endpoint_id)
    if not listed(merchant, found):
        raise Refusal(Reason.NOT_FOUND, kind=find.ENDPOINT.name, id=endpoint_id, param=find.ENDPOINT.param)
    return found


class EndpointUpdate(Expandable):
    url: Text | None = None
    enabled_events: ListOf[Text] | None = None
    disabled: Bool | None = None
    description: Clearable[Text] = None
    metadata: Metadata = None


def update(merchant: Merchant, params: EndpointUpdate, endpoint_id: str) -> Endpoint:
    endpoint = retrieve(merchant, params, endpoint_id)
    facts: dict[str, Any] = {"metadata": merge_metadata(endpoint.metadata, params.metadata)}
    if params.url is not None:
        endpoints.admit(merchant, params.url)
        facts["url"] = params.url
    if params.enabled_events is not None:
        facts["events"] = check_events(params.enabled_events)
    if "description" in params.model_fields_set:
        facts["description"] = params.description
    endpoint = merchant.fire(endpoint, Trigger.UPDATE, **facts)
    if params.disabled is None or params.disabled == (endpoint.status == "disabled"):
        return endpoint
    return endpoints.disable(merchant, endpoint) if params.disabled else endpoints.enable(merchant, endpoint)


def delete(merchant: Merchant, params: Expandable, endpoint_id: str) -> dict[str, Any]:
    endpoints.remove(merchant, retrieve(merchant, params, endpoint_id))
    return {"id": endpoint_id, "object": "webhook_endpoint", "deleted": True}


OPERATIONS = (
    Op("POST", "/v1/webhook_endpoints", create, EndpointCreate),
    Op("GET", "/v1/webhook_endpoints", index, ListParams),
    Op("GET", "/v1/webhook_endpoints/{webhook_endpoint}", retrieve, Expandable),
    Op("POST", "/v1/webhook_endpoints/{webhook_endpoint}", update, EndpointUpdate),
    Op("DELETE", "/v1/webhook_endpoints/{webhook_endpoint}", delete, Expandable),
)
