"""Events owed to endpoints: what is due now, what an attempt's outcome means, when the next one is.

The outbox knows no HTTP. A sender takes what is `ready`, posts it, and reports each attempt back through `settle`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.core.dialect import Dialect
from sandbox.core.machine import Trigger
from sandbox.core.records import Attempt, Delivery, Endpoint, Event

if TYPE_CHECKING:
    from sandbox.core.merchant import Merchant

RETRY_TIMER = "webhook_retry"
ATTEMPTS_KEPT = 40  # per delivery: more than any retry plan makes


def track(merchant: Merchant, delivery: Delivery) -> None:
    """`merchant.ready` holds exactly the deliveries whose attempt is due now."""
    if delivery.ready or delivery.extra:
        merchant.ready[delivery.id] = delivery
    else:
        merchant.ready.pop(delivery.id, None)


def owe(merchant: Merchant, dialect: Dialect, event: Event) -> None:
    """Every enabled endpoint that wants the event has a delivery that is due now."""
    shelf = merchant.store.shelves.get((event.provider, Endpoint))
    if shelf is None:
        return
    for endpoint in shelf.rows.values():
        if endpoint.status == "enabled" and dialect.wants(endpoint, event.type):
            send(merchant, event, endpoint)


def send(merchant: Merchant, event: Event, endpoint: Endpoint) -> Delivery:
    delivery_id = merchant.new_id(event.provider, Delivery)
    return merchant.put(Delivery(delivery_id, event.provider, "pending", merchant.now, event.id, endpoint.id))


def resend(merchant: Merchant, delivery: Delivery, times: int = 1) -> Delivery:
    """Attempts are due now, besides the plan; automatic retries go on."""
    return merchant.put(delivery._replace(extra=delivery.extra + times))


def settle(merchant: Merchant, delivery_id: str, provider: str, attempt: Attempt, planned: bool) -> Delivery | None:
    """The attempt's outcome is kept and the next one planned; None when the delivery was dropped meanwhile.

    Args:
        planned: false for an attempt that somebody asked for by hand; those do not use up the plan.
    """
    delivery: Delivery | None = merchant.get(provider, Delivery, delivery_id)
    if delivery is None:
        return None
    dialect = merchant.dialects[provider]
    endpoint: Endpoint | None = merchant.get(provider, Endpoint, delivery.endpoint_id)
    attempts = (*delivery.attempts, attempt)[-ATTEMPTS_KEPT:]
    if planned:
        delivery = delivery._replace(attempts=attempts, ready=False, tries=delivery.tries + 1)
    else:
        delivery = delivery._replace(attempts=attempts, extra=max(0, delivery.extra - 1))
    if 200 <= attempt.code < 300:
        merchant.disarm(delivery, RETRY_TIMER)
        if endpoint is not None and endpoint.failing_since:
            merchant.put(endpoint._replace(failing_since=0))
        return merchant.put(delivery._replace(status="delivered", ready=False, next_at=0))
    if endpoint is not None:
        endpoint = _blame(merchant, dialect, endpoint)
    if not planned:
        return merchant.put(delivery)  # what was planned or done before stands
    wait = dialect.retry_after(merchant, delivery.tries)
    if wait is None or endpoint is None or endpoint.status != "enabled":
        return merchant.put(delivery._replace(status="failed", next_at=0))
    due = merchant.now + max(wait, attempt.retry_after_s)
    merchant.arm(delivery, RETRY_TIMER, Trigger.RETRY, due)
    return merchant.put(delivery._replace(next_at=due))


def _blame(merchant: Merchant, dialect: Dialect, endpoint: Endpoint) -> Endpoint:
    """The endpoint failed once more; after days of nothing but failures it is disabled."""
    since = endpoint.failing_since or merchant.now
    patience = dialect.give_up_after(merchant)
    if patience and endpoint.status == "enabled" and merchant.now - since >= patience:
        return merchant.put(endpoint._replace(failing_since=since, status="disabled"))
    return merchant.put(endpoint._replace(failing_since=since)) if not endpoint.failing_since else endpoint


def ring(merchant: Merchant, delivery: Delivery) -> None:
    """A planned retry is due, unless its endpoint is gone or disabled: those get no further attempts."""
    endpoint: Endpoint | None = merchant.get(delivery.provider, Endpoint, delivery.endpoint_id)
    if endpoint is None or endpoint.status != "enabled":
        merchant.put(delivery._replace(status="failed", ready=False, next_at=0))
    else:
        merchant.put(delivery._replace(ready=True, next_at=0))
