"""Error codes of payments, refunds and disputes that the sandbox never answers with, and why, for the fidelity page.

Source: the error codes in the types of the official libraries.
"""

from __future__ import annotations

from collections.abc import Mapping

NO_LIVE_MODE = "there is no live mode here"
VERIFIED = "every account is verified, and can do what it asks for, from the start"
OTHER_CODE = "the same is said with another code: "
NOTHING_CAUSES_IT = "nothing here causes it"
NEVER: Mapping[str, str] = {
    "authentication_failure": OTHER_CODE + "payment_intent_authentication_failure",
    "capability_not_active": VERIFIED,
    "capture_charge_authorization_expired": OTHER_CODE + "charge_expired_for_capture",
    "charge_exceeds_transaction_limit": NOTHING_CAUSES_IT,
    "charge_invalid_parameter": OTHER_CODE + "those of parameters",
    "charge_not_refundable": OTHER_CODE + "a refusal without one, as recorded",
    "expired_payment_method": OTHER_CODE + "expired_card",
    "incorrect_address": "an address that fails its check is told of, and blocks nothing",
    "incorrect_postal_code": OTHER_CODE + "incorrect_zip",
    "intent_invalid_state": OTHER_CODE + "payment_intent_unexpected_state, setup_intent_unexpected_state",
    "invalid_characters": NOTHING_CAUSES_IT,
    "livemode_mismatch": NO_LIVE_MODE,
    "parameter_invalid_string_blank": OTHER_CODE + "parameter_invalid_empty",
    "parameter_invalid_string_empty": OTHER_CODE + "parameter_invalid_empty",
    "payment_intent_action_required": OTHER_CODE + "authentication_required",
    "payment_method_customer_decline": "a customer declines 3D Secure only",
    "payment_method_invalid_parameter": OTHER_CODE + "those of parameters",
    "payment_method_restricted": NOTHING_CAUSES_IT,
    "payment_method_unactivated": VERIFIED,
    "payment_method_unexpected_state": NOTHING_CAUSES_IT,
    "payouts_not_allowed": VERIFIED,
    "platform_api_key_expired": OTHER_CODE + "api_key_expired",
    "refund_disputed_payment": OTHER_CODE + "charge_disputed",
    "request_blocked": "keys are not bound to addresses",
    "resource_already_exists": "no object has an id of its maker's choice",
    "status_transition_invalid": OTHER_CODE + "a refusal without one, as recorded",
    "testmode_charges_only": NO_LIVE_MODE,
    "token_in_use": "a token is used at once",
    "transfers_not_allowed": VERIFIED,
}

ABSENT: tuple[tuple[str, str], ...] = (
    *((f"the error code `{code}`", why) for code, why in NEVER.items()),
    ("an id of a live object is 'No such …', without the hint that a similar object exists in live mode", NO_LIVE_MODE),
)
