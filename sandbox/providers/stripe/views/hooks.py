"""Event, webhook endpoint, file."""

from __future__ import annotations

from typing import Any

import orjson

from sandbox.core.merchant import Merchant
from sandbox.core.records import Delivery, Document, Endpoint, Event
from sandbox.providers.stripe.upload import PURPOSES, UNDOCUMENTED
from sandbox.providers.stripe.versions import NEWEST, behind, older, older_part

FILES_HOST = "https://files.stripe.com"  # in process there is no server to point to


def pending_webhooks(merchant: Merchant, e: Event) -> int:
    """Endpoints that still owe the event a 2xx."""
    shelf = merchant.store.shelves.get((e.provider, Delivery))
    return sum(d.status != "delivered" for d in shelf.of("event_id", e.id)) if shelf is not None else 0


def told_in(merchant: Merchant, e: Event, version: str) -> dict[str, Any]:
    """The event's `data` in a version: what was frozen is the newest one's."""
    shown = orjson.loads(e.body)
    if not behind(version):
        return {"object": shown, "previous_attributes": orjson.loads(e.previous)} if e.previous else {"object": shown}
    data: dict[str, Any] = {"object": older(merchant, shown, version)}
    if e.previous:
        data["previous_attributes"] = older_part(orjson.loads(e.previous), shown["object"], version)
    return data


def event(merchant: Merchant, e: Event) -> dict[str, Any]:
    data = told_in(merchant, e, e.version or NEWEST)
    return {
        "id": e.id,
        "object": "event",
        "api_version": e.version or NEWEST,
        "created": e.created,
        "data": data,
        "livemode": False,
        "pending_webhooks": pending_webhooks(merchant, e),
        "request": {"id": e.request_id or None, "idempotency_key": e.idempotency_key or None},
        "type": e.type,
    }


def endpoint(merchant: Merchant, w: Endpoint) -> dict[str, Any]:
    return {
        "id": w.id,
        "object": "webhook_endpoint",
        "api_version": w.details.get("api_version"),
        "application": None,
        "created": w.created,
        "description": w.description,
        "enabled_events": list(w.events),
        "livemode": False,
        "metadata": w.metadata,
        "status": w.status,
        "url": w.url,
    }


def document(merchant: Merchant, f: Document) -> dict[str, Any]:
    return {
        "id": f.id,
        "object": "file",
        "created": f.created,
        "expires_at": f.details.get("expires_at"),
        "filename": f.filename,
        "links": {"object": "list", "data": [], "has_more": False, "url": f"/v1/file_links?file={f.id}"},
        "purpose": f.purpose,
        "size": len(f.content),
        "title": f.details.get("title"),
        "type": f.media or None,
        "url": contents_url(merchant, f),
    }


def contents_url(merchant: Merchant, f: Document) -> str | None:
    """Where the bytes are, with a secret key; null for purposes that cannot be downloaded and for what has expired."""
    expires_at = f.details.get("expires_at")
    if not PURPOSES.get(f.purpose, UNDOCUMENTED).downloadable or (expires_at is not None and expires_at <= merchant.now):
        return None
    return f"{merchant.base_url or FILES_HOST}/v1/files/{f.id}/contents"
