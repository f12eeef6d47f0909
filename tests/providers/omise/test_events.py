"""`/events` and webhooks: what is sent, when, signed how, and how often."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.core.records import Delivery, Endpoint, Event
from sandbox.providers.omise import PROVIDER
from sandbox.providers.omise.events import DRAFT_NAMES, NAMES, retry_after, signature
from sandbox.providers.omise.versions import older
from tests.harness import START
from tests.providers.omise.shop import Till

INBOX = "sandbox:inbox"


def inbox(till: Till) -> list[dict[str, Any]]:
    till.advance()
    return till.control("GET", "inbox")["data"]  # type: ignore[no-any-return]


def listen(till: Till, url: str = INBOX, **more: Any) -> Any:
    made = till.control("POST", "webhook_endpoints", {"provider": "omise", "url": url, **more})
    assert made.status == 200, made.body
    return made.body


def test_signature_is_the_recorded_rule() -> None:
    """The test vector: the secret is decoded from base64 first, the body ends with a line's end."""
    body = b'{"object":"event","id":"evnt_test_000","key":"dispute.create"}\n'
    expected = {
        "bW9jay1wcm92aWRlci1zYW5kYm94LXNlY3JldC0wMDAx": "150abe45c58d44a3ab8d097df4cc2030461daddb6dc02299f847238e9fb8cf2d",
        "bW9jay1wcm92aWRlci1zYW5kYm94LXNlY3JldC0wMDAy": "f1f2060febd230c96064a1e62a680dc89df56e5fd5d5baa86261edab8b17d937",
    }
    assert {secret: signature(secret, body, 1_735_689_600) for secret in expected} == expected


def test_webhook_is_the_event_signed(till: Till) -> None:
    secret = listen(till)["secret"]
    charge = till.charge()
    (parcel,) = inbox(till)
    headers = {name.lower(): value for name, value in parcel["headers"].items()}
    assert headers["content-type"] == "application/json"
    body = parcel["body"].encode()
    signed = headers["omise-signature-timestamp"].encode() + b"." + body
    assert headers["omise-signature"] == hmac.new(b64decode(secret), signed, hashlib.sha256).hexdigest()
    event = json.loads(body)
    assert (event["key"], event["data"], event["webhook_deliveries"]) == ("charge.create", charge, [])
    assert body.endswith(b"\n}\n")


def test_rolled_secret_signs_beside_the_new_one_for_a_day(till: Till) -> None:
    endpoint = listen(till)
    rolled = till.control("POST", f"webhook_endpoints/{endpoint['id']}/roll").body
    kept: Endpoint = next(iter(till.merchant.store.all(Endpoint)))
    for now, secrets in ((START, [rolled["secret"], endpoint["secret"]]), (START + 86_400, [rolled["secret"]])):
        headers = PROVIDER.sign(kept, None, None, b"{}\n", START, now)  # type: ignore[arg-type]
        assert headers["Omise-Signature"] == ",".join(signature(secret, b"{}\n", START) for secret in secrets)


def test_roll_of_the_accounts_secret_reaches_the_endpoints_of_its_charges(till: Till) -> None:
    """Those that were made before the roll sign as the account's own: with the new secret and, for a day, the old one."""
    till.ok("PATCH", "/account", {"webhook_uri": "http://localhost:4242/hook"})
    charge = till.charge(webhook_endpoints=["http://localhost:4242/own"])
    till.advance()
    (row, _) = till.control("GET", "webhook_endpoints")["data"]
    first = till.control("POST", f"webhook_endpoints/{row['id']}/roll")["secret"]
    second = till.control("POST", f"webhook_endpoints/{row['id']}/roll")["secret"]
    for endpoint in till.control("GET", "webhook_endpoints")["data"]:
        assert (endpoint["secret"], endpoint["old_secret_until"]) == (second, START + 86_400)
    till.ok("POST", f"/charges/{charge['id']}/refunds", {"amount": 1_000})
    till.advance()
    heard = till.receiver.heard[2:]
    assert len(heard) == 2
    for one in heard:
        at = int(one.headers["omise-signature-timestamp"])
        assert one.headers["omise-signature"] == ",".join(signature(secret, one.body, at) for secret in (second, first))


def test_endpoint_of_a_charge_made_before_the_accounts_has_its_secret_too(till: Till) -> None:
    """Whoever adds the account's endpoint, whenever it is rolled, and again after it was removed and another one added."""
    till.charge(webhook_endpoints=["http://localhost:4242/own"])
    (own,) = till.control("GET", "webhook_endpoints")["data"]
    assert own["secret"] == ""

    def secrets() -> set[str]:
        return {row["secret"] for row in till.control("GET", "webhook_endpoints")["data"]}

    added = listen(till, "http://localhost:4242/hook")
    assert secrets() == {added["secret"]}
    rolled = till.control("POST", f"webhook_endpoints/{added['id']}/roll")["secret"]
    assert secrets() == {rolled} != {added["secret"]}
    till.ok("PATCH", "/account", {"webhook_uri": None})
    assert secrets() == {rolled}
    other = listen(till, "http://localhost:4242/other")["secret"]
    assert secrets() == {other} != {rolled}


def test_webhook_of_an_endpoint_without_a_secret_is_unsigned(till: Till) -> None:
    """An address that PATCH /account names has none until somebody makes it, as in Omise's dashboard."""
    till.ok("PATCH", "/account", {"webhook_uri": "http://localhost:4242/hook"})
    till.charge(webhook_endpoints=["http://localhost:4242/own"])
    (row, own) = till.control("GET", "webhook_endpoints")["data"]
    assert (row["secret"], own["secret"]) == ("", "")
    till.advance()
    assert [heard.headers["content-type"] for heard in till.receiver.heard] == ["application/json"] * 2
    assert not [name for heard in till.receiver.heard for name in heard.headers if name.startswith("omise-")]
    secret = till.control("POST", f"webhook_endpoints/{row['id']}/roll")["secret"]
    till.charge(webhook_endpoints=["http://localhost:4242/own"])
    till.advance()
    for heard in till.receiver.heard[2:]:
        at = int(heard.headers["omise-signature-timestamp"])
        assert heard.headers["omise-signature"] == signature(secret, heard.body, at)
    assert len(till.receiver.heard) == 4


def test_data_of_an_event_stay_as_they_were(till: Till) -> None:
    """Later reads of the event show the old state."""
    charge = till.charge(capture=False)
    event = till.ok("GET", "/events")["data"][0]
    till.ok("POST", f"/charges/{charge['id']}/capture")
    assert till.ok("GET", f"/events/{event['id']}")["data"] == charge
    assert till.ok("GET", f"/events/{event['id']}")["data"]["paid"] is False


def test_attempts_are_listed_in_the_event(till: Till) -> None:
    listen(till)
    till.charge()
    inbox(till)
    event = till.ok("GET", "/events")["data"][0]
    (delivery,) = event["webhook_deliveries"]
    assert (delivery["uri"], delivery["status"], delivery["key"], delivery["error"]) == (INBOX, 200, "charge.create", None)
    assert delivery["created_at"] == "2026-01-05 09:00:00 UTC"
    assert json.loads(delivery["payload"]) == {**event, "webhook_deliveries": []}


def test_one_attempt_is_made_and_no_more(till: Till) -> None:
    """Retries are not guaranteed, so by default there are none."""
    till.receiver.answer = 500
    listen(till, "http://localhost:4242/hook")
    till.charge()
    assert till.advance(days=30) == []
    (delivery,) = till.merchant.store.all(Delivery)
    assert (delivery.status, delivery.tries) == ("failed", 1)


def test_retry_plan_is_a_setting(open_till: Callable[..., Till]) -> None:
    till = open_till(providers={"omise": {"webhook_retries": "60,300"}})
    till.receiver.answer = 500
    listen(till, "http://localhost:4242/hook")
    till.charge()
    till.advance()
    assert till.advance(seconds=60) == ["webhook_retry"]
    assert till.advance(seconds=300) == ["webhook_retry"]
    assert till.advance(days=1) == []
    (delivery,) = till.merchant.store.all(Delivery)
    assert (delivery.status, [attempt.at - START for attempt in delivery.attempts]) == ("failed", [0, 60, 360])


def test_retry_plan_of_the_draft_page_lasts_a_week(open_till: Callable[..., Till]) -> None:
    """1, 5 and 15 minutes, 1, 3, 6, 12 and 24 hours, then daily until seven days are over."""
    till = open_till(providers={"omise": {"webhook_retries": "draft"}})
    waits = []
    while (wait := retry_after(till.merchant, len(waits) + 1)) is not None:
        waits.append(wait)
    assert waits == [60, 300, 900, 3_600, 10_800, 21_600, 43_200] + [86_400] * 6
    assert 6 * 86_400 < sum(waits) < 7 * 86_400


def test_endpoint_hears_what_it_asked_for(till: Till) -> None:
    listen(till, events=["dispute.create", "dispute.close"])
    dispute = till.dispute()
    till.ok("PATCH", f"/disputes/{dispute['id']}/accept")
    assert [parcel["type"] for parcel in inbox(till)] == ["dispute.create", "dispute.close"]


def test_names_of_the_draft_page_are_never_sent(till: Till) -> None:
    """They are documented as what they stand for, and an endpoint cannot ask for them."""
    assert not set(DRAFT_NAMES) & set(NAMES)
    assert set(DRAFT_NAMES.values()) <= set(NAMES)
    refused = till.control("POST", "webhook_endpoints", {"provider": "omise", "url": INBOX, "events": ["charge.dispute.create"]})
    assert refused.status == 422


def test_both_providers_keep_to_their_own_endpoints(till: Till) -> None:
    listen(till)
    till.control("POST", "webhook_endpoints", {"provider": "stripe", "url": INBOX})
    till.charge()
    till.pay()
    parcels = inbox(till)
    assert {(parcel["provider"], parcel["type"].partition(".")[0]) for parcel in parcels} == {
        ("omise", "charge"), ("stripe", "payment_intent"), ("stripe", "charge"),
    }  # fmt: skip


@pytest.mark.parametrize("version", ["2014-07-27", "2015-11-17", "2017-11-02"])
def test_events_are_written_in_the_accounts_version(version: str, open_till: Callable[..., Till]) -> None:
    """Whatever the request's header says, and never written anew."""
    till = open_till(omise_version=version)
    till.as_recorded = False
    charge = till.ok("POST", "/charges", {"amount": 100_000, "currency": "thb", "card": till.token()}, version="2019-05-29")
    listen(till)
    till.ok("PATCH", f"/charges/{charge['id']}", {"description": "two"}, version="2019-05-29")
    (parcel,) = inbox(till)
    sent = json.loads(parcel["body"])
    assert ("created" in sent, "created_at" in sent, "webhook_deliveries" in sent) == (True, False, False)
    assert (sent["data"]["currency"], "created" in sent["data"]) == ("thb", True)
    stored: Event = next(iter(till.merchant.store.all(Event)))
    assert json.loads(stored.body) == older(charge, version)
