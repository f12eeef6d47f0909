"""Where a story is played: one merchant seen from outside, what was made so far, and what was found out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sandbox.scenario.dialects import DIALECTS, Dialect, Plan, encode, fill, where
from sandbox.scenario.outside import Answer, Outside
from sandbox.scenario.reader import Path_, Read
from sandbox.scenario.verdict import Check
from sandbox.scenario.words import Unknown, Words

OWN_KEY = "scenario-{}"


class Application(NamedTuple):
    """The application under test: where its webhooks go, and what they are signed with."""

    url: str
    secret: str = ""
    settle_ms: int = 0  # wall time that it is given after its webhooks, at each instant


class Halt(Exception):
    """The story cannot go on; why is the last check."""


class Failed(Exception):
    """A step was not carried out; the message says what came instead."""


class Stage:
    """One run of one scenario on one provider.

    Args:
        endpoint: the webhook endpoint that is looked at: the application's, or the built-in inbox; None for all there are.
        app: the application that takes part, if one does.
    """

    def __init__(
        self, read: Read, outside: Outside, dialect: Dialect, seed: int, endpoint: str | None, app: Application | None = None
    ) -> None:
        self.read = read
        self.outside = outside
        self.dialect = dialect
        self.endpoint = endpoint
        self.app = app
        self.settle_ms = app.settle_ms if app is not None else 0
        self.notes: dict[str, Any] = {}  # what steps of one provider have to remember for later ones
        self.now = read.scenario.start
        self.acted_at = self.now  # when the story last did something of its own
        parameters = {name: self.mine(value) for name, value in read.scenario.parameters.items()}
        self.words = Words(seed, parameters, self.fresh, self.event)
        self.checks: list[Check] = []
        self.own_requests: set[str] = set()
        self.own_keys: set[str] = set()
        self.faults: dict[str, str] = {}  # name -> id
        self.event_seen: str | None = None  # the last one that was expected
        self.parcels_seen = 0
        self.calls = 0
        self.last: Answer | None = None  # whatever came last, refused or not

    def mine(self, value: Any) -> Any:
        """This provider's part of a value that differs by provider; None if it has none."""
        if isinstance(value, Mapping) and value and set(value) <= set(DIALECTS):
            return value.get(self.dialect.name)
        return value

    # Checks

    def check(self, path: Path_, what: str, expected: Any, seen: Any, ok: bool | None = None) -> bool:
        """The expectation is noted; it holds if both are equal, unless `ok` says."""
        held = same(expected, seen) if ok is None else ok
        self.checks.append(Check(dotted(path), self.read.line(path), self.now, what, held, expected, seen))
        return held

    def skip(self, path: Path_, what: str, expected: Any, why: str = "no application takes part: name it with --webhook") -> None:
        self.checks.append(Check(dotted(path), self.read.line(path), self.now, what, None, expected, why))

    # Calls

    async def call(self, plans: Sequence[Plan], key: str | None = None, headers: Mapping[str, str] = {}) -> Answer:
        """The last answer of calls that follow from each other; the first one that is refused ends them."""
        made: list[str] = []
        answer = Answer(0, None)
        for number, plan in enumerate(plans):
            last = number == len(plans) - 1
            filled = plan._replace(params=fill(plan.params, made))
            sent = dict(headers)
            if plan.method != "GET" and not any(name.lower() == "idempotency-key" for name in sent):
                self.calls += 1
                own = key if key and last else OWN_KEY.format(self.calls)
                self.own_keys.add(own)
                sent["idempotency-key"] = own
            self.last = answer = await self.outside.api(encode(self.dialect, self.outside.merchant, filled, sent))
            self.own_requests.add(answer.request_id)
            if answer.status != 200:
                break
            made.append(str(answer.body.get("id", "")) if isinstance(answer.body, dict) else "")
        return answer

    async def object(self, id: str) -> dict[str, Any]:
        """An object of the provider's API, by its id. Raises Failed."""
        shown: dict[str, Any] = await self.fresh({"id": id})
        return shown

    async def fresh(self, shown: Any) -> Any:
        """The object as it is now; what has no place of its own stays as it was."""
        path = where(self.dialect, shown) if isinstance(shown, Mapping) else ""
        if not path:
            return shown
        answer = await self.call([Plan("GET", path)])
        return answer.body if answer.status == 200 else shown

    async def id(self, said: str) -> str:
        """The id that a step's name, a `${…}` or an id stands for. Raises Unknown."""
        meant = str(await self.words.fill(said))
        if meant not in self.words.made:
            if meant == said and any(said.startswith(prefix) for prefix, _ in self.dialect.paths):
                return said
            if meant == said:
                await self.words.object(said)  # says what there is
            return meant
        shown = self.words.made[meant]
        if shown is None:
            raise Unknown(f"'{meant}' came to nothing: its reply was lost or refused")
        return str(shown["id"])

    def keep(self, name: str | None, shown: Any) -> None:
        if name:
            self.words.made[name] = shown

    async def event(self, number: int) -> Any:
        """The run's n-th event as it was sent. Raises Unknown."""
        rows = await self.outside.listed("/events", provider=self.dialect.name)
        if not 1 <= number <= len(rows):
            raise Unknown(f"there is no event {number}: there are {len(rows)}")
        return {**rows[number - 1]["payload"], "id": rows[number - 1]["object"]}

    # Time

    async def advance(self, goal: Mapping[str, Any]) -> None:
        answer = await self.outside.control("POST", "/clock/advance", {**goal, "settle_ms": self.settle_ms})
        self.now = answer["now"]

    async def settle(self) -> None:
        """Webhooks that are due were answered, and what the application did because of them is over."""
        await self.advance({"seconds": 0})

    # What the application did

    async def app_requests(self) -> list[dict[str, Any]]:
        """Requests of others than the story itself, oldest first."""
        rows = await self.outside.listed("/requests", provider=self.dialect.name)
        return [row for row in rows if row["id"] not in self.own_requests and row["idempotency_key"] not in self.own_keys]


def same(expected: Any, seen: Any) -> bool:
    """Whether two values are equal in JSON too, where 1 is not true."""
    if isinstance(expected, bool) or isinstance(seen, bool):
        return expected is seen
    if isinstance(expected, list) and isinstance(seen, list):
        return len(expected) == len(seen) and all(map(same, expected, seen))
    if isinstance(expected, Mapping) and isinstance(seen, Mapping):
        return expected.keys() == seen.keys() and all(same(expected[key], seen[key]) for key in expected)
    return bool(expected == seen)


def dotted(path: Path_) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
