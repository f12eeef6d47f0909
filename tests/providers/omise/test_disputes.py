"""A dispute's life at Omise: open, answered, decided, accepted, or lost by silence; and its documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.providers.omise.disputing import KINDS
from sandbox.providers.omise.views.dispute import REASONS
from tests.harness import DAY, START
from tests.providers.omise.shop import Till
from tests.providers.omise.test_charges import flags

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
JPG = b"\xff\xd8\xff\xe0" + bytes(20)
PDF = b"%PDF-1.4\n" + bytes(20)


def upload(till: Till, dispute: Any, content: bytes = PNG, name: str = "receipt.png", **fields: str) -> Any:
    return till.omise("POST", f"/disputes/{dispute['id']}/documents", files={"file": (name, content)}, data=fields)


def test_dispute_takes_the_gross_amount(till: Till) -> None:
    """The fee is lost as well: it is not part of what comes back."""
    dispute = till.dispute()
    assert (dispute["status"], dispute["amount"], dispute["message"], dispute["closed_at"]) == ("open", 100_000, None, None)
    assert (dispute["reason_code"], dispute["reason_message"]) == ("goods_or_services_not_provided", "Merchandise/Services Not Received")
    (line,) = dispute["transactions"]
    assert (line["key"], line["direction"], line["amount"], line["origin"]) == ("dispute.started.debit", "debit", 100_000, dispute["id"])
    assert till.money() == 96_094 - 100_000
    assert till.money("dispute:held") == 100_000
    charge = till.ok("GET", f"/charges/{dispute['charge']}")
    assert flags(charge) == "successful TTFFFFFFFFF"
    assert charge["dispute"] == dispute
    assert till.keys() == ["charge.create", "dispute.create"]


def test_dispute_is_about_what_was_not_refunded(till: Till) -> None:
    charge = till.charge()
    till.ok("POST", f"/charges/{charge['id']}/refunds", {"amount": 10_000})
    dispute = till.ok("POST", f"/charges/{charge['id']}/disputes")
    assert (dispute["amount"], dispute["funding_amount"], dispute["transactions"][0]["amount"]) == (90_000, 90_000, 90_000)


def test_message_makes_it_pending_and_the_bank_decides(till: Till) -> None:
    dispute = till.dispute()
    till.advance(seconds=60)
    pending = till.ok("PATCH", f"/disputes/{dispute['id']}", {"message": "Signed for", "metadata": {"case": 1}})
    assert (pending["status"], pending["message"], pending["metadata"]) == ("pending", "Signed for", {"case": 1})
    won = till.ok("PATCH", f"/disputes/{dispute['id']}/close", {"status": "won"})
    assert (won["status"], won["closed_at"]) == ("won", "2026-01-05T09:01:00Z")
    assert [line["key"] for line in won["transactions"]] == ["dispute.won.credit", "dispute.started.debit"]
    assert till.money() == 96_094
    assert till.money("dispute:held") == 0
    assert till.keys() == ["charge.create", "dispute.create", "dispute.update", "dispute.close"]
    assert flags(till.ok("GET", f"/charges/{dispute['charge']}")) == "successful TTFFFFFFFFF"


def test_lost_money_needs_no_further_transaction(till: Till) -> None:
    dispute = till.dispute()
    till.ok("PATCH", f"/disputes/{dispute['id']}", {"message": "Signed for"})
    lost = till.ok("PATCH", f"/disputes/{dispute['id']}/close", {"status": "lost"})
    assert (lost["status"], len(lost["transactions"]), lost["message"]) == ("lost", 1, "Signed for")
    assert till.money() == -3_906
    assert till.money("dispute:held") == 0


def test_silence_loses_on_the_fourteenth_day(till: Till) -> None:
    """`closed_at` is the deadline; the message stays null."""
    dispute = till.dispute()
    assert till.advance(days=14, seconds=-1) == []
    assert till.ok("GET", f"/disputes/{dispute['id']}")["status"] == "open"
    assert till.advance(seconds=1) == ["response_due"]
    lost = till.ok("GET", f"/disputes/{dispute['id']}")
    assert (lost["status"], lost["message"], lost["closed_at"]) == ("lost", None, "2026-01-19T09:00:00Z")
    assert till.keys() == ["charge.create", "dispute.create", "dispute.close"]


@pytest.mark.parametrize("days", [7, 21])
def test_response_window_is_a_setting(days: int, open_till: Callable[..., Till]) -> None:
    till = open_till(providers={"omise": {"response_days": days}})
    till.dispute()
    assert till.advance(days=days - 1) == []
    assert till.advance(days=1) == ["response_due"]


def test_charge_dispute_at_tells_the_deadline_if_asked_to(open_till: Callable[..., Till]) -> None:
    """The real API has no such field, so a setting turns it on."""
    till = open_till(providers={"omise": {"charge_dispute_at": True}})
    till.as_recorded = False
    dispute = till.dispute()
    assert list(dispute)[-1] == "charge_dispute_at"
    assert dispute["charge_dispute_at"] == "2026-01-19T09:00:00Z"


def test_answered_dispute_has_no_deadline(till: Till) -> None:
    dispute = till.dispute()
    till.ok("PATCH", f"/disputes/{dispute['id']}", {"message": "Signed for"})
    assert till.advance(days=100) == []
    assert till.ok("GET", f"/disputes/{dispute['id']}")["status"] == "pending"


@pytest.mark.parametrize(("outcome", "status"), [("won", "won"), ("lost", "lost"), ({"won": 1.0}, "won"), ({"won": 0.0}, "lost")])
def test_outcome_decides_after_sixty_days(outcome: Any, status: str, open_till: Callable[..., Till]) -> None:
    till = open_till(outcome=outcome)
    dispute = till.dispute()
    till.ok("PATCH", f"/disputes/{dispute['id']}", {"message": "Signed for"})
    assert till.advance(days=60) == ["decision"]
    assert till.ok("GET", f"/disputes/{dispute['id']}")["status"] == status
    assert till.keys()[-1] == "dispute.close"


@pytest.mark.parametrize("word", ["winning_evidence", "losing_evidence"])
def test_the_magic_words_of_stripe_decide_nothing(till: Till, word: str) -> None:
    """As text they are evidence like any other: the dispute waits for the bank."""
    dispute = till.dispute()
    assert till.ok("PATCH", f"/disputes/{dispute['id']}", {"message": word})["status"] == "pending"
    assert till.advance(days=90) == []
    assert till.ok("GET", f"/disputes/{dispute['id']}")["status"] == "pending"


def test_profile_network_loses_what_nobody_else_decides(open_till: Callable[..., Till]) -> None:
    till = open_till(profile="network")
    dispute = till.dispute()
    till.ok("PATCH", f"/disputes/{dispute['id']}", {"message": "Signed for"})
    assert "decision" in till.advance(days=60)
    assert till.ok("GET", f"/disputes/{dispute['id']}")["status"] == "lost"


@pytest.mark.parametrize("answered", [False, True])
def test_accepting_loses_at_once(till: Till, answered: bool) -> None:
    dispute = till.dispute()
    if answered:
        till.ok("PATCH", f"/disputes/{dispute['id']}", {"message": "Signed for"})
    since = len(till.keys())
    lost = till.ok("PATCH", f"/disputes/{dispute['id']}/accept")
    assert (lost["status"], lost["message"]) == ("lost", "Merchant accepts the dispute")
    assert lost["closed_at"] is not None
    assert till.keys(since) == ["dispute.accept", "dispute.close"]
    assert till.advance(days=30) == []


def test_decided_dispute_takes_metadata_only(till: Till) -> None:
    dispute = till.dispute()
    till.ok("PATCH", f"/disputes/{dispute['id']}/close", {"status": "won"})
    for path, params in (("", {"message": "late"}), ("/accept", None), ("/close", {"status": "lost"})):
        refused = till.omise("PATCH", f"/disputes/{dispute['id']}{path}", params)
        assert (refused.status, refused["code"], refused["message"]) == (400, "bad_request", "dispute is closed")
    kept = till.ok("PATCH", f"/disputes/{dispute['id']}", {"metadata": {"seen": True}})
    assert (kept["status"], kept["metadata"]) == ("won", {"seen": True})
    assert till.keys()[-1] == "dispute.update"


def test_close_takes_won_and_lost_only(till: Till) -> None:
    dispute = till.dispute()
    for status in ("closed", "open", "", None):
        refused = till.omise("PATCH", f"/disputes/{dispute['id']}/close", {"status": status})
        assert (refused.status, refused["message"]) == (400, "status is not included in the list")


def test_what_cannot_be_disputed(till: Till) -> None:
    disputed = till.dispute()
    refunded = till.charge()
    till.ok("POST", f"/charges/{refunded['id']}/refunds", {"amount": 100_000})
    for charge_id in (disputed["charge"], refunded["id"], till.charge(capture=False)["id"], till.charge(number="4111111111140011")["id"]):
        refused = till.omise("POST", f"/charges/{charge_id}/disputes")
        assert (refused.status, refused["code"], refused["message"]) == (400, "bad_request", "charge is not disputable")


def test_lists_by_status(till: Till) -> None:
    """"closed" is a list, never a status."""
    disputes = [till.dispute() for _ in range(4)]
    paths = [f"/disputes/{dispute['id']}" for dispute in disputes]
    till.ok("PATCH", paths[1], {"message": "Signed for"})
    till.ok("PATCH", paths[2] + "/close", {"status": "won"})
    till.ok("PATCH", paths[3] + "/accept")
    for word, places in {"": [0, 1, 2, 3], "/open": [0], "/pending": [1], "/closed": [2, 3]}.items():
        listed = till.ok("GET", f"/disputes{word}")
        assert [row["id"] for row in listed["data"]] == [disputes[place]["id"] for place in places]
        assert (listed["location"], listed["total"]) == (f"/disputes{word}", len(places))
    assert {row["status"] for row in till.ok("GET", "/disputes")["data"]} == {"open", "pending", "won", "lost"}


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_its_message(till: Till, reason: str) -> None:
    shown = till.control("POST", "disputes", {"charge": till.charge()["id"], "reason": reason}).body
    assert (shown["reason_code"], shown["reason_message"]) == (reason, REASONS[reason])


# Documents


@pytest.mark.parametrize(("content", "name"), [(PNG, "a.png"), (JPG, "b.jpeg"), (PDF, "c.pdf")])
def test_document_is_uploaded_listed_and_retrieved(till: Till, content: bytes, name: str) -> None:
    """The dispute stays open and no event is sent."""
    dispute = till.dispute()
    made = upload(till, dispute, content, name, kind="proof_of_receipt")
    assert (made.status, made["filename"], made["kind"], made["deleted"]) == (200, name, "proof_of_receipt", False)
    assert made["location"] == f"/disputes/{dispute['id']}/documents/{made['id']}"
    assert till.ok("GET", made["location"]) == made.body
    assert till.ok("GET", f"/disputes/{dispute['id']}/documents")["data"] == [made.body]
    shown = till.ok("GET", f"/disputes/{dispute['id']}")
    assert (shown["status"], shown["documents"]["total"]) == ("open", 1)
    assert till.keys() == ["charge.create", "dispute.create"]


def test_document_is_deleted_while_the_dispute_is_open(till: Till) -> None:
    dispute = till.dispute()
    one, two = upload(till, dispute), upload(till, dispute)
    gone = till.ok("DELETE", one["location"])
    assert (gone["id"], gone["deleted"]) == (one["id"], True)
    assert till.ok("GET", f"/disputes/{dispute['id']}/documents")["data"] == [two.body]
    assert till.omise("GET", one["location"]).status == 404
    till.ok("PATCH", f"/disputes/{dispute['id']}", {"message": "Signed for"})
    for refused in (till.omise("DELETE", two["location"]), upload(till, dispute)):
        assert (refused.status, refused["code"]) == (400, "documents_locked")
        assert refused["message"] == "documents list cannot be modified"
    assert till.ok("GET", two["location"]) == two.body


def test_document_that_is_refused(till: Till) -> None:
    dispute = till.dispute()
    refused = upload(till, dispute, b"just text", "evidence.png")
    assert (refused.status, refused["code"], refused["message"]) == (400, "invalid_file_type", "invalid content-type")
    refused = upload(till, dispute, kind="diary")
    assert (refused.status, refused["code"]) == (400, "bad_request")
    refused = upload(till, dispute, PNG + bytes(10 << 20))
    assert (refused.status, refused["code"]) == (400, "bad_request")
    refused = till.omise("POST", f"/disputes/{dispute['id']}/documents", {"file": "text"})
    assert (refused.status, refused["code"]) == (400, "bad_request")
    assert KINDS == ("cardholder_details", "details_of_purchase", "proof_of_receipt", "proof_of_acceptance")


def test_document_of_another_dispute_is_not_found(till: Till) -> None:
    one, two = till.dispute(), till.dispute()
    made = upload(till, one)
    assert till.omise("GET", f"/disputes/{two['id']}/documents/{made['id']}").status == 404


def test_deadline_is_kept_by_the_clock_of_the_merchant(till: Till) -> None:
    till.dispute()
    assert [(timer.name, timer.due) for timer in till.merchant.timers] == [("response_due", START + 14 * DAY)]
