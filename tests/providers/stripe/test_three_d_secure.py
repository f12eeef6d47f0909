"""3D Secure: who is asked to authenticate, where, and what becomes of the payment."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import Answer, Shop

REQUIRED = "pm_card_authenticationRequired"
CREATED, ACTION, SUCCEEDED, FAILED = (f"payment_intent.{word}" for word in ("created", "requires_action", "succeeded", "payment_failed"))
BACK = "https://shop.example/back?order=7"


def pay(shop: Shop, card: str = REQUIRED, **params: Any) -> Answer:
    wanted = {"amount": 2000, "currency": "usd", "payment_method": card, "confirm": True, **params}
    return shop.post("/v1/payment_intents", wanted)


def decide(shop: Shop, made: Any, verdict: str = "pass") -> Any:
    answer = shop.control("POST", f"/three_d_secure/{made['id']}/{verdict}")
    assert answer.status == 200, answer.body
    return answer.body


def read(shop: Shop, made: Any) -> Any:
    return shop.get(f"/v1/payment_intents/{made['id']}", {"expand": ["latest_charge"]}).body


def secured(shop: Shop, made: Any) -> Any:
    return read(shop, made)["latest_charge"]["payment_method_details"]["card"]["three_d_secure"]


def page(shop: Shop, url: str, **form: str) -> Any:
    """What a browser without a key gets there."""
    path = url.partition("://")[2].partition("/")[2]
    client = shop._client
    return shop.run(client.post(f"/{path}", data=form) if form else client.get(f"/{path}"))


ASKING = (
    "authenticationRequired", "authenticationRequiredOnSetup", "authenticationRequiredSetupForOffSession", "threeDSecure2Required",
    "threeDSecureRequiredChargeDeclined", "authenticationRequiredChargeDeclinedInsufficientFunds",
)  # fmt: skip


@pytest.mark.parametrize("card", ASKING)
def test_a_card_that_needs_it_waits_for_its_holder(shop: Shop, card: str) -> None:
    """There is no charge yet, and the payment says where to go."""
    made = pay(shop, f"pm_card_{card}", return_url=BACK)
    assert (made["status"], made["latest_charge"], made["amount_received"]) == ("requires_action", None, 0)
    assert made["next_action"]["type"] == "redirect_to_url"
    assert made["next_action"]["redirect_to_url"]["return_url"] == BACK
    assert made["payment_method"]
    assert shop.events() == [CREATED, ACTION]


def test_without_a_return_url_the_library_in_the_browser_acts(shop: Shop) -> None:
    for params in ({}, {"return_url": BACK, "use_stripe_sdk": True}):
        action = pay(shop, **params)["next_action"]
        assert (action["type"], action["use_stripe_sdk"]["type"]) == ("use_stripe_sdk", "three_d_secure_redirect")


def test_who_passes_pays_as_in_a_normal_confirm(shop: Shop) -> None:
    made = pay(shop)
    passed = decide(shop, made)
    assert (passed["status"], passed["next_action"], passed["amount_received"]) == ("succeeded", None, 2000)
    details = secured(shop, made)
    assert (details["result"], details["authentication_flow"], details["version"]) == ("authenticated", "challenge", "2.2.0")
    assert details["electronic_commerce_indicator"] == "05"
    assert read(shop, made)["latest_charge"]["payment_method_details"]["card"]["electronic_commerce_indicator"] == "05"
    assert shop.events() == [CREATED, ACTION, "charge.succeeded", SUCCEEDED]


def test_who_fails_pays_nothing(shop: Shop) -> None:
    """The payment wants another payment method, and takes one."""
    made = pay(shop)
    failed = decide(shop, made, "fail")
    assert (failed["status"], failed["payment_method"], failed["latest_charge"]) == ("requires_payment_method", None, None)
    error = failed["last_payment_error"]
    assert (error["code"], error["type"]) == ("payment_intent_authentication_failure", "invalid_request_error")
    assert error["payment_method"]["id"] == made["payment_method"]
    assert shop.events() == [CREATED, ACTION, FAILED]
    assert shop.post(f"/v1/payment_intents/{made['id']}/confirm", {"payment_method": "pm_card_visa"})["status"] == "succeeded"


@pytest.mark.parametrize(
    ("card", "decline_code"),
    [
        ("threeDSecureRequiredChargeDeclined", "generic_decline"),
        ("authenticationRequiredChargeDeclinedInsufficientFunds", "insufficient_funds"),
    ],
)
def test_who_passes_may_still_be_declined(shop: Shop, card: str, decline_code: str) -> None:
    made = pay(shop, f"pm_card_{card}")
    declined = decide(shop, made)
    assert (declined["status"], declined["last_payment_error"]["decline_code"]) == ("requires_payment_method", decline_code)
    assert secured(shop, made)["result"] == "authenticated"
    assert shop.events() == [CREATED, ACTION, "charge.failed", FAILED]


def test_a_lookup_that_fails_declines_without_a_challenge(shop: Shop) -> None:
    made = pay(shop, "pm_card_threeDSecureRequiredProcessingError")
    assert (made.status, made.error["code"]) == (402, "card_declined")
    assert secured(shop, made.error["payment_intent"])["result"] == "processing_error"
    assert shop.events() == [CREATED, "charge.failed", FAILED]


def test_a_manual_capture_is_authorized_after_the_challenge(shop: Shop) -> None:
    made = pay(shop, capture_method="manual")
    assert decide(shop, made)["status"] == "requires_capture"
    assert shop.post(f"/v1/payment_intents/{made['id']}/capture")["status"] == "succeeded"


def test_with_manual_confirmation_the_server_confirms_once_more(shop: Shop) -> None:
    """And is not asked again."""
    made = pay(shop, confirmation_method="manual")
    assert decide(shop, made)["status"] == "requires_confirmation"
    done = shop.post(f"/v1/payment_intents/{made['id']}/confirm")
    assert done["status"] == "succeeded"
    assert secured(shop, made)["result"] == "authenticated"
    assert shop.events() == [CREATED, ACTION, "charge.succeeded", SUCCEEDED]


def test_off_session_nobody_can_be_asked(shop: Shop) -> None:
    """Recorded: a 402 with code and decline code authentication_required, and no charge."""
    customer = shop.post("/v1/customers")["id"]
    method = shop.post(f"/v1/payment_methods/{REQUIRED}/attach", {"customer": customer})["id"]
    seen = len(shop.events())
    answer = pay(shop, method, customer=customer, off_session=True)
    assert (answer.status, answer.error["type"]) == (402, "card_error")
    assert (answer.error["code"], answer.error["decline_code"]) == ("authentication_required", "authentication_required")
    assert answer.error["message"] == "Your card was declined. This transaction requires authentication."
    assert "charge" not in answer.error
    intent = answer.error["payment_intent"]
    assert (intent["status"], intent["latest_charge"], intent["payment_method"]) == ("requires_payment_method", None, None)
    assert answer.error["payment_method"]["id"] == method
    assert shop.events(seen) == [CREATED, FAILED]
    assert shop.get("/v1/charges")["data"] == []
    on_session = shop.post(f"/v1/payment_intents/{intent['id']}/confirm", {"payment_method": method})
    assert on_session["status"] == "requires_action"


def test_error_on_requires_action_refuses_instead_of_asking(shop: Shop) -> None:
    answer = pay(shop, error_on_requires_action=True)
    assert (answer.status, answer.error["code"]) == (402, "authentication_required")
    assert answer.error["payment_intent"]["status"] == "requires_payment_method"
    assert pay(shop, "pm_card_visa", error_on_requires_action=True)["status"] == "succeeded"


@pytest.mark.parametrize(
    ("card", "before", "after"),
    [
        ("authenticationRequiredOnSetup", 402, 200),
        ("authenticationRequiredSetupForOffSession", 200, 200),
        ("authenticationRequired", 402, 402),
        ("visa", 200, 200),
    ],
)
def test_what_being_set_up_changes_off_session(shop: Shop, card: str, before: int, after: int) -> None:
    """A payment on session with setup_future_usage sets the method up; some cards ask all the same, others never."""
    customer = shop.post("/v1/customers")["id"]
    method = shop.post(f"/v1/payment_methods/pm_card_{card}/attach", {"customer": customer})["id"]
    assert pay(shop, method, customer=customer, off_session=True).status == before
    first = pay(shop, method, customer=customer, setup_future_usage="off_session")
    assert first["status"] == ("succeeded" if card == "visa" else "requires_action")
    if card != "visa":
        decide(shop, first)
    assert pay(shop, method, customer=customer, off_session=True).status == after
    if card != "visa":
        assert pay(shop, method, customer=customer)["status"] == "requires_action"  # on session it always asks


@pytest.mark.parametrize(
    ("card", "result", "reason"),
    [
        ("pm_card_visa", "attempt_acknowledged", "card_not_enrolled"),
        ("pm_card_amex_threeDSecureNotSupported", "not_supported", "network_not_supported"),
        ("pm_card_threeDSecureOptionalProcessingError", "processing_error", "protocol_error"),
    ],
)
def test_a_wish_for_it_is_tried(shop: Shop, card: str, result: str, reason: str) -> None:
    """Without it these cards are plain."""
    assert secured(shop, pay(shop, card)) is None
    made = pay(shop, card, payment_method_options={"card": {"request_three_d_secure": "any"}})
    assert (made["status"], made["payment_method_options"]["card"]["request_three_d_secure"]) == ("succeeded", "any")
    details = secured(shop, made)
    assert (details["result"], details["result_reason"], details["authentication_flow"]) == (result, reason, None)


def test_a_wish_asks_the_holder_of_a_card_that_supports_it(shop: Shop) -> None:
    """Or passes without friction."""
    wish = {"payment_method_options": {"card": {"request_three_d_secure": "challenge"}}}
    assert pay(shop, "pm_card_threeDSecureOptional")["status"] == "succeeded"
    assert pay(shop, "pm_card_threeDSecureOptional", **wish)["status"] == "requires_action"
    card = {"number": "4000000032200000", "exp_month": 12, "exp_year": 2030, "cvc": "123"}
    typed = shop.post("/v1/payment_methods", {"type": "card", "card": card})["id"]
    made = pay(shop, typed, **wish)
    details = secured(shop, made)
    assert (made["status"], details["result"], details["authentication_flow"]) == ("succeeded", "authenticated", "frictionless")


def test_a_legacy_charge_cannot_ask(shop: Shop) -> None:
    """It fails, and is kept; a card that is set up already pays."""
    answer = shop.post("/v1/charges", {"amount": 2000, "currency": "usd", "source": "tok_authenticationRequired"})
    assert (answer.status, answer.error["code"]) == (402, "authentication_required")
    kept = shop.get(f"/v1/charges/{answer.error['charge']}")
    assert (kept["status"], kept["failure_code"], kept["outcome"]["reason"]) == (
        "failed", "authentication_required", "authentication_required",
    )  # fmt: skip
    paid = shop.post("/v1/charges", {"amount": 2000, "currency": "usd", "source": "tok_authenticationRequiredSetupForOffSession"})
    assert paid["status"] == "succeeded"


def test_a_payment_that_waits_can_be_canceled_or_paid_otherwise(shop: Shop) -> None:
    assert shop.post(f"/v1/payment_intents/{pay(shop)['id']}/cancel")["status"] == "canceled"
    made = pay(shop)
    assert shop.post(f"/v1/payment_intents/{made['id']}", {"amount": 3000})["status"] == "requires_action"
    other = shop.post(f"/v1/payment_intents/{made['id']}/confirm", {"payment_method": "pm_card_visa"})
    assert (other["status"], other["amount_received"]) == ("succeeded", 3000)


def test_nobody_authenticates_what_does_not_wait(shop: Shop) -> None:
    """Neither a payment nor a charge."""
    paid = shop.pay()
    for key in (paid["id"], paid["latest_charge"]):
        answer = shop.control("POST", f"/three_d_secure/{key}/pass")
        assert (answer.status, answer.error["code"]) == (409, "wrong_status")


# The page


@pytest.mark.parametrize(
    ("outcome", "status", "said"), [("pass", "succeeded", "succeeded"), ("fail", "requires_payment_method", "failed")]
)
def test_a_browser_authenticates_on_the_sandbox_s_own_page(shop: Shop, outcome: str, status: str, said: str) -> None:
    """Without a key; it goes back to the shop with the payment's id and secret. A second click only goes back."""
    made = pay(shop, return_url=BACK)
    url = made["next_action"]["redirect_to_url"]["url"]
    shown = page(shop, url)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "$20.00" in shown.text
    for _ in range(2):
        back = page(shop, url, outcome=outcome)
        assert back.status_code == 303
        assert back.headers["location"] == (
            f"{BACK}&payment_intent={made['id']}&payment_intent_client_secret={made['client_secret']}&redirect_status={said}"
        )
    assert read(shop, made)["status"] == status
    assert "waits for nobody" in page(shop, url).text


def test_the_page_without_a_shop_says_what_became_of_the_payment(shop: Shop) -> None:
    made = pay(shop)
    url = made["next_action"]["use_stripe_sdk"]["stripe_js"]
    assert "is succeeded" in page(shop, url, outcome="pass").text
    assert page(shop, url, outcome="maybe").status_code == 400
    assert page(shop, url.replace(made["id"], "pi_x")).status_code == 404
    assert page(shop, url.replace("/alpha/", "/beta/")).status_code == 404
    assert shop.run(shop._client.get("/stripe/other")).status_code in (401, 404)
