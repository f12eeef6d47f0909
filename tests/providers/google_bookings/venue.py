"""A venue that takes bookings at Google, in process: its feeds, its booking server, and what its guests do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx

from tests.harness import DAY, START, Answer, Heard, Receiver, Shop

SLOT = START + 7 * DAY
HOUR = 3_600
PARTNER = "p-1"
SERVER = "http://localhost:4343"
USD = "USD"
TOKENS = {"tokenization_parameter": {"gateway": "mockpay"}}


def price(units: float, currency: str = USD) -> dict[str, Any]:
    """A price of so many currency units."""
    return {"price_micros": round(units * 1_000_000), "currency_code": currency}


def deposit(units: float, lead_s: int | None = None, kind: str | None = None) -> dict[str, Any]:
    lead = {} if lead_s is None else {"min_advance_cancellation_sec": lead_s}
    return {"deposit": price(units), **lead, **({"deposit_type": kind} if kind else {})}


def fee(units: float, kind: str | None = None) -> dict[str, Any]:
    return {"fee": price(units), **({"fee_type": kind} if kind else {})}


def prepayment(units: float, kind: str | None = None) -> dict[str, Any]:
    return {"price_info": {"price": price(units), **({"price_type": kind} if kind else {})}}


Server = Callable[[str, dict[str, Any]], Any]  # (method, body) -> status, or the answer's body


class Booker(Receiver):
    """A booking server in process: a function of the method and what was asked; what it heard is kept."""

    def __init__(self, serve: Server) -> None:
        super().__init__(self._answer)
        self.serve = serve

    def _answer(self, heard: Heard) -> Any:
        method = heard.url.rstrip("/").rpartition("/")[2]
        said = self.serve(method, heard.event)
        return httpx.Response(200, json=said) if isinstance(said, dict) else said

    @property
    def calls(self) -> list[str]:
        return [heard.url.rstrip("/").rpartition("/")[2] for heard in self.heard]

    def asked(self, method: str) -> list[dict[str, Any]]:
        return [heard.event for heard in self.heard if heard.url.rstrip("/").endswith(method)]


def agreeable(method: str, body: dict[str, Any]) -> dict[str, Any]:
    """A booking server that says yes, and takes what is to be paid in advance."""
    if method == "BatchAvailabilityLookup":
        return {"slot_time_availability": [{"slot_time": slot, "available": True} for slot in body["slot_time"]]}
    if method == "UpdateBooking":
        return {"booking": body["booking"]}
    info = body["payment_information"]
    paid = {"prepayment_status": "PREPAYMENT_NOT_PROVIDED"}
    if "price" in info:
        paid = {"prepayment_status": "PREPAYMENT_PROVIDED", "payment_transaction_id": "t-1", "price": info["price"]}
    return {"booking": {"booking_id": f"b-{body['idempotency_token']}", "status": "CONFIRMED", "payment_information": paid}}


class Venue(Shop):
    """One merchant with one partner, one venue, one service and one slot a week away; a test says what they ask for.

    Args:
        server: who answers in the booking server's place; None: the built-in one does.
    """

    def __init__(
        self, name: str = "alpha", server: Server | None = None, generation: str = "legacy", posting: str = "auto",
        own: dict[str, Any] | None = None, **more: Any,
    ) -> None:  # fmt: skip
        self.booker = Booker(server or agreeable)
        super().__init__(name, **{"receiver": self.booker, **more})
        self.freeze()
        if own:
            self.ok("POST", "/settings", {"providers": {"google_bookings": own}}, root="")
        self.generation, self.posting = generation, posting
        self.token = self.register(**({"base_url": SERVER, "username": "google", "password": "s3cret"} if server else {}))

    def steer(self, method: str, path: str, body: Any = None, root: str = "/google/bookings") -> Answer:
        return self.control(method, root + path, body)

    def ok(self, method: str, path: str, body: Any = None, root: str = "/google/bookings") -> Any:
        answer = self.steer(method, path, body, root)
        assert answer.status == 200, answer.body
        return answer.body

    def register(self, partner_id: str = PARTNER, **more: Any) -> str:
        """The partner is registered, perhaps again; its token."""
        body = {"partner_id": partner_id, "generation": self.generation, "posting": self.posting, **more}
        return str(self.ok("POST", "/partners", body)["access_token"])

    # Feeds

    def merchants(self, **fields: Any) -> Any:
        return self.ok("PUT", "/feeds/merchants", {"merchant": [{"merchant_id": "m-9", "tokenization_config": TOKENS, **fields}]})

    def service(self, **fields: Any) -> Any:
        return self.ok("PUT", "/feeds/services", {"service": [{"merchant_id": "m-9", "service_id": "dinner", **fields}]})

    def slots(self, *slots: dict[str, Any]) -> Any:
        base = {"merchant_id": "m-9", "service_id": "dinner", "start_sec": SLOT, "duration_sec": 5_400}
        return self.ok("PUT", "/feeds/availability", {"availability": [{**base, **slot} for slot in slots or ({},)]})

    def offer(self, service: dict[str, Any] | None = None, **slot: Any) -> None:
        """Feeds with one service and one slot."""
        self.merchants()
        self.service(**service or {})
        self.slots(slot)

    # Guests

    def pick(self, **more: Any) -> dict[str, Any]:
        return {"partner_id": PARTNER, "merchant_id": "m-9", "service_id": "dinner", "start_sec": SLOT, **more}

    def quote(self, **more: Any) -> Any:
        return self.ok("POST", "/quote", self.pick(**more))

    def book(self, **more: Any) -> Any:
        return self.ok("POST", "", self.pick(**more))

    def do(self, booking: Any, verb: str, body: Any = None) -> Any:
        return self.ok("POST", f"/{booking['id']}/{verb}", body or {})

    def look(self, booking: Any) -> Any:
        return self.ok("GET", f"/{booking['id']}")

    def to(self, before_slot_s: int) -> None:
        """Time goes on to so many seconds before the slot begins; negative: after it."""
        self.advance(seconds=SLOT - before_slot_s - self.now)

    # The partner

    def notify(self, booking: Any, mask: str, token: str = "", partner: str = PARTNER, **fields: Any) -> Answer:
        """A notification about the booking, with the fields that are always sent."""
        path = f"partners/{partner}/bookings/{booking['booking_id']}"
        body = {"name": path, "merchantId": "m-9", "serviceId": "dinner", **fields}
        sent = {name: value for name, value in body.items() if value is not None}
        headers = {"authorization": f"Bearer {token or self.token}"}
        url = f"/v1alpha/notification/{path}?updateMask={quote(mask)}"
        response = self.run(self._client.request("PATCH", url, json=sent, headers=headers))
        return Answer(response.status_code, response.json(), response.headers)

    def notified(self, booking: Any, mask: str, **fields: Any) -> Any:
        answer = self.notify(booking, mask, **fields)
        assert answer.status == 200, answer.body
        return self.look(booking)

    # What moved

    def moved(self, booking: Any) -> list[tuple[str, float, str]]:
        """(kind, currency units, cause) of each posting, oldest first."""
        return [(row["kind"], row["amount"] / 1_000_000, row["cause"]) for row in self.look(booking)["postings"]]

    def wrong(self, booking: Any) -> list[tuple[str, str]]:
        """(rule, code) of each mismatch."""
        return [(row["rule"], row["code"]) for row in self.look(booking)["mismatches"]]

    def money(self, account: str = "merchant:available", currency: str = "usd") -> int:
        return self.balance(account, currency, "google_bookings")
