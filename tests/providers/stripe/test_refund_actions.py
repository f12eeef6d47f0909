"""Refunds that need the customer: PromptPay cannot send money back, so he is asked for a bank account."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import DAY, Answer, Shop

HOLDER = {"name": "Mali", "email": "mali@example.com"}
UPDATED = ["refund.updated", "charge.refund.updated"]
FAILED = ["refund.updated", "refund.failed", "charge.refund.updated"]


def scan(shop: Shop, **params: Any) -> Answer:
    data = {"type": "promptpay", "billing_details": HOLDER}
    wanted = {"amount": 20_000, "currency": "thb", "payment_method_data": data, "confirm": True, **params}
    return shop.post("/v1/payment_intents", wanted)


def decide(shop: Shop, made: Any, verdict: str = "pass") -> Any:
    answer = shop.control("POST", f"/three_d_secure/{made['id']}/{verdict}")
    assert answer.status == 200, answer.body
    return answer.body


def paid(shop: Shop, **params: Any) -> Any:
    return decide(shop, scan(shop, **params))


def refund(shop: Shop, made: Any, **params: Any) -> Any:
    answer = shop.post("/v1/refunds", {"payment_intent": made["id"], **params})
    assert answer.status == 200, answer.body
    return answer.body


def charge_of(shop: Shop, made: Any) -> Any:
    return shop.get(f"/v1/charges/{made['latest_charge']}", {"expand": ["balance_transaction"]}).body


# The payment


def test_a_code_is_scanned_and_paid(shop: Shop) -> None:
    made = scan(shop).body
    assert (made["status"], made["latest_charge"], made["payment_method_types"]) == ("requires_action", None, ["card", "promptpay"])
    action = made["next_action"]
    assert action["type"] == "promptpay_display_qr_code"
    assert set(action["promptpay_display_qr_code"]) == {"data", "hosted_instructions_url", "image_url_png", "image_url_svg"}
    done = decide(shop, made)
    assert (done["status"], done["amount_received"], done["next_action"]) == ("succeeded", 20_000, None)
    assert shop.events() == [
        "payment_intent.created", "payment_intent.requires_action", "charge.succeeded", "payment_intent.succeeded",
    ]  # fmt: skip
    charge = charge_of(shop, done)
    assert (charge["id"][:4], charge["paid"], charge["payment_method_details"]["type"]) == ("py_3", True, "promptpay")
    row = charge["balance_transaction"]
    assert (row["type"], row["reporting_category"], row["amount"], row["fee"]) == ("payment", "charge", 20_000, 330)
    assert row["status"] == "pending"


def test_whoever_does_not_pay_may_try_another_way(shop: Shop) -> None:
    made = scan(shop).body
    left = decide(shop, made, "fail")
    assert (left["status"], left["latest_charge"]) == ("requires_payment_method", None)
    assert left["last_payment_error"]["code"] == "payment_intent_payment_attempt_failed"
    assert left["last_payment_error"]["payment_method"]["type"] == "promptpay"
    assert shop.events()[-1] == "payment_intent.payment_failed"


@pytest.mark.parametrize(("params", "param"), [
    ({"currency": "usd"}, "currency"), ({"capture_method": "manual"}, "capture_method"),
    ({"setup_future_usage": "off_session"}, "setup_future_usage"), ({"payment_method_types": ["card"]}, "payment_method"),
    ({"payment_method_data": {"type": "promptpay"}}, "payment_method_data[billing_details][email]"),
])  # fmt: skip
def test_a_code_that_cannot_be_is_refused(shop: Shop, params: Any, param: str) -> None:
    answer = scan(shop, **params)
    assert (answer.status, answer.error["param"], shop.events()) == (400, param, [])


def test_a_code_pays_once(shop: Shop) -> None:
    """It is saved with nobody, and set up for nothing."""
    customer = shop.post("/v1/customers").body["id"]
    method = shop.post("/v1/payment_methods", {"type": "promptpay", "billing_details": HOLDER}).body
    assert (method["type"], method["promptpay"]) == ("promptpay", {})
    for path, params in (
        (f"/v1/payment_methods/{method['id']}/attach", {"customer": customer}),
        ("/v1/setup_intents", {"payment_method": method["id"], "confirm": True}),
    ):
        answer = shop.post(path, params)
        assert (answer.status, answer.error["param"]) == (400, "payment_method")
    wanted = {"amount": 20_000, "currency": "thb", "payment_method": method["id"], "confirm": True}
    decide(shop, shop.post("/v1/payment_intents", wanted).body)
    assert shop.post("/v1/payment_intents", wanted).error["param"] == "payment_method"


def test_nobody_disputes_it(shop: Shop) -> None:
    answer = shop.control("POST", "/disputes", {"charge": paid(shop)["id"]})
    assert (answer.status, "PromptPay" in answer["error"]["message"]) == (422, True)


# Its refund


def test_a_refund_waits_for_the_customer(shop: Shop) -> None:
    """He has 45 days; the money is set aside."""
    made = paid(shop)
    shop.advance(days=3)
    seen, before = len(shop.events()), shop.balance("merchant:available", "thb")
    back = refund(shop, made, amount=5_000)
    assert (back["id"][:5], back["status"], back["balance_transaction"]) == ("pyr_3", "requires_action", None)
    assert back["instructions_email"] == "mali@example.com"
    assert back["next_action"] == {
        "display_details": {"email_sent": {"email_sent_at": shop.now, "email_sent_to": "mali@example.com"},
                            "expires_at": shop.now + 45 * DAY},
        "type": "display_details",
    }  # fmt: skip
    assert back["destination_details"] == {"th_bank_transfer": {}, "type": "th_bank_transfer"}
    assert shop.events(since=seen) == ["refund.created", "charge.refunded"]
    assert charge_of(shop, made)["amount_refunded"] == 5_000
    assert shop.balance("merchant:available", "thb") == before - 5_000


def test_it_is_sent_once_he_has_named_an_account(shop: Shop) -> None:
    back = refund(shop, paid(shop))
    seen = len(shop.events())
    done = shop.control("POST", f"/refunds/{back['id']}/succeed").body
    assert (done["status"], "next_action" in done, done["balance_transaction"][:4]) == ("succeeded", False, "txn_")
    assert shop.events(since=seen) == [*UPDATED, *UPDATED]
    pending = shop.get("/v1/events", {"type": "refund.updated"})["data"][1]["data"]
    assert (pending["object"]["status"], pending["object"]["pending_reason"]) == ("pending", "processing")
    assert pending["previous_attributes"]["status"] == "requires_action"
    assert shop.advance(days=50) == ["funds_available"]


def test_the_merchant_names_another_address(shop: Shop) -> None:
    back = refund(shop, paid(shop), instructions_email="shop@example.com")
    assert (back["instructions_email"], back["next_action"]["display_details"]["email_sent"]["email_sent_to"]) == ("shop@example.com",) * 2
    card = refund(shop, shop.pay(), instructions_email="shop@example.com")
    assert (card["status"], card["instructions_email"]) == ("succeeded", "shop@example.com")


def test_a_refund_that_needs_action_is_canceled(shop: Shop) -> None:
    made = paid(shop)
    back = refund(shop, made)
    seen = len(shop.events())
    gone = shop.post(f"/v1/refunds/{back['id']}/cancel").body
    assert (gone["status"], gone["failure_reason"], "next_action" in gone) == ("canceled", "merchant_request", False)
    assert shop.events(since=seen) == UPDATED
    row = shop.get(f"/v1/balance_transactions/{gone['failure_balance_transaction']}").body
    assert (row["type"], row["amount"], row["source"]) == ("refund_failure", 20_000, back["id"])
    charge = charge_of(shop, made)
    assert (charge["amount_refunded"], charge["refunded"]) == (0, False)
    for verb in ("cancel", "cancel"):
        again = shop.post(f"/v1/refunds/{back['id']}/{verb}")
        assert (again.status, again.error["message"]) == (400, "Canceling this refund is unsupported.")
    assert refund(shop, made)["status"] == "requires_action"


@pytest.mark.parametrize("how", ["helper", "clock"])
def test_a_refund_that_nobody_acts_on_fails(shop: Shop, how: str) -> None:
    made = paid(shop)
    back = refund(shop, made)
    shop.advance(days=3)
    seen = len(shop.events())
    if how == "helper":
        assert shop.post(f"/v1/test_helpers/refunds/{back['id']}/expire")["status"] == "failed"
    else:
        assert shop.advance(seconds=42 * DAY) == ["refund_expires"]
    assert shop.events(since=seen) == FAILED
    failed = shop.get(f"/v1/refunds/{back['id']}").body
    assert (failed["status"], failed["failure_reason"]) == ("failed", "unknown")
    assert failed["failure_balance_transaction"].startswith("txn_")
    assert charge_of(shop, made)["amount_refunded"] == 0
    assert "refund_expires" not in [timer.name for timer in shop.merchant.timers]


@pytest.mark.parametrize("path", ["/v1/refunds/{}/cancel", "/v1/test_helpers/refunds/{}/expire"])
@pytest.mark.parametrize("card", ["pm_card_visa", "pm_card_pendingRefund"])
def test_a_refund_to_a_card_is_neither_canceled_nor_expired(shop: Shop, path: str, card: str) -> None:
    back = refund(shop, shop.pay(card))
    seen = len(shop.events())
    assert shop.post(path.format(back["id"])).status == 400
    assert shop.events(since=seen) == []


@pytest.mark.parametrize("reason", ["lost_or_stolen_card", "expired_or_canceled_card", "insufficient_funds", "declined", "unknown"])
def test_a_refund_fails_for_each_documented_reason(shop: Shop, reason: str) -> None:
    back = refund(shop, paid(shop))
    failed = shop.control("POST", f"/refunds/{back['id']}/fail", {"failure_reason": reason}).body
    assert (failed["status"], failed["failure_reason"]) == ("failed", reason)


def test_metadata_changes_while_it_waits(shop: Shop) -> None:
    back = refund(shop, paid(shop))
    assert shop.post(f"/v1/refunds/{back['id']}", {"metadata": {"ticket": "7"}})["status"] == "requires_action"
    assert shop.events()[-2:] == UPDATED
