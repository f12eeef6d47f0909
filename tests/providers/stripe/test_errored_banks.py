"""A bank account that a payout failed at: errored, and nothing goes there until somebody has looked at it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import Shop
from tests.providers.stripe.test_payouts import bank, own_account, pay_out, rich

TELLS = "account.external_account.updated"


def errored(shop: Shop, token: str = "btok_us_noAccount", **params: Any) -> Any:
    """An external account that a payout has failed at."""
    rich(shop)
    made = bank(shop, token, **params).body
    assert pay_out(shop, destination=made["id"]).status == 200
    shop.advance(days=3)
    return made


def path_of(shop: Shop, made: Any) -> str:
    return f"/v1/accounts/{own_account(shop)}/external_accounts/{made['id']}"


def test_a_failed_payout_leaves_its_bank_account_errored(shop: Shop) -> None:
    """Its own event follows the payout's, and tells what it was; a second payout that was on its way says nothing new."""
    rich(shop)
    made = bank(shop, "btok_us_noAccount").body
    for _ in range(2):
        pay_out(shop, destination=made["id"])
    seen = len(shop.events())
    shop.advance(days=3)
    one = ["payout.updated", "payout.failed"]
    assert shop.events(seen) == ["payout.updated", "payout.updated", *one, TELLS, *one]
    event = shop.get("/v1/events", {"type": TELLS})["data"][0]["data"]
    assert event == {"object": {**made, "status": "errored"}, "previous_attributes": {"status": "new"}}
    assert shop.get(path_of(shop, made)).body == event["object"]


def test_a_bank_account_that_is_gone_by_then_is_not_errored(shop: Shop) -> None:
    rich(shop)
    made = bank(shop, "btok_us_noAccount").body
    pay_out(shop, destination=made["id"])
    shop.delete(path_of(shop, made))
    shop.advance(days=3)
    assert shop.events()[-1] == "payout.failed"


@pytest.mark.parametrize("named", [True, False])
def test_no_payout_goes_to_an_errored_bank_account(shop: Shop, named: bool) -> None:
    """Whether it was named or is the default; the refusal says why and what to do, and leaves no trace."""
    made = errored(shop, default_for_currency=True)
    seen = len(shop.events())
    answer = pay_out(shop, **({"destination": made["id"]} if named else {}))
    assert (answer.status, answer.error["type"], answer.error.get("param")) == (
        400, "invalid_request_error", "destination" if named else None,
    )  # fmt: skip
    assert answer.error["message"] == (
        f"The external account {made['id']} takes no payouts because one to it failed (no_account): update its details, or make another "
        "one the default for its currency."
    )
    assert shop.events(seen) == []


def test_an_errored_bank_account_is_tried_again_once_its_details_are_updated(shop: Shop) -> None:
    """Metadata is none of them."""
    made = errored(shop)
    seen, path = len(shop.events()), path_of(shop, made)
    assert shop.post(path, {"metadata": {"seen": "1"}})["status"] == "errored"
    assert shop.post(path, {"account_holder_name": "Jenny Rosen"})["status"] == "new"
    assert pay_out(shop, destination=made["id"]).status == 200
    assert shop.events(seen) == [TELLS, TELLS, "payout.created"]


def test_another_default_bank_account_takes_payouts_and_the_errored_one_goes(shop: Shop) -> None:
    made = errored(shop, default_for_currency=True)
    other = bank(shop, "btok_us", default_for_currency=True)["id"]
    assert pay_out(shop)["destination"] == other
    assert shop.get(path_of(shop, made))["status"] == "errored"
    assert shop.delete(path_of(shop, made))["deleted"] is True


def test_a_debit_card_that_a_payout_failed_at_is_taken_up_again_as_the_default(shop: Shop) -> None:
    """It has no details to update here; it takes none meanwhile."""
    card = errored(shop, "tok_visa_debit_us_transferFail")
    assert "could_not_process" in pay_out(shop, destination=card["id"]).error["message"]
    shop.post(path_of(shop, card), {"default_for_currency": True})
    assert pay_out(shop)["destination"] == card["id"]


def test_automatic_payouts_wait_for_an_errored_bank_account(shop: Shop) -> None:
    """What is there stays there, and all of it is paid out once there is a good default again."""
    bank(shop, "btok_us_accountClosed", default_for_currency=True)
    shop.control("POST", "/settings", {"providers": {"stripe": {"payouts": "daily"}}})
    had = rich(shop)
    shop.advance(days=9)
    assert [(p["amount"], p["status"]) for p in shop.get("/v1/payouts")["data"]] == [(had, "failed")]
    bank(shop, "btok_us", default_for_currency=True)
    shop.advance(days=1)
    assert [(p["amount"], p["status"]) for p in shop.get("/v1/payouts")["data"]] == [(had, "pending"), (had, "failed")]
    assert shop.merchant.ledger.balanced()


def test_a_connected_accounts_bank_account_is_errored_on_its_own_books(shop: Shop) -> None:
    """Its owner is told; it can still be paid out, as `payouts_enabled` says, by way of another."""
    account = shop.post("/v1/accounts", {"external_account": "btok_us_noAccount"})["id"]
    as_ = {"headers": {"stripe-account": account}}
    rich(shop)
    shop.post("/v1/transfers", {"amount": 2_000, "currency": "usd", "destination": account})
    shop.post("/v1/payouts", {"amount": 100, "currency": "usd"}, **as_)
    shop.advance(days=3)
    assert [e["type"] for e in shop.get("/v1/events", **as_)["data"][:2]] == [TELLS, "payout.failed"]
    shown = shop.get(f"/v1/accounts/{account}").body
    assert (shown["external_accounts"]["data"][0]["status"], shown["payouts_enabled"]) == ("errored", True)
    assert shop.post("/v1/payouts", {"amount": 100, "currency": "usd"}, **as_).status == 400
