"""Rendered answers, made once and used again.

Theory of operation. A charge is looked at far more often than it changes, and its record never changes, so its bytes are kept
beside it in `merchant.bodies`, which forgets them when the record is replaced. They depend on two more things: on the time,
because a charge expires and its windows for refunds and voids close, so a stamp in front says until when they hold; and on the
present moment, which the list of its refunds names, and which is written over in place. What a dispute adds to a charge may
change alone, so a disputed charge is rendered each time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Refund
from sandbox.providers.omise.views.charge import holds_until, void_hours
from sandbox.providers.omise.wire import Page, iso, render

View = Callable[[Merchant, Any], dict[str, Any]]
STAMP = b"%012d%06d"  # until when, and the void window it was reckoned with
STAMP_LENGTH = 18
# The first list in a charge is that of its refunds; no text of a stranger can hold an unescaped line's end and quote.
PRESENT = b'\n    "to": "'
TIME_LENGTH = len("2026-01-05T09:00:00Z")


def body(merchant: Merchant, record: Any, view: View) -> bytes:
    """The record as its API shows it, in the newest version."""
    kind = record.__class__
    if kind is Charge and not record.dispute_id:
        return charge_body(merchant, record, view)
    if kind is not Refund:
        return render(view(merchant, record))
    moment = merchant.moment.get(record.id)
    if moment is not None and moment[0] is record:
        return moment[1]  # type: ignore[no-any-return]
    made = render(view(merchant, record))
    merchant.moment[record.id] = (record, made)
    return made


def charge_body(merchant: Merchant, charge: Charge, view: View) -> bytes:
    moment = merchant.moment.get(charge.id)
    if moment is not None and moment[0] is charge:
        return moment[1]  # type: ignore[no-any-return]
    now = merchant.now
    kept = merchant.bodies.get(charge.id)
    hours = void_hours(merchant)
    if kept is not None and now < int(kept[:12]) and hours == int(kept[12:STAMP_LENGTH]):
        at = kept.index(PRESENT) + len(PRESENT)
        return kept[STAMP_LENGTH:at] + iso(now).encode() + kept[at + TIME_LENGTH :]
    made = render(view(merchant, charge))
    if merchant.get(charge.provider, Charge, charge.id) is charge:
        if merchant.altered:  # its event and its answer share these bytes; who looks later makes its own copy
            merchant.moment[charge.id] = (charge, made)
        else:
            merchant.bodies[charge.id] = STAMP % (holds_until(merchant, charge), hours) + made
    return made


def list_body(merchant: Merchant, page: Page, view: View) -> bytes:
    """A list made of the records' own bytes, two levels deeper."""
    items = [body(merchant, row, view)[:-1].replace(b"\n", b"\n    ") for row in page.rows]
    data = b"[\n    " + b",\n    ".join(items) + b"\n  ]" if items else b"[]"
    return b'{\n  "object": "list",\n  "data": ' + data + tail(page)


def tail(page: Page) -> bytes:
    text = orjson.dumps
    return (
        b',\n  "limit": %d,\n  "offset": %d,\n  "total": %d,\n  "location": ' % (page.limit, page.offset, page.total)
        + text(page.location) + b',\n  "order": ' + text(page.order) + b',\n  "from": ' + text(page.since)
        + b',\n  "to": ' + text(page.until) + b"\n}\n"
    )  # fmt: skip
