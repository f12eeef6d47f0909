"""Events owed to endpoints: what is due now, what an attempt's outcome means, when the next one is.

The outbox knows no HTTP. A sender takes what is `ready`, posts it, and reports each attempt back through `settle`.

A *call* is an event that is owed to one endpoint alone, a partner's, and whose answer means something: its dialect hears of every
attempt in the unit of work that keeps it. Else it is a delivery like any other, so faults, logs and an `advance` treat it as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.core.dialect import Dialect
from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.records import Attempt, Delivery, Endpoint, Event

if TYPE_CHECKING:
    from sandbox.core.merchant import Merchant

RETRY_TIMER = "webhook_retry"
ATTEMPTS_KEPT = 40  # per delivery: more than any retry plan makes
RETRY_AFTER_S_MAX = 3 * 86_400  # simulated: what a receiver may ask for


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
        if endpoint.events and endpoint.status == "enabled" and dialect.wants(endpoint, event):
            send(merchant, event, endpoint)


def call(merchant: Merchant, endpoint: Endpoint, type: str, about: str, body: bytes) -> Delivery:
    """The partner at the endpoint is asked something: `body` is frozen as an event and owed to this endpoint alone.

    Args:
        about: the id of the record that the answer is for.
    """
    cause = merchant.cause
    provider = endpoint.provider
    event = Event(
        merchant.new_id(provider, Event, about), provider, "frozen", merchant.now, type, about, body,
        request_id=cause.request_id, idempotency_key=cause.idempotency_key,
    )  # fmt: skip
    return send(merchant, merchant.put(event), endpoint)


def send(merchant: Merchant, event: Event, endpoint: Endpoint) -> Delivery:
    delivery_id = merchant.new_id(event.provider, Delivery)
    return merchant.put(Delivery(delivery_id, event.provider, "pending", merchant.now, event.id, endpoint.id))


def resend(merchant: Merchant, delivery: Delivery, times: int = 1) -> Delivery:
    """Attempts are due now, besides the plan: whatever they bring, automatic retries go on.

    Raises:
        Refusal: OUT_OF_REACH, the endpoint is gone or disabled.
    """
    require_reachable(merchant, delivery.provider, delivery.endpoint_id)
    return merchant.put(delivery._replace(extra=delivery.extra + times))


def reachable(merchant: Merchant, provider: str, endpoint_id: str) -> bool:
    """Whether the endpoint is there and enabled."""
    endpoint: Endpoint | None = merchant.get(provider, Endpoint, endpoint_id)
    return endpoint is not None and endpoint.status == "enabled"


def require_reachable(merchant: Merchant, provider: str, endpoint_id: str) -> None:
    """Raises Refusal OUT_OF_REACH for an endpoint that gets no further attempts."""
    if not reachable(merchant, provider, endpoint_id):
        message = f"The endpoint {endpoint_id} is disabled or deleted, and those get no further attempts."
        raise Refusal(Reason.OUT_OF_REACH, message=message, param="webhook_endpoint")


def settle(merchant: Merchant, delivery_id: str, provider: str, attempt: Attempt, planned: bool) -> Delivery | None:
    """The attempt's outcome is kept and the next one planned; None when the delivery was dropped meanwhile.

    A delivery that was once delivered stays so, whatever later attempts bring. If it is a call to a partner, the dialect has heard.

    Args:
        planned: false for an attempt that somebody asked for by hand; those neither use up the plan nor end it.
    """
    delivery: Delivery | None = merchant.get(provider, Delivery, delivery_id)
    if delivery is None:
        return None
    endpoint: Endpoint | None = merchant.get(provider, Endpoint, delivery.endpoint_id)
    event: Event | None = merchant.get(provider, Event, delivery.event_id)
    delivery = _kept(merchant, delivery, endpoint, event, attempt, planned)
    if event is not None and endpoint is not None and not endpoint.events:
        merchant.dialects[provider].heard(merchant, delivery, event, attempt)
    return delivery


def _kept(
    merchant: Merchant, delivery: Delivery, endpoint: Endpoint | None, event: Event | None, attempt: Attempt, planned: bool
) -> Delivery:
    """The delivery with the attempt, and what is planned after it."""
    dialect = merchant.dialects[delivery.provider]
    reached = 200 <= attempt.code < 300
    if endpoint is not None:
        if not reached:
            _blame(merchant, dialect, endpoint)
        elif endpoint.failing_since:
            merchant.put(endpoint._replace(failing_since=0))
    status = "delivered" if reached else delivery.status
    delivery = delivery._replace(status=status, attempts=(*delivery.attempts, attempt)[-ATTEMPTS_KEPT:])
    if not planned:
        return merchant.put(delivery._replace(extra=max(0, delivery.extra - 1)))
    delivery = delivery._replace(ready=False, tries=delivery.tries + 1, next_at=0)
    wait = None if reached or endpoint is None or event is None else dialect.retry_after(merchant, delivery.tries, event, attempt)
    if wait is None:
        return merchant.put(delivery._replace(status="failed" if status == "pending" else status))
    if wait == 0:  # no timer: it would not ring while the clock is frozen
        return merchant.put(delivery._replace(ready=True))
    # An endpoint that is disabled now may be enabled again by then: `ring` looks.
    due = merchant.now + max(wait, min(attempt.retry_after_s, RETRY_AFTER_S_MAX))
    merchant.arm(delivery, RETRY_TIMER, Trigger.RETRY, due)
    return merchant.put(delivery._replace(next_at=due))


def give_up(merchant: Merchant, delivery_id: str, provider: str) -> Delivery | None:
    """No attempt is due any more: there is nobody to send to, or nothing to send. What is planned for later stays."""
    delivery: Delivery | None = merchant.get(provider, Delivery, delivery_id)
    if delivery is None:
        return None
    failed = delivery.ready and delivery.status == "pending"
    return merchant.put(delivery._replace(status="failed" if failed else delivery.status, ready=False, extra=0))


def _blame(merchant: Merchant, dialect: Dialect, endpoint: Endpoint) -> None:
    """The endpoint failed once more; after days of nothing but failures it is disabled."""
    since = endpoint.failing_since or merchant.now
    patience = dialect.give_up_after(merchant)
    worn_out = bool(patience) and merchant.now - since >= patience
    status = "disabled" if worn_out else endpoint.status
    if since != endpoint.failing_since or status != endpoint.status:
        merchant.put(endpoint._replace(failing_since=since, status=status))


def ring(merchant: Merchant, delivery: Delivery) -> None:
    """A planned retry is due, unless its endpoint is gone or disabled: those get no further attempts."""
    if reachable(merchant, delivery.provider, delivery.endpoint_id):
        merchant.put(delivery._replace(ready=True, next_at=0))
    else:
        status = "failed" if delivery.status == "pending" else delivery.status
        merchant.put(delivery._replace(status=status, ready=False, next_at=0))
