"""What the control API says when it does not do what it was asked: one place for statuses, codes and advice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

import orjson
from pydantic import BaseModel, ValidationError

from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.providers.base import Provider
from sandbox.server.control.op import Wrong
from sandbox.settings import nearest

# A reason's status here; what is missing is something about the state of things: 409.
STATUS: Mapping[Reason, int] = {
    Reason.NOT_FOUND: 404,
    Reason.REFERENCE_NOT_FOUND: 404,
    Reason.OUT_OF_REACH: 422,
    Reason.NOT_EMULATED: 422,
    Reason.BODY_TOO_LARGE: 400,
    Reason.BODY_MALFORMED: 400,
    Reason.WRONG_CONTENT_TYPE: 400,
    Reason.PARAM_UNKNOWN: 422,
    Reason.PARAM_MISSING: 422,
    Reason.PARAM_EMPTY: 422,
    Reason.PARAM_INVALID: 422,
    Reason.PARAMS_EXCLUSIVE: 422,
    Reason.URL_INVALID: 422,
    Reason.TARGET_REFUSED: 422,
    Reason.KEY_MISSING: 401,
    Reason.KEY_UNKNOWN: 401,
    Reason.KEY_LIVE: 401,
    Reason.KEY_WRONG_KIND: 401,
    Reason.KEY_ON_A_PAGE: 401,
    Reason.ACCOUNT_UNKNOWN: 401,
}
SOMETHING_STANDS_AGAINST_IT = 409

# What to do next, where neither the refusal nor the provider's own words say it.
ADVICE: Mapping[Reason, str] = {
    Reason.AMOUNT_EXCEEDS_REFUNDABLE: "GET /_sandbox/payments/{id} shows what is left.",
    Reason.ALREADY_REFUNDED: "Nothing is left to refund; take another charge.",
    Reason.CHARGE_DISPUTED: "Win or close the dispute first: POST /_sandbox/disputes/{id}/win.",
    Reason.DISPUTE_CLOSED: "A decided dispute takes no evidence; open another with POST /_sandbox/disputes.",
    Reason.WRONG_STATUS: "GET /_sandbox/disputes/{id} or /_sandbox/payments/{id} shows where it stands.",
    Reason.REFERENCE_NOT_FOUND: "Upload files with the provider's API first.",
}


def of_refusal(refusal: Refusal, provider: Provider | None, merchant: Merchant | None) -> Wrong:
    """A refusal of the core or of a provider, with the provider's own words where it has some."""
    reason = refusal.reason
    message = refusal.facts.get("message")
    param = refusal.facts.get("param")
    if provider is not None:
        said: Mapping[str, Any] = orjson.loads(provider.say(refusal, None, merchant).body)
        error = said.get("error", said)
        if isinstance(error, Mapping):
            message, param = message or error.get("message"), param or error.get("param")
    text = str(message or refusal).rstrip()
    advice = str(refusal.facts.get("next", ADVICE.get(reason, "")))
    if advice:
        text = f"{text}{'' if text.endswith(('.', '!', '?')) else '.'} {advice}"
    return Wrong(STATUS.get(reason, SOMETHING_STANDS_AGAINST_IT), reason.value, text, str(param) if param else None)


def of_validation(error: ValidationError, model: type[BaseModel] | None, where: str) -> Wrong:
    """The first thing wrong with a body or a query; a field nobody knows comes first, with what was probably meant."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    unknown = [one for one in found if one["type"] == "extra_forbidden"]
    first = (unknown or found)[0]
    param = ".".join(str(part) for part in first["loc"] if not _is_branch(part)) or None
    if unknown:
        known = names_beside(model, first["loc"])
        return Wrong(422, "param_unknown", f"There is no {where} field '{param}'.{nearest(str(first['loc'][-1]), known)}", param)
    if first["type"] == "missing":
        return Wrong(422, "param_missing", f"The {where} field '{param}' is missing: send it too.", param)
    message = first["msg"].removeprefix("Value error, ")
    said = f"The {where} field '{param}' is not right: {message}." if param else f"The {where} is not right: {message}."
    return Wrong(422, "param_invalid", said, param)


def names_beside(model: type[BaseModel] | None, loc: Sequence[Any]) -> Sequence[str]:
    """The fields that are taken where the last part of a location stands, in the model or in one that is nested in it."""
    for part in loc[:-1]:
        if model is None or _is_branch(part) or isinstance(part, int):
            continue
        found = next((field for name, field in model.model_fields.items() if part in (name, field.alias)), None)
        model = next(_models(found.annotation), None) if found is not None else None
    return [field.alias or name for name, field in (model.model_fields if model is not None else {}).items()]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that an annotation names, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def _is_branch(part: Any) -> bool:
    """Whether a part of a location is a union's branch, which nobody wrote: those are named after types."""
    return isinstance(part, str) and (part in ("float", "int", "str", "bool") or "[" in part or "-" in part)
