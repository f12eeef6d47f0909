"""Calls that steps make, through the provider's API or the control API, and what the story expects of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.scenario import dialects, parts
from sandbox.scenario.dialects import Plan
from sandbox.scenario.outside import Answer, Denied
from sandbox.scenario.reader import Path_
from sandbox.scenario.stage import Failed, Stage


async def said(stage: Stage, body: parts.Part) -> dict[str, Any]:
    """The step's fields as they are given, every `${…}` replaced."""
    filled: dict[str, Any] = await stage.words.fill(body.model_dump(exclude_none=True))
    return filled


def problem(answer: Answer) -> dict[str, Any]:
    """An API's refusal in one shape: status, code, message."""
    body = answer.body if isinstance(answer.body, Mapping) else {}
    error = body.get("error")
    inner = error if isinstance(error, Mapping) else body
    return {"status": answer.status, "code": inner.get("code"), "message": inner.get("message")}


def as_wanted(stage: Stage, path: Path_, body: parts.Made, seen: Mapping[str, Any] | None, lost: bool = False) -> bool:
    """Whether a result is there to be kept. What the story expects of the call is checked.

    Raises:
        Failed: the call was refused or lost, and the story expects that it is not.
    """
    if isinstance(body, parts.Called) and body.lost:
        stage.check(path, "the reply is lost", "no answer", "no answer" if lost else "an answer")
        return False
    if lost:
        raise Failed("no whole answer came")
    if body.refused is None:
        if seen is not None:
            raise Failed(f"refused with status {seen['status']}, code {seen['code']}: {seen['message']}")
        return True
    wanted = body.refused.model_dump(exclude_none=True)
    shown = {name: (seen or {}).get(name) for name in wanted} if seen is not None else "done"
    held = seen is not None and all(
        str(value) in str(seen.get(name)) if name == "message" else seen.get(name) == value for name, value in wanted.items()
    )
    stage.check((*path, "refused"), "the call is refused", wanted or "refused", shown, held)
    return False


async def through_api(
    stage: Stage, path: Path_, body: parts.Called, plans: Sequence[Plan], headers: Mapping[str, str] = {}
) -> Answer | None:
    """The answer of a call that came out well; None where the story expected otherwise, and so it was."""
    key = await stage.words.fill(body.idempotency_key) if body.idempotency_key else None
    answer = await stage.call(plans, key, headers)
    refused = problem(answer) if answer.status >= 300 else None
    if as_wanted(stage, path, body, refused, lost=answer.status == 0):
        return answer
    stage.keep(await stage.words.fill(body.name), None)
    return None


async def through_control(stage: Stage, path: Path_, body: parts.Made, route: str, sent: Mapping[str, Any]) -> Any:
    """The same for a call of the control API; what it answers is kept under the step's name."""
    seen: dict[str, Any] | None = None
    answer = None
    try:
        answer = await stage.outside.control("POST", route, dialects.kept(**sent))
    except Denied as denied:
        seen = {"status": denied.status, "code": denied.code, "message": denied.message}
    as_wanted(stage, path, body, seen)
    stage.keep(await stage.words.fill(body.name), answer)
    return answer
