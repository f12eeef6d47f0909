"""`/v1/payouts`: money leaves the balance for a bank account, arrives, fails, is canceled or called back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import DAY, START, Answer, Shop

MIDNIGHT = START - START % DAY + DAY
ARRIVAL = MIDNIGHT + DAY  # two business days on


def rich(shop: Shop, currency: str = "usd") -> int:
    """The shop has money to pay out; answers how much."""
    shop.pay("pm_card_bypassPending", 10_000, currency)
    available = {row["currency"]: row["amount"] for row in shop.get("/v1/balance")["available"]}
    return available[currency]  # type: ignore[no-any-return]


def pay_out(shop: Shop, amount: int = 1_000, **params: Any) -> Answer:
    return shop.post("/v1/payouts", {"amount": amount, "currency": "usd", **params})


def lines(shop: Shop, payout: Any) -> list[tuple[str, str, int, str]]:
    rows = shop.get("/v1/balance_transactions", {"source": payout["id"]})["data"][::-1]
    return [(row["type"], row["reporting_category"], row["net"], row["description"]) for row in rows]


def own_account(shop: Shop) -> str:
    return shop.get("/v1/account")["id"]  # type: ignore[no-any-return]


def bank(shop: Shop, external_account: Any, **params: Any) -> Answer:
    return shop.post(f"/v1/accounts/{own_account(shop)}/external_accounts", {"external_account": external_account, **params})


def test_a_payout_is_pending_then_in_transit_then_paid(shop: Shop) -> None:
    """It takes the money at once, leaves at midnight and arrives after two business days; the books balance throughout."""
    had, seen = rich(shop), len(shop.events())
    payout = pay_out(shop, 1_000, description="May", statement_descriptor="SHOP", metadata={"month": "5"}).body
    assert (payout["status"], payout["arrival_date"], payout["automatic"]) == ("pending", ARRIVAL, False)
    assert (payout["description"], payout["statement_descriptor"], payout["metadata"]) == ("May", "SHOP", {"month": "5"})
    assert shop.balance("merchant:available") == had - 1_000
    assert shop.balance("bank:payouts") == 1_000
    assert lines(shop, payout) == [("payout", "payout", -1_000, "STRIPE PAYOUT")]
    assert shop.advance(seconds=MIDNIGHT - shop.now) == ["payout_leaves"]
    assert shop.get(f"/v1/payouts/{payout['id']}")["status"] == "in_transit"
    assert shop.advance(seconds=ARRIVAL - shop.now) == ["payout_arrives"]
    paid = shop.get(f"/v1/payouts/{payout['id']}").body
    assert (paid["status"], paid["trace_id"]["status"]) == ("paid", "supported")
    assert shop.events(seen) == ["payout.created", "payout.updated", "payout.updated", "payout.paid"]
    told = shop.get("/v1/events", {"type": "payout.updated"})["data"][0]["data"]["previous_attributes"]
    assert told == {"status": "in_transit", "trace_id": {"status": "pending", "value": None}}
    assert shop.merchant.ledger.balanced()


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("000111111116", "no_account"), ("000111111113", "account_closed"), ("000222222227", "insufficient_funds"),
        ("000333333335", "debit_not_authorized"), ("000444444440", "invalid_currency"),
    ],
)  # fmt: skip
def test_the_bank_account_decides_whether_a_payout_fails(shop: Shop, number: str, code: str) -> None:
    """On the day of arrival, with a code and a sentence; the money comes back as a line of its own."""
    had = rich(shop)
    made = bank(
        shop, {"object": "bank_account", "country": "US", "currency": "usd", "account_number": number, "routing_number": "110000000"}
    ).body
    assert (made["last4"], made["routing_number"], made["default_for_currency"]) == (number[-4:], "110000000", False)
    seen = len(shop.events())
    payout = pay_out(shop, 1_000, destination=made["id"]).body
    assert payout["destination"] == made["id"]
    shop.advance(days=3)
    failed = shop.get(f"/v1/payouts/{payout['id']}").body
    assert (failed["status"], failed["failure_code"], bool(failed["failure_message"])) == ("failed", code, True)
    tells = "account.external_account.updated"
    assert shop.events(seen) == ["payout.created", "payout.updated", "payout.updated", "payout.failed", tells]
    assert lines(shop, payout)[1:] == [("payout_failure", "payout_reversal", 1_000, "STRIPE PAYOUT FAILURE")]
    came_back = shop.get(f"/v1/payouts/{payout['id']}", {"expand": ["failure_balance_transaction"]})["failure_balance_transaction"]
    assert (came_back["amount"], came_back["source"]) == (1_000, payout["id"])
    assert (shop.balance("merchant:available"), shop.balance("bank:payouts")) == (had, 0)


def test_an_iban_of_the_documentation_fails_in_euros(shop: Shop) -> None:
    rich(shop, "eur")
    made = bank(shop, {"object": "bank_account", "country": "DE", "currency": "eur", "account_number": "DE62 3704 0044 0532 0130 01"}).body
    assert made["default_for_currency"] is True
    payout = shop.post("/v1/payouts", {"amount": 500, "currency": "eur"}).body
    assert payout["destination"] == made["id"]
    shop.advance(days=3)
    assert shop.get(f"/v1/payouts/{payout['id']}")["failure_code"] == "no_account"


def test_a_pending_payout_can_be_canceled(shop: Shop) -> None:
    had, seen = rich(shop), len(shop.events())
    payout = pay_out(shop).body
    canceled = shop.post(f"/v1/payouts/{payout['id']}/cancel").body
    assert (canceled["status"], canceled["failure_balance_transaction"] is not None) == ("canceled", True)
    assert lines(shop, payout)[1:] == [("payout_cancel", "payout_reversal", 1_000, "STRIPE PAYOUT CANCEL")]
    assert shop.events(seen) == ["payout.created", "payout.updated", "payout.canceled"]
    assert shop.balance("merchant:available") == had
    assert shop.advance(days=4) == []


def test_a_payout_that_left_cannot_be_canceled(shop: Shop) -> None:
    rich(shop)
    payout = pay_out(shop).body
    shop.advance(days=1)
    answer = shop.post(f"/v1/payouts/{payout['id']}/cancel")
    assert (answer.status, answer.error["type"]) == (400, "invalid_request_error")
    assert answer.error["message"] == f"Payouts can only be canceled while they are pending: {payout['id']} has a status of in_transit."


def test_a_paid_payout_can_be_called_back_once(shop: Shop) -> None:
    """By a payout of the negative amount, which names it and is named by it."""
    had = rich(shop)
    payout = pay_out(shop).body
    early = shop.post(f"/v1/payouts/{payout['id']}/reverse")
    assert (early.status, "cancel it instead" in early.error["message"]) == (400, True)
    shop.advance(days=3)
    seen = len(shop.events())
    back = shop.post(f"/v1/payouts/{payout['id']}/reverse", {"metadata": {"why": "twice"}}).body
    assert (back["amount"], back["original_payout"], back["metadata"]) == (-1_000, payout["id"], {"why": "twice"})
    assert shop.get(f"/v1/payouts/{payout['id']}")["reversed_by"] == back["id"]
    assert shop.events(seen) == ["payout.created", "payout.updated"]
    assert lines(shop, back) == [("payout", "payout", 1_000, "STRIPE PAYOUT")]
    assert shop.balance("merchant:available") == had
    for again in (payout, back):
        assert shop.post(f"/v1/payouts/{again['id']}/reverse").status == 400
    shop.advance(days=4)
    assert shop.get(f"/v1/payouts/{back['id']}")["status"] == "paid"
    assert shop.post(f"/v1/payouts/{back['id']}/reverse").error["message"].endswith(f"it is itself the reversal of {payout['id']}.")


def test_more_than_is_available_is_refused(shop: Shop) -> None:
    """Pending money does not count, and the refusal leaves no trace."""
    shop.pay()
    before = shop.merchant.serial
    answer = pay_out(shop, 1)
    assert (answer.status, answer.error["code"]) == (400, "balance_insufficient")
    assert answer.error["message"].startswith(
        "You have insufficient funds in your Stripe account for this transfer. Your card balance is too low."
    )
    assert shop.merchant.serial == before
    had = rich(shop)
    assert pay_out(shop, had + 1).error["code"] == "balance_insufficient"
    assert pay_out(shop, 1, source_type="bank_account").error["message"].count("bank_account balance is too low") == 1
    assert pay_out(shop, had).status == 200
    assert pay_out(shop, 1).error["code"] == "balance_insufficient"


def test_a_currency_without_a_bank_account_is_refused_by_name(shop: Shop) -> None:
    rich(shop, "cad")
    answer = shop.post("/v1/payouts", {"amount": 100, "currency": "cad"})
    assert (answer.status, answer.error["message"]) == (400, "Sorry, you don't have any external accounts in that currency (cad).")


def test_a_destination_must_be_there_and_take_the_currency(shop: Shop) -> None:
    rich(shop)
    missing = pay_out(shop, destination="ba_x")
    assert (missing.status, missing.error["param"], missing.error["message"]) == (400, "destination", "No such external account: 'ba_x'")
    euros = bank(shop, {"object": "bank_account", "country": "DE", "currency": "eur", "account_number": "DE89370400440532013000"})
    assert "takes eur, not usd" in pay_out(shop, destination=euros["id"]).error["message"]
    assert pay_out(shop, method="instant").error["code"] == "instant_payouts_unsupported"


def test_payouts_are_listed_by_status_destination_and_day(shop: Shop) -> None:
    rich(shop)
    other = bank(shop, "btok_us_noAccount")["id"]
    first = pay_out(shop).body
    second = pay_out(shop, destination=other).body
    shop.post(f"/v1/payouts/{first['id']}/cancel")

    def listed(**filters: Any) -> list[str]:
        return [payout["id"] for payout in shop.get("/v1/payouts", filters)["data"]]

    assert listed() == [second["id"], first["id"]]
    assert listed(status="canceled") == [first["id"]]
    assert listed(destination=other) == [second["id"]]
    assert listed(arrival_date={"gt": ARRIVAL}) == []
    assert listed(arrival_date=ARRIVAL, limit=1) == [second["id"]]
    assert shop.get("/v1/payouts/po_x").error["param"] == "payout"


def test_a_payouts_metadata_may_change_at_any_time(shop: Shop) -> None:
    rich(shop)
    payout = pay_out(shop).body
    shop.advance(days=3)
    seen = len(shop.events())
    assert shop.post(f"/v1/payouts/{payout['id']}", {"metadata": {"a": "1"}})["metadata"] == {"a": "1"}
    assert shop.events(seen) == ["payout.updated"]


def test_what_a_payout_names_can_be_expanded(shop: Shop) -> None:
    rich(shop)
    payout = pay_out(shop, expand=["destination", "balance_transaction.source"]).body
    assert (payout["destination"]["last4"], payout["destination"]["currency"]) == ("6789", "usd")
    assert payout["balance_transaction"]["source"]["id"] == payout["id"]


def test_the_lines_of_a_manual_payout_cannot_be_asked_for(shop: Shop) -> None:
    rich(shop)
    answer = shop.get("/v1/balance_transactions", {"payout": pay_out(shop)["id"]})
    assert (answer.status, answer.error["param"]) == (400, "payout")
    assert answer.error["message"] == "Balance transaction history can only be filtered on automatic transfers, not manual."


# Bank accounts


def test_every_account_has_a_dollar_bank_account_from_the_start(shop: Shop) -> None:
    """A look at it changes nothing; it stays the same one once it is used."""
    path = f"/v1/accounts/{own_account(shop)}/external_accounts"
    listed = shop.get(path).body
    assert (listed["url"], [b["last4"] for b in listed["data"]], listed["data"][0]["default_for_currency"]) == (path, ["6789"], True)
    assert shop.merchant.blank
    rich(shop)
    assert pay_out(shop)["destination"] == listed["data"][0]["id"]
    assert shop.get(path).body == listed


def test_bank_accounts_come_and_go(shop: Shop) -> None:
    """One that is made the default takes the place of the last one; a default one of several stays."""
    path, seen = f"/v1/accounts/{own_account(shop)}/external_accounts", len(shop.events())
    first = shop.get(path)["data"][0]["id"]
    second = bank(shop, "btok_us_accountClosed", default_for_currency=True, metadata={"a": "1"}).body
    assert second["metadata"] == {"a": "1"}
    assert [(b["id"], b["default_for_currency"]) for b in shop.get(path)["data"]] == [(second["id"], True), (first, False)]
    assert shop.delete(f"{path}/{second['id']}").status == 400
    assert shop.post(f"{path}/{first}", {"default_for_currency": True, "account_holder_name": "Jenny"})["account_holder_name"] == "Jenny"
    assert shop.get(f"{path}/{second['id']}")["default_for_currency"] is False
    gone = shop.delete(f"{path}/{second['id']}").body
    assert gone == {"id": second["id"], "object": "bank_account", "currency": "usd", "deleted": True}
    assert shop.get(f"{path}/{second['id']}").status == 404
    assert shop.delete(f"{path}/{first}").status == 400
    assert shop.events(seen) == [
        "account.external_account.created", "account.external_account.updated", "account.external_account.deleted",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "code", "param"),
    [
        ("btok_x", "resource_missing", "external_account"),
        (
            {"object": "bank_account", "country": "US", "account_number": "12/34"},
            "account_number_invalid",
            "external_account[account_number]",
        ),
        ({"object": "bank_account", "country": "US"}, "parameter_missing", "external_account[account_number]"),
        ({"object": "card", "country": "US", "account_number": "000123456789"}, None, "external_account[object]"),
    ],
)
def test_a_bank_account_that_is_none_is_refused(shop: Shop, given: Any, code: str | None, param: str) -> None:
    answer = bank(shop, given)
    assert (answer.status, answer.error.get("code"), answer.error["param"]) == (400, code, param)
    assert shop.merchant.blank
