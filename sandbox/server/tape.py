"""What was asked of one merchant while a recording runs: calls of the providers' APIs and control calls, in their order.

Only a merchant that is being recorded has a tape. Answers are kept because later calls name what earlier ones made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sandbox.core.merchant import Merchant
from sandbox.providers.base import PUBLIC, Call, Provider, Reply

CALLS_MAX = 2_000  # with time between them twice as many steps, which a scenario may have


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


class Tape:
    __slots__ = ("calls", "lost", "settings", "since")

    def __init__(self, merchant: Merchant) -> None:
        self.since = merchant.now
        self.settings: Mapping[str, Any] = dict(merchant.settings)
        self.calls: list[Taped] = []
        self.lost = 0  # calls after the last that was kept

    def request(self, provider: Provider, merchant: Merchant, call: Call, key: str, reply: Reply) -> None:
        """A provider's request that may have changed something is kept."""
        if call.method in ("GET", "HEAD"):
            return
        media = call.headers.get(b"content-type", b"").decode("latin-1")
        public = provider.key(call.headers)[1] == PUBLIC
        self._keep(
            Taped(
                merchant.now, provider.name, call.method, call.path, (), call.query.decode("latin-1"), media, call.body, key, public,
                reply.status, reply.body,
            )
        )  # fmt: skip

    def control(self, merchant: Merchant, method: str, path: str, values: tuple[str, ...], body: Any, answer: Any) -> None:
        """A control call that was carried out is kept."""
        said = body.model_dump(mode="json", exclude_unset=True) if body is not None else {}
        self._keep(Taped(merchant.now, "", method, path, values, "", "", said, "", False, 200, answer))

    def _keep(self, taped: Taped) -> None:
        if len(self.calls) < CALLS_MAX:
            self.calls.append(taped)
        else:
            self.lost += 1
