"""Verdicts about the application under test, judged by what it answered and by what it did at the provider's API.

Each judge answers what was wrong, in words; nothing if all was right.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from sandbox.scenario.stage import Stage

WRITES = ("POST", "PUT", "PATCH", "DELETE")
Judge = Callable[[Stage], Awaitable[list[str]]]


def matching(rows: Sequence[Mapping[str, Any]], request: str) -> list[Mapping[str, Any]]:
    """Requests of a method and a path, in which * stands for anything."""
    return [row for row in rows if fnmatchcase(f"{row['method']} {row['path']}", request)]


def ok(status: int) -> bool:
    return 200 <= status < 300


async def answers(stage: Stage) -> list[str]:
    """Every attempt that reached the application was answered 2xx within its window."""
    wrong = []
    for row in await stage.outside.listed("/deliveries", endpoint=stage.endpoint):
        for attempt in row["attempts"]:
            if attempt["faults"]:
                continue  # the network's doing, not the application's
            if attempt["response"] is None:
                wrong.append(f"{row['type']}: {attempt['error']}")
            elif not ok(attempt["response"]["status"]):
                wrong.append(f"{row['type']}: answered {attempt['response']['status']}")
    return wrong


async def survives_duplicates(stage: Stage) -> list[str]:
    """Every webhook goes out once more; whoever acts on the copy acts twice.

    A write under an idempotency key that was used before is no second act: the provider repeats its answer.
    """
    before = await stage.app_requests()
    used = {row["idempotency_key"] for row in before if row["idempotency_key"]}
    for row in await stage.outside.listed("/deliveries", endpoint=stage.endpoint):
        if row["status"] == "delivered":
            await stage.outside.control("POST", f"/deliveries/{row['id']}/resend", {"duplicate": 1})
    await stage.settle()
    again = (await stage.app_requests())[len(before) :]
    acted = [row for row in again if row["method"] in WRITES and row["idempotency_key"] not in used]
    return [f"a second time: {row['method']} {row['path']}, answered {row['status']}" for row in acted]


async def survives_reordering(stage: Stage) -> list[str]:
    """Whatever the order in which webhooks came, each was answered 2xx in the end and no call of the API was refused for it."""
    rows = await stage.outside.listed("/deliveries", endpoint=stage.endpoint)
    wrong = [f"{row['type']}: {row['status']}" for row in rows if row["status"] != "delivered"]
    refused = [row for row in await stage.app_requests() if 400 <= (row["status"] or 0) < 500 and row["status"] != 429]
    return wrong + [f"{row['method']} {row['path']} was refused with {row['status']}" for row in refused]


async def never_refunds_disputed(stage: Stage) -> list[str]:
    """No refund was tried of a payment whose money the bank had taken back."""
    dialect = stage.dialect
    disputes = await stage.outside.listed("/disputes", provider=dialect.name)
    charges = {row["id"]: row["charge"] for row in disputes if row["status"] in dialect.lost_disputes}
    tried = matching(await stage.app_requests(), f"POST {dialect.refunds}")
    codes = [(row["error"] or {}).get("code") for row in tried]
    wrong = [f"a refund was refused: {code}" for code in codes if code == "charge_disputed"]
    if not any(ok(row["status"] or 0) for row in tried):
        return wrong
    taken: set[str] = set()  # charges whose money is with the bank
    for event in await stage.outside.listed("/events", provider=dialect.name):
        if event["object"] in charges:
            taken.add(charges[event["object"]])
        elif event["type"] == dialect.refund_event:
            charge = str(refunded(event["payload"]))
            if charge in taken:
                wrong.append(f"{charge} was refunded after the bank had taken its money")
    return wrong


def refunded(payload: Mapping[str, Any]) -> Any:
    """The charge of the refund that an event shows."""
    shown = payload["data"]
    return shown.get("object", shown).get("charge") if isinstance(shown.get("object"), Mapping) else shown.get("charge")


async def retries_with_keys(stage: Stage) -> list[str]:
    """A write that came again after a failure carried the idempotency key of the first try."""
    wrong = []
    failed: dict[str, str] = {}  # method and path -> the key of the try that failed
    for row in await stage.app_requests():
        if row["method"] not in WRITES:
            continue
        call = f"{row['method']} {row['path']}"
        key = row["idempotency_key"] or ""
        if call in failed and (not key or key != failed[call]):
            wrong.append(f"{call} was tried again {'with another key' if key else 'without a key'}")
        failed.pop(call, None)
        status = row["status"] or 0  # none: a fault left it without an answer
        if status >= 500 or status in (0, 429):
            failed[call] = key
    return wrong


HANDLERS: Mapping[str, tuple[str, Judge]] = {
    "answers": ("every webhook was answered 2xx within its window", answers),
    "survives_duplicates": ("a duplicate webhook is not acted on twice", survives_duplicates),
    "survives_reordering": ("webhooks out of order do no harm", survives_reordering),
    "never_refunds_disputed": ("a charged-back payment is never refunded", never_refunds_disputed),
    "retries_with_keys": ("what is tried again carries the same idempotency key", retries_with_keys),
}


async def evidence_in_time(stage: Stage, dispute_id: str) -> list[str]:
    """The dispute was answered or accepted, by the application and before its deadline."""
    row = await stage.outside.control("GET", f"/disputes/{dispute_id}")
    due = row["evidence_due_at"]
    calls = [each for each in await stage.app_requests() if dispute_id in each["path"] and each["method"] in WRITES]
    done = [each for each in calls if ok(each["status"] or 0) and (not due or each["at"] <= due)]
    if not done:
        return ["the application did nothing about it" if not calls else "what the application did was refused or too late"]
    answered = row["submitted_at"] is not None or (row["closed_at"] is not None and row["closed_at"] <= due)
    return [] if answered else ["evidence was staged, and never submitted"]
