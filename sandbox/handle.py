"""One merchant as a test sees it: what the bank does, what time it is, what happened. In process and at a server alike.

Everything goes through the control API, so a test says the same things as a script, the command line or a scenario.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from sandbox.receiver import Webhooks

if TYPE_CHECKING:
    from sandbox.freezing import Frozen

PAGE = 1_000
SECONDS_OF = {"days": 86_400, "hours": 3_600, "seconds": 1}


class Port(Protocol):
    """A way to the control API as one merchant."""

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The answer of `/_sandbox{path}`. Raises remote.Refused."""

    def changes(self, seconds: float) -> AbstractContextManager[Iterator[None]]:
        """One item whenever the merchant may have changed, until so many seconds have brought none."""


class MerchantHandle:
    """A merchant: `stripe_key` and `omise_key` open it at `url`."""

    def __init__(self, name: str, url: str, port: Port) -> None:
        self.name = name
        self.url = url
        self.stripe_key, self.stripe_public_key = f"sk_test_{name}", f"pk_test_{name}"
        self.omise_key, self.omise_public_key = f"skey_test_{name}", f"pkey_test_{name}"
        self.port = port
        self.frozen: Frozen | None = None
        self.webhooks = Webhooks(port, self.settle)

    def __repr__(self) -> str:
        return f"<merchant {self.name} at {self.url}>"

    def control(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Any call of the control API: `merchant.control("POST", "/disputes/dp_1/win")`."""
        return self.port.call(method, path, body, **query)

    def listed(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """All rows of one of the control API's lists, oldest first."""
        found: list[dict[str, Any]] = []
        after = None
        while True:
            page = self.port.call("GET", path, after=after, limit=PAGE, **query)
            found += page["data"]
            if not page["has_more"]:
                return found
            after = page["next"]

    # Time

    @property
    def now(self) -> int:
        """Simulated epoch seconds."""
        return int(self.port.call("GET", "/clock")["now"])

    def advance(
        self, days: float | None = None, hours: float | None = None, seconds: float | None = None,
        to: datetime | date | str | float | None = None, until: str | None = None, wait: bool = True, settle_ms: int = 0,
    ) -> dict[str, Any]:  # fmt: skip
        """Time goes on, and the webhooks of each instant are answered before the next; answers what rang and which events came.

        This blocks: an application on the test's own event loop needs ``await asyncio.to_thread(merchant.advance, days=9)``.

        Args:
            to: a date or time; what has no offset is UTC.
            until: ``"next"``, when the next timer rings, or ``"idle"``, when none is left.

        Raises:
            Refused: not exactly one goal, or one that is past.
        """
        goals = {"days": days, "hours": hours, "seconds": seconds, "to": None if to is None else epoch(to), "until": until}
        said = {name: value for name, value in goals.items() if value is not None}
        how = {"wait": wait, "settle_ms": settle_ms}
        if self.frozen is not None and len(said) == 1:
            return self.frozen.advance(said, how)
        answer: dict[str, Any] = self.port.call("POST", "/clock/advance", {**said, **how})
        return answer

    def settle(self) -> None:
        """Every webhook that was due by now was answered or failed."""
        self.port.call("POST", "/clock/advance", {"seconds": 0})

    def freeze(self) -> AbstractContextManager[Frozen]:
        """Within it freezegun's clock and the merchant's are one, and webhooks are signed with it.

        Advance either of them and both move: `merchant.advance(days=7)`, or what it gives, `clock.tick(timedelta(days=7))`.
        """
        from sandbox.freezing import freeze

        return freeze(self)

    # What the bank does

    def open_dispute(
        self, charge: Any, reason: str | None = None, amount: int | None = None, kind: str | None = None,
        evidence_due_in_days: int | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """The cardholder's bank disputes a captured charge; answers the provider's own dispute object.

        Args:
            charge: any provider's charge or payment, or its id.
            amount: minor units; what is left of the charge unless said.
        """
        wanted = {"reason": reason, "amount": amount, "kind": kind, "evidence_due_in_days": evidence_due_in_days}
        body = {"charge": id_of(charge), **{name: value for name, value in wanted.items() if value is not None}}
        dispute: dict[str, Any] = self.port.call("POST", "/disputes", body)
        return dispute

    def win(self, dispute: Any) -> dict[str, Any]:
        """The bank decides for the merchant now."""
        return self._decided(dispute, "win")

    def lose(self, dispute: Any) -> dict[str, Any]:
        """The bank decides against the merchant now."""
        return self._decided(dispute, "lose")

    def _decided(self, dispute: Any, verdict: str) -> dict[str, Any]:
        decided: dict[str, Any] = self.port.call("POST", f"/disputes/{id_of(dispute)}/{verdict}")
        return decided

    # What goes wrong

    def fault(self, where: str, what: str | int, **more: Any) -> dict[str, Any]:
        """Something goes wrong on purpose from now on: `merchant.fault("response", "reply_lost", paths=["POST /v1/refunds"], count=1)`."""
        made: dict[str, Any] = self.port.call("POST", "/faults", {"where": where, "what": what, **more})
        return made

    def end_faults(self) -> None:
        self.port.call("DELETE", "/faults")

    # What happened

    def events(self, full: bool = False, type: str | None = None) -> list[Any]:
        """Types of the merchant's events, oldest first; `full`: the events as providers send them."""
        rows = self.listed("/events", type=type)
        return [row["payload"] if full else row["type"] for row in rows]

    def deliveries(self, status: str | None = None) -> list[dict[str, Any]]:
        """Webhooks with every attempt, oldest first; those to the built-in receiver have the URL `sandbox:inbox`."""
        return self.listed("/deliveries", status=status)

    def requests(self) -> list[dict[str, Any]]:
        """The log of API requests, oldest first."""
        return self.listed("/requests")

    def balance(self, account: str, currency: str, provider: str = "stripe") -> int:
        """What a ledger account holds, minor units: `merchant:available` or, for short, `available`."""
        accounts: Sequence[Mapping[str, Any]] = self.port.call("GET", "/ledger", limit=1)["accounts"]
        named = [row for row in accounts if row["provider"] == provider and row["currency"] == currency.lower()]
        for wanted in (account, f"merchant:{account}"):
            for row in named:
                if row["name"] == wanted:
                    return int(row["balance"])
        return 0

    def timeline(self, lines: int = 200) -> str:
        """What happened, for people: requests, events and webhooks in simulated time, and what comes next."""
        from sandbox.timeline import printed

        return printed(self, lines)


def id_of(shown: Any) -> str:
    """An id, or that of a library's object or of a dict."""
    if isinstance(shown, str):
        return shown
    found = shown["id"] if isinstance(shown, Mapping) else shown.id
    return str(found)


def epoch(when: datetime | date | str | float) -> int:
    """Epoch seconds of a time; what has no offset is UTC."""
    if isinstance(when, str):
        when = datetime.fromisoformat(when)
    if isinstance(when, datetime):
        return int((when if when.tzinfo is not None else when.replace(tzinfo=UTC)).timestamp())
    if isinstance(when, date):
        return int(datetime(when.year, when.month, when.day, tzinfo=UTC).timestamp())
    return int(when)
