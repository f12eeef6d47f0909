"""`/v1/balance` and `/v1/balance_transactions`: the merchant's money as Stripe tells it."""

from __future__ import annotations

from typing import Any

from tests.harness import DAY, Shop


def sums(shop: Shop) -> dict[str, dict[str, int]]:
    balance = shop.get("/v1/balance").body
    return {side: {row["currency"]: row["amount"] for row in balance[side]} for side in ("available", "pending")}


def lines(shop: Shop, **params: object) -> list[dict[str, Any]]:
    return shop.get("/v1/balance_transactions", {"limit": 100, **params})["data"]  # type: ignore[no-any-return]


def test_a_fresh_account_has_nothing(shop: Shop) -> None:
    balance = shop.get("/v1/balance").body
    nothing = [{"amount": 0, "currency": "usd", "source_types": {"card": 0}}]
    assert (balance["available"], balance["pending"], balance["livemode"]) == (nothing, nothing, False)


def test_money_is_pending_until_its_settlement_day(shop: Shop) -> None:
    """Two business days on, at midnight; then `balance.available` tells of it."""
    shop.pay()
    assert sums(shop) == {"available": {"usd": 0}, "pending": {"usd": 1912}}
    due = lines(shop)[0]["available_on"]
    assert (due % DAY, due - shop.now) == (0, 39 * 3600)
    shop.advance(seconds=due - shop.now - 1)
    assert (sums(shop)["available"], lines(shop)[0]["status"]) == ({"usd": 0}, "pending")
    assert shop.advance(seconds=1) == ["funds_available"]
    assert sums(shop) == {"available": {"usd": 1912}, "pending": {"usd": 0}}
    assert lines(shop)[0]["status"] == "available"
    assert shop.events()[-1] == "balance.available"
    shown = shop.get("/v1/events", {"type": "balance.available"})["data"][0]["data"]["object"]
    assert shown == shop.get("/v1/balance").body


def test_a_weekend_is_no_business_day(shop: Shop) -> None:
    shop.advance(days=3)  # Thursday
    shop.pay()
    assert (lines(shop)[0]["available_on"] - shop.now) // DAY == 4 - 1  # until Monday, from nine in the morning


def test_the_balance_is_the_sum_of_its_lines(shop: Shop) -> None:
    """Charges, a refund, a failed refund, a lost, a won and an open dispute, two currencies."""
    paid = shop.pay()
    shop.post("/v1/refunds", {"payment_intent": paid["id"], "amount": 500})
    shop.post("/v1/refunds", {"payment_intent": shop.pay("pm_card_refundFail")["id"]})
    shop.pay("pm_card_createDispute", currency="eur")
    lost, won = (shop.disputes_of(shop.pay("pm_card_createDispute"))[0]["id"] for _ in range(2))
    shop.post(f"/v1/disputes/{lost}/close")
    shop.post(f"/v1/disputes/{won}", {"evidence": {"uncategorized_text": "winning_evidence"}})
    for days in (0, 1, 30):
        shop.advance(days=days, seconds=10)
        for status in ("available", "pending"):
            net: dict[str, int] = {"eur": 0, "usd": 0}
            for line in lines(shop):
                assert line["net"] == line["amount"] - line["fee"]
                assert sum(detail["amount"] for detail in line["fee_details"]) == line["fee"]
                net[line["currency"]] += line["net"] if line["status"] == status else 0
            assert sums(shop)[status] == net
    assert shop.merchant.ledger.balanced()


def test_what_the_lines_say(shop: Shop) -> None:
    paid = shop.pay(description="Shoes")
    shop.post("/v1/refunds", {"payment_intent": paid["id"], "amount": 500})
    disputed = shop.pay("pm_card_createDispute")
    dispute = shop.disputes_of(disputed)[0]
    told = [(line["type"], line["reporting_category"], line["amount"], line["fee"], line["description"]) for line in lines(shop)]
    assert told[::-1] == [
        ("charge", "charge", 2000, 88, "Shoes"),
        ("refund", "refund", -500, 0, "REFUND FOR CHARGE (Shoes)"),
        ("charge", "charge", 2000, 88, None),
        ("adjustment", "dispute", -2000, 1500, f"Chargeback withdrawal for {disputed['latest_charge']}"),
    ]
    fee = lines(shop)[0]["fee_details"]
    assert fee == [{"amount": 1500, "application": None, "currency": "usd", "description": "Dispute fee", "type": "stripe_fee"}]
    assert lines(shop)[0]["source"] == dispute["id"]
    assert lines(shop)[1]["fee_details"][0]["description"] == "Stripe processing fees"


def test_lines_are_filtered_with_stripes_quirks(shop: Shop) -> None:
    """A dispute's lines are not found by its id; an unknown type or currency finds nothing, an unknown payout is an error."""
    paid = shop.pay()
    disputed = shop.pay("pm_card_createDispute", currency="eur")
    dispute = shop.disputes_of(disputed)[0]
    assert [line["source"] for line in lines(shop, source=paid["latest_charge"])] == [paid["latest_charge"]]
    assert lines(shop, source=dispute["id"]) == []
    assert [line["type"] for line in lines(shop, type="adjustment")] == ["adjustment"]
    assert len(lines(shop, currency="eur")) == 2
    assert (lines(shop, type="seashells"), lines(shop, currency="xxx")) == ([], [])
    assert lines(shop, created={"gt": shop.now}) == []
    answer = shop.get("/v1/balance_transactions", {"payout": "po_x"})
    assert (answer.status, answer.error["param"], answer.error["message"]) == (400, "payout", "No such payout: 'po_x'")


def test_one_line_by_its_id_and_by_the_old_path(shop: Shop) -> None:
    shop.pay()
    line = lines(shop)[0]
    assert "livemode" not in line
    for path in ("/v1/balance_transactions", "/v1/balance/history"):
        assert shop.get(f"{path}/{line['id']}").body == line
        answer = shop.get(f"{path}/txn_x")
        assert (answer.status, answer.error["param"], answer.error["message"]) == (404, "id", "No such balance transaction: 'txn_x'")
    assert shop.get("/v1/balance/history")["data"] == lines(shop)
    assert shop.get(f"/v1/balance_transactions/{line['id']}", {"expand": ["source"]})["source"]["object"] == "charge"
