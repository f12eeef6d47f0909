"""Which fault strikes what: decided from the merchant's seed and from what was met so far, so every run is struck alike.

A fault *meets* each request or webhook that its paths and events fit; it counts whom it met, from its `nth` on it strikes as
often as `count` and `probability` say, and then it is *spent*. Faults are records, so a journal and a snapshot keep how far
each one got. What a strike does on the wire is the server's and the sender's matter; what it does to a delivery's plan stands
here: an event that is put off is owed later, in simulated time, and its copies are attempts besides the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from sandbox.core.ids import digest, token
from sandbox.core.machine import Trigger
from sandbox.core.outbox import RETRY_TIMER
from sandbox.core.records import Delivery, Event, Fault

if TYPE_CHECKING:
    from sandbox.core.merchant import Merchant

REQUEST, RESPONSE, WEBHOOK = "request", "response", "webhook"
ARMED, SPENT = "armed", "spent"
ALL_ODDS = 1 << 128  # how many values a digest has
WALL, SIMULATED = "wall", "simulated"


class Kind(NamedTuple):
    """What can go wrong in one place."""

    about: str
    clock: str = ""  # of its `seconds`; empty: it takes none
    seconds: float = 0  # unless said otherwise
    times: int = 0  # copies unless said otherwise; 0: it takes none
    status: int = 0  # what an answer of it has


KINDS: Mapping[str, Mapping[str, Kind]] = {
    REQUEST: {  # before the work: nothing of the request happens, except after a latency
        "429": Kind("Too many requests, in the provider's words", status=429),
        "locked": Kind("Another call holds the object, in the provider's words", status=429),
        "500": Kind("An error of the provider's", status=500),
        "503": Kind("The provider is not available", status=503),
        "timeout": Kind("No answer until the client gives up, or the connection is closed after `seconds`", WALL, 90),
        "connection_reset": Kind("The connection is reset"),
        "latency": Kind("The work begins after `seconds`", WALL, 1),
    },
    RESPONSE: {  # after the work: what was written stays
        "500": Kind("The work is done, and the answer is an error of the provider's, which an idempotency key repeats", status=500),
        "reply_lost": Kind("The work is done, and the connection is closed without an answer"),
        "latency": Kind("The answer comes `seconds` after the work", WALL, 1),
    },
    WEBHOOK: {
        "drop": Kind("The attempt never arrives and counts as failed"),
        "duplicate": Kind("The event comes `times` times more", times=1),
        "delay": Kind("The event is held back", SIMULATED, 60),
        "reorder": Kind("Neighbours change places: every other event waits `seconds`, the rest a drawn part of that", SIMULATED, 60),
        "wrong_signature": Kind("The signature does not verify: it is that of something else, or the password is wrong"),
        "old_timestamp": Kind("Signed as it was `seconds` ago", SIMULATED, 3600),
        "truncated_body": Kind("The second half of the body is missing"),
    },
}
# These strike an event on its way to one endpoint, once; the other webhook faults strike every attempt they meet.
ONCE = frozenset(("duplicate", "delay", "reorder"))
EACH = frozenset(KINDS[WEBHOOK]) - ONCE
ANY = frozenset(what for kinds in KINDS.values() for what in kinds)


def add(
    merchant: Merchant, where: str, what: str, paths: Sequence[str] = (), events: Sequence[str] = (), nth: int = 1,
    probability: float = 1.0, count: int = 0, seconds: float | None = None, times: int | None = None, retry: bool | None = None,
) -> Fault:  # fmt: skip
    """The fault is armed; part of a unit of work.

    Args:
        paths: patterns such as ``/v1/refunds*`` or ``POST /v1/*``; of a webhook: of its endpoint's path. Empty: any.
        events: patterns of event types. Empty: any.
        nth: the first meeting that it may strike, counted from 1.
        count: how often it strikes at most; 0: no limit.
    """
    kind = KINDS[where][what]
    fault_id = "fault_" + token(16, "fault", merchant.settings.get("seed", 0), merchant.name, merchant.count())
    return merchant.put(
        Fault(
            fault_id, "", ARMED, merchant.now, where, what, tuple(paths), tuple(events), nth, probability, count,
            kind.seconds if seconds is None else seconds, kind.times if times is None else times, retry=retry,
        )
    )  # fmt: skip


def strike(merchant: Merchant, where: str, method: str, path: str, type: str = "", whats: frozenset[str] = ANY) -> list[Fault]:
    """The faults that strike, oldest first; all that were met have counted it. Part of a unit of work."""
    struck = []
    for fault in list(merchant.faults.rows.values()):
        if fault.where != where or fault.status != ARMED or fault.what not in whats or not fits(fault, method, path, type):
            continue
        met = fault._replace(met=fault.met + 1)
        if met.met >= met.nth and draws(merchant, met):
            met = met._replace(struck=met.struck + 1)
            if met.struck == met.limit:
                met = met._replace(status=SPENT)
            struck.append(met)
        merchant.put(met)
    return struck


def fits(fault: Fault, method: str, path: str, type: str) -> bool:
    """Whether the fault is about this: one of its paths and one of its events, where it names any."""
    if fault.events and not any(fnmatchcase(type, pattern) for pattern in fault.events):
        return False
    return not fault.paths or any(
        fnmatchcase(path if pattern.startswith("/") else f"{method} {path}", pattern) for pattern in fault.paths
    )


def draws(merchant: Merchant, fault: Fault) -> bool:
    """Whether the odds are for it this time."""
    return _drawn(merchant, fault) < fault.probability * ALL_ODDS


def _drawn(merchant: Merchant, fault: Fault, *more: object) -> int:
    return digest("fault", merchant.settings.get("seed", 0), merchant.name, fault.id, fault.met, *more)


def labels(struck: Iterable[Fault]) -> tuple[str, ...]:
    """As logs keep them: the word, then the id."""
    return tuple(f"{fault.what} {fault.id}" for fault in struck)


# Webhooks


def on_attempt(merchant: Merchant, delivery: Delivery, event: Event, path: str) -> list[Fault] | None:
    """The faults that strike the attempt about to be made; None when the event is put off. Part of a unit of work.

    Args:
        delivery: as it was when the attempt was decided on.
        path: of the endpoint's URL.
    """
    now: Delivery | None = merchant.get(delivery.provider, Delivery, delivery.id)
    if now is not None and delivery.ready and now.ready and not now.tries:
        if not now.faults:
            once = strike(merchant, WEBHOOK, "POST", path, event.type, ONCE)
            now = now._replace(faults=labels(once), copies=sum(fault.times for fault in once))
            wait = max((held_back_s(merchant, fault) for fault in once), default=0)
            if wait:
                due = merchant.now + wait
                merchant.arm(now, RETRY_TIMER, Trigger.RETRY, due)
                merchant.put(now._replace(ready=False, next_at=due))
                return None
        if now.copies:
            merchant.put(now._replace(extra=now.extra + now.copies, copies=0))
    return strike(merchant, WEBHOOK, "POST", path, event.type, EACH)


def held_back_s(merchant: Merchant, fault: Fault) -> int:
    """Simulated seconds that a struck event waits.

    Of two neighbours in a `reorder` the first waits the whole window and the second less, so they change places for certain.
    """
    if fault.what == "delay":
        return int(fault.seconds)
    if fault.what != "reorder":
        return 0
    window = int(fault.seconds)
    return window if fault.struck % 2 else _drawn(merchant, fault, "wait") % window
