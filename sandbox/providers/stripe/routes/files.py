"""`/v1/files`: uploads, kept in memory and journal; their bytes are read back at `/v1/files/{file}/contents`."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Document
from sandbox.providers.base import Op, Reply
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.linking import linked
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.upload import MIMETYPES, PURPOSES, UNDOCUMENTED, FilePart, UploadPurpose, check_file
from sandbox.providers.stripe.validate import Bool, Created, Expandable, ListParams, Metadata, Params, Timestamp, merge_metadata
from sandbox.providers.stripe.wire import Page, slice_of

# Besides those of uploads, a list may ask for the purposes of files that Stripe makes itself.
AnyPurpose = Literal[
    UploadPurpose, "document_provider_identity_document", "finance_report_run", "financial_account_statement",
    "identity_document_downloadable", "selfie", "sigma_scheduled_query",
]  # fmt: skip


# What no source confirms.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("an expired file is still listed and retrieved, without url; its contents are a 404", "documented as 'isn't available' only"),
    ("the contents of a file that is not downloadable are a 400", "wording; the documentation says which purposes are"),
    ("an upload is answered on the API's own host as on the files host", "for old clients"),
    ("a purpose without a documented limit takes any type up to 16 MB", "limits"),
)


class LinkData(Params):
    create: Bool
    expires_at: Timestamp | None = None
    metadata: Metadata = None


class FileCreate(Expandable):
    file: FilePart
    purpose: UploadPurpose
    file_link_data: LinkData | None = None


def create(merchant: Merchant, params: FileCreate) -> Document:
    filename, content = params.file
    media = check_file(params.purpose, content)
    lasts = PURPOSES.get(params.purpose, UNDOCUMENTED).expires_after_s
    details = {} if lasts is None else {"expires_at": merchant.now + lasts}
    draft = Document(
        merchant.new_id(STRIPE, Document), STRIPE, NEW, merchant.now, params.purpose, filename, media or "", content, details
    )  # fmt: skip
    link = params.file_link_data
    if link is not None and link.create:  # before the file, whose event shows it
        linked(merchant, draft, link.expires_at, merge_metadata({}, link.metadata), "file_link_data")
    return merchant.fire(draft, Trigger.CREATE)


class FileList(ListParams):
    created: Created | None = None
    purpose: AnyPurpose | None = None


def index(merchant: Merchant, params: FileList) -> Page:
    purpose = params.purpose
    keep = (lambda document: document.purpose == purpose) if purpose is not None else None
    return slice_of(merchant, STRIPE, Document, find.FILE.name, params, "/v1/files", keep=keep)


def retrieve(merchant: Merchant, params: Expandable, file_id: str) -> Document:
    found: Document = find.in_path(merchant, find.FILE, file_id)
    return found


def contents(merchant: Merchant, params: Expandable, file_id: str) -> Reply:
    """The bytes as they were uploaded, never as something a browser would run."""
    document: Document = find.in_path(merchant, find.FILE, file_id)
    if not PURPOSES.get(document.purpose, UNDOCUMENTED).downloadable:
        # Assumed wording; the documentation says which purposes can be downloaded.
        message = f"Files with purpose {document.purpose} cannot be downloaded."
        raise Refusal(Reason.PARAM_INVALID, message=message, param="file")
    if find.expired(merchant, document):
        raise Refusal(Reason.NOT_FOUND, kind=find.FILE.name, id=file_id, param=find.FILE.param)
    return bytes_of(document)


def bytes_of(document: Document) -> Reply:
    """The file as a download."""
    media = MIMETYPES.get(document.media, "application/octet-stream")
    name = quote(document.filename or document.id)
    return Reply(
        200, document.content,
        ((b"content-type", media.encode()), (b"content-disposition", f"attachment; filename*=UTF-8''{name}".encode()),
         (b"x-content-type-options", b"nosniff")),
    )  # fmt: skip


OPERATIONS = (
    Op("POST", "/v1/files", create, FileCreate),
    Op("GET", "/v1/files", index, FileList),
    Op("GET", "/v1/files/{file}", retrieve, Expandable),
    Op("GET", "/v1/files/{file}/contents", contents, Expandable),
)
