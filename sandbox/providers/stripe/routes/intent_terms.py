"""What requests may say about a payment intent, and how it refuses them; shared by the files of its operations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.core.records import Instrument
from sandbox.providers.stripe import sharing
from sandbox.providers.stripe.addresses import Shipping
from sandbox.providers.stripe.debits import KINDS
from sandbox.providers.stripe.documented import other_types
from sandbox.providers.stripe.records import PaymentIntent
from sandbox.providers.stripe.routes import find
from sandbox.providers.stripe.routes.methods import MethodData, unknown_type
from sandbox.providers.stripe.scanning import PROMPTPAY
from sandbox.providers.stripe.validate import (
    Amount,
    Bool,
    Clearable,
    Descriptor,
    Email,
    Expandable,
    Integer,
    ListOf,
    Metadata,
    NotYet,
    Params,
    Text,
)
from sandbox.providers.stripe.views.intent import client_secret
from sandbox.providers.stripe.views.intent import intent as intent_view

CaptureMethod = Literal["automatic", "automatic_async", "manual"]
FutureUsage = Literal["off_session", "on_session"]
EXTRAS = (
    "allowed_payment_method_types", "automatic_payment_methods", "capture_method", "confirmation_method", "excluded_payment_method_types",
    "payment_method_types", "receipt_email", "setup_future_usage", "shipping", "statement_descriptor", "statement_descriptor_suffix",
    "transfer_group", *sharing.TERMS,
)  # fmt: skip
UNPAID = ("requires_payment_method", "requires_confirmation", "requires_action")

# What no source confirms.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("an intent without method types takes what the account has on, which is cards: it needs no return_url", "since 2023-08-16"),
    ("confirming a succeeded, authorized or canceled intent: 400", "wording for the first"),
    ("changing anything but the amount of a paid intent: 400", "wording"),
    ("a publishable key cannot confirm an intent with manual confirmation: 400", "wording seen in public, code not"),
    ("setup_future_usage attaches the payment method after charge.succeeded, before payment_intent.succeeded", "order"),
    ("a payment method that was used without a customer, even for a declined payment, cannot be used again", "after a decline"),
    ("a payment method of a type that the intent does not take, or excludes, is payment_intent_incompatible_payment_method", "wording"),
    ("an amount_to_confirm that is not the intent's amount is refused: 400", "behaviour and wording"),
    ("no intent is of a customer_account (accounts of version 2): its filter finds nothing, an unknown account is a 400", "wording"),
)


class CardOptions(Params):
    request_three_d_secure: Literal["any", "automatic", "challenge"] = "automatic"
    three_d_secure: NotYet = None


class PaidCardOptions(CardOptions):
    """What goes before the intent's own terms where a card pays."""

    capture_method: Clearable[Literal["manual"]] = None
    setup_future_usage: Clearable[Literal["none", "off_session", "on_session"]] = None


class DebitOptions(Params):
    mandate_options: NotYet = None
    setup_future_usage: NotYet = None
    target_date: NotYet = None


class UsDebitOptions(DebitOptions):
    verification_method: Literal["automatic", "instant", "microdeposits"] = "automatic"
    financial_connections: NotYet = None
    networks: NotYet = None
    preferred_settlement_speed: NotYet = None
    transaction_purpose: NotYet = None


class MethodOptions(Params):
    card: CardOptions | None = None
    us_bank_account: UsDebitOptions | None = None
    sepa_debit: DebitOptions | None = None
    promptpay: NotYet = None


class PaidOptions(MethodOptions):
    card: PaidCardOptions | None = None


class Online(Params):
    """From where it was accepted."""

    ip_address: Text | None = None
    user_agent: Text | None = None


class Acceptance(Params):
    type: Literal["offline", "online"]
    accepted_at: Integer | None = None
    online: Online | None = None


class MandateData(Params):
    """That the customer has agreed to be debited."""

    customer_acceptance: Acceptance


class Agreeing(Params):
    """What a confirmation says of a mandate."""

    mandate: Text | None = None
    mandate_data: Clearable[MandateData] = None


class AutomaticMethods(Params):
    allow_redirects: Literal["always", "never"] = "always"
    enabled: Bool


class Choosing(Expandable):
    """What payment intents and setup intents have in common: the payment method."""

    payment_method: Clearable[Text] = None
    payment_method_data: MethodData | None = None
    payment_method_options: MethodOptions | None = None
    allowed_payment_method_types: ListOf[Text] | None = None
    payment_method_types: ListOf[Text] | None = None  # gone in endive, yet the official CLI still sends it


class Offered(Choosing):
    """What create, update and confirm have in common."""

    excluded_payment_method_types: Clearable[ListOf[Text]] = None
    payment_method_options: PaidOptions | None = None
    receipt_email: Clearable[Email] = None
    setup_future_usage: Clearable[FutureUsage] = None
    shipping: Clearable[Shipping] = None


class Confirmable(Offered, Agreeing):
    """What create with `confirm=true` and confirm have in common."""

    error_on_requires_action: Bool = False
    off_session: Literal["true", "false", "one_off", "recurring"] | None = None
    return_url: Text | None = None
    use_stripe_sdk: Bool = False


class Described(Offered):
    """What create and update have in common."""

    customer: Text | None = None
    description: Clearable[Text] = None
    metadata: Metadata = None
    statement_descriptor: Clearable[Descriptor] = None
    statement_descriptor_suffix: Clearable[Descriptor] = None
    application_fee_amount: Amount | None = None
    on_behalf_of: Text | None = None
    transfer_data: sharing.TransferData | None = None
    transfer_group: Clearable[Text] = None


def terms(params: Offered) -> dict[str, Any]:
    """What a request says of the payment, as the intent's details keep it."""
    return {**find.kept(params, EXTRAS), **wish(params)}


def wish(params: Choosing) -> dict[str, Any]:
    """Whether the merchant wants 3D Secure, and how a bank account is to be verified, where the request says so."""
    options = params.payment_method_options
    card, debit = (options.card, options.us_bank_account) if options is not None else (None, None)
    wishes: dict[str, Any] = {}
    if card is not None and "request_three_d_secure" in card.model_fields_set:
        wishes["request_three_d_secure"] = card.request_three_d_secure
    if isinstance(card, PaidCardOptions):
        wishes.update({f"card_{name}": value for name, value in find.kept(card, ("capture_method", "setup_future_usage")).items()})
    if debit is not None and "verification_method" in debit.model_fields_set:
        wishes["verification_method"] = debit.verification_method
    return wishes


OTHER_TYPE = (
    "The PaymentMethod provided ({}) is not allowed for this PaymentIntent. Please attach a PaymentMethod of one of the following types: "
    "{}."
)
EXCLUDED = "The PaymentMethod provided ({}) is not allowed for this PaymentIntent: its type is one of excluded_payment_method_types."
EMULATED = ("card", "link", PROMPTPAY, *KINDS)
INVALID_TYPE = (
    'The payment method type "{}" is invalid. Please ensure the provided type is activated in your dashboard '
    "(https://dashboard.stripe.com/account/payments/settings) and your account is enabled for any preview features that you are trying to "
    "use. See https://stripe.com/docs/payments/payment-methods/integration-options for supported payment method, currency, and country "
    "combinations."
)


def check_types(params: Choosing) -> None:
    """Only cards, bank debits and PromptPay are emulated: another method is refused by name, never taken for a card."""
    for param in ("allowed_payment_method_types", "payment_method_types"):
        for kind in getattr(params, param) or ():
            if kind not in EMULATED:
                raise unknown_type(param, kind, INVALID_TYPE.format(kind))
    for kind in getattr(params, "excluded_payment_method_types", None) or ():
        if kind not in EMULATED and kind not in other_types():
            raise Refusal(Reason.PARAM_INVALID, param="excluded_payment_method_types", message=INVALID_TYPE.format(kind))


def check_kind(details: Mapping[str, Any], method: Instrument | None) -> None:
    """The payment method is of a type that the intent takes, where it names types. Raises Refusal PARAM_INVALID."""
    for name in ("allowed_payment_method_types", "payment_method_types"):
        types = details.get(name)
        if method is not None and types and method.kind not in types:
            raise Refusal(
                Reason.PARAM_INVALID, code="payment_intent_incompatible_payment_method", param="payment_method",
                message=OTHER_TYPE.format(method.kind, ", ".join(types)),
            )  # fmt: skip
    if method is not None and method.kind in (details.get("excluded_payment_method_types") or ()):
        raise Refusal(
            Reason.PARAM_INVALID, code="payment_intent_incompatible_payment_method", param="payment_method",
            message=EXCLUDED.format(method.kind),
        )  # fmt: skip


def unexpected(merchant: Merchant, intent: PaymentIntent, message: str, param: str = "", code: str = "") -> Refusal:
    """A call that the intent's status does not allow; the error carries the whole intent."""
    return Refusal(
        Reason.WRONG_STATUS, code=code or "payment_intent_unexpected_state", param=param, message=message,
        more={"payment_intent": intent_view(merchant, intent)},
    )  # fmt: skip


SAID_OF_INTENTS = frozenset((Reason.PARAM_INVALID, Reason.WRONG_STATUS))


def with_intent(
    merchant: Merchant, intent: PaymentIntent, refusal: Refusal, view: Callable[[Merchant, PaymentIntent], dict[str, Any]] = intent_view
) -> Refusal:
    """The refusal, carrying the intent that it is about."""
    if refusal.reason in SAID_OF_INTENTS:
        more: Any = refusal.facts.get("more") or {}
        refusal.facts["more"] = {**more, "payment_intent": view(merchant, intent)}
    return refusal


def check_secret(merchant: Merchant, intent: PaymentIntent, given: str | None) -> None:
    """The client secret, where one is given, is the intent's."""
    if given is not None and given != client_secret(merchant, intent):
        raise Refusal(
            Reason.PARAM_INVALID, code="payment_intent_invalid_parameter", param="client_secret",
            message="The client_secret provided does not match the client_secret associated with the PaymentIntent.",
        )  # fmt: skip


def need_secret(given: str | None) -> None:
    """A publishable key alone opens nothing."""
    if given is None:
        raise Refusal(Reason.PARAM_MISSING, param="client_secret")
