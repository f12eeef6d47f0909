"""What Google's flows have in common: tokens, error envelopes, both spellings of JSON keys."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.providers import google
from sandbox.server.pipeline import has_live_key


def headers(token: str) -> dict[bytes, bytes]:
    return {b"authorization": f"Bearer {token}".encode()}


def token(name: str = "alpha", flow: str = "ordering") -> str:
    return google.access_token(Merchant(name, {}, lambda: 0.0, {}), flow, "partner_1")


@pytest.mark.parametrize("name", ["alpha", "a" * 64, "A_1", "_"])
def test_a_token_names_its_merchant(name: str) -> None:
    """And is always the same; nobody takes it for a key that opens a real account."""
    assert google.read_token(headers(token(name)), "ordering") == name
    assert token(name) == token(name)
    assert not has_live_key(token(name).encode())


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (None, Reason.KEY_MISSING),
        ("Bearer ", Reason.KEY_MISSING),
        ("Basic eA==", Reason.KEY_MISSING),
        ("Bearer sk_test_alpha", Reason.KEY_UNKNOWN),
        ("Bearer ya29.test_alpha.ordering.short", Reason.KEY_UNKNOWN),
        ("Bearer ya29.a0AfH6SMBverylongtokenofarealproject", Reason.KEY_LIVE),
        (f"Bearer {token(flow='bookings')}", Reason.KEY_WRONG_KIND),
    ],
)
def test_another_token_opens_nothing(given: str | None, reason: Reason) -> None:
    with pytest.raises(Refusal) as refused:
        google.read_token({b"authorization": given.encode()} if given is not None else {}, "ordering")
    assert refused.value.reason is reason


@pytest.mark.parametrize("reason", Reason)
def test_every_refusal_is_the_envelope(reason: Reason) -> None:
    """The code inside is the status outside, and the message is whole."""
    status, body = google.error_of(Refusal(reason))
    error = body.pop("error")
    assert body == {}
    assert set(error) == {"code", "message", "status"}
    assert error["code"] == status >= 400
    assert error["message"]
    assert "{" not in error["message"]
    assert error["status"].isupper()


@pytest.mark.parametrize(
    ("status", "word", "reason"),
    [
        (400, "INVALID_ARGUMENT", Reason.PARAM_INVALID),
        (401, "UNAUTHENTICATED", Reason.KEY_UNKNOWN),
        (403, "PERMISSION_DENIED", Reason.KEY_WRONG_KIND),
        (404, "NOT_FOUND", Reason.NOT_FOUND),
        (429, "RESOURCE_EXHAUSTED", Reason.RATE_LIMITED),
        (500, "INTERNAL", Reason.FAILED),
        (503, "UNAVAILABLE", Reason.UNAVAILABLE),
    ],
)
def test_errors_are_called_as_google_calls_them(status: int, word: str, reason: Reason) -> None:
    said = google.error_of(Refusal(reason))
    assert (said[0], said[1]["error"]["status"]) == (status, word)


def test_both_spellings_of_keys_are_read() -> None:
    """But keys that are ids stay as they are."""
    snake = b'{"custom_push_message": {"order_update": {"line_item_updates": {"li_1": {"order_state": {"state": "x_y"}}}}}, "@type": [1]}'
    want = {"customPushMessage": {"orderUpdate": {"lineItemUpdates": {"li_1": {"orderState": {"state": "x_y"}}}}}, "@type": [1]}
    assert google.read_object(snake) == want
    assert google.camel(want) == want


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "line 1 column 1"),
        (b'{"a": 1,}', "trailing comma is not allowed, line 1 column 8"),
        (b'{\n"a": [1,\n]}', "trailing comma"),
        (b"[]", "no JSON object"),
        (b"\xff", "line 1"),
        (b'{"is_in_sandbox": true, "isInSandbox": true}', "both spellings"),
        (b'{"a":' * 80 + b"1" + b"}" * 80, "64 levels"),
    ],
)
def test_json_that_cannot_be_read_is_refused(body: bytes, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        google.read_object(body)
    assert refused.value.reason is Reason.BODY_MALFORMED
    message: Any = google.error_of(refused.value)[1]["error"]["message"]
    assert said in message
