"""`/v1/refunds`: each row of the refund table, by name."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.providers.stripe import PROVIDER
from tests.harness import DAY, Shop

ONE_OF = "One of the following params should be provided for this request: payment_intent or charge."
BY_INTENT = (
    "This uncaptured Charge was created by a PaymentIntent ({}). You must cancel the PaymentIntent to reverse the authorization instead of "
    "refunding the Charge directly. For more information, see https://stripe.com/docs/payments/place-a-hold-on-a-payment-method"
)
REFUNDED = ["refund.created", "charge.refunded"]
CHANGED = ["refund.updated", "charge.refund.updated"]
FAILED = ["refund.updated", "refund.failed", "charge.refund.updated"]


def refused(answer: Any, status: int, code: str | None, param: str | None, message: str) -> None:
    assert answer.status == status, answer.body
    error = answer.error
    assert (error["type"], error.get("code"), error.get("param"), error["message"]) == ("invalid_request_error", code, param, message)


def last_events(shop: Shop, count: int) -> list[Any]:
    return shop.get("/v1/events", {"limit": count})["data"][::-1]


# What a refund is


def test_a_refund_without_amount_gives_back_all_that_is_left(shop: Shop) -> None:
    """It has succeeded at once, and the charge is refunded."""
    paid = shop.pay(amount=2000)
    shop.post("/v1/refunds", {"payment_intent": paid["id"], "amount": 500})
    seen = len(shop.events())
    refund = shop.post("/v1/refunds", {"charge": paid["latest_charge"], "reason": "requested_by_customer", "metadata": {"a": "b"}})
    assert refund.status == 200
    assert (refund["amount"], refund["status"], refund["reason"], refund["metadata"]) == (
        1500, "succeeded", "requested_by_customer", {"a": "b"},
    )  # fmt: skip
    assert (refund["payment_intent"], refund["charge"]) == (paid["id"], paid["latest_charge"])
    assert "pending_reason" not in refund.body
    assert "failure_reason" not in refund.body
    charge = shop.get(f"/v1/charges/{paid['latest_charge']}")
    assert (charge["amount_refunded"], charge["refunded"]) == (2000, True)
    assert shop.events(seen) == REFUNDED


def test_a_partial_refund_tells_what_it_changed(shop: Shop) -> None:
    """`charge.refunded` is sent for a part too; `refunded` changes only with the last one."""
    paid = shop.pay(amount=2000)
    for amount, told in ((500, {"amount_refunded": 0}), (1500, {"amount_refunded": 500, "refunded": False})):
        shop.post("/v1/refunds", {"payment_intent": paid["id"], "amount": amount})
        created, refunded = last_events(shop, 2)
        assert created["type"] == "refund.created"
        assert "previous_attributes" not in created["data"]
        assert refunded["data"]["previous_attributes"] == told
        assert "refunds" not in refunded["data"]["object"]


def test_a_refund_of_a_customers_payment_names_the_customer_and_the_method(shop: Shop) -> None:
    customer = shop.post("/v1/customers", {"email": "jane@example.com"})["id"]
    method = shop.post("/v1/payment_methods/pm_card_visa/attach", {"customer": customer})["id"]
    paid = shop.pay(method, customer=customer)
    refund = shop.post("/v1/refunds", {"payment_intent": paid["id"]})
    assert (refund["customer"], refund["payment_method"]) == (customer, method)


def test_a_refunds_metadata_can_be_changed_and_nothing_else(shop: Shop) -> None:
    paid = shop.pay()
    refund = shop.post("/v1/refunds", {"payment_intent": paid["id"], "metadata": {"a": "1", "b": "2"}})
    seen = len(shop.events())
    changed = shop.post(f"/v1/refunds/{refund['id']}", {"metadata": {"a": "", "c": "3"}})
    assert changed["metadata"] == {"b": "2", "c": "3"}
    assert shop.events(seen) == CHANGED
    refused(
        shop.post(f"/v1/refunds/{refund['id']}", {"amount": 1}), 400, "parameter_unknown", "amount", "Received unknown parameter: amount"
    )


def test_refunds_are_listed_newest_first_by_charge_intent_and_time(shop: Shop) -> None:
    """Lists by charge also carry `count`; an unknown payment is a 400."""
    one, other = shop.pay(), shop.pay()
    first = shop.post("/v1/refunds", {"payment_intent": one["id"], "amount": 100})["id"]
    shop.advance(seconds=60)
    second = shop.post("/v1/refunds", {"payment_intent": one["id"], "amount": 200})["id"]
    third = shop.post("/v1/refunds", {"payment_intent": other["id"]})["id"]

    def ids(**filters: Any) -> list[str]:
        return [refund["id"] for refund in shop.get("/v1/refunds", filters)["data"]]

    assert ids() == [third, second, first]
    assert ids(payment_intent=one["id"]) == [second, first]
    by_charge = shop.get("/v1/refunds", {"charge": one["latest_charge"], "limit": 1})
    assert (by_charge["count"], by_charge["has_more"], len(by_charge["data"])) == (2, True, 1)
    assert ids(created={"gte": shop.now}) == [third, second]
    assert ids(charge=one["latest_charge"], starting_after=second) == [first]
    refused(shop.get("/v1/refunds", {"charge": "ch_x"}), 400, "resource_missing", "charge", "No such charge: 'ch_x'")
    refused(
        shop.get("/v1/refunds", {"payment_intent": "pi_x"}), 400, "resource_missing", "payment_intent", "No such payment_intent: 'pi_x'"
    )


def test_an_unknown_refund_is_a_404(shop: Shop) -> None:
    refused(shop.get("/v1/refunds/re_x"), 404, "resource_missing", "refund", "No such refund: 're_x'")
    refused(shop.post("/v1/refunds/re_x"), 404, "resource_missing", "refund", "No such refund: 're_x'")


# Illegal calls, row by row


def test_neither_charge_nor_payment_intent(shop: Shop) -> None:
    refused(shop.post("/v1/refunds"), 400, None, None, ONE_OF)


def test_charge_and_payment_intent_that_do_not_belong_together(shop: Shop) -> None:
    """Both are fine when they name one payment."""
    one, other = shop.pay(), shop.pay()
    answer = shop.post("/v1/refunds", {"payment_intent": one["id"], "charge": other["latest_charge"]})
    assert (answer.status, answer.error["code"]) == (400, "parameters_exclusive")
    assert shop.post("/v1/refunds", {"payment_intent": one["id"], "charge": one["latest_charge"]}).status == 200


def test_more_than_is_left_has_no_code(shop: Shop) -> None:
    paid = shop.pay(amount=3000)
    shop.post("/v1/refunds", {"payment_intent": paid["id"], "amount": 500})
    message = "Refund amount ($30.00) is greater than unrefunded amount on charge ($25.00)"
    refused(shop.post("/v1/refunds", {"payment_intent": paid["id"], "amount": 3000}), 400, None, "amount", message)


def test_more_than_is_left_of_yen_has_no_decimals(shop: Shop) -> None:
    paid = shop.pay(amount=3000, currency="jpy")
    message = "Refund amount (¥3,001) is greater than unrefunded amount on charge (¥3,000)"
    refused(shop.post("/v1/refunds", {"payment_intent": paid["id"], "amount": 3001}), 400, None, "amount", message)


def test_nothing_left(shop: Shop) -> None:
    paid = shop.pay()
    shop.post("/v1/refunds", {"payment_intent": paid["id"]})
    charge = paid["latest_charge"]
    for amount in ({}, {"amount": 1}):
        answer = shop.post("/v1/refunds", {"payment_intent": paid["id"], **amount})
        refused(answer, 400, "charge_already_refunded", None, f"Charge {charge} has already been refunded.")


@pytest.mark.parametrize("amount", [0, -5])
def test_amount_of_nothing_or_less(shop: Shop, amount: int) -> None:
    answer = shop.post("/v1/refunds", {"payment_intent": shop.pay()["id"], "amount": amount})
    refused(answer, 400, "parameter_invalid_integer", "amount", "This value must be greater than or equal to 1.")


def test_bad_reason(shop: Shop) -> None:
    """Stripe's own reason, expired_uncaptured_charge, is not for users."""
    for reason in ("because", "expired_uncaptured_charge"):
        answer = shop.post("/v1/refunds", {"payment_intent": shop.pay()["id"], "reason": reason})
        message = "Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer"
        refused(answer, 400, None, "reason", message)


def test_uncaptured_payment_intent(shop: Shop) -> None:
    held = shop.pay(capture_method="manual")
    for of in ({"payment_intent": held["id"]}, {"charge": held["latest_charge"]}):
        refused(shop.post("/v1/refunds", of), 400, None, None, BY_INTENT.format(held["id"]))


def test_payment_intent_without_successful_charge(shop: Shop) -> None:
    intent = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd"})["id"]
    message = f"This PaymentIntent ({intent}) does not have a successful charge to refund."
    refused(shop.post("/v1/refunds", {"payment_intent": intent}), 400, None, None, message)
    shop.post(f"/v1/payment_intents/{intent}/confirm", {"payment_method": "pm_card_chargeDeclined"})
    refused(shop.post("/v1/refunds", {"payment_intent": intent}), 400, None, None, message)


def test_a_failed_charge_has_nothing_to_refund(shop: Shop) -> None:
    shop.post("/v1/charges", {"amount": 2000, "currency": "usd", "source": "tok_chargeDeclined"})
    charge = shop.get("/v1/charges")["data"][0]["id"]
    refused(shop.post("/v1/refunds", {"charge": charge}), 400, None, None, f"Charge {charge} failed, so there is nothing to refund.")


def test_unknown_charge_is_a_404_and_unknown_intent_a_400(shop: Shop) -> None:
    refused(shop.post("/v1/refunds", {"charge": "ch_x"}), 404, "resource_missing", "id", "No such charge: 'ch_x'")
    answer = shop.post("/v1/refunds", {"payment_intent": "pi_x"})
    refused(answer, 400, "resource_missing", "payment_intent", "No such payment_intent: 'pi_x'")


def test_cancel_of_a_refund_that_does_not_wait_for_action(shop: Shop) -> None:
    for card in ("pm_card_visa", "pm_card_pendingRefund"):
        refund = shop.post("/v1/refunds", {"payment_intent": shop.pay(card)["id"]})
        refused(shop.post(f"/v1/refunds/{refund['id']}/cancel"), 400, None, None, "Canceling this refund is unsupported.")
    refused(shop.post("/v1/refunds/re_x/cancel"), 404, "resource_missing", "refund", "No such refund: 're_x'")


def test_reverse_transfer_without_transfer(shop: Shop) -> None:
    paid = shop.pay()
    charge = paid["latest_charge"]
    message = f"Cannot reverse transfer on charge {charge} because it does not have an associated transfer."
    refused(shop.post("/v1/refunds", {"charge": charge, "reverse_transfer": True}), 400, None, "reverse_transfer", message)
    assert shop.post("/v1/refunds", {"charge": charge, "reverse_transfer": False, "refund_application_fee": False}).status == 200


def test_a_parameter_of_other_payment_methods_is_refused_by_name(shop: Shop) -> None:
    """No parameter that the sandbox lacks is silently dropped."""
    answer = shop.post("/v1/refunds", {"payment_intent": shop.pay()["id"], "origin": "customer_balance"})
    assert (answer.status, answer.error["code"], answer.error["param"]) == (501, "sandbox_not_emulated", "origin")


def test_a_refused_refund_leaves_no_trace(shop: Shop) -> None:
    paid = shop.pay()
    before = (shop.merchant.serial, shop.events(), dict(shop.merchant.ledger.balances), len(shop.merchant.timers))
    assert shop.post("/v1/refunds", {"payment_intent": paid["id"], "amount": 9999}).status == 400
    assert (shop.merchant.serial, shop.events(), dict(shop.merchant.ledger.balances), len(shop.merchant.timers)) == before


# What becomes of it


def test_a_pending_refund_succeeds_later(shop: Shop) -> None:
    """…7726: the money has left the balance at once."""
    paid = shop.pay("pm_card_pendingRefund")
    seen = len(shop.events())
    refund = shop.post("/v1/refunds", {"payment_intent": paid["id"]})
    assert (refund["status"], refund["pending_reason"]) == ("pending", "processing")
    assert refund["balance_transaction"] is not None
    assert shop.advance(seconds=4) == []
    assert shop.advance(seconds=1) == ["refund_settles"]
    settled = shop.get(f"/v1/refunds/{refund['id']}").body
    assert settled["status"] == "succeeded"
    assert "pending_reason" not in settled
    assert shop.events(seen) == REFUNDED + CHANGED
    updated = last_events(shop, 1)[0]
    assert updated["data"]["previous_attributes"] == {"status": "pending", "pending_reason": "processing"}
    assert updated["request"] == {"id": None, "idempotency_key": None}


def test_a_failing_refund_gives_the_money_back(shop: Shop) -> None:
    """…5126: succeeded at first, failed 4 s later; the charge is refunded no more."""
    paid = shop.pay("pm_card_refundFail", amount=2000)
    before = shop.balance("merchant:pending")
    seen = len(shop.events())
    refund = shop.post("/v1/refunds", {"payment_intent": paid["id"]})
    assert refund["status"] == "succeeded"
    assert shop.balance("merchant:pending") == before - 2000
    assert shop.advance(seconds=3) == ["refund_reference"]
    assert shop.advance(seconds=1) == ["refund_fails"]
    failed = shop.get(f"/v1/refunds/{refund['id']}").body
    assert (failed["status"], failed["failure_reason"]) == ("failed", "expired_or_canceled_card")
    assert failed["failure_balance_transaction"] != failed["balance_transaction"]
    charge = shop.get(f"/v1/charges/{paid['latest_charge']}")
    assert (charge["amount_refunded"], charge["refunded"]) == (0, False)
    assert shop.balance("merchant:pending") == before
    assert shop.events(seen) == [*REFUNDED, "refund.updated", "charge.refund.updated", *FAILED]
    old = last_events(shop, 1)[0]
    assert old["data"]["previous_attributes"] == {"failure_balance_transaction": None, "failure_reason": None, "status": "succeeded"}
    assert old["request"] == {"id": None, "idempotency_key": None}
    assert shop.post("/v1/refunds", {"payment_intent": paid["id"], "amount": 700})["status"] == "succeeded"


def test_an_uncaptured_charge_is_given_back_whole(shop: Shop) -> None:
    """No money moves, so there is no statement line; a part of it cannot be refunded, and it cannot fail afterwards."""
    charge = shop.post("/v1/charges", {"amount": 2000, "currency": "usd", "source": "tok_visa", "capture": False})["id"]
    assert shop.post("/v1/refunds", {"charge": charge, "amount": 500}).status == 400
    seen = len(shop.events())
    refund = shop.post("/v1/refunds", {"charge": charge})
    assert (refund["status"], refund["amount"], refund["balance_transaction"]) == ("succeeded", 2000, None)
    shown = shop.get(f"/v1/charges/{charge}")
    assert (shown["amount_refunded"], shown["refunded"], shown["captured"], shown["status"]) == (2000, True, False, "succeeded")
    assert shop.events(seen) == REFUNDED
    assert shop.merchant.ledger.transfers == []
    merchant = shop.merchant
    record = next(iter(merchant.store.shelf("stripe", type(refund_of(shop, refund["id"]))).rows.values()))
    with pytest.raises(Exception, match="cannot fail"):
        PROVIDER.bank.settle_refund(merchant, record, "fail", None)
    answer = shop.post("/v1/refunds", {"charge": charge})
    refused(answer, 400, "charge_already_refunded", None, f"Charge {charge} has already been refunded.")


def refund_of(shop: Shop, refund_id: str) -> Any:
    return next(r for shelf in shop.merchant.store.shelves.values() for r in shelf.rows.values() if r.id == refund_id)


def test_the_captured_part_is_what_can_be_refunded(shop: Shop) -> None:
    """Of a partial capture the rest was released, which is no refund."""
    held = shop.pay(capture_method="manual", amount=2000)
    shop.post(f"/v1/payment_intents/{held['id']}/capture", {"amount_to_capture": 1200})
    message = "Refund amount ($12.01) is greater than unrefunded amount on charge ($12.00)"
    refused(shop.post("/v1/refunds", {"payment_intent": held["id"], "amount": 1201}), 400, None, "amount", message)
    assert shop.post("/v1/refunds", {"payment_intent": held["id"]})["amount"] == 1200
    charge = shop.get(f"/v1/charges/{held['latest_charge']}")
    assert (charge["amount_captured"], charge["amount_refunded"], charge["refunded"]) == (1200, 2000, True)


def test_test_mode_lets_a_refund_overdraw_the_available_balance(shop: Shop) -> None:
    """Negative available balances are possible."""
    paid = shop.pay("pm_card_bypassPending", amount=2000)
    assert shop.balance("merchant:available") == 2000 - 88
    assert shop.post("/v1/refunds", {"payment_intent": paid["id"]})["status"] == "succeeded"
    assert shop.balance("merchant:available") == -88
    assert shop.get("/v1/balance")["available"][0]["amount"] == -88


# The bank's side


def test_the_bank_settles_a_pending_refund_at_once(shop: Shop) -> None:
    paid = shop.pay("pm_card_pendingRefund")
    refund = shop.post("/v1/refunds", {"payment_intent": paid["id"]})["id"]
    merchant = shop.merchant
    merchant.begin()
    done = PROVIDER.bank.settle_refund(merchant, refund_of(shop, refund), "succeed", None)
    merchant.commit()
    assert done.status == "succeeded"
    assert shop.advance(days=1) == ["refund_reference"]  # the timer that would settle it is gone


def test_the_bank_fails_a_settled_refund_for_a_reason(shop: Shop) -> None:
    paid = shop.pay()
    refund = shop.post("/v1/refunds", {"payment_intent": paid["id"]})["id"]
    merchant = shop.merchant
    merchant.begin()
    PROVIDER.bank.settle_refund(merchant, refund_of(shop, refund), "fail", "lost_or_stolen_card")
    merchant.commit()
    shown = shop.get(f"/v1/refunds/{refund}")
    assert (shown["status"], shown["failure_reason"]) == ("failed", "lost_or_stolen_card")
    for verdict in ("succeed", "fail"):
        with pytest.raises(Exception, match=f"cannot {verdict} any more"):
            PROVIDER.bank.settle_refund(merchant, refund_of(shop, refund), verdict, None)
    with pytest.raises(Exception, match="no refund failure reason"):
        PROVIDER.bank.settle_refund(merchant, refund_of(shop, refund), "fail", "whim")


def test_in_profile_network_refunds_take_days(network_shop: Shop) -> None:
    shop = network_shop
    pending = shop.post("/v1/refunds", {"payment_intent": shop.pay("pm_card_pendingRefund")["id"]})
    failing = shop.post("/v1/refunds", {"payment_intent": shop.pay("pm_card_refundFail")["id"]})
    shop.advance(seconds=5 * DAY - 1)
    assert shop.get(f"/v1/refunds/{pending['id']}")["status"] == "pending"
    assert shop.get(f"/v1/refunds/{failing['id']}")["status"] == "succeeded"
    shop.advance(seconds=1)
    assert shop.get(f"/v1/refunds/{pending['id']}")["status"] == "succeeded"
    assert shop.get(f"/v1/refunds/{failing['id']}")["status"] == "failed"


@pytest.mark.parametrize(("card", "after"), [("pm_card_visa", 2), ("pm_card_pendingRefund", 5 + 2)])
def test_a_refund_can_be_found_at_the_cardholders_bank(shop: Shop, card: str, after: int) -> None:
    """Seconds after it was sent its acquirer reference number is known, and told."""
    refund = shop.post("/v1/refunds", {"payment_intent": shop.pay(card)["id"]})
    pending = {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}
    assert refund["destination_details"] == {"card": pending, "type": "card"}
    shop.advance(seconds=after - 1)
    assert shop.get(f"/v1/refunds/{refund['id']}")["destination_details"]["card"] == pending
    seen = len(shop.events())
    shop.advance(seconds=1)
    found = shop.get(f"/v1/refunds/{refund['id']}")["destination_details"]["card"]
    assert (found["reference_status"], len(found["reference"]), found["reference"].isdigit()) == ("available", 16, True)
    assert shop.events(seen) == ["refund.updated", "charge.refund.updated"]
    assert last_events(shop, 1)[0]["request"] == {"id": None, "idempotency_key": None}


def test_a_refund_that_failed_first_has_no_reference(shop: Shop) -> None:
    refund = shop.post("/v1/refunds", {"payment_intent": shop.pay()["id"]})
    shop.control("POST", f"/refunds/{refund['id']}/fail")
    assert shop.advance(seconds=10) == []
    assert "reference" not in shop.get(f"/v1/refunds/{refund['id']}")["destination_details"]["card"]


def test_no_refund_to_a_card_can_be_canceled_or_expired(shop: Shop) -> None:
    """Only one that needs action could."""
    refund = shop.post("/v1/refunds", {"payment_intent": shop.pay()["id"]})["id"]
    canceled = shop.post(f"/v1/refunds/{refund}/cancel")
    assert (canceled.status, canceled.error["message"]) == (400, "Canceling this refund is unsupported.")
    expired = shop.post(f"/v1/test_helpers/refunds/{refund}/expire")
    assert expired.status == 400
    assert "requires_action" in expired.error["message"]
    assert shop.post("/v1/test_helpers/refunds/re_x/expire").status == 404
