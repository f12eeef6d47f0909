"""What each verb of a story does: a table from the verb to a function of the stage."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from sandbox.scenario import dialects, hosting, ordering, schema
from sandbox.scenario.dialects import OMISE, Plan
from sandbox.scenario.expect import expect, wait_for
from sandbox.scenario.reader import Path_
from sandbox.scenario.stage import Failed, Stage
from sandbox.scenario.through import as_wanted, problem, said, through_api, through_control
from sandbox.scenario.words import Unknown

Verb = Callable[[Stage, Any, Path_], Awaitable[None]]


# The merchant's side


async def charge(stage: Stage, body: schema.Charge, path: Path_) -> None:
    """A declined charge is an outcome: it is kept like one that succeeded."""
    key = await stage.words.fill(body.idempotency_key) if body.idempotency_key else None
    answer = await stage.call(dialects.charge(stage.dialect, body, await said(stage, body)), key)
    intent = answer.body if isinstance(answer.body, Mapping) else {}
    error = intent.get("error") or {}
    declined = error.get("charge") if answer.status == 402 else None
    refused = problem(answer) if answer.status >= 300 and not declined else None
    name = await stage.words.fill(body.name)
    if not as_wanted(stage, path, body, refused, lost=answer.status == 0):
        stage.keep(name, None)
    elif name:
        latest = intent.get("id") if stage.dialect is OMISE else declined or intent.get("latest_charge")
        stage.keep(name, await stage.object(str(latest)))


async def capture(stage: Stage, body: schema.Capture, path: Path_) -> None:
    filled = {**await said(stage, body), "charge": await stage.id(body.charge)}
    parent = str((await stage.object(filled["charge"])).get("payment_intent") or "")
    if await through_api(stage, path, body, dialects.capture(stage.dialect, body, filled, parent)):
        stage.keep(await stage.words.fill(body.name), await stage.object(filled["charge"]))


async def refund(stage: Stage, body: schema.Refund, path: Path_) -> None:
    filled = {**await said(stage, body), "charge": await stage.id(body.charge)}
    left = 0
    if stage.dialect is OMISE and body.amount is None:
        shown = await stage.object(filled["charge"])
        left = int(shown["amount"]) - int(shown["refunded_amount"])
    answer = await through_api(stage, path, body, dialects.refund(stage.dialect, body, filled, left))
    if answer is not None:
        stage.keep(await stage.words.fill(body.name), answer.body)


async def evidence(stage: Stage, body: schema.Evidence, path: Path_) -> None:
    filled = {**await said(stage, body), "dispute": await stage.id(body.dispute)}
    if await through_api(stage, path, body, dialects.evidence(stage.dialect, body, filled)):
        stage.keep(await stage.words.fill(body.name), await stage.object(filled["dispute"]))


async def accept(stage: Stage, body: schema.Accept, path: Path_) -> None:
    filled = {"dispute": await stage.id(body.dispute)}
    if await through_api(stage, path, body, dialects.accept(stage.dialect, body, filled)):
        stage.keep(await stage.words.fill(body.name), await stage.object(filled["dispute"]))


async def request(stage: Stage, body: schema.Request, path: Path_) -> None:
    """Any call; what it answers is kept as it is."""
    filled = await said(stage, body)
    content = filled["body"].encode() if body.body is not None else b64decode(filled["body_base64"]) if body.body_base64 else None
    plan = Plan(body.method, filled["path"], filled["params"], public=body.public, content=content)
    answer = await through_api(stage, path, body, [plan], filled["headers"])
    if filled.get("name") and stage.last is not None:
        stage.keep(filled["name"], answer.body if answer is not None else stage.last.body)
        stage.words.as_told.add(filled["name"])


# The bank's and the cardholder's side


async def dispute(stage: Stage, body: schema.Dispute, path: Path_) -> None:
    filled = await said(stage, body)
    await through_control(stage, path, body, "/disputes", {
        "charge": await stage.id(body.charge), "amount": filled.get("amount"), "reason": filled.get("reason"),
        "kind": "inquiry" if isinstance(body, schema.Inquiry) else None, "evidence_due_in_days": body.due_in_days,
    })  # fmt: skip


async def escalate(stage: Stage, body: schema.Escalate, path: Path_) -> None:
    await through_control(stage, path, body, f"/disputes/{await stage.id(body.dispute)}/escalate", {})


async def decide(stage: Stage, body: schema.Decide, path: Path_) -> None:
    verbs = {"won": "win", "lost": "lose", "succeeded": "succeed", "failed": "fail", "canceled": "cancel"}
    noun, id = ("disputes", body.dispute) if body.dispute is not None else ("refunds", body.refund)
    sent = {"failure_reason": body.reason} if body.outcome == "failed" else {}
    await through_control(stage, path, body, f"/{noun}/{await stage.id(id or '')}/{verbs[body.outcome]}", sent)


async def authenticate(stage: Stage, body: schema.Authenticate, path: Path_) -> None:
    verb = "pass" if body.outcome == "passed" else "fail"
    await through_control(stage, path, body, f"/three_d_secure/{await stage.id(body.payment)}/{verb}", {})


async def warn(stage: Stage, body: schema.Warn, path: Path_) -> None:
    sent = {"charge": await stage.id(body.charge), "fraud_type": body.fraud_type}
    await through_control(stage, path, body, "/early_fraud_warnings", sent)


# Time, the network


async def advance(stage: Stage, body: schema.Advance | str, path: Path_) -> None:
    if isinstance(body, str):
        await stage.advance({"seconds": schema.span(body)})
    elif body.by is not None:
        seconds = await stage.words.fill(body.by)
        if not isinstance(seconds, int) or seconds < 0:
            raise Failed(f"time goes on by a number of seconds, not by {seconds!r:.40}")
        await stage.advance({"seconds": seconds})
    elif body.until is not None:
        await stage.advance({"until": body.until})
    else:
        if body.deadline is not None:
            row = await stage.outside.control("GET", f"/disputes/{await stage.id(body.deadline)}")
            goal = row["evidence_due_at"]
        else:
            goal = await stage.words.fill(body.to)
        if not isinstance(goal, int):
            goal = schema.date(goal) if isinstance(goal, str) else None
        if goal is None:
            raise Failed("there is no such deadline")
        await stage.advance({"to": goal + body.plus - body.minus})


async def fault(stage: Stage, body: schema.Fault, path: Path_) -> None:
    if body.remove is not None:
        if body.remove not in stage.faults:
            raise Unknown(f"no fault before this step is called '{body.remove}'")
        await stage.outside.control("DELETE", f"/faults/{stage.faults.pop(body.remove)}")
        return
    sent = await stage.words.fill(body.model_dump(exclude_none=True, exclude={"name", "remove"}))
    made = await stage.outside.control("POST", "/faults", sent)
    if body.name:
        stage.faults[body.name] = made["id"]


async def resend(stage: Stage, body: schema.Resend, path: Path_) -> None:
    for row in await stage.outside.listed("/deliveries"):
        if row["status"] == "delivered" and fnmatchcase(row["type"], body.events):
            await stage.outside.control("POST", f"/deliveries/{row['id']}/resend", {"duplicate": body.times})


STEPS: Mapping[str, Verb] = {
    "charge": charge, "capture": capture, "refund": refund, "evidence": evidence, "accept": accept, "request": request,
    "dispute": dispute, "inquiry": dispute, "escalate": escalate, "decide": decide, "warn": warn, "authenticate": authenticate,
    "order": ordering.order, "order_update": ordering.order_update,
    "venue": hosting.venue, "book": hosting.book, "cancel": hosting.cancel, "modify": hosting.modify, "attend": hosting.attend,
    "notify": hosting.notify, "posting": hosting.posting,
    "advance": advance, "fault": fault, "resend": resend, "expect": expect, "wait_for": wait_for,
}  # fmt: skip
LOOKING = frozenset(("expect", "wait_for"))  # verbs that are not the story's own doing
