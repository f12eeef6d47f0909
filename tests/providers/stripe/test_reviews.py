"""`/v1/reviews`: payments that a person is to look at, and what takes them out of the queue."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import DAY, Shop

ELEVATED = "pm_card_riskLevelElevated"
OPENED = ["payment_intent.created", "charge.succeeded", "review.opened", "payment_intent.succeeded"]


def review_of(shop: Shop, made: Any) -> Any:
    """The review of a payment, whether open or not."""
    event = shop.get("/v1/events", {"type": "review.opened"})["data"][0]
    shown = shop.get(f"/v1/reviews/{event['data']['object']['id']}").body
    assert shown["payment_intent"] == made["id"]
    return shown


def part_of(shop: Shop, made: Any, kind: str) -> Any:
    """The part of a payment that is of that kind, as the control API shows it."""
    (part,) = (part for part in shop.control("GET", f"/payments/{made['id']}")["parts"] if part["kind"] == kind)
    return part


def is_closed(shop: Shop, made: Any, reason: str) -> None:
    """Closed for that reason, in no list, and named by nobody any more."""
    review = review_of(shop, made)
    assert (review["open"], review["closed_reason"], review["reason"], review["opened_reason"]) == (False, reason, reason, "rule")
    assert shop.get("/v1/reviews")["data"] == []
    assert shop.get(f"/v1/charges/{review['charge']}")["review"] is None
    assert shop.get(f"/v1/payment_intents/{made['id']}")["review"] is None


def test_elevated_risk_opens_a_review(shop: Shop) -> None:
    made = shop.pay(ELEVATED, payment_method_options={"card": {"request_three_d_secure": "automatic"}})
    assert shop.events() == OPENED
    (review,) = shop.get("/v1/reviews")["data"]
    assert review["id"].startswith("prv_1")
    assert (review["open"], review["reason"], review["closed_reason"]) == (True, "rule", None)
    assert (review["charge"], review["payment_intent"]) == (made["latest_charge"], made["id"])
    assert shop.get(f"/v1/reviews/{review['id']}").body == review
    shown = shop.get(f"/v1/payment_intents/{made['id']}", {"expand": ["latest_charge.review", "review.charge"]}).body
    charge = shown["latest_charge"]
    assert charge["review"] == review
    assert shown["review"]["charge"]["id"] == charge["id"]
    outcome = charge["outcome"]
    assert (outcome["type"], outcome["reason"], outcome["risk_level"]) == ("manual_review", "elevated_risk_level", "elevated")
    assert (charge["paid"], outcome["network_status"]) == (True, "approved_by_network")
    assert shop.get("/v1/events", {"type": "charge.succeeded"})["data"][0]["data"]["object"]["review"] == review["id"]


def test_a_plain_charge_has_no_intent_and_the_postal_code_of_its_card(shop: Shop) -> None:
    card = {"number": "4000000000009235", "exp_month": 12, "exp_year": 2034, "cvc": "123", "address_zip": "94111"}
    charge = shop.post("/v1/charges", {"amount": 900, "currency": "usd", "source": {"object": "card", **card}}).body
    (review,) = shop.get("/v1/reviews")["data"]
    assert ("payment_intent" in review, review["billing_zip"], charge["review"]) == (False, "94111", review["id"])


def test_approval_closes_it_once(shop: Shop) -> None:
    made = shop.pay(ELEVATED)
    review = review_of(shop, made)
    seen = len(shop.events())
    approved = shop.post(f"/v1/reviews/{review['id']}/approve").body
    assert (approved["open"], approved["closed_reason"]) == (False, "approved")
    assert shop.events(since=seen) == ["review.closed"]
    is_closed(shop, made, "approved")
    again = shop.post(f"/v1/reviews/{review['id']}/approve")
    assert (again.status, "closed already (approved)" in again.error["message"]) == (400, True)


def test_the_control_api_approves_it_too(shop: Shop) -> None:
    """A payment's page shows that it may be done, and why not any more."""
    made = shop.pay(ELEVATED)
    review = review_of(shop, made)
    assert part_of(shop, made, "Review")["actions"] == {"approve": {"possible": True, "amount": None, "code": None, "message": None}}
    seen = len(shop.events())
    approved = shop.control("POST", f"/reviews/{review['id']}/approve").body
    assert (approved["id"], approved["open"], approved["closed_reason"]) == (review["id"], False, "approved")
    assert shop.events(since=seen) == ["review.closed"]
    is_closed(shop, made, "approved")
    act = part_of(shop, made, "Review")["actions"]["approve"]
    assert (act["possible"], act["code"], "closed already (approved)" in act["message"]) == (False, "wrong_status", True)
    again = shop.control("POST", f"/reviews/{review['id']}/approve")
    assert (again.status, again["error"]["message"]) == (409, act["message"])
    assert shop.events(since=seen) == ["review.closed"]


def test_asking_what_may_be_done_approves_nothing(shop: Shop) -> None:
    made = shop.pay(ELEVATED)
    before = review_of(shop, made)
    part_of(shop, made, "Review")
    assert review_of(shop, made) == before
    assert shop.events() == OPENED
    missing = shop.control("POST", "/reviews/prv_none/approve")
    assert (missing.status, missing["error"]["code"]) == (404, "not_found")
    assert "No such review: 'prv_none'. GET /_sandbox/payments/{id}" in missing["error"]["message"]


def test_a_connected_account_s_review_is_approved_in_its_own_books(shop: Shop) -> None:
    account = shop.post("/v1/accounts", {"type": "custom", "country": "US"})["id"]
    paid = {"amount": 900, "currency": "usd", "source": "tok_riskLevelElevated"}
    charge = shop.post("/v1/charges", paid, headers={"Stripe-Account": account}).body
    assert shop.control("POST", f"/reviews/{charge['review']}/approve").status == 200
    shown = shop.get(f"/v1/charges/{charge['id']}", headers={"Stripe-Account": account}).body
    assert shown["review"] is None


@pytest.mark.parametrize(("reason", "closed"), [(None, "refunded"), ("fraudulent", "refunded_as_fraud"), ("duplicate", "refunded")])
def test_a_full_refund_closes_it_and_a_partial_one_does_not(shop: Shop, reason: str | None, closed: str) -> None:
    made = shop.pay(ELEVATED)
    shop.post("/v1/refunds", {"payment_intent": made["id"], "amount": 500})
    assert review_of(shop, made)["open"]
    seen = len(shop.events())
    shop.post("/v1/refunds", {"payment_intent": made["id"], **({"reason": reason} if reason else {})})
    assert shop.events(since=seen) == ["refund.created", "charge.refunded", "review.closed"]
    is_closed(shop, made, closed)


@pytest.mark.parametrize(("kind", "events"), [
    ("chargeback", ["charge.dispute.created", "charge.dispute.funds_withdrawn", "review.closed"]),
    ("inquiry", ["charge.dispute.created", "review.closed"]),
])  # fmt: skip
def test_a_dispute_closes_it(shop: Shop, kind: str, events: list[str]) -> None:
    made = shop.pay(ELEVATED)
    seen = len(shop.events())
    assert shop.control("POST", "/disputes", {"charge": made["id"], "kind": kind}).status == 200
    assert shop.events(since=seen) == events
    is_closed(shop, made, "disputed")


def test_an_authorization_that_is_canceled_closes_it(shop: Shop) -> None:
    made = shop.pay(ELEVATED, capture_method="manual")
    seen = len(shop.events())
    shop.post(f"/v1/payment_intents/{made['id']}/cancel")
    assert shop.events(since=seen) == ["charge.refunded", "review.closed", "payment_intent.canceled"]
    is_closed(shop, made, "canceled")


def test_an_authorization_that_expires_closes_it(shop: Shop) -> None:
    made = shop.pay(ELEVATED, capture_method="manual")
    seen = len(shop.events())
    shop.advance(seconds=7 * DAY)
    assert shop.events(since=seen) == ["charge.expired", "review.closed", "payment_intent.canceled"]
    is_closed(shop, made, "payment_never_settled")


def test_a_plain_authorization_that_is_refunded_closes_it(shop: Shop) -> None:
    charge = shop.post("/v1/charges", {"amount": 900, "currency": "usd", "source": "tok_riskLevelElevated", "capture": False}).body
    seen = len(shop.events())
    shop.post("/v1/refunds", {"charge": charge["id"]})
    assert shop.events(since=seen) == ["refund.created", "charge.refunded", "review.closed"]
    assert shop.get(f"/v1/reviews/{charge['review']}")["closed_reason"] == "refunded"


def test_a_review_stays_open_over_a_capture(shop: Shop) -> None:
    made = shop.pay(ELEVATED, capture_method="manual")
    taken = shop.post(f"/v1/payment_intents/{made['id']}/capture").body
    assert taken["review"] == review_of(shop, made)["id"] == shop.get("/v1/reviews")["data"][0]["id"]


def test_the_queue_is_filtered_and_paged(shop: Shop) -> None:
    first = shop.pay(ELEVATED)
    shop.advance(days=1)
    second = shop.pay(ELEVATED)
    shop.pay()

    def intents(**params: Any) -> list[str]:
        return [row["payment_intent"] for row in shop.get("/v1/reviews", params)["data"]]

    assert intents() == [second["id"], first["id"]]
    assert intents(limit=1) == [second["id"]]
    assert intents(created={"lt": second["created"]}) == [first["id"]]
    missing = shop.get("/v1/reviews/prv_x")
    assert (missing.status, missing.error["message"], missing.error["param"]) == (404, "No such review: 'prv_x'", "review")
