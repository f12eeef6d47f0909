"""Every provider's disputes in one shape; one dispute with its files and what may be done about it now."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from pydantic import Field
from typing_extensions import TypedDict

from sandbox.core.records import Dispute
from sandbox.server.control import acting
from sandbox.server.control.acting import Possible
from sandbox.server.control.bank import WORD_MAX, carried_out
from sandbox.server.control.lists import in_order, shelves_of
from sandbox.server.control.op import Ask, Body, Op, Wrong, iso, page
from sandbox.server.control.payments import Wanted, holds, spoken

UPLOAD_BYTES_MAX = 16 << 20  # the largest file that a provider takes, 10 MB, in base64


class DisputeRow(TypedDict):
    id: str
    provider: str
    status: str
    created: int
    iso: str
    kind: str
    reason: str
    amount: int
    currency: str
    charge: str
    payment: str
    evidence: dict[str, Any]
    evidence_due_at: int | None
    submitted_at: int | None
    submissions: int
    closed_at: int | None


class File(TypedDict):
    id: str
    field: str
    filename: str | None
    media: str
    bytes: int


class Acknowledged(TypedDict):
    """Something to be acknowledged, by this name in evidence, before the dispute can be answered."""

    name: str
    amount: int
    given: bool


class DisputeShown(DisputeRow):
    state: str
    actions: dict[str, Possible]
    files: list[File]
    acknowledgements: list[Acknowledged]
    object: dict[str, Any]


class Disputes(TypedDict):
    data: list[DisputeRow]
    has_more: bool
    next: str | None


def dispute_row(ask: Ask, d: Dispute) -> DisputeRow:
    return {
        "id": d.id,
        "provider": d.provider,
        "status": ask.providers[d.provider].status(d),
        "created": d.created,
        "iso": iso(d.created),
        "kind": d.kind,
        "reason": d.reason,
        "amount": d.amount,
        "currency": d.currency,
        "charge": d.charge_id,
        "payment": d.parent_id or d.charge_id,
        "evidence": dict(d.evidence),
        "evidence_due_at": d.evidence_due_at or None,
        "submitted_at": d.submitted_at or None,
        "submissions": d.submissions,
        "closed_at": d.closed_at or None,
    }


async def disputes(ask: Ask) -> dict[str, Any]:
    query: Wanted = ask.query
    q = (query.q or "").lower()

    def fits(d: Dispute) -> bool:
        if query.status is not None and ask.providers[d.provider].status(d) != query.status:
            return False
        return not q or holds(q, d.id, d.charge_id, d.parent_id, d.reason, *spoken(q, d.amount, d.currency))

    found = in_order(shelves_of(ask, lambda _: (Dispute,), query.provider), query)
    return page(filter(fits, found), query.limit, lambda d: dispute_row(ask, d))


async def dispute(ask: Ask, key: str) -> DisputeShown:
    """`state` is its status in the table that rules it, which may have a word more than the API."""
    provider, found = ask.find(Dispute, key, "dispute", "disputes")
    files = provider.bank.attached(ask.merchant, found)
    return {
        **dispute_row(ask, found),
        "state": found.status,
        "actions": acting.with_dispute(provider, ask.merchant, found),
        "files": [
            {"id": d.id, "field": field, "filename": d.filename, "media": d.media, "bytes": len(d.content)} for field, d in files
        ],
        "acknowledgements": [
            {"name": a.name, "amount": a.amount, "given": a.given} for a in provider.bank.acknowledgements(ask.merchant, found)
        ],
        "object": provider.object(ask.merchant, found),
    }


class NewFile(Body):
    field: str = Field("", description="The evidence field, or the kind of document, that it is for", max_length=WORD_MAX)
    filename: str = Field("", max_length=WORD_MAX)
    content: str = Field(description="The file in base64")


async def attach(ask: Ask, key: str) -> dict[str, Any]:
    """The file is uploaded as the provider takes it, and staged as evidence."""
    body: NewFile = ask.body
    provider, found = ask.find(Dispute, key, "dispute", "disputes")
    try:
        content = base64.b64decode(body.content, validate=True)
    except binascii.Error:
        raise Wrong(422, "param_invalid", "The body field 'content' is no base64: encode the file's bytes.", "content") from None
    return await carried_out(
        ask, provider, lambda: provider.bank.attach(ask.merchant, found, body.field, body.filename, content)
    )


OPERATIONS: tuple[Op, ...] = (
    Op("GET", "/_sandbox/disputes", disputes, "Every provider's disputes in one shape, oldest first", query=Wanted, answer=Disputes),
    Op("GET", "/_sandbox/disputes/{id}", dispute, "One dispute, with its files and what may be done now", answer=DisputeShown),
    Op("POST", "/_sandbox/disputes/{id}/files", attach, "Uploads a file as evidence, staged", NewFile,
       body_bytes_max=UPLOAD_BYTES_MAX),
)  # fmt: skip
