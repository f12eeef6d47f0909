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
from sandbox.providers.stripe.views.charge import NO_ADDRESS

NO_OWNER = {"address": None, "email": None, "name": None, "phone": None}
UNVERIFIED = {"verified_address": None, "verified_email": None, "verified_name": None, "verified_phone": None}


# What is the same of nearly every card, all keys in their order; see `views.charge.CHARGE`.
CARD: Mapping[str, Any] = {
    "id": None,
    "object": "card",
    "address_city": None,
    "address_country": None,
    "address_line1": None,
    "address_line1_check": None,
    "address_line2": None,
    "address_state": None,
    "address_zip": None,
    "address_zip_check": None,
    "brand": None,
    "country": None,
    "customer": None,
    "cvc_check": None,
    "dynamic_last4": None,
    "exp_month": None,
    "exp_year": None,
    "fingerprint": None,
    "funding": None,
    "last4": None,
    "metadata": None,
    "name": None,
    "networks": {"preferred": None},
    "regulated_status": "unregulated",
    "tokenization_method": None,
    "wallet": None,
}
CARD_FACTS = ("country", "exp_month", "exp_year", "fingerprint", "funding", "last4")
ADDRESS = (("city", "city"), ("country", "country"), ("line1", "line1"), ("line2", "line2"), ("state", "state"), ("zip", "postal_code"))


def card(
    card_id: str,
    facts: Mapping[str, Any],
    billing: Mapping[str, Any],
    customer_id: str = "",
    metadata: Mapping[str, str] = NOTHING,
    unchecked: bool = False,
) -> dict[str, Any]:
    """A legacy card; `unchecked` while no bank has seen it."""

    def checked(name: str) -> str:
        said: str = facts.get(name, "pass")
        return "unchecked" if unchecked else said

    shown = {**CARD}
    shown["id"] = card_id
    address = billing["address"]
    if address is not NO_ADDRESS:
        for name, key in ADDRESS:
            shown[f"address_{name}"] = address[key]
        shown["address_line1_check"] = checked("line1_check") if address["line1"] else None
        shown["address_zip_check"] = checked("zip_check") if address["postal_code"] else None
    for name in CARD_FACTS:
        shown[name] = facts[name]
    shown["brand"] = cards.legacy_brand(facts["brand"])
    shown["customer"] = customer_id or None
    shown["cvc_check"] = checked("cvc_check") if facts.get("cvc", True) else None
    shown["metadata"] = metadata
    shown["name"] = billing["name"]
    return shown


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
