"""A refusal in trade words; what it sounds like on the wire is each provider's own table."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why the real provider would not have carried a request out."""

    # The request itself
    UNKNOWN_URL = "unknown_url"
    NOT_EMULATED = "not_emulated"  # the provider has it, this sandbox not yet: facts `what`
    WRONG_CONTENT_TYPE = "wrong_content_type"
    BODY_TOO_LARGE = "body_too_large"  # facts `limit`
    BODY_MALFORMED = "body_malformed"  # facts `detail`
    PARAM_UNKNOWN = "param_unknown"  # facts `params` (list of full names), `param`
    PARAM_MISSING = "param_missing"  # facts `param`
    PARAM_EMPTY = "param_empty"  # facts `param`
    PARAM_INVALID = "param_invalid"  # facts `param`, `message`: the dialect's validator words it
    PARAMS_EXCLUSIVE = "params_exclusive"  # facts `message`, `param`
    NOT_EXPANDABLE = "not_expandable"  # facts `path`, `hint`
    EXPAND_TOO_DEEP = "expand_too_deep"
    VERSION_UNKNOWN = "version_unknown"  # facts `version`
    # Who asks
    KEY_MISSING = "key_missing"
    KEY_UNKNOWN = "key_unknown"  # facts `key` (already masked)
    KEY_LIVE = "key_live"
    KEY_WRONG_KIND = "key_wrong_kind"
    KEY_ON_A_PAGE = "key_on_a_page"  # a secret key in a request that a page of another site makes
    ACCOUNT_UNKNOWN = "account_unknown"
    # Idempotency
    REPLAY_MISMATCH = "replay_mismatch"  # facts `key`
    REPLAY_OTHER_ENDPOINT = "replay_other_endpoint"  # facts `key`, `first`, `now`
    REPLAY_IN_FLIGHT = "replay_in_flight"  # facts `key`
    REPLAY_KEY_TOO_LONG = "replay_key_too_long"
    # Objects
    NOT_FOUND = "not_found"  # facts `kind`, `id`, `param`: an id in the path
    REFERENCE_NOT_FOUND = "reference_not_found"  # the same for an id in body or query
    WRONG_STATUS = "wrong_status"  # facts `kind`, `id`, `status`, `trigger`
    WINDOW_CLOSED = "window_closed"  # it is too late for it, or too early: facts `message`
    CALL_UNDER_WAY = "call_under_way"  # a partner is being asked about the same thing: facts `message`
    ALREADY_CAPTURED = "already_captured"
    CAPTURE_BY_PARENT = "capture_by_parent"
    AUTHORIZATION_EXPIRED = "authorization_expired"
    AMOUNT_EXCEEDS_REFUNDABLE = "amount_exceeds_refundable"
    ALREADY_REFUNDED = "already_refunded"
    CHARGE_DISPUTED = "charge_disputed"
    NOT_CAPTURED = "not_captured"
    DISPUTE_CLOSED = "dispute_closed"
    BALANCE_INSUFFICIENT = "balance_insufficient"  # facts `message`, `param`
    URL_INVALID = "url_invalid"  # facts `message`, `param`
    TARGET_REFUSED = "target_refused"  # a webhook URL that nothing is sent to: facts `message`, `param`
    AMOUNT_EXCEEDS_DISPUTABLE = "amount_exceeds_disputable"
    OUT_OF_ORDER = "out_of_order"  # our own fault: facts `message`
    RATE_LIMITED = "rate_limited"  # of these four all but this one happen only where a fault was asked for: facts `retry`
    LOCKED = "locked"  # another call holds the object
    FAILED = "failed"
    UNAVAILABLE = "unavailable"
    OUT_OF_REACH = "out_of_reach"  # the provider cannot do what the control API asked: facts `message`


class Refusal(Exception):
    """Raised before anything was changed; the facts fill the provider's own words.

    ``facts["message"]``, where given, is already the provider's wording; ``facts["next"]`` says in the control API what to do next,
    in the place of what is said of the reason in general (empty: the message says it).
    """

    def __init__(self, reason: Reason, **facts: object) -> None:
        super().__init__(reason, facts)
        self.reason = reason
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.reason}: {self.facts}"
