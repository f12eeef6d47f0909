"""`/stripe/three_d_secure/{merchant}/{payment}`: the page where a cardholder authenticates, or fails to. It needs no key.

At Stripe the bank's page stands on another host; here it is the sandbox's own, under a path that Stripe does not have.
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlencode

from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.core.money import format_amount
from sandbox.providers.base import Op, Reply
from sandbox.providers.pages import away, choice, page
from sandbox.providers.stripe import deposits
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.records import PaymentIntent, SetupIntent
from sandbox.providers.stripe.routes import microdeposits, setups
from sandbox.providers.stripe.routes.intent_confirm import authenticated
from sandbox.providers.stripe.validate import Params
from sandbox.providers.stripe.views.intent import client_secret

PATH = "/stripe/three_d_secure/{merchant}/{payment}"
GUEST = re.compile(r"/stripe/(?:three_d_secure|account_links)/([A-Za-z0-9_]{1,64})/[A-Za-z0-9_]+")
BUTTONS = choice("Complete authentication", "Fail authentication")
TELLING = choice("Tell the code SM11AA", "Tell wrong codes until no attempt is left")
REDIRECT_STATUS = {"succeeded": "succeeded", "processing": "pending", "requires_capture": "succeeded", "requires_confirmation": "succeeded"}


def guest(path: str) -> str:
    """The merchant that the page's path names; empty for any other path."""
    found = GUEST.fullmatch(path)
    return found[1] if found is not None else ""


class Visit(Params):
    pass


class Answered(Params):
    outcome: Literal["pass", "fail"]


def behind(merchant: Merchant, payment_id: str) -> PaymentIntent | SetupIntent:
    intent: PaymentIntent | SetupIntent | None = merchant.get(STRIPE, PaymentIntent, payment_id)
    intent = intent or merchant.get(STRIPE, SetupIntent, payment_id)
    if intent is None:
        raise Refusal(Reason.NOT_FOUND, kind="payment_intent", id=payment_id[:100], param="payment")
    return intent


def show(merchant: Merchant, params: Visit, name: str, payment_id: str) -> Reply:
    intent = behind(merchant, payment_id)
    what = called(intent)
    if intent.status != "requires_action":
        return page("Nothing to do", f"The {what} ({intent.id}) waits for nobody: it is {intent.status}.")
    if deposits.awaited(intent):
        return page("Bank account", f"Test {what}: what was deposited in the account?", TELLING)
    return page("3D Secure", f"Test {what}: does the cardholder authenticate?", BUTTONS)


def called(intent: PaymentIntent | SetupIntent) -> str:
    if isinstance(intent, SetupIntent) and deposits.awaited(intent):
        return "setup of a bank account"
    return "setup of a card" if isinstance(intent, SetupIntent) else f"payment of {format_amount(intent.amount, intent.currency)}"


def decide(merchant: Merchant, params: Answered, name: str, payment_id: str) -> Reply:
    """The cardholder has answered, and goes back to the shop if it said where that is."""
    intent = behind(merchant, payment_id)
    if intent.status == "requires_action":  # a second click finds it decided and only goes back
        passed = params.outcome == "pass"
        if deposits.awaited(intent):
            intent = microdeposits.told(merchant, intent, passed)
        elif isinstance(intent, SetupIntent):
            intent = setups.authenticated(merchant, intent, passed)
        else:
            intent = authenticated(merchant, intent, passed)
    back = intent.details.get("return_url")
    if not back:
        return page("Done", f"{intent.id} is {intent.status}. You may close this page.")
    noun = "setup_intent" if isinstance(intent, SetupIntent) else "payment_intent"
    query = urlencode({
        noun: intent.id,
        f"{noun}_client_secret": client_secret(merchant, intent),
        "redirect_status": REDIRECT_STATUS.get(intent.status, "failed"),
    })  # fmt: skip
    return away(back, query)


OPERATIONS = (
    Op("GET", PATH, show, Visit, public=show),
    Op("POST", PATH, decide, Answered, public=decide),
)
