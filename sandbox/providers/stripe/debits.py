"""Bank accounts to debit: what each documented test account does. One account is one line.

An account is chosen by whoever calls the API, so this file decides a bank debit's fate: it settles, fails, is disputed once it
has settled, or stays processing. Any other number is refused without being repeated: a real account has no business here.

Source: reference "Bank methods"; docs.stripe.com "ACH Direct Debit" and "SEPA Direct Debit", read 2026-11-28.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sandbox.core import ids
from sandbox.core.errors import Reason, Refusal
from sandbox.providers.base import VALUES_PAGE
from sandbox.providers.stripe import sepa_accounts

ACH, SEPA = "us_bank_account", "sepa_debit"
ROUTING = "110000000"
BANK = "STRIPE TEST BANK"
FINGERPRINT_LENGTH = 16
REFERENCE_LENGTH = 15
DIGITS = "0123456789"


class Account(NamedTuple):
    """A test account: a number at the test bank, or an IBAN."""

    kind: str
    number: str
    name: str  # `pm_NAME` is a payment method of it
    failure: str = ""  # why its debits fail; empty: they do not
    disputed: bool = False  # once they have settled
    stays: bool = False  # processing, for ever


ACCOUNTS = (
    Account(ACH, "000123456789", "usBankAccount_success"),
    Account(ACH, "000111111116", "usBankAccount_noAccount", "no_account"),
    Account(ACH, "000111111113", "usBankAccount_accountClosed", "account_closed"),
    Account(ACH, "000222222227", "usBankAccount_insufficientFunds", "insufficient_funds"),
    Account(ACH, "000333333335", "usBankAccount_debitNotAuthorized", "debit_not_authorized"),
    Account(ACH, "000555555559", "usBankAccount_dispute", disputed=True),
    Account(ACH, "000000000009", "usBankAccount_processing", stays=True),
    *(
        Account(SEPA, iban, f"{fate}_{country.lower()}", failure, fate == "disputed", iban in sepa_accounts.STAYS)
        for country, ibans in sepa_accounts.IBANS.items()
        for iban, (fate, failure) in zip(ibans, sepa_accounts.FATES.items(), strict=False)  # the last one has none in some country
    ),
)
BY_NUMBER: Mapping[str, Account] = {account.number: account for account in ACCOUNTS}
# Newer pages put the kind before the name of a SEPA account; `pm_usBankAccount` alone is the account that settles.
ALIASES: Mapping[str, str] = {
    **{f"sepaDebit_{account.name}": account.name for account in ACCOUNTS if account.kind == SEPA},
    "usBankAccount": "usBankAccount_success",
}
BY_NAME: Mapping[str, Account] = {f"pm_{account.name}": account for account in ACCOUNTS} | {
    f"pm_{alias}": next(account for account in ACCOUNTS if account.name == name) for alias, name in ALIASES.items()
}
# What a failed debit's charge and intent say.
FAILURES: Mapping[str, str] = {
    "account_closed": "The customer's bank account has been closed.",
    "charge_exceeds_source_limit": "The payment exceeds the amount that may be debited from this account within a week.",
    "charge_exceeds_weekly_limit": "The payment exceeds the number of payments that may be debited from this account within a week.",
    "debit_not_authorized": "The customer has notified their bank that this payment was unauthorized.",
    "generic_could_not_process": "The payment could not be processed by the customer's bank.",
    "insufficient_funds": "The customer's account has insufficient funds to cover this payment.",
    "no_account": "The bank account could not be located.",
}


class Kind(NamedTuple):
    """A way to debit bank accounts."""

    currency: str  # the only one that it moves
    needs: tuple[str, ...]  # of the billing details
    refunds: str  # how money goes back


KINDS: Mapping[str, Kind] = {
    ACH: Kind("usd", ("name",), "us_bank_transfer"),
    SEPA: Kind("eur", ("name", "email"), "eu_bank_transfer"),
}

NOT_A_TEST_ACCOUNT = (
    f"This sandbox debits only the test accounts that it knows and no real ones: routing number {ROUTING} with account number "
    f"{ACCOUNTS[0].number}, for SEPA the IBAN {next(account.number for account in ACCOUNTS if account.kind == SEPA)}, or another one that "
    f"{VALUES_PAGE} lists."
)
BAD_IBAN = "The IBAN you provided is invalid."
BAD_ROUTING = "The routing number must have 9 digits and a valid check digit."


def iban_ok(iban: str) -> bool:
    """Whether the check digits fit; `iban` in upper case, without spaces."""
    if not (iban.isascii() and iban.isalnum() and 15 <= len(iban) <= 34 and iban[:2].isalpha() and iban[2:4].isdigit()):
        return False
    return int("".join(str(int(character, 36)) for character in iban[4:] + iban[:4])) % 97 == 1


def routing_ok(number: str) -> bool:
    """Whether it is a routing number of the Federal Reserve's shape."""
    if not (number.isascii() and number.isdigit() and len(number) == 9):
        return False
    return sum(int(digit) * weight for digit, weight in zip(number, (3, 7, 1) * 3, strict=True)) % 10 == 0


def us_account(routing: str, number: str, where: str) -> Account:
    """The test account of a routing and an account number; `where` is the hash that they stood in.

    Raises:
        Refusal: PARAM_INVALID; nothing of an unknown number is repeated.
    """
    if not routing_ok(routing):
        raise Refusal(Reason.PARAM_INVALID, code="routing_number_invalid", param=f"{where}[routing_number]", message=BAD_ROUTING)
    account = BY_NUMBER.get(number)
    if routing != ROUTING or account is None or account.kind != ACH:
        raise Refusal(Reason.PARAM_INVALID, code="account_number_invalid", param=f"{where}[account_number]", message=NOT_A_TEST_ACCOUNT)
    return account


def sepa_account(typed: str, where: str) -> Account:
    """The test account of an IBAN, typed with or without spaces. Raises Refusal PARAM_INVALID, as above."""
    iban = typed.replace(" ", "").upper()
    if not iban_ok(iban):
        raise Refusal(Reason.PARAM_INVALID, code="invalid_bank_account_iban", param=f"{where}[iban]", message=BAD_IBAN)
    account = BY_NUMBER.get(iban)
    if account is None:
        raise Refusal(Reason.PARAM_INVALID, code="invalid_bank_account_iban", param=f"{where}[iban]", message=NOT_A_TEST_ACCOUNT)
    return account


def names_of(account: Account) -> list[str]:
    """The payment methods of a test account, as a request names them."""
    return [name for name, known in BY_NAME.items() if known is account]


def facts(account: Account, seed: object, holder: str = "individual", type: str = "checking") -> dict[str, Any]:
    """What payment methods and charges show of an account: never its whole number."""
    fingerprint = ids.token(FINGERPRINT_LENGTH, "fingerprint", seed, account.number)
    last4 = account.number[-4:]
    if account.kind == ACH:
        return {
            "account_holder_type": holder, "account_type": type, "bank_name": BANK, "fingerprint": fingerprint, "last4": last4,
            "routing_number": ROUTING,
        }  # fmt: skip
    country = account.number[:2]
    bank, branch = sepa_accounts.PARTS[country]
    rest = account.number[4:]
    return {
        "bank_code": rest[:bank], "branch_code": rest[bank : bank + branch], "country": country, "fingerprint": fingerprint,
        "last4": last4,
    }  # fmt: skip


def reference(id: str) -> str:
    """The fifteen digits by which a customer's bank finds a debit, or a refund of one."""
    return ids.token(REFERENCE_LENGTH, "bank_reference", id, alphabet=DIGITS)


# How the rules above are known, for the fidelity page.
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("the test accounts settle, fail with their code, are disputed once settled, or stay processing", "docs: ACH and SEPA Direct Debit"),
    ("pm_usBankAccount_success and its like are payment methods of the test accounts", "docs: ACH Direct Debit"),
    ("pm_sepaDebit_success_at, older pm_success_at, and their like are those of the SEPA test accounts", "docs: SEPA Direct Debit"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("no payment_failure_refund: a debit that fails was never credited, and what a bank takes back later is a dispute", "older APIs had"),
    ("an account that is typed with its number counts as verified, unless microdeposits are asked for", "real ones are verified first"),
    ("AT861904300235473202 fails with generic_could_not_process", "code; its message, too"),
    ("AT321904300235473204 stays processing for ever", "documented as settling after at least three minutes"),
    ("SEPA test accounts that are documented to settle or fail late do so when the others do", "at least three minutes"),
    ("SEPA test accounts over a weekly limit or without funds fail when others settle", "the time, and the messages"),
    ("of the countries with SEPA test accounts nine have theirs: AT, DE, FR, GI, IE, LI, LT, LU, NL", "the others are unknown IBANs"),
    ("pm_usBankAccount is the account that settles", "documented for money that Treasury moves, not for payments"),
    ("a wrong routing or account number or IBAN is routing_number_invalid, account_number_invalid, invalid_bank_account_iban", "wording"),
    ("the holder of a disputing test account says debit_not_authorized", "reason"),
    ("the bank of the test accounts is called STRIPE TEST BANK", "recordings differ"),
)
