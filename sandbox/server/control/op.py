"""What a control call is made of: its row in a table, its body, what a handler is given, how it is refused.

Handlers are `async def name(ask, *path values)` and answer something JSON can hold. The rows of all nouns together are the
routing table, and `/_sandbox/openapi.json` is printed from them.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from sandbox.core.clock import LATEST
from sandbox.core.clock import iso as iso
from sandbox.core.merchant import Merchant
from sandbox.providers.base import Provider
from sandbox.providers.steering import Body as Body

if TYPE_CHECKING:
    from sandbox.server.control.road import Control

LIMIT_USUAL, LIMIT_MAX = 100, 1000
BODY_BYTES_MAX = 4 << 20  # 27 evidence fields of 20,000 characters, each as \\uXXXX
A_KEY = re.compile(r"[a-z]+_(test|live)_")
T = TypeVar("T")


class Wrong(Exception):
    """A control call that is not carried out; the message says what to do next."""

    def __init__(self, status: int, code: str, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.param = status, code, message, param


def not_found(kind: str, id: str, where: str) -> Wrong:
    return Wrong(404, "not_found", f"There is no {kind} '{id}'. GET /_sandbox/{where} lists what there is.", "id")


# Bodies and queries


def no_key(name: str) -> str:
    """A merchant's name; a key in its place, a live one even, would be kept and shown."""
    if A_KEY.match(name):
        raise ValueError("a merchant's name is not a key: alpha, not sk_test_alpha")
    return name


MerchantName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,64}$"), AfterValidator(no_key)]


class Query(BaseModel):
    """A query string: everything is text."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    merchant: MerchantName | None = Field(None, description="The merchant, where no key names it")


class ListQuery(Query):
    after: str | None = Field(None, description="The `next` of the page before, or the id of the last row seen")
    limit: int = Field(LIMIT_USUAL, ge=1, le=LIMIT_MAX)


class OrderedQuery(ListQuery):
    order: Literal["oldest", "newest"] = Field("oldest", description="Which rows come first; a page's `next` goes on in the same order")


def epoch(value: Any) -> int:
    """Epoch seconds of a number or of an ISO 8601 date or time; without an offset it is UTC."""
    if isinstance(value, str) and not value.lstrip("-").isdigit():
        try:
            at = datetime.fromisoformat(value.strip())
        except ValueError:
            raise ValueError(f"'{value:.40}' is no date: write 2026-01-31, 2026-01-31T12:00:00Z or epoch seconds") from None
        seconds = (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).timestamp()
    elif isinstance(value, (int, float, str)) and not isinstance(value, bool):
        seconds = float(value)
    else:
        raise ValueError("a time is an ISO 8601 text or a number of epoch seconds")
    if not 0 <= seconds <= LATEST:
        raise ValueError(f"a time lies between 1970-01-01 and {iso(LATEST)[:10]}")
    return int(seconds)


When = Annotated[
    int, BeforeValidator(epoch),
    WithJsonSchema({"type": ["string", "number"], "description": "ISO 8601 or epoch seconds", "examples": ["2026-01-31T12:00:00Z"]}),
]  # fmt: skip


# Operations


class Op(NamedTuple):
    method: str
    path: str  # "/_sandbox/disputes/{id}/win"
    handler: Callable[..., Awaitable[Any]]
    about: str
    body: type[BaseModel] | None = None  # None: takes no fields
    query: type[Query] = Query
    answer: Any = None  # the type of what is answered, for the document; None: whatever the provider's object is
    media: str = "application/json"
    body_bytes_max: int = BODY_BYTES_MAX


class Stream:
    """An answer without an end: `run(receive, send)` sends it."""

    def __init__(self, run: Callable[[Any, Any], Awaitable[None]]) -> None:
        self.run = run


class Ask:
    """One control call as its handler sees it."""

    __slots__ = ("body", "control", "merchant", "query")

    def __init__(self, control: Control, merchant: Merchant, body: Any, query: Any) -> None:
        self.control, self.merchant, self.body, self.query = control, merchant, body, query

    @property
    def providers(self) -> Mapping[str, Provider]:
        return self.control.world.providers

    async def unit(self, work: Callable[[], T]) -> T:
        """`work` is done as one unit, durable before this returns; refused, it leaves no trace."""
        merchant = self.merchant
        merchant.begin()
        try:
            done = work()
        except BaseException:
            merchant.rollback()
            raise
        await self.control.world.keep(merchant)
        self.control.driver.wake(merchant)
        return done

    def find(self, kind: type, id: str, noun: str, where: str) -> tuple[Provider, Any]:
        """Any provider's record of that kind and id. Raises Wrong 404."""
        for name, provider in self.providers.items():
            record = self.merchant.anywhere(name, kind, id)
            if record is not None:
                return provider, record
        raise not_found(noun, id, where)


def page(rows: Iterable[T], limit: int, show: Callable[[T], Any], id_of: Callable[[Any], str] = lambda row: row["id"]) -> dict[str, Any]:
    """One page of a list; `rows` begin after the cursor, oldest first."""
    some: Iterator[T] = iter(rows)
    data = [show(row) for row in islice(some, limit)]
    more = next(some, None) is not None
    return {"data": data, "has_more": more, "next": id_of(data[-1]) if more else None}
