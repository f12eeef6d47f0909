"""`/customers` and their cards."""

from __future__ import annotations

from typing import Any

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Customer, Instrument
from sandbox.providers.base import Op
from sandbox.providers.omise.money import OMISE
from sandbox.providers.omise.params import BAD, Given, refuse
from sandbox.providers.omise.records import CardToken
from sandbox.providers.omise.routes import find, tokens
from sandbox.providers.omise.views.cards import cards_of
from sandbox.providers.omise.wire import Page


def active(merchant: Merchant, customer_id: str) -> Customer:
    """A customer that was not deleted. Raises Refusal not_found."""
    customer: Customer = find.one(merchant, Customer, customer_id)
    if customer.status == "deleted":
        raise Refusal(Reason.NOT_FOUND, kind="customer", id=customer_id)
    return customer


def card_to_charge(merchant: Merchant, customer: Customer, card_id: str | None) -> Instrument:
    """The named card of the customer, or the default one. Raises Refusal not_found, missing_card."""
    wanted = card_id or customer.details.get("default_card")
    if wanted is None:
        raise refuse("missing_card", "request contains no card parameters")
    return card_of(merchant, customer, wanted)


def card_of(merchant: Merchant, customer: Customer, card_id: str) -> Instrument:
    card: Instrument | None = merchant.get(OMISE, Instrument, card_id)
    if card is None or card.customer_id != customer.id or card.status != "attached":
        raise Refusal(Reason.NOT_FOUND, kind="card", id=card_id)
    return card


def attach(merchant: Merchant, customer_id: str, token: CardToken) -> Instrument:
    """The token's card is the customer's."""
    merchant.fire(token, Trigger.SPEND)
    card: Instrument = merchant.get(OMISE, Instrument, token.card_id)
    return merchant.fire(card, Trigger.ATTACH, customer_id=customer_id)


def create(merchant: Merchant, given: Given) -> Customer:
    metadata = given.metadata() or {}
    find.no_linked_account(given)
    customer_id = merchant.new_id(OMISE, Customer)
    details: dict[str, Any] = {}
    token_id = given.text("card")
    if token_id is not None:
        details["default_card"] = attach(merchant, customer_id, tokens.unused(merchant, token_id)).id
    draft = Customer(
        customer_id, OMISE, NEW, merchant.now, given.text("email"), description=given.text("description"), metadata=metadata,
        details=details,
    )  # fmt: skip
    return merchant.fire(draft, Trigger.CREATE)


def index(merchant: Merchant, given: Given) -> Page:
    rows = [customer for customer in find.all_of(merchant, Customer) if customer.status != "deleted"]
    return find.page(merchant, given, rows, "/customers")


def retrieve(merchant: Merchant, given: Given, customer_id: str) -> Customer:
    """A deleted one, too, which says so."""
    found: Customer = find.one(merchant, Customer, customer_id)
    return found


def update(merchant: Merchant, given: Given, customer_id: str) -> Customer:
    """A card is added and does not become the default one, unless it is the first."""
    customer = active(merchant, customer_id)
    find.no_linked_account(given)
    facts: dict[str, Any] = {name: given.text(name) for name in ("email", "description") if given.has(name)}
    metadata = given.metadata()
    if metadata is not None:
        facts["metadata"] = metadata
    details = dict(customer.details)
    token_id, default = given.text("card"), given.text("default_card")
    if token_id is not None:
        card = attach(merchant, customer.id, tokens.unused(merchant, token_id))
        details.setdefault("default_card", card.id)
    if default is not None:
        details["default_card"] = card_of(merchant, customer, default).id
    return merchant.fire(customer, Trigger.UPDATE if token_id is None else Trigger.ATTACH, details=details, **facts)


def delete(merchant: Merchant, given: Given, customer_id: str) -> Customer:
    return merchant.fire(active(merchant, customer_id), Trigger.DELETE)


# Cards


def cards(merchant: Merchant, given: Given, customer_id: str) -> Page:
    customer: Customer = find.one(merchant, Customer, customer_id)
    return find.page(merchant, given, cards_of(merchant, customer.id), f"/customers/{customer.id}/cards")


def card(merchant: Merchant, given: Given, customer_id: str, card_id: str) -> Instrument:
    return card_of(merchant, find.one(merchant, Customer, customer_id), card_id)


def update_card(merchant: Merchant, given: Given, customer_id: str, card_id: str) -> Instrument:
    """Raises Refusal invalid_card."""
    kept = card_of(merchant, active(merchant, customer_id), card_id)
    details = dict(kept.details)
    details.update({name: given.text(name) for name in ("name", "city", "postal_code") if given.has(name)})
    for name, low, high in (("expiration_month", 1, 12), ("expiration_year", 2000, 2200)):
        value = given.whole(name)
        if value is None:
            continue
        if value is BAD or not isinstance(value, int) or not low <= value <= high:
            raise refuse("invalid_card", MONTH if high == 12 else YEAR)
        details[name] = value
    return merchant.fire(kept, Trigger.UPDATE, details=details)


MONTH, YEAR = "expiration month is not between 1 and 12", "expiration year is invalid"


def delete_card(merchant: Merchant, given: Given, customer_id: str, card_id: str) -> Instrument:
    """The customer's default card is then the latest of those that are left."""
    customer = active(merchant, customer_id)
    gone = merchant.fire(card_of(merchant, customer, card_id), Trigger.DELETE)
    details = dict(customer.details)
    if details.get("default_card") == gone.id:
        left = cards_of(merchant, customer.id)
        details["default_card"] = left[-1].id if left else None
    merchant.fire(customer, Trigger.DETACH, details={name: value for name, value in details.items() if value is not None})
    return gone


OPERATIONS = (
    Op("POST", "/customers", create),
    Op("GET", "/customers", index),
    Op("GET", "/customers/{customer}", retrieve),
    Op("PATCH", "/customers/{customer}", update),
    Op("DELETE", "/customers/{customer}", delete),
    Op("GET", "/customers/{customer}/cards", cards),
    Op("GET", "/customers/{customer}/cards/{card}", card),
    Op("PATCH", "/customers/{customer}/cards/{card}", update_card),
    Op("DELETE", "/customers/{customer}/cards/{card}", delete_card),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("PATCH replaces metadata as a whole", "behaviour"),
    ("a deleted customer can be read, with deleted true, and lists hide it", "behaviour"),
    ("when the default card is removed the latest of the others takes its place", "behaviour"),
    ("a card that cannot be charged is attached to a customer without complaint", "behaviour"),
)
