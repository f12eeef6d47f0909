"""`/v1/disputes`: the object, its 27 fields of evidence, and what may be done with it when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.providers.stripe import PROVIDER
from sandbox.providers.stripe.views.dispute import FILES, TEXTS
from tests.harness import Answer, Shop

LONG = {
    "access_activity_log", "cancellation_policy_disclosure", "cancellation_rebuttal", "duplicate_charge_explanation",
    "product_description", "refund_policy_disclosure", "refund_refusal_explanation", "uncategorized_text",
}  # fmt: skip
TOO_LONG = "The combined character count of all evidence fields is limited to 150,000."
TOO_BIG = (
    "The files you've attached to this dispute as evidence will exceed the limit for a dispute's total size. Try using smaller files "
    "as evidence. Hint: if you've attached images, you might want to try providing them in lower resolutions."
)
CLOSED = "This dispute is already closed"


def refused(answer: Answer, status: int, code: str | None, param: str | None, message: str) -> None:
    assert answer.status == status, answer.body
    error = answer.error
    assert (error["type"], error.get("code"), error.get("param"), error["message"]) == ("invalid_request_error", code, param, message)


def disputed(shop: Shop, card: str = "createDispute", **params: Any) -> Any:
    """The one dispute that the test card brings."""
    (dispute,) = shop.disputes_of(shop.pay(f"pm_card_{card}", **params))
    return dispute


def answer(shop: Shop, dispute: Any, submit: bool = True, **evidence: Any) -> Answer:
    return shop.post(f"/v1/disputes/{dispute['id']}", {"evidence": evidence, "submit": submit})


def pdf(pages: int = 1, size: int = 0) -> bytes:
    body = b"".join(b"%d 0 obj\n<< /Type /Page /Parent 1 0 R >>\nendobj\n" % number for number in range(2, pages + 2))
    return b"%PDF-1.7\n" + body + b"%" + b" " * max(0, size - len(body) - 30) + b"\ntrailer\n%%EOF"


def uploaded(shop: Shop, content: bytes = b"", purpose: str = "dispute_evidence", name: str = "a.pdf") -> str:
    made = shop.post("/v1/files", files={"file": (name, content or pdf())}, data={"purpose": purpose})
    assert made.status == 200, made.body
    return str(made["id"])


def last_events(shop: Shop, count: int) -> list[Any]:
    return shop.get("/v1/events", {"limit": count})["data"][::-1]


# The object


def test_a_new_dispute_waits_for_a_response(shop: Shop) -> None:
    paid = shop.pay("pm_card_createDispute", amount=2200)
    (dispute,) = shop.disputes_of(paid)
    assert (dispute["status"], dispute["reason"], dispute["amount"], dispute["currency"]) == ("needs_response", "fraudulent", 2200, "usd")
    assert (dispute["charge"], dispute["payment_intent"]) == (paid["latest_charge"], paid["id"])
    assert dispute["payment_method_details"] == {
        "card": {"brand": "visa", "case_type": "chargeback", "network": "visa", "network_reason_code": "10.4"}, "type": "card",
    }  # fmt: skip
    assert dispute["is_charge_refundable"] is False
    assert dispute["intended_submission_method"] == "manual"
    assert dispute["enhanced_eligibility_types"] == []


def test_its_money_is_a_list_of_whole_balance_transactions(shop: Shop) -> None:
    """And, though nobody documents it, the id of the withdrawal beside the list."""
    dispute = disputed(shop, amount=2200)
    (row,) = dispute["balance_transactions"]
    assert (row["object"], row["amount"], row["fee"], row["net"], row["source"]) == (
        "balance_transaction", -2200, 1500, -3700, dispute["id"],
    )  # fmt: skip
    assert dispute["balance_transaction"] == row["id"]


def test_evidence_has_all_27_fields_and_two_forms(shop: Shop) -> None:
    evidence = disputed(shop)["evidence"]
    assert len(TEXTS) + len(FILES) == 27
    assert set(evidence) == {*TEXTS, *FILES, "enhanced_evidence", "appeal"}
    assert evidence.pop("enhanced_evidence") == {}
    assert set(evidence.values()) == {None}


def test_evidence_details_of_a_new_dispute(shop: Shop) -> None:
    details = disputed(shop)["evidence_details"]
    due_by = details.pop("due_by")
    assert datetime.fromtimestamp(due_by, UTC).isoformat() == "2026-01-13T23:59:59+00:00"
    assert details == {
        "enhanced_eligibility": {}, "has_evidence": False, "past_due": False, "submission_count": 0, "submission_method": "not_submitted",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("card", "reason", "code", "kind", "status"),
    [
        ("createDispute", "fraudulent", "10.4", "chargeback", "needs_response"),
        ("createDisputeProductNotReceived", "product_not_received", "13.1", "chargeback", "needs_response"),
        ("createDisputeInquiry", "fraudulent", "10", "inquiry", "warning_needs_response"),
    ],
)
def test_cards_that_bring_a_dispute(shop: Shop, card: str, reason: str, code: str, kind: str, status: str) -> None:
    dispute = disputed(shop, card)
    shown = dispute["payment_method_details"]["card"]
    assert (dispute["reason"], shown["network_reason_code"], shown["case_type"], dispute["status"]) == (reason, code, kind, status)
    charge = shop.get(f"/v1/charges/{dispute['charge']}")
    assert (charge["disputed"], charge["dispute"]) == (True, dispute["id"])


def test_an_inquiry_moves_no_money(shop: Shop) -> None:
    paid = shop.pay("pm_card_createDisputeInquiry")
    (inquiry,) = shop.disputes_of(paid)
    assert (inquiry["balance_transactions"], inquiry["balance_transaction"], inquiry["is_charge_refundable"]) == ([], None, True)
    assert shop.balance("dispute:held") == 0
    assert "charge.dispute.funds_withdrawn" not in shop.events()


def test_a_card_that_brings_two_disputes(shop: Shop) -> None:
    """Half of the amount each, the first rounded up; each has its own money and evidence."""
    paid = shop.pay("pm_card_createMultipleDisputes", amount=2001)
    first, second = shop.disputes_of(paid)
    assert (first["amount"], second["amount"]) == (1001, 1000)
    assert shop.balance("dispute:held") == 2001
    answer(shop, first, uncategorized_text="winning_evidence")
    assert shop.get(f"/v1/disputes/{second['id']}")["evidence_details"]["has_evidence"] is False
    assert shop.get(f"/v1/charges/{paid['latest_charge']}")["dispute"] == second["id"]


def test_a_plain_charge_is_disputed_without_an_intent(shop: Shop) -> None:
    charge = shop.post("/v1/charges", {"amount": 2000, "currency": "usd", "source": "tok_createDispute"})["id"]
    (dispute,) = shop.get("/v1/disputes", {"charge": charge})["data"]
    assert (dispute["payment_intent"], dispute["charge"]) == (None, charge)


def test_a_manual_capture_is_disputed_when_captured_for_what_was_captured(shop: Shop) -> None:
    held = shop.pay("pm_card_createDispute", capture_method="manual", amount=2000)
    assert shop.disputes_of(held) == []
    shop.post(f"/v1/payment_intents/{held['id']}/capture", {"amount_to_capture": 1200})
    (dispute,) = shop.disputes_of(held)
    assert dispute["amount"] == 1200


def test_charge_and_intent_of_a_dispute_can_be_expanded(shop: Shop) -> None:
    dispute = disputed(shop)
    file = uploaded(shop)
    answer(shop, dispute, submit=False, receipt=file)
    shown = shop.get(f"/v1/disputes/{dispute['id']}", {"expand": ["charge", "payment_intent", "evidence.receipt"]})
    assert (shown["charge"]["object"], shown["payment_intent"]["object"]) == ("charge", "payment_intent")
    assert shown["evidence"]["receipt"]["id"] == file


# Lists


def test_disputes_are_listed_newest_first_by_charge_intent_and_time(shop: Shop) -> None:
    """There is no other filter; lists by charge also carry `count`."""
    one = shop.pay("pm_card_createMultipleDisputes")
    first, second = (d["id"] for d in shop.disputes_of(one))
    shop.advance(seconds=60)
    third = disputed(shop)["id"]

    def ids(**filters: Any) -> list[str]:
        return [dispute["id"] for dispute in shop.get("/v1/disputes", filters)["data"]]

    assert ids() == [third, second, first]
    assert ids(payment_intent=one["id"]) == [second, first]
    assert ids(created={"lt": shop.now}) == [second, first]
    assert ids(charge=one["latest_charge"], ending_before=first) == [second]
    assert shop.get("/v1/disputes", {"charge": one["latest_charge"]})["count"] == 2
    assert "count" not in shop.get("/v1/disputes").body
    for name in ("customer", "status"):
        refused(shop.get("/v1/disputes", {name: "x"}), 400, "parameter_unknown", name, f"Received unknown parameter: {name}")
    refused(shop.get("/v1/disputes", {"charge": "ch_x"}), 400, "resource_missing", "charge", "No such charge: 'ch_x'")


def test_an_unknown_dispute_is_a_404(shop: Shop) -> None:
    message = "No such dispute: 'du_x'"
    refused(shop.get("/v1/disputes/du_x"), 404, "resource_missing", "dispute", message)
    refused(shop.post("/v1/disputes/du_x"), 404, "resource_missing", "dispute", message)
    refused(shop.post("/v1/disputes/du_x/close"), 404, "resource_missing", "dispute", message)


# Evidence


@pytest.mark.parametrize("field", TEXTS)
def test_text_field_is_staged_and_unset(shop: Shop, field: str) -> None:
    dispute = disputed(shop)
    staged = answer(shop, dispute, submit=False, **{field: "Jane ✓"})
    assert staged["evidence"][field] == "Jane ✓"
    assert staged["status"] == "needs_response"
    assert (staged["evidence_details"]["has_evidence"], staged["evidence_details"]["submission_count"]) == (True, 0)
    cleared = answer(shop, dispute, submit=False, **{field: ""})
    assert cleared["evidence"][field] is None
    assert cleared["evidence_details"]["has_evidence"] is False


@pytest.mark.parametrize("field", FILES)
def test_file_field_is_staged_and_unset(shop: Shop, field: str) -> None:
    dispute, file = disputed(shop), uploaded(shop)
    assert answer(shop, dispute, submit=False, **{field: file})["evidence"][field] == file
    assert answer(shop, dispute, submit=False, **{field: ""})["evidence"][field] is None


@pytest.mark.parametrize("field", TEXTS)
def test_text_field_has_its_limit(shop: Shop, field: str) -> None:
    """Eight fields take 20,000 characters, the others 5,000."""
    dispute = disputed(shop)
    most = 20_000 if field in LONG else 5_000
    assert answer(shop, dispute, submit=False, **{field: "é" * most}).status == 200
    over = answer(shop, dispute, submit=False, **{field: "x" * (most + 1)})
    message = f"Invalid string: {'x' * 10}...{'x' * 10}; must be at most {most} characters"
    refused(over, 400, None, f"evidence[{field}]", message)


def test_all_text_together_has_150_000_characters_staged_included(shop: Shop) -> None:
    """Seven long fields are staged, so the eighth may take 10,000; what is replaced counts no more."""
    dispute = disputed(shop)
    *seven, eighth = sorted(LONG)
    answer(shop, dispute, submit=False, **dict.fromkeys(seven, "x" * 20_000))
    refused(answer(shop, dispute, submit=False, **{eighth: "x" * 10_001}), 400, None, "evidence", TOO_LONG)
    assert shop.get(f"/v1/disputes/{dispute['id']}")["evidence"][eighth] is None
    assert answer(shop, dispute, submit=False, **{eighth: "x" * 10_000}).status == 200
    refused(answer(shop, dispute, submit=False, customer_name="J"), 400, None, "evidence", TOO_LONG)
    assert answer(shop, dispute, submit=False, **{seven[0]: "", "customer_name": "J"}).status == 200


def test_unknown_file(shop: Shop) -> None:
    refused(
        answer(shop, disputed(shop), receipt="file_x"), 400, "resource_missing", "evidence[receipt]", "No such file upload: 'file_x'"
    )


def test_file_of_another_purpose(shop: Shop) -> None:
    file = uploaded(shop, b"\x89PNG\r\n\x1a\n" + bytes(20), "business_logo", "a.png")
    message = f"File with id {file} must have purpose dispute_evidence."
    refused(answer(shop, disputed(shop), receipt=file), 400, None, "evidence[receipt]", message)


def test_files_too_big_together(shop: Shop) -> None:
    """4.5 MB over all files, staged ones included; one file in two fields is one file."""
    dispute = disputed(shop)
    big, other = uploaded(shop, pdf(size=3_000_000)), uploaded(shop, pdf(size=2_000_000))
    assert answer(shop, dispute, submit=False, receipt=big, uncategorized_file=big).status == 200
    refused(answer(shop, dispute, submit=False, refund_policy=other), 400, None, "evidence", TOO_BIG)
    assert answer(shop, dispute, submit=False, refund_policy=other, receipt="", uncategorized_file="").status == 200


@pytest.mark.parametrize(("number", "most"), [("pm_card_createDispute", 49), ("mastercard", 19)])
def test_too_many_pages_are_refused_on_submission(shop: Shop, number: str, most: int) -> None:
    """Mastercard takes 19 pages, the others 49; staging counts nothing."""
    if number == "mastercard":
        paid = shop.pay("pm_card_mastercard")
        merchant = shop.merchant
        merchant.begin()
        charge = PROVIDER.bank.charge(merchant, paid["id"])
        assert charge is not None
        PROVIDER.bank.open_dispute(merchant, charge, None, None, "chargeback", None)
        merchant.commit()
        (dispute,) = shop.disputes_of(paid)
    else:
        dispute = disputed(shop)
    files = {"receipt": uploaded(shop, pdf(most)), "uncategorized_file": uploaded(shop, b"\xff\xd8\xff\xe0" + bytes(20), name="a.jpg")}
    assert answer(shop, dispute, submit=False, **files).status == 200
    over = shop.post(f"/v1/disputes/{dispute['id']}", {"submit": True})
    assert (over.status, over.error["code"], over.error["param"]) == (400, "dispute_evidence_page_limit_exceeded", "evidence")
    assert answer(shop, dispute, uncategorized_file="")["status"] == "under_review"


def test_unknown_evidence_is_refused_by_its_full_name(shop: Shop) -> None:
    refused(
        answer(shop, disputed(shop), excuse="none"), 400, "parameter_unknown", "evidence[excuse]",
        "Received unknown parameter: evidence[excuse]",
    )  # fmt: skip


# Submitting


def test_submit_is_true_unless_said_otherwise(shop: Shop) -> None:
    """Any evidence without `submit=false` spends the one submission; everything staged goes with it."""
    dispute = disputed(shop)
    answer(shop, dispute, submit=False, customer_name="Jane")
    shop.advance(seconds=60)
    sent = shop.post(f"/v1/disputes/{dispute['id']}", {"evidence": {"product_description": "Shoes"}})
    assert sent["status"] == "under_review"
    assert (sent["evidence"]["customer_name"], sent["evidence"]["product_description"]) == ("Jane", "Shoes")
    details = sent["evidence_details"]
    assert (details["submission_count"], details["submission_method"], details["past_due"]) == (1, "manual", False)


def test_submit_without_evidence_sends_what_is_staged(shop: Shop) -> None:
    dispute = disputed(shop)
    answer(shop, dispute, submit=False, customer_name="Jane")
    sent = shop.post(f"/v1/disputes/{dispute['id']}", {"submit": True})
    assert (sent["status"], sent["evidence"]["customer_name"], sent["evidence_details"]["submission_count"]) == ("under_review", "Jane", 1)


def test_an_inquiry_is_answered_too(shop: Shop) -> None:
    sent = answer(shop, disputed(shop, "createDisputeInquiry"), customer_name="Jane")
    assert (sent["status"], sent["evidence_details"]["submission_count"]) == ("warning_under_review", 1)


def test_metadata_alone_changes_nothing_else(shop: Shop) -> None:
    """It sends `charge.dispute.updated`, which the official CLI uses it for."""
    dispute = disputed(shop)
    seen = len(shop.events())
    changed = shop.post(f"/v1/disputes/{dispute['id']}", {"metadata": {"order": "7"}})
    assert changed.body == {**dispute, "metadata": {"order": "7"}}
    assert shop.events(seen) == ["charge.dispute.updated"]
    assert last_events(shop, 1)[0]["data"]["previous_attributes"] == {"metadata": {"order": None}}


def test_second_submission(shop: Shop) -> None:
    """One submission only; metadata is still taken."""
    for card in ("createDispute", "createDisputeInquiry"):
        dispute = disputed(shop, card)
        answer(shop, dispute, customer_name="Jane")
        message = "Evidence for this dispute has already been submitted. You can only submit evidence once."
        refused(answer(shop, dispute, customer_name="Joe"), 400, None, None, message)
        refused(answer(shop, dispute, submit=False, customer_name="Joe"), 400, None, None, message)
        refused(shop.post(f"/v1/disputes/{dispute['id']}", {"submit": True}), 400, None, None, message)
        assert shop.post(f"/v1/disputes/{dispute['id']}", {"metadata": {"a": "b"}})["metadata"] == {"a": "b"}


def test_intended_submission_method(shop: Shop) -> None:
    dispute = disputed(shop)
    path = f"/v1/disputes/{dispute['id']}"
    changed = shop.post(path, {"intended_submission_method": "prefer_manual"})
    assert (changed["intended_submission_method"], changed["status"]) == ("prefer_manual", "needs_response")
    assert shop.get(path)["intended_submission_method"] == "prefer_manual"
    for word in ("smart_disputes", "prefer_smart_disputes"):
        taken = shop.post(path, {"intended_submission_method": word})
        assert (taken.status, taken.error["code"]) == (400, "smart_disputes_not_available")
    assert shop.post(path, {"intended_submission_method": "by_post"}).error["message"].startswith("Invalid intended_submission_method:")


# Giving up, and what is over


def test_close_accepts_the_loss_at_once(shop: Shop) -> None:
    """`charge.updated` comes after `charge.dispute.closed`; nothing counts as submitted."""
    dispute = disputed(shop)
    seen = len(shop.events())
    closed = shop.post(f"/v1/disputes/{dispute['id']}/close")
    assert (closed["status"], closed["evidence_details"]["submission_count"]) == ("lost", 0)
    assert closed["is_charge_refundable"] is False
    assert shop.events(seen) == ["charge.dispute.closed", "charge.updated"]
    event = last_events(shop, 2)[0]
    assert event["data"]["previous_attributes"] == {"status": "needs_response"}
    assert event["request"]["id"] == closed.headers["request-id"]
    assert shop.balance("dispute:held") == 0
    assert shop.advance(days=30, wait=False) == ["funds_available"]  # the deadline is gone


def test_close_is_refused_once_it_is_over(shop: Shop) -> None:
    lost, won = disputed(shop), disputed(shop)
    shop.post(f"/v1/disputes/{lost['id']}/close")
    answer(shop, won, uncategorized_text="winning_evidence")
    shop.advance(seconds=6)
    for dispute in (lost, won):
        refused(shop.post(f"/v1/disputes/{dispute['id']}/close"), 400, None, None, CLOSED)
        refused(answer(shop, dispute, customer_name="Jane"), 400, None, None, CLOSED)
        refused(answer(shop, dispute, submit=False, customer_name="Jane"), 400, None, None, CLOSED)
        refused(shop.post(f"/v1/disputes/{dispute['id']}", {"submit": True}), 400, None, None, CLOSED)


def test_metadata_of_a_closed_dispute_may_change(shop: Shop) -> None:
    dispute = disputed(shop)
    shop.post(f"/v1/disputes/{dispute['id']}/close")
    assert shop.post(f"/v1/disputes/{dispute['id']}", {"metadata": {"a": "b"}})["metadata"] == {"a": "b"}


def test_close_of_an_inquiry_moves_no_money(shop: Shop) -> None:
    """It is shown as lost, yet nothing was withdrawn: the charge can still be refunded."""
    paid = shop.pay("pm_card_createDisputeInquiry")
    (inquiry,) = shop.disputes_of(paid)
    seen = len(shop.events())
    before = dict(shop.merchant.ledger.balances)
    closed = shop.post(f"/v1/disputes/{inquiry['id']}/close")
    assert (closed["status"], closed["is_charge_refundable"]) == ("lost", True)
    assert shop.events(seen) == ["charge.dispute.closed", "charge.updated"]
    assert shop.merchant.ledger.balances == before
    refused(shop.post(f"/v1/disputes/{inquiry['id']}/close"), 400, None, None, CLOSED)
    assert shop.post("/v1/refunds", {"payment_intent": paid["id"]}).status == 200


def test_a_dispute_under_review_may_still_be_accepted(shop: Shop) -> None:
    dispute = disputed(shop)
    answer(shop, dispute, uncategorized_text="winning_evidence")
    assert shop.post(f"/v1/disputes/{dispute['id']}/close")["status"] == "lost"
    assert shop.advance(seconds=10) == []


def test_a_charge_stays_disputed_after_a_win(shop: Shop) -> None:
    dispute = disputed(shop)
    answer(shop, dispute, uncategorized_text="winning_evidence")
    shop.advance(seconds=6)
    charge = shop.get(f"/v1/charges/{dispute['charge']}")
    assert (charge["disputed"], charge["dispute"]) == (True, dispute["id"])


# What Stripe adds itself

KNOWN = {"name": "Jenny Rosen", "email": "jenny@example.com"}
BILLING = {"address": {"line1": "1 Main St", "city": "Ogden", "country": "US"}}


def known_dispute(shop: Shop, card: str = "createDispute") -> Any:
    customer = shop.post("/v1/customers", KNOWN)["id"]
    method = shop.post(f"/v1/payment_methods/pm_card_{card}/attach", {"customer": customer})["id"]
    shop.post(f"/v1/payment_methods/{method}", {"billing_details": BILLING})
    return shop.disputes_of(shop.pay(method, customer=customer, description="Shoes"))[0]


@pytest.mark.parametrize("card", ["createDispute", "createDisputeInquiry"])
def test_stripe_adds_the_evidence_that_it_knows(shop: Shop, card: str) -> None:
    """Seconds after the dispute; that is no evidence of the merchant's, so the counts stay."""
    made = known_dispute(shop, card)
    assert made["evidence"]["customer_name"] is None
    assert "enrichment" not in shop.advance(seconds=2)
    seen = len(shop.events())
    assert shop.advance(seconds=1) == ["enrichment"]
    shown = shop.get(f"/v1/disputes/{made['id']}").body
    added = {
        "billing_address": "1 Main St, Ogden, US", "customer_email_address": "jenny@example.com", "customer_name": "Jenny Rosen",
        "product_description": "Shoes",
    }  # fmt: skip
    assert {name: value for name, value in shown["evidence"].items() if value} == added
    assert (shown["evidence_details"]["has_evidence"], shown["evidence_details"]["submission_count"]) == (False, 0)
    assert shop.events(seen) == ["charge.dispute.updated"]
    event = shop.get("/v1/events", {"type": "charge.dispute.updated"})["data"][0]
    assert event["data"]["previous_attributes"] == {"evidence": dict.fromkeys(added)}
    assert event["request"] == {"id": None, "idempotency_key": None}


def test_nothing_is_added_where_nothing_is_known(shop: Shop) -> None:
    shop.pay("pm_card_createDispute")
    assert shop.advance(seconds=10) == []


def test_what_the_merchant_says_stands_before_what_stripe_knows(shop: Shop) -> None:
    """Said before or after, also that a field is empty."""
    made = known_dispute(shop)
    path = f"/v1/disputes/{made['id']}"
    shop.post(path, {"evidence": {"customer_name": "Jane"}, "submit": False})
    shop.advance(seconds=3)
    assert shop.get(path)["evidence"]["customer_name"] == "Jane"
    changed = shop.post(path, {"evidence": {"product_description": "", "customer_email_address": "a@example.com"}, "submit": False})
    assert (changed["evidence"]["product_description"], changed["evidence"]["customer_email_address"]) == (None, "a@example.com")
    assert changed["evidence"]["billing_address"] == "1 Main St, Ogden, US"


def test_nothing_is_added_to_a_dispute_that_is_over(shop: Shop) -> None:
    made = known_dispute(shop)
    shop.post(f"/v1/disputes/{made['id']}/close")
    assert shop.advance(seconds=10) == []
