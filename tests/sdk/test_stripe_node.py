"""The official Node library, unchanged, against the real server; every script in `node/` is one journey of an application."""

from __future__ import annotations

import json
from typing import Any

from tests.sdk import node_project
from tests.sdk.test_stripe_python import CHARGED_AND_DISPUTED


def test_dispute_is_answered_and_won(play: Any) -> None:
    """Every webhook is verified by the library; null unsets a piece of evidence."""
    assert play("won.js") == {
        "opened": ["needs_response", 2000, True],
        "file": ["pdf", True],
        "staged": ["needs_response", "1 Main St", 0],
        "unset": [None, "Jenny Rosen"],
        "sent": ["under_review", 1],
        "won": ["won", True, "receipt.pdf"],
        "money": [[-2000, 1500, -3500], [2000, 0, 2000]],
        "events": (events := [
            *CHARGED_AND_DISPUTED, "file.created", "charge.dispute.updated", "charge.dispute.updated", "charge.dispute.updated",
            "charge.updated", "charge.dispute.funds_reinstated", "charge.dispute.closed",
        ]),
        "happened": events,
        "previous": {"status": "under_review"},
        "version": "2026-10-28.endive",
    }  # fmt: skip


def test_dispute_nobody_answers_is_lost(play: Any) -> None:
    assert play("lost.js") == {
        "fired": ["funds_available", "evidence_due"],
        "lost": ["lost", False, 0],
        "events": ["charge.dispute.created", "charge.dispute.closed"],
        "atTheDeadline": True,
        "happened": [*CHARGED_AND_DISPUTED, "balance.available", "charge.dispute.closed"],
        "altered": ["StripeSignatureVerificationError", None, None, None, None],
        "balanced": True,
    }


def test_refusal_is_the_error_a_user_catches(play: Any) -> None:
    """Class, status, code, param and decline code."""
    invalid = "StripeInvalidRequestError"
    assert play("refused.js") == {
        "declined": ["StripeCardError", 402, "card_declined", None, "insufficient_funds"],
        "tooMuch": [invalid, 400, None, "amount", None],
        "noCharge": [invalid, 404, "resource_missing", "id", None],
        "chargedBack": [invalid, 400, "charge_disputed", None, None],
        "tooLate": [invalid, 400, None, None, None],
        "unknownParameter": [invalid, 400, "parameter_unknown", "nickname", None],
        "unknownKey": ["StripeAuthenticationError", 401, None, None, None],
        "publishableKey": ["StripePermissionError", 403, "secret_key_required", None, None],
        "idempotency": ["StripeIdempotencyError", 400, None, None, None],
        "notEmulated": ["StripeAPIError", 501, "sandbox_not_emulated", None, None],
    }


def test_lists_parameters_and_refunds(play: Any) -> None:
    """Pages turn themselves, null and empty text unset, one key pays once, refunds add up."""
    assert play("lists.js") == {
        "paged": True,
        "changed": [{"step": "0"}, "order 6735"],
        "cleared": [{}, None],
        "once": [True, [None, "true"]],
        "net": 68,
        "refunds": [41, 60, "requested_by_customer", True],
        "charge": [True, 101, 2],
        "captured": [2000, 1500],
        "happened": [
            *["payment_intent.created"] * 5, "charge.succeeded", "payment_intent.succeeded",
            "refund.created", "charge.refunded", "refund.created", "charge.refunded",
            "payment_intent.created", "charge.succeeded", "payment_intent.amount_capturable_updated",
            "charge.captured", "payment_intent.succeeded",
        ],
    }  # fmt: skip


def test_lock_file_names_no_private_registry() -> None:
    """Whoever installs takes the library from their own registry; the version is exact."""
    lock = json.loads(node_project.LOCK.read_text())
    assert all("resolved" not in package for package in lock["packages"].values())
    assert lock["packages"][""]["dependencies"] == {"stripe": lock["packages"]["node_modules/stripe"]["version"]}
