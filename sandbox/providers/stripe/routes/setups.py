"""`/v1/setup_intents`: a card is made ready for payments without its holder, who authenticates now if the card needs that."""

from __future__ import annotations

from typing import Any, Literal

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Instrument
from sandbox.providers.base import Op
from sandbox.providers.stripe import cards, debiting, deposits, mandates, paying, scanning, three_d_secure
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.ids import new_id
from sandbox.providers.stripe.records import SetupIntent
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.routes.intent_terms import (
    Agreeing,
    AutomaticMethods,
    Choosing,
    check_kind,
    check_types,
    need_secret,
    wish,
)
from sandbox.providers.stripe.routes.methods import named, pick
from sandbox.providers.stripe.validate import Bool, Clearable, Created, Expandable, ListOf, ListParams, Metadata, Text, merge_metadata
from sandbox.providers.stripe.views.intent import client_secret
from sandbox.providers.stripe.views.intent import payment_method as method_view
from sandbox.providers.stripe.views.setup import public_setup
from sandbox.providers.stripe.views.setup import setup_intent as setup_view
from sandbox.providers.stripe.wire import Failed, Page, slice_of

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
CHANGEABLE = ("allowed_payment_method_types", "excluded_payment_method_types", "flow_directions", "payment_method_types")
EXTRAS = (*CHANGEABLE, "automatic_payment_methods", "usage")
UNEXPECTED = "setup_intent_unexpected_state"
MISSING = (
    "You cannot confirm this SetupIntent because it's missing a payment method. Update the SetupIntent with a payment method and then "
    "confirm it again."
)
NOT_OPEN = "You cannot {} this SetupIntent because it has a status of {}."
ONLY_CONFIRMING = "The parameter `{0}` cannot be passed when creating a SetupIntent unless `confirm` is set to true."
WRONG_SECRET = "The client_secret provided does not match the client_secret associated with the SetupIntent."
NOT_ASKED = "SetupIntent {} is {}: nobody is asked to authenticate."
FAILED = {
    "code": "setup_intent_authentication_failure",
    "doc_url": "https://stripe.com/docs/error-codes/setup-intent-authentication-failure",
    "message": "The latest attempt to set up the payment method has failed because authentication failed.",
    "type": "invalid_request_error",
}
# What no source confirms, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a successful setup sends payment_method.attached, then setup_intent.succeeded", "order"),
    ("a card that is declined where it is attached fails its setup with a 402 and setup_intent.setup_failed", "behaviour"),
    ("a card that is set up for off-session use already is set up without a challenge", "behaviour"),
    ("confirming or canceling a finished setup, or changing its payment method: 400 setup_intent_unexpected_state", "wording"),
    ("a failed authentication of a setup is setup_intent_authentication_failure", "wording"),
    ("latest_attempt is null: attempts are not kept", "the sandbox's own"),
)


class SetupTerms(Choosing):
    customer: Text | None = None
    description: Clearable[Text] = None
    excluded_payment_method_types: Clearable[ListOf[Text]] = None
    flow_directions: ListOf[Literal["inbound", "outbound"]] | None = None
    metadata: Metadata = None


class SetupCreate(SetupTerms, Agreeing):
    automatic_payment_methods: AutomaticMethods | None = None
    confirm: Bool = False
    return_url: Text | None = None
    usage: Literal["off_session", "on_session"] = "off_session"
    use_stripe_sdk: Bool = False


def create(merchant: Merchant, params: SetupCreate) -> SetupIntent | Failed:
    check_types(params)
    for name in ("mandate_data", "return_url"):
        if getattr(params, name) is not None and not params.confirm:
            raise Refusal(Reason.PARAM_INVALID, param=name, message=ONLY_CONFIRMING.format(name))
    customer_id = find.customer(merchant, params.customer).id if params.customer else ""
    method = pick(merchant, params, customer_id)
    if params.confirm and method is None:
        raise Refusal(Reason.WRONG_STATUS, code=UNEXPECTED, message=MISSING)
    setup = SetupIntent(
        new_id(merchant, SetupIntent, ""), STRIPE, NEW, merchant.now, customer_id, method.id if method is not None else "",
        params.description, merge_metadata({}, params.metadata), {**find.kept(params, EXTRAS), **wish(params)},
    )  # fmt: skip
    setup = merchant.fire(setup, Trigger.PREPARE if method is not None else Trigger.CREATE)
    return confirmed(merchant, setup, method, params) if params.confirm and method is not None else setup


def confirmed(merchant: Merchant, setup: SetupIntent, method: Instrument, params: Any) -> SetupIntent | Failed:
    """The card is ready, or its holder is asked to authenticate first; a card that is declined answers 402.

    A bank account is ready once its holder has accepted a mandate.
    """
    check_kind(setup.details, method)
    if scanning.scanned(method):
        raise scanning.not_reusable("payment_method")
    by_deposits = deposits.wanted(setup.details, method)
    if setup.details.get("chosen_type"):  # of a bank account that was tried before
        setup = setup._replace(details={**setup.details, "chosen_type": None})
    mandate = mandates.agreed(merchant, setup, method, params, not by_deposits)
    if by_deposits:
        return deposits.asked(merchant, setup, method, mandate)
    setup = setup._replace(details={**setup.details, "mandate": mandate}) if mandate else setup
    if debiting.debited(method):
        return done(merchant, setup._replace(details={**setup.details, "chosen_type": method.kind}), method, mandate)
    card = paying.card_named(method.card)
    if card.three_d_secure == "broken" or (card.decline is not None and not card.attachable):
        decline = card.decline or cards.GENERIC
        return refused(merchant, setup, {"type": "card_error", **paying.said(decline)}, method)
    if three_d_secure.demanded_to_set_up(card, setup.details.get("request_three_d_secure", "automatic")):
        details = {
            **setup.details,
            "last_setup_error": None,
            "return_url": params.return_url,
            "use_stripe_sdk": params.use_stripe_sdk or params.return_url is None,
        }
        return merchant.fire(setup, Trigger.CHALLENGE, instrument_id=method.id, details=details)
    return done(merchant, setup, method)


def done(merchant: Merchant, setup: SetupIntent, method: Instrument, mandate: str = "") -> SetupIntent:
    """The payment method is the customer's, if there is one, and ready for payments off session."""
    details = {**method.details, "set_up": True, **({"mandate": mandate} if mandate else {})}
    if method.status == "fresh" and setup.customer_id:
        merchant.fire(method, Trigger.ATTACH, customer_id=setup.customer_id, details=details)
    else:
        merchant.put(method._replace(details=details))
    return merchant.fire(
        setup, Trigger.SUCCEED, instrument_id=method.id, details={**setup.details, "last_setup_error": None}
    )


def refused(merchant: Merchant, setup: SetupIntent, error: dict[str, Any], method: Instrument) -> Failed:
    """The setup wants another payment method, and remembers why."""
    error = {**error, "payment_method": method_view(merchant, method)}
    details = {**setup.details, "last_setup_error": dict(sorted(error.items()))}
    setup = merchant.fire(setup, Trigger.DECLINE, instrument_id="", details=details)
    return Failed({**error, "setup_intent": setup_view(merchant, setup)})


def authenticated(merchant: Merchant, setup: SetupIntent, passed: bool) -> SetupIntent:
    """The cardholder has answered. Raises Refusal WRONG_STATUS where nobody was asked."""
    if setup.status != "requires_action":
        raise Refusal(Reason.WRONG_STATUS, message=NOT_ASKED.format(setup.id, setup.status))
    method: Instrument = merchant.get(STRIPE, Instrument, setup.instrument_id)
    if passed:
        return done(merchant, setup, method)
    refused(merchant, setup, FAILED, method)
    return merchant.get(STRIPE, SetupIntent, setup.id)  # type: ignore[no-any-return]


def unexpected(merchant: Merchant, setup: SetupIntent, message: str) -> Refusal:
    """A call that the setup's status does not allow; the error carries the whole setup."""
    return Refusal(
        Reason.WRONG_STATUS, code=UNEXPECTED, message=message, more={"setup_intent": setup_view(merchant, setup)}
    )


class SetupConfirm(Choosing, Agreeing):
    client_secret: Text | None = None
    return_url: Text | None = None
    use_stripe_sdk: Bool = False


def check_secret(merchant: Merchant, setup: SetupIntent, given: str | None) -> None:
    if given is not None and given != client_secret(merchant, setup):
        raise Refusal(Reason.PARAM_INVALID, param="client_secret", message=WRONG_SECRET)


def confirm(merchant: Merchant, params: SetupConfirm, setup_id: str) -> SetupIntent | Failed:
    setup: SetupIntent = find.in_path(merchant, find.SETUP, setup_id)
    check_secret(merchant, setup, params.client_secret)
    if setup.status not in OPEN:
        raise unexpected(merchant, setup, NOT_OPEN.format("confirm", setup.status))
    check_types(params)
    method = pick(merchant, params, setup.customer_id)
    if method is None and setup.instrument_id:
        method = named(merchant, setup.instrument_id, setup.customer_id)
    if method is None:
        raise unexpected(merchant, setup, MISSING)
    return confirmed(merchant, setup._replace(details={**setup.details, **wish(params)}), method, params)


def confirm_public(merchant: Merchant, params: SetupConfirm, setup_id: str) -> dict[str, Any] | Failed:
    need_secret(params.client_secret)
    setup: SetupIntent = find.in_path(merchant, find.SETUP, setup_id)
    answer = confirm(merchant, params, setup.id)
    if isinstance(answer, Failed):
        setup = merchant.get(STRIPE, SetupIntent, setup.id)
        return Failed({**answer.error, "setup_intent": public_setup(merchant, setup)}, answer.status)
    return public_setup(merchant, answer)


def update(merchant: Merchant, params: SetupTerms, setup_id: str) -> SetupIntent:
    setup: SetupIntent = find.in_path(merchant, find.SETUP, setup_id)
    given = params.model_fields_set - {"metadata", "description", "expand"}
    if given and setup.status not in OPEN:
        raise unexpected(merchant, setup, NOT_OPEN.format("update", setup.status))
    check_types(params)
    facts: dict[str, Any] = {
        "metadata": merge_metadata(setup.metadata, params.metadata),
        "details": {**setup.details, **find.kept(params, CHANGEABLE), **wish(params)},
        "customer_id": find.customer(merchant, params.customer).id if params.customer else setup.customer_id,
    }
    if "description" in params.model_fields_set:
        facts["description"] = params.description
    method = pick(merchant, params, facts["customer_id"])
    if method is not None:
        return merchant.fire(setup, Trigger.PREPARE, instrument_id=method.id, **facts)
    if "payment_method" in given:
        return merchant.fire(setup, Trigger.DETACH, instrument_id="", **facts)
    return merchant.fire(setup, Trigger.UPDATE, **facts)


class SetupCancel(Expandable):
    cancellation_reason: Literal["abandoned", "duplicate", "requested_by_customer"] | None = None


def cancel(merchant: Merchant, params: SetupCancel, setup_id: str) -> SetupIntent:
    setup: SetupIntent = find.in_path(merchant, find.SETUP, setup_id)
    if setup.status not in OPEN:
        raise unexpected(merchant, setup, NOT_OPEN.format("cancel", setup.status))
    return merchant.fire(setup, Trigger.VOID, details={**setup.details, "cancellation_reason": params.cancellation_reason})


class SetupRetrieve(Expandable):
    client_secret: Text | None = None


def retrieve(merchant: Merchant, params: SetupRetrieve, setup_id: str) -> SetupIntent:
    found: SetupIntent = find.in_path(merchant, find.SETUP, setup_id)
    check_secret(merchant, found, params.client_secret)
    return found


def retrieve_public(merchant: Merchant, params: SetupRetrieve, setup_id: str) -> dict[str, Any]:
    need_secret(params.client_secret)
    return public_setup(merchant, retrieve(merchant, params, setup_id))


class SetupList(ListParams):
    customer: Text | None = None
    payment_method: Text | None = None
    created: Created | None = None


def index(merchant: Merchant, params: SetupList) -> Page:
    of = []
    for noun, name, field in ((find.CUSTOMER, "customer", "customer_id"), (find.METHOD, "payment_method", "instrument_id")):
        key = getattr(params, name)
        if key:
            find.in_params(merchant, noun, key, name)
            of.append((field, key))
    return slice_of(merchant, STRIPE, SetupIntent, find.SETUP.name, params, "/v1/setup_intents", of)


OPERATIONS = (
    Op("POST", "/v1/setup_intents", create, SetupCreate),
    Op("GET", "/v1/setup_intents", index, SetupList),
    Op("GET", "/v1/setup_intents/{intent}", retrieve, SetupRetrieve, public=retrieve_public),
    Op("POST", "/v1/setup_intents/{intent}", update, SetupTerms),
    Op("POST", "/v1/setup_intents/{intent}/confirm", confirm, SetupConfirm, public=confirm_public),
    Op("POST", "/v1/setup_intents/{intent}/cancel", cancel, SetupCancel),
)
