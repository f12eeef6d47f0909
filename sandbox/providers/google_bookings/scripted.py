"""The built-in booking server: a partner without a URL. It answers in process, by a script of one word a call.

It keeps nothing: its booking ids are made of idempotency tokens, so the same token gives the same booking, as it must.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from sandbox.core.errors import Reason, Refusal
from sandbox.core.ids import token
from sandbox.core.records import Endpoint, Event
from sandbox.providers.google_bookings import calls
from sandbox.providers.google_bookings.answers import CARD_TYPES, CAUSES
from sandbox.providers.google_bookings.machines import CONFIRMED, NOT_PROVIDED, PENDING_MERCHANT, PROVIDED, REFUNDED

YES: Mapping[str, str] = {calls.AVAILABILITY: "free", calls.CREATE: "confirm", calls.UPDATE: "accept"}
WORDS: Mapping[str, tuple[str, ...]] = {
    calls.AVAILABILITY: ("free", "taken"), calls.CREATE: ("confirm", "pending", "unpaid"), calls.UPDATE: ("accept", "refund"),
}  # fmt: skip
GARBAGE = "garbage"


def check(script: Mapping[str, str]) -> None:
    """The script can be played. Raises Refusal PARAM_INVALID."""
    for method, word in script.items():
        known = (*WORDS[method], GARBAGE)
        if word in known or (method != calls.AVAILABILITY and word in CAUSES) or (word.isdecimal() and 300 <= int(word) <= 599):
            continue
        causes = "" if method == calls.AVAILABILITY else ", the cause of a booking_failure"
        message = f"The built-in partner cannot answer {method} with '{word}': use {', '.join(known)}{causes}, or a status such as 500."
        raise Refusal(Reason.PARAM_INVALID, message=message, param=f"answers.{method}")


def play(endpoint: Endpoint, event: Event, body: bytes) -> tuple[int, bytes]:
    """(status, body) of the answer to one call."""
    word = endpoint.details.get("answers", {}).get(event.type, YES[event.type])
    if word == GARBAGE:
        return 200, b"<html>It works!</html>"
    if word.isdecimal():
        return int(word), b"{}"
    asked = orjson.loads(body)
    if word in CAUSES:
        card = {"rejected_card_type": CARD_TYPES[0]} if word == "PAYMENT_ERROR_CARD_TYPE_REJECTED" else {}
        three_ds = {"payment_failure": {"threeds1_parameters": {"acs_url": "https://bank.example.test/acs"}}}
        extra = {**card, **(three_ds if word == "PAYMENT_REQUIRES_3DS1" else {})}
        return 200, orjson.dumps({"booking_failure": {"cause": word, "description": "as the script says", **extra}})
    if event.type == calls.AVAILABILITY:
        rows = [{"slot_time": slot, "available": word == "free"} for slot in asked["slot_time"]]
        return 200, orjson.dumps({"slot_time_availability": rows})
    return 200, orjson.dumps({"booking": created(asked, word) if event.type == calls.CREATE else updated(asked, word)})


def created(asked: Mapping[str, Any], word: str) -> dict[str, Any]:
    """A new booking; what is to be paid in advance was taken, unless the script says otherwise."""
    key = asked["idempotency_token"]
    given = asked["payment_information"]
    paid: dict[str, Any] = {"prepayment_status": NOT_PROVIDED}
    if "price" in given and word == "confirm":
        paid = {
            "prepayment_status": PROVIDED, "payment_transaction_id": "txn_" + token(16, key), "price": given["price"],
            "payment_processed_by": given.get("payment_processed_by", calls.BY_PARTNER),
        }  # fmt: skip
    return {
        "booking_id": "partner_" + token(12, "booking", key), "slot": asked["slot"], "user_information": asked["user_information"],
        "status": PENDING_MERCHANT if word == "pending" else CONFIRMED, "payment_information": paid,
    }  # fmt: skip


def updated(asked: Mapping[str, Any], word: str) -> dict[str, Any]:
    refunded = {"payment_information": {"prepayment_status": REFUNDED, "payment_transaction_id": "txn_refund"}}
    return {"status": CONFIRMED, **asked["booking"], **(refunded if word == "refund" else {})}
