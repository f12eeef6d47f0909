"""How a partner's service is pointed at the sandbox, for people."""

from __future__ import annotations

from collections.abc import Sequence


def directions(url: str, host: str, port: str) -> Sequence[str]:
    return (
        "Order with Google: the sandbox is Google, your restaurant's webhook the partner. Orders are refunded by your updates:",
        f"  register  POST {url}/_sandbox/google/ordering/partners?merchant=NAME answers your access_token",
        f"  updates   POST {url}/v2/conversations:send in the place of https://actions.googleapis.com, with that token as Bearer",
        f"  JWT keys  GET {url}/_sandbox/google/jwks?merchant=NAME",
    )
