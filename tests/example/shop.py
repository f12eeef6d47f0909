"""The worked example: a shop's webhook handler, with Starlette and the official SDK, right or with one bug of its choice.

It refunds what the issuer warns of, and answers disputes with evidence. `python tests/example/shop.py acts_twice` serves it.
"""

from __future__ import annotations

import argparse
import threading
from collections.abc import Callable
from typing import Any

import requests
import stripe
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

SECRET = "whsec_test"
DAY_S = 86_400
BUGS = {
    "acts_twice": "knows neither the events that it has seen nor idempotency keys",
    "refunds_disputed": "refunds a disputed charge, to make peace: the cardholder is paid twice",
    "answers_late": "puts its work on a list, and works that off with the first webhook of a later day",
    "trusts_order": "cancels a payment whose beginning it has not heard of",
    "answers_500": "does its work, then fails",
    "forgets_keys": "tries again under another idempotency key",
    "sleeps": "answers 200 and does nothing",
}


class Shop:
    """Takes events and acts at the API.

    Args:
        api: where the SDK finds Stripe.
        bug: one of BUGS; empty: it does right.
    """

    def __init__(self, api: str, bug: str = "", key: str = "sk_test_scenario") -> None:
        assert not bug or bug in BUGS
        self.bug = bug
        self.http = requests.Session()
        sockets = stripe.RequestsClient(timeout=20, session=self.http)
        retries = 0 if bug == "forgets_keys" else 2  # the SDK's own retries keep the key
        self.client = stripe.StripeClient(key, base_addresses={"api": api}, http_client=sockets, max_network_retries=retries)
        self.lock = threading.Lock()
        self.seen: set[str] = set()
        self.started: set[str] = set()  # payments whose beginning was heard of
        self.list: list[tuple[int, Callable[[], object]]] = []  # the day, and what is to be done

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/webhooks", self.webhook, methods=["POST"])])

    async def webhook(self, request: Request) -> Response:
        try:
            event = stripe.Webhook.construct_event(await request.body(), request.headers.get("stripe-signature", ""), SECRET)
        except (ValueError, stripe.SignatureVerificationError):
            return Response(status_code=400)
        await run_in_threadpool(self.take, event)
        return Response(status_code=500 if self.bug == "answers_500" else 200)

    def take(self, event: stripe.Event) -> None:
        """Everything that an event asks for, once."""
        with self.lock:
            if event.id in self.seen and self.bug != "acts_twice":
                return
            self.seen.add(event.id)
        if self.bug == "answers_late":
            self.catch_up(event.created // DAY_S)
        work = self.work(event)
        if work is None or self.bug == "sleeps":
            return
        if self.bug == "answers_late":
            self.list.append((event.created // DAY_S, work))
        else:
            work()

    def catch_up(self, today: int) -> None:
        """The work of earlier days is done."""
        due = [work for day, work in self.list if day < today]
        self.list = [row for row in self.list if row[0] >= today]
        for work in due:
            work()

    def work(self, event: stripe.Event) -> Callable[[], object] | None:
        """What an event asks for; None: nothing."""
        shown: Any = event.data.object
        if event.type == "radar.early_fraud_warning.created" or (event.type == "charge.dispute.created" and self.bug == "refunds_disputed"):
            return lambda: self.write(self.client.v1.refunds.create, {"charge": shown.charge}, event.id)
        if event.type == "charge.dispute.created":
            evidence = {"evidence": {"uncategorized_text": "We sent it."}}
            return lambda: self.write(self.client.v1.disputes.update, evidence, event.id, shown.id)
        if self.bug == "trusts_order" and event.type == "payment_intent.created":
            self.started.add(shown.id)
        elif self.bug == "trusts_order" and event.type == "charge.succeeded" and shown.payment_intent not in self.started:
            return lambda: self.write(self.client.v1.payment_intents.cancel, {}, event.id, shown.payment_intent)
        return None

    def write(self, call: Callable[..., object], params: dict[str, Any], key: str, *path: str) -> None:
        """One call of the API, tried again if no answer came; what is refused stays refused."""
        options = {} if self.bug in ("acts_twice", "forgets_keys") else {"idempotency_key": key}  # without: the SDK makes one a call
        for _ in range(2 if self.bug == "forgets_keys" else 1):
            try:
                call(*path, params, options)
                return
            except stripe.APIConnectionError:
                continue
            except stripe.StripeError:
                return


def main() -> None:
    import uvicorn

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bug", nargs="?", default="", choices=["", *BUGS])
    parser.add_argument("--api", default="http://127.0.0.1:12111")
    parser.add_argument("--port", type=int, default=8000)
    said = parser.parse_args()
    uvicorn.run(Shop(said.api, said.bug).app(), port=said.port, log_level="warning")


if __name__ == "__main__":
    main()
