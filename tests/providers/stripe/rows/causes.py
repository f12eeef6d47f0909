"""State changes of the documentation's table of events, each as what a shop does: what comes before, and then the change itself.

A cause is a generator: before its `yield` everything is made ready, after it comes the change whose events are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.harness import DAY, Shop
from tests.providers.stripe.test_connect import as_, connected
from tests.providers.stripe.test_debits import debit
from tests.providers.stripe.test_disputes import uploaded
from tests.providers.stripe.test_payouts import bank, pay_out, rich
from tests.providers.stripe.test_refund_x_dispute import decide
from tests.providers.stripe.test_timings import bank_opens, submit

Cause = Callable[[Shop], Iterator[None]]
USD = {"amount": 2000, "currency": "usd"}


def intent(shop: Shop, **params: object) -> str:
    answer = shop.post("/v1/payment_intents", {**USD, **params})
    return str(answer["id"] if answer.status == 200 else answer.error["payment_intent"]["id"])


# Payments


def intent_created(shop: Shop) -> Iterator[None]:
    yield
    intent(shop)


def confirmed(shop: Shop) -> Iterator[None]:
    made = intent(shop)
    yield
    shop.post(f"/v1/payment_intents/{made}/confirm", {"payment_method": "pm_card_visa"})


def created_and_confirmed(shop: Shop) -> Iterator[None]:
    yield
    shop.pay()


def charge_cleared(shop: Shop) -> Iterator[None]:
    """Only where a capture is asynchronous: in profile network."""
    shop.pay()
    yield
    shop.advance(seconds=2)


def declined(shop: Shop) -> Iterator[None]:
    made = intent(shop)
    yield
    shop.post(f"/v1/payment_intents/{made}/confirm", {"payment_method": "pm_card_chargeDeclined"})


def declined_while_created(shop: Shop) -> Iterator[None]:
    yield
    intent(shop, payment_method="pm_card_chargeDeclined", confirm=True)


def action_required(shop: Shop) -> Iterator[None]:
    made = intent(shop)
    yield
    shop.post(f"/v1/payment_intents/{made}/confirm", {"payment_method": "pm_card_authenticationRequired"})


def authenticated(shop: Shop) -> Iterator[None]:
    made = shop.pay("pm_card_authenticationRequired")
    yield
    shop.control("POST", f"/three_d_secure/{made['id']}/pass")


def not_authenticated(shop: Shop) -> Iterator[None]:
    made = shop.pay("pm_card_authenticationRequired")
    yield
    shop.control("POST", f"/three_d_secure/{made['id']}/fail")


def authorized(shop: Shop) -> Iterator[None]:
    made = intent(shop, capture_method="manual")
    yield
    shop.post(f"/v1/payment_intents/{made}/confirm", {"payment_method": "pm_card_visa"})


def captured(shop: Shop) -> Iterator[None]:
    held = shop.pay(capture_method="manual")
    yield
    shop.post(f"/v1/payment_intents/{held['id']}/capture")


def captured_in_part(shop: Shop) -> Iterator[None]:
    held = shop.pay(capture_method="manual")
    yield
    shop.post(f"/v1/payment_intents/{held['id']}/capture", {"amount_to_capture": 1500})


def canceled_before_capture(shop: Shop) -> Iterator[None]:
    held = shop.pay(capture_method="manual")
    yield
    shop.post(f"/v1/payment_intents/{held['id']}/cancel")


def canceled_before_a_charge(shop: Shop) -> Iterator[None]:
    made = intent(shop)
    yield
    shop.post(f"/v1/payment_intents/{made}/cancel")


def authorization_expired(shop: Shop) -> Iterator[None]:
    shop.pay(capture_method="manual")
    yield
    shop.advance(days=7)


def debit_confirmed(shop: Shop) -> Iterator[None]:
    yield
    debit(shop)


def debit_settled(shop: Shop) -> Iterator[None]:
    debit(shop)
    yield
    shop.advance(days=5)


def debit_failed(shop: Shop) -> Iterator[None]:
    debit(shop, "pm_usBankAccount_noAccount")
    yield
    shop.advance(days=5)


def debit_canceled(shop: Shop) -> Iterator[None]:
    made = debit(shop)
    yield
    shop.post(f"/v1/payment_intents/{made['id']}/cancel")


# Refunds


def refund(shop: Shop, card: str = "visa", **params: object) -> str:
    return str(shop.post("/v1/refunds", {"payment_intent": shop.pay(f"pm_card_{card}")["id"], **params})["id"])


def refund_created(shop: Shop) -> Iterator[None]:
    paid = shop.pay()
    yield
    shop.post("/v1/refunds", {"payment_intent": paid["id"]})


def refund_created_in_part(shop: Shop) -> Iterator[None]:
    paid = shop.pay()
    yield
    shop.post("/v1/refunds", {"payment_intent": paid["id"], "amount": 500})


def refund_of_the_rest(shop: Shop) -> Iterator[None]:
    paid = shop.pay()
    shop.post("/v1/refunds", {"payment_intent": paid["id"], "amount": 500})
    yield
    shop.post("/v1/refunds", {"payment_intent": paid["id"]})


def refund_traced(shop: Shop) -> Iterator[None]:
    refund(shop)
    yield
    shop.advance(seconds=2)


def refund_metadata_changed(shop: Shop) -> Iterator[None]:
    made = refund(shop)
    yield
    shop.post(f"/v1/refunds/{made}", {"metadata": {"a": "b"}})


def refund_pending_succeeded(shop: Shop) -> Iterator[None]:
    refund(shop, "pendingRefund")
    yield
    shop.advance(seconds=5)


def refund_failed(shop: Shop) -> Iterator[None]:
    refund(shop, "refundFail")
    shop.advance(seconds=2)
    yield
    shop.advance(seconds=2)


def refund_canceled(shop: Shop) -> Iterator[None]:
    data = {"type": "promptpay", "billing_details": {"email": "a@example.com"}}
    paid = intent(shop, currency="thb", payment_method_data=data, confirm=True, payment_method_types=["promptpay"])
    shop.control("POST", f"/three_d_secure/{paid}/pass")
    made = shop.post("/v1/refunds", {"payment_intent": paid})["id"]
    yield
    shop.post(f"/v1/refunds/{made}/cancel")


def waiting_refund_moot(shop: Shop) -> Iterator[None]:
    """Of a debit that fails before it can be given back."""
    made = debit(shop, "pm_usBankAccount_noAccount")
    shop.post("/v1/refunds", {"payment_intent": made["id"]})
    yield
    shop.advance(days=5)


def waiting_refund_due(shop: Shop) -> Iterator[None]:
    made = debit(shop)
    shop.post("/v1/refunds", {"payment_intent": made["id"]})
    yield
    shop.advance(days=5)


# Disputes


def chargeback_of_a_test_card(shop: Shop) -> Iterator[None]:
    yield
    shop.pay("pm_card_createDispute")


def chargeback_by_the_bank(shop: Shop) -> Iterator[None]:
    paid = shop.pay()
    yield
    bank_opens(shop, paid)


def inquiry_opened(shop: Shop) -> Iterator[None]:
    paid = shop.pay()
    yield
    bank_opens(shop, paid, "inquiry")


def evidence_staged(shop: Shop) -> Iterator[None]:
    dispute = bank_opens(shop, shop.pay())
    yield
    shop.post(f"/v1/disputes/{dispute}", {"evidence": {"uncategorized_text": "a"}, "submit": False})


def evidence_submitted(shop: Shop) -> Iterator[None]:
    dispute = bank_opens(shop, shop.pay())
    yield
    submit(shop, dispute, "a")


def inquiry_answered(shop: Shop) -> Iterator[None]:
    dispute = bank_opens(shop, shop.pay(), "inquiry")
    yield
    submit(shop, dispute, "a")


def dispute_metadata_changed(shop: Shop) -> Iterator[None]:
    dispute = bank_opens(shop, shop.pay())
    yield
    shop.post(f"/v1/disputes/{dispute}", {"metadata": {"a": "b"}})


def evidence_enriched(shop: Shop) -> Iterator[None]:
    bank_opens(shop, shop.pay(description="Shoes"))
    yield
    shop.advance(seconds=3)


def inquiry_escalated(shop: Shop) -> Iterator[None]:
    dispute = bank_opens(shop, shop.pay(), "inquiry")
    yield
    decide(shop, dispute, "escalate")


def won(shop: Shop) -> Iterator[None]:
    submit(shop, bank_opens(shop, shop.pay()), "winning_evidence")
    yield
    shop.advance(seconds=6)


def won_in_part(shop: Shop) -> Iterator[None]:
    """A payment that was refunded in part before it was disputed."""
    paid = shop.pay()
    shop.post("/v1/refunds", {"payment_intent": paid["id"], "amount": 500})
    dispute = bank_opens(shop, paid)
    submit(shop, dispute, "a")
    yield
    decide(shop, dispute, "win")


def lost_after_review(shop: Shop) -> Iterator[None]:
    submit(shop, bank_opens(shop, shop.pay()), "losing_evidence")
    yield
    shop.advance(seconds=6)


def deadline_missed(shop: Shop) -> Iterator[None]:
    bank_opens(shop, shop.pay("pm_card_bypassPending"))
    yield
    shop.advance(days=9)


def accepted(shop: Shop) -> Iterator[None]:
    dispute = bank_opens(shop, shop.pay())
    yield
    shop.post(f"/v1/disputes/{dispute}/close")


def inquiry_accepted(shop: Shop) -> Iterator[None]:
    dispute = bank_opens(shop, shop.pay(), "inquiry")
    yield
    shop.post(f"/v1/disputes/{dispute}/close")


def appeal_unanswered(shop: Shop) -> Iterator[None]:
    dispute = bank_opens(shop, shop.pay("pm_card_bypassPending"))
    submit(shop, dispute, "losing_evidence")
    shop.advance(seconds=6)
    decide(shop, dispute, "escalate")
    yield
    shop.advance(days=9)


def chargeback_before_the_charge_clears(shop: Shop) -> Iterator[None]:
    """Only in profile network."""
    paid = shop.pay()
    yield
    bank_opens(shop, paid)


def inquiry_closed(shop: Shop) -> Iterator[None]:
    bank_opens(shop, shop.pay("pm_card_bypassPending"), "inquiry")
    yield
    shop.advance(days=120)


def inquiry_dropped(shop: Shop) -> Iterator[None]:
    dispute = bank_opens(shop, shop.pay(), "inquiry")
    yield
    decide(shop, dispute, "win")


# Radar


def warned(shop: Shop) -> Iterator[None]:
    paid = shop.pay()
    yield
    shop.control("POST", "/early_fraud_warnings", {"charge": paid["latest_charge"]})


def warning_spent_by_a_refund(shop: Shop) -> Iterator[None]:
    paid = shop.pay("pm_card_createIssuerFraudRecord")
    yield
    shop.post("/v1/refunds", {"payment_intent": paid["id"]})


def review_opened(shop: Shop) -> Iterator[None]:
    yield
    shop.pay("pm_card_riskLevelElevated")


def review_approved(shop: Shop) -> Iterator[None]:
    paid = shop.pay("pm_card_riskLevelElevated")
    yield
    shop.post(f"/v1/reviews/{paid['review']}/approve")


def review_closed_by_a_refund(shop: Shop) -> Iterator[None]:
    paid = shop.pay("pm_card_riskLevelElevated")
    yield
    shop.post("/v1/refunds", {"payment_intent": paid["id"]})


def review_closed_by_a_dispute(shop: Shop) -> Iterator[None]:
    paid = shop.pay("pm_card_riskLevelElevated")
    yield
    bank_opens(shop, paid)


# Customers and what they pay with


def customer(shop: Shop) -> str:
    return str(shop.post("/v1/customers", {"name": "Ann"})["id"])


def customer_created(shop: Shop) -> Iterator[None]:
    yield
    customer(shop)


def customer_updated(shop: Shop) -> Iterator[None]:
    made = customer(shop)
    yield
    shop.post(f"/v1/customers/{made}", {"name": "Bea"})


def customer_deleted(shop: Shop) -> Iterator[None]:
    made = customer(shop)
    yield
    shop.delete(f"/v1/customers/{made}")


def source_created(shop: Shop) -> Iterator[None]:
    made = customer(shop)
    yield
    shop.post(f"/v1/customers/{made}/sources", {"source": "tok_visa"})


def source_updated(shop: Shop) -> Iterator[None]:
    made = customer(shop)
    card = shop.post(f"/v1/customers/{made}/sources", {"source": "tok_visa"})["id"]
    yield
    shop.post(f"/v1/customers/{made}/sources/{card}", {"exp_year": 2035})


def source_deleted(shop: Shop) -> Iterator[None]:
    made = customer(shop)
    card = shop.post(f"/v1/customers/{made}/sources", {"source": "tok_visa"})["id"]
    yield
    shop.delete(f"/v1/customers/{made}/sources/{card}")


def method_made(shop: Shop) -> Iterator[None]:
    yield
    shop.post("/v1/payment_methods", {"type": "card", "card": {"token": "tok_visa"}})


def method_attached(shop: Shop) -> Iterator[None]:
    made = customer(shop)
    yield
    shop.post("/v1/payment_methods/pm_card_visa/attach", {"customer": made})


def method_updated(shop: Shop) -> Iterator[None]:
    method = shop.post("/v1/payment_methods/pm_card_visa/attach", {"customer": customer(shop)})["id"]
    yield
    shop.post(f"/v1/payment_methods/{method}", {"metadata": {"a": "b"}})


def method_detached(shop: Shop) -> Iterator[None]:
    method = shop.post("/v1/payment_methods/pm_card_visa/attach", {"customer": customer(shop)})["id"]
    yield
    shop.post(f"/v1/payment_methods/{method}/detach")


def setup(shop: Shop, **params: object) -> str:
    answer = shop.post("/v1/setup_intents", params)
    return str(answer["id"] if answer.status == 200 else "")


def setup_created(shop: Shop) -> Iterator[None]:
    yield
    setup(shop)


def setup_succeeded(shop: Shop) -> Iterator[None]:
    made = setup(shop, payment_method="pm_card_visa")
    yield
    shop.post(f"/v1/setup_intents/{made}/confirm")


def setup_requires_action(shop: Shop) -> Iterator[None]:
    made = setup(shop, payment_method="pm_card_authenticationRequired")
    yield
    shop.post(f"/v1/setup_intents/{made}/confirm")


def setup_failed(shop: Shop) -> Iterator[None]:
    made = setup(shop, payment_method="pm_card_chargeDeclined")
    yield
    shop.post(f"/v1/setup_intents/{made}/confirm")


def setup_canceled(shop: Shop) -> Iterator[None]:
    made = setup(shop)
    yield
    shop.post(f"/v1/setup_intents/{made}/cancel")


# Files, balance, payouts, Connect, test clocks


def file_uploaded(shop: Shop) -> Iterator[None]:
    yield
    uploaded(shop)


def bypassed(shop: Shop) -> Iterator[None]:
    yield
    shop.pay("pm_card_bypassPending")


def balance_available(shop: Shop) -> Iterator[None]:
    shop.pay()
    yield
    shop.advance(days=3)


def payout_created(shop: Shop) -> Iterator[None]:
    rich(shop)
    yield
    pay_out(shop)


def payout_updated(shop: Shop) -> Iterator[None]:
    rich(shop)
    payout = pay_out(shop)["id"]
    yield
    shop.post(f"/v1/payouts/{payout}", {"metadata": {"a": "b"}})


def payout_paid(shop: Shop) -> Iterator[None]:
    rich(shop)
    pay_out(shop)
    shop.advance(days=1)
    yield
    shop.advance(days=1)


def payout_failed(shop: Shop) -> Iterator[None]:
    rich(shop)
    pay_out(shop, destination=bank(shop, "btok_us_noAccount")["id"])
    shop.advance(days=1)
    yield
    shop.advance(days=1)


def payout_canceled(shop: Shop) -> Iterator[None]:
    rich(shop)
    payout = pay_out(shop)["id"]
    yield
    shop.post(f"/v1/payouts/{payout}/cancel")


def payout_reconciled(shop: Shop) -> Iterator[None]:
    rich(shop)
    shop.control("POST", "/settings", {"providers": {"stripe": {"payouts": "daily"}}})
    shop.advance(days=2)
    yield
    shop.advance(seconds=2 * DAY)


def transfer(shop: Shop) -> str:
    rich(shop)
    return str(shop.post("/v1/transfers", {"amount": 700, "currency": "usd", "destination": connected(shop)})["id"])


def transfer_created(shop: Shop) -> Iterator[None]:
    rich(shop)
    account = connected(shop)
    yield
    shop.post("/v1/transfers", {"amount": 700, "currency": "usd", "destination": account})


def transfer_updated(shop: Shop) -> Iterator[None]:
    made = transfer(shop)
    yield
    shop.post(f"/v1/transfers/{made}", {"metadata": {"a": "b"}})


def transfer_reversed(shop: Shop) -> Iterator[None]:
    made = transfer(shop)
    yield
    shop.post(f"/v1/transfers/{made}/reversals")


def fee(shop: Shop) -> str:
    wanted = {**USD, "source": "tok_visa", "application_fee_amount": 300}
    return str(shop.post("/v1/charges", wanted, **as_(connected(shop)))["application_fee"])


def fee_created(shop: Shop) -> Iterator[None]:
    connected(shop)
    yield
    fee(shop)


def fee_refunded(shop: Shop) -> Iterator[None]:
    made = fee(shop)
    yield
    shop.post(f"/v1/application_fees/{made}/refunds", {"amount": 100})


def fee_refund_updated(shop: Shop) -> Iterator[None]:
    made = fee(shop)
    back = shop.post(f"/v1/application_fees/{made}/refunds", {"amount": 100})["id"]
    yield
    shop.post(f"/v1/application_fees/{made}/refunds/{back}", {"metadata": {"a": "b"}})


def clock(shop: Shop) -> str:
    return str(shop.post("/v1/test_helpers/test_clocks", {"frozen_time": shop.now})["id"])


def clock_created(shop: Shop) -> Iterator[None]:
    yield
    clock(shop)


def clock_advanced(shop: Shop) -> Iterator[None]:
    made = clock(shop)
    yield
    shop.post(f"/v1/test_helpers/test_clocks/{made}/advance", {"frozen_time": shop.now + DAY})
    shop.arrive()


def clock_deleted(shop: Shop) -> Iterator[None]:
    made = clock(shop)
    yield
    shop.delete(f"/v1/test_helpers/test_clocks/{made}")
