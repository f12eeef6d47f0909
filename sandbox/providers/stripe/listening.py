"""What is said to the official Stripe CLI over a websocket, in its words: `stripe listen` and `stripe logs tail`.

Theory of operation. `POST /v1/stripecli/sessions` (`routes/stripecli.py`) tells the CLI where to connect and under which
id. The id says everything, so that it outlives a restart of the server: for a listener the id of its endpoint, for a reader of
the log its filters. The merchant stands in the path. The CLI drops whatever has no version when it was started with
`--latest`, and whatever has one when it was not: every event is offered both ways, and it heeds one.

Source: observed with version 1.52.0 of the CLI, 2026-11-23.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

import orjson

from sandbox.core.merchant import Merchant
from sandbox.core.records import Delivery, Endpoint, Event
from sandbox.providers.base import Caller, Heard, LogLine
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.events import envelope, signed_headers
from sandbox.providers.stripe.versions import NEWEST, behind

PATH = "/v1/stripecli/sockets/"
LISTENS, READS = "cliws_", "clilog_"
# A filter of `logs tail` and what it is compared with.
FILTERS: Mapping[str, Callable[[LogLine], str]] = {
    "filter_account": lambda _: "self",
    "filter_http_method": lambda line: line.method,
    "filter_request_path": lambda line: line.path,
    "filter_request_status": lambda line: "SUCCEEDED" if line.status < 300 else "FAILED",
    "filter_source": lambda _: "API",
    "filter_status_code": lambda line: str(line.status),
    "filter_status_code_type": lambda line: f"{line.status // 100}00",  # what the CLI makes of 4XX
}


def reader_id(filters: Mapping[str, list[str]]) -> str:
    return READS + base64.urlsafe_b64encode(orjson.dumps(filters)).decode()


def filters_of(key: str) -> dict[str, list[str]] | None:
    """The filters that a reader's id says; None if it is no such id."""
    try:
        filters: dict[str, list[str]] = orjson.loads(base64.urlsafe_b64decode(key.removeprefix(READS)))
    except (binascii.Error, ValueError):
        return None
    return filters if isinstance(filters, dict) else None


def wanted(filters: Mapping[str, list[str]]) -> Callable[[LogLine], bool]:
    """Whether a request passes every filter: one of its words each, `*` standing for anything in a path."""

    def wants(line: LogLine) -> bool:
        return line.provider == STRIPE and all(
            any(fnmatchcase(FILTERS[name](line), word) for word in words) for name, words in filters.items()
        )

    return wants


class StripeSockets:
    protocol = "stripecli-devproxy-v1"
    stranger = b'{"error": {"message": "Unknown WebSocket ID."}}'  # the words on which the CLI asks for a new session

    def caller(self, path: str, headers: Mapping[bytes, bytes]) -> Caller | None:
        key = headers.get(b"websocket-id", b"").decode("latin-1")  # no page in a browser can send it
        if not path.startswith(PATH):
            return None
        name = path.removeprefix(PATH)
        if key.startswith(LISTENS):
            return Caller(name, key.removeprefix(LISTENS))
        filters = filters_of(key) if key.startswith(READS) else None
        return Caller(name, wants=wanted(filters)) if filters is not None and filters.keys() <= FILTERS.keys() else None

    def forwards(self, endpoint: Endpoint) -> bool:
        return bool(endpoint.details.get("forward_to"))

    def offers(
        self, merchant: Merchant, endpoint: Endpoint, delivery: Delivery, event: Event, headers: Mapping[str, str], body: bytes
    ) -> Mapping[str, str]:
        latest = (headers, body)
        if behind(event.version):
            made = envelope(merchant, event, NEWEST)
            at = int(headers["Stripe-Signature"].partition(",")[0].removeprefix("t="))
            latest = (signed_headers(endpoint, made, at, merchant.now), made)
        attempt = f"{delivery.id}_{len(delivery.attempts)}"
        return {
            (conversation := f"wc_{attempt}_{number}"): orjson.dumps(
                {
                    "type": "webhook_event",
                    "endpoint": {"api_version": version},
                    "event_payload": payload.decode(),
                    "http_headers": signed,
                    "webhook_conversation_id": conversation,
                    "webhook_id": f"{endpoint.id}_{number}",
                }
            ).decode()
            for number, (version, (signed, payload)) in enumerate(((None, (headers, body)), (NEWEST, latest)))
        }

    def heard(self, text: str) -> Heard | None:
        try:
            said: Any = orjson.loads(text)
        except orjson.JSONDecodeError:
            return None
        if not isinstance(said, dict) or not isinstance(said.get("webhook_conversation_id"), str):
            return None
        conversation = said["webhook_conversation_id"]
        if said.get("type") != "webhook_response":
            return Heard(conversation, 0, {}, "") if said.get("type") == "event_ack" else None
        code, headers, body = said.get("status"), said.get("http_headers"), said.get("body")
        if not isinstance(code, int) or code < 100:
            return None
        shown = {str(name): str(value) for name, value in headers.items()} if isinstance(headers, dict) else {}
        return Heard(conversation, code, shown, body if isinstance(body, str) else "")

    def shows(self, line: LogLine) -> str:
        error = line.error or {}
        names = ("type", "charge", "code", "decline_code", "message", "param", "error_insight")
        shown = {
            "created_at": line.at,
            "livemode": False,
            "method": line.method,
            "request_id": line.id,
            "status": line.status,
            "url": line.path,
            "error": {name: error.get(name) or "" for name in names},
        }
        payload = orjson.dumps(shown).decode()
        key = "resp_" + line.id.removeprefix("req_")
        return orjson.dumps({"type": "request_log_event", "request_log_id": key, "event_payload": payload}).decode()


# How the CLI is known, for the fidelity page.
VALIDATED: tuple[tuple[str, str], ...] = (
    ("stripe listen and stripe logs tail: the session, the websocket and its messages", "observed with version 1.52.0; the suite runs it"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a listener that is gone, stopped or cut off, is offered what it missed when it is back", "the sandbox's own"),
    ("an event that the CLI takes without telling of an answer, as one that its --events leaves out, is an attempt that failed",
     "the CLI does not say which events it leaves out"),
)  # fmt: skip
