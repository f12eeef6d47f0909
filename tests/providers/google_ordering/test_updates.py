"""The refund table: one test a rule, named by it, through the very call that partners make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest

from sandbox.core.clock import iso
from sandbox.providers.google_ordering.updates import RULES, Case, Said, decide
from tests.contract.trace import everything
from tests.example import restaurant
from tests.example.restaurant import rupees
from tests.providers.google_ordering.kitchen import TOTAL, Kitchen

Step = tuple[str | None, int | None]  # state, new total in rupees
UPDATED, SETTLED = "ordering.order.updated", "ordering.refund.settled"


class Row(NamedTuple):
    """An update after others; `refund` in rupees."""

    name: str
    before: Sequence[Step]
    update: Step
    rule: str
    outcome: str
    refund: int
    state: str
    events: Sequence[str] = ()
    settings: dict[str, Any] = {}
    first: str = "CONFIRMED"  # what the submitted order is answered


DONE: Sequence[Step] = (("FULFILLED", None),)
OFF: Sequence[Step] = (("CANCELLED", None),)
ROWS = (
    Row("U1", [], ("IN_PREPARATION", None), "U1", "applied", 0, "IN_PREPARATION", [UPDATED]),
    Row("U1-created", [], ("CONFIRMED", None), "U1", "applied", 0, "CONFIRMED", [UPDATED], first="CREATED"),
    Row("U1-skipping", [], ("FULFILLED", None), "U1", "applied", 0, "FULFILLED", [UPDATED]),
    Row("U2", [], (None, 285), "U2", "applied", 0, "CONFIRMED"),
    Row("U2-with-state", [], ("IN_TRANSIT", 285), "U2", "applied", 0, "IN_TRANSIT", [UPDATED]),
    Row("U3", [], (None, 250), "U3", "applied", 35, "CONFIRMED", [UPDATED, SETTLED]),
    Row("U3-with-state", [], ("IN_PREPARATION", 250), "U3", "applied", 35, "IN_PREPARATION", [UPDATED, SETTLED]),
    Row("U3-and-fulfilled", [], ("FULFILLED", 250), "U3", "applied", 35, "FULFILLED", [UPDATED, SETTLED]),
    Row("U4", [], (None, 286), "U4", "rejected", 0, "CONFIRMED"),
    Row("U4-state-too", [], ("IN_TRANSIT", 300), "U4", "rejected", 0, "CONFIRMED"),
    Row("U4-after-decrease", [(None, 200)], (None, 300), "U4", "rejected", 0, "CONFIRMED"),
    Row("U5", [(None, 200)], ("IN_PREPARATION", 240), "U5", "rejected", 0, "CONFIRMED"),
    Row("U5-to-the-original", [(None, 200)], (None, 285), "U5", "rejected", 0, "CONFIRMED"),
    Row("U5-accepted", [(None, 200)], (None, 240), "U5", "applied", 0, "CONFIRMED", [UPDATED],
        {"accept_raise_below_original": True}),
    Row("U6-cancelled", [], ("CANCELLED", None), "U6", "applied", 285, "CANCELLED", [UPDATED, SETTLED]),
    Row("U6-rejected", [], ("REJECTED", None), "U6", "applied", 285, "REJECTED", [UPDATED, SETTLED]),
    Row("U6-created", [], ("REJECTED", None), "U6", "applied", 285, "REJECTED", [UPDATED, SETTLED], first="CREATED"),
    Row("U6-rejected-in-transit", [("IN_TRANSIT", None)], ("REJECTED", None), "U6", "applied", 285, "REJECTED", [UPDATED, SETTLED]),
    Row("U6-same-price", [], ("CANCELLED", 285), "U6", "applied", 285, "CANCELLED", [UPDATED, SETTLED]),
    Row("U7", [], ("CANCELLED", 250), "U7", "applied", 285, "CANCELLED", [UPDATED, SETTLED]),
    Row("U7-after-decrease", [(None, 200)], ("REJECTED", 150), "U7", "applied", 200, "REJECTED", [UPDATED, SETTLED]),
    Row("U8", [], ("CANCELLED", 300), "U8", "applied", 285, "CANCELLED", [UPDATED, SETTLED]),
    Row("U9", [(None, 250)], ("CANCELLED", None), "U9", "applied", 250, "CANCELLED", [UPDATED, SETTLED]),
    Row("U10", [(None, 250)], ("IN_PREPARATION", 200), "U10", "applied", 50, "IN_PREPARATION", [UPDATED, SETTLED]),
    Row("U12", [("IN_PREPARATION", 250)], ("IN_PREPARATION", 250), "U12", "no_change", 0, "IN_PREPARATION"),
    Row("U12-state-alone", [], ("CONFIRMED", None), "U12", "no_change", 0, "CONFIRMED"),
    Row("U12-nothing", [], (None, None), "U12", "no_change", 0, "CONFIRMED"),
    Row("U12-fulfilled", DONE, ("FULFILLED", 285), "U12", "no_change", 0, "FULFILLED"),
    Row("U12-fulfilled-nothing", DONE, (None, None), "U12", "no_change", 0, "FULFILLED"),
    Row("U13", OFF, ("CANCELLED", None), "U13", "no_change", 0, "CANCELLED"),
    Row("U13-any-price", OFF, ("CANCELLED", 100), "U13", "no_change", 0, "CANCELLED"),
    Row("U13-no-state", OFF, (None, 285), "U13", "no_change", 0, "CANCELLED"),
    Row("U14-other-word", OFF, ("REJECTED", None), "U14", "rejected", 0, "CANCELLED"),
    Row("U14-price", OFF, (None, 200), "U14", "rejected", 0, "CANCELLED"),
    Row("U14-state", [("REJECTED", None)], ("CONFIRMED", None), "U14", "rejected", 0, "REJECTED"),
    Row("U14-higher", OFF, (None, 400), "U14", "rejected", 0, "CANCELLED"),
    Row("U15", DONE, ("CANCELLED", None), "U15", "rejected", 0, "FULFILLED"),
    Row("U15-rejected", DONE, ("REJECTED", 100), "U15", "rejected", 0, "FULFILLED"),
    Row("U15-whatever-is-set", DONE, ("CANCELLED", None), "U15", "rejected", 0, "FULFILLED", (), {"allow_refund_after_fulfilled": True}),
    Row("U16", DONE, (None, 250), "U16", "rejected", 0, "FULFILLED"),
    Row("U16-allowed", DONE, ("FULFILLED", 250), "U16", "applied", 35, "FULFILLED", [UPDATED, SETTLED],
        {"allow_refund_after_fulfilled": True}),
    Row("U4-fulfilled", DONE, (None, 300), "U4", "rejected", 0, "FULFILLED"),
    Row("U5-fulfilled", [("FULFILLED", 200)], (None, 250), "U5", "rejected", 0, "FULFILLED"),
    Row("U17-backwards", [("IN_TRANSIT", None)], ("CONFIRMED", None), "U17", "rejected", 0, "IN_TRANSIT"),
    Row("U17-price-too", [("IN_TRANSIT", None)], ("IN_PREPARATION", 250), "U17", "rejected", 0, "IN_TRANSIT"),
    Row("U17-fulfilled", DONE, ("IN_TRANSIT", None), "U17", "rejected", 0, "FULFILLED"),
    Row("U17-not-of-food", [], ("RETURNED", None), "U17", "rejected", 0, "CONFIRMED"),
    Row("U17-undecided", [], ("IN_PREPARATION", None), "U17", "rejected", 0, "CREATED", first="CREATED"),
    Row("U21", [], ("IN_PREPARATION", 0), "U21", "applied", 285, "IN_PREPARATION", [UPDATED, SETTLED]),
    Row("U21-then-cancelled", [(None, 0)], ("CANCELLED", None), "U9", "applied", 0, "CANCELLED", [UPDATED]),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_rule(row: Row) -> None:
    """The answer, the decision, the money, the state and every event; a refused update has changed nothing but the list of decisions."""
    kitchen = Kitchen(row.first, **row.settings)
    order = kitchen.order()
    for state, total in row.before:
        assert kitchen.update(order, state, total).status == 200
    before, moved, events = kitchen.shown(order), sum(kitchen.refunds(order)), len(kitchen.types())
    answer = kitchen.update(order, *row.update)
    after = kitchen.shown(order)
    decision = after["updates"][-1]
    assert (decision["rule"], decision["outcome"], decision["refund"]) == (row.rule, row.outcome, row.refund * 100)
    assert sum(kitchen.refunds(order)) - moved == row.refund * 100
    assert len(kitchen.refunds(order)) <= len(row.before) + 1
    assert after["state"] == row.state
    assert (after["captured"], after["net"]) == (TOTAL, TOTAL - sum(kitchen.refunds(order)))
    assert kitchen.money() == after["net"]
    assert kitchen.types(events) == list(row.events)
    if row.outcome == "rejected":
        assert (answer.status, answer.error["status"]) == (400, "INVALID_ARGUMENT")
        assert f"Rule {row.rule}" in answer.error["message"]
        assert {**after, "updates": before["updates"], "warnings": []} == {**before, "warnings": []}
    else:
        assert (answer.status, answer.body) == (200, {})
    kitchen.close()


def test_every_rule_has_its_test() -> None:
    """Of these, and of those below that need more than a state and a total."""
    told = {row.rule for row in ROWS} | {"U11", "U18", "U19", "U20", "X1"}
    assert {rule.number for rule in RULES} == told


def test_the_numbers_of_the_reference_in_one_order(kitchen: Kitchen) -> None:
    """285 charged; 250, again, 200, 240, cancelled: refunds of 35, nothing, 50, refused, 200: the whole charge."""
    order = kitchen.order()
    at = kitchen.at()
    answers = [
        kitchen.update(order, None, 250, at), kitchen.update(order, None, 250, at), kitchen.update(order, None, 200),
        kitchen.update(order, None, 240), kitchen.update(order, "CANCELLED"),
    ]  # fmt: skip
    assert [answer.status for answer in answers] == [200, 200, 200, 400, 200]
    assert kitchen.rules(order) == ["U3", "U11", "U10", "U5", "U9"]
    assert kitchen.refunds(order) == [3_500, 5_000, 20_000]
    assert kitchen.money() == 0


def test_full_beats_partial_in_one_posting(kitchen: Kitchen) -> None:
    order = kitchen.order()
    kitchen.update(order, "CANCELLED", 250)
    assert kitchen.refunds(order) == [TOTAL]
    assert kitchen.shown(order)["total"] == TOTAL


def test_u11_an_exact_repeat_is_answered_alike(kitchen: Kitchen) -> None:
    """In either spelling of its keys; it is known after other updates too, and after the order is final."""
    order = kitchen.order()
    at = kitchen.at()
    first = kitchen.update(order, "IN_PREPARATION", 250, at)
    kitchen.update(order, "CANCELLED")
    before, events = kitchen.money(), len(kitchen.types())
    again = kitchen.update(order, "IN_PREPARATION", 250, at)
    snake = {
        "action_order_id": order["action_order_id"], "update_time": at,
        "order_management_actions": [
            {"type": "CUSTOMER_SERVICE", "button": {"title": "Help", "open_url_action": {"url": "mailto:help@example.test"}}}
        ],
        "order_state": {"state": "IN_PREPARATION", "label": "In preparation"},
        "total_price": {"type": "ACTUAL", "amount": {"currency_code": "INR", "units": "250", "nanos": 0}},
    }  # fmt: skip
    spelled = kitchen.push({"is_in_sandbox": True, "custom_push_message": {"order_update": snake}})
    assert [(a.status, a.body) for a in (first, again, spelled)] == [(200, {})] * 3
    assert kitchen.rules(order) == ["U3", "U9", "U11", "U11"]
    assert (kitchen.money(), len(kitchen.types())) == (before, events)


def test_u11_a_refused_update_is_refused_again(kitchen: Kitchen) -> None:
    order = kitchen.order()
    at = kitchen.at()
    assert [kitchen.update(order, None, 300, at).status for _ in range(2)] == [400, 400]
    assert kitchen.rules(order) == ["U4", "U4"]


@pytest.mark.parametrize(
    ("update", "rule", "outcome", "refund"),
    [
        (("FULFILLED", 200), "U18", "ignored", 0),
        ((None, 999), "U18", "ignored", 0),
        (("CANCELLED", None), "U9", "applied", 250),
        (("REJECTED", 100), "U7", "applied", 250),
    ],
)
def test_u18_a_late_update_is_ignored_but_a_late_cancel_refunds(
    kitchen: Kitchen, update: Step, rule: str, outcome: str, refund: int
) -> None:
    order = kitchen.order()
    late, now = kitchen.at(), kitchen.at()
    kitchen.update(order, "IN_PREPARATION", 250, now)
    assert kitchen.update(order, *update, at=late).status == 200
    decision = kitchen.shown(order)["updates"][-1]
    assert (decision["rule"], decision["outcome"], decision["refund"]) == (rule, outcome, refund * 100)
    assert kitchen.shown(order)["state"] == ("IN_PREPARATION" if outcome == "ignored" else update[0])


def test_u18_a_late_cancel_does_not_turn_time_back(kitchen: Kitchen) -> None:
    """After it an update of the time between is still stale, and the order final."""
    order = kitchen.order()
    late, between, now = kitchen.at(), kitchen.at(), kitchen.at()
    kitchen.update(order, "IN_PREPARATION", None, now)
    kitchen.update(order, "CANCELLED", None, late)
    kitchen.update(order, None, 100, between)
    assert kitchen.rules(order) == ["U1", "U6", "U18"]


def test_u18_offsets_are_read(kitchen: Kitchen) -> None:
    """Half past ten in India is five in the morning in Greenwich."""
    order = kitchen.order()
    kitchen.update(order, "IN_PREPARATION", None, "2026-01-05T06:00:00Z")
    kitchen.update(order, "IN_TRANSIT", None, "2026-01-05T10:30:00.123456789+05:30")
    kitchen.update(order, "IN_TRANSIT", None, "2026-01-05T11:30:00.000001+05:30")
    assert kitchen.rules(order) == ["U1", "U18", "U1"]


def test_u19_prices_of_lines_move_no_money(kitchen: Kitchen) -> None:
    order = kitchen.order()
    lines = {"li_2": {"reason": "No cheese", "price": rupees(0)}}
    assert kitchen.update(order, "IN_PREPARATION", lineItemUpdates=lines).status == 200
    decision = kitchen.shown(order)["updates"][-1]
    assert (decision["rule"], decision["refund"], decision["state"]) == ("U19", 0, "IN_PREPARATION")
    assert "totalPrice is not there" in decision["warnings"][0]
    assert kitchen.refunds(order) == []


def inr(**amount: Any) -> dict[str, Any]:
    return {"totalPrice": {"type": "ACTUAL", "amount": {"currencyCode": "INR", "units": "200", "nanos": 0, **amount}}}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (inr(currencyCode="USD"), "totalPrice.amount.currencyCode is USD"),
        (inr(currencyCode="inr"), "totalPrice.amount.currencyCode"),
        (inr(units="-200"), "below zero"),
        (inr(units="-0", nanos=-500_000_000), "below zero"),
        (inr(units="200.5"), "totalPrice.amount.units"),
        (inr(units=200.5), "totalPrice.amount.units"),
        (inr(units=True), "totalPrice.amount.units"),
        (inr(units="99999999999999999999"), "totalPrice.amount.units"),
        (inr(nanos=1), "totalPrice.amount.nanos"),
        (inr(nanos=-10_000_000), "totalPrice.amount.nanos"),
        (inr(nanos=1_000_000_000), "totalPrice.amount.nanos"),
        ({"totalPrice": "200"}, "totalPrice"),
        ({"totalPrice": {"type": "FINAL", "amount": {}}}, "totalPrice.type"),
        ({"totalPrice": {"type": "ACTUAL"}}, "totalPrice.amount"),
        ({"updateTime": "yesterday"}, "updateTime"),
        ({"updateTime": "2026-01-05"}, "updateTime"),
        ({"updateTime": "2026-01-05T10:00:00"}, "updateTime"),
        ({"updateTime": 1767603600}, "updateTime"),
        ({"orderState": "FULFILLED"}, "orderState"),
        ({"orderState": {"state": "COOKING", "label": "Cooking"}}, "orderState.state"),
        ({"orderState": {"state": "CANCELLED"}}, "orderState.label"),
        ({"orderState": {"label": "Gone"}}, "orderState"),
        ({"lineItemUpdates": []}, "lineItemUpdates"),
        ({"lineItemUpdates": {"li-1": {}}}, "lineItemUpdates.li-1"),
        ({"lineItemUpdates": {"li-1": {"price": rupees(1)}}}, "lineItemUpdates.li-1.reason"),
        ({"lineItemUpdates": {"li-1": {"price": {}, "reason": "x"}}}, "lineItemUpdates.li-1.price"),
    ],
)  # fmt: skip
def test_u20_what_is_malformed_is_refused_and_named(kitchen: Kitchen, more: dict[str, Any], said: str) -> None:
    """Whatever else the update says, also that the order is cancelled."""
    order = kitchen.order()
    before = kitchen.shown(order)
    answer = kitchen.update(order, "CANCELLED", **more)
    assert (answer.status, answer.error["status"]) == (400, "INVALID_ARGUMENT")
    assert said in answer.error["message"]
    assert kitchen.rules(order) == ["U20"]
    after = kitchen.shown(order)
    assert {**after, "updates": [], "warnings": []} == {**before, "updates": [], "warnings": []}
    assert kitchen.money() == TOTAL


def test_paise_are_refunded_exactly(kitchen: Kitchen) -> None:
    order = kitchen.order()
    kitchen.update(order, totalPrice={"type": "ACTUAL", "amount": {"currencyCode": "INR", "units": 249, "nanos": 990_000_000}})
    assert kitchen.refunds(order) == [3_501]


def test_x1_another_processor_refunds_by_itself() -> None:
    """Google applies the state and moves nothing, whatever the total; the rest of the table stands."""
    kitchen = Kitchen(partner={"webhook_url": "sandbox:partner", "answers": {"gateway": "otherpay"}})
    order = kitchen.order()
    steps: Sequence[Step] = (("IN_PREPARATION", 250), (None, 999), ("CONFIRMED", None), ("CANCELLED", None))
    assert [kitchen.update(order, *step).status for step in steps] == [200, 200, 400, 200]
    assert kitchen.rules(order) == ["X1", "X1", "U17", "X1"]
    shown = kitchen.shown(order)
    assert (shown["state"], shown["captured"], shown["refunded"], shown["processor"]) == ("CANCELLED", 0, 0, "otherpay")
    assert kitchen.merchant.ledger.transfers == []
    kitchen.close()


def test_x2_without_an_update_nothing_is_refunded(kitchen: Kitchen) -> None:
    """However long one waits; the order says so until an update comes."""
    order = kitchen.order()
    kitchen.advance(days=30)
    assert kitchen.refunds(order) == []
    assert kitchen.money() == TOTAL
    assert [text[:2] for text in kitchen.shown(order)["warnings"]] == ["X2"]
    kitchen.update(order, "FULFILLED")
    assert kitchen.shown(order)["warnings"] == []


def test_a_refund_is_settled_after_the_delay_that_is_set() -> None:
    """Decided at once, in the order's books at once; held until then. The control API can settle it before."""
    kitchen = Kitchen(refund_delay_s=3_600)
    order = kitchen.order()
    kitchen.update(order, None, 250)
    kitchen.update(order, None, 200)
    assert (kitchen.shown(order)["refunded"], kitchen.money(), kitchen.money("refunds:pending")) == (8_500, 20_000, 8_500)
    first, second = kitchen.shown(order)["refunds"]
    assert kitchen.control("POST", f"/refunds/{second}/succeed", {})["status"] == "settled"
    assert kitchen.money("refunds:pending") == 3_500
    events = len(kitchen.types())
    assert kitchen.advance(seconds=3_599) == []
    assert kitchen.advance(seconds=1) == ["refund_settles"]
    assert kitchen.types(events) == [SETTLED]
    assert kitchen.money("refunds:pending") == 0
    assert kitchen.control("POST", f"/refunds/{first}/fail", {}).status == 422
    kitchen.close()


@pytest.mark.parametrize(("strict", "status"), [(False, 200), (True, 400)])
def test_what_a_confirmation_lacks_is_missed_or_demanded(strict: bool, status: int) -> None:
    kitchen = Kitchen("CREATED", strict=strict)
    order = kitchen.order()
    bare = {
        "actionOrderId": order["action_order_id"], "updateTime": kitchen.at(), "orderState": {"state": "CONFIRMED", "label": "Accepted"},
    }  # fmt: skip
    assert kitchen.send(bare).status == status
    decision = kitchen.shown(order)["updates"][-1]
    said = " ".join([*decision["warnings"], decision["message"] or ""])
    for what in ("CUSTOMER_SERVICE", "userVisibleOrderId", "estimatedFulfillmentTimeIso8601"):
        assert what in said
    assert kitchen.update(order, "CONFIRMED").status == 200
    assert kitchen.shown(order)["updates"][-1]["warnings"] == []
    kitchen.close()


def test_users_are_told_once_of_an_end(kitchen: Kitchen) -> None:
    order = kitchen.order()
    for state in ("IN_PREPARATION", "FULFILLED", "FULFILLED"):
        kitchen.update(order, state)
    assert [row["notified"] for row in kitchen.shown(order)["updates"]] == [False, False, True, False]


def test_every_case_is_decided_by_some_rule() -> None:
    """The last rule takes what no other takes, and takes no money: so there is no gap."""
    said = Said("d", state="IN_TRANSIT")
    case = Case(said, "CONFIRMED", 1, 1, 1, False, False, False, True, True, False, False)
    assert decide(case).rule == "U1"
    assert decide(case).refund == 0


def test_an_order_of_another_partner_is_not_found(kitchen: Kitchen) -> None:
    wanted = {"project_id": "other", "webhook_url": "http://localhost:1/", "jwt": False}
    other = kitchen.control("POST", "/google/ordering/partners", wanted)
    order = kitchen.order()
    before = everything(kitchen.merchant)
    message = {"isInSandbox": True, "customPushMessage": {"orderUpdate": {"actionOrderId": order["action_order_id"]}}}
    answer = kitchen.push(message, other["access_token"])
    assert (answer.status, answer.error) == (404, {"code": 404, "message": "Requested entity was not found.", "status": "NOT_FOUND"})
    assert everything(kitchen.merchant) == before


def test_an_update_without_a_time_is_warned_about(kitchen: Kitchen) -> None:
    order = kitchen.order()
    sent = restaurant.update(order["action_order_id"], "IN_PREPARATION", kitchen.at())
    del sent["updateTime"]
    assert kitchen.send(sent).status == 200
    [*_, decision] = kitchen.shown(order)["updates"]
    assert (decision["outcome"], decision["warnings"]) == ("applied", ["the update lacks updateTime"])


@pytest.mark.parametrize(("ahead_s", "warned"), [(0, 0), (86_400, 0), (86_401, 1)])
def test_an_update_of_more_than_a_day_ahead_is_warned_about(kitchen: Kitchen, ahead_s: int, warned: int) -> None:
    """It is applied all the same."""
    kitchen.freeze()
    order = kitchen.order()
    assert kitchen.update(order, "IN_PREPARATION", at=iso(kitchen.now + ahead_s)).status == 200
    [*_, decision] = kitchen.shown(order)["updates"]
    assert decision["outcome"] == "applied"
    assert ["ahead of the simulated clock" in text for text in decision["warnings"]] == [True] * warned
