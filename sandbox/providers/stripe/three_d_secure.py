"""Which cards ask their holder to authenticate, when, and what a charge says of it afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sandbox.core.ids import token
from sandbox.providers.stripe.cards import Card

VERSION = "2.2.0"
HEXADECIMAL = "0123456789abcdef"
CHALLENGE = "challenge"


class Way(NamedTuple):
    """How a card takes part in 3D Secure."""

    present: bool = False  # it must be authenticated while its holder is there
    absent: bool = False  # and while not
    excused: bool = False  # but not then if it was set up for that
    wished: str = "attempt_acknowledged"  # what comes of it if only the merchant asks: a challenge, or this result
    always: str = ""  # this result, whoever asks


WAYS: Mapping[str, Way] = {
    "": Way(),  # supported, its holder not enrolled
    "unsupported": Way(wished="not_supported"),
    "optional": Way(wished=CHALLENGE),
    "optional_broken": Way(wished="processing_error"),
    "frictionless": Way(wished="authenticated"),
    "required": Way(present=True, absent=True, wished=CHALLENGE),
    "unless_set_up": Way(present=True, absent=True, excused=True, wished=CHALLENGE),
    "set_up": Way(present=True, wished=CHALLENGE),
    "broken": Way(always="processing_error"),
}
# The network's code of how sure it is; 07 means not at all.
INDICATORS: Mapping[str, Mapping[str, str]] = {
    "mastercard": {"authenticated": "02", "attempt_acknowledged": "01"},
    "": {"authenticated": "05", "attempt_acknowledged": "06"},
}
REASONS: Mapping[str, str] = {
    "attempt_acknowledged": "card_not_enrolled", "not_supported": "network_not_supported", "processing_error": "protocol_error",
}  # fmt: skip
FAILED = {
    "code": "payment_intent_authentication_failure",
    "doc_url": "https://stripe.com/docs/error-codes/payment-intent-authentication-failure",
    "message": "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to "
    "attempt to fulfill this PaymentIntent again.",
    "type": "invalid_request_error",
}


def demanded(card: Card, wish: str, absent: bool, set_up: bool) -> bool:
    """Whether the holder has to authenticate before the card may be charged.

    Args:
        wish: the merchant's `request_three_d_secure`: automatic, any or challenge.
        absent: the payment is made off session.
        set_up: the payment method was set up for payments off session.
    """
    way = WAYS[card.three_d_secure]
    if absent:
        return way.absent and not (way.excused and set_up)
    return way.present or (wish != "automatic" and way.wished == CHALLENGE)


def demanded_to_set_up(card: Card, wish: str) -> bool:
    """Whether the holder has to authenticate before the card is ready for payments without them; not if it is ready already."""
    way = WAYS[card.three_d_secure]
    return way.absent or (wish != "automatic" and way.wished == CHALLENGE)


def unasked(card: Card, wish: str) -> str:
    """The result where nobody had to authenticate; empty if 3D Secure took no part."""
    way = WAYS[card.three_d_secure]
    return way.always or (way.wished if wish != "automatic" and way.wished != CHALLENGE else "")


def told(card: Card, key: str, result: str, flow: str) -> dict[str, Any]:
    """`payment_method_details.card.three_d_secure` of a charge; `key` is the payment's id."""
    drawn = token(32, "three_d_secure", key, alphabet=HEXADECIMAL)
    return {
        "authentication_flow": flow if result == "authenticated" else None,
        "electronic_commerce_indicator": INDICATORS.get(card.brand, INDICATORS[""]).get(result, "07"),
        "exemption_indicator": None,
        "result": result,
        "result_reason": REASONS.get(result),
        "transaction_id": "-".join((drawn[:8], drawn[8:12], drawn[12:16], drawn[16:20], drawn[20:])),
        "version": VERSION,
    }


# How the rules above are known, for the fidelity page.
VALIDATED: tuple[tuple[str, str], ...] = (
    ("off session a card that needs 3D Secure answers 402 authentication_required and makes no charge", "recorded answers"),
)
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("a payment waits in requires_action: with return_url for a redirect, without for use_stripe_sdk", "docs: 3D Secure"),
    ("a card that needs 3D Secure unless set up needs it on session always", "docs: Testing"),
    ("a failed authentication is payment_intent_authentication_failure; the payment wants another payment method", "API reference"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("error_on_requires_action answers authentication_required and sends payment_intent.payment_failed", "the event"),
    ("a failed authentication sends payment_intent.payment_failed and no charge event", "that there is nothing else"),
    ("request_three_d_secure=any or challenge on a card that is not enrolled is attempt_acknowledged", "result and reason"),
    ("a legacy charge of a card that needs 3D Secure fails with authentication_required", "code of the charge"),
    ("the browser comes back with payment_intent, payment_intent_client_secret and redirect_status", "redirect_status on cards"),
    ("use_stripe_sdk names the sandbox's own page, which no Stripe.js can show", "the sandbox's own"),
)
