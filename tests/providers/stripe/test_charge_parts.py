"""The legacy forms under `/v1/charges/{charge}`: the same refunds and disputes, found by their charge."""

from __future__ import annotations

from typing import Any

from tests.harness import Shop


def charged(shop: Shop, source: str = "tok_visa") -> Any:
    answer = shop.post("/v1/charges", {"amount": 2000, "currency": "usd", "source": source})
    assert answer.status == 200, answer.body
    return answer.body


def test_refund_of_a_charge_answers_the_charge(shop: Shop) -> None:
    """`POST /v1/charges/{charge}/refund` makes a refund; a second one takes what is left."""
    made = charged(shop)
    part = shop.post(f"/v1/charges/{made['id']}/refund", {"amount": 500, "reason": "duplicate"})
    assert (part["object"], part["amount_refunded"], part["refunded"]) == ("charge", 500, False)
    whole = shop.post(f"/v1/charges/{made['id']}/refund")
    assert (whole["amount_refunded"], whole["refunded"]) == (2000, True)
    assert shop.events() == ["charge.succeeded", "refund.created", "charge.refunded", "refund.created", "charge.refunded"]
    assert [refund["reason"] for refund in shop.get("/v1/refunds")["data"]] == [None, "duplicate"]


def test_refunds_under_a_charge_are_those_of_the_refunds_resource(shop: Shop) -> None:
    """Created, listed with their number, read and updated there."""
    made = charged(shop)
    path = f"/v1/charges/{made['id']}/refunds"
    refund = shop.post(path, {"amount": 700, "metadata": {"till": "4"}})
    assert (refund["object"], refund["amount"], refund["metadata"]) == ("refund", 700, {"till": "4"})
    shop.post("/v1/refunds", {"charge": made["id"], "amount": 300})
    shop.post("/v1/refunds", {"charge": charged(shop)["id"]})
    listed = shop.get(path, {"limit": 1}).body
    assert ([row["amount"] for row in listed["data"]], listed["has_more"], listed["count"], listed["url"]) == ([300], True, 2, path)
    updated = shop.post(f"{path}/{refund['id']}", {"metadata": {"till": "5"}})
    assert updated["metadata"] == {"till": "5"}
    assert shop.get(f"{path}/{refund['id']}").body == shop.get(f"/v1/refunds/{refund['id']}").body == updated.body
    assert shop.events()[-2:] == ["refund.updated", "charge.refund.updated"]


def test_a_refund_of_another_charge_is_not_found_under_this_one(shop: Shop) -> None:
    one, other = charged(shop), charged(shop)
    refund = shop.post(f"/v1/charges/{other['id']}/refunds").body
    for answer in (
        shop.get(f"/v1/charges/{one['id']}/refunds/{refund['id']}"),
        shop.post(f"/v1/charges/{one['id']}/refunds/{refund['id']}", {"metadata": {"a": "b"}}),
    ):
        assert (answer.status, answer.error["code"], answer.error["param"]) == (404, "resource_missing", "refund")
        assert answer.error["message"] == f"No such refund: '{refund['id']}'"


def test_legacy_refunds_are_refused_as_the_others_are(shop: Shop) -> None:
    """Too much, an unknown charge, a disputed charge, and an authorization that belongs to a payment intent."""
    made, disputed = charged(shop), charged(shop, "tok_createDispute")
    held = shop.pay(capture_method="manual")["latest_charge"]
    for verb in ("refund", "refunds"):
        much = shop.post(f"/v1/charges/{made['id']}/{verb}", {"amount": 2001})
        assert (much.status, much.error["param"], "code" in much.error) == (400, "amount", False)
        missing = shop.post(f"/v1/charges/ch_x/{verb}")
        assert (missing.status, missing.error["message"]) == (404, "No such charge: 'ch_x'")
        assert shop.post(f"/v1/charges/{disputed['id']}/{verb}").error["code"] == "charge_disputed"
        assert "You must cancel the PaymentIntent" in shop.post(f"/v1/charges/{held}/{verb}").error["message"]
    assert shop.get("/v1/refunds")["data"] == []


def test_the_dispute_of_a_charge_is_read_answered_and_closed_there(shop: Shop) -> None:
    made = charged(shop, "tok_createDispute")
    path = f"/v1/charges/{made['id']}/dispute"
    dispute = shop.get(path).body
    assert dispute == shop.get("/v1/disputes")["data"][0]
    staged = shop.post(path, {"evidence": {"customer_name": "Jenny"}, "submit": False})
    assert (staged["status"], staged["evidence"]["customer_name"]) == ("needs_response", "Jenny")
    assert shop.post(f"{path}/close")["status"] == "lost"
    assert shop.post(f"{path}/close").error["message"] == "This dispute is already closed"
    assert shop.events()[-3:] == ["charge.dispute.updated", "charge.dispute.closed", "charge.updated"]


def test_of_two_disputes_the_latest_is_the_charges(shop: Shop) -> None:
    made = charged(shop, "tok_createMultipleDisputes")
    newest, oldest = shop.get("/v1/disputes", {"charge": made["id"]})["data"]
    assert newest["id"] != oldest["id"]
    assert shop.get(f"/v1/charges/{made['id']}/dispute")["id"] == made["dispute"] == newest["id"]


def test_a_charge_without_dispute_says_so(shop: Shop) -> None:
    """Recorded: a 404 in words of its own."""
    made = charged(shop)
    for method, path in (("GET", "dispute"), ("POST", "dispute"), ("POST", "dispute/close")):
        answer = shop.call(method, f"/v1/charges/{made['id']}/{path}")
        assert (answer.status, answer.error["message"]) == (404, f"No dispute for charge: {made['id']}")
