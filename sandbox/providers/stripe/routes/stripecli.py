"""`/v1/stripecli/sessions`: where the official CLI asks how to listen and to read the request log. Not a documented API."""

from __future__ import annotations

from typing import Any

import orjson

from sandbox.core import endpoints
from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.providers.base import Op
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.listening import FILTERS, LISTENS, PATH, reader_id
from sandbox.providers.stripe.validate import Expandable, ListOf, Text
from sandbox.providers.stripe.versions import NEWEST

RECONNECT_S = 36_000  # after which the CLI wants a fresh connection
NOWHERE = "http://127.0.0.1:12111"  # in process there is no server to point to
WEBHOOKS, LOGS = "webhooks", "request_logs"


class Session(Expandable):
    websocket_features: ListOf[Text]
    device_name: Text | None = None
    filters: Text | None = None
    forward_to_url: Text | None = None


def create(merchant: Merchant, params: Session) -> dict[str, Any]:
    """Where to connect. A listener on the same device that forwards to the same place finds its secret and what it missed."""
    feature = params.websocket_features[0]
    if feature not in (WEBHOOKS, LOGS):
        raise Refusal(Reason.NOT_EMULATED, what=f"the feature '{feature:.40}' of the CLI", param="websocket_features[0]")
    secret = ""
    if feature == WEBHOOKS:
        details = {"device": params.device_name or "", "forward_to": params.forward_to_url or ""}
        listener = endpoints.listener(merchant, STRIPE, details)
        secret, key = listener.secret, LISTENS + listener.id
    else:
        key = reader_id(filters_in(params.filters))
    server = (merchant.base_url or NOWHERE).replace("http", "ws", 1)
    return {
        "default_version": merchant.settings.get("stripe_version") or NEWEST,
        "device_token": "",
        "display_connect_filter_warning": False,
        "latest_version": NEWEST,
        "reconnect_delay": RECONNECT_S,
        "secret": secret,
        "websocket_authorized_feature": feature,
        "websocket_id": key,
        "websocket_url": f"{server}{PATH}{merchant.name}",
    }


def filters_in(text: str | None) -> dict[str, list[str]]:
    """What `logs tail` was told to show, filter by filter; refused where the request log does not know."""
    if text is None:
        return {}
    try:
        given: Any = orjson.loads(text)
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, dict) or not all(isinstance(words, list) for words in given.values()):
        raise Refusal(Reason.PARAM_INVALID, param="filters", code=None, message="Invalid filters: must be a JSON object of arrays")
    for name in given:
        if name not in FILTERS:
            raise Refusal(Reason.NOT_EMULATED, what=f"the log filter '{name:.40}'", param="filters")
    return {name: [str(word) for word in words] for name, words in given.items()}


OPERATIONS = (Op("POST", "/v1/stripecli/sessions", create, Session),)
