"""PaymentIntent, PaymentMethod, Customer."""

from __future__ import annotations

from typing import Any

from sandbox.core.ids import token
from sandbox.core.merchant import Merchant
from sandbox.core.records import NOTHING, Customer, Instrument
from sandbox.providers.stripe.records import PaymentIntent
from sandbox.providers.stripe.views.charge import NO_BILLING

TIP = {"tip": NOTHING}
CARD_OPTIONS = {"card": {"installments": None, "mandate_options": None, "network": None, "request_three_d_secure": "automatic"}}
UNMANAGED = {"enabled": False}


def client_secret(merchant: Merchant, i: PaymentIntent) -> str:
    return f"{i.id}_secret_{token(25, merchant.settings.get('seed', 0), i.id)}"


def intent(merchant: Merchant, i: PaymentIntent) -> dict[str, Any]:
    get = i.details.get
    return {
        "id": i.id,
        "object": "payment_intent",
        "allowed_payment_method_types": get("allowed_payment_method_types"),
        "amount": i.amount,
        "amount_capturable": i.amount if i.status == "requires_capture" else 0,
        "amount_details": TIP,
        "amount_received": i.received,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": get("automatic_payment_methods"),
        "canceled_at": i.canceled_at or None,
        "cancellation_reason": get("cancellation_reason"),
        "capture_method": get("capture_method", "automatic_async"),
        "client_secret": client_secret(merchant, i),
        "confirmation_method": get("confirmation_method", "automatic"),
        "created": i.created,
        "currency": i.currency,
        "customer": i.customer_id or None,
        "customer_account": None,
        "description": i.description,
        "excluded_payment_method_types": get("excluded_payment_method_types"),
        "last_payment_error": get("last_payment_error"),
        "latest_charge": i.charge_id or None,
        "livemode": False,
        "managed_payments": UNMANAGED,
        "metadata": i.metadata,
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": i.instrument_id or None,
        "payment_method_configuration_details": None,
        "payment_method_options": CARD_OPTIONS,
        "payment_method_types": get("payment_method_types") or ["card"],
        "payment_record": None,
        "processing": None,
        "receipt_email": get("receipt_email"),
        "review": None,
        "setup_future_usage": get("setup_future_usage"),
        "shared_payment_granted_token": None,
        "shipping": get("shipping"),
        "source": None,
        "statement_descriptor": get("statement_descriptor"),
        "statement_descriptor_suffix": get("statement_descriptor_suffix"),
        "status": i.status,
        "transfer_data": None,
        "transfer_group": get("transfer_group"),
    }


def payment_method(merchant: Merchant, m: Instrument) -> dict[str, Any]:
    card = m.details["card"]
    return {
        "id": m.id,
        "object": "payment_method",
        "allow_redisplay": m.details.get("allow_redisplay", "unspecified"),
        "billing_details": m.details.get("billing_details") or NO_BILLING,
        "card": {
            "brand": card["brand"],
            "checks": {
                "address_line1_check": card.get("line1_check"),
                "address_postal_code_check": card.get("postal_check"),
                "cvc_check": "unchecked" if m.status == "fresh" else "pass",
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
        },
        "created": m.created,
        "customer": m.customer_id or None,
        "customer_account": None,
        "livemode": False,
        "metadata": m.metadata,
        "shared_payment_granted_token": None,
        "type": "card",
    }


def customer(merchant: Merchant, c: Customer) -> dict[str, Any]:
    if c.status == "deleted":
        return {"id": c.id, "object": "customer", "deleted": True}
    get = c.details.get
    return {
        "id": c.id,
        "object": "customer",
        "address": get("address"),
        "balance": 0,
        "created": c.created,
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": c.description,
        "discount": None,
        "email": c.email,
        "invoice_prefix": token(8, "invoice", c.id, alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": get("default_payment_method"),
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": c.metadata,
        "name": c.name,
        "next_invoice_sequence": 1,
        "phone": get("phone"),
        "preferred_locales": get("preferred_locales") or [],
        "shipping": get("shipping"),
        "tax_exempt": get("tax_exempt", "none"),
        "test_clock": None,
    }
