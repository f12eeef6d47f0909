"""The setting `payouts`: daily pays the available balance out by itself, and a look at the clock ends all the same."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import DAY, START, Shop

MIDNIGHT = START - START % DAY + DAY


def daily(shop: Shop, interval: str = "daily") -> None:
    assert shop.control("POST", "/settings", {"providers": {"stripe": {"payouts": interval}}}).status == 200


def paid_out(shop: Shop) -> list[tuple[int, str, bool]]:
    return [(p["amount"], p["status"], p["automatic"]) for p in shop.get("/v1/payouts", {"limit": 100})["data"][::-1]]


def lines(shop: Shop, payout: str) -> list[Any]:
    return shop.get("/v1/balance_transactions", {"payout": payout, "limit": 100})["data"]  # type: ignore[no-any-return]


def test_what_is_available_is_paid_out_every_midnight(shop: Shop) -> None:
    """All of it, pending money aside; the payout's lines add up to it, and are told again by no other payout."""
    daily(shop)
    shop.pay("pm_card_bypassPending", 5_000)
    shop.pay("pm_card_visa", 3_000)
    seen = len(shop.events())
    assert shop.advance(seconds=MIDNIGHT - shop.now) == ["automatic_payout"]
    first = shop.get("/v1/payouts")["data"][0]
    assert (first["amount"], first["automatic"], first["reconciliation_status"]) == (4_825, True, "in_progress")
    assert [(row["type"], row["net"]) for row in lines(shop, first["id"])] == [("payout", -4_825), ("charge", 4_825)]
    shop.post("/v1/refunds", {"charge": shop.get("/v1/charges")["data"][1]["id"], "amount": 1_000})
    shop.advance(days=4)
    assert paid_out(shop) == [(4_825, "paid", True), (1_883, "paid", True)]
    second = shop.get("/v1/payouts")["data"][0]
    assert sum(row["net"] for row in lines(shop, second["id"]) if row["type"] != "payout") == 1_883
    assert {row["id"] for row in lines(shop, first["id"])}.isdisjoint(row["id"] for row in lines(shop, second["id"]))
    told = [type for type in shop.events(seen) if type.startswith("payout.")]
    one = ["payout.updated", "payout.updated", "payout.paid", "payout.updated", "payout.reconciliation_completed"]
    assert sorted(told) == sorted(2 * ["payout.created", *one])
    assert second["reconciliation_status"] == "completed"
    assert shop.merchant.ledger.balanced()


def test_a_failed_automatic_payout_is_paid_out_again(shop: Shop) -> None:
    """Its money came back as a line that the next one tells; it is never reconciled."""
    path = f"/v1/accounts/{shop.get('/v1/account')['id']}/external_accounts"
    bad = shop.post(path, {"external_account": "btok_us_accountClosed", "default_for_currency": True})["id"]
    daily(shop)
    shop.pay("pm_card_bypassPending", 5_000)
    shop.advance(seconds=MIDNIGHT - shop.now)
    good = next(b["id"] for b in shop.get(path)["data"] if b["id"] != bad)
    shop.post(f"{path}/{good}", {"default_for_currency": True})
    shop.advance(days=6)
    assert paid_out(shop) == [(4_825, "failed", True), (4_825, "paid", True)]
    second = shop.get("/v1/payouts")["data"][0]["id"]
    assert [row["type"] for row in lines(shop, second)] == ["payout", "payout_failure"]
    assert shop.events().count("payout.reconciliation_completed") == 1


def test_nothing_is_paid_out_of_an_empty_or_overdrawn_balance(shop: Shop) -> None:
    daily(shop)
    shop.pay("pm_card_createDispute")
    shop.advance(days=1)
    assert paid_out(shop) == []


def test_a_currency_without_a_bank_account_stays(shop: Shop) -> None:
    daily(shop)
    shop.pay("pm_card_bypassPending", 5_000, "eur")
    shop.advance(days=1)
    assert (paid_out(shop), shop.balance("merchant:available", "eur")) == ([], 4_825)


def test_daily_payouts_do_not_keep_the_clock_from_being_idle(shop: Shop) -> None:
    """An advance until nothing is left ends when only the next look at the balance is."""
    daily(shop)
    shop.pay("pm_card_visa", 3_000)
    answer = shop.control("POST", "/clock/advance", {"until": "idle"})
    rang = [timer["name"] for timer in answer["fired"]]
    assert rang.count("automatic_payout") < 6
    assert rang[-3:] == ["payout_arrives", "payout_reconciles", "automatic_payout"]
    assert paid_out(shop) == [(2_883, "paid", True)]
    assert [timer["name"] for timer in shop.control("GET", "/timers")["data"]] == ["automatic_payout"]


def test_manual_again_ends_it(shop: Shop) -> None:
    daily(shop)
    daily(shop)  # a second time changes nothing
    assert len(list(shop.merchant.timers)) == 1
    daily(shop, "manual")
    assert list(shop.merchant.timers) == []
    shop.pay("pm_card_bypassPending", 5_000)
    shop.advance(days=2)
    assert paid_out(shop) == []
    daily(shop)
    shop.advance(days=1)
    assert paid_out(shop) == [(4_825, "pending", True)]


def test_a_server_may_start_merchants_that_are_paid_daily() -> None:
    """And a merchant that was reset has it from the start, too; nothing has happened to it yet."""
    shop = Shop(providers={"stripe": {"payouts": "daily"}})
    for _ in range(2):
        assert shop.merchant.blank
        assert [timer.name for timer in shop.merchant.timers] == ["automatic_payout"]
        shop.pay("pm_card_bypassPending", 5_000)
        shop.advance(days=1)
        assert paid_out(shop) == [(4_825, "pending", True)]
        shop.control("POST", "/reset")
    shop.close()


@pytest.mark.parametrize("value", ["hourly", "", 7])
def test_another_interval_is_refused(shop: Shop, value: Any) -> None:
    answer = shop.control("POST", "/settings", {"providers": {"stripe": {"payouts": value}}})
    assert (answer.status, "providers.stripe.payouts" in answer.error["message"]) == (422, True)
