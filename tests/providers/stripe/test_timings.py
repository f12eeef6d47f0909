"""When things happen, in both profiles: deadlines, decisions, expiries."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.core.merchant import Merchant
from sandbox.core.records import Dispute
from sandbox.providers.stripe import PROVIDER
from sandbox.providers.stripe.money import DAY, TIMINGS, due_by, settlement_day
from tests.harness import START, Shop

MINUTE, HOUR = 60, 3600


def opened(shop: Shop, card: str = "pm_card_visa", kind: str = "chargeback", days: int | None = None, amount: int | None = None) -> str:
    """A dispute of a fresh charge that the bank opens; its id."""
    paid = shop.pay(card)
    return bank_opens(shop, paid, kind, days, amount)


def bank_opens(shop: Shop, paid: Any, kind: str = "chargeback", days: int | None = None, amount: int | None = None) -> str:
    merchant = shop.merchant
    merchant.begin()
    charge = PROVIDER.bank.charge(merchant, paid["id"])
    assert charge is not None
    dispute = PROVIDER.bank.open_dispute(merchant, charge, None, amount, kind, days)
    merchant.commit()
    return dispute.id


def status(shop: Shop, dispute_id: str) -> str:
    return str(shop.get(f"/v1/disputes/{dispute_id}")["status"])


def due(shop: Shop, dispute_id: str) -> str:
    return datetime.fromtimestamp(shop.get(f"/v1/disputes/{dispute_id}")["evidence_details"]["due_by"], UTC).isoformat()


def submit(shop: Shop, dispute_id: str, word: str) -> Any:
    return shop.post(f"/v1/disputes/{dispute_id}", {"evidence": {"uncategorized_text": word}})


def verdict(shop: Shop, dispute_id: str, word: str) -> str:
    """What the bank makes of the evidence within 60 days."""
    submit(shop, dispute_id, word)
    shop.advance(days=60)
    return status(shop, dispute_id)


# The deadline


@pytest.mark.parametrize("kind", ["chargeback", "inquiry"])
def test_due_by_in_test_mode_is_the_eighth_day(shop: Shop, kind: str) -> None:
    """23:59:59 UTC, also for inquiries."""
    assert due(shop, opened(shop, kind=kind)) == "2026-01-13T23:59:59+00:00"


@pytest.mark.parametrize(
    ("card", "day"),
    [("visa", "2026-01-20"), ("mastercard", "2026-01-26"), ("amex", "2026-01-19"), ("discover", "2026-01-23"), ("jcb", "2026-01-20")],
)
def test_due_by_in_profile_network(network_shop: Shop, card: str, day: str) -> None:
    """Visa 15 days, Mastercard 21, Amex 14, Discover 18."""
    assert due(network_shop, opened(network_shop, f"pm_card_{card}")) == f"{day}T23:59:59+00:00"


def test_due_by_is_what_the_control_api_says(shop: Shop) -> None:
    """`evidence_due_in_days`, today included, and again after an escalation."""
    assert due(shop, opened(shop, days=3)) == "2026-01-08T23:59:59+00:00"
    assert due(shop, opened(shop, days=0)) == "2026-01-05T23:59:59+00:00"


@pytest.mark.parametrize("hour", [0, 12, 23])
def test_due_by_does_not_depend_on_the_hour(hour: int) -> None:
    midnight = START - START % DAY
    assert due_by("testmode", "visa", midnight + hour * HOUR) == midnight + 9 * DAY - 1


def test_missed_deadline_loses(shop: Shop) -> None:
    """Nobody answers: lost on the due second, the held money is gone, one event tells."""
    dispute = opened(shop)
    seen = len(shop.events())
    due_at = shop.get(f"/v1/disputes/{dispute}")["evidence_details"]["due_by"]
    shop.advance(seconds=due_at - shop.now - 1)
    assert status(shop, dispute) == "needs_response"
    assert shop.advance(seconds=1) == ["evidence_due"]
    assert status(shop, dispute) == "lost"
    assert shop.events(seen) == ["balance.available", "charge.dispute.closed"]
    closed = shop.get("/v1/events", {"limit": 1})["data"][0]
    assert closed["data"]["previous_attributes"] == {"status": "needs_response"}
    assert closed["request"] == {"id": None, "idempotency_key": None}
    assert shop.balance("dispute:held") == 0


def test_staged_evidence_does_not_stop_the_deadline(shop: Shop) -> None:
    """Only a submission counts."""
    dispute = opened(shop)
    shop.post(f"/v1/disputes/{dispute}", {"evidence": {"customer_name": "Jane"}, "submit": False})
    shop.advance(days=9)
    assert status(shop, dispute) == "lost"


def test_submitted_evidence_stops_the_deadline(shop: Shop) -> None:
    dispute = opened(shop)
    submit(shop, dispute, "they got it")
    assert "evidence_due" not in shop.advance(days=9)
    assert status(shop, dispute) == "under_review"


# What decides in test mode


def test_winning_evidence_on_a_chargeback(shop: Shop) -> None:
    """The answer to the submission still says under_review; six seconds later it is won, with a second balance transaction."""
    dispute = opened(shop)
    seen = len(shop.events())
    sent = submit(shop, dispute, "winning_evidence")
    assert sent["status"] == "under_review"
    assert shop.advance(seconds=5) == []
    assert shop.advance(seconds=1) == ["decision"]
    won = shop.get(f"/v1/disputes/{dispute}")
    assert (won["status"], won["is_charge_refundable"]) == ("won", True)
    assert [row["reporting_category"] for row in won["balance_transactions"]] == ["dispute", "dispute_reversal"]
    assert shop.events(seen) == [
        "charge.dispute.updated", "charge.updated", "charge.dispute.funds_reinstated", "charge.dispute.closed",
    ]  # fmt: skip
    closed = shop.get("/v1/events", {"limit": 1})["data"][0]
    assert closed["data"]["previous_attributes"] == {"status": "under_review"}


def test_losing_evidence_on_a_chargeback(shop: Shop) -> None:
    """Under review, then lost, and no money moves."""
    dispute = opened(shop)
    seen = len(shop.events())
    assert submit(shop, dispute, "losing_evidence")["status"] == "under_review"
    shop.advance(seconds=6)
    lost = shop.get(f"/v1/disputes/{dispute}")
    assert (lost["status"], lost["is_charge_refundable"], len(lost["balance_transactions"])) == ("lost", False, 1)
    assert shop.events(seen) == ["charge.dispute.updated", "charge.updated", "charge.dispute.closed"]


@pytest.mark.parametrize("word", ["winning_evidence", "losing_evidence"])
def test_winning_and_losing_evidence_close_an_inquiry(shop: Shop, word: str) -> None:
    dispute = opened(shop, kind="inquiry")
    seen = len(shop.events())
    assert submit(shop, dispute, word)["status"] == "warning_under_review"
    shop.advance(seconds=6)
    assert status(shop, dispute) == "warning_closed"
    assert shop.events(seen) == ["charge.dispute.updated", "charge.updated", "charge.dispute.closed"]


def test_escalate_inquiry_evidence(shop: Shop) -> None:
    """The inquiry becomes a chargeback: money is withdrawn now, and a second response is due by a new deadline."""
    dispute = opened(shop, kind="inquiry")
    shop.advance(days=2)
    seen = len(shop.events())
    assert submit(shop, dispute, "escalate_inquiry_evidence")["status"] == "warning_under_review"
    shop.advance(seconds=6)
    shown = shop.get(f"/v1/disputes/{dispute}")
    assert (shown["status"], shown["payment_method_details"]["card"]["case_type"]) == ("needs_response", "chargeback")
    assert (shown["is_charge_refundable"], len(shown["balance_transactions"])) == (False, 1)
    assert due(shop, dispute) == "2026-01-15T23:59:59+00:00"
    assert shop.events(seen) == [
        "charge.dispute.updated", "charge.updated", "charge.dispute.updated", "charge.dispute.funds_withdrawn",
    ]  # fmt: skip
    assert shop.balance("dispute:held") == 2000
    again = submit(shop, dispute, "winning_evidence")
    assert (again["status"], again["evidence_details"]["submission_count"]) == ("under_review", 2)
    shop.advance(seconds=6)
    assert status(shop, dispute) == "won"


def test_an_escalated_inquiry_waits_for_its_new_deadline_only(shop: Shop) -> None:
    """Neither for the inquiry's expiry nor for a decision on the first response."""
    dispute = opened(shop, kind="inquiry")
    submit(shop, dispute, "losing_evidence")
    assert [timer.name for timer in shop.merchant.timers.of(dispute)] == ["inquiry_expires", "decision"]
    merchant = shop.merchant
    merchant.begin()
    PROVIDER.bank.decide(merchant, merchant.get("stripe", Dispute, dispute), "escalate")
    merchant.commit()
    assert [timer.name for timer in shop.merchant.timers.of(dispute)] == ["evidence_due"]


def test_an_unanswered_escalation_is_lost(shop: Shop) -> None:
    dispute = opened(shop, kind="inquiry")
    submit(shop, dispute, "escalate_inquiry_evidence")
    shop.advance(days=9)
    assert status(shop, dispute) == "lost"


@pytest.mark.parametrize("word", ["escalate_inquiry_evidence", "they got it", "winning_evidence please", "Winning_Evidence"])
def test_anything_else_stays_under_review_for_ever(shop: Shop, word: str) -> None:
    """The word must stand alone; the third one is for inquiries only."""
    dispute = opened(shop)
    assert verdict(shop, dispute, word) == "under_review"
    shop.advance(days=400)
    assert status(shop, dispute) == "under_review"


@pytest.mark.parametrize("submitted", [False, True])
def test_an_inquiry_closes_120_days_after_it_was_opened(shop: Shop, submitted: bool) -> None:
    """Answered or not."""
    dispute = opened(shop, kind="inquiry")
    seen = len(shop.events())
    if submitted:
        submit(shop, dispute, "they got it")
    shop.advance(seconds=120 * DAY - 1)
    assert status(shop, dispute) in ("warning_needs_response", "warning_under_review")
    assert shop.advance(seconds=1) == ["inquiry_expires"]
    assert status(shop, dispute) == "warning_closed"
    assert shop.events(seen)[-1] == "charge.dispute.closed"


# What `outcome` decides


@pytest.mark.parametrize(("outcome", "end"), [("won", "won"), ("lost", "lost"), ("never", "under_review")])
def test_outcome_decides_evidence_without_a_magic_word_after_60_days(outcome: str, end: str) -> None:
    shop = Shop(outcome=outcome)
    dispute = opened(shop)
    submit(shop, dispute, "they got it")
    shop.advance(seconds=60 * DAY - 1)
    assert status(shop, dispute) == "under_review"
    shop.advance(seconds=1)
    assert status(shop, dispute) == end
    shop.close()


@pytest.mark.parametrize(("profile", "end"), [("testmode", "under_review"), ("network", "lost")])
def test_outcome_of_a_profile_when_nothing_is_set(profile: str, end: str) -> None:
    shop = Shop(profile=profile)
    assert verdict(shop, opened(shop), "they got it") == end
    shop.close()


def test_outcome_never_decides_inquiries() -> None:
    shop = Shop(outcome="won")
    assert verdict(shop, opened(shop, kind="inquiry"), "they got it") == "warning_under_review"
    shop.close()


def test_a_magic_word_outdoes_the_outcome() -> None:
    """In profile network it takes as long as any decision."""
    shop = Shop(profile="network", outcome="lost")
    dispute = opened(shop)
    submit(shop, dispute, "winning_evidence")
    shop.advance(seconds=60 * DAY - 1)
    assert status(shop, dispute) == "under_review"
    shop.advance(seconds=1)
    assert status(shop, dispute) == "won"
    shop.close()


def test_the_escalation_word_left_in_the_evidence_is_no_magic_for_the_chargeback() -> None:
    """The outcome decides the second response."""
    shop = Shop(outcome="won")
    dispute = opened(shop, kind="inquiry")
    submit(shop, dispute, "escalate_inquiry_evidence")
    shop.advance(seconds=6)
    shop.post(f"/v1/disputes/{dispute}", {"evidence": {"customer_name": "Jane"}})
    shop.advance(days=60)
    assert status(shop, dispute) == "won"
    shop.close()


def verdicts(seed: int, odds: float, count: int = 60) -> list[str]:
    shop = Shop(outcome={"won": odds}, seed=seed)
    disputes = [opened(shop) for _ in range(count)]
    for dispute in disputes:
        submit(shop, dispute, "they got it")
    shop.advance(days=60, wait=False)
    found = [record.status for record in shop.merchant.store.all(Dispute)]
    shop.close()
    return found


def test_odds_are_drawn_from_the_seed() -> None:
    """Same seed, same verdicts; another seed, others; about as many wins as the odds say."""
    first = verdicts(1, 0.4)
    assert first == verdicts(1, 0.4)
    assert first != verdicts(2, 0.4)
    assert 12 <= first.count("won") <= 36
    assert first.count("won") + first.count("lost") == 60


@pytest.mark.parametrize(("odds", "end"), [(0, "lost"), (1, "won")])
def test_odds_of_nothing_and_of_certainty(odds: float, end: str) -> None:
    assert verdicts(3, odds, 5) == [end] * 5


# What test cards bring, and when


def test_in_test_mode_card_effects_come_inside_the_call(shop: Shop) -> None:
    """Dispute, inquiry and early fraud warning carry the confirming call's request."""
    for card, type in (
        ("createDispute", "charge.dispute.created"),
        ("createDisputeInquiry", "charge.dispute.created"),
        ("createIssuerFraudRecord", "radar.early_fraud_warning.created"),
    ):
        answer = shop.post(
            "/v1/payment_intents", {"amount": 2000, "currency": "usd", "payment_method": f"pm_card_{card}", "confirm": True},
            headers={"idempotency-key": card},
        )  # fmt: skip
        (event,) = [e for e in shop.get("/v1/events", {"type": type, "limit": 100})["data"] if e["request"]["idempotency_key"] == card]
        assert event["request"]["id"] == answer.headers["request-id"]
        assert event["created"] == shop.now


@pytest.mark.parametrize("card", ["createDispute", "createDisputeInquiry", "createMultipleDisputes", "createIssuerFraudRecord"])
def test_in_profile_network_card_effects_come_a_day_later(network_shop: Shop, card: str) -> None:
    """The bank did it, so no request is behind it."""
    shop = network_shop
    paid = shop.pay(f"pm_card_{card}", capture_method="automatic")
    assert shop.events() == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]
    shop.advance(seconds=DAY - 1)
    assert len(shop.events()) == 3
    assert shop.advance(seconds=1) == ["card_effect"]
    found = shop.events(3)
    if card == "createIssuerFraudRecord":
        assert found == ["radar.early_fraud_warning.created"]
    else:
        opened_by_card = ["charge.dispute.created"] + ["charge.dispute.funds_withdrawn"] * (card != "createDisputeInquiry")
        assert found == opened_by_card * (2 if card == "createMultipleDisputes" else 1)
        assert sum(dispute["amount"] for dispute in shop.disputes_of(paid)) == 2000
    assert shop.get("/v1/events", {"limit": 1})["data"][0]["request"] == {"id": None, "idempotency_key": None}


def test_in_profile_network_what_was_refunded_meanwhile_is_not_disputed(network_shop: Shop) -> None:
    shop = network_shop
    part, whole = (shop.pay("pm_card_createDispute", capture_method="automatic") for _ in range(2))
    shop.post("/v1/refunds", {"payment_intent": part["id"], "amount": 500})
    shop.post("/v1/refunds", {"payment_intent": whole["id"]})
    shop.advance(days=1)
    (dispute,) = shop.disputes_of(part)
    assert dispute["amount"] == 1500
    assert shop.disputes_of(whole) == []


def test_in_profile_network_an_unanswered_discover_inquiry_is_lost_on_its_due_day(network_shop: Shop) -> None:
    """On the other networks it stays open."""
    shop = network_shop
    discover, visa = opened(shop, "pm_card_discover", "inquiry"), opened(shop, "pm_card_visa", "inquiry")
    answered = opened(shop, "pm_card_discover", "inquiry")
    submit(shop, answered, "they got it")
    seen = len(shop.events())
    shop.advance(days=30, wait=False)
    assert (status(shop, discover), status(shop, visa), status(shop, answered)) == (
        "lost", "warning_needs_response", "warning_under_review",
    )  # fmt: skip
    assert [type for type in shop.events(seen) if "dispute" in type] == ["charge.dispute.funds_withdrawn", "charge.dispute.closed"]
    assert len(shop.get(f"/v1/disputes/{discover}")["balance_transactions"]) == 1
    assert shop.balance("dispute:held") == 0


def test_every_profile_has_every_span() -> None:
    assert TIMINGS["testmode"].keys() == TIMINGS["network"].keys()


def test_every_span_that_code_asks_for_is_in_the_table() -> None:
    """A timer armed by a row names its span."""
    named = {arm.after for table in PROVIDER.machines.values() for row in table.values() for arm in row.arm if arm.after}
    assert named <= TIMINGS["testmode"].keys()
    assert PROVIDER.timing(Merchant("alpha", {"stripe": PROVIDER}, lambda: 0.0, {}), "magic_evidence") == 6


@pytest.mark.parametrize(
    ("paid_on", "available_on"),
    [
        ("2026-01-05", "2026-01-07"),
        ("2026-01-08", "2026-01-12"),
        ("2026-01-09", "2026-01-13"),
        ("2026-01-10", "2026-01-13"),
        ("2026-01-11", "2026-01-13"),
    ],
)
def test_money_settles_at_midnight_after_two_business_days(paid_on: str, available_on: str) -> None:
    noon = int(datetime.fromisoformat(f"{paid_on}T12:00:00+00:00").timestamp())
    assert datetime.fromtimestamp(settlement_day(noon), UTC).isoformat() == f"{available_on}T00:00:00+00:00"
