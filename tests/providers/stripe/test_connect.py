"""Connect: destination charges, direct charges and separate transfers, and what refunds and disputes do to each."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.harness import Shop

Events = list[tuple[str, str]]


def connected(shop: Shop) -> str:
    return shop.post("/v1/accounts", {"type": "custom", "capabilities": {"transfers": {"requested": True}}})["id"]  # type: ignore[no-any-return]


def as_(account: str) -> dict[str, Any]:
    return {"headers": {"stripe-account": account}}


def available(shop: Shop, account: str = "") -> int:
    rows = shop.get("/v1/balance", **(as_(account) if account else {}))["available"]
    return sum(row["amount"] for row in rows if row["currency"] == "usd")


def lines(shop: Shop, account: str = "") -> list[tuple[str, str, int, int]]:
    rows = shop.get("/v1/balance_transactions", {"limit": 100}, **(as_(account) if account else {}))["data"][::-1]
    return [(row["type"], row["reporting_category"], row["amount"], row["fee"]) for row in rows]


def told(shop: Shop, since: int = 0) -> Events:
    """Types of events, each with whose it is."""
    found = [(event.type, "theirs" if event.account else "own") for event in shop.merchant.events("stripe")]
    return found[since:]


CARD = "pm_card_bypassPending"


def sent(shop: Shop, account: str, amount: int = 10_000, fee: int | None = 1_000, card: str = CARD, **params: Any) -> Any:
    """The charge of a payment to the account."""
    if fee is not None:
        params["application_fee_amount"] = fee
    paid = shop.pay(card, amount, transfer_data={"destination": account, **params.pop("data", {})}, **params)
    return shop.get(f"/v1/charges/{paid['latest_charge']}").body


def refund(shop: Shop, charge: Any, amount: int | None = None, **params: Any) -> Any:
    answer = shop.post("/v1/refunds", {"charge": charge["id"], **({"amount": amount} if amount else {}), **params})
    assert answer.status == 200, answer.body
    return answer.body


def test_a_destination_charge_sends_its_money_on(shop: Shop) -> None:
    """All of it goes to the connected account, which pays the application fee; the platform pays Stripe's."""
    account = connected(shop)
    charge = sent(shop, account)
    moved = shop.get(f"/v1/transfers/{charge['transfer']}").body
    assert (moved["amount"], moved["destination"], moved["source_transaction"]) == (10_000, account, charge["id"])
    assert (charge["destination"], charge["transfer_data"], charge["application_fee_amount"]) == (account, {"destination": account}, 1_000)
    assert charge["transfer_group"] == moved["transfer_group"] == f"group_{charge['payment_intent']}"
    payment = shop.get(f"/v1/charges/{moved['destination_payment']}", **as_(account)).body
    assert (payment["id"][:3], payment["amount"], payment["source_transfer"]) == ("py_", 10_000, moved["id"])
    assert payment["payment_method_details"] == {"stripe_account": {}, "type": "stripe_account"}
    fee = shop.get(f"/v1/application_fees/{charge['application_fee']}").body
    assert (fee["amount"], fee["account"], fee["charge"], fee["originating_transaction"]) == (1_000, account, payment["id"], charge["id"])
    assert lines(shop) == [
        ("charge", "charge", 10_000, 320), ("transfer", "transfer", -10_000, 0), ("application_fee", "platform_earning", 1_000, 0),
    ]  # fmt: skip
    assert lines(shop, account) == [("payment", "charge", 10_000, 1_000)]
    detail = shop.get("/v1/balance_transactions", **as_(account))["data"][0]["fee_details"]
    assert [(line["type"], line["amount"]) for line in detail] == [("application_fee", 1_000)]
    assert (available(shop), available(shop, account)) == (680, 9_000)
    assert told(shop) == [
        ("payment_intent.created", "own"), ("charge.succeeded", "own"), ("transfer.created", "own"), ("charge.succeeded", "theirs"),
        ("application_fee.created", "own"), ("balance.available", "own"), ("payment_intent.succeeded", "own"),
    ]  # fmt: skip
    assert shop.merchant.ledger.balanced()


def test_a_part_of_a_charge_is_sent_on(shop: Shop) -> None:
    account = connected(shop)
    charge = sent(shop, account, fee=None, data={"amount": 7_000})
    assert charge["transfer_data"] == {"amount": 7_000, "destination": account}
    assert (available(shop), available(shop, account)) == (10_000 - 320 - 7_000, 7_000)


def test_what_is_sent_is_pending_as_long_as_the_charge(shop: Shop) -> None:
    """Both accounts' money and the fee become available on the same day."""
    account = connected(shop)
    sent(shop, account, card="pm_card_visa")
    assert (available(shop), available(shop, account)) == (0, 0)
    shop.advance(days=2)
    assert (available(shop), available(shop, account)) == (680, 9_000)
    assert [e for e in told(shop) if e[0] == "balance.available"] == [("balance.available", "own"), ("balance.available", "theirs")]


def waiting(shop: Shop, account: str = "") -> list[tuple[str, int, str]]:
    """Statement lines, oldest first: type, net, status."""
    rows = shop.get("/v1/balance_transactions", {"limit": 100}, **(as_(account) if account else {}))["data"][::-1]
    return [(row["type"], row["net"], row["status"]) for row in rows]


@pytest.mark.parametrize("how", ["a refund", "by hand"])
def test_what_goes_back_is_pending_as_long_as_what_it_is_a_part_of(shop: Shop, how: str) -> None:
    """Neither side can pay out what it has only on paper; when the day comes all of it is there at once."""
    account = connected(shop)
    charge = sent(shop, account, card="pm_card_visa")
    if how == "a refund":
        refund(shop, charge, reverse_transfer=True, refund_application_fee=True)
    else:
        shop.post(f"/v1/transfers/{charge['transfer']}/reversals")
        shop.post(f"/v1/application_fees/{charge['application_fee']}/refunds")
    own, theirs = waiting(shop), waiting(shop, account)
    back = [("refund", -10_000, "pending")] if how == "a refund" else []
    assert own == [
        ("charge", 9_680, "pending"), ("transfer", -10_000, "pending"), ("application_fee", 1_000, "pending"), *back,
        ("transfer_refund", 10_000, "pending"), ("application_fee_refund", -1_000, "pending"),
    ]  # fmt: skip
    assert theirs == [("payment", 9_000, "pending"), ("payment_refund", -10_000, "pending"), ("adjustment", 1_000, "pending")]
    assert (available(shop), available(shop, account)) == (0, 0)
    assert shop.post("/v1/payouts", {"amount": 1, "currency": "usd"}).error["code"] == "balance_insufficient"
    shop.advance(days=3)
    assert {line[2] for line in (*waiting(shop), *waiting(shop, account))} == {"available"}
    assert (available(shop), available(shop, account)) == (sum(line[1] for line in own), 0)
    assert shop.merchant.ledger.balanced()


def test_a_fee_that_goes_back_waits_for_a_payment_that_is_later_there_than_the_fee(shop: Shop) -> None:
    """An account whose own money takes seven business days has its fee back with it, also while the charge clears."""
    for seconds in (0, 5):
        with closing(Shop(profile="network")) as live:
            account = connected(live)
            live.post(f"/v1/accounts/{account}", {"settings": {"payouts": {"schedule": {"delay_days": 7}}}})
            wanted = {"amount": 10_000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
            paid = live.post("/v1/payment_intents", {**wanted, "application_fee_amount": 1_000}, **as_(account)).body
            live.advance(seconds=seconds)
            charge = live.get(f"/v1/charges/{paid['latest_charge']}", **as_(account))
            assert live.post(f"/v1/application_fees/{charge['application_fee']}/refunds").status == 200
            live.advance(seconds=5)
            rows = live.get("/v1/balance_transactions", **as_(account))["data"]
            assert sorted(row["type"] for row in rows) == ["adjustment", "charge"]
            assert rows[0]["available_on"] == rows[1]["available_on"]


def test_a_charge_that_is_captured_later_is_sent_then(shop: Shop) -> None:
    """So much as was captured, with a fee that may be said then."""
    account = connected(shop)
    held = shop.pay("pm_card_bypassPending", 10_000, capture_method="manual", transfer_data={"destination": account})
    assert shop.get("/v1/transfers")["data"] == []
    shop.post(f"/v1/payment_intents/{held['id']}/capture", {"amount_to_capture": 6_000, "application_fee_amount": 500})
    assert [t["amount"] for t in shop.get("/v1/transfers")["data"]] == [6_000]
    assert available(shop, account) == 5_500
    charge = shop.post(
        "/v1/charges",
        {"amount": 900, "currency": "usd", "source": "tok_bypassPending", "capture": False, "transfer_data": {"destination": account}},
    ).body  # fmt: skip
    captured = shop.post(f"/v1/charges/{charge['id']}/capture", {"application_fee_amount": 100}).body
    assert (captured["transfer"][:3], captured["application_fee"][:4]) == ("tr_", "fee_")
    assert available(shop, account) == 5_500 + 800


def test_in_profile_network_a_charge_is_shared_before_it_clears() -> None:
    shop = Shop(profile="network")
    account = connected(shop)
    sent(shop, account, card="pm_card_visa")
    shop.advance(days=4)
    assert (available(shop), available(shop, account)) == (680, 9_000)
    assert shop.merchant.ledger.balanced()
    shop.close()


def test_a_direct_charge_pays_the_platform_a_fee(shop: Shop) -> None:
    """The charge and Stripe's own fee are the connected account's; the platform only earns."""
    account = connected(shop)
    wanted = {"amount": 10_000, "currency": "usd", "payment_method": CARD, "confirm": True, "application_fee_amount": 1_000}
    paid = shop.post("/v1/payment_intents", wanted, **as_(account)).body
    charge = shop.get(f"/v1/charges/{paid['latest_charge']}", {"expand": ["application_fee"]}, **as_(account)).body
    assert (charge["application_fee"]["amount"], charge["application_fee"]["charge"]) == (1_000, charge["id"])
    assert charge["application"].startswith("ca_")
    assert lines(shop, account) == [("charge", "charge", 10_000, 1_320)]
    detail = shop.get("/v1/balance_transactions", **as_(account))["data"][0]["fee_details"]
    assert [(line["type"], line["amount"]) for line in detail] == [("application_fee", 1_000), ("stripe_fee", 320)]
    assert (available(shop), available(shop, account)) == (1_000, 8_680)
    seen = len(told(shop))
    back = shop.post("/v1/refunds", {"charge": charge["id"], "amount": 5_000, "refund_application_fee": True}, **as_(account)).body
    assert back["transfer_reversal"] is None
    assert (available(shop), available(shop, account)) == (500, 8_680 - 5_000 + 500)
    assert told(shop, seen) == [("refund.created", "theirs"), ("charge.refunded", "theirs"), ("application_fee.refunded", "own")]


def test_a_refund_of_a_destination_charge_debits_the_platform(shop: Shop) -> None:
    """Unless it says otherwise."""
    account = connected(shop)
    made = refund(shop, sent(shop, account), 4_000)
    assert made["transfer_reversal"] is None
    assert (available(shop), available(shop, account)) == (680 - 4_000, 9_000)


def test_a_refund_takes_transfer_and_fee_back_pro_rata(shop: Shop) -> None:
    """A reversal that names the refund and is named by it, on both sides, and a refund of the fee."""
    account = connected(shop)
    charge = sent(shop, account)
    seen = len(told(shop))
    made = refund(shop, charge, 2_500, reverse_transfer=True, refund_application_fee=True)
    back = shop.get(f"/v1/transfers/{charge['transfer']}/reversals/{made['transfer_reversal']}").body
    assert (back["amount"], back["source_refund"]) == (2_500, made["id"])
    theirs = shop.get(f"/v1/refunds/{back['destination_payment_refund']}", **as_(account)).body
    assert (theirs["id"][:4], theirs["amount"], theirs["source_transfer_reversal"]) == ("pyr_", 2_500, back["id"])
    assert shop.get(f"/v1/transfers/{charge['transfer']}")["amount_reversed"] == 2_500
    fee = shop.get(f"/v1/application_fees/{charge['application_fee']}").body
    assert (fee["amount_refunded"], [r["amount"] for r in fee["refunds"]["data"]]) == (250, [250])
    assert lines(shop)[3:] == [
        ("refund", "refund", -2_500, 0), ("transfer_refund", "transfer_reversal", 2_500, 0),
        ("application_fee_refund", "platform_earning_refund", -250, 0),
    ]  # fmt: skip
    assert lines(shop, account)[1:] == [("payment_refund", "refund", -2_500, 0), ("adjustment", "fee", 250, 0)]
    assert told(shop, seen) == [
        ("refund.created", "own"), ("charge.refunded", "own"), ("transfer.reversed", "own"), ("refund.created", "theirs"),
        ("charge.refunded", "theirs"), ("application_fee.refunded", "own"),
    ]  # fmt: skip
    refund(shop, charge, None, reverse_transfer=True, refund_application_fee=True)
    assert (available(shop), available(shop, account)) == (-320, 0)
    assert shop.get(f"/v1/transfers/{charge['transfer']}")["reversed"] is True
    assert shop.get(f"/v1/application_fees/{charge['application_fee']}")["refunded"] is True


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_refunds_never_give_back_more_transfer_or_fee_than_there_was(data: st.DataObject) -> None:
    """Whatever is refunded, reversed and given back by hand, in any order; and both accounts tell the same sums."""
    with closing(Shop()) as shop:  # hypothesis may end an example anywhere
        account = connected(shop)
        amount = data.draw(st.integers(50, 9_999))
        share = data.draw(st.integers(1, amount))
        fee = data.draw(st.one_of(st.none(), st.integers(1, amount)))
        charge = sent(shop, account, amount, fee, data={} if fee else {"amount": share})
        path, fee_path = f"/v1/transfers/{charge['transfer']}", f"/v1/application_fees/{charge['application_fee']}"
        for _ in range(data.draw(st.integers(1, 5))):
            part = data.draw(st.integers(1, amount))
            what = data.draw(st.sampled_from(("refund", "refund", "reverse", "fee")))
            if what == "refund":
                flags = {"reverse_transfer": data.draw(st.booleans()), "refund_application_fee": bool(fee) and data.draw(st.booleans())}
                shop.post("/v1/refunds", {"charge": charge["id"], "amount": part, **flags})
            elif what == "reverse":
                shop.post(f"{path}/reversals", {"amount": part})
            elif fee:
                shop.post(f"{fee_path}/refunds", {"amount": part})
            moved = shop.get(path).body
            assert 0 <= moved["amount_reversed"] == sum(r["amount"] for r in moved["reversals"]["data"]) <= moved["amount"]
            kept = moved["amount"] - moved["amount_reversed"]
            assert shop.balance("connected:transfers") == kept == -shop.balance("platform:transfers", provider=f"stripe:{account}")
            if fee:
                earned = shop.get(fee_path).body
                assert 0 <= earned["amount_refunded"] <= earned["amount"]
                left = earned["amount"] - earned["amount_refunded"]
                assert -shop.balance("connected:fees") == left == shop.balance("fees:application", provider=f"stripe:{account}")
            for whose in ("", account):
                assert available(shop, whose) == sum(line[2] - line[3] for line in lines(shop, whose))
            assert shop.merchant.ledger.balanced()


def test_a_refund_takes_back_only_what_was_not_given_back_by_hand(shop: Shop) -> None:
    account = connected(shop)
    charge = sent(shop, account)
    shop.post(f"/v1/application_fees/{charge['application_fee']}/refunds", {"amount": 900})
    shop.post(f"/v1/transfers/{charge['transfer']}/reversals", {"amount": 9_000})
    refund(shop, charge, None, reverse_transfer=True, refund_application_fee=True)
    assert shop.get(f"/v1/application_fees/{charge['application_fee']}")["amount_refunded"] == 1_000
    assert shop.get(f"/v1/transfers/{charge['transfer']}")["amount_reversed"] == 10_000
    assert (available(shop), available(shop, account)) == (-320, 0)


def test_the_parts_of_a_full_refund_add_up_to_all_that_was_shared(shop: Shop) -> None:
    """Also where no part is whole."""
    account = connected(shop)
    charge = sent(shop, account, 1_000, 7)
    for amount in (333, 333, 333, 1):
        refund(shop, charge, amount, reverse_transfer=True, refund_application_fee=True)
    assert (available(shop), available(shop, account)) == (-59, 0)


def test_a_dispute_of_a_destination_charge_debits_the_platform(shop: Shop) -> None:
    """With its fee; the connected account keeps its money, until the platform reverses the transfer."""
    account = connected(shop)
    charge = sent(shop, account)
    dispute = shop.control("POST", "/disputes", {"charge": charge["id"]}).body
    assert (available(shop), available(shop, account)) == (680 - 10_000 - 1_500, 9_000)
    shop.post(f"/v1/disputes/{dispute['id']}/close")
    reversal = shop.post(f"/v1/transfers/{charge['transfer']}/reversals", {"refund_application_fee": True}).body
    assert (reversal["amount"], reversal["source_refund"]) == (10_000, None)
    assert (available(shop), available(shop, account)) == (-320 - 1_500, 0)


def test_nobody_disputes_what_a_platform_transferred_nor_undoes_what_was_given_back(shop: Shop) -> None:
    account = connected(shop)
    payment = shop.get(f"/v1/transfers/{sent(shop, account)['transfer']}")["destination_payment"]
    assert shop.control("POST", "/disputes", {"charge": payment}).status == 422
    back = shop.post("/v1/refunds", {"charge": payment, "amount": 100}, **as_(account)).body
    assert back["status"] == "succeeded"
    for verdict in ("fail", "cancel"):  # no bank has the money
        assert shop.control("POST", f"/refunds/{back['id']}/{verdict}", {}).status in (409, 422)
    assert shop.get(f"/v1/charges/{payment}", **as_(account))["amount_refunded"] == 100
    assert [p["id"] for p in shop.control("GET", "/payments")["data"]][-1] == payment


# Separate charges and transfers


def test_a_transfer_by_itself_takes_from_what_is_available(shop: Shop) -> None:
    account = connected(shop)
    shop.pay("pm_card_visa", 5_000)
    wanted = {"amount": 1_000, "currency": "usd", "destination": account, "transfer_group": "order_7", "description": "May"}
    poor = shop.post("/v1/transfers", wanted)
    assert (poor.status, poor.error["code"]) == (400, "balance_insufficient")
    shop.pay("pm_card_bypassPending", 5_000)
    seen = len(told(shop))
    made = shop.post("/v1/transfers", {**wanted, "metadata": {"a": "1"}}).body
    assert (made["source_transaction"], made["transfer_group"], made["description"]) == (None, "order_7", "May")
    assert (available(shop), available(shop, account)) == (4_825 - 1_000, 1_000)
    assert told(shop, seen) == [("transfer.created", "own"), ("charge.succeeded", "theirs")]
    changed = shop.post(f"/v1/transfers/{made['id']}", {"metadata": {"b": "2"}, "description": ""}).body
    assert (changed["metadata"], changed["description"]) == ({"a": "1", "b": "2"}, None)
    assert [t["id"] for t in shop.get("/v1/transfers", {"transfer_group": "order_7", "destination": account})["data"]] == [made["id"]]
    assert shop.get("/v1/transfers", {"transfer_group": "x"})["data"] == []


def test_transfers_of_a_charge_add_up_to_it_at_most(shop: Shop) -> None:
    """They need not wait for its money, which is pending for the connected account, too."""
    account, other = connected(shop), connected(shop)
    charge = shop.pay("pm_card_visa", 5_000)["latest_charge"]
    wanted = {"currency": "usd", "source_transaction": charge}
    assert shop.post("/v1/transfers", {**wanted, "destination": account, "amount": 2_000})["transfer_group"] == f"group_{charge}"
    assert shop.post("/v1/transfers", {**wanted, "destination": other})["amount"] == 3_000
    too_much = shop.post("/v1/transfers", {**wanted, "destination": other, "amount": 1})
    assert (too_much.status, too_much.error["param"]) == (400, "amount")
    assert (available(shop, account), available(shop, other)) == (0, 0)
    shop.advance(days=2)
    assert (available(shop), available(shop, account), available(shop, other)) == (-175, 2_000, 3_000)


def test_reversals_and_fee_refunds_are_listed_and_changed(shop: Shop) -> None:
    account = connected(shop)
    charge = sent(shop, account)
    path, fee_path = f"/v1/transfers/{charge['transfer']}/reversals", f"/v1/application_fees/{charge['application_fee']}"
    back = shop.post(path, {"amount": 100, "metadata": {"a": "1"}}).body
    assert shop.post(f"{path}/{back['id']}", {"metadata": {"b": "2"}})["metadata"] == {"a": "1", "b": "2"}
    assert [r["id"] for r in shop.get(path)["data"]] == [back["id"]]
    assert shop.post(path, {"amount": 9_901}).error["message"] == (
        "Reversal amount ($99.01) is greater than the unreversed amount of the transfer ($99.00)"
    )
    assert shop.post(f"{fee_path}/refund", {"amount": 100})["amount_refunded"] == 100
    seen = len(told(shop))
    given = shop.post(f"{fee_path}/refunds", {"amount": 50}).body
    assert shop.post(f"{fee_path}/refunds/{given['id']}", {"metadata": {"b": "2"}})["metadata"] == {"b": "2"}
    assert told(shop, seen) == [("application_fee.refunded", "own"), ("application_fee.refund.updated", "own")]
    assert shop.get(f"{fee_path}/refunds/{given['id']}")["fee"] == charge["application_fee"]
    assert [r["amount"] for r in shop.get(f"{fee_path}/refunds")["data"]] == [50, 100]
    assert shop.post(f"{fee_path}/refunds", {"amount": 851}).error["param"] == "amount"
    assert [f["id"] for f in shop.get("/v1/application_fees", {"charge": charge["id"]})["data"]] == [charge["application_fee"]]
    other = shop.get(f"/v1/charges/{sent(shop, account)['id']}").body
    assert shop.get(f"/v1/transfers/{other['transfer']}/reversals/{back['id']}").status == 404
    assert shop.get(f"/v1/application_fees/{other['application_fee']}/refunds/{given['id']}").status == 404


@pytest.mark.parametrize(
    ("params", "status", "param"),
    [
        ({"transfer_data": {"destination": "acct_x"}}, 400, "transfer_data[destination]"),
        ({"on_behalf_of": "acct_x"}, 400, "on_behalf_of"),
        ({"application_fee_amount": 10}, 400, "application_fee_amount"),
        ({"transfer_data": {"destination": "+"}, "application_fee_amount": 2_001}, 400, "application_fee_amount"),
        ({"transfer_data": {"destination": "+", "amount": 2_001}}, 400, "transfer_data[amount]"),
        ({"transfer_data": {"destination": "+", "amount": 10}, "application_fee_amount": 10}, 400, "application_fee_amount"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/payment_intents", "/v1/charges"])
def test_terms_that_cannot_be_met_are_refused(shop: Shop, path: str, params: dict[str, Any], status: int, param: str) -> None:
    """And leave nothing behind."""
    account = connected(shop)
    data = params.get("transfer_data")
    given_data = {"transfer_data": {**data, "destination": data["destination"].replace("+", account)}} if data else {}
    card = {"source": "tok_visa"} if path == "/v1/charges" else {}
    answer = shop.post(path, {"amount": 2_000, "currency": "usd", **card, **params, **given_data})
    assert (answer.status, answer.error["param"]) == (status, param)
    assert shop.events() == []


def test_a_refund_cannot_take_back_what_was_never_shared(shop: Shop) -> None:
    charge = shop.pay()["latest_charge"]
    for flag in ("reverse_transfer", "refund_application_fee"):
        answer = shop.post("/v1/refunds", {"charge": charge, flag: True})
        assert (answer.status, answer.error["param"]) == (400, flag)


def test_on_behalf_of_is_kept(shop: Shop) -> None:
    account = connected(shop)
    paid = shop.pay(on_behalf_of=account, transfer_data={"destination": account}, expand=["on_behalf_of", "latest_charge"])
    assert (paid["on_behalf_of"]["id"], paid["latest_charge"]["on_behalf_of"]) == (account, account)


def test_a_replayed_journal_has_the_same_accounts(shop: Shop) -> None:
    """A fork of a platform has its connected accounts, with what they hold."""
    account = connected(shop)
    charge = sent(shop, account)
    refund(shop, charge, 2_500, reverse_transfer=True, refund_application_fee=True)
    kept = shop.control("POST", "/snapshots", {"name": "a"})["id"]
    shop.control("POST", f"/snapshots/{kept}/fork", {"merchant": "beta"})
    shown = shop.get("/v1/balance", key="sk_test_beta", headers={"stripe-account": account}).body
    assert shown == shop.get("/v1/balance", **as_(account)).body
