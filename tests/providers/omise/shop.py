"""Calls of Omise's API in process: the shop of the harness, with Omise's keys and JSON bodies."""

from __future__ import annotations

import base64
import json
from typing import Any

from sandbox.core.records import Event
from tests.harness import Answer, Shop
from tests.providers.omise.samples import wrong_event
from tests.providers.omise.shapes import wrong

CARD = {"name": "Somchai Prasert", "expiration_month": 12, "expiration_year": 2034, "security_code": "123"}
VISA, MASTERCARD, JCB = "4242424242424242", "5555555555554444", "3530111333300000"


def basic(key: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


class Till(Shop):
    """One merchant's Omise account.

    Every answer is held against the recorded shapes, unless `as_recorded` is set to False: for older versions, and for what a
    setting adds.
    """

    as_recorded = True

    def omise(
        self, method: str, path: str, params: dict[str, Any] | None = None, key: str = "", version: str = "", **options: Any
    ) -> Answer:
        """One call; `params` go as JSON, also with a GET, as the python library sends them."""
        headers = {"authorization": basic(key or f"skey_test_{self.name}"), **options.pop("headers", {})}
        if version:
            headers["omise-version"] = version
        if params is not None and not {"content", "files", "data"} & set(options):
            options["content"] = json.dumps(params)
            headers.setdefault("content-type", "application/json")
        response = self.run(self._client.request(method, path, headers=headers, **options))
        is_json = response.headers.get("content-type", "").startswith("application/json")
        body = response.json() if is_json else response.content
        if is_json and self.as_recorded and version in ("", "2019-05-29"):
            violations = wrong(body)
            assert not violations, "\n".join(violations)
        return Answer(response.status_code, body, response.headers)

    def ok(self, method: str, path: str, params: dict[str, Any] | None = None, **options: Any) -> Any:
        """The same for a call that must succeed, which at Omise always is status 200."""
        answer = self.omise(method, path, params, **options)
        assert answer.status == 200, answer.body
        return answer.body

    def close(self) -> None:
        """The shop is gone, and every event that it ever froze was in the recorded shape."""
        super().close()
        if self.as_recorded:
            merchant = self.merchant
            frozen = [event for event in merchant.store.all(Event) if event.provider == "omise"]
            envelope = merchant.dialects["omise"].envelope
            violations = [line for event in frozen for line in wrong_event(json.loads(envelope(merchant, event)))]
            assert not violations, "\n".join(violations)

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Answer:
        """A call of the control API with the Omise key."""
        headers = {"authorization": basic(f"skey_test_{self.name}"), "content-type": "application/json"}
        content = json.dumps(body or {}) if method == "POST" else None
        response = self.run(self._client.request(method, f"/_sandbox/{path}", headers=headers, content=content))
        return Answer(response.status_code, response.json(), response.headers)

    def token(self, number: str = VISA, **card: Any) -> str:
        return str(self.ok("POST", "/tokens", {"card": {**CARD, "number": number, **card}}, key=f"pkey_test_{self.name}")["id"])

    def charge(self, amount: int = 100_000, number: str = VISA, currency: str = "thb", **params: Any) -> Any:
        return self.ok("POST", "/charges", {"amount": amount, "currency": currency, "card": self.token(number), **params})

    def dispute(self, amount: int = 100_000) -> Any:
        """A dispute opened by the test-mode call on a fresh charge."""
        return self.ok("POST", f"/charges/{self.charge(amount)['id']}/disputes")

    def keys(self, since: int = 0) -> list[str]:
        """Keys of all Omise events, oldest first."""
        return [event.type for event in self.merchant.store.all(Event) if event.provider == "omise"][since:]

    def money(self, account: str = "merchant:available", currency: str = "thb") -> int:
        return self.balance(account, currency, "omise")
