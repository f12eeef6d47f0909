"""`/v1/file_links`, and `/links/…`: a file's public address, which needs no key and may end."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import PlainValidator

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import Document
from sandbox.providers.base import Op, Reply
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.linking import PAST, linked
from sandbox.providers.stripe.records import FileLink
from sandbox.providers.stripe.routes import files, find
from sandbox.providers.stripe.validate import (
    Bool,
    Clearable,
    Created,
    Expandable,
    ListParams,
    Metadata,
    Params,
    Text,
    Timestamp,
    merge_metadata,
    said,
)
from sandbox.providers.stripe.views.hooks import PATH, link_expired, read_token, token_of
from sandbox.providers.stripe.wire import Page, slice_of

# What no source confirms, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a file of a purpose that allows no links, and an expiry that is past: 400", "wording"),
    ("an expired link, and a link to an expired file, is a 404 without a key", "behaviour of the public address"),
    ("the address of a link names the merchant and the link in base64, after /links/", "real ones begin alike"),
)


def _moment(value: Any) -> int | str:
    """A timestamp, or "now"."""
    if value == "now":
        return "now"
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    raise said(f"Invalid timestamp: {value}; must be an integer Unix timestamp or now")


class LinkCreate(Expandable):
    file: Text
    expires_at: Timestamp | None = None
    metadata: Metadata = None


def create(merchant: Merchant, params: LinkCreate) -> FileLink:
    document: Document = find.in_params(merchant, find.FILE, params.file, "file")
    return linked(merchant, document, params.expires_at, merge_metadata({}, params.metadata))


class LinkList(ListParams):
    created: Created | None = None
    expired: Bool | None = None
    file: Text | None = None


def index(merchant: Merchant, params: LinkList) -> Page:
    if params.file:
        find.in_params(merchant, find.FILE, params.file, "file")
    of = find.given(file_id=params.file)
    wanted = params.expired
    keep = (lambda link: link_expired(merchant, link) is wanted) if wanted is not None else None
    return slice_of(merchant, STRIPE, FileLink, find.LINK.name, params, "/v1/file_links", of, keep)


def retrieve(merchant: Merchant, params: Expandable, link_id: str) -> FileLink:
    found: FileLink = find.in_path(merchant, find.LINK, link_id)
    return found


class LinkUpdate(Expandable):
    expires_at: Clearable[Annotated[int | Literal["now"], PlainValidator(_moment)]] = None
    metadata: Metadata = None


def update(merchant: Merchant, params: LinkUpdate, link_id: str) -> FileLink:
    link = retrieve(merchant, params, link_id)
    expires_at = link.expires_at
    if "expires_at" in params.model_fields_set:
        expires_at = merchant.now if params.expires_at == "now" else params.expires_at
        if expires_at is not None and expires_at < merchant.now:
            raise Refusal(Reason.PARAM_INVALID, param="expires_at", message=PAST.format(expires_at))
    return merchant.fire(link, Trigger.UPDATE, expires_at=expires_at, metadata=merge_metadata(link.metadata, params.metadata))


class Download(Params):
    pass


def download(merchant: Merchant, params: Download, token: str) -> Reply:
    """The file's bytes, for whoever has the address."""
    link: FileLink | None = merchant.get(STRIPE, FileLink, read_token(token)[1])
    document: Document | None = merchant.get(STRIPE, Document, link.file_id) if link is not None else None
    if link is None or document is None or token != token_of(merchant, link) or link_expired(merchant, link):
        raise Refusal(Reason.NOT_FOUND, kind=find.LINK.name, id=token, param="")
    if find.expired(merchant, document):
        raise Refusal(Reason.NOT_FOUND, kind=find.FILE.name, id=document.id, param="")
    return files.bytes_of(document)


OPERATIONS = (
    Op("POST", "/v1/file_links", create, LinkCreate),
    Op("GET", "/v1/file_links", index, LinkList),
    Op("GET", "/v1/file_links/{link}", retrieve, Expandable),
    Op("POST", "/v1/file_links/{link}", update, LinkUpdate),
    Op("GET", PATH + "{token}", download, Download, public=download),
)
