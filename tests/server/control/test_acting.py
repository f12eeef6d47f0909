"""What is shown as possible is what would be carried out, and asking leaves no trace."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.core import snapshot
from tests.harness import Shop
from tests.providers.google_bookings.venue import Venue, deposit
from tests.providers.google_ordering.kitchen import Kitchen
from tests.providers.omise.shop import VISA, Till


def possible(shown: Any) -> list[str]:
    return sorted(name for name, act in shown["actions"].items() if act["possible"])


def of_payment(shop: Shop, key: str) -> Any:
    return shop.control("GET", f"/payments/{key}").body


EVERYTHING = ["dispute", "dispute_part", "early_fraud_warning", "inquiry", "refund", "refund_part"]


def test_a_paid_payment_can_be_refunded_disputed_and_warned_of(shop: Shop) -> None:
    shown = of_payment(shop, shop.pay()["id"])
    assert possible(shown) == EVERYTHING
    assert (shown["actions"]["refund"]["amount"], shown["actions"]["dispute"]["amount"]) == (2000, 2000)
    assert shown["actions"]["three_d_secure"]["code"] == "wrong_status"


def test_what_is_left_is_what_an_act_is_about(shop: Shop) -> None:
    paid = shop.pay()
    shop.control("POST", "/refunds", {"charge": paid["id"], "amount": 500})
    shop.control("POST", "/disputes", {"charge": paid["id"], "amount": 400, "kind": "inquiry"})
    acts = of_payment(shop, paid["id"])["actions"]
    assert (acts["refund"]["amount"], acts["dispute"]["amount"]) == (1500, 1100)


def test_a_payment_that_nobody_confirmed_can_do_nothing_yet(shop: Shop) -> None:
    made = shop.post("/v1/payment_intents", {"amount": 900, "currency": "usd"})
    shown = of_payment(shop, made["id"])
    assert possible(shown) == []
    assert shown["actions"]["refund"]["message"] == f"Payment {made['id']} was never confirmed, so there is no charge: confirm it first."


def test_a_cardholder_is_awaited(shop: Shop) -> None:
    made = shop.pay("pm_card_authenticationRequired", return_url="https://shop.example")
    assert possible(of_payment(shop, made["id"])) == ["three_d_secure"]


def test_a_disputed_payment_is_not_refunded_and_says_why(shop: Shop) -> None:
    paid = shop.pay()
    shop.control("POST", "/disputes", {"charge": paid["id"]})
    shown = of_payment(shop, paid["id"])
    assert possible(shown) == ["early_fraud_warning"]
    refused = shop.control("POST", "/refunds", {"charge": paid["id"]}).error
    assert (shown["actions"]["refund"]["code"], shown["actions"]["refund"]["message"]) == (refused["code"], refused["message"])


STORY = [
    ({}, [], ["accept", "evidence", "files", "lose", "submit", "win"]),
    ({}, ["submit"], ["accept", "lose", "win"]),
    ({}, ["lose"], ["win"]),
    ({}, ["win"], []),
    ({"kind": "inquiry"}, [], ["accept", "escalate", "evidence", "files", "submit", "win"]),
]


@pytest.mark.parametrize(("how", "done", "left"), STORY)
def test_a_dispute_shows_what_both_sides_may_do(shop: Shop, how: dict[str, Any], done: list[str], left: list[str]) -> None:
    made = shop.control("POST", "/disputes", {"charge": shop.pay()["id"], **how}).body
    for step in done:
        assert shop.control("POST", f"/disputes/{made['id']}/{step}").status == 200
    shown = shop.control("GET", f"/disputes/{made['id']}").body
    assert possible(shown) == left
    for name in ("win", "lose", "escalate", "submit", "accept"):
        if name not in left:
            assert shop.control("POST", f"/disputes/{made['id']}/{name}").error["message"] == shown["actions"][name]["message"]


def test_a_refund_shows_whether_it_can_still_settle_or_fail(shop: Shop) -> None:
    paid = shop.pay("pm_card_pendingRefund")
    shop.control("POST", "/refunds", {"charge": paid["id"]})
    parts = {part["kind"]: part for part in of_payment(shop, paid["id"])["parts"]}
    assert possible(parts["Refund"]) == ["fail", "succeed"]


def test_what_omise_cannot_do_is_said_in_its_own_words() -> None:
    till = Till()
    charge = till.charge(number=VISA)
    acts = till.control("GET", f"payments/{charge['id']}")["actions"]
    assert sorted(name for name, act in acts.items() if act["possible"]) == ["dispute", "refund", "refund_part"]
    assert acts["inquiry"]["code"] == "out_of_reach"
    assert "Omise has no inquiries" in acts["inquiry"]["message"]
    assert "Omise has no partial disputes" in acts["dispute_part"]["message"]
    till.close()


def test_an_order_s_parts_are_there_once_and_only_its_partner_refunds_it() -> None:
    """An order of Google's is a payment that itself belongs to a charge."""
    kitchen = Kitchen()
    kitchen.submit(kitchen.checkout().body)
    (row,) = kitchen.control("GET", "/payments")["data"]
    shown = of_payment(kitchen, row["id"])
    assert [part["kind"] for part in shown["parts"]] == ["Order", "Charge", "Checkout"]
    assert possible(shown) == []
    assert "Only the partner starts a refund" in shown["actions"]["refund"]["message"]
    kitchen.close()


def test_a_booking_is_a_payment_like_any_other() -> None:
    venue = Venue()
    venue.offer({"deposit": deposit(40)})
    booking = venue.book()
    rows = venue.control("GET", "/payments")["data"]
    shown = of_payment(venue, rows[0]["id"])
    assert (len(rows), rows[0]["amount"]) == (1, 4_000)
    assert [part["id"] for part in shown["parts"]] == [booking["id"], booking["postings"][0]["id"]]
    assert {act["code"] for act in shown["actions"].values() if not act["possible"]} == {"out_of_reach"}
    venue.close()


def test_asking_leaves_no_trace(shop: Shop) -> None:
    """Not a record, an event, a timer, a transfer or a serial; so the ids of what comes next are the same."""
    shop.freeze()
    shop.hear()
    paid = shop.pay()
    made = shop.control("POST", "/disputes", {"charge": paid["id"], "amount": 500}).body
    shop.settle()
    before = snapshot.dump(shop.merchant), dict(shop.merchant.bodies), list(shop.merchant.ready), shop.merchant.serial
    shop.control("GET", f"/payments/{paid['id']}")
    shop.control("GET", f"/disputes/{made['id']}")
    assert (snapshot.dump(shop.merchant), dict(shop.merchant.bodies), list(shop.merchant.ready), shop.merchant.serial) == before
