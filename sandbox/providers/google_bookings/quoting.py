"""Which slot is meant, and what it offers: rows of the feeds looked up, terms reckoned, the link out expanded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sandbox.core.clock import iso
from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.providers.google_bookings import template
from sandbox.providers.google_bookings import terms as t
from sandbox.providers.google_bookings.assumed import GOOGLE_BOOKINGS
from sandbox.providers.google_bookings.records import BookingPartner, FeedRow
from sandbox.providers.google_bookings.shapes import Warn

Row = Mapping[str, Any]


class Wanted(NamedTuple):
    """A slot as a user picks it."""

    merchant_id: str
    service_id: str
    start_sec: int
    duration_sec: int | None = None
    party_size: int | None = None
    room_id: str | None = None


class Offer(NamedTuple):
    """A slot that is in the feeds, with the terms that hold for it."""

    partner: BookingPartner
    service: Row
    slot: Row
    terms: Mapping[str, Any]
    party_size: int  # 0: nobody said
    warnings: tuple[Warn, ...]

    @property
    def start(self) -> int:
        return int(self.slot["start_sec"])

    @property
    def linked_out(self) -> bool:
        """Whether the user is sent to the partner's page, where the money is taken too."""
        redirects = self.slot.get("linkout_required_reason") == "PAYMENT_REQUIRED" and "uri_template" in self.service
        return redirects and self.partner.generation == "redirect"


def feed_name(partner: BookingPartner, kind: str) -> str:
    return f"{partner.id}:{kind}"


def place(partner: BookingPartner, *names: object) -> str:
    """Where a row is looked up: names joined so that no two rows share a place by accident."""
    return ":".join((partner.id, *(f"{len(str(name))}.{name}" for name in names)))


def row(merchant: Merchant, partner: BookingPartner, kind: str, *names: object) -> Row | None:
    """The venue or service of that name in the partner's feed."""
    found: FeedRow | None = merchant.get(GOOGLE_BOOKINGS, FeedRow, f"{kind}/{place(partner, *names)}")
    return found.details if found is not None else None


def offer(merchant: Merchant, partner: BookingPartner, wanted: Wanted) -> Offer:
    """The slot that is meant. Raises Refusal REFERENCE_NOT_FOUND, PARAM_INVALID (several fit, or its prices do not)."""
    service = row(merchant, partner, "services", wanted.merchant_id, wanted.service_id)
    if service is None:
        raise missing("service", f"{wanted.merchant_id}/{wanted.service_id}", "service_id", "services")
    at = place(partner, wanted.merchant_id, wanted.service_id, wanted.start_sec)
    slots = [found.details for found in merchant.store.shelf(GOOGLE_BOOKINGS, FeedRow).of("at", at)]
    fitting = [slot for slot in slots if fits(slot, wanted)]
    if not fitting:
        raise no_slot(slots, wanted)
    own = [slot for slot in fitting if slot.get("resources", {}).get("party_size") == wanted.party_size]
    slot = (own or fitting)[0]
    terms = t.terms_of(service, slot, t.switches(merchant))
    party = wanted.party_size or slot.get("resources", {}).get("party_size") or 0
    return Offer(partner, service, slot, terms, party, tuple(warnings(merchant, partner, service, slot, terms)))


def fits(slot: Row, wanted: Wanted) -> bool:
    """Whether a slot of the right start is the one; what was not said fits anything, and so does what the slot does not say."""
    resources = slot.get("resources", {})
    given = (
        (wanted.duration_sec, slot["duration_sec"]), (wanted.party_size, resources.get("party_size")),
        (wanted.room_id, resources.get("room_id")),
    )  # fmt: skip
    return all(asked is None or has is None or asked == has for asked, has in given)


def no_slot(slots: Sequence[Row], wanted: Wanted) -> Refusal:
    """No slot fits: what there is at that time, and which field to change."""
    what = f"{wanted.service_id} at {wanted.start_sec} ({iso(wanted.start_sec)}){said(wanted)}"
    sizes = sorted({size for slot in slots if fits(slot, wanted._replace(party_size=None)) and (size := party_of(slot)) is not None})
    if not sizes:
        return missing("slot", what, "start_sec", "availability")
    message = f"The feeds have no slot {what:.300}: at that time there are parties of {', '.join(map(str, sizes))}."
    return Refusal(Reason.REFERENCE_NOT_FOUND, message=message, kind="slot", id=what, param="party_size")


def party_of(slot: Row) -> int | None:
    found: int | None = slot.get("resources", {}).get("party_size")
    return found


def said(wanted: Wanted) -> str:
    parts = ((wanted.duration_sec, "for {} s"), (wanted.party_size, "for a party of {}"), (wanted.room_id, "in room {}"))
    return "".join(f" {text.format(value)}" for value, text in parts if value is not None)


def missing(kind: str, id: str, param: str, feed: str) -> Refusal:
    message = f"The feeds have no {kind} {id:.300}. GET /_sandbox/google/bookings/feeds/{feed} shows what is loaded."
    return Refusal(Reason.REFERENCE_NOT_FOUND, message=message, kind=kind, id=id, param=param, next="")


def warnings(merchant: Merchant, partner: BookingPartner, service: Row, slot: Row, terms: Mapping[str, Any]) -> list[Warn]:
    """What Google would object to in a slot, feeds and generation taken together."""
    paid = t.has_payment(terms)
    linkout = slot.get("linkout_required_reason") == "PAYMENT_REQUIRED"
    venue = row(merchant, partner, "merchants", slot["merchant_id"]) or {}
    tokens = venue.get("tokenization_config", {}).get("tokenization_parameter")
    found = (
        (t.several(terms), "W_SEVERAL_TYPES", "prepayment", "Several payment types are set: each holds for itself."),
        (paid and slot.get("confirmation_mode") in t.ASYNCHRONOUS, "W_ASYNC_PAYMENT", "confirmation_mode",
         "Payments are not allowed with asynchronous confirmation: the slot cannot be booked."),
        (linkout and "uri_template" not in service, "W_NO_TEMPLATE", "linkout_required_reason",
         "The slot links out, and its service has no uri_template to link to."),
        (linkout and not paid, "W_LINKOUT_UNPAID", "linkout_required_reason", "The slot links out for a payment, and asks for none."),
        (linkout and partner.generation != "redirect", "W_LINKOUT_GENERATION", "linkout_required_reason",
         f"Only the redirect generation links out; this partner's is {partner.generation}."),
        (paid and not linkout and partner.generation == "redirect", "W_LINKOUT_MISSING", "linkout_required_reason",
         "In the redirect generation a slot with a payment needs linkout_required_reason PAYMENT_REQUIRED."),
        (bool(tokens) and partner.generation == "redirect", "W_TOKENIZATION_CONFIG", "tokenization_config",
         "tokenization_config must be removed from the merchant feed for Payments Redirect."),
        (paid and not tokens and partner.generation == "legacy", "W_NO_TOKENIZATION_CONFIG", "tokenization_config",
         "Payments need tokenization_config.tokenization_parameter in the merchant feed."),
    )  # fmt: skip
    return [Warn(code, path, message) for holds, code, path, message in found if holds]


def shown(merchant: Merchant, found: Offer) -> dict[str, Any]:
    """What a quote says: amounts in micros, times in epoch seconds, null where there is none."""
    terms, start, party = found.terms, found.start, found.party_size
    first, last = t.bookable(found.service, found.slot)
    return {
        "currency": terms["currency"],
        **{name: t.amount(terms, name, party) for name in t.TYPES},
        "card_required": terms["card_required"],
        "online_cancel_until": t.online_cancel_until(terms, start),
        "deposit_refundable_until": t.deposit_refundable_until(terms, start),
        "redirect_url": link(found) if found.linked_out else None,
        "party_size": party or None,
        "bookable_from": first or None,
        "bookable_until": last,
        "warnings": [warning._asdict() for warning in found.warnings],
    }


def link(found: Offer, rwg_token: str = "") -> str:
    """Where the user is sent; Google may add a token that the partner reports the booking with."""
    resources = found.slot.get("resources", {})
    values = template.slot_values(
        found.start, found.slot["duration_sec"], found.party_size or None, found.slot.get("availability_tag"), resources.get("room_id")
    )
    url = template.expand(found.service["uri_template"], values)
    if not rwg_token:
        return url
    bare, sharp, fragment = url.partition("#")
    joint = "&" if urlsplit(bare).query else "" if bare.endswith("?") else "?"
    return f"{bare}{joint}rwg_token={rwg_token}{sharp}{fragment}"


def why_closed(merchant: Merchant, found: Offer) -> str:
    """Why the slot cannot be booked now; empty if it can."""
    first, last = t.bookable(found.service, found.slot)
    boundary = t.boundary_in_time(merchant)
    if merchant.now < first:
        return f"it can be booked from {first} on, and it is {merchant.now}"
    if not t.in_time(merchant.now, last, boundary):
        return f"it could be booked until {last}, and it is {merchant.now}"
    if found.slot.get("spots_open") == 0:
        return "no spot is open in the availability feed"
    return ""
