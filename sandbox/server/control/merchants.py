"""Merchants: which there are, a new one, one as if never used."""

from __future__ import annotations

from typing import Any

from pydantic import Field
from typing_extensions import TypedDict

from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Dispute
from sandbox.server.control.op import Ask, Body, ListQuery, MerchantName, Op, Wrong, iso, page
from sandbox.server.control.settings import checked, configure


class MerchantRow(TypedDict):
    name: str
    now: int
    iso: str
    rate: float
    charges: int
    disputes: int


class Merchants(TypedDict):
    data: list[MerchantRow]
    has_more: bool
    next: str | None


class AddMerchant(Body):
    name: MerchantName
    settings: dict[str, Any] = Field({}, description="As POST /_sandbox/settings takes them")


def merchant_row(m: Merchant) -> MerchantRow:
    shelves = m.store.shelves
    return {
        "name": m.name,
        "now": m.now,
        "iso": iso(m.now),
        "rate": m.clock.rate,
        "charges": sum(len(shelf) for (_, kind), shelf in shelves.items() if kind is Charge),
        "disputes": sum(len(shelf) for (_, kind), shelf in shelves.items() if kind is Dispute),
    }


async def index(ask: Ask) -> dict[str, Any]:
    """Oldest first. The cursor is a name; the merchant of this very call is there too."""
    query: ListQuery = ask.query
    merchants = ask.control.world.merchants
    if query.after is not None and query.after not in merchants:
        raise Wrong(404, "cursor_unknown", "after= names no merchant (any more): start again without it.", "after")
    names = list(merchants)
    start = names.index(query.after) + 1 if query.after is not None else 0
    return page((merchants[name] for name in names[start:]), query.limit, merchant_row, lambda row: row["name"])


async def add(ask: Ask) -> MerchantRow:
    """The merchant is there, with these settings; any key of that name opens it. One that was there before stays as it is."""
    body: AddMerchant = ask.body
    world = ask.control.world
    if body.name in world.merchants and body.settings:
        message = f"Merchant '{body.name}' is there already: change its settings with POST /_sandbox/settings?merchant={body.name}."
        raise Wrong(409, "merchant_exists", message, "name")
    checked(ask.merchant, ask.providers, body.settings)
    made = Ask(ask.control, world.merchant(body.name), None, None)
    settings = checked(made.merchant, ask.providers, body.settings)
    if not world.desks[body.name].kept:
        await made.unit(lambda: configure(made, settings))
    return merchant_row(made.merchant)


async def reset(ask: Ask) -> MerchantRow:
    """The merchant is as if it was never used; its snapshots stay."""
    return merchant_row(await ask.control.replace(ask.merchant.name))


OPERATIONS: tuple[Op, ...] = (
    Op("GET", "/_sandbox/merchants", index, "Every merchant", query=ListQuery, answer=Merchants),
    Op("POST", "/_sandbox/merchants", add, "Makes a merchant, as the first use of its key would", AddMerchant, answer=MerchantRow),
    Op("POST", "/_sandbox/reset", reset, "As if never used: wall clock, rate 1, no records, endpoints or settings; snapshots stay",
       answer=MerchantRow),
)  # fmt: skip
