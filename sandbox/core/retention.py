"""What a merchant may forget, so that a server that runs for weeks stays small: old events, settled deliveries, kept answers.

Money never depends on any of these: charges, refunds, disputes, statement lines and transfers are kept for good. What is
forgotten is dropped by ordinary changes, so a journal forgets it too.
"""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.core.merchant import Merchant
from sandbox.core.records import Delivery, Event, Replay
from sandbox.core.store import Shelf

# Of each provider, unless the merchant's settings of these names say otherwise.
EVENTS_KEPT = 50_000
DELIVERIES_KEPT = 50_000
REQUESTS_KEPT = 1_000  # lines of the request log
REPLAY_KEPT_S = 86_400  # simulated: how long an answer is kept under its idempotency key
# A look costs as much as the records it goes over, so one is taken only after so many changes that at most this share of
# a cap can have been made meanwhile.
SLACK = 16


def caps(merchant: Merchant) -> tuple[int, int]:
    """How many events and how many deliveries of each provider are kept."""
    settings = merchant.settings
    return settings.get("events_kept", EVENTS_KEPT), settings.get("deliveries_kept", DELIVERIES_KEPT)


def changes_until_look(merchant: Merchant) -> int:
    return max(1, min(caps(merchant)) // SLACK)


def forget(merchant: Merchant) -> None:
    """No more events and settled deliveries are kept than the settings allow; part of a unit of work.

    An event goes with its deliveries and stays while one of them is owed, whatever the cap.
    """
    events_kept, deliveries_kept = caps(merchant)
    for provider in merchant.dialects:
        events, deliveries = (merchant.store.shelves.get((provider, kind)) for kind in (Event, Delivery))
        if events is not None and len(events) > events_kept:
            _forget_events(merchant, events, deliveries, len(events) - events_kept)
        if deliveries is not None and len(deliveries) > deliveries_kept:
            for delivery in _first(_settled(deliveries), len(deliveries) - deliveries_kept):
                merchant.drop(delivery)


def _forget_events(merchant: Merchant, events: Shelf, deliveries: Shelf | None, surplus: int) -> None:
    def done() -> Iterator[Event]:
        for event in events.rows.values():
            if deliveries is None or not any(map(owed, deliveries.of("event_id", event.id))):
                yield event

    for event in _first(done(), surplus):
        for delivery in deliveries.of("event_id", event.id) if deliveries is not None else ():
            merchant.drop(delivery)
        merchant.drop(event)


def _settled(deliveries: Shelf) -> Iterator[Delivery]:
    return (delivery for delivery in deliveries.rows.values() if not owed(delivery))


def _first(found: Iterator[Event | Delivery], count: int) -> list[Event | Delivery]:
    """Taken before any is dropped: a shelf must not shrink while it is walked."""
    return [record for record, _ in zip(found, range(count), strict=False)]


def owed(delivery: Delivery) -> bool:
    """Whether an attempt is due or planned."""
    return delivery.status == "pending" or delivery.ready or delivery.extra > 0


def forget_replays(merchant: Merchant, provider: str, key: str) -> None:
    """Answers older than a day make room, oldest first; so does a stale one under the same key. Part of a unit of work."""
    shelf = merchant.store.shelf(provider, Replay)
    until = merchant.now - REPLAY_KEPT_S
    old = []
    for replay in shelf.rows.values():
        if replay.created > until:
            break
        old.append(replay)
    for replay in old:
        merchant.drop(replay)
    if key in shelf.rows:
        merchant.drop(shelf.rows[key])
