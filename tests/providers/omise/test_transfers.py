"""`/transfers`, `/recipients`, `/balance` and `/transactions`: money that comes and leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.providers.omise.troubles import RECIPIENTS
from tests.harness import DAY
from tests.providers.omise.shop import Till

ACCOUNT = {"brand": "bbl", "number": "1234567890", "name": "Somchai Prasert"}


def recipient(till: Till, verified: bool = True) -> Any:
    made = till.ok("POST", "/recipients", {"name": "Somchai", "type": "individual", "bank_account": ACCOUNT})
    return till.ok("PATCH", f"/recipients/{made['id']}/verify") if verified else made


def test_transfer_is_made_sent_and_paid(till: Till) -> None:
    till.charge()
    to = recipient(till)
    since = len(till.keys())
    made = till.ok("POST", "/transfers", {"amount": 50_000, "recipient": to["id"], "metadata": {"a": 1}})
    assert (made["total_fee"], made["fee"], made["fee_vat"], made["net"], made["sendable"]) == (3_000, 2_804, 196, 47_000, True)
    assert till.money() == 96_094
    till.advance(seconds=60)
    sent = till.ok("POST", f"/transfers/{made['id']}/mark_as_sent")
    assert (sent["sent"], sent["paid"], sent["sendable"], sent["sent_at"]) == (True, False, False, "2026-01-05T09:01:00Z")
    (line,) = sent["transactions"]
    assert (line["key"], line["direction"], line["amount"], line["origin"]) == ("transfer.sent.debit", "debit", 50_000, made["id"])
    assert (till.money(), till.money("bank:payouts")) == (46_094, 50_000)
    paid = till.ok("POST", f"/transfers/{made['id']}/mark_as_paid")
    assert (paid["paid"], paid["paid_at"]) == (True, "2026-01-05T09:01:00Z")
    assert till.keys(since) == ["transfer.create", "transfer.send", "transfer.pay"]
    assert till.omise("POST", f"/transfers/{made['id']}/mark_as_paid").status == 400
    assert till.omise("DELETE", f"/transfers/{made['id']}").status == 400


def test_transfer_without_an_amount_is_all_there_is(till: Till) -> None:
    till.charge()
    made = till.ok("POST", "/transfers", {})
    assert (made["amount"], made["recipient"]) == (96_094, None)
    till.ok("POST", f"/transfers/{made['id']}/mark_as_paid")
    assert till.money() == 0


def test_transfer_changes_until_it_is_sent(till: Till) -> None:
    till.charge()
    made = till.ok("POST", "/transfers", {"amount": 50_000})
    assert till.ok("PATCH", f"/transfers/{made['id']}", {"amount": 40_000, "metadata": {"b": 2}})["amount"] == 40_000
    assert till.ok("DELETE", f"/transfers/{made['id']}")["deleted"] is True
    assert till.ok("GET", "/transfers")["data"] == []
    assert till.keys() == ["charge.create", "transfer.create", "transfer.update", "transfer.destroy"]
    assert till.omise("POST", "/transfers", {"amount": 10})["code"] == "bad_request"


def test_transfer_that_cannot_be(till: Till) -> None:
    """The balance is too small, or the recipient not verified."""
    poor = till.ok("POST", "/transfers", {"amount": 50_000})
    failed = till.ok("POST", f"/transfers/{poor['id']}/mark_as_sent")
    assert (failed["failure_code"], failed["sent"], failed["failure_message"]) == ("insufficient_balance", False, "insufficient balance")
    fast = till.ok("POST", "/transfers", {"amount": 50_000, "fail_fast": True})
    assert (fast["failure_code"], fast["fail_fast"]) == ("insufficient_balance", True)
    till.charge()
    stranger = till.ok("POST", "/transfers", {"amount": 50_000, "recipient": recipient(till, verified=False)["id"]})
    assert till.ok("POST", f"/transfers/{stranger['id']}/mark_as_paid")["failure_code"] == "invalid_recipient"
    assert till.keys().count("transfer.fail") == 3
    assert till.money() == 96_094


def test_idemp_key_makes_one_transfer(till: Till) -> None:
    till.charge()
    once = till.ok("POST", "/transfers", {"amount": 50_000, "idemp_key": "payday"})
    assert till.ok("POST", "/transfers", {"amount": 50_000, "idemp_key": "payday"}) == once
    assert till.ok("GET", "/transfers")["total"] == 1


def test_recipient_from_creation_to_deletion(till: Till) -> None:
    made = recipient(till, verified=False)
    assert (made["verified"], made["active"], made["bank_account"]["last_digits"], made["type"]) == (False, False, "7890", "individual")
    assert ACCOUNT["number"] not in str(made)
    changed = till.ok("PATCH", f"/recipients/{made['id']}", {"email": "a@example.com", "bank_account": {"brand": "scb"}})
    assert (changed["email"], changed["bank_account"]["brand"], changed["bank_account"]["last_digits"]) == ("a@example.com", "scb", "7890")
    verified = till.ok("PATCH", f"/recipients/{made['id']}/verify")
    assert (verified["verified"], verified["active"], verified["verified_at"]) == (True, True, "2026-01-05T09:00:00Z")
    assert till.ok("PATCH", f"/recipients/{made['id']}/verify") == verified
    assert till.ok("DELETE", f"/recipients/{made['id']}")["deleted"] is True
    assert till.ok("GET", "/recipients")["data"] == []
    assert till.ok("GET", f"/recipients/{made['id']}")["deleted"] is True
    assert till.keys() == ["recipient.create", "recipient.update", "recipient.verify", "recipient.activate", "recipient.destroy"]
    refused = till.omise("POST", "/transfers", {"amount": 50_000, "recipient": made["id"]})
    assert (refused.status, refused["code"]) == (400, "invalid_recipient")


@pytest.mark.parametrize("code", RECIPIENTS)
@pytest.mark.parametrize("verified", [False, True])
def test_recipient_whose_bank_account_is_not_what_it_says(till: Till, code: str, verified: bool) -> None:
    """Setting `fails`: its failure code. Nobody is paid there until it is verified after all."""
    made = recipient(till, verified)
    since = len(till.keys())
    till.control("POST", "settings", {"providers": {"omise": {"fails": code}}})
    failed = till.ok("PATCH", f"/recipients/{made['id']}/verify")
    assert (failed["failure_code"], failed["verified"], failed["active"], failed["verified_at"]) == (code, False, False, None)
    assert till.keys(since) == ["recipient.deactivate" if verified else "recipient.update"]
    till.control("POST", "settings", {"providers": {"omise": {"fails": ""}}})
    good = till.ok("PATCH", f"/recipients/{made['id']}/verify")
    assert (good["failure_code"], good["active"]) == (None, True)
    assert till.keys(since)[1:] == ["recipient.verify", "recipient.activate"]


def test_verified_recipient_with_another_bank_account_is_inactive(till: Till) -> None:
    made = recipient(till)
    since = len(till.keys())
    assert till.ok("PATCH", f"/recipients/{made['id']}", {"bank_account": {"brand": "bbl"}})["active"] is True  # the same one
    changed = till.ok("PATCH", f"/recipients/{made['id']}", {"bank_account": {"number": "9876543210"}})
    assert (changed["active"], changed["verified"], changed["failure_code"]) == (False, False, None)
    assert till.keys(since) == ["recipient.update", "recipient.update", "recipient.deactivate"]


def test_recipient_that_is_refused(till: Till) -> None:
    params = {"name": "Somchai", "type": "individual", "bank_account": ACCOUNT}
    refused = till.omise("POST", "/recipients", {**params, "bank_account": {**ACCOUNT, "brand": "cowries"}})
    assert (refused["code"], refused["message"]) == ("invalid_bank_account", "brand is not included in the list")
    for wrong in ({"name": ""}, {"type": "crowd"}, {"bank_account": None}, {"bank_account": {"brand": "bbl", "name": "S"}}):
        assert till.omise("POST", "/recipients", {**params, **wrong})["code"] == "bad_request"
    assert till.keys() == []


def test_balance_and_transactions_tell_the_same(till: Till) -> None:
    charge = till.charge()
    till.ok("POST", f"/charges/{charge['id']}/refunds", {"amount": 10_000})
    dispute = till.ok("POST", f"/charges/{charge['id']}/disputes")
    till.ok("PATCH", f"/disputes/{dispute['id']}/close", {"status": "won"})
    made = till.ok("POST", "/transfers", {"amount": 20_000})
    till.ok("POST", f"/transfers/{made['id']}/mark_as_sent")
    lines = till.ok("GET", "/transactions")["data"]
    assert [line["key"] for line in lines] == [
        "charge.captured.net", "refund.created.debit", "dispute.started.debit", "dispute.won.credit", "transfer.sent.debit",
    ]  # fmt: skip
    assert all(line["amount"] > 0 for line in lines)
    total = sum(line["amount"] if line["direction"] == "credit" else -line["amount"] for line in lines)
    balance = till.ok("GET", "/balance")
    assert total == balance["total"] == balance["transferable"] == 66_094
    assert till.ok("GET", f"/transactions/{lines[0]['id']}") == lines[0]
    assert till.omise("GET", "/transactions/trxn_test_x")["message"] == "transaction trxn_test_x was not found"
    assert till.merchant.ledger.balanced()


def test_live_timing_makes_money_transferable_after_a_week(open_till: Callable[..., Till]) -> None:
    """Profile network, Thailand: seven days."""
    till = open_till(profile="network")
    charge = till.charge()
    line = till.ok("GET", f"/transactions/{charge['transaction']}")
    assert (line["transferable_at"], line["created_at"]) == ("2026-01-12T09:00:00Z", "2026-01-05T09:00:00Z")
    balance = till.ok("GET", "/balance")
    assert (balance["total"], balance["transferable"]) == (96_094, 0)
    assert till.advance(days=7) == ["funds_available"]
    assert till.ok("GET", "/balance")["transferable"] == 96_094
    assert till.keys() == ["charge.create"]


def test_stripe_and_omise_keep_separate_books(till: Till) -> None:
    """One merchant uses both at once: every account belongs to one of them, and each balances alone."""
    till.charge()
    intent = till.pay("pm_card_createDispute")
    till.dispute()
    assert till.money() == 96_094 - 3_906
    assert till.balance("dispute:held", "usd") == 2_000
    assert till.balance("dispute:held", "thb", "omise") == 100_000
    for provider in ("stripe", "omise"):
        balances = till.merchant.ledger.balances
        for currency in {currency for _, of, currency in balances if of == provider}:
            assert sum(held for (_, of, c), held in balances.items() if (of, c) == (provider, currency)) == 0
    assert till.merchant.ledger.balanced()
    assert till.omise("GET", f"/charges/{intent['latest_charge']}").status == 404
    assert till.get("/v1/charges/" + till.charge()["id"]).status == 404
    assert till.now % DAY >= 0


def test_transfer_is_at_most_what_capability_shows(till: Till) -> None:
    """When it is made and when it is changed; the most itself is taken, though the balance lacks it."""
    most = till.ok("GET", "/capability")["limits"]["transfer_amount"]["max"]
    made = till.ok("POST", "/transfers", {"amount": most})
    for refused in (
        till.omise("POST", "/transfers", {"amount": most + 1}), till.omise("PATCH", f"/transfers/{made['id']}", {"amount": most + 1})
    ):  # fmt: skip
        assert (refused.status, refused["code"]) == (400, "bad_request")
        assert refused["message"] == f"amount must be less than or equal to {most}"
    assert till.ok("GET", f"/transfers/{made['id']}")["amount"] == most
