"""`/v1/tokens`: a card typed in a browser, named by an id that works once."""

from __future__ import annotations

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW
from sandbox.providers.base import Op
from sandbox.providers.stripe import saving
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.ids import new_id
from sandbox.providers.stripe.records import LegacyToken
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.routes.card_input import TokenCard, billed_to, typed
from sandbox.providers.stripe.validate import Expandable


class TokenCreate(Expandable):
    card: TokenCard | None = None


def create(merchant: Merchant, params: TokenCreate) -> LegacyToken:
    given = params.card
    if given is None:
        raise Refusal(Reason.PARAM_MISSING, param="card")
    card, facts = typed(merchant, given, lambda key: f"card[{key}]")
    token = LegacyToken(
        new_id(merchant, LegacyToken, ""), STRIPE, NEW, merchant.now, card.number or card.name, saving.new_card_id(merchant),
        {"card": facts, "billing_details": billed_to(given)},
    )  # fmt: skip
    return merchant.fire(token, Trigger.CREATE)


def retrieve(merchant: Merchant, params: Expandable, token_id: str) -> LegacyToken:
    found: LegacyToken = find.in_path(merchant, find.TOKEN, token_id)
    return found


OPERATIONS = (
    Op("POST", "/v1/tokens", create, TokenCreate, public=create),
    Op("GET", "/v1/tokens/{token}", retrieve, Expandable, public=retrieve),
)
