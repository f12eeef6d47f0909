"""Everything that happened in a story, as one list in simulated time: what reports draw."""

from __future__ import annotations

from typing import Any

from sandbox.scenario.stage import Stage
from sandbox.scenario.verdict import Happening

HELD = ("merchant:available", "merchant:pending")


async def timeline(stage: Stage) -> list[Happening]:
    """Statuses, events, money, deliveries and deadlines, oldest first; of one moment in that order."""
    found: list[Happening] = []
    provider = stage.dialect.name
    last: dict[str, Any] = {}
    for row in await stage.outside.listed("/events", provider=provider):
        status = status_of(row["payload"])
        if status and last.get(row["object"]) != status:
            last[row["object"]] = status
            found.append(Happening(row["created"], "status", status, row["object"]))
        found.append(Happening(row["created"], "event", row["type"], row["object"]))
    for row in await transfers(stage):
        if row["provider"] == provider:
            about = f"{row['debit']} to {row['credit']}"
            found.append(Happening(row["at"], "money", about, row["cause"], row["amount"], row["currency"]))
    for row in await stage.outside.listed("/deliveries", endpoint=stage.endpoint):
        for attempt in row["attempts"]:
            answer = attempt["response"]["status"] if attempt["response"] else attempt["error"]
            found.append(Happening(attempt["at"], "delivery", f"{row['type']}: {answer}", row["event"]))
    for row in await stage.outside.listed("/disputes", provider=provider):
        if row["evidence_due_at"]:
            found.append(Happening(row["evidence_due_at"], "deadline", "evidence is due", row["id"]))
    found.sort(key=lambda happening: happening.at)
    return found


def status_of(payload: dict[str, Any]) -> str | None:
    """The status of the object that an event shows."""
    shown = payload.get("data")
    inner = shown.get("object") if isinstance(shown, dict) and isinstance(shown.get("object"), dict) else shown
    status = inner.get("status") if isinstance(inner, dict) else None
    return str(status) if status is not None else None


async def transfers(stage: Stage) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = None
    while True:
        books = await stage.outside.control("GET", "/ledger", after=after, limit=1_000)
        found += books["transfers"]
        if not books["has_more"]:
            return found
        after = books["next"]
