"""Event, webhook endpoint, file and its links."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

import orjson

from sandbox.core.ids import token as characters
from sandbox.core.merchant import Merchant
from sandbox.core.records import Delivery, Document, Endpoint, Event
from sandbox.providers.stripe.records import FileLink
from sandbox.providers.stripe.upload import PURPOSES, UNDOCUMENTED
from sandbox.providers.stripe.versions import NEWEST, behind, older, older_part
from sandbox.providers.stripe.views.transfer import application_id

PATH = "/links/"
MERCHANT = re.compile(r"[A-Za-z0-9_]{1,64}")
SECRET_CHARACTERS = 24
LINKS_SHOWN = 10
FILES_HOST = "https://files.stripe.com"  # in process there is no server to point to
KEY_FOR = " for acct_"


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
        data["previous_attributes"] = older_part(orjson.loads(e.previous), data["object"], version)
    return data


def as_given(idempotency_key: str) -> str:
    """The key as the request had it; ours says for which connected account, because each has keys of its own."""
    return idempotency_key.partition(KEY_FOR)[0]


def event(merchant: Merchant, e: Event) -> dict[str, Any]:
    data = told_in(merchant, e, e.version or NEWEST)
    return {
        "id": e.id,
        "object": "event",
        **({"account": e.account} if e.account else {}),
        "api_version": e.version or NEWEST,
        "created": e.created,
        "data": data,
        "livemode": False,
        "pending_webhooks": pending_webhooks(merchant, e),
        "request": {"id": e.request_id or None, "idempotency_key": as_given(e.idempotency_key) or None},
        "type": e.type,
    }


def endpoint(merchant: Merchant, w: Endpoint) -> dict[str, Any]:
    return {
        "id": w.id,
        "object": "webhook_endpoint",
        "api_version": w.details.get("api_version"),
        "application": application_id(merchant) if w.details.get("account") else None,
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
        "links": links_of(merchant, f),
        "purpose": f.purpose,
        "size": len(f.content),
        "title": f.details.get("title"),
        "type": f.media or None,
        "url": contents_url(merchant, f),
    }


def links_of(merchant: Merchant, f: Document) -> dict[str, Any]:
    """The file's links, newest first, at most ten."""
    found = merchant.store.shelf(f.provider, FileLink).of("file_id", f.id)[::-1]
    shown = [file_link(merchant, each) for each in found[:LINKS_SHOWN]]
    return {"object": "list", "data": shown, "has_more": len(found) > LINKS_SHOWN, "url": f"/v1/file_links?file={f.id}"}


def link_expired(merchant: Merchant, link: FileLink) -> bool:
    return link.expires_at is not None and link.expires_at <= merchant.now


def token_of(merchant: Merchant, link: FileLink) -> str:
    """The last part of a link's address: whose it is, which one, and what nobody can guess."""
    drawn = characters(SECRET_CHARACTERS, "file link", merchant.settings.get("seed", 0), merchant.name, link.id)
    return base64.urlsafe_b64encode(f"00|{merchant.name}|{link.id}|{drawn}".encode()).decode().rstrip("=")


def read_token(token: str) -> tuple[str, str]:
    """(merchant, link) that such a last part names; empty where it names none."""
    try:
        start, name, link_id, _ = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("ascii").split("|")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return "", ""
    return (name, link_id) if start == "00" and MERCHANT.fullmatch(name) else ("", "")


def file_link(merchant: Merchant, link: FileLink) -> dict[str, Any]:
    expired = link_expired(merchant, link)
    return {
        "id": link.id,
        "object": "file_link",
        "created": link.created,
        "expired": expired,
        "expires_at": link.expires_at,
        "file": link.file_id,
        "livemode": False,
        "metadata": link.metadata,
        "url": None if expired else f"{merchant.base_url or FILES_HOST}{PATH}{token_of(merchant, link)}",
    }


def contents_url(merchant: Merchant, f: Document) -> str | None:
    """Where the bytes are, with a secret key; null for purposes that cannot be downloaded and for what has expired."""
    expires_at = f.details.get("expires_at")
    if not PURPOSES.get(f.purpose, UNDOCUMENTED).downloadable or (expires_at is not None and expires_at <= merchant.now):
        return None
    return f"{merchant.base_url or FILES_HOST}/v1/files/{f.id}/contents"
