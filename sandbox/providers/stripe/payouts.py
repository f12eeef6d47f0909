"""Where payouts go to, when they leave and arrive, and what becomes of them there.

A bank account is one of Stripe's documented test accounts, recognized by the end of its number in any country's format; any
other number is an account that takes its money.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sandbox.core.errors import Reason, Refusal
from sandbox.core.ids import token
from sandbox.core.ledger import AVAILABLE
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW
from sandbox.providers.stripe import connecting, money
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.ids import account_id, new_id
from sandbox.providers.stripe.records import BankAccount, ConnectedAccount, Payout
from sandbox.providers.stripe.saving import Carried

# Why a payout fails, in the words that the account's owner reads.
FAILURES: Mapping[str, str] = {
    "account_closed": "The bank account has been closed.",
    "debit_not_authorized": "Debit transactions are not approved on your bank account. (Stripe requires bank accounts to be set up for "
    "both credit and debit payouts.)",
    "insufficient_funds": "Your Stripe account has insufficient funds to cover the payout.",
    "invalid_currency": "The bank was unable to process this payout because of its currency. This is probably because the bank account "
    "cannot accept payments in that currency.",
    "could_not_process": "The bank could not process this payout.",
    "no_account": "The bank account details on file are probably incorrect. No bank account could be located with those details.",
}
# Ends of the documented test numbers: the same digits in every country's format, and those of the IBANs.
FAILING: Mapping[str, str] = {
    "11111116": "no_account", "11111113": "account_closed", "22222227": "insufficient_funds", "33333335": "debit_not_authorized",
    "44444440": "invalid_currency",
    "32013001": "no_account", "32013002": "account_closed", "32013003": "insufficient_funds", "32013004": "debit_not_authorized",
    "32013005": "invalid_currency",
}  # fmt: skip
END_DIGITS = 8
# Debit cards that payouts do not reach, by the documented test card's name.
FAILING_CARDS: Mapping[str, str] = {"visa_debit_us_transferFail": "could_not_process"}
STANDARD, INSTANT = "standard", "instant"
NOT_INSTANT = frozenset(("visa_debit_us_instantPayoutUnsupported",))
INSTANT_LEAVES_S, INSTANT_ARRIVES_S = 60, 30 * 60


class TestBank(NamedTuple):
    """A documented token of a bank account."""

    number: str
    routing: str = "110000000"
    country: str = "US"
    currency: str = "usd"


TOKENS: Mapping[str, TestBank] = {
    "btok_us": TestBank("000123456789"),
    "btok_us_verified": TestBank("000123456789"),
    "btok_us_noAccount": TestBank("000111111116"),
    "btok_us_accountClosed": TestBank("000111111113"),
    "btok_us_insufficientFunds": TestBank("000222222227"),
    "btok_us_debitNotAuthorized": TestBank("000333333335"),
    "btok_us_invalidCurrency": TestBank("000444444440"),
}
HOME = TOKENS["btok_us"]
VERIFIED = "btok_us_verified"  # as a customer's, it may be debited without more ado
BANK_NAME = "STRIPE TEST BANK"
BANKS = "banks"  # in the details of a connected account as it was: its bank accounts then
REVERSIBLE = frozenset(("US", "CA"))  # countries whose banks let a payout be called back


def failure_of(number: str) -> str:
    """Why payouts to that account number fail; empty if they arrive."""
    return FAILING.get(number[-END_DIGITS:], "")


def facts(merchant: Merchant, number: str, country: str, currency: str, details: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a bank account: of its number only the end, a fingerprint, and why payouts there fail."""
    return {
        "country": country, "currency": currency, "last4": number[-4:], "failure_code": failure_of(number),
        "details": {
            "bank_name": BANK_NAME, "fingerprint": token(16, "bank account", merchant.settings.get("seed", 0), number), **details,
        },
    }  # fmt: skip


def token_facts(merchant: Merchant, key: str) -> dict[str, Any] | None:
    """The same of the bank account behind a documented token; None for an ordinary id."""
    known = TOKENS.get(key)
    return facts(merchant, known.number, known.country, known.currency, {"routing_number": known.routing}) if known is not None else None


def draft_bank(merchant: Merchant, owner: str, known: Mapping[str, Any], **fields: Any) -> BankAccount:
    """A bank account that nobody has kept yet."""
    return BankAccount(
        fields.pop("id", "") or new_id(merchant, BankAccount, ""), STRIPE, NEW, merchant.now, owner, **{**known, **fields}
    )


def home_bank(merchant: Merchant) -> BankAccount:
    """The dollar account that every merchant has from the start; it is kept only once something is known of it."""
    owner = account_id(merchant)
    key = f"ba_1{owner[6:]}{token(8, 'home bank', owner)}"
    kept: BankAccount | None = merchant.get(STRIPE, BankAccount, key)
    if kept is not None:
        return kept
    bank = draft_bank(
        merchant, owner, facts(merchant, HOME.number, HOME.country, HOME.currency, {"routing_number": HOME.routing}), id=key, default=True
    )
    return bank._replace(status="new", created=0)


def bank_accounts(merchant: Merchant) -> list[BankAccount]:
    """Whatever payouts may go to, oldest first; what was deleted is not among them."""
    known = merchant.store.shelf(STRIPE, BankAccount).of("account_id", account_id(merchant))
    if not merchant.branch:
        home = home_bank(merchant)
        known = known if home in known else [home, *known]
    return [bank for bank in known if bank.status != "deleted"]


def default_bank(merchant: Merchant, currency: str) -> BankAccount | None:
    """Where a payout in that currency goes to if nobody says where."""
    found = [bank for bank in bank_accounts(merchant) if bank.currency == currency and bank.default]
    return found[-1] if found else None


def before_banks(merchant: Merchant, account: ConnectedAccount) -> ConnectedAccount:
    """The account as its bank accounts are now, to tell a change of them by; never kept."""
    return account._replace(details={**account.details, BANKS: bank_accounts(merchant)})


def payable(banks: Sequence[BankAccount]) -> bool:
    """`payouts_enabled` of an account with these bank accounts."""
    return bool(banks)


@contextmanager
def telling(merchant: Merchant) -> Iterator[None]:
    """Whether the connected account that is acted for can be paid out may change meanwhile: `account.updated` tells of it."""
    account = connecting.known(merchant, merchant.branch)
    if account is None:  # the platform's own has a bank account for good
        yield
        return
    was = before_banks(merchant, account)
    yield
    if payable(was.details[BANKS]) != payable(bank_accounts(merchant)):
        merchant.fire(was, Trigger.UPDATE, details=account.details)


def draft_card(merchant: Merchant, owner: str, carried: Carried, currency: str) -> BankAccount:
    """A debit card that nobody pays out to yet."""
    card, known = carried.card, carried.facts
    methods = [STANDARD, INSTANT] if known["country"] == "US" and card.name not in NOT_INSTANT else [STANDARD]
    return BankAccount(
        carried.card_id, STRIPE, NEW, merchant.now, owner, known["country"], currency, known["last4"], FAILING_CARDS.get(card.name, ""),
        details={"card": known, "billing_details": carried.billing, "methods": methods}, kind="card",
    )  # fmt: skip


def methods_of(bank: BankAccount) -> list[str]:
    """How money may go there."""
    return bank.details.get("methods") or [STANDARD]


def available(merchant: Merchant, currency: str) -> int:
    """What may be paid out, minor units."""
    return merchant.ledger.balance(AVAILABLE, currency, merchant.books(STRIPE))


def send(merchant: Merchant, amount: int, bank: BankAccount, method: str = STANDARD, **fields: Any) -> Payout:
    """The money has left the balance and waits for the bank's day to begin; an instant payout is there the same hour."""
    if merchant.get(STRIPE, BankAccount, bank.id) is None:
        merchant.put(bank)  # from now on something refers to it
    now = merchant.now
    times = (money.midnight(now) + money.DAY, money.settlement_day(now))
    if method == INSTANT:
        times = (now + INSTANT_LEAVES_S, now + INSTANT_ARRIVES_S)
    draft = Payout(new_id(merchant, Payout, ""), STRIPE, NEW, now, amount, bank.currency, bank.id, *times)
    fields["details"] = {**fields.get("details", {}), "method": method, "type": bank.kind}
    payout = merchant.fire(draft._replace(**fields), Trigger.CREATE)
    merchant.arm(payout, "payout_arrives", Trigger.FAIL if bank.failure_code else Trigger.SUCCEED, payout.arrives_at)
    if payout.automatic:
        merchant.arm(payout, "payout_reconciles", Trigger.TRACE, payout.arrives_at)
    return payout


def bounced(merchant: Merchant, payout: Payout) -> dict[str, str]:
    """What changes in a payout that the bank sends back."""
    bank: BankAccount = merchant.get(STRIPE, BankAccount, payout.destination_id)
    return {"failure_code": bank.failure_code}


def note_failure(merchant: Merchant, payout: Payout) -> None:
    """Nothing more is sent to where a payout failed, until somebody has looked at it."""
    bank: BankAccount = merchant.get(STRIPE, BankAccount, payout.destination_id)
    if merchant.row(bank, Trigger.FAIL) is not None:  # it may be errored by another one, or gone
        merchant.fire(bank, Trigger.FAIL)


def reconciled(merchant: Merchant, payout: Payout) -> dict[str, Any]:
    """What changes in an automatic payout whose statement is complete."""
    return {"details": {**payout.details, "reconciliation": "completed"}}


def reverse(merchant: Merchant, payout: Payout, metadata: Mapping[str, str]) -> Payout:
    """The money of a payout is called back from the bank: another payout, of the negative amount.

    Raises:
        Refusal: WRONG_STATUS.
    """
    bank: BankAccount = merchant.get(STRIPE, BankAccount, payout.destination_id)
    why = ""
    if payout.status == "pending":
        why = "it is still pending: cancel it instead"
    elif payout.status not in ("in_transit", "paid"):
        why = f"its status is {payout.status}, so its money is back already"
    elif payout.original_id:
        why = f"it is itself the reversal of {payout.original_id}"
    elif payout.reversed_by_id:
        why = f"it was reversed by {payout.reversed_by_id} already"
    elif bank.kind == "card":
        why = f"only payouts to bank accounts can be, and {bank.id} is a debit card"
    elif bank.country not in REVERSIBLE:
        why = f"only payouts to bank accounts in the US and in Canada can be, and {bank.id} is in {bank.country}"
    if why:
        raise Refusal(Reason.WRONG_STATUS, message=f"Payout {payout.id} cannot be reversed: {why}.")
    back = send(merchant, -payout.amount, bank, original_id=payout.id, metadata=dict(metadata))
    merchant.fire(payout, Trigger.UPDATE, reversed_by_id=back.id)
    return back


# How the rules above are known, for the fidelity page.
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("the end of a test account's number decides whether payouts to it fail, and with which code", "docs: Testing Connect"),
    ("only payouts to banks in the US and in Canada can be reversed, and not while they are pending", "API reference: Reverse a payout"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    (
        "the merchant has a test bank account for dollars from the start; others are added by POST /v1/accounts/{own}/external_accounts",
        "the platform's own are set in the dashboard at Stripe",
    ),
    ("a payout leaves at the next midnight UTC and arrives two business days after it was made", "spans"),
    ("payouts of any account may be reversed, also the platform's own", "documented for connected accounts"),
    ("a bank account number that is not documented takes payouts", "behaviour"),
    ("an external account that comes or goes and changes payouts_enabled sends its own event, then account.updated", "order"),
)
