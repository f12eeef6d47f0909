"""What was asked of one merchant: calls of the providers' APIs and control calls, in their order.

Every merchant that began with nothing has a tape of its first calls, and one more while it is being recorded. Answers are kept
because later calls name what earlier ones made. A request costs the append of what exists already; `calls` makes sense of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sandbox.core.merchant import Merchant
from sandbox.providers.base import PUBLIC, Call, Provider, Reply

CALLS_MAX = 2_000  # with time between them twice as many steps, which a scenario may have
BODY_BYTES_MAX = 32 * 1024 * 1024  # of all calls together: uploads are large


class Taped(NamedTuple):
    """One call. `provider` is empty for a control call, whose `path` is the template and whose `values` fill it."""

    at: int  # simulated
    provider: str
    method: str
    path: str
    values: tuple[str, ...]
    query: str
    content_type: str
    body: Any  # bytes, or what a control call's JSON said
    key: str  # the idempotency key
    public: bool
    status: int  # 0: no answer
    answer: Any  # bytes, or what a control call was answered
    id: str = ""  # the request's
    place: int = 0  # lines of the log until then, its own included
    settings: Mapping[str, Any] = {}  # the merchant's, afterwards


class Asked(NamedTuple):
    """A provider's request as it came."""

    at: int
    place: int
    provider: Provider
    call: Call
    key: str
    reply: Reply
    settings: Mapping[str, Any]


class Tape:
    __slots__ = ("lost", "room", "rows", "settings", "since")

    def __init__(self, merchant: Merchant) -> None:
        self.since = merchant.now
        self.settings: Mapping[str, Any] = dict(merchant.settings)
        self.rows: list[Taped | Asked] = []
        self.room = BODY_BYTES_MAX
        self.lost = 0  # calls after the last that was kept

    @property
    def calls(self) -> list[Taped]:
        return [row if isinstance(row, Taped) else taped(row) for row in self.rows]

    def request(self, provider: Provider, merchant: Merchant, call: Call, key: str, reply: Reply, place: int) -> None:
        """A provider's request that may have changed something is kept; one that was refused left no trace."""
        if call.method in ("GET", "HEAD") or (reply.status >= 400 and reply.status != 402):
            return
        if self.lost:  # full: nothing more is looked at
            self.lost += 1
            return
        self._keep(Asked(merchant.now, place, provider, call, key, reply, merchant.settings), len(call.body))

    def control(
        self, merchant: Merchant, method: str, path: str, values: tuple[str, ...], body: Any, answer: Any, place: int
    ) -> None:
        """A control call that was carried out is kept."""
        said = body.model_dump(mode="json", exclude_unset=True) if body is not None else {}
        self._keep(
            Taped(merchant.now, "", method, path, values, "", "", said, "", False, 200, answer, "", place, merchant.settings), 0
        )

    def _keep(self, row: Taped | Asked, size: int) -> None:
        self.room -= size
        if len(self.rows) < CALLS_MAX and self.room >= 0:
            self.rows.append(row)
        else:
            self.lost += 1


def taped(row: Asked) -> Taped:
    call = row.call
    media = call.headers.get(b"content-type", b"").decode("latin-1")
    public = row.provider.key(call.headers)[1] == PUBLIC
    return Taped(
        row.at, row.provider.name, call.method, call.path, (), call.query.decode("latin-1"), media, call.body, row.key, public,
        row.reply.status, row.reply.body, call.request_id, row.place, row.settings,
    )  # fmt: skip
