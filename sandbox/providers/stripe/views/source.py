"""What a customer is charged by the legacy way: cards, source objects, bank accounts, and the tokens that carry them to the server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.core.ids import token as characters
from sandbox.core.merchant import Merchant
from sandbox.core.records import NOTHING
from sandbox.providers.stripe import cards
from sandbox.providers.stripe.machines import WIRE_STATUS
from sandbox.providers.stripe.records import LegacySource, LegacyToken

NO_OWNER = {"address": None, "email": None, "name": None, "phone": None}
UNVERIFIED = {"verified_address": None, "verified_email": None, "verified_name": None, "verified_phone": None}


def card(
    card_id: str,
    facts: Mapping[str, Any],
    billing: Mapping[str, Any],
    customer_id: str = "",
    metadata: Mapping[str, str] = NOTHING,
    unchecked: bool = False,
) -> dict[str, Any]:
    """A legacy card; `unchecked` while no bank has seen it."""
    address = billing["address"]

    def checked(name: str) -> str:
        said: str = facts.get(name, "pass")
        return "unchecked" if unchecked else said

    return {
        "id": card_id,
        "object": "card",
        "address_city": address["city"],
        "address_country": address["country"],
        "address_line1": address["line1"],
        "address_line1_check": checked("line1_check") if address["line1"] else None,
        "address_line2": address["line2"],
        "address_state": address["state"],
        "address_zip": address["postal_code"],
        "address_zip_check": checked("zip_check") if address["postal_code"] else None,
        "brand": cards.legacy_brand(facts["brand"]),
        "country": facts["country"],
        "customer": customer_id or None,
        "cvc_check": checked("cvc_check") if facts.get("cvc", True) else None,
        "dynamic_last4": None,
        "exp_month": facts["exp_month"],
        "exp_year": facts["exp_year"],
        "fingerprint": facts["fingerprint"],
        "funding": facts["funding"],
        "last4": facts["last4"],
        "metadata": metadata,
        "name": billing["name"],
        "networks": {"preferred": None},
        "regulated_status": "unregulated",
        "tokenization_method": None,
        "wallet": None,
    }


def in_order(shown: dict[str, Any]) -> dict[str, Any]:
    """The keys as the wire has them: `id`, `object`, then the alphabet."""
    first = {"id": shown.pop("id"), "object": shown.pop("object")}
    return {**first, **dict(sorted(shown.items()))}


def bank_account(key: str, known: Mapping[str, Any], status: str = "new") -> dict[str, Any]:
    """A bank account; `known` as `payouts.facts` gives it."""
    get = known["details"].get
    return {
        "id": key,
        "object": "bank_account",
        "account_holder_name": get("account_holder_name"),
        "account_holder_type": get("account_holder_type"),
        "account_type": get("account_type"),
        "bank_name": get("bank_name"),
        "country": known["country"],
        "currency": known["currency"],
        "fingerprint": get("fingerprint"),
        "last4": known["last4"],
        "routing_number": get("routing_number"),
        "status": status,
    }


def client_secret(merchant: Merchant, s: LegacySource) -> str:
    return "src_client_secret_" + characters(24, merchant.settings.get("seed", 0), s.id)


def source(merchant: Merchant, s: LegacySource) -> dict[str, Any]:
    """A card, a bank account, a source object, or the stub that is left of a deleted card or bank account."""
    if s.kind == "bank_account":
        if s.status == "deleted":
            return {"id": s.id, "object": "bank_account", "deleted": True}
        return in_order({**bank_account(s.id, s.details["bank"], s.status), "customer": s.customer_id, "metadata": s.metadata})
    facts, billing = s.details["card"], s.details["billing_details"]
    if s.kind == "card":
        if s.status == "deleted":
            return {"id": s.id, "object": "card", "deleted": True}
        return card(s.id, facts, billing, s.customer_id, s.metadata)
    shown: dict[str, Any] = {
        "id": s.id,
        "object": "source",
        "allow_redisplay": "unspecified",
        "amount": None,
        "card": {
            "address_line1_check": "unchecked" if billing["address"]["line1"] else None,
            "address_zip_check": "unchecked" if billing["address"]["postal_code"] else None,
            "brand": cards.legacy_brand(facts["brand"]),
            "country": facts["country"],
            "cvc_check": "unchecked" if facts.get("cvc", True) else None,
            "dynamic_last4": None,
            "exp_month": facts["exp_month"],
            "exp_year": facts["exp_year"],
            "fingerprint": facts["fingerprint"],
            "funding": facts["funding"],
            "last4": facts["last4"],
            "name": billing["name"],
            "three_d_secure": "optional",
            "tokenization_method": None,
        },
        "client_secret": client_secret(merchant, s),
        "created": s.created,
        "currency": s.details.get("currency"),
    }
    if s.customer_id:
        shown["customer"] = s.customer_id
    shown.update(
        flow="none",
        livemode=False,
        metadata=s.metadata,
        owner={**NO_OWNER, **(s.details.get("owner") or NOTHING), **UNVERIFIED},
        statement_descriptor=s.details.get("statement_descriptor"),
        status=WIRE_STATUS.get(s.status, s.status),
        type="card",
        usage=s.details.get("usage") or "reusable",
    )
    return shown


def token(merchant: Merchant, t: LegacyToken) -> dict[str, Any]:
    if t.kind == "bank_account":
        carried = bank_account(t.card_id, t.details["bank"])
    else:
        carried = card(t.card_id, t.details["card"], t.details["billing_details"], unchecked=True)
    return {
        "id": t.id,
        "object": "token",
        t.kind: carried,
        "client_ip": None,
        "created": t.created,
        "livemode": False,
        "type": t.kind,
        "used": t.status == "used",
    }
