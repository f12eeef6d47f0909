"""The official Python library, unchanged, against the real server: every call of a payment's road, used as its users do."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
import stripe

from tests.sdk.account import Account, eventually
from tests.sdk.evidence import pdf, png
from tests.serving import Receiver

DAY = 86_400
USD_20 = {"amount": 2000, "currency": "usd"}
CHARGED_AND_DISPUTED = [
    "payment_intent.created", "charge.succeeded", "charge.dispute.created", "charge.dispute.funds_withdrawn", "payment_intent.succeeded",
]  # fmt: skip
Client = stripe.StripeClient


def paid(client: Client, method: str = "pm_card_visa", **params: Any) -> Any:
    """A payment intent that was created and confirmed in one call."""
    return client.v1.payment_intents.create({**USD_20, "payment_method": method, "confirm": True, **params})  # type: ignore[arg-type]


def plain(shown: Any) -> Any:
    """A hash of the library as a dict."""
    return shown.to_dict()


def happened(client: Client, since: int = 0) -> list[str]:
    """The types of all events, oldest first, without the first `since`."""
    return [event.type for event in client.v1.events.list({"limit": 100}).data][::-1][since:]


def verified(client: Client, secret: str, receiver: Receiver) -> list[stripe.Event]:
    """What the receiver got, each checked by the library, in the order in which it happened: delivery promises none."""
    order = [event.id for event in client.v1.events.list({"limit": 100}).data][::-1]
    got = [stripe.Webhook.construct_event(body, headers["stripe-signature"], secret) for headers, body in receiver.got]
    assert len({event.id for event in got}) == len(got), "nothing came twice"
    return sorted(got, key=lambda event: order.index(event.id))


# The road of a payment


def test_intent_goes_from_creation_to_success(client: Client) -> None:
    """Created bare, updated, confirmed; money and card are found by expanding."""
    intents = client.v1.payment_intents
    made = intents.create({**USD_20, "description": "order 6735", "metadata": {"order": "6735", "till": "4"}})
    assert (made.status, made.latest_charge, made.amount_received) == ("requires_payment_method", None, 0)
    assert made.client_secret is not None
    assert made.client_secret.startswith(f"{made.id}_secret_")
    changed = intents.update(made.id, {"amount": 2500, "metadata": {"till": ""}, "payment_method": "pm_card_mastercard"})
    assert (changed.status, changed.amount, plain(changed.metadata)) == ("requires_confirmation", 2500, {"order": "6735"})
    assert intents.confirm(made.id).status == "succeeded"
    shown = intents.retrieve(made.id, {"expand": ["latest_charge.balance_transaction", "payment_method"]})
    charge: Any = shown.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert (charge.amount_captured, charge.paid, charge.description) == (2500, True, "order 6735")
    assert (charge.balance_transaction.fee, charge.balance_transaction.net) == (103, 2397)
    assert isinstance(shown.payment_method, stripe.PaymentMethod)
    assert charge.payment_method_details.card.brand == shown.payment_method.card.brand == "mastercard"  # type: ignore[union-attr]
    assert happened(client) == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


def test_intent_is_captured_in_part(client: Client) -> None:
    """The rest of the authorization is released, and only what was captured counts."""
    made = paid(client, capture_method="manual")
    assert (made.status, made.amount_capturable) == ("requires_capture", 2000)
    taken = client.v1.payment_intents.capture(made.id, {"amount_to_capture": 1500})
    assert (taken.status, taken.amount_received, taken.amount_capturable) == ("succeeded", 1500, 0)
    charge = client.v1.charges.retrieve(str(taken.latest_charge))
    assert (charge.amount, charge.amount_captured, charge.captured, charge.refunded) == (2000, 1500, True, False)
    assert happened(client) == [
        "payment_intent.created", "charge.succeeded", "payment_intent.amount_capturable_updated", "charge.captured",
        "payment_intent.succeeded",
    ]  # fmt: skip


def test_intent_is_canceled(client: Client) -> None:
    made = paid(client, capture_method="manual")
    gone = client.v1.payment_intents.cancel(made.id, {"cancellation_reason": "requested_by_customer"})
    assert (gone.status, gone.cancellation_reason, gone.canceled_at) == ("canceled", "requested_by_customer", made.created)
    assert client.v1.charges.retrieve(made.latest_charge).refunded
    assert happened(client)[3:] == ["charge.refunded", "payment_intent.canceled"]


def test_authorization_expires_after_seven_days(client: Client, account: Account) -> None:
    made = paid(client, capture_method="manual")
    assert account.advance(days=7) == ["authorization_expires"]
    gone = client.v1.payment_intents.retrieve(made.id)
    assert (gone.status, gone.cancellation_reason) == ("canceled", "automatic")
    assert happened(client)[3:] == ["charge.expired", "payment_intent.canceled"]


def test_charge_with_a_token(client: Client) -> None:
    """The old way: authorized with a token, described, captured."""
    charges = client.v1.charges
    made = charges.create({**USD_20, "source": "tok_visa", "capture": False, "shipping": {"name": "J", "address": {"line1": "1 Main"}}})
    assert (made.captured, made.balance_transaction, made.source.object) == (False, None, "card")  # type: ignore[union-attr]
    assert charges.update(made.id, {"description": "order 6735"}).description == "order 6735"
    taken = charges.capture(made.id, {"amount": 1200, "expand": ["balance_transaction"]})
    assert isinstance(taken.balance_transaction, stripe.BalanceTransaction)
    assert (taken.amount_captured, taken.balance_transaction.amount) == (1200, 1200)
    assert [charge.id for charge in charges.list().data] == [made.id]
    assert happened(client) == ["charge.succeeded", "charge.updated", "charge.captured"]


def test_customer_keeps_a_card(client: Client) -> None:
    """Attached, used, listed, changed, detached; the deleted customer is a stub from then on."""
    customer = client.v1.customers.create({"name": "Jenny Rosen", "email": "jenny@example.com", "metadata": {"crm": "7"}})
    card = client.v1.payment_methods.create(
        {"type": "card", "card": {"number": "4242424242424242", "exp_month": 8, "exp_year": 2034, "cvc": "314"}}
    )
    client.v1.payment_methods.attach(card.id, {"customer": customer.id})
    client.v1.payment_methods.update(card.id, {"billing_details": {"name": "Jane"}, "metadata": {"wallet": "1"}})
    made = paid(client, card.id, customer=customer.id)
    assert [intent.id for intent in client.v1.payment_intents.list({"customer": customer.id}).data] == [made.id]
    mine = client.v1.payment_methods.list({"customer": customer.id, "type": "card"}).data
    assert [(method.id, method.billing_details.name, plain(method.metadata)) for method in mine] == [(card.id, "Jane", {"wallet": "1"})]
    assert [each.id for each in client.v1.customers.list({"email": "jenny@example.com"}).data] == [customer.id]
    assert client.v1.customers.update(customer.id, {"name": "", "metadata": ""}).to_dict()["metadata"] == {}
    assert client.v1.payment_methods.detach(card.id).customer is None
    assert client.v1.customers.delete(customer.id).deleted
    assert client.v1.customers.retrieve(customer.id).deleted
    assert happened(client) == [
        "customer.created", "payment_method.attached", "payment_method.updated", "payment_intent.created", "charge.succeeded",
        "payment_intent.succeeded", "customer.updated", "payment_method.detached", "customer.deleted",
    ]  # fmt: skip


def test_refunds_add_up_to_the_charge(client: Client) -> None:
    """Two parts, then nothing is left; both are found by charge and by payment, newest first."""
    made = paid(client)
    first = client.v1.refunds.create({"charge": made.latest_charge, "amount": 500, "reason": "requested_by_customer"})
    second = client.v1.refunds.create({"payment_intent": made.id, "metadata": {"ticket": "12"}})
    assert (first.status, first.amount, second.amount, plain(second.metadata)) == ("succeeded", 500, 1500, {"ticket": "12"})
    assert plain(client.v1.refunds.update(first.id, {"metadata": {"ticket": "11"}}).metadata) == {"ticket": "11"}
    for wanted in ({"charge": made.latest_charge}, {"payment_intent": made.id}):
        assert [refund.id for refund in client.v1.refunds.list(wanted).data] == [second.id, first.id]  # type: ignore[arg-type]
    assert client.v1.charges.retrieve(made.latest_charge).refunded
    assert happened(client, since=3) == [
        "refund.created", "charge.refunded", "refund.created", "charge.refunded", "refund.updated", "charge.refund.updated",
    ]  # fmt: skip


def test_refund_fails_when_the_bank_says_no(client: Client, account: Account) -> None:
    made = paid(client, "pm_card_refundFail")
    refund = client.v1.refunds.create({"payment_intent": made.id})
    assert refund.status == "succeeded"
    account.advance(seconds=4)
    failed = client.v1.refunds.retrieve(refund.id, {"expand": ["failure_balance_transaction"]})
    assert isinstance(failed.failure_balance_transaction, stripe.BalanceTransaction)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    assert (failed.failure_balance_transaction.type, failed.failure_balance_transaction.amount) == ("refund_failure", 2000)
    charge = client.v1.charges.retrieve(made.latest_charge)
    assert (charge.refunded, charge.amount_refunded) == (False, 0)


# Refused


def refuse_mismatch(client: Client) -> None:
    client.v1.customers.create({"name": "Jenny"}, {"idempotency_key": "order-6735"})
    client.v1.customers.create({"name": "Jane"}, {"idempotency_key": "order-6735"})


def refuse_evidence(client: Client) -> None:
    dispute = client.v1.disputes.list({"payment_intent": paid(client, "pm_card_createDispute").id}).data[0]
    client.v1.disputes.close(dispute.id)
    client.v1.disputes.update(dispute.id, {"evidence": {"product_description": "shoes"}})


def with_key(key: str) -> Callable[[Client], Any]:
    return lambda client: client.v1.charges.list({}, {"api_key": key})


def refund_of(method: str = "pm_card_visa", **params: Any) -> Callable[[Client], Any]:
    return lambda client: client.v1.refunds.create({"charge": paid(client, method).latest_charge, **params})


REFUSED: dict[str, tuple[Callable[[Client], Any], type[stripe.StripeError], int, str | None, str | None]] = {
    "a declined card": (lambda client: paid(client, "pm_card_chargeDeclined"), stripe.CardError, 402, "card_declined", None),
    "an expired card": (
        lambda client: paid(client, "pm_card_chargeDeclinedExpiredCard"), stripe.CardError, 402, "expired_card", "exp_month",
    ),
    "a declined token": (
        lambda client: client.v1.charges.create({**USD_20, "source": "tok_chargeDeclinedInsufficientFunds"}),
        stripe.CardError, 402, "card_declined", None,
    ),
    "too large a refund": (refund_of(amount=2001), stripe.InvalidRequestError, 400, None, "amount"),
    "a refund without a charge": (
        lambda client: client.v1.refunds.create({"charge": "ch_nope"}), stripe.InvalidRequestError, 404, "resource_missing", "id",
    ),
    "a refund of a disputed charge": (refund_of("pm_card_createDispute"), stripe.InvalidRequestError, 400, "charge_disputed", None),
    "an unknown customer": (
        lambda client: client.v1.payment_intents.create({**USD_20, "customer": "cus_nope"}),
        stripe.InvalidRequestError, 400, "resource_missing", "customer",
    ),
    "an unknown dispute": (
        lambda client: client.v1.disputes.retrieve("du_nope"), stripe.InvalidRequestError, 404, "resource_missing", "dispute",
    ),
    "evidence after the end": (refuse_evidence, stripe.InvalidRequestError, 400, None, None),
    "a strange parameter": (
        lambda client: client.v1.customers.create({"nickname": "Jen"}),  # type: ignore[typeddict-unknown-key]
        stripe.InvalidRequestError, 400, "parameter_unknown", "nickname",
    ),
    "a missing parameter": (
        lambda client: client.v1.payment_intents.create({"currency": "usd"}),  # type: ignore[typeddict-item]
        stripe.InvalidRequestError, 400, "parameter_missing", "amount",
    ),
    "an unknown key": (with_key("sk_test_no-such"), stripe.AuthenticationError, 401, None, None),
    "a live key": (with_key("sk_live_alpha"), stripe.AuthenticationError, 401, None, None),
    "a publishable key": (with_key("pk_test_alpha"), stripe.PermissionError, 403, "secret_key_required", None),
    "a used idempotency key": (refuse_mismatch, stripe.IdempotencyError, 400, None, None),
    "a resource of a later issue": (lambda client: client.v1.coupons.list(), stripe.APIError, 501, "sandbox_not_emulated", None),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refusal_is_the_exception_a_user_catches(client: Client, case: str) -> None:
    call, kind, status, code, param = REFUSED[case]
    with pytest.raises(stripe.StripeError) as caught:
        call(client)
    error = caught.value
    assert error.error is not None
    assert (type(error), error.http_status, error.error.code, error.error.param) == (kind, status, code, param)
    assert error.request_id is not None
    assert error.request_id.startswith("req_")


@pytest.mark.parametrize(
    ("what", "kind", "status", "code"),
    [
        ("429", stripe.RateLimitError, 429, "rate_limit"), ("locked", stripe.RateLimitError, 429, "lock_timeout"),
        ("500", stripe.APIError, 500, None), ("503", stripe.APIError, 503, None),
    ],
)  # fmt: skip
def test_trouble_of_the_server_is_the_exception_a_user_catches(
    client: Client, account: Account, what: str, kind: type[stripe.StripeError], status: int, code: str | None
) -> None:
    """With `Stripe-Should-Retry: false`, so that the library shows it at once."""
    account.call("POST", "faults", {"where": "request", "what": what, "retry": False, "count": 1})
    with pytest.raises(stripe.StripeError) as caught:
        client.v1.customers.create()
    assert caught.value.error is not None
    assert (type(caught.value), caught.value.http_status, caught.value.error.code) == (kind, status, code)
    assert client.v1.customers.create().object == "customer"


def test_what_a_key_may_not_is_the_exception_a_user_catches(client: Client, account: Account) -> None:
    """An expired key is a 401, a right that is missing a 403."""
    account.call("POST", "settings", {"providers": {"stripe": {"expired_keys": "pk", "restricted_key": "dispute_read"}}})
    name = account.key.removeprefix("sk_test_")
    with pytest.raises(stripe.PermissionError) as caught:
        client.v1.customers.create({}, {"api_key": f"rk_test_{name}"})
    assert caught.value.error is not None
    assert caught.value.error.code == "more_permissions_required"
    card = {"type": "card", "card": {"token": "tok_visa"}}
    with pytest.raises(stripe.AuthenticationError) as expired:
        client.v1.payment_methods.create(card, {"api_key": f"pk_test_{name}"})  # type: ignore[arg-type]
    assert expired.value.error is not None
    assert expired.value.error.code == "api_key_expired"


def test_declined_card_leaves_charge_and_intent(client: Client) -> None:
    """The error carries both, and the intent can be paid with another card."""
    with pytest.raises(stripe.CardError) as caught:
        paid(client, "pm_card_visa_chargeDeclinedInsufficientFunds")
    error = caught.value.error
    assert error is not None
    assert error.decline_code == "insufficient_funds"
    assert error.payment_intent is not None
    assert (error.payment_intent.status, error.payment_intent.latest_charge) == ("requires_payment_method", error.charge)
    assert client.v1.charges.retrieve(str(error.charge)).status == "failed"
    assert client.v1.payment_intents.confirm(error.payment_intent.id, {"payment_method": "pm_card_visa"}).status == "succeeded"
    assert happened(client) == [
        "payment_intent.created", "charge.failed", "payment_intent.payment_failed", "charge.succeeded", "payment_intent.succeeded",
    ]  # fmt: skip


def test_same_idempotency_key_pays_once(client: Client) -> None:
    made = [client.v1.payment_intents.create(USD_20, {"idempotency_key": "order-6735"}) for _ in range(3)]  # type: ignore[arg-type]
    assert len({intent.id for intent in made}) == 1
    assert len(client.v1.payment_intents.list().data) == 1
    assert happened(client) == ["payment_intent.created"]
    assert made[0].last_response is not None
    assert made[2].last_response is not None
    assert "idempotent-replayed" not in made[0].last_response.headers
    assert made[2].last_response.headers["idempotent-replayed"] == "true"


def test_lists_turn_their_own_pages(client: Client) -> None:
    """Forwards and backwards, every object once."""
    made = [client.v1.payment_intents.create({"amount": 100 + step, "currency": "usd"}).id for step in range(7)]
    newest_first = client.v1.payment_intents.list({"limit": 2})
    assert newest_first.has_more
    assert [intent.id for intent in newest_first.auto_paging_iter()] == made[::-1]
    before = client.v1.payment_intents.list({"limit": 2, "ending_before": made[0]})
    assert [intent.id for intent in before.auto_paging_iter()] == made[1:]
    assert not client.v1.payment_intents.list({"created": {"lt": newest_first.data[0].created}}).data


# Disputes


def uploaded(client: Client, name: str, content: bytes) -> stripe.File:
    document = io.BytesIO(content)
    document.name = name
    return client.v1.files.create({"purpose": "dispute_evidence", "file": document})


def test_dispute_is_answered_and_won(client: Client, account: Account, receiver: Receiver) -> None:
    """Charged, disputed, two files staged, submitted, won: whole list of webhooks, each one verified by the library."""
    endpoint = client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    made = paid(client, "pm_card_createDispute", description="order 6735")
    dispute = client.v1.disputes.list({"payment_intent": made.id}).data[0]
    assert (dispute.status, dispute.amount, dispute.reason) == ("needs_response", 2000, "fraudulent")
    assert dispute.evidence_details.due_by == account.now // DAY * DAY + 9 * DAY - 1
    receipt, photo = uploaded(client, "receipt.pdf", pdf()), uploaded(client, "parcel.png", png())
    assert [(each.type, each.filename, each.purpose) for each in (receipt, photo)] == [
        ("pdf", "receipt.pdf", "dispute_evidence"), ("png", "parcel.png", "dispute_evidence"),
    ]  # fmt: skip
    staged = client.v1.disputes.update(
        dispute.id,
        {"evidence": {"receipt": receipt.id, "shipping_documentation": photo.id, "customer_name": "Jenny Rosen"}, "submit": False},
    )
    assert (staged.status, staged.evidence_details.has_evidence, staged.evidence_details.submission_count) == ("needs_response", True, 0)
    sent = client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}, "submit": True})
    assert (sent.status, sent.evidence_details.submission_count, sent.evidence.receipt) == ("under_review", 1, receipt.id)
    account.advance(seconds=10)
    won = client.v1.disputes.retrieve(dispute.id, {"expand": ["charge", "evidence.receipt"]})
    assert isinstance(won.charge, stripe.Charge)
    assert isinstance(won.evidence.receipt, stripe.File)
    assert (won.status, won.is_charge_refundable, won.charge.disputed) == ("won", True, True)
    assert [(line.amount, line.fee, line.reporting_category) for line in won.balance_transactions] == [
        (-2000, 1500, "dispute"), (2000, 0, "dispute_reversal"),
    ]  # fmt: skip
    came = verified(client, str(endpoint.secret), receiver)
    assert [event.type for event in came] == happened(client) == [
        *CHARGED_AND_DISPUTED, "file.created", "file.created", "charge.dispute.updated", "charge.dispute.updated", "charge.updated",
        "charge.dispute.updated",  # Stripe adds what it knows itself, the description of the charge
        "charge.dispute.funds_reinstated", "charge.dispute.closed",
    ]  # fmt: skip
    closed: Any = came[-1]
    assert closed.data.object.id == dispute.id
    assert closed.data.previous_attributes.to_dict() == {"status": "under_review"}
    assert client.v1.refunds.create({"payment_intent": made.id}).status == "succeeded"


def test_dispute_nobody_answers_is_lost(client: Client, account: Account, receiver: Receiver) -> None:
    """Nine days later the money is gone for good, and the webhook says so at the deadline's own second."""
    wanted = ["charge.dispute.created", "charge.dispute.closed"]
    secret = str(client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": wanted}).secret)  # type: ignore[typeddict-item]
    dispute = client.v1.disputes.list({"payment_intent": paid(client, "pm_card_createDispute").id}).data[0]
    assert account.advance(days=9) == ["funds_available", "evidence_due"]
    lost = client.v1.disputes.retrieve(dispute.id)
    assert (lost.status, lost.is_charge_refundable, lost.evidence_details.submission_count) == ("lost", False, 0)
    created, closed = verified(client, secret, receiver)
    assert [created.type, closed.type] == wanted
    assert closed.created == dispute.evidence_details.due_by
    assert closed.data.object["status"] == "lost"
    assert happened(client) == [*CHARGED_AND_DISPUTED, "balance.available", "charge.dispute.closed"]


def test_dispute_is_accepted(client: Client) -> None:
    dispute = client.v1.disputes.list({"payment_intent": paid(client, "pm_card_createDisputeProductNotReceived").id}).data[0]
    assert client.v1.disputes.update(dispute.id, {"metadata": {"case": "3"}}).status == "needs_response"
    assert client.v1.disputes.close(dispute.id).status == "lost"
    assert [each.id for each in client.v1.disputes.list({"charge": str(dispute.charge)}).data] == [dispute.id]
    assert happened(client, since=5) == ["charge.dispute.updated", "charge.dispute.closed", "charge.updated"]


def test_inquiry_takes_no_money_until_it_escalates(client: Client, account: Account) -> None:
    inquiry = client.v1.disputes.list({"payment_intent": paid(client, "pm_card_createDisputeInquiry").id}).data[0]
    assert (inquiry.status, inquiry.is_charge_refundable, inquiry.balance_transactions) == ("warning_needs_response", True, [])
    client.v1.disputes.update(inquiry.id, {"evidence": {"uncategorized_text": "escalate_inquiry_evidence"}})
    account.advance(seconds=6)
    now = client.v1.disputes.retrieve(inquiry.id)
    assert (now.status, now.is_charge_refundable, len(now.balance_transactions)) == ("needs_response", False, 1)
    assert happened(client, since=3)[-2:] == ["charge.dispute.updated", "charge.dispute.funds_withdrawn"]


def test_fraud_warning_comes_without_a_dispute(client: Client) -> None:
    made = paid(client, "pm_card_createIssuerFraudRecord")
    warnings = client.v1.radar.early_fraud_warnings
    found = warnings.list({"charge": made.latest_charge}).data[0]
    assert (found.actionable, found.payment_intent) == (True, made.id)
    client.v1.refunds.create({"payment_intent": made.id})
    assert not warnings.retrieve(found.id).actionable
    assert not client.v1.disputes.list().data
    assert happened(client) == [
        "payment_intent.created", "charge.succeeded", "radar.early_fraud_warning.created", "payment_intent.succeeded", "refund.created",
        "charge.refunded", "radar.early_fraud_warning.updated",
    ]  # fmt: skip


def test_fraud_warning_ends_in_a_dispute(client: Client, account: Account) -> None:
    made = paid(client, "pm_card_createIssuerFraudRecord")
    dispute = account.call("POST", "disputes", {"charge": made.id, "reason": "product_not_received", "amount": 700})
    assert (dispute["object"], dispute["amount"], dispute["charge"]) == ("dispute", 700, made.latest_charge)
    assert not client.v1.radar.early_fraud_warnings.list({"payment_intent": made.id}).data[0].actionable
    assert happened(client, since=4) == [
        "charge.dispute.created", "charge.dispute.funds_withdrawn", "radar.early_fraud_warning.updated",
    ]  # fmt: skip


def test_dispute_in_the_module_wide_style(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """Older applications set the key and the hosts on the module and call methods of the objects."""
    sockets = stripe.RequestsClient()
    for name, value in {
        "api_key": account.key, "api_base": account.url, "upload_api_base": account.url, "default_http_client": sockets,
    }.items():  # fmt: skip
        monkeypatch.setattr(stripe, name, value)
    intent = stripe.PaymentIntent.create(**USD_20, payment_method="pm_card_createDispute", confirm=True)  # type: ignore[arg-type]
    dispute = stripe.Dispute.list(payment_intent=intent.id).data[0]
    receipt = stripe.File.create(purpose="dispute_evidence", file=io.BytesIO(pdf()))
    stripe.Dispute.modify(dispute.id, evidence={"receipt": receipt.id, "uncategorized_text": "losing_evidence"})
    account.advance(seconds=6)
    dispute.refresh()
    assert (dispute.status, dispute.evidence.receipt) == ("lost", receipt.id)
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        dispute.close()
    assert [event.type for event in stripe.Event.list(limit=1, type="charge.dispute.*").auto_paging_iter()] == [
        "charge.dispute.closed", "charge.dispute.updated", "charge.dispute.funds_withdrawn", "charge.dispute.created",
    ]  # fmt: skip
    sockets.close()


# Files, events, endpoints, money


def test_files_are_listed_and_judged_by_content(client: Client) -> None:
    kept = uploaded(client, "notes.txt", png())  # its name does not matter
    assert (kept.type, kept.size) == ("png", len(png()))
    assert [each.id for each in client.v1.files.list({"purpose": "dispute_evidence"}).data] == [kept.id]
    assert client.v1.files.retrieve(kept.id).filename == "notes.txt"
    with pytest.raises(stripe.InvalidRequestError, match="file type"):
        uploaded(client, "evidence.pdf", b"plain text")


def test_events_are_found_by_type(client: Client) -> None:
    made = paid(client, "pm_card_createDispute")
    found = client.v1.events.list({"type": "charge.dispute.*"}).data
    assert [event.type for event in found] == ["charge.dispute.funds_withdrawn", "charge.dispute.created"]
    shown = client.v1.events.retrieve(found[1].id)
    assert isinstance(shown.data.object, stripe.Dispute)
    assert (shown.api_version, shown.data.object["payment_intent"]) == (stripe.api_version, made.id)
    assert shown.request is not None
    assert shown.request.id == made.last_response.request_id
    assert len(client.v1.events.list({"types": ["charge.succeeded", "charge.failed"]}).data) == 1


def test_webhook_endpoint_is_kept_and_changed(client: Client, account: Account, receiver: Receiver) -> None:
    """Only the filtered types come, none while it is disabled, and the secret is shown once."""
    endpoints = client.v1.webhook_endpoints
    made = endpoints.create({"url": receiver.url, "enabled_events": ["charge.succeeded"], "description": "till"})
    assert str(made.secret).startswith("whsec_")
    assert "secret" not in endpoints.retrieve(made.id).to_dict()
    paid(client)
    account.settle()
    assert endpoints.update(made.id, {"disabled": True}).status == "disabled"
    paid(client)
    endpoints.update(made.id, {"disabled": False, "enabled_events": ["payment_intent.succeeded"]})
    paid(client)
    account.settle()
    assert [event.type for event in verified(client, str(made.secret), receiver)] == ["charge.succeeded", "payment_intent.succeeded"]
    assert [each.description for each in endpoints.list().data] == ["till"]
    assert endpoints.delete(made.id).deleted
    assert not endpoints.list().data


def test_altered_webhook_is_not_believed(client: Client, account: Account, receiver: Receiver) -> None:
    """The library takes the very bytes, with the right secret, while the signature is young: simulated time does not matter."""
    secret = str(client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["payment_intent.created"]}).secret)
    account.advance(days=400)
    client.v1.payment_intents.create(USD_20)  # type: ignore[arg-type]
    account.settle()
    headers, body = receiver.got[0]
    signature = headers["stripe-signature"]
    event = client.construct_event(body, signature, secret)
    assert event.created == account.now
    assert json.loads(body)["pending_webhooks"] == 1
    for altered, by in ((body.replace(b"2000", b"2001"), secret), (body, secret + "x")):
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(altered, signature, by)


def test_money_adds_up(client: Client, account: Account) -> None:
    """The balance is the sum of its transactions; what was pending is available two business days later."""
    made = paid(client)
    client.v1.refunds.create({"payment_intent": made.id, "amount": 500})
    paid(client, "pm_card_createDispute", amount=700)
    lines = list(client.v1.balance_transactions.list({"limit": 2}).auto_paging_iter())
    assert [(line.type, line.amount, line.fee, line.net) for line in lines] == [
        ("adjustment", -700, 1500, -2200), ("charge", 700, 50, 650), ("refund", -500, 0, -500), ("charge", 2000, 88, 1912),
    ]  # fmt: skip
    assert client.v1.balance_transactions.retrieve(lines[0].id).reporting_category == "dispute"
    assert [line.id for line in client.v1.balance_transactions.list({"source": made.latest_charge}).data] == [lines[3].id]
    balance = client.v1.balance.retrieve()
    assert (balance.pending[0].amount, balance.available[0].amount) == (2062, -2200)
    account.advance(days=5)
    balance = client.v1.balance.retrieve()
    assert (balance.pending[0].amount, balance.available[0].amount) == (0, -138)


def test_a_test_clock_alone_drives_a_dispute_past_its_deadline(client: Client) -> None:
    """Nothing but the official library: time is frozen, sent on, and let go again."""
    made = paid(client, "pm_card_createDispute")
    (dispute,) = client.v1.disputes.list({"payment_intent": made.id}).data
    clocks = client.v1.test_helpers.test_clocks
    clock = clocks.create({"frozen_time": made.created, "name": "deadline"})
    seen = len(happened(client))
    assert clock.frozen_time >= made.created
    going = clocks.advance(clock.id, {"frozen_time": dispute.evidence_details.due_by or 0})
    assert going.status in ("advancing", "ready")
    assert eventually(lambda: clocks.retrieve(clock.id).status == "ready", 20)
    assert client.v1.disputes.retrieve(dispute.id).status == "lost"
    told = [name for name in happened(client, seen) if name != "balance.available"]
    assert told == ["test_helpers.test_clock.advancing", "charge.dispute.closed", "test_helpers.test_clock.ready"]
    assert clocks.delete(clock.id).deleted is True
