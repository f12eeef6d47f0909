"""PaymentIntent and PaymentMethod."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sandbox.core.ids import token
from sandbox.core.merchant import Merchant
from sandbox.core.records import NOTHING, Instrument
from sandbox.providers.stripe.debits import ACH, SEPA
from sandbox.providers.stripe.records import PaymentIntent, SetupIntent
from sandbox.providers.stripe.views.charge import NO_BILLING
from sandbox.providers.stripe.views.transfer import application_id, transfer_data

TIP = {"tip": NOTHING}
CARD_OPTIONS = {"card": {"installments": None, "mandate_options": None, "network": None, "request_three_d_secure": "automatic"}}
# What intents keep of it, and what it is called there.
SAID_OF_CARDS = {
    "card_capture_method": "capture_method", "card_setup_future_usage": "setup_future_usage",
    "request_three_d_secure": "request_three_d_secure",
}  # fmt: skip
CARD_ONLY = ["card"]
# What a payment method shows of a bank account besides its facts.
ACCOUNTS_SHOW: Mapping[str, Mapping[str, Any]] = {
    ACH: {"financial_connections_account": None, "networks": {"preferred": "ach", "supported": ["ach"]}, "status_details": None},
    SEPA: {"generated_from": None},
    "promptpay": {},
}
HOOKS_HOST = "https://hooks.stripe.com"  # in process there is no server to point to
CODE = ("data", "hosted_instructions_url", "image_url_png", "image_url_svg")  # to scan, and its pictures
UNMANAGED = {"enabled": False}
# Without method types an intent takes what the account has switched on; here that is cards, so nothing ever redirects.
AUTOMATIC = {"allow_redirects": "always", "enabled": True}
# What a publishable key gets to see.
PUBLIC = (
    "id", "object", "amount", "amount_details", "automatic_payment_methods", "canceled_at", "cancellation_reason", "capture_method",
    "client_secret", "confirmation_method", "created", "currency", "description", "last_payment_error", "livemode", "next_action",
    "payment_method", "payment_method_configuration_details", "payment_method_types", "processing", "receipt_email",
    "setup_future_usage", "shipping", "source", "status",
)  # fmt: skip


def client_secret(merchant: Merchant, i: PaymentIntent | SetupIntent) -> str:
    return _secret_of(merchant.settings.get("seed", 0), i.id)


@lru_cache(maxsize=1024)  # pure, and an intent is shown again and again while it is paid
def _secret_of(seed: object, intent_id: str) -> str:
    return f"{intent_id}_secret_{token(25, seed, intent_id)}"


def automatic(i: PaymentIntent) -> dict[str, Any] | None:
    """Automatic payment methods: as asked for, on where no method types were named, else null."""
    chosen: dict[str, Any] | None = i.details.get("automatic_payment_methods")
    if chosen is not None:
        return chosen if chosen["enabled"] else None
    return None if i.details.get("payment_method_types") else AUTOMATIC


def options(details: Mapping[str, Any]) -> dict[str, Any]:
    """Payment method options: of the type that was chosen, else of cards with what was said of them."""
    chosen, get = details.get("chosen_type"), details.get
    if chosen is not None:
        return {chosen: {"verification_method": get("verification_method") or "automatic"} if chosen == ACH else {}}
    said = {name: details[key] for key, name in SAID_OF_CARDS.items() if get(key) is not None}
    return {"card": dict(sorted({**CARD_OPTIONS["card"], **said}.items()))} if said else CARD_OPTIONS


def types(details: Mapping[str, Any]) -> list[str]:
    """Payment method types: as named, else cards and the other one that was chosen."""
    named = details.get("payment_method_types")
    return list(named) if named else [*CARD_ONLY, *([details["chosen_type"]] if details.get("chosen_type") else ())]


def page_url(merchant: Merchant, id: str) -> str:
    """Where the cardholder authenticates; a browser comes there without a key."""
    return f"{merchant.base_url or HOOKS_HOST}/stripe/three_d_secure/{merchant.name}/{id}"


def next_action(merchant: Merchant, id: str, status: str, details: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a payment or a setup waits for."""
    if status != "requires_action":
        return None
    url = page_url(merchant, id)
    if details.get("chosen_type") == "promptpay":
        return {"promptpay_display_qr_code": dict.fromkeys(CODE, url), "type": "promptpay_display_qr_code"}
    if details.get("chosen_type") == ACH:
        deposits = {
            "arrival_date": details["deposits"]["arrival_date"], "hosted_verification_url": url, "microdeposit_type": "descriptor_code",
        }  # fmt: skip
        return {"type": "verify_with_microdeposits", "verify_with_microdeposits": deposits}
    if details.get("use_stripe_sdk"):
        return {"type": "use_stripe_sdk", "use_stripe_sdk": {"stripe_js": url, "type": "three_d_secure_redirect"}}
    return {"redirect_to_url": {"return_url": details.get("return_url"), "url": url}, "type": "redirect_to_url"}


# What is the same of nearly every intent, all keys in their order; see `views.charge.CHARGE`.
INTENT: Mapping[str, Any] = {
    "id": None,
    "object": "payment_intent",
    "allowed_payment_method_types": None,
    "amount": None,
    "amount_capturable": None,
    "amount_details": TIP,
    "amount_received": None,
    "application": None,
    "application_fee_amount": None,
    "automatic_payment_methods": None,
    "canceled_at": None,
    "cancellation_reason": None,
    "capture_method": "automatic_async",
    "client_secret": None,
    "confirmation_method": "automatic",
    "created": None,
    "currency": None,
    "customer": None,
    "customer_account": None,
    "description": None,
    "excluded_payment_method_types": None,
    "last_payment_error": None,
    "latest_charge": None,
    "livemode": False,
    "managed_payments": UNMANAGED,
    "metadata": None,
    "next_action": None,
    "on_behalf_of": None,
    "payment_method": None,
    "payment_method_configuration_details": None,
    "payment_method_options": None,
    "payment_method_types": None,
    "payment_record": None,
    "processing": None,
    "receipt_email": None,
    "review": None,
    "setup_future_usage": None,
    "shared_payment_granted_token": None,
    "shipping": None,
    "source": None,
    "statement_descriptor": None,
    "statement_descriptor_suffix": None,
    "status": None,
    "transfer_data": None,
    "transfer_group": None,
}
# What an intent's details have in the very words in which it is shown.
AS_KEPT = frozenset((
    "allowed_payment_method_types", "application_fee_amount", "cancellation_reason", "capture_method", "confirmation_method",
    "excluded_payment_method_types", "last_payment_error", "on_behalf_of", "receipt_email", "review", "setup_future_usage",
    "shipping", "statement_descriptor", "statement_descriptor_suffix", "transfer_group",
))  # fmt: skip


def intent(merchant: Merchant, i: PaymentIntent) -> dict[str, Any]:
    details = i.details
    shown = {**INTENT}
    for name, value in details.items():
        if name in AS_KEPT:
            shown[name] = value
    shown["id"] = i.id
    shown["amount"] = i.amount
    shown["amount_capturable"] = i.amount if i.status == "requires_capture" else 0
    shown["amount_received"] = i.received
    if merchant.branch:
        shown["application"] = application_id(merchant)
    shown["automatic_payment_methods"] = automatic(i)
    shown["canceled_at"] = i.canceled_at or None
    shown["client_secret"] = client_secret(merchant, i)
    shown["created"] = i.created
    shown["currency"] = i.currency
    shown["customer"] = i.customer_id or None
    shown["description"] = i.description
    shown["latest_charge"] = i.charge_id or None
    shown["metadata"] = i.metadata
    shown["next_action"] = next_action(merchant, i.id, i.status, details)
    shown["payment_method"] = i.instrument_id or None
    shown["payment_method_options"] = options(details)
    shown["payment_method_types"] = types(details)
    shown["status"] = i.status
    shown["transfer_data"] = transfer_data(details)
    return shown


def public_intent(merchant: Merchant, i: PaymentIntent) -> dict[str, Any]:
    """The reduced object that a publishable key and the client secret get."""
    whole = intent(merchant, i)
    return {key: whole[key] for key in PUBLIC}


def card_shown(m: Instrument, billing: Mapping[str, Any]) -> dict[str, Any]:
    card = m.details["card"]


    def checked(name: str) -> str:
        return "unchecked" if m.status == "fresh" else card.get(name, "pass")

    return {
        "brand": card["brand"],
        "checks": {
            "address_line1_check": checked("line1_check") if billing["address"]["line1"] else None,
            "address_postal_code_check": checked("zip_check") if billing["address"]["postal_code"] else None,
            "cvc_check": checked("cvc_check") if card.get("cvc", True) else None,
        },
        "country": card["country"],
        "display_brand": card["brand"],
        "exp_month": card["exp_month"],
        "exp_year": card["exp_year"],
        "fingerprint": card["fingerprint"],
        "funding": card["funding"],
        "generated_from": None,
        "last4": card["last4"],
        "networks": {"available": [card["brand"]], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def payment_method(merchant: Merchant, m: Instrument) -> dict[str, Any]:
    billing = m.details.get("billing_details") or NO_BILLING
    kind = m.kind
    shown = {
        "allow_redisplay": m.details.get("allow_redisplay", "unspecified"),
        "billing_details": billing,
        kind: card_shown(m, billing) if kind == "card" else dict(sorted({**m.details.get(kind, NOTHING), **ACCOUNTS_SHOW[kind]}.items())),
        "created": m.created,
        "customer": m.customer_id or None,
        "customer_account": None,
        "livemode": False,
        "metadata": m.metadata,
        "shared_payment_granted_token": None,
        "type": kind,
    }
    return {"id": m.id, "object": "payment_method", **(shown if kind == "card" else dict(sorted(shown.items())))}
