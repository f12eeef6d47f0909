"""Where a merchant's events go: endpoints added, rolled, switched off and on, removed, whatever provider they belong to.

A provider's own calls and the control API use these same functions inside a unit of work, so both write
one list. What a secret looks like is the provider's word: `Dialect.new_secret`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.core import outbox
from sandbox.core.merchant import Merchant
from sandbox.core.records import NOTHING, Delivery, Details, Endpoint

INBOX = "sandbox:inbox"  # events are kept in process, no HTTP
LISTENER = "sandbox:listener"  # a program that holds a connection to us and is handed its events over that
PARTNER = "sandbox:partner"  # a partner that the provider itself plays, in process: `Dialect.play`
SECRET_OF = "secret_of"  # a detail of an endpoint: the id of the one whose secrets it shares, empty while there is none
OLD_SECRET_S = 86_400  # simulated: how long the secret before the last roll still signs


def add(
    merchant: Merchant,
    provider: str,
    url: str,
    events: Sequence[str] = ("*",),
    secret: str = "",
    description: str | None = None,
    metadata: Details = NOTHING,
    details: Details = NOTHING,
    signed: bool = True,
) -> Endpoint:
    """Events of the provider go to `url` from now on; answers the endpoint, whose `secret` signs them.

    Args:
        secret: empty for a fresh one in the provider's shape.
        signed: False for an endpoint without a secret, until it is rolled.

    Raises:
        Refusal: URL_INVALID, TARGET_REFUSED.
    """
    admit(merchant, url)
    endpoint_id = merchant.new_id(provider, Endpoint)
    made = merchant.put(
        Endpoint(
            endpoint_id, provider, "enabled", merchant.now, url, tuple(events),
            secret or (merchant.dialects[provider].new_secret(merchant) if signed else ""),
            description=description, metadata=metadata, details=details,
        )
    )  # fmt: skip
    if SECRET_OF in details:
        base: Endpoint | None = merchant.get(provider, Endpoint, details[SECRET_OF])
        return share_secret(merchant, made, base) if base is not None else made
    for other in followers(merchant, provider, ""):
        share_secret(merchant, other, made)
    return made


def followers(merchant: Merchant, provider: str, endpoint_id: str) -> list[Endpoint]:
    """Endpoints that share the secrets of this one; of none, those that wait for one to do so."""
    return [one for one in merchant.store.shelf(provider, Endpoint).rows.values() if one.details.get(SECRET_OF) == endpoint_id]


def add_partner(merchant: Merchant, provider: str, url: str, secret: str = "", details: Details = NOTHING) -> Endpoint:
    """A partner can be called at `url` from now on: no event goes there but what `outbox.call` addresses to it.

    Raises:
        Refusal: URL_INVALID, TARGET_REFUSED.
    """
    if url != PARTNER:
        merchant.admit(url)
    endpoint_id = merchant.new_id(provider, Endpoint)
    return merchant.put(Endpoint(endpoint_id, provider, "enabled", merchant.now, url, (), secret, details=details))


def is_partner(endpoint: Endpoint) -> bool:
    """Whether it is a partner's, who is no receiver of webhooks: nobody lists, rolls or removes it as one."""
    return not endpoint.events


def admit(merchant: Merchant, url: str) -> None:
    """An endpoint may have this URL. Raises Refusal URL_INVALID, TARGET_REFUSED."""
    if url != INBOX:
        merchant.admit(url)


def roll(merchant: Merchant, endpoint: Endpoint, secret: str = "", keep_old_s: int = OLD_SECRET_S) -> Endpoint:
    """The endpoint has a new secret; the old one signs beside it for `keep_old_s` seconds, simulated."""
    rolled = merchant.put(
        endpoint._replace(
            secret=secret or merchant.dialects[endpoint.provider].new_secret(merchant),
            old_secret=endpoint.secret,
            old_secret_until=merchant.now + keep_old_s,
        )
    )
    for other in followers(merchant, endpoint.provider, endpoint.id):
        share_secret(merchant, other, rolled)
    return rolled


def share_secret(merchant: Merchant, endpoint: Endpoint, of: Endpoint) -> Endpoint:
    """The endpoint signs with the secrets of another, now and whenever that one's is rolled."""
    return merchant.put(
        endpoint._replace(
            secret=of.secret, old_secret=of.old_secret, old_secret_until=of.old_secret_until,
            details={**endpoint.details, SECRET_OF: of.id},
        )
    )  # fmt: skip


def enable(merchant: Merchant, endpoint: Endpoint) -> Endpoint:
    """New events go there again and planned retries go on; what failed before counts no more against it."""
    return merchant.put(endpoint._replace(status="enabled", failing_since=0))


def disable(merchant: Merchant, endpoint: Endpoint) -> Endpoint:
    """No new event goes there; a retry that comes due while it is disabled is its delivery's last."""
    return merchant.put(endpoint._replace(status="disabled"))


def listener(merchant: Merchant, provider: str, details: Details) -> Endpoint:
    """The endpoint of a listener that says this of itself; one that was here before has its old secret. Nothing is owed to it yet."""
    for endpoint in merchant.store.shelf(provider, Endpoint).rows.values():
        if endpoint.url == LISTENER and endpoint.details == details:
            return endpoint  # type: ignore[no-any-return]
    secret = merchant.dialects[provider].new_secret(merchant)
    return merchant.put(
        Endpoint(merchant.new_id(provider, Endpoint), provider, "disabled", merchant.now, LISTENER, ("*",), secret, details=details)
    )


def attend(merchant: Merchant, endpoint: Endpoint) -> Endpoint:
    """A listener is there: new events go to it, and whatever it was owed and gave no answer to is due now."""
    for delivery in list(merchant.store.shelf(endpoint.provider, Delivery).rows.values()):
        answered = bool(delivery.attempts) and delivery.attempts[-1].code != 0
        if delivery.endpoint_id == endpoint.id and delivery.status != "delivered" and not delivery.ready and not answered:
            merchant.disarm(delivery, outbox.RETRY_TIMER)
            merchant.put(delivery._replace(status="pending", ready=True, next_at=0))
    return enable(merchant, endpoint)


def remove(merchant: Merchant, endpoint: Endpoint) -> None:
    """The endpoint is gone and everything it was still owed has failed; who shared its secrets keeps them until there is another."""
    for delivery in list(merchant.store.shelf(endpoint.provider, Delivery).rows.values()):
        if delivery.endpoint_id == endpoint.id and (delivery.status == "pending" or delivery.ready or delivery.extra):
            merchant.disarm(delivery, outbox.RETRY_TIMER)
            status = "failed" if delivery.status == "pending" else delivery.status
            merchant.put(delivery._replace(status=status, ready=False, extra=0, next_at=0))
    merchant.drop(endpoint)
    for other in followers(merchant, endpoint.provider, endpoint.id):
        merchant.put(other._replace(details={**other.details, SECRET_OF: ""}))


def find(merchant: Merchant, endpoint_id: str) -> Endpoint | None:
    """Any provider's endpoint of that id."""
    for provider in merchant.dialects:
        endpoint: Endpoint | None = merchant.get(provider, Endpoint, endpoint_id)
        if endpoint is not None:
            return endpoint
    return None
