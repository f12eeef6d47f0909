"""Card, token, source and customer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Customer, Instrument
from sandbox.providers.omise.machines import WIRE_STATUS
from sandbox.providers.omise.money import OMISE
from sandbox.providers.omise.records import CardToken, Source
from sandbox.providers.omise.sources import BY_REFERENCE, OFFLINE, REFERENCE_EXPIRES_S
from sandbox.providers.omise.wire import inner_list, iso

ADDRESS = ("street1", "street2", "city", "state", "phone_number", "postal_code")


def card(merchant: Merchant, c: Instrument) -> dict[str, Any]:
    get = c.details.get
    return {
        "object": "card",
        "id": c.id,
        "livemode": False,
        "location": f"/customers/{c.customer_id}/cards/{c.id}" if c.customer_id else None,
        "deleted": c.status == "deleted",
        **{name: get(name) for name in ADDRESS},
        "country": get("country", ""),
        "financing": get("financing", ""),
        "bank": get("bank", ""),
        "brand": get("brand"),
        "fingerprint": get("fingerprint"),
        "first_digits": None,
        "last_digits": get("last_digits"),
        "name": get("name"),
        "expiration_month": get("expiration_month"),
        "expiration_year": get("expiration_year"),
        "security_code_check": get("security_code_check", False),
        "tokenization_method": None,
        "created_at": iso(c.created),
    }


def charge_status(merchant: Merchant, charge_id: str) -> str:
    """What a token or a source says of the charge made with it."""
    charge: Charge | None = merchant.get(OMISE, Charge, charge_id) if charge_id else None
    return "unknown" if charge is None else WIRE_STATUS.get(charge.status, charge.status)


def token(merchant: Merchant, t: CardToken) -> dict[str, Any]:
    return {
        "object": "token",
        "id": t.id,
        "livemode": False,
        "location": t.url,
        "used": t.status == "used",
        "charge_status": charge_status(merchant, t.charge_id),
        "card": {**card(merchant, merchant.get(OMISE, Instrument, t.card_id)), "location": None},
        "created_at": iso(t.created),
    }


def customer(merchant: Merchant, c: Customer) -> dict[str, Any]:
    here = f"/customers/{c.id}"
    cards = [card(merchant, one) for one in cards_of(merchant, c.id)]
    return {
        "object": "customer",
        "id": c.id,
        "livemode": False,
        "location": here,
        "deleted": c.status == "deleted",
        "metadata": c.metadata,
        "cards": inner_list(cards, merchant.now, here + "/cards"),
        "default_card": c.details.get("default_card"),
        "linked_accounts": inner_list([], merchant.now, here + "/linked_accounts"),
        "description": c.description,
        "email": c.email,
        "created_at": iso(c.created),
    }


def cards_of(merchant: Merchant, customer_id: str) -> list[Instrument]:
    """A customer's cards that were not removed, oldest first."""
    found: list[Instrument] = merchant.store.shelf(OMISE, Instrument).of("customer_id", customer_id)
    return [one for one in found if one.status == "attached"]


# Fields of a source in the order of the real answers: name, and what it is while nobody said anything.
SOURCE_FIELDS: Mapping[str, Any] = {
    "name": None, "mobile_number": None, "phone_number": None, "platform_type": None, "scannable_code": None, "qr_settings": None,
    "billing": None, "shipping": None, "items": [], "references": None, "provider_references": None, "store_id": None,
    "store_name": None, "terminal_id": None,
}  # fmt: skip


def how_to_pay(merchant: Merchant, s: Source) -> dict[str, Any]:
    """What the payer of an offline source is shown: a reference to pay by, or a code to scan."""
    if s.details.get("flow") != OFFLINE:
        return {}
    if s.kind.startswith(BY_REFERENCE):
        charge: Charge = merchant.get(OMISE, Charge, s.charge_id)
        return {"references": {"expires_at": iso(charge.created + REFERENCE_EXPIRES_S)}}
    return {"scannable_code": s.details.get("scannable_code")}


def source(merchant: Merchant, s: Source) -> dict[str, Any]:
    get = s.details.get
    return {
        "object": "source",
        "id": s.id,
        "livemode": False,
        "location": f"/sources/{s.id}",
        "amount": s.amount,
        "barcode": get("barcode"),
        "bank": get("bank"),
        "created_at": iso(s.created),
        "currency": s.currency.upper(),
        "email": get("email"),
        "flow": get("flow"),
        "installment_term": get("installment_term"),
        "ip": get("ip"),
        "absorption_type": get("absorption_type"),
        **{name: get(name, usual) for name, usual in SOURCE_FIELDS.items()},
        "scannable_code": None,  # nobody can pay what is not charged
        **(how_to_pay(merchant, s) if s.charge_id else {}),
        "type": s.kind,
        "zero_interest_installments": get("zero_interest_installments"),
        "charge_status": charge_status(merchant, s.charge_id),
        "receipt_amount": None,
        "discounts": [],
        "promotion_code": get("promotion_code"),
    }
