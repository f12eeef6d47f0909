"""SetupIntent."""

from __future__ import annotations

from typing import Any

from sandbox.core.merchant import Merchant
from sandbox.providers.stripe.records import SetupIntent
from sandbox.providers.stripe.views.intent import AUTOMATIC, UNMANAGED, client_secret, next_action, options, types
from sandbox.providers.stripe.views.transfer import application_id

# What a publishable key gets to see.
PUBLIC = (
    "id", "object", "automatic_payment_methods", "cancellation_reason", "client_secret", "created", "description", "last_setup_error",
    "livemode", "next_action", "payment_method", "payment_method_configuration_details", "payment_method_types", "status", "usage",
)  # fmt: skip


def setup_intent(merchant: Merchant, s: SetupIntent) -> dict[str, Any]:
    get = s.details.get
    chosen = get("automatic_payment_methods")
    automatic = (chosen if chosen["enabled"] else None) if chosen is not None else (None if get("payment_method_types") else AUTOMATIC)
    wish = get("request_three_d_secure") or "automatic"
    return {
        "id": s.id,
        "object": "setup_intent",
        "allowed_payment_method_types": get("allowed_payment_method_types"),
        "application": application_id(merchant) if merchant.branch else None,
        "automatic_payment_methods": automatic,
        "cancellation_reason": get("cancellation_reason"),
        "client_secret": client_secret(merchant, s),
        "created": s.created,
        "customer": s.customer_id or None,
        "customer_account": None,
        "description": s.description,
        "excluded_payment_method_types": get("excluded_payment_method_types"),
        "flow_directions": get("flow_directions"),
        "last_setup_error": get("last_setup_error"),
        "latest_attempt": None,
        "livemode": False,
        "managed_payments": UNMANAGED,
        "mandate": get("mandate"),
        "metadata": s.metadata,
        "next_action": next_action(merchant, s.id, s.status, s.details),
        "on_behalf_of": None,
        "payment_method": s.instrument_id or None,
        "payment_method_configuration_details": None,
        "payment_method_options": (
            options(s.details) if get("chosen_type")
            else {"card": {"mandate_options": None, "network": None, "request_three_d_secure": wish}}
        ),
        "payment_method_types": types(s.details),
        "single_use_mandate": None,
        "status": s.status,
        "usage": get("usage") or "off_session",
    }


def public_setup(merchant: Merchant, s: SetupIntent) -> dict[str, Any]:
    """The reduced object that a publishable key and the client secret get."""
    whole = setup_intent(merchant, s)
    return {key: whole[key] for key in PUBLIC}
