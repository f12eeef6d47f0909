"""The merchant's own account, and those connected to it."""

from __future__ import annotations

from typing import Any

from sandbox.core.merchant import Merchant
from sandbox.providers.stripe import scheduling
from sandbox.providers.stripe.connecting import DELAY_DAYS
from sandbox.providers.stripe.ids import account_id
from sandbox.providers.stripe.payouts import BANKS, bank_accounts, payable
from sandbox.providers.stripe.records import AccountLink, Capability, ConnectedAccount
from sandbox.providers.stripe.views.payout import external_account

BANKS_SHOWN = 10
CONNECT_HOST = "https://connect.stripe.com"  # in process there is no server to point to
NO_REQUIREMENTS: dict[str, Any] = {
    "alternatives": [], "current_deadline": None, "currently_due": [], "disabled_reason": None, "errors": [], "eventually_due": [],
    "past_due": [], "pending_verification": [],
}  # fmt: skip
NO_PROFILE: dict[str, Any] = {
    "mcc": None, "name": None, "product_description": None, "support_address": None, "support_email": None, "support_phone": None,
    "support_url": None, "url": None,
}  # fmt: skip


def own_account(merchant: Merchant) -> dict[str, Any]:
    """The account that the key belongs to: one a merchant, American, able to charge and to be paid."""
    return {
        "id": account_id(merchant),
        "object": "account",
        "business_profile": {"name": f"payment-sandbox: {merchant.name}"},
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "country": "US",
        "default_currency": "usd",
        "details_submitted": True,
        "email": None,
        "metadata": {},
        "payouts_enabled": True,
        "type": "standard",
    }


def capability(merchant: Merchant, c: Capability) -> dict[str, Any]:
    active = c.status == "active"
    return {
        "id": c.name,
        "object": "capability",
        "account": c.account_id,
        "future_requirements": NO_REQUIREMENTS,
        "requested": active,
        "requested_at": c.requested_at or None,
        "requirements": NO_REQUIREMENTS,
        "status": "active" if active else "unrequested",
    }


def account_link(merchant: Merchant, link: AccountLink) -> dict[str, Any]:
    host = merchant.base_url or CONNECT_HOST
    return {
        "object": "account_link", "created": link.created, "expires_at": link.expires_at,
        "url": f"{host}/stripe/account_links/{merchant.name}/{link.id}",
    }  # fmt: skip


def connected_account(merchant: Merchant, a: ConnectedAccount) -> dict[str, Any]:
    """An account of the platform's, or the stub that is left of a deleted one."""
    if a.status == "deleted":
        return {"id": a.id, "object": "account", "deleted": True}
    with merchant.acting_for(a.id):
        kept = a.details.get(BANKS)
        banks = (bank_accounts(merchant) if kept is None else kept)[::-1]
        plan = scheduling.plan_of(merchant)
        external = [external_account(merchant, bank) for bank in banks[:BANKS_SHOWN]]
    get = a.details.get
    return {
        "id": a.id,
        "object": "account",
        "business_profile": {**NO_PROFILE, **(get("business_profile") or {})},
        "business_type": get("business_type"),
        "capabilities": dict.fromkeys(sorted(get("capabilities") or ()), "active"),
        "charges_enabled": True,
        "country": a.country,
        "created": a.created,
        "default_currency": a.currency,
        "details_submitted": True,
        "email": a.email,
        "external_accounts": {
            "object": "list",
            "data": external,
            "has_more": len(banks) > BANKS_SHOWN,
            "url": f"/v1/accounts/{a.id}/external_accounts",
        },
        "future_requirements": NO_REQUIREMENTS,
        "metadata": a.metadata,
        "payouts_enabled": payable(banks),
        "requirements": NO_REQUIREMENTS,
        "settings": {
            "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
            "card_payments": {"statement_descriptor_prefix": None},
            "dashboard": {"display_name": (get("business_profile") or {}).get("name"), "timezone": "Etc/UTC"},
            "payments": {"statement_descriptor": None, "statement_descriptor_kana": None, "statement_descriptor_kanji": None},
            "payouts": {
                "debit_negative_balances": True,
                "schedule": {"delay_days": get("delay_days", DELAY_DAYS), **scheduling.shown(plan)},
                "statement_descriptor": None,
            },
        },
        "type": a.kind,
    }
