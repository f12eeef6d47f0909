"""An order is charged, then submitted: rows S0 to S3, what the partner is sent, and what stands in the books."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from tests.contract.trace import everything
from tests.example import restaurant
from tests.example.restaurant import CHECKOUT, SUBMIT, rupees
from tests.providers.google_ordering.kitchen import TOTAL, Kitchen

ASKED = ["ordering.checkout", "ordering.checkout.ready"]
CHARGED = [*ASKED, "ordering.charge.captured", "ordering.submit"]


def decision(order: Any) -> tuple[str, str, int]:
    (row,) = order["updates"]
    return row["rule"], row["outcome"], row["refund"]


def test_s0_a_declined_card_submits_nothing(kitchen: Kitchen) -> None:
    order = kitchen.order(card="declined")
    assert (order["state"], order["captured"], order["refunded"], order["action_order_id"]) == ("payment_failed", 0, 0, None)
    assert decision(order) == ("S0", "applied", 0)
    assert kitchen.asked == [CHECKOUT]
    assert kitchen.types() == [*ASKED, "ordering.charge.declined", "ordering.order.payment_failed"]
    assert kitchen.merchant.ledger.transfers == []


@pytest.mark.parametrize("state", ["CREATED", "CONFIRMED"])
def test_s1_an_accepted_order_stays_charged(state: str) -> None:
    kitchen = Kitchen(state)
    order = kitchen.order()
    assert (order["state"], order["captured"], order["refunded"], order["net"]) == (state, TOTAL, 0, TOTAL)
    assert decision(order) == ("S1", "applied", 0)
    assert order["action_order_id"] == f"resto-{order['google_order_id']}"
    assert kitchen.types() == [*CHARGED, "ordering.order.updated"]
    assert kitchen.money() == TOTAL
    kitchen.close()


def test_s2_a_rejected_order_is_refunded_whole_at_once() -> None:
    """The partner is not called again."""
    kitchen = Kitchen("REJECTED")
    order = kitchen.order()
    kitchen.advance(days=2)
    assert (order["state"], order["captured"], order["refunded"]) == ("REJECTED", TOTAL, TOTAL)
    assert decision(order) == ("S2", "applied", TOTAL)
    assert kitchen.refunds(order) == [TOTAL]
    assert kitchen.asked == [CHECKOUT, SUBMIT]
    assert kitchen.types() == [*CHARGED, "ordering.order.updated", "ordering.refund.settled"]
    assert kitchen.money() == 0
    kitchen.close()


def state_of(word: Any) -> dict[str, Any]:
    return restaurant.wrapped({"orderUpdate": {"actionOrderId": "resto-1", "orderState": {"state": word, "label": "x"}}})


UNUSABLE: Mapping[str, Any] = {
    "timeout": httpx.ReadTimeout("slow"),
    "refused": httpx.ConnectError("nobody"),
    "status-400": 400,
    "status-500": 500,
    "redirect": httpx.Response(307, headers={"location": "http://localhost:1/"}),
    "no-json": httpx.Response(200, content=b"<html>"),
    "empty": httpx.Response(200, content=b""),
    "no-wrapper": {"orderUpdate": {"actionOrderId": "resto-1", "orderState": {"state": "CONFIRMED"}}},
    "no-update": restaurant.wrapped({}),
    "update-text": restaurant.wrapped({"orderUpdate": "CONFIRMED"}),
    "no-id": restaurant.wrapped({"orderUpdate": {"orderState": {"state": "CONFIRMED", "label": "x"}}}),
    "id-number": restaurant.wrapped({"orderUpdate": {"actionOrderId": 1, "orderState": {"state": "CONFIRMED", "label": "x"}}}),
    "no-state": restaurant.wrapped({"orderUpdate": {"actionOrderId": "resto-1"}}),
    "unknown-state": state_of("COOKING"),
    "later-state": state_of("FULFILLED"),
    "state-list": state_of(["CONFIRMED"]),
}


def submitting(said: Any, **settings: Any) -> Kitchen:
    return Kitchen(says=lambda asked: said if asked["inputs"][0]["intent"] == SUBMIT else None, **settings)


@pytest.mark.parametrize("name", UNUSABLE)
def test_s3_an_answer_that_cannot_be_used_fails_the_order(name: str) -> None:
    """All of it goes back, the decision says why, and the partner is not asked again."""
    kitchen = submitting(UNUSABLE[name])
    order = kitchen.order()
    kitchen.advance(days=2)
    assert (order["state"], order["action_order_id"]) == ("submit_failed", None)
    assert decision(order) == ("S3", "applied", TOTAL)
    assert order["updates"][0]["message"]
    assert kitchen.refunds(order) == [TOTAL]
    assert kitchen.money() == 0
    assert [len(delivery.attempts) for delivery in kitchen.settle()] == [1, 1]
    assert kitchen.types() == [*CHARGED, "ordering.order.submit_failed", "ordering.refund.settled"]
    kitchen.close()


def test_s3_may_keep_the_money() -> None:
    kitchen = submitting(500, refund_on_submit_failure=False)
    order = kitchen.order()
    assert (order["state"], order["net"], decision(order)) == ("submit_failed", TOTAL, ("S3", "applied", 0))
    kitchen.close()


def test_s3_an_order_number_that_another_order_has() -> None:
    """Later updates could not tell the two apart."""
    kitchen = submitting(state_of("CONFIRMED"))
    first, second = kitchen.order(), kitchen.order()
    assert (first["state"], second["state"]) == ("CONFIRMED", "submit_failed")
    assert "another order" in second["updates"][0]["message"]
    assert kitchen.update(first, "CANCELLED").status == 200
    assert kitchen.shown(second)["state"] == "submit_failed"
    kitchen.close()


def test_x1_another_processor_charges_by_itself() -> None:
    """It gets the instrument's token; a rejected order is no business of Google's."""
    kitchen = Kitchen(partner={"webhook_url": "sandbox:partner", "answers": {"gateway": "otherpay", "submit": "REJECTED"}})
    order = kitchen.order()
    assert (order["state"], order["captured"], order["refunded"], order["charge"]) == ("REJECTED", 0, 0, None)
    assert decision(order) == ("S2", "applied", 0)
    payment = submitted(kitchen)["paymentInfo"]
    assert payment["googleProvidedPaymentInstrument"]["instrumentToken"].startswith("tok_")
    assert kitchen.merchant.ledger.transfers == []
    kitchen.close()


def submitted(kitchen: Kitchen) -> Any:
    """The order as the partner was sent it."""
    (row,) = kitchen.control("GET", "/events?type=ordering.submit").body["data"]
    return row["payload"]["inputs"][0]["arguments"][0]["transactionDecisionValue"]["order"]


def test_the_partner_is_sent_the_order_that_it_proposed(kitchen: Kitchen) -> None:
    """With Google's number of digits, the date, and no token of a card that was charged already."""
    order = kitchen.order()
    heard = kitchen.receiver.heard[1].event
    assert heard["inputs"][0]["intent"] == SUBMIT
    sent = heard["inputs"][0]["arguments"][0]["transactionDecisionValue"]["order"]
    assert set(sent) == {"finalOrder", "googleOrderId", "orderDate", "paymentInfo"}
    assert sent["finalOrder"]["totalPrice"] == rupees(285)
    assert sent["googleOrderId"] == order["google_order_id"]
    assert sent["googleOrderId"].isdigit()
    assert sent["orderDate"] == "2026-01-05T09:00:00Z"
    assert sent["paymentInfo"]["paymentType"] == "PAYMENT_CARD"
    assert set(sent["paymentInfo"]["googleProvidedPaymentInstrument"]) == {"billingAddress"}
    assert heard["conversation"] == kitchen.receiver.heard[0].event["conversation"]
    assert heard["isInSandbox"] is True


def test_cash_is_paid_to_the_partner() -> None:
    """The order carries how; Google moves nothing."""
    options = {"actionProvidedOptions": {"paymentType": "ON_FULFILLMENT", "displayName": "Cash"}}

    def says(asked: Mapping[str, Any]) -> Any:
        right = restaurant.answer(asked)
        structured = right["finalResponse"]["richResponse"]["items"][0]["structuredResponse"]
        if "checkoutResponse" in structured:
            structured["checkoutResponse"]["paymentOptions"] = options
        return right

    kitchen = Kitchen(says=says)
    order = kitchen.order()
    assert (order["state"], order["captured"], order["processor"]) == ("CONFIRMED", 0, None)
    assert submitted(kitchen)["paymentInfo"] == {"paymentType": "ON_FULFILLMENT", "displayName": "Cash"}
    assert kitchen.update(order, "CANCELLED").status == 200
    assert kitchen.rules(order) == ["X1"]
    assert kitchen.control("POST", "/refunds", {"charge": order["id"]}).status == 422
    kitchen.close()


def test_a_partner_that_is_live_gets_live_orders() -> None:
    """isInSandbox is what the partner was registered with, and an update in the other mode finds no order."""
    kitchen = Kitchen(partner={"sandbox": False})
    order = kitchen.order()
    assert [heard.event["isInSandbox"] for heard in kitchen.receiver.heard] == [False, False]
    before = everything(kitchen.merchant)
    assert kitchen.update(order, "CANCELLED", sandbox=True).status == 404
    assert everything(kitchen.merchant) == before
    assert kitchen.update(order, "CANCELLED", sandbox=False).status == 200
    kitchen.close()


def test_a_checkout_is_submitted_once(kitchen: Kitchen) -> None:
    checkout = kitchen.checkout().body
    assert kitchen.submit(checkout).status == 200
    before = everything(kitchen.merchant)
    answer = kitchen.submit(checkout)
    assert (answer.status, answer.error["code"]) == (409, "wrong_status")
    assert everything(kitchen.merchant) == before


def test_a_submit_that_is_sent_again_by_hand_changes_nothing(kitchen: Kitchen) -> None:
    """With the same order number: a drill for the partner's own care."""
    order = kitchen.order()
    before = kitchen.shown(order)
    delivery = kitchen.settle()[-1]
    kitchen.control("POST", f"/deliveries/{delivery.id}/resend", {})
    kitchen.settle()
    sent = [heard.event["inputs"][0]["arguments"][0]["transactionDecisionValue"]["order"] for heard in kitchen.receiver.heard[1:]]
    assert [each["googleOrderId"] for each in sent] == [order["google_order_id"]] * 2
    assert kitchen.shown(order) == before
    first = kitchen.settle()[0]
    kitchen.control("POST", f"/deliveries/{first.id}/resend", {})
    assert [(len(row.attempts), row.extra) for row in kitchen.settle()] == [(2, 0), (2, 0)]


def test_what_was_asked_stands_among_the_deliveries(kitchen: Kitchen) -> None:
    """With each attempt and the answer; the books know why each rupee moved."""
    order = kitchen.order()
    kitchen.update(order, "CANCELLED")
    rows = kitchen.control("GET", "/deliveries").body["data"]
    assert [(row["type"], row["status"], row["url"], len(row["attempts"])) for row in rows] == [
        ("ordering.checkout", "delivered", "http://localhost:4242/webhook", 1),
        ("ordering.submit", "delivered", "http://localhost:4242/webhook", 1),
    ]
    shown = kitchen.control("GET", f"/payments/{order['id']}").body
    assert [(row["name"], row["amount"]) for row in shown["timeline"] if row["kind"] == "money"] == [("charge", TOTAL), ("refund", -TOTAL)]
    (refund,) = shown["refunds"]
    assert kitchen.control("GET", f"/payments/{order['charge']}")["id"] == order["id"]
    assert kitchen.control("GET", "/ledger")["transfers"][-1]["cause"] == refund


def test_an_order_s_story_names_the_rule_of_each_update_and_begins_with_the_call_about_the_cart(kitchen: Kitchen) -> None:
    """A row a decision, of updates too that changed nothing or were refused; the checkout is one of its parts."""
    order = kitchen.order()
    for state, total in ((None, 250), (None, 300), ("CANCELLED", None)):
        kitchen.advance(seconds=60)
        kitchen.update(order, state, total)
    shown = kitchen.control("GET", f"/payments/{order['id']}").body
    assert [(row["rule"], row["outcome"], row["says"]) for row in shown["timeline"] if row["kind"] == "rule"] == [
        ("S1", "applied", "CONFIRMED"),
        ("U3", "applied", "total 250.00, refunds 35.00"),
        ("U4", "rejected", f"total 300.00, {kitchen.shown(order)['updates'][2]['message']}"),
        ("U9", "applied", "CANCELLED, refunds 250.00"),
    ]
    assert [(row["type"], len(row["deliveries"])) for row in shown["timeline"] if row["kind"] == "event"] == [
        ("ordering.checkout", 1), ("ordering.checkout.ready", 0), ("ordering.charge.captured", 0), ("ordering.submit", 1),
        ("ordering.order.updated", 0), ("ordering.order.updated", 0), ("ordering.refund.settled", 0), ("ordering.order.updated", 0),
        ("ordering.refund.settled", 0),
    ]  # fmt: skip
    assert [part["kind"] for part in shown["parts"]] == ["Order", "Charge", "Refund", "Refund", "Checkout"]
    assert [row["at"] for row in shown["timeline"]] == sorted(row["at"] for row in shown["timeline"])


def test_an_order_is_found_by_everybody_s_id_of_it(kitchen: Kitchen) -> None:
    """Its own, the partner's, Google's, and that of its charge and its refunds."""
    order = kitchen.order()
    kitchen.update(order, "CANCELLED")
    (refund,) = kitchen.shown(order)["refunds"]
    for key in (order["id"], order["action_order_id"], order["google_order_id"], order["charge"], refund):
        assert kitchen.control("GET", f"/payments/{key}")["id"] == order["id"], key
    for key in (order["action_order_id"], order["google_order_id"]):
        assert kitchen.control("GET", f"/google/ordering/orders/{key}")["id"] == order["id"]
        assert [row["id"] for row in kitchen.control("GET", f"/payments?q={key}")["data"]] == [order["id"]]
    unpaid = kitchen.order(card="declined")
    told = {row["id"]: row["description"] for row in kitchen.control("GET", "/payments")["data"]}
    assert told == {
        order["id"]: f"Order {order['action_order_id']}, Google's {order['google_order_id']}",
        unpaid["id"]: f"Order {unpaid['google_order_id']}",
    }
    assert kitchen.control("GET", "/payments/nobody-s-order").status == 404
    assert kitchen.control("GET", "/google/ordering/orders/nobody-s-order").status == 404


def test_an_id_that_two_partners_gave_finds_neither_order() -> None:
    """Which one is meant nobody can say; their own ids still find them."""

    def same(asked: Mapping[str, Any]) -> Any:
        if asked["inputs"][0]["intent"] != SUBMIT:
            return None
        return restaurant.wrapped({"orderUpdate": restaurant.update("order-7", "CONFIRMED", "2026-01-05T09:00:00Z")})

    kitchen = Kitchen(says=same)
    other = kitchen.control("POST", "/google/ordering/partners", {"project_id": "other", "webhook_url": kitchen.partner["webhook_url"]})
    first = kitchen.order()
    second = kitchen.submit(kitchen.checkout(partner=other["id"])).body
    assert first["action_order_id"] == second["action_order_id"] == "order-7"
    assert kitchen.control("GET", "/payments/order-7").status == 404
    assert kitchen.control("GET", "/google/ordering/orders/order-7").status == 404
    assert [kitchen.control("GET", f"/payments/{order['id']}")["id"] for order in (first, second)] == [first["id"], second["id"]]
    kitchen.close()


def test_what_cannot_be_done_to_an_order_is_said(kitchen: Kitchen) -> None:
    """422, with what to do instead."""
    order = kitchen.order()
    before = everything(kitchen.merchant)
    for path, body in (
        ("/disputes", {"charge": order["id"]}), ("/refunds", {"charge": order["charge"]}),
        ("/early_fraud_warnings", {"charge": order["id"]}), (f"/three_d_secure/{order['id']}/pass", {}),
    ):  # fmt: skip
        answer = kitchen.control("POST", path, body)
        assert (answer.status, answer.error["code"]) == (422, "out_of_reach"), answer.body
    assert everything(kitchen.merchant) == before
    assert "conversations:send" in kitchen.control("POST", "/refunds", {"charge": order["id"]}).error["message"]


def test_a_checkout_that_was_submitted_says_where_to_look(kitchen: Kitchen) -> None:
    """At the checkout: there is no dispute and no payment of that id."""
    checkout = kitchen.checkout()
    kitchen.submit(checkout)
    error = kitchen.submit(checkout).body["error"]
    assert error["code"] == "wrong_status"
    assert error["message"] == (
        f"Checkout {checkout['id']} is submitted, and only a ready one can be submitted. "
        f"GET /_sandbox/google/ordering/checkouts/{checkout['id']} shows where it stands."
    )
