"""A venue's booking server, with Starlette: what Google calls, and the notifications by which the venue says what became of a table.

Run it as `python tests/example/booking_server.py --port 8080 --api http://127.0.0.1:12111`; register it there as a partner, tell it the
access token that was answered (`POST /token`), and let the venue act: `POST /tables/{booking_id}/{CANCELED, NO_SHOW_PENALIZED, refund}`.
"""

from __future__ import annotations

import argparse
import base64
import secrets
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

PARTNER, USERNAME, PASSWORD = "p-1", "google", "s3cret"
MOVED = {"booking_failure": {"cause": "SLOT_UNAVAILABLE", "description": "That table is taken."}}


class Venue:
    """Tables that were booked, by booking id and by idempotency token."""

    def __init__(self, api: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.api, self.transport = api, transport
        self.token = ""
        self.tables: dict[str, dict[str, Any]] = {}
        self.tokens: dict[str, str] = {}
        self.full: set[str] = set()  # start_sec of evenings that are sold out

    # What Google asks

    def check_availability(self, asked: dict[str, Any]) -> dict[str, Any]:
        slots = [{"slot_time": slot, "available": slot["start_sec"] not in self.full} for slot in asked["slot_time"]]
        return {"slot_time_availability": slots}

    def create(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The same token is the same booking, however often it comes; a prepayment is charged with the card that came along."""
        token = asked["idempotency_token"]
        if token in self.tokens:
            return {"booking": self.tables[self.tokens[token]]}
        if asked["slot"]["start_sec"] in self.full:
            return MOVED
        key = "table-" + secrets.token_hex(4)
        info: dict[str, Any] = {"prepayment_status": "PREPAYMENT_NOT_PROVIDED"}
        price = asked["payment_information"].get("price")
        if price is not None:
            assert asked["payment_processing_parameters"]["unparsed_payment_method_token"]
            info = {
                "prepayment_status": "PREPAYMENT_PROVIDED", "payment_transaction_id": "charge-" + secrets.token_hex(4), "price": price,
                "payment_processed_by": "PROCESSED_BY_PARTNER",
            }  # fmt: skip
        self.tokens[token] = key
        self.tables[key] = {"booking_id": key, "status": "CONFIRMED", "slot": asked["slot"], "payment_information": info}
        return {"booking": self.tables[key]}

    def update(self, asked: dict[str, Any]) -> dict[str, Any]:
        table = self.tables[asked["booking"]["booking_id"]]
        if table["status"] == "CANCELED":
            return {"booking_failure": {"cause": "BOOKING_ALREADY_CANCELLED"}}
        table["status"] = asked["booking"].get("status", table["status"])
        table["slot"] = {**table["slot"], **asked["booking"].get("slot", {})}
        return {"booking": table}

    # What the venue tells Google

    async def notify(self, key: str, mask: str, **changed: Any) -> httpx.Response:
        slot = self.tables[key]["slot"]
        name = f"partners/{PARTNER}/bookings/{key}"
        body = {"name": name, "merchantId": slot["merchant_id"], "serviceId": slot["service_id"], **changed}
        async with httpx.AsyncClient(transport=self.transport, trust_env=False) as client:
            url = f"{self.api}/v1alpha/notification/{name}"
            return await client.patch(url, params={"updateMask": mask}, json=body, headers={"authorization": f"Bearer {self.token}"})

    async def act(self, key: str, what: str) -> httpx.Response:
        if what == "refund":
            info = {"prepaymentStatus": "PREPAYMENT_REFUNDED", "paymentTransactionId": "refund-" + key}
            return await self.notify(key, "paymentInformation", paymentInformation=info)
        self.tables[key]["status"] = what
        return await self.notify(key, "status", status=what)


def app(venue: Venue) -> Starlette:
    """Every call of Google's comes with HTTP Basic; whoever does not have the password is told no more than that."""
    expected = "Basic " + base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
    methods = {"BatchAvailabilityLookup": venue.check_availability, "CreateBooking": venue.create, "UpdateBooking": venue.update}

    async def call(request: Request) -> Response:
        if not secrets.compare_digest(request.headers.get("authorization", ""), expected):
            return JSONResponse({"error": "unauthorized"}, 401)
        return JSONResponse(methods[request.path_params["method"]](await request.json()))

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "SERVING"})

    async def token(request: Request) -> Response:
        venue.token = (await request.body()).decode()
        return Response(status_code=204)

    async def act(request: Request) -> Response:
        answer = await venue.act(request.path_params["id"], request.path_params["what"])
        return Response(answer.content, answer.status_code, media_type="application/json")

    return Starlette(
        routes=[
            Route("/v3/HealthCheck/", health),
            Route("/v3/{method}/", call, methods=["POST"]),
            Route("/token", token, methods=["POST"]),
            Route("/tables/{id}/{what}", act, methods=["POST"]),
        ]
    )


def main() -> None:
    import uvicorn

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--api", default="http://127.0.0.1:12111")
    said = parser.parse_args()
    uvicorn.run(app(Venue(said.api)), port=said.port, log_level="warning")


if __name__ == "__main__":
    main()
