"""Setup intents: a card is made ready for payments without its holder."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import Answer, Shop

CREATED, ACTION, SUCCEEDED, FAILED, CANCELED = (
    f"setup_intent.{word}" for word in ("created", "requires_action", "succeeded", "setup_failed", "canceled")
)
ATTACHED = "payment_method.attached"
BACK = "https://shop.example/back"


def setup(shop: Shop, card: str = "pm_card_visa", **params: Any) -> Answer:
    return shop.post("/v1/setup_intents", {"payment_method": card, "confirm": True, **params})


def customer(shop: Shop) -> str:
    return str(shop.post("/v1/customers")["id"])


def step(shop: Shop, made: Any, verb: str, **params: Any) -> Answer:
    return shop.post(f"/v1/setup_intents/{made['id']}/{verb}", params)


def test_a_card_is_set_up_for_its_customer(shop: Shop) -> None:
    """Attached, and ready."""
    owner = customer(shop)
    seen = len(shop.events())
    made = setup(shop, customer=owner, metadata={"order": "7"}, description="later")
    assert (made["status"], made["usage"], made["customer"]) == ("succeeded", "off_session", owner)
    assert (made["metadata"], made["description"], made["latest_attempt"]) == ({"order": "7"}, "later", None)
    assert shop.get(f"/v1/payment_methods/{made['payment_method']}")["customer"] == owner
    assert shop.events(seen) == [CREATED, ATTACHED, SUCCEEDED]
    assert shop.pay(made["payment_method"], customer=owner, off_session=True)["status"] == "succeeded"


def test_the_steps_of_a_setup(shop: Shop) -> None:
    """Made bare, given a payment method, confirmed."""
    made = shop.post("/v1/setup_intents", {"usage": "on_session"})
    assert (made["status"], made["usage"]) == ("requires_payment_method", "on_session")
    missing = step(shop, made, "confirm")
    assert (missing.status, missing.error["code"]) == (400, "setup_intent_unexpected_state")
    assert missing.error["setup_intent"]["id"] == made["id"]
    path = f"/v1/setup_intents/{made['id']}"
    assert shop.post(path, {"payment_method": "pm_card_visa"})["status"] == "requires_confirmation"
    assert shop.post(path, {"payment_method": ""})["status"] == "requires_payment_method"
    done = step(shop, made, "confirm", payment_method="pm_card_mastercard")
    assert done["status"] == "succeeded"
    method = shop.get(f"/v1/payment_methods/{done['payment_method']}")
    assert (method["customer"], method["card"]["brand"]) == (None, "mastercard")
    assert shop.post(f"/v1/payment_methods/{method['id']}/attach", {"customer": customer(shop)}).status == 200
    assert shop.events() == [CREATED, SUCCEEDED, "customer.created", ATTACHED]


@pytest.mark.parametrize("card", ["authenticationRequired", "authenticationRequiredOnSetup", "threeDSecure2Required"])
def test_a_card_that_needs_it_waits_for_its_holder(shop: Shop, card: str) -> None:
    owner = customer(shop)
    seen = len(shop.events())
    made = setup(shop, f"pm_card_{card}", customer=owner, return_url=BACK)
    assert (made["status"], made["next_action"]["redirect_to_url"]["return_url"]) == ("requires_action", BACK)
    answer = shop.control("POST", f"/three_d_secure/{made['id']}/pass")
    assert (answer["object"], answer["status"], answer["next_action"]) == ("setup_intent", "succeeded", None)
    assert shop.events(seen) == [CREATED, ACTION, ATTACHED, SUCCEEDED]


def test_what_was_set_up_is_not_asked_off_session(shop: Shop) -> None:
    owner = customer(shop)
    made = setup(shop, "pm_card_authenticationRequiredOnSetup", customer=owner)
    shop.control("POST", f"/three_d_secure/{made['id']}/pass")
    assert shop.pay(made["payment_method"], customer=owner, off_session=True)["status"] == "succeeded"


def test_a_card_that_is_set_up_already_needs_no_challenge(shop: Shop) -> None:
    assert setup(shop, "pm_card_authenticationRequiredSetupForOffSession")["status"] == "succeeded"
    wish = {"payment_method_options": {"card": {"request_three_d_secure": "any"}}}
    assert setup(shop, "pm_card_authenticationRequiredSetupForOffSession", **wish)["status"] == "requires_action"


def test_a_failed_authentication_fails_the_setup(shop: Shop) -> None:
    """Which takes another card."""
    made = setup(shop, "pm_card_authenticationRequired")
    failed = shop.control("POST", f"/three_d_secure/{made['id']}/fail")
    assert (failed["status"], failed["payment_method"]) == ("requires_payment_method", None)
    assert failed["last_setup_error"]["code"] == "setup_intent_authentication_failure"
    assert shop.events() == [CREATED, ACTION, FAILED]
    done = step(shop, made, "confirm", payment_method="pm_card_visa")
    assert (done["status"], done["last_setup_error"]) == ("succeeded", None)
    again = shop.control("POST", f"/three_d_secure/{made['id']}/pass")
    assert (again.status, again.error["code"]) == (409, "wrong_status")


@pytest.mark.parametrize(("card", "code"), [("chargeDeclined", "card_declined"), ("chargeDeclinedExpiredCard", "expired_card")])
def test_a_declining_card_is_not_set_up(shop: Shop, card: str, code: str) -> None:
    answer = setup(shop, f"pm_card_{card}")
    assert (answer.status, answer.error["type"], answer.error["code"]) == (402, "card_error", code)
    kept = shop.get(f"/v1/setup_intents/{answer.error['setup_intent']['id']}").body
    assert (kept["status"], kept["last_setup_error"]["code"]) == ("requires_payment_method", code)
    assert shop.events() == [CREATED, FAILED]


def test_a_card_that_fails_later_is_set_up_all_the_same(shop: Shop) -> None:
    assert setup(shop, "pm_card_chargeCustomerFail")["status"] == "succeeded"


def test_a_browser_confirms_with_the_client_secret(shop: Shop) -> None:
    """And sees a reduced object."""
    made = shop.post("/v1/setup_intents").body
    path, secret = f"/v1/setup_intents/{made['id']}", {"client_secret": made["client_secret"]}
    seen = shop.get(path, secret, key="pk_test_alpha").body
    assert "metadata" not in seen
    assert seen["status"] == "requires_payment_method"
    assert shop.get(path, key="pk_test_alpha").error["param"] == "client_secret"
    assert shop.get(path, {"client_secret": "x"}).error["param"] == "client_secret"
    declined = shop.post(f"{path}/confirm", {**secret, "payment_method": "pm_card_chargeDeclined"}, key="pk_test_alpha")
    assert (declined.status, "metadata" in declined.error["setup_intent"]) == (402, False)
    done = shop.post(f"{path}/confirm", {**secret, "payment_method": "pm_card_visa"}, key="pk_test_alpha")
    assert done["status"] == "succeeded"


def test_the_page_passes_a_setup_too(shop: Shop) -> None:
    made = setup(shop, "pm_card_authenticationRequired", return_url=BACK)
    path = made["next_action"]["redirect_to_url"]["url"].partition("://")[2].partition("/")[2]
    assert "setup of a card" in shop.run(shop._client.get(f"/{path}")).text
    back = shop.run(shop._client.post(f"/{path}", data={"outcome": "pass"}))
    assert back.headers["location"] == (
        f"{BACK}?setup_intent={made['id']}&setup_intent_client_secret={made['client_secret']}&redirect_status=succeeded"
    )
    assert shop.get(f"/v1/setup_intents/{made['id']}")["status"] == "succeeded"


def test_a_finished_setup_stays_as_it_is(shop: Shop) -> None:
    """Apart from its metadata and description."""
    done = setup(shop)
    canceled = step(shop, shop.post("/v1/setup_intents"), "cancel", cancellation_reason="duplicate")
    assert (canceled["status"], canceled["cancellation_reason"]) == ("canceled", "duplicate")
    assert shop.events()[-1] == CANCELED
    for made in (done, canceled):
        path = f"/v1/setup_intents/{made['id']}"
        for answer in (step(shop, made, "confirm"), step(shop, made, "cancel"), shop.post(path, {"payment_method": "pm_card_visa"})):
            assert (answer.status, answer.error["code"]) == (400, "setup_intent_unexpected_state")
            assert made["status"] in answer.error["message"]
        assert shop.post(path, {"metadata": {"a": "b"}})["metadata"] == {"a": "b"}


def test_setups_are_listed_by_customer_and_payment_method(shop: Shop) -> None:
    owner = customer(shop)
    first, second = setup(shop, customer=owner), setup(shop)
    assert [row["id"] for row in shop.get("/v1/setup_intents")["data"]] == [second["id"], first["id"]]
    assert [row["id"] for row in shop.get("/v1/setup_intents", {"customer": owner})["data"]] == [first["id"]]
    listed = shop.get("/v1/setup_intents", {"payment_method": second["payment_method"]})
    assert [row["id"] for row in listed["data"]] == [second["id"]]
    assert shop.get("/v1/setup_intents", {"customer": "cus_x"}).error["param"] == "customer"
    missing = shop.get("/v1/setup_intents/seti_x")
    assert (missing.status, missing.error["message"], missing.error["param"]) == (404, "No such setupintent: 'seti_x'", "intent")


@pytest.mark.parametrize("param", ["single_use", "attach_to_self", "on_behalf_of"])
def test_parameters_of_a_later_day_are_refused_by_name(shop: Shop, param: str) -> None:
    answer = shop.post("/v1/setup_intents", {param: "1"})
    assert (answer.status, answer.error["param"]) == (501, param)
    assert shop.post("/v1/setup_intents", {"return_url": BACK}).error["param"] == "return_url"
