"""freezegun's clock and a merchant's as one: what the application under test calls now is the merchant's now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sandbox.handle import SECONDS_OF, epoch

if TYPE_CHECKING:
    from sandbox.handle import MerchantHandle

IDLE_S_MAX = 2 * 366 * 86_400


class Frozen:
    """The one clock. It only goes forward."""

    def __init__(self, merchant: MerchantHandle, factory: Any) -> None:
        self._merchant, self._factory = merchant, factory

    def __call__(self) -> datetime:
        """Now, in UTC, without an offset: as freezegun gives it."""
        shown: datetime = self._factory()
        return shown

    def tick(self, delta: timedelta | float = 1) -> datetime:
        """Time goes on so far, in whole seconds, for the test and for the merchant."""
        self._merchant.advance(seconds=delta.total_seconds() if isinstance(delta, timedelta) else delta)
        return self()

    def move_to(self, target: datetime | date | str | float) -> None:
        """Time goes on to then."""
        self._merchant.advance(to=target)

    def advance(self, goal: Mapping[str, Any], how: Mapping[str, Any]) -> dict[str, Any]:
        """Instant by instant: before the merchant's timers ring, freezegun shows the time at which they do."""
        port = self._merchant.port
        clock = port.call("GET", "/clock")
        start, coming = int(clock["now"]), clock["next"]
        until = goal.get("until")
        if until == "next":
            end = max(start, coming["due"]) if coming else start
        elif until == "idle":
            end = start + IDLE_S_MAX
        elif "to" in goal:
            end = goal["to"]
        else:
            end = start + int(sum(value * SECONDS_OF[unit] for unit, value in goal.items()))
        fired: list[Any] = []
        events: list[str] = []
        while True:
            due = max(start, coming["due"]) if coming else None
            at = end if due is None or due > end else due
            if until == "idle" and at == end:
                break
            self._show(at)
            answer = port.call("POST", "/clock/advance", {"to": at, **how})
            fired += answer["fired"]
            events += answer["events"]
            if at == end:
                break
            clock = port.call("GET", "/clock")
            start, coming = int(clock["now"]), clock["next"]
        now = datetime.fromtimestamp(start if until == "idle" else end, UTC)
        return {"now": int(now.timestamp()), "iso": now.strftime("%Y-%m-%dT%H:%M:%SZ"), "fired": fired, "events": events}

    def _show(self, at: int) -> None:
        if at > self._shown():
            self._factory.move_to(plain(at))

    def _shown(self) -> int:
        return epoch(self())


def plain(at: int) -> datetime:
    """UTC without an offset, as freezegun wants it."""
    return datetime.fromtimestamp(at, UTC).replace(tzinfo=None)


@contextmanager
def freeze(merchant: MerchantHandle) -> Iterator[Frozen]:
    """Both clocks stand at the merchant's now, and webhooks are signed with it; afterwards each is as it was. freezegun must be there."""
    try:
        import freezegun
    except ImportError:
        raise RuntimeError("merchant.freeze() needs freezegun: pip install freezegun") from None
    port = merchant.port
    rate = port.call("GET", "/clock")["rate"]
    signed = port.call("GET", "/settings")["signature_clock"]
    now = int(port.call("POST", "/clock", {"rate": 0})["now"])
    port.call("POST", "/settings", {"signature_clock": "simulated"})
    try:
        # Event loops keep the real time: a timeout that never ends would hang the test.
        with freezegun.freeze_time(plain(now), real_asyncio=True) as factory:
            merchant.frozen = Frozen(merchant, factory)
            yield merchant.frozen
    finally:
        merchant.frozen = None
        port.call("POST", "/settings", {"signature_clock": signed})
        port.call("POST", "/clock", {"rate": rate})
