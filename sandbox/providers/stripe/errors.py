"""Refusals in Stripe's words: status, type, code, message and the parameter to blame. One line each.

Source: reference "Standard errors" and the tables of illegal calls; what no source confirms is in `ASSUMED`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sandbox.core.errors import Reason, Refusal
from sandbox.providers.stripe.values import hint

INVALID = "invalid_request_error"
HELP = "we can help at https://support.stripe.com/."


OF_TEST_VALUES = ("PaymentMethod", "token")  # what the names of test values make


class Say(NamedTuple):
    status: int
    type: str
    code: str | None
    message: str  # filled with the refusal's facts
    param: str | None = None


REFUSALS: Mapping[Reason, Say] = {
    Reason.UNKNOWN_URL: Say(
        404, INVALID, None,
        "Unrecognized request URL ({method}: {path}). If you are trying to list objects, remove the trailing slash. If you are "
        "trying to retrieve an object, make sure you passed a valid (non-empty) identifier in your code. Please see "
        "https://stripe.com/docs or " + HELP,
    ),
    Reason.NOT_EMULATED: Say(
        501, INVALID, "sandbox_not_emulated",
        "payment-sandbox does not emulate {what} yet. Stripe has it; docs/stripe.md lists what the sandbox covers.{hint}", "{param}",
    ),
    Reason.WRONG_CONTENT_TYPE: Say(
        400, INVALID, None,
        "Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any questions, " + HELP,
    ),
    Reason.BODY_TOO_LARGE: Say(413, INVALID, None, "Request body is too large: at most {limit} bytes are accepted here."),
    Reason.BODY_MALFORMED: Say(400, INVALID, None, "Invalid request: {detail}"),
    Reason.PARAM_UNKNOWN: Say(400, INVALID, "parameter_unknown", "{message}", "{param}"),
    Reason.PARAM_MISSING: Say(400, INVALID, "parameter_missing", "Missing required param: {param}.", "{param}"),
    Reason.PARAM_EMPTY: Say(
        400, INVALID, "parameter_invalid_empty",
        "You passed an empty string for '{param}'. We assume empty values are an attempt to unset a parameter; however '{param}' "
        "cannot be unset. You should remove '{param}' from your request or supply a non-empty value.", "{param}",
    ),
    Reason.PARAM_INVALID: Say(400, INVALID, None, "{message}", "{param}"),
    Reason.PARAMS_EXCLUSIVE: Say(400, INVALID, None, "{message}", "{param}"),
    Reason.NOT_EXPANDABLE: Say(400, INVALID, None, "This property cannot be expanded ({path}).{hint}"),
    Reason.EXPAND_TOO_DEEP: Say(
        400, INVALID, "property_expansion_max_depth", "You cannot expand more than 4 levels of a property. Property: {path}"
    ),
    Reason.VERSION_UNKNOWN: Say(400, INVALID, None, "Invalid Stripe API version: {version}"),
    Reason.KEY_MISSING: Say(
        401, INVALID, None,
        "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. "
        "'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or " + HELP,
    ),
    Reason.KEY_UNKNOWN: Say(401, INVALID, None, "Invalid API Key provided: {key}{hint}"),
    Reason.KEY_LIVE: Say(
        401, INVALID, None,
        "payment-sandbox refuses live keys: this is a local imitation, and a live key has no business here. Use a test key such as "
        "sk_test_alpha; its suffix names the merchant.",
    ),
    Reason.KEY_WRONG_KIND: Say(
        403, INVALID, "secret_key_required",
        "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys "
        "at https://dashboard.stripe.com/account/apikeys.",
    ),
    Reason.KEY_ON_A_PAGE: Say(
        403, INVALID, "publishable_key_required",
        "payment-sandbox takes no secret key from a page of another site (the browser says Sec-Fetch-Site: cross-site): call from your "
        "server, or use a publishable key.",
    ),
    Reason.ACCOUNT_UNKNOWN: Say(
        403, INVALID, "account_invalid",
        "The provided key '{key}' does not have access to account '{account}' (or that account does not exist). Application access "
        "may have been revoked.",
    ),
    Reason.REPLAY_MISMATCH: Say(
        400, "idempotency_error", None,
        "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other "
        "than '{key}' if you meant to execute a different request.",
    ),
    Reason.REPLAY_OTHER_ENDPOINT: Say(
        400, "idempotency_error", None,
        "Keys for idempotent requests can only be used for the same endpoint they were first used for ('{first}' vs '{now}'). Try "
        "using a key other than '{key}' if you meant to execute a different request.",
    ),
    Reason.REPLAY_IN_FLIGHT: Say(
        409, INVALID, "idempotency_key_in_use",
        "There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the "
        "other request is still going through): {key}. Please try again later.",
    ),
    Reason.REPLAY_KEY_TOO_LONG: Say(400, INVALID, None, "Idempotency keys can be at most 255 characters long."),
    Reason.NOT_FOUND: Say(404, INVALID, "resource_missing", "No such {kind}: '{id}'{hint}", "{param}"),
    Reason.REFERENCE_NOT_FOUND: Say(400, INVALID, "resource_missing", "No such {kind}: '{id}'{hint}", "{param}"),
    Reason.WRONG_STATUS: Say(400, INVALID, None, "This {kind} cannot {trigger} while its status is {status}.", "{param}"),
    Reason.WINDOW_CLOSED: Say(400, INVALID, None, "It is too late for that, or too early."),
    Reason.CALL_UNDER_WAY: Say(409, INVALID, None, "That is being done already."),
    Reason.ALREADY_CAPTURED: Say(400, INVALID, "charge_already_captured", "Charge {id} has already been captured."),
    Reason.CAPTURE_BY_PARENT: Say(
        400, INVALID, None,
        "This uncaptured Charge was created by a PaymentIntent ({intent}). You must {verb} the PaymentIntent {instead}. For more "
        "information, see https://stripe.com/docs/payments/place-a-hold-on-a-payment-method",
    ),
    Reason.AUTHORIZATION_EXPIRED: Say(
        400, INVALID, "charge_expired_for_capture",
        "Charge {id} cannot be captured because the charge has expired. Uncaptured charges expire 7 days after they were created.",
    ),
    Reason.AMOUNT_EXCEEDS_REFUNDABLE: Say(
        400, INVALID, None, "Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", "amount"
    ),
    Reason.ALREADY_REFUNDED: Say(400, INVALID, "charge_already_refunded", "Charge {id} has already been refunded."),
    Reason.CHARGE_DISPUTED: Say(
        400, INVALID, "charge_disputed", "Charge {id} has been charged back; cannot issue a refund."
    ),
    Reason.NOT_CAPTURED: Say(400, INVALID, None, "{message}"),
    Reason.DISPUTE_CLOSED: Say(400, INVALID, None, "This dispute is already closed"),
    Reason.BALANCE_INSUFFICIENT: Say(400, INVALID, "balance_insufficient", "{message}", "{param}"),
    Reason.AMOUNT_EXCEEDS_DISPUTABLE: Say(409, INVALID, None, "{message}", "amount"),
    Reason.URL_INVALID: Say(400, INVALID, "url_invalid", "{message}", "{param}"),
    Reason.TARGET_REFUSED: Say(400, INVALID, "url_invalid", "{message}", "{param}"),
    Reason.OUT_OF_ORDER: Say(500, "api_error", None, "{message}"),
    Reason.RATE_LIMITED: Say(
        429, INVALID, "rate_limit",
        "Testmode request rate limit exceeded, the rate limits in testmode are lower than livemode. You can learn more about rate "
        "limits here https://stripe.com/docs/rate-limits.",
    ),
    Reason.LOCKED: Say(
        429, INVALID, "lock_timeout",
        "This object cannot be accessed right now because another API request or Stripe process is currently accessing it. If you see "
        "this error intermittently, retry the request. If you see this error frequently and are making multiple concurrent requests to "
        "a single object, make your requests serially or at a lower rate. For more details, see "
        "https://stripe.com/docs/rate-limits#object-lock-timeouts.",
    ),
    Reason.FAILED: Say(500, "api_error", None, "An unknown error occurred. If you have any questions, " + HELP),
    Reason.UNAVAILABLE: Say(503, "api_error", None, "Stripe is temporarily unavailable. Please try again later."),
    Reason.OUT_OF_REACH: Say(422, INVALID, None, "{message}"),
}  # fmt: skip

# Refused by the state of an object, that is, after Stripe had begun to carry the request out: an idempotency key repeats these.
REPEATED = frozenset((
    Reason.WRONG_STATUS, Reason.ALREADY_CAPTURED, Reason.CAPTURE_BY_PARENT, Reason.AUTHORIZATION_EXPIRED, Reason.NOT_CAPTURED,
    Reason.AMOUNT_EXCEEDS_REFUNDABLE, Reason.ALREADY_REFUNDED, Reason.CHARGE_DISPUTED, Reason.DISPUTE_CLOSED,
    Reason.BALANCE_INSUFFICIENT,
))  # fmt: skip

# What no source confirms: shown on the fidelity page, each in one place of the code.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a JSON body on v1 answers 400 with the content-type message", "wording"),
    ("an unknown Stripe-Version answers 400 'Invalid Stripe API version: X'", "wording"),
    ("a Stripe-Account without access answers 403 account_invalid", "wording"),
    ("one idempotency key on two endpoints answers idempotency_error naming both", "wording"),
    ("a refusal by an object's state is repeated by its idempotency key, a miss or a bad parameter is not", "where execution begins"),
    ("an idempotency key in flight answers 409 of type invalid_request_error", "type and end of the text"),
    ("more than four expand levels, `data` of a list included, answers 400 property_expansion_max_depth", "seen in public logs"),
    ("a state that forbids a payment intent's call is payment_intent_unexpected_state", "code inferred where only the text was recorded"),
    ("faults answer 429 rate_limit or lock_timeout, 500 and 503 api_error", "wording of the last two, the end of lock_timeout's"),
    ("a fault 500 of the response is kept under the idempotency key, as Stripe keeps what fails once begun", "Stripe-Should-Retry: false"),
    ("an idempotency key is kept for 24 hours of the merchant's clock", "Stripe keeps it at least so long"),
    ("an idempotency key of more than 255 characters is refused with a 400", "wording"),
    ("a refusal by the key (401, 403) is not kept under an idempotency key", "403"),
    ("parameters of a GET stand in its query: a body is not read", "what Stripe does with one"),
    ("a 401 has the header WWW-Authenticate: Basic realm=\"Stripe\"", "header"),
    ("a publishable key without the right client_secret answers 400", "code and text of the missing secret"),
    ("capture after expiry says that the charge has expired", "wording"),
    ("a path or parameter of Stripe's that the sandbox lacks answers 501 sandbox_not_emulated", "the sandbox's own"),
)


def error_of(refusal: Refusal) -> tuple[int, dict[str, Any]]:
    """(status, the `error` object): keys in the alphabet's order, left out where they have no value."""
    say = REFUSALS[refusal.reason]
    facts: dict[str, Any] = {"param": "", "hint": "", **refusal.facts}
    if facts.get("kind") in OF_TEST_VALUES and "id" in facts:
        facts["hint"] = hint(str(facts["id"]))
    code = facts.get("code", say.code)
    param = say.param.format_map(facts) if say.param else ""
    error: dict[str, Any] = dict(facts.get("more", ()))
    if code:
        error["code"] = code
        if not str(code).startswith("sandbox_"):
            error["doc_url"] = "https://stripe.com/docs/error-codes/" + str(code).replace("_", "-")
    if "decline_code" in facts:
        error["decline_code"] = facts["decline_code"]
    error["message"] = facts["message"] if "message" in facts else say.message.format_map(facts)
    if param:
        error["param"] = param
    error["type"] = facts.get("type", say.type)
    status = facts.get("status")  # an int where a refusal overrides the table: card errors are 402
    return status if isinstance(status, int) else say.status, dict(sorted(error.items()))
