"""The IBANs of Stripe's test accounts: each meets the fate that its table names."""

from __future__ import annotations

import pytest

from sandbox.providers.stripe import debits, sepa_accounts
from tests.harness import Shop
from tests.providers.stripe.test_debits import debit, method, read

SEPA_FATES = {
    "": "succeeded", "generic_could_not_process": "requires_payment_method", "charge_exceeds_source_limit": "requires_payment_method",
    "charge_exceeds_weekly_limit": "requires_payment_method", "insufficient_funds": "requires_payment_method",
}  # fmt: skip


@pytest.mark.parametrize("country", sorted(sepa_accounts.IBANS))
def test_every_sepa_test_account_of_a_country_meets_its_fate(shop: Shop, country: str) -> None:
    """By its IBAN and by both of its names, with the failure code that is documented."""
    accounts = [account for account in debits.ACCOUNTS if account.kind == debits.SEPA and account.number.startswith(country)]
    assert [account.number for account in accounts] == list(sepa_accounts.IBANS[country])
    assert all(debits.iban_ok(account.number) for account in accounts)
    made = {account: debit(shop, method(shop, account.number)["id"], currency="eur") for account in accounts}
    named = [debit(shop, f"pm_{prefix}{account.name}", currency="eur") for account in accounts for prefix in ("", "sepaDebit_")]
    shop.advance(days=5)
    for account, intent in made.items():
        now = read(shop, intent)
        failure = (now["last_payment_error"] or {}).get("code", "")
        assert (now["status"], failure) == ("processing" if account.stays else SEPA_FATES[account.failure], account.failure), account
        assert len(shop.disputes_of(intent)) == account.disputed
        shown = shop.get(f"/v1/charges/{intent['latest_charge']}")["payment_method_details"]["sepa_debit"]
        bank, branch = sepa_accounts.PARTS[country]
        assert (shown["country"], len(shown["bank_code"]), len(shown["branch_code"])) == (country, bank, branch)
    fates = [read(shop, intent)["status"] for intent in named]
    assert fates == [read(shop, made[account])["status"] for account in accounts for _ in range(2)]
