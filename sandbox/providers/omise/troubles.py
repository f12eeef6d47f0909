"""What goes wrong at Omise although the request is right: nothing in a request asks for it, so the setting `fails` does.

Errors of transport, of too many requests and of the server are faults of the control API, the same for every provider.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.core.errors import Reason
from sandbox.core.merchant import Merchant
from sandbox.providers.omise import money
from sandbox.providers.omise.params import refuse

BACKEND, CONVERSION, FRAUD_CHECK, CAPTURE = "backend", "conversion", "fraud_check", "capture"
SENDING, SUSPENDED, REMOVED, PAYING = "transfer_send", "transfers", "transfer_deleted", "transfer_pay"
# A word of the setting -> (error code, message) of the refusal.
REFUSED: Mapping[str, tuple[str, str]] = {
    BACKEND: ("backend_error", "backend error"),  # a charge of a source
    CONVERSION: ("failed_multi_currency", "the currency conversion could not be completed"),  # a charge in a foreign currency
    FRAUD_CHECK: ("failed_fraud_check", "fraud check failed"),  # a token
}
# A word -> (status, error code, message) of every request that brings a key, whatever it asks for.
KEYS: Mapping[str, tuple[int, str, str]] = {
    "not_authorized": (403, "not_authorized", "key is not authorized to perform this operation"),
    "locked_account": (401, "locked_account_error", "account is locked"),
    "key_expired": (401, "key_expired_error", "key is expired"),
    "locked_out": (401, "locked_out", "too many failed attempts, locked out"),
}
# A word -> failure code of what is kept as failed.
FAILED: Mapping[str, str] = {
    CAPTURE: "failed_processing",  # the bank refuses what it has authorized
    SENDING: "transfer_send_failure",  # a transfer that is marked as sent
    SUSPENDED: "transfers_suspended",  # and any other
    REMOVED: "transfer_deleted",
    PAYING: "transfer_pay_failure",  # one that was sent, and that the bank gives back
}
RECIPIENTS = ("name_mismatch", "account_not_found", "bank_not_found")  # failure codes of a recipient that is verified
WORDS = (*REFUSED, *KEYS, *FAILED, *RECIPIENTS)


def words(value: str) -> list[str]:
    """The setting's words."""
    return [word for word in value.replace(" ", "").split(",") if word]


def are_known(value: object) -> bool:
    """Whether the setting may have this value."""
    return isinstance(value, str) and all(word in WORDS for word in words(value))


def fails(merchant: Merchant, word: str) -> bool:
    return word in words(str(money.setting(merchant, "fails", "")))


def check(merchant: Merchant, word: str) -> None:
    """It works. Raises Refusal backend_error, failed_multi_currency, failed_fraud_check."""
    if fails(merchant, word):
        raise refuse(*REFUSED[word])


def check_key(merchant: Merchant) -> None:
    """The key may ask. Raises Refusal not_authorized, locked_account_error, key_expired_error, locked_out."""
    for word in words(str(money.setting(merchant, "fails", ""))):
        if word in KEYS:
            status, code, message = KEYS[word]
            raise refuse(code, message, Reason.KEY_UNKNOWN, status=status)


ASSUMED: tuple[tuple[str, str], ...] = (
    ("backend_error, failed_multi_currency and failed_fraud_check are answered where the setting `fails` says so", "what causes them"),
    ("a capture that the bank refuses (setting `fails`) leaves a failed charge, status 200, with failed_processing", "failure_code"),
    ("transfer_send_failure, transfers_suspended, transfer_deleted happen to a transfer sent, if `fails` says so", "what causes them"),
    ("transfer_pay_failure, if `fails` says so, gives a sent transfer back under the key transfer.failed.credit", "what causes it; name"),
    ("name_mismatch, account_not_found and bank_not_found happen to a recipient that is verified, if `fails` says so", "what causes them"),
    ("not_authorized (403), locked_account_error, key_expired_error, locked_out (401) answer all, if `fails` says so", "status, words"),
)
