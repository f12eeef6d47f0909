"""Card data as a request types it: the number is looked at, named as a documented test card, and never kept.

A real account refuses raw numbers unless Stripe has allowed them; the sandbox takes the documented test numbers from
everybody, in payment methods and in the legacy `source` and `card` hashes of a charge alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.providers.stripe import cards, paying
from sandbox.providers.stripe.addresses import BillingDetails
from sandbox.providers.stripe.cards import Card
from sandbox.providers.stripe.validate import Clearable, Currency, Integer, NotYet, Params, Text
from sandbox.providers.stripe.views.charge import NO_ADDRESS, NO_BILLING

Facts = dict[str, Any]
Naming = Callable[[str], str]  # a key of the hash as the parameter's full name


class CardNumber(Params):
    number: Text | None = None
    exp_month: Integer | None = None
    exp_year: Integer | None = None
    cvc: Clearable[Text] = None


class CardData(CardNumber):
    """`card` of a payment method."""

    token: Text | None = None
    networks: NotYet = None


class TokenCard(CardNumber):
    """`card` of a token; `currency` is that of payouts to it."""

    name: Clearable[Text] = None
    address_city: Clearable[Text] = None
    address_country: Clearable[Text] = None
    address_line1: Clearable[Text] = None
    address_line2: Clearable[Text] = None
    address_state: Clearable[Text] = None
    address_zip: Clearable[Text] = None
    currency: Currency | None = None
    networks: NotYet = None


class SourceCard(TokenCard):
    """`source` or `card` of a charge or a customer, as a hash."""

    object: Literal["card"] = "card"
    currency: NotYet = None
    metadata: NotYet = None


def typed(merchant: Merchant, given: CardNumber, full_name: Naming) -> tuple[Card, Facts]:
    """The test card of a typed number and what is kept of it. Raises Refusal as Stripe does, most of them 402."""
    for field in ("number", "exp_month", "exp_year"):
        if getattr(given, field) is None:
            raise Refusal(Reason.PARAM_MISSING, param=full_name(field))
    number, month = given.number or "", given.exp_month or 0
    card = cards.check_number(number)
    year = cards.check_expiry(month, given.exp_year or 0, merchant.now)
    if given.cvc is None:
        return card, paying.card_facts(merchant, card, month, year, cvc=False)
    cards.check_cvc(given.cvc, card.brand)
    return card, paying.card_facts(merchant, card, month, year)


def billed_to(given: TokenCard) -> dict[str, Any]:
    """Whom a typed card belongs to, as billing details."""
    address = {
        "city": given.address_city, "country": given.address_country, "line1": given.address_line1, "line2": given.address_line2,
        "postal_code": given.address_zip, "state": given.address_state,
    }  # fmt: skip
    return {**NO_BILLING, "address": address, "name": given.name}


def billing(given: BillingDetails | None) -> dict[str, Any] | None:
    """Billing details with every key, as all views show them."""
    if given is None:
        return None
    named = given.given()
    address = named.get("address")
    return {**NO_BILLING, **named, "address": {**NO_ADDRESS, **address.given()} if address is not None else NO_ADDRESS}
