"""Reviews, Radar's outcomes and links to files, in every state that looks different."""

from __future__ import annotations

from typing import Any

from tests.harness import DAY, Answer, Shop
from tests.snapshots import disputes
from tests.snapshots.payments import Scene, again, charged

ELEVATED = "pm_card_riskLevelElevated"


def review(shop: Shop) -> Any:
    shop.pay(ELEVATED)
    return shop.get("/v1/reviews")["data"][0]


def review_closed(shop: Shop, reason: str = "fraudulent") -> Answer:
    opened = review(shop)
    shop.post("/v1/refunds", {"charge": opened["charge"], "reason": reason})
    return again(shop, "reviews", opened["id"])


def blocked(shop: Shop) -> Answer:
    shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", "payment_method": "pm_card_radarBlock", "confirm": True})
    return shop.get("/v1/charges")["data"][0]


def link(shop: Shop, **params: Any) -> Answer:
    return shop.post("/v1/file_links", {"file": disputes.upload(shop)["id"], **params})


def link_expired(shop: Shop) -> Answer:
    made = link(shop, expires_at=shop.now + DAY)
    shop.advance(days=1)
    return again(shop, "file_links", made["id"])


SCENES: dict[str, Scene] = {
    "review.open": review,
    "review.refunded": review_closed,
    "charge.in_review": lambda shop: charged(shop, ELEVATED),
    "charge.blocked": blocked,
    "file_link.made": lambda shop: link(shop, metadata={"case": "3"}),
    "file_link.expired": link_expired,
    "file.linked": lambda shop: again(shop, "files", link(shop)["file"]),
}
