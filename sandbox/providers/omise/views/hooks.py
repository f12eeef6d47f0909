"""Event, and what became of its deliveries."""

from __future__ import annotations

from typing import Any

import orjson

from sandbox.core.ids import BASE36, token
from sandbox.core.merchant import Merchant
from sandbox.core.records import Delivery, Endpoint, Event
from sandbox.providers.omise import versions
from sandbox.providers.omise.money import OMISE
from sandbox.providers.omise.versions import NEWEST
from sandbox.providers.omise.wire import iso, render


def event(merchant: Merchant, e: Event) -> dict[str, Any]:
    """The event as `GET /events/{id}` shows it, with every attempt to deliver it; its data stay frozen."""
    shown = frozen(e)
    payload = render(sent(merchant, e)).decode()
    for delivery in merchant.store.shelf(OMISE, Delivery).of("event_id", e.id):
        endpoint: Endpoint | None = merchant.get(OMISE, Endpoint, delivery.endpoint_id)
        for number, attempt in enumerate(delivery.attempts):
            shown["webhook_deliveries"].append({
                "object": "webhook_delivery",
                "id": "whdl_test_" + token(19, delivery.id, number, alphabet=BASE36),
                "uri": endpoint.url if endpoint is not None else "",
                "status": attempt.code,
                "key": e.type,
                "error": attempt.error or None,
                "payload": payload,
                "created_at": iso(attempt.at).replace("T", " ").replace("Z", " UTC"),
            })  # fmt: skip
    return shown


def frozen(e: Event) -> dict[str, Any]:
    return {
        "object": "event",
        "id": e.id,
        "livemode": False,
        "location": f"/events/{e.id}",
        "webhook_deliveries": [],
        "data": orjson.loads(e.body),
        "key": e.type,
        "created_at": iso(e.created),
    }


def sent(merchant: Merchant, e: Event) -> dict[str, Any]:
    """The event as it goes over the wire: in the version that the account had when it happened."""
    version = versions.known(e.version)
    shown = frozen(e)
    return shown if version == NEWEST else {**versions.older({**shown, "data": None}, version), "data": shown["data"]}
