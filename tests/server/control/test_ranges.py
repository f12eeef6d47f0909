"""A range of the request log, saved afterwards as a scenario that replays."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.server import tape
from tests.harness import Shop
from tests.server.control.test_scenarios import holds, replayed


def ids(shop: Shop) -> list[str]:
    return [row["id"] for row in shop.control("GET", "/requests")["data"] if row["method"] != "GET"]


def saved(shop: Shop, first: str, last: str | None = None, **more: Any) -> Any:
    answer = shop.control("POST", "/record/range", {"first": first, **({"last": last} if last else {}), **more})
    assert answer.status == 200, answer.body
    return answer.body


def expected(text: str) -> list[str]:
    """The events of the file, which its replay has too."""
    verdict = replayed(text)
    holds(verdict)
    (events,) = (check for check in verdict.checks if check.what.startswith("events"))
    assert events.seen == events.expected
    return list(events.seen)


def test_a_range_takes_what_it_builds_upon_and_nothing_else(shop: Shop) -> None:
    """The payment that is refunded stands before the range, another beside it; time between them passes in the replay too."""
    shop.freeze()
    paid = shop.pay(amount=5_000)
    shop.pay(amount=7_777)
    shop.advance(days=2)
    shop.post("/v1/refunds", {"charge": paid["latest_charge"], "amount": 1_000})
    last = ids(shop)[-1]
    shop.pay(amount=8_888)
    made = saved(shop, last, last, name="one-refund", about="A part of it.")
    assert (made["name"], made["provider"], made["left_out"]) == ("one-refund", "stripe", [])
    assert "7777" not in made["yaml"]
    assert "8888" not in made["yaml"]
    assert paid["latest_charge"] not in made["yaml"]
    assert expected(made["yaml"]) == [
        "payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "balance.available", "refund.created", "charge.refunded",
    ]  # fmt: skip


def test_all_of_a_history_replays_to_all_its_events(shop: Shop) -> None:
    """Disputes by card and by hand, decisions and the clock's own doings; without `last` up to now."""
    shop.freeze()
    paid = shop.pay(amount=5_000)
    shop.pay("pm_card_createDispute", amount=7_000)
    (disputed,) = shop.get("/v1/disputes").body["data"]
    shop.post(f"/v1/disputes/{disputed['id']}", {"evidence": {"uncategorized_text": "winning_evidence"}})
    claim = shop.control("POST", "/disputes", {"charge": paid["id"], "amount": 2_000, "reason": "duplicate"}).body
    shop.advance(days=3)
    shop.control("POST", f"/disputes/{claim['id']}/lose")
    made = saved(shop, ids(shop)[0])
    assert made["left_out"] == []
    assert expected(made["yaml"]) == shop.events()


def test_an_object_that_only_an_event_told_of_is_found_again(shop: Shop) -> None:
    """The dispute came of a card; the answer to it is the range, and an earlier payment is none of its business."""
    shop.freeze()
    shop.pay(amount=1_111)
    shop.pay("pm_card_createDispute", amount=7_000)
    (disputed,) = shop.get("/v1/disputes").body["data"]
    shop.post(f"/v1/disputes/{disputed['id']}", {"evidence": {"uncategorized_text": "winning_evidence"}})
    made = saved(shop, ids(shop)[-1])
    assert "1111" not in made["yaml"]
    assert disputed["id"] not in made["yaml"]
    assert "charge.dispute.updated" in expected(made["yaml"])


def test_control_calls_between_two_requests_belong_to_the_range(shop: Shop) -> None:
    shop.freeze()
    paid = shop.pay(amount=5_000)
    shop.control("POST", "/disputes", {"charge": paid["id"], "amount": 2_000})
    shop.pay(amount=300)
    shop.control("POST", "/disputes", {"charge": paid["id"], "amount": 1_000})
    first, last = ids(shop)
    assert expected(saved(shop, first, last)["yaml"]).count("charge.dispute.created") == 1
    assert expected(saved(shop, first)["yaml"]).count("charge.dispute.created") == 2
    assert "charge.dispute.created" not in expected(saved(shop, first, first)["yaml"])


def test_saving_leaves_no_trace(shop: Shop) -> None:
    """Neither a merchant nor a line of the log, and no webhook goes out twice."""
    shop.freeze()
    shop.hear()
    shop.pay()
    shop.settle()
    heard, names = len(shop.receiver.heard), list(shop.world.merchants)
    before = ids(shop), shop.events()
    saved(shop, before[0][0])
    shop.settle()
    assert (len(shop.receiver.heard), list(shop.world.merchants), (ids(shop), shop.events())) == (heard, names, before)


def test_what_a_range_cannot_be_is_said(shop: Shop) -> None:
    shop.freeze()
    shop.pay()
    shop.get("/v1/charges")
    shop.pay()
    first, last = ids(shop)
    looked = next(row["id"] for row in shop.control("GET", "/requests")["data"] if row["method"] == "GET")
    assert shop.control("POST", "/record/range", {"first": "req_none"}).status == 404
    wrong = shop.control("POST", "/record/range", {"first": last, "last": first})
    assert (wrong.status, wrong.error["param"]) == (422, "last")
    assert shop.control("POST", "/record/range", {"first": looked, "last": looked}).error["code"] == "range_empty"
    assert shop.control("POST", "/record/range", {"first": first, "provider": "nobody"}).status == 422


def test_a_range_that_does_not_replay_is_refused_with_its_step(shop: Shop) -> None:
    """Here because the payment that it refunds is missing on the tape."""
    shop.freeze()
    paid = shop.pay(amount=1_000)
    history = shop.world.desks[shop.name].history
    assert history is not None
    history.rows.pop()
    shop.post("/v1/refunds", {"charge": paid["latest_charge"]})
    answer = shop.control("POST", "/record/range", {"first": ids(shop)[-1]})
    assert (answer.status, answer.error["code"]) == (422, "range_does_not_replay")
    assert "POST /v1/refunds" in answer.error["message"]


def test_a_merchant_that_began_with_something_has_no_history(shop: Shop) -> None:
    shop.pay()
    kept = shop.control("POST", "/snapshots", {}).body
    shop.control("POST", f"/snapshots/{kept['id']}/restore")
    shop.pay()
    answer = shop.control("POST", "/record/range", {"first": ids(shop)[-1]})
    assert (answer.status, answer.error["code"]) == (409, "history_unknown")
    assert "reset" in answer.error["message"]
    shop.control("POST", "/reset")
    shop.pay()
    saved(shop, ids(shop)[-1])


def test_only_the_first_calls_are_kept(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tape, "CALLS_MAX", 2)
    for _ in range(2):
        shop.pay()
    shop.pay()
    assert shop.control("POST", "/record/range", {"first": ids(shop)[0]}).error["code"] == "history_full"
    saved(shop, ids(shop)[0], ids(shop)[1])
