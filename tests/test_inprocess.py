"""`from sandbox import Sandbox`: the same engine and the same members in process, without a port."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import stripe

import sandbox
from sandbox import Sandbox
from sandbox.inprocess import InProcessMerchant
from sandbox.remote import Refused
from tests.harness import DAY, START, Receiver, flat
from tests.serving import environment

HOOK = {"provider": "stripe", "url": "http://localhost:1/hook"}
DISPUTED = ["charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.closed"]


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


async def request(merchant: InProcessMerchant, method: str, path: str, params: dict[str, Any] | None = None) -> Any:
    """One call of Stripe's API over httpx, on an event loop of the test's own."""
    transport = httpx.ASGITransport(app=merchant.app)
    headers = {"authorization": f"Bearer {merchant.stripe_key}"}
    async with httpx.AsyncClient(transport=transport, base_url=merchant.url) as client:
        response = await client.request(method, path, headers=headers, data=dict(flat(params or {})) or None)
    return response.json()


def charge(merchant: InProcessMerchant, amount: int = 2000) -> Any:
    return asyncio.run(request(merchant, "POST", "/v1/charges", {"amount": amount, "currency": "usd", "source": "tok_visa"}))


def test_a_dispute_is_opened_missed_and_lost(box: Sandbox) -> None:
    """The whole road with every member."""
    merchant = box.merchant()
    paid = charge(merchant)
    dispute = merchant.open_dispute(paid["id"], reason="product_not_received", amount=500)
    assert (dispute["status"], dispute["amount"], dispute["reason"]) == ("needs_response", 500, "product_not_received")
    before = merchant.now
    answer = merchant.advance(days=9)
    assert merchant.now - before in (9 * DAY, 9 * DAY + 1)
    assert "charge.dispute.closed" in merchant.events()
    assert set(answer["events"]) <= {event["id"] for event in merchant.events(full=True)}
    assert merchant.events(type="charge.dispute.*") == DISPUTED
    assert merchant.webhooks.types == [event["type"] for event in merchant.events(full=True)]
    assert merchant.balance("available", "usd") == merchant.balance("merchant:available", "USD") == 2000 - 88 - 500 - 1500
    assert merchant.balance("nothing", "usd") == 0
    assert {row["status"] for row in merchant.deliveries()} == {"delivered"}


def test_what_is_disputed_may_be_the_object_itself(box: Sandbox) -> None:
    merchant = box.merchant()
    dispute = merchant.open_dispute(charge(merchant))
    assert merchant.win(dispute)["status"] == "won"
    second = merchant.open_dispute(stripe.Charge.construct_from(charge(merchant), "sk_test_x"))
    assert merchant.lose(second)["status"] == "lost"


def test_merchants_and_sandboxes_see_nothing_of_each_other(box: Sandbox) -> None:
    one, two = box.merchant(), box.merchant()
    charge(one)
    assert (one.name, two.name) == ("merchant_1", "merchant_2")
    assert two.events() == []
    with Sandbox() as other:
        assert other.merchant(one.name).events() == []


def test_the_same_settings_names_and_times_give_the_same_ids() -> None:
    ids = []
    for seed in (1, 1, 2):
        with Sandbox(seed=seed) as box:
            merchant = box.merchant("shop")
            merchant.control("POST", "/clock", {"now": START, "rate": 0})
            ids.append(charge(merchant)["id"])
    assert ids[0] == ids[1] != ids[2]


def test_a_setting_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="profile"):
        Sandbox(profil="network")


def test_what_the_control_api_refuses_is_said_in_its_words(box: Sandbox) -> None:
    with pytest.raises(Refused, match="no charge or payment 'ch_nobody'"):
        box.merchant().open_dispute("ch_nobody")


def test_webhooks_go_to_an_application_in_process_too() -> None:
    receiver = Receiver()
    with Sandbox(transport=receiver) as box:
        merchant = box.merchant()
        merchant.control("POST", "/webhook_endpoints", {**HOOK, "events": ["charge.succeeded"]})
        charge(merchant)
        merchant.settle()
    assert receiver.types == ["charge.succeeded"]


def test_it_works_inside_a_running_event_loop(box: Sandbox) -> None:
    """Plain members and httpx side by side, as an asynchronous test uses them."""
    merchant = box.merchant()

    async def story() -> list[str]:
        paid, other = await asyncio.gather(
            *(request(merchant, "POST", "/v1/charges", {"amount": 500, "currency": "usd", "source": "tok_visa"}) for _ in range(2))
        )
        assert paid["id"] != other["id"]
        merchant.open_dispute(paid)
        return merchant.webhooks.types

    assert asyncio.run(story()).count("charge.dispute.created") == 1


def test_a_wait_ends_with_the_webhook(box: Sandbox) -> None:
    """However patient it is: timers ring by themselves while the test waits."""
    merchant = box.merchant()
    merchant.control("POST", "/clock", {"rate": 1_000_000})
    paid = charge(merchant)
    merchant.open_dispute(paid)
    began = time.perf_counter()
    event = merchant.webhooks.wait_for("charge.dispute.c*", count=2, timeout=100)
    assert event["type"] == "charge.dispute.closed"
    assert time.perf_counter() - began < 90


def test_a_wait_in_vain_says_what_came(box: Sandbox) -> None:
    merchant = box.merchant()
    charge(merchant)
    with pytest.raises(AssertionError, match=r"no refund.created webhook .* what came: \['charge.succeeded'\]"):
        merchant.webhooks.wait_for("refund.created", timeout=0.05)


def test_what_was_heard_can_be_forgotten(box: Sandbox) -> None:
    merchant = box.merchant()
    charge(merchant)
    assert len(merchant.webhooks) == 1
    merchant.webhooks.clear()
    assert list(merchant.webhooks) == []
    charge(merchant)
    assert merchant.webhooks.types == ["charge.succeeded"]
    assert merchant.webhooks[0].provider == "stripe"


def test_faults_strike_and_end(box: Sandbox) -> None:
    merchant = box.merchant()
    merchant.fault("response", "reply_lost", paths=["POST /v1/charges"])
    with pytest.raises(httpx.ReadError):
        charge(merchant)
    assert merchant.events() == ["charge.succeeded"]
    merchant.end_faults()
    assert charge(merchant)["status"] == "succeeded"
    assert "POST /v1/charges  no answer  (reply_lost)" in merchant.timeline()


# One clock


def test_frozen_both_clocks_are_one(box: Sandbox) -> None:
    """Advance either of them and both move; afterwards each runs again."""
    merchant = box.merchant()
    real = time.time()
    with merchant.freeze() as clock:
        start = merchant.now
        assert int(time.time()) == start
        merchant.advance(days=3)
        assert int(time.time()) == merchant.now == start + 3 * DAY
        clock.tick(timedelta(hours=1))
        assert int(time.time()) == merchant.now == start + 3 * DAY + 3600
        clock.move_to(datetime.fromtimestamp(start + 5 * DAY, UTC))
        assert datetime.now(UTC).timestamp() == clock().replace(tzinfo=UTC).timestamp() == merchant.now == start + 5 * DAY
        with pytest.raises(Refused, match="cannot go back"):
            clock.move_to(start)
    assert merchant.now >= start + 5 * DAY
    assert time.time() - real < 3600
    assert merchant.control("GET", "/clock")["rate"] == 1
    assert merchant.control("GET", "/settings")["signature_clock"] == "wall"


def test_frozen_the_library_verifies_signatures_of_another_year(box: Sandbox) -> None:
    """Within its usual tolerance; without the freeze they would be a year too old, or too new."""
    merchant = box.merchant()
    merchant.control("POST", "/clock", {"now": "2031-03-01"})
    with merchant.freeze():
        charge(merchant)
        merchant.advance(days=30)
        charge(merchant)
        *_, last = merchant.webhooks
        event = stripe.Webhook.construct_event(last.body, last.headers["Stripe-Signature"], merchant.webhooks.secret)  # type: ignore[no-untyped-call]
        assert event["created"] == merchant.now
        first = merchant.webhooks[0]
        with pytest.raises(stripe.SignatureVerificationError, match="tolerance"):
            stripe.Webhook.construct_event(first.body, first.headers["Stripe-Signature"], merchant.webhooks.secret)  # type: ignore[no-untyped-call]


def test_frozen_an_application_reacts_at_the_instant_of_the_webhook() -> None:
    """On the way through an advance its clock shows what the event says, not where the advance began or ends."""
    seen = []
    receiver = Receiver(lambda heard: seen.append((heard.event["type"], heard.event["created"], int(time.time()))) or 200)
    with Sandbox(transport=receiver) as box:
        merchant = box.merchant()
        merchant.control("POST", "/webhook_endpoints", {**HOOK, "events": DISPUTED})
        with merchant.freeze():
            merchant.open_dispute(charge(merchant))
            merchant.advance(days=30)
            assert int(time.time()) == merchant.now
    assert [kind for kind, _, _ in seen] == DISPUTED
    assert all(created == clock for _, created, clock in seen)


@pytest.mark.parametrize("until", ["next", "idle"])
def test_frozen_time_goes_on_until_a_timer_or_none(box: Sandbox, until: str) -> None:
    merchant = box.merchant()
    with merchant.freeze():
        merchant.open_dispute(charge(merchant))
        fired = merchant.advance(until=until)["fired"]
        assert len(fired) == 1 if until == "next" else len(fired) > 1
        assert int(time.time()) == merchant.now == fired[-1]["due"]


# The import


def test_the_package_alone_imports_nothing_heavy() -> None:
    """Neither it nor the plugin, which every test session of a project imports."""
    code = (
        "import sys, sandbox, sandbox.pytest_plugin; heavy = {'httpx', 'pydantic', 'starlette', 'uvicorn', 'orjson', 'freezegun', 'yaml'};"
        "print(sorted(heavy & set(sys.modules)), [m for m in sys.modules if m.startswith('sandbox.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True)
    assert done.stdout.strip() == "[] ['sandbox.pytest_plugin']"


def test_what_is_not_there_is_missing_as_anywhere() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Sandbags'"):
        _ = sandbox.Sandbags


def test_a_sandbox_that_nobody_holds_ends_its_thread() -> None:
    box = Sandbox()
    thread = box._engine._thread
    charge(box.merchant())
    del box
    thread.join(10)
    assert not thread.is_alive()
