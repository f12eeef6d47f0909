"""`/disputes`, their documents, and the test-mode call that opens one."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Dispute, Document
from sandbox.providers.base import Op
from sandbox.providers.omise import disputing
from sandbox.providers.omise.params import Given, refuse
from sandbox.providers.omise.routes import find
from sandbox.providers.omise.views.dispute import documents_of
from sandbox.providers.omise.wire import Page

# "closed" is no status: it is the word for both ends.
LISTS: Mapping[str, tuple[str, ...]] = {"open": ("open",), "pending": ("pending",), "closed": ("won", "lost")}
VERDICTS: Mapping[str, Trigger] = {"won": Trigger.WIN, "lost": Trigger.LOSE}


def create(merchant: Merchant, given: Given, charge_id: str) -> Dispute:
    """Test mode: the cardholder disputes what is left of the charge."""
    return disputing.open_dispute(merchant, find.one(merchant, Charge, charge_id))


def index(merchant: Merchant, given: Given) -> Page:
    return find.whole(merchant, given, Dispute, "/disputes")


def listed(merchant: Merchant, given: Given, word: str) -> Page:
    rows = [dispute for dispute in find.all_of(merchant, Dispute) if dispute.status in LISTS[word]]
    return find.page(merchant, given, rows, f"/disputes/{word}")


def of_charge(merchant: Merchant, given: Given, charge_id: str) -> Page:
    charge: Charge = find.one(merchant, Charge, charge_id)
    rows = merchant.store.shelf(charge.provider, Dispute).of("charge_id", charge.id)
    return find.page(merchant, given, rows, f"/charges/{charge.id}/disputes")


def retrieve(merchant: Merchant, given: Given, dispute_id: str) -> Dispute | Page:
    """One dispute, or the list that the path's last word names."""
    if dispute_id in LISTS:
        return listed(merchant, given, dispute_id)
    return found(merchant, dispute_id)


def found(merchant: Merchant, dispute_id: str) -> Dispute:
    dispute: Dispute = find.one(merchant, Dispute, dispute_id)
    return dispute


def update(merchant: Merchant, given: Given, dispute_id: str) -> Dispute:
    return disputing.update(merchant, found(merchant, dispute_id), given.text("message"), given.metadata())


def accept(merchant: Merchant, given: Given, dispute_id: str) -> Dispute:
    return disputing.accept(merchant, found(merchant, dispute_id))


def close(merchant: Merchant, given: Given, dispute_id: str) -> Dispute:
    """Test mode: the bank decides as `status` says."""
    dispute = found(merchant, dispute_id)
    trigger = VERDICTS.get(given.text("status") or "")
    if trigger is None:
        raise refuse("bad_request", "status is not included in the list")
    return disputing.decide(merchant, dispute, trigger)


# Documents


def upload(merchant: Merchant, given: Given, dispute_id: str) -> Document:
    dispute = found(merchant, dispute_id)
    file = given.files.get("file")
    if file is None:
        disputing.unlocked(dispute)
        raise refuse("bad_request", "file can't be blank")
    return disputing.add_document(merchant, dispute, file[0], file[1], given.text("kind") or "")


def documents(merchant: Merchant, given: Given, dispute_id: str) -> Page:
    dispute = found(merchant, dispute_id)
    return find.page(merchant, given, documents_of(merchant, dispute), f"/disputes/{dispute.id}/documents")


def document(merchant: Merchant, given: Given, dispute_id: str, document_id: str) -> Document:
    dispute = found(merchant, dispute_id)
    file: Document = find.one(merchant, Document, document_id)
    if file.details["dispute"] != dispute.id or file.status == "deleted":
        raise Refusal(Reason.NOT_FOUND, kind="document", id=document_id)
    return file


def delete_document(merchant: Merchant, given: Given, dispute_id: str, document_id: str) -> Document:
    file = document(merchant, given, dispute_id, document_id)
    return disputing.remove_document(merchant, found(merchant, dispute_id), file)


OPERATIONS = (
    Op("POST", "/charges/{charge}/disputes", create),
    Op("GET", "/charges/{charge}/disputes", of_charge),
    Op("GET", "/disputes", index),
    Op("GET", "/disputes/{dispute}", retrieve),
    Op("PATCH", "/disputes/{dispute}", update),
    Op("PATCH", "/disputes/{dispute}/accept", accept),
    Op("PATCH", "/disputes/{dispute}/close", close),
    Op("POST", "/disputes/{dispute}/documents", upload),
    Op("GET", "/disputes/{dispute}/documents", documents),
    Op("GET", "/disputes/{dispute}/documents/{document}", document),
    Op("DELETE", "/disputes/{dispute}/documents/{document}", delete_document),
)
