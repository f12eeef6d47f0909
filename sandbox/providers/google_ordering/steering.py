"""Ordering's part of the control API: partners are registered, carts sent, orders submitted and looked at."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from sandbox.core.endpoints import PARTNER, add_partner
from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.core.records import Endpoint
from sandbox.providers.base import Asked, Steer, Waits
from sandbox.providers.google import invalid
from sandbox.providers.google_ordering import assumed, flow, signing, views
from sandbox.providers.google_ordering.assumed import ORDERING, setting
from sandbox.providers.google_ordering.deciding import order_named
from sandbox.providers.google_ordering.machines import ASKED, SUBMITTING
from sandbox.providers.google_ordering.played import RestaurantAnswers
from sandbox.providers.google_ordering.records import Checkout, Order, Partner
from sandbox.providers.steering import Body

ROOT = "/_sandbox/google/ordering"
WORD_MAX = 200


class RegisterPartner(Body):
    project_id: str = Field(min_length=1, max_length=WORD_MAX, description="The audience of the JWT that calls are signed with")
    webhook_url: str = Field(
        min_length=1, max_length=5_000, description='Where checkout and submit are asked; "sandbox:partner" is a built-in restaurant'
    )
    jwt: bool = Field(True, description="Whether calls carry a signed JWT")
    sandbox: bool = Field(True, description="The isInSandbox of its orders; updates have to say the same")
    answers: RestaurantAnswers | None = Field(None, description="What the built-in restaurant answers")


class AskCheckout(Body):
    partner: str = Field(max_length=WORD_MAX, description="A partner's id")
    cart: dict[str, Any] = Field(description="Google's Cart: lineItems with id, name, quantity and the line's price")


class SubmitOrder(Body):
    card: Literal["ok", "declined"] = Field("ok", description="How the buyer's card does")


class PartnerShown(TypedDict):
    id: str
    access_token: str
    project_id: str
    webhook_url: str
    jwt: bool
    sandbox: bool
    created: int


class FindingShown(TypedDict):
    code: str
    path: str
    message: str


class CheckoutShown(TypedDict):
    id: str
    partner: str
    status: Literal["asked", "ready", "failed", "submitted"]
    created: int
    findings: list[FindingShown]
    proposed_order: dict[str, Any] | None
    total: int | None
    currency: str
    processor: str | None
    order: str | None


class DecisionShown(TypedDict):
    rule: str
    outcome: Literal["applied", "no_change", "ignored", "rejected"]
    refund: int
    at: int
    state: str | None
    total: int | None
    message: str | None
    warnings: list[str]
    notified: bool


class OrderShown(TypedDict):
    id: str
    partner: str
    checkout: str
    created: int
    action_order_id: str | None
    google_order_id: str
    user_visible_order_id: str | None
    state: str
    sandbox: bool
    processor: str | None
    currency: str
    total: int
    captured: int
    refunded: int
    net: int
    charge: str | None
    refunds: list[str]
    updates: list[DecisionShown]
    warnings: list[str]


class Partners(TypedDict):
    data: list[PartnerShown]
    has_more: bool
    next: str | None


class Orders(TypedDict):
    data: list[OrderShown]
    has_more: bool
    next: str | None


def found(merchant: Merchant, kind: type, id: str, noun: str, where: str) -> Any:
    """The record of that id. Raises Refusal NOT_FOUND."""
    record = merchant.get(ORDERING, kind, id)
    if record is None:
        message = f"There is no {noun} '{id}'. {where}"
        raise Refusal(Reason.NOT_FOUND, kind=noun, id=id, message=message)
    return record


def the_partner(merchant: Merchant, id: str) -> Partner:
    found_: Partner = found(merchant, Partner, id, "partner", f"POST {ROOT}/partners registers one, GET lists them.")
    return found_


def the_order(merchant: Merchant, id: str) -> Order:
    """By its own id, the partner's or Google's."""
    named = order_named(merchant, id)
    found_: Order = named or found(merchant, Order, id, "order", f"GET {ROOT}/orders lists what there is.")
    return found_


def the_checkout(merchant: Merchant, id: str) -> Checkout:
    found_: Checkout = found(merchant, Checkout, id, "checkout", f"POST {ROOT}/checkouts makes one.")
    return found_


def register(merchant: Merchant, asked: Asked) -> dict[str, Any]:
    body: RegisterPartner = asked.body
    if body.answers is not None and body.webhook_url != PARTNER:
        raise invalid(f'`answers` are those of the built-in partner: leave them out, or use webhook_url "{PARTNER}".', "answers")
    details: dict[str, Any] = {"project_id": body.project_id}
    secret = ""
    if body.jwt:
        secret = signing.key_of(merchant).pem
        details |= {
            "prefix": setting(merchant, "jwt_prefix", assumed.JWT_PREFIX), "issuer": setting(merchant, "jwt_issuer", assumed.JWT_ISSUER),
            "algorithm": setting(merchant, "jwt_algorithm", assumed.JWT_ALGORITHM),
        }  # fmt: skip
    if body.answers is not None:
        details["answers"] = body.answers.model_dump()
    endpoint: Endpoint = add_partner(merchant, ORDERING, body.webhook_url, secret, details)
    made = Partner(endpoint.id, ORDERING, "registered", merchant.now, body.project_id, body.jwt, body.sandbox)
    return views.partner(merchant, merchant.put(made))


def partners(merchant: Merchant, asked: Asked) -> list[Partner]:
    return list(merchant.store.shelf(ORDERING, Partner).rows.values())


def checkout(merchant: Merchant, asked: Asked) -> Waits:
    body: AskCheckout = asked.body
    made = flow.checkout(merchant, the_partner(merchant, body.partner), body.cart)
    return Waits(
        lambda: the_checkout(merchant, made.id).status != ASKED, lambda: views.checkout(merchant, the_checkout(merchant, made.id))
    )


def show_checkout(merchant: Merchant, asked: Asked, id: str) -> dict[str, Any]:
    return views.checkout(merchant, the_checkout(merchant, id))


def submit(merchant: Merchant, asked: Asked, id: str) -> Waits:
    body: SubmitOrder = asked.body
    made = flow.submit(merchant, the_checkout(merchant, id), body.card == "declined")
    return Waits(
        lambda: the_order(merchant, made.id).status != SUBMITTING, lambda: views.order(merchant, the_order(merchant, made.id))
    )


def orders(merchant: Merchant, asked: Asked) -> list[Order]:
    return list(merchant.store.shelf(ORDERING, Order).rows.values())


def show_order(merchant: Merchant, asked: Asked, id: str) -> dict[str, Any]:
    return views.order(merchant, the_order(merchant, id))


def jwks(merchant: Merchant, asked: Asked) -> dict[str, Any]:
    return signing.jwks(signing.key_of(merchant).pem, setting(merchant, "jwt_algorithm", assumed.JWT_ALGORITHM))


STEERING: tuple[Steer, ...] = (
    Steer("GET", f"{ROOT}/partners", partners, "Partners of Order with Google, with their access tokens", answer=Partners,
          view=views.partner),
    Steer("POST", f"{ROOT}/partners", register, "A partner is registered: where it is asked, and its access token", RegisterPartner,
          answer=PartnerShown),
    Steer("POST", f"{ROOT}/checkouts", checkout, "The partner is asked about a cart; answers when it has answered", AskCheckout,
          answer=CheckoutShown),
    Steer("GET", f"{ROOT}/checkouts/{{id}}", show_checkout, "A checkout with the findings about its answer", answer=CheckoutShown),
    Steer("POST", f"{ROOT}/checkouts/{{id}}/submit", submit, "The card is charged and the order submitted to the partner", SubmitOrder,
          answer=OrderShown),
    Steer("GET", f"{ROOT}/orders", orders, "Orders with every decision and its rule", answer=Orders, view=views.order),
    Steer("GET", f"{ROOT}/orders/{{id}}", show_order, "One order with its decisions, by its own id, the partner's or Google's",
          answer=OrderShown),
    Steer("GET", "/_sandbox/google/jwks", jwks, "Public keys of the calls' signatures", answer=dict[str, Any]),
)  # fmt: skip
