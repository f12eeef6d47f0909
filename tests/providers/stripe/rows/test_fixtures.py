"""Every test card, token and bank account of the documentation, by each of its names, from the request to what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import Answer, Shop
from tests.providers.stripe.rows import fixtures
from tests.providers.stripe.rows.fixtures import Debited, Declined, Disputed, Paid, Screened, Secured
from tests.providers.stripe.test_debits import WHO

PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]
OPENED = ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
ADDRESS = {"line1": "1 Main St", "postal_code": "94111"}
BY_NUMBER, BY_METHOD, BY_TOKEN = WAYS = ("number", "pm_card", "tok")


def each_way(rows: Any) -> list[Any]:
    """Each row by its number, by `pm_card_NAME` and by `tok_NAME`, as far as it has them."""
    named = ((row, way, row.number if way == BY_NUMBER else row.name) for row in rows for way in WAYS)
    return [pytest.param(row, way, id=f"{way}_{name}") for row, way, name in named if name]


def paid_with(row: Any, way: str, **billing: Any) -> dict[str, Any]:
    """What a request says to pay with it."""
    if way == BY_METHOD:
        return {"payment_method": f"pm_card_{row.name}"}
    if way == BY_TOKEN:
        card: dict[str, Any] = {"token": f"tok_{row.name}"}
    else:
        card = {"number": row.number, "exp_month": 12, "exp_year": 2034, "cvc": "1234" if row.number[0:2] in ("34", "37") else "123"}
    return {"payment_method_data": {"type": "card", "card": card, **({"billing_details": billing} if billing else {})}}


def pay(shop: Shop, row: Any, way: str, **params: Any) -> Answer:
    wanted = {"amount": 2001, "currency": "usd", "confirm": True, **paid_with(row, way), **params}
    return shop.post("/v1/payment_intents", wanted)


def charge_of(shop: Shop, made: Answer) -> Any:
    assert made.status == 200, made.body
    return shop.get(f"/v1/charges/{made['latest_charge']}").body


@pytest.mark.parametrize(("row", "way"), each_way((*fixtures.SUCCESS, *fixtures.COUNTRIES)))
def test_a_success_card_pays_and_nothing_follows(shop: Shop, row: Paid, way: str) -> None:
    charge = charge_of(shop, pay(shop, row, way))
    card = charge["payment_method_details"]["card"]
    assert (card["brand"], card["funding"], card["country"], card["last4"]) == (row.brand, row.funding, row.country, row.number[-4:])
    assert (charge["status"], charge["captured"], charge["disputed"]) == ("succeeded", True, False)
    assert charge["outcome"]["risk_level"] == "normal"
    assert shop.events() == PAID
    assert [timer.name for timer in shop.merchant.timers] == ["funds_available"]


@pytest.mark.parametrize("row", [row for row in (*fixtures.SUCCESS, *fixtures.COUNTRIES) if row.name], ids=lambda row: row.name)
def test_a_token_of_a_success_card_pays_a_legacy_charge(shop: Shop, row: Paid) -> None:
    charge = shop.post("/v1/charges", {"amount": 2001, "currency": "usd", "source": f"tok_{row.name}"})
    assert (charge["status"], charge["source"]["last4"], charge["source"]["country"]) == ("succeeded", row.number[-4:], row.country)


@pytest.mark.parametrize(("row", "way"), each_way((*fixtures.DECLINES, *fixtures.BLOCKED)))
def test_a_declining_card_is_a_402_with_its_code(shop: Shop, row: Declined, way: str) -> None:
    """The charge is kept and failed, the payment wants another method."""
    answer = pay(shop, row, way)
    error = answer.error
    assert (answer.status, error["type"], error["code"], error.get("decline_code")) == (402, "card_error", row.code, row.decline_code)
    assert error["message"] == row.message
    assert (error["payment_intent"]["status"], error["payment_intent"]["payment_method"]) == ("requires_payment_method", None)
    charge = shop.get(f"/v1/charges/{error['charge']}").body
    assert (charge["status"], charge["failure_code"], charge["failure_message"]) == ("failed", row.code, row.message)
    blocked = row in fixtures.BLOCKED
    reason = "highest_risk_level" if blocked else row.decline_code or row.code
    assert (charge["outcome"]["type"], charge["outcome"]["reason"]) == ("blocked" if blocked else "issuer_declined", reason)
    assert charge["outcome"]["risk_level"] == ("highest" if blocked else "normal")
    assert charge["balance_transaction"] is None
    assert shop.events() == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]


@pytest.mark.parametrize(("row", "way"), each_way((*fixtures.DECLINES, *fixtures.BLOCKED)))
def test_a_declining_card_cannot_be_attached_but_for_those_that_fail_later(shop: Shop, row: Declined, way: str) -> None:
    customer = shop.post("/v1/customers")["id"]
    given = paid_with(row, way)
    method = given.get("payment_method") or shop.post("/v1/payment_methods", given["payment_method_data"])["id"]
    answer = shop.post(f"/v1/payment_methods/{method}/attach", {"customer": customer})
    if row.attached:
        assert (answer.status, answer["customer"]) == (200, customer)
        saved = shop.post("/v1/payment_intents", {"amount": 2001, "currency": "usd", "customer": customer, "payment_method": answer["id"],
                                                  "confirm": True, "off_session": True})  # fmt: skip
        assert (saved.status, saved.error["decline_code"]) == (402, row.decline_code)
    else:
        assert (answer.status, answer.error["code"], answer.error.get("decline_code")) == (402, row.code, row.decline_code)
        assert shop.events() == ["customer.created"]


@pytest.mark.parametrize("path", ["/v1/payment_methods", "/v1/tokens"])
@pytest.mark.parametrize(
    ("changed", "code", "param"),
    [
        ({"number": "4242424242424241"}, "incorrect_number", "number"),
        ({"exp_month": 13}, "invalid_expiry_month", "exp_month"),
        ({"exp_year": 95}, "invalid_expiry_year", "exp_year"),
        ({"cvc": "99"}, "invalid_cvc", "cvc"),
    ],
    ids=["4242424242424241", "month_13", "year_95", "cvc_99"],
)
def test_bad_card_data_is_a_402_where_the_card_is_made(shop: Shop, path: str, changed: Any, code: str, param: str) -> None:
    card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123", **changed}
    answer = shop.post(path, {"card": card, **({"type": "card"} if "methods" in path else {})})
    assert (answer.status, answer.error["type"], answer.error["code"]) == (402, "card_error", code)
    assert answer.error["param"].rpartition("[")[2].rstrip("]") == param
    assert shop.events() == []


@pytest.mark.parametrize(("row", "way"), each_way(fixtures.SCREENED))
def test_a_screened_card_pays_and_says_what_was_found(shop: Shop, row: Screened, way: str) -> None:
    """Elevated risk opens a review; the checks are of what was given."""
    charge = charge_of(shop, pay(shop, row, way, **paid_with(row, way, address=ADDRESS)))
    card = charge["payment_method_details"]["card"]
    assert (charge["status"], charge["outcome"]["risk_level"], card["funding"]) == ("succeeded", row.risk, row.funding)
    if way == BY_NUMBER:
        assert card["checks"] == {
            "address_line1_check": row.line1, "address_postal_code_check": row.postal_code, "cvc_check": row.cvc,
        }  # fmt: skip
    reviewed = row.risk == "elevated"
    assert (charge["outcome"]["type"], bool(charge["review"])) == ("manual_review" if reviewed else "authorized", reviewed)
    assert shop.events() == ([*PAID[:2], "review.opened", PAID[2]] if reviewed else PAID)


@pytest.mark.parametrize("path", ["/v1/payment_intents", "/v1/charges"])
@pytest.mark.parametrize(
    ("rule", "number", "code", "param"),
    [
        ("block_if_cvc_check_fails", "4000000000000101", "incorrect_cvc", "cvc"),
        ("block_if_cvc_check_fails", "4000058400307872", "incorrect_cvc", "cvc"),
        ("block_if_zip_check_fails", "4000000000000036", "incorrect_zip", "address_zip"),
        ("block_if_zip_check_fails", "4000000000000010", "incorrect_zip", "address_zip"),
        ("block_if_zip_check_fails", "4000058400306072", "incorrect_zip", "address_zip"),
    ],
)
def test_a_failed_check_is_blocked_if_the_rule_is_on(shop: Shop, rule: str, number: str, code: str, param: str, path: str) -> None:
    """Where nothing was given there is nothing to check, and the other rule does not mind."""
    card = {"number": number, "exp_month": 12, "exp_year": 2034, "cvc": "123"}
    if path == "/v1/charges":
        wanted: dict[str, Any] = {"source": {"object": "card", **card, "address_zip": "94111"}}
        bare: dict[str, Any] = {"source": {"object": "card", **{k: v for k, v in card.items() if k != "cvc"}}}
    else:
        wanted = {"confirm": True, "payment_method_data": {"type": "card", "card": card, "billing_details": {"address": ADDRESS}}}
        bare = {"confirm": True, "payment_method_data": {"type": "card", "card": {k: v for k, v in card.items() if k != "cvc"}}}
    sums = {"amount": 2001, "currency": "usd"}
    other = next(name for name in ("block_if_cvc_check_fails", "block_if_zip_check_fails") if name != rule)
    shop.control("POST", "/settings", {"providers": {"stripe": {"radar_rules": other}}})
    assert shop.post(path, {**sums, **wanted}).status == 200
    shop.control("POST", "/settings", {"providers": {"stripe": {"radar_rules": f"{rule}, {other}"}}})
    refused = shop.post(path, {**sums, **wanted})
    assert (refused.status, refused.error["code"], refused.error["param"]) == (402, code, param)
    failed = shop.get(f"/v1/charges/{refused.error['charge']}")
    said = failed["outcome"]
    assert (said["type"], said["reason"], said["rule"], said["network_status"]) == ("blocked", "rule", rule, "reversed_after_approval")
    assert (failed["status"], failed["failure_code"], failed["balance_transaction"]) == ("failed", code, None)
    assert shop.post(path, {**sums, **bare}).status == 200


def test_a_rule_that_radar_does_not_have_is_refused(shop: Shop) -> None:
    answer = shop.control("POST", "/settings", {"providers": {"stripe": {"radar_rules": "block_everything"}}})
    assert (answer.status, answer.error["param"]) == (422, "providers.stripe.radar_rules")


@pytest.mark.parametrize(("row", "way"), each_way(fixtures.DISPUTES))
def test_a_disputed_card_pays_first_and_is_disputed_inside_the_call(shop: Shop, row: Disputed, way: str) -> None:
    made = pay(shop, row, way)
    charge = charge_of(shop, made)
    assert (charge["status"], charge["disputed"], charge["payment_method_details"]["card"]["brand"]) == ("succeeded", True, row.brand)
    found = shop.disputes_of(made.body)
    assert [dispute["amount"] for dispute in found] == list(row.amounts)
    inquiry = row.case == "inquiry"
    for dispute in found:
        card = dispute["payment_method_details"]["card"]
        assert (dispute["reason"], card["network_reason_code"], card["case_type"]) == (row.reason, row.code, row.case)
        assert dispute["status"] == ("warning_needs_response" if inquiry else "needs_response")
        assert tuple(dispute["enhanced_eligibility_types"]) == row.eligible
        assert len(dispute["balance_transactions"]) == (not inquiry)
        assert dispute["is_charge_refundable"] is inquiry
    assert shop.events() == [*PAID[:2], *(OPENED[:1] if inquiry else OPENED) * len(row.amounts), PAID[2]]


@pytest.mark.parametrize("way", WAYS)
def test_create_issuer_fraud_record_warns_and_disputes_nothing(shop: Shop, way: str) -> None:
    made = pay(shop, Paid("4000000000005423", "createIssuerFraudRecord", "visa"), way)
    assert charge_of(shop, made)["disputed"] is False
    (warning,) = shop.get("/v1/radar/early_fraud_warnings")["data"]
    assert (warning["charge"], warning["actionable"]) == (made["latest_charge"], True)
    assert shop.events() == [*PAID[:2], "radar.early_fraud_warning.created", PAID[2]]


def test_create_auto_representment_is_eligible_for_smart_disputes(shop: Shop) -> None:
    (dispute,) = shop.disputes_of(shop.pay("pm_card_createAutoRepresentmentEligibleDispute"))
    assert dispute["intended_submission_method"] == "prefer_manual"
    assert "smart_disputes" in [timer.name for timer in shop.merchant.timers.of(dispute["id"])]


def test_the_copy_of_create_multiple_disputes_that_circulates_fails_the_check_digit(shop: Shop) -> None:
    answer = pay(shop, Paid("4000004040000079", "", "visa"), BY_NUMBER)
    assert (answer.status, answer.error["code"]) == (402, "incorrect_number")


@pytest.mark.parametrize("id", ["pm_card_createDisputeAndFailToWithdraw", "tok_createDisputeAndFailToWithdraw"])
def test_an_unofficial_name_of_no_clear_meaning_is_refused_with_the_official_one(shop: Shop, id: str) -> None:
    wanted = {"payment_method": id} if id.startswith("pm") else {"payment_method_data": {"type": "card", "card": {"token": id}}}
    answer = shop.post("/v1/payment_intents", {"amount": 2001, "currency": "usd", "confirm": True, **wanted})
    assert answer.status == 501
    assert "createDisputeAndFailToWithdraw" in answer.error["message"]
    assert "pm_card_createDispute" in answer.error["message"]
    assert shop.events() == []


REFUNDED = (
    (Paid("4000000000007726", "pendingRefund", "visa"), "pending", "succeeded", 5),
    (Paid("4000000000005126", "refundFail", "visa"), "succeeded", "failed", 4),
)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("row", "first", "then", "after"), REFUNDED, ids=[row.name for row, *_ in REFUNDED])
def test_a_refund_card_pays_and_its_refund_takes_its_own_way(shop: Shop, row: Paid, first: str, then: str, after: int, way: str) -> None:
    made = pay(shop, row, way)
    assert shop.events() == PAID
    refund = shop.post("/v1/refunds", {"payment_intent": made["id"]})
    assert refund["status"] == first
    shop.advance(seconds=after - 1)
    assert shop.get(f"/v1/refunds/{refund['id']}")["status"] == first
    shop.advance(seconds=1)
    settled = shop.get(f"/v1/refunds/{refund['id']}").body
    assert (settled["status"], settled.get("failure_reason")) == (then, "expired_or_canceled_card" if then == "failed" else None)
    assert charge_of(shop, made)["amount_refunded"] == (0 if then == "failed" else 2001)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("row", [
    Paid("4000000000000077", "bypassPending", "visa"), Paid("4000003720000278", "bypassPendingInternational", "visa", country="IE"),
], ids=lambda row: row.name)  # fmt: skip
def test_a_bypass_card_pays_into_the_available_balance(shop: Shop, row: Paid, way: str) -> None:
    charge = charge_of(shop, pay(shop, row, way))
    assert charge["payment_method_details"]["card"]["country"] == row.country
    line = shop.get(f"/v1/balance_transactions/{charge['balance_transaction']}")
    assert (line["status"], line["available_on"], line["net"]) == ("available", shop.now, 2001 - 88)
    assert shop.get("/v1/balance")["available"][0]["amount"] == 2001 - 88
    assert not list(shop.merchant.timers)


def outcome(answer: Answer) -> str:
    """The payment's status, or the decline code of a 402."""
    return str(answer["status"] if answer.status == 200 else answer.error["decline_code"])


@pytest.mark.parametrize(("row", "way"), each_way(fixtures.SECURED))
def test_a_secured_card_asks_its_holder_when_it_is_documented_to(shop: Shop, row: Secured, way: str) -> None:
    made = pay(shop, row, way)
    assert outcome(made) == row.present
    if row.present == "requires_action":
        shop.control("POST", f"/three_d_secure/{made['id']}/pass")
        done = shop.get(f"/v1/payment_intents/{made['id']}", {"expand": ["latest_charge"]})
        failed = done["last_payment_error"]
        assert (failed["decline_code"] if failed else done["status"]) == row.passed
        assert done["latest_charge"]["payment_method_details"]["card"]["three_d_secure"]["result"] == "authenticated"
        other = pay(shop, row, way)
        shop.control("POST", f"/three_d_secure/{other['id']}/fail")
        done = shop.get(f"/v1/payment_intents/{other['id']}")
        assert (done["status"], done["latest_charge"]) == ("requires_payment_method", None)
        assert done["last_payment_error"]["code"] == "payment_intent_authentication_failure"
    assert outcome(pay(shop, row, way, off_session=True)) == row.absent
    assert outcome(pay(shop, row, way, payment_method_options={"card": {"request_three_d_secure": "any"}})) == row.wished


@pytest.mark.parametrize("row", [row for row in fixtures.SECURED if row.set_up], ids=lambda row: row.name or row.number)
def test_a_secured_card_that_was_set_up_asks_off_session_when_it_is_documented_to(shop: Shop, row: Secured) -> None:
    customer = shop.post("/v1/customers")["id"]
    way = BY_METHOD if row.name else BY_NUMBER
    setup = shop.post("/v1/setup_intents", {"customer": customer, "confirm": True, "usage": "off_session", **paid_with(row, way)})
    if setup["status"] == "requires_action":
        shop.control("POST", f"/three_d_secure/{setup['id']}/pass")
        setup = shop.get(f"/v1/setup_intents/{setup['id']}")
    assert setup["status"] == "succeeded"
    wanted = {"amount": 2001, "currency": "usd", "customer": customer, "payment_method": setup["payment_method"], "confirm": True}
    assert outcome(shop.post("/v1/payment_intents", {**wanted, "off_session": True})) == row.set_up


@pytest.mark.parametrize("way", ["number", "pm"])
@pytest.mark.parametrize("row", fixtures.DEBITS, ids=lambda row: row.name)
def test_a_bank_account_ends_its_debit_as_documented(shop: Shop, row: Debited, way: str) -> None:
    """On the fifth day; a disputed one is lost at once."""
    sepa = row.number.startswith("AT")
    typed: dict[str, Any] = {"sepa_debit": {"iban": row.number}} if sepa else {
        "us_bank_account": {"account_number": row.number, "routing_number": "110000000", "account_holder_type": "individual"},
    }  # fmt: skip
    data = {"type": "sepa_debit" if sepa else "us_bank_account", **typed, "billing_details": WHO}
    given = {"payment_method_data": data} if way == "number" else {"payment_method": f"pm_{row.name}"}
    made = shop.post("/v1/payment_intents", {
        "amount": 2001, "currency": "eur" if sepa else "usd", "confirm": True,
        "mandate_data": {"customer_acceptance": {"type": "offline"}}, **given,
    })  # fmt: skip
    assert made["status"] == "processing"
    seen = len(shop.events())
    shop.advance(days=5)
    after = shop.get(f"/v1/payment_intents/{made['id']}")
    charge = shop.get(f"/v1/charges/{made['latest_charge']}")
    settled = ["charge.succeeded", "balance.available", "payment_intent.succeeded"]
    if row.ends == "processing":
        assert (after["status"], charge["status"], shop.events(seen)) == ("processing", "pending", [])
        shop.advance(days=400)
        assert shop.events(seen) == []
    elif row.ends == "succeeded":
        assert (after["status"], charge["status"], charge["disputed"]) == ("succeeded", "succeeded", row.disputed)
        disputed = [*OPENED, "charge.dispute.closed"] if row.disputed else []
        revoked = ["mandate.updated"] if row.disputed else []
        assert sorted(shop.events(seen)) == sorted([*settled, *disputed, *revoked])
        assert [event for event in shop.events(seen) if "dispute" in event] == disputed
        assert [dispute["status"] for dispute in shop.disputes_of(made.body)] == (["lost"] if row.disputed else [])
    else:
        assert (after["status"], after["last_payment_error"]["code"]) == ("requires_payment_method", row.ends)
        assert (charge["status"], charge["failure_code"]) == ("failed", row.ends)
        assert shop.events(seen) == ["charge.failed", "payment_intent.payment_failed"]
