"""Refusals in Omise's words: an error object of four fields, mostly with status 400."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sandbox.core.errors import Reason, Refusal

DOCS = "https://www.omise.co/api-errors#"


class Say(NamedTuple):
    status: int
    code: str
    message: str  # filled with the refusal's facts, unless those bring a message of their own


REFUSALS: Mapping[Reason, Say] = {
    Reason.UNKNOWN_URL: Say(404, "not_found", "the requested path was not found"),
    Reason.NOT_EMULATED: Say(404, "service_not_found", "you are using api version which does not support this operation"),
    Reason.WRONG_CONTENT_TYPE: Say(400, "bad_request", "bad request"),
    Reason.BODY_TOO_LARGE: Say(413, "bad_request", "the request is too large: at most {limit} bytes are accepted here"),
    Reason.BODY_MALFORMED: Say(400, "bad_request", "bad request: {detail}"),
    Reason.PARAM_UNKNOWN: Say(400, "bad_request", "bad request"),
    Reason.PARAM_MISSING: Say(400, "bad_request", "{param} can't be blank"),
    Reason.PARAM_EMPTY: Say(400, "bad_request", "{param} can't be blank"),
    Reason.PARAM_INVALID: Say(400, "bad_request", "bad request"),
    Reason.PARAMS_EXCLUSIVE: Say(400, "bad_request", "bad request"),
    Reason.NOT_EXPANDABLE: Say(400, "bad_request", "bad request"),
    Reason.EXPAND_TOO_DEEP: Say(400, "bad_request", "bad request"),
    Reason.VERSION_UNKNOWN: Say(400, "bad_request", "api version {version} is not supported"),
    Reason.KEY_MISSING: Say(401, "authentication_failure", "authentication failed"),
    Reason.KEY_UNKNOWN: Say(401, "authentication_failure", "authentication failed"),
    Reason.KEY_LIVE: Say(
        401, "authentication_failure",
        "payment-sandbox refuses live keys: this is a local imitation, and a live key has no business here. Use a test key such as "
        "skey_test_alpha; its suffix names the merchant.",
    ),
    Reason.KEY_WRONG_KIND: Say(401, "authentication_failure", "authentication failed"),
    Reason.KEY_ON_A_PAGE: Say(
        403, "authentication_failure",
        "payment-sandbox takes no secret key from a page of another site (the browser says Sec-Fetch-Site: cross-site): call from your "
        "server, or use a public key",
    ),
    Reason.ACCOUNT_UNKNOWN: Say(401, "authentication_failure", "authentication failed"),
    Reason.REPLAY_MISMATCH: Say(400, "bad_request", "the idempotency key {key} was used with other parameters"),
    Reason.REPLAY_OTHER_ENDPOINT: Say(400, "bad_request", "the idempotency key {key} was used for {first}"),
    Reason.REPLAY_IN_FLIGHT: Say(409, "bad_request", "a request with the idempotency key {key} is still being carried out"),
    Reason.REPLAY_KEY_TOO_LONG: Say(400, "bad_request", "the idempotency key is too long"),
    Reason.NOT_FOUND: Say(404, "not_found", "{kind} {id} was not found"),
    Reason.REFERENCE_NOT_FOUND: Say(404, "not_found", "{kind} {id} was not found"),
    Reason.WRONG_STATUS: Say(400, "bad_request", "bad request"),
    Reason.WINDOW_CLOSED: Say(400, "bad_request", "bad request"),
    Reason.CALL_UNDER_WAY: Say(409, "bad_request", "bad request"),
    Reason.ALREADY_CAPTURED: Say(400, "failed_capture", "charge was already captured"),
    Reason.CAPTURE_BY_PARENT: Say(400, "failed_capture", "capture failed"),
    Reason.AUTHORIZATION_EXPIRED: Say(400, "expired_charge", "charge expired"),
    Reason.AMOUNT_EXCEEDS_REFUNDABLE: Say(400, "failed_refund", "amount must be less than or equal to remaining amount"),
    Reason.ALREADY_REFUNDED: Say(400, "failed_refund", "charge is not refundable"),
    Reason.CHARGE_DISPUTED: Say(400, "failed_refund", "charge is being disputed and can't be refunded"),
    Reason.NOT_CAPTURED: Say(400, "failed_refund", "charge is not refundable"),
    Reason.DISPUTE_CLOSED: Say(400, "bad_request", "dispute is closed"),
    Reason.BALANCE_INSUFFICIENT: Say(400, "insufficient_balance", "the balance is not enough for this"),
    Reason.AMOUNT_EXCEEDS_DISPUTABLE: Say(400, "bad_request", "charge is not disputable"),
    Reason.URL_INVALID: Say(400, "bad_request", "bad request"),
    Reason.TARGET_REFUSED: Say(400, "bad_request", "bad request"),
    Reason.OUT_OF_ORDER: Say(500, "internal_error", "internal error"),
    Reason.RATE_LIMITED: Say(429, "too_many_requests", "too many requests"),
    Reason.LOCKED: Say(429, "too_many_requests", "too many requests"),
    Reason.FAILED: Say(500, "internal_error", "internal error"),
    Reason.UNAVAILABLE: Say(503, "service_unavailable", "service unavailable"),
    Reason.OUT_OF_REACH: Say(422, "bad_request", "bad request"),
}  # fmt: skip


def error_of(refusal: Refusal) -> tuple[int, dict[str, Any]]:
    """(status, the error object)."""
    say = REFUSALS[refusal.reason]
    facts = {"param": "", "kind": "", "id": "", "detail": "", **refusal.facts}
    code = str(facts.get("code") or say.code)
    message = facts["message"] if "message" in facts else say.message.format_map(facts)
    error = {"object": "error", "location": DOCS + code.replace("_", "-"), "code": code, "message": message}
    status = facts.get("status")
    return status if isinstance(status, int) else say.status, error


ASSUMED: tuple[tuple[str, str], ...] = (
    ("a public key where the secret one is needed answers 401 authentication_failure", "docs also name a 403 group, not_authorized"),
    ("service_not_found has status 404", "status; also used for schedules, links, forex, receipts and chains, which are out of scope"),
    ("a path that Omise does not have answers 404 not_found", "wording"),
    ("refunds: too much, not captured, disputed, amount missing, zero or negative answer failed_refund", "wording"),
    ("void=true of a part, or after the void window, answers failed_void 'void failed'", "boundary"),
    ("capture of a captured charge answers failed_capture 'charge was already captured'", "wording"),
    ("capture_amount above the authorized amount, or without pre_auth, answers failed_capture 'capture failed'", "wording"),
    ("capture or reverse of an expired charge answers expired_charge 'charge expired'", "which of the two codes for reverse"),
    ("a dispute of a charge that is not disputable answers bad_request 'charge is not disputable'", "wording"),
    ("update, accept and close of a decided dispute answer bad_request 'dispute is closed'", "wording"),
    ("close with a status other than won and lost answers bad_request 'status is not included in the list'", "wording"),
    ("marking a charge that is not pending answers bad_request", "wording"),
    ("Idempotency-Key replays the first answer for 24 hours", "only an unofficial draft knows the header"),
    ("faults answer 429 too_many_requests, 500 internal_error, 503 service_unavailable", "codes and wording"),
    ("a balance may become negative by refunds, too", "a real account needs balance for a refund; the error's text is unknown"),
)
