"""Omise's webhooks: the event as it is sent, its two signature headers, and how often it is sent again.

The names that a draft page gives disputes' events (`charge.dispute.create`, `.update`, `.close`) are not real: what is sent
is `dispute.create`, `dispute.update`, `dispute.accept` and `dispute.close`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

from sandbox.core.merchant import Merchant
from sandbox.core.records import Endpoint, Event
from sandbox.providers.omise import money
from sandbox.providers.omise.views.hooks import sent
from sandbox.providers.omise.wire import render

NAMES: tuple[str, ...] = (
    "card.update", "card.destroy",
    "charge.create", "charge.update", "charge.capture", "charge.reverse", "charge.complete", "charge.expire",
    "customer.create", "customer.update", "customer.destroy", "customer.update.card",
    "dispute.create", "dispute.update", "dispute.accept", "dispute.close",
    "recipient.create", "recipient.update", "recipient.destroy", "recipient.activate", "recipient.deactivate", "recipient.verify",
    "refund.create",
    "transfer.create", "transfer.update", "transfer.destroy", "transfer.send", "transfer.pay", "transfer.fail",
)  # fmt: skip
# Waits of a page that was never official: the webhook is sent until a week is over.
DRAFT_PLAN = (60, 300, 900, 3_600, 10_800, 21_600, 43_200, *(86_400,) * 6)
PLANS: Mapping[str, tuple[int, ...]] = {"draft": DRAFT_PLAN}
# What a page that was never official calls them.
DRAFT_NAMES: Mapping[str, str] = {
    "charge.dispute.create": "dispute.create", "charge.dispute.update": "dispute.update", "charge.dispute.close": "dispute.close",
}  # fmt: skip


def envelope(merchant: Merchant, event: Event) -> bytes:
    return render(sent(merchant, event))


def secret_bytes(secret: str) -> bytes:
    """A secret is shown in base64; one that is none signs as it is."""
    try:
        return base64.b64decode(secret, validate=True)
    except (binascii.Error, ValueError):
        return secret.encode()


def signature(secret: str, body: bytes, at: int) -> str:
    """Lower-case hex HMAC-SHA256 over `at`, a dot and the raw body."""
    return hmac.new(secret_bytes(secret), b"%d." % at + body, hashlib.sha256).hexdigest()


def signed_headers(endpoint: Endpoint, body: bytes, at: int, now: int) -> dict[str, str]:
    """Headers of one attempt; while a secret is being rolled both sign, the new one first.

    Args:
        at: the signature's time, epoch seconds.
        now: simulated time.
    """
    headers = {"Content-Type": "application/json", "User-Agent": "Omise/2019-05-29 (webhooks; imitated by payment-sandbox)"}
    if not endpoint.secret:
        return headers
    signatures = [signature(endpoint.secret, body, at)]
    if endpoint.old_secret and now < endpoint.old_secret_until:
        signatures.append(signature(endpoint.old_secret, body, at))
    return {**headers, "Omise-Signature": ",".join(signatures), "Omise-Signature-Timestamp": str(at)}


def retry_after(merchant: Merchant, tries: int) -> int | None:
    """Seconds until the next attempt; None at the plan's end, which by default comes after the first."""
    plan = str(money.setting(merchant, "webhook_retries", ""))
    waits = PLANS.get(plan) or [int(part) for part in plan.split(",") if part]
    return waits[tries - 1] if tries <= len(waits) else None


DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("without a secret a webhook carries neither signature header", "docs: api-webhooks"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a webhook is attempted once (setting webhook_retries)", "official: retries are not guaranteed; a draft page has a schedule"),
    ("any 2xx counts as delivered", "which answers do"),
    ("an endpoint of the control API has a secret; one of PATCH /account has none until it is rolled there", "the sandbox's own way"),
    ("while a secret is rolled the new signature comes first", "order"),
)
