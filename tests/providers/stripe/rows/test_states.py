"""Every row of the documentation's state machines and timings: from, cause, to, and what comes with it."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.providers.stripe import money
from tests.harness import DAY, START, Answer, Shop
from tests.providers.stripe.test_debits import debit
from tests.providers.stripe.test_fees import statement
from tests.providers.stripe.test_refund_x_dispute import decide
from tests.providers.stripe.test_timings import bank_opens, submit

USD = {"amount": 2000, "currency": "usd"}


def make(shop: Shop, **params: Any) -> Answer:
    return shop.post("/v1/payment_intents", {**USD, **params})


def read(shop: Shop, id: str) -> Any:
    return shop.get(f"/v1/payment_intents/{id}", {"expand": ["latest_charge"]}).body


def charge(shop: Shop, intent: Any) -> Any:
    return shop.get(f"/v1/charges/{intent['latest_charge']}").body


# 3.1 PaymentIntent and Charge. Each row: what an intent is confirmed with, and from which of the two waiting states.

WAITING = pytest.mark.parametrize("start", ["requires_payment_method", "requires_confirmation"])


def confirm(shop: Shop, start: str, card: str, **params: Any) -> Answer:
    """An intent in that state is confirmed with the card."""
    early = {"payment_method": f"pm_card_{card}"} if start == "requires_confirmation" else {}
    terms = {key: params.pop(key) for key in ("capture_method",) if key in params}
    made = make(shop, **early, **terms)
    assert made["status"] == start
    return shop.post(f"/v1/payment_intents/{made['id']}/confirm", {**({} if early else {"payment_method": f"pm_card_{card}"}), **params})


def test_create_without_payment_method(shop: Shop) -> None:
    made = make(shop)
    assert (made["status"], made["payment_method"], made["latest_charge"]) == ("requires_payment_method", None, None)


def test_create_with_payment_method_and_no_confirm(shop: Shop) -> None:
    made = make(shop, payment_method="pm_card_visa")
    assert (made["status"], made["latest_charge"]) == ("requires_confirmation", None)


@WAITING
def test_confirm_card_approves_automatic_capture(shop: Shop, start: str) -> None:
    done = confirm(shop, start, "visa")
    assert (done["status"], done["amount_received"]) == ("succeeded", 2000)
    paid = charge(shop, done)
    assert (paid["status"], paid["captured"], paid["paid"], bool(paid["balance_transaction"])) == ("succeeded", True, True, True)


@WAITING
def test_confirm_manual_capture(shop: Shop, start: str) -> None:
    done = confirm(shop, start, "visa", capture_method="manual")
    assert (done["status"], done["amount_capturable"], done["amount_received"]) == ("requires_capture", 2000, 0)
    held = charge(shop, done)
    assert (held["status"], held["captured"], held["balance_transaction"]) == ("succeeded", False, None)
    assert held["payment_method_details"]["card"]["capture_before"] == START + 7 * DAY


@WAITING
@pytest.mark.parametrize(("params", "action"), [({}, "use_stripe_sdk"), ({"return_url": "https://shop.example/"}, "redirect_to_url")])
def test_confirm_3ds_needed_on_session(shop: Shop, start: str, params: Any, action: str) -> None:
    done = confirm(shop, start, "authenticationRequired", **params)
    assert (done["status"], done["latest_charge"], done["next_action"]["type"]) == ("requires_action", None, action)


@WAITING
def test_confirm_off_session_3ds_needed(shop: Shop, start: str) -> None:
    refused = confirm(shop, start, "authenticationRequired", off_session=True)
    error = refused.error
    assert (refused.status, error["type"], error["code"], error["decline_code"]) == (
        402, "card_error", "authentication_required", "authentication_required",
    )  # fmt: skip
    assert error["message"] == "Your card was declined. This transaction requires authentication."
    assert read(shop, error["payment_intent"]["id"])["status"] == "requires_payment_method"
    assert shop.get("/v1/charges")["data"] == []


@WAITING
def test_confirm_card_declines(shop: Shop, start: str) -> None:
    """The body of the 402 has everything but a param."""
    refused = confirm(shop, start, "chargeDeclined")
    assert refused.status == 402
    assert {"advice_code", "charge", "code", "decline_code", "doc_url", "message", "network_decline_code", "payment_intent",
            "payment_method", "request_log_url", "type"} == set(refused.error)  # fmt: skip
    left = read(shop, refused.error["payment_intent"]["id"])
    assert (left["status"], left["payment_method"], left["latest_charge"]["status"]) == ("requires_payment_method", None, "failed")
    assert left["last_payment_error"]["code"] == "card_declined"


def test_confirm_asynchronous_method(shop: Shop) -> None:
    made = debit(shop)
    assert (made["status"], charge(shop, made)["status"]) == ("processing", "pending")


def test_processing_settles(shop: Shop) -> None:
    made = debit(shop)
    shop.advance(days=5)
    assert (read(shop, made["id"])["status"], charge(shop, made)["status"]) == ("succeeded", "succeeded")


def test_processing_fails(shop: Shop) -> None:
    made = debit(shop, "pm_usBankAccount_noAccount")
    shop.advance(days=5)
    assert (read(shop, made["id"])["status"], charge(shop, made)["status"]) == ("requires_payment_method", "failed")


@pytest.mark.parametrize(("capture", "status"), [("automatic", "succeeded"), ("manual", "requires_capture")])
def test_requires_action_customer_passes(shop: Shop, capture: str, status: str) -> None:
    made = shop.pay("pm_card_authenticationRequired", capture_method=capture)
    shop.control("POST", f"/three_d_secure/{made['id']}/pass")
    done = read(shop, made["id"])
    secured = done["latest_charge"]["payment_method_details"]["card"]["three_d_secure"]
    assert (done["status"], secured["result"], secured["authentication_flow"]) == (status, "authenticated", "challenge")


def test_requires_action_customer_fails(shop: Shop) -> None:
    made = shop.pay("pm_card_authenticationRequired")
    shop.control("POST", f"/three_d_secure/{made['id']}/fail")
    done = read(shop, made["id"])
    assert (done["status"], done["last_payment_error"]["code"]) == ("requires_payment_method", "payment_intent_authentication_failure")


@pytest.mark.parametrize("amount", [2000, 1500])
def test_requires_capture_capture_all_or_part(shop: Shop, amount: int) -> None:
    """The rest is released: shown as refunded in amount, though the charge is not refunded."""
    held = shop.pay(capture_method="manual")
    done = shop.post(f"/v1/payment_intents/{held['id']}/capture", {"amount_to_capture": amount})
    assert (done["status"], done["amount_received"], done["amount_capturable"]) == ("succeeded", amount, 0)
    paid = charge(shop, done)
    assert (paid["amount"], paid["amount_captured"], paid["captured"]) == (2000, amount, True)
    assert (paid["amount_refunded"], paid["refunded"]) == (2000 - amount, False)
    assert statement(shop)[-1]["amount"] == amount


@pytest.mark.parametrize("how", ["cancel", "seven_days"])
def test_requires_capture_canceled(shop: Shop, how: str) -> None:
    held = shop.pay(capture_method="manual")
    if how == "cancel":
        shop.post(f"/v1/payment_intents/{held['id']}/cancel", {"cancellation_reason": "abandoned"})
    else:
        shop.advance(seconds=7 * DAY - 1)
        assert read(shop, held["id"])["status"] == "requires_capture"
        shop.advance(seconds=1)
    done = read(shop, held["id"])
    assert (done["status"], done["cancellation_reason"]) == ("canceled", "abandoned" if how == "cancel" else "automatic")
    assert done["canceled_at"] == shop.now
    held_back = done["latest_charge"]
    assert (held_back["refunded"], held_back["amount_refunded"], held_back["balance_transaction"]) == (True, 2000, None)
    assert ("charge.expired" in shop.events()) is (how == "seven_days")


@pytest.mark.parametrize("card", ["", "visa", "authenticationRequired"])
def test_requires_anything_cancel(shop: Shop, card: str) -> None:
    confirm = {"confirm": True} if card == "authenticationRequired" else {}
    made = make(shop, **({"payment_method": f"pm_card_{card}"} if card else {}), **confirm)
    assert made["status"].startswith("requires_")
    done = shop.post(f"/v1/payment_intents/{made['id']}/cancel", {"cancellation_reason": "duplicate"})
    assert (done["status"], done["canceled_at"], done["cancellation_reason"]) == ("canceled", shop.now, "duplicate")


@pytest.mark.parametrize("status", ["succeeded", "canceled"])
@pytest.mark.parametrize("verb", ["confirm", "capture", "cancel"])
def test_succeeded_and_canceled_are_final(shop: Shop, status: str, verb: str) -> None:
    made = shop.pay() if status == "succeeded" else make(shop).body
    if status == "canceled":
        shop.post(f"/v1/payment_intents/{made['id']}/cancel")
    refused = shop.post(f"/v1/payment_intents/{made['id']}/{verb}")
    assert (refused.status, refused.error["code"]) == (400, "payment_intent_unexpected_state")
    assert read(shop, made["id"])["status"] == status


# 3.2 Refund


def refund(shop: Shop, card: str = "visa", **params: Any) -> Any:
    return shop.post("/v1/refunds", {"payment_intent": shop.pay(f"pm_card_{card}")["id"], **params}).body


def now(shop: Shop, made: Any) -> Any:
    return shop.get(f"/v1/refunds/{made['id']}").body


def of_its_charge(shop: Shop, made: Any) -> tuple[int, bool]:
    found = shop.get(f"/v1/charges/{made['charge']}")
    return found["amount_refunded"], found["refunded"]


def test_create_card_enough_balance(shop: Shop) -> None:
    made = refund(shop)
    assert (made["status"], statement(shop)[-1]["type"], of_its_charge(shop, made)) == ("succeeded", "refund", (2000, True))
    card = made["destination_details"]["card"]
    assert card == {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}


def test_a_card_refund_has_its_reference_after_two_seconds(shop: Shop) -> None:
    made = refund(shop)
    shop.advance(seconds=1)
    assert now(shop, made)["destination_details"]["card"]["reference_status"] == "pending"
    shop.advance(seconds=1)
    card = now(shop, made)["destination_details"]["card"]
    assert (card["reference_status"], len(card["reference"]), card["reference"].isdigit()) == ("available", 16, True)


def test_create_pending_refund_card(shop: Shop) -> None:
    made = refund(shop, "pendingRefund")
    assert (made["status"], made["pending_reason"]) == ("pending", "processing")
    shop.advance(seconds=5)
    assert (now(shop, made)["status"], "pending_reason" in now(shop, made)) == ("succeeded", False)


def test_in_test_mode_the_balance_may_become_negative(shop: Shop) -> None:
    assert refund(shop)["status"] == "succeeded"
    assert shop.balance("merchant:pending") == -88


@pytest.fixture
def poor_shop() -> Any:
    """A shop whose refunds wait for the balance."""
    made = Shop(providers={"stripe": {"low_balance": "wait"}})
    yield made
    made.close()


def test_create_balance_too_low_and_topped_up(poor_shop: Shop) -> None:
    """The fee of the charge is lacking. Nothing moves until the next payment; a day later the refund is sent."""
    shop = poor_shop
    made = refund(shop)
    assert (made["status"], made["pending_reason"], made["balance_transaction"]) == ("pending", "insufficient_funds", None)
    assert (of_its_charge(shop, made), len(statement(shop)), shop.events(3)) == ((0, False), 1, ["refund.created"])
    again = shop.post("/v1/refunds", {"charge": made["charge"]})
    assert again.error["code"] == "charge_already_refunded"
    shop.advance(days=1)
    assert now(shop, made)["status"] == "pending"
    seen = len(shop.events())
    shop.pay(amount=500)
    assert shop.advance(seconds=DAY - 1) == ["funds_available"]
    assert shop.advance(seconds=1) == ["refund_retries"]
    done = now(shop, made)
    assert (done["status"], of_its_charge(shop, made), "pending_reason" in done) == ("succeeded", (2000, True), False)
    assert (statement(shop)[-1]["type"], statement(shop)[-1]["amount"]) == ("refund", -2000)
    assert shop.events(seen)[3:] == ["balance.available", "refund.updated", "charge.refund.updated", "charge.refunded"]
    assert "refund_expires" not in [timer.name for timer in shop.merchant.timers]
    assert shop.merchant.ledger.balanced()


def test_create_balance_too_low_and_never_topped_up(poor_shop: Shop) -> None:
    shop = poor_shop
    made = refund(shop)
    shop.advance(days=29)
    assert now(shop, made)["status"] == "pending"
    seen = len(shop.events())
    shop.advance(days=1)
    failed = now(shop, made)
    assert (failed["status"], failed["failure_reason"]) == ("failed", "insufficient_funds")
    assert shop.events(seen) == ["refund.updated", "refund.failed", "charge.refund.updated"]
    assert (of_its_charge(shop, made), shop.balance("merchant:available"), len(statement(shop))) == ((0, False), 1912, 1)
    assert not list(shop.merchant.timers)
    part = shop.post("/v1/refunds", {"charge": made["charge"], "amount": 1912})
    assert part["status"] == "succeeded"  # exactly what is there


def test_a_waiting_refund_whose_charge_is_disputed(poor_shop: Shop) -> None:
    made = refund(poor_shop)
    bank_opens(poor_shop, poor_shop.get(f"/v1/payment_intents/{made['payment_intent']}").body)
    failed = now(poor_shop, made)
    assert (failed["status"], failed["failure_reason"]) == ("failed", "charge_for_pending_refund_disputed")
    assert poor_shop.merchant.ledger.balanced()


def test_a_waiting_refund_fails_by_hand(poor_shop: Shop) -> None:
    made = refund(poor_shop)
    assert poor_shop.control("POST", f"/refunds/{made['id']}/succeed").status == 409
    assert poor_shop.control("POST", f"/refunds/{made['id']}/fail")["failure_reason"] == "insufficient_funds"


def test_create_on_a_pending_charge(shop: Shop) -> None:
    made = shop.post("/v1/refunds", {"payment_intent": debit(shop)["id"]})
    assert (made["status"], made["pending_reason"]) == ("pending", "charge_pending")


def promptpay(shop: Shop) -> Any:
    data = {"type": "promptpay", "billing_details": {"email": "a@example.com"}}
    paid = make(shop, currency="thb", payment_method_data=data, payment_method_types=["promptpay"], confirm=True)
    shop.control("POST", f"/three_d_secure/{paid['id']}/pass")
    return shop.post("/v1/refunds", {"payment_intent": paid["id"]}).body


def test_create_method_without_native_refunds(shop: Shop) -> None:
    made = promptpay(shop)
    assert (made["status"], made["instructions_email"]) == ("requires_action", "a@example.com")
    assert made["next_action"]["display_details"]["email_sent"]["email_sent_to"] == "a@example.com"


@pytest.mark.parametrize(("verb", "status", "reason"), [("cancel", "canceled", "merchant_request"), ("expire", "failed", "unknown")])
def test_requires_action_cancel_or_expire(shop: Shop, verb: str, status: str, reason: str) -> None:
    made = promptpay(shop)
    path = f"/v1/refunds/{made['id']}/cancel" if verb == "cancel" else f"/v1/test_helpers/refunds/{made['id']}/expire"
    done = shop.post(path)
    assert (done["status"], done["failure_reason"], bool(done["failure_balance_transaction"])) == (status, reason, True)
    assert (of_its_charge(shop, made), statement(shop)[-1]["amount"]) == ((0, False), 2000)


@pytest.mark.parametrize(("card", "first"), [("visa", "succeeded"), ("pendingRefund", "pending")])
def test_bank_rejects(shop: Shop, card: str, first: str) -> None:
    made = refund(shop, card)
    assert made["status"] == first
    shop.control("POST", f"/refunds/{made['id']}/fail", {"failure_reason": "declined"})
    done = now(shop, made)
    assert (done["status"], done["failure_reason"], bool(done["failure_balance_transaction"])) == ("failed", "declined", True)
    assert of_its_charge(shop, made) == (0, False)


def test_bank_rejects_the_failing_test_card_in_four_seconds(shop: Shop) -> None:
    made = refund(shop, "refundFail")
    assert (made["status"], of_its_charge(shop, made)) == ("succeeded", (2000, True))
    shop.advance(seconds=4)
    done = now(shop, made)
    assert (done["status"], done["failure_reason"]) == ("failed", "expired_or_canceled_card")
    assert of_its_charge(shop, made) == (0, False)


def test_pending_charge_gets_disputed(shop: Shop) -> None:
    made = refund(shop, "pendingRefund", amount=500)
    bank_opens(shop, shop.get(f"/v1/payment_intents/{made['payment_intent']}").body)
    done = now(shop, made)
    assert (done["status"], done["failure_reason"]) == ("failed", "charge_for_pending_refund_disputed")
    assert (of_its_charge(shop, made), statement(shop)[-1]["id"]) == ((0, False), done["failure_balance_transaction"])
    assert sum(row["amount"] for row in statement(shop) if row["source"] == made["id"]) == 0


def test_requires_action_settles_or_is_rejected(shop: Shop) -> None:
    made = promptpay(shop)
    shop.control("POST", f"/refunds/{made['id']}/succeed")
    other = promptpay(shop)
    shop.control("POST", f"/refunds/{other['id']}/fail", {"failure_reason": "declined"})
    for back, status, left in ((made, "succeeded", 2000), (other, "failed", 0)):
        assert (now(shop, back)["status"], of_its_charge(shop, back)[0]) == (status, left)
        assert -sum(row["amount"] for row in statement(shop) if row["source"] == back["id"]) == left


def test_succeeded_canceled_on_the_dashboard(shop: Shop) -> None:
    """Within an hour; the money is back, and may be refunded again."""
    made = refund(shop)
    shop.advance(seconds=3_600)
    seen = len(shop.events())
    done = shop.control("POST", f"/refunds/{made['id']}/cancel")
    assert (done["status"], done["failure_reason"]) == ("canceled", "merchant_request")
    assert shop.events(seen) == ["refund.updated", "charge.refund.updated"]
    back = statement(shop)[-1]
    assert (back["type"], back["amount"], back["id"]) == ("refund_failure", 2000, done["failure_balance_transaction"])
    assert (of_its_charge(shop, made), shop.balance("merchant:pending")) == ((0, False), 2000 - 88)
    assert shop.post("/v1/refunds", {"charge": made["charge"]})["status"] == "succeeded"
    assert shop.control("POST", f"/refunds/{made['id']}/cancel").status == 409


@pytest.mark.parametrize("why", ["too_late", "pending", "failed", "debit"])
def test_other_refunds_are_not_canceled_on_the_dashboard(shop: Shop, why: str) -> None:
    if why == "debit":
        paid = debit(shop)
        shop.advance(days=5)
        made = shop.post("/v1/refunds", {"payment_intent": paid["id"]}).body
        shop.advance(seconds=5)
    else:
        made = refund(shop, {"pending": "pendingRefund", "failed": "refundFail"}.get(why, "visa"))
        shop.advance(seconds={"too_late": 3_601, "failed": 4}.get(why, 0))
    seen = len(shop.events())
    refused = shop.control("POST", f"/refunds/{made['id']}/cancel")
    assert (refused.status, shop.events(seen)) == (409, [])
    assert "for 60 minutes" in refused.error["message"]


def test_the_api_cancels_no_refund_to_a_card(shop: Shop) -> None:
    assert shop.post(f"/v1/refunds/{refund(shop)['id']}/cancel").error["message"] == "Canceling this refund is unsupported."


# 3.3 Dispute: states and causes. Each row: how it gets into its first state, the cause, where it is then, and whether money has moved.


def dispute(shop: Shop, status: str) -> str:
    """A dispute in that status."""
    kind = "inquiry" if status.startswith("warning") else "chargeback"
    made = bank_opens(shop, shop.pay(), kind)
    if status in ("under_review", "warning_under_review", "won"):
        submit(shop, made, "a")
    if status in ("lost", "appeal_needs_response", "appeal_under_review"):
        submit(shop, made, "losing_evidence")
        shop.advance(seconds=6)
    if status.startswith("appeal"):
        decide(shop, made, "escalate")
    if status == "appeal_under_review":
        appeal(shop, made, "please")
    if status in ("won", "warning_closed"):
        decide(shop, made, "win")
    assert shop.get(f"/v1/disputes/{made}")["status"] == status
    return made


def appeal(shop: Shop, made: str, words: str) -> Answer:
    return shop.post(f"/v1/disputes/{made}", {"evidence": {"appeal": {"card": {"reason_for_filing": words}}}})


def act(shop: Shop, made: str, cause: str) -> None:
    if cause == "evidence":
        submit(shop, made, "a")
    elif cause == "appeal":
        appeal(shop, made, "please")
    elif cause == "close":
        shop.post(f"/v1/disputes/{made}/close")
    elif cause == "deadline":
        shop.advance(days=9)
    elif cause == "120_days":
        shop.advance(days=120)
    else:
        decide(shop, made, cause)


TAKEN, BACK, NEVER = "taken", "back", "never"
STATES = (
    ("needs_response", "evidence", "under_review", TAKEN),
    ("needs_response", "close", "lost", TAKEN),
    ("needs_response", "deadline", "lost", TAKEN),
    ("under_review", "win", "won", BACK),
    ("under_review", "lose", "lost", TAKEN),
    ("warning_needs_response", "evidence", "warning_under_review", NEVER),
    ("warning_needs_response", "escalate", "needs_response", TAKEN),
    ("warning_under_review", "escalate", "needs_response", TAKEN),
    ("warning_needs_response", "120_days", "warning_closed", NEVER),
    ("warning_under_review", "120_days", "warning_closed", NEVER),
    ("warning_needs_response", "win", "warning_closed", NEVER),
    ("warning_under_review", "win", "warning_closed", NEVER),
    ("lost", "win", "won", BACK),
    ("lost", "escalate", "appeal_needs_response", TAKEN),
    ("appeal_needs_response", "appeal", "appeal_under_review", TAKEN),
    ("appeal_under_review", "win", "won", BACK),
    ("appeal_under_review", "lose", "lost", TAKEN),
)


@pytest.mark.parametrize(("start", "cause", "end", "money_is"), STATES, ids=["-".join(row[:3]) for row in STATES])
def test_a_dispute_goes_on(shop: Shop, start: str, cause: str, end: str, money_is: str) -> None:
    """Its fee is taken once, whatever happens, and never given back; each line of money is of the whole amount."""
    made = dispute(shop, start)
    act(shop, made, cause)
    after = shop.get(f"/v1/disputes/{made}")
    assert after["status"] == end
    amounts = [row["amount"] for row in after["balance_transactions"]]
    assert amounts == {TAKEN: [-2000], BACK: [-2000, 2000], NEVER: []}[money_is]
    assert [row["fee"] for row in after["balance_transactions"]] == [1500, 0][: len(amounts)]
    assert shop.balance("fees:dispute") == (0 if money_is == NEVER else 1500)
    assert shop.balance("dispute:held") == (2000 if end in ("needs_response", "under_review") else 0)
    assert after["payment_method_details"]["card"]["case_type"] == ("inquiry" if money_is == NEVER else "chargeback")
    assert after["is_charge_refundable"] is (money_is != TAKEN)
    lines = [row for row in statement(shop) if row["type"] not in ("charge", "adjustment")]
    assert lines == []


@pytest.mark.parametrize("end", ["won", "warning_closed"])
@pytest.mark.parametrize("cause", ["win", "lose", "escalate"])
def test_a_finished_dispute_is_final(shop: Shop, end: str, cause: str) -> None:
    made = dispute(shop, end)
    assert shop.control("POST", f"/disputes/{made}/{cause}").status == 409
    for path in ("", "/close"):
        refused = shop.post(f"/v1/disputes/{made}{path}", {} if path else {"evidence": {"uncategorized_text": "a"}})
        assert refused.error["message"] == "This dispute is already closed"


def test_an_escalated_inquiry_needs_a_second_response(shop: Shop) -> None:
    made = dispute(shop, "warning_under_review")
    decide(shop, made, "escalate")
    submit(shop, made, "winning_evidence")
    assert shop.get(f"/v1/disputes/{made}")["evidence_details"]["submission_count"] == 2
    shop.advance(seconds=6)
    assert shop.get(f"/v1/disputes/{made}")["status"] == "won"


# 3.4 and 3.7 Timings


@pytest.mark.parametrize(("name", "seconds"), [
    ("card_effect", 0), ("magic_evidence", 6), ("refund_settles", 5), ("refund_fails", 4), ("refund_reference", 2), ("enrichment", 3),
    ("debit_ends", 5 * DAY), ("inquiry_expires", 120 * DAY), ("authorization", 7 * DAY),
])  # fmt: skip
def test_a_span_of_test_mode(name: str, seconds: int) -> None:
    assert money.TIMINGS["testmode"][name] == seconds


@pytest.mark.parametrize(("card", "days"), [
    ("visa", 15), ("mastercard", 21), ("amex", 14), ("discover", 18), ("jcb", 15),
])  # fmt: skip
@pytest.mark.parametrize("profile", ["testmode", "network"])
def test_due_by_of_a_network(profile: str, card: str, days: int) -> None:
    """The last second of the day; 8 days after the opening in test mode."""
    shop = Shop(profile=profile)
    made = bank_opens(shop, shop.pay(f"pm_card_{card}", capture_method="automatic"))
    due = START - START % DAY + (days if profile == "network" else 8) * DAY + DAY - 1
    assert shop.get(f"/v1/disputes/{made}")["evidence_details"]["due_by"] == due
    shop.close()


def test_the_network_decides_after_60_days(network_shop: Shop) -> None:
    made = bank_opens(network_shop, network_shop.pay())
    submit(network_shop, made, "a")
    network_shop.advance(seconds=60 * DAY - 1)
    assert network_shop.get(f"/v1/disputes/{made}")["status"] == "under_review"
    network_shop.advance(seconds=1)
    assert network_shop.get(f"/v1/disputes/{made}")["status"] == "lost"


def test_a_late_answer_of_an_inquiry_is_past_due(shop: Shop) -> None:
    """It stays open to its 120th day, so it can be answered after its deadline."""
    made = bank_opens(shop, shop.pay(), "inquiry")
    shop.advance(days=20)
    submit(shop, made, "a")
    after = shop.get(f"/v1/disputes/{made}")
    assert (after["status"], after["evidence_details"]["past_due"]) == ("warning_under_review", True)


def test_disputes_that_cannot_be_challenged_have_no_deadline(shop: Shop) -> None:
    paid = debit(shop, "pm_usBankAccount_dispute")
    shop.advance(days=5)
    (found,) = shop.disputes_of(paid)
    assert (found["status"], found["evidence_details"]["due_by"]) == ("lost", 0)


# 3.5 What decides in test mode

MAGIC = (
    ("needs_response", "winning_evidence", "under_review", "won", 2),
    ("warning_needs_response", "winning_evidence", "warning_under_review", "warning_closed", 0),
    ("needs_response", "losing_evidence", "under_review", "lost", 1),
    ("warning_needs_response", "losing_evidence", "warning_under_review", "warning_closed", 0),
    ("warning_needs_response", "escalate_inquiry_evidence", "warning_under_review", "needs_response", 1),
    ("needs_response", "escalate_inquiry_evidence", "under_review", "under_review", 1),
    ("needs_response", "winning_evidence, I hope", "under_review", "under_review", 1),
    ("warning_needs_response", "anything else", "warning_under_review", "warning_under_review", 0),
)


@pytest.mark.parametrize(("start", "word", "first", "end", "lines"), MAGIC, ids=[f"{row[0]}-{row[1]}" for row in MAGIC])
def test_a_word_decides(shop: Shop, start: str, word: str, first: str, end: str, lines: int) -> None:
    """The answer still says that it is under review; six seconds later it is decided, or never."""
    made = dispute(shop, start)
    assert shop.post(f"/v1/disputes/{made}", {"evidence": {"uncategorized_text": word}})["status"] == first
    shop.advance(seconds=5)
    assert shop.get(f"/v1/disputes/{made}")["status"] == first
    shop.advance(seconds=1 if first != end else 100 * DAY)
    after = shop.get(f"/v1/disputes/{made}")
    assert (after["status"], len(after["balance_transactions"])) == (end, lines)


# 3.6 Disputes, refunds and several disputes


@pytest.mark.parametrize("when", ["open", "lost"])
def test_refund_while_a_chargeback_is_open_or_lost(shop: Shop, when: str) -> None:
    made = dispute(shop, "needs_response" if when == "open" else "lost")
    refused = shop.post("/v1/refunds", {"charge": shop.get(f"/v1/disputes/{made}")["charge"]})
    assert (refused.status, refused.error["code"]) == (400, "charge_disputed")


def test_refund_while_an_inquiry_is_open(shop: Shop) -> None:
    """A partial one does not prevent escalation."""
    made = dispute(shop, "warning_needs_response")
    assert shop.get(f"/v1/disputes/{made}")["is_charge_refundable"] is True
    assert shop.post("/v1/refunds", {"charge": shop.get(f"/v1/disputes/{made}")["charge"], "amount": 500})["status"] == "succeeded"
    shop.advance(seconds=600)
    decide(shop, made, "escalate")
    assert shop.get(f"/v1/disputes/{made}")["status"] == "needs_response"


@pytest.mark.parametrize(("age", "status", "reason"), [(30, "failed", "charge_for_pending_refund_disputed"), (300, "succeeded", None)])
def test_an_inquiry_escalates_after_a_full_refund(shop: Shop, age: int, status: str, reason: str | None) -> None:
    """Within seconds the refund fails; after minutes it stays, and the whole amount is withdrawn all the same."""
    made = dispute(shop, "warning_needs_response")
    back = shop.post("/v1/refunds", {"charge": shop.get(f"/v1/disputes/{made}")["charge"]}).body
    shop.advance(seconds=age)
    decide(shop, made, "escalate")
    after = now(shop, back)
    assert (after["status"], after.get("failure_reason")) == (status, reason)
    assert [row["amount"] for row in shop.get(f"/v1/disputes/{made}")["balance_transactions"]] == [-2000]


def test_a_full_refund_closes_an_inquiry_in_real_life(network_shop: Shop) -> None:
    made = bank_opens(network_shop, network_shop.pay(), "inquiry")
    network_shop.post("/v1/refunds", {"charge": network_shop.get(f"/v1/disputes/{made}")["charge"]})
    assert network_shop.get(f"/v1/disputes/{made}")["status"] == "warning_closed"


def test_refund_after_a_win(shop: Shop) -> None:
    made = dispute(shop, "won")
    assert shop.get(f"/v1/disputes/{made}")["is_charge_refundable"] is True
    assert shop.post("/v1/refunds", {"charge": shop.get(f"/v1/disputes/{made}")["charge"]})["status"] == "succeeded"


def test_dispute_after_full_and_after_partial_refund(shop: Shop) -> None:
    """What is wholly refunded cannot be disputed; otherwise the rest may be, and no more."""
    paid = shop.pay()
    shop.post("/v1/refunds", {"payment_intent": paid["id"], "amount": 500})
    assert shop.control("POST", "/disputes", {"charge": paid["id"], "amount": 1501}).status == 409
    assert shop.control("POST", "/disputes", {"charge": paid["id"]})["amount"] == 1500
    whole = shop.pay()
    shop.post("/v1/refunds", {"payment_intent": whole["id"]})
    assert shop.control("POST", "/disputes", {"charge": whole["id"]}).status == 409


def test_several_partial_disputes_of_one_charge(shop: Shop) -> None:
    """Each has its own id, money and evidence; the charge shows the latest."""
    paid = shop.pay()
    ids = [shop.control("POST", "/disputes", {"charge": paid["id"], "amount": amount})["id"] for amount in (700, 300)]
    submit(shop, ids[0], "winning_evidence")
    shop.advance(seconds=6)
    found = [shop.get(f"/v1/disputes/{id}").body for id in ids]
    assert [(d["status"], [row["amount"] for row in d["balance_transactions"]]) for d in found] == [
        ("won", [-700, 700]), ("needs_response", [-300]),
    ]  # fmt: skip
    assert [bool(d["evidence"]["uncategorized_text"]) for d in found] == [True, False]
    shown = shop.get(f"/v1/charges/{paid['latest_charge']}", headers={"stripe-version": "2022-08-01"})
    assert (shown["disputed"], shown["dispute"]) == (True, ids[1])
    assert [d["id"] for d in shop.get("/v1/disputes", {"charge": paid["latest_charge"]})["data"]] == ids[::-1]


def test_enrichment_fills_what_stripe_knows_and_counts_as_no_evidence(shop: Shop) -> None:
    who = shop.post("/v1/customers", {"name": "Ann", "email": "ann@example.com"})["id"]
    billing = {"address": {"line1": "1 Main St", "postal_code": "94111"}}
    method = shop.post("/v1/payment_methods", {"type": "card", "card": {"token": "tok_createDispute"}, "billing_details": billing})["id"]
    paid = shop.pay(method, customer=who, description="Shoes")
    (made,) = shop.disputes_of(paid)
    known = ("billing_address", "customer_email_address", "customer_name", "product_description")
    assert [made["evidence"][name] for name in known] == [None] * 4
    shop.advance(seconds=3)
    after = shop.get(f"/v1/disputes/{made['id']}")
    assert [after["evidence"][name] for name in known] == ["1 Main St, 94111", "ann@example.com", "Ann", "Shoes"]
    assert (after["evidence_details"]["has_evidence"], after["evidence_details"]["submission_count"]) == (False, 0)
