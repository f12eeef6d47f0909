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


def shared(shop: Shop) -> Any:
    """A destination charge, as the platform sees it."""
    terms = {"transfer_data": {"destination": account(shop)["id"]}, "application_fee_amount": 300}
    return shop.get(f"/v1/charges/{shop.pay('pm_card_visa', 3_000, **terms)['latest_charge']}").body


def taken_back(shop: Shop) -> Answer:
    wanted = {"charge": shared(shop)["id"], "amount": 1_000, "reverse_transfer": True, "refund_application_fee": True}
    return shop.post("/v1/refunds", {**wanted, "expand": ["transfer_reversal"]})


def received(shop: Shop) -> Answer:
    """The same payment, as the connected account sees it."""
    moved = shop.get(f"/v1/transfers/{shared(shop)['transfer']}")
    headers = {"stripe-account": moved["destination"]}
    return shop.get(f"/v1/charges/{moved['destination_payment']}", {"expand": ["balance_transaction"]}, headers=headers)


def transfer_updated(shop: Shop) -> None:
    shop.post(f"/v1/transfers/{shared(shop)['transfer']}", {"metadata": {"a": "1"}})


def fee_refund_updated(shop: Shop) -> None:
    path = f"/v1/application_fees/{shared(shop)['application_fee']}/refunds"
    shop.post(f"{path}/{shop.post(path, {'amount': 100})['id']}", {"metadata": {"a": "1"}})


def capability(shop: Shop) -> Answer:
    return shop.post(f"/v1/accounts/{account(shop)['id']}/capabilities/card_payments", {"requested": True})


def capability_updated(shop: Shop) -> Any:
    owner = capability(shop)["account"]
    return shop.get("/v1/events", {"type": "capability.updated"}, headers={"stripe-account": owner})["data"][0]


def onboarding(shop: Shop) -> Answer:
    addresses = {"return_url": "https://platform.example/done", "refresh_url": "https://platform.example/again"}
    return shop.post("/v1/account_links", {"account": account(shop)["id"], "type": "account_onboarding", **addresses})


def instant(shop: Shop) -> Any:
    """To a debit card, with what it costs."""
    card = bank_account(shop, "tok_visa_debit")["id"]
    shop.pay("pm_card_bypassPending", 10_000)
    wanted = {"amount": 4_000, "currency": "usd", "method": "instant", "destination": card}
    return shop.post("/v1/payouts", {**wanted, "expand": ["destination", "balance_transaction"]})


# What makes the event of that type happen; the last one is shown.
CAUSES: dict[str, Scene] = {
    "payout.created": payout,
    "payout.updated": lambda shop: payout_later(shop, 1),
    "payout.paid": payout_later,
    "payout.failed": payout_failed,
    "payout.canceled": payout_canceled,
    "payout.reconciliation_completed": payout_reconciled,
    "transfer.created": shared,
    "transfer.updated": transfer_updated,
    "transfer.reversed": taken_back,
    "application_fee.created": shared,
    "application_fee.refunded": taken_back,
    "application_fee.refund.updated": fee_refund_updated,
    "account.external_account.created": bank_account,
    "account.external_account.updated": bank_account_updated,
    "account.external_account.deleted": bank_account_deleted,
}
SCENES: dict[str, Scene] = {
    "capability": capability,
    "event.capability.updated": capability_updated,
    "account_link": onboarding,
    "payout.instant": instant,
    "charge.shared": shared,
    "charge.received": received,
    "refund.taken_back": taken_back,
    "account": lambda shop: account(shop, external_account="btok_us_verified"),
    "account.deleted": lambda shop: shop.delete(f"/v1/accounts/{account(shop)['id']}"),
    "event.account.updated": account_updated,
    "payout.paid": payout_later,
    "payout.failed": payout_failed,
    "payout.reversed": payout_reversed,
    "bank_account.updated": bank_account_updated,
    "bank_account.deleted": bank_account_deleted,
}
