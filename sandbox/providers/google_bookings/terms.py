"""Terms: what the feeds, as they were accepted, let the merchant take for a slot or make it give back.

A slot's fee replaces the service's; windows are reckoned from the slot's begin. Terms are plain values, kept with a booking from
the moment it was made: a feed that is loaded later does not change them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.providers.google_bookings import assumed, micros
from sandbox.providers.google_bookings.assumed import setting

PREPAYMENT, DEPOSIT, NO_SHOW_FEE = "prepayment", "deposit", "no_show_fee"
TYPES = (PREPAYMENT, DEPOSIT, NO_SHOW_FEE)
ALWAYS = "REQUIRE_CREDIT_CARD_ALWAYS"
UNSET_CARD_RULES = (None, "REQUIRE_CREDIT_CARD_UNSPECIFIED")
ASYNCHRONOUS = ("ASYNCHRONOUS", "CONFIRMATION_MODE_ASYNCHRONOUS")
Terms = Mapping[str, Any]
Row = Mapping[str, Any]


class Switches(NamedTuple):
    """The settings that terms depend on."""

    override: str = assumed.SLOT_OVERRIDE
    zero_off: bool = assumed.ZERO_SWITCHES_OFF
    cancel_override: bool = assumed.SLOT_CANCEL_OVERRIDE
    deposit_unset: str = assumed.DEPOSIT_WINDOW_UNSET


def switches(merchant: Merchant) -> Switches:
    return Switches(
        setting(merchant, "slot_override", assumed.SLOT_OVERRIDE), setting(merchant, "zero_switches_off", assumed.ZERO_SWITCHES_OFF),
        setting(merchant, "slot_cancel_override", assumed.SLOT_CANCEL_OVERRIDE),
        setting(merchant, "deposit_window_unset", assumed.DEPOSIT_WINDOW_UNSET),
    )  # fmt: skip


def overridden(service: Row, slot: Row, name: str, how: str) -> Row | None:
    """The message that counts for a slot: its own or the service's, whole; or both joined, the slot's fields over the service's."""
    general, own = service.get(name), slot.get(name)
    if own is None or general is None:
        return own if own is not None else general
    return joined(general, own) if how == "merge" else own


def joined(below: Row, above: Row) -> Row:
    out = dict(below)
    for name, value in above.items():
        inner = out.get(name)
        out[name] = joined(inner, value) if isinstance(inner, Mapping) and isinstance(value, Mapping) else value
    return out


def term(price: Row | None, price_type: str | None, zero_off: bool) -> dict[str, Any] | None:
    """A price with its type; None where there is none, or where a zero says that there is none."""
    if price is None or (zero_off and price["price_micros"] == 0):
        return None
    return {"price_micros": price["price_micros"], "price_type": price_type or micros.FIXED, "currency": price["currency_code"]}


def prepayment_of(service: Row, slot: Row, zero_off: bool) -> dict[str, Any] | None:
    """The slot's own, or the older way: a service whose prepayment is REQUIRED is paid in advance at its price."""
    if "prepayment" in slot:
        info = slot["prepayment"]["price_info"]
        found = term(info["price"], info.get("price_type"), zero_off)
    else:
        found = term(service.get("price"), None, zero_off) if service.get("prepayment_type") == "REQUIRED" else None
    later = service.get("prepayment_terms", {})
    if found is not None and later.get("charge_timing") == "CHARGE_LATER":
        found["charge_lead_s"] = later.get("charge_time_before_start_time_sec", 0)
    return found


def terms_of(service: Row, slot: Row, how: Switches) -> dict[str, Any]:
    """The effective terms of a slot. Raises Refusal PARAM_INVALID when its prices are of several currencies."""
    fee = overridden(service, slot, NO_SHOW_FEE, how.override)
    deposit = overridden(service, slot, DEPOSIT, how.override)
    found: dict[str, Any] = {
        PREPAYMENT: prepayment_of(service, slot, how.zero_off),
        DEPOSIT: term(deposit["deposit"], deposit.get("deposit_type"), how.zero_off) if deposit else None,
        NO_SHOW_FEE: term(fee["fee"], fee.get("fee_type"), how.zero_off) if fee else None,
    }
    currencies = sorted({one["currency"] for one in found.values() if one is not None})
    if len(currencies) > 1:
        message = f"The prices of this slot are in {' and '.join(currencies)}: a booking is paid in one currency. Mend the feed."
        raise Refusal(Reason.PARAM_INVALID, message=message, param="currency_code")
    lead = service.get("rules", {}).get("min_advance_online_canceling")
    override = slot.get("scheduling_rule_overrides", {}).get("last_online_cancellable_sec") if how.cancel_override else None
    return {
        **found,
        "currency": currencies[0] if currencies else None,
        "card_required": card_asked(service, slot, found),
        "cancel_lead_s": lead or 0,
        "cancel_until": override,
        "deposit_lead_s": deposit_lead(deposit, lead or 0, how) if found[DEPOSIT] is not None else None,
    }


def deposit_lead(deposit: Row | None, cancel_lead: int, how: Switches) -> int:
    """Seconds before the slot after which a deposit is not given back any more."""
    own = deposit.get("min_advance_cancellation_sec") if deposit else None
    if own is not None:
        return int(own)
    return cancel_lead if how.deposit_unset == "online_cancel_window" else 0


def card_asked(service: Row, slot: Row, found: Mapping[str, Any]) -> bool:
    """Whether checkout asks for a card: always, where the rule says so, and otherwise where money may be due."""
    own = slot.get("require_credit_card")
    rule = service.get("require_credit_card") if own in UNSET_CARD_RULES else own
    return rule == ALWAYS or any(one is not None for one in found.values())


# What terms come to


def amount(terms: Terms, name: str, party_size: int | None) -> int | None:
    """What one payment type comes to for a party, micros; None where there is none."""
    one = terms[name]
    return micros.due(one["price_micros"], one["price_type"], party_size, one["currency"]) if one is not None else None


def online_cancel_until(terms: Terms, start: int) -> int:
    """The last moment at which the user may cancel at Google."""
    own: int | None = terms["cancel_until"]
    return own if own is not None else start - int(terms["cancel_lead_s"])


def deposit_refundable_until(terms: Terms, start: int) -> int | None:
    """The last moment at which a cancellation brings the deposit back; None without a deposit."""
    lead = terms["deposit_lead_s"]
    return start - lead if lead is not None else None


def charge_at(terms: Terms, start: int) -> int | None:
    """When a prepayment that is charged later is due; None for one that is charged at booking."""
    one = terms[PREPAYMENT]
    lead = one.get("charge_lead_s") if one is not None else None
    return start - lead if lead is not None else None


def bookable(service: Row, slot: Row) -> tuple[int, int]:
    """From when until when the slot can be booked; the slot's own words beat the service's."""
    own = slot.get("scheduling_rule_overrides", {})
    lead = service.get("rules", {}).get("min_advance_booking", 0)
    last = own.get("last_bookable_sec", slot["start_sec"] - lead)
    return own.get("first_bookable_sec", 0), last


def in_time(now: int, until: int, boundary: bool) -> bool:
    """Whether a window is still open; its own instant counts as the setting says."""
    return now <= until if boundary else now < until


def boundary_in_time(merchant: Merchant) -> bool:
    return bool(setting(merchant, "boundary_in_time", assumed.BOUNDARY_IN_TIME))


def several(terms: Terms) -> bool:
    """Whether more than one payment type is set."""
    return sum(terms[name] is not None for name in TYPES) > 1


def has_payment(terms: Terms) -> bool:
    return any(terms[name] is not None for name in TYPES)


DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("a slot may override the service's no-show fee, deposit and card rule; prepayment stands at the slot alone", "page on payment types"),
    ("an unset cancel window ends when the slot begins", "page on payment types; API description"),
    ("a card is asked for under ALWAYS, or where a prepayment, a no-show fee or a deposit is set; no value means never",
     "docs: RequireCreditCard"),
    ("last_bookable_sec of a slot beats the service's min_advance_booking", "docs: min-advance"),
    ("prepayment_type REQUIRED at the service charges its price at checkout", "docs: payments-config"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("prepayment_type OPTIONAL asks for nothing", "a user's choice that is not played here"),
    ("CHARGE_LATER without charge_time_before_start_time_sec is charged when the slot begins", "default"),
    ("prices of one slot are of one currency", "not said"),
)
