"""Every money rule of the documentation: amounts of each currency, each fee, each kind of statement line, the balance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.core.money import decimals
from sandbox.providers.stripe import money
from sandbox.providers.stripe.limits import CURRENCIES_LISTED, MAXIMUM_CHARGE_USUAL
from sandbox.providers.stripe.machines import MACHINES
from tests.harness import DAY, START, Answer, Shop
from tests.providers.stripe.test_connect import as_, connected
from tests.providers.stripe.test_debits import debit
from tests.providers.stripe.test_fees import DISPUTE_FEE, SETTLES, line, statement
from tests.providers.stripe.test_payouts import bank, pay_out, rich
from tests.providers.stripe.test_refund_x_dispute import decide, refund
from tests.providers.stripe.test_timings import bank_opens, submit

ZERO_DECIMAL = ("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf")
THREE_DECIMAL = ("bhd", "jod", "kwd", "omr", "tnd")
MINIMUM = {
    **dict.fromkeys(("usd", "cad", "aud", "nzd", "sgd", "chf", "eur", "brl", "inr"), 50),
    "gbp": 30, "jpy": 50, "mxn": 1_000, "hkd": 400, "dkk": 250, "sek": 300, "nok": 300, "aed": 200, "ron": 200, "pln": 200, "myr": 200,
    "thb": 1_000, "czk": 1_500, "huf": 17_500,
}  # fmt: skip
TYPES = (
    "adjustment advance advance_funding anticipation_repayment application_fee application_fee_refund charge climate_order_purchase "
    "climate_order_refund connect_collection_transfer contribution fee_credit_funding inbound_transfer inbound_transfer_reversal "
    "issuing_authorization_hold issuing_authorization_release issuing_dispute issuing_dispute_provisional_credit "
    "issuing_dispute_provisional_credit_reversal issuing_transaction obligation_outbound obligation_reversal_inbound payment "
    "payment_failure_refund payment_network_reserve_hold payment_network_reserve_release payment_refund payment_reversal "
    "payment_unreconciled payout payout_cancel payout_failure payout_minimum_balance_hold payout_minimum_balance_release refund "
    "refund_failure reserve_hold reserve_release reserve_transaction reserved_funds stripe_balance_payment_debit "
    "stripe_balance_payment_debit_reversal stripe_fee stripe_fx_fee tax_fee tax_fund topup topup_reversal transfer transfer_cancel "
    "transfer_failure transfer_refund"
)


def try_pay(shop: Shop, amount: int, currency: str) -> Answer:
    return shop.post("/v1/payment_intents", {"amount": amount, "currency": currency, "payment_method": "pm_card_visa", "confirm": True})


# Amounts


@pytest.mark.parametrize("currency", CURRENCIES_LISTED.split(", "))
def test_a_currency_has_its_decimals(currency: str) -> None:
    assert decimals(currency) == (0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2)


@pytest.mark.parametrize("currency", ZERO_DECIMAL)
def test_a_zero_decimal_currency_takes_every_amount(shop: Shop, currency: str) -> None:
    """501 is 501 of them."""
    paid = try_pay(shop, 501, currency)
    assert paid["amount_received"] == 501
    told = shop.post("/v1/refunds", {"charge": paid["latest_charge"], "amount": 502}).error["message"]
    assert ("502" in told, "5.02" in told) == (True, False)


@pytest.mark.parametrize(("currency", "step"), [*((c, 10) for c in THREE_DECIMAL), ("isk", 100), ("ugx", 100)])
def test_the_last_digits_of_a_currency_are_nought(shop: Shop, currency: str, step: int) -> None:
    assert try_pay(shop, 5_000, currency).status == 200
    for amount in (5_001, 5_000 + step - 1):
        refused = try_pay(shop, amount, currency)
        assert (refused.status, refused.error["param"]) == (400, "amount")
        assert f"evenly divisible by {step}" in refused.error["message"]


@pytest.mark.parametrize("currency", ["huf", "twd"])
def test_a_currency_that_has_no_hundredths_for_payouts_only(shop: Shop, currency: str) -> None:
    """Charges take them; a payout does not, and an automatic one leaves them in the balance."""
    account = {"object": "bank_account", "country": "US", "currency": currency, "account_number": "000123456789",
               "routing_number": "110000000"}  # fmt: skip
    assert bank(shop, account).status == 200
    shop.pay("pm_card_bypassPending", 20_050, currency)
    have = shop.balance("merchant:available", currency)
    refused = pay_out(shop, 10_050, currency=currency)
    assert (refused.status, refused.error["code"], refused.error["param"]) == (400, "parameter_invalid_integer", "amount")
    assert pay_out(shop, 10_000, currency=currency).status == 200
    shop.control("POST", "/settings", {"providers": {"stripe": {"payouts": "daily"}}})
    shop.advance(days=1)
    assert shop.balance("merchant:available", currency) == have % 100 != 0


@pytest.mark.parametrize("path", ["/v1/payment_intents", "/v1/charges"])
@pytest.mark.parametrize(("currency", "least"), MINIMUM.items())
def test_a_currency_has_its_minimum_charge(shop: Shop, currency: str, least: int, path: str) -> None:
    params = {"currency": currency, **({"source": "tok_visa"} if path == "/v1/charges" else {})}
    assert shop.post(path, {"amount": least, **params}).status == 200
    refused = shop.post(path, {"amount": least - 1, **params})
    assert (refused.status, refused.error["code"], refused.error["param"]) == (400, "amount_too_small", "amount")


@pytest.mark.parametrize("currency", ["usd", "eur", "gbp", "chf", "cad", "mxn"])
def test_a_charge_has_eight_digits_at_most(shop: Shop, currency: str) -> None:
    assert try_pay(shop, MAXIMUM_CHARGE_USUAL, currency).status == 200
    refused = try_pay(shop, MAXIMUM_CHARGE_USUAL + 1, currency)
    assert (refused.status, refused.error["code"], refused.error["param"]) == (400, "amount_too_large", "amount")


@pytest.mark.parametrize("currency", ["idr", "cop", "huf"])
def test_some_currencies_take_more_digits(shop: Shop, currency: str) -> None:
    assert try_pay(shop, 10 * (MAXIMUM_CHARGE_USUAL + 1), currency).status == 200


def test_too_small_and_too_large_are_said_in_stripes_words(shop: Shop) -> None:
    assert try_pay(shop, 49, "usd").error["message"] == "Amount must be at least $0.50 usd"
    assert try_pay(shop, 100_000_000, "usd").error["message"] == "Amount must be no more than $999,999.99"


# Fees

DISPUTE_FEES = {"usd": 1500, "eur": 2000, "cad": 1500, "gbp": 2000, "aud": 2500, "nzd": 2500, "sgd": 1500, "hkd": 8500, "jpy": 1300,
                "mxn": 30_000}  # fmt: skip


@pytest.mark.parametrize(("currency", "fee"), DISPUTE_FEES.items())
def test_the_fee_of_a_dispute_comes_back_with_a_win_in_mexico_only(shop: Shop, currency: str, fee: int) -> None:
    dispute = bank_opens(shop, shop.pay(amount=50_000, currency=currency))
    assert (statement(shop)[-1]["fee"], shop.balance("fees:dispute", currency)) == (fee, fee)
    decide(shop, dispute, "win")
    assert statement(shop)[-1]["fee"] == (-fee if currency == "mxn" else 0)


def countered(shop: Shop) -> list[tuple[Any, ...]]:
    rows = [row for row in statement(shop) if "Countered" in (row["description"] or "")]
    return [(*line(row), row["source"], row["fee_details"]) for row in rows]


@pytest.mark.parametrize(("currency", "fee"), [(c, fee) for c, fee in DISPUTE_FEES.items() if c not in ("jpy", "mxn")])
def test_a_dispute_that_is_countered_costs_as_much_again(network_shop: Shop, currency: str, fee: int) -> None:
    """In profile network, with the evidence, as a row of its own without a source; a win returns it."""
    shop = network_shop
    dispute = bank_opens(shop, shop.pay(amount=50_000, currency=currency))
    assert countered(shop) == []
    submit(shop, dispute, "winning_evidence")
    name = "Card Dispute Countered Fee (2026-01-05)"
    taken = ("stripe_fee", "fee", -fee, 0, -fee, name, "available", None, [])
    assert countered(shop) == [taken]
    assert shop.balance("fees:countered", currency) == fee
    assert len(shop.get(f"/v1/disputes/{dispute}")["balance_transactions"]) == 1  # the fee is not one of them
    shop.advance(days=60)
    assert countered(shop) == [taken, ("stripe_fee", "fee", fee, 0, fee, name, "pending", None, [])]
    assert shop.balance("fees:countered", currency) == 0
    assert shop.merchant.ledger.balanced()


@pytest.mark.parametrize("currency", ["jpy", "mxn"])
def test_countering_costs_nothing_in_mexico_and_japan(network_shop: Shop, currency: str) -> None:
    submit(network_shop, bank_opens(network_shop, network_shop.pay(amount=50_000, currency=currency)), "losing_evidence")
    assert countered(network_shop) == []


def test_countering_in_vain_is_not_returned(network_shop: Shop) -> None:
    submit(network_shop, bank_opens(network_shop, network_shop.pay()), "losing_evidence")
    network_shop.advance(days=61)
    assert network_shop.balance("fees:countered") == 1500


@pytest.mark.parametrize("how", ["staged", "accepted", "unanswered", "inquiry"])
def test_only_evidence_that_is_submitted_on_a_chargeback_counters_it(network_shop: Shop, how: str) -> None:
    shop = network_shop
    dispute = bank_opens(shop, shop.pay(), "inquiry" if how == "inquiry" else "chargeback")
    path = f"/v1/disputes/{dispute}"
    if how in ("staged", "inquiry"):
        shop.post(path, {"evidence": {"uncategorized_text": "a"}, "submit": how == "inquiry"})
    if how == "accepted":
        shop.post(f"{path}/close")
    shop.advance(days=40)
    assert countered(shop) == []


def test_an_appeal_is_not_countered_a_second_time(network_shop: Shop) -> None:
    """Neither fee is taken again, and a win returns the one that was."""
    shop = network_shop
    dispute = bank_opens(shop, shop.pay())
    submit(shop, dispute, "losing_evidence")
    shop.advance(days=60)
    decide(shop, dispute, "escalate")
    shop.post(f"/v1/disputes/{dispute}", {"evidence": {"appeal": {"card": {"reason_for_filing": "please"}}}})
    assert (shop.balance("fees:countered"), shop.balance("fees:dispute"), shop.balance("fees:compliance")) == (1500, 1500, 0)
    decide(shop, dispute, "win")
    assert (shop.balance("fees:countered"), shop.balance("fees:dispute"), shop.balance("fees:compliance")) == (0, 1500, 0)


@pytest.mark.parametrize("kind", ["escalated", "appealed"])
def test_a_win_gives_back_no_fee_that_was_not_taken(network_shop: Shop, kind: str) -> None:
    """An inquiry that was answered costs nothing when it escalates and is won at once."""
    shop = network_shop
    dispute = bank_opens(shop, shop.pay(), "inquiry")
    submit(shop, dispute, "a")
    decide(shop, dispute, "escalate")
    if kind == "appealed":
        submit(shop, dispute, "losing_evidence")
        shop.advance(days=60)
        decide(shop, dispute, "escalate")
    decide(shop, dispute, "win")
    assert sum(row[2] for row in countered(shop)) == 0
    assert (len(countered(shop)), shop.balance("fees:countered")) == (2 if kind == "appealed" else 0, 0)


def test_smart_disputes_takes_its_share_instead_of_the_countered_fee(network_shop: Shop) -> None:
    shop = network_shop
    paid = shop.pay("pm_card_createAutoRepresentmentEligibleDispute", amount=2_005)
    shop.advance(days=17)
    (dispute,) = shop.disputes_of(paid)
    assert (dispute["status"], countered(shop)) == ("under_review", [])
    decide(shop, dispute["id"], "win")
    row = statement(shop)[-1]
    assert (row["reporting_category"], row["amount"], row["fee"]) == ("dispute_reversal", 2_005, 602)  # 601.5 rounded up
    assert countered(shop) == []


@pytest.mark.parametrize(("currency", "fee"), [("usd", 50_000), ("eur", 50_000), ("jpy", 75_000)])
def test_a_compliance_dispute_costs_extra_with_the_evidence(shop: Shop, currency: str, fee: int) -> None:
    (dispute,) = shop.disputes_of(shop.pay("pm_card_createComplianceDispute", 90_000, currency))
    path = f"/v1/disputes/{dispute['id']}"
    unacknowledged = shop.post(path, {"evidence": {"uncategorized_text": "winning_evidence"}})
    assert unacknowledged.status == 400
    evidence = {"uncategorized_text": "winning_evidence", "enhanced_evidence": {"visa_compliance": {"fee_acknowledged": True}}}
    shop.post(path, {"evidence": evidence})
    assert (statement(shop)[-1]["type"], statement(shop)[-1]["amount"]) == ("stripe_fee", -fee)
    assert shop.balance("fees:compliance", currency) == fee
    shop.advance(seconds=6)
    assert shop.balance("fees:compliance", currency) == 0


# Statement lines


def captured(shop: Shop) -> str:
    return str(shop.pay(amount=2_200, description="Shoes")["latest_charge"])


def captured_later(shop: Shop) -> str:
    held = shop.pay(amount=3_000, description="Shoes", capture_method="manual")
    shop.advance(days=1)
    shop.post(f"/v1/payment_intents/{held['id']}/capture", {"amount_to_capture": 2_200})
    return str(held["latest_charge"])


def bypassed(shop: Shop) -> str:
    return str(shop.pay("pm_card_bypassPending", 2_200)["latest_charge"])


def refunded(shop: Shop) -> str:
    return str(refund(shop, shop.pay(amount=2_200, description="Shoes"), 700)["id"])


def refunded_without_a_word(shop: Shop) -> str:
    return str(refund(shop, shop.pay(amount=2_200), 700)["id"])


def refunded_a_day_later(shop: Shop) -> str:
    paid = shop.pay(amount=2_200, description="Shoes")
    shop.advance(days=1)
    return str(refund(shop, paid, 700)["id"])


def refund_failed(shop: Shop) -> str:
    made = refund(shop, shop.pay("pm_card_refundFail", 2_200, description="Shoes"), 700)
    shop.advance(seconds=4)
    return str(made["id"])


def refund_canceled(shop: Shop) -> str:
    data = {"type": "promptpay", "billing_details": {"email": "a@example.com"}}
    paid = shop.post("/v1/payment_intents", {"amount": 2_200, "currency": "thb", "payment_method_data": data, "confirm": True,
                                             "payment_method_types": ["promptpay"]})  # fmt: skip
    shop.control("POST", f"/three_d_secure/{paid['id']}/pass")
    made = shop.post("/v1/refunds", {"payment_intent": paid["id"], "amount": 700})
    shop.post(f"/v1/refunds/{made['id']}/cancel")
    return str(made["id"])


def disputed(shop: Shop) -> str:
    return str(shop.disputes_of(shop.pay("pm_card_createDispute", 2_200))[0]["id"])


def won(shop: Shop) -> str:
    dispute = disputed(shop)
    submit(shop, dispute, "winning_evidence")
    shop.advance(seconds=6)
    return dispute


def paid_out(shop: Shop) -> str:
    rich(shop)
    return str(pay_out(shop)["id"])


def payout_canceled(shop: Shop) -> str:
    payout = paid_out(shop)
    shop.post(f"/v1/payouts/{payout}/cancel")
    return payout


def payout_failed(shop: Shop) -> str:
    rich(shop)
    failing = bank(shop, "btok_us_noAccount")["id"]
    payout = str(pay_out(shop, destination=failing)["id"])
    shop.advance(days=2)
    return payout


def transferred(shop: Shop) -> str:
    rich(shop)
    wanted = {"amount": 700, "currency": "usd", "destination": connected(shop), "description": "Share"}
    return str(shop.post("/v1/transfers", wanted)["id"])


def transfer_reversed(shop: Shop) -> str:
    return str(shop.post(f"/v1/transfers/{transferred(shop)}/reversals", {"amount": 300, "description": "Back"})["id"])


def fee_earned(shop: Shop) -> str:
    account = connected(shop)
    wanted = {"amount": 2_200, "currency": "usd", "source": "tok_visa", "application_fee_amount": 300}
    return str(shop.post("/v1/charges", wanted, **as_(account))["application_fee"])


def fee_refunded(shop: Shop) -> str:
    return str(shop.post(f"/v1/application_fees/{fee_earned(shop)}/refunds", {"amount": 100})["id"])


def debited(shop: Shop) -> str:
    made = debit(shop, amount=2_200, description="Shoes")
    shop.advance(days=5)
    return str(made["latest_charge"])


def debit_refunded(shop: Shop) -> str:
    return str(shop.post("/v1/refunds", {"charge": debited(shop), "amount": 700})["id"])


LINES: tuple[tuple[Callable[[Shop], str], tuple[Any, ...], int | str], ...] = (
    # cause, (type, reporting_category, amount, fee, net, description, status), available_on: seconds, or "now"
    (captured, ("charge", "charge", 2200, 94, 2106, "Shoes", "pending"), SETTLES),
    (captured_later, ("charge", "charge", 2200, 94, 2106, "Shoes", "pending"), SETTLES + DAY),
    (bypassed, ("charge", "charge", 2200, 94, 2106, None, "available"), "now"),
    (refunded, ("refund", "refund", -700, 0, -700, "REFUND FOR CHARGE (Shoes)", "pending"), SETTLES),
    (refunded_without_a_word, ("refund", "refund", -700, 0, -700, "REFUND FOR CHARGE", "pending"), SETTLES),
    (refunded_a_day_later, ("refund", "refund", -700, 0, -700, "REFUND FOR CHARGE (Shoes)", "pending"), SETTLES),
    (refund_failed, ("refund_failure", "refund_failure", 700, 0, 700, "REFUND FAILURE FOR CHARGE (Shoes)", "pending"), SETTLES),
    (refund_canceled, ("refund_failure", "refund_failure", 700, 0, 700, "REFUND FAILURE FOR CHARGE", "pending"), SETTLES),
    (disputed, ("adjustment", "dispute", -2200, 1500, -3700, "Chargeback withdrawal for {charge}", "available"), "now"),
    (won, ("adjustment", "dispute_reversal", 2200, 0, 2200, "Chargeback reversal for {charge}", "pending"), SETTLES),
    (paid_out, ("payout", "payout", -1000, 0, -1000, "STRIPE PAYOUT", "available"), "now"),
    (payout_canceled, ("payout_cancel", "payout_reversal", 1000, 0, 1000, "STRIPE PAYOUT CANCEL", "available"), "now"),
    (payout_failed, ("payout_failure", "payout_reversal", 1000, 0, 1000, "STRIPE PAYOUT FAILURE", "available"), SETTLES),
    (transferred, ("transfer", "transfer", -700, 0, -700, "Share", "available"), "now"),
    (transfer_reversed, ("transfer_refund", "transfer_reversal", 300, 0, 300, "Back", "available"), "now"),
    (fee_earned, ("application_fee", "platform_earning", 300, 0, 300, None, "pending"), SETTLES),
    (fee_refunded, ("application_fee_refund", "platform_earning_refund", -100, 0, -100, None, "pending"), SETTLES),
    (debited, ("payment", "charge", 2200, 18, 2182, "Shoes", "available"), START + 5 * DAY),
    (debit_refunded, ("payment_refund", "refund", -700, 0, -700, "REFUND FOR PAYMENT (Shoes)", "available"), START + 5 * DAY),
)


@pytest.mark.parametrize(("cause", "told", "available_on"), LINES, ids=[cause.__name__ for cause, *_ in LINES])
def test_a_statement_line_says(shop: Shop, cause: Callable[[Shop], str], told: tuple[Any, ...], available_on: int | str) -> None:
    """The last line, which the cause has brought; every other sum of it follows."""
    source = cause(shop)
    row = statement(shop)[-1]
    charge = next((d["charge"] for d in shop.get("/v1/disputes")["data"]), "")
    assert line(row) == tuple(cell.format(charge=charge) if isinstance(cell, str) else cell for cell in told)
    assert row["source"] == source
    assert row["available_on"] == (shop.now if available_on == "now" else available_on)
    assert row["net"] == row["amount"] - row["fee"] == row["amount"] - sum(part["amount"] for part in row["fee_details"])
    assert (row["exchange_rate"], row["balance_type"], row["currency"]) == (None, "payments", "thb" if cause is refund_canceled else "usd")
    if told[3]:
        name = "Dispute fee" if told[1] == "dispute" else "Stripe processing fees"
        assert row["fee_details"] == [{**DISPUTE_FEE, "amount": told[3], "description": name}]
    assert row["type"] in TYPES.split()


@pytest.mark.parametrize("how", ["lost", "inquiry"])
def test_a_lost_dispute_and_an_inquiry_have_no_line(shop: Shop, how: str) -> None:
    dispute = bank_opens(shop, shop.pay(), "inquiry" if how == "inquiry" else "chargeback")
    before = len(statement(shop))
    if how == "lost":
        submit(shop, dispute, "losing_evidence")
        shop.advance(seconds=6)
        assert shop.get(f"/v1/disputes/{dispute}")["status"] == "lost"
    assert len(statement(shop)) == before == (2 if how == "lost" else 1)


def test_a_failed_debit_has_no_line(shop: Shop) -> None:
    """Nothing was credited that a payment_failure_refund could take back."""
    debit(shop, "pm_usBankAccount_insufficientFunds")
    shop.advance(days=5)
    assert statement(shop) == []
    assert shop.get("/v1/balance_transactions", {"type": "payment_failure_refund"})["data"] == []


def test_every_line_is_of_a_type_that_stripe_has() -> None:
    """52 in endive."""
    lines = [recipe.line for table in MACHINES.values() for row in table.values() for recipe in row.post if recipe.line is not None]
    assert len(TYPES.split()) == 52
    assert {found.kind for found in lines} <= set(TYPES.split())


# Balance


def test_the_balance_is_the_sum_of_nets_by_state_and_currency(shop: Shop) -> None:
    """And may be negative."""
    for cause in (captured, refunded, won, bypassed, payout_failed, refund_failed, debited):
        cause(shop)
    shop.pay("pm_card_createDispute", 2_200, "eur")
    shown = shop.get("/v1/balance").body
    for state in ("available", "pending"):
        for part in shown[state]:
            rows = [row for row in statement(shop) if row["currency"] == part["currency"] and row["status"] == state]
            assert part["amount"] == part["source_types"]["card"] == sum(row["net"] for row in rows)
    assert {part["currency"]: part["amount"] for part in shown["available"]}["eur"] == -2_200 - 2_000


def test_a_pending_line_becomes_available_on_its_day_and_the_balance_is_told_once_a_day(shop: Shop) -> None:
    for _ in range(3):
        shop.pay(amount=2_000)
    seen = len(shop.events())
    shop.advance(seconds=SETTLES - shop.now - 1)
    assert (shop.get("/v1/balance")["available"][0]["amount"], shop.events(seen)) == (0, [])
    shop.advance(seconds=1)
    assert (shop.get("/v1/balance")["available"][0]["amount"], shop.events(seen)) == (3 * 1_912, ["balance.available"])
    assert {row["status"] for row in statement(shop)} == {"available"}


def test_a_manual_payout_draws_on_what_is_available_only(shop: Shop) -> None:
    shop.pay(amount=50_000)
    have = rich(shop)
    refused = pay_out(shop, have + 1)
    assert (refused.status, refused.error["code"]) == (400, "balance_insufficient")
    assert pay_out(shop, have).status == 200


@pytest.mark.parametrize(("weekday", "days"), list(enumerate((2, 2, 2, 4, 4, 3, 2))))
def test_money_of_the_settlement_day_is_two_business_days_away(weekday: int, days: int) -> None:
    """From Monday to Sunday: midnight UTC."""
    assert money.settlement_day(START + weekday * DAY) == START - START % DAY + (weekday + days) * DAY


def test_what_passes_between_accounts_adds_up(shop: Shop) -> None:
    """A transfer less what was reversed; a fee less what was refunded, whose line is the platform's own."""
    transfer_reversed(shop)
    assert shop.balance("connected:transfers") == 700 - 300
    back = fee_refunded(shop)
    assert shop.balance("connected:fees") == -300 + 100
    fee = shop.get("/v1/application_fees")["data"][0]
    assert fee["refunds"]["data"][0]["id"] == back
    assert fee["refunds"]["data"][0]["balance_transaction"] == statement(shop)[-1]["id"]


def test_a_payout_that_fails_is_never_reconciled(shop: Shop) -> None:
    failing = bank(shop, "btok_us_noAccount", default_for_currency=True)
    assert failing.status == 200
    rich(shop)
    shop.control("POST", "/settings", {"providers": {"stripe": {"payouts": "daily"}}})
    shop.advance(days=1)
    shop.control("POST", "/settings", {"providers": {"stripe": {"payouts": "manual"}}})
    shop.advance(days=4)
    assert shop.get("/v1/payouts")["data"][0]["status"] == "failed"
    assert [timer.name for timer in shop.merchant.timers] == []
