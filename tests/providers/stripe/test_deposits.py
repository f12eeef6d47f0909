"""`verify_microdeposits`: a bank account that is debited only once its holder has told what was deposited there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import Answer, Shop

BY_DEPOSITS = {"us_bank_account": {"verification_method": "microdeposits"}}
MANDATE = {"customer_acceptance": {"type": "offline"}}
CODES = "payment_method_microdeposit_verification_"


def asked(shop: Shop, **params: Any) -> Any:
    """A payment that waits for the deposits to be told."""
    made = shop.pay("pm_usBankAccount_success", payment_method_options=BY_DEPOSITS, mandate_data=MANDATE, **params)
    assert made["status"] == "requires_action", made
    return made


def asked_setup(shop: Shop, **params: Any) -> Any:
    wanted = {"payment_method": "pm_usBankAccount_success", "confirm": True, "mandate_data": MANDATE, **params}
    made = shop.post("/v1/setup_intents", {**wanted, "payment_method_options": BY_DEPOSITS}).body
    assert made["status"] == "requires_action", made
    return made


def path_of(order: Any) -> str:
    return f"/v1/{order['object']}s/{order['id']}"


def tell(shop: Shop, order: Any, **told: Any) -> Answer:
    return shop.post(f"{path_of(order)}/verify_microdeposits", told)


BOTH = pytest.mark.parametrize("ask", [asked, asked_setup])
HEARD = {"payment_intent": "payment_intent.payment_failed", "setup_intent": "setup_intent.setup_failed"}


@pytest.mark.parametrize("told", [{"amounts": [32, 45]}, {"amounts": [45, 32]}, {"descriptor_code": "SM11AA"}])
def test_a_payment_waits_for_its_deposits_to_be_told(shop: Shop, told: Any) -> None:
    """Then the account is debited, under a mandate that is in force only now."""
    made = asked(shop)
    action = made["next_action"]["verify_with_microdeposits"]
    assert (made["next_action"]["type"], action["microdeposit_type"]) == ("verify_with_microdeposits", "descriptor_code")
    assert (action["arrival_date"], made["id"] in action["hosted_verification_url"]) == (1_767_657_600, True)
    assert made["payment_method_options"] == {"us_bank_account": {"verification_method": "microdeposits"}}
    assert (made["latest_charge"], shop.events()) == (None, ["payment_intent.created", "payment_intent.requires_action"])
    done = tell(shop, made, **told).body
    assert (done["status"], done["next_action"]) == ("processing", None)
    assert shop.events()[2:] == ["mandate.updated", "charge.pending", "payment_intent.processing"]
    assert shop.advance(days=11) == ["debit_ends"]
    assert shop.get(path_of(made))["status"] == "succeeded"


def test_a_setup_waits_for_its_deposits_and_the_account_is_debited_without_more(shop: Shop) -> None:
    customer = shop.post("/v1/customers").body["id"]
    made = asked_setup(shop, customer=customer)
    assert shop.get(f"/v1/mandates/{made['mandate']}")["status"] == "pending"
    assert tell(shop, made, descriptor_code="SM11AA")["status"] == "succeeded"
    assert shop.get(f"/v1/mandates/{made['mandate']}")["status"] == "active"
    assert shop.events()[1:] == [
        "setup_intent.created", "setup_intent.requires_action", "mandate.updated", "payment_method.attached", "setup_intent.succeeded",
    ]  # fmt: skip
    again = shop.pay(made["payment_method"], customer=customer, payment_method_options=BY_DEPOSITS)
    assert again["status"] == "processing"
    assert list(shop.merchant.timers.of(made["id"])) == []


@BOTH
@pytest.mark.parametrize(("told", "end"), [
    ({"amounts": [10, 11]}, "attempts_exceeded"), ({"descriptor_code": "SM33CC"}, "attempts_exceeded"),
    ({"amounts": [40, 41]}, "timeout"), ({"descriptor_code": "SM44DD"}, "timeout"),
])  # fmt: skip
def test_what_is_told_of_a_test_account_may_be_its_end(shop: Shop, ask: Any, told: Any, end: str) -> None:
    """Another payment method is wanted then, and nothing more comes of it."""
    made = ask(shop)
    seen = len(shop.events())
    answer = tell(shop, made, **told)
    assert (answer.status, answer.error["code"]) == (400, CODES + end)
    left = shop.get(path_of(made)).body
    assert (left["status"], left["payment_method"]) == ("requires_payment_method", None)
    last = left["last_payment_error" if "amount" in left else "last_setup_error"]
    assert (last["code"], last["payment_method"]["id"]) == (CODES + end, made["payment_method"])
    assert shop.events(seen) == [HEARD[made["object"]]]
    assert list(shop.merchant.timers) == []


@BOTH
def test_a_wrong_try_counts_and_the_tenth_is_the_last(shop: Shop, ask: Any) -> None:
    made = ask(shop)
    first = tell(shop, made, amounts=[1, 2])
    assert (first.status, first.error["code"], "9 verification" in first.error["message"]) == (400, CODES + "amounts_mismatch", True)
    assert first.error[made["object"]]["status"] == "requires_action"
    code = tell(shop, made, descriptor_code="SM99ZZ").error
    assert (code["code"], "8 verification" in code["message"]) == (CODES + "descriptor_code_mismatch", True)
    ends = [tell(shop, made, amounts=[1, 2]).error["code"].removeprefix(CODES) for _ in range(8)]
    assert ends == 7 * ["amounts_mismatch"] + ["attempts_exceeded"]
    assert shop.get(path_of(made))["status"] == "requires_payment_method"


@BOTH
def test_nobody_tells_for_ten_days(shop: Shop, ask: Any) -> None:
    made = ask(shop)
    seen = len(shop.events())
    assert shop.advance(days=10) == ["deposits_end"]
    assert shop.events(seen) == [HEARD[made["object"]]]
    left = shop.get(path_of(made)).body
    last = left["last_payment_error" if "amount" in left else "last_setup_error"]
    assert (left["status"], last["code"]) == ("requires_payment_method", CODES + "timeout")


@BOTH
@pytest.mark.parametrize(("told", "code"), [
    ({}, "parameters_exclusive"), ({"amounts": [32, 45], "descriptor_code": "SM11AA"}, "parameters_exclusive"),
    ({"amounts": [32]}, CODES + "amounts_invalid"),
])  # fmt: skip
def test_what_tells_nothing_is_no_try(shop: Shop, ask: Any, told: Any, code: str) -> None:
    made = ask(shop)
    answer = tell(shop, made, **told)
    assert (answer.status, answer.error["code"]) == (400, code)
    assert shop.get(path_of(made)).body == made


@BOTH
def test_a_publishable_key_tells_with_the_client_secret(shop: Shop, ask: Any) -> None:
    """And sees the reduced object, also where it was wrong."""
    made = ask(shop)
    path, key = f"{path_of(made)}/verify_microdeposits", "pk_test_alpha"
    assert shop.post(path, {"descriptor_code": "SM11AA"}, key=key).error["param"] == "client_secret"
    secret = {"client_secret": made["client_secret"]}
    wrong = shop.post(path, {"descriptor_code": "SM00AA", **secret}, key=key).error
    assert "metadata" not in wrong[made["object"]]
    done = shop.post(path, {"descriptor_code": "SM11AA", **secret}, key=key).body
    assert (done["status"] in ("processing", "succeeded"), "metadata" in done) == (True, False)
    assert shop.post(path, {"descriptor_code": "SM11AA", "client_secret": "x"}).error["param"] == "client_secret"


@BOTH
@pytest.mark.parametrize("verdict", ["pass", "fail"])
def test_the_page_and_the_control_call_tell_it_too(shop: Shop, ask: Any, verdict: str) -> None:
    made = ask(shop)
    url = made["next_action"]["verify_with_microdeposits"]["hosted_verification_url"]
    page = f"/stripe/three_d_secure/alpha/{made['id']}"
    assert url.endswith(page)
    assert b"what was deposited" in shop.get(page).body
    assert shop.control("POST", f"/three_d_secure/{made['id']}/{verdict}").status == 200
    ends = {"payment_intent": "processing", "setup_intent": "succeeded"}
    assert shop.get(path_of(made))["status"] == (ends[made["object"]] if verdict == "pass" else "requires_payment_method")
    other = ask(shop)
    shop.post(page.replace(made["id"], other["id"]), {"outcome": verdict})
    assert shop.get(path_of(other))["status"] == shop.get(path_of(made))["status"]


@pytest.mark.parametrize("how", ["card", "cancel", "another"])
def test_who_pays_another_way_leaves_no_deposits_behind(shop: Shop, how: str) -> None:
    """No timer, and nothing to tell."""
    made = asked(shop)
    if how == "card":
        assert shop.post(f"{path_of(made)}/confirm", {"payment_method": "pm_card_threeDSecure2Required"})["status"] == "requires_action"
        shown = shop.get(path_of(made)).body
        assert (shown["next_action"]["type"], list(shown["payment_method_options"])) == ("use_stripe_sdk", ["card"])
    elif how == "cancel":
        shop.post(f"{path_of(made)}/cancel")
    else:
        shop.post(path_of(made), {"payment_method": "pm_card_visa"})
    answer = tell(shop, made, amounts=[32, 45])
    assert (answer.status, answer.error["code"]) == (400, "payment_intent_unexpected_state")
    assert list(shop.merchant.timers.of(made["id"])) == []


def test_a_debit_that_waits_for_nothing_has_nothing_to_tell(shop: Shop) -> None:
    made = shop.pay("pm_usBankAccount_success", mandate_data=MANDATE)
    assert tell(shop, made, amounts=[32, 45]).error["code"] == "payment_intent_unexpected_state"
