"""What partners call: notifications about their bookings, and conversions of users that were sent to their page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW
from sandbox.providers.base import Op
from sandbox.providers.google_bookings import assumed, notifications, views
from sandbox.providers.google_bookings.assumed import GOOGLE_BOOKINGS
from sandbox.providers.google_bookings.machines import REDIRECTED
from sandbox.providers.google_bookings.records import Booking, BookingPartner, Prepayment
from sandbox.providers.google_bookings.settling import noted
from sandbox.providers.google_bookings.shapes import snake

NOTIFICATION = "/v1alpha/notification/partners/{partner}/bookings/{booking}"
FAILURE = "booking_failure."


class Given(NamedTuple):
    """A partner's request, decoded."""

    token: str  # as Bearer; empty where none is needed
    body: Mapping[str, Any]
    query: Mapping[str, str]


def notify(merchant: Merchant, given: Given, partner_id: str, booking_id: str) -> dict[str, Any]:
    """The whole booking, as it is now. Raises Refusal KEY_UNKNOWN, KEY_WRONG_KIND (another's partner id), NOT_FOUND, PARAM_INVALID."""
    partners = merchant.store.shelf(GOOGLE_BOOKINGS, BookingPartner)
    mine = partners.of("token", given.token)
    if not mine:
        raise Refusal(Reason.KEY_UNKNOWN)
    if mine[0].partner_id != partner_id:
        raise Refusal(Reason.KEY_WRONG_KIND, message=f"The caller does not have permission: its token is not of partner {partner_id:.64}.")
    found = [one for one in merchant.store.shelf(GOOGLE_BOOKINGS, Booking).of("booking_id", booking_id) if one.partner == mine[0].id]
    if not found:
        raise Refusal(Reason.NOT_FOUND, kind="booking", id=booking_id)
    booking: Booking = found[-1]
    name = f"partners/{partner_id}/bookings/{booking_id}"
    for field, wanted in (("name", name), ("merchant_id", booking.merchant_id), ("service_id", booking.service_id)):
        if given.body.get(field) != wanted:
            said = f"'{given.body[field]!s:.100}'" if field in given.body else "missing"
            raise notifications.invalid(camel(field), f"is {said}, and must be '{wanted}'.")
    query = {snake(key): value for key, value in given.query.items()}
    failure = {key[len(FAILURE):]: value for key, value in query.items() if key.startswith(FAILURE)}
    return views.notified(merchant, notifications.notify(merchant, booking, given.body, query.get("update_mask", ""), failure))


def camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def collect(merchant: Merchant, given: Given) -> dict[str, Any]:
    """A redirect has become a booking at the partner's. Raises Refusal PARAM_INVALID, NOT_FOUND."""
    body = given.body
    changed = str(body.get("merchant_changed", "2"))
    if changed not in ("1", "2"):
        raise notifications.invalid("merchant_changed", "is 1 (the user booked another venue) or 2 (this one).")
    found = merchant.store.shelf(GOOGLE_BOOKINGS, Booking).of("token", str(body.get("rwg_token") or ""))
    booking = next((one for one in found if one.slot.get("redirect_url")), None)
    if booking is None or owner(merchant, booking) != str(body.get("conversion_partner_id")):
        message = "No redirect of that partner has this rwg_token: it is in the URL that the user was sent to."
        raise Refusal(Reason.NOT_FOUND, message=message, kind="redirect", id=str(body.get("rwg_token")))
    if booking.status != REDIRECTED:
        if booking.status == "CONVERTED":
            return {}  # reported twice
        raise notifications.invalid("rwg_token", "the redirect is too old: 30 days at most lie between it and its conversion.")
    draft = Prepayment(merchant.new_id(GOOGLE_BOOKINGS, Prepayment), GOOGLE_BOOKINGS, NEW, merchant.now, booking.id)
    prepayment = merchant.fire(draft, Trigger.CREATE)
    venue = "another venue" if changed == "1" else "this venue"
    merchant.fire(
        booking, Trigger.SUCCEED, prepayment_id=prepayment.id,
        history=noted(merchant, booking, "2.10", f"the partner reported a booking at {venue}"),
    )  # fmt: skip
    return {}


def owner(merchant: Merchant, booking: Booking) -> str:
    partner: BookingPartner = merchant.get(GOOGLE_BOOKINGS, BookingPartner, booking.partner)
    return partner.partner_id


def not_imitated(merchant: Merchant, given: Given, *values: str) -> NoReturn:
    advice = "load availability with PUT /_sandbox/google/bookings/feeds/availability."
    raise Refusal(Reason.NOT_EMULATED, what=f"only PATCH {NOTIFICATION} is; {advice}")


OPERATIONS: tuple[Op, ...] = (
    Op("PATCH", NOTIFICATION, notify),
    Op("PATCH", "/v1alpha/notification/partners/{partner}/orders/{order}", not_imitated),
    Op("POST", "/v1alpha/inventory/partners/{partner}/merchants/{merchant}/services/{call}", not_imitated),
    Op("POST", "/v1alpha/inventory/partners/{partner}/merchants/{merchant}/services/{service}/{call}", not_imitated),
    Op("POST", assumed.CONVERSION_PATH, collect, public=collect),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a partner id that is not the token's answers 403, an unknown booking 404", "codes"),
    ("name, merchantId and serviceId must be in the body and the booking's own, or the answer is 400",
     "documented is that they are always sent"),
    ("a conversion names its merchant by an access token, or by ?merchant=", "the sandbox's own: the real call has no key"),
    ("a conversion of the right token answers an empty object, reported again too", "answer"),
)
