"""What happens in any merchant's life: webhooks are sent again, clocks are set, time goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sandbox.core.records import Delivery
from tests.harness import Answer, Receiver, Shop

S = TypeVar("S", bound=Shop)
Step = Callable[[S, int], Any]


class Moody(Receiver):
    """Answers every third webhook with an error."""

    def __init__(self) -> None:
        super().__init__(lambda _: 500 if len(self.heard) % 3 == 0 else 200)


def nth(shop: Shop, provider: str, kind: type, number: int) -> str:
    """The id of one of a provider's records of a kind; of none, an id that does not exist."""
    ids = list(shop.merchant.store.shelf(provider, kind).rows)
    return ids[number % len(ids)] if ids else "missing"


def tell_google(shop: Shop, method: str, url: str, body: Mapping[str, Any], token: str) -> Answer:
    """A partner's call, with its token."""
    sent = {"content": json.dumps(body).encode(), "headers": {"authorization": f"Bearer {token}"}}
    response = shop.run(shop._client.request(method, url, **sent))
    return Answer(response.status_code, response.json(), response.headers)


def resend(shop: Shop, number: int) -> int:
    """Its answer shows how long attempts really took, which no two lives share."""
    deliveries = [delivery.id for delivery in shop.merchant.store.all(Delivery)]
    chosen = deliveries[number % len(deliveries)] if deliveries else "missing"
    return Shop.control(shop, "POST", f"/deliveries/{chosen}/resend", {"duplicate": 1 + number % 3}).status


def wall(shop: Shop, number: int) -> None:
    shop.wall.now += number * 60


STEPS: Mapping[str, Step[Any]] = {
    "resend": resend,
    "clock": lambda shop, n: Shop.control(shop, "POST", "/clock", {"rate": n % 4}),
    "advance": lambda shop, n: shop.advance(days=n / 8, wait=n % 3 > 0),
    "wall": wall,
}
