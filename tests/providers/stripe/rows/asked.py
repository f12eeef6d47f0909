"""The reference's tables of endpoints as data: every parameter that they list, a request that has it, and what the answer shows then.

`@name` in a path or a value stands for the id of something that a maker has made for this one request; GONE takes a parameter of
the base away; a value that is a class or a function is asked instead of compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from tests.harness import DAY, START, Shop
from tests.providers.stripe.rows.gallery import AGREED, SHIPPING, TYPED, as_, post, upload

GONE: Final = object()
SHARE: Final = {"transfer_data": {"destination": "@account"}}
META: Final[Any] = ({"metadata": {"a": "1"}}, {"metadata": {"a": "1"}})
MAIL: Final[Any] = ({"receipt_email": "jenny@example.com"}, {"receipt_email": "jenny@example.com"})
SENT: Final[Any] = ({"shipping": SHIPPING}, {"shipping.name": "Jenny Rosen", "shipping.tracking_number": "94"})
SAID: Final[Any] = ({"description": "Shoes"}, {"description": "Shoes"})
GROUP: Final[Any] = ({"transfer_group": "g"}, {"transfer_group": "g"})
DESCRIPTOR: Final[Any] = ({"statement_descriptor": "SHOP"}, {"statement_descriptor": "SHOP"})
SUFFIX: Final[Any] = ({"statement_descriptor_suffix": "7"}, {"statement_descriptor_suffix": "7"})
CARDS: Final = ["card"]
CARD_OPTIONS: Final = {"card": {"request_three_d_secure": "any"}}
ASKS: Final = {"payment_method": "pm_card_authenticationRequired", "confirm": True}
BACK: Final = "https://shop.example/back"


class Asked(NamedTuple):
    """An endpoint: what its requests have in common, and by parameter what one adds and what the answer shows, by dotted path."""

    base: Mapping[str, Any]
    rows: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]]


def there(value: Any) -> bool:
    return value is not None


def ends(suffix: str) -> Callable[[Any], bool]:
    return lambda value: str(value).endswith(suffix)


def intent(shop: Shop, **params: Any) -> Any:
    return post(shop, "/v1/payment_intents", {"amount": 2000, "currency": "usd", **params})["id"]


def charge(shop: Shop, **params: Any) -> Any:
    return post(shop, "/v1/charges", {"amount": 2000, "currency": "usd", "source": "tok_visa", **params})["id"]


def account(shop: Shop) -> Any:
    return post(shop, "/v1/accounts", {"type": "custom", "capabilities": {"transfers": {"requested": True}}})["id"]


def customer(shop: Shop, **params: Any) -> Any:
    return post(shop, "/v1/customers", params)["id"]


def shared(shop: Shop, **params: Any) -> Any:
    """The charge of a payment with a transfer and a fee."""
    terms = {"transfer_data": {"destination": account(shop)}, "application_fee_amount": 100}
    return shop.pay("pm_card_bypassPending", 10_000, **terms, **params)["latest_charge"]


def shown(shop: Shop, key: str, name: str) -> Any:
    return shop.get(f"/v1/charges/{key}")[name]


def attached(shop: Shop) -> Any:
    return post(shop, "/v1/payment_methods/pm_card_visa/attach", {"customer": customer(shop)})["id"]


def paid_out(shop: Shop) -> Any:
    own = shop.get("/v1/account")["id"]
    shop.pay("pm_card_bypassPending", 100_000)
    bank = {"object": "bank_account", "country": "US", "currency": "usd", "account_number": "000123456789", "routing_number": "110000000"}
    return post(shop, f"/v1/accounts/{own}/external_accounts", {"external_account": bank})["id"]


def disputed(shop: Shop) -> Any:
    return shop.disputes_of(shop.pay("pm_card_createDispute"))[0]["id"]


def linked(shop: Shop) -> Any:
    return post(shop, "/v1/file_links", {"file": upload(shop), "expires_at": shop.now + DAY})["id"]


def sourced(shop: Shop) -> Any:
    return post(shop, "/v1/sources", {"type": "card", "token": "tok_visa"})["id"]


def saved_card(shop: Shop) -> Any:
    """The path of a customer's card."""
    hers = customer(shop)
    return f"{hers}/sources/" + post(shop, f"/v1/customers/{hers}/sources", {"source": "tok_visa"})["id"]


def transferred(shop: Shop) -> Any:
    shop.pay("pm_card_bypassPending", 10_000)
    return post(shop, "/v1/transfers", {"amount": 100, "currency": "usd", "destination": account(shop)})["id"]


def reversed_(shop: Shop) -> Any:
    made = transferred(shop)
    return f"{made}/reversals/" + post(shop, f"/v1/transfers/{made}/reversals", {"amount": 10})["id"]


def fee_refunded(shop: Shop) -> Any:
    made = shown(shop, shared(shop), "application_fee")
    return f"{made}/refunds/" + post(shop, f"/v1/application_fees/{made}/refunds", {"amount": 10})["id"]


def direct(shop: Shop) -> Any:
    """An account that has money, which a fee can be taken of."""
    made = account(shop)
    post(shop, "/v1/payment_intents", {"amount": 2000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}, **as_(made))
    return made


MAKERS: Mapping[str, Callable[[Shop], Any]] = {
    "account": account,
    "attached": attached,
    "bank": paid_out,
    "bare": lambda shop: post(shop, "/v1/payment_methods", {"type": "card", "card": TYPED})["id"],
    "card": saved_card,
    "charge": charge,
    "customer": customer,
    "dispute": disputed,
    "endpoint": lambda shop: shop.hear("charge.failed")["id"],
    "fee": lambda shop: shown(shop, shared(shop), "application_fee"),
    "fee_refund": fee_refunded,
    "file": upload,
    "held": lambda shop: charge(shop, capture=False),
    "held_intent": lambda shop: shop.pay(capture_method="manual")["id"],
    "held_shared": lambda shop: charge(shop, capture=False, transfer_data={"destination": account(shop)}),
    "held_shared_intent": lambda shop: shop.pay(capture_method="manual", transfer_data={"destination": account(shop)})["id"],
    "intent": intent,
    "link": linked,
    "paid": lambda shop: shop.pay()["id"],
    "payer": lambda shop: customer(shop, source="tok_visa"),
    "payout": lambda shop: paid_out(shop) and post(shop, "/v1/payouts", {"amount": 100, "currency": "usd"})["id"],
    "ready": lambda shop: intent(shop, payment_method="pm_card_visa"),
    "refund": lambda shop: post(shop, "/v1/refunds", {"charge": charge(shop)})["id"],
    "reversal": reversed_,
    "setup": lambda shop: post(shop, "/v1/setup_intents")["id"],
    "shared": shared,
    "source": sourced,
    "transfer": transferred,
}

INTENTS: Mapping[str, Any] = {
    "allowed_payment_method_types": ({"allowed_payment_method_types": CARDS}, {"allowed_payment_method_types": CARDS}),
    "customer": ({"customer": "@customer"}, {"customer": "@customer"}),
    "description": SAID,
    "excluded_payment_method_types": ({"excluded_payment_method_types": ["klarna"]}, {"excluded_payment_method_types": ["klarna"]}),
    "metadata": META,
    "on_behalf_of": ({"on_behalf_of": "@account"}, {"on_behalf_of": "@account"}),
    "payment_method": ({"payment_method": "@bare"}, {"payment_method": "@bare", "status": "requires_confirmation"}),
    "payment_method_data": (
        {"payment_method_data": {"type": "card", "card": {"token": "tok_amex"}}, "expand": ["payment_method"]},
        {"payment_method.card.brand": "amex"},
    ),
    "payment_method_options": (
        {"payment_method_options": CARD_OPTIONS}, {"payment_method_options.card.request_three_d_secure": "any"},
    ),
    "payment_method_types": ({"payment_method_types": CARDS}, {"payment_method_types": CARDS, "automatic_payment_methods": None}),
    "receipt_email": MAIL,
    "setup_future_usage": ({"setup_future_usage": "off_session"}, {"setup_future_usage": "off_session"}),
    "shipping": SENT,
    "statement_descriptor": DESCRIPTOR,
    "statement_descriptor_suffix": SUFFIX,
    "transfer_data": (SHARE, {"transfer_data.destination": "@account"}),
    "transfer_group": GROUP,
    "application_fee_amount": ({**SHARE, "application_fee_amount": 100}, {"application_fee_amount": 100}),
}  # fmt: skip
OF_CARDS: Mapping[str, Any] = {
    "payment_method_options[card][capture_method]": (
        {"payment_method_options": {"card": {"capture_method": "manual"}}, "payment_method": "pm_card_visa", "confirm": True},
        {"status": "requires_capture", "capture_method": "automatic_async", "payment_method_options.card.capture_method": "manual"},
    ),
    "payment_method_options[card][setup_future_usage]": (
        {
            "payment_method_options": {"card": {"setup_future_usage": "off_session"}}, "payment_method": "pm_card_visa", "confirm": True,
            "expand": ["payment_method"],
        },
        {"payment_method.customer": None, "setup_future_usage": None, "payment_method_options.card.setup_future_usage": "off_session"},
    ),
}  # fmt: skip
CONFIRMS: Mapping[str, Any] = {
    **OF_CARDS,
    "return_url": ({**ASKS, "return_url": BACK}, {"next_action.redirect_to_url.return_url": BACK}),
    "use_stripe_sdk": ({**ASKS, "return_url": BACK, "use_stripe_sdk": True}, {"next_action.type": "use_stripe_sdk"}),
    "mandate_data": (
        {"mandate_data": AGREED, "confirm": True, "payment_method": "pm_card_visa", "expand": ["latest_charge"]},
        {"latest_charge.payment_method_details.card.mandate": ends("")},
    ),
}  # fmt: skip


def confirming(rows: Mapping[str, Any]) -> dict[str, Any]:
    """The same of a call that confirms anyway."""
    return {name: ({k: v for k, v in params.items() if k != "confirm"}, shows) for name, (params, shows) in rows.items()}


ENDPOINTS: Mapping[str, Asked] = {
    "/v1/charges": Asked({"amount": 2000, "currency": "usd", "source": "tok_visa"}, {
        "amount": ({"amount": 900}, {"amount": 900, "amount_captured": 900}),
        "currency": ({"currency": "eur"}, {"currency": "eur"}),
        "source": ({"source": "tok_amex"}, {"source.brand": "American Express", "payment_method_details.card.brand": "amex"}),
        "customer": ({"source": GONE, "customer": "@payer"}, {"customer": "@payer", "source.customer": "@payer"}),
        "capture": ({"capture": False}, {"captured": False, "amount_captured": 0, "status": "succeeded", "paid": True}),
        "description": SAID, "metadata": META, "receipt_email": MAIL, "shipping": SENT, "statement_descriptor": DESCRIPTOR,
        "statement_descriptor_suffix": ({"statement_descriptor_suffix": "7"}, {"calculated_statement_descriptor": ends("* 7")}),
        "transfer_data": (SHARE, {"transfer_data.destination": "@account", "destination": "@account", "transfer": there}),
        "transfer_group": GROUP,
        "on_behalf_of": ({"on_behalf_of": "@account"}, {"on_behalf_of": "@account"}),
        "application_fee_amount": ({**SHARE, "application_fee_amount": 100}, {"application_fee_amount": 100, "application_fee": there}),
    }),
    "/v1/charges/@charge": Asked({}, {
        "customer": ({"customer": "@customer"}, {"customer": "@customer"}),
        "description": SAID, "metadata": META, "receipt_email": MAIL, "shipping": SENT, "transfer_group": GROUP,
        "fraud_details": ({"fraud_details": {"user_report": "fraudulent"}}, {"fraud_details": {"user_report": "fraudulent"}}),
    }),
    "/v1/charges/@held/capture": Asked({}, {
        "amount": ({"amount": 900}, {"amount_captured": 900, "amount": 2000, "captured": True}),
        "receipt_email": MAIL, "statement_descriptor": DESCRIPTOR, "statement_descriptor_suffix": SUFFIX, "transfer_group": GROUP,
    }),
    "/v1/charges/@held_shared/capture": Asked({"expand": ["transfer"]}, {
        "application_fee_amount": ({"application_fee_amount": 100}, {"application_fee_amount": 100, "application_fee": there}),
        "transfer_data": ({"transfer_data": {"amount": 700}}, {"transfer_data.amount": 700, "transfer.amount": 700}),
    }),
    "/v1/charges/@charge/refund": Asked({}, {
        "amount": ({"amount": 500}, {"object": "charge", "amount_refunded": 500, "refunded": False}),
    }),
    "/v1/charges/@charge/refunds": Asked({}, {"amount": ({"amount": 500}, {"object": "refund", "charge": "@charge", "amount": 500})}),
    "/v1/refunds": Asked({"charge": "@charge"}, {
        "charge": ({}, {"charge": "@charge", "amount": 2000, "status": "succeeded"}),
        "payment_intent": ({"charge": GONE, "payment_intent": "@paid"}, {"payment_intent": "@paid", "amount": 2000}),
        "amount": ({"amount": 500}, {"amount": 500}),
        "reason": ({"reason": "fraudulent"}, {"reason": "fraudulent"}),
        "metadata": META,
        "instructions_email": ({"instructions_email": "a@example.com"}, {"instructions_email": "a@example.com"}),
        "refund_application_fee": (
            {"charge": "@shared", "refund_application_fee": True, "expand": ["charge.application_fee"]},
            {"charge.application_fee.amount_refunded": 100, "transfer_reversal": None},
        ),
        "reverse_transfer": (
            {"charge": "@shared", "reverse_transfer": True, "expand": ["transfer_reversal"]}, {"transfer_reversal.amount": 10_000},
        ),
    }),
    "/v1/refunds/@refund": Asked({}, {"metadata": META}),
    "/v1/disputes/@dispute": Asked({}, {
        "evidence": (
            {"evidence": {"customer_name": "Jenny", "receipt": "@file"}},
            {
                "evidence.customer_name": "Jenny", "evidence.receipt": "@file", "status": "under_review",
                "evidence_details.submission_count": 1,
            },
        ),
        "metadata": (META[0], {"metadata": {"a": "1"}, "status": "needs_response", "evidence_details.has_evidence": False}),
        "submit": (
            {"submit": False, "evidence": {"customer_name": "Jenny"}},
            {"status": "needs_response", "evidence_details.has_evidence": True, "evidence_details.submission_count": 0},
        ),
        "intended_submission_method": ({"intended_submission_method": "manual"}, {"intended_submission_method": "manual"}),
    }),
    "/v1/file_links": Asked({"file": "@file"}, {
        "file": ({}, {"file": "@file", "expired": False, "url": there}),
        "expires_at": ({"expires_at": START + DAY}, {"expires_at": START + DAY}),
        "metadata": META,
    }),
    "/v1/file_links/@link": Asked({}, {
        "expires_at": ({"expires_at": "now"}, {"expired": True, "url": None, "expires_at": START}),
        "expires_at=": ({"expires_at": ""}, {"expired": False, "expires_at": None}),
        "expires_at=time": ({"expires_at": START + 2 * DAY}, {"expires_at": START + 2 * DAY}),
        "metadata": META,
    }),
    "/v1/payment_intents": Asked({"amount": 2000, "currency": "usd"}, {
        **INTENTS, **CONFIRMS,
        "amount": ({"amount": 900}, {"amount": 900}),
        "currency": ({"currency": "eur"}, {"currency": "eur"}),
        "automatic_payment_methods": (
            {"automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}},
            {"automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}},
        ),
        "capture_method": (
            {"capture_method": "manual", "confirm": True, "payment_method": "pm_card_visa"},
            {"capture_method": "manual", "status": "requires_capture", "amount_capturable": 2000},
        ),
        "confirm": ({"confirm": True, "payment_method": "pm_card_visa"}, {"status": "succeeded", "amount_received": 2000}),
        "confirmation_method": ({"confirmation_method": "manual"}, {"confirmation_method": "manual"}),
    }),
    "/v1/payment_intents/@intent": Asked({}, {
        **INTENTS,
        "amount": ({"amount": 900}, {"amount": 900}),
        "currency": ({"currency": "eur"}, {"currency": "eur"}),
        "capture_method": ({"capture_method": "manual"}, {"capture_method": "manual"}),
    }),
    "/v1/payment_intents/@intent/confirm": Asked({"payment_method": "pm_card_visa"}, {
        **confirming(CONFIRMS),
        "payment_method": ({"payment_method": "@bare"}, {"payment_method": "@bare", "status": "succeeded"}),
        "payment_method_data": (
            {"payment_method": GONE, **INTENTS["payment_method_data"][0]}, {"payment_method.card.brand": "amex", "status": "succeeded"},
        ),
        "payment_method_options": INTENTS["payment_method_options"],
        "receipt_email": MAIL, "setup_future_usage": INTENTS["setup_future_usage"], "shipping": SENT,
        "capture_method": ({"capture_method": "manual"}, {"status": "requires_capture"}),
        "amount_to_confirm": ({"amount_to_confirm": 2000}, {"status": "succeeded"}),
    }),
    "/v1/payment_intents/@held_intent/capture": Asked({}, {
        "amount_to_capture": ({"amount_to_capture": 900}, {"amount_received": 900, "status": "succeeded", "amount_capturable": 0}),
        "final_capture": ({"final_capture": True}, {"status": "succeeded"}),
        "metadata": META, "statement_descriptor": DESCRIPTOR, "statement_descriptor_suffix": SUFFIX,
    }),
    "/v1/payment_intents/@held_shared_intent/capture": Asked({"expand": ["latest_charge.transfer"]}, {
        "application_fee_amount": (
            {"application_fee_amount": 100}, {"application_fee_amount": 100, "latest_charge.application_fee": there},
        ),
        "transfer_data": ({"transfer_data": {"amount": 700}}, {"transfer_data.amount": 700, "latest_charge.transfer.amount": 700}),
    }),
    "/v1/payment_intents/@intent/cancel": Asked({}, {
        f"cancellation_reason={reason}": ({"cancellation_reason": reason}, {"cancellation_reason": reason, "status": "canceled"})
        for reason in ("duplicate", "fraudulent", "requested_by_customer", "abandoned")
    }),
}  # fmt: skip
