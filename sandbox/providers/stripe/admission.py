"""What a key may ask for and how often: keys that have expired, rights of restricted keys, rate limits.

Nothing of the kind happens unless the merchant's settings say so: `expired_keys`, `restricted_key` and `rate_limits`.

Source: docs "API keys" and "Rate limits"; messages seen in public issues.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.providers.base import Allowance, Call, Op
from sandbox.providers.stripe.disputing import words
from sandbox.providers.stripe.ids import account_id
from sandbox.providers.stripe.routes import OPERATIONS
from sandbox.providers.stripe.wire import given_key, masked

KINDS = ("sk", "rk", "pk")
ENDS_SHOWN = 6  # characters of an expired or a restricted key
READ, WRITE = "read", "write"
# Where a right is not called after the first part of the path.
RIGHTS: Mapping[str, str] = {
    "accounts": "account", "refunds": "charge", "balance_transactions": "balance", "radar": "early_fraud_warning",
    "test_helpers": "test_clock", "webhook_endpoints": "webhook", "stripecli": "stripecli_session",
}  # fmt: skip
SECOND, HOUR = 1.0, 3600.0  # of wall time
# Word of the setting -> requests a second of the whole account.
GLOBAL: Mapping[str, int] = {"sandbox": 25, "live": 100}
ENDPOINT_PER_S, SEARCH_PER_S, FILES_PER_S = 25, 20, 20
UPDATES_OF_AN_INTENT_MAX = 1_000  # an hour
INTENTS = "/v1/payment_intents/{intent}"


def admitted(merchant: Merchant, settings: Mapping[str, Any], op: Op, call: Call) -> Sequence[Allowance]:
    """The key may ask for it by the settings under `providers.stripe`; answers how often. Raises Refusal KEY_UNKNOWN, KEY_WRONG_KIND."""
    if b"authorization" in call.headers:
        key = given_key(call.headers)
        if key[:2] in words(settings.get("expired_keys") or ""):
            message = f"Expired API Key provided: {masked(key, ENDS_SHOWN)}"
            raise Refusal(Reason.KEY_UNKNOWN, code="api_key_expired", message=message)
        rights = words(settings.get("restricted_key") or "")
        if key.startswith("rk") and rights and not holds(rights, op):
            message = (
                f"The provided key '{masked(key, ENDS_SHOWN)}' does not have the required permissions for this endpoint on account "
                f"'{account_id(merchant)}'. Having the 'rak_{right_to(op)}' permission would allow this request to continue."
            )
            raise Refusal(Reason.KEY_WRONG_KIND, code="more_permissions_required", message=message)
    word = settings.get("rate_limits") or ""
    return tuple(allowances(op, call, word)) if word else ()


def right_to(op: Op) -> str:
    """`dispute_write`: what a restricted key must be allowed for the operation."""
    noun = op.path.split("/")[2]
    return f"{RIGHTS.get(noun) or noun.removesuffix('s')}_{READ if op.method == 'GET' else WRITE}"


def holds(rights: Sequence[str], op: Op) -> bool:
    """Whether the rights allow the operation: who may write may read, too."""
    right = right_to(op)
    return right in rights or (right.endswith(READ) and right.removesuffix(READ) + WRITE in rights)


@cache
def all_rights() -> frozenset[str]:
    return frozenset(right_to(op) for op in OPERATIONS if op.path.startswith("/v1/"))


def are_rights(value: object) -> bool:
    return isinstance(value, str) and set(words(value)) <= all_rights()


def allowances(op: Op, call: Call, word: str) -> Iterator[Allowance]:
    """How often such a request may come; the narrowest first, because the first one that is used up says why."""
    if op.path.startswith(INTENTS) and call.method == "POST":
        intent = call.path.split("/")[3]
        yield Allowance(f"intent {intent}", UPDATES_OF_AN_INTENT_MAX, HOUR, "resource-specific")
    if op.path.endswith("/search"):
        yield Allowance("search", SEARCH_PER_S, SECOND, "endpoint-rate")
    elif op.path.startswith("/v1/files"):
        yield Allowance("files", FILES_PER_S, SECOND, "endpoint-rate")
    else:
        yield Allowance(f"{op.method} {op.path}", ENDPOINT_PER_S, SECOND, "endpoint-rate")
    yield Allowance("all", GLOBAL[word], SECOND, "global-rate")


ASSUMED: tuple[tuple[str, str], ...] = (
    ("the right that a restricted key lacks is called after the first part of the path", "names; the message is public"),
    ("rate limits (setting `rate_limits`) count the requests of the last second of wall time, refused ones not", "how Stripe counts"),
)
