"""Every error that Stripe's tables know, in its exact words: declines, bad requests, keys, illegal calls."""

from __future__ import annotations

import re
from typing import Any

from tests.harness import Answer, Shop
from tests.snapshots import disputes, payments
from tests.snapshots.happenings import hook
from tests.snapshots.payments import Scene, charged, intent, step, token_charge


def declined(card: str) -> Scene:
    return lambda shop: intent(shop, payment_method=f"pm_card_{card}", confirm=True)


def by_number(number: str, **card: Any) -> Scene:
    given = {"number": number, "exp_month": 8, "exp_year": 2030, "cvc": "314", **card}
    return lambda shop: shop.post("/v1/payment_methods", {"type": "card", "card": given})


def get(path: str, **params: Any) -> Scene:
    return lambda shop: shop.get(path, params)


def post(path: str, **params: Any) -> Scene:
    return lambda shop: shop.post(path, params)


def refund(**params: Any) -> Scene:
    """The refund of a fresh charge of USD 20.00, of which USD 5.00 were given back."""

    def scene(shop: Shop) -> Answer:
        charge = charged(shop)["id"]
        shop.post("/v1/refunds", {"charge": charge, "amount": 500})
        return shop.post("/v1/refunds", {"charge": charge, **params})

    return scene


def refund_of(**made: Any) -> Scene:
    return lambda shop: shop.post("/v1/refunds", {"payment_intent": intent(shop, **made)["id"]})


def refund_twice(shop: Shop) -> Answer:
    charge = payments.charge_refunded(shop)["id"]
    return shop.post("/v1/refunds", {"charge": charge})


def on(verb: str, made: dict[str, Any], **params: Any) -> Scene:
    """A verb on a payment intent that was made with those parameters."""
    return lambda shop: step(shop, intent(shop, **made), verb, **params)


def off_session(shop: Shop) -> Answer:
    method = payments.attached(shop, "pm_card_authenticationRequired")
    return intent(shop, payment_method=method["id"], customer=method["customer"], confirm=True, off_session=True)


def capture_twice(shop: Shop) -> Answer:
    charge = token_charge(shop, capture=False)["id"]
    shop.post(f"/v1/charges/{charge}/capture")
    return shop.post(f"/v1/charges/{charge}/capture")


def capture_late(shop: Shop) -> Answer:
    charge = token_charge(shop, capture=False)["id"]
    shop.advance(days=7)
    return shop.post(f"/v1/charges/{charge}/capture")


def capture_charge_of_intent(shop: Shop) -> Answer:
    return shop.post(f"/v1/charges/{shop.pay(capture_method='manual')['latest_charge']}/capture")


def refund_disputed(shop: Shop) -> Answer:
    return shop.post("/v1/refunds", {"charge": disputes.disputed(shop)["charge"]})


def evidence_after_the_end(shop: Shop) -> Answer:
    return disputes.evidence(shop, disputes.accepted(shop), "too late")


def evidence_twice(shop: Shop) -> Answer:
    made = disputes.evidence(shop, disputes.disputed(shop), "once")
    return disputes.evidence(shop, made, "twice")


def evidence_of(shop: Shop, **evidence: Any) -> Answer:
    return shop.post(f"/v1/disputes/{disputes.disputed(shop)['id']}", {"evidence": evidence})


def upload(content: bytes, **data: Any) -> Scene:
    files = {"file": ("receipt.pdf", content, "application/pdf")}
    return lambda shop: shop.post("/v1/files", files=files, data=data)


def other_customers_method(shop: Shop, **params: Any) -> Answer:
    return intent(shop, payment_method=payments.attached(shop)["id"], **params)


def spent_method(shop: Shop) -> Answer:
    return intent(shop, payment_method=payments.detached(shop)["id"])


def attached_twice(shop: Shop) -> Answer:
    return payments.attached(shop, payments.attached(shop)["id"])


def idempotent(first: Scene | None = None, **params: Any) -> Scene:
    """The same key again, with other parameters or on another endpoint."""

    def scene(shop: Shop) -> Answer:
        headers = {"idempotency-key": "order-6735"}
        shop.post("/v1/customers", {"name": "Jenny Rosen"}, headers=headers)
        return shop.post(params.pop("path", "/v1/customers"), params, headers=headers)

    return scene


def both_cursors(shop: Shop) -> Answer:
    charge = charged(shop)["id"]
    return shop.get("/v1/charges", {"starting_after": charge, "ending_before": charge})


def key(value: str, path: str = "/v1/charges") -> Scene:
    return lambda shop: shop.get(path, key=value)


def headed(**headers: str) -> Scene:
    return lambda shop: shop.get("/v1/charges", headers={name.replace("_", "-"): value for name, value in headers.items()})


DECLINES = (
    "visa_chargeDeclined", "visa_chargeDeclinedInsufficientFunds", "visa_chargeDeclinedLostCard", "visa_chargeDeclinedStolenCard",
    "visa_chargeDeclinedVelocityLimitExceeded", "chargeDeclinedExpiredCard", "chargeDeclinedIncorrectCvc",
    "chargeDeclinedProcessingError", "chargeCustomerFail",
)  # fmt: skip
MANUAL = {"payment_method": "pm_card_visa", "capture_method": "manual", "confirm": True}
USD_20 = {"amount": 2000, "currency": "usd"}
PAID = {"payment_method": "pm_card_visa", "confirm": True}

SCENES: dict[str, Scene] = {f"error.{name}": scene for name, scene in {
    # The card
    **{"declined." + re.sub("^visa_chargeDeclined$", "generic", card).removeprefix("visa_"): declined(card) for card in DECLINES},
    "declined.token": lambda shop: token_charge(shop, "tok_visa_chargeDeclinedFraudulent"),
    "declined.off_session": off_session,
    "declined.at_setup": lambda shop: payments.setup(shop, payment_method="pm_card_chargeDeclined", confirm=True),
    "declined.at_attach": lambda shop: payments.attached(shop, "pm_card_chargeDeclined"),
    "card.incorrect_number": by_number("4242424242424241"),
    "card.not_a_test_card": by_number("4111111111111111"),
    "card.expiry_month": by_number("4242424242424242", exp_month=13),
    "card.expiry_year": by_number("4242424242424242", exp_year=1995),
    "card.cvc": by_number("4242424242424242", cvc="99"),
    # Keys and headers
    "key.live": key("sk_live_alpha"),
    "key.unknown": key("sk_test_not-a-merchant-name"),
    "key.with_space": key("sk_test_alpha beta"),
    "key.publishable": key("pk_test_alpha"),
    "key.missing": headed(authorization=""),
    "version.unknown": headed(stripe_version="2026"),
    "idempotency.other_parameters": idempotent(name="Jane Doe"),
    "idempotency.other_endpoint": idempotent(path="/v1/payment_intents", amount=2000, currency="usd"),
    "idempotency.key_too_long": lambda shop: shop.post("/v1/customers", headers={"idempotency-key": "k" * 256}),
    # The shape of a request
    "url.unknown": get("/v1/chargebacks"),
    "url.not_emulated": get("/v1/radar/value_lists"),
    "body.json": lambda shop: shop.post("/v1/customers", content='{"name": "Jenny"}', headers={"content-type": "application/json"}),
    "param.unknown": post("/v1/customers", nickname="Jen"),
    "param.unknown_nested": post("/v1/customers", address={"planet": "Earth"}),
    "param.unknown_several": post("/v1/customers", nickname="Jen", age=7),
    "param.missing": post("/v1/payment_intents", currency="usd"),
    "param.empty": post("/v1/payment_intents", amount="", currency="usd"),
    "param.integer": post("/v1/payment_intents", amount="abc", currency="usd"),
    "param.boolean": post("/v1/payment_intents", amount=2000, currency="usd", confirm="maybe"),
    "param.enum": refund(reason="regret"),
    "param.string": post("/v1/customers", name={"first": "Jenny"}),
    "param.email": post("/v1/customers", email="jenny"),
    "param.metadata_value": post("/v1/customers", metadata={"note": "x" * 501}),
    "param.metadata_key": post("/v1/customers", metadata={"k" * 41: "x"}),
    "param.currency": post("/v1/payment_intents", amount=2000, currency="xxd"),
    "param.limit": get("/v1/charges", limit="many"),
    "amount.zero": post("/v1/payment_intents", amount=0, currency="usd"),
    "amount.negative": post("/v1/payment_intents", amount=-1, currency="usd"),
    "amount.too_small": post("/v1/payment_intents", amount=49, currency="usd"),
    "amount.too_large": post("/v1/payment_intents", amount=100_000_000, currency="usd"),
    "expand.unknown": get("/v1/charges", expand=["nothing"]),
    "expand.too_deep": lambda shop: shop.get(f"/v1/charges/{charged(shop)['id']}", {"expand": ["a.b.c.d.e"]}),
    "cursor.unknown": get("/v1/charges", starting_after="ch_nope"),
    "cursor.both": both_cursors,
    # What is not there
    **{
        f"missing.{noun}": get(f"/v1/{path}/nope")
        for noun, path in {
            "charge": "charges", "payment_intent": "payment_intents", "refund": "refunds", "dispute": "disputes", "event": "events",
            "customer": "customers", "payment_method": "payment_methods", "file": "files", "webhook_endpoint": "webhook_endpoints",
            "balance_transaction": "balance_transactions", "early_fraud_warning": "radar/early_fraud_warnings",
        }.items()
    },
    "missing.charge_to_refund": post("/v1/refunds", charge="ch_nope"),
    "missing.intent_to_refund": post("/v1/refunds", payment_intent="pi_nope"),
    "missing.customer_of_intent": post("/v1/payment_intents", amount=2000, currency="usd", customer="cus_nope"),
    "missing.customer_deleted_twice": lambda shop: shop.delete(f"/v1/customers/{payments.customer_deleted(shop)['id']}"),
    "missing.token": lambda shop: token_charge(shop, "tok_nope"),
    "missing.payout": get("/v1/balance_transactions", payout="po_nope"),
    # Charges
    "charge.without_source": post("/v1/charges", amount=2000, currency="usd"),
    "charge.of_customer_without_card": lambda shop: shop.post("/v1/charges", {**USD_20, "customer": payments.customer(shop)["id"]}),
    "charge.captured_twice": capture_twice,
    "charge.captured_late": capture_late,
    "charge.captured_beside_its_intent": capture_charge_of_intent,
    # Payment intents
    "intent.confirmed_without_method": on("confirm", {}),
    "intent.confirmed_twice": on("confirm", PAID),
    "intent.captured_unconfirmed": on("capture", {}),
    "intent.captured_already": on("capture", PAID),
    "intent.captured_too_much": on("capture", MANUAL, amount_to_capture=2001),
    "intent.captured_nothing": on("capture", MANUAL, amount_to_capture=0),
    "intent.captured_negative": on("capture", MANUAL, amount_to_capture=-1),
    "intent.canceled_after_success": on("cancel", PAID),
    "intent.amount_after_success": lambda shop: shop.post(f"/v1/payment_intents/{shop.pay()['id']}", {"amount": 2100}),
    "method.without_its_customer": other_customers_method,
    "method.of_another_customer": lambda shop: other_customers_method(shop, customer=payments.customer(shop)["id"]),
    "method.spent": spent_method,
    "method.attached_twice": attached_twice,
    # Refunds
    "refund.of_nothing": post("/v1/refunds", amount=100),
    "refund.too_much": refund(amount=1501),
    "refund.too_little": refund(amount=0),
    "refund.twice": refund_twice,
    "refund.of_uncaptured": refund_of(**MANUAL),
    "refund.of_unconfirmed": refund_of(),
    "refund.of_disputed": refund_disputed,
    "refund.canceled": lambda shop: shop.post(f"/v1/refunds/{disputes.refund(shop)['id']}/cancel"),
    # Disputes and files
    "dispute.evidence_after_the_end": evidence_after_the_end,
    "dispute.evidence_twice": evidence_twice,
    "dispute.closed_twice": lambda shop: shop.post(f"/v1/disputes/{disputes.accepted(shop)['id']}/close"),
    "dispute.text_too_long": lambda shop: evidence_of(shop, product_description="x" * 20_001),
    "dispute.text_too_long_together": lambda shop: evidence_of(shop, **dict.fromkeys(LONG_TEXTS, "x" * 19_000)),
    "dispute.file_unknown": lambda shop: evidence_of(shop, receipt="file_nope"),
    "dispute.field_unknown": lambda shop: evidence_of(shop, alibi="at home"),
    "file.wrong_type": upload(b"plain text", purpose="dispute_evidence"),
    "file.without_purpose": upload(disputes.PDF),
    "file.wrong_purpose": upload(disputes.PDF, purpose="holiday_snaps"),
    "webhook_endpoint.url": lambda shop: hook(shop, url="nowhere"),
    "webhook_endpoint.event": lambda shop: hook(shop, enabled_events=["dispute.created"]),
    "webhook_endpoint.too_many": lambda shop: [hook(shop) for _ in range(17)][-1],
}.items()}  # fmt: skip
LONG_TEXTS = (
    "access_activity_log", "cancellation_policy_disclosure", "cancellation_rebuttal", "duplicate_charge_explanation",
    "product_description", "refund_policy_disclosure", "refund_refusal_explanation", "uncategorized_text",
)  # fmt: skip
