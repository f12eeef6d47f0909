"""What was done at a merchant, as a scenario file that replays to the same events.

Every call becomes a step at its simulated time. An id that an earlier call was answered with becomes a reference to that step,
one that only an event told of becomes `${event:n}`: ids may differ in the replay, the events' order does not.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qsl

import yaml

from sandbox.core.clock import iso

AN_ID = re.compile(r"\b[a-z]{2,10}_(?:test_)?(?=[A-Za-z]*\d)[A-Za-z0-9]{10,40}\b")
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
FAULT_FIELDS = ("where", "what", "paths", "events", "nth", "probability", "count", "seconds", "times", "retry")


class Taped(Protocol):
    """One call, as the server keeps it: see `sandbox.server.tape`."""

    @property
    def at(self) -> int: ...
    @property
    def provider(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def values(self) -> tuple[str, ...]: ...
    @property
    def query(self) -> str: ...
    @property
    def content_type(self) -> str: ...
    @property
    def body(self) -> Any: ...
    @property
    def key(self) -> str: ...
    @property
    def public(self) -> bool: ...
    @property
    def status(self) -> int: ...
    @property
    def answer(self) -> Any: ...


class Told(Protocol):
    """One event of the merchant."""

    @property
    def type(self) -> str: ...
    @property
    def object(self) -> str: ...
    @property
    def payload(self) -> Any: ...


class Recording(NamedTuple):
    text: str  # YAML
    steps: int
    left_out: Sequence[str]  # calls that no step can repeat


# Control calls that a story needs not, because they change nothing that an event tells.
WITHOUT_EVENTS = frozenset(("/_sandbox/webhook_endpoints", "/_sandbox/record/start", "/_sandbox/record/stop", "/_sandbox/record/range",
                            "/_sandbox/snapshots", "/_sandbox/clock", "/_sandbox/clock/advance"))  # fmt: skip
Maker = Callable[[Mapping[str, Any], tuple[str, ...]], dict[str, Any]]


def opened(body: Mapping[str, Any], values: tuple[str, ...]) -> dict[str, Any]:
    verb = "inquiry" if body.get("kind") == "inquiry" else "dispute"
    due = {"due_in_days": body["evidence_due_in_days"]} if body.get("evidence_due_in_days") is not None else {}
    return {verb: {**{name: body[name] for name in ("charge", "amount", "reason") if body.get(name) is not None}, **due}}


def decided(noun: str, outcome: str) -> Maker:
    def made(body: Mapping[str, Any], values: tuple[str, ...]) -> dict[str, Any]:
        reason = {"reason": body["failure_reason"]} if body.get("failure_reason") else {}
        return {"decide": {noun: values[0], "outcome": outcome, **reason}}

    return made


def shown(outcome: str) -> Maker:
    return lambda body, values: {"authenticate": {"payment": values[0], "outcome": outcome}}


CONTROL: Mapping[str, Maker] = {
    "POST /_sandbox/disputes": opened,
    "POST /_sandbox/disputes/{id}/win": decided("dispute", "won"),
    "POST /_sandbox/disputes/{id}/lose": decided("dispute", "lost"),
    "POST /_sandbox/disputes/{id}/escalate": lambda body, values: {"escalate": {"dispute": values[0]}},
    "POST /_sandbox/disputes/{id}/evidence": lambda body, values: {"evidence": {"dispute": values[0], "fields": body, "submit": False}},
    "POST /_sandbox/disputes/{id}/submit": lambda body, values: {"evidence": {"dispute": values[0]}},
    "POST /_sandbox/disputes/{id}/accept": lambda body, values: {"accept": {"dispute": values[0]}},
    "POST /_sandbox/early_fraud_warnings": lambda body, values: {"warn": dict(body)},
    "POST /_sandbox/reviews/{id}/approve": lambda body, values: {"request": {"method": "POST", "path": f"/v1/reviews/{values[0]}/approve"}},
    "POST /_sandbox/refunds": lambda body, values: {"refund": dict(body)},
    "POST /_sandbox/refunds/{id}/succeed": decided("refund", "succeeded"),
    "POST /_sandbox/refunds/{id}/fail": decided("refund", "failed"),
    "POST /_sandbox/refunds/{id}/cancel": decided("refund", "canceled"),
    "POST /_sandbox/three_d_secure/{payment}/pass": shown("passed"),
    "POST /_sandbox/three_d_secure/{payment}/fail": shown("failed"),
    "POST /_sandbox/faults": lambda body, values: {"fault": {name: body[name] for name in FAULT_FIELDS if body.get(name) is not None}},
    "DELETE /_sandbox/faults/{id}": lambda body, values: {"fault": {"remove": values[0]}},
}


def goes_untold(call: Taped) -> bool:
    """Whether a control call changes nothing that an event tells: a story needs it not."""
    return any(call.path == path or call.path.startswith(path + "/") for path in WITHOUT_EVENTS)


class Recorder:
    """Makes steps of calls, one after the other."""

    def __init__(self, provider: str, since: int, events: Sequence[Told]) -> None:
        self.provider = provider
        self.now = since
        self.steps: list[dict[str, Any]] = []
        self.left_out: list[str] = []
        self.references: dict[str, str] = {}
        self.named: dict[str, str] = {}  # a fault's id -> its name
        self.events = events

    def take(self, call: Taped) -> None:
        step = self.of_request(call) if call.provider else self.of_control(call)
        self.until(call.at)
        if step is None:
            return
        verb = next(iter(step))
        body = {key: self.filled(value) for key, value in step[verb].items()}
        name = f"step-{len(self.steps) + 1}"
        if verb == "fault":
            self.fault(call, body, name)
        else:
            body = {"as": name, **body}
            self.learn(call, name)
        self.steps.append({verb: body})

    def until(self, at: int) -> None:
        """The clock shows the time of what comes next."""
        if at > self.now:
            self.steps.append({"advance": {"to": iso(at)}})
            self.now = at

    def of_control(self, call: Taped) -> dict[str, Any] | None:
        maker = CONTROL.get(f"{call.method} {call.path}")
        if maker is None:
            if not goes_untold(call):
                self.left_out.append(f"{call.method} {call.path}")
            return None
        return maker(call.body, call.values)

    def of_request(self, call: Taped) -> dict[str, Any] | None:
        """A raw call; one that was refused and left no trace is none."""
        if call.provider != self.provider:
            self.left_out.append(f"{call.method} {call.path} of {call.provider}")
            return None
        if call.status >= 400 and call.status != 402:
            return None
        outcome: dict[str, Any] = {"lost": True} if not call.status else {"refused": {"status": 402}} if call.status == 402 else {}
        path = f"{call.path}?{call.query}" if call.query else call.path
        key = {"idempotency_key": call.key} if call.key else {}
        who = {"public": True} if call.public else {}
        return {"request": {"method": call.method, "path": path, **self.content(call), **key, **outcome, **who}}

    def content(self, call: Taped) -> dict[str, Any]:
        """The body in the form that reads best and loses nothing."""
        media = call.content_type.partition(";")[0].strip().lower()
        headers = {"headers": {"content-type": call.content_type}}
        if not call.body:
            return {}
        try:
            text = call.body.decode()
        except UnicodeDecodeError:
            return {"body_base64": b64encode(call.body).decode(), **headers}
        if media == FORM:
            pairs = parse_qsl(text, keep_blank_values=True)
            if len(dict(pairs)) == len(pairs):
                return {"params": dict(pairs)}
        elif media == JSON:
            given = json.loads(text)
            if isinstance(given, dict):
                return {"params": given}
        elif media.startswith("multipart/"):
            return {"body_base64": b64encode(call.body).decode(), **headers}
        return {"body": text, **headers}

    # Ids

    def filled(self, value: Any) -> Any:
        """The value with references in the place of ids."""
        if isinstance(value, str):
            return AN_ID.sub(lambda found: self.reference(found[0]), value)
        if isinstance(value, Mapping):
            return {key: self.filled(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.filled(item) for item in value]
        return value

    def reference(self, id: str) -> str:
        """What stands for an id in the replay; the id itself where nothing that was recorded told of it."""
        if id in self.references:
            return self.references[id]
        for number, event in enumerate(self.events, 1):
            if event.object == id:
                return f"${{event:{number}}}"
        for number, event in enumerate(self.events, 1):
            for path, found in ids_in(event.payload):
                if found == id:
                    return f"${{event:{number}:{path}}}"
        return id

    def learn(self, call: Taped, name: str) -> None:
        """Ids of the answer are known by the step's name from now on."""
        for path, id in answered(call):
            self.references.setdefault(id, f"${{{name}}}" if path == "id" else f"${{{name}:{path}}}")

    def fault(self, call: Taped, body: dict[str, Any], name: str) -> None:
        if "remove" in body:
            body["remove"] = self.named.get(call.values[0], call.values[0])
        elif isinstance(call.answer, Mapping):
            self.named[str(call.answer["id"])] = name
            body["as"] = name


def answered(call: Taped) -> Iterator[tuple[str, str]]:
    """Where ids stand in what a call was answered; nowhere in what is no JSON."""
    answer = call.answer
    if isinstance(answer, bytes):
        try:
            answer = json.loads(answer)
        except ValueError:
            return
    yield from ids_in(answer)


def ids_in(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Where ids stand in an answer, those at the top first."""
    if isinstance(value, Mapping):
        inner = []
        for key, item in value.items():
            here = f"{path}.{key}" if path else str(key)
            if isinstance(item, str) and AN_ID.fullmatch(item):
                yield here, item
            elif isinstance(item, Mapping | list):
                inner.append((here, item))
        for here, item in inner:
            yield from ids_in(item, here)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            if isinstance(item, str) and AN_ID.fullmatch(item):
                yield f"{path}.{number}", item
            else:
                yield from ids_in(item, f"{path}.{number}")


def record(
    name: str, about: str, provider: str, since: int, now: int, settings: Mapping[str, Any], calls: Sequence[Taped],
    events: Sequence[Told], seen: Sequence[str] | None = None,
) -> Recording:  # fmt: skip
    """The scenario of what was done between two moments, with its events expected at the end, or those that a replay had."""
    recorder = Recorder(provider, since, events)
    for call in calls:
        recorder.take(call)
    recorder.until(now)
    recorder.steps.append({"expect": {"events": list(seen) if seen is not None else [event.type for event in events]}})
    others = {key: value for key, value in settings.items() if key != "seed"}
    made = {
        "name": name, "about": about, "providers": [provider], "start": iso(since), "seed": int(settings.get("seed", 0)),
        **({"settings": others} if others else {}), "steps": recorder.steps,
    }  # fmt: skip
    text = yaml.safe_dump(made, sort_keys=False, allow_unicode=True, width=120)
    return Recording(text, len(recorder.steps), recorder.left_out)
