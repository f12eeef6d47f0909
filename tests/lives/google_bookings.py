"""What guests book at Google, and what a venue says of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.providers.google import access_token
from sandbox.providers.google_bookings.records import Booking, BookingPartner
from tests.harness import DAY, START, Answer, Shop
from tests.lives import base
from tests.lives.base import Step
from tests.providers.google_bookings.venue import deposit, fee, prepayment, price

ROOT = "/google/bookings"
PARTNER = "p-1"
OFFERS: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
    ({"deposit": deposit(50, 3_600)}, {}), ({"no_show_fee": fee(20, "PER_PERSON")}, {}), ({}, {"prepayment": prepayment(30)}),
    ({"prepayment_type": "REQUIRED", "price": price(40)}, {}),
)  # fmt: skip
SCRIPTS = ({}, {"CreateBooking": "pending"}, {"CreateBooking": "unpaid"}, {"UpdateBooking": "refund"}, {"BatchAvailabilityLookup": "taken"})
NOTIFIED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("status", {"status": "CANCELED"}), ("status", {"status": "NO_SHOW_PENALIZED"}), ("status", {"status": "CONFIRMED"}),
    ("paymentInformation", {"paymentInformation": {"prepaymentStatus": "PREPAYMENT_REFUNDED", "paymentTransactionId": "r-1"}}),
    ("partySize", {"partySize": "3"}),
)  # fmt: skip


def nth(shop: Shop, number: int) -> str:
    return base.nth(shop, "google_bookings", Booking, number)


def partner(shop: Shop, number: int) -> Answer:
    posting = ("auto", "manual")[number % 9 == 8]
    return shop.control("POST", f"{ROOT}/partners", {"partner_id": PARTNER, "posting": posting, "answers": SCRIPTS[number % len(SCRIPTS)]})


def feeds(shop: Shop, number: int) -> Answer:
    if not len(shop.merchant.store.shelf("google_bookings", BookingPartner)):
        partner(shop, 0)
    service, slot = OFFERS[number % len(OFFERS)]
    row = {"merchant_id": "m-9", "service_id": "dinner"}
    tokens = {"tokenization_parameter": {"gateway": "mockpay"}}
    shop.control("PUT", f"{ROOT}/feeds/merchants", {"merchant": [{"merchant_id": "m-9", "tokenization_config": tokens}]})
    shop.control("PUT", f"{ROOT}/feeds/services", {"service": [{**row, **service}]})
    slots = [{**row, "start_sec": START + day * DAY, "duration_sec": 5_400, **slot} for day in range(1, 30)]
    return shop.control("PUT", f"{ROOT}/feeds/availability", {"availability": slots})


def book(shop: Shop, number: int) -> Answer:
    """A slot that may be over, too."""
    if number % 3 == 0 or not len(shop.merchant.store.shelf("google_bookings", BookingPartner)):
        feeds(shop, number)
    pick = {"partner_id": PARTNER, "merchant_id": "m-9", "service_id": "dinner", "start_sec": START + (1 + number % 29) * DAY}
    return shop.control("POST", ROOT, {**pick, "party_size": 1 + number % 4})


def guest(shop: Shop, number: int) -> Answer:
    verb, body = (
        ("cancel", {}), ("modify", {"party_size": 2}), ("attendance", {"outcome": "no_show"}), ("attendance", {"outcome": "attended"}),
        ("postings", {"kind": "deposit_refund", "amount": 1_000_000}),
    )[number % 5]  # fmt: skip
    return shop.control("POST", f"{ROOT}/{nth(shop, number // 5)}/{verb}", body)


def notify(shop: Shop, number: int) -> Answer:
    chosen: Booking | None = shop.merchant.get("google_bookings", Booking, nth(shop, number // 5))
    if chosen is None:
        return book(shop, number)
    mask, changed = NOTIFIED[number % len(NOTIFIED)]
    name = f"partners/{PARTNER}/bookings/{chosen.booking_id or 'none'}"
    body = {"name": name, "merchantId": "m-9", "serviceId": "dinner", **changed}
    url = f"/v1alpha/notification/{name}?updateMask={mask}"
    return base.tell_google(shop, "PATCH", url, body, access_token(shop.merchant, "bookings", PARTNER))


STEPS: Mapping[str, Step[Shop]] = {
    "pay": book,
    "partner": partner,
    "feeds": feeds,
    "guest": guest,
    "notify": notify,
}
TOLD = (
    ([("feeds", 0), ("pay", 1), ("guest", 0)], [("pay", 4), ("notify", 0), ("advance", 79)]),
    ([("feeds", 3), ("pay", 1), ("notify", 3)], [("notify", 3), ("pay", 2), ("guest", 1), ("advance", 40)]),
    ([("feeds", 1), ("pay", 3)], [("advance", 79), ("guest", 2), ("advance", 79)]),
)
