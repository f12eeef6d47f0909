"""What the steps of Google's bookings do: guests through the control API, the partner through Google's own."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from sandbox.core.clock import iso
from sandbox.scenario import guests
from sandbox.scenario.dialects import Plan, kept
from sandbox.scenario.reader import Path_
from sandbox.scenario.stage import Failed, Stage
from sandbox.scenario.through import said, through_api, through_control

ROOT = "/google/bookings"
PARTNER, MERCHANT, SERVICE = "partner-1", "venue-1", "table"
TOKENS = {"tokenization_parameter": {"gateway": "mockpay"}}  # without it Google has no card to hand over
TOKEN, SLOTS = "bookings_token", "bookings_slots"


async def venue(stage: Stage, body: guests.Venue, path: Path_) -> None:
    """An application that takes part is the booking server; its secret is `username:password`."""
    filled = await said(stage, body)
    server: dict[str, Any] = {"answers": filled["answers"]}
    if stage.app is not None:
        username, _, password = stage.app.secret.partition(":")
        server = {"base_url": stage.app.url, "username": username, "password": password}
    sent = {"partner_id": PARTNER, "generation": body.generation, "posting": body.posting, **server}
    made = await through_control(stage, path, body, f"{ROOT}/partners", sent)
    if made is None:
        return
    stage.notes[TOKEN] = made["access_token"]
    if body.slots is None:
        return
    row = {"merchant_id": MERCHANT, "service_id": SERVICE}
    slots = [
        {
            **row, "start_sec": stage.now + slot.starts_in, "duration_sec": slot.lasts, **given["fields"],
            **({"resources": {"party_size": slot.party_size}} if slot.party_size is not None else {}),
        }
        for slot, given in zip(body.slots, filled["slots"], strict=True)
    ]  # fmt: skip
    tokens = {} if body.generation == "redirect" else {"tokenization_config": TOKENS}
    await stage.outside.control("PUT", f"{ROOT}/feeds/merchants", {"merchant": [{"merchant_id": MERCHANT, **tokens}]})
    await stage.outside.control("PUT", f"{ROOT}/feeds/services", {"service": [{**row, **filled["service"]}]})
    await stage.outside.control("PUT", f"{ROOT}/feeds/availability", {"availability": slots})
    stage.notes[SLOTS] = [slot["start_sec"] for slot in slots]


def slot_of(stage: Stage, number: int) -> int:
    """When the venue's n-th slot starts. Raises Failed."""
    slots: list[int] = stage.notes.get(SLOTS, [])
    if number > len(slots):
        raise Failed(f"there is no slot {number}: a `venue` before this step has {len(slots)}")
    return slots[number - 1]


async def book(stage: Stage, body: guests.Book, path: Path_) -> None:
    """A booking that the partner refuses is an outcome: its status says so."""
    filled = await said(stage, body)
    await through_control(stage, path, body, ROOT, {
        "partner_id": PARTNER, "merchant_id": MERCHANT, "service_id": SERVICE, "start_sec": slot_of(stage, body.slot),
        "party_size": filled.get("party_size"),
    })  # fmt: skip


async def cancel(stage: Stage, body: guests.Cancel, path: Path_) -> None:
    await through_control(stage, path, body, f"{ROOT}/{await stage.id(body.booking)}/cancel", {})


async def modify(stage: Stage, body: guests.Modify, path: Path_) -> None:
    filled = await said(stage, body)
    start = slot_of(stage, body.slot) if body.slot is not None else None
    sent = {"start_sec": start, "party_size": filled.get("party_size")}
    await through_control(stage, path, body, f"{ROOT}/{await stage.id(body.booking)}/modify", sent)


async def attend(stage: Stage, body: guests.Attend, path: Path_) -> None:
    await through_control(stage, path, body, f"{ROOT}/{await stage.id(body.booking)}/attendance", {"outcome": body.outcome})


async def posting(stage: Stage, body: guests.Posting, path: Path_) -> None:
    sent = {"kind": body.kind, "amount": (await said(stage, body))["amount"]}
    await through_control(stage, path, body, f"{ROOT}/{await stage.id(body.booking)}/postings", sent)


async def notify(stage: Stage, body: guests.Notify, path: Path_) -> None:
    """With the fields that Google wants in every notification, and the partner's token."""
    if TOKEN not in stage.notes:
        raise Failed("there is no partner yet: a `venue` comes first")
    filled = await said(stage, body)
    shown = await stage.object(await stage.id(body.booking))
    name = f"partners/{PARTNER}/bookings/{shown['booking_id']}"
    info = kept(prepaymentStatus=filled.get("prepayment"), paymentTransactionId=filled.get("transaction"))
    changed = kept(
        status=filled.get("status"), paymentInformation=info,
        partySize=str(filled["party_size"]) if "party_size" in filled else None,
        startTime=iso(body.starts) if body.starts is not None else None,
    )  # fmt: skip
    if not changed:
        raise Failed("say what is notified: status, prepayment, transaction, party_size or starts")
    params = {"name": name, "merchantId": shown["merchant_id"], "serviceId": shown["service_id"], **changed}
    plan = Plan("PATCH", f"/v1alpha/notification/{name}?updateMask={quote(','.join(changed))}", params)
    answer = await through_api(stage, path, body, [plan], {"authorization": f"Bearer {stage.notes[TOKEN]}"})
    if answer is not None:
        stage.keep(filled.get("name"), await stage.object(shown["id"]))
