"""Endpoints as both APIs make, roll, switch and remove them."""

from __future__ import annotations

import pytest

from sandbox.core import endpoints
from sandbox.core.errors import Reason, Refusal
from sandbox.core.records import Delivery, Endpoint
from tests.harness import DAY, START, Shop

URL = "http://127.0.0.1:4242/hook"


def test_an_endpoint_is_enabled_and_has_a_secret_of_its_own(shop: Shop) -> None:
    shop.merchant.begin()
    one, two = (endpoints.add(shop.merchant, "stripe", URL) for _ in range(2))
    shop.merchant.commit()
    assert (one.status, one.events, one.created) == ("enabled", ("*",), START)
    assert one.secret != two.secret
    assert endpoints.find(shop.merchant, one.id) == one
    assert endpoints.find(shop.merchant, "we_nobody") is None


def test_a_url_that_nothing_is_sent_to_is_refused_and_the_inbox_is_not(shop: Shop) -> None:
    shop.merchant.begin()
    with pytest.raises(Refusal) as caught:
        endpoints.add(shop.merchant, "stripe", "http://10.0.0.1/")
    assert caught.value.reason is Reason.TARGET_REFUSED
    assert endpoints.add(shop.merchant, "stripe", endpoints.INBOX).url == "sandbox:inbox"
    shop.merchant.commit()


def test_a_roll_keeps_the_old_secret_for_a_day(shop: Shop) -> None:
    shop.merchant.begin()
    one = endpoints.add(shop.merchant, "stripe", URL, secret="whsec_old")
    rolled = endpoints.roll(shop.merchant, one)
    shop.merchant.commit()
    assert (rolled.old_secret, rolled.old_secret_until) == ("whsec_old", START + DAY)
    assert rolled.secret not in ("", "whsec_old")


def test_enabling_forgets_the_failures_before(shop: Shop) -> None:
    shop.merchant.begin()
    one = shop.merchant.put(endpoints.add(shop.merchant, "stripe", URL)._replace(failing_since=START - 5))
    enabled = endpoints.enable(shop.merchant, endpoints.disable(shop.merchant, one))
    shop.merchant.commit()
    assert (enabled.status, enabled.failing_since) == ("enabled", 0)


def test_what_a_removed_endpoint_was_owed_has_failed_and_the_others_go_on(shop: Shop) -> None:
    shop.freeze()
    shop.receiver.answer = 500
    gone, stays = shop.hear("customer.created"), shop.hear("customer.created")
    shop.post("/v1/customers")
    shop.settle()
    merchant = shop.merchant
    merchant.begin()
    endpoints.remove(merchant, merchant.get("stripe", Endpoint, gone["id"]))
    merchant.commit()
    owed = {delivery.endpoint_id: delivery.status for delivery in merchant.store.all(Delivery)}
    assert owed == {gone["id"]: "failed", stays["id"]: "pending"}
    assert [timer.name for timer in merchant.timers] == ["webhook_retry"]
