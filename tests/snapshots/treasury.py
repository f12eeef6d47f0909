"""Payouts and the bank accounts they go to."""

from __future__ import annotations

from typing import Any

from tests.harness import Answer, Shop
from tests.snapshots.payments import Scene


def bank_account(shop: Shop, token: str = "btok_us_noAccount") -> Answer:
    path = f"/v1/accounts/{shop.get('/v1/account')['id']}/external_accounts"
    return shop.post(path, {"external_account": token, "metadata": {"branch": "7"}})


def bank_account_updated(shop: Shop) -> Answer:
    made = bank_account(shop).body
    return shop.post(f"/v1/accounts/{made['account']}/external_accounts/{made['id']}", {"account_holder_name": "Jenny Rosen"})


def bank_account_deleted(shop: Shop) -> Answer:
    made = bank_account(shop).body
    return shop.delete(f"/v1/accounts/{made['account']}/external_accounts/{made['id']}")


def payout(shop: Shop, **params: Any) -> Answer:
    shop.pay("pm_card_bypassPending")
    return shop.post("/v1/payouts", {"amount": 1_000, "currency": "usd", "description": "May", **params})


def payout_later(shop: Shop, days: int = 3, **params: Any) -> Answer:
    made = payout(shop, **params)
    shop.advance(days=days)
    return shop.get(f"/v1/payouts/{made['id']}", {"expand": ["destination"]})


def payout_failed(shop: Shop) -> Answer:
    return payout_later(shop, destination=bank_account(shop)["id"])


def payout_canceled(shop: Shop) -> Answer:
    return shop.post(f"/v1/payouts/{payout(shop)['id']}/cancel")


def payout_reversed(shop: Shop) -> Answer:
    return shop.post(f"/v1/payouts/{payout_later(shop)['id']}/reverse", {"expand": ["original_payout"]})


def payout_reconciled(shop: Shop) -> None:
    shop.control("POST", "/settings", {"providers": {"stripe": {"payouts": "daily"}}})
    shop.pay("pm_card_bypassPending")
    shop.advance(days=4)


def account(shop: Shop, **params: Any) -> Answer:
    wanted = {"type": "express", "email": "jenny@example.com", "capabilities": {"transfers": {"requested": True}}, **params}
    return shop.post("/v1/accounts", wanted)


def account_updated(shop: Shop) -> Any:
    """What a connected account's own list of events shows."""
    made = account(shop)["id"]
    shop.post(f"/v1/accounts/{made}", {"metadata": {"seller": "7"}, "business_profile": {"name": "Rosen"}})
    return shop.get("/v1/events", headers={"stripe-account": made})["data"][0]


# What makes the event of that type happen; the last one is shown.
CAUSES: dict[str, Scene] = {
    "payout.created": payout,
    "payout.updated": lambda shop: payout_later(shop, 1),
    "payout.paid": payout_later,
    "payout.failed": payout_failed,
    "payout.canceled": payout_canceled,
    "payout.reconciliation_completed": payout_reconciled,
    "account.external_account.created": bank_account,
    "account.external_account.updated": bank_account_updated,
    "account.external_account.deleted": bank_account_deleted,
}
SCENES: dict[str, Scene] = {
    "account": lambda shop: account(shop, external_account="btok_us_verified"),
    "account.deleted": lambda shop: shop.delete(f"/v1/accounts/{account(shop)['id']}"),
    "event.account.updated": account_updated,
    "payout.paid": payout_later,
    "payout.failed": payout_failed,
    "payout.reversed": payout_reversed,
    "bank_account.updated": bank_account_updated,
    "bank_account.deleted": bank_account_deleted,
}
