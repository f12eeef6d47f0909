"""A merchant of the running server, steered over the control API without any library."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from tests.serving import Receiver, Serving


class Account:
    """A merchant that nobody used before. Its clock stands still, so that times can be compared."""

    def __init__(self, serving: Serving, name: str) -> None:
        self._serving = serving
        self.url = serving.url
        self.key = f"sk_test_{name}"
        self.call("POST", "clock", {"rate": 0})

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        status, answer = self._serving.call(method, f"/_sandbox/{path}", body, self.key)
        assert status < 300, f"{method} {path}: {status} {answer}"
        return answer

    def advance(self, **span: float) -> list[str]:
        """Time goes on by `days`, `hours` or `seconds`, and webhooks due by then were answered; names what rang."""
        return [timer["name"] for timer in self.call("POST", "clock/advance", span)["fired"]]

    def settle(self) -> None:
        """Every webhook due by now was answered or failed."""
        self.advance(seconds=0)

    @property
    def now(self) -> int:
        return int(self.call("GET", "clock")["now"])


def bodies(receiver: Receiver) -> list[dict[str, Any]]:
    """The events a receiver got, in the order of their making: delivery promises no order."""
    return sorted((json.loads(body) for _, body in receiver.got), key=lambda event: event["id"])


def eventually(holds: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Whether something that others bring about holds within so many seconds."""
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
    return holds()
