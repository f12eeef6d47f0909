"""How a card is charged at Stripe, whether a charge or a payment intent asks, and what a test card brings with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Charge, Instrument, Refund
from sandbox.providers.stripe import cards, disputing, enhanced, reviewing, screening, sharing
from sandbox.providers.stripe.cards import Card, Decline
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.ids import new_id

EXPIRY = (12, 2034)  # month and year of the cards behind pm_card_… and tok_…


def card_facts(merchant: Merchant, card: Card, month: int = EXPIRY[0], year: int = EXPIRY[1], **checks: Any) -> dict[str, Any]:
    """What is kept of a card: never its number."""
    return {
        "brand": card.brand,
        "country": card.country,
        "exp_month": month,
        "exp_year": year,
        "fingerprint": cards.fingerprint(card.number or card.name, str(merchant.settings.get("seed", 0))),
        "funding": card.funding,
        "last4": card.last4,
        **card.fails,
        **checks,
    }


def instrument(
    merchant: Merchant, card: Card, facts: Mapping[str, Any], billing: Mapping[str, Any] | None = None, **fields: Any
) -> Instrument:
    """A payment method that nobody owns yet."""
    details: dict[str, Any] = {"card": facts, **fields.pop("details", {})}
    if billing:
        details["billing_details"] = billing
    made = Instrument(
        merchant.new_id(STRIPE, Instrument), STRIPE, NEW, merchant.now, "card", card=card.number or card.name, details=details, **fields
    )
    return merchant.fire(made, Trigger.CREATE)


def card_named(reference: str) -> Card:
    """The documented test card that a record remembers by number, or by name where it has none."""
    card = cards.by_number(reference) or cards.by_payment_method(f"pm_card_{reference}") or cards.by_token(f"tok_{reference}")
    assert card is not None, f"no documented card is called {reference}"
    return card


def charge_card(
    merchant: Merchant, card: Card, draft: Charge, capture: bool, asynchronous: bool = False, decline: Decline | None = None
) -> Charge:
    """The card is charged: declined, authorized or captured. `draft` names everything but the outcome.

    Args:
        decline: what stands in the way of this very charge, whatever the card.

    A declined charge is kept, because the cardholder and the dashboard see it; the caller answers with its error.
    """
    decline = decline or card.decline or screening.blocked(merchant, draft)
    if decline is not None:
        return merchant.fire(
            draft, Trigger.DECLINE,
            details={
                **draft.details,
                "failure_code": decline.code,
                "failure_message": decline.message,
                "outcome": cards.refused_outcome(decline, card.risk),
            },
        )  # fmt: skip
    if card.risk == "elevated":
        draft = reviewing.watched(merchant, draft._replace(details={**draft.details, "outcome": cards.IN_REVIEW}))
    charge = taken(merchant, draft, capture, asynchronous)
    if card.risk == "elevated":
        reviewing.open_review(merchant, charge)
    return charge


def taken(merchant: Merchant, draft: Charge, capture: bool, asynchronous: bool) -> Charge:
    """The card said yes: the charge is authorized or captured."""
    if not capture:
        before = merchant.now + merchant.dialects[STRIPE].timing(merchant, "authorization")
        charge = merchant.fire(draft, Trigger.AUTHORIZE, details={**draft.details, "capture_before": before})
        if not charge.parent_id:  # an intent arms its own
            merchant.arm(charge, "authorization_expires", Trigger.EXPIRE, before)
        return charge
    later = asynchronous and merchant.dialects[STRIPE].timing(merchant, "charge_clears") > 0
    charge = merchant.fire(
        draft, Trigger.APPROVE if later else Trigger.CAPTURE, captured=draft.amount, details=sharing.foreseen(merchant, draft.details)
    )
    sharing.share(merchant, charge)
    return charge


DEBIT_DISPUTED = "debit_not_authorized"  # the reason that a test account's holder gives
RUN_OUT = "expired_uncaptured_charge"
UNFOLDING = ("dispute", "inquiry", "two_disputes", "fraud_warning")


def card_effects(merchant: Merchant, card: Card, charge: Charge) -> None:
    """What the test card brings once its money was captured comes at once, or as late as the profile says."""
    if charge.captured and card.after == "funds_available":
        merchant.emit("balance.available", charge)  # its money was never pending
    if charge.captured == 0 or card.after not in UNFOLDING:
        return
    wait = merchant.dialects[STRIPE].timing(merchant, "card_effect")
    if wait:
        merchant.arm(charge, "card_effect", Trigger.UNFOLD, merchant.now + wait)
    else:
        effects_now(merchant, charge)


def effects_now(merchant: Merchant, charge: Charge) -> None:
    """The captured charge is disputed, twice, inquired about or warned of, as its test card is documented to.

    One that was never captured and is given back now leaves the queue of reviews.

    What was refunded meanwhile cannot be disputed any more.
    """
    if charge.status == "released":
        reviewing.close_unsettled(merchant, charge)
        if merchant.now >= charge.details.get("capture_before", merchant.now + 1):
            run_out(merchant, charge)
        return
    left = disputing.disputable(merchant, charge)
    if "debit" in charge.details:
        if left:
            disputing.open_dispute(merchant, charge, left, DEBIT_DISPUTED)
        return
    card = card_named(charge.details["test_card"])
    if card.after == "fraud_warning":
        disputing.warn(merchant, charge, card.reason or "made_with_stolen_card")
    elif card.after == "two_disputes":
        first = (left + 1) // 2
        for amount in (first, left - first):
            if amount:
                disputing.open_dispute(merchant, charge, amount, card.reason, network_code=card.network_code)
    elif left:
        kind = case_of(merchant, card)
        disputing.open_dispute(merchant, charge, left, card.reason, kind, card.network_code, eligible=card.eligible)


def run_out(merchant: Merchant, charge: Charge) -> Refund:
    """Nobody captured the charge in time: Stripe has given it back, which is a refund without an event of its own."""
    details = {"customer": charge.customer_id or None, "payment_method": charge.instrument_id or None}
    return merchant.put(
        Refund(
            new_id(merchant, Refund, charge.id), STRIPE, "released", merchant.now, charge.amount, charge.currency, charge.id,
            charge.parent_id, RUN_OUT, details=details,
        )
    )  # fmt: skip


def case_of(merchant: Merchant, card: Card) -> str:
    """What the card's dispute comes as: a prevented one only to a merchant who is enrolled in what prevents it."""
    if card.after == "inquiry":
        return "inquiry"
    if card.prevention:
        return disputing.PREVENTS[card.prevention] if card.prevention in disputing.enrolled(merchant) else "chargeback"
    return "compliance" if card.eligible in enhanced.COMPLIANCE else "chargeback"


def decline_error(charge: Charge) -> dict[str, Any]:
    """The keys of a 402's `error` that come from the declined charge."""
    decline = card_named(charge.details["test_card"]).decline
    if charge.details["failure_code"] == cards.AUTHENTICATION.code:
        decline = cards.AUTHENTICATION
    decline = screening.RULES.get(charge.details["outcome"].get("rule", ""), decline)
    assert decline is not None, f"charge {charge.id} failed with a card that never declines"
    return {"charge": charge.id, "type": "card_error", **said(decline)}


def said(decline: Decline) -> dict[str, Any]:
    """A decline in an `error`; what has no value is left out."""
    error = {
        "advice_code": decline.advice_code,
        "code": decline.code,
        "decline_code": decline.decline_code,
        "doc_url": "https://stripe.com/docs/error-codes/" + decline.code.replace("_", "-"),
        "message": decline.message,
        "network_decline_code": decline.network_decline_code,
        "param": decline.param,
    }
    return {name: value for name, value in error.items() if value is not None}


def declined_before(decline: Decline) -> Refusal:
    """The card is declined before there is a charge: when it is to be attached to a customer."""
    return Refusal(Reason.PARAM_INVALID, status=402, type="card_error", code=decline.code, message=decline.message, more=said(decline))
