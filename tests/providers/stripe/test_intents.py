"""`/v1/payment_intents`: the road from an intent to money, and every call that its status forbids."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import DAY, Answer, Shop

UNEXPECTED = "payment_intent_unexpected_state"
CREATED, SUCCEEDED = "payment_intent.created", "payment_intent.succeeded"


def intent(shop: Shop, **params: object) -> dict[str, Any]:
    answer = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", **params})
    assert answer.status == 200, answer.body
    return answer.body  # type: ignore[no-any-return]


def step(shop: Shop, made: dict[str, Any], verb: str, **params: object) -> Answer:
    return shop.post(f"/v1/payment_intents/{made['id']}/{verb}", params)


def refused(answer: Answer, code: str | None, param: str | None, message: str, status: int = 400) -> None:
    """The error says all this, and carries the intent as it is."""
    error = answer.error
    assert (answer.status, error.get("code"), error.get("param"), error["message"]) == (status, code, param, message)
    assert error["payment_intent"]["object"] == "payment_intent"


# States


def test_without_a_payment_method_it_wants_one(shop: Shop) -> None:
    made = intent(shop)
    assert (made["status"], made["latest_charge"], made["amount_received"]) == ("requires_payment_method", None, 0)
    assert shop.events() == [CREATED]


def test_with_a_payment_method_it_wants_to_be_confirmed(shop: Shop) -> None:
    made = intent(shop, payment_method="pm_card_visa")
    assert made["status"] == "requires_confirmation"
    assert made["payment_method"].startswith("pm_1")
    assert shop.events() == [CREATED]


def test_confirmed_and_paid(shop: Shop) -> None:
    made = intent(shop, payment_method="pm_card_visa", description="Shoes", metadata={"order": "7"}, receipt_email="a@example.com")
    paid = step(shop, made, "confirm").body
    assert (paid["status"], paid["amount_received"], paid["amount_capturable"]) == ("succeeded", 2000, 0)
    charge = shop.get(f"/v1/charges/{paid['latest_charge']}").body
    assert (charge["payment_intent"], charge["payment_method"]) == (made["id"], made["payment_method"])
    assert (charge["description"], charge["metadata"], charge["receipt_email"]) == ("Shoes", {"order": "7"}, "a@example.com")
    assert charge["balance_transaction"]
    assert shop.events() == [CREATED, "charge.succeeded", SUCCEEDED]


def test_created_and_confirmed_in_one_call(shop: Shop) -> None:
    paid = shop.pay()
    assert paid["status"] == "succeeded"
    assert shop.events() == [CREATED, "charge.succeeded", SUCCEEDED]


def test_the_balance_transaction_comes_two_seconds_later_in_the_profile_network(network_shop: Shop) -> None:
    shop = network_shop
    paid = shop.pay()
    assert paid["status"] == "succeeded"
    charge = f"/v1/charges/{paid['latest_charge']}"
    assert (shop.get(charge)["balance_transaction"], shop.get(charge)["captured"]) == (None, True)
    assert shop.advance(seconds=2) == ["charge_clears"]
    assert shop.get(charge)["balance_transaction"]
    assert shop.events() == [CREATED, "charge.succeeded", SUCCEEDED, "charge.updated"]
    event = shop.get("/v1/events", {"type": "charge.updated"})["data"][0]
    assert event["data"]["previous_attributes"] == {"balance_transaction": None}


def test_capture_method_automatic_has_its_money_at_once_in_every_profile(network_shop: Shop) -> None:
    paid = network_shop.pay(capture_method="automatic")
    assert network_shop.get(f"/v1/charges/{paid['latest_charge']}")["balance_transaction"]


def test_a_decline_keeps_intent_and_charge_and_answers_402(shop: Shop) -> None:
    """The error names charge, intent and payment method, and no param; the intent wants another payment method."""
    made = intent(shop, payment_method="pm_card_chargeDeclined")
    answer = step(shop, made, "confirm")
    error = answer.error
    assert answer.status == 402
    assert sorted(error) == [
        "advice_code", "charge", "code", "decline_code", "doc_url", "message", "network_decline_code", "payment_intent",
        "payment_method", "request_log_url", "type",
    ]  # fmt: skip
    assert list(error) == sorted(error)
    assert (error["type"], error["code"], error["decline_code"]) == ("card_error", "card_declined", "generic_decline")
    assert (error["message"], error["doc_url"]) == ("Your card was declined.", "https://stripe.com/docs/error-codes/card-declined")
    assert error["payment_method"]["id"] == made["payment_method"]
    now = shop.get(f"/v1/payment_intents/{made['id']}").body
    assert error["payment_intent"] == now
    assert (now["status"], now["payment_method"], now["latest_charge"]) == ("requires_payment_method", None, error["charge"])
    last = now["last_payment_error"]
    assert (last["code"], last["charge"], last["payment_method"]["id"]) == ("card_declined", error["charge"], made["payment_method"])
    assert "payment_intent" not in last
    assert shop.get(f"/v1/charges/{error['charge']}")["status"] == "failed"
    assert shop.events() == [CREATED, "charge.failed", "payment_intent.payment_failed"]


def test_declined_while_created(shop: Shop) -> None:
    answer = shop.post(
        "/v1/payment_intents", {"amount": 2000, "currency": "usd", "payment_method": "pm_card_chargeDeclined", "confirm": True}
    )
    assert (answer.status, answer.error["payment_intent"]["status"]) == (402, "requires_payment_method")
    assert shop.events() == [CREATED, "charge.failed", "payment_intent.payment_failed"]


def test_after_a_decline_another_card_pays(shop: Shop) -> None:
    made = intent(shop, payment_method="pm_card_chargeDeclined")
    declined = step(shop, made, "confirm").error["charge"]
    paid = step(shop, made, "confirm", payment_method="pm_card_visa").body
    assert (paid["status"], paid["last_payment_error"]) == ("succeeded", None)
    charges = shop.get("/v1/charges", {"payment_intent": made["id"]})["data"]
    assert [charge["id"] for charge in charges] == [paid["latest_charge"], declined]


# Manual capture


def test_authorized_first_and_captured_later(shop: Shop) -> None:
    held = shop.pay(capture_method="manual")
    assert (held["status"], held["amount_capturable"], held["amount_received"]) == ("requires_capture", 2000, 0)
    charge = shop.get(f"/v1/charges/{held['latest_charge']}").body
    assert (charge["status"], charge["captured"], charge["balance_transaction"]) == ("succeeded", False, None)
    assert charge["payment_method_details"]["card"]["capture_before"] == shop.now + 7 * DAY
    assert shop.events() == [CREATED, "charge.succeeded", "payment_intent.amount_capturable_updated"]
    done = step(shop, held, "capture", metadata={"packed": "yes"}).body
    assert (done["status"], done["amount_capturable"], done["amount_received"]) == ("succeeded", 0, 2000)
    assert done["metadata"] == {"packed": "yes"}
    assert shop.events(since=3) == ["charge.captured", SUCCEEDED]
    event = shop.get("/v1/events", {"type": "charge.captured"})["data"][0]
    assert event["data"]["previous_attributes"] == {"amount_captured": 0, "balance_transaction": None, "captured": False}


def test_a_partial_capture_releases_the_rest(shop: Shop) -> None:
    held = shop.pay(capture_method="manual")
    done = step(shop, held, "capture", amount_to_capture=1500).body
    assert (done["status"], done["amount"], done["amount_received"]) == ("succeeded", 2000, 1500)
    charge = shop.get(f"/v1/charges/{held['latest_charge']}").body
    assert (charge["amount"], charge["amount_captured"], charge["amount_refunded"], charge["refunded"]) == (2000, 1500, 500, False)
    assert shop.balance("merchant:pending") == 1500 - 74
    refused(
        step(shop, held, "capture", amount_to_capture=500), UNEXPECTED, None,
        "The remaining amount on this PaymentIntent could not be captured because the remainder of the authorized amount has been "
        "released.",
    )  # fmt: skip
    assert shop.post("/v1/refunds", {"charge": charge["id"]})["amount"] == 1500
    assert shop.get(f"/v1/charges/{charge['id']}")["refunded"] is True


def test_capturing_in_several_parts_is_refused_by_name(shop: Shop) -> None:
    held = shop.pay(capture_method="manual")
    answer = step(shop, held, "capture", amount_to_capture=500, final_capture=False)
    assert (answer.status, answer.error["param"]) == (501, "final_capture")


def test_an_authorization_expires_after_seven_days(each_shop: Shop) -> None:
    shop = each_shop
    held = shop.pay(capture_method="manual")
    shop.advance(days=7, seconds=-1)
    assert shop.get(f"/v1/payment_intents/{held['id']}")["status"] == "requires_capture"
    assert shop.advance(seconds=1) == ["authorization_expires"]
    now = shop.get(f"/v1/payment_intents/{held['id']}").body
    assert (now["status"], now["cancellation_reason"], now["canceled_at"]) == ("canceled", "automatic", shop.now)
    assert now["amount_capturable"] == 0
    charge = shop.get(f"/v1/charges/{held['latest_charge']}").body
    assert (charge["refunded"], charge["amount_refunded"], charge["balance_transaction"]) == (True, 2000, None)
    assert shop.events(since=3) == ["charge.expired", "payment_intent.canceled"]
    answer = step(shop, held, "capture")
    assert (answer.status, answer.error["code"]) == (400, UNEXPECTED)
    assert "it has a status of canceled." in answer.error["message"]


def test_a_canceled_authorization_is_given_back(shop: Shop) -> None:
    held = shop.pay(capture_method="manual")
    gone = step(shop, held, "cancel", cancellation_reason="requested_by_customer").body
    assert (gone["status"], gone["cancellation_reason"], gone["canceled_at"]) == ("canceled", "requested_by_customer", shop.now)
    charge = shop.get(f"/v1/charges/{held['latest_charge']}").body
    assert (charge["refunded"], charge["amount_refunded"], charge["balance_transaction"]) == (True, 2000, None)
    assert shop.events(since=3) == ["charge.refunded", "payment_intent.canceled"]
    assert shop.advance(days=8) == []


@pytest.mark.parametrize(
    ("card", "more"),
    [
        ("pm_card_createDispute", ["charge.dispute.created", "charge.dispute.funds_withdrawn"]),
        ("pm_card_createDisputeProductNotReceived", ["charge.dispute.created", "charge.dispute.funds_withdrawn"]),
        ("pm_card_createDisputeInquiry", ["charge.dispute.created"]),
        ("pm_card_createIssuerFraudRecord", ["radar.early_fraud_warning.created"]),
        (
            "pm_card_createMultipleDisputes",
            ["charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.created", "charge.dispute.funds_withdrawn"],
        ),
    ],
)
def test_a_test_card_has_its_effect_with_the_capture(shop: Shop, card: str, more: list[str]) -> None:
    """At once with automatic capture; with manual capture not before the money was taken, and for that amount."""
    shop.pay(card)
    assert shop.events() == [CREATED, "charge.succeeded", *more, SUCCEEDED]
    held = shop.pay(card, capture_method="manual")
    seen = len(shop.events())
    assert shop.events()[-1] == "payment_intent.amount_capturable_updated"
    step(shop, held, "capture", amount_to_capture=1001)
    assert shop.events(since=seen) == ["charge.captured", *more, SUCCEEDED]
    amounts = [dispute["amount"] for dispute in shop.disputes_of(held)]
    assert amounts == {0: [], 1: [1001], 2: [501, 500]}[more.count("charge.dispute.created")]


# Calls that the status forbids


def test_confirm_without_payment_method(shop: Shop) -> None:
    """The advice differs with a customer. In a create there is no intent yet, and nothing is kept."""
    sentence = "You cannot confirm this PaymentIntent because it's missing a payment method. "
    advice = (
        "You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a "
        "payment method or ConfirmationToken."
    )
    refused(step(shop, intent(shop), "confirm"), UNEXPECTED, None, sentence + advice)
    customer = shop.post("/v1/customers")["id"]
    answer = step(shop, intent(shop, customer=customer), "confirm")
    assert answer.error["message"].startswith(f"{sentence}To confirm the PaymentIntent with {customer}, specify a payment method")
    seen = shop.events()
    answer = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", "confirm": True})
    assert (answer.status, answer.error["code"], answer.error["message"]) == (400, UNEXPECTED, sentence + advice)
    assert shop.events() == seen


def test_confirm_when_succeeded(shop: Shop) -> None:
    refused(
        step(shop, shop.pay(), "confirm"), UNEXPECTED, None,
        "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.",
    )  # fmt: skip


def test_confirm_when_authorized_or_canceled(shop: Shop) -> None:
    held = shop.pay(capture_method="manual")
    assert "it has a status of requires_capture." in step(shop, held, "confirm").error["message"]
    step(shop, held, "cancel")
    assert "it has a status of canceled." in step(shop, held, "confirm").error["message"]


def test_capture_in_a_wrong_state(shop: Shop) -> None:
    refused(
        step(shop, intent(shop), "capture"), UNEXPECTED, None,
        "This PaymentIntent could not be captured because it has a status of requires_payment_method. Only a PaymentIntent with one of "
        "the following statuses may be captured: requires_capture.",
    )  # fmt: skip


def test_capture_of_an_auto_captured_one(shop: Shop) -> None:
    refused(
        step(shop, shop.pay(), "capture"), UNEXPECTED, None,
        "The remaining amount on this PaymentIntent could not be captured because the remainder of the authorized amount has been "
        "released.",
    )  # fmt: skip


def test_capture_too_much(shop: Shop) -> None:
    answer = step(shop, shop.pay(capture_method="manual"), "capture", amount_to_capture=2001)
    assert answer.error["message"].startswith("The payment could not be captured because the requested")
    refused(answer, "amount_too_large", "amount_to_capture", answer.error["message"])


def test_amount_to_capture_negative_or_zero(shop: Shop) -> None:
    held = shop.pay(capture_method="manual")
    answer = step(shop, held, "capture", amount_to_capture=-1)
    assert (answer.status, answer.error["param"], answer.error["message"]) == (
        400, "amount_to_capture", "Invalid non-negative integer",
    )  # fmt: skip
    refused(
        step(shop, held, "capture", amount_to_capture=0), "parameter_invalid_integer", "amount",
        "This value must be greater than or equal to 1.",
    )  # fmt: skip


@pytest.mark.parametrize("status", ["succeeded", "canceled"])
def test_cancel_in_a_wrong_state(shop: Shop, status: str) -> None:
    made = shop.pay() if status == "succeeded" else intent(shop)
    if status == "canceled":
        assert step(shop, made, "cancel")["status"] == "canceled"
    refused(
        step(shop, made, "cancel"), UNEXPECTED, None,
        f"You cannot cancel this PaymentIntent because it has a status of {status}. Only a PaymentIntent with one of the following "
        "statuses may be canceled: requires_payment_method, requires_capture, requires_reauthorization, requires_confirmation, "
        "requires_action, expired, processing.",
    )  # fmt: skip


@pytest.mark.parametrize("how", [{}, {"payment_method": "pm_card_visa"}])
def test_cancel_before_payment(shop: Shop, how: dict[str, str]) -> None:
    made = intent(shop, **how)
    gone = step(shop, made, "cancel").body
    assert (gone["status"], gone["cancellation_reason"], gone["canceled_at"]) == ("canceled", None, shop.now)
    assert shop.events() == [CREATED, "payment_intent.canceled"]


def test_change_amount_after_success(shop: Shop) -> None:
    refused(
        shop.post(f"/v1/payment_intents/{shop.pay()['id']}", {"amount": 100}), UNEXPECTED, "amount",
        "This PaymentIntent's amount could not be updated because it has a status of succeeded. You may only update the amount of a "
        "PaymentIntent with one of the following statuses: requires_payment_method, requires_confirmation, requires_action.",
    )  # fmt: skip


def test_payment_method_of_another_customer(shop: Shop) -> None:
    one, other = (shop.post("/v1/customers")["id"] for _ in range(2))
    method = shop.post("/v1/payment_methods/pm_card_visa/attach", {"customer": one})["id"]
    said = (
        f"The PaymentMethod {method} does not belong to the Customer you supplied {other}. Please use this PaymentMethod with the Customer "
        "that it belongs to instead."
    )
    refused(step(shop, intent(shop, customer=other), "confirm", payment_method=method), None, "payment_method", said)
    mine = intent(shop, customer=one, payment_method=method)
    refused(shop.post(f"/v1/payment_intents/{mine['id']}", {"customer": other}), None, "payment_method", said)
    answer = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", "customer": other, "payment_method": method})
    assert (answer.status, answer.error["param"], answer.error["message"]) == (400, "payment_method", said)


def test_attached_payment_method_without_customer(shop: Shop) -> None:
    customer = shop.post("/v1/customers")["id"]
    method = shop.post("/v1/payment_methods/pm_card_visa/attach", {"customer": customer})["id"]
    refused(
        step(shop, intent(shop), "confirm", payment_method=method), "parameter_missing", "source",
        f"The `payment_method` parameter supplied {method} belongs to the Customer {customer}. Please include the Customer in the "
        "`customer` parameter on the PaymentIntent.",
    )  # fmt: skip


def test_amounts_out_of_bounds(shop: Shop) -> None:
    """On create there is no intent to carry; on update there is."""
    made = intent(shop)
    for amount, code, said in (
        (0, "parameter_invalid_integer", "The amount must be greater than or equal to the minimum"),
        (49, "amount_too_small", "Amount must be at least $0.50 usd"),
        (100_000_000, "amount_too_large", "Amount must be no more than $999,999.99"),
        (-1, None, "Invalid non-negative integer"),
    ):
        answer = shop.post("/v1/payment_intents", {"amount": amount, "currency": "usd"})
        assert (answer.status, answer.error.get("code"), answer.error["param"]) == (400, code, "amount")
        assert answer.error["message"].startswith(said)
        changed = shop.post(f"/v1/payment_intents/{made['id']}", {"amount": amount})
        refused(changed, code, "amount", answer.error["message"])


def test_an_unknown_intent_blames_intent(shop: Shop) -> None:
    for verb in ("", "/confirm", "/capture", "/cancel"):
        answer = shop.post(f"/v1/payment_intents/pi_x{verb}")
        assert (answer.status, answer.error["code"], answer.error["param"]) == (404, "resource_missing", "intent")
        assert answer.error["message"] == "No such payment_intent: 'pi_x'"


def test_unknown_references(shop: Shop) -> None:
    for params, noun, key in (({"customer": "cus_x"}, "customer", "cus_x"), ({"payment_method": "pm_x"}, "PaymentMethod", "pm_x")):
        answer = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", **params})
        assert (answer.status, answer.error["param"], answer.error["message"]) == (400, next(iter(params)), f"No such {noun}: '{key}'")


# Parameters


def test_no_method_types_means_automatic_payment_methods(shop: Shop) -> None:
    """Named types, or automatic methods switched off, leave the key null; both together are refused."""
    assert intent(shop)["automatic_payment_methods"] == {"allow_redirects": "always", "enabled": True}
    never = {"enabled": True, "allow_redirects": "never"}
    assert intent(shop, automatic_payment_methods=never)["automatic_payment_methods"] == never
    assert intent(shop, automatic_payment_methods={"enabled": False})["automatic_payment_methods"] is None
    cards = intent(shop, payment_method_types=["card"])
    assert (cards["automatic_payment_methods"], cards["payment_method_types"]) == (None, ["card"])
    answer = shop.post(
        "/v1/payment_intents",
        {"amount": 2000, "currency": "usd", "payment_method_types": ["card"], "automatic_payment_methods": {"enabled": True}},
    )
    assert (answer.status, answer.error["code"]) == (400, "parameters_exclusive")


@pytest.mark.parametrize("param", ["payment_method_types", "allowed_payment_method_types"])
def test_other_method_types_are_not_taken_for_cards(shop: Shop, param: str) -> None:
    answer = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", param: ["card", "klarna"]})
    assert (answer.status, answer.error["param"]) == (501, param)
    assert "klarna" in answer.error["message"]
    answer = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", param: ["seashells"]})
    assert (answer.status, answer.error["param"]) == (400, param)
    assert answer.error["message"].startswith('The payment method type "seashells" is invalid.')
    assert shop.events() == []


@pytest.mark.parametrize(
    ("param", "value"), [("off_session", True), ("return_url", "https://a.example"), ("error_on_requires_action", True)]
)
def test_some_parameters_only_go_with_confirm(shop: Shop, param: str, value: object) -> None:
    answer = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", param: value})
    assert (answer.status, answer.error["param"]) == (400, param)
    assert answer.error["message"] == (
        f"The parameter `{param}` cannot be passed when creating a PaymentIntent unless `confirm` is set to true."
    )
    assert shop.pay(**{param: value})["status"] == "succeeded"


@pytest.mark.parametrize(
    ("options", "status", "param"),
    [
        ({"card": {"three_d_secure": {"version": "2.2.0"}}}, 501, "payment_method_options[card][three_d_secure]"),
        ({"card": {"nope": "1"}}, 400, "payment_method_options[card][nope]"),
        ({"seashells": {"size": "1"}}, 400, "payment_method_options[seashells]"),
    ],
)
def test_options_that_are_not_emulated_and_options_that_do_not_exist(shop: Shop, options: object, status: int, param: str) -> None:
    answer = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", "payment_method_options": options})
    assert (answer.status, answer.error["param"]) == (status, param)


@pytest.mark.parametrize("card", ["pm_card_visa_cartesBancaires"])
def test_cards_of_a_later_day_are_refused_by_name(shop: Shop, card: str) -> None:
    answer = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", "payment_method": card, "confirm": True})
    assert (answer.status, answer.error["code"]) == (501, "sandbox_not_emulated")
    assert card.removeprefix("pm_card_") in answer.error["message"]
    assert shop.events() == []


@pytest.mark.parametrize("param", ["confirmation_token"])
def test_parameters_of_a_later_day_are_refused_by_name(shop: Shop, param: str) -> None:
    answer = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", param: "1"})
    assert (answer.status, answer.error["param"]) == (501, param)


def test_card_data_in_the_request(shop: Shop) -> None:
    data = {
        "type": "card",
        "card": {"number": "5555555555554444", "exp_month": 1, "exp_year": 2030, "cvc": "123"},
        "billing_details": {"name": "Jenny Rosen", "address": {"line1": "1 Main St", "postal_code": "94107"}},
    }
    paid = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", "confirm": True, "payment_method_data": data})
    charge = shop.get(f"/v1/charges/{paid['latest_charge']}").body
    assert charge["payment_method_details"]["card"]["brand"] == "mastercard"
    assert charge["payment_method_details"]["card"]["checks"] == {
        "address_line1_check": "pass", "address_postal_code_check": "pass", "cvc_check": "pass",
    }  # fmt: skip
    assert charge["billing_details"]["name"] == "Jenny Rosen"
    bad = {**data, "card": {**data["card"], "number": "4242424242424241"}}  # type: ignore[dict-item]
    answer = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", "confirm": True, "payment_method_data": bad})
    assert (answer.status, answer.error["code"], answer.error["param"]) == (402, "incorrect_number", "number")


def test_setup_future_usage_gives_the_method_to_the_customer(shop: Shop) -> None:
    """It is attached by the first success, not by a decline, and pays again off session."""
    customer = shop.post("/v1/customers")["id"]
    declined = intent(shop, customer=customer, setup_future_usage="off_session", payment_method="pm_card_chargeDeclined")
    assert step(shop, declined, "confirm").status == 402
    assert shop.get(f"/v1/customers/{customer}/payment_methods")["data"] == []
    seen = len(shop.events())
    paid = shop.pay(customer=customer, setup_future_usage="off_session")
    assert shop.events(since=seen) == [CREATED, "charge.succeeded", "payment_method.attached", SUCCEEDED]
    assert shop.get(f"/v1/payment_methods/{paid['payment_method']}")["customer"] == customer
    assert shop.pay(paid["payment_method"], customer=customer, off_session=True)["status"] == "succeeded"


def test_a_method_that_nobody_owns_pays_once(shop: Shop) -> None:
    first = shop.pay()
    answer = shop.post(
        "/v1/payment_intents", {"amount": 2000, "currency": "usd", "payment_method": first["payment_method"], "confirm": True}
    )
    assert (answer.status, answer.error["param"]) == (400, "payment_method")
    assert answer.error["message"].startswith("The provided PaymentMethod was previously used with a PaymentIntent without Customer")


def test_an_update_changes_what_it_names(shop: Shop) -> None:
    made = intent(shop, description="Shoes", metadata={"a": "1"})
    path = f"/v1/payment_intents/{made['id']}"
    wanted = {"amount": 3000, "currency": "eur", "description": "", "metadata": {"b": "2"}, "payment_method": "pm_card_visa"}
    changed = shop.post(path, wanted)
    assert (changed["amount"], changed["currency"], changed["description"]) == (3000, "eur", None)
    assert (changed["metadata"], changed["status"]) == ({"a": "1", "b": "2"}, "requires_confirmation")
    cleared = shop.post(path, {"payment_method": ""}).body
    assert (cleared["status"], cleared["payment_method"]) == ("requires_payment_method", None)
    shipping = {"name": "Jenny", "address": {"line1": "1 Main St", "city": "Paris"}}
    shown = shop.post(path, {"shipping": shipping})["shipping"]
    assert list(shown) == ["address", "carrier", "name", "phone", "tracking_number"]
    assert (shown["address"]["city"], shown["carrier"]) == ("Paris", None)
    assert shop.events() == [CREATED]


def test_a_paid_intent_still_takes_metadata_and_description(shop: Shop) -> None:
    paid = shop.pay()
    changed = shop.post(f"/v1/payment_intents/{paid['id']}", {"metadata": {"a": "1"}, "description": "late"})
    assert (changed["status"], changed["metadata"], changed["description"]) == ("succeeded", {"a": "1"}, "late")
    answer = shop.post(f"/v1/payment_intents/{paid['id']}", {"payment_method": "pm_card_visa"})
    assert (answer.status, answer.error["code"], answer.error["param"]) == (400, UNEXPECTED, "payment_method")


def test_intents_are_filtered(shop: Shop) -> None:
    customer = shop.post("/v1/customers")["id"]
    mine, other = intent(shop, customer=customer), intent(shop)
    shop.advance(days=1)
    late = intent(shop)

    def ids(**params: object) -> list[str]:
        return [row["id"] for row in shop.get("/v1/payment_intents", params)["data"]]

    assert ids() == [late["id"], other["id"], mine["id"]]
    assert ids(customer=customer) == [mine["id"]]
    assert ids(created={"lt": late["created"]}) == [other["id"], mine["id"]]
    answer = shop.get("/v1/payment_intents", {"customer": "cus_x"})
    assert (answer.status, answer.error["message"]) == (400, "No such customer: 'cus_x'")


# Publishable keys

PUBLIC = "pk_test_alpha"


def test_a_publishable_key_sees_a_reduced_intent_with_its_secret(shop: Shop) -> None:
    made = intent(shop, metadata={"secret": "1"})
    path = f"/v1/payment_intents/{made['id']}"
    seen = shop.get(path, {"client_secret": made["client_secret"]}, key=PUBLIC).body
    assert seen["id"] == made["id"]
    assert not {"customer", "metadata", "latest_charge", "amount_received"} & seen.keys()
    assert {key: made[key] for key in seen} == seen
    wrong = shop.get(path, {"client_secret": made["client_secret"] + "x"}, key=PUBLIC)
    assert (wrong.status, wrong.error["param"], wrong.error["message"]) == (
        400, "client_secret", "The client_secret provided does not match the client_secret associated with the PaymentIntent.",
    )  # fmt: skip
    assert shop.get(path, key=PUBLIC).error["param"] == "client_secret"
    assert shop.get("/v1/payment_intents/pi_x", {"client_secret": "x"}, key=PUBLIC).status == 404


def test_a_publishable_key_confirms_with_the_secret(shop: Shop) -> None:
    """Answers and errors show the reduced intent only."""
    made = intent(shop)
    method = shop.post(
        "/v1/payment_methods", {"type": "card", "card": {"number": "4000000000000002", "exp_month": 1, "exp_year": 2030}}, key=PUBLIC
    )["id"]
    secret = {"client_secret": made["client_secret"]}
    path = f"/v1/payment_intents/{made['id']}/confirm"
    assert shop.post(path, {"payment_method": method}, key=PUBLIC).error["param"] == "client_secret"
    assert shop.post(path, {"payment_method": method, "client_secret": "no"}, key=PUBLIC).status == 400
    declined = shop.post(path, {"payment_method": method, **secret}, key=PUBLIC)
    assert (declined.status, "metadata" in declined.error["payment_intent"]) == (402, False)
    paid = shop.post(path, {"payment_method": "pm_card_visa", **secret}, key=PUBLIC).body
    assert (paid["status"], "latest_charge" in paid) == ("succeeded", False)
    again = shop.post(path, {"payment_method": "pm_card_visa", **secret}, key=PUBLIC)
    assert (again.error["code"], "metadata" in again.error["payment_intent"]) == (UNEXPECTED, False)


def test_manual_confirmation_is_for_secret_keys(shop: Shop) -> None:
    made = intent(shop, confirmation_method="manual", payment_method="pm_card_visa")
    assert made["confirmation_method"] == "manual"
    answer = shop.post(f"/v1/payment_intents/{made['id']}/confirm", {"client_secret": made["client_secret"]}, key=PUBLIC)
    assert (answer.status, answer.error["type"]) == (400, "invalid_request_error")
    assert step(shop, made, "confirm")["status"] == "succeeded"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/payment_intents"), ("GET", "/v1/payment_intents"), ("POST", "/v1/charges"), ("GET", "/v1/customers"),
        ("POST", "/v1/payment_intents/pi_x"), ("POST", "/v1/payment_intents/pi_x/capture"), ("GET", "/v1/payment_methods/pm_x"),
        ("POST", "/v1/files"), ("GET", "/v1/balance"),
    ],
)  # fmt: skip
def test_everything_else_needs_a_secret_key(shop: Shop, method: str, path: str) -> None:
    answer = shop.call(method, path, key=PUBLIC)
    assert (answer.status, answer.error["code"]) == (403, "secret_key_required")
