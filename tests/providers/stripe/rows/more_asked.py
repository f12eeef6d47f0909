"""The endpoints of `asked` that are not about payments and refunds: what customers pay by, webhooks, payouts, Connect, clocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.harness import START
from tests.providers.stripe.rows.asked import ASKS, BACK, GONE, INTENTS, META, SAID, Asked, there
from tests.providers.stripe.rows.gallery import BILLING, TYPED

HER_CARD = {"address_city": "Ogden", "address_country": "US", "address_line1": "1 Main St", "address_line2": "2", "address_state": "UT",
            "address_zip": "94111", "name": "Jenny"}  # fmt: skip
CARD = {"type": "card", "card": TYPED}
BUSINESS = {"description": "VIP", "email": "jenny@example.com", "name": "Jenny", "phone": "+1", "tax_exempt": "exempt",
            "business_name": "Roses", "individual_name": "Jenny", "preferred_locales": ["en"]}  # fmt: skip
CUSTOMERS: Mapping[str, Any] = {
    **{name: ({name: value}, {name: value}) for name, value in BUSINESS.items()},
    "address": ({"address": BILLING["address"]}, {"address.city": "Ogden"}),
    "shipping": ({"shipping": {"name": "Jenny", "address": BILLING["address"]}}, {"shipping.address.city": "Ogden"}),
    "metadata": META,
    "source": ({"source": "tok_visa", "expand": ["default_source"]}, {"default_source.object": "card"}),
}
TO_BANK = {"amount": 100, "currency": "usd", "destination": "@bank"}

MORE: Mapping[str, Asked] = {
    "/v1/payment_methods": Asked(CARD, {
        "type": ({}, {"type": "card"}),
        "card[number]": ({}, {"card.last4": "4242", "card.exp_month": 8, "card.exp_year": 2030, "card.checks.cvc_check": "unchecked"}),
        "card[token]": ({"card": {"token": "tok_amex"}}, {"card.brand": "amex"}),
        "billing_details": ({"billing_details": BILLING}, {"billing_details.email": "jenny@example.com"}),
        "metadata": META,
        "allow_redisplay": ({"allow_redisplay": "always"}, {"allow_redisplay": "always"}),
    }),
    "/v1/payment_methods/@attached": Asked({}, {
        "billing_details": ({"billing_details": BILLING}, {"billing_details.email": "jenny@example.com"}),
        "card[exp_month]": ({"card": {"exp_month": 3, "exp_year": 2031}}, {"card.exp_month": 3, "card.exp_year": 2031}),
        "metadata": META,
        "allow_redisplay": ({"allow_redisplay": "limited"}, {"allow_redisplay": "limited"}),
    }),
    "/v1/payment_methods/@bare/attach": Asked({}, {
        "customer": ({"customer": "@customer"}, {"customer": "@customer", "card.checks.cvc_check": "pass"}),
    }),
    "/v1/payment_methods/@attached/detach": Asked({}, {"": ({}, {"customer": None, "id": "@attached"})}),
    "/v1/setup_intents": Asked({}, {
        **{name: INTENTS[name] for name in (
            "allowed_payment_method_types", "customer", "description", "excluded_payment_method_types", "metadata", "payment_method",
            "payment_method_data", "payment_method_options", "payment_method_types",
        )},
        "usage": ({"usage": "on_session"}, {"usage": "on_session"}),
        "flow_directions": ({"flow_directions": ["inbound"]}, {"flow_directions": ["inbound"]}),
        "automatic_payment_methods": (
            {"automatic_payment_methods": {"enabled": False}}, {"automatic_payment_methods": None},
        ),
        "confirm": ({"confirm": True, "payment_method": "pm_card_visa"}, {"status": "succeeded"}),
        "return_url": ({**ASKS, "return_url": BACK}, {"next_action.redirect_to_url.return_url": BACK}),
        "use_stripe_sdk": ({**ASKS, "return_url": BACK, "use_stripe_sdk": True}, {"next_action.type": "use_stripe_sdk"}),
    }),
    "/v1/setup_intents/@setup": Asked({}, {
        name: INTENTS[name] for name in ("customer", "description", "metadata", "payment_method", "payment_method_types")
    }),
    "/v1/setup_intents/@setup/confirm": Asked({}, {
        "payment_method": ({"payment_method": "@bare"}, {"payment_method": "@bare", "status": "succeeded"}),
    }),
    "/v1/setup_intents/@setup/cancel": Asked({}, {
        f"cancellation_reason={reason}": ({"cancellation_reason": reason}, {"cancellation_reason": reason, "status": "canceled"})
        for reason in ("abandoned", "duplicate", "requested_by_customer")
    }),
    "/v1/customers": Asked({}, {
        **CUSTOMERS,
        "payment_method": (
            {"payment_method": "@bare", "invoice_settings": {"default_payment_method": "@bare"}},
            {"invoice_settings.default_payment_method": "@bare"},
        ),
    }),
    "/v1/customers/@customer": Asked({}, CUSTOMERS),
    "/v1/tokens": Asked({"card": {**TYPED, **HER_CARD}}, {
        "card": ({}, {
            **{f"card.{name}": value for name, value in HER_CARD.items()}, "card.brand": "Visa", "card.last4": "4242", "card.exp_month": 8,
            "card.cvc_check": "unchecked", "type": "card", "used": False,
        }),
    }),
    "/v1/sources": Asked({"type": "card", "token": "tok_visa"}, {
        "token": ({}, {"type": "card", "card.brand": "Visa", "status": "chargeable", "flow": "none"}),
        "owner": ({"owner": {"email": "a@example.com"}}, {"owner.email": "a@example.com"}),
        "metadata": META,
    }),
    "/v1/customers/@customer/sources": Asked({"source": "@source"}, {
        "source": ({}, {"object": "source", "customer": "@customer"}),
        "source=token": ({"source": "tok_visa"}, {"object": "card", "customer": "@customer"}),
    }),
    "/v1/customers/@customer/cards": Asked({}, {"source": ({"source": "tok_visa"}, {"object": "card", "customer": "@customer"})}),
    "/v1/customers/@card": Asked({}, {
        **{name: ({name: value}, {name: value}) for name, value in HER_CARD.items()},
        "exp_month": ({"exp_month": 3}, {"exp_month": 3}), "exp_year": ({"exp_year": 2040}, {"exp_year": 2040}), "metadata": META,
    }),
    "/v1/webhook_endpoints": Asked({"url": "http://localhost:4242/", "enabled_events": ["*"]}, {
        "url": ({}, {"url": "http://localhost:4242/", "status": "enabled", "secret": there}),
        "enabled_events": ({"enabled_events": ["charge.failed"]}, {"enabled_events": ["charge.failed"]}),
        "api_version": ({"api_version": "2026-08-26.dahlia"}, {"api_version": "2026-08-26.dahlia"}),
        "description": SAID, "metadata": META,
    }),
    "/v1/webhook_endpoints/@endpoint": Asked({}, {
        "url": ({"url": "http://localhost:1/"}, {"url": "http://localhost:1/"}),
        "enabled_events": ({"enabled_events": ["*"]}, {"enabled_events": ["*"]}),
        "disabled": ({"disabled": True}, {"status": "disabled"}),
        "description": SAID, "metadata": META,
    }),
    "/v1/payouts": Asked(TO_BANK, {
        "amount": ({}, {"amount": 100, "currency": "usd", "destination": "@bank", "status": "pending", "method": "standard"}),
        "description": SAID, "metadata": META,
        "statement_descriptor": ({"statement_descriptor": "SHOP"}, {"statement_descriptor": "SHOP"}),
        "source_type": ({"source_type": "card"}, {"source_type": "card"}),
    }),
    "/v1/payouts/@payout": Asked({}, {"metadata": META}),
    "/v1/payouts/@payout/cancel": Asked({}, {"": ({}, {"status": "canceled"})}),
    "/v1/transfers": Asked({"amount": 100, "currency": "usd", "destination": "@account", "source_transaction": "@charge"}, {
        "amount": ({}, {"amount": 100, "destination": "@account", "currency": "usd"}),
        "source_transaction": ({"amount": GONE}, {"source_transaction": "@charge", "amount": 2000}),
        "transfer_group": ({"transfer_group": "g"}, {"transfer_group": "g"}),
        "description": SAID, "metadata": META,
    }),
    "/v1/transfers/@transfer": Asked({}, {"description": SAID, "metadata": META}),
    "/v1/transfers/@transfer/reversals": Asked({}, {
        "amount": ({"amount": 10, "expand": ["transfer"]}, {"amount": 10, "transfer.amount_reversed": 10, "transfer.reversed": False}),
        "metadata": META,
    }),
    "/v1/transfers/@reversal": Asked({}, {"metadata": META}),
    "/v1/application_fees/@fee/refund": Asked({}, {"amount": ({"amount": 10}, {"object": "application_fee", "amount_refunded": 10})}),
    "/v1/application_fees/@fee/refunds": Asked({}, {"amount": ({"amount": 10}, {"object": "fee_refund", "amount": 10}), "metadata": META}),
    "/v1/application_fees/@fee_refund": Asked({}, {"metadata": META}),
    "/v1/test_helpers/test_clocks": Asked({"frozen_time": START}, {
        "frozen_time": ({}, {"status": "ready", "frozen_time": START}),
        "name": ({"name": "due"}, {"name": "due"}),
    }),
}  # fmt: skip
