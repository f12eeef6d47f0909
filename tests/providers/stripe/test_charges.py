"""`/v1/charges`: what a charge says, what may be changed, captured and refused."""

from __future__ import annotations

import pytest

from tests.harness import DAY, Shop

CARD = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2030, "cvc": "123"}


def charge(shop: Shop, **params: object) -> dict[str, object]:
    answer = shop.post("/v1/charges", {"amount": 2000, "currency": "usd", "source": "tok_visa", **params})
    assert answer.status == 200, answer.body
    return answer.body  # type: ignore[no-any-return]


def test_a_token_is_charged_and_captured_at_once(shop: Shop) -> None:
    made = charge(shop, description="Shoes", metadata={"order": "7"})
    assert (made["status"], made["captured"], made["paid"]) == ("succeeded", True, True)
    assert (made["amount"], made["amount_captured"], made["amount_refunded"]) == (2000, 2000, 0)
    assert made["balance_transaction"]
    assert made["payment_intent"] is None
    assert made["payment_method"] == made["source"]["id"]  # type: ignore[index]
    assert made["source"]["brand"] == "Visa"  # type: ignore[index]
    assert made["outcome"]["seller_message"] == "Payment complete."  # type: ignore[index]
    assert shop.events() == ["charge.succeeded"]


def test_the_money_of_a_charge_is_pending_less_the_fee(shop: Shop) -> None:
    made = charge(shop)
    line = shop.get(f"/v1/balance_transactions/{made['balance_transaction']}").body
    assert (line["amount"], line["fee"], line["net"], line["type"], line["status"]) == (2000, 88, 1912, "charge", "pending")
    assert line["available_on"] == 1_767_744_000  # Wednesday, two business days after Monday
    assert shop.balance("merchant:pending") == 1912


@pytest.mark.parametrize("name", ["source", "card"])
def test_a_documented_number_may_be_sent_raw(shop: Shop, name: str) -> None:
    """In `source`, or in the older `card`; the number itself is not kept."""
    given = {**CARD, "name": "Jenny Rosen", "address_zip": "94107"}
    answer = shop.post("/v1/charges", {"amount": 900, "currency": "usd", name: {"object": "card", **given}})
    assert answer.status == 200
    card = answer["payment_method_details"]["card"]
    assert (card["last4"], card["exp_year"], card["checks"]["address_postal_code_check"]) == ("4242", 2030, "pass")
    assert (answer["billing_details"]["name"], answer["billing_details"]["address"]["postal_code"]) == ("Jenny Rosen", "94107")
    assert answer["source"]["address_zip"] == "94107"
    assert "4242424242424242" not in str(answer.body)


def test_a_number_that_is_no_test_number_is_declined_and_not_repeated(shop: Shop) -> None:
    answer = shop.post("/v1/charges", {"amount": 900, "currency": "usd", "source": {**CARD, "number": "4539578763621486"}})
    assert (answer.status, answer.error["code"], answer.error["decline_code"]) == (402, "card_declined", "test_mode_live_card")
    assert "4539578763621486" not in str(answer.body)
    assert shop.events() == []


@pytest.mark.parametrize(
    ("key", "value", "code", "param"),
    [
        ("number", "4242424242424241", "incorrect_number", "number"),
        ("exp_month", 13, "invalid_expiry_month", "exp_month"),
        ("exp_year", 95, "invalid_expiry_year", "exp_year"),
        ("cvc", "99", "invalid_cvc", "cvc"),
    ],
)
def test_bad_card_data_is_a_402_that_names_the_field(shop: Shop, key: str, value: object, code: str, param: str) -> None:
    answer = shop.post("/v1/charges", {"amount": 900, "currency": "usd", "source": {**CARD, key: value}})
    assert (answer.status, answer.error["type"], answer.error["code"], answer.error["param"]) == (402, "card_error", code, param)


@pytest.mark.parametrize("key", ["number", "exp_month", "exp_year"])
def test_a_typed_card_needs_number_and_expiry(shop: Shop, key: str) -> None:
    card = {name: value for name, value in CARD.items() if name != key}
    answer = shop.post("/v1/charges", {"amount": 900, "currency": "usd", "source": card})
    assert (answer.status, answer.error["code"], answer.error["param"]) == (400, "parameter_missing", f"source[{key}]")


def test_a_declined_charge_is_kept_and_answered_with_402(shop: Shop) -> None:
    answer = shop.post("/v1/charges", {"amount": 2000, "currency": "usd", "source": "tok_chargeDeclined"})
    assert answer.status == 402
    error = answer.error
    assert sorted(error) == [
        "advice_code", "charge", "code", "decline_code", "doc_url", "message", "network_decline_code", "request_log_url", "type",
    ]  # fmt: skip
    assert (error["type"], error["code"], error["decline_code"]) == ("card_error", "card_declined", "generic_decline")
    assert error["message"] == "Your card was declined."
    kept = shop.get(f"/v1/charges/{error['charge']}").body
    assert (kept["status"], kept["paid"], kept["captured"], kept["failure_code"]) == ("failed", False, False, "card_declined")
    assert (kept["receipt_url"], kept["balance_transaction"], kept["amount_captured"]) == (None, None, 0)
    assert kept["outcome"]["type"] == "issuer_declined"
    assert kept["outcome"]["network_status"] == "declined_by_network"
    assert shop.events() == ["charge.failed"]


@pytest.mark.parametrize(
    ("token", "code", "decline_code"),
    [
        ("tok_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("tok_chargeDeclinedExpiredCard", "expired_card", None),
        ("tok_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
        ("tok_chargeDeclinedProcessingError", "processing_error", None),
        ("tok_visa_chargeDeclinedFraudulent", "card_declined", "fraudulent"),
        ("tok_chargeCustomerFail", "card_declined", "generic_decline"),
    ],
)
def test_each_declining_card_has_its_code(shop: Shop, token: str, code: str, decline_code: str | None) -> None:
    answer = shop.post("/v1/charges", {"amount": 2000, "currency": "usd", "source": token})
    assert (answer.status, answer.error["code"], answer.error.get("decline_code")) == (402, code, decline_code)
    kept = shop.get(f"/v1/charges/{answer.error['charge']}").body
    assert kept["outcome"]["reason"] == (decline_code or code)
    assert kept["payment_method_details"]["card"]["checks"]["cvc_check"] == ("fail" if code == "incorrect_cvc" else "pass")


def test_neither_source_nor_customer(shop: Shop) -> None:
    answer = shop.post("/v1/charges", {"amount": 2000, "currency": "usd"})
    assert (answer.status, answer.error["code"], answer.error["message"]) == (
        400, "parameter_missing", "Must provide source or customer.",
    )  # fmt: skip


def test_a_customer_without_card(shop: Shop) -> None:
    """With an attached payment method the advice differs; both are a card error with code `missing`."""
    bare = shop.post("/v1/customers")["id"]
    owner = shop.post("/v1/customers", {"payment_method": "pm_card_visa"})["id"]
    for customer, said in ((bare, "doesn't have any saved payment details"), (owner, "but does have a Payment Method attached")):
        answer = shop.post("/v1/charges", {"amount": 2000, "currency": "usd", "customer": customer})
        assert (answer.status, answer.error["type"], answer.error["code"], answer.error["param"]) == (402, "card_error", "missing", "card")
        assert said in answer.error["message"]


def test_a_source_that_is_not_the_customers_is_missing(shop: Shop) -> None:
    customer = shop.post("/v1/customers")["id"]
    answer = shop.post("/v1/charges", {"amount": 2000, "currency": "usd", "customer": customer, "source": "tok_visa"})
    assert (answer.status, answer.error["code"], answer.error["param"]) == (404, "missing", "source")
    assert answer.error["message"] == f"Customer {customer} does not have a linked source with ID tok_visa."


def test_unknown_references_of_a_new_charge(shop: Shop) -> None:
    for params, param, said in (
        ({"source": "tok_x"}, "source", "No such token: 'tok_x'"),
        ({"customer": "cus_x"}, "customer", "No such customer: 'cus_x'"),
    ):
        answer = shop.post("/v1/charges", {"amount": 2000, "currency": "usd", **params})
        assert (answer.status, answer.error["code"], answer.error["param"], answer.error["message"]) == (
            400, "resource_missing", param, said,
        )  # fmt: skip


def test_the_older_way_to_name_a_destination_is_refused_by_name(shop: Shop) -> None:
    answer = shop.post("/v1/charges", {"amount": 2000, "currency": "usd", "source": "tok_visa", "destination": "1"})
    assert (answer.status, answer.error["code"], answer.error["param"]) == (501, "sandbox_not_emulated", "destination")
    assert shop.events() == []


def test_amounts_have_bounds(shop: Shop) -> None:
    for amount, code, said in (
        (0, "parameter_invalid_integer", "This value must be greater than or equal to 1."),
        (49, "amount_too_small", "Amount must be at least $0.50 usd"),
        (100_000_000, "amount_too_large", "Amount must be no more than $999,999.99"),
        ("12.5", "parameter_invalid_integer", "Invalid integer: 12.5"),
    ):
        answer = shop.post("/v1/charges", {"amount": amount, "currency": "usd", "source": "tok_visa"})
        assert (answer.status, answer.error["code"], answer.error["param"], answer.error["message"]) == (400, code, "amount", said)


def test_statement_descriptors_have_22_characters(shop: Shop) -> None:
    assert charge(shop, statement_descriptor="x" * 22)["calculated_statement_descriptor"] == "x" * 22
    answer = shop.post("/v1/charges", {"amount": 900, "currency": "usd", "source": "tok_visa", "statement_descriptor": "x" * 23})
    assert (answer.status, answer.error["param"]) == (400, "statement_descriptor")


# Capture


def test_an_authorized_charge_is_captured_in_part_and_the_rest_released(shop: Shop) -> None:
    made = charge(shop, capture=False)
    assert (made["captured"], made["status"], made["balance_transaction"]) == (False, "succeeded", None)
    assert made["payment_method_details"]["card"]["capture_before"] == shop.now + 7 * DAY  # type: ignore[index]
    taken = shop.post(f"/v1/charges/{made['id']}/capture", {"amount": 1500, "receipt_email": "a@example.com"}).body
    assert (taken["amount"], taken["amount_captured"], taken["amount_refunded"], taken["refunded"]) == (2000, 1500, 500, False)
    assert taken["receipt_email"] == "a@example.com"
    assert shop.get(f"/v1/balance_transactions/{taken['balance_transaction']}")["amount"] == 1500
    assert shop.events() == ["charge.succeeded", "charge.captured"]
    assert shop.advance(days=8) == ["funds_available"]


def test_a_captured_charge_cannot_be_captured_again(shop: Shop) -> None:
    made = charge(shop)
    answer = shop.post(f"/v1/charges/{made['id']}/capture")
    assert (answer.status, answer.error["code"]) == (400, "charge_already_captured")
    assert answer.error["message"] == f"Charge {made['id']} has already been captured."


def test_the_charge_of_an_intent_is_captured_through_the_intent(shop: Shop) -> None:
    paid = shop.pay(capture_method="manual")
    answer = shop.post(f"/v1/charges/{paid['latest_charge']}/capture")
    assert answer.status == 400
    assert answer.error["message"].startswith(f"This uncaptured Charge was created by a PaymentIntent ({paid['id']}). You must capture")


def test_more_than_authorized_cannot_be_captured(shop: Shop) -> None:
    made = charge(shop, capture=False)
    answer = shop.post(f"/v1/charges/{made['id']}/capture", {"amount": 2001})
    assert (answer.status, answer.error["param"]) == (400, "amount")
    assert shop.events() == ["charge.succeeded"]


def test_an_uncaptured_charge_expires_after_seven_days(each_shop: Shop) -> None:
    shop = each_shop
    made = charge(shop, capture=False)
    assert shop.advance(days=7, seconds=-1) == []
    assert shop.advance(seconds=1) == ["authorization_expires"]
    now = shop.get(f"/v1/charges/{made['id']}").body
    assert (now["refunded"], now["amount_refunded"], now["amount_captured"], now["captured"]) == (True, 2000, 0, False)
    assert shop.events() == ["charge.succeeded", "charge.expired"]
    answer = shop.post(f"/v1/charges/{made['id']}/capture")
    assert (answer.status, answer.error["code"]) == (400, "charge_expired_for_capture")
    assert shop.balance("merchant:pending") == 0


def test_a_charge_that_failed_or_was_given_back_cannot_be_captured(shop: Shop) -> None:
    failed = shop.post("/v1/charges", {"amount": 2000, "currency": "usd", "source": "tok_chargeDeclined", "capture": False})
    answer = shop.post(f"/v1/charges/{failed.error['charge']}/capture")
    assert (answer.status, answer.error["type"]) == (400, "invalid_request_error")
    made = charge(shop, capture=False)
    shop.post("/v1/refunds", {"charge": made["id"]})
    answer = shop.post(f"/v1/charges/{made['id']}/capture")
    assert (answer.status, answer.error["code"]) == (400, "charge_already_refunded")


def test_a_test_card_has_its_effect_when_the_charge_is_captured(shop: Shop) -> None:
    """Not at the authorization; and the dispute is about what was captured."""
    made = charge(shop, source="tok_createDispute", capture=False)
    assert shop.events() == ["charge.succeeded"]
    taken = shop.post(f"/v1/charges/{made['id']}/capture", {"amount": 1200}).body
    assert taken["disputed"] is True
    assert shop.get("/v1/disputes", {"charge": made["id"]})["data"][0]["amount"] == 1200
    assert shop.events() == ["charge.succeeded", "charge.captured", "charge.dispute.created", "charge.dispute.funds_withdrawn"]


def test_money_of_the_bypass_card_is_available_at_once(shop: Shop) -> None:
    made = charge(shop, source="tok_bypassPending")
    assert shop.get(f"/v1/balance_transactions/{made['balance_transaction']}")["status"] == "available"
    assert (shop.balance("merchant:available"), shop.balance("merchant:pending")) == (1912, 0)
    assert shop.events() == ["charge.succeeded", "balance.available"]


# Update


def test_an_update_changes_what_it_names_and_tells_what_it_was(shop: Shop) -> None:
    made = charge(shop, metadata={"a": "1", "b": "2"})
    path = f"/v1/charges/{made['id']}"
    safe = {"user_report": "safe"}
    changed = shop.post(
        path, {"description": "Boots", "metadata": {"a": "", "c": "3"}, "fraud_details": safe, "transfer_group": "g"}
    ).body
    assert (changed["description"], changed["metadata"], changed["fraud_details"]) == ("Boots", {"b": "2", "c": "3"}, safe)
    event = shop.get("/v1/events", {"type": "charge.updated"})["data"][0]
    assert event["data"]["previous_attributes"] == {
        "description": None, "fraud_details": {"user_report": None}, "metadata": {"a": "1", "c": None}, "transfer_group": None,
    }  # fmt: skip
    assert shop.post(path, {"metadata": ""})["metadata"] == {}
    assert shop.post(path, {"fraud_details": {"user_report": ""}})["fraud_details"] == {}


def test_an_update_that_changes_nothing_sends_no_event(shop: Shop) -> None:
    made = charge(shop, description="Shoes")
    shop.post(f"/v1/charges/{made['id']}", {"description": "Shoes"})
    assert shop.events() == ["charge.succeeded"]


def test_the_customer_of_a_charge_can_be_set_once(shop: Shop) -> None:
    made = charge(shop)
    first, second = (shop.post("/v1/customers")["id"] for _ in range(2))
    assert shop.post(f"/v1/charges/{made['id']}", {"customer": first})["customer"] == first
    answer = shop.post(f"/v1/charges/{made['id']}", {"customer": second})
    assert (answer.status, answer.error["param"]) == (400, "customer")
    assert [c["id"] for c in shop.get("/v1/charges", {"customer": first})["data"]] == [made["id"]]


# Reading


def test_charges_are_filtered(shop: Shop) -> None:
    one = charge(shop, transfer_group="g1")
    paid = shop.pay()
    shop.advance(days=1)
    late = charge(shop, transfer_group="g2")

    def ids(**params: object) -> list[str]:
        return [row["id"] for row in shop.get("/v1/charges", params)["data"]]

    assert ids() == [late["id"], paid["latest_charge"], one["id"]]
    assert ids(transfer_group="g1") == [one["id"]]
    assert ids(payment_intent=paid["id"]) == [paid["latest_charge"]]
    assert ids(created={"gte": late["created"]}) == [late["id"]]
    assert ids(created=one["created"]) == [paid["latest_charge"], one["id"]]
    for name, noun in (("customer", "customer"), ("payment_intent", "payment_intent")):
        answer = shop.get("/v1/charges", {name: "x"})
        assert (answer.status, answer.error["param"], answer.error["message"]) == (400, name, f"No such {noun}: 'x'")


def test_a_miss_in_the_path_blames_id(shop: Shop) -> None:
    for answer in (
        shop.get("/v1/charges/ch_x"), shop.post("/v1/charges/ch_x"), shop.post("/v1/charges/ch_x/capture"),
    ):  # fmt: skip
        assert (answer.status, answer.error["code"], answer.error["param"]) == (404, "resource_missing", "id")
        assert answer.error["message"] == "No such charge: 'ch_x'"
