"""Stories played with a merchant of the server, and recordings that replay."""

from __future__ import annotations

import asyncio
from typing import Any

from sandbox.playing import play_in_process
from sandbox.scenario.library import shipped
from sandbox.scenario.reader import read
from sandbox.scenario.report.plain import lines
from sandbox.scenario.verdict import Verdict
from tests.harness import START, Shop


def replayed(text: str, provider: str = "stripe") -> Verdict:
    return asyncio.run(play_in_process(read(text, "recorded.yaml"), provider))


def holds(verdict: Verdict) -> None:
    assert not verdict.failed, "\n".join(lines(verdict))
    assert verdict.ran > 0


# Playing


def test_every_shipped_scenario_is_listed(shop: Shop) -> None:
    answer = shop.control("GET", "/scenarios")
    assert [row["name"] for row in answer["data"]] == [path.stem for path in shipped()]
    assert all(row["about"] and row["providers"] for row in answer["data"])
    first = shop.control("GET", "/scenarios?limit=1")
    assert (first["has_more"], first["next"]) == (True, "accepted")
    assert shop.control("GET", "/scenarios?limit=1&after=accepted")["data"][0]["name"] == shipped()[1].stem


def test_a_scenario_is_played_with_the_merchant(shop: Shop) -> None:
    """On every provider it lists; afterwards the merchant is as the last one ended."""
    answer = shop.control("POST", "/scenarios/missed-deadline/run", {})
    assert answer.status == 200, answer.body
    assert answer["passed"] is True
    assert [row["provider"] for row in answer["verdicts"]] == ["stripe", "omise"]
    assert {check["result"] for row in answer["verdicts"] for check in row["checks"]} == {"passed"}
    assert shop.events()[-1] == "dispute.close"
    assert shop.control("GET", "/clock")["rate"] == 0


def test_the_same_run_gives_the_same_answer(shop: Shop) -> None:
    first, second = (shop.control("POST", "/scenarios/accepted/run", {"provider": "stripe"}).body for _ in range(2))
    assert first == second


def test_an_unknown_scenario_or_provider_is_said(shop: Shop) -> None:
    assert shop.control("POST", "/scenarios/missed-dedline/run", {}).status == 404
    answer = shop.control("POST", "/scenarios/inquiry-expires/run", {"provider": "omise"})
    assert (answer.status, answer.error["param"]) == (422, "provider")


def test_a_report_comes_as_a_page_where_one_is_asked_for(shop: Shop) -> None:
    answer = shop.control("POST", "/scenarios/accepted/run", {"provider": "stripe", "html": True})
    assert answer["html"].startswith("<!doctype html>")
    assert "accepted on stripe" in answer["html"]
    assert "html" not in shop.control("POST", "/scenarios/accepted/run", {"provider": "stripe"}).body


def test_a_scenario_is_read_as_its_file_stands(shop: Shop) -> None:
    path = next(path for path in shipped() if path.stem == "missed-deadline")
    answer = shop.control("GET", "/scenarios/missed-deadline").body
    assert answer["yaml"] == path.read_text()
    assert (answer["name"], answer["providers"]) == ("missed-deadline", ["stripe", "omise"])
    assert answer["file"] == "scenarios/missed-deadline.yaml"
    assert answer["steps"] >= 3
    assert shop.control("GET", "/scenarios/missed-dedline").status == 404


# Recording


def test_it_is_known_whether_a_recording_is_under_way(shop: Shop) -> None:
    shop.freeze()
    assert shop.control("GET", "/record").body == {"recording": False, "since": None, "iso": None, "calls": 0, "lost": 0}
    shop.control("POST", "/record/start", {})
    shop.pay()
    shown = {"recording": True, "since": START, "iso": "2026-01-05T09:00:00Z", "calls": 1, "lost": 0}
    assert shop.control("GET", "/record").body == shown
    shop.control("POST", "/record/stop", {})
    assert shop.control("GET", "/record")["recording"] is False


def recorded(shop: Shop) -> Any:
    answer = shop.control("POST", "/record/stop", {})
    assert answer.status == 200, answer.body
    return answer.body


def test_what_was_done_by_api_and_by_hand_replays_to_the_same_events(shop: Shop) -> None:
    shop.freeze()
    assert shop.control("POST", "/record/start", {}).body == {"since": START, "iso": "2026-01-05T09:00:00Z"}
    paid = shop.pay(amount=5_000)
    shop.pay("pm_card_createDispute", amount=7_000)
    (disputed,) = shop.get("/v1/disputes").body["data"]
    shop.advance(days=2)
    shop.post("/v1/refunds", {"charge": paid["latest_charge"], "amount": 1_000}, headers={"idempotency-key": "once"})
    shop.post("/v1/refunds", {"charge": paid["latest_charge"], "amount": 99_999})
    claim = shop.control("POST", "/disputes", {"charge": paid["id"], "amount": 2_000, "reason": "duplicate"}).body
    shop.post(f"/v1/disputes/{disputed['id']}", {"evidence": {"uncategorized_text": "winning_evidence"}})
    shop.control("POST", "/clock/advance", {"seconds": 30})
    shop.control("POST", f"/disputes/{claim['id']}/lose")
    made = recorded(shop)
    assert made["left_out"] == []
    assert paid["id"] not in made["yaml"]
    assert disputed["id"] not in made["yaml"]
    verdict = replayed(made["yaml"])
    holds(verdict)
    (events,) = (check for check in verdict.checks if check.what.startswith("events"))
    assert events.seen == shop.events()


def test_a_declined_payment_that_is_confirmed_again_replays(shop: Shop) -> None:
    shop.freeze()
    shop.control("POST", "/record/start", {})
    wanted = {"amount": 900, "currency": "usd", "payment_method": "pm_card_chargeDeclined", "confirm": True}
    declined = shop.post("/v1/payment_intents", wanted)
    assert declined.status == 402
    intent = declined.error["payment_intent"]["id"]
    assert shop.post(f"/v1/payment_intents/{intent}/confirm", {"payment_method": "pm_card_visa"}).status == 200
    made = recorded(shop)
    assert intent not in made["yaml"]
    holds(replayed(made["yaml"]))


def test_uploads_and_faults_replay(shop: Shop) -> None:
    shop.freeze()
    shop.control("POST", "/record/start", {})
    paid = shop.pay(amount=5_000)
    claim = shop.control("POST", "/disputes", {"charge": paid["id"]}).body
    file = {"file": ("receipt.pdf", b"%PDF-1.4\n\xff\xfe", "application/pdf")}
    uploaded = shop.call("POST", "/v1/files", files=file, data={"purpose": "dispute_evidence"})
    assert uploaded.status == 200, uploaded.body
    fault = shop.control("POST", "/faults", {"where": "request", "what": 500, "paths": ["/v1/disputes/*"], "count": 1}).body
    assert shop.post(f"/v1/disputes/{claim['id']}", {"evidence": {"receipt": uploaded["id"]}}).status == 500
    shop.control("DELETE", f"/faults/{fault['id']}")
    assert shop.post(f"/v1/disputes/{claim['id']}", {"evidence": {"receipt": uploaded["id"]}}).status == 200
    holds(replayed(recorded(shop)["yaml"]))


def test_a_recording_begins_with_a_bare_merchant_and_ends_once(shop: Shop) -> None:
    assert shop.control("POST", "/record/stop", {}).status == 404
    shop.pay()
    assert shop.control("POST", "/record/start", {}).error["code"] == "merchant_in_use"
    shop.control("POST", "/reset")
    shop.control("POST", "/record/start", {})
    assert shop.control("POST", "/record/start", {}).error["code"] == "recording"
    recorded(shop)
    assert shop.control("POST", "/record/stop", {}).status == 404


def test_a_review_that_was_approved_by_hand_is_approved_when_it_is_played(shop: Shop) -> None:
    shop.freeze()
    shop.control("POST", "/record/start", {})
    shop.pay("pm_card_riskLevelElevated")
    (review,) = shop.get("/v1/reviews").body["data"]
    shop.control("POST", f"/reviews/{review['id']}/approve")
    made = recorded(shop)
    assert (made["left_out"], review["id"] in made["yaml"]) == ([], False)
    holds(replayed(made["yaml"]))
    assert "review.closed" in made["yaml"]


def test_what_no_step_can_repeat_is_named(shop: Shop) -> None:
    shop.control("POST", "/record/start", {})
    shop.pay()
    shop.control("POST", "/settings", {"outcome": "won"})
    assert recorded(shop)["left_out"] == ["POST /_sandbox/settings"]
