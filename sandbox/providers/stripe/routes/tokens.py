"""`/v1/tokens`: a card or a bank account typed in a browser, named by an id that works once."""

from __future__ import annotations

from typing import Any

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW
from sandbox.providers.base import Op
from sandbox.providers.stripe import legacy_banks, saving
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.ids import new_id
from sandbox.providers.stripe.records import BankAccount, LegacyToken
from sandbox.providers.stripe.routes import bank_input, card_input, find
from sandbox.providers.stripe.validate import Expandable

BOTH = "You may only specify one of these parameters: bank_account, card."


class TokenCreate(Expandable):
    bank_account: bank_input.TokenBank | None = None
    card: card_input.TokenCard | None = None


def create(merchant: Merchant, params: TokenCreate) -> LegacyToken:
    if params.bank_account is not None:
        if params.card is not None:
            raise Refusal(Reason.PARAMS_EXCLUSIVE, code="parameters_exclusive", message=BOTH, param="bank_account")
        return of_bank(merchant, params.bank_account)
    given = params.card
    if given is None:
        raise Refusal(Reason.PARAM_MISSING, param="card")
    card, facts = card_input.typed(merchant, given, lambda key: f"card[{key}]")
    details: dict[str, Any] = {"card": facts, "billing_details": card_input.billed_to(given)}
    if given.currency is not None:
        details["currency"] = given.currency
    token = LegacyToken(
        new_id(merchant, LegacyToken, ""), STRIPE, NEW, merchant.now, card.number or card.name, saving.new_card_id(merchant), details
    )
    return merchant.fire(token, Trigger.CREATE)


def of_bank(merchant: Merchant, given: bank_input.TokenBank) -> LegacyToken:
    known, number = bank_input.typed(merchant, given, lambda key: f"bank_account[{key}]")
    token = LegacyToken(
        new_id(merchant, LegacyToken, "", prefix="btok_"), STRIPE, NEW, merchant.now, number, new_id(merchant, BankAccount, ""),
        {"bank": known}, legacy_banks.BANK,
    )  # fmt: skip
    return merchant.fire(token, Trigger.CREATE)


def retrieve(merchant: Merchant, params: Expandable, token_id: str) -> LegacyToken:
    found: LegacyToken = find.in_path(merchant, find.TOKEN, token_id)
    return found


OPERATIONS = (
    Op("POST", "/v1/tokens", create, TokenCreate, public=create),
    Op("GET", "/v1/tokens/{token}", retrieve, Expandable, public=retrieve),
)
