"""How cards are kept the legacy way: tokens spent, cards and sources saved with a customer, one of them the default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Charge, Customer, Instrument
from sandbox.providers.stripe import cards, paying
from sandbox.providers.stripe.cards import Card
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.ids import new_id
from sandbox.providers.stripe.records import LegacySource, LegacyToken
from sandbox.providers.stripe.views.charge import NO_BILLING

USED = "You cannot use a Stripe token more than once: {}."
NO_CARD = "The token {} carries a bank account, which cannot be used here: save it with a customer, or pay out to it."
CONSUMED = "The source you provided is not in a chargeable state: {}."
# What no source confirms, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("the first card or source of a customer becomes the default: customer.source.created, then customer.updated", "order"),
    ("`source` of a customer's update replaces the default card: customer.source.created and .deleted, then customer.updated", "order"),
    ("deleting the default source makes the oldest one left the default", "which one"),
    ("deleting a customer sends customer.source.deleted for each of hers", "behaviour"),
    ("a card source charged without its customer is consumed", "documented for single-use sources"),
    ("legacy cards are not listed among payment methods, and a payment intent does not take them", "the sandbox's own"),
)


class Carried(NamedTuple):
    """A card on its way into a record: the test card that it is, and what is kept of it."""

    card: Card
    facts: Mapping[str, Any]
    billing: Mapping[str, Any]
    card_id: str
    currency: str = ""  # what payouts to it are in, where its token says so


def new_card_id(merchant: Merchant) -> str:
    return new_id(merchant, Charge, "", prefix="card_")


def spend_token(merchant: Merchant, key: str, param: str) -> Carried:
    """What a token carries: a magic `tok_NAME` any number of times, any other once.

    Raises:
        Refusal: REFERENCE_NOT_FOUND; PARAM_INVALID with `token_already_used`; NOT_EMULATED.
    """
    card = cards.by_token(key)
    if card is not None:
        cards.require_emulated(card)
        return Carried(card, paying.card_facts(merchant, card), NO_BILLING, new_card_id(merchant))
    token = spent(merchant, key, param)
    if token.kind != "card":
        raise Refusal(Reason.PARAM_INVALID, param=param, message=NO_CARD.format(key))
    facts, billing, currency = token.details["card"], token.details["billing_details"], token.details.get("currency", "")
    return Carried(paying.card_named(token.card), facts, billing, token.card_id, currency)


def spent(merchant: Merchant, key: str, param: str) -> LegacyToken:
    """The token was used for the first and last time. Raises Refusal REFERENCE_NOT_FOUND, PARAM_INVALID."""
    token: LegacyToken | None = merchant.get(STRIPE, LegacyToken, key)
    if token is None:
        raise Refusal(Reason.REFERENCE_NOT_FOUND, kind="token", id=key, param=param)
    if token.status == "used":
        raise Refusal(Reason.PARAM_INVALID, code="token_already_used", param=param, message=USED.format(key))
    return merchant.fire(token, Trigger.SPEND)


def check_attachable(card: Card) -> None:
    """A card that always declines is declined where it would be saved, with a 402."""
    if card.decline is not None and not card.attachable:
        raise paying.declined_before(card.decline)


def save(merchant: Merchant, customer_id: str, carried: Carried, metadata: Mapping[str, str]) -> LegacySource:
    """The card is the customer's."""
    check_attachable(carried.card)
    card = LegacySource(
        carried.card_id, STRIPE, NEW, merchant.now, "card", customer_id, carried.card.number or carried.card.name, metadata,
        {"card": carried.facts, "billing_details": carried.billing},
    )  # fmt: skip
    return merchant.fire(card, Trigger.ATTACH)


def save_source(merchant: Merchant, customer_id: str, source: LegacySource, param: str) -> LegacySource:
    """The source object is the customer's."""
    if source.status != "chargeable":
        raise Refusal(Reason.PARAM_INVALID, param=param, message=CONSUMED.format(source.id))
    check_attachable(paying.card_named(source.card))
    return merchant.fire(source, Trigger.ATTACH, customer_id=customer_id)


def saved(merchant: Merchant, customer_id: str) -> list[LegacySource]:
    """The customer's cards and sources, oldest first."""
    return merchant.store.shelf(STRIPE, LegacySource).of("customer_id", customer_id)


def default(merchant: Merchant, customer: Customer) -> LegacySource | None:
    found: LegacySource | None = merchant.get(STRIPE, LegacySource, customer.details.get("default_source") or "")
    return found


def prefer(merchant: Merchant, customer: Customer, source_id: str | None) -> Customer:
    """The customer is charged that way from now on, where a charge names no other."""
    return merchant.fire(customer, Trigger.UPDATE, details={**customer.details, "default_source": source_id})


def remove(merchant: Merchant, source: LegacySource) -> LegacySource:
    """Nobody's any more: a card is gone, a source object is consumed."""
    return merchant.fire(source, Trigger.DETACH, customer_id="")


def forget_customer(merchant: Merchant, customer: Customer) -> Customer:
    """The stub that is left; her payment methods and sources are of no more use."""
    for method in list(merchant.store.shelf(STRIPE, Instrument).of("customer_id", customer.id)):
        merchant.fire(method, Trigger.DETACH, customer_id="")
    for source in list(saved(merchant, customer.id)):
        remove(merchant, source)
    return merchant.fire(customer, Trigger.DELETE)
