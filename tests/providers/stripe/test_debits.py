"""Bank debits: ACH and SEPA. What the account does, when the money comes, and how it goes back."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.providers.base import VALUES_PAGE
from sandbox.providers.stripe import debits
from tests.harness import DAY, START, Answer, Shop

ACCEPTED = {"customer_acceptance": {"type": "offline"}}
PENDING = ["payment_intent.created", "charge.pending", "payment_intent.processing"]
SETTLED = ["charge.succeeded", "balance.available", "payment_intent.succeeded"]
FAILED = ["charge.failed", "payment_intent.payment_failed"]
DISPUTED = ["charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.closed", "mandate.updated"]
WHO = {"name": "Bob", "email": "bob@example.com"}


def try_typed(shop: Shop, iban: str) -> Answer:
    return shop.post("/v1/payment_methods", {"type": "sepa_debit", "sepa_debit": {"iban": iban}, "billing_details": WHO})


def method(shop: Shop, number: str, **more: Any) -> Any:
    """A payment method of the account that a request types."""
    sepa = number[:1].isalpha()
    typed: dict[str, Any] = (
        {"type": "sepa_debit", "sepa_debit": {"iban": number}}
        if sepa
        else {"type": "us_bank_account", "us_bank_account": {"account_number": number, "routing_number": "110000000", **more}}
    )
    answer = shop.post("/v1/payment_methods", {**typed, "billing_details": WHO})
    assert answer.status == 200, answer.body
    return answer.body


def try_debit(shop: Shop, paid_with: str, **params: Any) -> Answer:
    wanted = {"amount": 2000, "currency": "usd", "payment_method": paid_with, "confirm": True, "mandate_data": ACCEPTED, **params}
    return shop.post("/v1/payment_intents", wanted)


def debit(shop: Shop, paid_with: str = "pm_usBankAccount_success", **params: Any) -> Any:
    answer = try_debit(shop, paid_with, **params)
    assert answer.status == 200, answer.body
    return answer.body


def charge_of(shop: Shop, intent: Any) -> Any:
    return shop.get(f"/v1/charges/{intent['latest_charge']}", {"expand": ["balance_transaction"]}).body


def read(shop: Shop, intent: Any) -> Any:
    return shop.get(f"/v1/payment_intents/{intent['id']}").body


# Payment methods


def test_a_typed_account_is_a_payment_method_without_its_number(shop: Shop) -> None:
    made = method(shop, "000123456789", account_holder_type="company", account_type="savings")
    assert (made["type"], made["billing_details"]["name"]) == ("us_bank_account", "Bob")
    shown = dict(made["us_bank_account"])
    assert len(shown.pop("fingerprint")) == 16
    assert shown == {
        "account_holder_type": "company", "account_type": "savings", "bank_name": "STRIPE TEST BANK",
        "financial_connections_account": None, "last4": "6789", "networks": {"preferred": "ach", "supported": ["ach"]},
        "routing_number": "110000000", "status_details": None,
    }  # fmt: skip
    assert shop.get(f"/v1/payment_methods/{made['id']}").body == made


def test_an_iban_is_a_payment_method_with_its_bank(shop: Shop) -> None:
    """Typed with spaces and in lower case, too."""
    made = method(shop, "at61 1904 3002 3457 3201")
    shown = made["sepa_debit"]
    assert (shown["bank_code"], shown["country"], shown["last4"], shown["branch_code"]) == ("19043", "AT", "3201", "")
    assert shown["fingerprint"] == method(shop, "AT611904300234573201")["sepa_debit"]["fingerprint"]


@pytest.mark.parametrize("account", debits.ACCOUNTS, ids=lambda account: account.name)
def test_every_test_account_is_well_formed_and_has_a_name(shop: Shop, account: debits.Account) -> None:
    """`pm_NAME` is a fresh payment method of it, each time another one."""
    assert account.kind == debits.ACH or debits.iban_ok(account.number)
    assert not account.failure or account.failure in debits.FAILURES
    made = shop.get(f"/v1/payment_methods/pm_{account.name}").body
    assert (made["type"], made[account.kind]["last4"]) == (account.kind, account.number[-4:])
    assert shop.get(f"/v1/payment_methods/pm_{account.name}")["id"] != made["id"]


@pytest.mark.parametrize(
    ("typed", "param", "code"),
    [
        ({"type": "us_bank_account"}, "us_bank_account", "parameter_missing"),
        ({"type": "sepa_debit"}, "sepa_debit", "parameter_missing"),
        ({"type": "us_bank_account", "us_bank_account": {"routing_number": "110000000"}},
         "us_bank_account[account_number]", "parameter_missing"),
        ({"type": "us_bank_account", "us_bank_account": {"routing_number": "110000001", "account_number": "000123456789"}},
         "us_bank_account[routing_number]", "routing_number_invalid"),
        ({"type": "us_bank_account", "us_bank_account": {"routing_number": "021000021", "account_number": "000123456789"}},
         "us_bank_account[account_number]", "account_number_invalid"),
        ({"type": "us_bank_account", "us_bank_account": {"routing_number": "110000000", "account_number": "9876543210"}},
         "us_bank_account[account_number]", "account_number_invalid"),
        ({"type": "sepa_debit", "sepa_debit": {"iban": "AT611904300234573202"}}, "sepa_debit[iban]", "invalid_bank_account_iban"),
        ({"type": "sepa_debit", "sepa_debit": {"iban": "GB29NWBK60161331926819"}}, "sepa_debit[iban]", "invalid_bank_account_iban"),
        ({"type": "sepa_debit", "sepa_debit": {"iban": "AT61"}}, "sepa_debit[iban]", "invalid_bank_account_iban"),
    ],
)  # fmt: skip
def test_an_account_that_is_no_test_account_is_refused_and_not_repeated(shop: Shop, typed: Any, param: str, code: str) -> None:
    answer = shop.post("/v1/payment_methods", {**typed, "billing_details": WHO})
    assert (answer.status, answer.error["param"], answer.error["code"]) == (400, param, code)
    assert "9876543210" not in str(answer.body)
    assert "GB29" not in str(answer.body)


@pytest.mark.parametrize("account", debits.ACCOUNTS, ids=lambda account: account.name)
def test_every_name_of_a_test_account_is_a_payment_method_of_it(shop: Shop, account: debits.Account) -> None:
    """Newer pages put the kind before a SEPA account's name, older ones do not."""
    names = debits.names_of(account)
    assert f"pm_{account.name}" in names
    assert account.kind != "sepa_debit" or names == [f"pm_{account.name}", f"pm_sepaDebit_{account.name}"]
    for name in names:
        made = shop.get(f"/v1/payment_methods/{name}").body
        assert (made["type"], made[account.kind]["last4"]) == (account.kind, account.number[-4:]), name


def test_the_refusal_of_another_account_names_those_that_there_are(shop: Shop) -> None:
    """One of each kind, and the page that lists them all."""
    message = try_typed(shop, "GB29NWBK60161331926819").error["message"]
    assert "000123456789" in message
    assert "AT611904300234573201" in message
    assert VALUES_PAGE in message


@pytest.mark.parametrize(("number", "who", "param"), [
    ("000123456789", {}, "billing_details[name]"),
    ("AT611904300234573201", {"name": "Bob"}, "billing_details[email]"),
])  # fmt: skip
def test_a_holder_has_a_name_and_for_sepa_an_address_to_write_to(shop: Shop, number: str, who: Any, param: str) -> None:
    typed = (
        {"type": "sepa_debit", "sepa_debit": {"iban": number}}
        if who
        else {"type": "us_bank_account", "us_bank_account": {"account_number": number, "routing_number": "110000000"}}
    )
    answer = shop.post("/v1/payment_methods", {**typed, **({"billing_details": who} if who else {})})
    assert (answer.status, answer.error["code"], answer.error["param"]) == (400, "parameter_missing", param)


# Confirmed, and then days later


def test_a_confirmed_debit_is_pending_and_moves_no_money(shop: Shop) -> None:
    made = debit(shop)
    assert (made["status"], made["amount_received"], made["payment_method_types"]) == ("processing", 0, ["card", "us_bank_account"])
    assert shop.events() == PENDING
    charge = charge_of(shop, made)
    assert charge["id"].startswith("py_3")
    assert (charge["status"], charge["paid"], charge["captured"], charge["balance_transaction"]) == ("pending", False, True, None)
    assert charge["outcome"] == {
        "advice_code": None, "network_advice_code": None, "network_decline_code": None,
        "network_status": "approved_by_network", "reason": None, "risk_level": "not_assessed", "seller_message": "Payment complete.",
        "type": "authorized",
    }  # fmt: skip
    details = charge["payment_method_details"]
    assert (details["type"], details["us_bank_account"]["payment_reference"]) == ("us_bank_account", None)
    assert details["us_bank_account"]["mandate"].startswith("mandate_1")
    assert not shop.merchant.ledger.transfers


def test_a_debit_settles_on_the_fifth_day(shop: Shop) -> None:
    """Then its money is available at once, less 0.8 percent."""
    made = debit(shop)
    seen = len(shop.events())
    assert shop.advance(seconds=5 * DAY - 1) == []
    assert read(shop, made)["status"] == "processing"
    assert shop.advance(seconds=1) == ["debit_ends"]
    assert shop.events(since=seen) == SETTLED
    paid = read(shop, made)
    assert (paid["status"], paid["amount_received"], paid["processing"]) == ("succeeded", 2000, None)
    charge = charge_of(shop, made)
    row = charge["balance_transaction"]
    assert (row["type"], row["reporting_category"], row["amount"], row["fee"]) == ("payment", "charge", 2000, 16)
    assert row["status"] == "available"
    assert (charge["status"], charge["paid"], charge["amount_captured"]) == ("succeeded", True, 2000)
    assert len(charge["payment_method_details"]["us_bank_account"]["payment_reference"]) == 15
    assert shop.balance("merchant:available") == 2000 - 16
    events = shop.get("/v1/events", {"type": "charge.succeeded"})["data"]
    assert events[0]["request"] == {"id": None, "idempotency_key": None}


@pytest.mark.parametrize(("amount", "currency", "paid_with", "fee"), [
    (2000, "usd", "pm_usBankAccount_success", 16), (99_999, "usd", "pm_usBankAccount_success", 500),
    (2000, "eur", "pm_success_at", 46), (99_999, "eur", "pm_success_de", 600),
])  # fmt: skip
def test_a_debit_costs_a_share_with_a_most(shop: Shop, amount: int, currency: str, paid_with: str, fee: int) -> None:
    made = debit(shop, paid_with, amount=amount, currency=currency)
    shop.advance(days=5)
    assert charge_of(shop, made)["balance_transaction"]["fee"] == fee


@pytest.mark.parametrize(("number", "code", "message"), [
    ("000111111116", "no_account", "The bank account could not be located."),
    ("000111111113", "account_closed", "The customer's bank account has been closed."),
    ("000222222227", "insufficient_funds", "The customer's account has insufficient funds to cover this payment."),
    ("000333333335", "debit_not_authorized", "The customer has notified their bank that this payment was unauthorized."),
    ("AT861904300235473202", "generic_could_not_process", "The payment could not be processed by the customer's bank."),
])  # fmt: skip
def test_a_debit_fails_with_its_code(shop: Shop, number: str, code: str, message: str) -> None:
    made = debit(shop, method(shop, number)["id"], currency="eur" if number[0] == "A" else "usd")
    seen = len(shop.events())
    shop.advance(days=5)
    assert shop.events(since=seen) == FAILED
    left = read(shop, made)
    assert (left["status"], left["payment_method"], left["amount_received"]) == ("requires_payment_method", None, 0)
    error = left["last_payment_error"]
    assert (error["code"], error["message"], error["charge"]) == (code, message, made["latest_charge"])
    assert error["payment_method"]["id"] == made["payment_method"]
    charge = charge_of(shop, made)
    assert (charge["status"], charge["failure_code"], charge["failure_message"]) == ("failed", code, message)
    assert (charge["captured"], charge["outcome"]["reason"], charge["balance_transaction"]) == (False, code, None)
    assert not shop.merchant.ledger.transfers


def test_a_failed_debit_can_be_paid_otherwise(shop: Shop) -> None:
    made = debit(shop, "pm_usBankAccount_insufficientFunds")
    shop.advance(days=5)
    paid = shop.post(f"/v1/payment_intents/{made['id']}/confirm", {"payment_method": "pm_card_visa"}).body
    assert (paid["status"], paid["last_payment_error"]) == ("succeeded", None)
    assert shop.advance(days=9) == ["funds_available"]


@pytest.mark.parametrize(("number", "currency"), [("000000000009", "usd"), ("AT321904300235473204", "eur")])
def test_an_account_may_keep_a_debit_processing_for_ever(shop: Shop, number: str, currency: str) -> None:
    made = debit(shop, method(shop, number)["id"], currency=currency)
    assert shop.advance(days=400) == []
    assert read(shop, made)["status"] == "processing"


def test_a_debit_that_is_processing_can_be_canceled(shop: Shop) -> None:
    """Its charge fails, no money has moved, and nothing rings any more."""
    made = debit(shop, "pm_usBankAccount_dispute")
    seen = len(shop.events())
    gone = shop.post(f"/v1/payment_intents/{made['id']}/cancel", {"cancellation_reason": "duplicate"}).body
    assert (gone["status"], gone["cancellation_reason"]) == ("canceled", "duplicate")
    assert shop.events(since=seen) == ["charge.failed", "payment_intent.canceled"]
    charge = charge_of(shop, made)
    assert (charge["status"], charge["outcome"]["network_status"], charge["amount_refunded"]) == ("failed", "not_sent_to_network", 0)
    assert not list(shop.merchant.timers)


def test_a_processing_intent_is_neither_confirmed_nor_changed_again(shop: Shop) -> None:
    made = debit(shop)
    for path, params in ((f"{made['id']}/confirm", {}), (made["id"], {"amount": 500})):
        answer = shop.post(f"/v1/payment_intents/{path}", params)
        assert (answer.status, answer.error["code"]) == (400, "payment_intent_unexpected_state")
    assert shop.post(f"/v1/payment_intents/{made['id']}", {"metadata": {"order": "7"}})["metadata"] == {"order": "7"}


# What a debit needs


def test_a_debit_needs_a_mandate(shop: Shop) -> None:
    """Refused, with the intent where there is one; then accepted with the acceptance of an online customer."""
    answer = try_debit(shop, "pm_usBankAccount_success", mandate_data=None)
    assert (answer.status, answer.error["type"]) == (400, "invalid_request_error")
    assert answer.error["message"].startswith("This PaymentIntent requires a mandate, but no existing mandate was found.")
    assert shop.events() == []
    made = shop.post("/v1/payment_intents", {"amount": 900, "currency": "usd", "payment_method": "pm_usBankAccount_success"}).body
    confirm = f"/v1/payment_intents/{made['id']}/confirm"
    refused = shop.post(confirm).error
    assert refused["payment_intent"]["status"] == "requires_confirmation"
    online = {"type": "online", "online": {"ip_address": "127.0.0.1", "user_agent": "shop"}, "accepted_at": START}
    missing = shop.post(confirm, {"mandate_data": {"customer_acceptance": {"type": "online"}}}).error
    assert (missing["code"], missing["param"]) == ("parameter_missing", "mandate_data[customer_acceptance][online]")
    done = shop.post(confirm, {"mandate_data": {"customer_acceptance": online}})
    assert done["status"] == "processing"
    assert "sandbox-ignored" not in done.headers


@pytest.mark.parametrize(("params", "param"), [
    ({"currency": "eur"}, "currency"),
    ({"capture_method": "manual"}, "capture_method"),
    ({"payment_method_types": ["card"]}, "payment_method"),
    ({"allowed_payment_method_types": ["sepa_debit"]}, "payment_method"),
    ({"mandate": "mandate_x"}, "mandate"),
])  # fmt: skip
def test_what_cannot_be_debited_is_refused_and_leaves_nothing(shop: Shop, params: Any, param: str) -> None:
    answer = try_debit(shop, "pm_usBankAccount_success", **params)
    assert (answer.status, answer.error["param"]) == (400, param)
    assert shop.events() == []


def test_a_card_is_not_taken_where_a_debit_is_wanted(shop: Shop) -> None:
    answer = try_debit(shop, "pm_card_visa", payment_method_types=["us_bank_account"], mandate_data=None)
    assert answer.error["code"] == "payment_intent_incompatible_payment_method"


@pytest.mark.parametrize(("params", "param"), [
    ({"payment_method_options": {"us_bank_account": {"financial_connections": {"permissions": ["balances"]}}}},
     "payment_method_options[us_bank_account][financial_connections]"),
])  # fmt: skip
def test_what_is_not_emulated_says_so(shop: Shop, params: Any, param: str) -> None:
    answer = try_debit(shop, "pm_usBankAccount_success", **params)
    assert (answer.status, answer.error["code"], answer.error["param"]) == (501, "sandbox_not_emulated", param)


# Saved accounts


def test_a_saved_account_is_debited_again_without_a_new_mandate(shop: Shop) -> None:
    customer = shop.post("/v1/customers").body["id"]
    first = debit(shop, customer=customer, setup_future_usage="off_session")
    assert shop.events()[2:] == ["charge.pending", "payment_intent.processing", "payment_method.attached"]
    again = debit(shop, first["payment_method"], customer=customer, off_session=True, mandate_data=None)
    mandates = [charge_of(shop, made)["payment_method_details"]["us_bank_account"]["mandate"] for made in (first, again)]
    assert mandates[0] == mandates[1]
    assert shop.get(f"/v1/customers/{customer}/payment_methods", {"type": "us_bank_account"})["data"][0]["id"] == first["payment_method"]


@pytest.mark.parametrize(("name", "kind", "currency"), [
    ("pm_usBankAccount_success", "us_bank_account", "usd"), ("pm_success_at", "sepa_debit", "eur"),
])  # fmt: skip
def test_a_setup_makes_an_account_ready(shop: Shop, name: str, kind: str, currency: str) -> None:
    customer = shop.post("/v1/customers").body["id"]
    wanted = {"customer": customer, "payment_method": name, "payment_method_types": [kind], "confirm": True}
    refused = shop.post("/v1/setup_intents", wanted)
    assert (refused.status, refused.error["message"][:40]) == (400, "This SetupIntent requires a mandate, but")
    seen = len(shop.events())
    setup = shop.post("/v1/setup_intents", {**wanted, "mandate_data": ACCEPTED}).body
    assert (setup["status"], setup["payment_method_types"], setup["mandate"][:9]) == ("succeeded", [kind], "mandate_1")
    assert shop.events(since=seen) == ["setup_intent.created", "payment_method.attached", "setup_intent.succeeded"]
    made = debit(shop, setup["payment_method"], customer=customer, off_session=True, mandate_data=None, currency=currency)
    assert charge_of(shop, made)["payment_method_details"][kind]["mandate"] == setup["mandate"]


def test_an_account_of_nobody_is_debited_once(shop: Shop) -> None:
    made = debit(shop)
    answer = try_debit(shop, made["payment_method"])
    assert (answer.status, answer.error["param"]) == (400, "payment_method")


def test_a_card_may_have_a_mandate_too(shop: Shop) -> None:
    """It needs none; the charge names the one that was accepted."""
    charge = charge_of(shop, debit(shop, "pm_card_visa"))
    assert charge["payment_method_details"]["card"]["mandate"].startswith("mandate_1")
    assert charge_of(shop, shop.pay())["payment_method_details"]["card"]["mandate"] is None
    assert try_debit(shop, "pm_card_visa", mandate_data=None, mandate="mandate_x").error["param"] == "mandate"


# Disputes


def test_a_disputed_debit_is_lost_at_once_and_for_good(shop: Shop) -> None:
    """Nobody is asked for evidence, and the account's mandate is revoked."""
    customer = shop.post("/v1/customers").body["id"]
    made = debit(shop, "pm_usBankAccount_dispute", customer=customer, setup_future_usage="off_session")
    seen = len(shop.events())
    assert shop.advance(days=5) == ["debit_ends", "card_effect"]
    assert shop.events(since=seen) == [*SETTLED, *DISPUTED]
    (dispute,) = shop.disputes_of(made)
    assert (dispute["status"], dispute["reason"], dispute["amount"]) == ("lost", "debit_not_authorized", 2000)
    assert (dispute["evidence_details"]["due_by"], dispute["is_charge_refundable"]) == (0, False)
    assert "payment_method_details" not in dispute
    for path, params in (("", {"evidence": {"uncategorized_text": "winning_evidence"}}), ("/close", {})):
        answer = shop.post(f"/v1/disputes/{dispute['id']}{path}", params)
        assert (answer.status, answer.error["message"]) == (400, "This dispute is already closed")
    assert shop.balance("merchant:available") == 2000 - 16 - 2000 - 1500
    assert shop.balance("dispute:held") == 0
    answer = try_debit(shop, made["payment_method"], customer=customer, mandate_data=None)
    assert answer.error["message"].startswith("This PaymentIntent requires a mandate")


def test_in_profile_network_the_holder_disputes_a_day_later(network_shop: Shop) -> None:
    debit(network_shop, "pm_disputed_at", currency="eur")
    assert network_shop.advance(days=5) == ["debit_ends"]
    assert network_shop.advance(days=1) == ["card_effect"]
    assert network_shop.events()[-4:] == DISPUTED
    assert network_shop.balance("merchant:available", "eur") == 2000 - 46 - 2000 - 2000


def test_the_bank_disputes_any_settled_debit_but_never_inquires(shop: Shop) -> None:
    made = debit(shop)
    early = shop.control("POST", "/disputes", {"charge": made["id"]})
    assert (early.status, "has not settled" in early["error"]["message"]) == (409, True)
    shop.advance(days=5)
    assert shop.control("POST", "/early_fraud_warnings", {"charge": made["id"]}).status == 422
    for refused in ({"kind": "inquiry"}, {"evidence_due_in_days": 3}):
        answer = shop.control("POST", "/disputes", {"charge": made["id"], **refused})
        assert (answer.status, "bank debit" in answer["error"]["message"]) == (422, True)
    opened = shop.control("POST", "/disputes", {"charge": made["id"], "reason": "insufficient_funds", "amount": 500}).body
    assert (opened["status"], opened["reason"], opened["amount"]) == ("lost", "insufficient_funds", 500)


# Refunds


def test_a_refund_of_a_settled_debit_is_pending_and_then_succeeds(shop: Shop) -> None:
    made = debit(shop, description="tea")
    shop.advance(days=5)
    seen = len(shop.events())
    back = shop.post("/v1/refunds", {"payment_intent": made["id"], "amount": 500, "expand": ["balance_transaction"]}).body
    assert back["id"].startswith("pyr_3")
    assert back["id"][5:10] == made["id"][4:9]
    assert (back["status"], back["pending_reason"]) == ("pending", "processing")
    assert back["destination_details"] == {"type": "us_bank_transfer", "us_bank_transfer": {"reference_status": "pending"}}
    row = back["balance_transaction"]
    assert (row["type"], row["amount"], row["fee"], row["description"]) == ("payment_refund", -500, 0, "REFUND FOR PAYMENT (tea)")
    assert shop.advance(seconds=7) == ["refund_settles", "refund_reference"]
    assert shop.events(since=seen) == [
        "refund.created", "charge.refunded", "refund.updated", "charge.refund.updated", "refund.updated", "charge.refund.updated",
    ]  # fmt: skip
    done = shop.get(f"/v1/refunds/{back['id']}").body
    assert (done["status"], "pending_reason" in done) == ("succeeded", False)
    sent = done["destination_details"]["us_bank_transfer"]
    assert (len(sent["reference"]), sent["reference_status"]) == (15, "available")
    assert charge_of(shop, made)["amount_refunded"] == 500


def test_a_sepa_refund_goes_to_a_european_account_within_days(network_shop: Shop) -> None:
    made = debit(network_shop, "pm_success_at", currency="eur")
    network_shop.advance(days=5)
    back = network_shop.post("/v1/refunds", {"payment_intent": made["id"]}).body
    assert back["destination_details"]["type"] == "eu_bank_transfer"
    assert network_shop.advance(days=5) == ["refund_settles"]


def test_a_refund_before_the_debit_settles_waits_for_it(shop: Shop) -> None:
    """No money moves until then, and what waits cannot be refunded twice."""
    made = debit(shop)
    seen = len(shop.events())
    back = shop.post("/v1/refunds", {"payment_intent": made["id"], "amount": 1500}).body
    assert (back["status"], back["pending_reason"], back["balance_transaction"]) == ("pending", "charge_pending", None)
    assert charge_of(shop, made)["amount_refunded"] == 0
    answer = shop.post("/v1/refunds", {"charge": made["latest_charge"], "amount": 501})
    assert answer.error["message"] == "Refund amount ($5.01) is greater than unrefunded amount on charge ($5.00)"
    assert shop.events(since=seen) == ["refund.created"]
    shop.advance(seconds=5 * DAY)
    assert shop.events(since=seen + 1) == [
        "charge.succeeded", "balance.available", "refund.updated", "charge.refund.updated", "charge.refunded", "payment_intent.succeeded",
    ]  # fmt: skip
    moved = shop.get(f"/v1/refunds/{back['id']}").body
    assert (moved["status"], moved["pending_reason"]) == ("pending", "processing")
    assert shop.balance("merchant:available") == 2000 - 16 - 1500
    assert charge_of(shop, made)["amount_refunded"] == 1500


def test_a_waiting_refund_of_a_debit_that_fails_is_canceled(shop: Shop) -> None:
    made = debit(shop, "pm_usBankAccount_accountClosed")
    back = shop.post("/v1/refunds", {"payment_intent": made["id"]}).body
    assert shop.post("/v1/refunds", {"payment_intent": made["id"]}).error["code"] == "charge_already_refunded"
    seen = len(shop.events())
    shop.advance(days=5)
    assert shop.events(since=seen) == ["charge.failed", "refund.updated", "charge.refund.updated", "payment_intent.payment_failed"]
    assert shop.get(f"/v1/refunds/{back['id']}")["status"] == "canceled"
    assert not shop.merchant.ledger.transfers


def test_a_refund_that_the_bank_rejects_brings_the_money_back(shop: Shop) -> None:
    made = debit(shop)
    shop.advance(days=5)
    back = shop.post("/v1/refunds", {"payment_intent": made["id"]}).body
    answer = shop.control("POST", f"/refunds/{back['id']}/fail", {"failure_reason": "declined"})
    assert (answer["status"], answer["failure_reason"]) == ("failed", "declined")
    assert shop.balance("merchant:available") == 2000 - 16
    assert charge_of(shop, made)["amount_refunded"] == 0


# Elsewhere


def test_older_versions_show_debits_too(shop: Shop) -> None:
    old = {"stripe-version": "2020-08-27"}
    made = debit(shop)
    shown = shop.get(f"/v1/payment_intents/{made['id']}", headers=old).body
    assert shown["charges"]["data"][0]["payment_method_details"]["type"] == "us_bank_account"


def test_a_debit_is_searched_and_listed_as_a_payment(shop: Shop) -> None:
    made = debit(shop)
    found = shop.get("/v1/charges/search", {"query": "status:'pending'"})["data"]
    assert [charge["id"] for charge in found] == [made["latest_charge"]]
    assert shop.get("/v1/charges/search", {"query": "payment_method_details.card.last4:'4242'"})["data"] == []
    (payment,) = shop.control("GET", "/payments")["data"]
    assert (payment["status"], payment["captured"]) == ("processing", 0)
