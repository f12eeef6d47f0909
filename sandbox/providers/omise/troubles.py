"""What goes wrong at Omise although the request is right: nothing in a request asks for it, so the setting `fails` does.

Errors of transport, of too many requests and of the server are faults of the control API, the same for every provider.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.core.merchant import Merchant
from sandbox.providers.omise import money
from sandbox.providers.omise.params import refuse

BACKEND, CONVERSION, FRAUD_CHECK, CAPTURE = "backend", "conversion", "fraud_check", "capture"
SENDING, SUSPENDED = "transfer_send", "transfers"
# A word of the setting -> (error code, message) of the refusal.
REFUSED: Mapping[str, tuple[str, str]] = {
    BACKEND: ("backend_error", "backend error"),  # a charge of a source
    CONVERSION: ("failed_multi_currency", "the currency conversion could not be completed"),  # a charge in a foreign currency
    FRAUD_CHECK: ("failed_fraud_check", "fraud check failed"),  # a token
}
# A word -> failure code of what is kept as failed.
FAILED: Mapping[str, str] = {
    CAPTURE: "failed_processing",  # the bank refuses what it has authorized
    SENDING: "transfer_send_failure",  # a transfer that is marked as sent
    SUSPENDED: "transfers_suspended",  # and any other
}
WORDS = (*REFUSED, *FAILED)


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


ASSUMED: tuple[tuple[str, str], ...] = (
    ("backend_error, failed_multi_currency and failed_fraud_check are answered where the setting `fails` says so", "what causes them"),
    ("a capture that the bank refuses (setting `fails`) leaves a failed charge, status 200, with failed_processing", "failure_code"),
    ("transfer_send_failure and transfers_suspended happen where the setting `fails` asks for them", "what causes them"),
    ("not_authorized, locked_account_error, key_expired_error and locked_out are never answered", "no source shows their words"),
    ("failure codes transfer_pay_failure and transfer_deleted, and event recipient.deactivate, never happen", "no call causes them"),
)
