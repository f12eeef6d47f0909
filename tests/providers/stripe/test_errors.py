"""Refusals: which ids they miss and whom they blame, which codes there are, and that the official library raises what a user catches."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from sandbox.core.errors import Refusal
from sandbox.providers.stripe import errors
from sandbox.providers.stripe.documented import _operations
from sandbox.providers.stripe.provider import Stripe
from sandbox.providers.stripe.routes import OPERATIONS
from sandbox.providers.stripe.unsaid import NEVER
from tests.harness import Shop

# The first part of a path -> how its object is called in "No such …", and the parameter that is blamed; others: their variable, twice.
MISSES = {
    "payment_intents": ("payment_intent", "intent"), "charges": ("charge", "id"), "refunds": ("refund", "refund"),
    "test_helpers/refunds": ("refund", "refund"), "disputes": ("dispute", "dispute"), "setup_intents": ("setupintent", "intent"),
    "payment_methods": ("PaymentMethod", "payment_method"), "balance_transactions": ("balance transaction", "id"),
    "balance/history": ("balance transaction", "id"), "payouts": ("payout", "payout"), "events": ("event", "id"),
    "webhook_endpoints": ("webhook endpoint", "webhook_endpoint"), "customers": ("customer", "customer"),
    "test_helpers/test_clocks": ("test clock", "test_clock"), "tokens": ("token", "token"), "transfers": ("transfer", "transfer"),
    "sources": ("source", "source"), "files": ("file upload", "file"), "file_links": ("file link", "link"),
    "reviews": ("review", "review"), "radar/early_fraud_warnings": ("early fraud warning", "early_fraud_warning"),
    "application_fees": ("application fee", "id"),
}  # fmt: skip
ALONE = {"/v1/customers/{customer}": ("customer", "id")}  # as recorded; below it the variable's own name
INNER = {  # what is missed first where a path names two
    "/v1/transfers/{transfer}/reversals/{id}": ("transfer reversal", "id"),
    "/v1/application_fees/{fee}/refunds/{id}": ("fee refund", "id"),
}
NEEDED = {"attach": {"customer": "cus_x"}, "advance": {"frozen_time": 1}}
NAMED = sorted({(op.method, op.path) for op in OPERATIONS if re.match(r"/v1/.*\{", op.path) and not op.path.startswith("/v1/accounts/")})


@pytest.mark.parametrize(("method", "path"), NAMED, ids=map(" ".join, NAMED))
def test_an_id_in_the_path_that_is_not_there(shop: Shop, method: str, path: str) -> None:
    """404 `resource_missing`, whatever the method; nothing happens."""
    head = re.match(r"/v1/(.*?)/\{([^}]*)\}", path)
    assert head is not None
    noun, param = INNER.get(path) or ALONE.get(path) or MISSES.get(head[1]) or (head[2], head[2])
    answer = shop.call(method, re.sub(r"\{[^}]*\}", "x_1", path), NEEDED.get(path.rpartition("/")[2]) if method == "POST" else None)
    assert (answer.status, answer.error["type"], answer.error["code"], answer.error["param"], answer.error["message"]) == (
        404, "invalid_request_error", "resource_missing", param, f"No such {noun}: 'x_1'",
    )  # fmt: skip
    assert answer.error["doc_url"] == "https://stripe.com/docs/error-codes/resource-missing"
    assert shop.events() == []


# Methods and paths


def test_a_method_that_a_path_does_not_have_is_an_unknown_url() -> None:
    """Over Stripe's whole document: never 405, and never taken for another path of ours."""
    stripe = Stripe()
    known = {tuple(operation.split(" ")) for operation in _operations()}
    for template in {path for _, path in known}:
        path = re.sub(r"\{[^}]*\}", "x_1", template)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"):
            if (method, template) in known:
                continue
            try:
                op, _ = stripe.match(method, path)
            except Refusal as refusal:
                if refusal.reason.value == "unknown_url":
                    continue
                template_found = str(refusal.facts["what"]).partition(" ")[2]
            else:
                template_found = op.path
            # Another template of the document fits: POST /v1/charges/search is POST /v1/charges/{charge} there, too.
            assert "{" in template_found
            assert template_found.count("/") == template.count("/")
            assert template_found != template


# Codes


@cache
def domain() -> set[str]:
    """Every word of the provider's source that stands in quotes."""
    folder = Path(errors.__file__).parent
    texts = [file.read_text(encoding="utf-8") for file in folder.rglob("*.py") if file.name != "unsaid.py"]
    return {word for text in texts for word in re.findall(r"\"([a-z_]+)\"", text)}


# Of payments, refunds, disputes and requests; source: types of the official libraries.
WORDS = """
account_invalid amount_too_large amount_too_small api_key_expired authentication_failure authentication_required balance_insufficient
capability_not_active capture_charge_authorization_expired card_declined charge_already_captured charge_already_refunded charge_disputed
charge_exceeds_source_limit charge_exceeds_transaction_limit charge_expired_for_capture charge_invalid_parameter charge_not_refundable
dispute_evidence_page_limit_exceeded email_invalid expired_card expired_payment_method idempotency_key_in_use incorrect_address
incorrect_cvc incorrect_number incorrect_postal_code incorrect_zip insufficient_funds intent_invalid_state invalid_characters
invalid_charge_amount invalid_cvc invalid_expiry_month invalid_expiry_year invalid_number livemode_mismatch lock_timeout missing
more_permissions_required parameter_invalid_empty parameter_invalid_integer parameter_invalid_string_blank parameter_invalid_string_empty
parameter_missing parameter_unknown parameters_exclusive payment_intent_action_required payment_intent_authentication_failure
payment_intent_incompatible_payment_method payment_intent_invalid_parameter payment_intent_payment_attempt_failed
payment_intent_unexpected_state payment_method_customer_decline payment_method_invalid_parameter payment_method_restricted
payment_method_unactivated payment_method_unexpected_state payouts_not_allowed platform_api_key_expired processing_error rate_limit
refund_disputed_payment request_blocked resource_already_exists resource_missing secret_key_required setup_intent_authentication_failure
setup_intent_unexpected_state smart_disputes_not_available status_transition_invalid testmode_charges_only token_already_used token_in_use
transfers_not_allowed url_invalid
"""
CODES = re.findall("[a-z_]+", WORDS)


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_said_somewhere_or_told_to_be_never_said(code: str) -> None:
    """What the sandbox lacks stands on the fidelity page with its reason."""
    assert (code in domain()) is not (code in NEVER)


def test_no_code_is_made_up() -> None:
    assert set(NEVER) <= set(CODES)
